"""Which facts go together, kind by kind (SPEC.md 4.4)."""

from cbor import Malformed
from entry import Unproven
from leaf import CASE, DOSE, PLACE, PRODUCT, SESSION, VIAL
from signers import APPROVED, WITNESSED
from state_count import CONTAINERS, lines_of

REST, SPRAYS, DEVICE, TEXT = 5, 4, 4, 40
HIGH_DOSE = 5
INITIAL = 1
RECOVERY = 64


def check(entry, ids, state, gtins):
    """Malformed where they do not. `gtins` gives the product of each that is known."""
    judge = globals().get("_" + entry.kind.replace("-", "_"))
    if judge and not judge(entry, entry.facts, ids, state, gtins):
        raise Malformed("facts that do not go together")


def _genesis(entry, facts, ids, state, gtins):
    return facts[9] <= len(facts[8]) and not any(row[2] & RECOVERY for row in facts[7])


def _policy(entry, facts, ids, state, gtins):
    protocols = [row[0] for row in facts[57]]
    return len(set(protocols)) == len(protocols)


def _person(entry, facts, ids, state, gtins):
    named = (1 in facts and 2 in facts) if 8 not in facts else (1 not in facts and 2 not in facts)
    return named and facts[3] != 0 and not facts[3] & RECOVERY


def _product(entry, facts, ids, state, gtins):
    approved = any(meaning == APPROVED for _, meaning in entry.signers)
    device = facts[4] != 3 or facts[7] % 100 == 0 and facts[8] == 0
    single = all(containers == 1 for _, level, containers in facts.get(10, []) if level == 1)
    if 13 in ids:
        old, row = state.leaf(PRODUCT, ids[13]), state.total(ids[13])
        if not (approved or old["provisional"]) or old["replaced"] or row["on-hand"] or row["in-doses"]:
            return False
    return (6 in facts) == approved and facts.get(6, facts[5]) == facts[5] and device and single and \
        len(state.leaves[PRODUCT]) < 128


def _place(entry, facts, ids, state, gtins):
    return len(state.leaves[PLACE]) < 65535


def _patient(entry, facts, ids, state, gtins):
    if 3 in facts and (1 not in facts or 2 in facts):
        return False
    return 1 not in facts or bool({2, 3, 4} & set(facts)) or bool(entry.private)


def _order(entry, facts, ids, state, gtins):
    if 13 in facts:
        return len(facts) == 1
    weighed = (7 in facts) + (8 in facts)
    begins, ends = facts.get(11, [entry.occurred])[0], facts.get(12)
    return {1, 2, 3} <= set(facts) and (5 in facts) != (6 in facts) and \
        weighed in ((2,) if 6 in facts or facts.get(4) == HIGH_DOSE else (0, 2)) and \
        (ends is None or ends[0] >= begins)


def _receive(entry, facts, ids, state, gtins):
    return all((row[5] or 0) <= row[1] and (row[2] or 0) <= row[1] and (row[6] is None or row[7] is not None)
               and (state.anew or gtins.get(row[7], product) == product)
               and not (state.leaf(PRODUCT, product)["replaced"] and not state.anew) for row, product in zip(facts[6], ids[6]))


def _found(entry, facts, ids, state, gtins):
    product = state.leaf(PRODUCT, ids[1])
    return (7 not in facts or facts[4] == product["volume"]) and not (product["replaced"] and not state.anew) and \
        not (facts.get(8) == 2 and 9 in facts)


def _loss(entry, facts, ids, state, gtins):
    discovered = facts[2][0]
    return (1 in facts or 5 in facts) and (4 not in facts or len(facts.get(1, [])) == 1) and \
        facts.get(8, [0])[0] <= discovered <= entry.recorded and _each_once(ids, 1, 5)


def _destroy(entry, facts, ids, state, gtins):
    return (1 in facts or 4 in facts) and _each_once(ids, 1, 4)


def _note(entry, facts, ids, state, gtins):
    return 40 in entry.private


def _notice(entry, facts, ids, state, gtins):
    return facts[1] not in (1, 2, 4, 5) or 2 in facts


def _each_once(ids, *keys):
    return all(len(set(ids.get(key, []))) == len(ids.get(key, [])) for key in keys)


def _move(entry, facts, ids, state, gtins):
    return _each_once(ids, 1)


_hold = _release = _ship = _surrender = _move


def _session_close(entry, facts, ids, state, gtins):
    return facts[2] != 2 or state.leaf(SESSION, ids[1])["given"] == 0


