"""Racers that claim what they are told to, over one small program."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from solve_programs import knapsack

from allocator.errors import SolverError
from allocator.solve.adapter import Answer, AnswerStatus
from allocator.solve.cuts import Cuts, initial_cuts, violated_cuts
from allocator.solve.highs import HighsSolver
from allocator.solve.incumbent import restored
from allocator.solve.master import Effort, Master
from allocator.solve.race import Race
from allocator.solve.racer import Progress
from allocator.solve.scaling import scale
from allocator.solve.search import Search

SCALED = scale(knapsack())
GAP = 3e-3


def best_known() -> tuple[np.ndarray, Cuts]:
    """A good point, and cuts that are close to the curves there."""
    master = Master(SCALED, HighsSolver(), initial_cuts(SCALED.curves), Effort())
    for _ in range(20):
        point = master.solve(whole=True, gap=1e-4).x
        new = violated_cuts(SCALED.curves, point)
        if len(new) == 0 or SCALED.cost @ point - restored(SCALED, point).objective < 1e-6:
            break
        master.add(new)
    return point, master.cuts


POINT, CUTS = best_known()
WORTH = restored(SCALED, POINT).objective


class Fake:
    """A racer that claims what it is told to; `claims` is taken for its progress, `answer` for its end."""

    version = "0"
    point_tolerance = 1e-6

    def __init__(self, name: str, *claims: Progress, answer: Answer | None = None, ends: bool = False) -> None:
        self.name, self.claims, self.answer, self.ends = name, list(claims), answer, ends
        self.stopped = self.abandoned = False

    def load(self, scaled, rows):
        pass

    add = set_bounds = load

    def begin(self, **settings):
        pass

    def progress(self):
        return self.claims.pop(0) if len(self.claims) > 1 else self.claims[0]

    @property
    def ended(self):
        return self.ends or self.stopped

    def stop(self):
        self.stopped = True

    def abandon(self):
        self.abandoned = True

    def settle(self):
        pass

    def solve(self, **_):
        if isinstance(self.answer, SolverError):
            raise self.answer
        return self.answer or Answer(AnswerStatus.STOPPED)


def search(known: float = 10.0) -> Search:
    return Search(known, "relaxation")


def race(found: Search, *racers, complete=lambda x: restored(SCALED, x), time_limit: float | None = None):
    masters = [Master(SCALED, racer, CUTS, Effort()) for racer in racers]
    return Race(masters, found, complete, gap=GAP).run(inner=GAP / 4, time_limit=time_limit)


def shown(worth: float = WORTH) -> Progress:
    return Progress(None, worth, POINT)


def answered(**changes) -> Answer:
    return replace(Answer(AnswerStatus.FEASIBLE, x=POINT, objective=float(SCALED.cost @ POINT)), **changes)


SILENT = Progress()
