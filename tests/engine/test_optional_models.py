"""Optional models are funded or not, whole: what is left out gives, serves and promises nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from plans import Document, gain, ledger_of, merged, rent_only, solved

from allocator.errors import CertificateError, InfeasibleError
from allocator.formulate.build import formulate
from allocator.formulate.model_block import inputs_of_nothing
from allocator.plan import load_plan
from allocator.result.certify import certify
from allocator.result.ledger import replay
from allocator.result.result import Result
from allocator.solve.engine import solve as solve_program
from allocator.solve.options import Options

# Of the gain: branch and bound ends within 0.3 %.
GAP = 3e-3


def two(**side: Any) -> Document:
    """A model that matters and one on the side, a year and $3M for both."""
    return merged(
        rent_only(3e6),
        {
            "plan": {"months": 14},
            "models": {
                "chat": {"deadline": 6},
                "side": {"law": "chinchilla-replication", "deadline": 10, "weight": 0.2, **side},
            },
        },
    )


def without_the_side(document: Document) -> Document:
    return merged(document, {"models": {"side": None}})


def mean_gain(result: Result, weights: dict[str, float]) -> float:
    laws = {name: formulate(result.plan).models[name].law for name in weights}
    reached = {name: float(laws[name].gain_of_metric(result.model(name).value)) for name in weights}
    return sum(weight * reached[name] for name, weight in weights.items()) / sum(weights.values())


@pytest.mark.parametrize(
    ("side", "funded"),
    [
        ({"target": 2.3}, True),
        ({"serving": 1e11}, True),
        ({"target": 2.0, "weight": 0.001}, False),
        ({"serving": 1e12, "target": 2.05, "weight": 0.001}, False),
    ],
)
def test_the_better_of_both_plans_is_found(side: dict[str, Any], funded: bool) -> None:
    result = solved(two(optional=True, **side))
    assert result.model("side").funded is funded
    law = formulate(result.plan).models["side"].law
    nothing = float(law.gain(law.array(inputs_of_nothing(law))))
    weight = side.get("weight", 0.2)
    alone = solved(without_the_side(two(**side)))
    left_out = (gain(alone) + weight * nothing) / (1 + weight)
    forced = gain(solved(two(**side)))
    assert (forced > left_out) is funded
    assert gain(result) == pytest.approx(max(forced, left_out), abs=GAP)
    if not funded:
        # The rest of the plan is as if the model had never been there.
        assert result.model("chat").value == pytest.approx(alone.model("chat").value, abs=1e-3)


@pytest.mark.parametrize(("otherwise", "funded"), [(2.3, True), (1.9, False)])
def test_what_is_used_in_its_place_decides_whether_a_model_is_worth_funding(otherwise: float, funded: bool) -> None:
    result = solved(two(optional=True, otherwise=otherwise, serving=1e12))
    side = result.model("side")
    assert side.funded is funded
    law = formulate(result.plan).models["side"].law
    alone = solved(without_the_side(two()))
    left_out = (gain(alone) + 0.2 * float(law.gain_of_metric(otherwise))) / 1.2
    forced = gain(solved(two(serving=1e12)))
    assert (forced > left_out) is funded
    assert gain(result) == pytest.approx(max(forced, left_out), abs=GAP)
    if not funded:
        assert side.value == otherwise
        assert result.model("chat").value == pytest.approx(alone.model("chat").value, abs=1e-3)


def test_something_worse_than_a_run_of_nothing_can_stand_in_for_a_model() -> None:
    result = solved(two(optional=True, otherwise=1e4))
    assert result.model("side").funded


def test_more_money_may_pay_for_what_is_left_out_and_the_page_does_not_deny_it() -> None:
    result = solved(two(optional=True, otherwise=1.9, target=1.85, weight=1.0))
    assert not result.model("side").funded
    assert not any("more would change nothing" in sentence for sentence in result.binding)


def test_a_model_that_cannot_be_paid_is_left_out_where_it_would_have_made_the_plan_infeasible() -> None:
    with pytest.raises(InfeasibleError):
        solved(two(target=1.85))
    result = solved(two(target=1.85, optional=True))
    assert not result.model("side").funded
    assert ledger_of(result).violations == []


def test_what_is_left_out_trains_on_nothing_serves_nothing_and_counts_as_a_run_of_nothing() -> None:
    result = solved(two(optional=True, serving=1e14, target=1.95))
    side = result.model("side")
    assert not side.funded
    assert side.compute_flop == 0.0
    assert side.serving_flop == 0.0
    assert ledger_of(result).serving_flop["side"] == [0.0] * 14
    assert gain(result) == pytest.approx(mean_gain(result, {"chat": 1.0, "side": 0.2}), abs=1e-6)
    assert {row["item"] for row in result.tables["use"]} <= {"chat", "idle"}


def test_a_target_holds_once_a_model_is_funded() -> None:
    result = solved(two(optional=True, target=2.3, weight=1.0))
    assert result.model("side").funded
    assert result.model("side").value <= 2.3 + 1e-6


def test_an_optional_model_is_whole_even_in_a_plan_that_is_not() -> None:
    program = formulate(load_plan(two(optional=True))).program
    funded = program.column("models.side.funded")
    assert program.integer[funded.start]
    assert program.integer.sum() == 1
    assert (program.col_lower[funded.start], program.col_upper[funded.start]) == (0.0, 1.0)


@pytest.mark.parametrize(
    "law",
    [
        {"law": "table", "inputs": {"x": "data.text.items"}, "points": [[0, 0.0], [1e20, 1.0]]},
        {
            "law": "cobb-douglas",
            "inputs": {"x": "compute.flop", "y": "data.text.items"},
            "parameters": {"a_x": 0.3, "a_y": 0.2, "unit_x": 1e21, "unit_y": 1e18},
        },
        {
            "law": "leontief",
            "inputs": {"x": "compute.flop", "y": "data.text.items"},
            "parameters": {"scale_x": 1e21, "scale_y": 1e18},
        },
        {"law": "saturating", "inputs": {"x": "compute.flop"}, "parameters": {"k_x": 1e22}},
    ],
    ids=lambda law: law["law"],
)
def test_every_form_of_law_can_be_optional(law: dict[str, Any]) -> None:
    document = two(optional=True)
    document["models"]["side"] |= law
    result = solved(document)
    forced = merged(document, {"models": {"side": {"optional": False}}})
    assert gain(result) == pytest.approx(gain(solved(forced)), abs=GAP * max(1.0, abs(gain(result))))


@pytest.mark.parametrize(
    "law", [{}, {"law": "table", "inputs": {"x": "data.text.items"}, "points": [[0, 0.0], [1e25, 1]]}]
)
def test_what_stands_in_for_a_model_earns_nothing_and_brings_no_round(law: dict[str, Any]) -> None:
    """The stand-in is better than what the revenue and the round ask for, and it is not the company's."""
    nothing_at, all_at, otherwise, sign = (0.2, 0.5, 0.99, ">=") if law else (2.6, 1.9, 2.0, "<=")
    side = {"optional": True, "otherwise": otherwise, "weight": 0.001, "serving": 0 if law else 1e14, **law}
    terms = {"name": "side", "nothing_at": nothing_at, "all_at": all_at}
    money = {"kind": "grant", "max": 1e6, "needs": f"models.side.value {sign} {nothing_at}"}
    document = merged(two(**side), {"revenue": {"api": {"amount": 3e4, "model": terms}}, "funding": {"prize": money}})
    # Its weight is less than the gap of whole units lets pass.
    result = solved(document, gap=1e-6)
    assert not result.model("side").funded
    assert result.model("side").value == otherwise
    ledger = ledger_of(result)
    assert sum(ledger.total_revenue) == 0.0
    assert sum(ledger.total_funding) == 0.0


