"""Every dollar from its source to what it bought, first in, first out.

The rule: what is in hand at the start of the plan is the first lot. In each month what comes in is laid behind what
is there, signed rounds first (they arrive on the first day), then interest, then the rest in the order of the books;
then everything that is paid takes from the oldest lot on, in the order of the books. Credits can pay for their offers
only, and pay for these first. Amounts are added as the exact
fractions that the books' numbers are, so nothing is lost to rounding: what a use took is what it cost, what a source
gave and still has is what it brought.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from allocator.result.ledger import Ledger
from allocator.result.ledger.entries import Entry
from allocator.result.table import Table, table

RULE = (
    "first in, first out: opening cash, then in each month its rounds, interest and other receipts; what is paid takes "
    "the oldest money, and credits pay for their own offers alone"
)
OPENING = "opening cash"
LEFT = "left"
# Books that pay more than there is break a rule of the plan; what they lack is said, not hidden.
MISSING = "not covered"


@dataclass
class _Lot:
    source: str
    received: str
    money: Fraction


def trace(ledger: Ledger) -> Table:
    """Return where each month's money went, by source.

    Parameters
    ----------
    ledger : Ledger

    Returns
    -------
    Table
        ``month, source, received, category, item, money``: what a use took in a month from a source, and the month in
        which that money came in (empty for opening cash). The last month also has what is ``left`` of each source.
    """
    lots = deque([_Lot(OPENING, "", Fraction(ledger.opening[0]))])
    taken: dict[tuple[str, str, str, str, str], Fraction] = {}
    for index, month in enumerate(ledger.labels):
        own: dict[str, deque[_Lot]] = defaultdict(deque)
        for entry in _arriving(ledger.entries, index):
            free = Fraction(entry.money[index])
            for offer, amounts in entry.pays_for.items():
                own[offer].append(_Lot(_name(entry), month, Fraction(amounts[index])))
                free -= Fraction(amounts[index])
            lots.append(_Lot(_name(entry), month, free))
        for entry in ledger.entries:
            if entry.money[index] < 0.0:
                asked = -Fraction(entry.money[index])
                kept = own[entry.item] if entry.category == "compute" else deque[_Lot]()
                covered = min(asked, sum((lot.money for lot in kept), Fraction(0)))
                for source, received, money in (*_take(kept, covered), *_take(lots, asked - covered)):
                    key = (month, source, received, entry.category, entry.item)
                    taken[key] = taken.get(key, Fraction(0)) + money
    left: dict[tuple[str, str], Fraction] = defaultdict(Fraction)
    for lot in lots:
        left[lot.source, lot.received] += lot.money
    records = [(*key, float(money)) for key, money in taken.items()]
    last = ledger.labels[-1]
    records += [(last, source, received, LEFT, "", float(money)) for (source, received), money in left.items() if money]
    return table("trace", ["month", "source", "received", "category", "item", "money"], records)


def sources(traced: Table) -> Table:
    """Return what each source paid for over the whole plan.

    Parameters
    ----------
    traced : Table
        From `trace`.

    Returns
    -------
    Table
        ``source, category, item, first_month, last_month, money``, with what is ``left`` of each source.
    """
    totals: dict[tuple[str, str, str], list[Fraction]] = {}
    months: dict[tuple[str, str, str], tuple[str, str]] = {}
    for row in traced:
        key = (row["source"], row["category"], row["item"])
        totals.setdefault(key, []).append(Fraction(row["money"]))
        first = months.get(key, (row["month"], ""))[0]
        months[key] = (first, row["month"])
    order = list(dict.fromkeys(source for source, _, _ in totals))
    keys = sorted(totals, key=lambda key: (order.index(key[0]), key[1] == LEFT))
    records = [(*key, *months[key], float(sum(totals[key]))) for key in keys]
    return table("sources", ["source", "category", "item", "first_month", "last_month", "money"], records)


def _arriving(entries: tuple[Entry, ...], index: int) -> Iterator[Entry]:
    """What comes in in a month: rounds on its first day, interest on what was there, then the rest."""
    coming = [entry for entry in entries if entry.money[index] > 0.0]
    yield from sorted(coming, key=lambda entry: (entry.kind != "raised", entry.category != "interest"))


def _name(entry: Entry) -> str:
    """A source in words: ``funding.climate-grant``, ``interest``, ``compute.own resale``."""
    if entry.category == "interest":
        return "interest"
    line = "" if entry.line == "amount" else f" {entry.line}"
    return f"{entry.category}.{entry.item}{line}" if entry.item else f"{entry.category}{line}"


def _take(lots: deque[_Lot], asked: Fraction) -> Iterator[tuple[str, str, Fraction]]:
    """Take money from the oldest lots on."""
    while asked > 0 and lots:
        lot = lots[0]
        part = min(lot.money, asked)
        if part > 0:
            yield lot.source, lot.received, part
        lot.money -= part
        asked -= part
        if lot.money <= 0:
            lots.popleft()
    if asked > 0:
        yield MISSING, "", asked
