"""What people write down wrongly, and take back when they notice it: at once, or days later.

Nothing of it happens to what is really in a vial; only the book is wrong for a while."""

from house import ml


def another(clinic, visit, product, ul, without):
    """A vial of the same product that this could have been drawn from, by its label. One that was lost and came back sealed
    stays open for the book, once a draw from it was put down: nobody can say any more whether it was."""
    able = [one for one in visit.usable(product)
            if one is not without and not one.was_lost and clinic.book.vial(one.ref).left() >= ul]
    return clinic.one_of(able) if able else None


def draws_wrongly(visit, product, ul, words):
    """The label of another vial is scanned, or less is typed than there is in the syringe: noticed before it is given."""
    clinic, able = visit.clinic, visit.usable(product)
    one = another(clinic, visit, product, ul, able[0] if able else None)
    if one is None:
        return
    act = visit.write("draw", sources=[clinic.say(one.ref), ml(ul - 10 * clinic.between(0, 3))], session=visit.session, **words)
    if words and clinic.chance(50):
        visit.write("administer", dose=clinic.named(act), phase="start", route="iv")
    clinic.correct([act], visit.nurse)


def looks_twice(visit, words):
    """One look at the patient is written down twice."""
    clinic = visit.clinic
    clinic.correct([visit.write("observe", session=visit.session, **words)], visit.nurse)


def reads_wrongly(clinic, act, ul, doer):
    """Minutes or days after: what was typed for the reading was not what the pump said, a little less. What was kept, put away or
    sealed of the dose since stands, of what there was."""
    yield clinic.between(20, 300) if clinic.chance(70) else clinic.minutes_to(clinic.between(1, 5), 15)
    if doer.is_in and not clinic.is_down:
        clinic.correct([act], doer, change=True, read=ml(ul - 10 * clinic.between(1, 9)))


def measures_wrongly(clinic, act, source, ul, doer):
    """Days after: what was in the syringe was a little more than was typed; what was given, wasted and left of it is said
    again."""
    yield clinic.minutes_to(clinic.between(1, 5), 15)
    if doer.is_in and not clinic.is_down:
        clinic.correct([act], doer, change=True, sources=[source, ml(ul + 10 * clinic.between(1, 2))])


def forgets_a_look(clinic, act, doer):
    yield clinic.between(5, 60)
    if doer.is_in and not clinic.is_down:
        clinic.correct([act], doer, add=True, oxygen=str(clinic.between(93, 100)))


def wastes_wrongly(clinic, act, doer):
    """An hour later: what was wasted is not what the two had put down. It is put down again."""
    yield clinic.between(30, 90)
    line = clinic.line_of(act)
    if not doer.is_in or clinic.is_down:
        return
    clinic.correct([act], doer)
    dose = clinic.book.dose(line["dose"])
    figure = "%duL" % round(dose.open() * dose.volume() / dose.drawn())
    clinic.write("waste", **dict(clinic.said_by(line), amount="rest", put=figure, seen=figure))


def was_not_empty(clinic, act, one):
    """A vial that was put down as empty is not: it is taken back, and emptied another day."""
    yield clinic.between(20, 60)
    doer = next(person for person in clinic.staff if person.handle == clinic.line_of(act)["as"])
    if not doer.is_in or clinic.is_down:
        return
    clinic.correct([act], doer)
    one.is_spent = True
    clinic.shelf.append(one)


def receives_twice(clinic, words):
    """The same delivery is entered again by whoever was not told."""
    act = clinic.write("receive", **dict(words, reason="intended-twice", officer=None))
    clinic.correct([act], clinic.person(words["as_"]))


def receives_what_was_not(clinic):
    """A vial is entered that came with another delivery. By then, as often as not, somebody has drawn from it."""
    act = clinic.receive([("ketamine-50", 1)], is_sure=True)
    one = clinic.shelf[-1]
    if one.held:
        return
    one.expiry = min(other.expiry for other in clinic.shelf if other.product == one.product)
    yield clinic.minutes_to(clinic.between(2, 6), 16)
    doer = clinic.person(clinic.line_of(act)["as"])
    if one in clinic.shelf and not one.unchecked and not clinic.is_down and clinic.staff[0].is_in:
        one.ul, one.is_spent = 0, True
        if not one.draws:
            clinic.shelf.remove(one)
        clinic.correct([act], doer)


def takes_back_a_loss(clinic, act, gone):
    """It stood behind another. Nothing was lost."""
    clinic.correct([act], clinic.person(clinic.line_of(act)["as"]))
    clinic.shelf.append(gone)
