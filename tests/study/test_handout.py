"""Stretches of a path: every point is handed out, arrives once, and what is lost is handed out again."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocator.errors import ExitCode, SweepError
from allocator.study.handout import MOST_TRIES, Handout


def deliver(handout: Handout, number: int, positions: tuple[int, ...]) -> None:
    for position in positions:
        handout.book(position)
    handout.end(number)


@given(
    points=st.integers(1, 300),
    turns=st.lists(st.integers(0, 4), max_size=200),
    workers=st.integers(1, 5),
)
def test_every_point_is_handed_out_once_whoever_asks_when(points: int, turns: list[int], workers: int) -> None:
    handout = Handout(range(points))
    seen: list[int] = []
    for worker in [*(turn % workers for turn in turns), *[0] * points]:
        taken = handout.take(f"worker {worker}", workers)
        if taken is not None:
            seen.extend(taken[1])
            deliver(handout, *taken)
    assert sorted(seen) == list(range(points))
    assert handout.complete
    handout.check()


def test_each_worker_walks_on_from_where_it_is_and_jumps_seldom() -> None:
    handout = Handout(range(1000))
    walked: dict[str, list[int]] = {"one": [], "two": []}
    while not handout.complete:
        for worker, steps in walked.items():
            taken = handout.take(worker, 2)
            if taken is not None:
                assert len(taken[1]) <= 30
                steps.extend(taken[1])
                deliver(handout, *taken)
    for steps in walked.values():
        jumps = sum(later != earlier + 1 for earlier, later in pairwise(steps))
        assert jumps <= 6
        assert len(steps) > 400


def test_who_joins_late_takes_the_far_half_of_what_is_left() -> None:
    handout = Handout(range(100))
    for _ in range(10):
        taken = handout.take("early", 2)
        assert taken is not None
        deliver(handout, *taken)
    left = len(handout.missing())
    taken = handout.take("late", 2)
    assert taken is not None
    assert taken[1][0] == 100 - (left + 1) // 2


def test_the_last_points_are_for_those_who_have_nothing_to_do() -> None:
    handout = Handout(range(4))
    assert [handout.take("one", 2) for _ in range(3)] == [(1, (0,)), (2, (1,)), None]
    assert [handout.take("two", 2) for _ in range(2)] == [(3, (3,)), None]
    deliver(handout, 3, (3,))
    assert handout.take("two", 2) == (4, (2,))


def test_stretches_shrink_so_that_all_end_together() -> None:
    handout = Handout(range(1000))
    lengths = []
    while (taken := handout.take("one", 2)) is not None:
        lengths.append(len(taken[1]))
        deliver(handout, *taken)
    assert lengths[0] == 30
    assert lengths[-1] == 1
    assert lengths == sorted(lengths, reverse=True)


def test_what_had_not_arrived_when_a_worker_was_lost_is_handed_out_again() -> None:
    handout = Handout(range(1000))
    taken = handout.take("lost", 1)
    assert taken is not None
    number, positions = taken
    handout.book(positions[0])
    assert handout.lose(number) == []
    handout.leave("lost")
    again: list[int] = []
    while (taken := handout.take("other", 1)) is not None:
        again.extend(taken[1])
        deliver(handout, *taken)
    assert sorted(again) == list(range(1, 1000))
    handout.check()


def test_a_point_that_a_worker_was_lost_over_goes_alone_and_never_to_the_calling_process() -> None:
    handout = Handout([7, 8, 9])
    first = handout.take("worker", 1)
    assert first is not None
    handout.lose(first[0])
    handout.leave("worker")
    for position in (8, 9):
        taken = handout.take("caller", 1, suspects=False)
        assert taken is not None
        assert taken[1] == (position,)
        deliver(handout, *taken)
    assert handout.take("caller", 1, suspects=False) is None
    alone = handout.take("worker 2", 1)
    assert alone is not None
    assert alone[1] == (7,)


def test_a_point_that_workers_are_lost_over_again_and_again_is_given_up() -> None:
    handout = Handout([0])
    given_up: list[int] = []
    tries = 0
    while not given_up:
        taken = handout.take("worker", 1)
        assert taken is not None
        given_up, tries = handout.lose(taken[0]), tries + 1
    assert given_up == [0]
    assert tries == MOST_TRIES


def test_where_the_point_is_not_known_each_of_the_stretch_is_tried_alone_and_given_up_at_once_when_asked() -> None:
    handout = Handout(range(100))
    taken = handout.take("worker", 1)
    assert taken is not None
    assert handout.lose(taken[0], blamed=taken[1], final=True) == []
    alone = handout.take("worker", 1)
    assert alone is not None
    assert len(alone[1]) == 1
    assert handout.lose(alone[0], blamed=alone[1], final=True) == list(alone[1])


def test_a_point_that_arrives_twice_is_refused_by_its_number() -> None:
    handout = Handout(range(3))
    handout.book(1)
    with pytest.raises(SweepError, match="point 1 was delivered twice") as caught:
        handout.book(1)
    assert caught.value.exit_code is ExitCode.SOLVER_FAILED


def test_a_point_that_nobody_asked_for_is_refused() -> None:
    with pytest.raises(SweepError, match="delivered point 3, which is none of the 3"):
        Handout(range(3)).book(3)


def test_a_stretch_that_ends_short_is_refused_with_what_it_lacks() -> None:
    handout = Handout(range(1000))
    taken = handout.take("worker", 1)
    assert taken is not None
    handout.book(0)
    with pytest.raises(SweepError, match=re.escape("without points 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 19 more")):
        handout.end(taken[0])


def test_a_sweep_that_ends_short_is_refused_with_what_it_lacks() -> None:
    handout = Handout(range(3))
    handout.book(0)
    handout.book(2)
    with pytest.raises(SweepError, match="the sweep ended without point 1;"):
        handout.check()
