"""A book as its entries make it: who signs, what was seen, what is touched, what a closing says (SPEC.md 5 to 9)."""

import datetime

from cbor import Malformed
from keys import key_is_sound, sha256, thumbprint
from state import (ACTS, CASE, CREDENTIAL, DOSE, KEY, ORDER, PARTY, PATIENT, PLACE, PRODUCT, SESSION, SUBJECTS, TOTALS, VIAL,
                   COUNT, State)

SEAL_KINDS = {"closing", "access", "clock"}

# References in the facts of each kind: key of the fact, subject, and the place in each row where it is in rows.
REFERENCES = {
    "place": [(3, PLACE, None)],
    "patient": [(1, PATIENT, None)],
    "order": [(1, PATIENT, None), (13, ORDER, None)],
    "receive": [(1, PARTY, None), (5, PLACE, None), (6, PRODUCT, 0), (7, PATIENT, None)],
    "move": [(1, VIAL, None), (2, PLACE, None)],
    "hold": [(1, VIAL, None)],
    "release": [(1, VIAL, None)],
    "session-open": [(1, PATIENT, None), (2, ORDER, None), (3, PLACE, None)],
    "session-close": [(1, SESSION, None)],
    "draw": [(1, VIAL, 0), (2, SESSION, None), (3, DOSE, None)],
    "administer": [(1, DOSE, None), (9, PATIENT, None)],
    "handover": [(1, DOSE, None), (2, SESSION, None), (6, PARTY, None)],
    "waste": [(1, DOSE, None), (2, VIAL, None)],
    "residual": [(1, DOSE, None)],
    "held": [(1, DOSE, None), (3, PLACE, None)],
    "empty": [(1, VIAL, None)],
    "return": [(1, DOSE, None), (2, PLACE, None)],
    "observe": [(1, SESSION, None)],
}
LISTS = {("move", 1), ("hold", 1), ("release", 1)}
PERSONS = {"person": 8, "revoke": 1, "rekey": 1, "patient": 2, "administer": 10, "access": 2, "clock": 3}


class Changed(Malformed):
    """What an entry holds of an earlier one shows that the earlier one was changed."""

    def __init__(self, entry):
        super().__init__("it was changed after others had seen it")
        self.entry = entry


