"""What happens to one patient from the door to the door, as acts of a clinic."""

from almanac import DAY, at, day_of, typed
from house import BEYOND_USE, ML, OVERFILL, ml
from mistakes import another, draws_wrongly, forgets_a_look, looks_twice, measures_wrongly, reads_wrongly, wastes_wrongly


def vitals(clinic):
    return {"systolic": clinic.between(96, 158), "diastolic": clinic.between(58, 94), "pulse": clinic.between(52, 104)}


def treat(clinic, patient, is_night=False):
    """Comes in, waits for a room and somebody who may act, is treated, goes home."""
    date = day_of(clinic.now)
    for _ in range(8):
        nurse = clinic.somebody("clinician", patient=patient)
        rooms = [room for room in clinic.rooms if room not in clinic.rooms_in_use]
        if nurse and rooms:
            break
        yield clinic.between(10, 25)
    else:
        patient.present = False
        return
    order = clinic.order_for(patient)
    if order is None:
        patient.present = False
        return
    room = clinic.one_of(rooms)
    clinic.rooms_in_use.add(room)
    nurse.busy += 1
    session = clinic.named(clinic.write("session open", patient=clinic.say(patient.ref), order=clinic.say(order), place=room,
                                        identified=clinic.one_of(("known", "two-questions", "photo-document")),
                                        as_=nurse.handle, **vitals(clinic)))
    patient.left -= 1
    yield clinic.between(2, 8)
    visit = Visit(clinic, patient, session, room, nurse)
    visit.is_night = is_night
    if not is_night and clinic.chance(2):
        clinic.write("session close", session=session, outcome="not-started", as_=nurse.handle)
        patient.left += 1
    else:
        yield from {"iv": visit.infusion, "pain": visit.infusion, "im": visit.injection, "nasal": visit.sprays}[patient.kind]()
    visit.nurse.busy -= 1
    clinic.rooms_in_use.discard(room)
    patient.present = False
    patient.next = day_of(at(date, 12) + clinic.between(2, 5) * DAY)


