"""The plan with everything switched on is as large as it says, and what is measured of it is proven."""

from __future__ import annotations

import pytest
from bench_everything import GAPS, everything, measure, program_of

from allocator.plan import Plan


@pytest.fixture(scope="module")
def plan() -> Plan:
    return everything()


def test_everything_is_switched_on(plan: Plan) -> None:
    assert (plan.plan.months, len(plan.models), len(plan.compute), len(plan.data), len(plan.people)) == (
        60, 3, 12, 8, 8,
    )  # fmt: skip
    assert {offer.kind for offer in plan.compute.values()} == {"rent", "reserve", "buy"}
    assert {round_.kind for round_ in plan.funding.values()} == {
        "equity", "grant", "crowdfunding", "credits", "loan", "credit-line",
    }  # fmt: skip
    models, offers, roles = plan.models.values(), plan.compute.values(), plan.people.values()
    assert any(model.optional for model in models)
    assert any(model.serves for model in models)
    assert any(offer.may_exit for offer in offers)
    assert sum(offer.resale > 0 for offer in offers) >= 3
    assert any(role.retention for role in roles)
    assert any(role.contractor for role in roles)
    assert any(role.layoff is not None for role in roles)
    assert any(role.wants_gpus for role in roles)
    assert any(role.runs_gpus for role in roles)
    assert any(role.handles for role in roles)
    assert any(source.automation for source in plan.data.values())
    assert sum(bool(source.tiers) for source in plan.data.values()) >= 2
    assert all((plan.treasury, plan.partners, plan.sites, plan.runway, plan.limits, plan.revenue))


def test_the_relaxation_has_nothing_whole_and_the_plan_has_thousands(plan: Plan) -> None:
    assert not program_of("relaxed", plan).integer.any()
    assert program_of("whole", plan).integer.sum() > 5_000


def test_the_relaxation_is_proven_to_a_millionth(plan: Plan) -> None:
    row = measure("relaxed", program_of("relaxed", plan), runs=1, second_pass=False)
    assert row.status == "optimal"
    assert row.gap <= GAPS["relaxed"]


@pytest.mark.slow
def test_the_plan_in_whole_units_is_within_three_thousandths(plan: Plan) -> None:
    row = measure("whole", program_of("whole", plan), runs=1)
    assert row.status == "optimal"
    assert row.gap <= GAPS["whole"]
