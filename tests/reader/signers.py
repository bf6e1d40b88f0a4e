"""Who signs an event of each kind, as what (SPEC.md 4.2 and 8): all but the roles people had, which are a rule."""

import os
import re

from cbor import Malformed
from entry import CDDL

SEAL_KINDS = {"closing", "access", "clock"}
OF_RIGHTS = {"genesis", "policy", "seal-change", "person", "revoke", "rekey", "override", "countersign", "certify", "erase"}  # done by signing, and by nobody else
MAY_ACT_AGAIN = 3  # of a patient
SEAL, UNLOCKED_SEAL = 0, 4
OFFICER = 1


def _numbers(rule):
    """The names and numbers of a choice in the CDDL."""
    line = next(line for line in CDDL.splitlines() if line.startswith(rule + " = &("))
    return {name: int(number) for name, number in re.findall(r"([a-z-]+): (\d+)", line)}


MEANING = _numbers("meaning")
DID, WITNESSED, APPROVED, CHECKED = (MEANING[name] for name in ("did", "witnessed", "approved", "checked"))
REPORTED, PRESCRIBED, TOOK_OVER, COUNTED = (MEANING[name] for name in ("reported", "prescribed", "took-over", "counted"))
NEW_KEY, OLD_KEY, RECOVERED, SEALED, GUEST = (MEANING[name] for name in ("new-key", "old-key", "recovered", "sealed", "guest"))


def _table():
    """Of each kind, by meaning: the least, the most, whether later."""
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "schema", "SPEC.md")
    with open(path, encoding="utf-8") as file:
        spec = file.read()
    table = {}
    for row in spec[spec.index("<!-- generated: kinds"):spec.index("<!-- end: kinds")].splitlines()[3:]:
        _, _, kind, _, signers, *_ = row.split("|")
        table[kind.strip()] = {
            MEANING[meaning]: (int(low), int(high or low), bool(later))
            for low, high, meaning, later in
            re.findall(r"(\d+)(?: to (\d+))? \*([a-z-]+)\*(?: \([^)]*\))?( or later)?", signers)}
    return table


TABLE = _table()


def is_of_rights(entry):
    return entry.kind in OF_RIGHTS or entry.kind == "patient" and MAY_ACT_AGAIN in entry.facts


def check(entry, state):
    """Malformed unless as many sign, as what, as the kind asks for."""
    people, kind = [who for who, _ in entry.signers], entry.kind
    for who, signature in zip(people, entry.message.signatures):
        if (who == SEAL) != (signature[5] == UNLOCKED_SEAL):
            raise Malformed("a key that was not unlocked as its signer's is")
    if kind in SEAL_KINDS:
        if entry.signers != [[SEAL, SEALED]] or entry.performed:
            raise Malformed("not signed by the seal alone")
        return
    if SEAL in people or any(meaning == SEALED for _, meaning in entry.signers):
        raise Malformed("the seal signs an act of people")
    _count(entry)
    _each_once(entry, people)
    _new_keys(entry, people)
    _founders(entry, people, state)
    if kind in ("person", "rekey"):
        _grant(entry, state)
    if kind == "seal-change":
        _new_seal(entry, state)
    if kind == "handover" and (TOOK_OVER in _meanings(entry)) == (6 in entry.facts):
        raise Malformed("taken over by nobody, or by two houses")
    if kind == "patient":
        _lets_in(entry, people)
    if kind == "certify" and not any(state.roles(who) & OFFICER for who in people):
        raise Malformed("no officer certifies")


def _meanings(entry):
    return [meaning for _, meaning in entry.signers] + [part for part, _ in entry.performed]


def _count(entry):
    slots = TABLE[entry.kind]
    said = [part for part, _ in entry.performed]
    meanings = _meanings(entry)
    for meaning, (low, high, later) in slots.items():
        count = meanings.count(meaning)
        if count > high or count < low and not later:
            raise Malformed("%d sign as %d" % (count, meaning))
    extra = {REPORTED} | ({APPROVED} if 10 in entry.payload else set())
    if any(meaning not in slots and meaning not in extra for meaning in meanings) or any(part not in slots for part in said):
        raise Malformed("somebody signs as what its kind has not")
    reported = REPORTED in meanings
    if reported != bool(said) or said and is_of_rights(entry):
        raise Malformed("reported where nobody else acted, or the other way")


def _each_once(entry, people):
    others = [who for _, who in entry.performed if who is not None]
    if len(set(others)) != len(others) or set(others) & set(people) or SEAL in others:
        raise Malformed("one person has two parts")
    pairs = set(map(tuple, entry.signers))
    if len(pairs) != len(people) or len(set(people)) != len(people) and entry.kind != "rekey":
        raise Malformed("one person signs twice")


def _new_keys(entry, people):
    enrols = entry.kind == "person" and 2 in entry.facts
    if entry.kind == "note":
        _guest(entry)
        return
    if (None in people) != enrols or enrols and entry.signers[-1] != [None, NEW_KEY]:
        raise Malformed("not signed by the newborn, as the last")
    if entry.kind == "person" and not enrols and any(meaning == NEW_KEY for _, meaning in entry.signers):
        raise Malformed("a new key where there is none")
    if entry.kind == "rekey" and any(meaning in (NEW_KEY, OLD_KEY) and who != entry.facts[1] for who, meaning in entry.signers):
        raise Malformed("the key of somebody else")


def _guest(entry):
    said = [who for who, meaning in entry.signers if meaning == GUEST]
    if said != ([None] if 2 in entry.facts else []) or any(who is None and meaning != GUEST for who, meaning in entry.signers) or \
            any(part == GUEST for part, _ in entry.performed) or not said and not entry.signers:
        raise Malformed("a remark of nobody, or of a guest without a key")


def _founders(entry, people, state):
    if entry.kind == "genesis" and people != list(range(1, len(entry.facts[7]) + 1)):
        raise Malformed("not signed by all of its officers in order")
    if entry.number == 2 and sorted(people) != [who for who, roles in state.people_with(OFFICER)]:
        raise Malformed("the first policy is not signed by all officers")


def _lets_in(entry, people):
    """Who may act again is approved, for a reason, and by nobody whom it lets in; else only a reason is approved."""
    again = entry.facts.get(MAY_ACT_AGAIN, [])
    approved = any(meaning == APPROVED for _, meaning in entry.signers)
    if (again or approved) and 10 not in entry.payload or again and (not approved or set(again) & set(people)):
        raise Malformed("a lock is lifted as it cannot be")


def _grant(entry, state):
    """Two officers, one of them not the person concerned; or recovery keys, for an officer."""
    person = entry.facts.get(8) if entry.kind == "person" else entry.facts[1]
    roles = entry.facts[3] if entry.kind == "person" else state.roles(person)
    recovering = [who for who, meaning in entry.signers if meaning == RECOVERED]
    if recovering:
        if not roles & OFFICER or len(recovering) < state.recovery_needed:
            raise Malformed("too few recovery keys, or not for an officer")
        return
    approving = {who for who, meaning in entry.signers
                 if who and meaning in (APPROVED, OLD_KEY) and state.roles(who) & OFFICER}
    revoked = person is not None and state.is_revoked(person)
    alone = entry.kind == "person" and not roles & OFFICER and not revoked
    if not approving - {person} or len(approving) < (1 if alone else 2):
        raise Malformed("not granted by two officers")


def _new_seal(entry, state):
    """Two officers, or recovery keys enough."""
    said = [meaning for _, meaning in entry.signers]
    if said.count(RECOVERED) < state.recovery_needed if RECOVERED in said else said.count(APPROVED) < 2:
        raise Malformed("a seal put in by too few")
