"""A solver's solution, replayed by the ledger and audited: what every form of a result starts from."""

from __future__ import annotations

from dataclasses import dataclass

from allocator.formulate.build import Formulation
from allocator.formulate.curves import FloatArray
from allocator.result.audit import Certificate, audit
from allocator.result.decisions import Decisions, read_decisions
from allocator.result.ledger import Ledger, replay
from allocator.solve.solution import Solution


@dataclass(frozen=True)
class Certified:
    """A solution that survived its audit.

    Attributes
    ----------
    x : ndarray, shape (n_cols,)
        The plan, natural units.
    objective, bound, gap : float
        As in `Solution`.
    decisions : dict
        What was decided, month by month.
    ledger : Ledger
        Their replay.
    certificate : Certificate
    """

    x: FloatArray
    objective: float
    bound: float
    gap: float
    decisions: Decisions
    ledger: Ledger
    certificate: Certificate


def certify(formulation: Formulation, solution: Solution) -> Certified:
    """Replay and audit a solution that has a plan.

    Raises
    ------
    CertificateError
        When the ledger, the laws and the program do not agree.
    """
    # The session only hands on solutions with a plan.
    assert solution.x is not None
    assert solution.objective is not None
    assert solution.bound is not None
    decisions = read_decisions(formulation, solution.x)
    ledger = replay(formulation.plan, decisions)
    gap = solution.gap or 0.0
    certificate = audit(
        formulation,
        solution.x,
        decisions,
        ledger,
        max_violation=solution.max_violation or 0.0,
        objective=solution.objective,
        bound=solution.bound,
        gap=gap,
    )
    return Certified(solution.x, solution.objective, solution.bound, gap, decisions, ledger, certificate)
