"""Exports by a program that keeps no rule, with good signatures and a good trailer: what an honest `phial verify` must name.

    forge.py FOLDER        makes FOLDER/NAME.phial of each, FOLDER/site.pub, and prints a line for each: NAME CODE

Everything is made in Python by the second reader's writer (../reader/writer.py), which here is told to place one more entry
without asking whether it may stand. Where an entry is to be named, it is the last one."""

import hashlib
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(HERE, "..", "reader"))

from cbor import encode  # noqa: E402
from entry import EVENT, EXPORT, Entry  # noqa: E402
from keys import ED25519, leaf_hash, sha256, tree_root  # noqa: E402
from note import checkpoint_text, signature_line  # noqa: E402
from signers import APPROVED, CHECKED, DID, GUEST, NEW_KEY, PRESCRIBED, SEALED  # noqa: E402
from writer import CHALLENGE, LATE, NUMBER, OFFSET, Key, Writer, policy, signed_message  # noqa: E402

DAY = 86400000
OTHER = bytes(range(32))  # the hash of nothing
WEAK = bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a")  # of order 8: signatures by nobody fit


class Anybody:
    """A key that some signatures fit which nobody made: about every eighth message is one that R = 0 and s = 0 sign."""
    algorithm, public = ED25519, (ED25519, WEAK)
    ORDER = 2 ** 252 + 27742317777372353535851937790883648493

    def sign(self, message):
        signature = b"\x01" + bytes(63)
        number = int.from_bytes(hashlib.sha512(signature[:32] + WEAK + message).digest(), "little") % self.ORDER
        self.fits = number % 8 == 0
        return signature


class Forger(Writer):
    def furnish(self):
        self.begin()
        self.keys[None] = Anybody()
        self.founding = Entry(self.entries[0]).facts
        rosei, two = Key(9), [(1, DID), (2, APPROVED)]
        self.add("person", [(1, APPROVED), (2, APPROVED), (None, NEW_KEY)], {1: "rosei", 2: list(rosei.public), 3: 4}, new_key=rosei)
        self.keys[4] = rosei
        self.add("place", two, {1: "safe", 2: 1})
        self.add("party", two, {1: "acme", 2: 1, 3: "Acme Pharma"})
        self.add("product", two, {1: "ketamine-50", 2: "Ketamine", 3: 1, 4: 1, 5: 50000, 6: 50000, 7: 10000, 8: 500, 11: 3})
        self.add("receive", [(1, DID), (2, CHECKED)], {1: 1, 2: 1, 3: "1", 4: 2, 5: 1, 6: [[1, 2, None, "A1", 21000, None, None, None]]})
        self.add("patient", [(1, DID)], {})
        self.add("order", [(1, PRESCRIBED)], {1: 1, 2: 1, 3: 1, 5: 40000000})
        self.add("session-open", [(4, DID)], {1: 1, 2: 1, 3: 1, 10: 120})
        self.add("draw", [(4, DID)], {1: [[1, 500, None]], 2: 1})
        return self

    def put(self, kind, signers, facts, minutes=1, header=None, payload=None, sign_as=None, signed_at=None, change=None, **more):
        """One more entry, as it is said and not as it may be. None takes a key away."""
        self.now += minutes * 60000
        number, act = len(self.entries) + 1, self._act()
        says = {1: 1, 2: self.book.ledger, 3: NUMBER.get(kind, kind), 4: [self.now - LATE, OFFSET], 5: [list(one) for one in signers],
                6: [number - 1, leaf_hash(self.entries[-1])], 7: self.book.policies[-1], 8: act, 9: facts}
        says.update({int(key[1:]): value for key, value in more.items()})
        says.update(payload or {})
        data = encode({key: value for key, value in says.items() if value is not None})
        keys = [(who, self.keys.get(who, Key(7))) for who, _ in (sign_as if sign_as is not None else signers)]
        signed_at = signed_at or self.now - LATE // 2
        body = signed_message(EVENT, data, keys, signed_at)
        while not all(getattr(key, "fits", True) for _, key in keys):
            signed_at += 1
            body = signed_message(EVENT, data, keys, signed_at)
        head = {1: number, 2: leaf_hash(self.entries[-1]), 3: self.now, 4: [], 5: ["desk-1", "writer"]}
        head.update(header or {})
        whole = encode([encode(head), body])
        self.entries.append(change(whole) if change else whole)

    def finish(self, more=b""):
        """The bytes of an export of all of it, signed by the seal."""
        hashes = [leaf_hash(entry) for entry in self.entries]
        size = len(hashes)
        head = {1: self.book.ledger, 2: ["dea:AB1234563"], 3: [1, size], 4: 1, 6: "inspection", 7: "state board", 8: CHALLENGE, 9: size - 1, 10: []}
        text = checkpoint_text(self.book.ledger, size, tree_root(hashes))
        note = text + "\n" + signature_line("phial/" + self.book.ledger.hex(), self.keys[0].public[1], self.keys[0].sign(text.encode()))
        items = [[1, entry] for entry in self.entries] + [[4, note]]
        data = encode(["phial-export", 1, head]) + b"".join(map(encode, items))
        trailer = {1: 1, 2: self.book.ledger, 3: len(items), 4: len(data), 5: sha256(data), 6: [1, size], 7: size,
                   8: tree_root(hashes), 9: 0, 10: self.book.totals(), 11: [[0, SEALED]]}
        return data + signed_message(EXPORT, encode(trailer), [(0, self.keys[0])], self.now) + more


