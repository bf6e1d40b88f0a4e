"""Acts that cannot be, or may not be, at this moment of a clinic, each with the code that must refuse it.

Each function looks for what it needs among what people could type now; where there is none it has nothing to offer."""

import datetime

from almanac import DAY, day_of, typed
from house import ml

TEMPTATIONS = []


def temptation(code):
    def keep(function):
        TEMPTATIONS.append((code, function))
        return function
    return keep


class Look:
    """The clinic as its last acts have left it."""

    def __init__(self, clinic):
        self.clinic, self.book, self.chance = clinic, clinic.book, clinic.random
        self.sessions, self.closed, self.running, self.doses, self.finished, self.bags = {}, [], {}, {}, [], set()
        self.undone, self.signed, self.resolved = [], [], []
        for line in clinic.history:
            self.follow(line)
        self.doses = {dose: line for dose, line in self.doses.items() if self.book.doses[dose].drawn()}
        self.running = {dose: line for dose, line in self.running.items() if dose in self.doses}

    def follow(self, line):
        command, dose = line["command"], self.book.id_of(line.get("dose", "-")) if "dose" in line else None
        if command == "session open":
            self.sessions[self.book.born[line["act"]][0]] = line
        elif command == "session close":
            session = self.book.id_of(line["session"])
            self.sessions.pop(session, None)
            self.closed.append(session)
        elif command == "draw" and "into" not in line:
            self.doses[self.book.born[line["act"]][0]] = line
        elif command == "administer" and line.get("phase") in ("start", "rate"):
            self.running[dose] = line
        elif command == "administer" or "taker" in line:
            self.running.pop(dose, None)
        elif command == "hold" and dose:
            self.bags.add(dose)
        elif command == "empty":
            self.finished.append(self.book.id_of(line["vial"]))
        elif command == "correct" and "void" in line:
            self.undo(line["entries"][0][1:])
        elif command == "case resolve":
            self.resolved.append(line["case"])
        if command in ("observe", "session close") and "at" not in line:
            self.signed.append(line)

    def undo(self, act):
        line = self.clinic.line_of(act)
        self.undone.append(act)
        self.signed = [one for one in self.signed if one["act"] != act]
        if line["command"] == "empty":
            self.finished = [one for one in self.finished if one != self.book.id_of(line["vial"])]
        if line["command"] == "administer":
            self.running.pop(self.book.id_of(line["dose"]), None)

    def any(self, things):
        things = list(things)
        return self.chance.choice(things) if things else None

    def session(self, kinds=("iv", "im", "pain")):
        """An open session of somebody treated so, and whoever opened it."""
        kind = {patient.ref: patient.kind for patient in self.clinic.patients}
        for session, line in self.sessions.items():
            refs = [ref for ref in kind if self.book.id_of(ref) == self.book.id_of(line["patient"])]
            if refs and kind[refs[0]] in kinds:
                return session, line
        return None, None

    def vial(self, test, product=None):
        one = self.any(one for one in self.clinic.shelf if test(one) and product in (None, one.product))
        return self.book.id_of(one.ref) if one else None

    def good(self, product="ketamine-50"):
        return self.vial(lambda one: not one.held and not one.unchecked and one.expiry > day_of(self.clinic.now) and
                         one.place == "safe" and not one.opened, product)

    def dose(self, is_open, is_device=False):
        """A dose that is not running, with something open or with nothing."""
        for one, line in self.doses.items():
            if one not in self.running and (self.book.doses[one].open() > 0) == is_open and \
                    (line["sources"][1] == "1 device") == is_device:
                return one
        return None


def by(line, **words):
    return dict(words, **{"as": line["as"]})


def draw(look, vial, amount, **words):
    session, line = look.session()
    return session and vial and by(line, command="draw", sources=[vial, amount], session=session, **words)


def waste(look, dose, amount, figure, **words):
    staff = look.clinic.staff
    return dose and dict({"command": "waste", "dose": dose, "amount": amount, "method": "pouch", "put": figure, "seen": figure,
                          "as": staff[0].handle, "witness": staff[1].handle}, **words)


@temptation("PH0210")
def more_than_is_left(look):
    vial = look.good()
    return draw(look, vial, vial and ml(look.book.vials[vial].left() + 1))


@temptation("PH0211")
def more_than_an_overfill(look):
    vial = look.good()
    return draw(look, vial, vial and ml(look.book.vials[vial].left() + 501), overfill=True)


@temptation("PH0212")
def out_of_a_finished_vial(look):
    return draw(look, look.any(look.finished), "0.1mL")


@temptation("PH0213")
def out_of_a_vial_on_hold(look):
    today = day_of(look.clinic.now)
    return draw(look, look.vial(lambda one: one.held and one.product != "spravato" and one.expiry > today), "0.1mL")


