#!/usr/bin/python3
"""Verify a whole export of a Phial ledger, by schema/SPEC.md and ledger.cddl alone.

    verify.py EXPORT SITE.pub

Prints one line, PASS, FAIL or UNPROVEN, and ends with 0, 1 or 8. It judges bytes and state (SPEC.md 13.3);
the rules (who may do what, and when) it leaves to phial.
"""

import sys

from book import Book
from cbor import CutOff, Malformed, decode, decode_whole
from entry import EXPORT, NOT_KNOWN, SCHEMA, Entry, Message, Unproven
from keys import leaf_hash, sha256, thumbprint, tree_root
from leaf import CREDENTIAL
from note import Note, read_vkey
from signers import APPROVED, OFFICER, SEALED, UNLOCKED_SEAL


OWN, HELD, WHOLE = range(3)  # a finding is of an entry's own bytes, of what others hold of it, or of the whole file


class Findings:
    """What was found, by verdict. Named is the lowest entry at fault by its own bytes, else by what others hold of it."""

    def __init__(self):
        self.found = {"FAIL": [], "UNPROVEN": []}

    def add(self, verdict, ground, entry, words):
        self.found[verdict].append((ground if entry else WHOLE, entry or 0, str(words)))

    def worst(self):
        for verdict in ("FAIL", "UNPROVEN"):
            if self.found[verdict]:
                return (verdict,) + min(self.found[verdict], key=lambda one: one[:2])[1:]
        return None


