"""Which solver for which program, and which are installed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version

import numpy as np

from allocator.errors import SolverError
from allocator.formulate.curves import CUTS_ONLY, CurveKind, Curves
from allocator.solve.options import CVXPY_PREFIX
from allocator.solve.racer import cores
from allocator.solve.scaling import ScaledProgram


@dataclass(frozen=True)
class Choice:
    """A solver's name and why it was taken; for whole units perhaps several, which branch at the same time.

    `instead_of` is the one that was asked for, where it cannot take the program's curves.
    """

    name: str
    reason: str
    racers: tuple[str, ...] = ()
    instead_of: str = ""


@dataclass(frozen=True)
class SolverInfo:
    """One solver as `allocator solvers` lists it."""

    name: str
    package: str
    version: str
    installed: bool
    kinds: str
    note: str


# In this order, as many as there are cores; the one that is taken on one core.
_RACERS = ("cbc", "highs", "scip")
_ALONE = "cbc"
# Choices of yes or no that a message names.
_MOST_CHOICES = 3

_KNOWN = (
    ("highs", "highspy", "LP, MILP", "cuts on the laws, kept live and warm; also the second pass of every solve"),
    ("cbc", "pulp", "LP, MILP", "through PuLP, which ships it; `auto` races it with HiGHS for whole units"),
    ("scip", "pyscipopt", "MILP", "for whole units; `auto` races it too on three cores"),
    ("clarabel", "clarabel", "cones", "the laws as exact cones, with a bound from its own multipliers"),
    ("scs", "scs", "cones", "through cvxpy; a slow second opinion"),
    ("cvxpy:NAME", "cvxpy", "cones", "any other cone solver that cvxpy finds installed"),
)


# From so many curves on, where there are no more than twice as many rows: 300 curves under one budget took
# 13 ms as cones and 76 ms as tangents.
MANY_CURVES = 50
# Rows times curves (those of marketing left out) from which interior point is the quicker first pass, and rows from
# which no simplex should be let loose at all; docs/solvers.md has what was measured.
INTERIOR = 300_000
LARGE = 40_000


def is_large(scaled: ScaledProgram) -> bool:
    """Whether a program is for interior points alone: tangents in a simplex would take many times longer."""
    return not scaled.whole and scaled.n_rows >= LARGE and not beyond_cones(scaled.curves)


def beyond_cones(curves: Curves) -> str:
    """The first of the curves that no cone holds, in words; empty where cones hold them all."""
    found = np.flatnonzero(np.isin(curves.kind, CUTS_ONLY))
    return f"no cone holds {curves.names[found[0]]}" if len(found) else ""


def choose(scaled: ScaledProgram, asked: str) -> Choice:
    """The solver for `scaled`: the one asked for, or by kind and size for ``auto``.

    Raises
    ------
    SolverError
        When a named solver is not installed, or cannot do whole units.
    """
    if asked == "auto":
        return _automatic(scaled)
    if scaled.whole and asked not in _RACERS:
        raise SolverError(f"{asked} {_beyond_cone_solvers(scaled)}")
    if not scaled.whole and asked == "scip":
        raise SolverError("scip is for whole units only; choose highs or cbc, or set whole = true in the plan")
    package = "cvxpy" if asked.startswith(CVXPY_PREFIX) else next(row[1] for row in _KNOWN if row[0] == asked)
    if not installed_version(package):
        raise SolverError(f"{asked} is not installed; run `pip install {package}`")
    beyond = beyond_cones(scaled.curves)
    if beyond and asked not in _RACERS:
        return Choice("highs", f"{asked} was asked for, but {beyond}: cuts in a simplex instead", instead_of=asked)
    return Choice(asked, "asked for")


def _beyond_cone_solvers(scaled: ScaledProgram) -> str:
    """What of a program is for solvers that branch, and what to do: numbers of units, or choices of yes or no."""
    yes_or_no, units = [], False
    for block in scaled.program.columns:
        whole = scaled.integer[block.index]
        if not whole.any():
            continue
        if block.unit == "1" and (scaled.col_upper[block.index][whole] <= 1.0).all():
            yes_or_no.append(block.sentence[:1].lower() + block.sentence[1:])
        else:
            units = True
    if not yes_or_no:
        return "cannot plan in whole units; choose highs or cbc, or set whole = false in the plan"
    several = len(yes_or_no) - _MOST_CHOICES
    choices = ", ".join(yes_or_no[:_MOST_CHOICES]) + (f", and {several} more" if several > 0 else "")
    if units:
        return (
            f"cannot plan in whole units; choose highs or cbc. whole = false is not enough: the plan has choices "
            f"of yes or no besides ({choices})"
        )
    return (
        f"cannot choose between yes and no, and the plan leaves that open ({choices}); choose highs or cbc, or "
        "decide it in the plan"
    )


def available_solvers() -> list[SolverInfo]:
    """Every solver that is known, installed or not; imports none of them."""
    return [
        SolverInfo(name, package, installed_version(package), bool(installed_version(package)), kinds, note)
        for name, package, kinds, note in _KNOWN
    ]


def _automatic(scaled: ScaledProgram) -> Choice:
    if scaled.whole:
        return _race(int(scaled.integer.sum()))
    size = f"{scaled.n_rows:,} rows, {len(scaled.curves):,} curves"
    if beyond := beyond_cones(scaled.curves):
        return Choice("highs", f"continuous ({size}), and {beyond}: cuts in a warm simplex")
    if is_large(scaled):
        return Choice("clarabel", f"continuous and large ({size}): interior point, no simplex")
    if len(scaled.curves) >= MANY_CURVES and scaled.n_rows <= 2 * len(scaled.curves):
        return Choice("clarabel", f"continuous, little but curves ({size}): exact cones")
    if scaled.n_rows * _many_tangents(scaled.curves) >= INTERIOR:
        return Choice("clarabel", f"continuous, of middle size ({size}): interior point, then simplex for the cheapest")
    return Choice("highs", f"continuous and small ({size}): cuts in a warm simplex, which keeps its basis")


def _many_tangents(curves: Curves) -> int:
    """How many curves take round after round of tangents: a month's marketing, x / (x + h), is not one."""
    return int(np.sum(curves.kind != CurveKind.HYPERBOLA))


def _race(units: int) -> Choice:
    """Who branches for whole units: as many racers as cores."""
    free = cores()
    racers = tuple(name for name in _RACERS if name != "scip" or installed_version("pyscipopt"))[:free]
    if len(racers) < 2:
        return Choice(_ALONE, f"{units} whole units, one core")
    return Choice("race", f"{units} whole units, {free} cores: {' and '.join(racers)} at the same time", racers)


@cache
def installed_version(package: str) -> str:
    """Version of a package; empty where it is not installed."""
    try:
        return version(package)
    except PackageNotFoundError:
        return ""
