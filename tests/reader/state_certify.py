"""Certified inventories (SPEC.md 9.5, certify)."""

import calendar
import datetime

from cbor import Malformed
from leaf import COUNT, DAY, KEY

INITIAL, BIENNIAL = 1, 2
CLOSE_OF_BUSINESS = 2
INVENTORY_OVERDUE = 251
EPOCH = datetime.date(1970, 1, 1)


def months_later(day, months):
    date = EPOCH + datetime.timedelta(day)
    year, month = divmod(date.year * 12 + date.month - 1 + months, 12)
    return (date.replace(year, month + 1, min(date.day, calendar.monthrange(year, month + 1)[1])) - EPOCH).days


class Inventories:
    """A part of State."""

    def _closing(self, number):
        if number not in self.closings:
            raise Malformed("an inventory as of what is no closing")
        return self.recorded[number - 1], self.offsets[number - 1], datetime.date.fromisoformat(self.closings[number])

    def _inventory_day(self, facts):
        recorded, offset, day = self._closing(facts[2])
        return (day - EPOCH).days if facts[3] == CLOSE_OF_BUSINESS else (recorded + 60000 * offset) // DAY

    def case_of_inventory(self, facts):
        months = self.policy[KEY["inventory-months"]]
        if facts[1] != BIENNIAL or not months or not self.inventory_day:
            return None
        last = months_later(self.inventory_day - 1, months) + self.policy[KEY["inventory-grace"]]
        return (INVENTORY_OVERDUE, 0, 0, 0) if self._inventory_day(facts) > last else None

    def moves_totals(self):
        return any(self.totals[product] != before for product, before in self.totals_before.items())

    def do_certify(self, entry, ids, touched):
        facts, counts = entry.facts, [self.leaf(COUNT, number) for number in ids.get(4, [])]
        recorded, span = self._closing(facts[2])[0], self.policy[KEY["count-span"]] * DAY
        if recorded <= self.certified_at:
            raise Malformed("an inventory as of a time that is certified already")
        if any(not count["whole"] or count["certified"] or abs(count["at"] - recorded) > span for count in counts):
            raise Malformed("an inventory that rests on a count it cannot rest on")
        standing = {shelf // 256 for shelf, row in self.shelves.items() if any(row)}
        if not standing <= {count["place"] for count in counts} and (facts[1] != INITIAL or self.stocked):
            raise Malformed("an inventory that is silent about a place")
        self.certified_at, self.inventory_day = recorded, self._inventory_day(facts) + 1
        for count in counts:
            count["certified"] = entry.number