def waste_rest(clinic, dose, doer, witness, wrong_eye=False):
    """All that is open of a dose, seen by two who each say how much. A wrong eye is one that opens a case."""
    held = clinic.book.dose(dose)
    ul = round(held.open() * held.volume() / held.drawn())
    figure, seen = "%duL" % ul, "%duL" % (ul + 200 + ul // 4 if wrong_eye else ul)
    act = clinic.write("waste", case=wrong_eye, dose=clinic.say(dose), amount="rest", seen=seen, put=figure,
                       method=clinic.one_of(("pouch", "bin", "drain")), as_=doer.handle, witness=witness.handle)
    if not (wrong_eye or clinic.is_down) and clinic.chance(2):
        clinic.start(clinic.now, wastes_wrongly(clinic, act, doer))


DRAWN = ("ketamine-50", "ketamine-10", "ketamine-100")      # with a needle, out of vials of many doses


class Visit:
    def __init__(self, clinic, patient, session, room, nurse):
        self.clinic, self.patient, self.session, self.room, self.nurse = clinic, patient, session, room, nurse
        self.is_night = False

    def write(self, command, **words):
        return self.clinic.write(command, as_=self.nurse.handle, **words)

    # ---- out of vials

    def usable(self, product):
        """What is on the shelf for this room: opened ones first, the oldest of each."""
        clinic, today = self.clinic, day_of(self.clinic.now)
        able = [one for one in clinic.shelf if one.product == product and
                not (one.held or one.taken or one.unchecked or one.is_spent) and
                one.expiry > today and one.place in ("safe", self.room) and
                not (one.opened and ((today - one.opened).days >= BEYOND_USE - 1 or product == "ketamine-sd"))]
        return sorted(able, key=lambda one: (one.opened is None, one.opened or one.expiry))

    def take(self, one, ul):
        """The needle: what it takes from the vial is what is drawn and a little that stays in the hub."""
        one.ul -= ul + self.clinic.between(40, 90)
        one.opened = one.opened or day_of(self.clinic.now)
        one.draws += 1

    def draw(self, product, ul, **words):
        """Draw so much, from one vial or what is left of one and another; the dose, or None where there is not enough."""
        clinic, sources, emptied, overfill, wanted, drawn = self.clinic, [], [], None, ul, None
        for one in self.usable(product):
            left = clinic.book.vial(one.ref).left()
            here = min(ul, max(0, (one.ul - 100) // 10 * 10))
            over = here - left
            if over > 0 and (sources or here < ul or one.gained + over > OVERFILL[product]):
                here = left
            elif over > 0:
                one.gained, overfill = one.gained + over, True
            if here >= min(ul, 100):
                sources, drawn = sources + [clinic.say(one.ref), ml(here)], one
                self.take(one, here)
                ul -= here
            if ul > 0 or one.ul < 150:
                emptied.append(one)
            if ul == 0:
                break
        dose = None
        if sources:
            is_simple = len(sources) == 2 and not overfill and "into" not in words and product in DRAWN and not clinic.is_down
            wrong = another(clinic, self, product, wanted, drawn) if is_simple and clinic.chance(1.5) else None
            said = [clinic.say(wrong.ref), sources[1]] if wrong else sources
            act = self.write("draw", sources=said, session=self.session, overfill=overfill, **words)
            dose = clinic.named(act)
            if wrong:
                clinic.correct([act], self.nurse, change=True, sources=sources)
            elif is_simple and clinic.chance(1.5):
                clinic.start(clinic.now, measures_wrongly(clinic, act, clinic.book.id_of(drawn.ref), wanted, self.nurse))
        for one in emptied:
            if one.draws:
                clinic.empty(one, self.nurse)
        return dose

    # ---- what all end with

    def settle(self, dose, can_hold=True):
        """What was not given: into the pouch before a witness, or into a bag until there is one."""
        clinic = self.clinic
        if clinic.book.dose(dose).open() == 0:
            return
        witness = clinic.second(self.nurse, self.patient)
        if witness and not (can_hold and clinic.chance(2)):
            waste_rest(clinic, dose, self.nurse, witness, wrong_eye=clinic.chance(1))
            return
        self.write("hold", dose=clinic.say(dose), seal="BAG-%06d" % clinic.between(0, 999999))
        clinic.bags.append((dose, self.nurse, self.patient, day_of(clinic.now)))

    def watch(self, minutes):
        """Under observation for so long, looked at once or twice."""
        clinic = self.clinic
        if minutes > 60:
            yield minutes // 2
            self.write("observe", session=self.session, sedation="drowsy", dissociation=clinic.between(0, 3), **vitals(clinic))
            minutes -= minutes // 2
        yield minutes
        words = dict(vitals(clinic), sedation="alert", ready=True, medication="ondansetron 4 mg iv" if clinic.chance(10) else None)
        act = self.write("observe", session=self.session, **words)
        if clinic.chance(2) and not clinic.is_down:
            clinic.start(clinic.now, forgets_a_look(clinic, act, self.nurse))
        if clinic.chance(1) and not clinic.is_down:
            looks_twice(self, words)
        yield clinic.between(1, 4)

    def leave(self, outcome="completed"):
        act = self.write("session close", session=self.session, outcome=outcome, escort=True)
        if self.patient.kind == "nasal":
            self.clinic.to_file.add(("rems", act))

    def hand_over(self, dose):
        """Somebody else takes the pump; both read it, now and then not the same."""
        clinic = self.clinic
        other = clinic.somebody("clinician", without=(self.nurse,), patient=self.patient)
        if not other:
            return
        # Nothing of it is booked by a reading; two that differ open a case.
        differ = clinic.chance(5)
        read = clinic.book.dose(dose).volume() // 3
        self.write("handover", case=differ, dose=dose, to=other.handle, giver_read="%duL" % read,
                   taker_read="%duL" % (read + (400 if differ else 0)))
        self.nurse.busy -= 1
        other.busy += 1
        self.nurse = other

    # ---- into a vein

    def infusion(self):
        clinic, patient = self.clinic, self.patient
        product = clinic.random.choices(("ketamine-50", "ketamine-10", "ketamine-100"), (75, 15, 10))[0]
        strength = clinic.book.products[product][0]
        plain = product != "ketamine-100" and patient.kind == "iv" and not self.is_night and clinic.chance(25)
        ul = patient.most // strength // 10 * 10
        if clinic.chance(2) and not clinic.is_down:
            draws_wrongly(self, product, ul, {} if plain else self.bag(ul))
        if product == "ketamine-50" and clinic.chance(6):
            dose = self.draw_of_two(ul, self.bag(ul))
        else:
            dose = self.draw(product, ul, **({} if plain else self.bag(ul)))
        if dose is None:
            self.write("session close", session=self.session, outcome="not-started")
            patient.left += 1
            return
        yield clinic.between(1, 5)
        if clinic.chance(1.5):
            self.settle(dose, can_hold=False)
            if clinic.book.dose(dose).open() == 0:
                self.write("session close", session=self.session, outcome="not-started")
                patient.left += 1
                return
            self.write("session close", session=self.session, outcome="stopped")
            return
        minutes = 600 if self.is_night else clinic.between(180, 300) if patient.kind == "pain" else clinic.between(38, 60)
        stopped = clinic.chance(3)
        if plain and clinic.chance(60):
            yield from self.written_afterwards(dose, minutes)
        else:
            yield from self.by_pump(dose, minutes, stopped)
            if clinic.book.dose(dose).sum("handed-out"):
                self.write("session close", session=self.session, outcome="transferred", escort=True)
                return
        self.settle(dose)
        yield from self.watch(clinic.between(33, 50))
        self.leave("stopped" if stopped else "completed")

    def bag(self, ul):
        """Into what it is diluted: the label's volume, what is then really in it, or what a balance says."""
        volume = self.clinic.one_of((50, 100, 100, 250)) * ML
        container = "bag" if volume > 50 * ML else "pump-syringe"
        if self.clinic.chance(20):
            return {"dilute": ml(volume + self.clinic.between(-900, 2900) + ul), "container": container, "measured": True}
        return {"dilute": ml(volume + (ul if self.clinic.chance(60) else 0)), "container": container}

    def draw_of_two(self, ul, bag):
        """Half of it of one strength, the rest of another, into one bag."""
        part = ul // 20 * 10
        dose = self.draw("ketamine-50", part)
        if dose and self.draw("ketamine-10", (ul - part) * 5, into=dose, **bag) is None:
            self.write("draw", into=dose, session=self.session, **bag)
        return dose

    def written_afterwards(self, dose, minutes):
        """Given by hand and written down when there is time for it, in one line; now and then late."""
        clinic, began = self.clinic, self.clinic.now
        yield minutes
        ended = clinic.now
        yield clinic.between(25, 70) if clinic.chance(6) else clinic.between(0, 3)
        self.write("administer", dose=dose, phase="whole", route="iv", start=typed(began), stop=typed(ended), at=typed(ended),
                   read="rest" if clinic.chance(80) else ml(clinic.book.dose(dose).volume() * clinic.between(60, 97) // 100))

    def by_pump(self, dose, minutes, stopped):
        clinic, volume = self.clinic, self.clinic.book.dose(dose).volume()
        rate = volume * 60 // minutes // ML
        self.write("administer", dose=dose, phase="start", route="iv", rate="%dmL/h" % rate if rate else None)
        minutes = minutes * 2 // 3 if stopped else minutes
        yield minutes // 3
        if rate and clinic.chance(20):
            self.write("administer", dose=dose, phase="rate", rate="%dmL/h" % (rate * 5 // 6 + 1))
        if clinic.chance(5):
            self.write("administer", dose=dose, phase="pause")
            yield clinic.between(3, 12)
            self.write("administer", dose=dose, phase="start")
        if clinic.chance(4):
            self.hand_over(dose)
        for hour in range(2 * minutes // 3 // 60 if self.is_night else 0):
            self.write("administer", dose=dose, phase="rate", rate="%dmL/h" % (rate + hour % 2),
                       read=ml(volume * (20 + 5 * hour) // 100))
            yield 60
            minutes -= 60
        yield minutes - minutes // 3
        if clinic.chance(1) and not (clinic.is_down or self.is_night):
            self.write("handover", dose=dose, to="medic-7", giver_read=ml(volume // 3), taker="a paramedic")
            return
        drift = clinic.between(-300, 300)
        ul = volume * (clinic.between(35, 80) if stopped else clinic.between(90, 100)) // 100 + drift
        ul = min(max(ul, 100), volume) // 100 * 100 if volume > ML else volume * 9 // 10
        is_all = not stopped and clinic.chance(50)
        act = self.write("administer", dose=dose, phase="stop", read="rest" if is_all else ml(ul))
        if not is_all and not self.is_night and not clinic.is_down and clinic.chance(4):
            clinic.start(clinic.now, reads_wrongly(clinic, act, ul, self.nurse))
        rest = clinic.book.dose(dose)
        if not stopped and rest.dilutions and rest.open() and rest.open() * rest.volume() < 10 * ML * rest.drawn():
            self.write("residual", dose=dose, amount="rest", where="line")

    # ---- into a muscle

    def injection(self):
        clinic, patient = self.clinic, self.patient
        dose = self.draw("ketamine-sd", min(patient.most // 50000 // 10 * 10, 2000), container="syringe")
        if dose is None:
            self.write("session close", session=self.session, outcome="not-started")
            patient.left += 1
            return
        yield clinic.between(2, 6)
        wrong_route = clinic.chance(3)
        officer = clinic.somebody("officer", without=(self.nurse,), least_busy=False) if wrong_route else None
        hub = ml(clinic.between(4, 9) * 10)
        given = "rest" if clinic.chance(60) else ml(clinic.book.dose(dose).volume() - clinic.between(5, 11) * 10)
        act = self.write("administer", dose=dose, phase="whole", route="iv" if wrong_route else "im", read=given,
                         irregular=wrong_route or None, reason="wrong route, noticed at once" if wrong_route else None,
                         officer=officer.handle if officer else None)
        if wrong_route and not officer:
            clinic.wait_for_countersign(act, ("officer",), self.nurse)
        if clinic.book.dose(dose).open():
            if clinic.chance(50):
                self.write("residual", dose=dose, amount="rest", where="hub")
            elif clinic.book.dose(dose).mass(hub) < clinic.book.dose(dose).open():
                self.write("residual", dose=dose, amount=hub, where="hub")
        self.settle(dose)
        yield from self.watch(clinic.between(35, 60))
        self.leave()

    # ---- into the nose

    def sprays(self):
        clinic, patient = self.clinic, self.patient
        began, held = None, 0
        devices = patient.most // (28 * 10 ** 6)
        for number in range(devices):
            able = self.usable("spravato")
            if not able:
                break
            device = able[0]
            device.taken = True
            clinic.shelf.remove(device)
            dose = clinic.named(self.write("draw", sources=[clinic.say(device.ref), "1 device"], session=self.session))
            if number and clinic.chance(3) and clinic.second(self.nurse, patient):
                self.put_back(dose, device)
                break
            failed = clinic.chance(2)
            self.write("administer", dose=dose, phase="whole", route="nasal", by="patient-observed",
                       read="1 sprays" if failed else "2 sprays")
            began = began or clinic.now
            if failed:
                self.settle(dose, can_hold=True)
                held += 1
            yield clinic.between(6, 8)
        if began is None:
            self.write("session close", session=self.session, outcome="not-started")
            patient.left += 1
            return
        yield from self.watch(123 - (clinic.now - began) // 60 + clinic.between(0, 15))
        self.leave()

    def put_back(self, dose, device):
        """Laid out and not needed: its seal is whole, and it goes back."""
        clinic = self.clinic
        self.write("return", dose=dose, place="safe", seal_whole=True, witness=clinic.second(self.nurse, self.patient).handle)
        device.taken, device.place = False, "safe"
        clinic.shelf.append(device)
