"""What a change did to the answer; and where it did nothing, why not.

Two certified answers are compared, and the two programs array by array. Each number that differs touches the optimum
through a price and an amount: a rule that does not bind has no price, what is not used has no amount.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from allocator.formulate.blocks import Block
from allocator.formulate.build import Formulation, formulate
from allocator.formulate.curves import FloatArray, IntArray
from allocator.plan import Plan
from allocator.plan.wording import count, money
from allocator.result.binding import worth
from allocator.result.goal import natural, slope_of
from allocator.result.ledger import replay
from allocator.result.result import Result
from allocator.result.table import Table, table
from allocator.solve.diff import Difference, Rebuild, compare
from allocator.solve.scaling import scale
from allocator.solve.solution import Solution

# Less of the money than this is where two solves end, not a change of plan.
SAME_MONEY = 1e-4
# The longest runway is found to a millionth of its months.
_SAME_MONTHS = 1e-4
# Prices below this share of the largest are none, amounts below this share of their scale nothing.
_NOTHING = 1e-7
COLUMNS = ("what", "unit", "before", "after", "change")
MOVED, SAME_VALUE, UNMOVED = "moved", "as good as before", "unmoved"


@dataclass(frozen=True)
class Change:
    """Two answers side by side.

    Attributes
    ----------
    asked : tuple of str
        What was changed, ``compute.h100.price=2.0``.
    verdict : str
        ``moved``, ``as good as before`` (another plan of the same worth), or ``unmoved``.
    table : Table
        ``what, unit, before, after, change``: objective, models, closing cash, and spending that moved.
    reasons : tuple of str
        Where nothing became better or worse: why.
    predicted : float or None
        Change of what is reported that the prices of the plan before promised, where there is one metric.
    happened : float
        Change of what is reported.
    in_place : bool
        Whether the changed plan was solved without building its program anew.
    sentences : tuple of str
    result : Result
        The changed plan's.
    """

    asked: tuple[str, ...]
    verdict: str
    table: Table
    reasons: tuple[str, ...]
    predicted: float | None
    happened: float
    in_place: bool
    sentences: tuple[str, ...]
    result: Result


def compare_answers(
    asked: tuple[str, ...],
    before: tuple[Formulation, Solution, Result],
    changed: Plan,
    after: Result,
    *,
    in_place: bool,
) -> Change:
    """Compare a plan's answer with that of the plan with some values changed.

    Parameters
    ----------
    asked : tuple of str
        What was changed.
    before : tuple
        Formulation, solution and result of the plan.
    changed : Plan
        The formulation's plan with the values changed.
    after : Result
        Of the changed plan.
    in_place : bool
        How the changed plan was solved.
    """
    formulation, solution, first = before
    happened = float(after.objective["value"]) - float(first.objective["value"])
    same = _same(formulation, first, after)
    spent, then = _spending(first), _spending(after)
    moved = sum(abs(then.get(key, 0.0) - spent.get(key, 0.0)) for key in {**spent, **then})
    if first.objective["kind"] != after.objective["kind"] or not same:
        verdict = MOVED
    else:
        verdict = UNMOVED if moved <= SAME_MONEY * max(sum(map(abs, spent.values())), 1e-300) else SAME_VALUE
    predicted, reasons = _first_order(formulation, solution, first, changed)
    shown = _table(first, after, spent, then)
    if verdict == MOVED:
        reasons = ()
    elif not reasons:
        reasons = (_cancels(formulation, first, after),)
    sentences = _sentences(asked, verdict, formulation, happened, predicted, moved, reasons, first)
    return Change(asked, verdict, shown, reasons, predicted, happened, in_place, sentences, after)


def _cancels(formulation: Formulation, first: Result, after: Result) -> str:
    """Why numbers that have a price and are used made nothing better or worse."""
    if first.objective["gain"] != after.objective["gain"] and formulation.program.integer.any():
        return "the two answers differ by less than what was proven of them: a smaller --gap tells more"
    cancels = "what changed has a price and is used, but its effects cancel out"
    if formulation.plan.objective.goal == "profit":
        return f"{cancels}: opening cash and rounds are no profit"
    return cancels


def _same(formulation: Formulation, first: Result, after: Result) -> bool:
    """Whether two certified answers are worth the same, to what was proven of each."""
    gaps = [float(result.objective["gain_bound"]) - float(result.objective["gain"]) for result in (first, after)]
    proven = 1e-9 + sum(max(gap, 0.0) for gap in gaps)
    match first.objective["kind"]:
        case "quality":
            return abs(float(after.objective["gain"]) - float(first.objective["gain"])) <= proven
        case "runway":
            return abs(float(after.objective["value"]) - float(first.objective["value"])) <= _SAME_MONTHS
        case _:
            moved = abs(float(after.objective["value"]) - float(first.objective["value"]))
            return moved <= proven * formulation.program.reference["money"]


def _spending(result: Result) -> dict[tuple[str, str, str], float]:
    totals: dict[tuple[str, str, str], float] = defaultdict(float)
    for row in result.tables["spend"]:
        totals[row["category"], row["item"], row["line"]] += row["money"]
    return dict(totals)


def _table(
    first: Result, after: Result, spent: dict[tuple[str, str, str], float], then: dict[tuple[str, str, str], float]
) -> Table:
    kind = first.objective["kind"]
    is_money = kind in ("capital", "profit")
    records: list[tuple[str, str, float, float]] = []
    if kind != "quality" or len(first.models) > 1:
        values = float(first.objective["value"]), float(after.objective["value"])
        records.append((kind, "money" if is_money else first.objective["unit"], *values))
    metrics = {model.name: model for model in after.models}
    for model in first.models:
        if model.name in metrics:
            records.append((f"models.{model.name}", model.metric, model.value, metrics[model.name].value))
    closing = [result.tables["cash"].column("closing")[-1] for result in (first, after)]
    records.append(("closing cash", "money", closing[0], closing[1]))
    total = max(sum(map(abs, spent.values())), 1e-300)
    lines = [
        (" ".join(("spend", f"{key[0]}.{key[1]}", key[2])), "money", spent.get(key, 0.0), then.get(key, 0.0))
        for key in {**spent, **then}
    ]
    lines = [line for line in lines if abs(line[3] - line[2]) > SAME_MONEY * total]
    lines.sort(key=lambda line: -abs(line[3] - line[2]))
    rows = [(what, unit, old, new, new - old) for what, unit, old, new in (*records, *lines)]
    return table("changes", COLUMNS, rows)


def _first_order(
    formulation: Formulation, solution: Solution, first: Result, changed: Plan
) -> tuple[float | None, tuple[str, ...]]:
    """What the plan's own prices say of the change, and why it may matter to nothing."""
    if solution.duals is None or solution.reduced_costs is None or solution.x is None:
        return None, ("the plan has no prices that could say why",)
    program = formulation.program
    other = formulate(changed, reference=program.reference, like=formulation)
    before = scale(program)
    difference = compare(before, scale(other.program, before))
    if isinstance(difference, Rebuild):
        return None, (f"the two plans are not the same but for numbers: {difference.sentence}",)
    if len(difference) == 0:
        return 0.0, ("the plan holds this value nowhere that a decision depends on",)
    reading = _Reading(formulation, other, solution, difference, first)
    return _promised(formulation, other, float(solution.objective or 0.0), reading.effect()), tuple(
        dict.fromkeys(reading.reasons())
    )


