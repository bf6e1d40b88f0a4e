"""Counts, and what comes of what does not agree: cases, whatever opened them, and those who look into them.

Two people look at what is really there and say what they saw; the book is compared with the nearer past, not with now."""

from almanac import DAY, day_of, typed
from house import EYE, OVERFILL, WEIGHT_UL

PARTS = ("as", "witness", "officer", "to", "performed-by", "with", "typist", "checker")    # who has a part in what opened a case
CHECKED = ("ketamine-50", "ketamine-10", "ketamine-sd", "spravato")     # what an evening's count looks at


class Seen:
    """One line of a count: what there is, by whom it was misread, and what the book had as of then."""

    def __init__(self, ref, one, real, tolerance):
        self.ref, self.one, self.real, self.tolerance = ref, one, real, tolerance
        self.first = self.second = real


def evening(clinic, is_whole):
    """After the last patients, or while some are still here: a few things, or once a week all of the safe."""
    counts = []
    yield from counted(clinic, "safe", is_whole, counts)
    if is_whole and any(one.place == "quarantine" for one in clinic.shelf):
        yield from counted(clinic, "quarantine", is_whole, counts)
    if is_whole and counts and all(counts) and day_of(clinic.now) >= clinic.inventory_on:
        certifies(clinic, counts)


def certifies(clinic, counts):
    """An inventory, as of the newest closing: what comes to light about the time before it is a case from now on."""
    people = clinic.two_of_book()
    if people is None or clinic.is_down:
        return
    kind = "initial" if clinic.certified_at is None else clinic.one_of(("biennial", "closing"))
    clinic.write("certify", type=kind, basis="opening-of-business", counts=[clinic.named(act) for act in counts],
                 as_=people["as_"], witness=people["officer"])
    clinic.certified_at = clinic.closed_at
    clinic.inventory_on = day_of(clinic.now + clinic.inventory_days * DAY)


