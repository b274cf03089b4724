"""The first racer has a head start where a plan is at hand: the others begin only where it is needed."""

from __future__ import annotations

import time

import pytest
from race_fakes import CUTS, GAP, POINT, SCALED, SILENT, WORTH, Fake, answered, search

from allocator.errors import SolverError
from allocator.solve.clock import Clock
from allocator.solve.highs import HighsSolver
from allocator.solve.incumbent import restored
from allocator.solve.master import Effort, Master
from allocator.solve.race import Race
from allocator.solve.racer import Progress
from allocator.solve.search import Search
from allocator.solve.whole import solve_whole


class Begun(Fake):
    """Remembers when it was begun."""

    at = float("inf")

    def begin(self, **_):
        self.at = time.perf_counter()


def head_start(found: Search, *racers, seconds: float) -> None:
    masters = [Master(SCALED, racer, CUTS, Effort()) for racer in racers]
    Race(masters, found, lambda x: restored(SCALED, x), gap=GAP).run(inner=GAP, time_limit=None, head_start=seconds)


def test_those_that_wait_never_begin_where_the_first_decides_the_race_within_its_head_start() -> None:
    found = search()
    first, other = Begun("first", SILENT, Progress(WORTH + 1e-3, WORTH), answer=answered()), Begun("other", SILENT)
    head_start(found, first, other, seconds=60.0)
    assert found.gap <= GAP
    assert other.at == float("inf")
    assert not other.abandoned
    assert [step.name for step in found.attempts] == ["first, branching"]


def test_those_that_wait_begin_once_the_head_start_is_over() -> None:
    found = search()
    first, other = Begun("first", SILENT), Begun("other", SILENT, Progress(WORTH + 1e-3, WORTH, POINT))
    head_start(found, first, other, seconds=0.05)
    assert found.plan_by == "other"
    assert other.at - first.at >= 0.05


def test_those_that_wait_begin_at_once_where_the_first_breaks_down() -> None:
    found = search()
    broken = Begun("broken", SILENT, answer=SolverError("out of paper"), ends=True)
    head_start(found, broken, Begun("other", SILENT, Progress(WORTH + 1e-3, WORTH, POINT)), seconds=60.0)
    assert found.plan_by == "other"
    assert found.gap <= GAP


def test_the_search_beside_a_plan_at_hand_begins_with_one_racer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("allocator.solve.whole._HEAD_START", 60.0)
    known = restored(SCALED, POINT)
    first = Begun("first", SILENT, Progress(known.objective + 1e-3, known.objective), answer=answered())
    other = Begun("other", SILENT)
    _, _, found = solve_whole(
        SCALED, HighsSolver(), [first, other], gap=GAP, clock=Clock(60.0), effort=Effort(), cuts=CUTS, known=known
    )
    assert found.gap <= GAP
    assert first.at < other.at == float("inf")