class Export:
    """One file, read from its first byte to its last."""

    def __init__(self, data, site):
        self.data, self.site = data, site
        self.findings, self.book, self.head = Findings(), Book(), None
        self.hashes, self.previous = [], []
        self.entries, self.notes = [], []
        self.replays = True
        self.items = 0

    def fail(self, words, entry=None, ground=OWN):
        self.findings.add("FAIL", ground, entry, words)

    def unproven(self, words, entry=None):
        self.findings.add("UNPROVEN", OWN, entry, words)

    # ---- framing (SPEC.md 11 and 13.2, 1)

    def read(self):
        at = 0
        try:
            head, at = decode(self.data)
            self._head(head)
            while True:
                begin = at
                item, at = decode(self.data, at)
                if not isinstance(item, list):
                    break
                self.items += 1
                if self.head:
                    self._item(item)
            self._trailer(item, begin, at)
        except CutOff as cut:
            self._cut_off(at, cut)
        except Malformed as bad:
            self.fail(bad, self._at_fault(at))
        except Unproven as unknown:
            self.unproven(unknown)
        self._chain()
        self._site_key()

    def _at_fault(self, at):
        """The entry that should stand where the file can be followed no further, if it is one."""
        return None if self.notes or self.data[at:at + 1] == b"\xd8" else len(self.hashes) + 1

    def _cut_off(self, at, cut):
        if EXPORT.encode() in self.data[at:]:
            self.fail("the file can be followed no further: %s" % cut, self._at_fault(at))
        else:
            self.unproven("the file ends too soon: %s" % cut)

    def _head(self, head):
        """Where it is of a sort this reader does not know, only the frame and its hash are checked."""
        if isinstance(head, list) and len(head) == 3 and head[0] == "phial-export" and isinstance(head[1], int):
            if head[1] > 1:
                self.unproven("export version %d" % head[1])
                return
        SCHEMA.require("export-head", head)
        head = head[2]
        if head[4] != 1 or 5 in head:
            self.unproven("a scope that is not the whole book")
            return
        if head[1] != self.site[0]:
            self.fail("an export of another ledger than the site's public key is of")
        self.head = head

    def _item(self, item):
        """Items stand in the order of a whole export: entries with their openings, then checkpoints."""
        if item[:1] == [1] and len(item) == 2 and isinstance(item[1], bytes) and not self.notes:
            self._entry(item[1])
        elif item[:1] == [3] and len(item) == 3 and isinstance(item[2], bytes) and not self.notes:
            self._opening(item[1], item[2])
        elif item[:1] == [4] and len(item) == 2 and isinstance(item[1], str) and len(item[1].encode()) <= 4096:
            self.notes.append(item[1])
        else:
            raise Malformed("an item that a whole export does not have here")

    # ---- entries

    def _entry(self, data):
        number = len(self.hashes) + 1
        self.hashes.append(leaf_hash(data))
        self.previous.append(None)
        self.opened = -1
        entry = None
        try:
            entry = Entry(data)
        except Malformed as bad:
            self.fail(bad, number)
        except Unproven as unknown:
            self.unproven(unknown, number)
        self.entries.append(entry)
        if entry is None:
            self.replays = False
            self._previous_of(data)
            return
        self.previous[-1] = entry.previous
        if entry.number != number:
            self.fail("entry %d stands at place %d" % (entry.number, number), number)
        if number > 1 and entry.previous != self.hashes[-2]:
            self.replays = False  # one of the two was changed: _chain says which
        if self.replays:
            self._replay(entry, number)
        else:
            self._check_signatures(entry, number)

    def _replay(self, entry, number):
        self.replays = False
        try:
            self.book.add(entry)
            self.replays = True
        except Malformed as bad:
            self.fail(bad, number)
        except Unproven as unknown:
            self.unproven(unknown, number)

    def _check_signatures(self, entry, number):
        """Where the book can be followed no more: those by keys it held last; others may be of newer ones."""
        for (who, meaning), signature in zip(entry.signers, entry.message.signatures):
            key = self.book.key_of(entry, who, meaning)
            if key is None or thumbprint(key) != signature[1]:
                self.unproven("a signature by a key that is not known here", number)
            elif not entry.message.is_signed(key, signature):
                self.fail("a signature does not fit these bytes", number)

    def _previous_of(self, data):
        """Link and number of an entry that cannot be read otherwise, where at least its header can."""
        try:
            header = decode_whole(decode_whole(data)[0])
            self.previous[-1] = header[2] if isinstance(header[2], bytes) else b""
            if header[1] != len(self.hashes):
                self.fail("it stands in another's place", len(self.hashes))
        except (Malformed, TypeError, KeyError, IndexError):
            pass

    def _opening(self, number, data):
        entry = self.entries[-1] if self.entries else None
        if number != len(self.hashes) or number == 0:
            raise Malformed("an opening that does not follow its entry")
        if entry is None:
            return
        try:
            key = entry.check_opening(data)
            if key <= self.opened or key not in self.head[10]:
                raise Malformed("openings out of order, or not announced")
            self.opened = key
            if NOT_KNOWN:
                self.unproven(NOT_KNOWN[0], number)
        except Malformed as bad:
            self.fail(bad, number)

    # ---- chain and tree (SPEC.md 6)

    def _chain(self):
        """Each header holds the hash of the entry before. One changed entry breaks one link or two."""
        held = [bytes(32)] + self.hashes
        broken = [i for i, previous in enumerate(self.previous) if previous is not None and previous != held[i]]
        if broken:
            # Link i is broken: entry i was changed, or i + 1, if its own hash is not held either.
            i = broken[0]
            changed = i + 1 if i + 1 in broken or i == 0 else i
            self.fail("it was changed: the next entry holds another hash", changed, HELD)

    # ---- checkpoints and trailer (SPEC.md 10, 11.3)

    def _trailer(self, item, begin, end):
        try:
            message = Message(item, EXPORT)
            trailer = decode_whole(message.payload)
            if self.head and isinstance(trailer, dict) and isinstance(trailer.get(1), int) and trailer[1] > 1:
                self._newer_trailer(message)
                return
            SCHEMA.require("trailer", item)
        except Unproven as unknown:
            # Seals have one algorithm, and officers those of the keys the book knows, as far as it was followed.
            if self.head:
                (self.fail if self.replays else self.unproven)(unknown)
            return
        except Malformed as bad:
            if self.head is None:
                return  # of another version, perhaps: that is said already
            raise Malformed("the trailer: %s" % bad) from None
        if end != len(self.data):
            self.fail("%d bytes after the trailer" % (len(self.data) - end))
        self._is("running hash", trailer[5], sha256(self.data[:begin]))
        self._is("number of bytes", trailer[4], begin)
        self._is("number of items", trailer[3], self.items)
        if self.head:
            self._against_entries(message, trailer)

    # ---- seals: that of a place, as far as the book was followed (SPEC.md 8 and 10)

    def seals(self):
        first = self.entries[0] if self.entries else None
        if not self.book.seals and first and first.kind == "genesis":
            return [(1, tuple(first.facts[6]))]  # known, whatever is wrong with it
        return self.book.seals or [(1, self.site[1])]

    def _seal_at(self, size):
        seals = self.seals()
        return [key for number, key in seals if number <= size or number == seals[0][0]][-1]

    def _site_key(self):
        """The reader's key is that of some seal of this book; one that it does not know may be of a later one."""
        if self.entries and self.head and self.site[1] not in [key for _, key in self.seals()]:
            self.unproven("a book without the seal whose key was given")

    def _newer_trailer(self, message):
        """Nothing of it is known but that the seal signs first."""
        seal = self._seal_at(len(self.hashes))
        if self._key_is_unknown(message, 0, seal):
            self.unproven("a trailer signed by a key that is not known here")
        elif thumbprint(seal) != message.signatures[0][1] or not message.is_signed(seal, message.signatures[0]):
            self.fail("a trailer that the seal has not signed")
        self.unproven("a trailer of another version")

    def _key_is_unknown(self, message, i, key):
        """Where the book was not followed to its end somebody may have another key by now."""
        return not self.replays and (key is None or thumbprint(key) != message.signatures[i][1])

    def _trailer_signatures(self, message, trailer):
        """Where the book can be followed no more: those by keys that are known."""
        for i, (who, _) in enumerate(trailer[11][:len(message.signatures)]):
            key = self.book.keys.get(who) if who else self._seal_at(len(self.hashes))
            if self._key_is_unknown(message, i, key):
                self.unproven("a trailer signed by a key that is not known here")
            elif not message.is_signed(key, message.signatures[i]):
                self.fail("a signature of the trailer does not fit")

    def _against_entries(self, message, trailer):
        self._is("ledger", trailer[2], self.head[1])
        self._is("range", trailer[6], self.head[3])
        self._is("size", trailer[7], len(self.hashes))
        self._is("range", self.head[3], [1, len(self.hashes)])
        self._is("root", trailer[8], tree_root(self.hashes))
        self._is("number of entries withheld", trailer[9], 0)
        self._checkpoints(trailer)
        if self.replays and self.hashes:
            self._against_book(message, trailer)
        else:
            self._trailer_signatures(message, trailer)

    def _is(self, what, stated, found):
        if stated != found:
            self.fail("the %s is not the one stated" % what)

    def _checkpoints(self, trailer):
        sizes = []
        for text in self.notes:
            note = Note(text)
            sizes.append(note.size)
            self._is("ledger of a checkpoint", note.ledger, self.head[1])
            if not 1 <= note.size <= len(self.hashes):
                self.fail("a checkpoint of more entries than there are")
            elif note.root != tree_root(self.hashes[:note.size]):
                self.fail("a checkpoint of another root")
            self._sealed(note)
        if sizes != sorted(set(sizes)) or sizes[-1:] != [trailer[7]]:
            self.fail("checkpoints out of order, or none of the whole")

    def _sealed(self, note):
        seal = self._seal_at(note.size)
        if note.is_signed_by(seal):
            return
        if not self.replays and note.size > len(self.book.entries) and not note.names(seal):
            self.unproven("a checkpoint signed by a key that is not known here")
        else:
            self.fail("a checkpoint that the seal of its place has not signed")

    def _against_book(self, message, trailer):
        book, head = self.book, self.head
        signers = trailer[11]
        self._is("ledger", book.ledger, head[1])
        if signers[0] != [0, SEALED] or any(meaning != APPROVED or not who for who, meaning in signers[1:]):
            self.fail("a trailer that the seal does not sign first")
        for who, _ in signers[1:]:
            one, end = book.state.leaf(CREDENTIAL, who), self.entries[-1].recorded
            if not one["roles"] & OFFICER or one["revoked"] or end < one["from"] or one["until"] and end > one["until"]:
                self.fail("certified by somebody who is no officer")
        if [one[5] == UNLOCKED_SEAL for one in message.signatures] != [who == 0 for who, _ in signers]:
            self.fail("a key that was not unlocked as its signer's is")
        message.check([book.keys.get(who) for who, _ in signers])
        self._is("list of registrations", head[2], book.genesis[2])
        self._is("training", head.get(12), book.genesis.get(5))
        if book.list:
            self.fail("the last list is not complete", len(self.hashes))
        access, closing = self.entries[head[9] - 1] if head[9] < len(self.hashes) else None, self.entries[-1]
        if head[9] != len(self.hashes) - 1 or access.kind != "access" or closing.kind != "closing" or access.facts[1] != 1:
            self.fail("the export does not end with its access and closing")
            return
        self._is("purpose", head[6], access.facts.get(4, "not said"))
        self._is("recipient", head[7], access.facts.get(5, "not said"))
        self._is("challenge", head.get(8), access.facts.get(7))
        self._is("challenge", closing.facts.get(7), sha256(head[8]) if 8 in head else None)
        self._is("reason of the closing", closing.facts[2], 2)
        self._is("totals", trailer[10], closing.facts[5])

    # ---- verdict

    def verdict(self):
        worst = self.findings.worst()
        if worst:
            verdict, entry, words = worst
            return verdict, "%s %s%s" % (verdict, "entry %d: " % entry if entry else "", words)
        words = "PASS whole entries 1-%d unchanged, signed and in order; state and closings agree" % len(self.hashes)
        notes = [("stale", self.book.stale), ("clock", self.book.clocks)]
        words += "".join("; %s: %s" % (name, " ".join(map(str, entries))) for name, entries in notes if entries)
        return "PASS", words + " (rules not judged)"


def verify(data, site):
    """The verdict on the bytes of an export, and the line that says it."""
    export = Export(data, site)
    export.read()
    return export.verdict()


def main(arguments):
    if len(arguments) != 2:
        print(__doc__.strip(), file=sys.stderr)
        return 2
    with open(arguments[0], "rb") as file:
        data = file.read()
    with open(arguments[1], encoding="utf-8") as file:
        site = read_vkey(file.read().rstrip("\n"))
    verdict, line = verify(data, site)
    print(line)
    return {"PASS": 0, "FAIL": 1, "UNPROVEN": 8}[verdict]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
