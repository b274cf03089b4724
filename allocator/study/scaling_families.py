"""Families of plans that grow: what a scaling study and the benchmarks measure.

A family is one frozen value that registers itself. Further kinds of size, the number of price paths for
instance, are one more `register_family`: with `document` alone where the plan file can say the size; with `write`
where the program is written by another function than `allocator.formulate.build.formulate`; and with `drivers` for
the phases that are done differently then.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from allocator.errors import UsageError
from allocator.formulate.program import Program
from allocator.plan import Plan
from allocator.resources import examples_dir

if TYPE_CHECKING:
    from allocator.study.scaling_phases import Prepare

Document = dict[str, Any]

CONTINUOUS = ("highs", "cbc", "clarabel", "scs")
WHOLE = ("cbc", "highs")


class Written(Protocol):
    """Whatever holds a program: a `Formulation`, or what stands in its place."""

    @property
    def program(self) -> Program: ...


@dataclass(frozen=True)
class Family:
    """Plans of one kind and any size.

    Attributes
    ----------
    name : str
    sentence : str
        What it is, for ``allocator bench --help`` and reports.
    unit : str
        What the size counts: ``months``, ``models``.
    sizes : tuple of int
        Measured unless others are asked for; a growth exponent needs three.
    limits : tuple of int
        Smallest and largest size there is.
    document : callable
        Makes the plan of a size, as a plan file would have it.
    solvers : tuple of str
        Solvers that can do it; the first is what ``auto`` takes.
    whole : bool
        Whether units are whole, so that only branch and bound can do it.
    write : callable or None
        Writes the program of a loaded plan and a size, where that is not the usual `formulate`.
    drivers : mapping of str to callable
        Phases that are done differently, by name; see `allocator.study.scaling_phases`.
    """

    name: str
    sentence: str
    unit: str
    sizes: tuple[int, ...]
    limits: tuple[int, int]
    document: Callable[[int], Document]
    solvers: tuple[str, ...] = CONTINUOUS
    whole: bool = False
    write: Callable[[Plan, int], Written] | None = None
    drivers: Mapping[str, Prepare] = field(default_factory=dict)

    def check_size(self, size: int) -> None:
        """Refuse a size that the family does not have; raises `UsageError`."""
        least, most = self.limits
        if not least <= size <= most:
            raise UsageError(f"--size {size}: {self.name} has {least} to {most} {self.unit}")


FAMILIES: dict[str, Family] = {}


def register_family(family: Family) -> Family:
    """Add a family.

    Raises
    ------
    ValueError
        When another one has its name.
    """
    if family.name in FAMILIES:
        raise ValueError(f"there are two families named {family.name!r}")
    FAMILIES[family.name] = family
    return family


def family_named(name: str) -> Family:
    """Look a family up; raises `UsageError` with what there is."""
    if name not in FAMILIES:
        raise UsageError(f"--family {name}: there is no such family; choose {', '.join(FAMILIES)}")
    return FAMILIES[name]


def _example(name: str) -> Document:
    return tomllib.loads((examples_dir() / f"{name}.toml").read_text(encoding="utf-8"))


def _stretched(document: Document, months: int, **horizon: Any) -> Document:
    """Give an example plan another horizon: deadlines keep their share of it, floors after its end go."""
    from allocator.plan import load_plan

    before = load_plan(document)
    for name, model in document["models"].items():
        deadline = before.models[name].deadline
        least = model.get("training_months", 1)
        model["deadline"] = max(round(deadline * months / before.plan.months), least)
    labels = {before.month_label(month) for month in range(1, min(months, before.plan.months) + 1)}
    for role in document.get("people", {}).values():
        if isinstance(role.get("min"), dict):
            role["min"] = {month: heads for month, heads in role["min"].items() if month in labels}
    document["plan"].update(months=months, **horizon)
    return document


def lab(months: int) -> Document:
    """The example series-b-lab over so many months; over 36 it is the example itself."""
    document = _example("series-b-lab")
    return document if months == document["plan"]["months"] else _stretched(document, months)


def whole_lab(months: int) -> Document:
    """The same in whole people and eights of GPUs."""
    document = lab(months)
    document["plan"]["whole"] = True
    return document


def startup(months: int) -> Document:
    """The example image-startup over so many months; over 15 it is the example itself."""
    document = _example("image-startup")
    return document if months == document["plan"]["months"] else _stretched(document, months)


def whole_startup(months: int) -> Document:
    """The same in whole people, servers and images."""
    document = startup(months)
    document["plan"]["whole"] = True
    return document


def portfolio(models: int) -> Document:
    """Many models over 48 months, which share GPUs, data and people and are due one after the other."""
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


MONTHS = (12, 120)
FEW_MONTHS = (15, 18, 24, 36)
register_family(Family("lab", "series-b-lab", "months", (12, 24, 36, 48, 72, 96), MONTHS, lab))
register_family(Family("startup", "image-startup", "months", (15, 24, 36, 48, 72, 96), MONTHS, startup))
register_family(Family("portfolio", "models that share all pools", "models", (1, 2, 4, 8, 16), (1, 36), portfolio))
register_family(Family("whole-lab", "lab in whole units", "months", FEW_MONTHS, MONTHS, whole_lab, WHOLE, whole=True))
register_family(
    Family("whole-startup", "startup in whole units", "months", FEW_MONTHS, MONTHS, whole_startup, WHOLE, whole=True)
)
