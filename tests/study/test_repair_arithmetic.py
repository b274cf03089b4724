"""What is committed, and what sums alone refuse, worked out by hand with round numbers."""

from __future__ import annotations

from typing import Any

import pytest

from allocator import load_plan
from allocator.plan import Plan
from allocator.study.repair_arithmetic import arithmetic
from allocator.study.repair_committed import committed, is_known, least_heads, most_cash, most_heads

HOUR = 1 / 730


def company(**sections: Any) -> Plan:
    """Three months, a thousand dollars, one rented offer and one model that needs nothing."""
    document: dict[str, Any] = {
        "plan": {"start": "2026-09", "months": 3, "cash": 1000},
        "compute": {"cloud": {"kind": "rent", "flops": 1e15, "price": HOUR, "max": 100}},
        "data": {"text": {"unit": "token", "price": 1e-6, "now": 1e9, "max": 1e12}},
        "models": {"chat": {"law": "chinchilla-replication", "deadline": 3, "training_months": 1}},
    }
    for section, content in sections.items():
        document[section] = {**document.get(section, {}), **content}
    return load_plan(document)


def sentences(plan: Plan) -> list[str]:
    return arithmetic(plan).column("sentence")


# ---- What is committed -------------------------------------------------------------------------------


def test_pay_and_costs_of_the_least_heads_are_committed() -> None:
    plan = company(
        people={"team": {"salary": 100, "overhead": 0.5, "now": 2}},
        costs={"office": {"amount": 50}, "desks": {"amount": 10, "per_person": True}},
    )
    spent = committed(plan)
    assert spent["people"] == [300, 300, 300]
    assert spent["costs"] == [70, 70, 70]
    assert most_cash(plan) == pytest.approx([630, 260, -110])


def test_who_is_there_leaves_only_by_attrition_and_a_floor_holds_from_its_month() -> None:
    # Half of them left after a month: 1 - (1 - a)^(1/12) = 0.5.
    plan = company(
        people={
            "team": {"salary": 1, "now": 8, "min": {"2026-09": 0, "2026-11": 3}, "max": 9, "attrition": 1 - 0.5**12}
        }
    )
    assert least_heads(plan, "team", plan.people["team"]) == pytest.approx([4, 2, 3])
    assert most_heads(plan, "team", plan.people["team"]) == [9, 9, 9]


def test_no_floor_holds_before_the_first_hire_can_arrive_and_hires_come_at_their_pace() -> None:
    plan = company(people={"team": {"salary": 1, "now": 2, "min": 5, "max": 9, "hiring": {"delay": 1, "per_month": 2}}})
    assert least_heads(plan, "team", plan.people["team"]) == [2, 5, 5]
    assert most_heads(plan, "team", plan.people["team"]) == [2, 4, 6]


def test_running_contracts_are_due_and_a_floor_beyond_them_at_the_cheapest_price_of_its_term() -> None:
    plan = company(
        compute={
            "old": {
                "kind": "reserve",
                "flops": 1e15,
                "price": [HOUR, 2 * HOUR, 3 * HOUR],
                "term": 2,
                "upfront": 0.5,
                "now": 10,
                "min": {"2026-09": 0, "2026-11": 4},
            }
        }
    )
    # Ten at 1 a month, half of it paid long ago, for two months; then four signed in the second month at 2.
    assert committed(plan)["compute"] == pytest.approx([5, 5, 4])


def test_a_contract_that_outlives_the_plan_is_paid_in_its_last_month() -> None:
    plan = company(compute={"old": {"kind": "reserve", "flops": 1e15, "price": HOUR, "term": 5, "now": 10, "max": 10}})
    assert committed(plan)["contracts after the plan"] == pytest.approx([0, 0, 20])
    assert most_cash(plan) == pytest.approx([990, 980, 950])


def test_a_fleet_that_cannot_be_sold_runs_until_it_is_worn_out() -> None:
    fleet = {"kind": "buy", "flops": 1e15, "price": 100, "now": 10, "running": 7, "life": 2}
    assert committed(company(compute={"own": fleet}))["compute"] == pytest.approx([70, 0 + 70, 0])
    sold = company(compute={"own": {**fleet, "resale": 0.5}})
    assert committed(sold)["compute"] == [0, 0, 0]
    # All ten are sold for half of what they cost a year ago, a month old.
    assert most_cash(sold)[0] == pytest.approx(1000 + 1000 * 0.5 ** (1 / 12))


def test_rounds_and_revenue_come_in() -> None:
    plan = company(
        plan={"start": "2026-09", "months": 3, "cash": 1000},
        funding={"seed": {"kind": "equity", "amount": 500, "month": 2, "fee": 0.1}},
        revenue={"sales": {"amount": 20, "paid_after": 1}},
    )
    assert most_cash(plan) == pytest.approx([1000, 1000 + 500 - 50 + 20, 1490])


# ---- What sums refuse --------------------------------------------------------------------------------


