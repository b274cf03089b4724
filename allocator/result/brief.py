"""The short form of a result: the full certificate, and a few numbers instead of tables."""

from __future__ import annotations

import math
from dataclasses import dataclass

from allocator.formulate.build import Formulation
from allocator.result.audit import Certificate
from allocator.result.certify import certify
from allocator.result.decisions import Decisions
from allocator.result.goal import value_of
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
    value : float
        What was made best: the program's objective where that is quality, else capital or profit in the plan's
        currency, or months of runway.
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
    value: float
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
    found = certify(formulation, solution)
    return Brief(
        status=str(solution.status),
        objective=found.objective,
        bound=found.bound,
        gap=found.gap,
        value=value_of(formulation, found.objective),
        metrics={name: values["law"] for name, values in found.certificate.law_reevaluated.items()},
        closing_cash=found.ledger.cash[-1],
        least_runway=min(found.ledger.runway_months, default=math.inf),
        certificate=found.certificate,
        decisions=found.decisions,
        horizon=horizon,
    )
