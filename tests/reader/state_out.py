"""What turns up, and what leaves otherwise than through a patient (SPEC.md 9.5)."""

from cbor import Malformed
from leaf import CASE, DOSE, PARTY, PRODUCT, VIAL

SEALED, OPEN, FINISHED = 1, 2, 3
SUSPECT, OPENING = 6, 2
RUNNING = 2
PRACTITIONERS = (3, 4, 6)  # registrant, pharmacy, ambulance


class Out:
    """A part of State."""

    def do_found(self, entry, ids, touched):
        facts, opening = entry.facts, entry.facts.get(8) == OPENING
        if opening and 0 < self.stocked < entry.number:
            raise Malformed("an opening of a book that has begun")
        for _ in range(facts[3]):
            vial, is_new = self.container(0, ids[1], touched)
            vial["product"], vial["expiry"], vial["received-at"] = ids[1], facts.get(6, 0), entry.occurred
            if is_new:
                vial["place"], vial["state"], vial["born"] = ids[2], SEALED, entry.number
                vial["held"] = 0 if opening else SUSPECT
            self.put(vial, "labelled", "opening" if opening else "found", facts[4])
            if is_new and 7 not in facts:
                self._open(entry, vial, self.leaf(PRODUCT, ids[1]))
        self._under(ids, 9)

    def do_recover(self, entry, ids, touched):
        vial = self.leaf(VIAL, ids[1])
        if entry.facts[2] > vial["lost"] - vial["recovered"]:
            raise Malformed("more comes back than was lost")
        self.put(vial, "recovered", "recovered", entry.facts[2])
        if not self.anew or self.anew.sets(ids[1], "state"):
            vial["state"] = OPEN if vial["opened"] else SEALED
        if vial["draws"] or vial["wasted"] or vial["left"] != vial["labelled"]:
            self._open(entry, vial, self.leaf(PRODUCT, vial["product"]))
        for name, value in (("ended", 0), ("ended-by", 0), ("held", SUSPECT), ("place", ids[3])):
            if not self.anew or self.anew.sets(ids[1], name):
                vial[name] = value
        self._under(ids, 4)

    def do_loss(self, entry, ids, touched):
        if 4 in entry.facts:
            vial = self.leaf(VIAL, ids[1][0]) if self.anew else self._there(ids[1][0])
            self._open(entry, vial, self.leaf(PRODUCT, vial["product"]))
            self.take(vial, "lost", "lost", entry.facts[4])
            vial["state"] = vial["state"] if vial["left"] else FINISHED
        else:
            self._vials_go(entry, ids, "lost")
        self._doses_go(entry, ids.get(5, []), "lost")
        self._under(ids, 3)

    def do_ship(self, entry, ids, touched):
        if self.leaf(PARTY, ids[2])["type"] in PRACTITIONERS:
            self.transferred += sum(self.all_left(self._there(number)) * self.strength(self.leaf(VIAL, number)) for number in ids[1])
        self._vials_go(entry, ids, "shipped")

    def do_destroy(self, entry, ids, touched):
        self._vials_go(entry, ids, "destroyed")
        self._doses_go(entry, ids.get(4, []), "destroyed")

    def do_surrender(self, entry, ids, touched):
        self._vials_go(entry, ids, "surrendered")

    def do_notice(self, entry, ids, touched):
        pass

    def _there(self, number):
        vial = self.leaf(VIAL, number)
        if vial["state"] not in (SEALED, OPEN):
            raise Malformed("a container that is not there any more")
        return vial

    def _vials_go(self, entry, ids, purpose):
        for number in ids.get(1, []):
            vial = self._there(number)
            self.take(vial, purpose, purpose, self.all_left(vial))
            vial["state"], vial["ended"], vial["ended-by"] = FINISHED, vial.names.index(purpose), entry.number

    def _doses_go(self, entry, numbers, purpose):
        for number in numbers:
            dose = self.leaf(DOSE, number)
            if dose["state"] in (6, 7) and not self.anew or (dose["state"] == RUNNING and purpose != "lost"):
                raise Malformed("a dose that runs, or of which nothing is open")
            mass = dose["open"]
            self.settle(dose, purpose, mass)
            self.commit(dose, -mass)
            dose["sealed"] = 0
            self.settle_if_empty(dose)

    def _under(self, ids, key):
        if key in ids:
            case = self.leaf(CASE, ids[key])
            if case["state"] != 1 and not self.anew:
                raise Malformed("booked under a case that is not open")
            case["compensated"] += 1
