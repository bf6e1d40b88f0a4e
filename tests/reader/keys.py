"""Keys, signatures, hashes and the tree (SPEC.md 2 and 6), as strict as SPEC.md asks."""

import functools
import hashlib

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from cbor import encode

ED25519, P256 = -19, -9


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


# ---- the tree

def leaf_hash(data):
    return sha256(b"\x00", data)


def tree_root(hashes_of_leaves):
    """RFC 9162 section 2.1.1, level by level: a last one without a neighbour goes up as it is."""
    level = list(hashes_of_leaves)
    if not level:
        return sha256()
    while len(level) > 1:
        pairs = [sha256(b"\x01", level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
        level = pairs + level[len(level) & ~1:]
    return level[0]


# ---- keys

def thumbprint(key):
    algorithm, data = key
    if algorithm == ED25519:
        return sha256(encode({1: 1, -1: 6, -2: data}))
    return sha256(encode({1: 2, -1: 1, -2: data[:32], -3: data[32:]}))


P = 2 ** 255 - 19
D = -121665 * pow(121666, P - 2, P) % P


def _ed25519_point(data):
    """The affine point, or None where the bytes are not the canonical encoding of one."""
    sign, y = data[31] >> 7, int.from_bytes(data, "little") & (1 << 255) - 1
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    return (P - x if x & 1 != sign else x), y


def _ed25519_sum(left, right):
    (x1, y1), (x2, y2) = left, right
    product = D * x1 * x2 * y1 * y2 % P
    return ((x1 * y2 + x2 * y1) * pow(1 + product, P - 2, P) % P,
            (y1 * y2 + x1 * x2) * pow(1 - product, P - 2, P) % P)


@functools.lru_cache(4096)
def key_is_sound(key):
    """On the curve, canonical, and not of small order."""
    algorithm, data = key
    if algorithm == ED25519:
        point = _ed25519_point(data)
        if point is None:
            return False
        for _ in range(3):
            point = _ed25519_sum(point, point)
        return point != (0, 1)
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), b"\x04" + data)
    except ValueError:
        return False
    return True


# ---- signatures

P256_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551


def signature_is_good(key, message, signature):
    """By a sound key. The library refuses S not below L, and compares R as bytes."""
    algorithm, data = key
    if not key_is_sound(key):
        return False
    try:
        if algorithm == ED25519:
            Ed25519PublicKey.from_public_bytes(data).verify(signature, message)
            return True
        r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
        if not (1 <= r < P256_ORDER and 1 <= s <= (P256_ORDER - 1) // 2):
            return False
        public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), b"\x04" + data)
        public.verify(utils.encode_dss_signature(r, s), message, ec.ECDSA(hashes.SHA256()))
        return True
    except (InvalidSignature, ValueError):
        return False


def to_be_signed(body_protected, signer_protected, payload):
    return encode(["Signature", body_protected, signer_protected, b"", payload])
