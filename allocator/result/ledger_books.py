"""What a replayed ledger holds, and how it is printed."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TypedDict

from allocator.result.ledger_parts import Entry, by_month

Series = list[float]


@dataclass(frozen=True)
class Row:
    """One printed line: `quantity` of `unit` and `money`, positive into the company and negative out of it."""

    month: str
    category: str
    item: str
    line: str
    quantity: float | None
    unit: str
    money: float | None


class Training(TypedDict):
    """What a model was given.

    Attributes
    ----------
    compute : float
        FLOP, over its training months.
    available_data : dict of str to float
        Items by source at the close of the month before training, times the model's weight of the source.
    research : float
        Effective person-months of research done before training.
    """

    compute: float
    available_data: dict[str, float]
    research: float


@dataclass(frozen=True)
class Ledger:
    """The books of a plan; every list has length T, index t - 1 for month t.

    Attributes
    ----------
    labels : tuple of str
        Calendar months.
    cash, opening, interest : list of float
        Closing cash, opening cash, interest received.
    revenue, funding, resale : dict of str to list of float
        Money received, by item.
    spend : dict
        ``spend[category][item][line]``, lists of money paid (positive). Categories: compute, data, people, costs,
        funding (fees).
    total_revenue, total_funding, total_resale, total_spend : list of float
    burn : list of float
        Net burn: spend, without GPU purchases (unless the runway counts them) and fees, less revenue, at least 0.
    required : list of float
        Cash the runway asks at each close; the last month's includes what the end of the plan asks.
    runway_months : list of float
        Months of net burn the closing cash covers; infinite where nothing is burnt.
    closing_burn : float
        Net burn a month that stands for the months after the plan.
    month_more : list of float
        Cash that one month of runway more would ask at each close.
    heads, effective, arrivals, leavers : dict of str to list of float
        Persons by role.
    gpus : dict of str to list of float
        GPUs serving, by offer.
    delivered_flop, used_flop : list of float
        FLOP the GPUs deliver and FLOP given to models.
    stock : dict of str to list of float
        Items held at each close, by source.
    research : list of float
        Research effort, effective person-months.
    models : dict of str to Training
    entries : tuple of Entry
        Every line of the books, with its quantities.
    violations : list of str
        A sentence for each rule broken beyond tolerance.
    """

    labels: tuple[str, ...]
    cash: Series
    opening: Series
    interest: Series
    revenue: dict[str, Series]
    funding: dict[str, Series]
    resale: dict[str, Series]
    spend: dict[str, dict[str, dict[str, Series]]]
    total_revenue: Series
    total_funding: Series
    total_resale: Series
    total_spend: Series
    burn: Series
    required: Series
    runway_months: Series
    closing_burn: float
    month_more: Series
    heads: dict[str, Series]
    effective: dict[str, Series]
    arrivals: dict[str, Series]
    leavers: dict[str, Series]
    gpus: dict[str, Series]
    delivered_flop: Series
    used_flop: Series
    stock: dict[str, Series]
    research: Series
    models: dict[str, Training]
    entries: tuple[Entry, ...]
    violations: list[str] = field(default_factory=list)

    def spent(self, category: str) -> Series:
        """Return what a category (compute, data, people, costs, funding) cost each month."""
        lines = [series for item in self.spend[category].values() for series in item.values()]
        return by_month(len(self.labels), lambda month: math.fsum(series[month - 1] for series in lines))

    def rows(self) -> list[Row]:
        """Return the printed books: in each month opening cash, every movement, closing cash.

        The exact sum (`math.fsum`) of a month's rows before its closing row is the closing row's money, and each
        opening row repeats the closing row before it. Lines in which nothing moves are left out.
        """
        printed = []
        for index, label in enumerate(self.labels):
            printed.append(Row(label, "cash", "", "opening", None, "", self.opening[index]))
            printed += [
                Row(
                    label,
                    entry.category,
                    entry.item,
                    entry.line,
                    entry.quantity[index] if entry.unit else None,
                    entry.unit,
                    entry.money[index],
                )
                for entry in self.entries
                if entry.money[index] or (entry.unit and entry.quantity[index])
            ]
            printed.append(Row(label, "cash", "", "closing", None, "", self.cash[index]))
        return printed

    def cash_table(self) -> list[dict[str, str | float]]:
        """Return one record a month: opening, inflows, spend, closing, burn and what the runway asks."""
        columns = {
            "opening": self.opening,
            "interest": self.interest,
            "revenue": self.total_revenue,
            "funding": self.total_funding,
            "resale": self.total_resale,
            "spend": self.total_spend,
            "closing": self.cash,
            "burn": self.burn,
            "required": self.required,
            "runway_months": self.runway_months,
        }
        return [
            {"month": label} | {name: values[index] for name, values in columns.items()}
            for index, label in enumerate(self.labels)
        ]

    def holdings(self) -> list[Row]:
        """Return what the company holds and does each month, without money: GPUs, persons, items, FLOP, research."""
        held: list[tuple[str, str, str, str, Series]] = []
        held += [("compute", offer, "gpus", "GPU", gpus) for offer, gpus in self.gpus.items()]
        held += [
            ("compute", "", "delivered", "FLOP", self.delivered_flop),
            ("compute", "", "used", "FLOP", self.used_flop),
        ]
        held += [("data", source, "stock", self.unit_of(source), stock) for source, stock in self.stock.items()]
        for line, persons in (
            ("heads", self.heads),
            ("effective", self.effective),
            ("arrivals", self.arrivals),
            ("leavers", self.leavers),
        ):
            held += [("people", role, line, "person", values) for role, values in persons.items()]
        held.append(("people", "", "research", "person-month", self.research))
        return [
            Row(label, category, item, line, values[index], unit, None)
            for index, label in enumerate(self.labels)
            for category, item, line, unit, values in held
        ]

    def unit_of(self, source: str) -> str:
        """Return the unit a source of data is counted in."""
        return next(entry.unit for entry in self.entries if (entry.category, entry.item) == ("data", source))
