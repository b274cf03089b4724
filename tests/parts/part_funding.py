"""Money raised: signed rounds, rounds to choose, debt, credits, and what they wait for."""

from __future__ import annotations

from register import Part

_HAND = "tests/formulate/test_program_by_hand.py::test_rows_are_what_a_hand_computes"
_BOOKS = "tests/result/test_ledger_of_funding.py::test_three_months_of_money_raised_are_booked_as_on_paper"
_AUDITED = "tests/engine/test_funding_is_audited.py::"

PARTS = {
    "rounds": Part(
        fields=(
            "Round.kind",
            "Round.amount",
            "Round.month",
            "Round.from",
            "Round.until",
            "Round.min",
            "Round.max",
            "Round.post_money",
            "Round.fee",
            "Objective.dilution_price",
        ),
        golden=("rounds", "limits-of-money"),
        rows_by_hand=(_HAND,),
        ledger_by_hand=(_BOOKS,),
        audited=(
            _AUDITED + "test_equity_is_raised_once_within_its_window_and_pays_its_fee",
            _AUDITED + "test_a_limit_on_dilution_bounds_what_is_raised_and_counts_signed_rounds",
            _AUDITED + "test_equity_is_taken_where_dilution_costs_less_than_money_is_worth",
            _AUDITED + "test_crowdfunding_and_grants_come_once_less_their_fees",
        ),
        examples=("raise.toml",),
        docs=("docs/funding.md#equity", "docs/plan-file.md#fundingname"),
        ledger=("funding.amount", "funding.fee"),
    ),
    "loans": Part(
        fields=("Round.rate", "Round.interest_only", "Round.term", "Round.covenant"),
        golden=("loan", "covenant"),
        rows_by_hand=(_HAND,),
        ledger_by_hand=(_BOOKS,),
        audited=(
            _AUDITED + "test_a_loan_bridges_the_months_before_a_round_and_is_repaid_with_interest",
            _AUDITED + "test_a_covenant_keeps_cash_while_something_is_owed",
            _AUDITED + "test_a_signed_loan_and_its_covenant_need_no_choice",
        ),
        examples=("raise.toml",),
        docs=("docs/funding.md#loans",),
        ledger=("funding.drawn", "funding.repayment", "funding.settled", "funding.interest", "funding.fee"),
    ),
    "credit lines": Part(
        fields=(),
        golden=("credit-line",),
        rows_by_hand=(_HAND,),
        ledger_by_hand=(_BOOKS,),
        audited=(_AUDITED + "test_a_credit_line_is_drawn_and_repaid_month_by_month",),
        examples=("raise.toml",),
        docs=("docs/funding.md#credit-lines",),
        ledger=("funding.drawn", "funding.repayment", "funding.settled", "funding.interest"),
    ),
    "credits": Part(
        fields=("Round.only_for",),
        golden=("credits",),
        rows_by_hand=(_HAND,),
        ledger_by_hand=(_BOOKS,),
        audited=(_AUDITED + "test_credits_pay_for_the_offers_they_name_until_they_lapse",),
        examples=("raise.toml",),
        docs=("docs/funding.md#credits",),
        ledger=("funding.used",),
    ),
    "money that waits for a model": Part(
        fields=("Round.needs",),
        golden=("conditions", "conditions-optional"),
        rows_by_hand=(_HAND,),
        ledger_by_hand=("tests/result/test_ledger_of_funding.py::test_a_broken_rule_of_money_is_said",),
        audited=(
            _AUDITED + "test_a_model_that_counts_for_nothing_is_trained_for_the_round_that_waits_for_it",
            _AUDITED + "test_money_of_the_plans_choice_waits_for_its_condition_too",
        ),
        examples=("raise.toml",),
        docs=("docs/funding.md#money-that-waits-for-a-model",),
    ),
}
