"""The short form of a result: the full certificate, and a few numbers instead of tables."""

from __future__ import annotations

import math
from dataclasses import dataclass

from allocator.formulate.build import Formulation
from allocator.result.audit import Certificate, audit
from allocator.result.decisions import Decisions, read_decisions
from allocator.result.ledger import replay
from allocator.result.result import HorizonAudit
from allocator.solve.solution import Solution


@dataclass(frozen=True)
class Brief:
    """One certified answer in a few numbers.

    Attributes
    ----------
    status : str
    objective, bound, gap : float
        As in `Solution`: value and proven bound of the program's objective.
    metrics : dict of str to float
        Each model's metric, by its law at what the ledger says was there.
    closing_cash : float
        Of the last month, in the plan's currency.
    least_runway : float
        Fewest months of net burn that cash covers at any close; infinite where nothing is burnt.
    certificate : Certificate
        The same as that of a full result.
    decisions : dict
        What was decided, month by month.
    horizon : HorizonAudit or None
        What twelve months more would change, where that was asked.
    """

    status: str
    objective: float
    bound: float
    gap: float
    metrics: dict[str, float]
    closing_cash: float
    least_runway: float
    certificate: Certificate
    decisions: Decisions
    horizon: HorizonAudit | None = None


def make_brief(formulation: Formulation, solution: Solution, horizon: HorizonAudit | None = None) -> Brief:
    """Verify a solution as `make_result` does, without its tables.

    Parameters
    ----------
    formulation : Formulation
    solution : Solution
        With a plan: `solution.x` is not None.
    horizon : HorizonAudit, optional

    Raises
    ------
    CertificateError
        When the ledger, the laws and the program do not agree.
    """
    assert solution.x is not None  # the session only hands on solutions with a plan
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
        objective=solution.objective or 0.0,
        bound=solution.bound,
        gap=gap,
    )
    return Brief(
        status=str(solution.status),
        objective=solution.objective,
        bound=solution.bound,
        gap=gap,
        metrics={name: found["law"] for name, found in certificate.law_reevaluated.items()},
        closing_cash=ledger.cash[-1],
        least_runway=min(ledger.runway_months, default=math.inf),
        certificate=certificate,
        decisions=decisions,
        horizon=horizon,
    )
