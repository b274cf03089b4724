"""Serving in the books, worked out by hand over three months, and the rules of who uses what."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from allocator.plan import load_plan
from allocator.result.ledger import Ledger, replay

# A GPU delivers 1e12 FLOP/s x 0.5 x 730 h x 3600 s = 1.314e18 FLOP a month, in training.
SHARED: dict[str, Any] = {
    "plan": {"start": "2026-01", "months": 3, "cash": 100_000},
    "runway": {"months": 2, "window": 2},
    "compute": {"cloud": {"kind": "rent", "price": 2, "flops": "1 TFLOP/s", "utilisation": 0.5}},
    "data": {"text": {"unit": "token", "price": 0, "now": 1e9, "max": 0}},
    "models": {
        "chat": {
            "law": "chinchilla-replication",
            "deadline": 1,
            "training_months": 1,
            "serving": [7e9, 1e9, 2e9],
            "serving_utilisation": 0.1,
        }
    },
}
# 1e8 parameters: 2 x 1e8 x 1e9 = 2e17 FLOP in February, 4e17 in March; a FLOP of serving at a tenth of peak takes five
# of training's.
SHARED_DECISIONS: dict[str, Any] = {
    "compute": {"cloud": {"gpus": [1, 1, 2]}},
    "models": {
        "chat": {
            "compute": [6e17, 0, 0],
            "inputs": {"parameters": 1e8, "tokens": 1e9},
            "serving": [0, 2e17, 4e17],
            "funded": True,
        }
    },
}
SPLIT: dict[str, Any] = copy.deepcopy(SHARED)
SPLIT["compute"]["own"] = {"kind": "rent", "price": 3, "flops": "2 TFLOP/s", "utilisation": 0.25}
SPLIT["models"]["chat"]["compute"] = ["own"]
SPLIT["models"]["next"] = {"law": "chinchilla-replication", "deadline": 3, "training_months": 1}
SPLIT_DECISIONS: dict[str, Any] = {
    "compute": {"cloud": {"gpus": [0, 0, 1]}, "own": {"gpus": [1, 1, 2]}},
    "models": {
        "chat": {
            "compute": [6e17, 0, 0],
            "compute_on": {"own": [6e17, 0, 0]},
            "inputs": {"parameters": 1e8, "tokens": 1e9},
            "serving": [0, 2e17, 4e17],
            "serving_on": {"own": [0, 2e17, 4e17]},
        },
        # 1.314e18 of the cloud, and on our own what 2 x 1.314e18 - 2.5 x 4e17 leave
        "next": {
            "compute": [0, 0, 2.9e18],
            "compute_on": {"cloud": [0, 0, 1.3e18], "own": [0, 0, 1.6e18]},
            "inputs": {"parameters": 1e8, "tokens": 1e9},
        },
    },
}


def near(values: object) -> object:
    return pytest.approx(values, rel=1e-12, abs=1e-9)


@pytest.fixture(scope="module")
def shared() -> Ledger:
    return replay(load_plan(SHARED), SHARED_DECISIONS)


@pytest.fixture(scope="module")
def split() -> Ledger:
    return replay(load_plan(SPLIT), SPLIT_DECISIONS)


def changed(sections: dict[str, Any], decisions: dict[str, Any], name: str, **model: Any) -> list[str]:
    """What the ledger says of the decisions with one model's changed."""
    mine = copy.deepcopy(decisions)
    mine["models"][name] |= model
    return replay(load_plan(sections), mine).violations


def test_serving_takes_the_hours_of_gpus_that_training_would_have_had(shared: Ledger) -> None:
    assert shared.delivered_flop == near([1.314e18, 1.314e18, 2.628e18])
    # 2e17 x 0.5 / 0.1 and twice that
    assert shared.used_flop == near([6e17, 1e18, 2e18])
    assert shared.serving_flop == {"chat": [0, 2e17, 4e17]}
    assert shared.violations == []


