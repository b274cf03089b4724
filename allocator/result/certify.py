"""A solver's solution, replayed by the ledger and audited: what every form of a result starts from."""

from __future__ import annotations

from dataclasses import dataclass

from allocator.formulate.build import Formulation
from allocator.result.audit import Certificate, audit
from allocator.result.decisions import Decisions, decisions_of
from allocator.result.ledger import Ledger, replay
from allocator.result.reading import Reading
from allocator.solve.solution import Solution


@dataclass(frozen=True)
class Certified:
    """A solution that survived its audit.

    Attributes
    ----------
    reading : Reading
        The plan, as the program has it.
    objective, bound, gap : float
        As in `Solution`.
    decisions : dict
        What was decided, month by month.
    ledger : Ledger
        Their replay.
    certificate : Certificate
    """

    reading: Reading
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
    reading = Reading(formulation, solution.x)
    decisions = decisions_of(reading)
    ledger = replay(reading.plan, decisions)
    gap = solution.gap or 0.0
    certificate = audit(
        reading,
        decisions,
        ledger,
        max_violation=solution.max_violation or 0.0,
        objective=solution.objective,
        bound=solution.bound,
        gap=gap,
    )
    return Certified(reading, solution.objective, solution.bound, gap, decisions, ledger, certificate)
