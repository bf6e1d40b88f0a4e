"""A small book and its export, made in Python from SPEC.md: what the reader is tried on beside the program's own.

Every key comes from a seed of one byte repeated, so two runs make the same bytes."""

import copy

from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from book import Book
from cbor import Tag, encode
from entry import EVENT, EXPORT, KINDS, Entry
from keys import ED25519, P256, P256_ORDER, sha256, thumbprint, to_be_signed, tree_root
from leaf import KEY
from note import checkpoint_text, signature_line, write_vkey
from signers import (APPROVED, CHECKED, DID, GUEST, NEW_KEY, OLD_KEY, PRESCRIBED, REPORTED, SEAL, SEALED, TOOK_OVER, UNLOCKED_SEAL,
                     WITNESSED)
from writer_book import asides, erasures, remarks, seals
from writer_certify import inventories
from writer_correct import corrections
from writer_count import counts
from writer_out import goings

BEGAN = 1767621600000  # 2026-01-05T14:00:00Z
CHALLENGE = b"challenge 7"
OFFSET = -300
UNLOCKED_TERMINAL = 1
LATE = 40000  # what happened is signed 20 s later, and recorded 40 s later
NUMBER = {name: number for number, name in KINDS.items() if name}


class Key:
    def __init__(self, seed, algorithm=ED25519):
        secret = bytes([seed]) * 32
        self.algorithm = algorithm
        if algorithm == ED25519:
            self.private = Ed25519PrivateKey.from_private_bytes(secret)
            data = self.private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        else:
            self.private = ec.derive_private_key(int.from_bytes(secret, "big"), ec.SECP256R1())
            data = self.private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)[1:]
        self.public = (algorithm, data)

    def sign(self, message):
        if self.algorithm == ED25519:
            return self.private.sign(message)
        r, s = utils.decode_dss_signature(self.private.sign(message, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32, "big") + min(s, P256_ORDER - s).to_bytes(32, "big")


def signed_message(typ, payload, keys, signed_at):
    """Signed by these, pairs of person and key."""
    protected, signatures = encode({16: typ}), []
    for who, key in keys:
        unlocked = UNLOCKED_TERMINAL if who != SEAL else UNLOCKED_SEAL
        own = encode({1: key.algorithm, 4: thumbprint(key.public), -65537: signed_at, -65538: unlocked})
        signatures.append([own, {}, key.sign(to_be_signed(protected, own, payload))])
    return encode(Tag(98, [protected, {}, payload, signatures]))


def joined(touched):
    """Touches as the header has them: sorted, with runs."""
    runs = []
    for subject, number, n in sorted(touched):
        if runs and runs[-1][0] == subject and runs[-1][1] + runs[-1][3] == number and runs[-1][2] == n:
            runs[-1][3] += 1
        else:
            runs.append([subject, number, n, 1])
    return [run if run[3] > 1 else run[:3] for run in runs]


class Trial(Book):
    """A book that takes an entry in only to learn what it touches."""

    def _count(self, entry, touched):
        entry.touches = [(subject, number, self.state.leaf(subject, number).touches + 1) for subject, number in touched]
        super()._count(entry, touched)


class Writer:
    def __init__(self):
        self.keys = {0: Key(5), 1: Key(1), 2: Key(2), 3: Key(3)}
        self.seals = [(1, self.keys[0])]
        self.book, self.entries, self.openings = Book(), [], {}
        self.now, self.acts = BEGAN, 0

    def add(self, kind, signers, facts, minutes=1, **more):
        """One entry; `signers` are pairs of person and meaning, `more` further keys of the payload."""
        self.now += minutes * 60000
        return self._place(kind, signers, facts, self._act(), **more)

    def _act(self):
        self.acts += 1
        return sha256(b"act %d" % self.acts)[:16]

    def _place(self, kind, signers, facts, act, new_key=None, seen=None, listed=None, **more):
        number = len(self.entries) + 1
        payload = {1: 1, 3: NUMBER[kind], 4: [self.now - LATE, OFFSET], 5: [list(one) for one in signers], 8: act, 9: facts}
        if number > 1:
            payload[2] = self.book.ledger
        if number > 2:
            seen = seen or number - 1
            payload[6], payload[7] = [seen, self.book.entries[seen - 1][0]], self.book.policies[-1]
        if listed:
            payload[15] = listed
        payload.update({int(key[1:]): value for key, value in more.items()})
        keys = [(who, new_key if meaning in (NEW_KEY, GUEST) else self.keys[who]) for who, meaning in signers]
        body = signed_message(EVENT, encode(payload), keys, self.now - LATE // 2)
        previous = self.book.entries[-1][0] if self.entries else bytes(32)
        header = {1: number, 2: previous, 3: self.now, 4: [], 5: ["desk-1", "writer"]}
        trial = copy.deepcopy(self.book)
        trial.__class__ = Trial
        entry = Entry(encode([encode(header), body]))
        trial.add(entry)
        header[4] = joined(entry.touches)
        data = encode([encode(header), body])
        self.book.add(Entry(data))
        self.entries.append(data)
        return number

    def begin(self):
        facts = {1: "Harbor Clinic", 2: ["dea:AB1234563"], 4: "America/New_York", 6: list(self.keys[0].public),
                 7: [["jpatel", list(self.keys[1].public), 14, None], ["mnair", list(self.keys[2].public), 28, "RN-2210"]],
                 8: [["safe-1", list(self.keys[3].public)]], 9: 1}
        opening = encode([bytes(16), sha256(b"act 1")[:16], 40, "Jaya Patel"])
        self.openings[1] = [opening]
        act, both = self._act(), [(1, APPROVED), (2, APPROVED)]
        self._place("genesis", both, facts, act, listed=[act, 1, 2], _11={40: sha256(opening)})
        self._place("policy", both, policy(), self._act(), listed=[act, 2, 2])

    def list(self, *events):
        """Events of one list: (kind, signers, facts) each; facts may call for the acts of the list."""
        self.now += 60000
        acts, before = [self._act() for _ in events], len(self.entries)
        for place, (kind, signers, facts) in enumerate(events, 1):
            self._place(kind, signers, facts(acts) if callable(facts) else facts, acts[place - 1], seen=before,
                        listed=[acts[0], place, len(events)])

    def closing(self, why=1, challenge=None):
        """The facts of a closing of the book as it stands."""
        state = self.book.state
        facts = {1: "2026-01-05", 2: why, 3: sum(dose["state"] not in (6, 7) for dose in state.leaves[2]),
                 4: [[subject, len(leaves), state.root(subject)] for subject, leaves in state.leaves.items() if leaves],
                 5: self.book.totals(), 6: self.book.closings[-1] if self.book.closings else 0}
        if challenge:
            facts[7] = sha256(challenge)
        return facts

    def site(self):
        return write_vkey(self.book.ledger, self.keys[0].public[1])

    def note(self, size):
        text = checkpoint_text(self.book.ledger, size, tree_root([entry[0] for entry in self.book.entries[:size]]))
        name = "phial/" + self.book.ledger.hex()
        seal = [key for number, key in self.seals if number <= size][-1]
        return text + "\n" + signature_line(name, seal.public[1], seal.sign(text.encode()))

    def new_seal(self, key, signers, minutes=1):
        number = self.add("seal-change", signers, {1: list(key.public)}, minutes=minutes)
        self.keys[0] = key
        self.seals.append((number, key))

    def announce(self):
        """The access and the closing that end the export of the whole book."""
        self.list(("access", [(0, SEALED)], {1: 1, 2: 1, 4: "inspection", 5: "state board", 6: 1, 7: CHALLENGE}),
                  ("closing", [(0, SEALED)], lambda acts: self.closing(2, CHALLENGE)))

    def export(self, disclosed=True):
        """The bytes of an export; disclosed with openings and an older checkpoint, and certified by an officer."""
        size, openings = len(self.entries), self.openings if disclosed else {}
        head = {1: self.book.ledger, 2: ["dea:AB1234563"], 3: [1, size], 4: 1, 6: "inspection", 7: "state board",
                8: CHALLENGE, 9: size - 1, 10: [40] if disclosed else []}
        items = []
        for number, entry in enumerate(self.entries, 1):
            items.append([1, entry])
            items += [[3, number, opening] for opening in openings.get(number, [])]
        items += [[4, self.note(at)] for at in ([2, self.seals[1][0] - 1, self.seals[1][0], size] if disclosed else [size])]
        data = encode(["phial-export", 1, head]) + b"".join(map(encode, items))
        signers = [[0, SEALED]] + ([[1, APPROVED]] if disclosed else [])
        trailer = {1: 1, 2: self.book.ledger, 3: len(items), 4: len(data), 5: sha256(data), 6: [1, size], 7: size,
                   8: tree_root([entry[0] for entry in self.book.entries]), 9: 0, 10: self.book.totals(), 11: signers}
        keys = [(who, self.keys[who]) for who, _ in signers]
        return data + signed_message(EXPORT, encode(trailer), keys, self.now)


def policy():
    numbers = {"revision": 1, "profile": 1, "offsets": [-300, -240], "witness": 2, "empty-alone": 0, "seen-lag": 15,
               "clock-jump": 30, "late": 60, "late-waste": 30, "multi-dose-days": 28, "single-dose-hours": 6, "hub-loss": 50,
               "line-loss": 15000, "reading-tolerance": 100, "duplicate": 10, "dose-iv": 1000, "dose-im": 6500,
               "dose-total": 500, "weight-min": 30000, "weight-max": 250000, "weight-days": 90, "sessions-per-day": 1,
               "observe": 60, "observe-esketamine": 120, "device-rest": 5, "expiry-warn": 90, "inventory-months": 12, "legal-hold": 0,
               "vitals": 1, "escort": 1, "dose-iv-most": 4500, "dose-im-most": 13000, "dose-most": 1000,
               "destroy-authorised": 0, "holidays": [20638, 20782], "protocols": [[4, 0, 200, 0, 5000, 600, 3000]]}
    return {key: numbers.get(name, 24) for name, key in KEY.items()}


def demonstration():
    """A day with most kinds in it, announced for export."""
    writer = Writer()
    writer.begin()
    erasures(writer, policy())
    p256 = Key(9, P256)
    two = [(1, DID), (2, APPROVED)]
    writer.add("person", [(1, APPROVED), (2, APPROVED), (None, NEW_KEY)], {1: "rosei", 2: list(p256.public), 3: 4},
               new_key=p256)
    writer.keys[4] = p256
    writer.add("place", two, {1: "safe", 2: 1})
    writer.add("place", two, {1: "room-2", 2: 3, 3: 1})
    writer.add("party", two, {1: "acme", 2: 1, 3: "Acme Pharma", 4: "dea:RA0123454"})
    writer.add("product", two, {1: "ketamine-50", 2: "Ketamine 50 mg/mL", 3: 1, 4: 1, 5: 50000, 6: 50000, 7: 10000, 8: 500,
                                9: "55150-439-10", 10: [["00355150439102", 1, 1]], 11: 3})
    writer.add("product", [(1, DID)], {1: "esketamine-28", 2: "Esketamine", 3: 2, 4: 3, 5: 140000, 7: 200, 8: 0, 11: 3})
    writer.add("product", two, {1: "esketamine-wrong", 2: "Esketamine", 3: 2, 4: 3, 5: 14000, 6: 14000, 7: 200, 8: 0, 11: 3,
                                10: [["00304092051156", 1, 1]]})
    writer.add("product", [(1, DID), (2, APPROVED)], {1: "esketamine-84", 2: "Esketamine", 3: 2, 4: 3, 5: 140000, 6: 140000,
                                7: 200, 8: 0, 11: 3, 13: 3})
    receipt = writer.add("receive", [(1, DID)], {1: 1, 2: 1, 3: "INV-1", 4: 5, 5: 1,
                                                 6: [[1, 3, None, "8J331A", 21000, 1, None, None],
                                                     [2, 2, None, "E9", 20900, None, None, None]]}, _10=1)
    writer.add("countersign", [(2, APPROVED)], {1: receipt})
    writer.add("patient", [(1, DID)], {2: [3, 2]})
    writer.add("patient", [(4, DID), (1, APPROVED)], {1: 1, 3: [2]}, _10=2)
    writer.add("order", [(1, PRESCRIBED)], {1: 1, 2: 1, 3: 1, 6: 1000000, 7: 80000, 8: 20450, 9: 6, 14: 30})
    writer.list(("session-open", [(4, DID)], {1: 1, 2: 1, 3: 2, 10: 131, 11: 84}),
                ("draw", [(4, DID)], lambda acts: {1: [[1, 1500, None]], 2: [acts[0], 0], 5: 100000}))
    writer.add("administer", [(4, DID)], {1: 1, 2: 2, 4: 1})
    writer.add("administer", [(4, DID)], {1: 1, 2: 6, 3: [1, 53333]}, minutes=30)
    writer.add("handover", [(4, DID), (1, TOOK_OVER)], {1: 1, 2: 1})
    writer.add("waste", [(1, DID), (2, WITNESSED)], {1: 1, 3: [1, 40001], 4: [1, 40000], 5: [1, 40000], 6: 1})
    writer.add("residual", [(1, DID)], {1: 1, 2: [5, 0], 3: 2})
    writer.add("observe", [(4, DID)], {1: 1, 2: 1, 5: 1, 10: 120, 11: 80})
    writer.add("session-close", [(4, DID)], {1: 1, 2: 1, 3: 1}, minutes=60)
    writer.add("move", [(1, DID)], {1: [1, 2], 2: 2})
    writer.add("hold", [(2, DID)], {1: [2], 2: 2})
    writer.add("release", [(1, DID), (2, APPROVED)], {1: [2]})
    writer.add("closing", [(0, SEALED)], writer.closing())
    writer.add("draw", [(4, DID)], {1: [[1, 8600, 100], [2, 401, None]]}, _10=9, _14=[401])
    writer.add("waste", [(1, DID), (2, WITNESSED)], {2: 2, 3: [2, 5000000], 4: [2, 5000000], 5: [2, 5000000], 6: 2})
    writer.add("empty", [(1, DID), (2, WITNESSED)], {1: 1}, _10=2)
    writer.add("draw", [(4, DID)], {1: [[4, 200, None]]}, _10=9, _14=[401])
    writer.add("return", [(1, DID), (2, WITNESSED)], {1: 3, 3: 1})
    writer.add("held", [(4, DID)], {1: 2, 2: "BAG-7", 3: 1})
    new = Key(8)
    writer.add("rekey", [(1, APPROVED), (2, APPROVED), (4, NEW_KEY), (4, OLD_KEY)], {1: 4, 2: list(new.public)}, new_key=new)
    writer.keys[4] = new
    writer.add("order", [(1, PRESCRIBED)], {13: 1})
    writer.add("revoke", [(1, APPROVED)], {1: 4})
    later_approvals(writer)
    devices(writer)
    differences(writer)
    goings(writer)
    asides(writer)
    remarks(writer, Key(11))
    counts(writer, Key(12))
    inventories(writer)
    corrections(writer)
    seals(writer)
    writer.announce()
    return writer


def later_approvals(writer):
    """A locum, a definition and a transcribed order that wait for their countersign."""
    locum = Key(10)
    facts = {1: "locum", 2: list(locum.public), 3: 6, 5: [BEGAN + 40 * 86400000, OFFSET], 7: 21000}
    entry = writer.add("person", [(1, APPROVED), (None, NEW_KEY)], facts, new_key=locum)
    writer.keys[5] = locum
    writer.add("countersign", [(2, APPROVED)], {1: entry})
    writer.add("person", [(1, APPROVED), (2, APPROVED)], {3: 4, 8: 5})
    writer.add("countersign", [(2, APPROVED)], {1: next(iter(writer.book.state.due))})
    writer.add("patient", [(2, DID)], {})
    writer.add("patient", [(2, DID)], {1: 2, 4: 1})
    entry = writer.add("order", [(5, REPORTED)], {1: 2, 2: 2, 3: 3, 5: 56000000, 9: 2}, _12=[[PRESCRIBED, 1]])
    writer.add("countersign", [(1, APPROVED)], {1: entry})
    writer.add("access", [(0, SEALED)], {1: 2, 2: 5, 3: 1})


def devices(writer):
    """Esketamine, spray by spray; and a dose drawn in two steps, of which nothing is given."""
    receipt = writer.add("receive", [(1, DID), (2, CHECKED)], {1: 1, 2: 1, 3: "INV-2", 4: 2, 5: 1, 7: 2,
                                                               6: [[2, 2, 1, "E10", 20900, None, "A1", "00350458028003"]]})
    born = sorted(number for subject, number in writer.book.entries[receipt - 1][2] if subject == 1)
    session = len(writer.book.state.leaves[3]) + 1
    writer.add("session-open", [(5, DID)], {1: 2, 2: 2, 3: 2, 10: 119})
    for vial in born:
        writer.add("draw", [(5, DID)], {1: [[vial, 200, None]], 2: session}, minutes=6)
        dose = len(writer.book.state.leaves[2])
        start = [writer.now + 30000, OFFSET]
        writer.add("administer", [(5, DID)], {1: dose, 2: 4, 3: [4, 1], 4: 3, 5: start, 8: 2})
        writer.add("administer", [(5, DID)], {1: dose, 2: 1, 3: [4, 2], 8: 2}, minutes=6)
    writer.add("observe", [(5, DID)], {1: session, 5: 1}, minutes=125)
    writer.add("session-close", [(5, DID)], {1: session, 2: 1, 3: 1, 10: 121})
    writer.add("order", [(1, PRESCRIBED)], {1: 2, 2: 1, 3: 2, 5: 50000000})
    writer.add("session-open", [(5, DID)], {1: 2, 2: 3, 3: 2}, _10=2)
    session += 1
    writer.add("draw", [(5, DID)], {1: [[2, 300, None]], 2: session, 4: 1, 7: [writer.now + 3600000, OFFSET]})
    dose = len(writer.book.state.leaves[2])
    writer.add("draw", [(5, DID)], {1: [[2, 133, None]], 2: session, 3: dose, 5: 2000})
    writer.add("draw", [(5, DID)], {3: dose, 5: 1000, 6: 1})
    writer.add("waste", [(5, DID), (2, WITNESSED)], {1: dose, 3: [1, 333], 4: [1, 333], 5: [1, 333], 6: 1})
    writer.add("waste", [(5, DID), (2, WITNESSED)], {1: dose, 3: [5, 0], 4: [1, 667], 5: [1, 667], 6: 1})
    writer.add("session-close", [(5, DID)], {1: session, 2: 2})


def differences(writer):
    """A case of each sort; late in the evening, when the day of UTC is another already."""
    two = [(5, DID), (2, WITNESSED)]
    writer.now = BEGAN + 12 * 3600000
    receipt = writer.add("receive", [(1, DID), (2, CHECKED)], {1: 1, 2: 1, 3: "INV-3", 4: 5, 5: 1,
                                                               6: [[1, 3, None, "L3", 21000, 1, None, None]]})
    one, other, broken = sorted(number for subject, number in writer.book.entries[receipt - 1][2] if subject == 1)
    writer.add("order", [(1, PRESCRIBED)], {1: 1, 2: 1, 3: 1, 5: 200000000})
    order, session = len(writer.book.state.leaves[10]), len(writer.book.state.leaves[3]) + 1
    writer.add("session-open", [(5, DID), (1, APPROVED)], {1: 1, 2: order, 3: 2}, _10=2)
    writer.add("draw", [(5, DID)], {1: [[one, 1000, None], [other, 1000, None]], 2: session, 4: 2, 5: 50000})
    dose = len(writer.book.state.leaves[2])
    for booked, put, seen in (([2, 1], [2, 1], [2, 1]), ([2, 3], [2, 3], [2, 4]), ([1, 100], [2, 800500], [1, 400])):
        writer.add("waste", two, {1: dose, 3: booked, 4: put, 5: seen, 6: 1})
    writer.add("handover", [(5, DID), (1, TOOK_OVER)], {1: dose, 4: [1, 100], 5: [2, 100000]})
    for _ in range(2):
        writer.add("residual", [(1, DID)], {1: dose, 2: [1, 60], 3: 1})
    writer.add("waste", two, {1: dose, 3: [5, 0], 4: [1, 49778], 5: [1, 49779], 6: 1})
    writer.add("session-close", [(5, DID)], {1: session, 2: 2})
    writer.add("empty", two, {1: one}, _10=2)
    writer.add("waste", two, {2: broken, 3: [5, 0], 4: [1, 100], 5: [2, 5000000], 6: 5})
    writer.add("party", [(1, DID), (2, APPROVED)], {1: "medic-7", 2: 6, 3: "Medic 7"})
    writer.add("draw", [(5, DID)], {1: [[other, 500, None]]}, _10=9, _14=[401])
    dose, medic = len(writer.book.state.leaves[2]), len(writer.book.state.leaves[9])
    writer.add("administer", [(5, DID)], {1: dose, 2: 2, 4: 1}, _10=9, _14=[401])
    writer.add("handover", [(5, DID)], {1: dose, 4: [1, 200], 6: medic})
