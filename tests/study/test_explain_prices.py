"""Prices and their ranges, held against differences of optima that were solved from scratch."""

from __future__ import annotations

import math
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from allocator.formulate.build import Formulation
from allocator.plan import Plan, load_plan
from allocator.result.goal import natural
from allocator.session import Session
from allocator.solve import live
from allocator.solve.engine import solve as solve_program
from allocator.solve.options import Options
from allocator.solve.solution import Solution
from allocator.study import explain_moves
from allocator.study.explain_moves import Move, month_moves, rule_moves
from allocator.study.explain_prices import INFEASIBLE, SHARE, UNPROVEN, Price, Priced, Side, find_prices
from allocator.study.explain_words import PriceWords

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "engine"))

from plans import small_lab
from random_plans import draw

ROOT = Path(__file__).resolve().parents[2]
FINE = Options(gap=1e-9, second_pass=False)
GOALS = {
    "quality": {},
    "capital": {"objective.goal": "capital", "models.classifier.target": 0.11},
    "profit": {"objective.goal": "profit", "models.classifier.target": 0.11},
    "runway": {"objective.goal": "runway", "models.classifier.target": 0.11},
}


def solved(plan: Plan) -> tuple[Formulation, Solution]:
    reached = Session(plan).reached()
    return reached.formulation, reached.solution


def priced(plan: Plan, ranged: int | None = 0) -> tuple[Formulation, Solution, Priced]:
    formulation, solution = solved(plan)
    return formulation, solution, find_prices(formulation, solution, ranged=ranged)


def value(move: Move, amount: float) -> float:
    """The best objective with a rule moved, by a solve that knows nothing of the others."""
    program = move.at(amount)
    assert program is not None
    solution = solve_program(program, FINE)
    assert solution.objective is not None, solution.status
    return solution.objective


def central(move: Move, share: float = 1e-3) -> float:
    step = share * move.scale
    return (value(move, step) - value(move, -step)) / (2.0 * step)


def rules_of(formulation: Formulation, solution: Solution, found: Priced) -> list[tuple[Price, Move]]:
    moves = {move.rule: move for move in rule_moves(formulation, solution.x, [price.rule for price in found.rules])}
    return [(price, moves[price.rule]) for price in found.rules]


def months_of(formulation: Formulation, solution: Solution, found: Priced) -> list[tuple[Price, Move]]:
    keys = [(price.rule, price.month, price.says) for price in found.months]
    return list(zip(found.months, month_moves(formulation, solution.x, keys), strict=True))


@pytest.mark.parametrize("goal", GOALS)
def test_one_price_is_what_a_small_move_either_way_changes_for_every_goal(goal: str) -> None:
    plan = (
        load_plan(ROOT / "examples" / "image-startup.toml").changed(GOALS[goal])
        if GOALS[goal]
        else load_plan(ROOT / "examples" / "image-startup.toml")
    )
    formulation, solution, found = priced(plan)
    assert found.kind == "exact"
    pairs = rules_of(formulation, solution, found) + months_of(formulation, solution, found)
    checked = [(price, move) for price, move in pairs if price.one]
    assert checked
    for price, move in checked:
        assert price.value == pytest.approx(central(move, 1e-4), rel=1e-3), (price.rule, price.month)


def test_prices_of_the_longest_runway_are_differences_too() -> None:
    formulation, solution, found = priced(load_plan(ROOT / "examples" / "longest-runway.toml"))
    for price, move in rules_of(formulation, solution, found):
        if price.one:
            assert price.value == pytest.approx(central(move), rel=1e-3), price.rule


@pytest.mark.slow
@pytest.mark.parametrize("path", sorted((ROOT / "examples").glob("*.toml")), ids=lambda path: path.stem)
def test_prices_of_every_example_are_differences_too(path: Path) -> None:
    formulation, solution, found = priced(load_plan(path))
    pairs = rules_of(formulation, solution, found) + months_of(formulation, solution, found)[::5]
    for price, move in pairs:
        if price.one and abs(price.value) * move.scale > 1e-3:
            assert price.value == pytest.approx(central(move, 1e-4), rel=1e-3), (price.rule, price.month)