# ---- what is forged: name, code, and what is put

def forgeries(writer):
    did, two, seal, officers = [(4, DID)], [(1, DID), (2, APPROVED)], [(0, SEALED)], [(1, APPROVED), (2, APPROVED)]
    look, place, remark = ("observe", did, {1: 1, 5: 1}), ("place", two, {1: "attic", 2: 1}), {"_11": {40: OTHER}}
    newest = len(writer.entries)
    yield "without-its-text", 102, ("note", did, {}), {}
    yield "second-of-nothing", 110, look, {"_15": [OTHER[:16], 2, 2]}
    yield "weak-key", 113, ("note", [(None, GUEST)], {2: list(Anybody.public)}), remark
    yield "no-such-session", 201, ("observe", did, {1: 9, 5: 1}), {}
    yield "no-such-entry", 202, ("note", did, {1: 99}), remark
    yield "name-twice", 203, ("place", two, {1: "safe", 2: 1}), {}
    yield "signed-by-nobody", 301, ("observe", [(77, DID)], {1: 1, 5: 1}), {}
    yield "signed-by-another", 302, look, {"sign_as": [(1, DID)]}
    yield "sealed-by-a-person", 318, ("closing", [(1, SEALED)], writer.closing()), {}
    yield "another-offset", 502, look, {"payload": {4: [writer.now, 330]}}
    yield "signed-tomorrow", 506, look, {"signed_at": writer.now + DAY}
    yield "seen-before-the-draw", 507, ("administer", did, {1: 1, 2: 2, 4: 1}), {"payload": {6: [newest - 1, leaf_hash(writer.entries[-2])]}}
    yield "seen-elsewhere", 508, look, {"payload": {6: [newest, OTHER]}}
    yield "another-policy", 509, look, {"payload": {7: 1}}
    yield "seen-long-before", 510, place, {"minutes": 17, "payload": {6: [newest - 1, leaf_hash(writer.entries[-2])]}}
    yield "day-not-closed", 514, look, {"minutes": 2880}
    yield "owned-up-to-nothing", 515, look, {"_10": 9, "_14": [401]}
    yield "one-signature-less", 516, place, {"sign_as": [(1, DID)]}
    yield "other-figures", 518, ("closing", seal, writer.closing() | {3: 7}), {}
    yield "another-ledger", 519, look, {"payload": {2: OTHER}}
    yield "begun-again", 521, ("genesis", officers, writer.founding), {"payload": {2: None, 6: None, 7: None}} | remark
    yield "saw-nothing", 523, look, {"payload": {6: None, 7: None}}
    yield "changed-after-signing", 902, look, {"change": lambda entry: entry[:-1] + bytes([entry[-1] ^ 1])}
    yield "unknown-field", 906, look, {"payload": {9: {1: 1, 99: 1}}}
    yield "later-rules", 907, ("policy", officers, policy() | {1: 2}), {}
    yield "unknown-kind", 908, (63, [(1, APPROVED)], {}), {}
    yield "number-left-out", 916, look, {"header": {1: newest + 2}}
    yield "touches-nothing", 917, look, {}
    yield "recorded-before", 918, look, {"header": {3: writer.now - DAY}}
    yield "unknown-algorithm", 919, ("person", officers + [(None, NEW_KEY)], {1: "new", 2: [-50, bytes(64)], 3: 4}), {}
    yield "unknown-character", 924, ("place", two, {1: "attic", 2: 1, 4: "Attic \u0378"}), {}


def main():
    folder, book = sys.argv[1], Forger().furnish()
    entries, now, acts = list(book.entries), book.now, book.acts

    def write(name, code, data):
        with open(os.path.join(folder, name), "wb") as file:
            file.write(data)
        if code:
            print(name, "PH%04d" % code)

    write("site.pub", 0, (book.site() + "\n").encode())
    write("not-closed.phial", 920, book.finish())
    for name, code, what, how in list(forgeries(book)):
        book.entries, book.now, book.acts = list(entries), now, acts
        book.put(*what, **how)
        write(name + ".phial", code, book.finish())
    book = Forger().furnish()
    book.announce()
    write("whole.phial", 0, book.finish())
    write("more-after-the-end.phial", 913, book.finish(more=b"\x00"))


if __name__ == "__main__":
    main()
