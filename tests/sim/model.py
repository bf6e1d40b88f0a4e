"""A second, much simpler book of the same acts: what is left of every vial, open of every dose, and where the rest went.

It knows no rule, no state and no running balance. Of each vial and each dose it keeps the list of what was said of it,
and adds the list up whenever somebody asks; the totals of a product are added up from all lists of its vials and doses.
Amounts are whole microlitres and nanograms, and where a part is not whole it is the nearest, the even one of two."""

import collections
import re
from decimal import Decimal
from fractions import Fraction

UNITS = {"mL": ("ul", 1000), "uL": ("ul", 1), "mg": ("ng", 10 ** 6), "ug": ("ng", 10 ** 3), "g": ("ng", 10 ** 9)}
COUNTED = re.compile(r"^([0-9.]+) ?(mL|uL|mg|ug|g|sprays?|vials?|devices?)$")
NAMED = {"person add": "handle", "place add": "name", "party add": "name", "product add": "name"}
NUMBERED = {"patient add": "P", "order add": "O", "session open": "S"}
SPRAYS = 2
SAID_ANEW = ("sources", "read")         # what a correction may say of an act instead
INSIDE = ("drawn", "returned")          # between a vial and a dose: nothing came, nothing went


def amount(text):
    """A typed amount as (unit, whole number): ul, ng, sprays or containers."""
    number, unit = COUNTED.match(text).groups()
    name, factor = UNITS.get(unit, (unit.rstrip("s"), 1))
    value = Decimal(number) * factor
    assert value == int(value), text
    return name, int(value)


class Vial:
    """What was said of it: (number of the act, what, ul), + came in, - went out, None for all that was left by then."""

    def __init__(self, product):
        self.product, self.said = product, []
        self.forced = 0                 # ul that corrections had to find, so that what stands can stand

    def moved(self, until=None):
        """(what, ul) of what stands, as far as that act."""
        left = 0
        for number, what, ul in self.said:
            if until is None or number <= until:
                ul = -max(left, 0) if ul is None else ul
                left += ul
                yield what, ul
        yield "adjusted-up", self.forced

    def sum(self, *what):
        return sum(ul for name, ul in self.moved() if name in what)

    def left(self, until=None):
        return sum(ul for _, ul in self.moved(until))

    def times(self, what):
        return sum(name == what for _, name, _ in self.said)

    def forget(self, numbers):
        self.said = [said for said in self.said if said[0] not in numbers]


class Dose:
    """Where it came from and where it went, each with the number of the act that said so."""

    def __init__(self):
        self.acts = []                  # of whatever was done with it
        self.sources = []               # (number, vial, product, ul, ng)
        self.said = []                  # (number, what, ng): where a part of it went; of what turned out to be more, - ng
        self.dilutions = []             # (number, ul in all)

    def drawn(self):
        return sum(source[4] for source in self.sources)

    def volume(self):
        return self.dilutions[-1][1] if self.dilutions else sum(source[3] for source in self.sources)

    def sum(self, *what):
        return sum(ng for _, name, ng in self.said if name in what)

    def open(self, until=None):
        return self.drawn() - sum(ng for number, _, ng in self.said if until is None or number <= until)

    def mass(self, text):
        """How much of the drug an amount of this dose is."""
        if text == "rest":
            return self.open()
        unit, number = amount(text)
        if unit == "spray":
            return number * self.drawn() // SPRAYS
        return number if unit == "ng" else round(Fraction(number * self.drawn(), self.volume()))

    def shares(self):
        """(product, what, ng): each part that went somewhere, shared by its sources as they stand then."""
        left = [ng for _, _, _, _, ng in self.sources]
        products = [product for _, _, product, _, _ in self.sources]
        for _, what, ng in self.said:
            if ng < 0:                  # nobody knows from where: it counts as the last source's
                left[-1] -= ng
                yield products[-1], what, -ng
                continue
            of = sum(left)
            for i, product in enumerate(products):
                share = round(Fraction(ng * left[i], of)) if of else 0
                of, ng, left[i] = of - left[i], ng - share, left[i] - share
                yield product, what, share
            assert ng == 0
        for product, ng in zip(products, left):
            yield product, "in-doses", ng

    def forget(self, numbers):
        self.acts = [act for act in self.acts if act not in numbers]
        self.sources = [source for source in self.sources if source[0] not in numbers]
        self.said = [said for said in self.said if said[0] not in numbers]
        self.dilutions = [dilution for dilution in self.dilutions if dilution[0] not in numbers]


