#!/usr/bin/python3
"""The first program to write against schema/SPEC.md: is this entry signed, and does it follow that one?

    first_program.py PREVIOUS ENTRY KEY     all in hexadecimal; KEY is the Ed25519 key of the first signer
"""

import hashlib
import sys

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from cbor import decode_whole, encode

previous, entry, key = map(bytes.fromhex, sys.argv[1:4])
head, body = decode_whole(entry)
protected, _, payload, signatures = decode_whole(body).value
own, _, signature = signatures[0]
Ed25519PublicKey.from_public_bytes(key).verify(signature, encode(["Signature", protected, own, b"", payload]))
print("signed by", hashlib.sha256(encode({1: 1, -1: 6, -2: key})).hexdigest())
assert decode_whole(head)[2] == hashlib.sha256(b"\x00" + previous).digest(), "it does not follow"
print("entry", decode_whole(head)[1], "follows")
