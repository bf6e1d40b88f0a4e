"""Entries taken back: what a correction does (SPEC.md 9.5, "correct")."""

from cases import CLOSING_LOSS, CORRECTED_SUMS, loss_is_explained
from cbor import Malformed
from effect import LENGTH, SHELF, SITE, SITE_TRANSFERRED, TOTAL
from leaf import CASE, COUNT, DOSE, PLACES, SESSION, TOTALS, VIAL
from state import CORRECTABLE

SEALED, OPEN, FINISHED, VOID = 1, 2, 3, 5
DOSE_VOID, SESSION_OPEN, SESSION_VOID = 7, 1, 3
DID, REPORTED, REMARK = 1, 5, 63
STACKS = (DOSE, COUNT, CASE)
LATER = {PLACES[VIAL].index(name) for name in ("opened", "beyond-use", "drawn-for")}


def entries_of(entry):
    """The entries a correction names; none of any other kind."""
    return [row[0] for row in entry.facts[1]] if entry.kind == "correct" else []


class Correction:
    """One correction, applied to a book."""

    def __init__(self, book, entry):
        self.book, self.state, self.entry, self.case = book, book.state, entry, None

    def judge(self, before):
        """Malformed where one of them may not be corrected, by these people, now."""
        numbers = entries_of(self.entry)
        if len(set(numbers)) != len(numbers) or max(numbers) > before:
            raise Malformed("a correction of what is not there, or twice of one entry")
        doers = {who for who, meaning in self.entry.signers if meaning == DID}
        for number in numbers:
            if self.book.kinds[number - 1] not in CORRECTABLE or number in self.book.voided:
                raise Malformed("entry %d is not corrected, or void already" % number)
            if not doers & self.book.recorders[number - 1] and REMARK not in self.entry.private:
                raise Malformed("nobody who recorded entry %d corrects it, and nothing says why not" % number)

    def touched(self):
        return set().union(*(self.book.touched_by(number) for number in entries_of(self.entry)))

    def apply(self):
        vials = [number for subject, number in sorted(self.touched()) if subject == VIAL]
        before = {number: (self.state.leaf(VIAL, number)["forced"], self.state.leaf(VIAL, number)["closing-loss"]) for number in vials}
        for self.vial in vials:
            vial = self.state.leaf(VIAL, self.vial)
            self._post(vial["born"], vial, "adjusted-up", -vial["forced"], -vial["forced"])
            vial["forced"] = 0
        for number in sorted(entries_of(self.entry), reverse=True):
            self._take_back(number)
        for self.vial in vials:
            self._seal_again(self.state.leaf(VIAL, self.vial))
        for self.vial in vials:
            self._settle(self.state.leaf(VIAL, self.vial), *before[self.vial])

    # ---- taking back

    def _take_back(self, number):
        born = {one for one in self.book.touched_by(number) if self.book.births[one] == number}
        for subject, one in self.book.touched_by(number):
            leaf = self.state.leaf(subject, one) if subject in (DOSE, SESSION) else None
            if subject == DOSE and leaf["last"] != number:
                raise Malformed("entry %d rests on what is taken back" % leaf["last"])
            if (subject, one) in born and subject == SESSION and (leaf["doses"] or leaf["state"] != SESSION_OPEN):
                raise Malformed("a session with doses, or closed, is taken back")
        rows = self.book.effects[number - 1]
        for row in rows:
            self._row(number, *row)
        self.book.effects[number - 1] = [row for row in rows if len(row) == 5 or row[0] == SHELF]
        self.book.voided.add(number)
        for subject, one in born:
            if subject in (DOSE, SESSION):
                self.state.leaf(subject, one)["state"] = DOSE_VOID if subject == DOSE else SESSION_VOID
        self.state.due.get(number, (set(),))[0].clear()
        self.state.may_wait.discard(number)

    def _row(self, number, table, one, place, *values):
        if table == TOTAL:
            self.state.total(one)[TOTALS[place]] -= values[0]
        elif table == SITE and place == SITE_TRANSFERRED:
            self.state.transferred -= values[0]
        elif table not in (SHELF, SITE):
            self._place(number, table, self.state.leaf(table, one), place, values)

    def _place(self, number, subject, leaf, place, values):
        named = len(PLACES[subject])
        if place == LENGTH:
            del leaf.more[(values[0] - named) // 5:]
            return
        row, key = (leaf.more[(place - named) // 5], (place - named) % 5) if place >= named else (leaf, leaf.names[place])
        if len(values) == 1:
            row[key] -= values[0]
        elif subject == DOSE or self._goes_back(number, subject, leaf, place, *values):
            row[key] = values[0]

    def _goes_back(self, number, subject, leaf, place, before, after):
        name = leaf.names[place]
        if subject == CASE and name == "state":
            return leaf["resolved"] == number
        if subject == VIAL and self.book.kinds[number - 1] != "recover" and \
                (place in LATER or name == "state" and (before, after) == (SEALED, OPEN)):
            return False
        return leaf[name] == after

    # ---- settling up

    def _post(self, number, vial, purpose, volume, left):
        """A volume more for a purpose of a vial, and what is then left: a part of what entry `number` did."""
        if not volume:
            return
        product, rows = vial["product"], self.book.effects[number - 1]
        mass, mass_left = (amount * self.state.strength(vial) for amount in (volume, left))
        vial[purpose] += volume
        vial["left"] += left
        self.state.total(product)[purpose] += mass
        self.state.total(product)["on-hand"] += mass_left
        changes = [(VIAL, self.vial, vial.names.index(purpose), volume), (VIAL, self.vial, vial.names.index("left"), left),
                   (TOTAL, product, TOTALS.index(purpose), mass), (TOTAL, product, TOTALS.index("on-hand"), mass_left)]
        if purpose == "shipped" and any(row[:3] == [SITE, 1, SITE_TRANSFERRED] for row in rows):
            self.state.transferred += mass
            changes.append((SITE, 1, SITE_TRANSFERRED, mass))
        sums = {tuple(row[:3]): row for row in rows}
        for table, one, place, change in changes:
            row = sums.setdefault((table, one, place), [table, one, place, 0])
            row[3] += change
        self.book.effects[number - 1] = sorted(row for row in sums.values() if len(row) == 5 or row[3])

    def _open_case(self, code, difference):
        about = code, VIAL, self.vial, difference
        self.case = about if self.case is None or code < self.case[0] else self.case

    def _seal_again(self, vial):
        """What nothing has opened is not open, and was not when it ended."""
        if vial["recovered"] > vial["lost"]:
            raise Malformed("more was recovered than is lost")
        if vial["state"] in (SEALED, OPEN, FINISHED) and self.vial not in self.state.came_open and \
                not (vial["draws"] or vial["wasted"] or vial["lost"] or vial["recovered"]):
            vial["opened"], vial["beyond-use"], vial["drawn-for"] = 0, 0, 0
            vial["state"] = SEALED if vial["state"] == OPEN else vial["state"]

    def _settle(self, vial, forced, closing_loss):
        strength = self.state.strength(vial)
        if vial["ended"] and vial["left"]:
            purpose = vial.names[vial["ended"]]
            more = max(vial["left"], -vial[purpose])
            self._post(vial["ended-by"], vial, purpose, more, -more)
        if vial.names[vial["ended"]] == "closing-loss" and vial["closing-loss"] != closing_loss and \
                not loss_is_explained(vial, vial["closing-loss"], self.state):
            self._open_case(CLOSING_LOSS, -vial["closing-loss"] * strength)
        if vial["recovered"] > vial["lost"]:
            raise Malformed("more was recovered than is lost")
        vial["forced"] = max(0, -vial["left"])
        self._post(vial["born"], vial, "adjusted-up", vial["forced"], vial["forced"])
        if vial["forced"] > forced:
            self._open_case(CORRECTED_SUMS, (forced - vial["forced"]) * strength)
        self._settle_state(vial)

    def _settle_state(self, vial):
        if vial["state"] == FINISHED and not vial["ended"] and vial["left"]:
            vial["state"] = OPEN
        if vial["state"] not in (SEALED, OPEN):
            return
        amounts = [vial[name] for name in vial.names[vial.names.index("labelled"):vial.names.index("left") + 1]]
        if not any(amounts) and not vial["draws"]:
            vial["state"] = VOID
        else:
            self._seal_again(vial)
