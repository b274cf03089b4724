"""Whether a program can hold, and how little bounds have to give until it does."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from solve_programs import months

from allocator.formulate.curves import CurveKind
from allocator.formulate.program import Program, ProgramBuilder
from allocator.solve.adapter import AnswerStatus
from allocator.solve.cbc import CbcSolver
from allocator.solve.clock import Clock
from allocator.solve.cuts import as_rows, initial_cuts
from allocator.solve.feasible import Way, can_hold, least_give, only_bounds_move, settle, without_goals
from allocator.solve.scaling import scale

CLOCK = Clock(None)


def need_and_cap(need: float, cap: float, *, whole: bool = False, least: float = 0.0) -> Program:
    """One column of at most `cap`, of which at least `need` is asked."""
    builder = ProgramBuilder()
    amount = builder.add_columns(
        "amount", [""], unit="GPU", sentence="Amount.", lower=least, upper=cap, scale=8.0, integer=whole
    )
    row = builder.add_rows("Need", [""], unit="GPU", sentence="Need.", lower=need, scale=4.0, group="need")
    builder.put(row, amount, 1.0)
    return builder.build()


def test_a_program_holds_or_does_not() -> None:
    assert can_hold(need_and_cap(5, 10), CLOCK) is True
    assert can_hold(need_and_cap(15, 10), CLOCK) is False


def test_whole_units_are_asked_when_fractions_can_hold() -> None:
    """The column comes in eights: nine are at least needed and fifteen at most allowed."""
    assert can_hold(need_and_cap(9, 15), CLOCK) is True
    assert can_hold(need_and_cap(9, 15, whole=True), CLOCK) is False


def test_without_time_nothing_is_said() -> None:
    assert can_hold(need_and_cap(5, 10), Clock(0.0)) is None


def test_the_least_a_bound_has_to_give_is_found_in_its_own_unit() -> None:
    asked = need_and_cap(15, 10)
    way = Way(given=need_and_cap(15, 11), at=1.0, weakest=need_and_cap(15, 110), most=100.0)
    assert least_give(asked, [way], CLOCK) == pytest.approx([5.0])


def test_of_two_ways_the_cheaper_gives() -> None:
    asked = need_and_cap(15, 10)
    cap = Way(need_and_cap(15, 11), 1.0, need_and_cap(15, 110), 100.0, cost=3.0)
    need = Way(need_and_cap(14, 10), 1.0, need_and_cap(0, 10), 15.0, cost=1.0)
    assert least_give(asked, [cap, need], CLOCK) == pytest.approx([0.0, 5.0])
    assert least_give(asked, [replace(cap, cost=0.1), need], CLOCK) == pytest.approx([5.0, 0.0])


def test_where_one_way_ends_the_other_gives_the_rest() -> None:
    asked = need_and_cap(15, 10)
    need = Way(need_and_cap(14, 10), 1.0, need_and_cap(12, 10), 3.0, cost=1.0)
    cap = Way(need_and_cap(15, 11), 1.0, need_and_cap(15, 110), 100.0, cost=3.0)
    assert least_give(asked, [need, cap], CLOCK) == pytest.approx([3.0, 2.0])


def test_a_side_that_does_not_move_stays_where_it_is() -> None:
    """The floor and the cap of one column are one number: letting the cap rise must not raise the floor."""
    asked = need_and_cap(15, 10, least=10)
    cap = Way(need_and_cap(15, 11, least=10), 1.0, need_and_cap(15, 110, least=10), 100.0, cost=1.0)
    floor = Way(need_and_cap(15, 10, least=9), 1.0, need_and_cap(15, 10, least=0), 10.0, cost=1.0)
    assert least_give(asked, [cap, floor], CLOCK) == pytest.approx([5.0, 0.0])


def test_whole_units_give_in_whole_units() -> None:
    asked = need_and_cap(9, 15, whole=True)
    cap = Way(need_and_cap(9, 16, whole=True), 1.0, need_and_cap(9, 115, whole=True), 100.0)
    assert least_give(asked, [cap], CLOCK) == pytest.approx([1.0], abs=1e-2)


def test_the_least_holds_on_a_curve() -> None:
    def target_and_cap(cap: float) -> Program:
        builder = ProgramBuilder()
        spend = builder.add_columns("spend", [""], unit="USD", sentence="Spend.", upper=cap, scale=1e3)
        gain = builder.add_columns("gain", [""], unit="1", sentence="Gain.", lower=-20.0, upper=20.0)
        target = builder.add_rows("Target", [""], unit="1", sentence="Target.", lower=np.log(5.0), group="target")
        builder.put(target, gain, 1.0)
        builder.add_curves(CurveKind.LOG, spend, gain, names=["gain"])
        return builder.build()

    way = Way(target_and_cap(4e3), 1e3, target_and_cap(103e3), 100e3)
    assert least_give(target_and_cap(3e3), [way], CLOCK) == pytest.approx([2e3], rel=1e-4)


def test_where_nothing_suffices_or_more_than_bounds_moves_there_is_no_answer() -> None:
    asked = need_and_cap(15, 10)
    little = Way(need_and_cap(15, 11), 1.0, need_and_cap(15, 12), 2.0)
    assert least_give(asked, [little], CLOCK) is None
    builder = ProgramBuilder()
    amount = builder.add_columns("amount", [""], unit="GPU", sentence="Amount.", upper=10.0, scale=8.0)
    row = builder.add_rows("Need", [""], unit="GPU", sentence="Need.", lower=15.0, scale=4.0, group="need")
    builder.put(row, amount, 2.0)
    other = Way(builder.build(), 1.0, builder.build(), 1.0)
    assert not only_bounds_move(asked, other)
    assert least_give(asked, [other], CLOCK) is None


def test_cbc_says_so_where_rows_alone_cannot_hold() -> None:
    """Binaries that bounds of their rows rule out: CBC then prints one line and no result."""
    builder = ProgramBuilder()
    switch = builder.add_columns("on", months(3), unit="1", sentence="On.", upper=1.0, integer=True)
    row = builder.add_rows("Sum", [""], unit="1", sentence="Four of three.", lower=4.0)
    builder.put(row, switch, 1.0)
    scaled = without_goals(scale(builder.build()))
    solver = CbcSolver()
    solver.load(scaled, as_rows(scaled.curves, initial_cuts(scaled.curves)))
    answer, _ = settle(solver, scaled, whole=True, clock=CLOCK)
    assert answer.status is AnswerStatus.INFEASIBLE