def _draw(entry, facts, ids, state, gtins):
    dose = state.leaf(DOSE, ids[3]) if 3 in ids else None
    vials, rows = ids.get(1, []), facts.get(1, [])
    forms = [state.leaf(PRODUCT, state.leaf(VIAL, vial)["product"]) for vial in vials]
    whole = [product["form"] in (3, 4) for product in forms]
    devices = [product["form"] == 3 for product in forms]
    volume = sum(row[1] for row in rows) + sum(source[2] for source in (dose.more if dose else []))
    if (not rows and not (dose and 5 in facts)) or (6 in facts and 5 not in facts):
        return False
    if any(whole) and (len(whole) > 1 or dose or rows[0][1] != forms[0]["volume"] or rows[0][2] is not None):
        return False
    if dose and (dose["state"] != 1 or dose["open"] != dose["drawn"] or dose["sealed"] and rows):
        return False
    container = facts.get(4, dose["container"] if dose else 0)
    is_device = any(devices) or (not rows and container == DEVICE)
    return len(set(vials)) == len(vials) and len(vials) + (len(dose.more) if dose else 0) <= 32 and \
        facts.get(5, volume) >= volume and (is_device or container != DEVICE) and not (is_device and 5 in facts)


def _administer(entry, facts, ids, state, gtins):
    read, device = facts.get(3), state.leaf(DOSE, ids[1])["container"] == DEVICE
    return (read is not None or facts[2] not in (1, 4, 6)) and (9 in facts) + (10 in facts) + (11 in facts) <= 1 and \
        (read is None or not device or read[0] in (SPRAYS, REST))


def _handover(entry, facts, ids, state, gtins):
    if 6 in facts:
        under_way = 1 in ids and state.leaf(DOSE, ids[1])["state"] in (2, 3)
        return 1 in facts and not {2, 3, 5} & set(facts) and under_way == (4 in facts) and facts.get(4, [0])[0] != REST
    if 40 in entry.private:
        return False
    read = [facts[key] for key in (4, 5) if key in facts]
    return bool({1, 2, 3} & set(facts)) and len(read) in (0, 2) and (not read or 1 in facts) and \
        all(unit != REST for unit, _ in read)


def _waste(entry, facts, ids, state, gtins):
    signs = any(meaning == WITNESSED for _, meaning in entry.signers)
    said = signs or any(part == WITNESSED for part, _ in entry.performed)
    figures = all(facts[key][0] != REST for key in (4, 5) if key in facts)
    return (1 in facts) != (2 in facts) and (not signs or 4 in facts and 5 in facts) and \
        (5 not in facts or said and 4 in facts) and figures and _amount(facts[3], ids, state)


def _residual(entry, facts, ids, state, gtins):
    return _amount(facts[2], ids, state)


def _count(entry, facts, ids, state, gtins):
    named = [tuple(line[:-1]) for line in lines_of(entry, ids)]
    return bool(named or 4 in facts) and all(len(one) == 1 for one in named) and len(set(named)) == len(named) and \
        all((one[0][0] == PRODUCT) == (row[3] == CONTAINERS) for one, row in zip(named, facts[3]))


def _certify(entry, facts, ids, state, gtins):
    return _each_once(ids, 4) and (facts[1] != INITIAL or not state.inventory_day)


def _case(entry, facts, ids, state, gtins):
    return TEXT in entry.private and not (1 in facts and 2 in facts)


def _resolve(entry, facts, ids, state, gtins):
    return TEXT in entry.private and (state.anew or state.leaf(CASE, ids[1])["state"] == 1)


def _adjust(entry, facts, ids, state, gtins):
    if state.leaf(CASE, ids[1])["state"] != 1 and not state.anew or set(facts) not in ({1, 2, 3}, {1, 4, 5}):
        return False
    if 2 in ids:
        return facts[3] != 0 and state.leaf(VIAL, ids[2])["state"] in ((1, 2, 3) if state.anew else (1, 2))
    return facts[5] != 0 and state.leaf(DOSE, ids[4])["state"] not in ((2,) if state.anew else (2, 6, 7))


def _amount(quantity, ids, state):
    """Not nothing; but what was the rest may be nothing by now, when it happens again."""
    if state.anew:
        return True
    if 2 in ids:
        return state.volume_of(state.leaf(VIAL, ids[2]), quantity) > 0
    return state.mass_of(state.leaf(DOSE, ids[1]), quantity) > 0


def _return(entry, facts, ids, state, gtins):
    dose = state.leaf(DOSE, ids[1])
    return dose["sealed"] == 1 and not dose["diluted"] and dose["open"] == dose["drawn"] and 3 in facts
