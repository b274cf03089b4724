"""What a diagnosis says of one company, whether it comes from a plan or from accounts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from allocator.result.table import Table, table

if TYPE_CHECKING:
    import pandas as pd

KINDS = ("compute", "data", "people", "other")
SYMBOLS = {"compute": "Cc", "data": "Cd", "people": "Ch", "other": "Co"}
ALL = "all"
# The tables of every company.
TABLES = ("costs", "index", "cash", "compute", "data", "people", "talent", "risks")

INDEX_COLUMNS = (
    "period",
    "months",
    *(f"{kind}_money" for kind in KINDS),
    "cost_money",
    "income_money",
    "expenditure_money",
    "index",
    "margin",
)
CASH_COLUMNS = (
    "period",
    "opening",
    "closing",
    "burn",
    "runway_months",
    "least_runway",
    "least_month",
    "runway_asked",
)
COMPUTE_COLUMNS = (
    "period",
    "item",
    "gpu_months",
    "used_gpu_months",
    "idle_gpu_months",
    "used_share",
    "efficiency_share",
    "delivered_flop",
    "used_flop",
    "money",
    "idle_money",
)
DATA_COLUMNS = ("item", "unit", "opening_items", "bought", "stock", "used", "used_share", "money", "unused_money")
PEOPLE_COLUMNS = ("period", "item", "person_months", "effective_person_months", "effective_share", "hired", "money")
TALENT_COLUMNS = (
    "item",
    "stock",
    "need",
    "most",
    "hires",
    "leavers",
    "leaving_share",
    "replace_money",
    "replacement_money",
    "raise_money",
    "raise_share",
)

Figures = dict[str, float | None]


@dataclass(frozen=True)
class Company:
    """One company's figures.

    Attributes
    ----------
    name, currency : str
        `currency` is the unit of all money, ``USD``, ``kUSD`` or ``MUSD``.
    months : int
        Length of the time the figures are of.
    status : str
        How the plan's solve ended, or ``accounts``.
    given : frozenset of str
        Kinds of cost that the plan or the accounts speak of; the others are left out of C.
    figures : dict of str to float or None
        The headline figures over all months, None where not known.
    notes : dict of str to str
        Words beside some figures: which month, which item.
    tables : dict of str to Table
        costs, index, cash, compute, data, people, talent, risks.
    remarks : tuple of str
        What a reader should know of the figures themselves.
    warnings : tuple of str
        A sentence for each risk beyond its threshold.
    """

    name: str
    currency: str
    months: int
    status: str
    given: frozenset[str]
    figures: Figures
    notes: dict[str, str]
    tables: dict[str, Table]
    remarks: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    def frame(self, name: str) -> pd.DataFrame:
        """One of the tables as a pandas DataFrame."""
        return self.tables[name].frame()

    @property
    def left_out(self) -> tuple[str, ...]:
        """Kinds of cost that are not given, in order."""
        return tuple(kind for kind in KINDS if kind not in self.given)


def costs_table(periods: Iterable[tuple[str, Mapping[str, Mapping[str, float]]]]) -> Table:
    """One row for every period, kind and part of cost, with its share of the period's C."""
    records = []
    for label, costs in periods:
        whole = sum(sum(parts.values()) for parts in costs.values())
        for kind in KINDS:
            for part, paid in costs.get(kind, {}).items():
                records.append((label, kind, part, paid, quotient(paid, whole)))
    return table("costs", ["period", "kind", "part", "money", "cost_share"], records)


def index_record(
    label: str, months: int, costs: Mapping[str, Mapping[str, float]], income: float, expenditure: float
) -> tuple[str | float | None, ...]:
    """One row of the index table: C by kind, I, R, F = (I - C) / R and the margin (I - C) / I."""
    by_kind = [sum(costs.get(kind, {}).values()) for kind in KINDS]
    cost = sum(by_kind)
    index, margin = quotient(income - cost, expenditure), quotient(income - cost, income)
    return (label, months, *by_kind, cost, income, expenditure, index, margin)


def index_figures(record: tuple[str | float | None, ...]) -> Figures:
    """The headline figures that the index table's row of all months holds."""
    row = dict(zip(INDEX_COLUMNS, record, strict=True))
    names = {
        **{kind: f"{kind}_money" for kind in KINDS},
        "cost": "cost_money",
        "income": "income_money",
        "expenditure": "expenditure_money",
        "index": "index",
        "margin": "margin",
    }
    figures: Figures = {}
    for name, column in names.items():
        value = row[column]
        assert not isinstance(value, str)
        figures[name] = value
    return figures


def largest(costs: Mapping[str, Mapping[str, float]]) -> tuple[str, float | None]:
    """The dearest kind of cost, and its share of C."""
    by_kind = {kind: sum(parts.values()) for kind, parts in costs.items()}
    kind = max(by_kind, key=lambda name: by_kind[name], default="")
    return kind, quotient(by_kind.get(kind, 0.0), sum(by_kind.values()))


def quotient(part: float, whole: float) -> float | None:
    """Return part / whole; None where there is nothing to divide by."""
    return part / whole if whole > 0.0 else None
