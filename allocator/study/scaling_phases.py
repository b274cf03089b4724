"""The phases on the way from a plan to a certified answer, each with one driver.

A driver prepares whatever comes before its phase and returns a function whose call is the phase and nothing
else: time that call. `allocator bench` and `benchmarks/` measure the same drivers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from allocator.errors import SolverError, StoppedError, UsageError
from allocator.formulate.build import Formulation, formulate
from allocator.plan import load_plan
from allocator.result.make import make_result
from allocator.result.result import Result
from allocator.session import Session
from allocator.solve.adapter import SolverFactory
from allocator.solve.engine import solve as solve_program
from allocator.solve.options import Options
from allocator.solve.scaling import scale
from allocator.solve.solution import Solution, Status
from allocator.study.scaling_families import Document, Family, Written

BUILT = "built"


@dataclass(frozen=True)
class Case:
    """One plan and one way to solve it.

    Attributes
    ----------
    family : Family
    size : int
    options : Options
        Solver and time limit.
    adapters : mapping of str to callable
        Makers of linear solvers that stand in for the built-in ones.
    """

    family: Family
    size: int
    options: Options = field(default_factory=Options)
    adapters: Mapping[str, SolverFactory] = field(default_factory=dict)

    def document(self) -> Document:
        """A new document of the plan."""
        return self.family.document(self.size)

    def written(self, document: Document) -> Written:
        """Read a document and write its program, as the family does."""
        plan = load_plan(document)
        write = self.family.write
        return formulate(plan) if write is None else write(plan, self.size)

    def formulation(self, document: Document) -> Formulation:
        """The same, where it is to become a result; raises `UsageError` where it cannot."""
        written = self.written(document)
        if not isinstance(written, Formulation):
            raise UsageError(f"{self.family.name} says neither how it is certified nor the whole way: give it drivers")
        return written


@dataclass(frozen=True)
class Outcome:
    """How one run of a phase ended: a status, the gap and the solver's version where there was a solve.

    `details` are further numbers of the benchmarks.
    """

    status: str
    gap: float | None = None
    version: str = ""
    reason: str = ""
    details: Mapping[str, float] = field(default_factory=dict)


Driver = Callable[[], Outcome]
# Does what comes before a phase and returns the phase itself.
Prepare = Callable[[Case], Driver]


@dataclass(frozen=True)
class Phase:
    """One phase.

    Attributes
    ----------
    name : str
    begins, ends : str
        From what to what.
    prepare : callable
        Its driver, for families that have none of their own.
    solver : bool
        Whether it differs between solvers.
    beside_bare : bool
        Whether its time over that of the bare solver says something.
    """

    name: str
    begins: str
    ends: str
    prepare: Prepare
    solver: bool = True
    beside_bare: bool = False

    def driver(self, case: Case) -> Driver:
        """Do what comes before; return the phase itself."""
        return case.family.drivers.get(self.name, self.prepare)(case)


PHASES: dict[str, Phase] = {}


def register_phase(phase: Phase) -> Phase:
    """Add a phase.

    Raises
    ------
    ValueError
        When another one has its name.
    """
    if phase.name in PHASES:
        raise ValueError(f"there are two phases named {phase.name!r}")
    PHASES[phase.name] = phase
    return phase


def phase_named(name: str) -> Phase:
    """Look a phase up; raises `UsageError` with what there is."""
    if name not in PHASES:
        raise UsageError(f"--phase {name}: there is no such phase; choose {', '.join(PHASES)}")
    return PHASES[name]


def _build(case: Case) -> Driver:
    document = case.document()

    def run() -> Outcome:
        scale(case.written(document).program)
        return Outcome(BUILT)

    return run


def _solve(case: Case) -> Driver:
    program = case.written(case.document()).program

    def run() -> Outcome:
        return _of_solution(solve_program(program, case.options, adapters=case.adapters), case)

    return run


def _certify(case: Case) -> Driver:
    formulation = case.formulation(case.document())
    solution = _with_plan(solve_program(formulation.program, case.options, adapters=case.adapters), case)

    def run() -> Outcome:
        return _of_result(make_result(formulation, solution))

    return run


def _whole_way(case: Case) -> Driver:
    document = case.document()
    usual = case.family.write is None and not case.adapters

    def run() -> Outcome:
        if usual:
            return _of_result(Session(load_plan(document), case.options).solve(horizon_audit=False))
        formulation = case.formulation(document)
        solution = solve_program(formulation.program, case.options, adapters=case.adapters)
        return _of_result(make_result(formulation, _with_plan(solution, case)))

    return run


def _with_plan(solution: Solution, case: Case) -> Solution:
    """Refuse a solution without a plan, as a session does."""
    if solution.x is not None:
        return solution
    if solution.status is Status.TIME_LIMIT:
        raise StoppedError(f"no plan was found within {case.options.time_limit:g} s")
    raise SolverError(f"{solution.solver.name} gave no answer ({solution.status})")


def _of_solution(solution: Solution, case: Case) -> Outcome:
    reason = ""
    if solution.status is not Status.OPTIMAL:
        limit = case.options.time_limit
        stopped = solution.status is Status.TIME_LIMIT and limit is not None
        said = solution.solver.attempts[-1].message if solution.solver.attempts else ""
        reason = ": ".join(filter(None, (f"stopped after {limit:g} s" if stopped else "", said)))
    return Outcome(str(solution.status), solution.gap, solution.solver.version, reason)


def _of_result(result: Result) -> Outcome:
    gap = result.objective["gap"]
    reason = "" if result.status == str(Status.OPTIMAL) else f"the plan is proven within {gap:.2g} of the best"
    return Outcome(str(result.status), gap, str(result.solver["version"]), reason)


register_phase(Phase("build", "the plan's document", "the array program, scaled", _build, solver=False))
register_phase(
    Phase("solve", "the array program", "a point with a proven bound, cheapest among equals", _solve, beside_bare=True)
)
register_phase(Phase("certify", "that point", "a Result: ledger, laws, audit and tables", _certify))
register_phase(Phase("whole-way", "the plan's document", "a Result", _whole_way, beside_bare=True))
