"""From a program to a certified answer: choose, solve, verify, take the cheapest equal plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite

import numpy as np

from allocator.errors import CertificateError, SolverError
from allocator.formulate.program import Program
from allocator.solve.adapter import AnswerStatus, LinearSolver, SolverFactory
from allocator.solve.cbc import CbcSolver
from allocator.solve.cheapest import cheapest
from allocator.solve.choose import Choice, choose, is_large
from allocator.solve.clarabel import LARGE_TOLERANCE, ClarabelSolver
from allocator.solve.clock import Clock
from allocator.solve.cones import INSTEAD, ConeSolver, ConeSolverFactory, solve_cones, solve_large
from allocator.solve.cuts import initial_cuts
from allocator.solve.cvx import CvxpySolver
from allocator.solve.highs import HighsSolver
from allocator.solve.incumbent import Incumbent, refuse_above
from allocator.solve.master import Effort, Master
from allocator.solve.nearby import MANY
from allocator.solve.options import Options
from allocator.solve.outer import Refined, refine
from allocator.solve.racer import Racer
from allocator.solve.racers import make_racer
from allocator.solve.scaling import ScaledProgram, scale
from allocator.solve.solution import Attempt, Solution, SolverReport, Status
from allocator.solve.strict import misses
from allocator.solve.thrift import CURVES_GAP, OUTFLOW_GAP, PATIENCE, SECONDS, as_plan_of, rival
from allocator.solve.whole import solve_whole

_ENDINGS = {
    AnswerStatus.OPTIMAL: Status.OPTIMAL,
    AnswerStatus.FEASIBLE: Status.GAP,
    AnswerStatus.STOPPED: Status.TIME_LIMIT,
    AnswerStatus.INFEASIBLE: Status.INFEASIBLE,
    AnswerStatus.UNBOUNDED: Status.UNBOUNDED,
    AnswerStatus.FAILED: Status.FAILED,
}


FIXED_PLAN = "at the fixed integer plan"
WITHOUT_SECOND_PASS = (
    "the cheapest among equal plans was not looked for: the program is too large for the simplex that this takes, "
    "so that the plan may spend a little where nothing is gained"
)


def built_in() -> dict[str, SolverFactory]:
    """Makers of the linear solvers that come with the package."""
    return {"highs": HighsSolver, "cbc": CbcSolver}


@dataclass(frozen=True)
class Task:
    """One solve: the program, what was asked, who may solve it, and what it has taken so far."""

    scaled: ScaledProgram
    options: Options
    choice: Choice
    clock: Clock
    effort: Effort
    makers: Mapping[str, SolverFactory] = field(default_factory=built_in)
    begun: list[Racer] = field(default_factory=list)

    def solver(self, name: str) -> LinearSolver:
        """A new linear solver of that name."""
        return self.makers[name](self.options.threads)

    def racers(self) -> list[Racer]:
        """New solvers that branch; together they keep to the asked threads, with at least one each."""
        names = self.choice.racers or (self.choice.name,)
        threads = max(self.options.threads // len(names), 1)
        made = [make_racer(name, self.makers.get(name), threads) for name in names]
        self.begun.extend(made)
        return made

    def racer_nearby(self) -> Racer | None:
        """Who branches near the relaxation, where there are many whole numbers."""
        if int(self.scaled.integer.sum()) < MANY:
            return None
        racer = make_racer("highs", self.makers.get("highs"), self.options.threads)
        self.begun.append(racer)
        return racer

    def settle(self) -> None:
        """Wait until nothing is left running of what racers were told to stop."""
        for racer in self.begun:
            racer.settle()


@dataclass(frozen=True)
class FirstPass:
    """What the first pass hands on; `master` is the continuous program in HiGHS."""

    refined: Refined
    price_kind: str
    solver_name: str
    solver_version: str
    master: Master | None
    attempts: tuple[Attempt, ...]
    findings: tuple[str, ...] = ()
    plan_by: str = ""
    bound_by: str = ""


def solve(
    program: Program,
    options: Options | None = None,
    *,
    adapters: Mapping[str, SolverFactory] | None = None,
    cone_solvers: Mapping[str, ConeSolverFactory] | None = None,
) -> Solution:
    """Solve `program` and certify the answer.

    Parameters
    ----------
    program : Program
    options : Options, optional
    adapters : mapping of str to callable, optional
        Makers of linear solvers that stand in for the built-in ``highs`` and ``cbc``.
    cone_solvers : mapping of str to callable, optional
        Makers of cone solvers that stand in for the built-in ones.

    Returns
    -------
    Solution
        Status ``infeasible`` comes with x None; see `allocator.solve.conflict` for why.

    Raises
    ------
    SolverError
        When the solver is not installed, cannot do this program, or failed.
    CertificateError
        When an answer did not survive its checks; `findings` names them.
    """
    options = options or Options()
    scaled = scale(program)
    makers = built_in() | dict(adapters or {})
    task = Task(scaled, options, choose(scaled, options.solver), options.solve_clock(), Effort(), makers)
    if scaled.whole:
        try:
            return finish(task, _whole_units(task))
        finally:
            task.settle()
    first = _cuts(task) if task.choice.name in makers else _cones(task, cone_solvers or {})
    return finish(task, first)


def _cuts(task: Task) -> FirstPass:
    """Outer approximation; another solver than HiGHS hands its cuts over for the last word."""
    gap = task.options.asked_gap(False)
    cuts, plan, attempts = initial_cuts(task.scaled.curves), None, []
    solver = task.solver(task.choice.name)
    if task.choice.name != "highs":
        began = task.clock.elapsed
        other = Master(task.scaled, solver, cuts, task.effort)
        found = refine(other, gap=gap, clock=task.clock)
        attempts.append(Attempt(solver.name, str(found.status), task.clock.elapsed - began, found.message))
        cuts, plan = other.cuts, found.incumbent
    began = task.clock.elapsed
    master = Master(task.scaled, solver if task.choice.name == "highs" else task.solver("highs"), cuts, task.effort)
    refined = refine(master, gap=gap, clock=task.clock, incumbent=plan)
    name = "highs" if task.choice.name == "highs" else "highs, last program again with all digits"
    attempts.append(Attempt(name, str(refined.status), task.clock.elapsed - began, refined.message))
    findings = (task.choice.reason,) if task.choice.instead_of else ()
    return FirstPass(refined, "exact", solver.name, solver.version, master, tuple(attempts), findings)


def _cones(task: Task, cone_solvers: Mapping[str, ConeSolverFactory]) -> FirstPass:
    """Exact cones; what they prove is checked on the arrays."""
    if is_large(task.scaled) and (task.choice.name == "clarabel" or task.choice.name in cone_solvers):
        return _large(task, cone_solvers)
    solver: ConeSolver
    if task.choice.name in cone_solvers:
        solver = cone_solvers[task.choice.name](task.options.threads)
    elif task.choice.name == "clarabel":
        solver = ClarabelSolver(task.options.threads)
    else:
        solver = CvxpySolver(task.choice.name)
    refined, master, attempts = solve_cones(
        task.scaled,
        solver,
        task.solver("highs"),
        gap=task.options.asked_gap(False),
        clock=task.clock,
        effort=task.effort,
    )
    if attempts[-1].name != INSTEAD:
        return FirstPass(refined, "exact", solver.name, solver.version, master, attempts)
    said = f"{solver.name} ended without a point ({attempts[0].message}): HiGHS solved the plan with cuts instead"
    return FirstPass(refined, "exact", master.solver.name, master.solver.version, master, attempts, (said,))


def _large(task: Task, cone_solvers: Mapping[str, ConeSolverFactory]) -> FirstPass:
    """Exact cones alone: first as far as the proof needs, then, where that was not enough, as far as they go."""
    threads = task.options.threads
    solvers: list[ConeSolver]
    if task.choice.name in cone_solvers:
        solvers = [cone_solvers[task.choice.name](threads)]
    else:
        solvers = [ClarabelSolver(threads, LARGE_TOLERANCE), ClarabelSolver(threads)]
    refined, attempts = solve_large(
        task.scaled, solvers, gap=task.options.asked_gap(False), clock=task.clock, effort=task.effort
    )
    findings = (WITHOUT_SECOND_PASS,) if task.options.second_pass and task.scaled.outflow.any() else ()
    return FirstPass(refined, "exact", solvers[0].name, solvers[0].version, None, attempts, findings)


def _whole_units(task: Task) -> FirstPass:
    racers = task.racers()
    refined, master, search = solve_whole(
        task.scaled,
        task.solver("highs"),
        racers,
        gap=task.options.asked_gap(True),
        clock=task.clock,
        effort=task.effort,
        thrifty=task.solver("highs") if task.options.second_pass else None,
        nearby=task.racer_nearby(),
    )
    ran = any(step.name.endswith(", branching") for step in search.attempts)
    claimed = f"the bound is {search.bound_by}'s own word: branch and bound cannot be proven again on the arrays"
    findings = (claimed,) if search.bound_by in search.branched and refined.incumbent is not None else ()
    if ran or refined.status is not AnswerStatus.OPTIMAL:
        used: Sequence[LinearSolver] = racers
    else:
        used = (master.solver,)
        idle = " and ".join(racer.name for racer in racers)
        were = "were" if len(racers) > 1 else "was"
        proved = f"{idle} {were} not needed to branch: HiGHS proved a plan in whole units within the asked gap"
        findings = (proved, *findings)
    return FirstPass(
        refined,
        FIXED_PLAN,
        " and ".join(solver.name for solver in used),
        " and ".join(solver.version for solver in used),
        master,
        tuple(search.attempts),
        findings,
        search.plan_by,
        search.bound_by,
    )


def finish(task: Task, first: FirstPass) -> Solution:
    """The second pass and the certified answer."""
    refined, attempts = first.refined, list(first.attempts)
    plan = refined.incumbent
    cuts = len(first.master.cuts) if first.master else 0
    if first.master is not None and not task.scaled.whole:
        first.master.refuse_other_bounds()
    if plan is not None and task.options.second_pass and first.master is not None and not refined.interrupted:
        idle = not task.scaled.whole and first.master.idle_curves()
        plan = _second_pass(task, first.master, plan, attempts)
        if idle and refined.incumbent is not None:
            plan = _curves_pass(task, first.master, refined.incumbent, plan, attempts)
        if task.scaled.whole and refined.incumbent is not None:
            plan = _thrifty_pass(task, refined.incumbent, plan, attempts)
    report = SolverReport(
        name=first.solver_name,
        version=first.solver_version,
        seconds=task.clock.elapsed,
        iterations=task.effort.iterations,
        rounds=task.effort.rounds,
        cuts=cuts,
        nodes=task.effort.nodes,
        reason=task.choice.reason,
        attempts=tuple(attempts),
        plan_by=first.plan_by,
        bound_by=first.bound_by,
    )
    incumbent = refined.incumbent
    if plan is not incumbent:
        refuse_above(plan, refined.bound, None, np.zeros(0))
    if plan is None or incumbent is None:
        status = _status(refined)
        return Solution(
            # A gap needs a plan: rounds that ended without one have failed.
            status=Status.FAILED if status in (Status.GAP, Status.OPTIMAL) else status,
            x=None,
            objective=None,
            bound=refined.bound if isfinite(refined.bound) else None,
            gap=None,
            duals=None,
            reduced_costs=None,
            price_kind="unavailable (no plan)",
            solver=report,
            max_violation=None,
            findings=first.findings,
        )
    duals, reduced = refined.row_dual, refined.reduced_costs
    return Solution(
        status=_status(refined),
        x=plan.x,
        objective=incumbent.objective,
        bound=refined.bound,
        gap=max(refined.bound - incumbent.objective, 0.0),
        duals=None if duals is None else task.scaled.duals_natural(duals),
        reduced_costs=None if reduced is None else task.scaled.reduced_costs_natural(reduced),
        price_kind=first.price_kind,
        solver=report,
        max_violation=plan.violations.worst,
        findings=first.findings,
    )


def _second_pass(task: Task, master: Master, first: Incumbent, attempts: list[Attempt]) -> Incumbent:
    """The cheapest equal plan, or `first` where none was found; either way it is recorded."""
    began = task.clock.elapsed
    if not task.scaled.outflow.any():
        return first
    try:
        plan, message = _cheapest(master, first, task.clock.grace())
    except KeyboardInterrupt:
        plan, message = None, "stopped by the user"
    status = "optimal" if plan is not None else "first plan kept"
    attempts.append(Attempt("highs, second pass", status, task.clock.elapsed - began, message))
    return plan or first


def _cheapest(master: Master, first: Incumbent, clock: Clock) -> tuple[Incumbent | None, str]:
    """The second pass; where it fails, once more without the first pass's basis."""
    said = ""
    for message in ("", "from scratch, after: "):
        try:
            plan, how = cheapest(master, first, clock)
            return plan, f"{how}, {message}{said}" if message else how
        except SolverError as error:
            # The first pass's plan stands on its own certificate.
            said = "; ".join(error.findings) if isinstance(error, CertificateError) else str(error)
            master.restart()
    return None, said


