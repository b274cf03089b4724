"""The loop that feeds an engine believes none: points lost or doubled are noticed, workers may end at any time."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest

from allocator import Options, load_plan, sweep
from allocator.errors import SweepError, UsageError
from allocator.resources import examples_dir
from allocator.study.engine import Arrived, Ended, EngineGoneError, Event, Gone, Lost, walk_path
from allocator.study.walk import Question, Row, Stretch, Walker, walk_kept

PLAN = load_plan(examples_dir() / "image-startup.toml")
QUESTION = Question(PLAN, Options())
POINTS: list[dict[str, Any]] = [{"plan.cash": 5e6 + number} for number in range(40)]

Told = Callable[[str, Stretch], Sequence[Event]]


class FakeEngine:
    """Workers that do as they are told with each stretch, in the order they get them."""

    caller = None
    size = 2

    def __init__(self, told: Told) -> None:
        self._told = told
        self._stretches: deque[tuple[str, Stretch]] = deque()

    def hungry(self) -> Iterator[str]:
        busy = {worker for worker, _ in self._stretches}
        yield from (name for name in ("one", "two") if name not in busy)

    def give(self, worker: str, stretch: Stretch) -> None:
        self._stretches.append((worker, stretch))

    def events(self) -> Sequence[Event]:
        if not self._stretches:
            raise EngineGoneError("there is nothing to do")
        return self._told(*self._stretches.popleft())

    def close(self) -> None:
        """There is nothing to close."""


def well(_worker: str, stretch: Stretch) -> list[Event]:
    return [*(Arrived(position, {"status": "optimal"}) for position in stretch.positions), Ended(stretch.number)]


def walked(told: Told) -> dict[int, Row]:
    steps = list(walk_path(FakeEngine(told), QUESTION, POINTS, list(range(len(POINTS)))))
    assert max(Counter(position for position, _ in steps).values()) == 1
    return dict(steps)


def test_every_point_comes_out_once() -> None:
    assert sorted(walked(well)) == list(range(40))


def test_an_engine_that_loses_a_point_is_noticed() -> None:
    with pytest.raises(SweepError, match="ended a stretch without point 17"):
        walked(lambda worker, stretch: [event for event in well(worker, stretch) if event != _row(17)])


def test_an_engine_that_doubles_a_point_is_noticed() -> None:
    def told(worker: str, stretch: Stretch) -> list[Event]:
        return [_row(17), *well(worker, stretch)] if 17 in stretch.positions else well(worker, stretch)

    with pytest.raises(SweepError, match="point 17 was delivered twice"):
        walked(told)


def test_a_worker_that_is_lost_amid_a_stretch_costs_no_point_and_doubles_none() -> None:
    def told(worker: str, stretch: Stretch) -> list[Event]:
        if stretch.number % 3:
            return well(worker, stretch)
        return [*well(worker, stretch)[:1], Lost(stretch.number, "it was lost"), Gone(worker)]

    assert {row["status"] for row in walked(told).values()} == {"optimal"}


def test_a_point_that_ends_every_worker_is_a_failed_row_with_the_reason_and_the_only_one() -> None:
    tried: list[int] = []

    def told(worker: str, stretch: Stretch) -> list[Event]:
        if 5 not in stretch.positions:
            return well(worker, stretch)
        tried.append(stretch.number)
        place = stretch.positions.index(5)
        return [*well(worker, stretch)[:place], Lost(stretch.number, "its process was ended by SIGSEGV"), Gone(worker)]

    rows = walked(told)
    assert len(tried) == 3
    assert [position for position, row in rows.items() if row["status"] == "failed"] == [5]
    assert rows[5]["reason"] == "given up after several tries: its process was ended by SIGSEGV"
    assert rows[5]["plan.cash"] == POINTS[5]["plan.cash"]
    assert len(rows) == 40


def test_when_no_worker_is_left_what_is_finished_stays_and_the_rest_says_so() -> None:
    def told(worker: str, stretch: Stretch) -> list[Event]:
        if stretch.number > 3:
            raise EngineGoneError("the connection was lost")
        return well(worker, stretch)

    rows = walked(told)
    assert Counter(row["status"] for row in rows.values()).keys() == {"optimal", "failed"}
    assert len(rows) == 40
    assert {row["reason"] for row in rows.values() if row["status"] == "failed"} == {
        "not solved: the connection was lost"
    }


def test_a_worker_keeps_one_session_from_stretch_to_stretch_and_one_for_each_sweep() -> None:
    other = Question(PLAN.changed({"plan.min_cash": 1e6}), Options())
    first = walk_kept(QUESTION, Stretch(1, ((0, {"plan.cash": 5e6}),)))
    between = walk_kept(other, Stretch(1, ((0, {"plan.cash": 5e6}),)))
    second = walk_kept(QUESTION, Stretch(2, ((1, {"plan.cash": 5e6}),)))
    assert [rows[0][1]["in_place"] for rows in (first, between, second)] == [False, False, True]
    assert second[0][1]["objective"] == pytest.approx(first[0][1]["objective"], abs=1e-6)
    assert between[0][1]["objective"] < first[0][1]["objective"] - 1e-4


def test_a_point_that_fails_in_an_unforeseen_way_is_a_row_and_the_next_begins_afresh(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    walker = Walker(QUESTION)
    assert walker.answer(POINTS[0])["status"] == "optimal"
    with monkeypatch.context() as broken:
        broken.setattr("allocator.session.Session.brief", lambda *_arguments, **_options: 1 / 0)
        row = walker.answer(POINTS[1])
    assert (row["status"], row["reason"]) == ("failed", "ZeroDivisionError: division by zero")
    row = walker.answer(POINTS[2])
    assert (row["status"], row["in_place"]) == ("optimal", False)


@pytest.mark.parametrize("kind", ["dask", "ray"])
def test_a_cluster_whose_package_is_not_installed_says_what_to_install(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def without(name: str, *_more: Any) -> Any:
        raise ImportError(f"No module named {name!r}", name=name)

    monkeypatch.setattr("allocator.study.engine.import_module", without)
    with pytest.raises(
        UsageError, match=rf'pip install "allocator\[{kind}\]"`, or in a clone `pip install "\.\[{kind}\]"`'
    ):
        sweep(PLAN, {"plan.cash": [5e6]}, cluster=f"{kind}://host:8786")


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"cluster": "spark://host:7077"}, "write dask://host:8786 or ray://host:10001"),
        ({"cluster": "host:8786"}, "no known kind of address"),
        ({"cluster": "dask://host:8786", "parallel": 2}, "give one of the two"),
        ({"parallel": 0}, "parallel is 0; it must be at least 1"),
    ],
)
def test_engines_that_cannot_be_meant_are_refused(more: dict[str, Any], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        sweep(PLAN, {"plan.cash": [5e6]}, **more)


def _row(position: int) -> Arrived:
    return Arrived(position, {"status": "optimal"})
