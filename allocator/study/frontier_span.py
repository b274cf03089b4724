"""What a frontier is traced along: the fields that a place stands for, and between which ends."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allocator.errors import StoppedError, UsageError
from allocator.goals import MOST_MONTHS
from allocator.plan import Plan
from allocator.session import Session
from allocator.solve.options import Options
from allocator.solve.solution import Status
from allocator.study.asked import TIME_UP

AGAINST = ("capital", "runway", "time", "weight")
# Spans taken where none is given: shares of the plan's cash, months of every deadline, shares of the weight.
_CASH, _MONTHS, _WEIGHTS = (0.5, 2.0), (-6.0, 6.0), (0.05, 0.95)
_USUAL_MONTHS = 24.0


def dimension(plan: Plan, against: str) -> Callable[[float], dict[str, Any]]:
    """The fields that a place on the dimension stands for; raises `UsageError` where the plan has no such dimension."""
    if against not in AGAINST:
        raise UsageError(f"{against!r} is no dimension; choose {', '.join(AGAINST)}")
    if plan.objective.goal != "quality":
        raise UsageError(f"a frontier is of quality, and the plan's goal is {plan.objective.goal}; set objective.goal")
    if against == "capital":
        return lambda x: {"plan.cash": x}
    if against == "runway":
        if plan.runway is None:
            raise UsageError("the plan has no runway rule; add [runway] with months, basis and window")
        return lambda x: {"runway.months": x}
    if against == "time":
        deadlines = {name: model.deadline for name, model in plan.models.items()}
        return lambda x: {f"models.{name}.deadline": deadline + round(x) for name, deadline in deadlines.items()}
    names = weighed(plan)
    if len(names) != 2:
        raise UsageError(
            f"a frontier against weight is between two models, and the plan has {len(names)} of a weight above 0"
        )
    return lambda x: {f"models.{names[0]}.weight": x, f"models.{names[1]}.weight": 1.0 - x}


def weighed(plan: Plan) -> list[str]:
    """The models a weight is shared between: all where there are two, else those that count; milestones are rules."""
    return [name for name, model in plan.models.items() if len(plan.models) == 2 or model.weight > 0.0]


def span_of(
    plan: Plan, against: str, low: float | None, high: float | None, options: Options
) -> tuple[float, float, str]:
    """The ends of the span, as they are given or the usual ones, and what there was no time for to find them."""
    said = ""
    if against == "capital":
        default = (_CASH[0] * plan.plan.cash, _CASH[1] * plan.plan.cash)
    elif against == "runway":
        assert plan.runway is not None  # the dimension needs one
        usual = max(_USUAL_MONTHS, 2.0 * max(plan.runway.months))
        longest, said = _longest(plan, options) if high is None else (MOST_MONTHS, "")
        default = (0.0, min(longest, usual))
        said = said if longest < usual else ""
    else:
        default = _MONTHS if against == "time" else _WEIGHTS
    return default[0] if low is None else low, default[1] if high is None else high, said


def _longest(plan: Plan, options: Options) -> tuple[float, str]:
    """The longest runway that the plan's other rules and targets leave, short of its last millionths.

    Half of the time is for the points: the longest that was found in the other will do.
    """
    assert plan.runway is not None
    months = max(plan.runway.months)
    asked = plan.changed({"objective.goal": "runway", "runway.months": months})
    try:
        found = Session(asked, options.within(share=0.5)).brief()
    except StoppedError:
        return MOST_MONTHS, ""
    said = "longer runways not looked for" if found.status == Status.TIME_LIMIT else ""
    return found.value * (1.0 - 1e-5), f"{said}: {TIME_UP}" if said else ""
