"""What an entry gave birth to, when it happens again (SPEC.md 9.5, "posted anew")."""

from cbor import Malformed
from leaf import DOSE, PLACES, SESSION, SUBJECTS, VIAL, Leaf

VOID, OPEN = 5, 1


class Anew:
    """The births of entry `number`, pairs of subject and id in order; it may have more of them."""

    def __init__(self, state, number, births, rows):
        self.state, self.number, self.births, self.rows, self.used = state, number, births, rows, set()

    def sets(self, vial, place):
        """Whether a recover sets a place: not where it recovered this vial before and found it so."""
        recovered, named = (PLACES[VIAL].index(name) for name in ("recovered", place))
        places = {row[2] for row in self.rows if row[:2] == [VIAL, vial]}
        return recovered not in places or named in places

    def bear(self, subject, number):
        self.births.append((subject, number))
        self.used.add((subject, number))

    def _next(self, subject, fits=lambda leaf: True):
        for one in self.births:
            if one[0] == subject and one not in self.used and fits(self.state.leaf(*one)):
                self.used.add(one)
                return one[1], self.state.leaf(*one)
        return None

    def _as_newborn(self, leaf, subject):
        leaf.values, leaf.more = Leaf(subject).values, []

    def reborn(self, subject):
        found = self._next(subject)
        if not found:
            raise Malformed("a %s that its entry did not give birth to" % SUBJECTS[subject - 1])
        self._as_newborn(found[1], subject)
        return found

    def container(self, line, product):
        """A vial of this line, and whether nothing is known of it; None where there are no more."""
        found = self._next(VIAL, lambda vial: vial["line"] == line)
        if not found:
            return None
        vial = found[1]
        if vial["state"] == VOID:
            self._as_newborn(vial, VIAL)
            return vial, True
        amounts = vial.names[vial.names.index("labelled"):vial.names.index("left") + 1]
        if vial["product"] != product and (vial["draws"] or any(vial[name] for name in amounts)):
            raise Malformed("a container that was used becomes another product")
        return vial, False

    def session(self, ids):
        number, session = self._next(SESSION)
        patient, order = session["patient"] != ids[1], session["order"] != ids.get(2, 0)
        if patient and session["doses"] or (patient or order) and session["state"] != OPEN:
            raise Malformed("a session with doses, or closed, becomes another's")
        return number, session
