"""What is measured: one frozen specification for each family of plans, size and solver.

A specification registers itself by being made with `register`; every phase in `test_benchmark_phases.py` then
measures it. Nothing here solves anything.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Document = dict[str, Any]


@dataclass(frozen=True)
class Spec:
    """One thing to measure.

    Attributes
    ----------
    family : str
        What kind of plan, ``lab``.
    size : str
        What grows, ``36 months``.
    document : callable
        Makes the plan's document, as a plan file would have it.
    solvers : tuple of str
        Solvers that the phases which solve are measured with; the first is what ``auto`` would take.
    whole : bool
        Whether units are whole, so that the first pass is a branch and bound.
    """

    family: str
    size: str
    document: Callable[[], Document]
    solvers: tuple[str, ...]
    whole: bool = False

    @property
    def name(self) -> str:
        """Family and size, as in the report."""
        return f"{self.family}, {self.size}"


SPECS: list[Spec] = []


def register(spec: Spec) -> Spec:
    """Add a specification to what is measured.

    Raises
    ------
    ValueError
        When another one has its name.
    """
    if spec.name in {other.name for other in SPECS}:
        raise ValueError(f"there are two specifications named {spec.name!r}")
    SPECS.append(spec)
    return spec


def example(name: str, **horizon: Any) -> Callable[[], Document]:
    """Make a document from an example plan with other values in [plan]."""

    def document() -> Document:
        from allocator.resources import examples_dir

        made = tomllib.loads((examples_dir() / f"{name}.toml").read_text(encoding="utf-8"))
        made["plan"].update(horizon)
        return made

    return document


def _portfolio(models: int) -> Callable[[], Document]:
    """Make a document with many models, which share GPUs and data and are due one after the other."""

    def document() -> Document:
        return {
            "plan": {"name": "portfolio", "start": "2026-09", "months": 48, "cash": 200e6},
            "runway": {"months": 6},
            "costs": {"office": {"amount": 100e3}},
            "compute": {
                "cloud": {"kind": "rent", "chip": "H100", "price": {"start": 2.9, "yearly_change": -0.1}, "max": 4096},
                "reserved": {"kind": "reserve", "chip": "H100", "price": 2.0, "term": 12, "upfront": 0.25, "max": 4096},
            },
            "data": {"text": {"unit": "token", "price": "0.5 USD/Mtoken", "max": 20e12, "lead": 1}},
            "people": {"staff": {"salary": 20e3, "now": 30, "max": 60, "research": 1.0, "hiring": {"per_month": 3}}},
            "models": {
                f"model-{number}": {
                    "law": "chinchilla-replication",
                    "deadline": 6 + 36 * number // models,
                    "training_months": 4,
                    "research_effect": 0.2,
                }
                for number in range(1, models + 1)
            },
        }

    return document


register(Spec("start-up", "15 months", example("image-startup"), ("highs", "cbc", "clarabel")))
register(Spec("lab", "36 months", example("series-b-lab"), ("highs", "clarabel")))
register(Spec("lab", "72 months", example("series-b-lab", months=72), ("highs", "clarabel")))
register(Spec("portfolio", "4 models", _portfolio(4), ("highs", "clarabel")))
register(Spec("portfolio", "16 models", _portfolio(16), ("highs", "clarabel")))
register(Spec("whole start-up", "15 months", example("image-startup", whole=True), ("cbc", "highs"), whole=True))
