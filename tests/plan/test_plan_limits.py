"""Limits: text to linear conditions over quantities of the plan."""

from __future__ import annotations

import pytest

from allocator.plan import Limit, Month
from allocator.plan.limits import parse_limit
from allocator.plan.timeline import Timeline
from allocator.plan.wrong import WrongValueError

TIMELINE = Timeline(Month(2026, 9), 24)


def _limit(text: str) -> Limit:
    return parse_limit("rule", text, TIMELINE)


def _said(limit: Limit) -> tuple[dict[str, float], str, float]:
    return {str(term.quantity): term.factor for term in limit.terms}, limit.sense, limit.constant


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("compute.spend <= 0.6 * total.spend", ({"compute.spend": 1.0, "total.spend": -0.6}, "<=", 0.0)),
        ("compute.spend<=total.spend*0.6", ({"compute.spend": 1.0, "total.spend": -0.6}, "<=", 0.0)),
        ("data.web-text.items >= 1_000e9", ({"data.web-text.items": 1.0}, ">=", 1e12)),
        (
            "3 >= compute.a.orders + 2 * compute.b.orders",
            ({"compute.a.orders": -1.0, "compute.b.orders": -2.0}, ">=", -3.0),
        ),
        ("people.r.hires - 2 + 5 = 8 - people.r.hires", ({"people.r.hires": 2.0}, "=", 5.0)),
        ("-costs.office.spend >= -.5e3", ({"costs.office.spend": -1.0}, ">=", -500.0)),
        ("2 * 3 * compute.spend / 4 <= 2", ({"compute.spend": 1.5}, "<=", 2.0)),
        (
            "(compute.spend - 2 * (data.spend + 3)) / 2 <= -(total.spend + 1) * 4",
            ({"compute.spend": 0.5, "data.spend": -1.0, "total.spend": 4.0}, "<=", -1.0),
        ),
        ("people.spend.salary <= 3 - -2", ({"people.spend.salary": 1.0}, "<=", 5.0)),
        ("people.spend.spend <= 3", ({"people.spend.spend": 1.0}, "<=", 3.0)),
        ("cash[2] >= 3 * burn", ({"cash.closing": 1.0, "cash.burn": -3.0}, ">=", 0.0)),
        (
            "compute.a.sold.2026-10 + compute.a.sold.opening <= 1",
            ({"compute.a.sold.2026-10": 1.0, "compute.a.sold.opening": 1.0}, "<=", 1.0),
        ),
        (
            "people.a-1.headcount <= people.b_2.headcount",
            ({"people.a-1.headcount": 1.0, "people.b_2.headcount": -1.0}, "<=", 0.0),
        ),
    ],
)
def test_a_rule_becomes_factors_on_the_left_and_a_constant_on_the_right(text: str, said: object) -> None:
    assert _said(_limit(text)) == said


@pytest.mark.parametrize(
    ("months", "ends"),
    [
        ("", (None, None)),
        ("[2026-10]", (2, 2)),
        ("[2]", (2, 2)),
        ("[2026-10..2027-03]", (2, 7)),
        ("[ 1 .. 24 ]", (1, 24)),
    ],
)
def test_an_index_gives_the_months_of_a_quantity(months: str, ends: tuple[int | None, int | None]) -> None:
    (term,) = _limit(f"people.r.hires{months} = 2").terms
    assert (term.quantity.first, term.quantity.last) == ends


def test_an_equation_may_have_some_give() -> None:
    for text in ("data.a.items = 500_000 +- 1e3", "data.a.items = 500_000 ± 1_000"):
        limit = _limit(text)
        assert (limit.sense, limit.constant, limit.give) == ("=", 5e5, 1e3)


def test_a_level_of_one_month_is_a_number_that_may_stand_beside_sums() -> None:
    assert not _limit("cash[2026-12] >= 3 * people.spend[2026-12]").by_month
    assert _limit("people.r.headcount[2026-12] >= 3").by_month


