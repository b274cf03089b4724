"""Programs next to one program: the same rules with some numbers moved, solved in place and warm.

For prices and the ranges they hold over. The value of a continuous program is concave in its right-hand sides, so
that along a line of such moves its slope never rises: what a few certified solves say of it holds in between.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from allocator.formulate.curves import FloatArray
from allocator.formulate.program import Program
from allocator.solve.clock import Clock
from allocator.solve.diff import Rebuild, compare
from allocator.solve.live import LiveProgram
from allocator.solve.options import Options
from allocator.solve.scaling import ScaledProgram, scale
from allocator.solve.solution import Solution

# Prices come from tangents, whose slopes are off by the root of the gap: a hundredth of the usual one.
PRICE_GAP = 1e-8


def held(program: Program, x: FloatArray) -> Program:
    """`program` with its whole units held where they are at `x`, and therefore continuous."""
    whole = program.integer
    if not whole.any():
        return program
    at = np.where(whole, np.round(x / program.col_scale) * program.col_scale, 0.0)
    return replace(
        program,
        integer=np.zeros_like(whole),
        col_lower=np.where(whole, at, program.col_lower),
        col_upper=np.where(whole, at, program.col_upper),
    )


class Neighbours:
    """A continuous program kept live, and whatever lies next to it.

    Parameters
    ----------
    program : Program
        Without whole units; see `held`.
    threads : int
    clock : Clock, optional
        Time for all solves together.

    Attributes
    ----------
    program : Program
    solves : int
        Programs solved so far.
    rebuilt : int
        How many of them did not fit into the one before.
    """

    def __init__(self, program: Program, threads: int = 1, clock: Clock | None = None) -> None:
        self.program = program
        self.solves = 0
        self.rebuilt = 0
        self._options = Options(solver="highs", gap=PRICE_GAP, second_pass=False, threads=threads, clock=clock)
        self._scaled = scale(program)
        self._live = LiveProgram(self._scaled, self._options)

    @property
    def over(self) -> bool:
        """Whether the time is spent."""
        return self._options.over

    @staticmethod
    def fits(program: Program) -> bool:
        """Whether a program can be kept live at all: large ones are for interior points."""
        return LiveProgram.rides(scale(program), Options(solver="highs"))

    def solve(self, program: Program) -> Solution:
        """Solve and certify on the arrays; in place where `program` differs from the last one in numbers only.

        Raises
        ------
        SolverError, CertificateError
            As any solve.
        """
        self.solves += 1
        scaled: ScaledProgram = scale(program, self._scaled)
        difference = compare(self._scaled, scaled)
        self._scaled = scaled
        if isinstance(difference, Rebuild):
            self.rebuilt += 1
            self._live = LiveProgram(scaled, self._options)
        elif len(difference):
            self._live.change(scaled, difference)
        return self._live.solve()
