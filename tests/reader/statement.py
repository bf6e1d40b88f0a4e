#!/usr/bin/python3
"""Check a statement of `phial attest`, by schema/SPEC.md 12.1 and ledger.cddl alone.

    statement.py STATEMENT SITE.pub [EXPORT]

Prints one line, PASS, FAIL or UNPROVEN, and ends with 0, 1 or 8. It judges who signed, size and root, and that the totals add
up; with an export also that root and totals are those of the book. What the lines say in words it leaves to phial.
"""

import sys

from book import Book
from cbor import CutOff, Malformed, decode, decode_whole
from entry import NOT_KNOWN, SCHEMA, Message, Unproven
from keys import thumbprint, tree_root
from note import Note, read_vkey
from signers import UNLOCKED_SEAL
from verify import Export

STATEMENT = "application/vnd.phial.statement+cose"
CAME = (0, 1, 2, 12, 13, 14)  # opening, received, gained, recovered, found, adjusted-up: of the sixteen that are differences


class Statement:
    """A statement that is what SPEC says one must be, and signed by the seal of this site."""

    def __init__(self, data, site, seals=None):
        message, at = decode(data)
        item, at = decode(data, at)
        if at != len(data):
            raise Malformed("something follows the two items")
        self.message = Message(message, STATEMENT)
        payload = decode_whole(self.message.payload)
        if isinstance(payload, dict) and isinstance(payload.get(1), int) and payload[1] > 1:
            raise Unproven("a statement of version %d" % payload[1])
        NOT_KNOWN.clear()
        SCHEMA.require("statement", message)
        SCHEMA.require("export-item", item)
        if NOT_KNOWN:
            raise Unproven(NOT_KNOWN[0])
        self.ledger, (self.after, self.last), (self.size, self.root) = payload[2], payload[3], payload[4]
        self.ended, self.lines, self.totals, self.officer = payload[8], payload[9], payload[10], payload.get(12)
        self._require(self.ledger == site[0], "of another ledger than the site's public key is of")
        self._require([one[5] == UNLOCKED_SEAL for one in self.message.signatures] == [True, False][:len(self.message.signatures)],
                      "a key that was not unlocked as its signer's is")
        self._lines()
        for row in self.totals:
            self.check_total(row)
        products = [row[0] for row in self.totals]
        self._require(products == sorted(set(products)), "products out of order")
        seal = self._seal(site, seals)
        self.message.check([seal] + ([(self.officer[2][0], self.officer[2][1])] if self.officer else []))
        self._checkpoint(item, seal)

    @staticmethod
    def _require(good, words):
        if not good:
            raise Malformed(words)

    def _seal(self, site, seals):
        """The seal of its place by a book; without one the reader's, who may hold an earlier or a later one."""
        if seals is not None:
            return [key for number, key in seals if number <= max(self.size, 1)][-1]
        if self.message.signatures[0][1] != thumbprint(site[1]):
            raise Unproven("signed by another seal than the one whose key was given")
        return site[1]

    def _checkpoint(self, item, seal):
        self._require(item[0] == 4, "no checkpoint follows")
        note = Note(item[1])
        self._require(note.ledger == self.ledger and note.is_signed_by(seal), "a checkpoint that is not of this seal")
        self._require((note.size, note.root) == (self.size, self.root), "a checkpoint of another book")

    def _lines(self):
        self._require(self.after < self.last <= self.size, "a period that is none, or beyond the book")
        for number, (line, verdict, _, entries) in enumerate(self.lines, 1):
            self._require(line == number and (number == 8) == (verdict == 0), "lines out of order, or without verdict")
            self._require(self.ended or verdict != 1, "shown, of a period that has not ended")
            self._require(entries == sorted(set(entries)) and all(entry <= self.size for entry in entries), "entries out of order")

    @staticmethod
    def check_total(row):
        """Malformed unless what there was, with what came, is what went and what there is."""
        before, changes, after = row[1:3], row[3:19], row[19:21]
        left, right = sum(before), sum(after)
        for place, change in enumerate(changes):
            if (place in CAME) == (change >= 0):
                left += abs(change)
            else:
                right += abs(change)
        if not left == right < 2 ** 63:
            raise Malformed("totals that do not add up")

    # ---- against an export

    def compare(self, export):
        verdict, line = export.verdict()
        if verdict != "PASS":
            raise Malformed("held against an export that does not pass: " + line) if verdict == "FAIL" else Unproven(line)
        if len(export.hashes) < self.size:
            raise Unproven("the export ends with entry %d" % len(export.hashes))
        self._require(tree_root(export.hashes[:self.size]) == self.root, "of another book: the root differs")
        before, after = (self._rows(export, end) for end in (self.after, self.last))
        rows = []
        for product in sorted(set(before) | set(after)):
            was, is_ = before.get(product, [0] * 18), after.get(product, [0] * 18)
            row = was[16:] + [new - old for old, new in zip(was[:16], is_)] + is_[16:]
            if any(row):
                rows.append([product] + row)
        self._require(rows == self.totals, "totals that are not the book's")
        if self.officer:
            book = self._book(export, self.size)
            self._require(book.keys.get(self.officer[0]) == (self.officer[2][0], self.officer[2][1]), "another key than its officer's")

    def _book(self, export, size):
        book = Book()
        for entry in export.entries[:size]:
            book.add(entry)
        return book

    def _rows(self, export, end):
        """What each product's totals were after this entry: what a closing states, or where the book ended then."""
        if end == 0:
            return {}
        entry = export.entries[end - 1]
        if entry.kind != "closing":
            self._require(end == self.size, "a period that does not end with a closing")
            return {row[0]: row[1:] for row in self._book(export, end).totals()}
        return {row[0]: row[1:] for row in entry.facts[5]}


def check(data, site, export=None):
    """The verdict on the bytes of a statement, and the line that says it."""
    book = None
    if export is not None:
        book = Export(export, site)
        book.read()
    try:
        statement = Statement(data, site, book.seals() if book else None)
        if book:
            statement.compare(book)
    except (Malformed, CutOff) as bad:
        return "FAIL", "FAIL %s" % bad
    except Unproven as unknown:
        return "UNPROVEN", "UNPROVEN %s" % unknown
    words = "PASS entries %d to %d of a book of %d, signed; its totals add up" % (statement.after + 1, statement.last, statement.size)
    return "PASS", words + (" and are the book's" if export is not None else "")


def main(arguments):
    if len(arguments) not in (2, 3):
        print(__doc__.strip(), file=sys.stderr)
        return 2
    files = []
    for path in arguments[:1] + arguments[2:]:
        with open(path, "rb") as file:
            files.append(file.read())
    with open(arguments[1], encoding="utf-8") as file:
        site = read_vkey(file.read().rstrip("\n"))
    verdict, line = check(files[0], site, *files[1:])
    print(line)
    return {"PASS": 0, "FAIL": 1, "UNPROVEN": 8}[verdict]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
