"""A plan said back in sentences, formatted like money, with warnings where a value is unlikely."""

from __future__ import annotations

import tomllib

import pytest
from working_plan import WORKING

from allocator.plan import Plan, load_plan, plausibility, readback
from allocator.plan.chips import chips
from allocator.plan.readback import opening_burn
from allocator.plan.wording import count, flop, money, plural, share
from allocator.resources import models_dir


def _load(*overrides: str) -> Plan:
    return load_plan(tomllib.loads(WORKING), overrides=overrides)


@pytest.mark.parametrize(
    ("value", "currency", "text"),
    [
        (4_990_000, "USD", "$4.99M"),
        (4.99, "MUSD", "$4.99M"),
        (421_166.67, "USD", "$421k"),
        (999_499, "USD", "$999k"),
        (999_999, "USD", "$1M"),
        (-1_500, "USD", "-$1.5k"),
        (2.49, "USD", "$2.49"),
        (0, "USD", "$0"),
        (2e-6, "USD", "$2e-06"),
        (250, "USD", "$250"),
        (1.25e9, "EUR", "€1.25B"),
        (12, "kSEK", "12k SEK"),
        (3e16, "USD", "$3e16"),
        (9.87e20, "EUR", "€9.87e20"),
        (999e12, "USD", "$999T"),
        (50, "USD", "$50"),
        (2.5, "USD", "$2.50"),
    ],
)
def test_money_prints_like_money(value: float, currency: str, text: str) -> None:
    assert money(value, currency) == text


def test_counts_flop_and_shares_print_as_people_write_them() -> None:
    assert [count(value) for value in (20, 2.5, 1024, 12_500, 84_500, 2e13, 3e16, 0.269, 0.00575, 0)] == [
        "20",
        "2.5",
        "1,024",
        "12.5k",
        "84.5k",
        "20T",
        "3e16",
        "0.269",
        "<0.01",
        "0",
    ]
    assert [flop(value) for value in (3.1e24, 1.04e21, 1e21, 0, -2.3e23)] == [
        "3.1e24 FLOP",
        "1.04e21 FLOP",
        "1e21 FLOP",
        "0 FLOP",
        "-2.3e23 FLOP",
    ]
    assert [share(value) for value in (0.08, 0.125, 1)] == ["8 %", "12.5 %", "100 %"]
    assert [plural(value, "month") for value in (1, 6, 0)] == ["1 month", "6 months", "0 months"]
    assert [plural(value, "label a month") for value in (1, 20)] == ["1 label a month", "20 labels a month"]


def test_a_plan_in_a_session_is_one_line() -> None:
    assert repr(_load()).startswith("<Plan ")
    assert "24 months from 2026-09" in str(_load())
    assert len(repr(_load())) < 200


def test_a_plan_is_said_back_in_sentences() -> None:
    said = readback(_load())
    for sentence in (
        "The plan runs 24 months, 2026-09 to 2028-08, and opens with $20M.",
        "The 20 researchers cost $421k a month with overhead ($21.1k each); the plan may choose 20 to 40.",
        "cloud (H100, rented): a GPU-month costs $1.82k and delivers 1.04e21 FLOP a month at 40 % of its peak.",
        "cloud: 1e24 FLOP cost $1.75M today, 78.3 % of that in 2028-08.",
        "seed (equity): $5M on the first day of 2027-03.",
        "On opening day the company is known to burn at least $451k a month, "
        "so the rule asks $2.71M of the $20M in hand.",
        "chat trains 2027-09 to 2028-02 and is judged at the close of 2028-02 by chinchilla-replication; "
        "its data and the research behind it must be in by the close of 2027-08.",
        "Assumed: owned reaches 40 % of its peak (utilisation).",
        "Assumed: owned cannot be sold (resale = 0).",
    ):
        assert sentence in said
    assert not any("cloud reaches" in sentence for sentence in said), "what is written down is not assumed"


def test_a_plan_without_a_runway_rule_says_so() -> None:
    document = tomllib.loads(WORKING)
    del document["runway"]
    assert "There is no runway rule: cash may fall to the floor in any month." in readback(load_plan(document))


