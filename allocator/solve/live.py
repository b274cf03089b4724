"""A continuous program kept live: both passes stay in HiGHS, and only what changed is handed on.

The rounds, the cuts, the bound and every check are those of a solve from scratch; what is
kept from plan to plan are bases and tangents, neither of which can make a wrong answer.
"""

from __future__ import annotations

from math import inf

import numpy as np

from allocator.errors import CertificateError, SolverError
from allocator.formulate.curves import FloatArray, IntArray
from allocator.solve.adapter import Answer, AnswerStatus
from allocator.solve.cheapest import FLOOR_GIVE, cheapen
from allocator.solve.choose import Choice, choose
from allocator.solve.cuts import Cuts, as_rows, initial_cuts, no_cuts
from allocator.solve.diff import Difference
from allocator.solve.engine import FirstPass, Task, finish
from allocator.solve.incumbent import Incumbent
from allocator.solve.live_highs import LiveHighs
from allocator.solve.master import Clock, Effort, Master
from allocator.solve.options import Options
from allocator.solve.outer import Refined, refine
from allocator.solve.scaling import ScaledProgram
from allocator.solve.solution import Attempt, Solution

# A warm solve stops at this share of the gap asked for; with what the second pass gives away
# the plan is then still within the gap.
_WARM_SHARE = 0.7
# Cuts kept, as a multiple of those after the first solve. On a 10 x 10 grid twice as many and
# four times as many took the same time; without a limit each solve drags all earlier ones along.
_MOST_CUTS = 4
# A cut within this of the point is in use.
_TIGHT = 1e-7

_ENDED = (AnswerStatus.OPTIMAL, AnswerStatus.INFEASIBLE, AnswerStatus.UNBOUNDED)