def counted(clinic, place, is_whole, counts):
    first = clinic.somebody(least_busy=False)
    second = first and clinic.second(first)
    if not second:
        counts.append(None)
        return
    as_of, number = clinic.history[-1]["act"], clinic.book.number
    sheet = list(sealed(clinic, place, is_whole)) + list(opened(clinic, place, is_whole)) + list(bags(clinic, place, is_whole))
    yield clinic.between(2, 15)
    if clinic.is_down or not (sheet or is_whole):
        counts.append(None)
        return
    lines, differ = [], []
    for seen in sheet:
        seen.book = seen.book_of(number)
        lines.append(seen.line())
        if seen.differs():
            differ.append(seen)
    act = clinic.write("count", case=len(differ), is_looked_into=False, place=place, whole=is_whole or None,
                       as_of=clinic.named(as_of), lines=lines or None, as_=first.handle, witness=second.handle)
    counts.append(act)
    cases = clinic.cases_of(act)
    for case, seen in zip(cases, differ):
        clinic.start(clinic.now + DAY // 2, seen.look_into(clinic, case), waits=True)


class SealedSeen(Seen):
    """Sealed containers of a product; of those that are gone nobody knows yet."""

    def __init__(self, clinic, product, place):
        there = [one for one in clinic.shelf if one.product == product and one.place == place and not one.opened]
        self.gone = [one for one in clinic.missing if one.product == product and one.place == place]
        super().__init__(product, None, len(there), 0)
        self.by_book = len(there) + len(self.gone)
        self.each = clinic.book.products[product][0] * clinic.book.products[product][1]

    def book_of(self, _):
        return self.by_book

    def line(self):
        return "product=%s containers %d containers %d containers" % (self.ref, self.first, self.second)

    def differs(self):
        return self.first != self.by_book or self.second != self.by_book

    def look_into(self, clinic, case):
        """Some are gone: they are lost, under this case. Or somebody cannot count."""
        gone = [one for one in self.gone if one in clinic.missing]
        people = clinic.two_of_stock()
        if gone and people:
            clinic.write("loss", vials=[clinic.say(one.ref) for one in gone], discovered=typed(clinic.now), type="unknown",
                         case_=case, **people)
            clinic.missing = [one for one in clinic.missing if one not in gone]
        yield 30
        yield from resolves(clinic, case, "loss" if gone else "counting-mistake")


class VialSeen(Seen):
    """An open vial, held against the light or put on a balance."""

    def __init__(self, clinic, one):
        self.vial = clinic.book.vial(one.ref)
        label = self.vial.sum("received", "found", "opening")
        self.method = "by-weight" if clinic.chance(4) else "by-eye"
        step = 10 if self.method == "by-weight" else max(label // 100, 10)
        tolerance = WEIGHT_UL if self.method == "by-weight" else label * EYE // 1000
        super().__init__(clinic.book.id_of(one.ref), one, max(one.ul, 0) // step * step, tolerance)
        if clinic.chance(15):
            self.second += step
        if clinic.chance(1):
            self.second += clinic.one_of((2, 3)) * tolerance

    def book_of(self, number):
        return self.vial.left(number)

    def line(self):
        return "vial=%s %s %duL %duL" % (self.ref, self.method, self.first, self.second)

    def differs(self):
        return max(abs(self.first - self.book), abs(self.second - self.book), abs(self.first - self.second)) > self.tolerance

    def look_into(self, clinic, case):
        """Where both saw the same the book is brought to it, as far as the case goes."""
        figure = max(self.first, self.second, key=lambda ul: (abs(ul - self.book), ul == self.first))
        off, people = self.real - self.book, clinic.two_of_book()
        wrong = abs(off) > self.tolerance and abs(off) <= abs(figure - self.book) and (off > 0) == (figure > self.book)
        if wrong and people and self.one in clinic.shelf and not self.one.held and -off <= self.vial.left():
            clinic.write("adjust", case_=case, vial=self.ref, less=None if off > 0 else "%duL" % -off,
                         more="%duL" % off if off > 0 else None, **people)
            self.one.is_spent = self.one.is_spent or self.vial.left() == 0
            if self.vial.left() == 0:
                clinic.shelf.remove(self.one)
        yield 30
        yield from resolves(clinic, case, "unexplained" if wrong else "counting-mistake")


class BagSeen(Seen):
    """What is sealed in a bag, as it was when it was sealed."""

    def __init__(self, clinic, ref):
        self.dose = clinic.book.dose(ref)
        super().__init__(clinic.book.id_of(ref), None, self.dose.open(), 0)

    def book_of(self, number):
        return self.dose.open(number)

    def line(self):
        return "dose=%s measured %d.%06dmg %d.%06dmg" % ((self.ref,) + divmod(self.first, 10 ** 6) * 2)

    def differs(self):
        return False


def sealed(clinic, place, is_whole):
    for product in OVERFILL if is_whole else clinic.random.sample(CHECKED, 2):
        seen = SealedSeen(clinic, product, place)
        if clinic.chance(1):
            seen.second += 1
        if seen.by_book or seen.real:
            yield seen


def opened(clinic, place, is_whole):
    for one in clinic.shelf:
        if one.opened and one.place == place and (is_whole or clinic.chance(25)):
            yield VialSeen(clinic, one)


def bags(clinic, place, is_whole):
    if is_whole and place == "safe":
        for dose, _, _, _ in clinic.bags:
            yield BagSeen(clinic, dose)


# ---- cases

def looks_into(clinic, case):
    """What nobody else takes up is resolved some days later."""
    yield clinic.minutes_to(clinic.between(1, 10), 16)
    yield from resolves(clinic, case, clinic.one_of(("explained", "explained", "breakage", "recording-mistake")))


def resolves(clinic, case, cause):
    """By an officer who has no part in it, else with somebody from outside when she comes."""
    opened_by, officer = clinic.open_cases[case], None
    people = {opened_by[part] for part in PARTS if part in opened_by}
    while officer is None:
        doer = clinic.somebody(least_busy=False)
        stranger = clinic.somebody("officer", without=[one for one in clinic.staff if one is doer or one.handle in people],
                                   least_busy=False)
        officer = None if clinic.is_down or not doer else stranger or clinic.somebody("officer", without=(doer,), least_busy=False)
        if officer is None:
            yield clinic.minutes_to(1, 16)
    act = clinic.write("case resolve", case_=case, cause=cause, text="Looked into by us.", as_=doer.handle, officer=officer.handle,
                       reason="nothing was booked" if cause != "counting-mistake" else None)
    if any("officer" in one.roles and one.handle not in people for one in (doer, officer)):
        del clinic.open_cases[case]
    else:
        clinic.waits_outside[act] = case
        clinic.wait_for_countersign(act, ("officer", "auditor"), doer, officer,
                                    *(one for one in clinic.staff if one.handle in people))