def test_a_stand_in_worse_than_a_run_of_nothing_does_not_keep_a_plan_from_leaving_a_model_out() -> None:
    terms = {"name": "side", "nothing_at": 2.6, "all_at": 1.9}
    money = {"kind": "grant", "max": 1e6, "needs": "models.side.value <= 2.5"}
    side = {"optional": True, "otherwise": 1e4, "target": 1.85}
    document = merged(two(**side), {"revenue": {"api": {"amount": 3e4, "model": terms}}, "funding": {"prize": money}})
    assert not solved(document).model("side").funded


# ---- Ways to cheat -----------------------------------------------------------------------------------------------


def test_an_unfunded_model_that_trains_or_serves_is_refused_by_the_ledger() -> None:
    result = solved(two(optional=True, serving=1e11))
    assert result.model("side").funded
    decisions = {**result.decisions, "models": {**result.decisions["models"]}}
    decisions["models"]["side"] = {**decisions["models"]["side"], "funded": False}
    said = replay(result.plan, decisions).violations
    assert any("models.side is not funded, and it is given" in sentence for sentence in said)


def test_a_model_that_is_not_optional_cannot_be_left_out() -> None:
    result = solved(two())
    decisions = {**result.decisions, "models": {**result.decisions["models"]}}
    decisions["models"]["side"] = {"funded": False}
    said = replay(result.plan, decisions).violations
    assert "models.side is not funded, and it is not optional" in said


def test_a_funded_model_that_serves_nothing_is_refused_by_the_ledger() -> None:
    result = solved(two(optional=True, serving=1e11))
    decisions = {**result.decisions, "models": {**result.decisions["models"]}}
    decisions["models"]["side"] = {**decisions["models"]["side"], "serving": [0.0] * 14}
    said = replay(result.plan, decisions).violations
    assert any("models.side serves nothing on 2027-07" in sentence for sentence in said)


def test_a_gain_that_counts_although_nothing_is_funded_is_refused() -> None:
    formulation = formulate(load_plan(two(optional=True, target=1.85)))
    solution = solve_program(formulation.program, Options(solver="highs"))
    certify(formulation, solution)
    assert solution.x is not None
    x = solution.x.copy()
    x[formulation.program.column("models.side.counted").start] += 3.0
    with pytest.raises(CertificateError, match="side: the program claims"):
        certify(formulation, replace(solution, x=x))


def test_a_model_that_is_not_funded_earns_nothing_whatever_the_ledger_is_told() -> None:
    terms = {"name": "side", "nothing_at": 2.6, "all_at": 1.9}
    result = solved(merged(two(optional=True, target=1.85), {"revenue": {"api": {"amount": 3e4, "model": terms}}}))
    decisions = {**result.decisions, "models": {**result.decisions["models"]}}
    decisions["models"]["side"] = {**decisions["models"]["side"], "value": 1.9}
    assert sum(replay(result.plan, decisions).total_revenue) == 0.0
