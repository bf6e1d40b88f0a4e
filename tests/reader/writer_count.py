"""What the book of writer.py says of counts, held against an earlier entry, and of cases: adjusted under and resolved."""

from keys import sha256
from leaf import CASE, COUNT, DOSE, VIAL
from signers import APPROVED, CHECKED, COUNTED, DID, MEANING, WITNESSED

UL, IN_CONTAINERS = 1, 3
CONTAINERS, BY_EYE, BY_WEIGHT, MEASURED = 1, 2, 3, 4
AUDITOR = 32
TEXT = {40: sha256(b"what happened")}
BOTH = [(1, COUNTED), (2, COUNTED)]


def standing(state, place, sort):
    """The numbers of the vials there in this state."""
    return [number for number, vial in enumerate(state.leaves[VIAL], 1) if vial["place"] == place and vial["state"] == sort]


def line(figure, other=None, vial=None, product=None, dose=None, method=MEASURED, unit=UL):
    return [vial, product, dose, method, [unit, figure], [unit, figure if other is None else other]]


def whole(state, place):
    """A line for whatever stands there, as it is."""
    leaves = state.leaves[VIAL]
    sealed = [leaves[number - 1]["product"] for number in standing(state, place, 1)]
    return [line(leaves[number - 1]["left"], vial=number) for number in standing(state, place, 2)] + \
           [line(sealed.count(one), product=one, method=CONTAINERS, unit=IN_CONTAINERS) for one in sorted(set(sealed))]


def counts(writer, auditor):
    state = writer.book.state
    writer.add("person", [(1, APPROVED), (2, APPROVED), (None, MEANING["new-key"])],
               {1: "auditor", 2: list(auditor.public), 3: AUDITOR}, new_key=auditor)
    outside = len(state.leaves[6])
    writer.keys[outside] = auditor
    as_of, then = len(writer.entries), whole(state, 1)
    _work(writer)
    writer.add("count", BOTH, {1: 1, 2: as_of, 3: then, 4: 1})
    writer.add("count", [(2, COUNTED), (outside, COUNTED)], {1: 1, 2: len(writer.entries), 3: whole(state, 1), 4: 1})
    assert all(count["cases"] == 0 for count in state.leaves[COUNT]), "what agrees opens no case"
    _differences(writer)
    _ends(writer, outside)


def _work(writer):
    """What goes on while people count: one vial comes, one is opened, one is finished, one is carried away."""
    state = writer.book.state
    opened, vials = standing(state, 1, 2), state.leaves[VIAL]
    sealed = [one for one in standing(state, 1, 1) if vials[one - 1]["product"] == 1 and not vials[one - 1]["held"]]
    writer.add("receive", [(1, DID), (2, CHECKED)], {1: 1, 2: 1, 3: "INV-5", 4: 3, 5: 1,
                                                     6: [[1, 3, None, "L5", 21000, None, None, None]]})
    writer.add("draw", [(1, DID)], {1: [[sealed[0], 600, None]]}, _10=9, _14=[401])
    if opened:
        writer.add("empty", [(1, DID), (2, WITNESSED)], {1: opened[0]}, _10=9)
    writer.add("move", [(1, DID)], {1: [sealed[1]], 2: 2})
    writer.add("held", [(1, DID)], {1: len(state.leaves[DOSE]), 2: "BAG-9"})


def _differences(writer):
    """Lines either side of each tolerance, which are 24 uL and 24 thousandths here."""
    state = writer.book.state
    dose, vial = len(state.leaves[DOSE]), standing(state, 1, 2)[-1]
    left = state.leaves[VIAL][vial - 1]["left"]
    for figure, other, method, differs in ((left + 24, left, MEASURED, False), (left - 25, left, MEASURED, True),
                                           (left + 25, left + 1, BY_WEIGHT, True), (left - 240, left, BY_EYE, False),
                                           (left + 241, left + 2, BY_EYE, True), (left - 24, left + 1, MEASURED, True)):
        writer.add("count", BOTH, {1: 1, 2: len(writer.entries), 3: [line(figure, other, vial=vial, method=method)]})
        assert state.leaves[COUNT][-1]["cases"] == int(differs), (figure, other, method)
    lines = [line(650, dose=dose), line(99, product=1, method=CONTAINERS, unit=IN_CONTAINERS), line(left, vial=vial)]
    writer.add("count", BOTH, {1: 1, 2: len(writer.entries), 3: lines})
    assert state.leaves[COUNT][-1]["cases"] == 2
    writer.add("count", BOTH, {1: 2, 2: len(writer.entries), 3: [line(left, vial=vial)]}, _10=9)  # found elsewhere
    writer.add("case", [(5, DID)], {1: vial, 3: -50000, 4: 12}, _11=TEXT)
    writer.add("case", [(2, DID)], {2: dose}, _11=TEXT)


