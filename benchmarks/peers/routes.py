"""Who is measured on what, and with which settings: one frozen entry each.

A route's function lives in a module of its own, imported only in the process that measures it: a peer that is not
installed is a row that says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import Any


@dataclass(frozen=True)
class Route:
    """One way to do one thing.

    Attributes
    ----------
    suite : str
        ``curves``, ``build`` or ``solve``.
    name : str
        As printed.
    place : str
        ``module:function`` inside this package.
    packages : tuple of str
        Distributions it needs, for its version; the first is the peer itself.
    settings : str
        What was chosen where the peer leaves a choice.
    compiles : bool
        Whether the function compiles a problem first, and returns what then solves it.
    """

    suite: str
    name: str
    place: str
    packages: tuple[str, ...]
    settings: str
    compiles: bool = False

    @property
    def missing(self) -> tuple[str, ...]:
        """Distributions that are not installed."""
        return tuple(package for package in self.packages if not _version(package))

    @property
    def versions(self) -> str:
        """``linopy 0.10.1, highspy 1.15.1``."""
        return ", ".join(f"{package} {_version(package) or 'not installed'}" for package in self.packages)

    def load(self) -> Any:
        """Import the function."""
        module, _, function = self.place.partition(":")
        return getattr(import_module(f".{module}", __package__), function)


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


_SLSQP = "equal split first, analytic gradients, ftol 1e-9, 1,000 iterations"
CURVES = (
    Route("curves", "allocator", "curve_routes:allocator_auto", ("allocator", "highspy"), "auto; gap 1e-6 asked"),
    Route(
        "curves",
        "allocator, cones",
        "curve_routes:allocator_clarabel",
        ("allocator", "clarabel"),
        "solver clarabel; gap 1e-6 asked",
    ),
    Route("curves", "Clarabel, bare", "curve_routes:bare_clarabel", ("clarabel",), "arrays; its defaults"),
    Route(
        "curves", "HiGHS, bare", "curve_routes:bare_highs", ("highspy",), "arrays; 200 fixed chords a curve, defaults"
    ),
    Route("curves", "cvxpy", "curve_routes:cvxpy_clarabel", ("cvxpy", "clarabel"), "its atoms; Clarabel, defaults"),
    Route("curves", "SciPy SLSQP", "curve_routes:slsqp", ("scipy",), _SLSQP),
    Route(
        "curves",
        "SciPy trust-constr",
        "curve_routes:trust_constr",
        ("scipy",),
        "as SLSQP; its own tolerances, 1,000 iterations",
    ),
    Route(
        "curves",
        "PyMC-Marketing",
        "curve_pymc:prepare",
        ("pymc-marketing", "pytensor", "scipy"),
        "its defaults; one draw",
        True,
    ),
)
BUILD = (
    Route("build", "allocator", "plan_build:allocator", ("allocator", "numpy", "highspy"), "arrays to passModel"),
    Route(
        "build",
        "allocator, its own plan",
        "plan_build:paths",
        ("allocator", "highspy"),
        "another, richer plan: twice the rows a path; named, scaled, first tangents",
    ),
    Route("build", "cvxpy", "plan_build:cvxpy", ("cvxpy", "highspy"), "matrices path by month; backend SCIPY"),
    Route(
        "build", "linopy", "plan_build:linopy", ("linopy", "xarray", "highspy"), "dims path, month; direct, no names"
    ),
    Route("build", "PuLP", "plan_build:pulp", ("pulp", "highspy"), "add_variable_dicts, lpSum; pulp.HiGHS"),
    Route(
        "build",
        "PuLP, from our arrays",
        "plan_build:pulp_from_arrays",
        ("pulp", "allocator", "highspy"),
        "build_pulp; pulp.HiGHS",
    ),
    Route("build", "Pyomo", "plan_build:pyomo", ("pyomo", "highspy"), "ConcreteModel, rules; appsi Highs"),
)
SOLVE = (
    Route("solve", "allocator", "plan_solve:allocator", ("allocator", "highspy"), "auto: HiGHS; gap 1e-6"),
    Route("solve", "HiGHS, bare", "plan_solve:bare_highs", ("highspy",), "the same arrays; its defaults"),
    Route("solve", "Clarabel, bare", "plan_solve:bare_clarabel", ("clarabel",), "the same arrays; its defaults"),
    Route("solve", "cvxpy, HiGHS", "plan_solve:cvxpy_highs", ("cvxpy", "highspy"), "backend SCIPY"),
    Route("solve", "cvxpy, Clarabel", "plan_solve:cvxpy_clarabel", ("cvxpy", "clarabel"), "backend SCIPY"),
    Route("solve", "linopy, HiGHS", "plan_solve:linopy_highs", ("linopy", "highspy"), "direct"),
    Route("solve", "PuLP, HiGHS", "plan_solve:pulp_highs", ("pulp", "highspy"), "its defaults"),
    Route("solve", "PuLP, CBC", "plan_solve:pulp_cbc", ("pulp",), "the CBC it ships; its defaults"),
    Route("solve", "Pyomo, HiGHS", "plan_solve:pyomo_highs", ("pyomo", "highspy"), "appsi; its defaults"),
)
ROUTES = CURVES + BUILD + SOLVE
