"""Entries taken back, for the book made in Python."""

from signers import APPROVED, CHECKED, DID, PRESCRIBED, WITNESSED

BY_MISTAKE, REMARK = 10, {63: bytes(32)}


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
