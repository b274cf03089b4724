"""Ways to cheat with money that is raised, each tried: by the optimum itself, or with the rule taken out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from edits import optimum, without_rows
from plans import Document, audited, gain, ledger_of, merged, small_lab, solved

from allocator.errors import CertificateError
from allocator.formulate.build import Formulation, formulate
from allocator.formulate.program import Program
from allocator.plan import load_plan
from allocator.result.certify import certify
from allocator.solve.engine import solve as solve_program
from allocator.solve.options import Options

LENT: Document = {"kind": "loan", "max": 4e6, "rate": 0.0, "term": 12}
LINE: Document = {"kind": "credit-line", "max": 4e6, "rate": 0.0}


def without_rule(program: Program, name: str) -> Program:
    """`program` without a row family, and without what takes back a tolerance of it."""
    kept = tuple(adjust for adjust in program.adjustments if "within_" not in adjust.__qualname__.rsplit(".", 1)[-1])
    return replace(without_rows(program, name), adjustments=kept)


def formulated(**changes: Any) -> Formulation:
    return formulate(load_plan(small_lab(**merged({"plan": {"cash": 6e6}}, changes))))


def with_bound(program: Program, name: str, value: float) -> Program:
    """`program` with a column family held at `value` or above."""
    lower = program.col_lower.copy()
    lower[program.column(name).index] = value
    return replace(program, col_lower=lower)


@pytest.mark.parametrize("debt", [LENT, LINE], ids=["loan", "credit line"])
def test_money_lent_does_not_lengthen_the_runway_at_the_end(debt: Document) -> None:
    # A free loan in the last months would, if it were still in hand at the close: the end asks six months' burn.
    document = small_lab(plan={"cash": 8e6}, runway={"months": 6, "window": 1}, models={"chat": {"deadline": 12}})
    alone = gain(solved(document, gap=1e-6))
    lent = gain(solved(merged(document, {"funding": {"bank": merged(debt, {"from": 12})}}), gap=1e-6))
    assert lent == pytest.approx(alone, abs=3e-6)


def test_what_a_loan_brings_is_no_negative_burn() -> None:
    result = solved(small_lab(plan={"cash": 5e6}, runway={"months": 2}, funding={"bank": merged(LENT, {"until": 6})}))
    ledger = ledger_of(result)
    operating = [sum(ledger.spent(name)[month] for name in ("compute", "data", "people")) for month in range(12)]
    assert ledger.burn == pytest.approx(operating, abs=1e-3)


def test_repaying_for_a_day_does_not_escape_a_covenant() -> None:
    # Owed in one month and not at its close: only the opening's row sees the month of the repayment.
    line = merged(LINE, {"covenant": 3e6, "until": 11})
    made = formulated(funding={"line": line, "later": {"kind": "equity", "amount": 8e6, "month": 11}})
    _, ledger = optimum(made)
    assert ledger.violations == []
    _, caught = optimum(made, lambda program: with_bound(_unasked(program), "funding.line.drawn", 0.1e6))
    assert any("covenant of funding.line" in sentence for sentence in caught.violations)


def _unasked(program: Program) -> Program:
    return without_rows(program, "Covenant of line")


def test_a_round_is_not_split_to_dodge_its_least_size() -> None:
    seed = {"kind": "equity", "max": 20e6, "min": 8e6, "post_money": 100e6}
    limits = {"dilution": "funding.dilution <= 0.05"}
    _, ledger = audited(plan={"cash": 6e6}, funding={"seed": seed}, limits=limits)
    assert sum(sum(shares) for shares in ledger.dilution.values()) == 0
    made = formulated(funding={"seed": seed}, limits=limits)
    _, caught = optimum(made, lambda program: without_rule(program, "Least size of seed"))
    assert any("below its least" in sentence for sentence in caught.violations)


def test_a_round_is_not_taken_twice_to_dodge_its_largest_size() -> None:
    made = formulated(funding={"seed": {"kind": "equity", "max": 3e6, "min": 1e6, "post_money": 100e6}})
    honest, ledger = optimum(made)
    assert ledger.violations == []
    cheated, caught = optimum(made, lambda program: without_rows(program, "Once: seed"))
    assert cheated > honest + 0.01
    assert any("it comes once" in sentence for sentence in caught.violations)


def test_an_optional_round_pays_its_fee_like_a_signed_one() -> None:
    signed = {"kind": "equity", "amount": 5e6, "month": 3, "fee": 0.04}
    chosen = {"kind": "equity", "min": 5e6, "max": 5e6, "from": 3, "until": 3, "fee": 0.04, "post_money": 1e8}
    one, other = (
        gain(solved(small_lab(plan={"cash": 6e6}, funding={"a": terms}), gap=1e-6)) for terms in (signed, chosen)
    )
    assert one == pytest.approx(other, abs=3e-6)


def test_credits_never_turn_into_cash() -> None:
    start_up = {"kind": "credits", "amount": 3e6, "month": 1, "until": 5, "only_for": ["cloud"]}
    # Training is in months 8 to 10: credits that lapse before pay for nothing that helps.
    document = small_lab(plan={"cash": 6e6})
    alone = solved(document)
    lapsing = solved(merged(document, {"funding": {"start-up": start_up}}))
    assert gain(lapsing) == pytest.approx(gain(alone), abs=3e-6)
    assert sum(ledger_of(lapsing).funding["start-up"]) == pytest.approx(0, abs=1)
    made = formulated(funding={"start-up": start_up})
    _, caught = optimum(made, lambda program: without_rule(program, "Bills of cloud"))
    assert any("above the month's bill" in sentence for sentence in caught.violations)


def test_credits_do_not_shorten_what_the_runway_asks() -> None:
    start_up = {"kind": "credits", "amount": 3e6, "month": 1, "only_for": ["cloud"]}
    _, ledger = audited(plan={"cash": 9e6}, runway={"months": 3}, funding={"start-up": start_up})
    assert sum(ledger.funding["start-up"]) > 2e6
    operating = [sum(ledger.spent(name)[month] for name in ("compute", "data", "people")) for month in range(12)]
    assert ledger.burn == pytest.approx(operating, abs=1e-3)


WAITS: Document = {
    "funding": {"series-a": {"kind": "equity", "amount": 10e6, "month": 8, "needs": "models.chat.value <= 1.83"}},
    "models": {
        "chat": {"deadline": 6, "training_months": 2},
        "next": {"law": "chinchilla-replication", "deadline": 12, "training_months": 3},
    },
}


def test_a_round_whose_condition_is_not_met_is_refused_by_the_laws() -> None:
    made = formulated(**WAITS)
    edited = replace(made, program=without_rows(made.program, "Condition of series-a"))
    solution = solve_program(edited.program, Options(solver="highs"))
    with pytest.raises(
        CertificateError, match=r"funding.series-a comes without its condition, models.chat.value <= 1.83"
    ):
        certify(edited, solution)


def test_money_comes_after_the_close_in_which_its_model_is_judged() -> None:
    seed = {"kind": "equity", "max": 5e6, "post_money": 1e8, "needs": "models.chat.value <= 9"}
    made = formulated(**merged(WAITS, {"funding": {"series-a": None, "seed": seed}}))
    assert made.program.column("funding.seed.drawn").labels[0] == "2027-03"


def test_condition_rows_are_switched_off_by_the_least_number_that_is_safe() -> None:
    made = formulated(**WAITS)
    program, block = made.program, made.models["chat"]
    row, reached = program.row("Condition of series-a").start, program.column("funding.series-a.reached").start
    worst = block.least_gain()
    assert program.row_lower[row] == worst
    assert program.matrix[row, reached] == pytest.approx(worst - float(block.law.gain_of_metric(1.83)))
    # With nothing at hand the model is worth just that.
    nothing = block.law.gain(block.law.array(block.best_inputs(np.zeros(program.n_cols))))
    assert float(nothing) == pytest.approx(worst)


@pytest.mark.parametrize("law", ["chinchilla", "gadre-c4", "moe-krajewski", "muennighoff"])
def test_the_least_gain_of_a_law_is_a_number_that_no_plan_falls_below(law: str) -> None:
    made = formulated(models={"chat": {"law": law}})
    block, program = made.models["chat"], made.program
    worst = block.least_gain()
    assert np.isfinite(worst)
    amounts = np.random.default_rng(3).uniform(0.0, 1.0, (20, program.n_cols)) * program.col_scale
    assert all(program.restore(x)[program.column("models.chat.gain").start] >= worst - 1e-9 for x in amounts)


def test_nothing_is_raised_for_nothing() -> None:
    # Two GPUs at most and no more data: money has no use beyond the first million.
    funding = {
        "seed": {"kind": "equity", "max": 10e6, "post_money": 50e6},
        "angel": {"kind": "equity", "min": 1e6, "max": 2e6, "post_money": 50e6, "until": 3},
        "bank": LENT,
        "line": LINE,
        "state": {"kind": "grant", "max": 1e6, "until": 1},
    }
    _, ledger = audited(funding=funding, compute={"cloud": {"max": 2}}, data={"text": {"max": 0}})
    assert sum(sum(map(abs, money)) for money in ledger.funding.values()) == pytest.approx(0, abs=1)


def test_a_share_of_all_spending_is_not_bought_by_borrowing_and_repaying() -> None:
    document = small_lab(plan={"cash": 9e6}, limits={"chips": "compute.spend <= 0.3 * total.spend"})
    alone = gain(solved(document, gap=1e-6))
    borrowing = gain(solved(merged(document, {"funding": {"line": merged(LINE, {"from": 11})}}), gap=1e-6))
    assert borrowing == pytest.approx(alone, abs=3e-6)


@pytest.mark.parametrize(("goal", "worth"), [("profit", 0.0), ("capital", 1e6)])
def test_money_raised_is_no_profit_and_saves_capital_only_by_its_amount(goal: str, worth: float) -> None:
    # The loan is repaid within the plan: it saves no capital, and what it brings is no profit.
    funding = {"seed": {"kind": "equity", "max": 1e6, "post_money": 50e6}, "bank": {**LENT, "rate": 0.12}}
    document = small_lab(objective={"goal": goal}, models={"chat": {"target": 2.1}})
    alone, raising = (solved(document | {"funding": money}, gap=1e-6).objective["value"] for money in ({}, funding))
    assert abs(alone - raising) == pytest.approx(worth, abs=100.0)


def test_credits_save_no_more_capital_than_the_bills_they_pay() -> None:
    start_up = {"kind": "credits", "amount": 1e6, "month": 1, "only_for": ["cloud"]}
    document = small_lab(objective={"goal": "capital"}, models={"chat": {"target": 2.1}})
    alone, helped = solved(document), solved(document | {"funding": {"start-up": start_up}})
    used = sum(helped.tables["funding"].column("money"))
    assert 0 < used <= 1e6 * (1 + 1e-6)
    assert 0 < alone.objective["value"] - helped.objective["value"] <= used * (1 + 1e-6)
