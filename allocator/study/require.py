"""How much capital does it take to reach this quality, and by when?"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from allocator.errors import UsageError
from allocator.plan import Plan
from allocator.plan.wording import money
from allocator.result.ledger import replay
from allocator.result.result import ModelResult, Result
from allocator.result.table import Table, table
from allocator.session import Session
from allocator.solve.options import Options
from allocator.study.sweep import Sweep, sweep

if TYPE_CHECKING:
    import pandas as pd

# What a company needs to build its models, of which the share rule makes capital.
NEEDS = ("compute", "data", "people")


@dataclass(frozen=True)
class Requirement:
    """The least capital with which a plan reaches its targets.

    Attributes
    ----------
    result : Result
        The plan with that capital: the cheapest, certified.
    capital, bound : float
        Least capital found, and what no plan can do with less than; in the plan's currency.
    of : str
        What the capital is: ``plan.cash`` or ``funding.NAME``.
    stated : float
        What the plan itself says it is.
    by_month : Table
        ``month, paid, received, needed``: what is paid and comes in without the capital, and the capital that has to
        be there by the close of the month, runway included.
    need : float
        Spending on compute, data and people over the whole plan.
    share : float or None
        Share of the capital that such needs are taken to be, where that was asked.
    """

    result: Result
    capital: float
    bound: float
    of: str
    stated: float
    by_month: Table
    need: float
    share: float | None = None

    @property
    def by_share(self) -> float | None:
        """Capital by the rule of thumb F = need / share."""
        return None if self.share is None else self.need / self.share

    def frame(self) -> pd.DataFrame:
        """`by_month` as a pandas DataFrame."""
        return self.by_month.frame()

    def sentences(self) -> list[str]:
        """Say it in words."""
        plan = self.result.plan
        currency = plan.plan.currency
        reached = ", ".join(f"{model.name} {model.metric} {model.value:.4g}" for model in self._reached())
        last = max(row["needed"] for row in self.by_month)
        month = next(row["month"] for row in self.by_month if row["needed"] >= last * (1.0 - 1e-6))
        found = [
            f"{reached} takes {money(self.capital, currency)} of {self.of}; no plan does it with less than "
            f"{money(self.bound, currency)}",
            f"the plan has {money(self.stated, currency)}, {self._spare(currency)}",
            f"all of it is needed by {month}; compute, data and people cost {money(self.need, currency)}",
        ]
        if self.by_share is not None:
            found.append(
                f"by the rule need / share with {self.share:.0%}: {money(self.by_share, currency)}, "
                f"{self.by_share / self.capital:.2g} times as much"
                if self.capital > 0.0
                else f"by the rule need / share with {self.share:.0%}: {money(self.by_share, currency)}"
            )
        return found

    def _reached(self) -> list[ModelResult]:
        asked = self.result.plan.models
        return [model for model in self.result.models if asked[model.name].target is not None]

    def _spare(self, currency: str) -> str:
        spare = self.stated - self.capital
        return f"{money(abs(spare), currency)} {'more than that' if spare >= 0 else 'too little'}"

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON; the plan with that capital is under ``result``."""
        return {
            "capital": self.capital,
            "bound": self.bound,
            "of": self.of,
            "stated": self.stated,
            "need": self.need,
            "share": self.share,
            "by_share": self.by_share,
            "by_month": list(self.by_month),
            "result": self.result.as_dict(),
        }