def test_levels_are_stocks_and_sums_are_flows() -> None:
    stocks = [_limit(f"{name} <= 1").terms[0].quantity.is_stock for name in ("compute.a.gpus", "people.r.headcount")]
    flows = [_limit(f"{name} <= 1").terms[0].quantity.is_stock for name in ("compute.a.orders", "people.r.hires")]
    assert (stocks, flows) == ([True, True], [False, False])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("compute.spend", "a limit compares once, with <=, >= or =; found none"),
        ("1 <= compute.spend <= 2", "a limit compares once, with <=, >= or =; found `<=` and `<=`"),
        ("compute.spend < 2", "a limit compares once, with <=, >= or =; found `<`"),
        ("compute.spend == 2", "a limit compares once, with <=, >= or =; found `==`"),
        ("<= 2", "one side of the rule is empty"),
        ("1 <= 2", "the rule names no quantity"),
        ("compute.spend <= compute.spend", "the rule names no quantity"),
        ("compute.spend 2 <= 2", "`2` follows `compute.spend` without + or -"),
        ("compute.spend + <= 2", "a number or a quantity is missing"),
        ("2 * * compute.spend <= 2", "a number or a quantity is missing"),
        ("compute.spend * total.spend <= 2", "a product is one number times one quantity"),
        ("compute.spend / total.spend <= 2", "a quantity is divided by numbers only"),
        ("compute.spend / 0 <= 2", "nothing can be divided by 0"),
        ("(compute.spend <= 2", "a parenthesis is not closed"),
        ("compute.spend) <= 2", "a parenthesis is closed that was never opened"),
        ("() <= 2", "a number or a quantity is missing"),
        ("(" * 99 + "compute.spend" + ")" * 99 + " <= 2", "parentheses are nested too deeply"),
        ("compute.spend = 2 +- x", "`+-` says how far off an equation may be"),
        ("compute.spend <= 2 +- 1", "`+-` says how far off an equation may be"),
        ("cash.burn >= 2", "`cash.burn` can only be bounded from above"),
        ("cash.burn = 2", "`cash.burn` can only be bounded from above"),
        ("total.spend <= cash.burn", "`cash.burn` can only be bounded from above"),
        ("compute.spend.rant <= 2", "`compute.spend.rant`: there is no line `rant` of compute"),
        ("compute.a.sold.2020-01 <= 2", '`compute.a.sold.2020-01`: month "2020-01" lies outside the plan'),
        ("compute.spend <= 2 USD", "`USD` follows `2` without + or -"),
        ("compute.spend <= 2M", 'the rule cannot be read at "2M"'),
        ("compute.spend <= 1e999", "the rule holds a number too large"),
        ("spend <= 2", "`spend` is not a section that a limit can speak of"),
        ("compute.used.gpus.b <= 2", "`compute.used.gpus.b` is not a quantity"),
        ("people.r.research <= 2", "`people.r.research` is not a quantity"),
        ("compute.a.heads <= 2", "`compute.a.heads` is not a quantity"),
        ("total.a.spend <= 2", "`total.a.spend` is not a quantity"),
        ("models.chat.value <= 2", "`models.chat.value` is not a quantity"),
        ("people.r.hires[2026-10..2026-09] = 1", "[2026-10..2026-09] is not a range of months"),
        ("people.r.hires[1..2..3] = 1", "[1..2..3] is not a range of months"),
        ("people.r.hires[25] = 1", 'month "25" lies outside the plan'),
        (
            "people.r.headcount <= people.r.hires",
            "`people.r.headcount` is a level of each month and `people.r.hires` is summed over months",
        ),
        (
            "people.r.headcount[1..2] <= people.s.headcount",
            "levels of different numbers of months cannot be compared month by month",
        ),
    ],
)
def test_a_rule_that_cannot_be_read_says_why(text: str, message: str) -> None:
    with pytest.raises(WrongValueError) as caught:
        _limit(text)
    assert caught.value.message == message
    assert caught.value.remedy
    assert caught.value.allowed


@pytest.mark.parametrize("name", ["serving.spend", "serving.chat.spend"])
def test_a_rule_on_what_serving_costs_is_sent_to_the_gpus_it_takes(name: str) -> None:
    with pytest.raises(WrongValueError) as caught:
        _limit(f"{name} <= 1e6")
    assert caught.value.message == "`serving` is not a section that a limit can speak of"
    assert "serving" not in caught.value.allowed
    assert caught.value.remedy == "serving takes hours of the plan's GPUs and is paid with them: write compute.spend"
