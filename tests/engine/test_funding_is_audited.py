"""Money that a plan may raise: used by optima that the independent ledger replays to the cent."""

from __future__ import annotations

from typing import Any

import pytest
from plans import Document, audited, gain, in_money, ledger_of, merged, small_lab, solved

SEED: Document = {"kind": "equity", "from": 2, "until": 6, "min": 2e6, "max": 10e6, "post_money": 100e6, "fee": 0.02}
LOAN: Document = {
    "kind": "loan",
    "max": 3e6,
    "until": 8,
    "rate": 0.12,
    "interest_only": 2,
    "term": 6,
    "fee": 0.01,
}


def lab(funding: Document, **changes: Any) -> Document:
    """The small lab with five millions of its own."""
    return merged({"plan": {"cash": 5e6}, "funding": funding}, changes)


def drawn(ledger: Any, name: str, line: str = "amount") -> list[float]:
    return next(
        entry.money for entry in ledger.entries if (entry.category, entry.item, entry.line) == ("funding", name, line)
    )


def test_equity_is_raised_once_within_its_window_and_pays_its_fee() -> None:
    _, ledger = audited(**lab({"seed": SEED}))
    raised = drawn(ledger, "seed")
    (month,) = [index for index, money in enumerate(raised) if money > 0]
    assert 1 <= month <= 5
    assert raised[month] == pytest.approx(10e6, rel=1e-4)
    assert ledger.spend["funding"]["seed"]["fee"][month] == pytest.approx(0.2e6, rel=1e-4)
    assert sum(ledger.dilution["seed"]) == pytest.approx(0.1, rel=1e-4)


def test_a_limit_on_dilution_bounds_what_is_raised_and_counts_signed_rounds() -> None:
    angel = {"kind": "equity", "amount": 1e6, "month": 1, "post_money": 20e6}
    result, ledger = audited(**lab({"angel": angel, "seed": SEED}, limits={"dilution": "funding.dilution <= 0.12"}))
    assert sum(drawn(ledger, "seed")) == pytest.approx(7e6, rel=1e-3)
    assert any("limits.dilution: one per cent of the company more" in sentence for sentence in result.binding)


@pytest.mark.parametrize(("price", "taken"), [(0.1, True), (50.0, False)])
def test_equity_is_taken_where_dilution_costs_less_than_money_is_worth(price: float, taken: bool) -> None:
    result, ledger = audited(**lab({"seed": SEED}, objective={"dilution_price": price}))
    assert (sum(drawn(ledger, "seed")) > 0) == taken
    assert result.objective["unit"].endswith("less dilution at its price")


def test_at_its_break_even_price_dilution_and_money_are_worth_the_same() -> None:
    without = gain(solved(small_lab(**lab({}))))
    with_all = gain(solved(small_lab(**lab({"seed": merged(SEED, {"min": 10e6})}))))
    price = (with_all - without) / 0.1
    for factor, taken in ((0.9, True), (1.1, False)):
        document = small_lab(**lab({"seed": merged(SEED, {"min": 10e6})}, objective={"dilution_price": factor * price}))
        assert (sum(drawn(ledger_of(solved(document)), "seed")) > 0) == taken


def test_a_loan_bridges_the_months_before_a_round_and_is_repaid_with_interest() -> None:
    later = {"kind": "equity", "amount": 8e6, "month": 11}
    _, ledger = audited(**lab({"series-a": later, "bank": LOAN}))
    came = drawn(ledger, "bank", "drawn")
    (month,) = [index for index, money in enumerate(came) if money > 0]
    assert came[month] == pytest.approx(3e6, rel=1e-4)
    assert sum(drawn(ledger, "bank", "interest")) < -1e5
    back = sum(drawn(ledger, "bank", "repayment")) + sum(drawn(ledger, "bank", "settled"))
    assert back == pytest.approx(-sum(came))
    assert ledger.owed["bank"][-1] == 0


def test_a_credit_line_is_drawn_and_repaid_month_by_month() -> None:
    later = {"kind": "equity", "amount": 8e6, "month": 9}
    line = {"kind": "credit-line", "max": 2e6, "rate": 0.12, "fee": 0.001}
    _, ledger = audited(**lab({"series-a": later, "line": line}, models={"chat": {"deadline": 9}}, plan={"cash": 3e6}))
    assert max(ledger.owed["line"]) == pytest.approx(2e6)
    assert sum(drawn(ledger, "line", "repayment")) == pytest.approx(-sum(drawn(ledger, "line", "drawn")))


def test_a_covenant_keeps_cash_while_something_is_owed() -> None:
    later = {"kind": "equity", "amount": 8e6, "month": 11}
    funding = {"series-a": later, "bank": merged(LOAN, {"covenant": 0.5e6})}
    _, ledger = audited(**lab(funding))
    owed = ledger.owed["bank"]
    in_debt = [month for month in range(12) if owed[month] > 1 or (month and owed[month - 1] > 1)]
    assert in_debt
    assert min(ledger.cash[month] for month in in_debt) >= 0.5e6 * (1 - 1e-6)


