"""Entries corrected: what a correction does (SPEC.md 9.5)."""

import copy

import together
from anew import Anew
from cases import CLOSING_LOSS, CORRECTED_SUMS, loss_is_explained, waste_case
from cbor import Malformed, decode_whole
from effect import LENGTH, SHELF, SITE, SITE_TRANSFERRED, TOTAL, effect_of
from entry import SCHEMA
from leaf import CASE, COUNT, DOSE, PLACES, PRODUCT, SESSION, TOTALS, VIAL
from state import CORRECTABLE

CHANGE, TAKE_BACK, ADD, AGAIN = 1, 2, 3, 4
SEALED, OPEN, FINISHED, VOID = 1, 2, 3, 5
DOSE_VOID, SESSION_OPEN, SESSION_VOID = 7, 1, 3
DID, REPORTED, REMARK = 1, 5, 63
STACKS = (DOSE, COUNT, CASE)
STAY = {VIAL: "opened beyond-use drawn-for", SESSION: "last-stop first-spray last-spray observed-at ready"}
STAY = {subject: {PLACES[subject].index(name) for name in names.split()} for subject, names in STAY.items()}
WATCHED = ("observed-at", "ready", "last-stop", "first-spray", "last-spray")


def entries_of(entry):
    """The entries a correction names; none of any other kind."""
    return [row[0] for row in entry.facts[1]] if entry.kind == "correct" else []


