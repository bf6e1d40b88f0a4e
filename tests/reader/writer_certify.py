"""An inventory that is certified, and what comes to light about the time before, for the book made in Python."""

from leaf import CASE, COUNT, VIAL
from signers import APPROVED, COUNTED, DID, SEALED, WITNESSED
from writer_count import BOTH, standing, whole

INITIAL, BIENNIAL, CLOSING = 1, 2, 3
OPENING_OF_BUSINESS, CLOSE_OF_BUSINESS = 1, 2
BY_MISTAKE = 10
CERTIFIED_PERIOD, AMOUNTS_DIFFER = 249, 240
UL = 1


def places(state):
    return sorted({shelf // 256 for shelf, row in state.shelves.items() if any(row)})


def count_all(writer):
    """A count of all of each place where something stands; their numbers."""
    state, first = writer.book.state, len(writer.book.state.leaves[COUNT]) + 1
    for place in places(state):
        writer.add("count", BOTH, {1: place, 2: len(writer.entries), 3: whole(state, place), 4: 1})
    return list(range(first, len(state.leaves[COUNT]) + 1))


def _spill(writer, signed=((1, DID), (2, WITNESSED)), beyond=0, **more):
    vial, spilt = standing(writer.book.state, 1, 2)[-1], 10 + len(writer.entries) % 100  # never the same twice
    return writer.add("waste", list(signed), {2: vial, 3: [UL, spilt], 4: [UL, spilt], 5: [UL, spilt + beyond], 6: 5}, **more)


def inventories(writer):
    state = writer.book.state
    spilt = _spill(writer)
    counts = count_all(writer)
    closing = writer.add("closing", [(0, SEALED)], writer.closing())
    again = count_all(writer)
    writer.add("certify", BOTH, {1: INITIAL, 2: closing, 3: OPENING_OF_BUSINESS, 4: counts})
    before = [writer.now - 30 * 60000, -300]
    cases = len(state.leaves[CASE])
    _spill(writer)
    assert len(state.leaves[CASE]) == cases, "what happens afterwards opens no case"
    for beyond, more, codes in ((0, {}, [CERTIFIED_PERIOD]), (-1, {}, [AMOUNTS_DIFFER, CERTIFIED_PERIOD])):
        _spill(writer, beyond=beyond, _4=before, **more)
        assert [case["code"] for case in state.leaves[CASE][-len(codes):]] == codes
    sealed = next(one for one in standing(state, 1, 1) if state.leaves[VIAL][one - 1]["product"] == 1 and
                  not state.leaves[VIAL][one - 1]["held"])
    writer.add("draw", [(1, DID)], {1: [[sealed, 300, None]]}, _4=before, _10=9, _14=[401])
    assert state.leaves[CASE][-1]["code"] == CERTIFIED_PERIOD, "what is irregular opens this case all the same"
    writer.add("correct", [(1, DID), (2, APPROVED)], {1: [[spilt, 2, None, None]]}, _10=BY_MISTAKE)
    assert state.leaves[CASE][-1]["code"] == CERTIFIED_PERIOD and len(state.leaves[CASE]) == cases + 5
    writer.add("adjust", [(1, DID), (2, APPROVED)], {1: cases + 1, 2: standing(state, 1, 2)[-1], 3: -1}, _4=before)
    assert len(state.leaves[CASE]) == cases + 5
    closing = writer.add("closing", [(0, SEALED)], writer.closing())
    writer.add("certify", BOTH, {1: CLOSING, 2: closing, 3: CLOSE_OF_BUSINESS, 4: again})
    count_all(writer)
    writer.add("closing", [(0, SEALED)], writer.closing())


def refusals(writer):
    """What cannot be certified: kind, signers, facts and further keys of the payload, by words."""
    state = writer.book.state
    newest = max(writer.book.state.closings)
    counts = list(range(len(state.leaves[COUNT]) + 1 - len(places(state)), len(state.leaves[COUNT]) + 1))
    part = next(number for number, count in enumerate(state.leaves[COUNT], 1) if not count["whole"])
    used = next(number for number, count in enumerate(state.leaves[COUNT], 1) if count["certified"])
    facts = {1: BIENNIAL, 2: newest, 3: CLOSE_OF_BUSINESS}
    return {"an inventory as of no closing": ("certify", BOTH, facts | {2: 3, 4: counts}, {}),
            "an inventory of a time that is certified": ("certify", BOTH, facts | {2: min(state.closings), 4: counts}, {}),
            "an inventory that is silent about all there is": ("certify", BOTH, facts, {}),
            "an inventory by a count of a part": ("certify", BOTH, facts | {4: counts + [part]}, {}),
            "an inventory by a count that is certified": ("certify", BOTH, facts | {4: counts + [used]}, {}),
            "an inventory by one count twice": ("certify", BOTH, facts | {4: counts + counts[:1]}, {}),
            "a second initial inventory": ("certify", BOTH, facts | {1: INITIAL, 4: counts}, {}),
            "an inventory by one": ("certify", BOTH[:1], facts | {4: counts}, {}),
            "an inventory that is reported": ("certify", [(1, COUNTED), (5, 5)], facts | {4: counts}, {"_12": [[COUNTED, 2]]})}