def _ends(writer, outside):
    state = writer.book.state
    number, dose, vial = len(state.leaves[CASE]), len(state.leaves[DOSE]), standing(state, 1, 2)[-1]
    both = [(1, DID), (2, APPROVED)]
    writer.add("adjust", both, {1: number, 4: dose, 5: 1500})
    writer.add("adjust", both, {1: number, 4: dose, 5: -state.leaves[DOSE][dose - 1]["open"]})
    writer.add("adjust", both, {1: number - 1, 2: vial, 3: -1})
    writer.add("adjust", [(1, DID)], {1: number - 2, 2: vial, 3: 7}, _10=9)
    writer.add("adjust", both, {1: number, 2: vial, 3: -state.leaves[VIAL][vial - 1]["left"]})
    writer.add("resolve", [(1, DID)], {1: number, 2: 8}, _11=TEXT)
    assert state.leaves[CASE][number - 1]["state"] == 2, "the case of person 2 is resolved by person 1"
    waits = writer.add("resolve", both, {1: number - 2, 2: 1}, _11=TEXT)
    assert state.leaves[CASE][number - 3]["state"] == 3, "both counted: it waits for somebody from outside"
    writer.add("countersign", [(outside, APPROVED)], {1: waits})
    assert state.leaves[CASE][number - 3]["state"] == 2
    writer.add("resolve", both, {1: number - 3, 2: 1}, _11=TEXT)  # and one that waits for ever


def refusals(writer):
    """What cannot be, whoever signs it: kind, signers, facts and further keys of the payload, by words."""
    state, now = writer.book.state, len(writer.entries)
    vial, gone = standing(state, 1, 1)[0], next(n for n, one in enumerate(state.leaves[VIAL], 1) if one["state"] == 3)
    case = next(n for n, one in enumerate(state.leaves[CASE], 1) if one["state"] == 1)
    over = next(n for n, one in enumerate(state.leaves[CASE], 1) if one["state"] == 2)
    waits = next(n for n, one in enumerate(state.leaves[CASE], 1) if one["state"] == 3)
    words, both = {"_11": TEXT}, [(1, DID), (2, APPROVED)]
    here = whole(state, 1)
    return {"a count of nothing": ("count", BOTH, {1: 1, 2: now, 3: []}, {}),
            "a count of a sealed vial as an open one": ("count", BOTH, {1: 1, 2: now, 3: [line(10000, vial=vial)]}, {}),
            "a line of two things": ("count", BOTH, {1: 1, 2: now, 3: [line(1, vial=vial, product=1)]}, {}),
            "a thing counted twice": ("count", BOTH, {1: 1, 2: now, 3: here + here[-1:]}, {}),
            "containers counted by eye": ("count", BOTH, {1: 1, 2: now, 3: [line(1, product=1, method=BY_EYE, unit=IN_CONTAINERS)]}, {}),
            "sealed stock in mL": ("count", BOTH, {1: 1, 2: now, 3: [line(1, product=1, method=CONTAINERS)]}, {}),
            "a whole place of which something is not said": ("count", BOTH, {1: 1, 2: now, 3: here[:-1], 4: 1}, {}),
            "a count held against the first entry": ("count", BOTH, {1: 1, 2: 1, 3: here}, {}),
            "a count held against an entry to come": ("count", BOTH, {1: 1, 2: now + 1, 3: here}, {}),
            "a count by one": ("count", BOTH[:1], {1: 1, 2: now, 3: here}, {}),
            "a case without words": ("case", [(1, DID)], {}, {}),
            "a case about two things": ("case", [(1, DID)], {1: vial, 2: 1}, words),
            "a case resolved without words": ("resolve", both, {1: case, 2: 1}, {}),
            "a case resolved twice": ("resolve", both, {1: over, 2: 1}, words),
            "a resolution that waits, given by whoever has a part in it":
                ("countersign", [(2, APPROVED)], {1: state.leaves[CASE][waits - 1]["resolved"]}, {}),
            "an adjustment under a case that is resolved": ("adjust", both, {1: over, 2: vial, 3: 1}, {}),
            "an adjustment of nothing": ("adjust", both, {1: case, 2: vial, 3: 0}, {}),
            "an adjustment of two things": ("adjust", both, {1: case, 2: vial, 3: 1, 4: 1, 5: 1}, {}),
            "an adjustment of a vial that is finished": ("adjust", both, {1: case, 2: gone, 3: 1}, {}),
            "more taken away than is left": ("adjust", both, {1: case, 2: vial, 3: -10 ** 9}, {})}