class Model:
    def __init__(self):
        self.products = {}              # name -> (ng in a ul, ul in a container)
        self.vials, self.doses = {}, {}
        self.counts = {}                # letter -> how many were born
        self.born = {}                  # act -> ids
        self.number = 0                 # of the act in hand
        self.number_of = {}             # act -> its number
        self.lines = {}                 # number -> what it says by now
        self.gained = {}                # (act, source) -> ul that a draw found beyond what was left

    # ---- names

    def birth(self, line, letter, count=1):
        if line["act"] in self.born and letter == "D":
            return self.born[line["act"]]           # said again, it is the same dose
        first = self.counts.get(letter, 0) + 1
        self.counts[letter] = first + count - 1
        ids = ["%s-%d" % (letter, n) for n in range(first, first + count)]
        self.born.setdefault(line["act"], []).extend(ids)
        return ids

    def id_of(self, word):
        """An id as it stands, or @ACT/2 for the second thing that act gave birth to."""
        if not word.startswith("@"):
            return word
        act, _, nth = word[1:].partition("/")
        return self.born[act][int(nth or 1) - 1]

    def vial(self, word):
        return self.vials[self.id_of(word)]

    def dose(self, word):
        return self.doses[self.id_of(word)]

    # ---- what is said

    def of_vial(self, word, what, ul):
        """So much came into this vial, or went out of it: None for whatever is left."""
        one = self.id_of(word)
        self.vials[one].said.append((self.number, what, ul))
        return one

    def of_dose(self, word, what=None, ng=0):
        """Something was done with this dose; a part of it may have gone somewhere."""
        one = self.id_of(word)
        self.doses[one].acts.append(self.number)
        if what is not None:
            self.doses[one].said.append((self.number, what, ng))
        return one

    # ---- acts

    def apply(self, line):
        """Book one act; what it touched: the ids of vials and doses whose amounts it was about."""
        self.number += 1
        self.number_of[line["act"]], self.lines[self.number] = self.number, line
        command, act = line["command"], self.act_of(line)
        if act is not None:
            return act(line)
        if command in NUMBERED:
            self.birth(line, NUMBERED[command])
        elif command in NAMED:
            self.born[line["act"]] = [line[NAMED[command]]]
        return []

    def act_of(self, line):
        return getattr(self, "act_" + line["command"].replace(" ", "_").replace("-", "_"), None)

    def act_product_add(self, line):
        unit, per_ml = amount(line["strength"].partition("/")[0])
        assert unit == "ng"
        _, per = amount("1mL" if line["strength"].endswith("/mL") else line["strength"].partition("/")[2])
        self.products[line["name"]] = (per_ml // per, amount(line["volume"])[1])
        self.born[line["act"]] = [line["name"]]
        return []

    def act_receive(self, line):
        ids = []
        for row in line["lines"]:
            said = dict(piece.split("=") for piece in row.split())
            for one in self.birth(line, "V", int(said["containers"])):
                self.vials[one] = Vial(said["product"])
                ids.append(self.of_vial(one, "received", self.products[said["product"]][1]))
        return ids

    def act_draw(self, line):
        ids = [self.id_of(line["into"])] if "into" in line else self.birth(line, "D")
        dose = self.doses.setdefault(ids[0], Dose())
        self.of_dose(ids[0])
        words = line.get("sources", [])
        for word, text in zip(words[::2], words[1::2]):
            vial = self.vial(word)
            strength, whole = self.products[vial.product]
            unit, number = ("ul", vial.left()) if text == "rest" else amount(text)
            ul = {"ul": number, "ng": number // strength, "device": whole}[unit]
            gained = self.gained.setdefault((line["act"], word), ul - vial.left() if "overfill" in line else 0)
            if gained > 0:
                self.of_vial(word, "gained", gained)
            ids.append(self.of_vial(word, "drawn", -ul))
            dose.sources.append((self.number, ids[-1], vial.product, ul, ul * strength))
        if "dilute" in line:
            dose.dilutions.append((self.number, amount(line["dilute"])[1]))
        return ids

    def act_administer(self, line):
        dose = self.dose(line["dose"])
        if "read" not in line:
            return [self.of_dose(line["dose"])]
        given = dose.sum("given")
        reading = dose.mass(line["read"]) + (given if line["read"] == "rest" else 0)
        return [self.of_dose(line["dose"], "given", reading - given)]

    def act_handover(self, line):
        """To somebody here nothing changes; whoever takes it out of the house takes what the pump has not given."""
        if "dose" not in line or "taker" not in line:
            return [self.of_dose(line["dose"])] if "dose" in line else []
        dose = self.dose(line["dose"])
        self.of_dose(line["dose"], "given", dose.mass(line["giver-read"]) - dose.sum("given"))
        return [self.of_dose(line["dose"], "handed-out", dose.open())]

    def act_hold(self, line):
        return [self.of_dose(line["dose"])] if "dose" in line else []

    def act_waste(self, line):
        if "dose" in line:
            return self.settle(line, "wasted")
        vial = self.vial(line["vial"])
        unit, number = ("ul", vial.left()) if line["amount"] == "rest" else amount(line["amount"])
        return [self.of_vial(line["vial"], "wasted", -(number if unit == "ul" else number // self.products[vial.product][0]))]

    def act_residual(self, line):
        return self.settle(line, "residual")

    def settle(self, line, what):
        return [self.of_dose(line["dose"], what, self.dose(line["dose"]).mass(line["amount"]))]

    def act_return(self, line):
        dose = self.dose(line["dose"])
        _, vial, _, ul, _ = dose.sources[0]
        return [self.of_dose(line["dose"], "returned", dose.open()), self.of_vial(vial, "returned", ul)]

    def act_found(self, line):
        ul = amount(line["volume"])[1] if "volume" in line else self.products[line["product"]][1]
        ids = self.birth(line, "V", int(line["containers"]))
        for one in ids:
            self.vials[one] = Vial(line["product"])
            self.of_vial(one, line.get("origin", "found"), ul)
        return ids

    def act_recover(self, line):
        """What is back has been gone, and it is known from now on how much that was."""
        vial = self.vial(line["vial"])
        vial.said = [(number, what, moved) for (number, _, _), (what, moved) in zip(vial.said, vial.moved())]
        return [self.of_vial(line["vial"], "recovered", amount(line["volume"])[1])]

    def act_loss(self, line):
        return self.leave(line, "lost")

    def act_ship(self, line):
        return self.leave(line, "shipped")

    def act_destroy(self, line):
        return self.leave(line, "destroyed")

    def act_surrender(self, line):
        return self.leave(line, "surrendered")

    def leave(self, line, how):
        """All that is left of these vials and open of these doses, or so much of one vial."""
        ul = -amount(line["volume"])[1] if "volume" in line else None
        return [self.of_vial(word, how, ul) for word in line.get("vials", [])] + \
               [self.of_dose(word, how, self.dose(word).open()) for word in line.get("doses", [])]

    def act_empty(self, line):
        return [self.of_vial(line["vial"], "closing-loss", None)]

    # ---- what is said of earlier acts, and of what is not as it should be

    def act_count(self, line):
        self.birth(line, "C")
        return []

    def act_adjust(self, line):
        """Less or more than the book has, under a case; nobody says where it went."""
        unit, number = amount(line.get("less") or line["more"])
        sign, what = (-1, "adjusted-down") if "less" in line else (1, "adjusted-up")
        if "dose" in line:
            return [self.of_dose(line["dose"], what, -sign * number)]
        strength = self.products[self.vial(line["vial"]).product][0]
        return [self.of_vial(line["vial"], what, sign * (number if unit == "ul" else number // strength))]

    def act_correct(self, line):
        """These acts were never said, or said something else; and what was done with their doses since goes with a dose that
        never was, and else is said again."""
        named = {self.number_of[word[1:]] for word in line["entries"]}
        numbers, doses = self.with_what_rests(named)
        gone = {number for dose in doses.values() if dose.acts[0] in named for number in dose.acts} | named
        again = sorted(numbers - gone if "void" in line else numbers)
        vials = self.vials_of(numbers)
        for thing in list(doses.values()) + vials:
            thing.forget(numbers)
        here = self.number
        for self.number in again:
            if self.number in named:
                self.lines[self.number] = dict(self.lines[self.number], **{name: line[name] for name in SAID_ANEW if name in line})
            act = self.act_of(self.lines[self.number])
            if act is not None:
                act(self.lines[self.number])
        self.number = here
        vials += [vial for vial in self.vials_of(numbers) if vial not in vials]
        for vial in vials:
            vial.said.sort(key=lambda said: said[0])
            vial.forced = 0
            vial.forced = max(-vial.left(), 0)
        return list(doses) + [one for one, vial in self.vials.items() if vial in vials]

    def with_what_rests(self, named):
        """These numbers, and those of all that was done later with their doses; and the doses."""
        numbers, count = set(named), 0
        while count != len(numbers):
            count = len(numbers)
            doses = {one: dose for one, dose in self.doses.items() if numbers.intersection(dose.acts)}
            for dose in doses.values():
                numbers.update(number for number in dose.acts if number > min(numbers.intersection(dose.acts)))
        return numbers, doses

    def vials_of(self, numbers):
        return [vial for vial in self.vials.values() if any(number in numbers for number, _, _ in vial.said)]

    # ---- what people ask

    def amount(self, one):
        """What is left of a vial, in ul, or open of a dose, in ng."""
        return self.vials[one].left() if one in self.vials else self.doses[one].open()

    def totals(self):
        """name -> what -> ng, from all that was ever said."""
        sums = {name: collections.Counter() for name in self.products}
        for vial in self.vials.values():
            strength = self.products[vial.product][0]
            for what, ul in vial.moved():
                sums[vial.product]["on-hand"] += ul * strength
                if what not in INSIDE:
                    sums[vial.product][what] += abs(ul) * strength
        for dose in self.doses.values():
            for product, what, ng in dose.shares():
                if what not in INSIDE:
                    sums[product][what] += ng
        return sums
