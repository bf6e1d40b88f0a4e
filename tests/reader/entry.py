"""One entry or trailer by itself: its bytes, its one encoding, what it says (SPEC.md 1 to 5)."""

import os
import unicodedata

from cbor import Malformed, Tag, decode_whole, encode
from cddl import Schema
from keys import ED25519, P256, leaf_hash, sha256, signature_is_good, thumbprint, to_be_signed


class Unproven(Exception):
    """This reader cannot judge it."""


# ---- what CDDL cannot say (SPEC.md 1.3, 1.6)

REFUSED = {"Cc", "Zl", "Zp", "Cf", "Co", "Cs"}
JOINERS = "\u200c\u200d"

NOT_KNOWN = []  # what was met that a newer reader may know, in words; the rest is judged all the same


def is_noncharacter(code):
    return code & 0xfffe == 0xfffe or 0xfdd0 <= code <= 0xfdef


def text_is_good(text):
    unassigned = [character for character in text if unicodedata.category(character) == "Cn"]
    for character in text:
        if unicodedata.category(character) in REFUSED and character not in JOINERS or is_noncharacter(ord(character)):
            return False
    if "Zs" in {unicodedata.category(text[0]), unicodedata.category(text[-1])}:
        return False
    if unassigned:
        NOT_KNOWN.append("a text holds U+%04X, which this reader does not know" % ord(unassigned[0]))
        return True
    return unicodedata.normalize("NFC", text) == text


def gtin_is_good(gtin):
    return sum(int(digit) * (3, 1)[i % 2] for i, digit in enumerate(gtin)) % 10 == 0


def registration_is_good(registration):
    scheme, _, value = registration.partition(":")
    if scheme != "dea":
        return True
    if len(value) != 9 or not ("A" <= value[0] <= "Z" and ("A" <= value[1] <= "Z" or value[1] == "9")):
        return False
    if not all("0" <= digit <= "9" for digit in value[2:]):
        return False
    digits = [int(digit) for digit in value[2:]]
    return (sum(digits[0:6:2]) + 2 * sum(digits[1:6:2])) % 10 == digits[6]


def _read_cddl():
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "schema", "ledger.cddl")
    with open(path, encoding="utf-8") as file:
        return file.read()


def _kinds(cddl):
    """The kinds of the rule payload, by number: their names, None for drafts."""
    kinds = {}
    for line in cddl.splitlines():
        if "payload-of<" in line and "facts-" in line:
            number, name = line.split("<")[1].split(">")[0].split(", facts-")
            kinds[int(number)] = None if "; draft" in line else name
    return kinds


CDDL = _read_cddl()
KINDS = _kinds(CDDL)
SCHEMA = Schema(CDDL, {"text": lambda text: text != "" and text_is_good(text), "gtin": gtin_is_good,
                       "registration": registration_is_good})

# ---- signed messages

EVENT = "application/vnd.phial.event+cose"
EXPORT = "application/vnd.phial.export+cose"


class Message:
    """A COSE_Sign message (SPEC.md 2.3)."""

    def __init__(self, value, typ):
        if not (isinstance(value, Tag) and value.number == 98 and isinstance(value.value, list) and len(value.value) == 4):
            raise Malformed("not a COSE_Sign message")
        self.protected, unprotected, self.payload, signatures = value.value
        if not (isinstance(self.protected, bytes) and decode_whole(self.protected) == {16: typ} and unprotected == {}):
            raise Malformed("not the headers of this typ")
        if not (isinstance(self.payload, bytes) and 1 <= len(self.payload) <= 32768):
            raise Malformed("a payload that is none, or too large")
        if not (isinstance(signatures, list) and 1 <= len(signatures) <= 4):
            raise Malformed("not one to four signatures")
        self.signatures = [self._signature(one) for one in signatures]
        if len({one[1] for one in self.signatures}) != len(self.signatures):
            raise Malformed("one key signs twice")

    @staticmethod
    def _signature(value):
        if not (isinstance(value, list) and len(value) == 3 and isinstance(value[0], bytes) and value[1] == {}):
            raise Malformed("not a signature")
        protected = decode_whole(value[0])
        if not isinstance(protected, dict):
            raise Malformed("not a protected header")
        algorithm = protected.get(1)
        if isinstance(algorithm, int) and -2 ** 31 <= algorithm < 2 ** 31 and algorithm not in (ED25519, P256):
            raise Unproven("algorithm %d" % algorithm)
        SCHEMA.require("cose-signature", value)
        return algorithm, protected[4], protected[-65537], value[0], value[2], protected[-65538]

    def check(self, keys):
        """Malformed unless exactly these keys signed, in this order."""
        if len(keys) != len(self.signatures):
            raise Malformed("%d signatures where %d must be" % (len(self.signatures), len(keys)))
        for key, (algorithm, kid, _, protected, signature, _) in zip(keys, self.signatures):
            if key is None or key[0] != algorithm or thumbprint(key) != kid:
                raise Malformed("signed by another key than its signer's")
            if not signature_is_good(key, to_be_signed(self.protected, protected, self.payload), signature):
                raise Malformed("a signature does not fit these bytes")

    def is_signed(self, key, signature):
        """Whether this one of its signatures is by this key."""
        return signature_is_good(key, to_be_signed(self.protected, signature[3], self.payload), signature[4])