def test_the_opening_burn_is_what_is_known_before_anything_is_decided() -> None:
    by_hand = 20 * 190e3 / 12 * 1.33 + 20 * 1_500
    assert opening_burn(_load()) == pytest.approx(by_hand)
    assert opening_burn(_load("revenue.product.paid_after=0")) == pytest.approx(by_hand - 100e3)
    rented, owned = 8 * 2.49 * 730, 10 * 180
    assert opening_burn(_load("compute.cloud.min=8", "compute.owned.now=10")) == pytest.approx(by_hand + rented + owned)
    assert opening_burn(_load("revenue.product.paid_after=0", "revenue.product.amount=9e9")) == 0.0


def test_a_usual_plan_gives_no_warning() -> None:
    assert plausibility(_load()) == []


@pytest.mark.parametrize(
    ("override", "key"),
    [
        ("compute.cloud.price=249", "compute.cloud.price"),
        ("compute.cloud.price=0.02", "compute.cloud.price"),
        ("compute.owned.price=33", "compute.owned.price"),
        ("compute.cloud.utilisation=0.9", "compute.cloud.utilisation"),
        ("people.researchers.salary=1500", "people.researchers.salary"),
        ("data.web.price=2", "data.web.price"),
        ("models.chat.deadline=2028-06", "plan.months"),
        ("plan.min_cash=30e6", "plan.min_cash"),
        ("plan.cash=2e6", "runway.months"),
        ("compute.owned.lead=24", "compute.owned.lead"),
        ("data.web.lead=24", "data.web.lead"),
        ("people.researchers.hiring.delay=24", "people.researchers.hiring.delay"),
        ("people.researchers.salary=110_000", "people.researchers.salary"),
        ("models.chat.research_effect=0", "people.researchers.max"),
        ("revenue.product.amount={start = 100e3, monthly_change = 0.4}", "revenue.product.amount"),
    ],
)
def test_an_unlikely_value_is_warned_of_by_its_key(override: str, key: str) -> None:
    warnings = plausibility(_load(override))
    assert [warning.split(":")[0] for warning in warnings] == [key]


def _in_currency(name: str, **changes: str) -> Plan:
    text = WORKING.replace('currency = "USD"', f'currency = "{name}"').replace("USD", name[-3:])
    return load_plan(tomllib.loads(text), overrides=[f"{key}={value}" for key, value in changes.items()])


NOT_CHECKED = "Prices in JPY are not checked against usual ranges."


@pytest.mark.parametrize("code", ["EUR", "GBP", "CHF", "CAD", "AUD"])
def test_prices_are_judged_in_currencies_worth_about_a_dollar_and_said_in_them(code: str) -> None:
    assert plausibility(_in_currency(code)) == []
    warnings = plausibility(_in_currency(code, **{"compute.cloud.price": "400", "people.researchers.salary": "110e3"}))
    assert [warning.split(":")[0] for warning in warnings] == ["compute.cloud.price", "people.researchers.salary"]
    assert money(400, code) in warnings[0]
    assert money(60e3, code) in warnings[1]
    assert f"150 k{code}/year" in warnings[1]
    assert not any("$" in warning for warning in warnings)
    assert not any("not checked" in sentence for sentence in readback(_in_currency(code)))


@pytest.mark.parametrize("name", ["JPY", "MJPY"])
def test_prices_in_other_currencies_are_not_judged_and_that_is_said_once(name: str) -> None:
    document = tomllib.loads(WORKING.replace('currency = "USD"', f'currency = "{name}"').replace("USD", "JPY"))
    document["plan"]["cash"] = "20 bnJPY"
    document["runway"]["opening_burn"] = 0
    document["compute"]["cloud"]["price"] = "400 JPY/hour"
    document["people"]["researchers"] |= {"hiring": {}, "now": 0, "min": 0}
    plan = load_plan(document)
    assert not any(".price" in warning or ".salary" in warning for warning in plausibility(plan))
    assert [sentence for sentence in readback(plan) if "usual ranges" in sentence] == [NOT_CHECKED]


def _idle(*overrides: str) -> list[str]:
    return [warning for warning in plausibility(_load(*overrides)) if "quality depends" in warning]


