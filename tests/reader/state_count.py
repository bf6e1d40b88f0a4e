"""Counts and what they are held against; cases by hand, adjusted under and resolved (SPEC.md 9.5, 9.9)."""

from cbor import Malformed
from effect import SHELF
from leaf import CASE, COUNT, DOSE, HOUR, KEY, OFFICER, PLACES, PRODUCT, VIAL, rounded

VIAL_STATE, VIAL_PLACE, VIAL_LEFT = (PLACES[VIAL].index(name) for name in ("state", "place", "left"))
DOSE_STATE, DOSE_OPEN = (PLACES[DOSE].index(name) for name in ("state", "open"))
CONTAINERS, BY_EYE, BY_WEIGHT = 1, 2, 3
UL, NG, IN_CONTAINERS, REST = 1, 2, 3, 5
OPEN, HELD = 2, 5
COUNT_DIFFERS = 246


def lines_of(entry, ids):
    """Of each line: subject and id, its row."""
    found = [(VIAL, 0), (PRODUCT, 1), (DOSE, 2)]
    return [[(subject, ids[3, column][at]) for subject, column in found if row[column] is not None] + [row]
            for at, row in enumerate(entry.facts[3])]


class Counts:
    """A part of State."""

    # ---- as of an entry

    def _amount_as_of(self, table, number, place, now, after):
        effects = self.placed if table == SHELF else self.effects
        return now - sum(row[3] for rows in effects[after:] for row in rows if row[:3] == [table, number, place])

    def _set_as_of(self, subject, number, place, after):
        for rows in self.placed[after:]:
            for row in rows:
                if row[:3] == [subject, number, place]:
                    return row[3]
        return self.leaf(subject, number).state()[place]

    def _shelf_as_of(self, place, product, after):
        shelf = place * 256 + product
        return [self._amount_as_of(SHELF, shelf, at, now, after)
                for at, now in enumerate(self.shelves.get(shelf, [0, 0]))]

    # ---- lines

    def _measure_vial(self, number, row, place, after):
        vial = self.leaf(VIAL, number)
        if vial["born"] > after or self._set_as_of(VIAL, number, VIAL_STATE, after) != OPEN:
            raise Malformed("a count of a vial that was not open")
        strength = self.strength(vial)
        if not {row[4][0], row[5][0]} <= {UL, NG}:
            raise Malformed("a figure of a vial in another unit than mL or mg")
        left = self._amount_as_of(VIAL, number, VIAL_LEFT, vial["left"], after)
        return left * strength, [amount * (strength if unit == UL else 1) for unit, amount in row[4:6]], \
            vial["labelled"] * strength, lambda volume: volume * strength

    def _measure_dose(self, number, row, place, after):
        dose = self.leaf(DOSE, number)
        if self._set_as_of(DOSE, number, DOSE_STATE, after) != HELD or REST in (row[4][0], row[5][0]):
            raise Malformed("a count of a dose that was not held, or of its rest")
        return self._amount_as_of(DOSE, number, DOSE_OPEN, dose["open"], after), \
            [self.mass_of(dose, figure) for figure in row[4:6]], dose["drawn"], \
            lambda volume: rounded(volume * dose["drawn"], dose["volume"])

    def _measure_product(self, number, row, place, after):
        product = self.leaf(PRODUCT, number)
        if {row[4][0], row[5][0]} != {IN_CONTAINERS}:
            raise Malformed("a figure of sealed stock that is no number of containers")
        each = product["volume"] * product["strength"]
        return self._shelf_as_of(place, number, after)[0] * each, [amount * each for _, amount in row[4:6]], 0, None

    def _tolerance(self, method, labelled, mass_of_volume):
        if method == CONTAINERS:
            return 0
        if method == BY_EYE:
            return labelled * self.policy[KEY["tolerance-eye"]] // 1000
        return mass_of_volume(self.policy[KEY["tolerance-weight" if method == BY_WEIGHT else "tolerance-measured"]])

    def cases_of_count(self, entry, ids):
        """The cases that its lines open: code, subject, id, difference."""
        after, place, cases = entry.facts[2], ids[1], []
        if any(next_ < entry.recorded - self.policy[KEY["count-window"]] * HOUR for next_ in self.recorded[after:after + 1]):
            raise Malformed("a count that is held against an entry of long ago")
        measure = {VIAL: self._measure_vial, DOSE: self._measure_dose, PRODUCT: self._measure_product}
        for (subject, number), row in lines_of(entry, ids):
            book, figures, labelled, mass_of_volume = measure[subject](number, row, place, after)
            tolerance = self._tolerance(row[3], labelled, mass_of_volume)
            farther = figures[1] if abs(figures[1] - book) > abs(figures[0] - book) else figures[0]
            if abs(farther - book) > tolerance or abs(figures[0] - figures[1]) > tolerance:
                cases.append((COUNT_DIFFERS, subject, number, farther - book))
        if 4 in entry.facts:
            self._whole(entry, ids)
        return cases

    def _whole(self, entry, ids):
        after, place = entry.facts[2], ids[1]
        named = [one for one, _ in lines_of(entry, ids)]
        for product in range(1, len(self.leaves[PRODUCT]) + 1):
            here = [number for subject, number in named if subject == VIAL and self.leaf(VIAL, number)["product"] == product
                    and self._set_as_of(VIAL, number, VIAL_PLACE, after) == place]
            sealed, opened = self._shelf_as_of(place, product, after)
            if sealed and (PRODUCT, product) not in named or opened > len(here):
                raise Malformed("a count of all of a place that is silent about some of it")

    # ---- what each kind does

    def do_count(self, entry, ids, touched):
        _, count = self.birth(COUNT, touched)
        count["place"], count["as-of"], count["born"], count["at"] = ids[1], entry.facts[2], entry.number, entry.occurred
        count["lines"], count["whole"] = len(entry.facts[3]), int(4 in entry.facts)
        count["cases"] = self.cases_opening

    def do_case(self, entry, ids, touched):
        about = (VIAL, ids[1]) if 1 in ids else (DOSE, ids[2]) if 2 in ids else (0, 0)
        self.open_case(entry, (0,) + about + (entry.facts.get(3, 0),), touched)

    def open_case(self, entry, about, touched):
        _, case = self.birth(CASE, touched)
        case["state"], case["entry"] = 1, entry.number
        case["code"], case["subject"], case["id"], case["difference"] = about
        people = [who for who, _ in entry.signers] + [who for _, who in entry.performed]
        case.more = list(dict.fromkeys(who for who in people if who))[:8]

    def do_resolve(self, entry, ids, touched):
        case = self.leaf(CASE, ids[1])
        case["resolved"], case["cause"] = entry.number, entry.facts[2]
        outside = any(who and who not in case.more and self.roles(who) & OFFICER for who, _ in entry.signers)
        case["state"] = 2 if outside and not entry.irregular else 3
        if case["state"] == 3:
            self.wait(entry, "outside")

    def do_adjust(self, entry, ids, touched):
        case, facts = self.leaf(CASE, ids[1]), entry.facts
        if 2 in ids:
            vial = self.leaf(VIAL, ids[2])
            if facts[3] > 0:
                self.put(vial, "adjusted-up", "adjusted-up", facts[3])
            else:
                self.take(vial, "adjusted-down", "adjusted-down", -facts[3])
            vial["state"] = vial["state"] if vial["left"] else 3
            mass = facts[3] * self.strength(vial)
        else:
            mass = facts[5]
            self._adjust_dose(self.leaf(DOSE, ids[4]), mass)
        case["adjusted"] += mass
        case["compensated"] += 1

    def _adjust_dose(self, dose, mass):
        if mass < 0:
            self.settle(dose, "adjusted-down", -mass)
        else:
            self.raise_dose(dose, mass)
        self.settle_if_empty(dose)

    def resolve_outside(self, entry, touched):
        for case in (self.leaf(*one) for one in touched if one[0] == CASE):
            if case["resolved"] == entry:
                case["state"] = 2

    def people_of_case(self, entry, touched):
        """Whoever has a part in the case that this entry resolved."""
        cases = [self.leaf(*one) for one in touched if one[0] == CASE]
        return {who for case in cases if case["resolved"] == entry for who in case.more}