class LiveMaster(Master):
    """A master whose program changes, and which remembers when each cut was last in use."""

    solver: LiveHighs

    def __init__(self, scaled: ScaledProgram, solver: LiveHighs, cuts: Cuts, effort: Effort) -> None:
        self._used = np.zeros(len(cuts), dtype=np.int64)
        self._solves = 0
        super().__init__(scaled, solver, cuts, effort)

    def add(self, cuts: Cuts) -> None:
        """Add tangents, which count as in use."""
        super().add(cuts)
        self._used = np.concatenate([self._used, np.full(len(cuts), self._solves)])

    def change(self, scaled: ScaledProgram, difference: Difference, cost: FloatArray) -> None:
        """Take the numbers of a program of the same structure, and maximise `cost`."""
        self.solver.change(scaled, difference, cost)
        self.scaled, self.lower, self.upper = scaled, scaled.col_lower, scaled.col_upper

    def solve(
        self, *, whole: bool = False, gap: float = 0.0, time_limit: float | None = None, start: FloatArray | None = None
    ) -> Answer:
        """Solve; see `Master.solve`."""
        answer = super().solve(whole=whole, gap=gap, time_limit=time_limit, start=start)
        self._solves += 1
        if answer.x is not None:
            activity = self._rows.activity(answer.x)
            slack = np.minimum(np.abs(activity - self._rows.lower), np.abs(self._rows.upper - activity))
            self._used[slack <= _TIGHT] = self._solves
        return answer

    def forget(self, most: int) -> None:
        """Where there are more than `most` cuts, keep the half of that number used last."""
        if len(self.cuts) <= most:
            return
        newest = np.argsort(-self._used, kind="stable")[: most // 2]
        keep = np.sort(newest)
        self.solver.keep_cuts(keep)
        self.cuts = _take(self.cuts, keep)
        self._used = self._used[keep]
        self._rows = as_rows(self.scaled.curves, self.cuts)


class LiveProgram:
    """One continuous program, solved again and again while its numbers change.

    Parameters
    ----------
    scaled : ScaledProgram
    options : Options
        `rides` must hold for the two.
    """

    def __init__(self, scaled: ScaledProgram, options: Options) -> None:
        self.scaled = scaled
        self._options = options
        self._choice: Choice = choose(scaled, options.solver)
        self._first: LiveMaster | None = None
        self._second: LiveMaster | None = None
        self._new_cuts: list[Cuts] = []
        self._most_cuts = 0

    @staticmethod
    def rides(scaled: ScaledProgram, options: Options) -> bool:
        """Whether a program is continuous and solved with cuts in HiGHS, and so can be kept live."""
        return not scaled.whole and choose(scaled, options.solver).name == "highs"

    def change(self, scaled: ScaledProgram, difference: Difference) -> None:
        """Make the program into `scaled`, which differs from it by `difference`.

        Raises
        ------
        SolverError
            When HiGHS refuses a change; the next solve then starts from scratch.
        """
        self.scaled = scaled
        try:
            if self._first is not None:
                self._first.change(scaled, difference, scaled.cost)
            if self._second is not None:
                self._second.change(scaled, difference, -scaled.outflow)
        except SolverError:
            self._drop()
            raise

    def solve(self) -> Solution:
        """Solve and certify, from the last basis and cuts where there are any.

        A warm solve that fails, or stops short of the gap, is followed by one from scratch;
        `Solution.solver.attempts` has both.

        Raises
        ------
        SolverError, CertificateError
            As `allocator.solve.engine.solve`, once starting from scratch did not help.
        """
        clock, effort = Clock(self._options.time_limit), Effort()
        attempts: list[Attempt] = []
        refined = self._try_warm(clock, effort, attempts) if self._first is not None else None
        if refined is None:
            self._drop()
            refined = self._from_scratch(clock, effort, attempts)
        assert self._first is not None  # both ways leave it
        solver = self._first.solver
        first = FirstPass(refined, "exact", solver.name, solver.version, self._first, tuple(attempts))
        return finish(Task(self.scaled, self._options, self._choice, clock, effort), first, self._cheapest)

    def _try_warm(self, clock: Clock, effort: Effort, attempts: list[Attempt]) -> Refined | None:
        """The first pass from the last basis; None where it has to be made from scratch."""
        assert self._first is not None  # only then is it tried
        began = clock.elapsed
        self._first.effort = effort
        try:
            for master in (self._first, self._second):
                if master is not None:
                    master.forget(self._most_cuts)
            known = len(self._first.cuts)
            gap = self._options.asked_gap(False) * _WARM_SHARE
            refined = refine(self._first, gap=gap, clock=clock, extra_rounds=0)
        except SolverError as error:
            message = "; ".join(error.findings) if isinstance(error, CertificateError) else str(error)
            attempts.append(Attempt("highs, warm", "failed", clock.elapsed - began, message))
            return None
        attempts.append(Attempt("highs, warm", str(refined.status), clock.elapsed - began, refined.message))
        if refined.status in _ENDED or refined.out_of_time or refined.interrupted:
            found = np.arange(known, len(self._first.cuts))
            self._new_cuts.append(_take(self._first.cuts, found))
            return refined
        return None

    def _from_scratch(self, clock: Clock, effort: Effort, attempts: list[Attempt]) -> Refined:
        began = clock.elapsed
        cuts = initial_cuts(self.scaled.curves)
        self._first = LiveMaster(self.scaled, LiveHighs(self._options.threads), cuts, effort)
        refined = refine(self._first, gap=self._options.asked_gap(False), clock=clock)
        attempts.append(Attempt("highs", str(refined.status), clock.elapsed - began, refined.message))
        self._most_cuts = _MOST_CUTS * len(self._first.cuts)
        return refined

    def _cheapest(self, _: Master, first: Incumbent, clock: Clock) -> tuple[Incumbent | None, str]:
        """The second pass in its own HiGHS; one that fails warm is made once more from scratch."""
        floor = first.objective - FLOOR_GIVE
        said = ""
        if self._second is not None:
            try:
                plan, message = self._cheapest_warm(self._second, floor, clock)
            except SolverError as error:
                plan, message = None, str(error)
            if plan is not None or clock.over:
                return plan, message
            said = f" from scratch, after a warm one: {message}"
        self._second = None
        second = self._new_second(floor)
        plan, message = cheapen(second, floor, clock)
        self._second = second
        return plan, message + said

    def _cheapest_warm(self, second: LiveMaster, floor: float, clock: Clock) -> tuple[Incumbent | None, str]:
        assert self._first is not None  # the first pass was made
        second.effort = self._first.effort
        for cuts in self._new_cuts:
            second.add(cuts)
        self._new_cuts = []
        second.solver.change_own_row(self.scaled.cost, floor, inf)
        return cheapen(second, floor, clock)

    def _new_second(self, floor: float) -> LiveMaster:
        assert self._first is not None  # the first pass was made
        solver = LiveHighs(self._options.threads)
        second = LiveMaster(self.scaled, solver, no_cuts(), self._first.effort)
        solver.add_row(self.scaled.cost, floor, inf)
        second.add(self._first.cuts)
        solver.set_cost(-self.scaled.outflow)
        solver.start_like(self._first.solver)
        self._new_cuts = []
        return second

    def _drop(self) -> None:
        self._first = self._second = None
        self._new_cuts = []


def _take(cuts: Cuts, which: IntArray) -> Cuts:
    return Cuts(cuts.curve[which], cuts.point[which], cuts.slope[which], cuts.intercept[which])
