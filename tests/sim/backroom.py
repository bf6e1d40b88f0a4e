"""What happens to stock and never at a bedside: it goes missing, turns up, is sent away, destroyed, handed to others.

One of these now and then, each a Python generator as the treatments are: some have an end days later."""

from almanac import DAY, day_of, typed
from counting import resolves
from house import Container, ml
from mistakes import receives_what_was_not, takes_back_a_loss


def free(one):
    return not one.held and not one.taken and not one.opened


def file_notice(clinic, type_, act):
    officer = clinic.somebody("officer", least_busy=False) or clinic.staff[0]
    clinic.write("notice", type=type_, about=clinic.named(act), number="N-%d" % clinic.between(100, 999), as_=officer.handle)
    clinic.to_file.discard((type_, act))


def loses(clinic):
    """A sealed vial is not where it was; now and then it turns up, and is cleared days later."""
    people, able = clinic.two_of_stock(), [one for one in clinic.shelf if free(one)]
    if not people or not able:
        return
    gone, significant = clinic.one_of(able), clinic.chance(60)
    act = clinic.write("loss", case=True, is_looked_into=False, vials=[clinic.say(gone.ref)], discovered=typed(clinic.now - 900),
                       type="unknown", since=typed(clinic.now - 2 * DAY), significant=significant or None, **people)
    case = clinic.case()
    clinic.shelf.remove(gone)
    yield clinic.minutes_to(1, 9)
    if clinic.chance(25):
        takes_back_a_loss(clinic, act, gone)
        yield clinic.minutes_to(1, 16)
        yield from resolves(clinic, case, "explained")
        return
    if significant:
        file_notice(clinic, "loss-notice", act)
    yield clinic.minutes_to(2, 9)
    people, is_back = clinic.two_of_stock(), clinic.chance(50)
    if people and is_back:
        ul = clinic.book.products[gone.product][1]
        part = ul // 4 if clinic.chance(30) and gone.product != "spravato" else 0
        clinic.write("recover", vial=clinic.say(gone.ref), volume=ml(ul - part), place="safe", case_=case, **people)
        gone.ul, gone.held, gone.place, gone.was_lost = gone.ul - part, True, "safe", True
        gone.opened = day_of(clinic.now) if part else None
        clinic.shelf.append(gone)
        clinic.start(clinic.now + 60, is_cleared(clinic, gone), waits=True)
    if significant:
        file_notice(clinic, "form-106", act)
    yield clinic.minutes_to(4, 16)
    yield from resolves(clinic, case, "loss")


def vanishes(clinic):
    """A sealed vial is gone, and nobody knows until all of them are counted."""
    able = [one for one in clinic.shelf if free(one) and not one.unchecked]
    if able:
        gone = clinic.one_of(able)
        clinic.shelf.remove(gone)
        clinic.missing.append(gone)
    return
    yield


def is_cleared(clinic, one):
    yield clinic.minutes_to(1, 10)
    keeper = clinic.somebody("custodian", least_busy=False)
    officer = keeper and clinic.somebody("officer", without=(keeper,), least_busy=False)
    if officer and one in clinic.shelf:
        clinic.write("release", vials=[clinic.say(one.ref)], as_=keeper.handle, officer=officer.handle)
        one.held = False


def spills(clinic):
    """Some of an open vial is gone, and nobody knows when: a part of it is lost."""
    people = clinic.two_of_stock()
    able = [one for one in clinic.shelf if one.opened and not one.held and clinic.book.vial(one.ref).left() > 3000]
    if people and able:
        one = clinic.one_of(able)
        clinic.write("loss", case=True, vials=[clinic.say(one.ref)], volume="1.25mL", discovered=typed(clinic.now - 60),
                     type="other", **people)
        one.ul -= 1250
    return
    yield


def finds(clinic):
    """Behind a drawer: sealed ones, or an open one that somebody measures."""
    people, sealed = clinic.two_of_stock(), clinic.chance(60)
    if not people:
        return
    count, ul = (clinic.between(1, 3), 10000) if sealed else (1, clinic.between(8, 60) * 100)
    act = clinic.write("found", case=True, product="ketamine-50", containers=str(count), place="safe", sealed=sealed or None,
                       volume=None if sealed else ml(ul), lot="L0", expiry=str(day_of(clinic.now + 400 * DAY)), **people)
    found = [Container(clinic.named(act, nth), "ketamine-50", ul, day_of(clinic.now + 400 * DAY), "safe")
             for nth in range(1, count + 1)]
    for one in found:
        one.held, one.opened = True, None if sealed else day_of(clinic.now)
        clinic.shelf.append(one)
    yield from is_cleared(clinic, found[0])


def sends_away(clinic):
    """What is on hold goes to the distributor that destroys it, who says so weeks later."""
    people, held = clinic.two_of_stock(), [one for one in clinic.shelf if one.held][:8]
    if not people or not held:
        return
    words = dict(people, to="reverse", why="disposal", document="RD-%d" % clinic.between(100, 999))
    act = clinic.write("ship", vials=[clinic.say(one.ref) for one in held], **words)
    if len(held) > 1 and clinic.chance(30):         # one that was on the list has stayed here
        clinic.correct([act], clinic.person(people["as_"]))
        held.pop()
        act = clinic.write("ship", vials=[clinic.say(one.ref) for one in held], **words)
    for one in held:
        clinic.shelf.remove(one)
    yield clinic.minutes_to(clinic.between(6, 40), 11)
    file_notice(clinic, "certificate", act)


def destroys(clinic):
    """Here, before two people: something on hold, and what lies in bags."""
    people, held = clinic.two_of_stock(), [one for one in clinic.shelf if one.held][:2]
    bags = [bag for bag in clinic.bags if bag[1].handle in (people or {}).values()][:2]
    if people and (held or bags):
        clinic.write("destroy", vials=[clinic.say(one.ref) for one in held] or None, method="incinerated before us",
                     doses=[clinic.book.id_of(bag[0]) for bag in bags] or None, form_41="41-%d" % clinic.between(100, 999),
                     **people)
        clinic.shelf = [one for one in clinic.shelf if one not in held]
        clinic.bags = [bag for bag in clinic.bags if bag not in bags]
    return
    yield


def is_asked_for(clinic):
    """The police take one."""
    able, doer = [one for one in clinic.shelf if free(one)], clinic.somebody(least_busy=False)
    if able and doer:
        one = clinic.one_of(able)
        clinic.write("surrender", vials=[clinic.say(one.ref)], to="police", document="CASE-7", as_=doer.handle)
        clinic.shelf.remove(one)
    return
    yield


def lends(clinic):
    """A vial for the clinic next door, as long as that is a twentieth of what the year has given."""
    people, able = clinic.two_of_stock(), [one for one in clinic.shelf if free(one) and one.product == "ketamine-sd"]
    if people and able and clinic.may_lend(100 * 10 ** 6):
        one = clinic.one_of(able)
        clinic.write("ship", vials=[clinic.say(one.ref)], to="nextdoor", why="transfer", document="T-%d" % clinic.between(1, 99),
                     **people)
        clinic.shelf.remove(one)
    return
    yield


HAPPENINGS = (loses, finds, sends_away, spills, destroys, lends, is_asked_for, vanishes, receives_what_was_not)
