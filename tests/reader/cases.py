"""The case that an entry opens by itself (SPEC.md 9.6): code, subject, id, difference."""

from leaf import DOSE, KEY, PRODUCT, VIAL, rounded

NG, DEVICE, LINE, BAG = 2, 4, 2, 3
AMOUNTS_DIFFER, CLOSING_LOSS, RESIDUAL_HIGH, INVOICE_DIFFERS, HANDOVER_DIFFERS, DAMAGED = range(240, 246)
LOST, FOUND, CERTIFIED_PERIOD, CORRECTED_SUMS = 247, 248, 249, 250


def cases_of(entry, ids, state):
    """What it opens; asked before the entry changes anything."""
    found = state.cases_of_count(entry, ids) if entry.kind == "count" else []
    state.cases_opening = len(found)
    one = None if found else _case_of(entry, ids, state)
    return [one] if one else found


def _case_of(entry, ids, state):
    judge = JUDGES.get(entry.kind)
    found = judge(entry.facts, ids, state) if judge else None
    if not found and entry.irregular:
        found = entry.irregular[0], 0, 0, 0
    return found


def volume_in(dose, mass):
    return rounded(mass * dose["volume"], dose["drawn"])


def mass_in(dose, volume):
    return rounded(volume * dose["drawn"], dose["volume"])


def agree(dose, one, other, state):
    if one[0] == other[0]:
        return one[1] == other[1]
    return volume_in(dose, state.mass_of(dose, one)) == volume_in(dose, state.mass_of(dose, other))


def waste_case(facts, ids, state):
    if 4 not in facts or 5 not in facts:
        return None
    tolerance = state.policy[KEY["reading-tolerance"]]
    if 1 in ids:
        dose = state.leaf(DOSE, ids[1])
        put, seen, booked = (state.mass_of(dose, facts[key]) for key in (4, 5, 3))
        same, bound, about = agree(dose, facts[4], facts[5], state), mass_in(dose, tolerance), (DOSE, ids[1])
    else:
        vial = state.leaf(VIAL, ids[2])
        put, seen = (state.figure_of(vial, facts[key]) for key in (4, 5))
        booked = state.volume_of(vial, facts[3]) * state.strength(vial)
        same, bound, about = put == seen, tolerance * state.strength(vial), (VIAL, ids[2])
    if not same:
        return (AMOUNTS_DIFFER,) + about + (seen - put,)
    return (AMOUNTS_DIFFER,) + about + (seen - booked,) if abs(seen - booked) > bound else None


def loss_is_explained(vial, loss, state):
    above = loss - vial["gained"]
    return above <= state.policy[KEY["hub-loss"]] * vial["draws"] and -above <= state.leaf(PRODUCT, vial["product"])["overfill"]


def _empty(facts, ids, state):
    vial = state.leaf(VIAL, ids[1])
    if loss_is_explained(vial, vial["left"], state):
        return None
    return CLOSING_LOSS, VIAL, ids[1], -vial["left"] * state.strength(vial)


def _residual(facts, ids, state):
    dose = state.leaf(DOSE, ids[1])
    in_all = dose["residual"] + state.mass_of(dose, facts[2])
    bound = state.policy[KEY["hub-loss"]] * len(dose.more)
    if dose["container"] == DEVICE:
        bound = 0
    elif facts[3] in (LINE, BAG) and dose["diluted"]:
        bound = state.policy[KEY["line-loss"]]
    return (RESIDUAL_HIGH, DOSE, ids[1], mass_in(dose, bound) - in_all) if volume_in(dose, in_all) > bound else None


def _receive(facts, ids, state):
    if 4 in facts and facts[4] != sum(row[1] for row in facts[6]):
        return INVOICE_DIFFERS, 0, 0, 0
    after = len(state.leaves[VIAL])
    for row in facts[6]:
        after += row[1]
        if row[5]:
            return DAMAGED, VIAL, after - row[5] + 1, 0
    return None


def _handover(facts, ids, state):
    if 5 not in facts:
        return None
    dose = state.leaf(DOSE, ids[1])
    if agree(dose, facts[4], facts[5], state):
        return None
    return HANDOVER_DIFFERS, DOSE, ids[1], state.mass_of(dose, facts[4]) - state.mass_of(dose, facts[5])


def _loss(facts, ids, state):
    if 3 in facts:
        return None
    vials, doses = [state.leaf(VIAL, one) for one in ids.get(1, [])], [state.leaf(DOSE, one) for one in ids.get(5, [])]
    gone = sum(facts.get(4, vial["left"]) * state.strength(vial) for vial in vials) + sum(dose["open"] for dose in doses)
    return (LOST,) + ((VIAL, ids[1][0]) if vials else (DOSE, ids[5][0])) + (-gone,)


def _found(facts, ids, state):
    if 9 in facts or facts.get(8) == 2:
        return None
    return FOUND, VIAL, len(state.leaves[VIAL]) + 1, facts[3] * facts[4] * state.leaf(PRODUCT, ids[1])["strength"]


def _certify(facts, ids, state):
    return state.case_of_inventory(facts)


JUDGES = {"certify": _certify, "loss": _loss, "found": _found, "waste": waste_case, "empty": _empty, "residual": _residual, "receive": _receive, "handover": _handover}
