"""The time limit is that of a whole study: what was finished is kept, what was not is said. Time counts solves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from infeasible_plans import COMPANY, plan

from allocator.errors import ExitCode, StoppedError
from allocator.plan import Plan, load_plan
from allocator.report.sensitivity import tornado_grid
from allocator.resources import examples_dir
from allocator.result.summary import summarise
from allocator.session import Session
from allocator.solve.options import Options
from allocator.study.alternatives import alternatives
from allocator.study.compare import compare
from allocator.study.diagnose import diagnose
from allocator.study.explain import explain
from allocator.study.frontier import frontier
from allocator.study.points import Range
from allocator.study.repair import repair
from allocator.study.require import capital_curve, require
from allocator.study.sensitivity import sensitivity, sobol

PLAN = load_plan(examples_dir() / "image-startup.toml")
RUNWAY = load_plan(examples_dir() / "longest-runway.toml")
# No solver's own watch comes to this.
SOLVE = 1000.0
NOT_TO_THE_END = "was not looked for: the time limit"


def after(solves: float) -> Options:
    """A limit that passes in the middle of the solve after so many."""
    return Options(time_limit=(solves + 0.5) * SOLVE)


@pytest.fixture(autouse=True)
def watched(each_solve_takes: Callable[[float], None]) -> None:
    each_solve_takes(SOLVE)


def column(found: Any, name: str) -> list[Any]:
    return [row[name] for row in found]


def test_the_horizon_audit_has_what_the_solve_left() -> None:
    result = Session(PLAN, after(1)).solve()
    assert result.status == "optimal"
    assert "the horizon audit (12 months more) ended time_limit: it says nothing" in result.warnings
    whole = Session(PLAN, after(2)).solve()
    assert whole.horizon is not None
    assert whole.horizon.status == "optimal"


def test_a_frontier_keeps_its_points_and_counts_the_others() -> None:
    found = frontier(PLAN, "capital", points=9, options=after(5))
    assert column(found.table, "status").count("optimal") == 5
    # The sixth point's solve was stopped with a plan in hand; no rate had a turn.
    assert column(found.table, "status").count("time_limit") == 1
    assert found.missing == (
        "3 of at most 9 points not measured: the time limit",
        "1 of 6 points not proven best, their gap is in the table: the time limit",
        "10 of 10 rates not measured: the time limit",
    )
    assert found.exit_code == ExitCode.STOPPED_EARLY


def test_a_point_that_had_no_turn_is_a_row_with_its_reason() -> None:
    found = frontier(PLAN, "capital", points=9, options=after(0))
    rows = [(row["status"], row["reason"]) for row in found.table]
    assert sorted(rows) == [("stopped", "the time limit"), ("stopped", "the time limit"), ("time_limit", "")]


def test_rates_come_after_all_points_and_are_counted() -> None:
    found = frontier(PLAN, "capital", points=5, options=after(7))
    assert found.missing == ("6 of 8 rates not measured: the time limit",)
    rates = [rate for row in found.table for rate in (row["rate_below"], row["rate_above"]) if rate is not None]
    assert len(rates) == 2


def test_a_frontier_of_runway_has_half_of_the_time_for_the_longest() -> None:
    found = frontier(RUNWAY.changed({"objective.goal": "quality"}), "runway", points=4, options=after(5))
    assert found.missing[0] == "longer runways not looked for: the time limit"
    assert "optimal" in column(found.table, "status")


def test_a_frontier_without_a_limit_misses_nothing() -> None:
    found = frontier(PLAN, "capital", points=3)
    assert (found.missing, found.exit_code) == ((), ExitCode.SOLVED)


def test_numbers_that_had_no_turn_come_last_with_their_reason() -> None:
    found = sensitivity(PLAN, fields=["data"], options=after(4))
    first, second, third = found.table
    assert first["field"] == "data.labelled-images.price"
    assert first["reason"] == ""
    # One side of it was measured: what the other does is not known, so neither is how much it matters.
    assert (second["field"], second["at_high"]) == ("data.labelled-images.max", None)
    assert second["at_low"] is not None
    assert third["reason"] == "90000: the time limit; 110000: the time limit"
    assert found.missing == ("2 of 3 numbers not measured: the time limit",)
    assert found.exit_code == ExitCode.STOPPED_EARLY


def test_what_was_not_measured_has_no_bar_and_is_not_said_to_matter_less() -> None:
    found = sensitivity(PLAN, fields=["data"], options=after(4))
    grid = tornado_grid(found, 3)
    assert [bar >= 0.0 for bar in grid.bars] == [True, True, False]
    assert "matter less" not in tornado_grid(found, 1).note
    assert "matter less" in tornado_grid(sensitivity(PLAN, fields=["data"]), 1).note


def test_an_answer_that_was_stopped_is_no_measure_of_a_number() -> None:
    found = sensitivity(PLAN, fields=["data.labelled-images.max"], options=after(2))
    (row,) = found.table
    assert (row["at_high"], row["reason"]) == (None, "550000: the time limit")


def test_indices_need_all_their_solves() -> None:
    with pytest.raises(StoppedError, match="all 16 solves, and there was time for 3 of them; give --time-limit more"):
        sobol(PLAN, {"plan.cash": Range(4e6, 6e6), "plan.min_cash": Range(1e3, 2e3)}, samples=4, options=after(3))


def test_alternatives_keep_the_ranges_that_are_finished() -> None:
    found = alternatives(PLAN, plans=2, options=after(4))
    assert found.missing == (
        "7 of 8 ranges not measured: the time limit",
        "2 of 2 different plans not found: the time limit",
    )
    first, *others = found.ranges
    assert first["least"] < first["planned"] < first["most"]
    assert {(row["least"], row["most"], row["free"]) for row in others} == {(None, None, None)}
    assert found.exit_code == ExitCode.STOPPED_EARLY


def test_alternatives_count_the_plans_that_are_left() -> None:
    found = alternatives(PLAN, plans=2, options=after(18))
    assert found.missing == ("1 of 2 different plans not found: the time limit",)
    assert found.plans.columns == ("quantity", "unit", "planned", "plan 1")


def test_an_explanation_counts_prices_ranges_and_break_even_prices() -> None:
    found = explain(PLAN, options=after(4))
    assert found.result.status == "optimal"
    assert found.missing == (
        "29 of 30 prices not measured: the time limit",
        "12 of 12 ranges of prices not measured: the time limit",
        "1 of 1 break-even prices not measured: the time limit",
    )
    measured, other, *_ = found.rule_sentences()
    assert NOT_TO_THE_END in measured
    assert other.endswith("(a multiplier that no solve beside it proved)")
    assert column(found.tables["rules"], "ends_more")[1] == "not measured: the time limit"
    assert column(found.tables["unused"], "found") == ["unavailable (the time limit)"]
    assert found.exit_code == ExitCode.STOPPED_EARLY
    assert found.as_dict()["missing"] == list(found.missing)


def test_a_range_that_was_cut_says_how_far_it_was_seen_to_hold() -> None:
    found = explain(PLAN, options=after(22))
    first = next(iter(found.tables["rules"]))
    assert "not looked further: the time limit" in (first["ends_more"], first["ends_less"])
    assert "not looked further: the time limit" in found.rule_sentences()[0]


def test_an_explanation_without_time_for_any_price_says_so() -> None:
    found = explain(PLAN, options=after(0))
    assert found.price_kind == "unavailable (the time limit)"
    assert found.missing[0] == "no price measured: the time limit"


def test_the_change_that_was_asked_about_is_solved_first() -> None:
    found = explain(PLAN, {"plan.cash": 6e6}, options=after(2))
    assert found.change is not None
    assert found.change.result.status == "optimal"
    assert found.missing[0] == "30 of 30 prices not measured: the time limit"
    without = explain(PLAN, {"plan.cash": 6e6}, options=after(0))
    assert without.change is None
    assert without.missing[0] == "the plan with plan.cash=6000000.0 not solved: the time limit"


@pytest.mark.parametrize("solves", [0, 1, 4])
def test_the_longest_runway_so_far_is_a_plan_and_claims_no_bound(solves: int) -> None:
    result = Session(RUNWAY, after(solves)).solve(horizon_audit=False)
    assert (result.status, result.objective["bound"], result.objective["gap"]) == ("time_limit", None, None)
    assert result.objective["value"] <= min(month or 1e9 for month in result.tables["cash"].column("runway_months"))
    assert summarise(result).headline.startswith("Time limit reached; longest runway: ")
    assert summarise(result).headline.endswith("so far, and more was not ruled out")


def test_the_least_capital_so_far_is_a_plan_that_reaches_its_targets() -> None:
    # A guess far from what is needed: the program is scaled anew, for which there is no time.
    rich = PLAN.changed({"plan.cash": 5e8})
    found = require(rich, {"classifier": 0.10}, options=after(0))
    assert found.result.status == "time_limit"
    assert found.result.models[0].value <= 0.10 + 1e-6
    assert found.result.exit_code == ExitCode.STOPPED_EARLY


def test_a_curve_has_one_limit_for_all_its_targets() -> None:
    found = capital_curve(PLAN, "classifier", [0.12, 0.11, 0.10, 0.098], options=after(2))
    assert sorted(column(found.table, "status")) == ["optimal", "optimal", "stopped", "time_limit"]
    (reason,) = (row["reason"] for row in found.table if row["status"] == "stopped")
    assert "No plan was found within 2500 s" in str(reason)
    assert found.exit_code == ExitCode.STOPPED_EARLY


def test_of_two_plans_the_first_has_half_of_the_time() -> None:
    other = PLAN.changed({"plan.cash": 6e6})
    found = compare(PLAN, other, names=("one", "other"), options=after(1))
    # The first alone would have had time enough.
    assert found.missing == ("one not proven best: the time limit", "other not proven best: the time limit")
    assert found.exit_code == ExitCode.STOPPED_EARLY
    enough = compare(PLAN, other, options=after(2))
    assert (enough.missing, enough.exit_code) == ((), ExitCode.SOLVED)


def test_a_rival_that_there_was_no_time_for_is_named() -> None:
    rival = PLAN.changed({"plan.name": "rival-lab"})
    found = diagnose(PLAN, rival, options=Options(time_limit=SOLVE / 2))
    assert found.company.name == PLAN.plan.name
    assert found.comparison is None
    assert found.missing == ("the rival, rival-lab, not solved, and not compared with: the time limit",)
    assert found.exit_code == ExitCode.STOPPED_EARLY


def test_repairs_are_looked_for_and_verified_within_one_limit() -> None:
    broken = plan("more must stay than there is")
    free = repair(broken, time_limit=None)
    found = repair(broken, options=Options(time_limit=1.5 * SOLVE), time_limit=None)
    assert 0 < len(found.remedies) < len(free.remedies)
    assert "not every change was looked at to the end in time; others may repair the plan too" in found.findings
    assert found.exit_code == ExitCode.INFEASIBLE


@pytest.mark.parametrize("study", [frontier, sensitivity, alternatives, explain, diagnose, require, compare])
def test_a_study_without_time_for_any_plan_says_what_a_solve_says(study: Callable[..., Any]) -> None:
    asked: list[Plan] = [PLAN, PLAN] if study is compare else [PLAN]
    more: dict[str, Any] = {"targets": {"classifier": 0.1}} if study is require else {}
    with pytest.raises(StoppedError, match=r"No plan was found within 1e-09 s; give --time-limit more"):
        # The clock stands still between solves, and a limit of nothing is over at once.
        study(*asked, options=Options(time_limit=1e-9).within(most=0.0), **more)


def test_progress_counts_up_to_all_there_is() -> None:
    seen: dict[str, list[tuple[int, int]]] = {}

    def noting(name: str) -> Callable[[int, int], None]:
        return lambda done, of: seen.setdefault(name, []).append((done, of))

    frontier(PLAN, "capital", points=4, progress=noting("frontier"))
    sensitivity(PLAN, fields=["data"], progress=noting("sensitivity"))
    alternatives(PLAN, plans=1, progress=noting("alternatives"))
    explain(PLAN, ranged=1, progress=noting("explain"))
    capital_curve(load_plan(COMPANY), "chat", [2.3, 2.2], progress=noting("curve"))
    assert {name: steps[-1] for name, steps in seen.items()} == {
        "frontier": (4, 4),
        "sensitivity": (3, 3),
        "alternatives": (17, 17),
        "explain": seen["explain"][-1],
        "curve": (2, 2),
    }
    prices = [step for step in seen["explain"] if step[1] == seen["explain"][0][1]]
    assert prices[-1][0] == prices[-1][1]
    assert all(done <= of for steps in seen.values() for done, of in steps)