def require(
    plan: Plan,
    targets: Mapping[str, float | str] | None = None,
    *,
    of: str = "plan.cash",
    share: float | None = None,
    options: Options | None = None,
) -> Requirement:
    """Find the least capital with which `plan` reaches its targets.

    Parameters
    ----------
    plan : Plan
    targets : mapping of str to float or str, optional
        Model and value of its metric, in place of the plan's own targets or beside them.
    of : str
        What is made least: ``plan.cash``, or a signed round, ``funding.NAME``.
    share : float, optional
        Also take capital as need / share, where need is what compute, data and people cost.
    options : Options, optional

    Returns
    -------
    Requirement

    Raises
    ------
    UsageError
        A model that the plan does not have, or a share that is not above 0 and at most 1.
    PlanError
        No target, a target out of reach, or `of` that is no capital.
    InfeasibleError
        No amount of capital reaches the targets; says which rules stand in the way.
    """
    if share is not None and not 0.0 < share <= 1.0:
        raise UsageError(f"share is {share:g}; it must be above 0 and at most 1, such as 0.3")
    asked = asking(plan, targets or {}, of)
    result = Session(asked, options).solve(horizon_audit=False)
    need = sum(row["money"] for row in result.tables["spend"] if row["category"] in NEEDS)
    objective = result.objective
    stated = plan.plan.cash if of == "plan.cash" else plan.funding[of.partition(".")[2]].most
    return Requirement(
        result=result,
        capital=float(objective["value"]),
        bound=float(objective["bound"]),
        of=of,
        stated=stated,
        by_month=_by_month(result, float(objective["value"])),
        need=need,
        share=share,
    )


def asking(plan: Plan, targets: Mapping[str, float | str], of: str) -> Plan:
    """The plan with the least capital as its goal, and with `targets`."""
    unknown = [name for name in targets if name not in plan.models]
    if unknown:
        raise UsageError(f"there is no model {unknown[0]!r}; the plan has {', '.join(plan.models)}")
    changes: dict[str, float | str] = {f"models.{name}.target": value for name, value in targets.items()}
    return plan.changed({"objective.goal": "capital", "objective.of": of, **changes})


def capital_curve(
    plan: Plan,
    model: str,
    values: Sequence[float | str],
    *,
    of: str = "plan.cash",
    options: Options | None = None,
    parallel: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> Sweep:
    """Find the least capital for each of several targets of one model.

    Parameters
    ----------
    plan : Plan
    model : str
    values : sequence of float or str
        Targets, in the model's metric.
    of : str
        What is made least.
    options : Options, optional
        Solver, gap, and the time limit of all targets together.
    parallel : int
        Processes on this machine.
    progress : callable, optional
        Called with the number of targets done and of all.

    Returns
    -------
    Sweep
        Its column ``objective`` is the least capital of each target; those that there was no time for are ``stopped``.
    """
    if not values:
        raise UsageError("no target is given; a curve of capital needs at least one")
    asked = asking(plan, {model: values[0]}, of)
    options = (options or Options()).started()
    return sweep(asked, {f"models.{model}.target": values}, options=options, parallel=parallel, progress=progress)


def _by_month(result: Result, capital: float) -> Table:
    """Capital that has to have come in by each close: what the months up to it have used, and what must be left."""
    ledger = replay(result.plan, result.decisions)
    floor = result.plan.plan.min_cash
    used = [
        capital - (cash - max(required, floor)) for cash, required in zip(ledger.cash, ledger.required, strict=True)
    ]
    needed = [max(amount, 0.0) for amount in accumulate(used, max)]
    cash = result.tables["cash"]
    name = result.plan.objective.capital_round
    raised = [0.0] * len(needed) if name is None else ledger.funding[name]
    kinds = (cash.column(name) for name in ("revenue", "funding", "resale", "partners", "treasury"))
    received = [math.fsum(inflows) - own for *inflows, own in zip(*kinds, raised, strict=True)]
    records = zip(cash.column("month"), cash.column("spend"), received, needed, strict=True)
    return table("capital", ["month", "paid", "received", "needed"], list(records))


def curve_table(found: Sweep, model: str) -> Table:
    """A curve of capital: ``target, status, capital, reason``."""
    field = f"models.{model}.target"
    records = [
        (row[field], row["status"], row["objective"], " ".join(str(row["reason"]).split())) for row in found.table
    ]
    return table("capital", ["target", "status", "capital", "reason"], records)