class Entry:
    """An entry, decoded. `payload` is None where it is not known how to read it."""

    def __init__(self, data):
        self.data, self.hash = data, leaf_hash(data)
        self.number = self.previous = None
        NOT_KNOWN.clear()
        if len(data) > 65535:
            raise Malformed("an entry of more than 65,535 bytes")
        value = decode_whole(data)
        if not (isinstance(value, list) and len(value) == 2 and all(isinstance(part, bytes) for part in value)):
            raise Malformed("not a head and a body")
        header = decode_whole(value[0])
        SCHEMA.require("header", header)
        self.number, self.previous, self.recorded = header[1], header[2], header[3]
        self.touches = list(self._touches(header[4]))
        self.message = Message(decode_whole(value[1]), EVENT)
        self.payload = decode_whole(self.message.payload)
        if not isinstance(self.payload, dict):
            raise Malformed("a payload that is not a map")
        self._known()
        SCHEMA.require("entry", self._without_unknown_keys(value))
        self._payload()
        if NOT_KNOWN:
            raise Unproven(NOT_KNOWN[0])

    @staticmethod
    def _touches(touches):
        """Each subject touched with its n; the array must be its one encoding."""
        total, before = 0, None
        for subject, first, n, *count in touches:
            count = count[0] if count else 1
            if before is not None:
                subject_before, after, n_before = before
                if (subject, first) < (subject_before, after) or (subject, first, n) == (subject_before, after, n_before):
                    raise Malformed("touches that are not sorted, or not joined")
            before, total = (subject, first + count, n), total + count
            if first + count - 1 > 0xffffffff or total > 1024:
                raise Malformed("touches beyond their limits")
            for i in range(count):
                yield subject, first + i, n

    def _known(self):
        form, kind = self.payload.get(1), self.payload.get(3)
        if isinstance(form, int) and 1 < form < 2 ** 32:
            raise Unproven("format %d" % form)
        if isinstance(kind, int) and 1 <= kind <= 63 and KINDS.get(kind) is None:
            raise Unproven("kind %d" % kind)

    def _without_unknown_keys(self, value):
        """Of a key of an unknown algorithm nothing else is judged: one that is known stands in its place."""
        keys = [key for key in self._keys(KINDS.get(self.payload.get(3)), self.payload.get(9))
                if isinstance(key, list) and len(key) == 2 and isinstance(key[0], int) and -2 ** 31 <= key[0] < 2 ** 31
                and key[0] not in (ED25519, P256)]
        if not keys:
            return value
        NOT_KNOWN.append("algorithm %d" % keys[0][0])
        for key in keys:
            key[:] = [ED25519, bytes(32)]
        message = decode_whole(value[1])
        message.value[2] = encode(self.payload)
        return [value[0], encode(message)]

    @staticmethod
    def _keys(kind, facts):
        """The public keys among facts of which nothing is known yet."""
        if not isinstance(facts, dict) or kind not in ("genesis", "person", "rekey"):
            return []
        if kind != "genesis":
            return [facts.get(2)]
        rows = [row for key in (7, 8) for row in facts.get(key) or [] if isinstance(row, list) and len(row) > 1]
        return [facts.get(6)] + [row[1] for row in rows]

    def _payload(self):
        payload = self.payload
        self.kind = KINDS[payload[3]]
        self.occurred, self.offset = payload[4]
        self.signers, self.performed = payload[5], payload.get(12, [])
        self.act, self.facts = payload[8], payload[9]
        self.irregular, self.list = payload.get(14, []), payload.get(15)
        self.private = payload.get(11, {})
        if any(a >= b for a, b in zip(self.irregular, self.irregular[1:])):
            raise Malformed("irregular codes that do not ascend")
        if self.list and not self.list[1] <= self.list[2]:
            raise Malformed("a place behind the end of its list")
        if not set(self.private) <= self._private_keys("opening-any") | self._private_keys("opening-" + self.kind):
            raise Malformed("a private field that its kind does not have")

    @staticmethod
    def _private_keys(rule):
        inner = SCHEMA.rules.get(rule, ((), ("choice", [])))[1]
        return {one[2][0][1] for one in (inner[1] if inner[0] == "choice" else [inner])}

    @property
    def local_date(self):
        return (self.occurred + 60000 * self.offset) // 86400000

    def check_opening(self, data):
        """Malformed unless this opening belongs to this entry; NOT_KNOWN says what could not be judged."""
        NOT_KNOWN.clear()
        opening = decode_whole(data)
        kind_rule = "opening-" + (self.kind or "")
        for rule in ("opening-any", kind_rule):
            if rule in SCHEMA.rules and SCHEMA.fits(("name", rule, []), opening, {}):
                break
        else:
            raise Malformed("not an opening of a field of its kind")
        if len(data) > 4200 or opening[1] != self.act or self.private.get(opening[2]) != sha256(data):
            raise Malformed("an opening of something else")
        return opening[2]