@temptation("PH0221")
def half_a_device(look):
    session, line = look.session(("nasal",))
    device = look.good("spravato")
    return session and device and by(line, command="draw", sources=[device, "0.1mL"], session=session)


@temptation("PH0409")
def another_drug(look):
    session, line = look.session(("nasal",))
    vial = look.good()
    return session and vial and by(line, command="draw", sources=[vial, "0.1mL"], session=session)


@temptation("PH0438")
def a_device_for_somebody_not_enrolled(look):
    return draw(look, look.good("spravato"), "1 device")


@temptation("PH0402")
def for_a_session_that_is_over(look):
    vial = look.good()
    return look.closed and vial and {"command": "draw", "sources": [vial, "0.1mL"], "session": look.closed[-1], "as": "mnair"}


@temptation("PH0601")
def a_vial_that_never_was(look):
    return draw(look, "V-999999", "0.1mL")


@temptation("PH1004")
def an_amount_without_a_unit(look):
    return draw(look, look.good(), "75")


@temptation("PH0112")
def an_amount_between_two_microlitres(look):
    return draw(look, look.good(), "33.33333mg")


@temptation("PH0231")
def more_of_a_dose_than_is_open(look):
    dose = look.dose(True)
    return waste(look, dose, dose and "%d.%06dmg" % divmod(look.book.doses[dose].open() + 1, 10 ** 6), "1mL")


@temptation("PH0230")
def a_dose_that_is_settled(look):
    return waste(look, look.dose(False), "1mg", "1mL")


@temptation("PH0230")
def giving_what_is_settled(look):
    dose = look.dose(False)
    return dose and {"command": "administer", "dose": dose, "phase": "whole", "route": "iv", "read": "rest", "as": "mnair"}


@temptation("PH0111")
def sprays_of_a_syringe(look):
    return waste(look, look.dose(True), "1 sprays", "1mL")


@temptation("PH0304")
def a_witness_of_oneself(look):
    return waste(look, look.dose(True), "rest", "1mL", witness=look.clinic.staff[0].handle)


@temptation("PH0425")
def wasting_while_it_runs(look):
    return waste(look, look.any(look.running), "rest", "1mL")


@temptation("PH0427")
def putting_back_what_was_opened(look):
    dose = look.dose(True)
    return dose and {"command": "return", "dose": dose, "place": "safe", "seal-whole": True, "as": "mnair", "witness": "jpatel"}


@temptation("PH0222")
def finishing_what_is_sealed(look):
    vial = look.good()
    return vial and {"command": "empty", "vial": vial, "as": "mnair", "witness": "jpatel"}


def spent(look, **words):
    """Finishing an open vial of which the book has far more left than any hub explains."""
    open_ = [one for one in look.clinic.shelf
             if one.opened and look.book.vial(one.ref).left() > 2000 + one.gained + 120 * one.draws]
    return open_ and dict({"command": "empty", "vial": look.book.id_of(open_[0].ref), "as": "mnair"}, **words)


@temptation("PH0309")
def losing_half_a_vial_alone(look):
    return spent(look, reason="nothing comes out")


@temptation("PH0520")
def losing_half_a_vial_without_a_word(look):
    return spent(look, witness="jpatel")


@temptation("PH0229")
def wasting_what_is_sealed(look):
    vial = look.good()
    return vial and {"command": "waste", "vial": vial, "amount": "rest", "method": "pouch", "put": "10mL", "seen": "10mL",
                     "as": "mnair", "witness": "jpatel"}


@temptation("PH0228")
def releasing_what_is_free(look):
    vial = look.good()
    return vial and look.clinic.staff[1].roles & {"custodian"} and {"command": "release", "vials": [vial], "as": "mnair",
                                                                   "officer": "jpatel"}


@temptation("PH0412")
def a_second_session_of_one_patient(look):
    session, line = look.session()
    fits = [one for one in look.clinic.patients if session and look.book.id_of(one.ref) == look.book.id_of(line["patient"]) and
            one.left > 0]
    return fits and by(line, command="session open", patient=look.book.id_of(fits[0].ref), order=look.book.id_of(fits[0].order),
                       place="room-1")


@temptation("PH0306")
def somebody_locked_out(look):
    patient = look.any(one for one in look.clinic.patients if one.barred and one.order and one.left and not one.present)
    able = patient and [one.handle for one in look.clinic.staff if one.handle in patient.barred and "clinician" in one.roles]
    return able and {"command": "session open", "patient": look.book.id_of(patient.ref), "order": look.book.id_of(patient.order),
                     "place": "room-1", "as": able[0]}


@temptation("PH0428")
def an_order_of_another(look):
    session, line = look.session()
    other = look.any(one for one in look.clinic.patients if one.order and one.left and not one.present and not one.barred)
    third = look.any(one for one in look.clinic.patients if not one.present and one is not other and not one.barred)
    return other and third and {"command": "session open", "patient": look.book.id_of(third.ref), "place": "room-1",
                                "order": look.book.id_of(other.order), "as": "mnair"}


