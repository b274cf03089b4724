"""A continuous program kept live in HiGHS: only what changed is handed on.

The rounds, the cuts, the bound and every check are those of a solve from scratch; what is
kept from plan to plan are the basis and tangents, neither of which can make a wrong answer.
"""

from __future__ import annotations

import numpy as np

from allocator.errors import CertificateError, SolverError
from allocator.formulate.curves import FloatArray, IntArray
from allocator.solve.adapter import Answer, AnswerStatus
from allocator.solve.choose import Choice, choose, is_large
from allocator.solve.clock import Clock
from allocator.solve.cuts import Cuts, as_rows, initial_cuts
from allocator.solve.diff import Difference
from allocator.solve.engine import FirstPass, Task, finish
from allocator.solve.live_highs import LiveHighs
from allocator.solve.master import Effort, Master
from allocator.solve.options import Options
from allocator.solve.outer import Refined, refine
from allocator.solve.scaling import ScaledProgram
from allocator.solve.solution import Attempt, Solution

# A warm solve stops at this share of the gap asked for; with what the second pass gives away
# the plan is then still within the gap.
_WARM_SHARE = 0.7
# Cuts kept, as a multiple of those after the first solve. On a 32 x 32 grid four times as many took
# 2.8 rounds a point and twelve times as many 1.3, in less time although the program has more rows.
_MOST_CUTS = 12
# A cut within this of the point is in use.
_TIGHT = 1e-7

_KEPT_LIVE = "kept live for re-solves, which start from the last basis"
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

    def change(self, scaled: ScaledProgram, difference: Difference) -> None:
        """Take the numbers of a program of the same structure."""
        if self.sides is not None:
            # What differs does so from the program as it is, not from one tightened for the last plan's sake.
            self.set_bounds(*self.sides)
        self.answer = None
        self.solver.change(scaled, difference)
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
        self.answer = None
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
        chosen = choose(scaled, options.solver)
        self._choice: Choice = chosen if chosen.name == "highs" else Choice("highs", _KEPT_LIVE)
        self._master: LiveMaster | None = None
        self._most_cuts = 0

    @staticmethod
    def rides(scaled: ScaledProgram, options: Options) -> bool:
        """Whether a program is continuous, not large, and not asked of another solver, and so can be kept live.

        Of those that `auto` gives to cones at first, too: re-solves are a warm simplex's.
        """
        return not scaled.whole and options.solver in ("auto", "highs") and not is_large(scaled)

    def change(self, scaled: ScaledProgram, difference: Difference) -> None:
        """Make the program into `scaled`, which differs from it by `difference`.

        Raises
        ------
        SolverError
            When HiGHS refuses a change; the next solve then starts from scratch.
        """
        self.scaled = scaled
        try:
            if self._master is not None:
                self._master.change(scaled, difference)
        except SolverError:
            self._master = None
            raise

    def solve(self, clock: Clock | None = None) -> Solution:
        """Solve and certify, from the last basis and cuts where there are any.

        A warm solve that fails, or stops short of the gap, is followed by one from scratch;
        `Solution.solver.attempts` has both.

        Parameters
        ----------
        clock : Clock, optional
            In place of that of the options.

        Raises
        ------
        SolverError, CertificateError
            As `allocator.solve.engine.solve`, once starting from scratch did not help.
        """
        clock, effort = clock or self._options.solve_clock(), Effort()
        attempts: list[Attempt] = []
        refined = self._try_warm(self._master, clock, effort, attempts) if self._master is not None else None
        if refined is None:
            refined = self._from_scratch(clock, effort, attempts)
        assert self._master is not None  # both ways leave it
        solver = self._master.solver
        first = FirstPass(refined, "exact", solver.name, solver.version, self._master, tuple(attempts))
        return finish(Task(self.scaled, self._options, self._choice, clock, effort), first)

    def _try_warm(self, master: LiveMaster, clock: Clock, effort: Effort, attempts: list[Attempt]) -> Refined | None:
        """The first pass from the last basis; None where it has to be made from scratch."""
        began = clock.elapsed
        master.effort = effort
        try:
            master.forget(self._most_cuts)
            gap = self._options.asked_gap(False) * _WARM_SHARE
            refined = refine(master, gap=gap, clock=clock, extra_rounds=0)
            master.refuse_other_bounds()
        except SolverError as error:
            message = "; ".join(error.findings) if isinstance(error, CertificateError) else str(error)
            attempts.append(Attempt("highs, warm", "failed", clock.elapsed - began, message))
            return None
        attempts.append(Attempt("highs, warm", str(refined.status), clock.elapsed - began, refined.message))
        return refined if refined.status in _ENDED or refined.out_of_time or refined.interrupted else None

    def _from_scratch(self, clock: Clock, effort: Effort, attempts: list[Attempt]) -> Refined:
        began = clock.elapsed
        cuts = initial_cuts(self.scaled.curves)
        self._master = LiveMaster(self.scaled, LiveHighs(self._options.threads), cuts, effort)
        refined = refine(self._master, gap=self._options.asked_gap(False), clock=clock)
        attempts.append(Attempt("highs", str(refined.status), clock.elapsed - began, refined.message))
        self._most_cuts = _MOST_CUTS * len(self._master.cuts)
        return refined


def _take(cuts: Cuts, which: IntArray) -> Cuts:
    return Cuts(cuts.curve[which], cuts.point[which], cuts.slope[which], cuts.intercept[which])
