"""The plan's tables, from the program's own rows at the reported decisions."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

import numpy as np

from allocator.formulate.curves import FloatArray
from allocator.formulate.raising import RAISED
from allocator.result.ledger import Ledger
from allocator.result.reading import ROUNDING, Reading
from allocator.result.table import Table, table

# What the funding table has beside the money raised.
OF_FUNDING = ("repaid", "interest", "fee", "owed", "dilution")


def make_tables(reading: Reading, ledger: Ledger) -> dict[str, Table]:
    """All tables by name: cash, spend, revenue, earning, partners, treasury, funding, compute, use, data, people."""
    return {
        "cash": cash_table(reading, ledger),
        "spend": spend_table(reading),
        "revenue": revenue_table(reading),
        "earning": earning_table(reading, ledger),
        "partners": partners_table(reading),
        "treasury": treasury_table(reading, ledger),
        "funding": funding_table(reading, ledger),
        "compute": compute_table(reading),
        "use": use_table(reading),
        "data": data_table(reading),
        "people": people_table(reading, ledger),
    }


def cash_table(reading: Reading, ledger: Ledger) -> Table:
    """Opening cash, every inflow, spending, closing cash, net burn and runway by month."""
    plan = reading.plan
    money = {
        "opening": reading.opening,
        "interest": reading.interest,
        "revenue": reading.revenue,
        "funding": reading.received("funding"),
        "resale": reading.resale(),
        "partners": reading.received("partners"),
        "treasury": reading.received("treasury"),
        "spend": reading.spending,
        "closing": reading.closing,
        "burn": reading.burn,
    }
    covered = [months if math.isfinite(months) else None for months in ledger.runway_months]
    asked: tuple[float | None, ...] = plan.runway.months if plan.runway is not None else (None,) * reading.months
    columns = (plan.labels, *(amounts.tolist() for amounts in money.values()), covered, asked)
    return table("cash", ["month", *money, "runway_months", "runway_asked"], zip(*columns, strict=True))


def spend_table(reading: Reading) -> Table:
    """One row for every month, item and line that costs something."""
    labels = reading.plan.labels
    lines = [(flow.category, flow.item, flow.line) for flow in reading.outflows]
    paid = reading.paid.T
    months, places = np.nonzero(paid)
    records = [
        (labels[month], *lines[place], amount)
        for month, place, amount in zip(months.tolist(), places.tolist(), paid[months, places].tolist(), strict=True)
    ]
    return table("spend", ["month", "category", "item", "line", "money"], records)


def revenue_table(reading: Reading) -> Table:
    """Revenue received by month, item and line: amount, marketing, model."""
    return table("revenue", ["month", "item", "line", "money"], _received(reading, "revenue"))


def partners_table(reading: Reading) -> Table:
    """What partners pay (above 0) and take (below 0) by month."""
    return table("partners", ["month", "item", "line", "money"], _received(reading, "partners"))


def _received(reading: Reading, category: str) -> Iterable[tuple[str, str, str, float]]:
    """Month, item, line and money of what moves in a category."""
    labels = reading.plan.labels
    return [
        (labels[month], flow.item, flow.line, float(reading.got[place, month]))
        for place, flow in enumerate(reading.inflows)
        if flow.category == category
        for month in np.flatnonzero(reading.got[place])
    ]


def earning_table(reading: Reading, ledger: Ledger) -> Table:
    """User value: for each revenue that a model earns, the share of the full revenue that its quality is worth."""
    plan = reading.plan
    records = []
    for name, share in ledger.scores.items():
        terms = plan.revenue[name].model
        assert terms is not None  # only such have a score
        block = reading.formulation.models[terms.name]
        value = float(block.law.value(block.law.array(block.best_inputs(reading.x))))
        records.append((name, terms.name, block.law.metric, value, share, math.fsum(ledger.revenue[name])))
    return table("earning", ["item", "model", "metric", "value", "earned_share", "money"], records)


def treasury_table(reading: Reading, ledger: Ledger) -> Table:
    """Money lent by month and item: placed, back, interest, and what is lent at the close."""
    records = []
    for name, held in ledger.locked.items():
        lines = [reading.received("treasury", name, line) for line in ("placed", "returned", "interest")]
        for label, placed, back, interest, lent in zip(
            reading.plan.labels, *map(np.ndarray.tolist, lines), held, strict=True
        ):
            records.append((label, name, -placed + 0.0, back, interest, lent))
    return table("treasury", ["month", "item", "placed", "returned", "interest", "lent"], records)


def funding_table(reading: Reading, ledger: Ledger) -> Table:
    """Money raised, repaid, owed and paid for by month and item, and the share of the company that it cost."""
    months = reading.months
    records: list[tuple[str | float, ...]] = []
    for name, terms in reading.plan.funding.items():
        came = sum((reading.received("funding", name, line) for line in RAISED), start=np.zeros(months))
        # Nothing is 0, never -0.
        repaid = came - reading.received("funding", name) + 0.0
        interest = reading.spent("funding", name, "interest")
        fee = reading.spent("funding", name) - interest
        owed = reading.monthly(f"funding.{name}.owed")
        sold = np.asarray(ledger.dilution.get(name, [0.0] * months))
        series = (came, repaid, interest, fee, owed, sold)
        for month in np.flatnonzero(np.any(np.asarray(series) != 0.0, axis=0)).tolist():
            amounts = (float(amount[month]) for amount in series)
            records.append((reading.plan.labels[month], name, terms.kind, float(bool(came[month])), "round", *amounts))
    records.sort(key=lambda record: record[0])
    columns = ["month", "item", "kind", "quantity", "unit", "money", *OF_FUNDING]
    return table("funding", columns, records)


def compute_table(reading: Reading) -> Table:
    """GPUs serving by month and offer, what was ordered and sold, what they deliver and cost."""
    columns: dict[tuple[str, str], tuple[FloatArray, ...]] = {}
    for name, offer in reading.plan.compute.items():
        gpus = reading.monthly(f"compute.{name}.gpus")
        decided = {"rent": "gpus", "reserve": "signed", "buy": "ordered"}[offer.kind]
        columns[name, "GPU"] = (
            gpus,
            reading.spent("compute", name),
            reading.monthly(f"compute.{name}.{decided}"),
            _sold(reading, name),
            reading.resale(name),
            gpus * offer.flop_per_month,
        )
    names = ["month", "item", "quantity", "unit", "money", "ordered", "sold", "resale", "delivered_flop"]
    return table("compute", names, _records(reading, columns))


def _sold(reading: Reading, name: str) -> FloatArray:
    sold = np.zeros(reading.months)
    block = reading.block(f"compute.{name}.sold")
    if block is not None:
        position = {label: month for month, label in enumerate(reading.plan.labels)}
        amounts = reading.x[block.start : block.start + len(block)]
        for entry in np.flatnonzero(amounts):
            sold[position[block.labels[int(entry)].split(" > ")[1]]] += amounts[entry]
    return sold


def use_table(reading: Reading) -> Table:
    """FLOP of training and serving each model, of experiments, and left idle, by month, with their share of the cost.

    Serving reaches another share of peak than training, so that a FLOP of it takes more of a month's cost.
    """
    plan = reading.plan
    used: dict[tuple[str, str], FloatArray] = {}
    taken: dict[tuple[str, str], FloatArray] = {}
    delivered, paid = np.zeros(reading.months), reading.spent("compute")
    for name, offer in plan.compute.items():
        delivered += reading.monthly(f"compute.{name}.gpus") * offer.flop_per_month
    for name, model in plan.models.items():
        used[name, "training"] = taken[name, "training"] = reading.monthly(f"models.{name}.compute")
        served = reading.monthly(f"models.{name}.serving")
        used[name, "serving"] = served
        taken[name, "serving"] = _serving_taken(reading, name, served) / model.serving_utilisation
    experiments = sum(
        (reading.monthly(f"compute.{name}.experiments") * offer.flop_per_month for name, offer in plan.compute.items()),
        start=np.zeros(reading.months),
    )
    used["experiments", "experiments"] = taken["experiments", "experiments"] = experiments
    idle = np.maximum(delivered - sum(taken.values(), start=np.zeros(reading.months)), 0.0)
    # What summing leaves is no idle GPU.
    idle[idle <= ROUNDING * delivered] = 0.0
    used["idle", "idle"] = taken["idle", "idle"] = idle
    there = delivered > 0.0
    price = np.where(there, paid / np.where(there, delivered, 1.0), 0.0)
    records = [
        (label, name, what, amount, "FLOP", cost)
        for (name, what), amounts in used.items()
        for label, amount, cost in zip(plan.labels, amounts.tolist(), (price * taken[name, what]).tolist(), strict=True)
        if amount > 0.0
    ]
    return table("use", ["month", "item", "use", "quantity", "unit", "money"], records)


def _serving_taken(reading: Reading, name: str, served: FloatArray) -> FloatArray:
    """Serving of a model times the share of peak that training reaches where it is served."""
    taken, split = np.zeros(reading.months), False
    for offer, terms in reading.plan.compute.items():
        family = f"models.{name}.serving on {offer}"
        if reading.block(family) is not None:
            split = True
            taken = taken + reading.monthly(family) * terms.utilisation
    if split or not served.any():
        return taken
    # All offers reach the same share where use is not split.
    return served * next(iter(reading.plan.compute.values())).utilisation


def data_table(reading: Reading) -> Table:
    """Items bought and in stock by month and source, and what they cost."""
    columns: dict[tuple[str, str], tuple[FloatArray, ...]] = {
        (name, source.unit): (
            reading.monthly(f"data.{name}.bought"),
            reading.spent("data", name),
            reading.monthly(f"data.{name}.stock"),
        )
        for name, source in reading.plan.data.items()
    }
    return table("data", ["month", "item", "quantity", "unit", "money", "stock"], _records(reading, columns))


def people_table(reading: Reading, ledger: Ledger) -> Table:
    """Heads, hires, effective staff and pay by month and role, who leaves, and what keeping and replacing them costs.

    `leavers` are those who left, `kept` those who would have, `laid_off` those dismissed; `retention` is what was
    paid to keep them, and `replacement` what it would cost to replace one leaver.
    """
    columns: dict[tuple[str, str], tuple[FloatArray, ...]] = {
        (name, "person"): (
            reading.monthly(f"people.{name}.headcount"),
            reading.spent("people", name),
            reading.monthly(f"people.{name}.hired"),
            reading.monthly(f"people.{name}.effective"),
            np.array(ledger.leavers[name]) + 0.0,
            reading.monthly(f"people.{name}.kept"),
            reading.monthly(f"people.{name}.laid-off"),
            reading.spent("people", name, "retention"),
            np.array([role.replacement_cost(pay) for pay in role.salary]),
        )
        for name, role in reading.plan.people.items()
    }
    names = ["month", "item", "quantity", "unit", "money", "hired", "effective"]
    names += ["leavers", "kept", "laid_off", "retention", "replacement"]
    return table("people", names, _records(reading, columns))


def _records(
    reading: Reading, columns: Mapping[tuple[str, str], tuple[FloatArray, ...]]
) -> Iterable[tuple[str | float, ...]]:
    """Rows (month, item, quantity, unit, more) of the columns (quantity, more) of each item and unit."""
    for (name, unit), (quantity, *more) in columns.items():
        series = (quantity.tolist(), *(amounts.tolist() for amounts in more))
        for label, amount, *others in zip(reading.plan.labels, *series, strict=True):
            yield (label, name, amount, unit, *others)
