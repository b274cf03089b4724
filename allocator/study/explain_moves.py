"""What can be moved to ask what it is worth: a rule in all its months or in one, an amount of cash, a month of runway.

A move takes an amount in the rule's own unit and gives the program next to the plan's; more is always more of the
number that stands in the rule, whether that helps or not.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Protocol

import numpy as np

from allocator.errors import PlanError
from allocator.formulate.blocks import Block
from allocator.formulate.build import Formulation, formulate
from allocator.formulate.curves import FloatArray, IntArray
from allocator.formulate.program import Program
from allocator.quality import Law
from allocator.result.prices import MONEY_ROWS
from allocator.solve.neighbours import held
from allocator.solve.solution import Solution

RUNWAY = "runway.months"
# Of a month of runway: the step over which its rows are taken to be straight.
_STEP = 1e-3
_NONE = np.empty(0, np.int64)


class Move(Protocol):
    """One thing that can be moved.

    Attributes
    ----------
    rule, month, unit : str
        Name of the rule (``cash`` for money), its month (empty for all of them) and the unit of amounts.
    scale : float
        A typical amount.
    tied : bool
        Whether the rule holds from both sides, so that more of it may help at first and harm later.
    """

    @property
    def rule(self) -> str: ...
    @property
    def month(self) -> str: ...
    @property
    def unit(self) -> str: ...
    @property
    def scale(self) -> float: ...
    @property
    def tied(self) -> bool: ...

    def at(self, amount: float) -> Program | None:
        """The program with the rule moved by `amount`; None where a plan cannot say that."""

    def price(self, solution: Solution, amount: float, side: int) -> float:
        """Change of the objective for one unit more at the solution of `at(amount)`, going on to `side`, 1 or -1."""


@dataclass(frozen=True, eq=False)
class BoundMove:
    """Right-hand sides of rows and bounds of columns that move together.

    Attributes
    ----------
    program : Program
        Continuous; whole units are held.
    row_lower, row_upper, column_lower, column_upper : ndarray of int
        Which bounds move.
    in_rows : callable
        Amount in the rule's unit to amount in the rows' unit; the same by default.
    """

    program: Program
    rule: str
    month: str
    unit: str
    scale: float
    row_lower: IntArray = field(default_factory=lambda: _NONE)
    row_upper: IntArray = field(default_factory=lambda: _NONE)
    column_lower: IntArray = field(default_factory=lambda: _NONE)
    column_upper: IntArray = field(default_factory=lambda: _NONE)
    in_rows: Callable[[float], float] | None = None

    @property
    def tied(self) -> bool:
        """Whether some row of a user's rule is an equality. More cash can always lie idle."""
        return self.rule != "cash" and bool(len(np.intersect1d(self.row_lower, self.row_upper)))

    def at(self, amount: float) -> Program | None:
        """The program with the bounds moved; None where a lower one would pass an upper one."""
        by = amount if self.in_rows is None else self.in_rows(amount)
        if amount == 0.0:
            return self.program
        if not np.isfinite(by):
            return None
        program = replace(
            self.program,
            row_lower=_moved(self.program.row_lower, self.row_lower, by),
            row_upper=_moved(self.program.row_upper, self.row_upper, by),
            col_lower=_moved(self.program.col_lower, self.column_lower, by),
            col_upper=_moved(self.program.col_upper, self.column_upper, by),
        )
        crossed = (program.row_lower > program.row_upper).any() or (program.col_lower > program.col_upper).any()
        return None if crossed else program

    def price(self, solution: Solution, amount: float, side: int) -> float:  # noqa: ARG002  (no matter which side)
        """Multipliers of what moves, added up."""
        assert solution.duals is not None  # continuous programs have them
        assert solution.reduced_costs is not None
        rows = np.union1d(self.row_lower, self.row_upper)
        costs = solution.reduced_costs
        # A reduced cost is the price of the bound that the column stands at.
        total = float(solution.duals[rows].sum())
        total += float(np.minimum(costs[self.column_lower], 0.0).sum())
        total += float(np.maximum(costs[self.column_upper], 0.0).sum())
        if self.in_rows is None:
            return total
        step = 1e-6 * self.scale
        return total * (self.in_rows(amount + step) - self.in_rows(amount - step)) / (2.0 * step)


@dataclass(frozen=True, eq=False)
class RunwayMove:
    """Months of runway, the same number more in every month: they are coefficients, so the plan is written again."""

    formulation: Formulation
    x: FloatArray
    rule: str = RUNWAY
    month: str = ""
    unit: str = "month"
    scale: float = 1.0
    tied: bool = False

    def at(self, amount: float) -> Program | None:
        """The program of the plan with so many months more; None where that is fewer than none."""
        if amount == 0.0:
            return held(self.formulation.program, self.x)
        plan = self.formulation.plan
        assert plan.runway is not None  # only such plans have the rule
        try:
            changed = plan.changed({RUNWAY: [months + amount for months in plan.runway.months]})
        except PlanError:
            return None
        program = formulate(changed, reference=self.formulation.program.reference, like=self.formulation).program
        return held(program, self.x)

    def price(self, solution: Solution, amount: float, side: int) -> float:
        """What the months' coefficients and right-hand sides ask for, at the rows' multipliers."""
        assert solution.duals is not None  # continuous programs have them
        assert solution.x is not None
        here, there = self.at(amount), self.at(amount + side * _STEP)
        if here is None or there is None:
            return float("nan")
        asked = (there.matrix - here.matrix) @ solution.x - _change(here.row_lower, there.row_lower)
        return -float(solution.duals @ asked) / (side * _STEP)


