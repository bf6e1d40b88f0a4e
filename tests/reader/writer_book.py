"""What the book of writer.py says of the book itself: rules set aside, remarks, openings destroyed."""

from leaf import PATIENT
from signers import APPROVED, DID, GUEST, RECOVERED, SEALED


def erasures(writer, policy):
    """The name in genesis, under a policy that keeps nothing; then the policy that was."""
    both = [(1, APPROVED), (2, APPROVED)]
    writer.add("policy", both, policy | {47: 0})
    writer.add("erase", both, {1: 1, 2: 40, 3: "asked for"})
    writer.add("policy", both, policy)


def asides(writer):
    """A patient without an order is treated, since two people agreed to it beforehand; one waits for the second."""
    writer.add("patient", [(2, DID)], {})
    patient = len(writer.book.state.leaves[PATIENT])
    writer.add("override", [(2, DID), (1, APPROVED)], {1: 403, 2: patient}, _10=9)
    writer.add("session-open", [(2, DID)], {1: patient, 3: 1})
    waiting = writer.add("override", [(2, DID)], {1: 421, 2: patient}, _10=9)
    writer.add("countersign", [(1, APPROVED)], {1: waiting})


def remarks(writer, guest):
    """Of somebody enrolled, of an outside person alone, and of both."""
    draw = writer.book.kinds.index("draw") + 1
    writer.add("note", [(2, DID)], {}, _11={40: bytes(32)})
    writer.add("note", [(None, GUEST)], {1: draw, 2: list(guest.public)}, new_key=guest, _11={40: bytes(32)})
    writer.add("note", [(2, DID), (None, GUEST)], {1: 1, 2: list(guest.public)}, new_key=guest, _11={40: bytes(32)})


def seals(writer):
    """Put in by two officers, and then by the key in the safe, alone."""
    key = type(writer.keys[0])
    writer.new_seal(key(13), [(1, APPROVED), (2, APPROVED)])
    writer.add("access", [(0, SEALED)], {1: 2, 2: 5, 3: 1})
    writer.new_seal(key(14), [(3, RECOVERED)])


def refusals(writer):
    """What cannot be, whoever signs it: kind, signers, facts and the rest, by words."""
    both = [(2, DID), (1, APPROVED)]
    officers, newer = [(1, APPROVED), (2, APPROVED)], list(type(writer.keys[0])(15).public)
    return {"a seal put in by one officer": ("seal-change", officers[:1], {1: newer}, {}),
            "a seal that this book had": ("seal-change", officers, {1: list(writer.seals[0][1].public)}, {}),
            "a seal with the key of somebody here": ("seal-change", officers, {1: list(writer.keys[1].public)}, {}),
            "a seal of another algorithm": ("seal-change", officers, {1: [-9, bytes(64)]}, {}),
            "a seal put in by a list": ("seal-change", officers, {1: newer}, {"listed": [bytes(16), 1, 2]}),
            "a rule set aside that never is": ("override", both, {1: 306, 2: 1}, {"_10": 9}),
            "an override without a reason": ("override", both, {1: 403, 2: 1}, {}),
            "an override as an irregular fact": ("override", both, {1: 403, 2: 1}, {"_10": 9, "_14": [305]}),
            "an erasure while a case is open": ("erase", [(1, APPROVED), (2, APPROVED)], {1: 1, 2: 40, 3: "x"}, {}),
            "a remark without words": ("note", [(2, DID)], {}, {}),
            "a guest's key without the guest": ("note", [(2, DID)], {2: list(writer.keys[3].public)}, {"_11": {40: bytes(32)}}),
            "a remark on what is to come": ("note", [(2, DID)], {1: 10 ** 6}, {"_11": {40: bytes(32)}})}
