"""Capital allocation for AI companies: cash, compute, data and people planned together to a proven optimum.

Everything public is here, and imported only when it is used::

    from allocator import load_plan, solve

    result = solve(load_plan("plan.toml"))
    print(result.model("flagship").value)
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from allocator.errors import AllocatorError, InfeasibleError, LawError, PlanError, SolverError
    from allocator.plan import Plan, load_plan, plan_schema, plausibility, quantity, readback
    from allocator.plan.accounts import Accounts, load_accounts
    from allocator.quality import Law, law_names, load_law
    from allocator.result.result import Result
    from allocator.session import Session, solve
    from allocator.solve.options import Options
    from allocator.study.alternatives import Alternatives, alternatives
    from allocator.study.compare import Comparison, compare
    from allocator.study.diagnose import Diagnosis, diagnose
    from allocator.study.explain import Explanation, explain
    from allocator.study.frontier import Frontier, frontier
    from allocator.study.repair import Repair, repair
    from allocator.study.require import Requirement, require
    from allocator.study.sensitivity import Sensitivity, Sobol, sensitivity, sobol
    from allocator.study.sweep import Sweep, sweep

__version__ = "0.1.0"

_HOMES = {
    "Accounts": "allocator.plan.accounts",
    "AllocatorError": "allocator.errors",
    "Diagnosis": "allocator.study.diagnose",
    "Explanation": "allocator.study.explain",
    "Frontier": "allocator.study.frontier",
    "frontier": "allocator.study.frontier",
    "InfeasibleError": "allocator.errors",
    "Alternatives": "allocator.study.alternatives",
    "alternatives": "allocator.study.alternatives",
    "Comparison": "allocator.study.compare",
    "compare": "allocator.study.compare",
    "Law": "allocator.quality",
    "LawError": "allocator.errors",
    "Options": "allocator.solve.options",
    "Plan": "allocator.plan",
    "PlanError": "allocator.errors",
    "Result": "allocator.result.result",
    "Session": "allocator.session",
    "SolverError": "allocator.errors",
    "diagnose": "allocator.study.diagnose",
    "explain": "allocator.study.explain",
    "law_names": "allocator.quality",
    "load_accounts": "allocator.plan.accounts",
    "load_law": "allocator.quality",
    "load_plan": "allocator.plan",
    "plan_schema": "allocator.plan",
    "plausibility": "allocator.plan",
    "quantity": "allocator.plan",
    "Repair": "allocator.study.repair",
    "repair": "allocator.study.repair",
    "Requirement": "allocator.study.require",
    "require": "allocator.study.require",
    "readback": "allocator.plan",
    "Sensitivity": "allocator.study.sensitivity",
    "Sobol": "allocator.study.sensitivity",
    "sensitivity": "allocator.study.sensitivity",
    "sobol": "allocator.study.sensitivity",
    "Sweep": "allocator.study.sweep",
    "solve": "allocator.session",
    "sweep": "allocator.study.sweep",
}

__all__ = [
    "Accounts",
    "AllocatorError",
    "Alternatives",
    "Comparison",
    "Diagnosis",
    "Explanation",
    "Frontier",
    "InfeasibleError",
    "Law",
    "LawError",
    "Options",
    "Plan",
    "PlanError",
    "Repair",
    "Requirement",
    "Result",
    "Sensitivity",
    "Session",
    "Sobol",
    "SolverError",
    "Sweep",
    "alternatives",
    "compare",
    "diagnose",
    "explain",
    "frontier",
    "law_names",
    "load_accounts",
    "load_law",
    "load_plan",
    "plan_schema",
    "plausibility",
    "quantity",
    "readback",
    "repair",
    "require",
    "sensitivity",
    "sobol",
    "solve",
    "sweep",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'allocator' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])


class _SolveRoom(ModuleType):
    """The package `allocator.solve`, callable as the function of that name."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return import_module(_HOMES["solve"]).solve(*args, **kwargs)


class _Package(ModuleType):
    """Importing the room `allocator.solve` puts it where the function was; `solve(plan)` then still works."""

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "solve" and isinstance(value, ModuleType):
            value.__class__ = _SolveRoom
        super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package