def test_a_signed_loan_and_its_covenant_need_no_choice() -> None:
    bank = {"kind": "loan", "amount": 2e6, "month": 2, "rate": 0.1, "term": 4, "covenant": 1e6}
    result, ledger = audited(**lab({"bank": bank}))
    assert result.solver["nodes"] in (None, 0)
    assert min(ledger.cash[1:6]) >= 1e6 * (1 - 1e-6)
    assert ledger.owed["bank"][5] == pytest.approx(0, abs=1e-3)


def test_credits_pay_for_the_offers_they_name_until_they_lapse() -> None:
    credits = {"kind": "credits", "amount": 2e6, "month": 2, "until": 9, "only_for": ["cloud"]}
    _, ledger = audited(**lab({"start-up": credits}))
    used = drawn(ledger, "start-up", "used")
    assert sum(used) == pytest.approx(2e6)
    assert sum(used[9:]) == 0
    assert all(paid <= cost + 1e-6 for paid, cost in zip(used, ledger.spend["compute"]["cloud"]["rent"], strict=True))


def test_crowdfunding_and_grants_come_once_less_their_fees() -> None:
    funding = {
        "backers": {"kind": "crowdfunding", "max": 0.4e6, "until": 6, "fee": 0.05},
        "state": {"kind": "grant", "max": 0.3e6, "from": 3, "until": 3},
    }
    _, ledger = audited(**lab(funding))
    assert sum(drawn(ledger, "backers")) == pytest.approx(0.4e6, rel=1e-4)
    assert sum(ledger.spend["funding"]["backers"]["fee"]) == pytest.approx(0.02e6, rel=1e-4)
    assert drawn(ledger, "state")[2] == pytest.approx(0.3e6)


SECOND_MODEL: Document = {
    "models": {
        "chat": {"deadline": 6, "training_months": 2, "weight": 0.3},
        "next": {"law": "chinchilla-replication", "deadline": 12, "training_months": 3},
    }
}


def waits(value: float, **terms: Any) -> Document:
    later = {"kind": "equity", "amount": 10e6, "month": 8, "needs": f"models.chat.value <= {value}", **terms}
    return lab({"series-a": later}, **SECOND_MODEL)


def test_a_model_that_counts_for_nothing_is_trained_for_the_round_that_waits_for_it() -> None:
    for_nothing = {"models": {"chat": {"weight": 0.0}}}
    without, _ = audited(**merged(waits(2.4), {"funding": None, **for_nothing}))
    result, ledger = audited(**merged(waits(2.4), for_nothing))
    assert drawn(ledger, "series-a")[7] == pytest.approx(10e6)
    assert result.model("chat").value == pytest.approx(2.4, abs=1e-3)
    assert without.model("chat").value > 3
    assert result.model("next").value < without.model("next").value - 0.01


def test_a_round_whose_condition_is_out_of_reach_does_not_come() -> None:
    result, ledger = audited(**waits(1.83))
    assert sum(drawn(ledger, "series-a")) == 0
    assert result.model("chat").value > 1.83


def test_money_of_the_plans_choice_waits_for_its_condition_too() -> None:
    condition = {"needs": "models.chat.value <= 4"}
    # Money that comes after the last model is ready: only the line brings it forward, so that it has to be drawn.
    funding = {
        "late": {"kind": "equity", "amount": 8e6, "month": 12},
        "seed": {**SEED, "until": 12, **condition},
        "line": {"kind": "credit-line", "max": 1e6, "rate": 0.0, **condition},
        "start-up": {"kind": "credits", "amount": 1e6, "month": 1, "only_for": ["cloud"], **condition},
    }
    second = merged(SECOND_MODEL, {"models": {"next": {"deadline": 11}}})
    _, ledger = audited(**lab(funding, **second))
    for name, line in (("seed", "amount"), ("line", "drawn"), ("start-up", "used")):
        came = drawn(ledger, name, line)
        assert sum(came[:6]) == 0
        assert sum(came) > 0, name


def test_the_currency_unit_changes_nothing() -> None:
    document = small_lab(**lab({"seed": SEED, "bank": merged(LOAN, {"covenant": 0.5e6})}))
    document["data"]["text"]["price"] = 2e-6
    one = gain(solved(document, gap=1e-6))
    for factor, currency in ((1e-3, "kUSD"), (1e-6, "MUSD")):
        assert gain(solved(in_money(document, factor, currency), gap=1e-6)) == pytest.approx(one, abs=2e-5)


def test_another_branch_and_bound_finds_the_same() -> None:
    document = small_lab(**lab({"seed": SEED, "bank": LOAN}))
    first, other = (gain(solved(document, solver=name, gap=1e-4)) for name in ("highs", "cbc"))
    assert first == pytest.approx(other, abs=2e-4)