def _curves_pass(task: Task, master: Master, first: Incumbent, held: Incumbent, attempts: list[Attempt]) -> Incumbent:
    """The second pass over curves too, where the objective does not say where some of them stand.

    `held` is the cheapest plan with every curve where the first pass has it.
    """
    posed = rival(task.scaled, first, held)
    if posed is None:
        return held
    thrifty, known = posed
    began = task.clock.elapsed
    try:
        other = Master(thrifty, task.solver("highs"), master.cuts, task.effort)
        clock = task.clock.grace()
        found = refine(
            other, gap=CURVES_GAP, clock=clock, incumbent=known, extra_rounds=0, strict_gap=100.0 * CURVES_GAP
        )
    except (SolverError, KeyboardInterrupt) as error:
        attempts.append(Attempt("second pass over curves", "first plan kept", task.clock.elapsed - began, str(error)))
        return held
    plan = found.incumbent if found.incumbent is not None else known
    if misses(other, plan) and not misses(master, held):
        plan = known
    spared = plan.objective - known.objective
    said = f"outflow {spared:.1%} lower than with every curve held"
    attempts.append(Attempt("second pass over curves", str(found.status), task.clock.elapsed - began, said))
    return as_plan_of(task.scaled, plan) if spared > 0.0 else held


def _thrifty_pass(task: Task, first: Incumbent, fixed: Incumbent, attempts: list[Attempt]) -> Incumbent:
    """The second pass over the whole numbers too: `fixed` keeps those of the first pass."""
    posed = rival(task.scaled, first, fixed)
    if posed is None:
        return fixed
    thrifty, known = posed
    began = task.clock.elapsed
    left = task.clock.grace().left
    limit = Clock(SECONDS if left is None else min(SECONDS, left))
    try:
        found, _, _ = solve_whole(
            thrifty,
            task.solver("highs"),
            task.racers(),
            gap=OUTFLOW_GAP,
            clock=limit,
            effort=task.effort,
            known=known,
            patience=PATIENCE,
        )
    except KeyboardInterrupt:
        return fixed
    except SolverError as error:
        attempts.append(
            Attempt("second pass over whole units", "first plan kept", task.clock.elapsed - began, str(error))
        )
        return fixed
    plan = found.incumbent if found.incumbent is not None else known
    spared = plan.objective - known.objective
    above = max(found.bound - plan.objective, 0.0)
    said = f"outflow {spared:.1%} lower than with the first pass's whole numbers"
    if isfinite(above):
        said += f", within {above:.1%} of the least"
    attempts.append(Attempt("second pass over whole units", str(found.status), task.clock.elapsed - began, said))
    return as_plan_of(task.scaled, plan) if spared > 0.0 else fixed


def _status(refined: Refined) -> Status:
    status = _ENDINGS[refined.status]
    if status is Status.GAP and refined.out_of_time and not refined.interrupted:
        return Status.TIME_LIMIT
    return status