def test_the_price_of_cash_is_what_more_opening_cash_changes() -> None:
    """The field of the plan, and a certified answer each, instead of a moved right-hand side."""
    plan = load_plan(ROOT / "examples" / "image-startup.toml")
    _, _, found = priced(plan)
    session = Session(plan, FINE, live=True)
    step = 2e3
    session.update({"plan.cash": plan.plan.cash + step})
    up = session.brief().objective
    session.update({"plan.cash": plan.plan.cash - step})
    down = session.brief().objective
    (cash,) = [price for price in found.rules if price.rule == "cash"]
    assert cash.value == pytest.approx((up - down) / (2 * step), rel=1e-3)


def test_where_the_optimum_is_degenerate_each_side_has_its_own_price() -> None:
    """One server more in one month alone is of no use: the orders of the others must come with it."""
    formulation, solution, found = priced(load_plan(ROOT / "examples" / "image-startup.toml"))
    two = [
        (price, move)
        for price, move in months_of(formulation, solution, found)
        if price.rule == "compute.gpu-server.max"
    ]
    assert len(two) == 3
    for price, move in two:
        assert not price.one
        step = 1e-4 * move.scale
        base = value(move, 0.0)
        assert price.more.price == pytest.approx((value(move, step) - base) / step, rel=1e-3, abs=1e-9)
        assert price.less.price == pytest.approx((base - value(move, -step)) / step, rel=1e-3)
        # More of a rule is never worth more than the last bit of it was.
        assert price.more.price <= price.less.price


def test_a_price_holds_as_far_as_it_says_and_not_much_farther() -> None:
    formulation, solution, found = priced(load_plan(ROOT / "examples" / "image-startup.toml"))
    for price, move in rules_of(formulation, solution, found):
        for side, way in ((1, price.more), (-1, price.less)):
            assert way.holds is not None
            assert 0.0 < way.holds < math.inf
            inside, outside = side * 0.999 * way.holds, side * 1.15 * way.holds
            near = solve_program(move.at(inside), FINE)
            assert abs(move.price(near, inside, side) - way.price) <= (SHARE + 0.005) * abs(way.price), price.rule
            program = move.at(outside)
            far = None if program is None else solve_program(program, FINE)
            if way.ends == INFEASIBLE:
                assert far is None or far.x is None, price.rule
            else:
                assert abs(move.price(far, outside, side) - way.price) > 0.095 * abs(way.price), price.rule


def test_every_price_is_found_in_one_program_that_is_changed_in_place(monkeypatch: pytest.MonkeyPatch) -> None:
    built, formulated = [], []
    begin, write = live.LiveProgram.__init__, explain_moves.formulate

    def counted(self: live.LiveProgram, *arguments: object) -> None:
        built.append(self)
        begin(self, *arguments)  # type: ignore[arg-type]

    def noted(plan: Plan, **named: object) -> Formulation:
        formulated.append(plan)
        return write(plan, **named)  # type: ignore[arg-type]

    formulation, solution = solved(load_plan(ROOT / "examples" / "image-startup.toml"))
    monkeypatch.setattr(live.LiveProgram, "__init__", counted)
    monkeypatch.setattr(explain_moves, "formulate", noted)
    found = find_prices(formulation, solution, ranged=None)
    assert found.solves > 100
    assert found.rebuilt == 0
    assert len(built) == 1
    # Months of runway are coefficients; nothing else needs the plan to be written again.
    assert len(formulated) < found.solves / 2
    assert all(plan.runway != formulation.plan.runway for plan in formulated)


def test_a_runway_that_looks_forward_says_how_often_it_was_built_anew() -> None:
    """A part of a month asks for a coefficient that whole months do not have."""
    plan = load_plan(small_lab(runway={"months": 6, "basis": "forward"}))
    formulation, solution, found = priced(plan)
    (runway,) = [price for price in found.rules if price.rule == "runway.months"]
    assert 0 < found.rebuilt < found.solves
    ((_, move),) = [pair for pair in rules_of(formulation, solution, found) if pair[0] is runway]
    if runway.one:
        assert runway.value == pytest.approx(central(move), rel=1e-3)


