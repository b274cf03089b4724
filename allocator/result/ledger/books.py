"""What a replayed ledger holds, and how it is printed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypedDict

from allocator.result.ledger.entries import (
    Entry,
    total,
)

Series = list[float]
SPENDING = ("compute", "data", "people", "marketing", "costs", "funding")


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
    multiplier : float
        By how much research multiplies its compute.
    """

    compute: float
    available_data: dict[str, float]
    research: float
    multiplier: float


@dataclass(frozen=True)
class Ledger:
    """The books of a plan; every list has length T, index t - 1 for month t.

    Attributes
    ----------
    labels : tuple of str
        Calendar months.
    cash, opening, interest : list of float
        Closing cash, opening cash, interest received.
    revenue, funding, resale, partners, treasury : dict of str to list of float
        Money received, by item: from partners less what they take, of money lent what comes back less what is placed.
    paid : tuple of Entry
        The lines of the books that are spending.
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
        FLOP the GPUs deliver in training, and as much of it as training and serving models take.
    serving_flop : dict of str to list of float
        FLOP that models are served with; models that serve nothing are left out.
    stock : dict of str to list of float
        Items held at each close, by source.
    research : list of float
        Research effort, effective person-months; of roles that want GPUs, only of those who have them.
    counted : dict of str to list of float
        Persons who count for research, of roles that want GPUs.
    experiments : dict of str to list of float
        GPUs given to experiments, by offer, where there are any.
    experiments_flop : list of float
        FLOP given to experiments.
    locked : dict of str to list of float
        Money lent and not back at each close, by treasury item.
    scores : dict of str to float
        Share of the full revenue that a model's quality earns, by revenue.
    ideas : list of float
        By how much ideas multiply compute since opening day; empty without ``[research]``.
    models : dict of str to Training
    entries : tuple of Entry
        Every line of the books, with its quantities.
    owed, dilution : dict of str to list of float
        Debt at each close, and the share of the company sold in the month, by item of ``[funding]``.
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
    partners: dict[str, Series]
    treasury: dict[str, Series]
    paid: tuple[Entry, ...]
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
    serving_flop: dict[str, Series]
    stock: dict[str, Series]
    research: Series
    counted: dict[str, Series]
    experiments: dict[str, Series]
    experiments_flop: Series
    locked: dict[str, Series]
    scores: dict[str, float]
    ideas: Series
    models: dict[str, Training]
    entries: tuple[Entry, ...]
    owed: dict[str, Series] = field(default_factory=dict)
    dilution: dict[str, Series] = field(default_factory=dict)
    violations: list[str] = field(default_factory=list)

    @cached_property
    def spend(self) -> dict[str, dict[str, dict[str, Series]]]:
        """Money paid by month, positive: ``spend[category][item][line]``; funding: fees and interest."""
        spend: dict[str, dict[str, dict[str, Series]]] = {category: {} for category in SPENDING}
        for entry in self.paid:
            spend[entry.category].setdefault(entry.item, {})[entry.line] = _turned(entry.money)
        return spend

    @cached_property
    def total_spend(self) -> Series:
        """All that was paid each month."""
        return _turned(self._total(entry.money for entry in self.paid))

    @cached_property
    def total_revenue(self) -> Series:
        """Revenue received each month."""
        return self._total(self.revenue.values())

    @cached_property
    def total_funding(self) -> Series:
        """Money raised each month, less what is repaid of it."""
        return self._total(self.funding.values())

    @cached_property
    def total_resale(self) -> Series:
        """What sold GPUs brought each month."""
        return self._total(self.resale.values())

    @cached_property
    def total_partners(self) -> Series:
        """What partners paid each month, less what they took."""
        return self._total(self.partners.values())

    @cached_property
    def total_treasury(self) -> Series:
        """What came back of money lent each month, with interest, less what was placed."""
        return self._total(self.treasury.values())

    def spent(self, category: str) -> Series:
        """Return what a category of `SPENDING` cost each month."""
        return _turned(self._total(entry.money for entry in self.paid if entry.category == category))

    def _total(self, series: Iterable[Series]) -> Series:
        return total(series, len(self.labels))

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
            "partners": self.total_partners,
            "treasury": self.total_treasury,
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
        held += [("compute", offer, "experiments", "GPU", gpus) for offer, gpus in self.experiments.items()]
        held += [
            ("compute", "", "delivered", "FLOP", self.delivered_flop),
            ("compute", "", "used", "FLOP", self.used_flop),
        ]
        held += [("compute", model, "serving", "FLOP", flop) for model, flop in self.serving_flop.items()]
        held += [("data", source, "stock", self.unit_of(source), stock) for source, stock in self.stock.items()]
        for line, persons in (
            ("heads", self.heads),
            ("effective", self.effective),
            ("arrivals", self.arrivals),
            ("leavers", self.leavers),
            ("counted", self.counted),
        ):
            held += [("people", role, line, "person", values) for role, values in persons.items()]
        held.append(("people", "", "research", "person-month", self.research))
        if self.ideas:
            held.append(("people", "", "ideas", "1", self.ideas))
        return [
            Row(label, category, item, line, values[index], unit, None)
            for index, label in enumerate(self.labels)
            for category, item, line, unit, values in held
        ]

    def unit_of(self, source: str) -> str:
        """Return the unit a source of data is counted in."""
        return next(entry.unit for entry in self.entries if (entry.category, entry.item) == ("data", source))


def _turned(money: Series) -> Series:
    """Money out of the company as a positive number; nothing is 0, never -0."""
    return [-amount + 0.0 for amount in money]
