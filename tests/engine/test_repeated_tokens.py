"""Tokens used again and again: the engine finds the best run of the paper's law, and pays for every pass."""

from __future__ import annotations

import numpy as np
import pytest
from plans import audited, flop_price, gain, ledger_of, rent_only, small_lab, solved
from scipy.optimize import minimize_scalar

from allocator.plan import load_plan
from allocator.quality import load_law
from allocator.result.inputs import broken_inputs
from allocator.result.result import ModelResult
from allocator.session import Session
from allocator.solve.options import Options

E, A, B, POWER, R_D, R_N = 1.869, 520.8, 1487.7, 0.3527, 15.387756, 5.309743
REPEATED = {"models": {"chat": {"law": "muennighoff"}}}
# FLOP and unique tokens: far below one epoch, about one, several, far beyond.
SITUATIONS = [(1e20, 1e12), (1e21, 5.7e10), (1e21, 3e10), (1e21, 1e10), (1e22, 1e10), (1e22, 1e9), (1e23, 1e9)]


def paper_loss(log_tokens: float, compute: float, at_hand: float) -> float:
    """Muennighoff et al. 2023, in natural units: the whole of `compute` spent on so many tokens."""
    tokens = np.exp(log_tokens)
    parameters = compute / 6.0 / tokens
    unique = min(at_hand, tokens)
    supported = min(parameters, (A / B) ** (1.0 / POWER) * unique)
    size = supported * (1.0 + R_N * (1.0 - np.exp(-(parameters / supported - 1.0) / R_N)))
    data = unique * (1.0 + R_D * (1.0 - np.exp(-(tokens / unique - 1.0) / R_D)))
    return float(E + A / size**POWER + B / data**POWER)


def least_loss(compute: float, at_hand: float) -> float:
    """Smallest loss by a grid and a search around its best point."""
    grid = np.linspace(np.log(1e7), np.log(compute / 6e5), 3001)
    best = int(np.argmin([paper_loss(point, compute, at_hand) for point in grid]))
    found = minimize_scalar(
        paper_loss, bounds=(grid[best - 1], grid[best + 1]), args=(compute, at_hand), method="bounded"
    )
    return float(found.fun)


def tokens_at_hand(compute: float, unique: float) -> dict[str, object]:
    return rent_only(compute * flop_price(), data={"text": {"now": unique}}, **REPEATED)


@pytest.mark.parametrize(("compute", "unique"), SITUATIONS)
def test_the_engine_finds_the_best_run_of_the_paper_s_law(compute: float, unique: float) -> None:
    result = solved(tokens_at_hand(compute, unique))
    chat = result.model("chat")
    assert result.objective["value"] == pytest.approx(least_loss(compute, unique), abs=1e-6)
    assert chat.value == pytest.approx(least_loss(compute, unique), abs=1e-4)
    assert chat.inputs["tokens"] <= unique * (1 + 1e-9)
    assert 6 * chat.inputs["parameters"] * chat.inputs["processed"] <= chat.compute_flop * (1 + 1e-6) + 1e14


def test_with_plenty_of_new_tokens_nobody_uses_one_twice() -> None:
    document = tokens_at_hand(1e22, 1e15)
    plain = {"E": E, "A": A, "B": B, "alpha": POWER, "beta": POWER}
    once = solved(
        {**document, "models": {"chat": {**document["models"]["chat"], "law": "chinchilla", "parameters": plain}}}
    )  # type: ignore[index]
    again = solved(document)
    assert gain(again) == pytest.approx(gain(once), abs=1e-6)
    assert again.model("chat").epochs == pytest.approx(1.0, abs=1e-6)
    assert once.model("chat").epochs is None


def test_unique_tokens_are_bought_and_every_pass_is_paid_in_flop() -> None:
    result, ledger = audited(
        data={"text": {"price": "300 USD/Mtoken", "now": 0.0}}, compute={"cloud": {"max": 300}}, **REPEATED
    )
    chat = result.model("chat")
    assert chat.epochs is not None
    assert 2.0 < chat.epochs < 60.0
    assert chat.inputs["tokens"] == pytest.approx(sum(result.decisions["data"]["text"]["bought"]), rel=1e-6)
    assert sum(ledger.spend["data"]["text"]["acquisition"]) == pytest.approx(3e-4 * chat.inputs["tokens"], rel=1e-6)
    assert 6 * chat.inputs["parameters"] * chat.inputs["processed"] == pytest.approx(chat.compute_flop, rel=1e-4)
    assert chat.as_dict()["epochs"] == pytest.approx(chat.inputs["processed"] / chat.inputs["tokens"])


