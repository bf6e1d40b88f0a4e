"""A book as its entries make it: who signs, what was seen, what is touched, what a closing says (SPEC.md 5 to 9)."""

import datetime

import signers
import together
from cases import CERTIFIED_PERIOD, cases_of
from cbor import Malformed
from correct import STACKS, Correction, entries_of
from effect import effect_of
from keys import ED25519, key_is_sound, sha256, thumbprint
from leaf import (ACTS, CASE, COUNT, CREDENTIAL, DOSE, KEY, ORDER, PARTY, PATIENT, PLACE, PRODUCT, SESSION,
                  SUBJECTS, TOTALS, VIAL)
from signers import GUEST, SEAL_KINDS
from state import State

COMPUTER_DOWN = 12  # a reason that answers no rule

# References in the facts of each kind: key of the fact, subject, and the place in each row where it is in rows.
REFERENCES = {
    "product": [(13, PRODUCT, None)],
    "place": [(3, PLACE, None)],
    "patient": [(1, PATIENT, None)],
    "order": [(1, PATIENT, None), (13, ORDER, None)],
    "receive": [(1, PARTY, None), (5, PLACE, None), (6, PRODUCT, 0), (7, PATIENT, None)],
    "move": [(1, VIAL, None), (2, PLACE, None)],
    "hold": [(1, VIAL, None)],
    "release": [(1, VIAL, None)],
    "session-open": [(1, PATIENT, None), (2, ORDER, None), (3, PLACE, None)],
    "session-close": [(1, SESSION, None)],
    "draw": [(1, VIAL, 0), (2, SESSION, None), (3, DOSE, None)],
    "administer": [(1, DOSE, None), (9, PATIENT, None)],
    "handover": [(1, DOSE, None), (2, SESSION, None), (6, PARTY, None)],
    "waste": [(1, DOSE, None), (2, VIAL, None)],
    "residual": [(1, DOSE, None)],
    "held": [(1, DOSE, None), (3, PLACE, None)],
    "empty": [(1, VIAL, None)],
    "return": [(1, DOSE, None), (2, PLACE, None)],
    "observe": [(1, SESSION, None)],
    "found": [(1, PRODUCT, None), (2, PLACE, None), (9, CASE, None)],
    "recover": [(1, VIAL, None), (3, PLACE, None), (4, CASE, None)],
    "loss": [(1, VIAL, None), (3, CASE, None), (5, DOSE, None)],
    "ship": [(1, VIAL, None), (2, PARTY, None)],
    "destroy": [(1, VIAL, None), (4, DOSE, None)],
    "surrender": [(1, VIAL, None), (2, PARTY, None)],
    "count": [(1, PLACE, None), (3, VIAL, 0), (3, PRODUCT, 1), (3, DOSE, 2)],
    "case": [(1, VIAL, None), (2, DOSE, None)],
    "resolve": [(1, CASE, None)],
    "adjust": [(1, CASE, None), (2, VIAL, None), (4, DOSE, None)],
    "override": [(2, PATIENT, None)],
    "certify": [(4, COUNT, None)],
}
LISTS = {("move", 1), ("hold", 1), ("release", 1), ("loss", 1), ("loss", 5), ("ship", 1), ("destroy", 1), ("destroy", 4),
         ("surrender", 1), ("certify", 4)}
ENTRIES = {"countersign": 1, "notice": 2, "note": 1, "erase": 1, "count": 2, "case": 4, "certify": 2}  # the fact that names an earlier entry
AS_ENTRY = {"countersign", "note", "erase"}             # these touch what it touched
SEAL_FACT = {"genesis": 6, "seal-change": 1}  # the fact that brings a seal
PERSONS = {"person": 8, "revoke": 1, "rekey": 1, "patient": 2, "administer": 10, "access": 2, "clock": 3}


