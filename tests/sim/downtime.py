"""Days on which the computer is down: what is done is written on a form, and typed from it the next morning.

One types and an officer compares, and in a larger house neither of them was at the bedside. What is on the form becomes
an act of whoever did it, reported by the typist; who saw it is named, and signs it later, but for what goes back to stock."""

from almanac import typed


def begin(clinic):
    """The two who will type it have their hands full with the computer."""
    clinic.is_down, clinic.forms = True, clinic.forms + 1
    clinic.typist, clinic.checker = clinic.staff[-1 if len(clinic.staff) == 8 else 1], clinic.staff[0]
    for one in (clinic.typist, clinic.checker):
        one.is_in = len(clinic.staff) == 2


def type_form(clinic):
    """All of it in the order in which it happened, which is that of the book; what waits for a countersign is known now."""
    clinic.is_down, paper, clinic.paper = False, clinic.paper, []
    pair = (clinic.typist.handle, clinic.checker.handle)
    form = {"typist": pair[0], "checker": pair[1], "number": "F-%d" % clinic.forms}
    for line, expected in paper:
        clinic.now += 1
        words = dict(line, recorded_at=typed(clinic.now))
        doer, witness = line["as"], line.get("witness")
        if doer not in pair:
            words["performed-by"] = words.pop("as")
            if witness is not None and witness not in pair:
                words["with"] = words.pop("witness")
                if line["command"] != "return":
                    clinic.wait_for_countersign(line["act"], (), clinic.person(doer), clinic.typist, clinic.checker)
        clinic.lines.append((words, dict(expected, form=form)))
        for case in expected["cases"]:
            clinic.open_cases[case] = dict(words, typist=pair[0], checker=pair[1])
        clinic.is_recorded(line)