class Book:
    def __init__(self):
        self.state = State()
        self.entries = []        # hash, recorded-at and touches of each
        self.kinds = []
        self.ledger = self.genesis = None
        self.keys = {}           # person, 0 the seal: the key in force
        self.thumbprints = set() # of every key there ever was
        self.revoked = set()
        self.policies = []       # entry numbers
        self.acts = set()
        self.list = None         # act, length, place of the newest, entries before, seen
        self.births = {}         # subject and id: the entry
        self.born_of = {}        # act and subject: ids, of the present list
        self.signed = {}         # person: the newest entry signed
        self.stale, self.clocks, self.cases_judged = [], [], True
        self.closings = []

    # ---- one entry

    def add(self, entry):
        """Judge the next entry and take it in. Malformed says what is wrong with it."""
        before = self._before(entry)
        self._identity(entry)
        self._signers(entry)
        entry.message.check([self._key_of(entry, who, meaning) for who, meaning in entry.signers])
        self._times(entry)
        ids, named = self._names(entry)
        self._seen(entry, before, named)
        self._closing(entry)
        touched = self._apply(entry, ids, named)
        self._people(entry, touched)
        self._touches(entry, touched)
        self.state.check(touched)
        self._keep(entry)

    def _before(self, entry):
        """How many entries the book had before this one's list."""
        if entry.act in self.acts:
            raise Malformed("an act that is in the book already")
        self.acts.add(entry.act)
        place = entry.list[1] if entry.list else 1
        if self.list and (not entry.list or entry.list[0] != self.list[0] or entry.list[2] != self.list[1]
                          or place != self.list[2] + 1):
            raise Malformed("not the next of its list")
        if not self.list and (place != 1 or (entry.list and entry.list[0] != entry.act)):
            raise Malformed("not the first of its list")
        seen = entry.payload.get(6)
        if self.list and seen != self.list[4]:
            raise Malformed("another seen than the rest of its list")
        before = self.list[3] if self.list else len(self.entries)
        if not self.list:
            self.born_of = {}
            self.policy_before = self.policies[-1] if self.policies else None
            self.signed_before = dict(self.signed)
        self.list = (entry.list[0], entry.list[2], place, before, seen) if entry.list and place < entry.list[2] else None
        return before

    def _identity(self, entry):
        number, payload = len(self.entries) + 1, entry.payload
        if number <= 2:
            if entry.kind != ("genesis", "policy")[number - 1] or 6 in payload or 7 in payload or \
                    not entry.list or entry.list[2] != 2:
                raise Malformed("not the genesis and first policy that begin a book")
        elif entry.kind == "genesis" or 6 not in payload or 7 not in payload:
            raise Malformed("a second genesis, or an event without seen and policy")
        elif entry.kind == "policy" and entry.list:
            raise Malformed("a policy in a list")
        if number == 1:
            self.ledger, self.genesis = sha256(entry.message.payload), entry.facts
        if payload.get(2) != (None if number == 1 else self.ledger):
            raise Malformed("of another ledger")
        if number > 2 and payload[7] != self.policy_before:
            raise Malformed("another policy than the one in force")

    # ---- signers (SPEC.md 8)

    def _signers(self, entry):
        by_seal = entry.kind in SEAL_KINDS
        if by_seal and (entry.signers != [[0, 12]] or entry.performed):
            raise Malformed("not signed by the seal alone")
        people = [who for who, _ in entry.signers]
        if not by_seal and (0 in people or any(meaning == 12 for _, meaning in entry.signers)):
            raise Malformed("the seal signs an act of people")
        if len(set(people)) != len(people) and entry.kind != "rekey":
            raise Malformed("one person signs twice")
        if entry.kind == "genesis" and people != list(range(1, len(entry.facts[7]) + 1)):
            raise Malformed("not signed by all of its officers in order")
        if any(who in self.revoked for who in people):
            raise Malformed("signed by somebody who was revoked")

    def _key_of(self, entry, who, meaning):
        if entry.kind == "genesis":
            return tuple(entry.facts[7][who - 1][1])
        if meaning == 9 and entry.kind in ("person", "rekey") and 2 in entry.facts:
            return tuple(entry.facts[2])
        return self.keys.get(who)

    def _new_key(self, who, key):
        key = tuple(key)
        if not key_is_sound(key) or thumbprint(key) in self.thumbprints:
            raise Malformed("a key that is weak, or was there before")
        self.keys[who] = key
        self.thumbprints.add(thumbprint(key))

    def _learn_keys(self, entry):
        facts = entry.facts
        if entry.kind == "genesis":
            if facts[6][0] != -19:
                raise Malformed("a seal that is not Ed25519")
            self._new_key(0, facts[6])
            for who, row in enumerate(facts[7] + facts[8], 1):
                self._new_key(who, row[1])
        if entry.kind == "person" and 2 in facts:
            self._new_key(len(self.state.leaves[CREDENTIAL]), facts[2])
        if entry.kind == "rekey":
            self._new_key(facts[1], facts[2])
        if entry.kind == "revoke":
            self.revoked.add(facts[1])
        if entry.kind == "policy":
            self.policies.append(entry.number)

    # ---- times and what was seen (SPEC.md 7)

    def _times(self, entry):
        if self.entries and entry.recorded < self.entries[-1][1] and "clock" not in (entry.kind, self.kinds[-1]):
            raise Malformed("recorded before the entry before it")
        if entry.occurred > entry.recorded + 300000:
            raise Malformed("it occurred after it was recorded")
        for _, _, signed, _, _ in entry.message.signatures:
            if not entry.occurred - 300000 <= signed <= entry.recorded + 5000:
                raise Malformed("signed at a time that cannot be")
        if self.state.policy and entry.offset not in self.state.policy[KEY["offsets"]]:
            raise Malformed("an offset that is not one of the policy's")

    def _seen(self, entry, before, named):
        if 6 not in entry.payload:
            return
        seen, seen_hash = entry.payload[6]
        if seen > before:
            raise Malformed("S4: the entry it has seen is not there yet")
        if self.entries[seen - 1][0] != seen_hash:
            raise Changed(seen)
        if entry.kind in SEAL_KINDS and seen != before:
            raise Malformed("S5: the seal had not seen the entry before")
        if any(self.signed_before.get(who, 0) > seen for who, _ in entry.signers if who):
            raise Malformed("S2: a signer has signed a newer entry than the one seen")
        for subject, number in named:
            born = self.births.get((subject, number), 0)
            if seen < born <= before:
                raise Malformed("S1: %s %d is newer than the entry seen" % (SUBJECTS[subject - 1], number))
            if subject in (DOSE, COUNT, CASE) and born <= before and self._last_before(subject, number, before) > seen:
                raise Malformed("S1: %s %d was touched after the entry seen" % (SUBJECTS[subject - 1], number))
        lag = self.state.policy[KEY["seen-lag"]] * 60000
        if seen < before and self.entries[seen][1] < entry.recorded - lag:
            self.stale.append(entry.number)

    def _last_before(self, subject, number, before):
        """The newest entry up to `before` that touches it."""
        for at in range(before, 0, -1):
            if (subject, number) in self.entries[at - 1][2]:
                return at
        return 0

    # ---- names, births and touches (SPEC.md 5)

    def _resolve(self, subject, reference):
        if isinstance(reference, list):
            ids = self.born_of.get((reference[0], subject), [])
            if reference[1] >= len(ids):
                raise Malformed("a newborn that its list does not have")
            return ids[reference[1]]
        if (subject, reference) not in self.births:
            raise Malformed("there is no %s %d" % (SUBJECTS[subject - 1], reference))
        return reference

    def _names(self, entry):
        """The ids that each fact names, and everything named."""
        ids, named = {}, set()
        for key, subject, column in REFERENCES.get(entry.kind, []):
            value = entry.facts.get(key)
            if value is None:
                continue
            if column is not None or (entry.kind, key) in LISTS:
                ids[key] = [self._resolve(subject, one if column is None else one[column]) for one in value]
                named |= {(subject, one) for one in ids[key]}
            else:
                ids[key] = self._resolve(subject, value)
                named.add((subject, ids[key]))
        persons = entry.facts.get(PERSONS.get(entry.kind), [])
        for person in persons if isinstance(persons, list) else [persons]:
            named.add((CREDENTIAL, self._resolve(CREDENTIAL, person)))
        return ids, named

    def _apply(self, entry, ids, named):
        touched = set()
        if entry.kind == "countersign":
            if entry.facts[1] > len(self.entries):
                raise Malformed("it countersigns an entry that is not there")
            touched = {one for one in self.entries[entry.facts[1] - 1][2] if one[0] != ACTS}
        for subject, number in named:
            if subject != CREDENTIAL:
                self._touch(subject, number, touched)
        self.state.apply(entry, ids, touched)
        return touched

    def _touch(self, subject, number, touched):
        """With what follows from it (SPEC.md 5.4)."""
        touched.add((subject, number))
        leaf = self.state.leaf(subject, number)
        if subject == DOSE:
            touched |= {(VIAL, source[0]) for source in leaf.more}
            if leaf["session"]:
                self._touch(SESSION, leaf["session"], touched)
        if subject == SESSION:
            touched.add((PATIENT, leaf["patient"]))
            if leaf["order"]:
                touched.add((ORDER, leaf["order"]))

    def _people(self, entry, touched):
        for who, _ in entry.signers:
            who = len(self.state.leaves[ACTS]) if who is None else who
            if who:
                touched.add((ACTS, who))
                acts = self.state.leaf(ACTS, who)
                acts["signed"] += acts["last-signed"] != entry.number
                acts["last-signed"] = self.signed[who] = entry.number
        for _, who in entry.performed:
            if who:
                touched.add((ACTS, who))
                self.state.leaf(ACTS, who)["performed"] += 1

    def _touches(self, entry, touched):
        """The header's touches are those of the rule, but for a case that opened by itself."""
        if self._opens_case(entry, touched):
            self._case(entry, touched)
        elif entry.irregular:
            raise Malformed("an irregular fact that opens no case")
        self._count(entry, touched)

    def _opens_case(self, entry, touched):
        found = {(subject, number) for subject, number, _ in entry.touches}
        return found - touched == {(CASE, len(self.state.leaves[CASE]) + 1)} and entry.kind not in SEAL_KINDS

    def _count(self, entry, touched):
        found = {(subject, number) for subject, number, _ in entry.touches}
        if found != touched:
            raise Malformed("its touches are not those of the rule")
        for subject, number, n in entry.touches:
            leaf = self.state.leaf(subject, number)
            if n != leaf.touches + 1:
                raise Malformed("%s %d is touched for the %d. time, not the %d." % (SUBJECTS[subject - 1], number,
                                                                                 leaf.touches + 1, n))
            leaf.touches, leaf.last, leaf.blind = n, entry.number, entry.act
            if n == 1:
                self.births[subject, number] = entry.number
                self.born_of.setdefault((entry.act, subject), []).append(number)

    def _case(self, entry, touched):
        """What it is about is for the rules, which this reader does not replay."""
        _, case = self.state.birth(CASE, touched)
        case["state"], case["entry"] = 1, entry.number
        self.cases_judged = False

    def _keep(self, entry):
        self._learn_keys(entry)
        self.entries.append((entry.hash, entry.recorded, {(subject, number) for subject, number, _ in entry.touches}))
        self.kinds.append(entry.kind)
        if entry.kind == "closing":
            self.closings.append(entry.number)
        if entry.kind == "clock":
            self.clocks.append(entry.number)

    # ---- closings (SPEC.md 9.6)

    def totals(self):
        return [[product] + [row[name] for name in TOTALS] for product, row in sorted(self.state.totals.items())
                if any(row.values())]

    def _closing(self, entry):
        if entry.kind != "closing":
            return
        facts, state = entry.facts, self.state
        try:
            datetime.date.fromisoformat(facts[1])
        except ValueError:
            raise Malformed("a closing of no day") from None
        open_doses = sum(dose["state"] != 6 for dose in state.leaves[DOSE])
        if facts[3] != open_doses or facts[6] != (self.closings[-1] if self.closings else 0):
            raise Malformed("a closing with another number of open doses, or another closing before it")
        if facts[5] != self.totals():
            raise Malformed("a closing with other totals than the book's")
        counts = [[subject, len(leaves)] for subject, leaves in state.leaves.items() if leaves]
        if [row[:2] for row in facts[4]] != counts:
            raise Malformed("a closing with other counts than the book's")
        for subject, _, root in facts[4]:
            if root != state.root(subject) and (subject != CASE or self.cases_judged):
                raise Malformed("a closing whose root of %s leaves is not the book's" % SUBJECTS[subject - 1])
