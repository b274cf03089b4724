"""Which racers there are, and how each is made."""

from __future__ import annotations

from importlib.util import find_spec

from allocator.errors import SolverError, how_to_install
from allocator.solve.adapter import SolverFactory
from allocator.solve.cbc import CbcSolver
from allocator.solve.highs import HighsSolver
from allocator.solve.racer import Blocking, Racer
from allocator.solve.racer_cbc import CbcRacer
from allocator.solve.racer_highs import HighsRacer


def make_racer(name: str, maker: SolverFactory | None, threads: int) -> Racer:
    """A racer of that name.

    Parameters
    ----------
    name : str
        ``highs``, ``cbc`` or ``scip``.
    maker : callable or None
        Makes a linear solver that stands in for the built-in one. One that cannot be
        watched is waited for.
    threads : int

    Raises
    ------
    SolverError
        When its package is not installed.
    """
    if maker is not None and maker not in (HighsSolver, CbcSolver):
        solver = maker(threads)
        return solver if isinstance(solver, Racer) else Blocking(solver)
    if name == "highs":
        return HighsRacer(threads)
    if name == "cbc":
        return CbcRacer(threads)
    if find_spec("pyscipopt") is None:
        raise SolverError(f"scip is not installed; {how_to_install('scip')}")
    from allocator.solve.scip import ScipRacer

    return ScipRacer(threads)
