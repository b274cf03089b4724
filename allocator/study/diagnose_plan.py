"""A company's figures from its solved plan: what its tables say, by year and in all."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from allocator.result.result import Result
from allocator.result.table import table
from allocator.study.diagnose_company import (
    ALL,
    CASH_COLUMNS,
    INDEX_COLUMNS,
    Company,
    Figures,
    costs_table,
    index_figures,
    index_record,
    largest,
    quotient,
)
from allocator.study.diagnose_talent import talent_of
from allocator.study.diagnose_use import ComputeUse, data_use, people_use

Costs = dict[str, dict[str, float]]
# Of the spend table's categories; any that is not here is another cost, under its own name.
_KIND = {"compute": "compute", "data": "data", "people": "people", "costs": "other"}
# Of what rounds and loans cost, interest alone is a cost of running the company; the rest is money moved.
_FINANCING, _INTEREST = "funding", "interest"
# Lines of compute that a falling price no longer reaches.
_COMMITTED = ("purchase", "upfront", "commitment", "tail")
_INCOME = ("revenue", "interest", "resale")


@dataclass(frozen=True)
class Period:
    """Months `first` up to, not including, `last` (0-based), and what they are called."""

    label: str
    first: int
    last: int

    @property
    def months(self) -> int:
        """How many months."""
        return self.last - self.first


def periods_of(labels: tuple[str, ...]) -> list[Period]:
    """The years of a plan that has more than one, counted from its first month, and then all its months."""
    length = len(labels)
    years = [
        Period(f"{labels[first]} to {labels[min(first + 12, length) - 1]}", first, min(first + 12, length))
        for first in range(0, length, 12)
    ]
    return [*(years if length > 12 else []), Period(ALL, 0, length)]


def from_result(result: Result) -> Company:
    """Return the figures of the company whose plan was solved."""
    plan = result.plan
    periods = periods_of(plan.labels)
    costs = [(period.label, _costs(result, period)) for period in periods]
    records = [
        index_record(period.label, period.months, of_period, _income(result, period), _paid(result, period))
        for period, (_, of_period) in zip(periods, costs, strict=True)
    ]
    figures = index_figures(records[-1])
    notes: dict[str, str] = {}
    whole = costs[-1][1]
    cash = [_cash(result, period) for period in periods]
    kind, share = largest(whole)
    notes["largest"], figures["largest"] = kind, share
    figures["burn"] = cash[-1][3] / plan.plan.months
    figures["closing"], figures["runway"] = cash[-1][2], cash[-1][5]
    notes["runway"] = cash[-1][6]
    use = ComputeUse(result)
    figures |= use.figures()
    figures["committed"] = _committed(result)
    data, unused = data_use(result)
    figures |= unused
    people, effective = people_use(result, periods)
    figures |= effective
    talent, leaving = talent_of(result)
    figures |= leaving
    figures |= _sources(result, notes)
    return Company(
        name=plan.plan.name,
        currency=plan.plan.currency,
        months=plan.plan.months,
        status=result.status,
        given=_given(result, whole),
        figures=figures,
        notes=notes,
        tables={
            "costs": costs_table(costs),
            "index": table("index", INDEX_COLUMNS, records),
            "cash": table("cash", CASH_COLUMNS, cash),
            "compute": use.table(periods),
            "data": data,
            "people": people,
            "talent": talent,
        },
    )


def _given(result: Result, costs: Costs) -> frozenset[str]:
    plan = result.plan
    sections = {"compute": plan.compute, "data": plan.data, "people": plan.people, "other": plan.costs}
    return frozenset(kind for kind, items in sections.items() if items) | {
        kind for kind, parts in costs.items() if parts
    }


def _months(result: Result, period: Period) -> frozenset[str]:
    return frozenset(result.plan.labels[period.first : period.last])


def _costs(result: Result, period: Period) -> Costs:
    """Money by kind and part: lines of compute, data and people, items of other costs."""
    wanted = _months(result, period)
    paid: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for row in result.tables["spend"]:
        if row["month"] not in wanted:
            continue
        category = row["category"]
        if category == _FINANCING:
            if row["line"] == _INTEREST:
                paid["other"][f"interest on {row['item']}"].append(row["money"])
            continue
        kind = _KIND.get(category, "other")
        part = row["line"] if kind != "other" else row["item"] if category == "costs" else f"{category} {row['item']}"
        paid[kind][part].append(row["money"])
    return {kind: {part: math.fsum(amounts) for part, amounts in parts.items()} for kind, parts in paid.items()}


def _rows(result: Result, period: Period) -> Iterator[dict[str, float]]:
    wanted = _months(result, period)
    return (row for row in result.tables["cash"] if row["month"] in wanted)


def _income(result: Result, period: Period) -> float:
    """I: revenue received, interest on cash, and what sold GPUs brought; rounds are no income."""
    return math.fsum(row[column] for row in _rows(result, period) for column in _INCOME)


def _paid(result: Result, period: Period) -> float:
    """R: all money paid out, what financing costs included."""
    return math.fsum(row["spend"] for row in _rows(result, period))


def _cash(result: Result, period: Period) -> tuple[Any, ...]:
    """The row of a period: cash at both ends, burn, runway at its close and where it is least."""
    rows = list(_rows(result, period))
    burning = [row for row in rows if row["runway_months"] is not None]
    least = min(burning, key=lambda row: row["runway_months"], default=None)
    return (
        period.label,
        rows[0]["opening"],
        rows[-1]["closing"],
        math.fsum(row["burn"] for row in rows),
        rows[-1]["runway_months"],
        None if least is None else least["runway_months"],
        "" if least is None else least["month"],
        rows[-1]["runway_asked"],
    )


def _committed(result: Result) -> float | None:
    """Share of the money for compute that was bought or contracted, and no longer follows prices."""
    rows = [row for row in result.tables["spend"] if row["category"] == "compute"]
    bound = math.fsum(row["money"] for row in rows if row["line"] in _COMMITTED)
    return quotient(bound, math.fsum(row["money"] for row in rows))


def _sources(result: Result, notes: dict[str, str]) -> Figures:
    """Share of revenue that the largest source brings, and of expenditure that rounds pay."""
    by_item: dict[str, float] = defaultdict(float)
    for row in result.tables["revenue"]:
        by_item[row["item"]] += row["money"]
    name = max(by_item, key=lambda item: by_item[item], default="")
    notes["source"] = name
    cash = list(result.tables["cash"])
    raised, paid = math.fsum(row["funding"] for row in cash), math.fsum(row["spend"] for row in cash)
    return {
        "source": quotient(by_item.get(name, 0.0), sum(by_item.values())),
        "raised": quotient(raised, paid),
    }
