"""How much of what is paid for is used: GPUs, data, people."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from allocator.plan.units import HOURS_PER_MONTH
from allocator.result.result import ModelResult, Result
from allocator.result.table import Table, table
from allocator.study.diagnose_company import COMPUTE_COLUMNS, DATA_COLUMNS, PEOPLE_COLUMNS, Figures, quotient

if TYPE_CHECKING:
    from allocator.study.diagnose_plan import Period

_SECONDS_A_MONTH = HOURS_PER_MONTH * 3600.0
# FLOP that are priced: a GPU-month of an H100 is about this at a utilisation of 40 %.
PRICED_FLOP = 1e21
# Quantities below this share of their column are the rounding of a solver.
_NOTHING = 1e-9


class ComputeUse:
    """The fleet month by month: what serves, what of it is used, and what a GPU-month costs.

    Models take compute from one pool, so every offer is used as far as the pool is in that month. An offer's cost of
    a GPU-month is all that it costs in the plan, less what its GPUs bring when sold, over all its GPU-months: a bought
    GPU that idles costs money in every month, not in the month it was paid alone.

    Parameters
    ----------
    result : Result
    """

    def __init__(self, result: Result) -> None:
        self.result = result
        self.labels = result.plan.labels
        idle = dict.fromkeys(self.labels, 0.0)
        for row in result.tables["use"]:
            if row["item"] == "idle":
                idle[row["month"]] += row["quantity"]
        delivered = dict.fromkeys(self.labels, 0.0)
        self.gpus: dict[str, dict[str, float]] = {name: {} for name in result.plan.compute}
        self.paid: dict[str, dict[str, float]] = {name: {} for name in result.plan.compute}
        net: dict[str, float] = {}
        for row in result.tables["compute"]:
            name, month = row["item"], row["month"]
            delivered[month] += row["delivered_flop"]
            self.gpus[name][month] = row["quantity"]
            self.paid[name][month] = row["money"]
            net[name] = net.get(name, 0.0) + row["money"] - row["resale"]
        self.used = {
            month: 1.0 - min(1.0, idle[month] / flop) if flop > 0.0 else 0.0 for month, flop in delivered.items()
        }
        self.delivered, self.idle = delivered, idle
        self.gpu_month = {
            # An opening fleet was paid for before the plan: what it is sold for can be more than it costs in it.
            name: quotient(max(0.0, net.get(name, 0.0)), math.fsum(months.values()))
            for name, months in self.gpus.items()
        }

    def table(self, periods: Sequence[Period]) -> Table:
        """One row for every period and offer that serves or costs something in it."""
        records = [
            record
            for period in periods
            for name in self.gpus
            if (record := self._record(name, period.label, self.labels[period.first : period.last])) is not None
        ]
        return table("compute", COMPUTE_COLUMNS, records)

    def _record(self, name: str, label: str, months: Sequence[str]) -> tuple[str | float | None, ...] | None:
        offer = self.result.plan.compute[name]
        served = math.fsum(self.gpus[name].get(month, 0.0) for month in months)
        paid = math.fsum(self.paid[name].get(month, 0.0) for month in months)
        if served <= 0.0 and paid <= 0.0:
            return None
        used = math.fsum(self.gpus[name].get(month, 0.0) * self.used[month] for month in months)
        each = self.gpu_month[name]
        # What never serves in the plan is idle with all its money.
        idle_money = paid if each is None else (served - used) * each
        flop = offer.flop_per_month
        efficiency = flop / (offer.flops * _SECONDS_A_MONTH)
        return (
            label,
            name,
            served,
            used,
            served - used,
            quotient(used, served),
            efficiency,
            served * flop,
            used * flop,
            paid,
            idle_money,
        )

    def figures(self) -> Figures:
        """Utilisation, efficiency and idle cost of the whole fleet over all months, and what FLOP cost.

        Cc = price of FLOP at peak x FLOP used / (utilisation x efficiency), which is how the three make a cost.
        """
        records = [self._record(name, "", self.labels) for name in self.gpus]
        rows = [dict(zip(COMPUTE_COLUMNS, record, strict=True)) for record in records if record is not None]
        delivered = math.fsum(self.delivered.values())
        used = quotient(delivered - math.fsum(self.idle.values()), delivered)
        peak = math.fsum(
            self.result.plan.compute[str(row["item"])].flops * _SECONDS_A_MONTH * float(row["gpu_months"] or 0.0)
            for row in rows
        )
        idle_cost = math.fsum(float(row["idle_money"] or 0.0) for row in rows)
        paid = math.fsum(float(row["money"] or 0.0) for row in rows)
        return {
            "utilisation": used,
            "efficiency": quotient(delivered, peak),
            "idle": None if used is None else 1.0 - used,
            "idle_cost": idle_cost if rows else None,
            "peak_price": quotient(paid, peak / PRICED_FLOP),
            "used_price": quotient(paid, (delivered - math.fsum(self.idle.values())) / PRICED_FLOP),
        }


def data_use(result: Result) -> tuple[Table, Figures]:
    """Items bought and items that some model trains on, by source; what is there already is used first."""
    bought: dict[str, float] = {}
    paid: dict[str, float] = {}
    stocks: dict[str, dict[str, float]] = {}
    for row in result.tables["data"]:
        name = row["item"]
        bought[name] = bought.get(name, 0.0) + row["quantity"]
        stocks.setdefault(name, {})[row["month"]] = row["stock"]
    acquired: dict[str, float] = {}
    for row in result.tables["spend"]:
        if row["category"] == "data":
            paid[row["item"]] = paid.get(row["item"], 0.0) + row["money"]
            if row["line"] != "storage":
                acquired[row["item"]] = acquired.get(row["item"], 0.0) + row["money"]
    records, wasted = [], []
    for name, source in result.plan.data.items():
        most = max(0.0, bought.get(name, 0.0))
        used = max((_trained_on(result, model, name, stocks) for model in result.models), default=0.0)
        held = source.now + most
        used = held if used > held * (1.0 - _NOTHING) else used
        # Of what is bought, that which the opening stock does not already cover.
        needless = max(0.0, most - max(0.0, used - source.now))
        unused = needless / most * acquired.get(name, 0.0) if most > 0.0 else 0.0
        wasted.append(unused)
        closing = stocks[name][result.plan.labels[-1]]
        share, money = quotient(used, held), paid.get(name, 0.0)
        records.append((name, source.unit, source.now, most, closing, used, share, money, unused))
    whole = quotient(math.fsum(wasted), math.fsum(acquired.values()))
    figures: Figures = {"unused": whole, "unused_cost": math.fsum(wasted) if records else None}
    return table("data", DATA_COLUMNS, records), figures


def _trained_on(result: Result, model: ModelResult, name: str, stocks: dict[str, dict[str, float]]) -> float:
    """Items of a source that a model trains on: its part of what was there when training began."""
    plan, planned = result.plan, result.plan.models[model.name]

    def there(source: str) -> float:
        return stocks[source][plan.labels[planned.ready - 1]] if planned.ready else plan.data[source].now

    if any(reference == f"data.{name}.items" for reference in planned.inputs.values()):
        return there(name)
    unit = plan.data[name].unit
    weights = dict.fromkeys(plan.data, 1.0) if planned.data is None else planned.data
    # The inputs of a law over data are named by what it counts: tokens, images, labels, hours.
    if f"{unit}s" not in model.inputs or weights.get(name, 0.0) <= 0.0:
        return 0.0
    at_hand = math.fsum(weight * there(source) for source, weight in weights.items() if plan.data[source].unit == unit)
    share = min(1.0, model.inputs[f"{unit}s"] / at_hand) if at_hand > 0.0 else 0.0
    return share * there(name)


def people_use(result: Result, periods: Sequence[Period]) -> tuple[Table, Figures]:
    """Person-months employed and effective, by period and role."""
    records = []
    for period in periods:
        wanted = set(result.plan.labels[period.first : period.last])
        for name in result.plan.people:
            rows = [row for row in result.tables["people"] if row["item"] == name and row["month"] in wanted]
            employed, effective, hired, paid = (
                math.fsum(row[column] for row in rows) for column in ("quantity", "effective", "hired", "money")
            )
            if employed > 0.0 or paid > 0.0:
                share = quotient(effective, employed)
                records.append((period.label, name, employed, effective, share, hired, paid))
    rows = list(result.tables["people"])
    share = quotient(math.fsum(row["effective"] for row in rows), math.fsum(row["quantity"] for row in rows))
    return table("people", PEOPLE_COLUMNS, records), {"effective": share}