def test_in_whole_units_prices_are_those_of_the_plan_with_its_numbers_held() -> None:
    plan = load_plan(ROOT / "examples" / "image-startup.toml").changed({"plan.whole": True})
    formulation, solution, found = priced(plan)
    assert found.kind == "at the fixed integer plan"
    (images,) = [pair for pair in rules_of(formulation, solution, found) if pair[0].rule == "data.labelled-images.max"]
    assert images[0].one
    assert images[0].value == pytest.approx(central(images[1]), rel=1e-3)


def test_without_multipliers_no_price_is_made_up() -> None:
    formulation, solution = solved(load_plan(small_lab()))
    bare = replace(solution, duals=None, reduced_costs=None, price_kind="unavailable (the time limit came first)")
    found = find_prices(formulation, bare, ranged=None)
    assert found.kind == "unavailable (the time limit came first)"
    assert found.rules == found.months == ()


def test_a_target_is_priced_in_its_own_metric() -> None:
    plan = load_plan(ROOT / "examples" / "image-startup.toml").changed(GOALS["capital"])
    formulation, _, found = priced(plan)
    (target,) = [price for price in found.rules if price.rule == "models.classifier.target"]
    assert target.unit == "error"
    step = 1e-5
    needed = []
    for error in (0.11 + step, 0.11 - step):
        other, answer = solved(plan.changed({"models.classifier.target": error}))
        needed.append(natural(other, answer.objective))
    slope = (needed[0] - needed[1]) / (2 * step)
    assert -target.value * formulation.program.reference["money"] == pytest.approx(slope, rel=1e-3)


@pytest.mark.parametrize("seed", [1, 5, 8, 11])
def test_on_plans_drawn_at_random_prices_are_differences_and_fall_as_a_rule_gives(seed: int) -> None:
    formulation, solution, found = priced(load_plan(draw(seed)))
    rules = [(price, move) for price, move in rules_of(formulation, solution, found) if price.one][:4]
    assert rules or not found.rules
    for price, move in rules:
        assert price.value == pytest.approx(central(move, 1e-4), rel=1e-3, abs=1e-6 / move.scale), price.rule
    for price in found.months:
        if price.more.price is not None and price.less.price is not None:
            assert price.more.price <= price.less.price + 1e-6 * abs(price.value), (price.rule, price.month)


def test_shares_of_the_company_are_said_in_per_cent_and_an_unproven_range_as_such() -> None:
    words = PriceWords(solved(load_plan(small_lab()))[0], None)

    def said(less: float, more: float, ends: str = "") -> str:
        sides = Side(0.3, more, ends), Side(0.3, less, ends)
        return words.holds(Price("limits.dilution", "", "share", "", 0.3, *sides, one=True))

    assert said(0.0384, 0.0096) == ("the price holds from 3.8 % of the company less to 0.96 % of the company more")
    assert said(0.0, 0.0, UNPROVEN) == "how far the price holds is not proven"


def test_a_price_of_nothing_is_said_as_no_change() -> None:
    words = PriceWords(solved(load_plan(small_lab()))[0], None)
    sides = Side(0.0, None, ""), Side(0.0, None, "")
    price = Price("data.crowd.automation.max", "", "label a month", "", 0.3, *sides, one=True)
    assert words.said(price).endswith("label a month more changes nothing")


def test_a_multiplier_whose_sides_cannot_be_solved_is_not_called_one_price() -> None:
    """What a model is served is restored from the plan, so that rows moved by hand have no plan to show."""
    formulation, _, found = priced(load_plan(ROOT / "examples" / "served-assistant.toml"))
    (serving,) = [price for price in found.rules if price.rule == "models.assistant.serving"]
    assert not serving.one
    assert not serving.checked
    said = PriceWords(formulation, None).sentence(serving, found.months)
    assert said.endswith("(a multiplier that no solve beside it proved)")
