"""How free is the founder? The least and most of everything among plans nearly as good, and plans that differ most."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from allocator.errors import CertificateError, ExitCode, UsageError
from allocator.formulate.build import Formulation
from allocator.formulate.curves import FloatArray, IntArray
from allocator.formulate.frame import CATEGORIES
from allocator.plan import Plan
from allocator.result.certify import certify
from allocator.result.goal import natural
from allocator.result.table import Table, table
from allocator.session import Session
from allocator.solve.nearly import Nearly
from allocator.solve.options import Options
from allocator.solve.solution import Solution, Status
from allocator.study.asked import TIME_UP, not_measured

if TYPE_CHECKING:
    import pandas as pd

Progress = Callable[[int, int], None]
DEFAULT = 0.01
# A range below this share of the quantity is no freedom.
_FIXED = 1e-4
# Of each least and most, in shares of the quantity's typical amount.
_GAP = 1e-4


@dataclass(frozen=True)
class Quantity:
    """Something that plans may take more or less of: a sum of columns of the program."""

    name: str
    unit: str
    columns: IntArray
    typical: float

    def of(self, x: FloatArray) -> float:
        """How much a plan takes."""
        return float(x[self.columns].sum())


@dataclass(frozen=True)
class Alternatives:
    """What is open within a tolerance of the best plan.

    Attributes
    ----------
    plan : Plan
    within : float
        Share of the reducible loss (for other goals of the goal's value) that may be given up.
    value, floor : float
        What the best plan reaches, and what every plan here does: one model's metric, the mean gain of several, or
        the plan's goal.
    measure : str
    ranges : Table
        ``quantity, unit, planned, least, most, free``: `free` is the width over the most; None where there was no time.
    plans : Table
        ``quantity, unit, planned, plan 1, ...``: plans as different as possible.
    reached : tuple of float
        What each of those plans reaches by its laws and the independent ledger.
    solves : int
    missing : tuple of str
        What there was no time for, a sentence each.
    """

    plan: Plan
    within: float
    value: float
    floor: float
    measure: str
    ranges: Table
    plans: Table
    reached: tuple[float, ...]
    solves: int
    missing: tuple[str, ...] = ()

    @property
    def exit_code(self) -> ExitCode:
        """What the command line answers."""
        return ExitCode.STOPPED_EARLY if self.missing else ExitCode.SOLVED

    def frame(self) -> pd.DataFrame:
        """`ranges` as a pandas DataFrame."""
        return self.ranges.frame()


def alternatives(
    plan: Plan,
    *,
    within: float = DEFAULT,
    plans: int = 3,
    options: Options | None = None,
    progress: Progress | None = None,
) -> Alternatives:
    """Find how far plans nearly as good as the best may differ from it.

    Parameters
    ----------
    plan : Plan
    within : float
        Share of the reducible loss that may be given up: 0.01 is one per cent. Of the value, for goals in money.
    plans : int
        How many different plans to give beside the best one.
    options : Options, optional
        Solver, and the time limit of all solves together.
    progress : callable, optional
        Called with the number of solves done and the most there may be.

    Returns
    -------
    Alternatives
        Every plan was certified: its books and its laws say that it is within the tolerance.

    Raises
    ------
    UsageError
        A share that is not above 0 and below 1, or the goal ``runway``.
    InfeasibleError, StoppedError, CertificateError, SolverError
        As `allocator.solve`.
    """
    if not 0.0 < within < 1.0:
        raise UsageError(f"within is {within:g}; it must be a share above 0 and below 1, such as 0.01")
    if plan.objective.goal == "runway":
        raise UsageError(
            "alternatives to the longest runway are not looked for; ask for that runway with goal = quality"
        )
    options = (options or Options()).started()
    reached = Session(plan, options).reached()
    formulation, best = reached.formulation, reached.solution
    certify(formulation, best)
    assert best.objective is not None  # the session solved it
    floor = best.objective - within * (1.0 if plan.objective.goal == "quality" else abs(best.objective))
    search = _Search(formulation, best, floor, options, plans, progress)
    return search.result(plan, within)


class _Search:
    """Questions to one live program, and their certified answers."""

    def __init__(
        self,
        formulation: Formulation,
        best: Solution,
        floor: float,
        options: Options,
        plans: int,
        progress: Progress | None,
    ) -> None:
        self._formulation, self._best, self._floor = formulation, best, floor
        self._options = replace(options, gap=options.gap or _GAP)
        self._nearly = Nearly(formulation.program, floor, self._options)
        self._quantities = quantities_of(formulation)
        self._plans, self._progress = plans, progress
        self._done, self._stopped = 0, False

    def result(self, plan: Plan, within: float) -> Alternatives:
        assert self._best.x is not None
        self._show()
        planned = [quantity.of(self._best.x) for quantity in self._quantities]
        extremes = [self._extremes(quantity, here) for quantity, here in zip(self._quantities, planned, strict=True)]
        records = [
            (quantity.name, quantity.unit, here, *(_range(ends) if ends else (None, None, None)))
            for quantity, here, ends in zip(self._quantities, planned, extremes, strict=True)
        ]
        found = [ends for ends in extremes if ends is not None]
        missing = [not_measured(len(extremes) - len(found), len(extremes), "ranges")]
        # What plans may differ in is known once all ranges are.
        different, reached = self._different(planned, found) if len(found) == len(extremes) else ([], [])
        if self._plans > len(different) and self._stopped:
            missing.append(f"{self._plans - len(different)} of {self._plans} different plans not found: {TIME_UP}")
        columns = ["quantity", "unit", "planned", *(f"plan {number}" for number in range(1, len(different) + 1))]
        rows = [
            (quantity.name, quantity.unit, planned[place], *(amounts[place] for amounts in different))
            for place, quantity in enumerate(self._quantities)
        ]
        assert self._best.objective is not None
        return Alternatives(
            plan,
            within,
            self._value(self._best.objective),
            self._value(self._floor),
            self._measure(),
            table("ranges", ["quantity", "unit", "planned", "least", "most", "free"], records),
            table("plans", columns, rows),
            tuple(reached),
            self._done,
            tuple(sentence for sentence in missing if sentence),
        )

    def _extremes(self, quantity: Quantity, here: float) -> tuple[float, float] | None:
        """The least and most; None where there was no time for both."""
        ends = []
        for sign in (-1.0, 1.0):
            found = self._ask(quantity.columns, np.full(len(quantity.columns), sign / quantity.typical))
            if found is None:
                return None
            ends.append(quantity.of(found[0]))
        # The best plan is one of them, and rounding must not say otherwise.
        return max(min(ends[0], here), 0.0), max(ends[1], here)

    def _different(
        self, planned: list[float], extremes: list[tuple[float, float]]
    ) -> tuple[list[list[float]], list[float]]:
        """Plans that go where those before did not: each quantity away from the middle of what they took of it.

        Hop, skip and jump, with quantities over their ranges: Brill, Chang and Hopkins (1982), "Modeling to generate
        alternatives: the HSJ approach", Management Science 28(3).
        """
        lows, tops = np.array(extremes).T
        widths = tops - lows
        free = np.flatnonzero(widths > _FIXED * np.maximum(tops, 1e-300))
        taken, reached = [np.array(planned)], []
        for _ in range(self._plans if len(free) else 0):
            middle = np.mean([(amounts[free] - lows[free]) / widths[free] for amounts in taken], axis=0) - 0.5
            pulls = -middle / widths[free] / len(free)
            columns = np.concatenate([self._quantities[place].columns for place in free])
            values = np.concatenate(
                [np.full(len(self._quantities[place].columns), pull) for place, pull in zip(free, pulls, strict=True)]
            )
            found = self._ask(columns, values)
            if found is None:
                break
            x, value = found
            amounts = np.array([quantity.of(x) for quantity in self._quantities])
            if any(np.allclose(amounts, other, rtol=1e-3, atol=1e-9) for other in taken):
                break
            taken.append(amounts)
            reached.append(value)
        return [amounts.tolist() for amounts in taken[1:]], reached

    def _ask(self, columns: IntArray, values: FloatArray) -> tuple[FloatArray, float] | None:
        """A certified plan with the most of a sum, and what it reaches by its laws; None where the time is spent."""
        if self._options.over:
            self._stopped = True
            return None
        solution = self._nearly.most(columns, values)
        if solution.status is Status.TIME_LIMIT:
            self._stopped = True
            return None
        self._done += 1
        self._show()
        if solution.x is None:
            raise CertificateError([f"no plan within the tolerance was found ({solution.status}), but the best is one"])
        value = float(self._formulation.program.objective @ solution.x)
        # Its books and its laws have to say so too, against the best plan's bound.
        held = replace(solution, objective=min(value, self._floor), bound=self._best.bound, gap=0.0)
        found = certify(self._formulation, held)
        return found.reading.x, self._value(value)

    def _show(self) -> None:
        if self._progress is not None:
            self._progress(self._done, 2 * len(self._quantities) + self._plans)

    def _measure(self) -> str:
        plan, models = self._formulation.plan, self._formulation.models
        if plan.objective.goal != "quality":
            return plan.objective.goal
        return next(iter(models.values())).law.metric if len(models) == 1 else "mean gain"

    def _value(self, objective: float) -> float:
        plan, models = self._formulation.plan, self._formulation.models
        if plan.objective.goal != "quality":
            return natural(self._formulation, objective)
        if len(models) > 1:
            return objective
        return float(next(iter(models.values())).law.metric_of_gain(objective))


def _range(ends: tuple[float, float]) -> tuple[float, float, float]:
    """Least, most, and the width over the most."""
    low, high = ends
    return low, high, (high - low) / high if high > 0.0 else 0.0


def quantities_of(formulation: Formulation) -> list[Quantity]:
    """Spending by category, and what each offer, source and role gives over the plan."""
    plan, program = formulation.plan, formulation.program
    currency, money = plan.plan.currency, program.reference["money"]
    families = [(f"spend.{category}", f"{category}.spend", currency, money) for category in CATEGORIES]
    families += [(f"compute.{name}.gpus", f"compute.{name}.gpus", "GPU-month", 0.0) for name in plan.compute]
    families += [(f"data.{name}.bought", f"data.{name}.items", source.unit, 0.0) for name, source in plan.data.items()]
    families += [(f"people.{name}.headcount", f"people.{name}.heads", "person-month", 0.0) for name in plan.people]
    found = []
    for family, name, unit, typical in families:
        if not program.has_column(family):
            continue
        columns = program.column(family).index
        size = typical or float(program.col_scale[columns].sum())
        found.append(Quantity(name, unit, columns, size))
    return found
