"""What a user writes after --vary becomes values, and a slip is said with what is allowed."""

from __future__ import annotations

from typing import Any

import pytest

from allocator.errors import UsageError
from allocator.study.vary import read_vary


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("plan.cash=4e6:8e6:3", [4e6, 6e6, 8e6]),
        ("plan.cash=4M:8M:5", ["4M", "5M", "6M", "7M", "8M"]),
        ("compute.h100.price=2 USD/hour:3 USD/hour:3", ["2 USD/hour", "2.5 USD/hour", "3 USD/hour"]),
        ("plan.cash_yield=0:5%:2", None),
        ("plan.cash_yield=1%:5%:2", ["1%", "5%"]),
        ("plan.cash=8:4:3", [8, 6, 4]),
        ("compute.h100.price=0.1:0.5:5", [0.1, 0.2, 0.3, 0.4, 0.5]),
        ("compute.h100.price=2:4:4", [2.0, 2.66666666667, 3.33333333333, 4.0]),
        ("plan.cash=-1:1_000:2", [-1, 1000]),
        ("plan.cash=5M", ["5M"]),
        ("plan.whole=true,false", [True, False]),
        ("compute.h100.price=2,2.5 USD/hour", [2, "2.5 USD/hour"]),
        ("funding.a.month=2026-09, 2026-12", ["2026-09", "2026-12"]),
        ("models.small.law=\"a,b\",'c:d:e'", ["a,b", "c:d:e"]),
        ("compute.h100.price=[2,3],{start=2,yearly_change=-0.1}", [[2, 3], {"start": 2, "yearly_change": -0.1}]),
    ],
)
def test_ranges_and_lists_become_values(text: str, values: list[Any] | None) -> None:
    if values is None:
        with pytest.raises(UsageError, match="different units, none and %"):
            read_vary([text])
        return
    assert read_vary([text]) == {text.partition("=")[0]: values}


def test_months_and_heads_stay_whole_numbers_and_prices_do_not_become_them() -> None:
    months, prices = read_vary(["plan.months=12:24:3", "compute.h100.price=2.0:4.0:3"]).values()
    assert [type(value) for value in months] == [int, int, int]
    assert [type(value) for value in prices] == [float, float, float]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("plan.cash", "is not FIELD=start:stop:count, such as plan.cash=4M:8M:5, or FIELD=v1,v2,v3"),
        ("cash=1,2", "is not FIELD="),
        ("plan.cash=", "is not FIELD="),
        ("=1,2", "is not FIELD="),
        ("plan.cash=1:2", "2 parts between colons; a range has three, start:stop:count"),
        ("plan.cash=1:2:3:4", "4 parts between colons"),
        ("plan.cash=low:2:3", 'the start "low" is not a number; a range is such as 2:4:11 or 4M:8M:5'),
        ("plan.cash=1::3", 'the stop "" is not a number'),
        ("plan.cash=1:2:2.5", 'the count "2.5" is not a whole number; write 2 or more'),
        ("plan.cash=1:2:many", 'the count "many" is not a whole number'),
        ("plan.cash=1:2:0", "the count is 0, so the range is empty or one value; write 2 or more"),
        ("plan.cash=1:2:-3", "the count is -3"),
        ("plan.cash=1:2:9999999", "the count is 9,999,999; at most 1,000,000"),
        ("plan.cash=2:2:3", "start and stop are both 2; write another stop, or that value alone"),
        ("plan.cash=1M:2k:3", "start and stop have different units, M and k"),
        ("plan.cash=1,,2", "an empty value between commas; write v1,v2,v3"),
    ],
)
def test_a_slip_is_said_with_what_is_allowed(text: str, words: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_vary([text])
    assert str(caught.value).startswith(f"--vary {text}: ")
    assert words in str(caught.value)


def test_every_slip_is_said_at_once() -> None:
    with pytest.raises(UsageError) as caught:
        read_vary(["plan.cash=1:2:x", "plan.min_cash=0,1", "plan.months=a:2:3"])
    assert [line.partition(":")[0] for line in str(caught.value).splitlines()] == [
        "--vary plan.cash=1",
        "--vary plan.months=a",
    ]


def test_nothing_varied_twice_varied_and_too_many_points_are_refused() -> None:
    with pytest.raises(UsageError, match="nothing is varied"):
        read_vary([])
    with pytest.raises(UsageError, match=r"plan.cash is varied already; give all its values in one --vary"):
        read_vary(["plan.cash=1,2", "plan.cash=3"])
    with pytest.raises(UsageError, match="--vary asks for 4,000,000 points; take fewer values, for at most 1,000,000"):
        read_vary(["plan.cash=1:2:2000", "plan.min_cash=1:2:2000"])
