"""Sites, exits, ages and staffing: said back in sentences, and warned of where no plan could keep them."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from allocator import PlanError
from allocator.plan import Plan, load_plan, plausibility, readback
from allocator.plan.readback import opening_burn

HALL: dict[str, Any] = {
    "plan": {"start": "2026-09", "months": 24, "cash": 50e6},
    "compute": {
        "own": {
            "kind": "buy",
            "chip": "H100",
            "price": 30e3,
            "now": 64,
            "age": 10,
            "life": 24,
            "power": 1.3,
            "site": "cellar",
        },
        "held": {"kind": "reserve", "chip": "H100", "price": 2.0, "term": 12, "now": 8, "age": 5, "exit_fee": 0.25},
        "spot": {"kind": "rent", "chip": "H100", "price": 1.0, "delivered": 0.8, "max": 64},
    },
    "sites": {"cellar": {"max": 200, "power": "120 kW", "cost": 5e3, "cost_per_kw": 150, "power_price": 0.1}},
    "data": {"text": {"unit": "token", "price": 1e-6, "now": 1e12}},
    "people": {
        "researchers": {"salary": 15e3, "now": 5, "research": 1.0, "wants_gpus": 2},
        "engineers": {"salary": 15e3, "now": 3, "runs_gpus": 64},
    },
    "models": {"chat": {"law": "chinchilla-replication", "deadline": 20, "research_effect": 0.2}},
}


def hall(**changes: Any) -> Plan:
    document = copy.deepcopy(HALL)
    for path, value in changes.items():
        section, name, key = path.split("__")
        document[section].setdefault(name, {})[key] = value
        if value is None:
            del document[section][name][key]
    return load_plan(document)


def test_sites_exits_ages_and_staffing_are_said_back() -> None:
    said = readback(hall())
    for sentence in (
        "own: 64 GPUs are there on opening day, 10 months old.",
        # 24 months from October of the year before last: the last of service is month 13
        "own: those serve until 2027-09.",
        "held: those serve until 2027-03.",
        "held: a contract may be left after a month for 25 % of what it would still owe.",
        "spot: every hour is paid, and 80 % of them deliver: a delivered GPU-hour costs $1.25.",
        "Site cellar has 200 GPUs and 120 kW for own.",
        "Site cellar costs $5k a month, $150 a month for each kW drawn, $0.10 a kWh.",
        # 1.3 x (730 x 0.1 + 150)
        "own draws 1.3 kW a GPU, $290 a month.",
        "researchers count for research only with 2 GPUs each for experiments, 10 on opening day.",
        "engineers run 64 GPUs each: no more may serve than the staff can run.",
    ):
        assert sentence in said, sentence


def test_a_fee_in_months_and_fleets_past_the_plan_read_well() -> None:
    said = readback(
        hall(
            compute__held__exit_fee=None,
            compute__held__exit_months=2,
            compute__own__life=60,
            compute__held__age=12 - 1,
            sites__cellar__max={"2026-09": 200, "2027-01": 100},
        )
    )
    assert (
        "held: a contract may be left after a month for 2 months of what it owes, or what remains if that is less."
        in said
    )
    assert "own: those serve to the end of the plan." in said
    assert "held: those serve until 2026-09." in said
    assert "Site cellar has 100 to 200 GPUs and 120 kW for own." in said
    assert "own: those serve no more: their last month was the one before the plan." in readback(
        hall(compute__own__age=23)
    )


def test_the_opening_burn_has_the_site_and_the_power_of_what_stands_there() -> None:
    # 8 people of 15,000; 8 contracts of 2 x 730; 5,000 and 64 x 1.3 x (730 x 0.1 + 150)
    assert opening_burn(hall()) == pytest.approx(8 * 15e3 + 8 * 1_460 + 5e3 + 64 * 1.3 * 223)


def test_a_chips_own_power_is_said_to_be_assumed() -> None:
    said = readback(hall(compute__own__power=None))
    assert "Assumed: own draws 0.7 kW a GPU, the chip's own (power): hosts, network and cooling come on top." in said
    assert not any("chip's own" in sentence for sentence in readback(hall()))


def test_the_hall_gives_no_warning() -> None:
    assert plausibility(hall()) == []


@pytest.mark.parametrize(
    ("changes", "warning"),
    [
        ({"compute__own__site": None}, "sites.cellar: no offer stands there"),
        ({"sites__cellar__max": 50}, "sites.cellar.max: 64 GPUs stand there on opening day, room is for 50"),
        ({"sites__cellar__power": 80}, "sites.cellar.power: GPUs of opening day draw 83.2 kW there, and it has 80 kW"),
        ({"sites__cellar__power_price": 80}, "sites.cellar.power_price: $80 a kWh is outside the usual"),
        ({"compute__held__exit_fee": 0}, "compute.held.exit_fee: leaving costs nothing"),
        ({"people__researchers__research": 0}, "people.researchers.wants_gpus: researchers add no research"),
        ({"people__engineers__runs_gpus": 20}, "people.engineers.runs_gpus: 72 GPUs are there on opening day"),
    ],
)
def test_what_no_plan_can_keep_or_anybody_mean_is_warned_of(changes: dict[str, Any], warning: str) -> None:
    assert [said for said in plausibility(hall(**changes)) if said.startswith(warning)], plausibility(hall(**changes))


def test_a_role_that_runs_fleets_is_not_said_to_be_idle() -> None:
    assert not any("engineers" in said for said in plausibility(hall(people__engineers__max=9)))
    named = plausibility(hall(people__engineers__max=9, people__engineers__runs_gpus=0))
    assert any(said.startswith("people.engineers.max: no model's quality depends on") for said in named)


def test_a_site_is_a_limit_for_what_is_free() -> None:
    gift = {"kind": "buy", "chip": "H100", "price": 0, "site": "cellar"}
    document = copy.deepcopy(HALL)
    document["compute"]["gift"] = gift
    load_plan(document)
    del document["compute"]["gift"]["site"]
    with pytest.raises(PlanError, match="free GPUs without a limit"):
        load_plan(document)


def test_a_longer_plan_keeps_its_sites() -> None:
    longer = hall(sites__cellar__max=[200.0] * 23 + [100.0]).extended(12)
    assert longer.sites["cellar"].max == (200.0,) * 23 + (100.0,) * 13


def test_a_changed_site_is_read_again() -> None:
    changed = hall().changed({"sites.cellar.power": "90 kW", "compute.held.exit_fee": 0.5})
    assert changed.sites["cellar"].power == (90.0,) * 24
    assert changed.compute["held"].exit_fee == 0.5
    assert changed.resolved() == load_plan(changed.document).resolved()