def _promised(before: Formulation, after: Formulation, objective: float, effect: float) -> float | None:
    """Change of what is reported where the objective changes by `effect`; None where that has no one metric."""
    goal = before.plan.objective.goal
    if goal in ("capital", "profit"):
        return natural(after, objective + effect) - natural(before, objective)
    slope = slope_of(before, objective) if goal == "quality" else None
    return None if slope is None else effect * slope


@dataclass(frozen=True)
class _Reading:
    """Where two programs differ, with the prices and amounts of the first one's optimum."""

    before: Formulation
    after: Formulation
    solution: Solution
    difference: Difference
    result: Result

    def effect(self) -> float:
        """Change of the objective to first order: prices times what each change asks at the plan's amounts."""
        old, new, gap = self.before.program, self.after.program, self.difference
        x, duals, costs = self._x, self._duals, self._costs
        rows, columns = gap.coefficient_rows, gap.coefficient_columns
        changed = np.asarray((new.matrix - old.matrix)[rows, columns]).ravel() if len(rows) else np.empty(0)
        total = -float((duals[rows] * changed) @ x[columns])
        total += float(
            duals[gap.rows] @ _active(old.row_lower, old.row_upper, new.row_lower, new.row_upper, duals)[gap.rows]
        )
        total += float(
            costs[gap.columns] @ _active(old.col_lower, old.col_upper, new.col_lower, new.col_upper, costs)[gap.columns]
        )
        return total + float((new.objective - old.objective) @ x)

    def reasons(self) -> Iterator[str]:
        """Why each changed number touches nothing; a number that has a price and an amount is passed over."""
        program = self.before.program
        heavy = _NOTHING * float(np.max(np.abs(self._duals) * program.row_scale, initial=0.0))
        priced = np.abs(self._duals) * program.row_scale > heavy
        other = self.after.program
        moved_upper, moved_lower = program.col_upper != other.col_upper, program.col_lower != other.col_lower
        scaled_costs = self._costs * program.col_scale
        # A reduced cost is the price of the bound that the column stands at, not of the other one.
        held = (moved_upper & (scaled_costs > heavy)) | (moved_lower & (scaled_costs < -heavy))
        there = np.abs(self._x) > _NOTHING * program.col_scale
        difference = self.difference
        families: dict[str, list[bool]] = defaultdict(list)
        blocks = {block.name: block for block in program.columns}
        for row, column in zip(difference.coefficient_rows, difference.coefficient_columns, strict=True):
            if priced[row] or not there[column]:
                families[_block(program.columns, int(column)).name].append(bool(there[column]))
            else:
                yield self._no_price(int(row))
        for name, uses in families.items():
            if not any(uses):
                yield f"{_subject(name)} is not used ({blocks[name].sentence}: none)"
        yield from (self._no_price(int(row)) for row in difference.rows if not priced[row])
        for group in program.bound_groups:
            touched = np.intersect1d(group.columns, difference.columns)
            if len(touched) and not held[touched].any():
                yield self._loose(group.name, touched)

    def _no_price(self, row: int) -> str:
        """A rule without a price, or money without one."""
        program, currency = self.before.program, self.before.plan.plan.currency
        block = _block(program.rows, row)
        if block.group:
            activity = program.matrix[block.index] @ self._x
            slack = np.minimum(
                np.abs(activity - program.row_lower[block.index]), np.abs(program.row_upper[block.index] - activity)
            )
            near = int(np.argmin(slack))
            amount = money(slack[near], currency) if block.unit == currency else f"{count(slack[near])} {block.unit}"
            when = f" in {block.labels[near]}" if block.labels[near] else ""
            return f"{block.group} does not bind: {amount} is left{when} where it is nearest"
        if block.unit == currency:
            ledger = replay(self.result.plan, self.result.decisions)
            floor = self.result.plan.plan.min_cash
            spare = min(cash - max(asked, floor) for cash, asked in zip(ledger.cash, ledger.required, strict=True))
            if spare > SAME_MONEY * program.reference["money"]:
                return f"cash does not bind: {money(spare, currency)} is never needed"
            return f"money has no price where it changed ({block.name}): more or less of it there changes nothing"
        return f"{block.name} has no price: {block.sentence}"

    def _loose(self, name: str, columns: IntArray) -> str:
        program = self.before.program
        block = _block(program.columns, int(columns[0]))
        x = self._x[columns]
        lower, upper = x - program.col_lower[columns], program.col_upper[columns] - x
        moved_upper = program.col_upper[columns] != self.after.program.col_upper[columns]
        slack = np.where(moved_upper, upper, lower)
        near = int(np.argmin(slack))
        amount = float(slack[near])
        is_money = block.unit == self.before.plan.plan.currency
        said = money(amount, block.unit) if is_money else f"{count(amount)} {block.unit}{'' if amount == 1 else 's'}"
        place = int(columns[near]) - block.start
        when = f" in {block.labels[place]}" if 0 <= place < len(block.labels) and block.labels[place] else ""
        if amount <= 1e-6 * program.col_scale[columns[near]]:
            return f"{name} is reached{when}, but it has no price: moving it changes nothing"
        return f"{name} does not bind: {said} are left{when} where it is nearest"

    @property
    def _x(self) -> FloatArray:
        assert self.solution.x is not None
        return self.solution.x

    @property
    def _duals(self) -> FloatArray:
        assert self.solution.duals is not None
        return self.solution.duals

    @property
    def _costs(self) -> FloatArray:
        assert self.solution.reduced_costs is not None
        return self.solution.reduced_costs


