"""What moves the answer most: a tornado over every number of the plan, and Sobol indices for those asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from allocator.errors import ExitCode, StoppedError, UsageError
from allocator.formulate.curves import FloatArray
from allocator.plan import Plan
from allocator.plan.wrong import did_you_mean
from allocator.result.table import Table, table
from allocator.solve.options import Options
from allocator.study.asked import TIME_UP, Answered, Asked, not_measured
from allocator.study.numbers import Number, numbers_of
from allocator.study.points import Range

if TYPE_CHECKING:
    import pandas as pd

Progress = Callable[[int, int], None]
DEFAULT = 0.1


@dataclass(frozen=True)
class Sensitivity:
    """How much each number of a plan moves its answer.

    Attributes
    ----------
    plan : Plan
    measure : str
        What moves: the one model's metric, the mean gain of several, or the plan's goal.
    value : float
        Of `measure`, at the plan as it is.
    table : Table
        One row a number, those that matter first: ``field, low, high`` (its values), ``at_low, at_high`` (of `measure`;
        None where no plan keeps its rules, and where there was no time), ``swing`` (the larger move), ``reason``.
    solves, rebuilds : int
    missing : tuple of str
        What there was no time for, a sentence each.
    """

    plan: Plan
    measure: str
    value: float
    table: Table
    solves: int
    rebuilds: int
    missing: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.table.records)

    @property
    def exit_code(self) -> ExitCode:
        """What the command line answers."""
        return ExitCode.STOPPED_EARLY if self.missing else ExitCode.SOLVED

    def frame(self) -> pd.DataFrame:
        """The table as a pandas DataFrame."""
        return self.table.frame()


@dataclass(frozen=True)
class Sobol:
    """Shares of the answer's variance, over numbers drawn evenly and independently from their ranges.

    Attributes
    ----------
    plan : Plan
    measure : str
    table : Table
        One row a field, the largest first: ``field, low, high``, ``first`` (share of the variance that the field
        explains alone), ``total`` (with all it takes part in).
    mean, deviation : float
        Of `measure`.
    solves : int
    """

    plan: Plan
    measure: str
    table: Table
    mean: float
    deviation: float
    solves: int


def sensitivity(
    plan: Plan,
    *,
    by: float = DEFAULT,
    fields: Sequence[str] | None = None,
    ranges: Mapping[str, tuple[Any, Any]] | None = None,
    options: Options | None = None,
    progress: Progress | None = None,
) -> Sensitivity:
    """Move every number of a plan down and up, one at a time, and see what that does to the answer.

    Parameters
    ----------
    plan : Plan
    by : float
        Share that each number moves by; whole numbers move by at least one.
    fields : sequence of str, optional
        Only these: paths, or the beginnings of paths (``compute``, ``people.researchers``).
    ranges : mapping of str to (low, high), optional
        Values of a field to use instead.
    options : Options, optional
        Solver, gap, and the time limit of all solves together.
    progress : callable, optional
        Called with the number of fields done and of all.

    Returns
    -------
    Sensitivity

    Raises
    ------
    UsageError
        A share that is not between 0 and 1, or a field that the plan does not have.
    InfeasibleError, PlanError
        The plan itself has no answer.
    StoppedError
        Nor had it one when the time limit passed.
    """
    if not 0.0 < by < 1.0:
        raise UsageError(f"by is {by:g}; it must be a share above 0 and below 1, such as 0.1")
    chosen = _chosen(numbers_of(plan), fields, ranges or {})
    asked = _asked(plan, options)
    base = asked.session.brief()
    measure, value_of = _measure(asked)
    here = value_of(Answered(base.value, base.metrics, base, _NOTHING))
    records: list[tuple[str, str, str, float | None, float | None, float, str]] = []
    unmeasured: list[str] = []
    if progress is not None:
        progress(0, len(chosen))
    for done, (path, low, high) in enumerate(_ends(chosen, by, ranges or {}), start=1):
        reached: list[float | None] = []
        reasons = []
        for value in (low, high):
            answer = None if value is None else asked.ask({path: value})
            if answer is not None and answer.stopped:
                # How far it was from the best would pass for what the number does.
                answer, asked.reason = None, TIME_UP
            reached.append(None if answer is None else value_of(answer))
            if answer is None and value is not None:
                reasons.append(f"{_said(value)}: {asked.reason}")
                unmeasured += [path] if asked.reason == TIME_UP and path not in unmeasured else []
        moves = [abs(each - here) for each in reached if each is not None]
        below, above = reached
        records.append((path, _said(low), _said(high), below, above, max(moves, default=0.0), "; ".join(reasons)))
        if progress is not None:
            progress(done, len(chosen))
    # A number whose change leaves no plan at all matters most; of one that there was no time for nothing is known.
    records.sort(
        key=lambda record: (
            record[0] in unmeasured,
            record[3] is not None and record[4] is not None,
            -record[5],
        )
    )
    columns = ["field", "low", "high", "at_low", "at_high", "swing", "reason"]
    found = table("sensitivity", columns, records)
    left = not_measured(len(unmeasured), len(records), "numbers")
    return Sensitivity(plan, measure, here, found, asked.solves, asked.rebuilds, (left,) if left else ())


_NOTHING: Any = None


def _asked(plan: Plan, options: Options | None) -> Asked:
    """The plan, asked for nothing but its best value: which of equal plans is the cheapest moves no number here."""
    return Asked(plan, replace(options or Options(), second_pass=False))


def _chosen(numbers: list[Number], fields: Sequence[str] | None, ranges: Mapping[str, tuple[Any, Any]]) -> list[Number]:
    known = [number.path for number in numbers]
    if fields is None:
        extra = [path for path in ranges if path not in known]
        return [*numbers, *(Number(path, None, False) for path in extra)]
    chosen: list[Number] = []
    for field in [*fields, *ranges]:
        found = [number for number in numbers if number.path == field or number.path.startswith(f"{field}.")]
        if not found and field in ranges:
            found = [Number(field, None, False)]
        if not found:
            hint = did_you_mean(field, known, "name a field that the plan file gives a number, or a section")
            raise UsageError(f"{field} is no number of the plan; {hint}")
        chosen += [number for number in found if number not in chosen]
    return chosen


def _ends(chosen: Sequence[Number], by: float, ranges: Mapping[str, tuple[Any, Any]]) -> list[tuple[str, Any, Any]]:
    return [
        (number.path, *ranges[number.path])
        if number.path in ranges
        else (number.path, number.moved(1.0 - by), number.moved(1.0 + by))
        for number in chosen
    ]


def _said(value: Any) -> str:
    """A value in few words."""
    if value is None:
        return ""
    if isinstance(value, dict):
        first = value.get("start", next(iter(value.values()), ""))
        return f"{_said(first)} …"
    if isinstance(value, list):
        return f"{_said(value[0])} …" if value else ""
    return f"{value:.6g}" if isinstance(value, int | float) else str(value)


def _measure(asked: Asked) -> tuple[str, Callable[[Answered], float]]:
    """What an answer comes to in one number, and its name."""
    plan = asked.plan
    if plan.objective.goal != "quality":
        return plan.objective.goal, lambda answer: answer.value
    if len(plan.models) > 1:
        return "mean gain", lambda answer: answer.value
    (name,) = plan.models
    law = asked.session.formulation.models[name].law
    return law.metric, lambda answer: answer.metrics[name]


def sobol(
    plan: Plan,
    ranges: Mapping[str, Range],
    *,
    samples: int = 64,
    seed: int = 0,
    options: Options | None = None,
    progress: Progress | None = None,
) -> Sobol:
    """Share the variance of the answer out over several numbers that are uncertain at once.

    Saltelli's design, by SciPy: samples x (fields + 2) solves.

    Parameters
    ----------
    plan : Plan
    ranges : mapping of str to Range
        Each field is drawn evenly from its range, independently of the others.
    samples : int
        A power of two.
    seed : int
    options : Options, optional
        Solver, gap, and the time limit of all solves together.
    progress : callable, optional

    Returns
    -------
    Sobol

    Raises
    ------
    UsageError
        No fields, samples that are no power of two, or points of the ranges without a plan.
    StoppedError
        The time limit passed before all points were solved.
    """
    if not ranges:
        raise UsageError("no ranges are given; name at least one field with its range, plan.cash=4M:6M")
    if samples < 2 or samples & (samples - 1):
        raise UsageError(f"samples is {samples}; it must be a power of two, such as 64")
    from scipy.stats import sobol_indices, uniform

    asked = _asked(plan, options)
    measure, value_of = _measure(asked)
    fields, spans = list(ranges), list(ranges.values())
    total = samples * (len(fields) + 2)
    values: list[float] = []

    def answers(shares: FloatArray) -> FloatArray:
        """Values at points of the unit cube, shape (fields, n) -> (n,)."""
        found = []
        for point in shares.T:
            changes = {field: span.at(float(share)) for field, span, share in zip(fields, spans, point, strict=True)}
            answer = asked.ask(changes)
            if asked.reason == TIME_UP or (answer is not None and answer.stopped):
                raise StoppedError(
                    f"The indices need all {total} solves, and there was time for {len(values)} of them; give "
                    "--time-limit more, or fewer --samples"
                )
            if answer is None:
                said = ", ".join(f"{field} = {value}" for field, value in changes.items())
                raise UsageError(f"no plan at {said}: {asked.reason}; narrow the ranges")
            found.append(value_of(answer))
            values.append(found[-1])
            if progress is not None:
                progress(len(values), total)
        return np.array(found)

    indices = sobol_indices(
        func=answers,
        n=samples,
        dists=[uniform()] * len(fields),
        rng=np.random.default_rng(seed),
    )
    records = sorted(
        (
            (field, span.at(0.0), span.at(1.0), float(first), float(whole))
            for field, span, first, whole in zip(
                fields, spans, np.atleast_1d(indices.first_order), np.atleast_1d(indices.total_order), strict=True
            )
        ),
        key=lambda record: -record[4],
    )
    columns = ["field", "low", "high", "first", "total"]
    return Sobol(
        plan,
        measure,
        table("sobol", columns, list(records)),
        float(np.mean(values)),
        float(np.std(values)),
        asked.solves,
    )
