"""Amounts and lines as people write them elsewhere: refused, with the way a plan writes them."""

from __future__ import annotations

import tomllib

import pytest
from working_plan import WORKING

from allocator.plan import load_plan, plan_schema
from allocator.plan.slips import amount, in_months, percent, toml_remedy
from allocator.plan.units import Currency, read_number
from allocator.plan.values import GPUS, MONEY, PRICE_GPU_HOUR, SALARY, SHARE
from allocator.plan.wrong import WrongValueError, shown
from allocator.quality import law_names


@pytest.mark.parametrize(
    ("text", "wanted", "currency", "remedy"),
    [
        ("6,000,000", MONEY, "USD", 'write 6_000_000 or "6M"'),
        ("-6,000", MONEY, "USD", 'write -6_000 or "-6k"'),
        ("6.000.000", MONEY, "EUR", 'write 6_000_000 or "6M"'),
        ("6'000'000", MONEY, "CHF", 'write 6_000_000 or "6M"'),
        ("6\u00a0000\u00a0000", MONEY, "EUR", 'write 6_000_000 or "6M"'),
        ("1,234.5", MONEY, "USD", "write 1234.5"),
        ("6,000,000 USD", MONEY, "USD", 'write "6 MUSD"'),
        ("2 billion", MONEY, "USD", 'write 2_000_000_000 or "2B"'),
        ("6 million", MONEY, "MUSD", 'write "6 MUSD"'),
        ("$6M", MONEY, "USD", 'write "6 MUSD"'),
        ("€6M", MONEY, "EUR", 'write "6 MEUR"'),
        ("6 M€", MONEY, "kEUR", 'write "6 MEUR"'),
        ("6 million euros", MONEY, "EUR", 'write "6 MEUR"'),
        ("$6M", MONEY, "CAD", 'write "6 MCAD"'),
        ("$6M", MONEY, "EUR", "convert it to EUR at the rate you plan with"),
        ("£6M", MONEY, "GBP", 'write "6 MGBP"'),
        ("$2.49", PRICE_GPU_HOUR, "USD", 'write "2.49 USD/hour"'),
        ("$2.49/hour", PRICE_GPU_HOUR, "USD", 'write "2.49 USD/hour"'),
        ("$150k per year", SALARY, "USD", 'write "150 kUSD/year"'),
        ("1,024", GPUS, "USD", "write 1_024"),
        ("3 percent", SHARE, "USD", 'write "3 %"'),
    ],
)
def test_an_amount_from_elsewhere_is_refused_with_its_own_digits_put_right(
    text: str, wanted: object, currency: str, remedy: str
) -> None:
    read = Currency.parse(currency)
    with pytest.raises(WrongValueError) as caught:
        read_number(text, wanted, read)  # type: ignore[arg-type]
    assert caught.value.remedy.replace("{code}", read.code) == remedy


@pytest.mark.parametrize(
    "text", ["6M", "8 MUSD", "2 bnUSD", "150 kUSD/year", "1_000", "2 USD/Mtoken", "5 Mtoken", "8 %"]
)
def test_what_a_plan_takes_is_no_slip(text: str) -> None:
    read = amount(text, "USD")
    assert read is None or not read.slipped


@pytest.mark.parametrize("text", ["", "$", "plenty", "6 milion apples", "1,2,3", "--5", "6,00,000", "NaN", "1,000 GPU"])
def test_what_is_no_amount_is_left_to_the_usual_error(text: str) -> None:
    assert amount(text, "USD") is None


def test_days_and_weeks_are_whole_months_of_at_least_one() -> None:
    assert [in_months(text) for text in ("30 days", "45 days", "1 week", "90 days", "3 months")] == [1, 1, 1, 3, None]


def test_percent_is_read_in_words_only_where_it_stands_alone() -> None:
    assert [percent(text) for text in ("3 percent", "2.5 per cent", "3 %", "percent")] == ["3 %", "2.5 %", None, None]


@pytest.mark.parametrize(
    "line",
    [
        'name = "x"',
        "[plan",
        "cash = 20 MUSD",
        "a = [1, 2",
        "a = {b = 2, c 3}",
        "= 5",
        "",
        "cash = 5 # the board\u2019s",
    ],
)
def test_a_line_without_a_common_slip_is_left_to_the_usual_remedy(line: str) -> None:
    assert toml_remedy(line) is None


def test_a_target_may_be_a_percentage() -> None:
    text = WORKING.replace('unit = "token"\nprice = "2 USD/Mtoken"', 'unit = "image"\nprice = 0.1')
    law = 'law = "images-and-size"\nmeasured = {images = 1.28e6, parameters = 25e6, value = 0.12}\ntarget = "9 %"'
    plan = load_plan(tomllib.loads(text.replace('law = "chinchilla-replication"', law)))
    assert plan.models["chat"].target == pytest.approx(0.09)


def test_the_laws_that_an_error_names_exist() -> None:
    said = plan_schema()["$defs"]["Model"]["properties"]["law"]["description"]
    named = said.partition("such as ")[2].partition(" (")[0].replace(" or ", ", ").split(", ")
    assert len(named) >= 3
    assert set(named) <= set(law_names())


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (-6e6, "-6_000_000"),
        (24.5, "24.5"),
        (0.4, "0.4"),
        (2.0, "2.0"),
        (1e12, "1e12"),
        (1.5e24, "1.5e24"),
        (1e-6, "1e-06"),
    ],
)
def test_a_number_is_shown_as_it_may_be_written(value: float, text: str) -> None:
    assert shown(value) == text
    assert tomllib.loads(f"value = {text}")["value"] == value
