"""One plan asked many questions in place: what every study that is not a sweep rides on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from allocator.errors import InfeasibleError, PlanError, StoppedError
from allocator.plan import Plan
from allocator.result.brief import Brief
from allocator.session import Session, UpdateReport
from allocator.solve.options import Options
from allocator.solve.solution import Status

# Why something was not measured.
TIME_UP = "the time limit"


@dataclass(frozen=True)
class Answered:
    """One certified answer.

    Attributes
    ----------
    value : float
        What was made best: a mean gain, capital, months of runway, profit.
    metrics : dict of str to float
        Each model's metric.
    brief : Brief
    report : UpdateReport
        How the session took the change.
    """

    value: float
    metrics: dict[str, float]
    brief: Brief
    report: UpdateReport

    @property
    def stopped(self) -> bool:
        """Whether the time limit came before it was proven as good as was asked."""
        return self.brief.status == Status.TIME_LIMIT


def not_measured(left: int, of: int, what: str) -> str:
    """Say that there was no time for `left` of so many; empty where there was for all."""
    return f"{left} of {of} {what} not measured: {TIME_UP}" if left else ""


class Asked:
    """A plan and its live session.

    Parameters
    ----------
    plan : Plan
    options : Options, optional
        With a time limit for all questions together.

    Attributes
    ----------
    solves : int
        How many answers were given.
    rebuilds : int
        How many times the program had to be built anew.
    reason : str
        Why the last question had no answer.
    """

    def __init__(self, plan: Plan, options: Options | None = None) -> None:
        self.plan = plan
        self.options = (options or Options()).started()
        self.session = Session(plan, self.options, live=True)
        self.solves = 0
        self.rebuilds = 0
        self.reason = ""

    def ask(self, changes: Mapping[str, Any] | Plan) -> Answered | None:
        """The answer of the plan with some fields replaced; None where no plan keeps its rules, or it is refused.

        None, too, where the time is spent: the reason is then `TIME_UP`. Changes are of the plan as it was given, not
        of the last question's.
        """
        if self.options.over:
            self.reason = TIME_UP
            return None
        try:
            plan = changes if isinstance(changes, Plan) else self.plan.changed(changes) if changes else self.plan
        except PlanError as error:
            self.reason = f"refused: {' '.join(str(error).split())}"
            return None
        report = self.session.update(plan)
        self.rebuilds += report.reason is not None
        try:
            brief = self.session.brief()
        except InfeasibleError as error:
            self.reason = " ".join(str(error).split())
            return None
        except StoppedError:
            self.reason = TIME_UP
            return None
        self.solves, self.reason = self.solves + 1, ""
        return Answered(brief.value, brief.metrics, brief, report)
