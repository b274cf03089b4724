"""A program's point, read by name and month in the plan's words; the audit and the tables share what is read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property

import numpy as np

from allocator.formulate.build import Formulation
from allocator.formulate.curves import FloatArray
from allocator.formulate.frame import FixedFlow, Flow, monthly_rate
from allocator.formulate.program import Block
from allocator.result.goal import settled

# Balances end a few bits from zero; nobody wants to read -1.4e-14 GPUs.
ROUNDING = 1e-12


class Reading:
    """What a point of a program says, computed once and only when asked for.

    Parameters
    ----------
    formulation : Formulation
    x : ndarray, shape (n_cols,)
        The point, natural units.
    """

    def __init__(self, formulation: Formulation, x: FloatArray) -> None:
        self.formulation = formulation
        # Where the program chose the capital, the plan that was decided has it.
        self.plan = settled(formulation, x)
        self.months = self.plan.plan.months
        self.x = x
        self._blocks: dict[str, Block] = {block.name: block for block in formulation.program.columns}
        self._exact: FloatArray = np.where(np.abs(x) < ROUNDING * formulation.program.col_scale, 0.0, x)
        # Families of all months are handed out as they lie there.
        self._exact.flags.writeable = False

    def block(self, name: str) -> Block | None:
        """The column family called `name`, None where the program has none."""
        return self._blocks.get(name)

    def monthly(self, name: str) -> FloatArray:
        """Values of a monthly column family, shape (T,), 0 in months it does not have."""
        block = self._blocks.get(name)
        if block is None:
            return np.zeros(self.months)
        exact = self._exact[block.start : block.start + len(block.labels)]
        labels = self.plan.labels
        if len(exact) == self.months and block.labels == labels:
            return exact
        values = np.zeros(self.months)
        first = labels.index(block.labels[0]) if block.labels else 0
        if block.labels == labels[first : first + len(exact)]:
            values[first : first + len(exact)] = exact
        else:
            values[[labels.index(label) for label in block.labels]] = exact
        return values

    @cached_property
    def outflows(self) -> tuple[Flow | FixedFlow, ...]:
        """Every line of spending, in the order of `paid`."""
        return (*self.formulation.spending, *self.formulation.fixed)

    @cached_property
    def paid(self) -> FloatArray:
        """Money of each line of spending by month, shape (len(outflows), T)."""
        fixed = [flow.amounts for flow in self.formulation.fixed]
        moving = _by_month(self.formulation.spending, self.x, self.months)
        return np.concatenate([moving, np.reshape(fixed, (len(fixed), self.months))])

    @cached_property
    def inflows(self) -> tuple[Flow | FixedFlow, ...]:
        """Every line of money that comes in, in the order of `got`."""
        return (*self.formulation.received, *self.formulation.received_fixed)

    @cached_property
    def got(self) -> FloatArray:
        """Money of each line that comes in by month, shape (len(inflows), T)."""
        fixed = [flow.amounts for flow in self.formulation.received_fixed]
        moving = _by_month(self.formulation.received, self.x, self.months)
        return np.concatenate([moving, np.reshape(fixed, (len(fixed), self.months))])

    def received(self, category: str, item: str | None = None, line: str | None = None) -> FloatArray:
        """What comes in of a category, of one item or line of it, month by month, shape (T,)."""
        chosen = [
            place
            for place, flow in enumerate(self.inflows)
            if flow.category == category and item in (None, flow.item) and line in (None, flow.line)
        ]
        return np.asarray(self.got[chosen].sum(axis=0))

    def spent(self, category: str, item: str | None = None, line: str | None = None) -> FloatArray:
        """Spending of a category, of one item or line of it, month by month, shape (T,)."""
        return self._sum(
            flow.category == category and item in (None, flow.item) and line in (None, flow.line)
            for flow in self.outflows
        )

    def resale(self, item: str | None = None) -> FloatArray:
        """What sold GPUs bring month by month, shape (T,)."""
        return self.received("compute", item)

    @cached_property
    def spending(self) -> FloatArray:
        """All that is paid month by month, shape (T,)."""
        return np.asarray(self.paid.sum(axis=0))

    @cached_property
    def revenue(self) -> FloatArray:
        """Revenue received month by month, shape (T,)."""
        return self.received("revenue")

    @cached_property
    def burn(self) -> FloatArray:
        """Net burn: operating spending less revenue, never negative, shape (T,)."""
        lowered = np.asarray(self.got[[place for place, flow in enumerate(self.inflows) if flow.burn]].sum(axis=0))
        return np.asarray(np.maximum(self._sum(flow.burn for flow in self.outflows) - lowered, 0.0))

    @cached_property
    def closing(self) -> FloatArray:
        """Cash at each close, shape (T,)."""
        return self.monthly("cash")

    @cached_property
    def opening(self) -> FloatArray:
        """Cash at the start of each month, shape (T,)."""
        return np.concatenate([[self.plan.plan.cash], self.closing[:-1]])

    @cached_property
    def interest(self) -> FloatArray:
        """Interest received month by month, shape (T,)."""
        return monthly_rate(self.plan.plan.cash_yield) * self.opening

    def _sum(self, chosen: Iterable[bool]) -> FloatArray:
        return np.asarray(self.paid[[place for place, mine in enumerate(chosen) if mine]].sum(axis=0))


def _by_month(flows: Sequence[Flow], x: FloatArray, months: int) -> FloatArray:
    """Money of each flow month by month, shape (len(flows), T)."""
    if not flows:
        return np.zeros((0, months))
    size = len(flows) * months
    firsts = np.repeat(np.arange(0, size, months), [len(flow.months) for flow in flows])
    place = firsts + np.concatenate([flow.months for flow in flows])
    columns = np.concatenate([flow.columns for flow in flows])
    amounts = np.concatenate([flow.coefficients for flow in flows]) * x[columns]
    booked = np.bincount(place, weights=amounts, minlength=size)
    return np.asarray(booked, dtype=float).reshape(len(flows), months)
