"""How free a plan is: every alternative is within the tolerance by books and laws, and no wider range exists."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from allocator.errors import CertificateError, InfeasibleError, UsageError
from allocator.plan import load_plan
from allocator.resources import examples_dir
from allocator.session import Session
from allocator.solve import nearly as nearly_module
from allocator.study import alternatives as alternatives_module
from allocator.study.alternatives import Alternatives, alternatives

PLAN = load_plan(examples_dir() / "image-startup.toml")
LAB = load_plan(examples_dir() / "series-b-lab.toml")
E = 0.05


@pytest.fixture(scope="module")
def found() -> Alternatives:
    return alternatives(PLAN, within=0.01)


def row(found: Alternatives, quantity: str) -> dict[str, Any]:
    return next(row for row in found.ranges if row["quantity"] == quantity)


def test_the_tolerance_is_a_share_of_the_reducible_loss(found: Alternatives) -> None:
    assert (found.floor - E) / (found.value - E) == pytest.approx(np.exp(0.01), rel=1e-6)


def test_every_alternative_is_within_the_tolerance_by_the_laws(found: Alternatives) -> None:
    assert len(found.reached) == 3
    assert all(value <= found.floor + 1e-7 for value in found.reached)


def test_the_plan_lies_in_every_range(found: Alternatives) -> None:
    for line in found.ranges:
        assert line["least"] <= line["planned"] <= line["most"]
        assert line["free"] == pytest.approx(1 - line["least"] / line["most"] if line["most"] else 0.0)


@pytest.mark.parametrize("quantity", ["people.spend", "compute.spend", "data.spend"])
def test_a_limit_beyond_a_range_costs_more_than_the_tolerance_and_one_at_its_end_does_not(
    found: Alternatives, quantity: str
) -> None:
    line = row(found, quantity)
    for sense, end, beyond in (("<=", "least", 0.99), (">=", "most", 1.01)):
        at_end = PLAN.changed({"limits.edge": f"{quantity} {sense} {line[end]!r}"})
        past = PLAN.changed({"limits.edge": f"{quantity} {sense} {line[end] * beyond!r}"})
        assert Session(at_end).solve(horizon_audit=False).models[0].value <= found.floor * (1 + 1e-5)
        with suppress(InfeasibleError):
            worse = Session(past).solve(horizon_audit=False).models[0].value
            assert worse > found.floor * (1 - 1e-5)


def test_plans_differ_from_the_best_and_from_each_other(found: Alternatives) -> None:
    names = ["planned", "plan 1", "plan 2", "plan 3"]
    spend = {name: [line[name] for line in found.plans if line["quantity"].endswith(".spend")] for name in names}
    for place, one in enumerate(names):
        for other in names[place + 1 :]:
            assert not np.allclose(spend[one], spend[other], rtol=0.01)


def test_a_wider_tolerance_never_narrows_a_range(found: Alternatives) -> None:
    wider = alternatives(PLAN, within=0.03, plans=0)
    for narrow, wide in zip(found.ranges, wider.ranges, strict=True):
        assert wide["least"] <= narrow["least"] * (1 + 1e-3) + 1e-6
        assert wide["most"] >= narrow["most"] * (1 - 1e-3)
    assert wider.plans.columns == ("quantity", "unit", "planned")


def test_whole_units_stay_whole() -> None:
    whole = alternatives(PLAN.changed({"plan.whole": True}), within=0.01, plans=1)
    assert row(whole, "people.data-scientists.heads")["most"] % 1 == pytest.approx(0.0, abs=1e-6)
    assert all(value <= whole.floor + 1e-7 for value in whole.reached)


def test_capital_has_alternatives_too() -> None:
    plan = load_plan(examples_dir() / "longest-runway.toml").changed({"objective.goal": "capital"})
    found = alternatives(plan, within=0.02, plans=1)
    assert found.measure == "capital"
    assert found.floor == pytest.approx(1.02 * found.value, rel=1e-6)


def test_several_models_are_measured_by_their_mean_gain() -> None:
    found = alternatives(LAB, within=0.005, plans=1)
    assert found.measure == "mean gain"
    assert found.value - found.floor == pytest.approx(0.005)
    assert all(value >= found.floor - 1e-6 for value in found.reached)


def test_a_plan_that_only_the_program_calls_good_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that forgot the floor finds wider ranges; the laws do not let them pass."""
    held = nearly_module.held_program

    def forgetful(program: Any, floor: float) -> Any:
        return held(program, floor - 0.5)

    monkeypatch.setattr(nearly_module, "held_program", forgetful)
    monkeypatch.setattr(
        alternatives_module, "certify", lambda formulation, solution: certified(formulation, solution, PLAN)
    )
    with pytest.raises(CertificateError, match="was promised"):
        alternatives(PLAN, within=0.01, plans=0)


def certified(formulation: Any, solution: Any, plan: Any) -> Any:
    from allocator.result.certify import certify
    from allocator.solve.engine import solve

    best = solve(formulation.program)
    assert plan is PLAN
    return certify(formulation, replace(solution, objective=best.objective - 0.01))


@pytest.mark.parametrize("within", [0.0, 1.0, -0.1])
def test_a_share_that_is_none_is_refused(within: float) -> None:
    with pytest.raises(UsageError, match="within is"):
        alternatives(PLAN, within=within)


def test_the_longest_runway_has_none() -> None:
    with pytest.raises(UsageError, match="alternatives to the longest runway"):
        alternatives(load_plan(examples_dir() / "longest-runway.toml"))
