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
        ("2 * 3 * compute.spend <= 2", "a product is one number times one quantity"),
        ("compute.spend / total.spend <= 2", 'the rule cannot be read at "/ total.spend"'),
        ("compute.spend <= 2 USD", "`USD` follows `2` without + or -"),
        ("compute.spend <= 2M", 'the rule cannot be read at "2M"'),
        ("compute.spend <= 1e999", "the rule holds a number too large"),
        ("spend <= 2", "`spend` is not a section that a limit can speak of"),
        ("compute.gpus <= 2", "`compute.gpus` is not a quantity"),
        ("compute.a.heads <= 2", "`compute.a.heads` is not a quantity"),
        ("total.a.spend <= 2", "`total.a.spend` is not a quantity"),
        ("models.chat.value <= 2", "`models.chat.value` is not a quantity that this version can limit"),
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
