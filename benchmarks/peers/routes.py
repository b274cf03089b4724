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
    """

    suite: str
    name: str
    place: str
    packages: tuple[str, ...]
    settings: str

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
    Route("curves", "PyMC-Marketing", "curve_pymc:timed", ("pymc-marketing", "pytensor", "scipy"), "its defaults"),
)
ROUTES = CURVES