class Book:
    def __init__(self):
        self.state = State()
        self.entries = []        # hash, recorded-at and touches of each
        self.kinds = []
        self.privates = []       # the private fields of each
        self.ledger = self.genesis = None
        self.keys = {}           # person, 0 the seal: the key in force
        self.seals = []          # entry and key of each seal, in order
        self.thumbprints = set() # of every key there ever was
        self.policies = []       # entry numbers
        self.acts = set()
        self.list = None         # act, length, place of the newest, entries before, seen
        self.effects = self.state.effects  # of each entry, as corrected since
        self.occurred = []       # of each entry, its time
        self.in_force, self.ids = [], []   # what each entry says, as corrected since, and what its facts name
        self.born_by = []        # the vials, doses and sessions of each
        self.recorders = []      # of each entry, who signed that he did or reported it
        self.voided = set()      # entries
        self.births = {}         # subject and id: the entry
        self.born_of = {}        # act and subject: ids, of the present list
        self.born_ever = {}      # the same, of all that stand: corrections say again what lists before said
        self.signed = {}         # person: the newest entry signed
        self.stale, self.clocks, self.closings = [], [], []
        self.unclosed = None     # the latest local day since the newest closing
        self.gtins = {}          # the product of each

    # ---- one entry

    def add(self, entry):
        """Judge the next entry and take it in. Malformed says what is wrong with it."""
        before = self._before(entry)
        self.state.remember()
        self._identity(entry)
        self._signers(entry)
        entry.message.check([self.key_of(entry, who, meaning) for who, meaning in entry.signers])
        self._times(entry)
        ids, named = self.names(entry, before)
        correction = Correction(self, entry) if entry.kind == "correct" else None
        if correction:
            correction.judge(before)
            named |= correction.named | {one for one in correction.touched() if one[0] in STACKS}
        self._seen(entry, before, named)
        self._closing(entry)
        self._erase(entry)
        together.check(entry, ids, self.state, self.gtins)
        cases = cases_of(entry, ids, self.state)
        touched = self._apply(entry, ids, named, correction, before)
        cases = [correction.case] if correction and correction.case else cases
        cases = self._certified(entry, cases)
        self._people(entry, touched)
        for about in cases:
            self.state.open_case(entry, about, touched)
        self._count(entry, touched)
        self.state.check(touched)
        effect = effect_of(self.state)
        self.state.placed.append(effect)
        self.effects.append([] if correction else effect)
        self._keep(entry, ids)

    def _before(self, entry):
        """How many entries the book had before this one's list."""
        if entry.act in self.acts:
            raise Malformed("an act that is in the book already")
        self.acts.add(entry.act)
        place = entry.list[1] if entry.list else 1
        if self.list and (not entry.list or entry.list[0] != self.list[0] or entry.list[2] != self.list[1]
                          or place != self.list[2] + 1):
            raise Malformed("not the next of its list")
        if not self.list and (place != 1 or (entry.list and entry.list[0] != entry.act)):
            raise Malformed("not the first of its list")
        seen = entry.payload.get(6)
        if self.list and seen != self.list[4]:
            raise Malformed("another seen than the rest of its list")
        before = self.list[3] if self.list else len(self.entries)
        if not self.list:
            self.born_of = {}
            self.policy_before = self.policies[-1] if self.policies else None
            self.signed_before = dict(self.signed)
        self.list = (entry.list[0], entry.list[2], place, before, seen) if entry.list and place < entry.list[2] else None
        return before

    def _identity(self, entry):
        number, payload = len(self.entries) + 1, entry.payload
        if number <= 2:
            if entry.kind != ("genesis", "policy")[number - 1] or 6 in payload or 7 in payload or \
                    not entry.list or entry.list[2] != 2:
                raise Malformed("not the genesis and first policy that begin a book")
        elif entry.kind == "genesis" or 6 not in payload or 7 not in payload:
            raise Malformed("a second genesis, or an event without seen and policy")
        elif entry.kind in ("policy", "seal-change") and entry.list:
            raise Malformed("a %s in a list" % entry.kind)
        elif entry.kind == "closing" and entry.list and (entry.list[1:] != [2, 2] or self.kinds[-1] != "access"):
            raise Malformed("a closing in a list that is not of an export")
        if number == 1:
            self.ledger, self.genesis = sha256(entry.message.payload), entry.facts
        if payload.get(2) != (None if number == 1 else self.ledger):
            raise Malformed("of another ledger")
        if number > 2 and payload[7] != self.policy_before:
            raise Malformed("another policy than the one in force")

    # ---- signers (SPEC.md 8)

    def _signers(self, entry):
        signers.check(entry, self.state)
        for who, _ in entry.signers:
            if entry.kind == "genesis" or not who:
                continue
            credential = self.state.leaf(CREDENTIAL, who)
            if credential["revoked"] or credential["until"] and entry.recorded > credential["until"]:
                raise Malformed("signed by somebody who may sign no more")
        for _, who in entry.performed:
            if who:
                self.state.leaf(CREDENTIAL, who)
        if entry.irregular and (signers.is_of_rights(entry) or entry.payload.get(10, COMPUTER_DOWN) == COMPUTER_DOWN):
            raise Malformed("an irregular fact without a reason, or of a kind that has none")

    def key_of(self, entry, who, meaning):
        if entry.kind == "genesis":
            return tuple(entry.facts[7][who - 1][1])
        if meaning == GUEST and entry.kind == "note" and 2 in entry.facts:
            return tuple(entry.facts[2])
        if meaning == 9 and entry.kind in ("person", "rekey") and 2 in entry.facts:
            return tuple(entry.facts[2])
        return self.keys.get(who)

    def _new_key(self, who, key):
        key = tuple(key)
        if not key_is_sound(key) or thumbprint(key) in self.thumbprints:
            raise Malformed("a key that is weak, or was there before")
        self.keys[who] = key
        self.thumbprints.add(thumbprint(key))

    def _learn_keys(self, entry):
        facts = entry.facts
        if entry.kind == "note" and 2 in facts and \
                (not key_is_sound(tuple(facts[2])) or thumbprint(tuple(facts[2])) in self.thumbprints):
            raise Malformed("a guest's key that is weak, or somebody's here")
        if entry.kind in SEAL_FACT:
            seal = tuple(facts[SEAL_FACT[entry.kind]])
            if seal[0] != ED25519:
                raise Malformed("a seal that is not Ed25519")
            self._new_key(0, seal)
            self.seals.append((entry.number, seal))
        if entry.kind == "genesis":
            for who, row in enumerate(facts[7] + facts[8], 1):
                self._new_key(who, row[1])
        if entry.kind == "person" and 2 in facts:
            self._new_key(len(self.state.leaves[CREDENTIAL]), facts[2])
        if entry.kind == "rekey":
            self._new_key(facts[1], facts[2])
        if entry.kind == "policy":
            self.policies.append(entry.number)

    # ---- times and what was seen (SPEC.md 7)

    def _times(self, entry):
        newest = self.entries[-1][1] if self.entries else 0
        jump = self.state.policy[KEY["clock-jump"]] * 86400000 if self.state.policy else 2 ** 63
        since = min(newest, self.vouched) if self.kinds[-1:] == ["clock"] else newest
        if entry.kind == "seal-change":
            jump = 2 ** 63  # the clock entry that would come first is signed by a seal that may be lost
        if self.entries and entry.kind != "clock" and not since <= entry.recorded <= since + jump:
            raise Malformed("recorded before the entry before it, or long after it")
        if entry.kind == "clock":
            told, now = entry.facts[1][0], entry.facts[2][0]
            if told != newest or since <= now <= since + jump:
                raise Malformed("a clock entry that is not needed")
            self.vouched = now
        if entry.occurred > entry.recorded + 300000:
            raise Malformed("it occurred after it was recorded")
        for signature in entry.message.signatures:
            if not entry.occurred - 300000 <= signature[2] <= entry.recorded + 5000:
                raise Malformed("signed at a time that cannot be")
        if self.state.policy and entry.offset not in self.state.policy[KEY["offsets"]]:
            raise Malformed("an offset that is not one of the policy's")

    def _seen(self, entry, before, named):
        if 6 not in entry.payload:
            return
        seen, seen_hash = entry.payload[6]
        if seen > before:
            raise Malformed("S4: the entry it has seen is not there yet")
        if self.entries[seen - 1][0] != seen_hash:
            raise Malformed("S4: the entry it has seen is another")
        if entry.kind in SEAL_KINDS and seen != before:
            raise Malformed("S5: the seal had not seen the entry before")
        if any(self.signed_before.get(who, 0) > seen for who, _ in entry.signers if who):
            raise Malformed("S2: a signer has signed a newer entry than the one seen")
        named_entry = entry.facts.get(ENTRIES.get(entry.kind), 0)
        if any(number > seen for number in entries_of(entry) or [named_entry]):
            raise Malformed("S1: it is about an entry that it has not seen")
        for subject, number in named:
            born = self.births.get((subject, number), 0)
            if seen < born <= before:
                raise Malformed("S1: %s %d is newer than the entry seen" % (SUBJECTS[subject - 1], number))
            if subject in (DOSE, COUNT, CASE) and born <= before and self._last_before(subject, number, before) > seen:
                raise Malformed("S1: %s %d was touched after the entry seen" % (SUBJECTS[subject - 1], number))
        lag = self.state.policy[KEY["seen-lag"]] * 60000
        if seen < before and self.entries[seen][1] < entry.recorded - lag:
            self.stale.append(entry.number)

    def _last_before(self, subject, number, before):
        """The newest entry up to `before` that touches it."""
        for at in range(before, 0, -1):
            if (subject, number) in self.entries[at - 1][2]:
                return at
        return 0

    # ---- names, births and touches (SPEC.md 5)

    def _resolve(self, subject, reference, before, born_of):
        if isinstance(reference, list):
            ids = born_of.get((reference[0], subject), [])
            if reference[1] >= len(ids):
                raise Malformed("a newborn that its list does not have")
            return ids[reference[1]]
        if self.births.get((subject, reference), before + 1) > before:
            raise Malformed("there is no %s %d" % (SUBJECTS[subject - 1], reference))
        return reference

    def names(self, entry, before, is_again=False):
        """The ids that each fact names, by its key, or by key and column where rows name several; and everything named. What is
        said again names newborns of its own list."""
        ids, named, born_of = {}, set(), self.born_ever if is_again else self.born_of
        for key, subject, column in REFERENCES.get(entry.kind, []):
            value = entry.facts.get(key)
            if value is None:
                continue
            if column is not None or (entry.kind, key) in LISTS:
                several = entry.kind == "count"
                values = value if column is None else [row[column] for row in value]
                found = [one if one is None else self._resolve(subject, one, before, born_of) for one in values]
                ids[(key, column) if several else key] = found
                named |= {(subject, one) for one in found if one is not None}
            else:
                ids[key] = self._resolve(subject, value, before, born_of)
                named.add((subject, ids[key]))
        persons = entry.facts.get(PERSONS.get(entry.kind), [])
        for person in persons if isinstance(persons, list) else [persons]:
            self.state.leaf(CREDENTIAL, person)
            named.add((CREDENTIAL, person))
        return ids, named

    @staticmethod
    def named_by(entry, ids):
        """The subjects that the facts of an entry name by these ids."""
        named = set()
        for key, subject, column in REFERENCES.get(entry.kind, []):
            found = ids.get((key, column) if entry.kind == "count" else key, [])
            named |= {(subject, one) for one in (found if isinstance(found, list) else [found])}
        return named

    def _erase(self, entry):
        """Nothing is destroyed before its time, nor while a case is open."""
        if entry.kind == "erase":
            about, policy = entry.facts[1], self.state.policy
            kept = policy[KEY["retention-days"]] * 86400000
            if entry.facts[2] not in self.privates[about - 1] or entry.recorded < self.entries[about - 1][1] + kept or \
                    policy[KEY["legal-hold"]] or any(case["state"] != 2 for case in self.state.leaves[CASE]):
                raise Malformed("an erasure of nothing, or of what is still kept")
        self.privates.append(set(entry.private))

    def _certified(self, entry, cases):
        """What changes a total of the time before the newest certified inventory opens a case beside any other; of what is irregular it stands for all."""
        rows = entry.facts[1] if entry.kind == "correct" else []
        told = [row[3][0] for row in rows if len(row) > 3 and row[3]]
        happened = min([entry.occurred] + told + [self.occurred[row[0] - 1] for row in rows])
        if entry.kind == "adjust" or happened > self.state.certified_at or not self.state.moves_totals():
            return cases
        return [one for one in cases if one[0] not in entry.irregular] + [(CERTIFIED_PERIOD, 0, 0, 0)]

    def touched_by(self, number):
        """What an entry touched, but for people's acts."""
        return {one for one in self.entries[number - 1][2] if one[0] != ACTS}

    def _apply(self, entry, ids, named, correction, before):
        touched = correction.touched() if correction else set()
        if entry.kind in AS_ENTRY and ENTRIES[entry.kind] in entry.facts:
            touched = self.touched_by(entry.facts[ENTRIES[entry.kind]])
        for subject, number in named:
            if subject != CREDENTIAL and not correction:
                self.touch(subject, number, touched)
        if correction:
            correction.apply(touched, before)
        self.state.apply(entry, ids, touched)
        return touched

    def touch(self, subject, number, touched):
        """With what follows from it (SPEC.md 5.4)."""
        touched.add((subject, number))
        leaf = self.state.leaf(subject, number)
        if subject == DOSE:
            touched |= {(VIAL, source[0]) for source in leaf.more}
            if leaf["session"]:
                self.touch(SESSION, leaf["session"], touched)
        if subject == SESSION:
            touched.add((PATIENT, leaf["patient"]))
            if leaf["order"]:
                touched.add((ORDER, leaf["order"]))

    def _people(self, entry, touched):
        for who, meaning in entry.signers:
            who = len(self.state.leaves[ACTS]) if who is None and meaning != GUEST else who
            if who:
                touched.add((ACTS, who))
                acts = self.state.leaf(ACTS, who)
                acts["signed"] += acts["last-signed"] != entry.number
                acts["last-signed"] = self.signed[who] = entry.number
        for _, who in entry.performed:
            if who:
                touched.add((ACTS, who))
                self.state.leaf(ACTS, who)["performed"] += 1

    def _count(self, entry, touched):
        found = {(subject, number) for subject, number, _ in entry.touches}
        if found != touched:
            raise Malformed("its touches are not those of the rule")
        for subject, number, n in entry.touches:
            leaf = self.state.leaf(subject, number)
            if n != leaf.touches + 1:
                raise Malformed("%s %d is touched for the %d. time, not the %d." % (SUBJECTS[subject - 1], number,
                                                                                 leaf.touches + 1, n))
            leaf.touches, leaf.last, leaf.blind = n, entry.number, entry.act
            if n == 1:
                self.births[subject, number] = entry.number
                self.born_of.setdefault((entry.act, subject), []).append(number)
                self.born_ever.setdefault((entry.act, subject), []).append(number)

    def _keep(self, entry, ids):
        self._learn_keys(entry)
        self.in_force.append(entry)
        self.ids.append(ids)
        self.born_by.append([(subject, number) for subject, number, n in entry.touches
                             if n == 1 and subject in (VIAL, DOSE, SESSION)])
        self.state.recorded.append(entry.recorded)
        self.state.offsets.append(entry.offset)
        self.occurred.append(entry.occurred)
        self.entries.append((entry.hash, entry.recorded, {(subject, number) for subject, number, _ in entry.touches}))
        self.kinds.append(entry.kind)
        self.recorders.append({who for who, meaning in entry.signers if who and meaning in (signers.DID, signers.REPORTED)})
        if entry.kind == "product":
            self.gtins.update({row[0]: len(self.state.leaves[PRODUCT]) for row in entry.facts.get(10, [])})
        self._day(entry)
        if entry.kind == "closing":
            self.closings.append(entry.number)
            self.state.closings[entry.number] = entry.facts[1]
        if entry.kind == "clock":
            self.clocks.append(entry.number)

    # ---- closings (SPEC.md 9.7)

    def _day(self, entry):
        """The day that has entries which no closing covers."""
        if entry.kind == "closing":
            self.unclosed = None
            return
        ms, offset = entry.facts[2] if entry.kind == "clock" else (entry.recorded, entry.offset)
        day = (ms + 60000 * offset) // 86400000
        goes_on = self.unclosed is not None and (day == self.unclosed if entry.kind == "clock" else day <= self.unclosed)
        goes_on |= self.unclosed is not None and entry.kind == "seal-change"  # which closes the day with the next entry
        if self.unclosed is not None and not goes_on and not (entry.list and entry.list[1] > 1):
            raise Malformed("a day with entries that was not closed before the next")
        self.unclosed = self.unclosed if goes_on else day

    def totals(self):
        return [[product] + [row[name] for name in TOTALS] for product, row in sorted(self.state.totals.items())
                if any(row.values())]

    def _closing(self, entry):
        if entry.kind != "closing":
            return
        facts, state = entry.facts, self.state
        day = (entry.recorded + 60000 * entry.offset) // 86400000 if self.unclosed is None else self.unclosed
        if facts[1] != (datetime.date(1970, 1, 1) + datetime.timedelta(day)).isoformat():
            raise Malformed("a closing of another day")
        open_doses = sum(dose["state"] not in (6, 7) for dose in state.leaves[DOSE])
        if facts[3] != open_doses or facts[6] != (self.closings[-1] if self.closings else 0):
            raise Malformed("a closing with another number of open doses, or another closing before it")
        if facts[5] != self.totals():
            raise Malformed("a closing with other totals than the book's")
        counts = [[subject, len(leaves)] for subject, leaves in state.leaves.items() if leaves]
        if [row[:2] for row in facts[4]] != counts:
            raise Malformed("a closing with other counts than the book's")
        for subject, _, root in facts[4]:
            if root != state.root(subject):
                raise Malformed("a closing whose root of %s leaves is not the book's" % SUBJECTS[subject - 1])
