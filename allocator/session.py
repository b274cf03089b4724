"""A plan, its program and its answer, kept live while the plan changes; `solve` is a session asked once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from allocator.errors import InfeasibleError, RebuildError, SolverError, StoppedError
from allocator.formulate.build import Formulation, formulate
from allocator.goals import Reached, least_capital, longest_runway
from allocator.horizon import audit_horizon
from allocator.plan import Plan
from allocator.result.brief import Brief, make_brief
from allocator.result.conflict import name_conflict, say_conflict
from allocator.result.make import make_result
from allocator.result.result import HorizonAudit, Result
from allocator.solve.diff import Difference, Rebuild, RebuildReason, compare
from allocator.solve.engine import solve as solve_program
from allocator.solve.live import LiveProgram
from allocator.solve.options import Options
from allocator.solve.scaling import ScaledProgram, scale
from allocator.solve.solution import Solution, Status

if TYPE_CHECKING:
    import cvxpy
    import pulp

    from allocator.solve.conflict import Conflict

# Checks are made in units of scale: a plan this many times larger or smaller than the one that
# set the scales is scaled anew, so that no check becomes laxer than that.
FARTHEST = 10.0
_NOT_LIVE = "solved anew each time: only continuous plans that HiGHS solves with cuts are kept live"


@dataclass(frozen=True)
class UpdateReport:
    """What a changed plan did to the program of a session.

    Attributes
    ----------
    in_place : bool
        Whether the next solve goes on from the last one's basis and tangents.
    changed : dict of str to int
        Entries changed in place, by kind; empty after a rebuild.
    reason : RebuildReason or None
        Why the program was built anew.
    sentence : str
        The same in words; also says why a program is not kept live at all.
    """

    in_place: bool
    changed: Mapping[str, int] = field(default_factory=dict)
    reason: RebuildReason | None = None
    sentence: str = ""


class Session:
    """A plan walked through the rooms: formulated once, solved on request.

    After the first `update`, or from the start with `live`, a continuous program that is solved
    with cuts in HiGHS stays live: each change hands on only what differs, and each solve starts
    from the last one's basis and tangents. What is certified is the same either way.

    Parameters
    ----------
    plan : Plan
    options : Options, optional
        Solver, gap, time limit.
    live : bool
        Keep the program live from the first solve on.
    brief_reasons : bool
        Of a plan that is infeasible name the rules in conflict and no more, and look first at those of the last
        such plan; for many plans much like each other.

    Raises
    ------
    LawError
        When a quality law cannot be used as the plan asks.
    """

    def __init__(
        self, plan: Plan, options: Options | None = None, *, live: bool = False, brief_reasons: bool = False
    ) -> None:
        self.plan = plan
        self.options = options or Options()
        self.formulation: Formulation = formulate(plan)
        self._live: LiveProgram | None = None
        self._brief_reasons = brief_reasons
        self._conflict: tuple[Plan, Conflict] | None = None
        if live:
            self._live = self._new_live(scale(self.formulation.program))

    def update(self, changes: Plan | Mapping[str, Any] | Sequence[str], *, allow_rebuild: bool = True) -> UpdateReport:
        """Take a changed plan.

        Parameters
        ----------
        changes : Plan, or what `Plan.changed` takes
            Another plan, or values of this one to replace: ``{"plan.cash": 90e6}``.
        allow_rebuild : bool
            Whether the program may be built anew where the change does not fit into it.

        Returns
        -------
        UpdateReport

        Raises
        ------
        PlanError, LawError
            When the changed plan cannot be used; the session keeps the last one.
        RebuildError
            When a rebuild is needed and not allowed; the session keeps the last plan.
        """
        plan = changes if isinstance(changes, Plan) else self.plan.changed(changes)
        reference = self.formulation.program.reference
        formulation = formulate(plan, reference=reference, like=self.formulation)
        before = scale(self.formulation.program) if self._live is None else self._live.scaled
        scaled = scale(formulation.program, before)
        name, factor = formulation.farthest()
        difference: Difference | Rebuild
        if factor > FARTHEST:
            said = f"{name} is {factor:.3g} times away from what the program is scaled by"
            difference = Rebuild(RebuildReason.REFERENCE, said)
        else:
            difference = compare(before, scaled)
        if isinstance(difference, Rebuild):
            if not allow_rebuild:
                raise RebuildError(difference.reason, difference.sentence)
            formulation = formulate(plan)
            scaled = scale(formulation.program)
        self.plan, self.formulation = plan, formulation
        if isinstance(difference, Rebuild):
            self._live = self._new_live(scaled)
            return UpdateReport(False, reason=difference.reason, sentence=difference.sentence)
        if self._live is None:
            self._live = self._new_live(scaled)
        else:
            self._live.change(scaled, difference)
        if self._live is None:
            return UpdateReport(False, difference.counts, sentence=_NOT_LIVE)
        return UpdateReport(True, difference.counts)

    def brief(self, *, horizon_audit: bool = False) -> Brief:
        """Solve and certify as `solve` does, without the tables; raises the same."""
        options = self.options.started()
        reached = self._reached(options)
        horizon = _horizon(reached, options) if horizon_audit else None
        return make_brief(reached.formulation, reached.solution, horizon)

    def _new_live(self, scaled: ScaledProgram) -> LiveProgram | None:
        return LiveProgram(scaled, self.options) if LiveProgram.rides(scaled, self.options) else None

    def reached(self) -> Reached:
        """Solve for the plan's goal; some take several solves, of which the session keeps the first's program."""
        return self._reached(self.options.started())

    def _reached(self, options: Options) -> Reached:
        goal = self.plan.objective.goal
        if goal not in ("capital", "runway"):
            return Reached(self.formulation, self._solution(options))
        asked = self.plan

        def solved(plan: Plan) -> tuple[Formulation, Solution]:
            if plan is not self.plan:
                self.update(plan)
            return self.formulation, self._solution(options)

        try:
            return (least_capital if goal == "capital" else longest_runway)(asked, solved)
        finally:
            if self.plan is not asked:
                self.update(asked)

    def _solution(self, options: Options) -> Solution:
        if options.over:
            raise self._stopped()
        live = self._live
        if live is None:
            solution = solve_program(self.formulation.program, options)
        else:
            solution = live.solve(options.solve_clock())
        self._need_plan(solution, options)
        return solution

    def solve(self, *, horizon_audit: bool = True) -> Result:
        """Solve the plan and certify the answer.

        Parameters
        ----------
        horizon_audit : bool
            Also solve the plan with twelve months more and report what that changes in the
            first year.

        Raises
        ------
        InfeasibleError
            No plan keeps every rule; names a set of rules that cannot hold together.
        StoppedError
            The time limit passed before any plan was found.
        SolverError, CertificateError
            The solver failed, or its answer did not survive verification.
        """
        options = self.options.started()
        reached = self._reached(options)
        horizon = _horizon(reached, options) if horizon_audit else None
        return make_result(reached.formulation, reached.solution, horizon, reached.runway_bound)

    def to_pulp(self) -> pulp.LpProblem:
        """The program as a PuLP problem in the plan's units, curves as tangents.

        Where there is a best plan, its tangents are among them: then the optimum of the PuLP
        problem is that of the program, to about the gap asked for.
        """
        from allocator.solve.cuts import initial_cuts, join_cuts, tangents
        from allocator.solve.pulp_model import to_pulp

        program = self.formulation.program
        curves = program.curves
        cuts = initial_cuts(curves)
        solution = solve_program(program, replace(self.options, second_pass=False))
        if solution.x is not None:
            point = (solution.x / program.col_scale)[curves.x]
            cuts = join_cuts(cuts, tangents(curves, np.arange(len(curves)), point))
        return to_pulp(program, cuts)

    def to_cvxpy(self) -> cvxpy.Problem:
        """The program as a cvxpy problem with exact cones, in units of the program's scales."""
        from allocator.solve.cvx import to_cvxpy

        return to_cvxpy(self.formulation.program)

    def _need_plan(self, solution: Solution, options: Options) -> None:
        if solution.x is not None:
            return
        if solution.status is Status.INFEASIBLE:
            raise self._infeasible(options)
        if solution.status is Status.TIME_LIMIT:
            raise self._stopped()
        if solution.status is Status.UNBOUNDED:
            raise SolverError(
                "The plan has no best answer: something is free and without limit. "
                "Give every offer and source a price above zero or a `max`"
            )
        raise SolverError(f"{solution.solver.name} gave no answer ({solution.status}); try another --solver")

    def conflict_of(self, plan: Plan) -> Conflict | None:
        """The rules found to be in conflict, where `plan` was the last one without an answer."""
        return self._conflict[1] if self._conflict is not None and self._conflict[0] is plan else None

    def _stopped(self) -> StoppedError:
        return StoppedError(
            f"No plan was found within {self.options.time_limit:g} s; give --time-limit more, or a looser --gap"
        )

    def _infeasible(self, options: Options) -> InfeasibleError:
        from allocator.solve.conflict import SECONDS, find_conflict

        program, seconds = self.formulation.program, options.solve_clock().grace().part(most=SECONDS).left
        if self._brief_reasons:
            guess = () if self._conflict is None else self._conflict[1].groups
            conflict = find_conflict(program, time_limit=seconds, guess=guess, amounts=False)
            self._conflict = self.plan, conflict
            return InfeasibleError(name_conflict(conflict), conflict.groups)
        conflict = find_conflict(program, time_limit=seconds)
        self._conflict = self.plan, conflict
        return InfeasibleError(say_conflict(conflict, self.formulation), conflict.groups)


def _horizon(reached: Reached, options: Options) -> HorizonAudit:
    return audit_horizon(reached.formulation.plan, reached.formulation, reached.solution, options.solve_clock().grace())


def solve(plan: Plan, options: Options | None = None, *, horizon_audit: bool = True) -> Result:
    """Solve one plan; see `Session.solve`."""
    return Session(plan, options).solve(horizon_audit=horizon_audit)
