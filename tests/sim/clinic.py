"""A clinic that is not there: its people, rooms and liquids, and the acts they write down, one JSON object a line.

Whoever works here has no eyes but the random numbers of one seed, so the same seed gives the same years. Everything
that takes time (a treatment, a day's opening) is a Python generator that yields how many minutes pass; the one clock
hands out turns. What is truly in a vial is known here and nowhere else: the book (model.py) knows what was written."""

import collections
import heapq
import random

from almanac import DAY, at, day_of, is_odd_night, typed
from backroom import HAPPENINGS
from house import BEYOND_USE, HOUSES, HUB_LOSS, OVERFILL, PRODUCTS, Container, Patient, Person
from model import Model
from treatment import treat, waste_rest

class Clinic:
    def __init__(self, seed, staff, first_day, every):
        self.random = random.Random(seed)
        self.staff = [Person(handle, roles, i < 2) for i, (handle, roles) in enumerate(HOUSES[staff])]
        self.now = at(first_day, 15) - DAY
        self.turns, self.order_of_turns = [], 0
        self.book = Model()
        self.lines = []                 # (line, what is expected of it)
        self.history = collections.deque(maxlen=400)
        self.recorded_on = {}           # act -> the day it was recorded, for those who name it later
        self.cases = 0
        self.patients, self.shelf, self.due, self.bags = [], [], [], []
        self.rooms = ["room-%d" % n for n in range(1, max(3, staff) + 1)]
        self.rooms_in_use = set()
        self.documents = 0
        self.every, self.days, self.happenings = every, 0, []
        self.year, self.given_before, self.lent = None, 0, 0

    # ---- chance

    def chance(self, percent):
        return self.random.random() * 100 < percent

    def one_of(self, things):
        return things[self.random.randrange(len(things))]

    def between(self, low, high):
        return self.random.randint(low, high)

    # ---- writing

    def write(self, command, case=False, **words):
        """One act, now, as its line; the act's id, by which later lines name what it gave birth to."""
        self.now += self.between(4, 40)
        line = {"command": command, "act": "%032x" % self.random.getrandbits(128), "recorded_at": typed(self.now)}
        line.update((name.rstrip("_").replace("_", "-"), value) for name, value in words.items() if value is not None)
        self.book.apply(line)
        expected = {}
        if case or words.get("irregular"):
            self.cases += 1
            expected["cases"] = [self.case()]
        self.lines.append((line, expected))
        self.history.append(line)
        self.recorded_on[line["act"]] = day_of(self.now)
        return line["act"]

    def case(self):
        """The newest case."""
        return "X-%d" % self.cases

    def named(self, act, nth=1):
        return "@%s" % act if nth == 1 else "@%s/%d" % (act, nth)

    def say(self, ref):
        """How somebody names it: once its list is over, by the number on the label as often as not."""
        act = ref[1:].partition("/")[0]
        if ref.startswith("@") and self.recorded_on[act] != day_of(self.now) and self.chance(50):
            return self.book.id_of(ref)
        return ref

    def wait_for_countersign(self, act, role, *without):
        self.due.append((act, role, {person.handle for person in without if person}, day_of(self.now)))

    def take_lines(self):
        lines, self.lines = self.lines, []
        return lines

    # ---- turns

    def start(self, moment, process):
        self.order_of_turns += 1
        heapq.heappush(self.turns, (moment, self.order_of_turns, process))

    def run_until(self, moment):
        while self.turns and self.turns[0][0] < moment:
            turn, _, process = heapq.heappop(self.turns)
            self.now = max(self.now, turn)
            minutes = next(process, None)
            if minutes is not None:
                self.start(self.now + 60 * minutes, process)
        self.now = max(self.now, moment)

    # ---- people

    def somebody(self, *roles, without=(), patient=None, least_busy=True):
        """Somebody in the house with one of these roles, who may act for the patient; None where nobody is."""
        barred = patient.barred if patient else ()
        able = [one for one in self.staff if one.is_in and (not roles or one.roles & set(roles)) and
                one.handle not in barred and one not in without]
        able = [one for one in able if one.busy < 2] if least_busy else able
        return self.one_of(able) if able else None

    def second(self, doer, patient=None):
        return self.somebody(without=(doer,), patient=patient, least_busy=False)

    # ---- the day before

    def settle_in(self, tray):
        officers = {"as_": self.staff[1].handle, "officer": self.staff[0].handle}
        for person in self.staff[2:]:
            self.write("person add", handle=person.handle, roles=",".join(sorted(person.roles)), name="Staff " + person.handle,
                       licence="RN-%05d" % self.between(10000, 99999), **officers)
        for name, type_ in [("safe", "safe"), ("quarantine", "quarantine")] + [(room, "room") for room in self.rooms]:
            self.write("place add", name=name, type=type_, **officers)
        for name, label, form, strength, volume, ndc, diluted in PRODUCTS:
            self.write("product add", name=name, label=label, form=form, strength=strength, strength_seen=strength,
                       drug="esketamine" if name == "spravato" else "ketamine", volume=volume, ndc=ndc, schedule="III",
                       overfill="%duL" % OVERFILL[name], dilute_iv=diluted or None, **officers)
        self.write("party add", name="acme", type="supplier", label="Acme Medical Supply", registration="dea:AB1234563",
                   valid_until="2040-12-31", **officers)
        for name, type_ in (("reverse", "reverse-distributor"), ("nextdoor", "registrant")):
            self.write("party add", name=name, type=type_, label=name, registration="dea:RA0123454", **officers)
        self.write("party add", name="police", type="agency", label="Police", **officers)
        self.write("party add", name="friend", type="registrant", label="No Papers", **officers)
        self.now += DAY // 2
        if len(self.staff) == 4:
            self.take_over("ketamine-50", tray)
        self.receive([(product[0], tray) for product in PRODUCTS])
        for number in range(8 * len(self.staff)):
            self.enter_patient(number)

    def enter_patient(self, number):
        doer = self.somebody("clinician", "prescriber", "officer")
        barred = [self.one_of(self.staff[1:]).handle] if self.chance(8) and len(self.staff) > 2 else []
        kind = self.random.choices(("iv", "im", "nasal", "pain"), (70, 10, 15, 5))[0]
        act = self.write("patient add", name="Patient Number %d" % number, rems=kind == "nasal" or None, may_not_act=barred or None,
                         born="%d-%02d-11" % (1940 + number % 60, 1 + number % 12), as_=doer.handle,
                         why_not_act="family" if barred else None)
        self.patients.append(Patient(self.named(act), kind, self.between(480, 1150) * 100, barred))

    # ---- stock comes

    def receive(self, wanted):
        """One delivery: so many of each product, a line each; now and then one is damaged or missing."""
        doer = self.somebody("custodian", "clinician", least_busy=False)
        checker = self.second(doer)
        missing, damaged, rows, things = int(self.chance(5)), 0, [], []
        for product, count in wanted:
            today, broken = day_of(self.now), int(self.chance(1))
            expiry = today.replace(day=1, month=self.between(1, 12), year=today.year + self.between(1, 2))
            expiry = expiry if (expiry - today).days > 40 else expiry.replace(year=today.year + 2)
            rows.append("product=%s containers=%d lot=L%05d expiry=%s" % (product, count, self.between(0, 99999), expiry) +
                        " damaged=1" * broken)
            damaged += broken
            things += [(product, expiry, broken and nth == count - 1) for nth in range(count)]
        self.documents += 1
        act = self.write("receive", case=bool(damaged or missing), lines=rows, from_="acme", document_type="invoice", place="safe",
                         document="INV-%d" % self.documents, invoiced=str(len(things) + missing), as_=doer.handle,
                         witness=checker.handle if checker else None)
        if not checker:
            self.wait_for_countersign(act, (), doer)
        for nth, (product, expiry, is_broken) in enumerate(things, 1):
            label, bound = self.book.products[product][1], OVERFILL[product]
            over = min(max(round(self.random.gauss(0.6, 0.25) * bound), 0), bound)
            short = self.between(150, 400) if bound and self.chance(2) else 0
            one = Container(self.named(act, nth), product, label + over - short, expiry, "safe")
            one.held, one.unchecked = bool(is_broken), checker is None
            self.shelf.append(one)

    def take_over(self, product, count):
        """What was there before the book was."""
        doer, witness = self.staff[1], self.staff[0]
        expiry = day_of(self.now + 500 * DAY)
        act = self.write("found", product=product, containers=str(count), sealed=True, place="safe", lot="OPENING",
                         expiry=str(expiry), origin="opening", as_=doer.handle, witness=witness.handle)
        self.shelf += [Container(self.named(act, nth), product, self.book.products[product][1] + 300, expiry, "safe")
                       for nth in range(1, count + 1)]

    def order_stock(self):
        wanted = []
        for product in OVERFILL:
            sealed = [one for one in self.shelf if one.product == product and not (one.opened or one.held or one.taken)]
            least = {"ketamine-50": 2, "spravato": 4, "ketamine-sd": 2}.get(product, 1) * len(self.staff)
            if len(sealed) < least:
                wanted.append((product, 2 * least + self.between(0, 4)))
        if wanted:
            self.receive(wanted)

    def may_lend(self, ng):
        """Whether so much more may go to other practitioners this year; then it is counted."""
        given = sum(said["given"] for said in self.book.totals().values())
        if self.lent + ng > (given - self.given_before) // 19:
            return False
        self.lent += ng
        return True

    # ---- orders

    def order_for(self, patient):
        """An order that holds today, written if need be; the most it allows at once, in ng."""
        today = day_of(self.now)
        if patient.order and patient.left > 0 and (today - patient.weighed).days < 85:
            return patient.order
        prescriber = self.somebody("prescriber", patient=patient, least_busy=False)
        doctor = next(one for one in self.staff if "prescriber" in one.roles)
        clerk = self.somebody("clinician", without=(doctor,), patient=patient, least_busy=False)
        if not prescriber and (not clerk or doctor.handle in patient.barred):
            return None
        patient.weighed, patient.left = today, self.between(4, 8)
        words = {"patient": self.say(patient.ref), "sessions": patient.left,
                 "weight": "%d.%dkg" % divmod(patient.grams // 100, 10), "weighed": str(today)}
        if patient.kind == "iv":
            words.update(drug="ketamine", route="iv", protocol="depression-infusion", dose_per_kg="0.5mg")
            patient.most = patient.grams * 500
        elif patient.kind == "im":
            words.update(drug="ketamine", route="im", protocol="intramuscular", dose_per_kg="1mg")
            patient.most = patient.grams * 1000
        elif patient.kind == "pain":
            words.update(drug="ketamine", route="iv", protocol="pain-infusion",
                         dose="%d0mg" % self.between(3, patient.grams // 10000))
            patient.most = int(words["dose"][:-2]) * 10 ** 6
        else:
            words.update(drug="esketamine", route="nasal", protocol="esketamine", dose=self.one_of(("56mg", "84mg")))
            patient.most = int(words["dose"][:-2]) * 10 ** 6
        if prescriber and not self.chance(4):
            act = self.write("order add", as_=prescriber.handle, **words)
        elif not clerk or doctor.handle in patient.barred:
            act = self.write("order add", as_=prescriber.handle, **words)
        else:
            act = self.write("order add", as_=clerk.handle, performed_by=doctor.handle, **words)
            self.wait_for_countersign(act, (doctor.handle,), clerk)
        patient.order = self.named(act)
        return patient.order

    # ---- the day

    def open_day(self, date, sessions):
        """What is done before the first patient, then who comes when."""
        if self.year != date.year:
            self.year, self.lent = date.year, 0
            self.given_before = sum(said["given"] for said in self.book.totals().values())
        for person in self.staff:
            person.is_in = not self.chance(6 if len(self.staff) > 2 else 4)
        if not any("clinician" in one.roles for one in self.staff if one.is_in):
            self.staff[1].is_in = True
        self.countersign_what_waits(date)
        self.settle_bags(date)
        yield 5
        self.look_at_shelf(date)
        yield 5
        self.order_stock()
        self.days += 1
        if self.days % self.every == 0:
            self.happenings = self.happenings or self.random.sample(HAPPENINGS, len(HAPPENINGS))
            self.start(self.now + 60, self.happenings.pop()(self))
        waiting = [one for one in self.patients if not one.present and (one.next is None or one.next <= date)]
        self.random.shuffle(waiting)
        for patient in waiting[:sessions]:
            patient.present = True
            self.start(at(date, 8) + 60 * self.between(0, 420), treat(self, patient))

    def keep_overnight(self, date):
        """Somebody stays on the pump until morning: the nights on which clocks or calendars are odd."""
        yield 1
        able = [one for one in self.patients if one.kind in ("iv", "pain") and not one.present and
                (one.next is None or one.next <= date)]
        if able:
            patient = self.one_of(able)
            patient.present = True
            self.start(self.now, treat(self, patient, is_night=True))

    def countersign_what_waits(self, date):
        still = []
        for act, roles, without, since in self.due:
            able = [one for one in self.staff if one.is_in and one.handle not in without and
                    (not roles or one.handle in roles or one.roles & set(roles))]
            if since == date or not able:
                still.append((act, roles, without, since))
                continue
            self.write("countersign", entry=self.named(act), as_=self.one_of(able).handle)
            for one in self.shelf:
                if one.ref[1:33] == act:
                    one.unchecked = False
        self.due = still

    def settle_bags(self, date):
        """What was sealed in a bag is wasted when two are there, one of them whoever sealed it."""
        still = []
        for dose, holder, patient, since in self.bags:
            witness = self.second(holder, patient)
            if since == date or not holder.is_in or not witness:
                still.append((dose, holder, patient, since))
                continue
            waste_rest(self, dose, holder, witness)
        self.bags = still

    def look_at_shelf(self, date):
        """Opened vials that are too old or single are wasted; sealed ones that expire are put aside."""
        for one in list(self.shelf):
            doer = self.somebody("clinician", "custodian", least_busy=False)
            witness = self.second(doer)
            if one.is_spent:
                self.empty(one, doer)
            elif one.opened and witness and not one.held and (one.product == "ketamine-sd" or
                                                             (date - one.opened).days >= BEYOND_USE - 2 or one.expiry <= date):
                self.waste_vial(one, doer, witness)
            elif not one.opened and not one.held and not one.taken and one.expiry <= date:
                self.write("hold", vials=[self.say(one.ref)], why="expired", as_=doer.handle)
                one.held = True
            elif not one.opened and not one.held and not one.taken and self.chance(0.1):
                self.write("hold", vials=[self.say(one.ref)], why="broken-cap", as_=doer.handle)
                one.held = True
            elif one.held and not one.opened and self.chance(0.5):
                if one.place != "quarantine":
                    self.write("move", vials=[self.say(one.ref)], to="quarantine", as_=doer.handle)
                one.place = "quarantine"

    def waste_vial(self, one, doer, witness):
        left = self.book.vial(one.ref).left()
        if left > 0:
            figure = "%duL" % left
            self.write("waste", vial=self.say(one.ref), amount="rest", method=self.one_of(("pouch", "bin")), put=figure,
                       seen=figure, as_=doer.handle, witness=witness.handle)
        else:
            self.write("empty", vial=self.say(one.ref), as_=doer.handle)
        self.shelf.remove(one)

    def empty(self, one, doer):
        """The vial gives nothing more: whatever the book still has is its closing loss. Nobody loses more than draws explain
        without a reason and somebody who sees it; where there is nobody, it waits."""
        left, product = self.book.vial(one.ref).left(), one.product
        outside = left - one.gained > HUB_LOSS * one.draws or one.gained - left > OVERFILL[product]
        witness = self.second(doer) if outside or self.chance(50) else None
        one.is_spent = outside and not witness
        if one.is_spent:
            return
        self.write("empty", case=outside, vial=self.say(one.ref), as_=doer.handle, witness=witness.handle if witness else None,
                   reason="less in it than the label says" if outside else None)
        self.shelf.remove(one)


def weeks(seed, staff, first_day, days, sessions, every):
    """Days of a clinic, one after the other: (date, whether it is early afternoon, clinic), twice a day.
    So many sessions a day, and every so many days something happens to the stock."""
    clinic = Clinic(seed, staff, first_day, every)
    clinic.settle_in(4 * staff)
    for number in range(days):
        date = day_of(at(first_day, 12) + number * DAY)
        if date.weekday() < 5 or (date.weekday() == 5 and clinic.chance(50)):
            clinic.start(at(date, 7, 15), clinic.open_day(date, sessions + clinic.between(-1, 1)))
        if is_odd_night(date):
            clinic.start(at(date, 20), clinic.keep_overnight(date))
        for is_noon in (True, False):
            clinic.run_until(at(date, 13, 20) if is_noon else at(date, 23, 45))
            yield date, is_noon, clinic
