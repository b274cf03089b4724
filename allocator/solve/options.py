"""What may be asked of a solve."""

from __future__ import annotations

from dataclasses import dataclass

from allocator.errors import UsageError

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
        Seconds for the whole solve; None for no limit.
    second_pass : bool
        Whether the cheapest plan among equals is looked for.
    threads : int
        Threads a solver may use.

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

    def __post_init__(self) -> None:
        if self.solver not in NAMED_SOLVERS and not self.solver.startswith(CVXPY_PREFIX):
            known = ", ".join(NAMED_SOLVERS)
            raise UsageError(
                f"solver {self.solver!r} is not known; choose {known}, or {CVXPY_PREFIX}NAME for another cvxpy solver"
            )
        for name, value in (("gap", self.gap), ("time_limit", self.time_limit), ("threads", self.threads)):
            if value is not None and not value > 0:
                raise UsageError(f"{name} is {value}; it must be above zero")

    def asked_gap(self, whole: bool) -> float:
        """The gap to reach; `whole` says whether the program has whole units."""
        if self.gap is not None:
            return self.gap
        return WHOLE_GAP if whole else CONTINUOUS_GAP