class Correction:
    """One correction, applied to a book."""

    def __init__(self, book, entry):
        self.book, self.state, self.entry, self.case = book, book.state, entry, None
        self.how = {row[0]: row[1] for row in entry.facts[1]} if entry.kind == "correct" else {}
        self.happening, self.ids = {}, {}  # of each entry that happens again: what it says now, and what that names
        self.named = set()                 # what its new facts name
        self.compared = []                 # cases of wastes whose figures were compared anew

    # ---- whether it may stand

    def judge(self, before):
        """Malformed where one of them may not be corrected, by these people, now, or so."""
        numbers = entries_of(self.entry)
        if len(set(numbers)) != len(numbers) or max(numbers) > before or 10 not in self.entry.payload:
            raise Malformed("a correction of what is not there, or twice of one entry, or without a reason")
        doers = {who for who, meaning in self.entry.signers if meaning == DID}
        for number in numbers:
            if self.book.kinds[number - 1] not in CORRECTABLE or number in self.book.voided:
                raise Malformed("entry %d is not corrected, or void already" % number)
            if self.how[number] != AGAIN and not doers & self.book.recorders[number - 1] and \
                    REMARK not in self.entry.private:
                raise Malformed("nobody who recorded entry %d corrects it, and nothing says why not" % number)
        for number, how, facts, at in self.entry.facts[1]:
            if not {CHANGE: facts or at, TAKE_BACK: not facts and not at, ADD: facts and not at,
                    AGAIN: not facts and not at}[how]:
                raise Malformed("entry %d is corrected in a way that does not fit what is done to it" % number)
            if how != TAKE_BACK:
                self._read(number, how, facts, at, before)

    def _read(self, number, how, facts, at, before):
        """An entry as it happens again, and the ids of what its facts name."""
        now = copy.copy(self.book.in_force[number - 1])
        if at:
            now.occurred, now.offset = at
        if facts:
            now.facts = self._facts(now, decode_whole(facts), how)
            self.ids[number], named = self.book.names(now, before, is_again=True)
            self.named |= named
        else:
            self.ids[number] = self.book.ids[number - 1]
        now.recorded = self.entry.recorded
        self.happening[number] = now

    @staticmethod
    def _facts(entry, facts, how):
        whole = dict(entry.facts) if how == ADD else {}
        if not isinstance(facts, dict) or not facts and how == ADD or set(facts) & set(whole):
            raise Malformed("facts that do not add to those of an entry")
        whole.update(facts)
        whole = dict(sorted(whole.items()))
        SCHEMA.require("facts-" + entry.kind, whole)
        if any(isinstance(one, list) and len(one) == 2 and isinstance(one[0], bytes) for one in _all(facts)):
            raise Malformed("facts that name a newborn")
        return whole

    # ---- what it has to do with

    def touched(self):
        touched = set()
        for number in entries_of(self.entry):
            touched |= self.book.touched_by(number) | set(self.book.born_by[number - 1])
            touched |= {(row[0], row[1]) for row in self.book.effects[number - 1] if row[0] not in (SHELF, TOTAL, SITE)}
            for one in self._named(number):
                self.book.touch(*one, touched)
        return touched

    def _named(self, number):
        return self.book.named_by(self.happening[number], self.ids[number]) if number in self.happening else set()

    # ---- the six steps

    def apply(self, touched, list_before):
        """`touched` grows by what is born."""
        vials = sorted(one for subject, one in touched if subject == VIAL)
        sessions = sorted(one for subject, one in touched if subject == SESSION)
        if any(self.state.leaf(SESSION, one).last > list_before for one in sessions):
            raise Malformed("a session that its own list touched before")
        self.kept = {number: [] for number in self.how}
        self.rows = {}  # in force before
        for one in vials:
            vial = self.state.leaf(VIAL, one)
            self._post(vial["born"], one, "adjusted-up", -vial["forced"], -vial["forced"])
            vial["forced"] = 0
        for number in sorted(self.how, reverse=True):
            self._take_back(number)
        for vial in [self.state.leaf(VIAL, one) for one in vials]:
            if vial["recovered"] > vial["lost"]:
                raise Malformed("more was recovered than is lost")
            self._seal_again(vial)
        for number in sorted(self.happening):
            self._happen(number, touched)
        for one in sorted(one for subject, one in touched if subject == VIAL):
            self._settle(one)
        for one in sessions:
            self._look_again(one)
        self._cases(touched)

    # ---- taken back

    def _take_back(self, number):
        rows, born = self.book.effects[number - 1], self.book.born_by[number - 1]
        self.rows[number] = rows
        for one in {row[1] for row in rows if row[0] == DOSE}:
            if self.state.leaf(DOSE, one)["last"] != number:
                raise Malformed("entry %d rests on what is taken back" % self.state.leaf(DOSE, one)["last"])
        is_void = self.how[number] == TAKE_BACK
        for subject, one in born if is_void else []:
            session = self.state.leaf(subject, one)
            if subject == SESSION and (session["doses"] or session["state"] != SESSION_OPEN):
                raise Malformed("a session with doses, or closed, is taken back")
        for row in rows:
            self._row(number, *row)
        self.book.effects[number - 1] = []
        for subject, one in born:
            if subject == DOSE or subject == SESSION and is_void:
                self.state.leaf(subject, one)["state"] = DOSE_VOID if subject == DOSE else SESSION_VOID
        if is_void:
            self.book.voided.add(number)
            self.state.due.get(number, (set(),))[0].clear()
            self.state.may_wait.discard(number)

    def _row(self, number, table, one, place, *values):
        if table == TOTAL:
            self.state.total(one)[TOTALS[place]] -= values[0]
        elif table == SITE and place == SITE_TRANSFERRED:
            self.state.transferred -= values[0]
        elif table not in (SHELF, SITE):
            self._place(number, table, one, place, values)

    def _where(self, subject, one, place):
        leaf, named = self.state.leaf(subject, one), len(PLACES[subject])
        return (leaf.more[(place - named) // 5], (place - named) % 5) if place >= named else (leaf, leaf.names[place])

    def _place(self, number, subject, one, place, values):
        if place == LENGTH:
            del self.state.leaf(subject, one).more[(values[0] - len(PLACES[subject])) // 5:]
            return
        row, key = self._where(subject, one, place)
        if len(values) == 1:
            row[key] -= values[0]
        elif subject == DOSE:
            row[key] = values[0]
        elif not self._stays(number, subject, place, *values):
            self._set_back(number, subject, one, place, *values)

    def _stays(self, number, subject, place, before, after):
        if subject == VIAL and self.book.kinds[number - 1] == "recover":
            return False
        opens = subject == VIAL and PLACES[VIAL][place] == "state" and (before, after) == (SEALED, OPEN)
        return opens or place in STAY.get(subject, ())

    def _set_back(self, number, subject, one, place, before, after):
        row, key = self._where(subject, one, place)
        is_after = row[key] == after
        if not is_after:
            self.kept[number].append((subject, one, place, row[key]))
        if self.state.leaf(subject, one)["resolved"] == number if (subject, key) == (CASE, "state") else is_after:
            row[key] = before

    # ---- sealed again

    def _came_sealed(self, vial):
        born = self.book.in_force[vial["born"] - 1]
        return born.kind == "receive" or 7 in born.facts

    def _seal_again(self, vial):
        if vial["state"] not in (SEALED, OPEN, FINISHED) or vial["draws"]:
            return
        vial["drawn-for"] = 0
        if any(vial[name] for name in ("wasted", "lost", "recovered")) or not self._came_sealed(vial):
            return
        vial["opened"], vial["beyond-use"] = 0, 0
        vial["state"] = SEALED if vial["state"] == OPEN else vial["state"]

    # ---- posted anew

    def _happen(self, number, touched):
        """An entry happens again; what it changes is its effect from now on."""
        entry, ids, state = self.happening[number], self.ids[number], self.state
        self.book.in_force[number - 1], self.book.ids[number - 1] = entry, ids
        outer = state.before, state.totals_before, state.transferred_before
        state.remember()
        state.anew = Anew(state, number, self.book.born_by[number - 1], self.rows[number])
        doses = {one for subject, one in self.book.named_by(entry, ids) if subject == DOSE}
        for one in sorted(doses):
            self._live_on(number, one)
        together.check(entry, ids, state, self.book.gtins)
        self._compare(number, entry, ids)
        getattr(state, "do_" + entry.kind.replace("-", "_"))(entry, ids, touched)
        doses |= {one for subject, one in self.book.born_by[number - 1] if subject == DOSE}
        for one in doses:
            state.leaf(DOSE, one)["last"] = number
        state.anew = None
        self.book.effects[number - 1] = effect_of(state, born=set(self.book.born_by[number - 1]))
        state.before = state.before | outer[0]
        state.totals_before, state.transferred_before = state.totals_before | outer[1], outer[2]
        for subject, one, place, value in self.kept[number]:
            row, key = self._where(subject, one, place)
            row[key] = value

    def _compare(self, number, entry, ids):
        """What was seen of a waste is held against what it books, where that is another amount or it says something new."""
        found = waste_case(entry.facts, ids, self.state) if entry.kind == "waste" else None
        if not found:
            return
        subject, one = (DOSE, ids[1]) if 1 in ids else (VIAL, ids[2])
        leaf = self.state.leaf(subject, one)
        books = self.state.mass_of(leaf, entry.facts[3]) if subject == DOSE else self.state.volume_of(leaf, entry.facts[3])
        was = sum(row[3] for row in self.rows[number] if row[:3] == [subject, one, leaf.names.index("wasted")])
        if self.how[number] != AGAIN or books != was:
            self.compared.append(found)

    def _live_on(self, number, one):
        dose = self.state.leaf(DOSE, one)
        if dose["last"] >= number:
            raise Malformed("entry %d stands behind entry %d and would come before it" % (dose["last"], number))
        if dose["state"] != DOSE_VOID:
            return
        if (DOSE, one) not in self.book.touched_by(number):
            raise Malformed("a dose that is void")
        if dose["session"]:
            self.state.leaf(SESSION, dose["session"])["doses"] += 1
        self.state.set_dose_state(dose, 1)

    # ---- settled

    def _post(self, number, one, purpose, volume, left):
        """A volume more for a purpose of a vial, and what is then left: a part of what entry `number` did."""
        if not volume:
            return
        vial = self.state.leaf(VIAL, one)
        product, rows = vial["product"], self.book.effects[number - 1]
        mass, mass_left = (amount * self.state.strength(vial) for amount in (volume, left))
        vial[purpose] += volume
        vial["left"] += left
        self.state.total(product)[purpose] += mass
        self.state.total(product)["on-hand"] += mass_left
        changes = [(VIAL, one, vial.names.index(purpose), volume), (VIAL, one, vial.names.index("left"), left),
                   (TOTAL, product, TOTALS.index(purpose), mass), (TOTAL, product, TOTALS.index("on-hand"), mass_left)]
        if purpose == "shipped" and any(row[:3] == [SITE, 1, SITE_TRANSFERRED] for row in rows):
            self.state.transferred += mass
            changes.append((SITE, 1, SITE_TRANSFERRED, mass))
        sums = {tuple(row[:3]): list(row) for row in rows}
        for table, row_of, place, change in changes:
            row = sums.setdefault((table, row_of, place), [table, row_of, place, 0])
            row[3] += change
        self.book.effects[number - 1] = sorted(row for row in sums.values() if len(row) == 5 or row[3])

    def _settle(self, one):
        vial = self.state.leaf(VIAL, one)
        vial["ended"], vial["ended-by"] = (self._set_by_newest(one, name) for name in ("ended", "ended-by"))
        if vial["ended"] and vial["state"] in (SEALED, OPEN):
            vial["state"] = FINISHED
        if vial["ended"] and vial["left"]:
            purpose = vial.names[vial["ended"]]
            more = max(vial["left"], -vial[purpose])
            self._post(vial["ended-by"], one, purpose, more, -more)
        if vial["recovered"] > vial["lost"]:
            raise Malformed("more was recovered than is lost")
        vial["forced"] = max(0, -vial["left"])
        self._post(vial["born"], one, "adjusted-up", vial["forced"], vial["forced"])
        if vial["state"] in (OPEN, FINISHED) and not vial["ended"] and \
                self.state.leaf(PRODUCT, vial["product"])["form"] not in (3, 4):
            self._settle_used(one, vial)
        if vial["state"] not in (SEALED, OPEN):
            return
        amounts = [vial[name] for name in vial.names[vial.names.index("labelled"):vial.names.index("left") + 1]]
        if not any(amounts) and not vial["draws"]:
            vial["state"] = VOID
        else:
            self._seal_again(vial)

    def _set_by_newest(self, one, name):
        """What the newest entry that stands and sets a place of a vial makes of it."""
        place = [VIAL, one, PLACES[VIAL].index(name)]
        for rows in reversed(self.book.effects):
            for row in rows:
                if row[:3] == place:
                    return row[4]
        return 0

    def _settle_used(self, one, vial):
        """Drawn from to the last it is open, until somebody finishes it; what is taken otherwise finishes it."""
        if vial["left"]:
            vial["state"] = OPEN
            return
        left, draws = ([VIAL, one, PLACES[VIAL].index(name)] for name in ("left", "draws"))
        for rows in reversed(self.book.effects):
            if any(row[:3] == left and row[3] < 0 for row in rows):
                vial["state"] = OPEN if any(row[:3] == draws for row in rows) else FINISHED
                return

    def _was(self, subject, one, name):
        before = self.state.before[subject, one]
        return before[PLACES[subject].index(name)] if before else 0

    def _cases(self, touched):
        """The lowest code; of the vials first, the lowest id."""
        found = self.compared
        for subject, one in sorted(one for one in touched if one[0] in (VIAL, DOSE)):
            leaf = self.state.leaf(subject, one)
            strength = self.state.strength(leaf) if subject == VIAL else 1
            loss = leaf["closing-loss"] if subject == VIAL else 0
            if subject == VIAL and leaf["ended"] == leaf.names.index("closing-loss") and \
                    loss != self._was(VIAL, one, "closing-loss") and not loss_is_explained(leaf, loss, self.state):
                found.append((CLOSING_LOSS, subject, one, -loss * strength))
            more = max(0, leaf["forced"] - self._was(subject, one, "forced"))
            end = leaf.names[leaf["ended"]] if subject == VIAL and leaf["ended"] else "closing-loss"
            if end != "closing-loss":
                more += max(0, self._was(VIAL, one, end) - leaf[end])
            if more > 0:
                found.append((CORRECTED_SUMS, subject, one, -more * strength))
        self.case = min(found, key=lambda case: case[0]) if found else None

    # ---- looked at again

    def _look_again(self, one):
        session = self.state.leaf(SESSION, one)
        if session["state"] == SESSION_VOID:
            return
        for name in WATCHED:
            session[name] = 0
        for number, entry in enumerate(self.book.in_force, 1):
            if number not in self.book.voided and entry.kind in ("administer", "handover", "observe"):
                self._watch(session, one, entry, self.book.ids[number - 1])

    def _watch(self, session, one, entry, ids):
        if entry.kind == "observe":
            if ids[1] == one:
                self.state.watch(session, entry)
            return
        dose = self.state.leaf(DOSE, ids[1]) if 1 in ids else None
        if dose is None or dose["session"] != one:
            return
        if entry.kind == "administer":
            self.state.watch_gift(session, dose, entry, ids)
        elif 6 in entry.facts and 4 in entry.facts:
            session["last-stop"] = max(session["last-stop"], entry.occurred)


def _all(value):
    """Everything within facts."""
    yield value
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
    for one in inside:
        yield from _all(one)