def test_serving_is_paid_and_burns_as_the_gpus_it_takes(shared: Ledger) -> None:
    # 2 x 730 a GPU
    assert shared.spent("compute") == near([1_460, 1_460, 2_920])
    assert shared.cash == near([98_540, 97_080, 94_160])
    assert shared.burn == near([1_460, 1_460, 2_920])
    # what the last month burns goes on: 2 x 2,920, above 2 x (1,460 + 2,920) / 2
    assert shared.closing_burn == near(2_920)
    assert shared.required == near([2_920, 2_920, 5_840])


def test_the_books_hold_what_is_served(shared: Ledger) -> None:
    held = [row for row in shared.holdings() if row.line == "serving"]
    assert [(row.month, row.item, row.quantity) for row in held] == [
        ("2026-01", "chat", 0),
        ("2026-02", "chat", 2e17),
        ("2026-03", "chat", 4e17),
    ]


def test_use_by_offer_counts_serving_at_each_offer_s_own_ratio(split: Ledger) -> None:
    assert split.violations == []
    # own: 2e12 x 0.25 x 730 x 3600; serving at 0.1 of peak stands for 2.5 times its FLOP there
    assert split.delivered_flop == near([1.314e18, 1.314e18, 3 * 1.314e18])
    assert split.used_flop == near([6e17, 2.5 * 2e17, 2.9e18 + 2.5 * 4e17])


@pytest.mark.parametrize(
    ("model", "sentence"),
    [
        ({"serving": [0, 3e17, 4e17]}, "compute used on 2026-02 is 1.5e+18 FLOP"),
        ({"serving": [0, 0, 4e17]}, "models.chat serves nothing on 2026-02, and 1,000,000,000 items are asked"),
        ({"serving": [0, 2e17, -1e17]}, "models.chat serving on 2026-03 is -1e+17 FLOP"),
        ({"funded": False}, "models.chat is not funded, and it is not optional"),
        ({"funded": False}, "models.chat is not funded, and it is given 1.2e+18 FLOP"),
    ],
)
def test_a_broken_rule_of_serving_is_said(model: dict[str, Any], sentence: str) -> None:
    said = changed(SHARED, SHARED_DECISIONS, "chat", **model)
    assert any(sentence in line for line in said), said


@pytest.mark.parametrize(
    ("model", "sentence"),
    [
        (
            {"compute_on": {"cloud": [6e17, 0, 0]}},
            "models.chat is given 6e+17 FLOP of compute by cloud, which it may not",
        ),
        (
            {"compute_on": {"own": [5e17, 0, 0]}},
            "models.chat compute on 2026-01 is 6e+17 FLOP, and its offers give it 5e+17",
        ),
        ({"serving_on": {"own": [0, 2e17, 5e17]}}, "compute.own used on 2026-03 is 2.85e+18 FLOP"),
        ({"serving_on": {}}, "models.chat serving on 2026-02 is 2e+17 FLOP, and its offers give it 0 FLOP"),
    ],
)
def test_a_broken_rule_of_offers_is_said(model: dict[str, Any], sentence: str) -> None:
    said = changed(SPLIT, SPLIT_DECISIONS, "chat", **model)
    assert any(sentence in line for line in said), said


def test_a_model_that_is_left_out_is_given_nothing_and_breaks_no_rule() -> None:
    sections = copy.deepcopy(SHARED)
    sections["models"]["chat"]["optional"] = True
    left_out = {"models": {"chat": {"funded": False}}}
    assert replay(load_plan(sections), left_out).violations == []


def test_decisions_of_an_offer_that_is_not_of_the_plan_are_refused() -> None:
    decisions = {"models": {"chat": {"compute_on": {"moon": [0, 0, 0]}}}}
    with pytest.raises(ValueError, match=r"models\.chat\.compute_on\.moon is not of this plan"):
        replay(load_plan(SHARED), decisions)
