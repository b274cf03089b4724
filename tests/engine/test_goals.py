"""The least capital, the longest runway and the largest profit: against quality's own optimum, and by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from plans import ledger_of, merged, rent_only, small_lab, solved

from allocator.errors import CertificateError, InfeasibleError, PlanError
from allocator.formulate.build import Formulation, formulate
from allocator.goals import longest_runway
from allocator.plan import Plan, load_plan
from allocator.result import certify as certify_module
from allocator.session import Session
from allocator.solve.engine import solve as solve_program
from allocator.solve.solution import Solution

TARGET = {"models": {"chat": {"target": 2.2}}}
BURNS = {"runway": {"months": 3, "window": 3}, "costs": {"office": {"amount": 100e3}}}


def least(document: dict[str, Any], **options: Any) -> float:
    return float(solved(merged(document, {"objective": {"goal": "capital"}}), **options).objective["value"])


def test_the_least_capital_buys_exactly_the_target() -> None:
    document = rent_only(5e6, **TARGET)
    capital = least(document)
    free = merged(document, {"plan": {"cash": capital}, "models": {"chat": {"target": None}}})
    assert solved(free).models[0].value == pytest.approx(2.2, abs=1e-6)


def test_a_thousandth_less_than_the_least_capital_is_infeasible() -> None:
    document = small_lab(**TARGET, runway={"months": 3})
    capital = least(document)
    solved(merged(document, {"plan": {"cash": capital * (1 + 1e-6)}}))
    with pytest.raises(InfeasibleError):
        solved(merged(document, {"plan": {"cash": capital * 0.999}}))


@pytest.mark.parametrize("guess", [0, 1e3, 1e12])
def test_the_guess_in_the_plan_does_not_matter(guess: float) -> None:
    document = small_lab(**TARGET)
    assert least(merged(document, {"plan": {"cash": guess}})) == pytest.approx(least(document), rel=1e-6)


@pytest.mark.parametrize(("currency", "unit"), [("kUSD", 1e3), ("MUSD", 1e6)])
def test_capital_is_the_same_in_thousands_and_millions(currency: str, unit: float) -> None:
    document = rent_only(5e6, **TARGET)
    price = {"compute": {"cloud": {"price": "2.5 USD/hour"}}, "data": {"text": {"price": "1 USD/Mtoken"}}}
    other = merged(document, {"plan": {"currency": currency, "cash": 5e6 / unit}, **price})
    assert least(other) * unit == pytest.approx(least(document), rel=1e-6)


@pytest.mark.parametrize("solver", ["highs", "cbc", "clarabel"])
def test_solvers_agree_on_the_least_capital(solver: str) -> None:
    document = small_lab(**TARGET, **BURNS)
    assert least(document, solver=solver) == pytest.approx(least(document), rel=2e-6)


def test_the_least_round_is_what_opening_cash_lacks() -> None:
    document = small_lab(**TARGET, plan={"cash": 2e6})
    needed = least(document)
    round_ = {"funding": {"seed": {"kind": "equity", "amount": 1e6, "month": 1, "fee": 0.05}}}
    asked = {"objective": {"goal": "capital", "of": "funding.seed"}}
    result = solved(merged(document, {**round_, **asked}))
    # Arriving in month 1 it is as good as opening cash, but for its fee.
    assert result.objective["value"] == pytest.approx((needed - 2e6) / 0.95, rel=1e-6)
    assert ledger_of(result).funding["seed"][0] == pytest.approx(result.objective["value"])
    assert result.plan.funding["seed"].amount == pytest.approx(result.objective["value"])


def test_capital_in_whole_units_lies_between_its_bound_and_its_gap() -> None:
    document = small_lab(**TARGET, compute={"cloud": {"lot": 8}})
    relaxed = least(document)
    result = solved(merged(document, {"plan": {"whole": True}, "objective": {"goal": "capital"}}), solver="auto")
    value, bound = result.objective["value"], result.objective["bound"]
    assert relaxed * (1 - 1e-6) <= bound <= value <= bound * (1 + 4e-3)
    assert all(gpus % 8 == pytest.approx(0.0, abs=1e-6) for gpus in ledger_of(result).gpus["cloud"])


def test_no_runway_is_longer_than_the_longest() -> None:
    document = small_lab(**TARGET, **BURNS)
    result = solved(merged(document, {"objective": {"goal": "runway"}}))
    longest, bound = result.objective["value"], result.objective["bound"]
    assert longest < bound <= longest * (1 + 1e-5)
    assert min(ledger_of(result).runway_months) == pytest.approx(longest, rel=1e-6)
    solved(merged(document, {"runway": {"months": longest * (1 - 1e-6)}}))
    with pytest.raises(InfeasibleError):
        solved(merged(document, {"runway": {"months": longest * 1.001}}))


@pytest.mark.parametrize("basis", ["trailing", "forward"])
def test_the_longest_runway_does_not_depend_on_where_the_search_begins(basis: str) -> None:
    document = merged(small_lab(**TARGET, **BURNS), {"runway": {"basis": basis}, "objective": {"goal": "runway"}})
    found = [solved(merged(document, {"runway": {"months": months}})).objective["value"] for months in (0, 3, 100)]
    assert found == pytest.approx([found[0]] * 3, rel=1e-5)


def test_a_plan_that_falls_short_by_the_gap_is_no_longest_runway() -> None:
    """In whole units the plan found for those months may miss them by the gap: then a little less is asked."""
    plan = load_plan(small_lab(**TARGET, **BURNS, objective={"goal": "runway"}))
    best = float(Session(plan).solve(horizon_audit=False).objective["value"])

    def coarse(asked: Plan) -> tuple[Formulation, Solution]:
        formulation = formulate(asked)
        solution = solve_program(formulation.program)
        assert solution.objective is not None
        assert asked.runway is not None
        beyond = asked.runway.months[0] > 0.9999 * best
        return formulation, replace(solution, objective=solution.objective - 1e-3) if beyond else solution

    reached = longest_runway(plan, coarse)
    assert reached.solution.objective is not None
    assert reached.solution.objective >= 0.0
    assert reached.formulation.plan.runway is not None
    assert 0.99 * best < reached.formulation.plan.runway.months[0] < best


def test_a_cheaper_plan_that_leaves_less_than_nothing_is_no_longest_runway() -> None:
    """The second pass may give a little of the cash beyond the runway away: what the plan itself leaves is asked."""
    plan = load_plan(small_lab(**TARGET, **BURNS, objective={"goal": "runway"}))
    best = float(Session(plan).solve(horizon_audit=False).objective["value"])

    def cheaper(asked: Plan) -> tuple[Formulation, Solution]:
        formulation = formulate(asked)
        program = formulation.program
        solution = solve_program(program)
        assert solution.x is not None
        assert asked.runway is not None
        (column,) = np.flatnonzero(program.objective)
        less = solution.x.copy()
        less[column] -= 1e-4 / program.objective[column] if asked.runway.months[0] > 0.9999 * best else 0.0
        return formulation, replace(solution, x=less)

    reached = longest_runway(plan, cheaper)
    assert reached.solution.x is not None
    assert float(reached.formulation.program.objective @ reached.solution.x) >= 0.0


def test_a_company_that_burns_nothing_has_a_runway_without_end() -> None:
    earns = {"revenue": {"sales": {"amount": 1e6}}, "runway": {"months": 3}, "objective": {"goal": "runway"}}
    result = solved(small_lab(**earns))
    assert result.objective["value"] == 120.0
    assert result.objective["bound"] is None
    assert '"bound": null' in result.to_json()


def test_profit_is_what_was_earned_and_not_what_was_raised() -> None:
    document = {
        "plan": {"start": "2026-01", "months": 3, "cash": 1_000},
        "revenue": {"sales": {"amount": [100, 200, 300]}},
        "costs": {"office": {"amount": 50}},
        "funding": {"seed": {"kind": "equity", "amount": 500, "month": 2, "fee": 0.1}},
        "data": {"notes": {"unit": "hour", "price": 1}},
        "models": {
            "some": {
                "law": "table",
                "inputs": {"x": "data.notes.items"},
                "points": [[0, 0], [100, 1]],
                "deadline": 3,
                "training_months": 1,
            }
        },
        "objective": {"goal": "profit", "revenue_multiple": 2},
    }
    result = solved(document)
    # 600 earned, 150 for the office, a fee of 50, and twice the 600 of the last year; nothing is bought.
    assert result.objective["value"] == pytest.approx(600 - 150 - 50 + 2 * 600)
    # With a target half of the notes are bought.
    reached = solved(merged(document, {"models": {"some": {"target": 0.5}}}))
    assert reached.objective["value"] == pytest.approx(1_600 - 50)


def test_curves_that_no_target_needs_are_not_paid_for() -> None:
    """The first pass of a runway leaves them anywhere that costs no runway."""
    document = merged(
        small_lab(**TARGET, **BURNS),
        {"objective": {"goal": "runway"}, "costs": {"office": {"amount": [400e3] + [10e3] * 11}}},
    )
    spent = sum(row["money"] for row in solved(document).tables["spend"])
    cheapest = merged(document, {"objective": {"goal": "capital"}, "runway": {"months": 3}})
    assert spent <= sum(row["money"] for row in solved(cheapest).tables["spend"]) * (1 + 1e-5)


@pytest.mark.parametrize(("goal", "changes"), [("capital", TARGET), ("runway", BURNS), ("profit", {})])
def test_a_better_value_than_the_books_have_is_refused(goal: str, changes: dict[str, Any]) -> None:
    formulation = formulate(load_plan(small_lab(**changes, objective={"goal": goal})))
    solution = solve_program(formulation.program)
    certify_module.certify(formulation, solution)
    assert solution.objective is not None
    lying = replace(solution, objective=solution.objective + 1e-3, bound=(solution.bound or 0.0) + 1e-3)
    with pytest.raises(CertificateError, match="by the books the"):
        certify_module.certify(formulation, lying)


@pytest.mark.parametrize(("goal", "changes"), [("capital", TARGET), ("runway", BURNS), ("profit", {})])
def test_a_bound_below_the_books_is_refused(goal: str, changes: dict[str, Any]) -> None:
    formulation = formulate(load_plan(small_lab(**changes, objective={"goal": goal})))
    solution = solve_program(formulation.program)
    assert solution.bound is not None
    with pytest.raises(CertificateError, match="better than the proven bound"):
        certify_module.certify(formulation, replace(solution, bound=solution.bound - 1e-3))


def test_a_session_keeps_its_plan_after_looking_for_a_goal() -> None:
    plan = load_plan(small_lab(**TARGET, **BURNS, objective={"goal": "runway"}))
    session = Session(plan)
    first = session.solve(horizon_audit=False)
    assert session.plan is plan
    session.update({"costs.office.amount": 90e3})
    assert session.solve(horizon_audit=False).objective["value"] > first.objective["value"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"objective": {"of": "plan.cosh"}}, "did you mean `plan.cash`"),
        ({"objective": {"of": "funding.seed"}}, "is not capital that can be made less"),
        ({"models": {"chat": {"target": None}}}, "the least capital for what? no model has a target"),
        ({"objective": {"goal": "runway"}}, "there is no runway to lengthen"),
        ({"objective": {"goal": "runway"}, "runway": {"months": [3] * 6 + [4] * 6}}, "one number for all months"),
    ],
)
def test_a_goal_without_what_it_needs_is_refused(changes: dict[str, Any], said: str) -> None:
    document = merged(merged(small_lab(**TARGET), {"objective": {"goal": "capital"}}), changes)
    with pytest.raises(PlanError) as caught:
        load_plan(document)
    assert said in str(caught.value)