def rule_moves(formulation: Formulation, x: FloatArray, names: Iterable[str]) -> list[Move]:
    """A move for each of the rules, in all its months at once; of cash, in the first month.

    Parameters
    ----------
    formulation : Formulation
    x : ndarray
        The plan: its whole units are held.
    names : iterable of str
        As in the price table.
    """
    program = held(formulation.program, x)
    return [_rule(formulation, program, x, name) for name in dict.fromkeys(names)]


def _rule(formulation: Formulation, program: Program, x: FloatArray, name: str) -> Move:
    if name == RUNWAY:
        return RunwayMove(formulation, x)
    original = formulation.program
    if name == "cash":
        block = original.row(MONEY_ROWS[0])
        return _rows(program, "cash", block.labels[0], block, block.index[:1])
    parts = [_rows(program, name, "", block, block.index) for block in original.rows if block.group == name]
    parts += [
        _columns(program, original, name, "", group.columns, group.lower, group.upper)
        for group in original.bound_groups
        if group.name == name
    ]
    move = parts[0] if len(parts) == 1 else _together(parts)
    target = _target(formulation, name)
    return move if target is None else _in_metric(move, *target)


def month_moves(formulation: Formulation, x: FloatArray, prices: Iterable[tuple[str, str, str]]) -> list[Move]:
    """A move for each row of a price table.

    Parameters
    ----------
    formulation : Formulation
    x : ndarray
    prices : iterable of (rule, month, sentence)
        As the price table has them, in its order.
    """
    program, original = held(formulation.program, x), formulation.program
    found: dict[tuple[str, str, str], list[BoundMove]] = {}
    for block in original.rows:
        if not block.group and block.name not in MONEY_ROWS:
            continue
        name = block.group or "cash"
        for label, row in zip(block.labels, block.index, strict=True):
            found.setdefault((name, label, block.sentence), []).append(
                _rows(program, name, label, block, np.array([row]))
            )
    starts = [block.start for block in original.columns]
    for group in original.bound_groups:
        for place, column in enumerate(group.columns.tolist()):
            block = original.columns[bisect_right(starts, column) - 1]
            label, one = block.labels[column - block.start], np.array([column])
            low, high = group.lower[place : place + 1], group.upper[place : place + 1]
            found.setdefault((group.name, label, group.sentence), []).append(
                _columns(program, original, group.name, label, one, low, high)
            )
    # Rows that say the same of the same month stand in the order of the table.
    moves: list[Move] = []
    for key in prices:
        move = found[key].pop(0) if len(found[key]) > 1 else found[key][0]
        target = _target(formulation, move.rule)
        moves.append(move if target is None else _in_metric(move, *target))
    return moves


def _rows(program: Program, name: str, month: str, block: Block, rows: IntArray) -> BoundMove:
    return BoundMove(
        program,
        name,
        month,
        block.unit,
        float(np.max(program.row_scale[rows])),
        row_lower=rows[np.isfinite(program.row_lower[rows])],
        row_upper=rows[np.isfinite(program.row_upper[rows])],
    )


def _columns(
    program: Program, original: Program, name: str, month: str, columns: IntArray, lower: FloatArray, upper: FloatArray
) -> BoundMove:
    """Bounds of columns that a rule sets, which are others without it; not those of whole units, which are held."""
    free = ~original.integer[columns]
    sets_lower = free & (original.col_lower[columns] != lower)
    sets_upper = free & (original.col_upper[columns] != upper)
    starts = [block.start for block in original.columns]
    unit = original.columns[bisect_right(starts, int(columns[0])) - 1].unit
    scale = float(np.max(original.col_scale[columns]))
    return BoundMove(
        program, name, month, unit, scale, column_lower=columns[sets_lower], column_upper=columns[sets_upper]
    )


def _together(parts: list[BoundMove]) -> BoundMove:
    """Several families under one name, moved by the same amount."""
    return replace(
        parts[0],
        row_lower=np.concatenate([part.row_lower for part in parts]),
        row_upper=np.concatenate([part.row_upper for part in parts]),
        column_lower=np.concatenate([part.column_lower for part in parts]),
        column_upper=np.concatenate([part.column_upper for part in parts]),
    )


def _target(formulation: Formulation, name: str) -> tuple[Law, float] | None:
    """Law and value of a model's target, where that is the rule."""
    parts = name.split(".")
    if parts[0] != "models" or parts[-1] != "target":
        return None
    value = formulation.plan.models[parts[1]].target
    return None if value is None else (formulation.models[parts[1]].law, value)


def _in_metric(move: BoundMove, law: Law, value: float) -> BoundMove:
    """A target in the law's own metric: its row has the gain that is worth it."""
    least = float(law.gain_of_metric(value))

    def in_rows(amount: float) -> float:
        with np.errstate(all="ignore"):
            return float(law.gain_of_metric(value + amount)) - least

    return replace(move, unit=law.metric, scale=abs(value) / 10.0, in_rows=in_rows)


def _moved(values: FloatArray, where: IntArray, by: float) -> FloatArray:
    if len(where) == 0:
        # Arrays that are the same need not be compared.
        return values
    moved = values.copy()
    moved[where] += by
    return moved


def _change(before: FloatArray, after: FloatArray) -> FloatArray:
    """Difference of two arrays of bounds, nothing where both are infinite."""
    return np.subtract(after, before, out=np.zeros_like(before), where=np.isfinite(before) & np.isfinite(after))
