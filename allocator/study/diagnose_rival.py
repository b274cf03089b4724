"""Two companies side by side: each figure, and the ratio of the two."""

from __future__ import annotations

from collections.abc import Iterator

from allocator.errors import UsageError
from allocator.plan.units import Currency
from allocator.result.table import Table, table
from allocator.study.diagnose_company import KINDS, SYMBOLS, Company, quotient

COLUMNS = ("figure", "symbol", "unit", "own", "rival", "ratio")
# What is compared: figure, symbol, words, and whether it is money of the whole time (then by month where that differs).
_MONEY = (
    *((kind, SYMBOLS[kind], f"{kind} cost" if kind != "other" else "other costs") for kind in KINDS),
    ("cost", "C", "cost"),
    ("income", "I", "income"),
    ("expenditure", "R", "expenditure"),
)
_PLAIN = (
    ("index", "F", "financial index", "ratio"),
    ("margin", "", "margin, (I - C) / I", "ratio"),
    ("burn", "", "burn a month", "money/month"),
    ("closing", "", "cash at the end", "money"),
    ("runway", "", "least runway", "months"),
    ("utilisation", "", "compute used", "share"),
    ("efficiency", "", "peak reached", "share"),
    ("peak_price", "", "1e21 FLOP at peak", "money"),
    ("used_price", "", "1e21 FLOP used", "money"),
    ("idle_cost", "", "idle compute", "money"),
    ("unused", "", "data unused", "share"),
    ("effective", "", "people effective", "share"),
    ("leaving", "", "people leaving a year", "share"),
    ("replacement", "", "replacing leavers", "money"),
)
_BY_TIME = ("idle_cost", "replacement")


def compare(own: Company, rival: Company) -> tuple[Table, tuple[str, ...]]:
    """Return the comparison and sentences on what it rests on.

    Raises
    ------
    UsageError
        When the two count in different currencies.
    """
    factor = _factor(own, rival)
    same = own.months == rival.months
    unit = "money" if same else "money/month"
    records: list[tuple[str, str, str, float | None, float | None, float | None]] = []

    def add(words: str, symbol: str, unit: str, mine: float | None, theirs: float | None) -> None:
        records.append((words, symbol, unit, mine, theirs, ratio(mine, theirs)))

    for name, symbol, words in _MONEY:
        add(words, symbol, unit, _by_time(own, name, same), _times(_by_time(rival, name, same), factor))
    for name, symbol, words, kind in _PLAIN:
        mine, theirs = own.figures.get(name), rival.figures.get(name)
        if name in _BY_TIME:
            mine, theirs, kind = _by_time(own, name, same), _by_time(rival, name, same), unit
        add(words, symbol, kind, mine, _times(theirs, factor) if kind.startswith("money") else theirs)
        if name == "index" and own.given != rival.given:
            completed = completed_index(own, rival), completed_index(rival, own)
            add("financial index, completed", "F'", "ratio", *completed)
    return table("rival", COLUMNS, records), tuple(_notes(own, rival, same))


def ratio(own: float | None, rival: float | None) -> float | None:
    """Own / rival; None where either is not known or the rival's is nothing."""
    return None if own is None or not rival else own / rival


def completed_index(company: Company, other: Company) -> float | None:
    """F of a company with the other's costs, for as many months, of the kinds that it does not give itself."""
    missing = (other.figures.get(kind) or 0.0 for kind in company.left_out if kind in other.given)
    added = sum(missing) * _factor(company, other) * company.months / other.months
    figures = company.figures
    income, cost, paid = figures["income"], figures["cost"], figures["expenditure"]
    if income is None or cost is None or paid is None:
        return None
    return quotient(income - cost - added, paid)


def _factor(own: Company, rival: Company) -> float:
    """What turns the rival's money into the unit of one's own."""
    mine, theirs = Currency.parse(own.currency), Currency.parse(rival.currency)
    if mine.code != theirs.code:
        raise UsageError(
            f"{rival.name} counts in {theirs.code} and {own.name} in {mine.code}; "
            f"there are no exchange rates here: give the rival's figures in {mine.code}"
        )
    return theirs.unit / mine.unit


def _by_time(company: Company, name: str, same: bool) -> float | None:
    value = company.figures.get(name)
    return value if value is None or same else value / company.months


def _times(value: float | None, factor: float) -> float | None:
    return None if value is None else value * factor


def _notes(own: Company, rival: Company, same: bool) -> Iterator[str]:
    if not same:
        yield (
            f"{own.name} is over {own.months} months and {rival.name} over {rival.months}: "
            "sums of money are compared by the month"
        )
    for company, other in ((own, rival), (rival, own)):
        missing = [kind for kind in company.left_out if kind in other.given]
        if missing:
            named = " and ".join(missing)
            index, completed = company.figures["index"], completed_index(company, other)
            if index is not None and completed is not None:
                yield (
                    f"{company.name} gives no cost of {named}, so its C leaves out what {other.name}'s holds: "
                    f"with {other.name}'s, its F would be {completed:.4g} instead of {index:.4g}"
                )
    mine, theirs = own.figures["index"], rival.figures["index"]
    if mine is not None and theirs is not None and mine * theirs < 0.0:
        above = own.name if mine > 0.0 else rival.name
        yield f"The ratio of the indices is below zero because {above} alone earns more than it costs"
    elif mine is not None and theirs is not None and mine < 0.0 and theirs < 0.0:
        yield "Both indices are below zero: of their ratio, more than 1 is the worse"
