"""The leaves of subjects, and the numbers that SPEC.md and ledger.cddl give names (SPEC.md 5.2, 9.1, 9.2)."""

from cbor import Malformed
from entry import CDDL, SCHEMA

SUBJECTS = ["vial", "dose", "session", "patient", "person-acts", "credential", "product", "place", "party", "order",
            "count", "case", "policy"]
VIAL, DOSE, SESSION, PATIENT, ACTS, CREDENTIAL, PRODUCT, PLACE, PARTY, ORDER, COUNT, CASE, POLICY = range(1, 14)
PLACES = {number: SCHEMA.labels("state-" + name) for number, name in enumerate(SUBJECTS, 1)}
TOTALS = SCHEMA.labels("closing-totals")[1:]
LIMIT = 2 ** 63
OFFICER, PRESCRIBER, STAFF, AUDITOR, RECOVERY = 1, 2, 31, 32, 64
DAY, HOUR = 86400000, 3600000


def rounded(numerator, denominator):
    """To the nearest integer, half to even."""
    whole, rest = divmod(numerator, denominator)
    return whole + (2 * rest > denominator or (2 * rest == denominator and whole & 1))


class Leaf:
    def __init__(self, subject):
        self.touches = self.last = 0
        self.blind = b""
        self.names = PLACES[subject]
        self.values = dict.fromkeys(self.names, 0)
        self.more = []  # what follows the named places; sources of a dose are lists of five

    def __getitem__(self, name):
        return self.values[name]

    def __setitem__(self, name, value):
        if not -LIMIT < value < LIMIT:
            raise Malformed("%s beyond its limits" % name)
        self.values[name] = value

    def state(self):
        more = [number for one in self.more for number in (one if isinstance(one, list) else [one])]
        return [self.values[name] for name in self.names] + more


def _policy_keys():
    """The keys of a policy by the names that stand beside them."""

    names = {}
    for line in CDDL[CDDL.index("facts-policy = {"):].splitlines()[1:]:
        if line.startswith("}"):
            return names
        key, _, rest = line.strip().partition(":")
        names[rest.split("; ")[1].strip()] = int(key.lstrip("? "))
    raise ValueError("facts-policy has no end")


KEY = _policy_keys()
