"""What the book of writer.py says of stock that turns up, is lost, sent away and destroyed."""

from leaf import CASE, DOSE, PARTY, VIAL
from signers import APPROVED, CHECKED, DID, WITNESSED


def goings(writer):
    two, day = [(1, DID), (2, WITNESSED)], [writer.now, -300]

    def newest(subject):
        return len(writer.book.state.leaves[subject])

    for name, sort in (("reverse", 2), ("sheriff", 5)):
        writer.add("party", [(1, DID), (2, APPROVED)], {1: name, 2: sort, 3: name, 4: "dea:RA0123454"})
    reverse = newest(PARTY) - 1
    sheriff = reverse + 1
    writer.add("receive", [(1, DID), (2, CHECKED)], {1: 1, 2: 1, 3: "INV-4", 4: 9, 5: 1,
                                                     6: [[1, 9, None, "L4", 21000, None, None, None]]})
    last = newest(VIAL)
    writer.add("draw", [(1, DID)], {1: [[last, 1001, None], [last - 1, 37, None]]}, _10=9, _14=[401])
    writer.add("draw", [(1, DID)], {1: [[last - 1, 500, None]]}, _10=9, _14=[401])
    loss = writer.add("loss", two, {1: [last, last - 2], 2: day, 5: [newest(DOSE) - 1], 6: 1, 7: 1, 8: [day[0] - 3600000, -300]})
    writer.add("loss", two, {1: [last - 3], 2: day, 3: newest(CASE), 4: 4000})
    writer.add("notice", [(1, APPROVED)], {1: 1, 2: loss, 3: "N-1"})
    writer.add("notice", [(1, APPROVED)], {1: 7})
    writer.add("recover", two, {1: last - 2, 2: 10000, 3: 1, 4: newest(CASE)})  # whole and sealed
    writer.add("recover", two, {1: last, 2: 8000, 3: 2})                      # a part of what was open
    writer.add("recover", two, {1: last, 2: 999, 3: 2})                       # and all the rest
    writer.add("found", two, {1: 1, 2: 2, 3: 2, 4: 10000, 5: "L9", 6: 20900, 7: 1})
    writer.add("found", two, {1: 1, 2: 2, 3: 1, 4: 1234, 9: newest(CASE)})      # open, under the case of the others
    shipment = writer.add("ship", two, {1: [last - 2, last - 3], 2: reverse, 3: "RD-1", 5: 1})
    writer.add("notice", [(2, APPROVED)], {1: 5, 2: shipment})
    writer.add("destroy", two, {1: [last - 4], 2: "incinerated", 3: "41-1", 4: [newest(DOSE)]})
    writer.add("surrender", [(2, DID)], {1: [last - 5], 2: sheriff})


def refusals(writer):
    """What cannot be, whoever signs it: kind, signers and facts, by words."""
    two, day = [(1, DID), (2, WITNESSED)], [writer.now, -300]
    vials = enumerate(writer.book.state.leaves[VIAL], 1)
    here = [number for number, vial in vials if vial["state"] in (1, 2)]
    gone = next(number for number, vial in enumerate(writer.book.state.leaves[VIAL], 1) if vial["ended"])
    return {"a loss of nothing": ("loss", two, {2: day}),
            "a loss discovered tomorrow": ("loss", two, {1: here[:1], 2: [day[0] + 86400000, -300]}),
            "a part lost of two vials": ("loss", two, {1: here[:2], 2: day, 4: 1}),
            "a shipment of one vial twice": ("ship", two, {1: [here[0], here[0]], 2: 1, 3: "D"}),
            "a shipment of what is gone": ("ship", two, {1: [gone], 2: 1, 3: "D"}),
            "more recovered than was lost": ("recover", two, {1: here[0], 2: 10 ** 6, 3: 1}),
            "an opening of a book that has begun": ("found", two, {1: 1, 2: 1, 3: 1, 4: 100, 8: 2}),
            "a sealed find of another volume": ("found", two, {1: 1, 2: 1, 3: 1, 4: 100, 7: 1}),
            "a find under a case that never was": ("found", two, {1: 1, 2: 1, 3: 1, 4: 100, 9: 99}),
            "a notice about no entry": ("notice", [(1, APPROVED)], {1: 1})}
