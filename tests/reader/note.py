"""Checkpoints and the public key of a site (SPEC.md 10)."""

import base64
import binascii
import re

from cbor import Malformed
from keys import ED25519, sha256, signature_is_good

DASH = "\u2014 "


def _base64(text):
    """Strict: no other characters, no stray bits."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Malformed("not base64") from None
    if base64.b64encode(data).decode() != text:
        raise Malformed("base64 with stray bits")
    return data


def key_hash(name, key):
    return sha256(name.encode(), b"\n\x01", key)[:4]


def read_vkey(line):
    """The ledger id and the key of a site's one-line public key."""
    match = re.fullmatch(r"(phial/([0-9a-f]{64}))\+([0-9a-f]{8})\+([A-Za-z0-9+/]+=*)", line)
    data = _base64(match.group(4)) if match else b""
    if len(data) != 33 or data[0] != 1 or key_hash(match.group(1), data[1:]).hex() != match.group(3):
        raise Malformed("not the public key of a site")
    return bytes.fromhex(match.group(2)), (ED25519, data[1:])


def write_vkey(ledger, key):
    name = "phial/" + ledger.hex()
    return "%s+%s+%s" % (name, key_hash(name, key).hex(), base64.b64encode(b"\x01" + key).decode())


def checkpoint_text(ledger, size, root):
    return "phial/%s\n%d\n%s\n" % (ledger.hex(), size, base64.b64encode(root).decode())


def signature_line(name, key, signature):
    return DASH + name + " " + base64.b64encode(key_hash(name, key) + signature).decode() + "\n"


class Note:
    """A checkpoint, taken apart: ledger, size, root, and the signature lines."""

    def __init__(self, note):
        if len(note.encode()) > 1 << 20:
            raise Malformed("a note of more than 1 MiB")
        self.text, separator, lines = note.rpartition("\n\n")
        self.text += "\n"
        match = re.fullmatch(r"phial/([0-9a-f]{64})\n(0|[1-9][0-9]*)\n([A-Za-z0-9+/]+=*)\n", self.text)
        if not separator or not match or not lines.endswith("\n"):
            raise Malformed("not a checkpoint")
        self.ledger, self.size = bytes.fromhex(match.group(1)), int(match.group(2))
        self.root = _base64(match.group(3))
        if len(self.root) != 32:
            raise Malformed("a root that is not 32 bytes")
        self.lines = [self._line(line) for line in lines[:-1].split("\n")]
        if len(self.lines) > 100:
            raise Malformed("more than 100 signature lines")

    @staticmethod
    def _line(line):
        match = re.fullmatch(DASH + r"([^\s+]+) ([A-Za-z0-9+/]+=*)", line)
        data = _base64(match.group(2)) if match else b""
        if len(data) < 5:
            raise Malformed("a line that is no signature")
        return match.group(1), data[:4], data[4:]

    def names(self, key):
        """The signatures of the lines that claim to be by this key under the ledger's name."""
        name = "phial/" + self.ledger.hex()
        return [signature for who, hash_, signature in self.lines if who == name and hash_ == key_hash(name, key[1])]

    def is_signed_by(self, key):
        """Every line that claims to be must verify."""
        mine = self.names(key)
        return bool(mine) and all(len(one) == 64 and signature_is_good(key, self.text.encode(), one) for one in mine)
