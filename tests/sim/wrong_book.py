"""Wrong acts that are about the book itself: taking back, counting, booking under a case, filing."""

from almanac import day_of
from wrong import temptation


def correct(look, act, **words):
    line = act and look.clinic.line_of(act)
    return act and dict({"command": "correct", "entries": ["@" + act], "void": True, "reason": "mistake", "as": line["as"],
                         "officer": next(one.handle for one in look.clinic.staff[:2] if one.handle != line["as"])}, **words)


def own(look):
    """Something that can be taken back by whoever wrote it."""
    line = look.any(line for line in look.signed if "as" in line)
    return line and line["act"]


@temptation("PH0255")
def taking_back_a_product(look):
    return {"command": "correct", "entries": ["5"], "void": True, "reason": "mistake", "as": "mnair", "officer": "jpatel"}


@temptation("PH0271")
def taking_back_twice(look):
    return correct(look, look.any(act for act in look.undone if "dose" not in look.clinic.line_of(act)), remark="again")


@temptation("PH0520")
def taking_back_without_a_word(look):
    return correct(look, own(look), reason=None)


@temptation("PH0115")
def taking_back_what_another_wrote(look):
    act = own(look)
    other = act and [one.handle for one in look.clinic.staff if one.handle != look.clinic.line_of(act)["as"]]
    return act and correct(look, act, **{"as": other[0], "officer": other[1] if len(other) > 1 else None})


def count(look, *lines, **words):
    return dict({"command": "count", "place": "safe", "lines": list(lines) or None, "as": "mnair", "witness": "jpatel"}, **words)


@temptation("PH0252")
def counting_against_the_day_before_yesterday(look):
    today = day_of(look.clinic.now)
    old = [line["act"] for line in look.clinic.history if (today - look.clinic.recorded_on[line["act"]]).days > 1]
    return old and count(look, "product=ketamine-50 containers 1 containers 1 containers", **{"as-of": "@" + old[0]})


@temptation("PH0253")
def counting_all_of_it_in_silence(look):
    return look.good() and count(look, "product=spravato containers 1 containers 1 containers", whole=True)


@temptation("PH0222")
def counting_a_sealed_vial(look):
    vial = look.good()
    return vial and count(look, "vial=%s by-eye 10mL 10mL" % vial)


@temptation("PH0111")
def counting_containers_in_millilitres(look):
    return count(look, "product=ketamine-50 containers 10mL 10mL")


@temptation("PH0304")
def counting_with_oneself(look):
    return count(look, "product=ketamine-50 containers 1 containers 1 containers", witness="mnair")


def lost(look):
    """An open case about a loss, of which nobody has booked anything."""
    return look.any(case for case, line in look.clinic.open_cases.items()
                    if line["command"] == "loss" and case not in look.clinic.booked and
                    case not in look.clinic.waits_outside.values())


def adjust(look, case, vial):
    return case and vial and {"command": "adjust", "case": case, "vial": vial, "more": "1uL", "as": "mnair", "officer": "jpatel"}


@temptation("PH0257")
def adjusting_the_other_way(look):
    return adjust(look, lost(look), look.good())


@temptation("PH0254")
def adjusting_under_what_is_resolved(look):
    return adjust(look, look.any(look.resolved), look.good())


@temptation("PH0254")
def resolving_twice(look):
    case = look.any(look.resolved)
    return case and {"command": "case resolve", "case": case, "cause": "explained", "text": "again", "as": "mnair",
                     "officer": "jpatel"}


@temptation("PH0258")
def resolving_a_loss_without_a_word(look):
    case = lost(look)
    return case and {"command": "case resolve", "case": case, "cause": "unexplained", "text": "gone", "as": "mnair",
                     "officer": "jpatel"}


@temptation("PH0601")
def resolving_what_never_was(look):
    return {"command": "case resolve", "case": "X-999999", "cause": "explained", "text": "nothing", "as": "mnair",
            "officer": "jpatel"}


@temptation("PH0267")
def setting_aside_what_is_left(look):
    patient = look.any(one for one in look.clinic.patients if not one.barred)
    return {"command": "override", "rule": "PH0210", "patient": look.book.id_of(patient.ref), "reason": "clinical", "as": "mnair",
            "officer": "jpatel"}


@temptation("PH0268")
def filing_what_nobody_wants(look):
    return {"command": "notice", "type": "rems", "about": "5", "as": "mnair"}
