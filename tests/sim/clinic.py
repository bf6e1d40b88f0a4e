"""A clinic that is not there: its people, rooms and liquids, and the acts they write down, one JSON object a line.

Whoever works here has no eyes but the random numbers of one seed, so the same seed gives the same years. Everything
that takes time (a treatment, a day's opening) is a Python generator that yields how many minutes pass; the one clock
hands out turns. What is truly in a vial is known here and nowhere else: the book (model.py) knows what was written."""

import collections
import heapq
import random

from almanac import DAY, at, day_of, is_odd_night, typed
from backroom import HAPPENINGS, file_notice
from counting import evening, looks_into
from downtime import begin, type_form
from house import BEYOND_USE, HOUSES, HUB_LOSS, OUTSIDER, OVERFILL, PRODUCTS, READING_UL, Container, Patient, Person
from mistakes import receives_twice, was_not_empty
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
        self.lines_of = {}              # act -> its line
        self.recorded_on = {}           # act -> the day it was recorded, for those who name it later
        self.cases = 0
        self.open_cases = {}            # case -> the line that opened it
        self.booked = set()             # cases under which something was booked
        self.waits_outside = {}         # act of its resolving -> case
        self.to_file = set()            # (type of notice, act it is about)
        self.is_down, self.forms, self.paper = False, 0, []
        self.outsider = Person(*OUTSIDER, False)
        self.patients, self.shelf, self.missing, self.due, self.bags = [], [], [], [], []
        self.rooms = ["room-%d" % n for n in range(1, max(3, staff) + 1)]
        self.rooms_in_use = set()
        self.documents = 0
        self.every, self.days, self.happenings = every, 0, []
        self.year, self.given_before, self.lent = None, 0, 0
        self.closed_at = self.certified_at = None   # when the newest closing was written, and that of the newest inventory
        self.unclosed_day = None
        self.happened_at = {}           # act -> when
        self.corrections = 0
        self.inventory_days = 7 * every     # between two inventories
        self.inventory_on = first_day

    # ---- chance

    def chance(self, percent):
        return self.random.random() * 100 < percent

    def one_of(self, things):
        return things[self.random.randrange(len(things))]

    def between(self, low, high):
        return self.random.randint(low, high)

    # ---- writing

    def write(self, command, case=0, is_looked_into=True, **words):
        """One act, now, as its line; the act's id, by which later lines name what it gave birth to. `case` is how many
        cases it opens, or what says so once it is booked."""
        self.now += self.between(4, 40)
        line = {"command": command, "act": "%032x" % self.random.getrandbits(128), "recorded_at": typed(self.now)}
        line.update((name.rstrip("_").replace("_", "-"), value) for name, value in words.items() if value is not None)
        if self.is_down:
            line.setdefault("at", typed(self.now))
            del line["recorded_at"]
        touched = self.book.apply(line)
        self.lines_of[line["act"]], self.happened_at[line["act"]] = line, self.now
        count = int(case(touched) if callable(case) else case or words.get("irregular") is True)
        expected = {"cases": [self.new_case(line, is_looked_into) for _ in range(count)]}
        (self.paper if self.is_down else self.lines).append((line, expected))
        if not self.is_down:
            self.is_recorded(line)
        self.follow_up(line)
        return line["act"]

    def is_recorded(self, line):
        """It is in the book now, by its number and behind the closing of the day before."""
        today = day_of(self.now)
        if self.unclosed_day not in (None, today):
            self.closed_at = self.now
        self.unclosed_day = self.recorded_on[line["act"]] = today
        self.history.append(line)

    def close_day(self):
        self.closed_at, self.unclosed_day = self.now, None

    def new_case(self, line, is_looked_into):
        self.cases += 1
        self.open_cases[self.case()] = line
        if is_looked_into:
            self.start(self.now + 60, looks_into(self, self.case()), waits=True)
        return self.case()

    def follow_up(self, line):
        """What has to be filed about it, and which case it was booked under."""
        if "case" in line and line["command"] != "case resolve":
            self.booked.add(line["case"])
        if "significant" in line:
            self.to_file |= {("loss-notice", line["act"]), ("form-106", line["act"])}
        if line["command"] == "ship" and line["to"] == "reverse":
            self.to_file.add(("certificate", line["act"]))

    def correct(self, acts, doer, **words):
        """Take these acts back, or say what is right of them by these words; what was done since with their doses goes, or is
        said again. An officer approves it, now or another day."""
        officer = self.somebody("officer", without=(doer,), least_busy=False)
        self.corrections += 1
        before = {one: (vial.sum("closing-loss"), vial.forced) for one, vial in self.book.vials.items()}
        wasted = self.wasted()
        act = self.write("correct", case=lambda touched: (self.is_unsettled(before) or self.is_seen_otherwise(wasted)) +
                         (bool(touched) and self.is_certified(acts)),
                         entries=[self.named(one) for one in acts], reason="mistake", remark="seen by us both",
                         as_=doer.handle, officer=officer.handle if officer else None, **(words or {"void": True}))
        if not words:
            self.to_file = {(type_, one) for type_, one in self.to_file if one not in acts}
            self.due = [due for due in self.due if due[0] not in acts]
        if not officer:
            self.wait_for_countersign(act, ("officer",), doer)

    def is_unsettled(self, before):
        """Whether something is missing now, or was lost in a way that nothing explains."""
        for one, (loss, forced) in before.items():
            vial = self.book.vials[one]
            loss_now = vial.sum("closing-loss")
            if vial.forced > forced or (loss_now != loss and not self.is_explained(vial, -loss_now)):
                return True
        return False

    def wasted(self):
        """(dose, number of the act) -> ng."""
        return {(one, number): ng for one, dose in self.book.doses.items() for number, what, ng in dose.said if what == "wasted"}

    def is_seen_otherwise(self, before):
        """Whether a waste is booked as another amount than it was, and that is not what the two had seen of it."""
        for (one, number), ng in self.wasted().items():
            line, dose = self.book.lines[number], self.book.doses[one]
            if ng != before.get((one, number), ng) and (line["put"] != line["seen"] or
                                                        abs(dose.mass(line["seen"]) - ng) > dose.mass("%duL" % READING_UL)):
                return True
        return False

    def is_certified(self, acts):
        """Whether something of it happened in the time that an inventory was certified for."""
        return self.certified_at is not None and min(self.happened_at[act] for act in acts) <= self.certified_at

    def is_explained(self, vial, left):
        """Whether so much left, when the vial gives no more, is what hubs keep or less than its overfill."""
        gained = vial.sum("gained")
        return -OVERFILL[vial.product] <= left - gained <= HUB_LOSS * vial.times("drawn")

    def case(self):
        """The newest case."""
        return "X-%d" % self.cases

    def cases_of(self, act):
        return next(expected["cases"] for line, expected in reversed(self.lines) if line["act"] == act)

    def line_of(self, act):
        return self.lines_of[act]

    def said_by(self, line):
        """Its words, to say them again."""
        return {name.replace("-", "_") + ("_" if name in ("as", "from") else ""): value for name, value in line.items()
                if name not in ("command", "act", "recorded_at")}

    def named(self, act, nth=1):
        return "@%s" % act if nth == 1 else "@%s/%d" % (act, nth)

    def say(self, ref):
        """How somebody names it: once its list is over, by the number on the label as often as not."""
        act = ref[1:].partition("/")[0]
        today = day_of(self.now)
        if ref.startswith("@") and not self.is_down and self.recorded_on.get(act, today) != today and self.chance(50):
            return self.book.id_of(ref)
        return ref

    def wait_for_countersign(self, act, role, *without):
        self.due.append((act, role, {person.handle for person in without if person}, day_of(self.now)))

    def take_lines(self):
        lines, self.lines = self.lines, []
        return lines

    # ---- turns

    def start(self, moment, process, waits=False):
        """Begin something. What waits needs the computer."""
        self.order_of_turns += 1
        heapq.heappush(self.turns, (moment, self.order_of_turns, process, waits))

    def run_until(self, moment):
        while self.turns and self.turns[0][0] < moment:
            turn, _, process, waits = heapq.heappop(self.turns)
            self.now = max(self.now, turn)
            if waits and self.is_down:
                self.start(self.now + DAY, process, waits)
                continue
            minutes = next(process, None)
            if minutes is not None:
                self.start(self.now + 60 * minutes, process, waits)
        self.now = max(self.now, moment)

    def minutes_to(self, days, hour):
        """Until this hour of a later day."""
        return (at(day_of(self.now + days * DAY), hour) - self.now) // 60

    # ---- people

    def person(self, handle):
        return next(one for one in self.staff if one.handle == handle)

    def somebody(self, *roles, without=(), patient=None, least_busy=True):
        """Somebody in the house with one of these roles, who may act for the patient; None where nobody is."""
        barred = patient.barred if patient else ()
        able = [one for one in self.staff if one.is_in and (not roles or one.roles & set(roles)) and
                one.handle not in barred and one not in without]
        able = [one for one in able if one.busy < 2] if least_busy else able
        return self.one_of(able) if able else None

    def second(self, doer, patient=None):
        return self.somebody(without=(doer,), patient=patient, least_busy=False)

    def two_of_stock(self):
        """A custodian or officer, and whoever sees it; None where nobody is there to see it."""
        doer = self.somebody("custodian", "officer", least_busy=False)
        witness = doer and self.second(doer)
        return {"as_": doer.handle, "witness": witness.handle} if witness else None

    def two_of_book(self):
        """Somebody, and an officer who approves it."""
        doer = self.somebody(least_busy=False)
        officer = doer and self.somebody("officer", without=(doer,), least_busy=False)
        return {"as_": doer.handle, "officer": officer.handle} if officer else None

    # ---- the day before

    def settle_in(self, tray):
        officers = {"as_": self.staff[1].handle, "officer": self.staff[0].handle}
        for person in self.staff[2:] + [self.outsider]:
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
        for name, type_ in (("police", "agency"), ("medic-7", "ambulance")):
            self.write("party add", name=name, type=type_, label=name, **officers)
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

    def receive(self, wanted, is_sure=False):
        """One delivery: so many of each product, a line each; now and then one is damaged or missing. Its act."""
        doer = self.somebody("custodian", "clinician", least_busy=False)
        checker = self.second(doer)
        missing, damaged, rows, things = int(self.chance(5) and not is_sure), 0, [], []
        for product, count in wanted:
            today, broken = day_of(self.now), int(self.chance(1) and not is_sure)
            expiry = today.replace(day=1, month=self.between(1, 12), year=today.year + self.between(1, 2))
            expiry = expiry if (expiry - today).days > 40 else expiry.replace(year=today.year + 2)
            rows.append("product=%s containers=%d lot=L%05d expiry=%s" % (product, count, self.between(0, 99999), expiry) +
                        " damaged=1" * broken)
            damaged += broken
            things += [(product, expiry, broken and nth == count - 1) for nth in range(count)]
        self.documents += 1
        words = {"lines": rows, "from_": "acme", "document_type": "invoice", "place": "safe", "document": "INV-%d" % self.documents,
                 "invoiced": str(len(things) + missing), "as_": doer.handle, "witness": checker.handle if checker else None}
        act = self.write("receive", case=damaged or missing, **words)
        if checker and not (damaged or missing) and self.chance(6):
            receives_twice(self, words)
        if not checker:
            self.wait_for_countersign(act, (), doer)
        for nth, (product, expiry, is_broken) in enumerate(things, 1):
            label, bound = self.book.products[product][1], OVERFILL[product]
            over = min(max(round(self.random.gauss(0.6, 0.25) * bound), 0), bound)
            short = self.between(150, 400) if bound and self.chance(2) else 0
            one = Container(self.named(act, nth), product, label + over - short, expiry, "safe")
            one.held, one.unchecked = bool(is_broken), checker is None
            self.shelf.append(one)
        return act

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
        if self.is_down:
            return None
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

    def prepare_day(self, date):
        """What waits, what is on the shelf, what came; and now and then something else happens."""
        self.countersign_what_waits(date)
        self.file_what_is_due(date)
        self.settle_bags(date)
        yield 5
        self.look_at_shelf(date)
        yield 5
        self.order_stock()
        self.days += 1
        if self.days % self.every == 0:
            self.happenings = self.happenings or self.random.sample(HAPPENINGS, len(HAPPENINGS))
            self.start(self.now + 60, self.happenings.pop()(self), waits=True)

    def file_what_is_due(self, date):
        """Once a week what is to be said of each spray."""
        if date.weekday() == 1:
            for type_, act in sorted(one for one in self.to_file if one[0] == "rems"):
                file_notice(self, type_, act)

    def open_day(self, date, sessions, is_down=False):
        """What is done before the first patient, then who comes when."""
        if self.year != date.year:
            self.year, self.lent = date.year, 0
            self.given_before = sum(said["given"] for said in self.book.totals().values())
        for person in self.staff:
            person.is_in = not self.chance(6 if len(self.staff) > 2 else 4)
        if not any("clinician" in one.roles for one in self.staff if one.is_in):
            self.staff[1].is_in = True
        self.outsider.is_in = date.weekday() == 2
        if is_down:
            begin(self)
            sessions = min(sessions, 6)
        else:
            yield from self.prepare_day(date)
        waiting = [one for one in self.patients if not one.present and (one.next is None or one.next <= date)]
        self.random.shuffle(waiting)
        waiting.sort(key=lambda one: is_down and one.left == 0)     # orders are not written on forms
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
            able = [one for one in self.staff + [self.outsider] * ("auditor" in roles) if one.is_in and
                    one.handle not in without and (not roles or one.handle in roles or one.roles & set(roles))]
            if since == date or not able:
                still.append((act, roles, without, since))
                continue
            self.write("countersign", entry=self.named(act), as_=self.one_of(able).handle)
            self.open_cases.pop(self.waits_outside.pop(act, None), None)
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
        left = self.book.vial(one.ref).left()
        outside = not self.is_explained(self.book.vial(one.ref), left)
        witness = self.second(doer) if outside or self.chance(50) else None
        one.is_spent = outside and not witness
        if one.is_spent:
            return
        act = self.write("empty", case=outside, vial=self.say(one.ref), as_=doer.handle,
                         witness=witness.handle if witness else None,
                         reason="less in it than the label says" if outside else None)
        self.shelf.remove(one)
        if not self.is_down and self.chance(3):
            self.start(self.now, was_not_empty(self, act, one))


def weeks(seed, staff, first_day, days, sessions, every):
    """Days of a clinic, one after the other: (date, whether it is early afternoon, clinic), twice a day.
    So many sessions a day, and every so many days something happens to the stock."""
    clinic = Clinic(seed, staff, first_day, every)
    clinic.settle_in(4 * staff)
    for number in range(days):
        date = day_of(at(first_day, 12) + number * DAY)
        is_down = number % 170 == 8
        if clinic.is_down:
            clinic.run_until(at(date, 6, 50))
            type_form(clinic)
        if date.weekday() < 5 or is_down or (date.weekday() == 5 and clinic.chance(50)):
            clinic.start(at(date, 7, 15), clinic.open_day(date, sessions + clinic.between(-1, 1), is_down))
            clinic.start(at(date, 17, clinic.between(0, 40)), evening(clinic, date.weekday() == 4), waits=True)
        if is_odd_night(date):
            clinic.start(at(date, 20), clinic.keep_overnight(date))
        for is_noon in (True, False):
            clinic.run_until(at(date, 13, 20) if is_noon else at(date, 23, 45))
            yield date, is_noon, clinic
