"""What an entry did to what can be corrected later: its effect, and the shelves (SPEC.md 9.8)."""

from leaf import CASE, DOSE, ORDER, PATIENT, PLACES, SESSION, TOTALS, VIAL

SHELF, TOTAL, SITE = 59, 62, 63
SITE_OPEN_DOSES, SITE_TRANSFERRED = 11, 22
LENGTH = 192
_AMOUNTS = "drawn given wasted residual returned destroyed lost handed-out open adjusted-up adjusted-down"
COUNTED = {
    VIAL: "draws labelled gained returned recovered adjusted-up drawn wasted closing-loss shipped destroyed lost surrendered "
          "adjusted-down left",
    DOSE: "sprays " + _AMOUNTS,
    SESSION: "doses open-doses committed given vitals",
    PATIENT: "sessions",
    ORDER: "used",
    CASE: "adjusted compensated",
}
COUNTED = {subject: {PLACES[subject].index(name) for name in names.split()} for subject, names in COUNTED.items()}


def is_counted(table, place):
    """None where a place is nothing to effects."""
    if table in (TOTAL, SHELF):
        return True
    named = len(PLACES[table])
    if table == DOSE and place >= named:
        return place != LENGTH and (place - named) % 5 > 1
    return place in COUNTED[table] if place < named else None


def _leaf_rows(subject, number, before, after):
    """`before` is None of what is born: nothing of it was set."""
    old = before or []
    for place in range(max(len(old), len(after))):
        was, value = (state[place] if place < len(state) else 0 for state in (old, after))
        counted = is_counted(subject, place)
        if value == was or counted is None or before is None and not counted:
            continue
        yield [subject, number, place, value - was] if counted else [subject, number, place, was, value]
    if subject == DOSE and before is not None and len(before) != len(after):
        yield [subject, number, LENGTH, len(before), len(after)]


def _shelf_of(vial):
    """Where a vial with this state stands: shelf and place of its row, or None."""
    product, state, place = vial[:3] if vial else (0, 0, 0)
    return (place * 256 + product, state - 1) if state in (1, 2) else None


def _move_shelves(state, changed):
    moved = {}
    for (subject, _), (before, after) in changed.items():
        if subject == VIAL and _shelf_of(before) != _shelf_of(after):
            for at, change in ((_shelf_of(before), -1), (_shelf_of(after), 1)):
                if at:
                    moved[at] = moved.get(at, 0) + change
    for (shelf, place), change in moved.items():
        row = state.shelves.setdefault(shelf, [0, 0])
        row[place] += change
        if change:
            yield [SHELF, shelf, place, change]


def effect_of(state, born=None):
    """What has changed since `state` was told to remember, as sorted rows: with shelves as it was placed; without, where an
    entry was posted anew that gave birth to `born`, of which nothing was set."""
    changed = {key: (before, state.leaves[key[0]][key[1] - 1].state()) for key, before in state.before.items()}
    rows = [row for (subject, number), (before, after) in changed.items()
            for row in _leaf_rows(subject, number, before, after) if len(row) == 4 or (subject, number) not in (born or ())]
    rows += _move_shelves(state, changed) if born is None else []
    for product, before in state.totals_before.items():
        rows += [[TOTAL, product, place, state.totals[product][name] - before[name]]
                 for place, name in enumerate(TOTALS) if state.totals[product][name] != before[name]]
    unsettled = sum((after[2] in range(1, 6)) - (before is not None and before[2] in range(1, 6))
                    for (subject, _), (before, after) in changed.items() if subject == DOSE)
    if unsettled:
        rows.append([SITE, 1, SITE_OPEN_DOSES, unsettled])
    if state.transferred != state.transferred_before:
        rows.append([SITE, 1, SITE_TRANSFERRED, state.transferred - state.transferred_before])
    return sorted(rows)


def add_up(effects, placed):
    """What all effects together come to: of a counted place the sum of those in force, of a shelf of those as placed, of a
    set place the newest value as placed. Malformed chains of set values are for the caller to see: they are given back."""
    sums, broken = {}, []
    for rows in effects:
        for table, number, place, *values in rows:
            if len(values) == 1 and table != SHELF:
                sums[table, number, place] = sums.get((table, number, place), 0) + values[0]
    for rows in placed:
        for table, number, place, *values in rows:
            key = table, number, place
            if len(values) == 2:
                if sums.get(key, values[0]) != values[0]:
                    broken.append(key)
                sums[key] = values[1]
            elif table == SHELF:
                sums[key] = sums.get(key, 0) + values[0]
    return sums, broken
