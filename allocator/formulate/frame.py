"""What the parts of a program share while it is built: months, scales and money flows."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike

from allocator.formulate.curves import FloatArray, IntArray
from allocator.formulate.program import ProgramBuilder
from allocator.plan import Plan

CATEGORIES = ("compute", "data", "people", "costs", "funding")


@dataclass(frozen=True)
class Flow:
    """Money that follows from columns: `coefficients[i] * x[columns[i]]` in month `months[i]`.

    `months` are 0-based positions. `burn` is whether the runway counts it.
    """

    category: str
    item: str
    line: str
    months: IntArray
    columns: IntArray
    coefficients: FloatArray
    burn: bool = True


@dataclass(frozen=True)
class FixedFlow:
    """Money that no decision changes, shape (T,)."""

    category: str
    item: str
    line: str
    amounts: FloatArray
    burn: bool = True


@dataclass
class Frame:
    """One program under construction.

    Attributes
    ----------
    plan : Plan
        The plan, resolved to base units.
    reference : dict of str to float
        Typical magnitudes by name, which scale the program. Those given are kept, so that two
        plans formulated on one reference differ in their arrays only where the plans differ.
    own : dict of str to float
        The same magnitudes as this plan alone would have them.
    builder : ProgramBuilder
        Where columns, rows and curves go.
    spending, fixed : list
        Outflows collected from the parts; the finance part turns them into cash rows.
    resale : list of Flow
        Inflows from sold GPUs; never negative burn.
    """

    plan: Plan
    reference: dict[str, float] = field(default_factory=dict)
    own: dict[str, float] = field(default_factory=dict)
    builder: ProgramBuilder = field(default_factory=ProgramBuilder)
    spending: list[Flow] = field(default_factory=list)
    fixed: list[FixedFlow] = field(default_factory=list)
    resale: list[Flow] = field(default_factory=list)
    columns: dict[str, IntArray] = field(default_factory=dict)

    def typical(self, name: str, magnitude: float) -> float:
        """The magnitude remembered under `name`, or `magnitude`, which is remembered from now on."""
        self.own[name] = float(magnitude)
        return self.reference.setdefault(name, float(magnitude))

    @property
    def money(self) -> float:
        """All inflows known today, in plan units: the typical amount of money."""
        return self.reference["money"]

    @property
    def months(self) -> int:
        return self.plan.plan.months

    @property
    def labels(self) -> tuple[str, ...]:
        return self.plan.labels

    @property
    def currency(self) -> str:
        return self.plan.plan.currency

    def whole(self, last: int | None = None) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Which of the months 1..last (default all) must be whole, shape (last,)."""
        return np.arange(1, (self.months if last is None else last) + 1) <= self.plan.plan.whole

    def pay(
        self,
        category: str,
        item: str,
        line: str,
        columns: ArrayLike,
        coefficients: ArrayLike,
        *,
        months: ArrayLike | None = None,
        burn: bool = True,
    ) -> None:
        """Say that `columns` cost `coefficients` each, in `months` (0-based; default in order)."""
        index, amounts = np.broadcast_arrays(np.asarray(columns, np.int64), np.asarray(coefficients, float))
        when = np.arange(len(index)) if months is None else np.broadcast_to(np.asarray(months, np.int64), index.shape)
        self.spending.append(Flow(category, item, line, when, index, amounts, burn))

    def pay_fixed(self, category: str, item: str, line: str, amounts: ArrayLike, *, burn: bool = True) -> None:
        """Say that `amounts` (shape (T,)) are paid whatever is decided."""
        self.fixed.append(FixedFlow(category, item, line, np.asarray(amounts, float), burn))

    def monthly_columns(
        self,
        name: str,
        *,
        unit: str,
        sentence: str,
        last: int | None = None,
        lower: ArrayLike = 0.0,
        upper: ArrayLike = np.inf,
        scale: ArrayLike = 1.0,
        integer: ArrayLike = False,
    ) -> IntArray:
        """Columns for the months 1..last (default all); remembered under `name`."""
        labels = self.labels if last is None else self.labels[:last]
        index = self.builder.add_columns(
            name, labels, unit=unit, sentence=sentence, lower=lower, upper=upper, scale=scale, integer=integer
        )
        self.columns[name] = index
        return index

    def balance(
        self, name: str, state: IntArray, *, unit: str, sentence: str, right: ArrayLike, scale: float
    ) -> IntArray:
        """Equality rows that define `state` (one a month) with right-hand side `right`."""
        rows = self.builder.add_rows(
            name, self.labels, unit=unit, sentence=sentence, lower=right, upper=right, scale=scale, defines=state
        )
        self.builder.put(rows, state, 1.0)
        return rows


def monthly_rate(yearly: float) -> float:
    """The effective rate of a month: (1 + yearly)^(1/12) - 1.

    >>> round(12 * monthly_rate(0.04), 6)
    0.039285
    """
    return float((1.0 + yearly) ** (1.0 / 12.0) - 1.0)


def leaving_share(attrition: float) -> float:
    """The share of opening heads that leave in a month when `attrition` leave in a year.

    Leaving is growth at minus the attrition, so that of 100 heads exactly
    ``100 * (1 - attrition)`` are left after twelve months.

    >>> round(100 * (1 - leaving_share(0.15)) ** 12, 9)
    85.0
    """
    return -monthly_rate(-attrition)
