"""What may be asked of a solve."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from allocator.errors import UsageError
from allocator.solve.clock import Clock

CONTINUOUS_GAP = 1e-6
WHOLE_GAP = 3e-3
NAMED_SOLVERS = ("auto", "highs", "cbc", "scip", "clarabel", "scs")
CVXPY_PREFIX = "cvxpy:"


@dataclass(frozen=True)
class Options:
    """How to solve a program.

    Attributes
    ----------
    solver : str
        ``auto``, ``highs``, ``cbc``, ``scip``, ``clarabel``, ``scs``, or ``cvxpy:NAME`` for any other
        solver that cvxpy knows.
    gap : float or None
        Largest difference between bound and plan, in units of the program's objective.
        None asks for 1e-6, or 3e-3 where units are whole.
    time_limit : float or None
        Seconds for all that is asked: a solve with its audit, or a study with all its solves; of a sweep, for each
        point. None for no limit.
    second_pass : bool
        Whether the cheapest plan among equals is looked for.
    threads : int
        Threads a solver may use.
    clock : Clock or None
        Runs already, and is shared by every solve that is given it; see `started`.

    Raises
    ------
    UsageError
        For an unknown solver, or a gap, limit or thread count that is not positive.
    """

    solver: str = "auto"
    gap: float | None = None
    time_limit: float | None = None
    second_pass: bool = True
    threads: int = 1
    clock: Clock | None = field(default=None, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.solver not in NAMED_SOLVERS and not self.solver.startswith(CVXPY_PREFIX):
            known = ", ".join(NAMED_SOLVERS)
            raise UsageError(
                f"solver {self.solver!r} is not known; choose {known}, or {CVXPY_PREFIX}NAME for another cvxpy solver"
            )
        for name, value in (("gap", self.gap), ("time_limit", self.time_limit), ("threads", self.threads)):
            if value is not None and not value > 0:
                raise UsageError(f"{name} is {value}; it must be above zero")

    def started(self) -> Options:
        """The same with its limit running from now on, if it is not already: what is asked with it shares the time."""
        return self if self.clock is not None else replace(self, clock=Clock(self.time_limit))

    def within(self, *, share: float = 1.0, most: float | None = None) -> Options:
        """The same for one step of several: a share of the time that is left, and no more than `most` seconds."""
        clock = self.started().clock
        assert clock is not None  # it was started
        limit = most if self.time_limit is None else self.time_limit
        return replace(self, time_limit=limit, clock=clock.part(share=share, most=most))

    def solve_clock(self) -> Clock:
        """The clock of one solve: the limit, or what is left of it."""
        return Clock(self.time_limit) if self.clock is None else self.clock.part()

    @property
    def over(self) -> bool:
        """Whether the time is spent."""
        return self.clock is not None and self.clock.over

    def asked_gap(self, whole: bool) -> float:
        """The gap to reach; `whole` says whether the program has whole units."""
        if self.gap is not None:
            return self.gap
        return WHOLE_GAP if whole else CONTINUOUS_GAP
