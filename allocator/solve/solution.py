"""What a solve answers: the plan, its certificate, its prices and how it was found."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from allocator.formulate.curves import FloatArray


class Status(StrEnum):
    """How a solve ended.

    `OPTIMAL` is a plan within the asked gap; `GAP` and `TIME_LIMIT` are plans (or, for
    `TIME_LIMIT`, perhaps none) with a larger one, stated.
    """

    OPTIMAL = "optimal"
    GAP = "gap"
    TIME_LIMIT = "time_limit"
    INFEASIBLE = "infeasible"
    UNBOUNDED = "unbounded"
    FAILED = "failed"


@dataclass(frozen=True)
class Attempt:
    """One thing that was tried: by which solver, how it ended, how long it took (seconds)."""

    name: str
    status: str
    seconds: float
    message: str = ""


@dataclass(frozen=True)
class SolverReport:
    """Who solved it and what it took.

    Attributes
    ----------
    name, version : str
        The solver and the version of its package.
    seconds : float
        Wall time of the whole solve, checks included.
    iterations, rounds, cuts, nodes : int
        Solver iterations, programs solved, tangents in the last one, branch-and-bound nodes.
    reason : str
        Why this solver was taken.
    attempts : tuple of Attempt
        Every step, in order.
    plan_by, bound_by : str
        With whole units: who found the plan's whole numbers, and who gave the bound.
    """

    name: str
    version: str
    seconds: float
    iterations: int
    rounds: int
    cuts: int
    nodes: int
    reason: str
    attempts: tuple[Attempt, ...] = ()
    plan_by: str = ""
    bound_by: str = ""


@dataclass(frozen=True)
class Solution:
    """A certified answer.

    Attributes
    ----------
    status : Status
    x : ndarray, shape (n_cols,), or None
        The plan in natural units, restored, after the second pass.
    objective, bound : float or None
        Value of the first pass's plan and proven upper bound, in the program's objective.
    gap : float or None
        ``bound - objective``, never below zero.
    duals : ndarray, shape (n_rows,), or None
        d objective / d right-hand side of each row, per natural unit of the row.
    reduced_costs : ndarray, shape (n_cols,), or None
        d objective / d bound of each column, per natural unit of the column.
    price_kind : str
        ``exact``, ``at the fixed integer plan``, or ``unavailable (why)``.
    solver : SolverReport
    max_violation : float or None
        Largest violation of rows, bounds, curves and whole units at `x`, in units of scale.
    findings : tuple of str
        Whatever the reader should know about the certificate.
    """

    status: Status
    x: FloatArray | None
    objective: float | None
    bound: float | None
    gap: float | None
    duals: FloatArray | None
    reduced_costs: FloatArray | None
    price_kind: str
    solver: SolverReport
    max_violation: float | None
    findings: tuple[str, ...] = ()
