"""Months, and the four ways to say a value that varies by month."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocator.plan.timeline import Month, Timeline, spread
from allocator.plan.wrong import WrongValueError

YEAR = Timeline(Month(2026, 9), 12)


def _read(value: object) -> float:
    if not isinstance(value, int | float):
        raise WrongValueError("not a number")
    return float(value)


@given(st.integers(1, 9000), st.integers(1, 12), st.integers(-11, 2000))
def test_adding_months_is_undone_by_taking_the_difference(year: int, month: int, months: int) -> None:
    start = Month(year, month)
    later = Month(year + 1, month).plus(months)
    assert later.minus(start) == months + 12
    assert 1 <= later.month <= 12


def test_a_month_is_found_by_its_date_and_by_its_number() -> None:
    assert [YEAR.index(text) for text in ("2026-09", "2026-12", "2027-08", 1, 12, "12")] == [1, 4, 12, 1, 12, 12]
    assert [YEAR.label(month) for month in (0, 1, 5)] == ["2026-08", "2026-09", "2027-01"]


@pytest.mark.parametrize("value", ["2026-08", "2027-09", 0, 13, "0", -1])
def test_a_month_outside_the_plan_is_refused_with_the_range(value: object) -> None:
    with pytest.raises(WrongValueError, match="lies outside the plan") as caught:
        YEAR.index(value)
    assert caught.value.allowed == "2026-09 to 2027-08, or 1 to 12"


@pytest.mark.parametrize("value", ["2026-13", "2026-9", "Sept", "2026-09-01", "", 1.0, True, None])
def test_what_is_no_month_is_refused(value: object) -> None:
    with pytest.raises(WrongValueError, match="is not a month"):
        YEAR.index(value)


def test_a_number_holds_in_every_month() -> None:
    assert spread(3, YEAR, _read) == (3.0,) * 12


def test_a_list_gives_each_month_its_own() -> None:
    assert spread(list(range(12)), YEAR, _read) == tuple(float(value) for value in range(12))


def test_each_value_of_a_table_holds_until_the_next() -> None:
    assert spread({"2026-09": 2, "2027-01": 5, "8": 7}, YEAR, _read) == (2.0,) * 4 + (5.0,) * 3 + (7.0,) * 5


def test_a_yearly_change_is_reached_after_twelve_months() -> None:
    values = spread({"start": 100, "yearly_change": -0.12}, Timeline(Month(2026, 1), 13), _read)
    assert values[0] == 100.0
    assert values[1] == pytest.approx(100 * 0.88 ** (1 / 12), rel=1e-14)
    assert values[12] == pytest.approx(88.0, rel=1e-13)


def test_a_monthly_change_is_reached_after_one_month() -> None:
    values = spread({"start": 100, "monthly_change": "4 %"}, YEAR, _read)
    assert values[:3] == pytest.approx((100.0, 104.0, 108.16), rel=1e-14)


@pytest.mark.parametrize(
    ("value", "where", "message"),
    [
        ([1, 2], "", "the list has 2 entries and the plan has 12 months"),
        ([1] * 11 + ["x"], "[12]", "not a number"),
        ({"2027-01": 2}, "", "nothing says what holds before 2027-01"),
        ({}, "", "nothing says what holds before the end of the plan"),
        ({"2026-09": 1, "1": 2}, ".1", "month 2026-09 is given twice"),
        ({"2026-09": 1, "2028-01": 2}, ".2028-01", 'month "2028-01" lies outside the plan'),
        ({"2026-09": "x"}, ".2026-09", "not a number"),
        ({"start": 1}, "", "a trend needs `start` and exactly one of `yearly_change` and `monthly_change`"),
        ({"yearly_change": 1}, "", "a trend needs `start` and exactly one of `yearly_change` and `monthly_change`"),
        ({"start": 1, "yearly_change": -1}, ".yearly_change", "-1 is not a rate of change"),
        ({"start": 1, "yearly_change": True}, ".yearly_change", "true is not a rate of change"),
        (
            {"start": 1e300, "monthly_change": 99},
            ".monthly_change",
            "the value grows beyond any number before the plan ends",
        ),
    ],
)
def test_a_value_by_month_that_is_wrong_says_where(value: object, where: str, message: str) -> None:
    with pytest.raises(WrongValueError) as caught:
        spread(value, YEAR, _read)
    assert (caught.value.where, caught.value.message) == (where, message)
