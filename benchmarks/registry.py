"""What is measured: plan family x size x solver x phase, each a frozen value that registers itself.

Families and the phases of the whole way come from `allocator.study`, where `allocator bench` finds them too; here
are the sizes that are compared from version to version, and finer phases. Nothing here solves anything.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from allocator.solve.options import Options
from allocator.study.scaling_families import Family, family_named
from allocator.study.scaling_phases import PHASES as WAY
from allocator.study.scaling_phases import Case, Driver, Phase


@dataclass(frozen=True)
class Spec:
    """One plan to measure.

    Attributes
    ----------
    family : Family
    size : int
    solvers : tuple of str
        Solvers that the phases which solve are measured with; the first is what ``auto`` would take.
    """

    family: Family
    size: int
    solvers: tuple[str, ...]

    @property
    def name(self) -> str:
        """Family and size, as in the report."""
        return f"{self.family.name}, {self.size} {self.family.unit}"


@dataclass(frozen=True)
class Cell:
    """One measurement: a plan, a phase, and a solver where the phase depends on it."""

    spec: Spec
    phase: Phase
    solver: str = ""

    def __str__(self) -> str:
        return "-".join(filter(None, (self.phase.name, self.spec.name, self.solver)))

    def prepare(self) -> Driver:
        """Do what comes before the phase; return the phase itself."""
        return self.phase.driver(Case(self.spec.family, self.spec.size, Options(solver=self.solver or "auto")))


SPECS: list[Spec] = []
PHASES: dict[str, Phase] = dict(WAY)


def register(family: str, size: int, solvers: tuple[str, ...]) -> Spec:
    """Add a plan to what is measured.

    Raises
    ------
    ValueError
        When it is there already.
    """
    spec = Spec(family_named(family), size, solvers)
    if spec.name in {other.name for other in SPECS}:
        raise ValueError(f"there are two specifications named {spec.name!r}")
    SPECS.append(spec)
    return spec


def register_phase(phase: Phase) -> Phase:
    """Add a phase of the benchmarks.

    Raises
    ------
    ValueError
        When there is one of its name.
    """
    if phase.name in PHASES:
        raise ValueError(f"there are two phases named {phase.name!r}")
    PHASES[phase.name] = phase
    return phase


def phase(name: str, begins: str, ends: str, **about: bool) -> Callable[[Callable[[Case], Driver]], Phase]:
    """Register the decorated driver as a phase."""
    return lambda prepare: register_phase(Phase(name, begins, ends, prepare, **about))


def cells() -> list[Cell]:
    """Every measurement there is."""
    return [
        Cell(spec, phase, solver)
        for spec in SPECS
        for phase in PHASES.values()
        for solver in (spec.solvers if phase.solver else ("",))
    ]


register("startup", 15, ("highs", "cbc", "clarabel"))
register("lab", 36, ("highs", "clarabel"))
register("lab", 72, ("highs", "clarabel"))
register("portfolio", 4, ("highs", "clarabel"))
register("portfolio", 16, ("highs", "clarabel"))
register("whole-startup", 15, ("cbc", "highs"))
