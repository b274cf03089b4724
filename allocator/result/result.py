"""The answer to one plan: status, quality, tables, prices and the certificate."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from allocator.errors import ExitCode
from allocator.plan import Plan
from allocator.result.audit import Certificate
from allocator.result.table import Table

if TYPE_CHECKING:
    import pandas as pd

# A longer horizon that moves more of the first year's money than this is worth a warning.
FLIPPED = 0.2


@dataclass(frozen=True)
class ModelResult:
    """What one model reaches.

    Attributes
    ----------
    name, law, metric, unit : str
    value : float
        The metric at the reported plan, by the true law.
    inputs : dict of str to float
        What the run uses: ``parameters``, ``tokens``, …
    compute_flop : float
        FLOP of the training window.
    effective_flop : float
        The same times what research makes of it.
    reducible : float or None
        Metric above its irreducible level; None for laws without one.
    extrapolation, assumed : tuple of str
        How far outside the law's range the run lies; levels of the law nobody published.
    deadline : str
    funded : bool
        Whether it is trained at all; only an optional model may not be, and its metric is then that of nothing.
    serving_flop : float
        FLOP of serving it, over the plan.
    repeated : (str, str) or None
        The inputs that are unique items and items processed, of a law that lets items be used again.
    """

    name: str
    law: str
    metric: str
    unit: str
    value: float
    inputs: dict[str, float]
    compute_flop: float
    effective_flop: float
    reducible: float | None
    extrapolation: tuple[str, ...]
    assumed: tuple[str, ...]
    deadline: str
    funded: bool = True
    serving_flop: float = 0.0
    repeated: tuple[str, str] | None = None

    @property
    def tokens_per_parameter(self) -> float | None:
        """Tokens it trains on for each parameter, each pass counted; None where a law knows no such thing."""
        tokens = self.inputs.get("tokens" if self.repeated is None else self.repeated[1])
        parameters = self.inputs.get("parameters")
        return tokens / parameters if tokens is not None and parameters else None

    @property
    def epochs(self) -> float | None:
        """How often each unique item is used; None for laws that use each once, or where there is none."""
        if self.repeated is None or not self.inputs[self.repeated[0]] > 0.0:
            return None
        return self.inputs[self.repeated[1]] / self.inputs[self.repeated[0]]

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return {
            "name": self.name,
            "law": self.law,
            "metric": self.metric,
            "unit": self.unit,
            "value": self.value,
            "parameters": self.inputs.get("parameters"),
            "tokens": self.inputs.get("tokens"),
            "inputs": self.inputs,
            "epochs": self.epochs,
            "compute_flop": self.compute_flop,
            "effective_flop": self.effective_flop,
            "reducible": self.reducible,
            "extrapolation": list(self.extrapolation),
            "assumed": list(self.assumed),
            "deadline": self.deadline,
            "funded": self.funded,
            "serving_flop": self.serving_flop,
            "tokens_per_parameter": self.tokens_per_parameter,
        }


@dataclass(frozen=True)
class HorizonAudit:
    """The same plan with `months` more, and what changed in its first year.

    Attributes
    ----------
    months : int
        How many months were added.
    status : str
        How the longer plan ended; anything but ``optimal`` leaves the rest empty.
    quality_change : dict of str to float
        Longer plan's metric minus this one's, by model.
    first_year : dict of str to (float, float)
        Spending of the first year by category: this plan, the longer one.
    bought : (float, float)
        What GPUs bought in the first year cost: in this plan, in the longer one.
    """

    months: int
    status: str
    quality_change: dict[str, float]
    first_year: dict[str, tuple[float, float]]
    bought: tuple[float, float] = (0.0, 0.0)

    def warnings(self) -> list[str]:
        """What a reader should know: the plan leans on its last month, or could not be checked."""
        if not self.first_year:
            return [f"the horizon audit ({self.months} months more) ended {self.status}: it says nothing"]
        total = sum(mine for mine, _ in self.first_year.values())
        moved = sum(abs(theirs - mine) for mine, theirs in self.first_year.values())
        mine, theirs = self.bought
        if total > 0 and abs(theirs - mine) > FLIPPED * total:
            more = "more" if theirs > mine else "fewer"
            return [
                f"with {self.months} months more, {more} GPUs would be bought in the first year, for "
                f"{abs(theirs - mine) / total:.0%} of its spending: what they serve, cost and fetch after this plan's "
                "end counts for nothing in it; compare with a longer `plan.months`"
            ]
        if total > 0 and moved > FLIPPED * total:
            return [
                f"with {self.months} months more, {moved / total:.0%} of the first year's spending would move: "
                "the horizon's end shapes this plan; compare with a longer `plan.months`"
            ]
        return []

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return {
            "months": self.months,
            "status": self.status,
            "quality_change": self.quality_change,
            "first_year": {name: list(pair) for name, pair in self.first_year.items()},
            "bought": list(self.bought),
        }


@dataclass(frozen=True, repr=False)
class Result:
    """A solved plan.

    Attributes
    ----------
    status : str
        ``optimal``, ``gap``, ``time_limit``.
    plan : Plan
    objective : dict
        ``kind``, ``value``, ``bound``, ``gap``, ``unit``.
    models : tuple of ModelResult
    tables : dict of str to Table
        cash, spend, revenue, earning, partners, treasury, funding, compute, use, data, people, prices.
    certificate : Certificate
    solver : dict
        ``name``, ``version``, ``seconds``, ``iterations``, ``rounds``, ``reason``, ``attempts``.
    price_kind : str
        ``exact``, ``at the fixed integer plan`` or ``unavailable (why)``.
    binding : tuple of str
        What holds the plan back, in sentences.
    warnings : tuple of str
    horizon : HorizonAudit or None
    decisions : dict
        What the program chose, as the ledger replays it.
    """

    status: str
    plan: Plan
    objective: dict[str, Any]
    models: tuple[ModelResult, ...]
    tables: dict[str, Table]
    certificate: Certificate
    solver: dict[str, Any]
    price_kind: str
    binding: tuple[str, ...]
    warnings: tuple[str, ...]
    horizon: HorizonAudit | None
    decisions: dict[str, Any]

    def __repr__(self) -> str:
        unit = self.objective["unit"]
        value = f"{self.objective['value']:.6g}" + (f" {unit}" if unit else "")
        return f"<Result of {self.plan.plan.name}: {self.status}, {value}; models, tables, binding, warnings>"

    @property
    def exit_code(self) -> ExitCode:
        """What the command line answers."""
        return ExitCode.SOLVED if self.status == "optimal" else ExitCode.STOPPED_EARLY

    def model(self, name: str) -> ModelResult:
        """The model called `name`; raises KeyError when there is none."""
        for model in self.models:
            if model.name == name:
                return model
        raise KeyError(f"no model {name!r}; there are {', '.join(model.name for model in self.models)}")

    def frame(self, name: str) -> pd.DataFrame:
        """One of the tables as a pandas DataFrame; raises KeyError when there is none."""
        if name not in self.tables:
            raise KeyError(f"no table {name!r}; there are {', '.join(self.tables)}")
        return self.tables[name].frame()

    def locks(self, until: str | int | None = None) -> dict[str, str]:
        """Limits that fix every decision up to a month, so that a changed plan re-plans the rest.

        Parameters
        ----------
        until : str or int, optional
            The last month that is locked, ``"2026-12"`` or its number; all months when left out.

        Returns
        -------
        dict of str to str
            Rules by name: ``plan.with_limits(result.locks("2026-12"))``. What a run of a finished model made of
            its compute and data is not among them: its size is chosen again from the same compute.
        """
        from allocator.result.locks import locks_of

        return locks_of(self.plan, self.decisions, until)

    def as_dict(self) -> dict[str, Any]:
        """The result with the stable keys that others can build on."""
        cash = self.tables["cash"]
        return {
            "status": self.status,
            "objective": self.objective,
            "models": [model.as_dict() for model in self.models],
            "cash": dict(zip(cash.column("month"), cash.column("closing"), strict=True)),
            "runway_months": dict(zip(cash.column("month"), cash.column("runway_months"), strict=True)),
            "tables": {name: list(table) for name, table in self.tables.items() if name != "prices"},
            "prices": {"kind": self.price_kind, "rows": list(self.tables["prices"])},
            "binding": list(self.binding),
            "certificate": self.certificate.as_dict(),
            "solver": self.solver,
            "horizon_audit": None if self.horizon is None else self.horizon.as_dict(),
            "warnings": list(self.warnings),
            "decisions": self.decisions,
            "scenarios": list(self.plan.applied),
            "plan": self.plan.resolved(),
            "plan_sha256": self.plan.sha256(),
        }

    def to_json(self, *, indent: int | None = 2) -> str:
        """`as_dict` as JSON; numbers keep every digit."""
        return json.dumps(self.as_dict(), indent=indent, allow_nan=False)

    def _repr_html_(self) -> str:
        """For notebooks: the summary a terminal would show."""
        from allocator.result.notebook import summary_html
        from allocator.result.summary import summarise

        return summary_html(summarise(self))
