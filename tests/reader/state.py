"""The state of a book and what each kind does to it (SPEC.md 9)."""

from cbor import Malformed, encode
from effect import COUNTED
from entry import Unproven
from keys import leaf_hash, tree_root
from leaf import (ACTS, AUDITOR, CREDENTIAL, DAY, DOSE, HOUR, KEY, LIMIT, OFFICER, ORDER, PARTY, PATIENT, PLACE, PLACES, POLICY,
                  PRESCRIBER, PRODUCT, RECOVERY, SESSION, STAFF, SUBJECTS, TOTALS, VIAL, Leaf, rounded)
from state_certify import Inventories
from state_count import Counts
from state_out import Out


OVERRIDABLE = {215, 403, 404, 406, 407, 421, 423}  # the codes that can be set aside
CORRECTABLE = set("receive session-open session-close draw administer handover waste residual held empty return observe resolve "
                  "adjust found recover loss ship destroy surrender".split())


class State(Out, Counts, Inventories):
    def __init__(self):
        self.leaves = {subject: [] for subject in PLACES}
        self.totals = {}
        self.due = {}       # entry: what it waits for, who is in it, its prescriber
        self.policy = None  # facts of the one in force
        self.recovery_needed = 0
        self.stocked = 0    # the first entry that moved anything but what the book opened with
        self.before, self.totals_before = {}, {}  # leaves and totals as they were before this entry, None of newborn ones
        self.transferred = self.transferred_before = 0  # ng shipped to other practitioners
        self.shelves = {}   # place x 256 + product: sealed and open containers
        self.effects, self.placed = [], []      # of each entry before: rows in force, rows as placed
        self.recorded, self.offsets = [], []
        self.closings = {}  # entry: its day, as it is written
        self.certified_at = self.inventory_day = 0
        self.anew = None  # the entry of before that happens again, while it does
        self.cases_opening = 0  # by this entry, as a line of a count
        self.may_wait = set()  # entries that may wait for more, as the rules would say

    # ---- finding and making

    def leaf(self, subject, number):
        if not 1 <= number <= len(self.leaves[subject]):
            raise Malformed("there is no %s %d" % (SUBJECTS[subject - 1], number))
        leaf = self.leaves[subject][number - 1]
        if subject in COUNTED and (subject, number) not in self.before:
            self.before[subject, number] = leaf.state()
        return leaf

    def remember(self):
        """From here on keep what each leaf was."""
        self.before, self.totals_before, self.transferred_before = {}, {}, self.transferred

    def birth(self, subject, touched):
        self.leaves[subject].append(Leaf(subject))
        number = len(self.leaves[subject])
        if subject in COUNTED:
            self.before[subject, number] = None
        touched.add((subject, number))
        return number, self.leaves[subject][-1]

    def total(self, product):
        row = self.totals.setdefault(product, dict.fromkeys(TOTALS, 0))
        self.totals_before.setdefault(product, dict(row))
        return row

    def root(self, subject):
        leaves = enumerate(self.leaves[subject], 1)
        return tree_root(leaf_hash(encode([subject, number, leaf.touches, leaf.last, leaf.blind, leaf.state()]))
                         for number, leaf in leaves)

    def strength(self, vial):
        return self.leaf(PRODUCT, vial["product"])["strength"]

    # ---- people

    def roles(self, person):
        return self.leaf(CREDENTIAL, person)["roles"] if person else 0

    def is_revoked(self, person):
        return self.leaf(CREDENTIAL, person)["revoked"] != 0

    def people_with(self, roles):
        return [(who, leaf["roles"]) for who, leaf in enumerate(self.leaves[CREDENTIAL], 1) if leaf["roles"] & roles]

    # ---- amounts (SPEC.md 9.4)

    def all_left(self, vial):
        return max(vial["left"], 0) if self.anew else vial["left"]

    def take(self, vial, purpose, total, volume):
        if volume > vial["left"] and not self.anew:
            raise Malformed("more is taken than is left: %d of %d uL" % (volume, vial["left"]))
        mass, row = volume * self.strength(vial), self.total(vial["product"])
        vial["left"] -= volume
        vial[purpose] += volume
        row["on-hand"] -= mass
        row[total] += mass
        self._stock()

    def put(self, vial, purpose, total, volume):
        mass, row = volume * self.strength(vial), self.total(vial["product"])
        vial["left"] += volume
        vial[purpose] += volume
        row["on-hand"] += mass
        row[total] += -mass if total == "in-doses" else mass
        if total != "opening":
            self._stock()

    def _stock(self):
        """Something moved that is not what the book opened with."""
        self.stocked = self.stocked or (self.anew.number if self.anew else len(self.effects) + 1)

    def raise_dose(self, dose, mass):
        """There is more of it than was thought."""
        source, row = dose.more[-1], self.total(dose.more[-1][1])
        for name in ("adjusted-up", "open"):
            dose[name] += mass
        source[3] += mass
        source[4] += mass
        for name in ("adjusted-up", "in-doses"):
            row[name] += mass

    def settle(self, dose, purpose, mass):
        if self.anew and mass > dose["open"]:
            dose["forced"] += mass - dose["open"]
            self.raise_dose(dose, mass - dose["open"])
        if mass > dose["open"]:
            raise Malformed("more is settled than is open: %d of %d ng" % (mass, dose["open"]))
        unpaid, left_in_all = mass, dose["open"]
        for source in dose.more:
            if not unpaid:
                break
            part, row = rounded(unpaid * source[4], left_in_all), self.total(source[1])
            unpaid, left_in_all = unpaid - part, left_in_all - source[4]
            source[4] -= part
            row["in-doses"] -= part
            row[purpose] += part
        dose["open"] -= mass
        dose[purpose] += mass

    def mass_of(self, dose, quantity):
        unit, amount = quantity
        if unit == 5:
            return dose["open"]
        if unit == 2:
            return amount
        if unit == 1 and dose["volume"]:
            return rounded(amount * dose["drawn"], dose["volume"])
        sprays = dose["volume"] // 100
        if unit == 4 and dose["container"] == 4 and amount <= sprays:
            return amount * (dose["drawn"] // sprays)
        raise Malformed("a unit that does not fit the dose")

    def volume_of(self, vial, quantity):
        unit, amount = quantity
        if unit == 5:
            return self.all_left(vial)
        if unit == 1:
            return amount
        if unit == 2 and amount % self.strength(vial) == 0:
            return amount // self.strength(vial)
        raise Malformed("a quantity that does not fit the vial")

    def figure_of(self, vial, quantity):
        """The mass of what somebody typed of a vial: it need not be whole microlitres."""
        return quantity[1] if quantity[0] == 2 else self.volume_of(vial, quantity) * self.strength(vial)

    def set_dose_state(self, dose, state):
        was_open, is_open = 1 <= dose["state"] <= 4, 1 <= state <= 4
        if dose["session"]:
            self.leaf(SESSION, dose["session"])["open-doses"] += is_open - was_open
        dose["state"] = state

    def settle_if_empty(self, dose):
        if dose["open"]:
            return
        self.set_dose_state(dose, 6)
        for source in dose.more:
            vial = self.leaf(VIAL, source[0])
            if vial["state"] == 4:
                vial["state"] = 3

    def commit(self, dose, mass):
        if dose["session"]:
            self.leaf(SESSION, dose["session"])["committed"] += mass

    # ---- conservation

    def check(self, touched):
        for subject, number in touched:
            leaf = self.leaf(subject, number)
            if subject == VIAL:
                self._balance(leaf, "labelled gained returned recovered adjusted-up",
                              "drawn wasted closing-loss shipped destroyed lost surrendered adjusted-down left")
            if subject == DOSE:
                self._balance(leaf, "drawn adjusted-up", "given wasted residual returned destroyed lost handed-out adjusted-down open")
        for row in self.totals.values():
            self._balance(row, "opening received gained recovered found adjusted-up",
                          "given wasted residual closing-loss shipped destroyed lost surrendered handed-out adjusted-down "
                          "in-doses on-hand")

    @staticmethod
    def _balance(of, came, went):
        came, went = [of[name] for name in came.split()], [of[name] for name in went.split()]
        if sum(came) != sum(went) or min(came + went) < 0 or max(came + went) >= LIMIT:
            raise Malformed("what came is not what went and is left")

    # ---- what each kind does (SPEC.md 9.5). `touched` grows by what is born.

    def apply(self, entry, ids, touched):
        """`ids` gives, for the key of a reference, the id or ids it means."""
        getattr(self, "do_" + entry.kind.replace("-", "_"))(entry, ids, touched)
        if 10 in entry.payload or entry.kind in ("waste", "empty"):
            self.may_wait.add(entry.number)
        if entry.kind in CORRECTABLE:
            for number in (number for subject, number in touched if subject == DOSE):
                self.leaf(DOSE, number)["last"] = entry.number
        if entry.irregular and doer(entry):
            self.leaf(ACTS, doer(entry))["irregular"] += 1

    def _person(self, entry, touched):
        number, _ = self.birth(ACTS, touched)
        _, credential = self.birth(CREDENTIAL, touched)
        credential["from"], credential["born"], credential["key-entry"] = entry.occurred, entry.number, entry.number
        return number, credential

    def do_genesis(self, entry, ids, touched):
        for row in entry.facts[7]:
            self._person(entry, touched)[1]["roles"] = row[2] | OFFICER
        for _ in entry.facts[8]:
            self._person(entry, touched)[1]["roles"] = RECOVERY
        self.recovery_needed = entry.facts[9]

    def do_policy(self, entry, ids, touched):
        if entry.facts[1] > 1:
            raise Unproven("revision %d of the rules" % entry.facts[1])
        values = [entry.facts[key] for key in range(1, max(entry.facts) + 1)]
        lists = [value for value in values if isinstance(value, list)]
        _, leaf = self.birth(POLICY, touched)
        leaf.more = [0] + [len(value) if isinstance(value, list) else value for value in values]
        leaf.more += [number for one in lists for row in one for number in (row if isinstance(row, list) else [row])]
        self.policy = entry.facts

    def do_person(self, entry, ids, touched):
        facts, person = entry.facts, entry.facts.get(8)
        if person is None:
            _, credential = self._person(entry, touched)
        else:
            credential = self.leaf(CREDENTIAL, person)
            touched.add((CREDENTIAL, person))
        approving = [who for who, meaning in entry.signers if meaning == 3 and who and self.roles(who) & OFFICER]
        alone = not any(meaning == 11 for _, meaning in entry.signers) and len(approving) < 2
        credential["roles"], credential["from"] = facts[3], facts.get(4, [entry.occurred])[0]
        credential["until"], credential["licence-until"] = facts.get(5, [0])[0], facts.get(7, 0)
        credential["provisional"], credential["revoked"] = 0, 0
        if alone:
            credential["provisional"] = entry.recorded + self.policy[KEY["locum-due"]] * HOUR
            self.wait(entry, "locum")

    def do_revoke(self, entry, ids, touched):
        self.leaf(CREDENTIAL, entry.facts[1])["revoked"] = entry.number
        touched.add((CREDENTIAL, entry.facts[1]))

    def do_rekey(self, entry, ids, touched):
        self.leaf(CREDENTIAL, entry.facts[1])["key-entry"] = entry.number
        touched.add((CREDENTIAL, entry.facts[1]))

    def wait(self, entry, what):
        if self.anew:
            return
        newborn = len(self.leaves[CREDENTIAL])
        people = {newborn if who is None else who for who, _ in entry.signers}
        people |= {who for meaning, who in entry.performed if meaning == 1}
        prescribers = [who for meaning, who in entry.performed if meaning == 6]
        waiting = self.due.setdefault(entry.number, (set(), people, prescribers[-1] or 0 if prescribers else 0))
        waiting[0].add(what)

    def _definition(self, entry, subject, touched, keys):
        _, leaf = self.birth(subject, touched)
        for name, key in keys.items():
            leaf[name] = entry.facts.get(key, 0)
        leaf["born"] = entry.number
        if not signs_as(entry, 3):
            leaf["provisional"] = 1
            self.wait(entry, "approval")
        return leaf

    def do_product(self, entry, ids, touched):
        self._definition(entry, PRODUCT, touched, {"drug": 3, "form": 4, "strength": 5, "volume": 7, "overfill": 8,
                                                   "schedule": 11, "dilute-iv": 12})
        if 13 in ids:
            self.leaf(PRODUCT, ids[13])["replaced"] = len(self.leaves[PRODUCT])

    def do_place(self, entry, ids, touched):
        self._definition(entry, PLACE, touched, {"type": 2})["within"] = ids.get(3, 0)

    def do_party(self, entry, ids, touched):
        party = self._definition(entry, PARTY, touched, {"type": 2, "valid-until": 6})
        party["registered"] = int(4 in entry.facts)

    def do_patient(self, entry, ids, touched):
        leaf = self.leaf(PATIENT, ids[1]) if 1 in ids else self.birth(PATIENT, touched)[1]
        leaf.more = sorted((set(leaf.more) | set(entry.facts.get(2, []))) - set(entry.facts.get(3, [])))
        if 4 in entry.facts:
            leaf["rems"] = 1

    def do_order(self, entry, ids, touched):
        if 13 in ids:
            self.leaf(ORDER, ids[13])["cancelled"] = entry.number
            return
        facts, leaf = entry.facts, self.birth(ORDER, touched)[1]
        for name, key in {"drug": 2, "route": 3, "protocol": 4, "dose": 5, "dose-per-kg": 6, "weight": 7, "weighed": 8,
                          "interval": 10, "lapse": 14}.items():
            leaf[name] = facts.get(key, 0)
        said = [who for meaning, who in entry.performed if meaning == 6]
        leaf["patient"], leaf["sessions"] = ids[1], facts.get(9, 1)
        leaf["prescriber"] = (said[-1] or -1) if said else doer(entry)
        leaf["from"], leaf["until"] = facts.get(11, [entry.occurred])[0], facts.get(12, [0])[0]
        leaf["born"] = entry.number
        if not signs_as(entry, 6):
            leaf["unsigned"] = 1
            self.wait(entry, "order")

    def container(self, line, product, touched):
        """A vial that comes in, and whether nothing is known of it yet."""
        known = self.anew.container(line, product) if self.anew else None
        if known:
            return known
        number, vial = self.birth(VIAL, touched)
        if self.anew:
            self.anew.bear(VIAL, number)
        return vial, True

    def do_receive(self, entry, ids, touched):
        unchecked = not signs_as(entry, 4)
        if unchecked:
            self.wait(entry, "check")
        for line, (row, product) in enumerate(zip(entry.facts[6], ids[6])):
            for i in range(row[1]):
                before = len(self.leaves[VIAL])
                vial, is_new = self.container(line, product, touched)
                if is_new:
                    vial["state"], vial["place"], vial["born"] = 1, ids[5], entry.number
                    vial["held"] = 4 if i >= row[1] - (row[5] or 0) else 0
                    vial["unchecked"] = int(unchecked and not (self.anew and len(self.leaves[VIAL]) > before))
                vial["product"], vial["expiry"], vial["named-for"] = product, row[4], ids.get(7, 0)
                vial["received-at"], vial["line"] = entry.occurred, line
                self.put(vial, "labelled", "received", self.leaf(PRODUCT, product)["volume"])

    def do_move(self, entry, ids, touched):
        for vial in ids[1]:
            self.leaf(VIAL, vial)["place"] = ids[2]

    def do_hold(self, entry, ids, touched):
        for vial in ids[1]:
            self.leaf(VIAL, vial)["held"] = entry.facts[2]

    def do_release(self, entry, ids, touched):
        for vial in ids[1]:
            self.leaf(VIAL, vial)["held"] = 0

    def do_session_open(self, entry, ids, touched):
        number, session = self.anew.session(ids) if self.anew else self.birth(SESSION, touched)
        today, patient = entry.local_date, self.leaf(PATIENT, ids[1])
        session["patient"], session["order"], session["place"] = ids[1], ids.get(2, 0), ids.get(3, 0)
        if not self.anew:
            session["state"], session["clinician"] = 1, doer(entry)
        session["opened-at"], session["baseline"] = entry.occurred, int(10 in entry.facts)
        if 2 in ids:
            order = self.leaf(ORDER, ids[2])
            order["used"] += 1
            order["last-day"] = today
        if patient["last-day"] != today or patient["sessions"] == 0:
            patient["that-day"] = 0
        if session["state"] == 1:
            patient["open-session"] = number
        patient["last-day"] = today
        patient["sessions"] += 1
        patient["that-day"] += 1

    def do_session_close(self, entry, ids, touched):
        session = self.leaf(SESSION, ids[1])
        patient = self.leaf(PATIENT, session["patient"])
        session["state"], session["outcome"], session["closed-at"] = 2, entry.facts[2], entry.occurred
        if entry.facts[2] == 2:
            if session["order"]:
                self.leaf(ORDER, session["order"])["used"] -= 1
            if patient["last-day"] == (session["opened-at"] + 60000 * entry.offset) // DAY and patient["that-day"]:
                patient["that-day"] -= 1
        if patient["open-session"] == ids[1]:
            patient["open-session"] = 0

    def do_draw(self, entry, ids, touched):
        facts = entry.facts
        dose = self.leaf(DOSE, ids[3]) if 3 in ids else self._new_dose(entry, ids.get(2, 0), touched)
        dose["container"] = facts.get(4, dose["container"] or 1)
        dose["use-by"] = facts.get(7, [dose["use-by"]])[0]
        for row, number in zip(facts.get(1, []), ids.get(1, [])):
            self._draw_source(entry, dose, row, number, dose["session"])
        if 5 in facts:
            dose["volume"], dose["diluted"] = facts[5], 1

    def _new_dose(self, entry, session, touched):
        dose = self.anew.reborn(DOSE)[1] if self.anew else self.birth(DOSE, touched)[1]
        dose["session"], dose["drawer"], dose["holder"] = session, doer(entry), doer(entry)
        dose["drawn-at"] = entry.occurred
        if session:
            dose["patient"] = self.leaf(SESSION, session)["patient"]
            self.leaf(SESSION, session)["doses"] += 1
        self.set_dose_state(dose, 1)
        return dose

    def _draw_source(self, entry, dose, row, number, session):
        vial = self.leaf(VIAL, number)
        product, volume = self.leaf(PRODUCT, vial["product"]), row[1]
        whole = product["form"] in (3, 4)
        if whole:
            dose["sealed"] = 1
            dose["container"] = 4 if product["form"] == 3 else dose["container"]
        if row[2]:
            if not self.anew and (vial["left"] + row[2] != volume or vial["gained"] + row[2] > product["overfill"]):
                raise Malformed("an overfill that is not what the draw exceeds the book by")
            self.put(vial, "gained", "gained", row[2])
        if not whole:
            self._open(entry, vial, product)
        elif vial["state"] == 1:
            vial["state"] = 4
        if not vial["drawn-for"] and session:
            vial["drawn-for"] = self.leaf(SESSION, session)["patient"]
        vial["draws"] += 1
        self.take(vial, "drawn", "in-doses", volume)
        mass = volume * product["strength"]
        dose.more.append([number, vial["product"], volume, mass, mass])
        dose["drug"] = product["drug"]
        for name, amount in (("volume", volume), ("drawn", mass), ("open", mass)):
            dose[name] += amount
        self.commit(dose, mass)

    def _open(self, entry, vial, product):
        late = self.anew and vial["state"] == 3 and not vial["opened"]
        if vial["state"] == 1 or late:
            vial["state"] = 3 if late else 2
            vial["opened"], vial["beyond-use"] = entry.occurred, self._beyond_use(entry, vial, product)

    def _beyond_use(self, entry, vial, product):
        def end_of(day):
            return (day + 1) * DAY - 60000 * entry.offset - 1
        if product["form"] == 1:
            use = end_of(entry.local_date + self.policy[KEY["multi-dose-days"]])
        else:
            use = entry.occurred + self.policy[KEY["single-dose-hours"]] * HOUR
        return min(use, end_of(vial["expiry"])) if vial["expiry"] else use

    def do_administer(self, entry, ids, touched):
        facts, dose = entry.facts, self.leaf(DOSE, ids[1])
        session = self.leaf(SESSION, dose["session"]) if dose["session"] else None
        phase, read = facts[2], facts.get(3)
        start, stop = begun_and_ended(entry)
        given = 0
        if read:
            given = self.mass_of(dose, read) - (0 if read[0] == 5 else dose["given"])
        if given < 0 or given == 0 and phase in (1, 4):
            raise Malformed("a reading that is not above what was given before")
        dose["route"] = facts.get(4) or dose["route"]
        if not dose["route"]:
            raise Malformed("nobody said how it is given")
        if dose["container"] == 4 and read:
            dose["sprays"] = read[1] if read[0] == 4 else dose["volume"] // 100
        self.settle(dose, "given", given)
        if given or phase == 2:
            dose["sealed"] = 0
        dose["started-at"] = dose["started-at"] or start
        state = {1: 4, 2: 2, 3: 2, 4: dose["state"] if dose["state"] in (2, 3) else 4, 5: 3, 6: 4}[phase]
        if state == 4:
            dose["stopped-at"] = stop
        if session and self._is_patients(dose, entry, ids):
            session["given"] += given
        if session:
            self.watch_gift(session, dose, entry, ids)
        self.set_dose_state(dose, state)
        self.settle_if_empty(dose)

    @staticmethod
    def _is_patients(dose, entry, ids):
        return not {10, 11} & set(entry.facts) and ids.get(9, dose["patient"]) == dose["patient"]

    def watch_gift(self, session, dose, entry, ids):
        """When it was last sprayed or stopped, which is from when on the patient is watched."""
        start, stop = begun_and_ended(entry)
        if dose["container"] == 4 and 3 in entry.facts:
            session["first-spray"] = session["first-spray"] or start
            session["last-spray"] = start
        if self._is_patients(dose, entry, ids):
            session["last-stop"] = max(session["last-stop"], stop)

    def hand_out(self, entry, dose):
        if dose["state"] in (2, 3):
            given = self.mass_of(dose, entry.facts[4]) - dose["given"]
            if given < 0:
                raise Malformed("a reading below what was given before")
            self.settle(dose, "given", given)
            dose["stopped-at"] = entry.occurred
            if dose["session"]:
                session = self.leaf(SESSION, dose["session"])
                session["given"] += given
                session["last-stop"] = max(session["last-stop"], entry.occurred)
        self.settle(dose, "handed-out", dose["open"])
        dose["sealed"] = 0
        self.settle_if_empty(dose)

    def do_handover(self, entry, ids, touched):
        if 6 in entry.facts:
            self.hand_out(entry, self.leaf(DOSE, ids[1]))
            return
        took_over = [who for who, meaning in entry.signers if meaning == 7] + [who for part, who in entry.performed if part == 7]
        taker = took_over[0] or 0
        if 1 in ids:
            self.leaf(DOSE, ids[1])["holder"] = taker
        if 2 in ids:
            self.leaf(SESSION, ids[2])["clinician"] = taker

    def _settle_part(self, dose, purpose, quantity):
        mass = self.mass_of(dose, quantity)
        self.settle(dose, purpose, mass)
        self.commit(dose, -mass)
        dose["sealed"] = 0
        self.settle_if_empty(dose)

    def do_waste(self, entry, ids, touched):
        if 1 in ids:
            self._settle_part(self.leaf(DOSE, ids[1]), "wasted", entry.facts[3])
            return
        vial = self.leaf(VIAL, ids[2])
        self._open(entry, vial, self.leaf(PRODUCT, vial["product"]))
        self.take(vial, "wasted", "wasted", self.volume_of(vial, entry.facts[3]))
        if not vial["left"]:
            vial["state"] = 3

    def do_residual(self, entry, ids, touched):
        self._settle_part(self.leaf(DOSE, ids[1]), "residual", entry.facts[2])

    def do_held(self, entry, ids, touched):
        dose = self.leaf(DOSE, ids[1])
        dose["holder"] = doer(entry)
        self.set_dose_state(dose, 5)

    def do_empty(self, entry, ids, touched):
        vial = self.leaf(VIAL, ids[1])
        self.take(vial, "closing-loss", "closing-loss", self.all_left(vial))
        vial["state"], vial["ended"], vial["ended-by"] = 3, 21, entry.number

    def do_return(self, entry, ids, touched):
        dose = self.leaf(DOSE, ids[1])
        source, mass = dose.more[0], dose["open"]
        vial = self.leaf(VIAL, source[0])
        dose["returned"], dose["open"], source[4] = mass, 0, 0
        self.put(vial, "returned", "in-doses", source[2])
        self.commit(dose, -mass)
        vial["state"], vial["place"] = 1, ids.get(2, vial["place"])
        self.set_dose_state(dose, 6)

    def do_observe(self, entry, ids, touched):
        session = self.leaf(SESSION, ids[1])
        session["vitals"] += 10 in entry.facts
        self.watch(session, entry)

    def watch(self, session, entry):
        session["observed-at"] = max(session["observed-at"], entry.occurred)
        if 5 in entry.facts:
            session["ready"] = 1

    def do_override(self, entry, ids, touched):
        locked_out = self.leaf(PATIENT, ids[2]).more
        if entry.facts[1] not in OVERRIDABLE or 10 not in entry.payload or any(who in locked_out for who, _ in entry.signers):
            raise Malformed("a rule that is not set aside, or not by these")
        if not signs_as(entry, 3):
            self.wait(entry, "approval")

    def do_countersign(self, entry, ids, touched):
        """The caller has put into `touched` what the countersigned entry touched."""
        number, person = entry.facts[1], entry.signers[0][0]
        waiting, people, prescriber = self.due.get(number, (set(), set(), 0))
        roles = {"check": STAFF, "approval": OFFICER, "locum": OFFICER, "order": 0 if prescriber else PRESCRIBER,
                 "outside": 0 if person in self.people_of_case(number, touched) else OFFICER | AUDITOR}
        given = {what for what in waiting if (what == "order" if person == prescriber else
                                              person not in people and self.roles(person) & roles[what])}
        if not given and number not in self.may_wait:
            raise Malformed("a countersign of what does not wait for it")
        waiting -= given
        if "outside" in given:
            self.resolve_outside(number, touched)
        for subject, what, flag in ((VIAL, "check", "unchecked"), (PRODUCT, "approval", "provisional"),
                                    (PLACE, "approval", "provisional"), (PARTY, "approval", "provisional"),
                                    (ORDER, "order", "unsigned"), (CREDENTIAL, "locum", "provisional")):
            for leaf in (self.leaf(*one) for one in touched if one[0] == subject and what in given):
                if subject == CREDENTIAL or leaf["born"] == number:
                    leaf[flag] = 0

    def do_note(self, entry, ids, touched):
        pass

    do_erase = do_seal_change = do_note  # the keys are the book's

    def do_closing(self, entry, ids, touched):
        pass

    do_access = do_clock = do_correct = do_closing  # a correction is applied by its own file


def begun_and_ended(entry):
    start = entry.facts.get(5, [entry.occurred])[0]
    return start, entry.facts.get(6, [max(start, entry.occurred)])[0]


def doer(entry):
    for meaning, who in entry.performed:
        if meaning in (1, 6):
            return who or 0
    for who, meaning in entry.signers:
        if meaning in (1, 6):
            return who or 0
    return entry.signers[0][0] or 0


def signs_as(entry, meaning):
    return any(one == meaning for _, one in entry.signers)
