"""Deterministic CBOR (SPEC.md 1.1): one value, one encoding, and nothing else is read."""

DEPTH_LIMIT = 6


class Malformed(Exception):
    """The bytes are not what SPEC.md says they must be."""


class CutOff(Malformed):
    """The bytes end inside an item."""


class Tag:
    def __init__(self, number, value):
        self.number, self.value = number, value

    def __eq__(self, other):
        return isinstance(other, Tag) and (self.number, self.value) == (other.number, other.value)


def decode(data, at=0, depth=0):
    """One item of `data` from `at` on: the value and where it ends. Maps become dicts."""
    if at >= len(data):
        raise CutOff("the bytes end where an item should begin")
    major, info = data[at] >> 5, data[at] & 31
    if major == 7:
        if data[at] != 0xf6:
            raise Malformed("a float, a simple value or a break")
        return None, at + 1
    number, at = _head(data, at, info)
    if major == 0:
        return number, at
    if major == 1:
        return -1 - number, at
    if major in (2, 3):
        if number > len(data) - at:
            raise CutOff("a string is longer than the bytes that are left")
        string, at = bytes(data[at:at + number]), at + number
        return (string if major == 2 else _text(string)), at
    if major == 6:
        value, at = decode(data, at, depth)
        return Tag(number, value), at
    if number > (len(data) - at) // (1 if major == 4 else 2):
        raise CutOff("an array or map has more items than bytes are left")
    if depth == DEPTH_LIMIT:
        raise Malformed("nested too deep")
    return (_array if major == 4 else _map)(data, at, number, depth + 1)


def decode_whole(data):
    """The one item that `data` is."""
    value, end = decode(data)
    if end != len(data):
        raise Malformed("bytes after the end of an item")
    return value


def _head(data, at, info):
    if info < 24:
        return info, at + 1
    if info > 27:
        raise Malformed("an indefinite length or a reserved head")
    size = 1 << (info - 24)
    if len(data) - at - 1 < size:
        raise CutOff("the bytes end inside a head")
    number = int.from_bytes(data[at + 1:at + 1 + size], "big")
    if number < (24, 1 << 8, 1 << 16, 1 << 32)[info - 24]:
        raise Malformed("a number in more bytes than it needs")
    return number, at + 1 + size


def _text(string):
    try:
        return string.decode("utf-8")
    except UnicodeDecodeError:
        raise Malformed("a text that is not UTF-8") from None


def _array(data, at, count, depth):
    items = []
    for _ in range(count):
        item, at = decode(data, at, depth)
        items.append(item)
    return items, at


def _map(data, at, count, depth):
    pairs, before = {}, b""
    for _ in range(count):
        begin = at
        key, at = decode(data, at, depth)
        encoded = bytes(data[begin:at])
        if not isinstance(key, int) or encoded <= before:
            raise Malformed("keys of a map that are no integers, twice there or out of order")
        before = encoded
        pairs[key], at = decode(data, at, depth)
    return pairs, at


def encode(value):
    """The one encoding of a value."""
    if value is None:
        return b"\xf6"
    if isinstance(value, int):
        return _encode_head(0, value) if value >= 0 else _encode_head(1, -1 - value)
    if isinstance(value, bytes):
        return _encode_head(2, len(value)) + value
    if isinstance(value, str):
        text = value.encode("utf-8")
        return _encode_head(3, len(text)) + text
    if isinstance(value, (list, tuple)):
        return _encode_head(4, len(value)) + b"".join(map(encode, value))
    if isinstance(value, dict):
        pairs = sorted((encode(key), encode(item)) for key, item in value.items())
        return _encode_head(5, len(pairs)) + b"".join(key + item for key, item in pairs)
    if isinstance(value, Tag):
        return _encode_head(6, value.number) + encode(value.value)
    raise TypeError(type(value))


def _encode_head(major, number):
    for info, size in ((24, 1), (25, 2), (26, 4), (27, 8)):
        if number < 24:
            return bytes([major << 5 | number])
        if number < 1 << 8 * size:
            return bytes([major << 5 | info]) + number.to_bytes(size, "big")
    raise ValueError(number)
