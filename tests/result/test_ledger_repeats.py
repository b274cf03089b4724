"""Tokens used again over three months, worked out by hand: bought once, paid for by the pass."""

from __future__ import annotations

from typing import Any

import pytest

from allocator.plan import load_plan
from allocator.quality import load_law
from allocator.result.inputs import broken_inputs
from allocator.result.ledger import replay

COMPANY: dict[str, Any] = {
    "plan": {"start": "2026-01", "months": 3, "cash": 1e6},
    "compute": {"cloud": {"kind": "rent", "price": 1, "flops": "1 TFLOP/s", "utilisation": 1.0}},
    "data": {"text": {"unit": "token", "price": "2 USD/Mtoken", "now": 4e8, "max": 1e12}},
    "models": {"chat": {"law": "muennighoff", "deadline": 3, "training_months": 2}},
}
RUN = {"parameters": 1e8, "tokens": 1e9 - 1e3, "processed": 3e9}
DECIDED: dict[str, Any] = {
    "compute": {"cloud": {"gpus": [0, 1, 1]}},
    "data": {"text": {"bought": [6e8, 0, 0]}},
    "models": {"chat": {"compute": [0, 0.9e18, 0.9e18], "inputs": RUN}},
}


def findings(**run: float) -> list[str]:
    plan, inputs = load_plan(COMPANY), {**RUN, **run}
    decided = {**DECIDED, "models": {"chat": {**DECIDED["models"]["chat"], "inputs": inputs}}}
    ledger = replay(plan, decided)
    return [*ledger.violations, *broken_inputs(plan, "chat", load_law("muennighoff"), inputs, ledger)]


def test_three_passes_of_a_billion_tokens_take_three_passes_flop() -> None:
    """6 x 1e8 x 3e9 = 1.8e18 FLOP of 1.8e18 and the 1e14 everyone has."""
    ledger = replay(load_plan(COMPANY), DECIDED)
    assert findings() == []
    # 4e8 there and 6e8 bought at 2 dollars a million
    assert ledger.stock["text"] == pytest.approx([1e9] * 3)
    assert ledger.spend["data"]["text"]["acquisition"] == pytest.approx([1_200, 0, 0])
    assert ledger.models["chat"]["compute"] == pytest.approx(1.8e18)


def test_a_fourth_pass_without_its_flop_is_found() -> None:
    assert findings(processed=4e9) == ["chat: its run takes 2.4e+18 FLOP, 1.8001e+18 effective FLOP were there"]


def test_a_pass_over_tokens_that_are_not_there_is_found() -> None:
    found = findings(tokens=1.1e9)
    assert any("1,000,000,000" in sentence or "1e+09" in sentence for sentence in found)
    assert len(found) == 2


def test_the_loss_is_that_of_tokens_worth_less_than_three_times_their_number() -> None:
    law = load_law("muennighoff")
    worth = 1e9 * (1 + 15.387756 * (1 - 2.718281828459045 ** (-2 / 15.387756)))
    supported = 0.05099 * 1e9
    size = supported * (1 + 5.309743 * (1 - 2.718281828459045 ** (-(1e8 / supported - 1) / 5.309743)))
    by_hand = 1.869 + 520.8 / size**0.3527 + 1487.7 / worth**0.3527
    assert float(law.value([1e8, 1e9, 3e9])) == pytest.approx(by_hand, rel=1e-5)
