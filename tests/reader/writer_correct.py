"""Entries taken back, changed, added to and posted anew, for the book made in Python."""

from cbor import encode
from signers import APPROVED, CHECKED, DID, PRESCRIBED, WITNESSED

BY_MISTAKE, REMARK = 10, {63: bytes(32)}
CHANGE, VOID, ADD, AGAIN = 1, 2, 3, 4


def corrections(writer):
    """Of each sort once: a draw, a gift with its draw, an emptied vial, a receipt that was drawn from, and what it needs."""
    def take_back(*entries, signers=((5, DID), (1, APPROVED)), **more):
        writer.add("correct", list(signers), {1: [[number, 2, None, None] for number in entries]}, _10=BY_MISTAKE, **more)

    receipt = writer.add("receive", [(1, DID), (2, CHECKED)], {1: 1, 2: 1, 3: "INV-9", 4: 2, 5: 1,
                                                               6: [[1, 2, None, "L9", 21000, None, None, None]]})
    one, other = sorted(number for subject, number in writer.book.entries[receipt - 1][2] if subject == 1)
    patient = len(writer.book.state.leaves[4]) + 1
    writer.add("patient", [(2, DID)], {})
    writer.add("order", [(1, PRESCRIBED)], {1: patient, 2: 1, 3: 1, 5: 200000000})
    order, session = len(writer.book.state.leaves[10]), len(writer.book.state.leaves[3]) + 1
    opened = writer.add("session-open", [(5, DID)], {1: patient, 2: order, 3: 2})
    first = writer.add("draw", [(5, DID)], {1: [[one, 400, None]], 2: session})
    dose = len(writer.book.state.leaves[2])
    added = writer.add("draw", [(5, DID)], {1: [[other, 150, None]], 3: dose})
    take_back(added)
    gift = writer.add("administer", [(5, DID)], {1: dose, 2: 4, 3: [1, 100], 4: 1})
    take_back(gift, first)
    second = writer.add("draw", [(5, DID)], {1: [[one, 500, None]], 2: session})
    third = writer.add("draw", [(5, DID)], {1: [[one, 600, None]], 2: session})
    take_back(third)
    emptied = writer.add("empty", [(1, DID), (2, WITNESSED)], {1: one}, _10=BY_MISTAKE)
    take_back(second, _11=REMARK)
    take_back(emptied, _11=REMARK)
    fourth = writer.add("draw", [(5, DID)], {1: [[other, 700, None]], 2: session})
    take_back(receipt, _11=REMARK)
    take_back(fourth)
    take_back(opened, signers=((2, DID),), _11=REMARK)
    changes(writer)


def row(number, how, facts=None, at=None):
    return [number, how, encode(facts) if facts is not None else None, at]


def changes(writer):
    """The wrong vial, the wrong amount, the wrong time, something forgotten, and what rests on each, posted again; back, too."""
    def correct(*rows, signers=((5, DID), (1, APPROVED)), **more):
        return writer.add("correct", list(signers), {1: list(rows)}, _10=BY_MISTAKE, _11=REMARK, **more)

    facts = {1: 1, 2: 1, 3: "INV-10", 4: 3, 5: 1, 6: [[1, 3, None, "L10", 21000, None, None, None]]}
    receipt = writer.add("receive", [(1, DID), (2, CHECKED)], facts)
    one, other, third = sorted(number for subject, number in writer.book.entries[receipt - 1][2] if subject == 1)
    patient = len(writer.book.state.leaves[4]) + 1
    writer.add("patient", [(2, DID)], {})
    writer.add("order", [(1, PRESCRIBED)], {1: patient, 2: 1, 3: 1, 5: 200000000})
    order, session = len(writer.book.state.leaves[10]), len(writer.book.state.leaves[3]) + 1
    opened = writer.add("session-open", [(5, DID)], {1: patient, 2: order, 3: 2})
    correct(row(opened, ADD, {10: 128, 11: 79}))
    dose = len(writer.book.state.leaves[2]) + 1
    drawn = {1: [[one, 700, None]], 2: session}
    draw = writer.add("draw", [(5, DID)], drawn)
    gift = writer.add("administer", [(5, DID)], {1: dose, 2: 1, 3: [1, 600], 4: 1})
    later = [writer.now - 20000, -300]
    rest = writer.add("waste", [(5, DID), (2, WITNESSED)], {1: dose, 3: [5, 0], 4: [1, 100], 5: [1, 100], 6: 1})
    correct(row(draw, CHANGE, drawn | {1: [[other, 700, None]]}), row(gift, AGAIN), row(rest, AGAIN))  # the wrong vial
    correct(row(gift, CHANGE, {1: dose, 2: 1, 3: [1, 650], 4: 1}, later), row(rest, AGAIN))
    correct(row(draw, CHANGE, drawn), row(gift, AGAIN), row(rest, AGAIN))                              # and back again
    correct(row(draw, CHANGE, drawn | {1: [[other, 600, None]]}), row(gift, AGAIN), row(rest, AGAIN))  # more given than drawn
    observed = writer.add("observe", [(5, DID)], {1: session, 5: 1})
    correct(row(observed, CHANGE, {1: session, 10: 119, 11: 80}, [writer.now - 60000, -300]))
    closed = writer.add("session-close", [(5, DID), (1, APPROVED)], {1: session, 2: 3}, _10=2, _14=[416])
    correct(row(closed, CHANGE, {1: session, 2: 4, 3: 1}))
    correct(row(opened, CHANGE, {1: patient, 2: order, 3: 1, 10: 127}))
    correct(row(receipt, CHANGE, facts | {4: 4, 6: [[1, 4, None, "L11", 21001, None, None, None]]}))   # one more came
    correct(row(receipt, CHANGE, facts | {4: 2, 6: [[1, 2, None, "L11", 21001, None, None, None]]}))   # and two less
    correct(row(receipt, CHANGE, facts | {6: [[1, 3, None, "L11", 21001, None, None, None]]}))
    correct(row(gift, VOID), row(rest, VOID), row(draw, VOID))