def test_a_role_that_no_quality_depends_on_is_said_to_stay_at_its_floor() -> None:
    sentence = "people.researchers.max: no model's quality depends on researchers: nobody beyond `min` will be hired"
    assert _idle() == []
    asked = [f"{sentence} unless a limit asks for it"]
    assert _idle("people.researchers.research=0") == _idle("models.chat.research_effect=0") == asked
    assert _idle("people.researchers.research=0", "limits.signed-hire=data.web.items <= 1e13") == [sentence]
    assert _idle("people.researchers.research=0", "people.researchers.max=20") == [], "nobody may be hired anyway"


def test_a_role_that_a_law_takes_as_an_input_is_not_said_to_be_idle() -> None:
    document = tomllib.loads(WORKING)
    document["models"]["chat"] = {
        "law": "cobb-douglas",
        "deadline": "2028-02",
        "inputs": {"work": "people.researchers.effective"},
        "parameters": {"a_work": 0.5},
    }
    document["people"]["researchers"]["research"] = 0
    assert not any("quality depends" in warning for warning in plausibility(load_plan(document)))
    document["models"]["chat"]["inputs"] = {"work": "people.research"}
    assert any("quality depends" in warning for warning in plausibility(load_plan(document)))
    document["people"]["researchers"]["research"] = 1
    assert not any("quality depends" in warning for warning in plausibility(load_plan(document)))


def test_headcount_in_whole_months_is_said_to_stay_an_expected_value() -> None:
    sentence = (
        "researchers are hired whole and leave as expected values, so their number is a fraction "
        "and may fall short of `min` by less than one person."
    )
    assert sentence in readback(_load())
    assert sentence not in readback(_load("plan.whole=false"))
    assert sentence not in readback(_load("people.researchers.attrition=0"))


def test_a_role_without_opening_staff_and_a_round_price_read_well() -> None:
    said = readback(
        _load(
            "people.researchers.now=0",
            "data.web.unit=label",
            "data.web.price=0.05",
            "models.chat.law=labels",
            "models.chat.measured={labels = 80e3, value = 0.12}",
            "models.chat.research_effect=0",
        )
    )
    assert any(
        sentence.startswith("researchers: nobody on opening day, and each costs $21.1k a month") for sentence in said
    )
    assert any("1,000 labels cost $50 with processing" in sentence for sentence in said)


def test_the_same_plan_in_millions_gives_the_same_warnings() -> None:
    assert plausibility(_load("compute.cloud.price=249 USD/hour")) == [
        "compute.cloud.price: $249 a GPU-hour is outside the usual $0.79 to $15.82; is the unit right?"
    ]
    document = tomllib.loads(WORKING)
    document["plan"] |= {"currency": "MUSD", "cash": 20}
    document["compute"]["cloud"]["price"] = "249 USD/hour"
    document["people"]["researchers"]["hiring"]["cost"] = 0.03
    document["costs"]["office"]["amount"] = "1500 USD/month"
    document["revenue"]["product"]["amount"] = 0.1
    assert [warning.split(":")[0] for warning in plausibility(load_plan(document))] == ["compute.cloud.price"]


def test_every_chip_has_a_plausible_peak_a_format_and_a_source() -> None:
    table = chips()
    assert {"A100", "H100", "H200", "B200", "V100", "MI300X", "TPU-v5p"} <= set(table)
    assert (table["A100"].flops, table["H100"].flops, table["V100"].format) == (312e12, 989e12, "fp16")
    assert (table["H100"].power, table["B200"].power) == (0.7, 1.0)
    for chip in table.values():
        assert 5e13 <= chip.flops <= 5e15, chip.name
        assert chip.format in ("bf16", "fp16")
        assert chip.power is None or 0.05 <= chip.power <= 1.5, chip.name
        assert (chip.power is None) == chip.name.startswith("TPU"), chip.name
        assert "datasheet" in chip.source or "documentation" in chip.source or "whitepaper" in chip.source


def test_the_models_folder_is_found() -> None:
    assert (models_dir() / "chips.toml").is_file()
