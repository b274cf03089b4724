"""The horizon audit: the same plan with a year more, and what that changes in its first year."""

from __future__ import annotations

from allocator.errors import AllocatorError
from allocator.formulate.build import Formulation, formulate
from allocator.formulate.curves import FloatArray
from allocator.formulate.relaxed import relaxed
from allocator.plan import Plan
from allocator.result.reading import Reading
from allocator.result.result import HorizonAudit
from allocator.solve.clock import Clock
from allocator.solve.engine import solve
from allocator.solve.options import Options
from allocator.solve.solution import Solution, Status

AUDIT_MONTHS = 12
CATEGORIES = ("compute", "data", "people", "costs")


def audit_horizon(plan: Plan, formulation: Formulation, solution: Solution, clock: Clock | None = None) -> HorizonAudit:
    """Solve `plan` with twelve months more: one that cheats its horizon's end changes.

    Whole units are relaxed on both sides, so that the audit stays quick and compares like
    with like. A longer plan that cannot be solved is a finding, not an error.

    Parameters
    ----------
    plan : Plan
    formulation : Formulation
        Of `plan`.
    solution : Solution
        Its certified answer.
    clock : Clock, optional
        Time for the audit; one that is stopped says so, and no more.
    """
    options = Options(clock=clock)
    try:
        longer = formulate(plan.extended(AUDIT_MONTHS))
        other = solve(relaxed(longer.program), options)
        mine = solution
        if formulation.program.integer.any():
            mine = solve(relaxed(formulation.program), options)
    except AllocatorError as error:
        return HorizonAudit(AUDIT_MONTHS, f"failed: {error}", {}, {})
    stopped = formulation.program.integer.any() and mine.status is Status.TIME_LIMIT
    if stopped or other.status is Status.TIME_LIMIT:
        # Two plans that are not best differ for other reasons than the months.
        return HorizonAudit(AUDIT_MONTHS, str(Status.TIME_LIMIT), {}, {})
    if other.x is None or mine.x is None:
        return HorizonAudit(AUDIT_MONTHS, str(other.status), {}, {})
    changes = {name: _metric(longer, other.x, name) - _metric(formulation, mine.x, name) for name in formulation.models}
    ours, theirs = Reading(formulation, mine.x), Reading(longer, other.x)
    first_year = {
        category: (
            float(ours.spent(category)[:AUDIT_MONTHS].sum()),
            float(theirs.spent(category)[:AUDIT_MONTHS].sum()),
        )
        for category in CATEGORIES
    }
    bought = (_bought(ours), _bought(theirs))
    return HorizonAudit(AUDIT_MONTHS, str(other.status), changes, first_year, bought)


def _bought(reading: Reading) -> float:
    """What the GPUs bought in the first year cost."""
    lines = [place for place, flow in enumerate(reading.outflows) if flow.line == "purchase"]
    return float(reading.paid[lines, :AUDIT_MONTHS].sum())


def _metric(formulation: Formulation, x: FloatArray, name: str) -> float:
    gain = x[formulation.program.column(f"models.{name}.gain").start]
    return float(formulation.models[name].law.metric_of_gain(gain))
