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
INSIDE = ("drawn", "returned")          # between a vial and a dose: nothing came, nothing went


def amount(text):
    """A typed amount as (unit, whole number): ul, ng, sprays or containers."""
    number, unit = COUNTED.match(text).groups()
    name, factor = UNITS.get(unit, (unit.rstrip("s"), 1))
    value = Decimal(number) * factor
    assert value == int(value), text
    return name, int(value)


class Vial:
    def __init__(self, product):
        self.product = product
        self.said = []                  # (what, ul): + came in, - went out

    def sum(self, *what):
        return sum(ul for name, ul in self.said if not what or name in what)

    def left(self):
        return self.sum()


class Dose:
    def __init__(self):
        self.sources = []               # (vial, product, ul, ng)
        self.said = []                  # (what, ng): where a part of it went
        self.diluted = 0                # ul in all, where it was diluted

    def drawn(self):
        return sum(ng for _, _, _, ng in self.sources)

    def volume(self):
        return self.diluted or sum(ul for _, _, ul, _ in self.sources)

    def sum(self, *what):
        return sum(ng for name, ng in self.said if name in what)

    def open(self):
        return self.drawn() - sum(ng for _, ng in self.said)

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
        left = [ng for _, _, _, ng in self.sources]
        for what, ng in self.said:
            of = sum(left)
            for i, (_, product, _, _) in enumerate(self.sources):
                share = round(Fraction(ng * left[i], of)) if of else 0
                of, ng, left[i] = of - left[i], ng - share, left[i] - share
                yield product, what, share
            assert ng == 0
        for (_, product, _, _), ng in zip(self.sources, left):
            yield product, "in-doses", ng


class Model:
    def __init__(self):
        self.products = {}              # name -> (ng in a ul, ul in a container)
        self.vials, self.doses = {}, {}
        self.counts = {}                # letter -> how many were born
        self.born = {}                  # act -> ids

    # ---- names

    def birth(self, line, letter, count=1):
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

    # ---- acts

    def apply(self, line):
        """Book one act; what it touched: the ids of vials and doses whose amounts it was about."""
        command = line["command"]
        act = getattr(self, "act_" + command.replace(" ", "_").replace("-", "_"), None)
        if act is not None:
            return act(line)
        if command in NUMBERED:
            self.birth(line, NUMBERED[command])
        elif command in NAMED:
            self.born[line["act"]] = [line[NAMED[command]]]
        return []

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
                self.vials[one].said.append(("received", self.products[said["product"]][1]))
                ids.append(one)
        return ids

    def act_draw(self, line):
        ids = [self.id_of(line["into"])] if "into" in line else self.birth(line, "D")
        dose = self.doses.setdefault(ids[0], Dose())
        words = line.get("sources", [])
        for word, text in zip(words[::2], words[1::2]):
            vial = self.vial(word)
            strength, whole = self.products[vial.product]
            unit, number = ("ul", vial.left()) if text == "rest" else amount(text)
            ul = {"ul": number, "ng": number // strength, "device": whole}[unit]
            if "overfill" in line and ul > vial.left():
                vial.said.append(("gained", ul - vial.left()))
            vial.said.append(("drawn", -ul))
            dose.sources.append((self.id_of(word), vial.product, ul, ul * strength))
            ids.append(self.id_of(word))
        if "dilute" in line:
            dose.diluted = amount(line["dilute"])[1]
        return ids

    def act_administer(self, line):
        dose = self.dose(line["dose"])
        if "read" in line:
            given = dose.sum("given")
            reading = dose.mass(line["read"]) + (given if line["read"] == "rest" else 0)
            dose.said.append(("given", reading - given))
        return [self.id_of(line["dose"])]

    def act_waste(self, line):
        if "dose" in line:
            return self.settle(line, "wasted")
        vial = self.vial(line["vial"])
        unit, number = ("ul", vial.left()) if line["amount"] == "rest" else amount(line["amount"])
        ul = number if unit == "ul" else number // self.products[vial.product][0]
        vial.said.append(("wasted", -ul))
        return [self.id_of(line["vial"])]

    def act_residual(self, line):
        return self.settle(line, "residual")

    def settle(self, line, what):
        dose = self.dose(line["dose"])
        dose.said.append((what, dose.mass(line["amount"])))
        return [self.id_of(line["dose"])]

    def act_return(self, line):
        dose = self.dose(line["dose"])
        dose.said.append(("returned", dose.open()))
        vial, _, ul, _ = dose.sources[0]
        self.vials[vial].said.append(("returned", ul))
        return [self.id_of(line["dose"]), vial]

    def act_found(self, line):
        product = line["product"]
        ids = self.birth(line, "V", int(line["containers"]))
        ul = amount(line["volume"])[1] if "volume" in line else self.products[product][1]
        for one in ids:
            self.vials[one] = Vial(product)
            self.vials[one].said.append((line.get("origin", "found"), ul))
        return ids

    def act_recover(self, line):
        self.vial(line["vial"]).said.append(("recovered", amount(line["volume"])[1]))
        return [self.id_of(line["vial"])]

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
        for word in line.get("vials", []):
            vial = self.vial(word)
            vial.said.append((how, -(amount(line["volume"])[1] if "volume" in line else vial.left())))
        for word in line.get("doses", []):
            dose = self.dose(word)
            dose.said.append((how, dose.open()))
        return [self.id_of(word) for word in line.get("vials", []) + line.get("doses", [])]

    def act_empty(self, line):
        vial = self.vial(line["vial"])
        vial.said.append(("closing-loss", -vial.left()))
        return [self.id_of(line["vial"])]

    # ---- what people ask

    def amount(self, one):
        """What is left of a vial, in ul, or open of a dose, in ng."""
        return self.vials[one].left() if one in self.vials else self.doses[one].open()

    def totals(self):
        """name -> what -> ng, from all that was ever said."""
        sums = {name: collections.Counter() for name in self.products}
        for vial in self.vials.values():
            strength = self.products[vial.product][0]
            sums[vial.product]["on-hand"] += vial.left() * strength
            for what, ul in vial.said:
                if what not in INSIDE:
                    sums[vial.product][what] += abs(ul) * strength
        for dose in self.doses.values():
            for product, what, ng in dose.shares():
                if what not in INSIDE:
                    sums[product][what] += ng
        return sums
