"""What a search for whole units knows: the bound and whose it is, the best plan and who found it."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from allocator.errors import CertificateError
from allocator.solve.adapter import Answer
from allocator.solve.certificate import PRINTED_TOLERANCE
from allocator.solve.incumbent import Incumbent
from allocator.solve.solution import Attempt


@dataclass
class Search:
    """Bound and best plan of all solvers together, and the steps taken.

    Attributes
    ----------
    bound : float
        The lowest bound anyone has given.
    bound_by : str
        Who gave it.
    incumbent : Incumbent or None
        The best plan that holds.
    plan_by : str
        Who found its whole numbers.
    branched : set of str
        The solvers whose own word was taken for a bound.
    """

    bound: float
    bound_by: str
    incumbent: Incumbent | None = None
    plan_by: str = ""
    branched: set[str] = field(default_factory=set)
    attempts: list[Attempt] = field(default_factory=list)
    message: str = ""
    out_of_time: bool = False
    interrupted: bool = False

    @property
    def gap(self) -> float:
        return self.bound - self.incumbent.objective if self.incumbent else float("inf")

    def take_plan(self, plan: Incumbent | None, by: str) -> None:
        """Keep `plan` where it is better than the one at hand.

        Raises
        ------
        CertificateError
            When it is better than the bound allows.
        """
        if plan is not None and (self.incumbent is None or plan.objective > self.incumbent.objective):
            self.incumbent, self.plan_by = plan, by
        self._check()

    def take_bound(self, bound: float | None, by: str) -> None:
        """Keep `bound` where it is lower than the one known.

        Raises
        ------
        CertificateError
            When a plan at hand is better.
        """
        if bound is None or not np.isfinite(bound):
            return
        self.branched.add(by)
        if bound < self.bound:
            self.bound, self.bound_by = bound, by
        self._check()

    def take_answer(self, answer: Answer, by: str) -> None:
        """Keep the bound of a solver's answer, unless it contradicts the solver's own point.

        Raises
        ------
        CertificateError
            Also when the bound is below its own point.
        """
        own = answer.objective
        if (
            answer.bound is not None
            and own is not None
            and answer.bound < own - PRINTED_TOLERANCE * (1.0 + abs(answer.bound))
        ):
            raise CertificateError([f"{by} claims the bound {answer.bound:.9g}, below its own plan's {own:.9g}"])
        self.take_bound(answer.bound, by)

    def _check(self) -> None:
        allowed = PRINTED_TOLERANCE * (1.0 + abs(self.bound))
        if self.incumbent is not None and self.incumbent.objective > self.bound + allowed:
            raise CertificateError(
                [
                    f"a plan worth {self.incumbent.objective:.12g} was found above the bound {self.bound:.12g} "
                    f"of {self.bound_by}"
                ]
            )
