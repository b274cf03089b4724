"""What a part of a program writes on: columns, rows and flows of money, without the plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from allocator.formulate.curves import FloatArray, IntArray
from allocator.formulate.pieces import pick
from allocator.formulate.program import ProgramBuilder

# What money is spent on; net burn counts all but funding.
CATEGORIES = ("compute", "data", "people", "marketing", "costs", "funding")


@dataclass(frozen=True, eq=False)
class Flow:
    """Money that follows from columns: `coefficients[i] * x[columns[i]]` in month `months[i]`.

    `months` are 0-based positions. `burn` is whether net burn counts it: spending raises it,
    money received lowers it.
    """

    category: str
    item: str
    line: str
    months: IntArray
    columns: IntArray
    coefficients: FloatArray
    burn: bool = True


@dataclass(frozen=True, eq=False)
class FixedFlow:
    """Money that no decision changes, shape (T,)."""

    category: str
    item: str
    line: str
    amounts: FloatArray
    burn: bool = True


def joined(flows: Sequence[Flow]) -> tuple[IntArray, IntArray, FloatArray]:
    """Months, columns and coefficients of some flows, one after the other."""
    return (
        np.concatenate([flow.months for flow in flows]),
        np.concatenate([flow.columns for flow in flows]),
        np.concatenate([flow.coefficients for flow in flows]),
    )


@dataclass(frozen=True)
class Calendar:
    """What every part may know of ``[plan]``.

    Attributes
    ----------
    months : int
    labels : tuple of str
        The calendar months.
    currency : str
    whole_months : int
        Units are whole in the months 1..whole_months.
    """

    months: int
    labels: tuple[str, ...]
    currency: str
    whole_months: int


class Site:
    """Where one part writes: the program under construction, without the plan.

    Parameters
    ----------
    calendar : Calendar
    reference : dict of str to float
        Typical magnitudes by name, which scale the program.
    builder : ProgramBuilder
        Where columns, rows and curves go.
    earlier : mapping of str to ndarray
        Columns of the parts before, by family.

    Attributes
    ----------
    own : dict of str to float
        The same magnitudes as this plan alone would have them.
    spending, fixed : list
        Money paid; the cash part turns it into rows.
    received, received_fixed : list
        Money that comes in. Only what is marked so lowers net burn: revenue does, and nothing else.
    columns : dict of str to ndarray
        Columns by family.
    read_columns, read_scales : list
        What was asked of earlier parts: besides its arguments, that is all a part depends on.
    """

    def __init__(
        self,
        calendar: Calendar,
        reference: dict[str, float],
        builder: ProgramBuilder,
        earlier: Mapping[str, IntArray],
    ) -> None:
        self.calendar = calendar
        self.reference = reference
        self.builder = builder
        self.own: dict[str, float] = {}
        self.spending: list[Flow] = []
        self.fixed: list[FixedFlow] = []
        self.received: list[Flow] = []
        self.received_fixed: list[FixedFlow] = []
        self.columns: dict[str, IntArray] = {}
        self.read_columns: list[tuple[str, IntArray]] = []
        self.read_scales: list[tuple[int, FloatArray]] = []
        self._earlier = earlier
        self._first_column = builder.n_cols

    def leave(self) -> None:
        """Let go of the program: what was written outlives it, and must not keep it alive."""
        del self.builder, self._earlier, self.reference

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
        return self.calendar.months

    @property
    def labels(self) -> tuple[str, ...]:
        return self.calendar.labels

    @property
    def currency(self) -> str:
        return self.calendar.currency

    def whole(self, last: int | None = None) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Which of the months 1..last (default all) must be whole, shape (last,)."""
        return np.arange(1, (self.months if last is None else last) + 1) <= self.calendar.whole_months

    def column(self, name: str) -> IntArray:
        """The columns of a family, this part's or an earlier one's."""
        if name in self.columns:
            return self.columns[name]
        found = self._earlier[name]
        self.read_columns.append((name, found))
        return found

    def scale_of(self, columns: IntArray) -> FloatArray:
        """Typical magnitudes of `columns`."""
        families = self.builder.scales_of(columns)
        self.read_scales += [family for family in families if family[0] < self._first_column]
        return pick(families, columns)

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
        self.spending.append(_flow(category, item, line, columns, coefficients, months, burn))

    def receive(
        self,
        category: str,
        item: str,
        line: str,
        columns: ArrayLike,
        coefficients: ArrayLike,
        *,
        months: ArrayLike | None = None,
        burn: bool = False,
    ) -> None:
        """Say that `columns` bring `coefficients` each, in `months`; `burn` where that is revenue."""
        self.received.append(_flow(category, item, line, columns, coefficients, months, burn))

    def receive_fixed(self, category: str, item: str, line: str, amounts: ArrayLike, *, burn: bool = False) -> None:
        """Say that `amounts` (shape (T,)) come in whatever is decided."""
        self.received_fixed.append(FixedFlow(category, item, line, np.asarray(amounts, float), burn))

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


def _flow(
    category: str,
    item: str,
    line: str,
    columns: ArrayLike,
    coefficients: ArrayLike,
    months: ArrayLike | None,
    burn: bool,
) -> Flow:
    index, amounts = np.asarray(columns, np.int64), np.asarray(coefficients, float)
    if index.shape != amounts.shape:
        index, amounts = np.broadcast_arrays(index, amounts)
    when = np.arange(len(index)) if months is None else np.asarray(months, np.int64)
    if when.shape != index.shape:
        when = np.broadcast_to(when, index.shape)
    return Flow(category, item, line, when, index, amounts, burn)


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