@temptation("PH0415")
def leaving_with_a_dose_open(look):
    for session, line in look.sessions.items():
        for dose, drawn in look.doses.items():
            if dose not in look.bags and look.book.id_of(drawn["session"]) == session and look.book.doses[dose].open() > 0:
                return by(line, command="session close", session=session, outcome="completed", escort=True)
    return None


@temptation("PH0501")
def tomorrow(look):
    session, line = look.session()
    return session and by(line, command="observe", session=session, sedation="alert", at=typed(look.clinic.now + DAY))


@temptation("PH0431")
def closing_twice(look):
    return look.closed and {"command": "session close", "session": look.closed[-1], "outcome": "completed", "as": "mnair"}


@temptation("PH0305")
def without_the_role(look):
    session, line = look.session()
    other = [one for one in look.clinic.staff if not one.roles & {"clinician"}]
    return session and other and {"command": "observe", "session": session, "sedation": "alert", "as": other[0].handle}


@temptation("PH0223")
def taking_in_what_has_expired(look):
    return {"command": "receive", "from": "acme", "document-type": "invoice", "document": "INV-OLD", "place": "safe",
            "lines": ["product=ketamine-50 containers=2 lot=OLD expiry=%s" % (day_of(look.clinic.now) - datetime.timedelta(1))],
            "as": "mnair", "witness": "jpatel"}


@temptation("PH0108")
def an_order_by_two_measures(look):
    return an_order(look, dose="40mg", **{"dose-per-kg": "0.5mg"})


def an_order(look, **words):
    patient = look.any(one for one in look.clinic.patients if not one.barred)
    return {"command": "order add", "patient": look.book.id_of(patient.ref), "drug": "ketamine", "route": "iv", "weight": "70kg",
            "weighed": str(day_of(look.clinic.now)), "as": "jpatel", **words}


@temptation("PH0435")
def more_than_the_protocol_ever_gives(look):
    return an_order(look, protocol="depression-infusion", dose="501mg")


@temptation("PH0437")
def a_protocol_that_is_not_kept_here(look):
    return an_order(look, protocol="high-dose-inpatient", dose="100g")


def leaves(look, command, vial, **words):
    return vial and {"command": command, "vials": [vial], "as": "mnair", "witness": "jpatel", **words}


@temptation("PH0260")
def sending_to_somebody_without_papers(look):
    return leaves(look, "ship", look.good(), to="friend", document="X-1")


@temptation("PH0269")
def lending_more_than_a_twentieth(look):
    many = [look.book.id_of(one.ref) for one in look.clinic.shelf if not one.opened and not one.taken]
    return leaves(look, "ship", many[0] if many else None, to="nextdoor", document="X-1", vials=many[:60])


@temptation("PH0239")
def surrendering_to_a_supplier(look):
    return leaves(look, "surrender", look.good(), to="acme", witness=None)


@temptation("PH0263")
def destroying_without_a_form(look):
    return leaves(look, "destroy", look.good(), method="incinerated")


@temptation("PH0212")
def losing_what_is_finished(look):
    return leaves(look, "loss", look.any(look.finished), discovered=typed(look.clinic.now - 60))


@temptation("PH0501")
def losing_tomorrow(look):
    return leaves(look, "loss", look.good(), discovered=typed(look.clinic.now + DAY))


@temptation("PH0426")
def lost_after_it_was_missed(look):
    return leaves(look, "loss", look.good(), discovered=typed(look.clinic.now - 3600), since=typed(look.clinic.now - 60))


@temptation("PH0238")
def recovering_what_was_never_lost(look):
    vial = look.good()
    return vial and {"command": "recover", "vial": vial, "volume": "0.1mL", "place": "safe", "as": "mnair", "witness": "jpatel"}


@temptation("PH0259")
def taking_over_when_the_book_has_begun(look):
    return {"command": "found", "product": "ketamine-50", "containers": "1", "sealed": True, "place": "safe", "origin": "opening",
            "as": "mnair", "witness": "jpatel"}


@temptation("PH0314")
def countersigning_what_nobody_waits_for(look):
    return {"command": "countersign", "entry": "3", "as": "mnair"}


def wrong_acts(clinic):
    """(line, what is expected of it) for everything that could be tried now, at the time it is now."""
    look, acts = Look(clinic), []
    for code, tempt in TEMPTATIONS:
        words = tempt(look)
        if words:
            clinic.now += 1
            words = {name: value for name, value in words.items() if value is not None}
            acts.append((dict(words, act="%032x" % clinic.random.getrandbits(128), recorded_at=typed(clinic.now)),
                         {"refused": code, "because": tempt.__name__.replace("_", " ")}))
    return acts