def test_money_that_is_not_there_is_said_with_its_month_and_amounts() -> None:
    plan = company(
        plan={"start": "2026-09", "months": 3, "cash": 1000, "min_cash": 100},
        people={"team": {"salary": 100, "now": 3}},
        revenue={"sales": {"amount": 20}},
    )
    # Nine hundred is paid and a hundred stays; a thousand and sixty come in: nothing is short.
    assert sentences(plan) == []
    (row,) = list(arithmetic(plan.changed({"plan.cash": 900})))
    assert (row["month"], row["rule"], row["unit"]) == ("2026-11", "plan.min_cash", "USD")
    assert (row["needed"], row["there"]) == pytest.approx((1000, 960))
    assert row["sentence"] == (
        "by 2026-11 at least $900 is committed ($900 for people), and $100 must stay; cash of $900 and $60 that comes "
        "in leave it $40 short"
    )


def test_the_runway_of_what_is_committed_is_held_against_the_most_cash() -> None:
    plan = company(
        plan={"start": "2026-09", "months": 3, "cash": 1000},
        people={"team": {"salary": 100, "now": 2}},
        runway={"months": 3, "window": 2},
    )
    # A burn of 200 asks 600; 800, 600, 400 are left.
    (row,) = list(arithmetic(plan))
    assert (row["month"], row["rule"]) == ("2026-11", "runway.months")
    assert (row["needed"], row["there"]) == pytest.approx((600, 400))
    assert (
        "3 months of the burn that is committed are $600, and at most $400 can be there: $200 short" in row["sentence"]
    )


def test_the_runway_ahead_counts_only_months_of_the_plan() -> None:
    plan = company(
        plan={"start": "2026-09", "months": 3, "cash": 700},
        people={"team": {"salary": 100, "now": 2}},
        runway={"months": 3, "basis": "forward"},
    )
    # 400 ahead of the first close at 500, 200 ahead of 300, nothing that is known ahead of 100.
    assert sentences(plan) == []


def test_the_longest_runway_as_a_goal_asks_for_no_cash() -> None:
    plan = company(
        people={"team": {"salary": 100, "now": 2}}, runway={"months": 9, "window": 2}, objective={"goal": "runway"}
    )
    assert sentences(plan) == []


def test_a_limit_on_spending_below_what_is_committed_is_said() -> None:
    plan = company(
        people={"team": {"salary": 100, "now": 2}}, limits={"thrift": "people.spend[2026-10..2026-11] <= 300"}
    )
    assert sentences(plan) == [
        "limit thrift allows $300, and $400 is committed (people.spend[2026-10..2026-11] <= 300)"
    ]


def test_a_floor_of_gpus_before_they_can_arrive_is_said() -> None:
    plan = company(
        compute={"own": {"kind": "buy", "flops": 1e15, "price": 1, "lead": 2, "min": 5, "running": 1}},
    )
    assert sentences(plan) == [
        "2026-09 asks for 5 GPUs of own, and at most 0 can serve; what is ordered arrives from 2026-11"
    ]


def test_data_that_comes_after_it_is_needed_is_said() -> None:
    plan = company(
        data={"text": {"unit": "token", "price": 1e-6, "lead": 2}},
        models={"chat": {"law": "chinchilla-replication", "deadline": 3, "training_months": 1, "target": 5.0}},
    )
    assert sentences(plan) == ["chat needs its data by the close of 2026-10, and what is bought arrives from 2026-11"]


def test_two_limits_on_one_sum_are_held_against_each_other() -> None:
    plan = company(
        data={"text": {"unit": "token", "price": 1e-9, "max": 1e12}},
        limits={"much": "data.text.items[2026-10] >= 200", "little": "data.text.items <= 100"},
    )
    assert sentences(plan) == [
        "limits much (data.text.items[2026-10] >= 200) and little (data.text.items <= 100) contradict each other"
    ]


@pytest.mark.parametrize(
    "section",
    [
        {"funding": {"maybe": {"kind": "equity", "max": 500, "post_money": 5000}}},
        {"funding": {"loan": {"kind": "loan", "amount": 500, "month": 1, "rate": 0.1, "term": 12}}},
    ],
)
def test_with_money_that_is_not_certain_no_sum_is_claimed(section: dict[str, Any]) -> None:
    poor = company(people={"team": {"salary": 1000, "now": 2}})
    assert sentences(poor)
    perhaps = company(people={"team": {"salary": 1000, "now": 2}}, **section)
    assert not is_known(perhaps)
    assert sentences(perhaps) == []


def test_with_the_least_capital_as_a_goal_cash_is_no_matter_of_sums() -> None:
    plan = company(
        people={"team": {"salary": 1000, "now": 2}},
        models={"chat": {"law": "chinchilla-replication", "deadline": 3, "training_months": 1, "target": 5.0}},
        objective={"goal": "capital"},
    )
    assert sentences(plan) == []
