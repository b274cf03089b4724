"""Numbers with units are read into the plan's own units, and every other unit is refused."""

from __future__ import annotations

import pytest

from allocator.plan.units import Currency, Wanted, read_number
from allocator.plan.values import (
    FLOPS,
    GPUS,
    ITEM_COUNTS,
    ITEM_PRICES,
    KW_MONTH,
    MONEY,
    MONEY_A_MONTH,
    PLAIN,
    POWER,
    PRICE_GPU_HOUR,
    PRICE_KWH,
    RATE,
    SALARY,
    SHARE,
)
from allocator.plan.wrong import WrongValueError

USD = Currency.parse("USD")
MUSD = Currency.parse("MUSD")


@pytest.mark.parametrize(
    ("text", "wanted", "value"),
    [
        (2.5, PLAIN, 2.5),
        ("2.5", PLAIN, 2.5),
        ("1_000.5e3", PLAIN, 1_000_500.0),
        ("8M", MONEY, 8e6),
        ("8 MUSD", MONEY, 8e6),
        ("2 bnUSD", MONEY, 2e9),
        ("-3 kUSD", MONEY, -3e3),
        ("120 kUSD/year", MONEY_A_MONTH, 10e3),
        ("120 kUSD per year", MONEY_A_MONTH, 10e3),
        ("150 kUSD/person/year", SALARY, 12_500.0),
        ("2.49 USD/hour", PRICE_GPU_HOUR, 2.49),
        ("2.49 USD/GPU/hour", PRICE_GPU_HOUR, 2.49),
        ("2.49 USD/GPU-hour", PRICE_GPU_HOUR, 2.49),
        ("2.49 USD/h", PRICE_GPU_HOUR, 2.49),
        ("730 USD/GPU/month", PRICE_GPU_HOUR, 1.0),
        ("2 USD/Mtoken", ITEM_PRICES["token"], 2e-6),
        ("2 USD/Mtokens", ITEM_PRICES["token"], 2e-6),
        ("3 USD/Btoken", ITEM_PRICES["token"], 3e-9),
        ("5 USD/kitem", ITEM_PRICES["image"], 5e-3),
        ("4 USD/hour", ITEM_PRICES["hour"], 4.0),
        ("1.5 Ttoken", ITEM_COUNTS["token"], 1.5e12),
        ("500k", ITEM_COUNTS["label"], 5e5),
        ("500 hours", ITEM_COUNTS["hour"], 500.0),
        ("989 TFLOP/s", FLOPS, 989e12),
        ("2.25 PFLOP/s", FLOPS, 2.25e15),
        ("989 TFLOPS", FLOPS, 989e12),
        ("1024 GPUs", GPUS, 1024.0),
        ("8 %", SHARE, 0.08),
        ("8%", RATE, 0.08),
        ("12 %/year", RATE, 0.12),
    ],
)
def test_a_number_is_read_in_the_unit_of_its_field(text: object, wanted: object, value: float) -> None:
    assert read_number(text, wanted, USD) == pytest.approx(value, rel=1e-12)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "value"), [(0.15, 0.15), ("150 kUSD/year", 0.0125), ("0.15 MUSD/month", 0.15), ("12 USD/year", 1e-6)]
)
def test_money_lands_in_millions_where_the_plan_counts_in_millions(text: object, value: float) -> None:
    assert read_number(text, MONEY_A_MONTH, MUSD) == pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize(
    ("text", "wanted", "message"),
    [
        ("2 USD/Mtoken", PRICE_GPU_HOUR, '"2 USD/Mtoken" is money per token, and a price per GPU-hour is wanted'),
        ("2 USD", MONEY_A_MONTH, '"2 USD" is money, and money per month is wanted'),
        ("2 EUR/hour", PRICE_GPU_HOUR, '"2 EUR/hour" is in EUR, and the plan is in USD'),
        ("2 USD/hr/moon", PRICE_GPU_HOUR, '"2 USD/hr/moon" has a unit that is not known: "moon"'),
        ("8 %", MONEY, '"8 %" is a share, and money is wanted'),
        ("1 %/month", RATE, '"1 %/month" has a period that does not fit a rate a year'),
        ("2 USD/image", ITEM_PRICES["token"], '"2 USD/image" is money per image, and money per token is wanted'),
        ("989 TFLOP", FLOPS, '"989 TFLOP" is FLOP, and FLOP per second is wanted'),
        (True, PLAIN, "true is not a number"),
        (float("nan"), PLAIN, "nan is not a finite number"),
        (10**400, PLAIN, "a whole number of about 401 digits is not a finite number"),
        ("1e999", PLAIN, '"1e999" is not a finite number'),
        ("two", PLAIN, '"two" is not a number'),
        ([1], PLAIN, "[1] is not a number"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_in_words(text: object, wanted: object, message: str) -> None:
    with pytest.raises(WrongValueError) as caught:
        read_number(text, wanted, USD)  # type: ignore[arg-type]
    assert caught.value.message == message
    assert caught.value.allowed
    assert caught.value.remedy


def test_a_bare_prefix_is_refused_where_money_is_in_millions() -> None:
    with pytest.raises(WrongValueError, match="could mean M of USD or M of MUSD") as caught:
        read_number("8M", MONEY, MUSD)
    assert caught.value.remedy == 'write "8 MUSD", or a bare number in MUSD'


@pytest.mark.parametrize("text", ["usd", "USDT", "$", "GUSD", "GPU", ""])
def test_only_a_three_letter_code_is_a_currency(text: str) -> None:
    with pytest.raises(WrongValueError, match="is not a currency"):
        Currency.parse(text)


@pytest.mark.parametrize(
    ("written", "kilowatts"),
    [("700 W", 0.7), ("1.3 kW", 1.3), ("2 MW", 2_000.0), (1.3, 1.3)],
)
def test_power_is_read_into_kilowatts(written: object, kilowatts: float) -> None:
    assert read_number(written, POWER, USD) == pytest.approx(kilowatts)


@pytest.mark.parametrize(
    ("written", "wanted", "value"),
    [
        ("0.08 USD/kWh", PRICE_KWH, 0.08),
        ("80 USD/MWh", PRICE_KWH, 0.08),
        ("184.06 USD/kW/month", KW_MONTH, 184.06),
        ("2208.72 USD/kW/year", KW_MONTH, 184.06),
    ],
)
def test_prices_of_power_are_read_per_kilowatt(written: str, wanted: Wanted, value: float) -> None:
    assert read_number(written, wanted, USD) == pytest.approx(value)