def _active(
    lower: FloatArray, upper: FloatArray, new_lower: FloatArray, new_upper: FloatArray, prices: FloatArray
) -> FloatArray:
    """Change of the bound that a price belongs to: the upper one where more would help."""
    old, new = np.where(prices > 0.0, upper, lower), np.where(prices > 0.0, new_upper, new_lower)
    return np.subtract(new, old, out=np.zeros_like(old), where=np.isfinite(old) & np.isfinite(new))


def _block(blocks: tuple[Block, ...], place: int) -> Block:
    return next(block for block in blocks if block.start <= place < block.start + len(block))


def _subject(name: str) -> str:
    """``compute.own`` of ``compute.own.ordered``."""
    return name.rpartition(".")[0] or name


def _sentences(
    asked: tuple[str, ...],
    verdict: str,
    formulation: Formulation,
    happened: float,
    predicted: float | None,
    moved: float,
    reasons: tuple[str, ...],
    first: Result,
) -> tuple[str, ...]:
    what, currency = ", ".join(asked), first.plan.plan.currency
    if verdict == UNMOVED:
        return (f"{what}: nothing moved", *reasons)
    if verdict == SAME_VALUE:
        return (
            f"{what}: as good as before, with another plan: spending differs by {money(moved, currency)}",
            *reasons,
        )
    goal = formulation.plan.objective.goal
    if goal == "runway":
        said = f"the longest runway is {abs(happened):.3g} months {'longer' if happened > 0 else 'shorter'}"
        return (f"{what}: {said}",)
    lines = [f"{what} {worth(happened, formulation)}"]
    if predicted is not None and goal == "quality":
        lines.append(f"the prices of the plan before promised {predicted:+.3g}, and it is {happened:+.3g}")
    elif predicted is not None:
        promised, kept = money(predicted, currency), money(happened, currency)
        lines.append(f"the prices of the plan before promised {promised}, and it is {kept}")
    return tuple(lines)
