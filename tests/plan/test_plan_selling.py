"""What a plan says of marketing, models that earn, partners and money lent: said back, and warned of where unlikely."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
from working_plan import WORKING

from allocator.plan import Plan, load_plan, plausibility, readback
from allocator.plan.readback import opening_burn

MARKETING = {"max": 1e5, "adds": 1e4, "half": 1e5, "churn": 0.25}
EARNS: dict[str, Any] = {"amount": 1e5, "model": {"name": "chat", "nothing_at": 2.6, "all_at": 2.0}}


def selling(**sections: Any) -> Plan:
    """The working plan with more in some sections."""
    document: dict[str, Any] = tomllib.loads(WORKING)
    for section, items in sections.items():
        document[section] = {**document.get(section, {}), **items}
    return load_plan(document)


def said(plan: Plan, begins: str) -> str:
    return next(sentence for sentence in readback(plan) if sentence.startswith(begins))


def test_marketing_is_said_back_with_what_half_of_the_most_costs() -> None:
    plan = selling(revenue={"app": {"amount": 0, "marketing": MARKETING}})
    assert said(plan, "Marketing for app") == (
        "Marketing for app: $100k in a month add $5k of monthly revenue from the next month on, no amount adds more "
        "than $10k, and 25 % of it leave in a year; at most $100k a month may be spent."
    )


def test_a_revenue_of_a_model_is_said_back_with_its_first_month_and_its_two_qualities() -> None:
    assert said(selling(revenue={"api": EARNS}), "api") == (
        "api is earned by chat from 2028-03 on: nothing at 2.6 or worse, all of it, $100k a month then, at 2 or "
        "better, in proportion between."
    )


def test_partners_and_money_lent_are_said_back() -> None:
    plan = selling(
        partners={"acme": {"pays": {"compute": {"cloud": 0.25}}, "takes": {"product": 0.1}}},
        treasury={"bills": {"earns": 0.04, "months": 3, "now": {"2026-10": 1e5}}},
    )
    assert said(plan, "acme") == "acme pays 25 % of compute.cloud and takes 10 % of revenue product."
    sentences = [sentence for sentence in readback(plan) if sentence.startswith("bills")]
    assert "$1M earn $9.85k" in sentences[0]
    assert sentences[1] == "bills: $100k lent before the plan come back in it, in 1 month."


def test_what_a_model_may_earn_is_not_known_to_lower_the_opening_burn() -> None:
    assert opening_burn(selling(revenue={"api": EARNS})) == opening_burn(selling())
    churning = {"product": {"amount": 1e5, "paid_after": -6, "churn": 0.5}}
    later = {"product": {"amount": 1e5 * 0.5**0.5, "paid_after": -6}}
    assert opening_burn(selling(revenue=churning)) == pytest.approx(opening_burn(selling(revenue=later)))


@pytest.mark.parametrize(
    ("sections", "key", "words"),
    [
        ({"revenue": {"app": {"amount": 0, "marketing": {**MARKETING, "adds": 2e5}}}}, "marketing", "0.5 months"),
        (
            {"revenue": {"app": {"amount": 0, "marketing": {**MARKETING, "churn": 0.9}}}},
            "marketing",
            "never comes back",
        ),
        ({"revenue": {"api": {**EARNS, "paid_after": 9}}}, "revenue.api.model", "ends too soon"),
        ({"treasury": {"bills": {"earns": 0.04, "months": 24}}}, "treasury.bills.months", "nothing lent comes back"),
        ({"treasury": {"bills": {"earns": 0.0, "months": 3}}}, "treasury.bills.earns", "no more than cash_yield"),
    ],
)
def test_what_is_unlikely_is_warned_of(sections: dict[str, Any], key: str, words: str) -> None:
    warnings = plausibility(selling(**sections))
    assert any(key in warning and words in warning for warning in warnings), warnings


def test_usual_marketing_lending_and_earning_give_no_warning() -> None:
    plan = selling(
        revenue={"app": {"amount": 0, "marketing": MARKETING}, "api": EARNS},
        treasury={"bills": {"earns": 0.04, "months": 3}},
    )
    assert plausibility(plan) == []


def test_shares_may_be_nested_or_dotted() -> None:
    nested, dotted = (
        selling(partners={"acme": {"pays": pays}}) for pays in ({"compute": {"cloud": 0.2}}, {"compute.cloud": 0.2})
    )
    assert nested.partners == dotted.partners


def test_a_longer_plan_holds_the_last_of_what_marketing_may_cost() -> None:
    plan = selling(revenue={"app": {"amount": 0, "marketing": {**MARKETING, "max": [1e5] * 23 + [5e4]}}})
    longer = plan.extended(2).revenue["app"].marketing
    assert longer is not None
    assert longer.max[-3:] == (5e4, 5e4, 5e4)