def test_dearer_tokens_are_used_more_often() -> None:
    epochs = [
        audited(data={"text": {"price": price * 1e-6, "now": 0.0}}, compute={"cloud": {"max": 300}}, **REPEATED)[0]
        .model("chat")
        .epochs
        for price in (1, 30, 300)
    ]
    assert epochs == sorted(epochs)
    assert epochs[0] < 2.0 < 5.0 < epochs[2]


@pytest.mark.parametrize("price", [2e-6, 1e-4, 1e-3])
@pytest.mark.parametrize("other", ["cbc", "clarabel"])
def test_solvers_agree_on_repeated_tokens(price: float, other: str) -> None:
    document = small_lab(
        data={"text": {"price": price, "now": 0.0}},
        models={"chat": {"research_effect": 0.3, **REPEATED["models"]["chat"]}},
    )
    mine, theirs = (solved(document, solver=solver, second_pass=False) for solver in ("highs", other))
    assert gain(mine) == pytest.approx(gain(theirs), abs=1e-6)
    assert max(gain(mine), gain(theirs)) <= min(mine.objective["gain_bound"], theirs.objective["gain_bound"]) + 1e-7
    said = [warning for warning in theirs.warnings if "no cone holds" in warning]
    assert len(said) == (1 if other == "clarabel" else 0)


def test_highs_and_cbc_agree_on_repeated_tokens_in_whole_lots() -> None:
    document = small_lab(
        plan={"whole": True},
        compute={"cloud": {"lot": 64, "max": 320}},
        data={"text": {"price": 3e-4, "now": 0.0}},
        **REPEATED,
    )
    answers = [solved(document, solver=solver, time_limit=20.0) for solver in ("highs", "cbc")]
    highest = max(gain(answer) for answer in answers)
    assert all(highest <= answer.objective["gain_bound"] + 1e-7 for answer in answers)


@pytest.mark.parametrize("factor", [1e-3, 1e3])
def test_the_point_the_program_is_scaled_on_does_not_matter(factor: float) -> None:
    from allocator.formulate.build import formulate
    from allocator.solve.engine import solve

    formulation = formulate(load_plan(tokens_at_hand(1e22, 1e9)), reference_factor=factor)
    solution = solve(formulation.program, Options(solver="highs"))
    assert solution.objective == pytest.approx(-np.log(least_loss(1e22, 1e9) - E), abs=1e-6)


def test_a_pass_nobody_paid_for_is_found_by_the_audit() -> None:
    result = solved(tokens_at_hand(1e22, 1e9))
    ledger, law = ledger_of(result), load_law("muennighoff")
    inputs = result.model("chat").inputs
    assert broken_inputs(result.plan, "chat", law, inputs, ledger) == []
    [once_more] = broken_inputs(result.plan, "chat", law, {**inputs, "processed": 1.01 * inputs["processed"]}, ledger)
    assert "effective FLOP were there" in once_more
    [more_tokens] = broken_inputs(result.plan, "chat", law, {**inputs, "tokens": 1.01e9}, ledger)
    assert "1e+09 were there in time" in more_tokens or "1000000000 were there in time" in more_tokens


def test_a_session_follows_a_plan_into_repetition_and_back() -> None:
    session = Session(load_plan(tokens_at_hand(1e21, 1e12)), Options())

    def chat_with(unique: float) -> ModelResult:
        session.update({"data.text.now": unique})
        return session.solve(horizon_audit=False).model("chat")

    fresh, scarce, back = chat_with(1e12), chat_with(1e9), chat_with(1e12)
    assert fresh.epochs == pytest.approx(1.0)
    assert scarce.epochs is not None
    assert scarce.epochs > 50
    assert scarce.value == pytest.approx(least_loss(1e21, 1e9), abs=1e-4)
    assert back.value == pytest.approx(fresh.value, abs=1e-6)
