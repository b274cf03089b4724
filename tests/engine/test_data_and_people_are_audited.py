"""Tiers, machines, hands, people kept and laid off, contractors: optima that use them and the ledger replays."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from plans import Document, audited, in_money, ledger_of, merged, small_lab, solved
from random_plans import draw

RISING = [[200e9, 1e-6], [500e9, 2e-6], [9e12, 3e-6]]
FALLING = [[200e9, 4e-6], [1.5e12, 3e-6], [50e12, 0.5e-6]]
RESEARCH = {"chat": {"research_effect": 0.4}}


def in_tiers(tiers: list[list[float]], **source: Any) -> Document:
    return {"text": {"price": None, "max": None, "now": 0.0, "tiers": tiers, **source}}


@pytest.mark.parametrize("runway", [None, {"months": 4, "window": 2}, {"months": 3, "basis": "forward"}])
def test_a_rising_price_is_paid_from_the_cheapest_tier_on(runway: Document | None) -> None:
    result, ledger = audited(data=in_tiers(RISING, per_month=300e9), runway=runway)
    bought = np.cumsum(result.decisions["data"]["text"]["bought"])
    paid = np.cumsum(ledger.spend["data"]["text"]["acquisition"])
    assert bought[-1] > 700e9
    expected = [np.interp(items, [0, 200e9, 700e9, 9.7e12], [0, 0.2e6, 1.2e6, 28.2e6]) for items in bought]
    assert paid == pytest.approx(expected, rel=1e-9)


def test_a_rising_price_alone_needs_no_branching() -> None:
    result, _ = audited(data=in_tiers(RISING))
    assert result.price_kind == "exact"
    assert result.objective["gap"] < 1e-6


def test_a_discount_is_worth_reaching_for_the_rich_and_not_for_the_poor() -> None:
    rich, _ = audited(data=in_tiers(FALLING))
    assert sum(rich.decisions["data"]["text"]["bought"]) > 1.8e12
    poor, ledger = audited(plan={"cash": 6e6}, data=in_tiers(FALLING))
    assert 0.0 < sum(poor.decisions["data"]["text"]["bought"]) < 1.7e12
    assert sum(ledger.spend["data"]["text"]["acquisition"]) < 5.3e6


def test_a_discount_is_the_best_of_buying_within_each_tier() -> None:
    """The optimum over a price that falls is the best over ranges in which it does not: solved one by one."""
    found = solved(small_lab(plan={"cash": 12e6}, data=in_tiers(FALLING)), gap=1e-5)
    apart = []
    for first, (_, price) in zip((0.0, 200e9, 1.7e12), FALLING, strict=True):
        # The first items at a constant price, what they cost more or less taken from cash.
        paid = float(np.interp(first, [0, 200e9, 1.7e12], [0, 0.8e6, 5.3e6]))
        document = small_lab(
            plan={"cash": 12e6 + first * price - paid},
            data={"text": {"price": price, "max": 50e12, "now": 0.0}},
            limits={"beyond": f"data.text.items >= {first}"},
        )
        apart.append(solved(document).objective["gain"])
    assert found.objective["gain"] == pytest.approx(max(apart), abs=2e-5)


def test_machines_are_bought_where_they_pay_and_used_once_they_are_there() -> None:
    machines = {"automation": {"cost": 1e-6, "price": 1e-7, "lead": 2}}
    result, ledger = audited(data={"text": {**machines, "per_month": 800e9}})
    lines, decided = ledger.spend["data"]["text"], result.decisions["data"]["text"]
    assert lines["automation"][0] > 1e5
    assert decided["automated"][:2] == [0.0, 0.0]
    assert sum(decided["automated"]) > 5 * decided["automation"][0] * 0.9
    dear, _ = audited(data={"text": {"automation": {"cost": 1e-4, "price": 1e-7, "lead": 2}}})
    assert sum(dear.decisions["data"]["text"]["automation"]) == 0


@pytest.mark.parametrize("lead", [0, 2])
def test_hands_hold_back_what_arrives(lead: int) -> None:
    labellers = {
        "salary": 10e3,
        "now": 2,
        "max": 12,
        "handles": "40 Gtoken/month",
        "hiring": {"delay": 1, "ramp": 2},
    }
    result, ledger = audited(data={"text": {"lead": lead}}, people={"labellers": labellers})
    bought = result.decisions["data"]["text"]["bought"]
    arriving = [*[0.0] * lead, *bought[: 12 - lead]]
    room = [40e9 * effective for effective in ledger.effective["labellers"]]
    assert sum(ledger.arrivals["labellers"]) > 5
    assert max(np.array(arriving) - np.array(room)) <= 1e-6 * max(room)
    assert np.sum(np.abs(np.array(arriving) - np.array(room))[lead:7] < 1e-3 * max(room)) >= 3
    assert any("people.handles.token" in sentence for sentence in result.binding)


def test_machines_need_no_hands() -> None:
    labellers = {"salary": 10e3, "now": 2, "handles": "40 Gtoken/month"}
    machines = {"automation": {"cost": 2e-6, "price": 2e-6}}
    result, _ = audited(data={"text": machines}, people={"labellers": labellers})
    assert sum(result.decisions["data"]["text"]["automated"]) > 1e12


def leaving(**role: Any) -> Document:
    return {
        "attrition": 0.3,
        "hiring": {"cost": 60e3, "delay": 1, "ramp": 4},
        "retention": {"max": 50e3, "keeps": 1 / 30e3, "least_attrition": 0.05},
        **role,
    }


def test_leavers_are_kept_where_that_costs_less_than_to_replace_them() -> None:
    result, ledger = audited(people={"researchers": leaving()}, models=RESEARCH)
    kept = result.decisions["people"]["researchers"]["kept"]
    monthly, least = 1 - 0.7 ** (1 / 12), 1 - 0.95 ** (1 / 12)
    assert kept[2] == pytest.approx((monthly - least) * ledger.heads["researchers"][1])
    assert ledger.leavers["researchers"][2] == pytest.approx(least * ledger.heads["researchers"][1])
    assert ledger.spend["people"]["researchers"]["retention"][2] == pytest.approx(kept[2] * 30e3)
    dear, _ = audited(people={"researchers": leaving(retention={"max": 50e3, "keeps": 1 / 600e3})}, models=RESEARCH)
    assert sum(dear.decisions["people"]["researchers"]["kept"][1:]) == pytest.approx(0, abs=1e-9)


def test_the_people_table_weighs_keeping_against_replacing() -> None:
    result, ledger = audited(people={"researchers": leaving(overhead=0.25)}, models=RESEARCH)
    row = next(row for row in result.tables["people"] if row["month"] == "2026-11")
    assert row["leavers"] == pytest.approx(ledger.leavers["researchers"][2])
    assert row["retention"] == pytest.approx(30e3 * row["kept"])
    # the hire, and two of four months of ramp at 20,000 and a quarter
    assert row["replacement"] == pytest.approx(60e3 + 2 * 25e3)
    assert row["laid_off"] == 0


@pytest.mark.parametrize("whole", [False, True])
def test_who_is_not_needed_is_laid_off_with_severance(whole: bool) -> None:
    role = {"min": 0, "max": 12, "layoff": 2, "attrition": 0.2, "research": 0.0}
    result, ledger = audited(plan={"whole": whole}, people={"researchers": role})
    gone = result.decisions["people"]["researchers"]["laid_off"]
    assert gone[0] > 8.9
    assert ledger.spend["people"]["researchers"]["severance"][0] == pytest.approx(gone[0] * 2 * 20e3)
    assert whole == all(float(number).is_integer() for number in gone)


def test_staff_stay_for_the_months_after_the_last_training_though_they_may_be_laid_off() -> None:
    role = {"researchers": {"min": 0, "max": 12, "layoff": 0}}
    _, ledger = audited(people=role, models=RESEARCH)
    assert min(ledger.heads["researchers"][6:]) >= ledger.heads["researchers"][6] > 1
    result, wound_down = audited(plan={"wind_down": True}, people=role, models=RESEARCH)
    assert wound_down.heads["researchers"][-1] == 0
    assert sum(result.decisions["people"]["researchers"]["laid_off"]) == pytest.approx(12)


def test_contractors_come_for_the_months_that_count_and_go() -> None:
    temps = {"salary": 25e3, "contractor": True, "min": 0, "max": 12, "research": 1.0}
    _, ledger = audited(people={"temps": temps}, models=RESEARCH)
    assert ledger.heads["temps"][6] == ledger.effective["temps"][6] == pytest.approx(12)
    assert ledger.heads["temps"][7:] == pytest.approx([0.0] * 5, abs=1e-9)
    dearer, _ = audited(people={"temps": {**temps, "salary": 500e3}}, models=RESEARCH)
    assert sum(dearer.decisions["people"]["temps"]["hired"]) < 12


def test_dollars_and_thousands_give_the_same_plan() -> None:
    machines = {"images": {"unit": "image", "price": 1.0, "automation": {"cost": 2.0, "price": 0.1}}}
    document = merged(
        small_lab(data={**in_tiers(FALLING), **machines}, people={"researchers": leaving(layoff=2, min=0, max=14)}),
        {"models": RESEARCH},
    )
    thousands = in_money(document, 1e-3, "kUSD")
    source = thousands["data"]["text"]
    source["tiers"] = [[items, price * 1e-3] for items, price in source["tiers"]]
    thousands["data"]["images"]["automation"] = {"cost": 2e-3, "price": 0.1e-3}
    thousands["people"]["researchers"]["retention"] |= {"max": 50.0, "keeps": 1e3 / 30e3}
    one, other = solved(document, gap=1e-6), solved(thousands, gap=1e-6)
    assert one.objective["gain"] == pytest.approx(other.objective["gain"], abs=5e-6)


def with_tiers_and_leavers(seed: int, *, whole: bool = False) -> Document:
    """A random company that buys in tiers, builds machines, keeps people and lets them go."""
    rng, document = np.random.default_rng(seed), draw(seed, whole=whole)
    document.pop("limits", None)
    for source in document["data"].values():
        kind, price = int(rng.integers(3)), source.pop("price")
        first = price if isinstance(price, float | int) else price.get("start", price.get("2026-09"))
        if kind == 0 or first <= 0:
            source["price"] = price
            continue
        if kind == 1:
            source["price"] = price
            source["automation"] = {"cost": 3 * first, "price": first / 5, "lead": int(rng.integers(4))}
            continue
        size = document["plan"]["cash"] / first
        factors = rng.uniform(0.3, 2.0, size=int(rng.integers(2, 4)))
        source["tiers"] = [[size * float(rng.uniform(0.01, 0.3)), first * float(factor)] for factor in factors]
        source.pop("max", None)
    for role in document.get("people", {}).values():
        if rng.random() < 0.5:
            role["min"], role["layoff"] = 0, int(rng.integers(4))
        if role.get("attrition") and rng.random() < 0.7:
            salary = role["salary"] if isinstance(role["salary"], float | int) else 10e3
            role["retention"] = {"max": 5 * salary, "keeps": 1 / (float(rng.uniform(0.5, 8)) * salary)}
    return document


@pytest.mark.parametrize("seed", range(10))
def test_random_companies_with_tiers_and_leavers_are_audited(seed: int) -> None:
    ledger = ledger_of(solved(with_tiers_and_leavers(seed)))
    assert ledger.violations == []


@pytest.mark.parametrize("seed", [1, 4, 5])
def test_random_companies_in_whole_units_are_audited(seed: int) -> None:
    ledger = ledger_of(solved(with_tiers_and_leavers(seed, whole=True), gap=0.02, time_limit=20))
    assert ledger.violations == []


OPTIONS: dict[str, Document] = {
    "a second tier": {"data": {"text": {"tiers": [[300e9, 2e-6], [900e9, 2.5e-6]]}}},
    "machines": {"data": {"labels": {"automation": {"cost": 1.5, "price": 0.05, "lead": 1}}}},
    "retention": {"people": {"researchers": {"retention": {"max": 50e3, "keeps": 1 / 30e3}}}},
    "layoffs": {"people": {"researchers": {"layoff": 2}}},
    "contractors": {"people": {"temps": {"salary": 30e3, "contractor": True, "max": 6, "research": 1.0}}},
    "the end of hands": {"people": {"researchers": {"handles": None}}},
}


@pytest.mark.parametrize("option", OPTIONS)
@pytest.mark.parametrize("runway", [None, {"months": 4}])
def test_an_option_more_is_never_worse(option: str, runway: Document | None) -> None:
    document = small_lab(
        runway=runway,
        data={
            **in_tiers([[300e9, 2e-6]]),
            "labels": {"unit": "label", "price": 0.5, "per_month": 300e3},
        },
        people={
            "researchers": {
                "min": 4,
                "max": 12,
                "attrition": 0.3,
                "hiring": {"cost": 60e3, "ramp": 3},
                "handles": "10_000 labels/month",
            }
        },
        models={
            "chat": {"research_effect": 0.3},
            "judge": {"law": "labels", "measured": {"labels": 80e3, "value": 0.12}, "deadline": 10},
        },
    )
    without, within = solved(document, gap=1e-5), solved(merged(document, OPTIONS[option]), gap=1e-5)
    assert within.objective["gain"] >= without.objective["gain"] - 2e-5
