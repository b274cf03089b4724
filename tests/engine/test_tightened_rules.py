"""Rules are tightened for the last word on one plan; the next question finds them as they are."""

from __future__ import annotations

import tomllib
from typing import Any

import numpy as np
import pytest
from plans import merged

from allocator.errors import CertificateError
from allocator.formulate.build import formulate
from allocator.plan import Plan, load_plan
from allocator.resources import examples_dir
from allocator.session import Session
from allocator.solve import rounding
from allocator.solve.clock import Clock
from allocator.solve.cuts import initial_cuts
from allocator.solve.highs import HighsSolver
from allocator.solve.master import Effort, Master
from allocator.solve.options import Options
from allocator.solve.outer import Refined, refine
from allocator.solve.rounding import release, solve_fixed
from allocator.solve.scaling import scale

# Marketing's curve feeds cash: plans miss rules by what its tangents promise too much.
DOCUMENT: dict[str, Any] = tomllib.loads((examples_dir() / "app-company.toml").read_text(encoding="utf-8"))


def continuous() -> Plan:
    revenue = {name: stream for name, stream in DOCUMENT["revenue"].items() if name != "api"}
    return load_plan({key: value for key, value in DOCUMENT.items() if key != "partners"} | {"revenue": revenue})


def test_a_session_takes_a_change_of_bounds_from_the_plan_as_it_is() -> None:
    plan = continuous()
    session = Session(plan, live=True)
    for changes in [
        {},
        {"compute.h100-cloud.max": 60.0},
        {"compute.h100-cloud.max": 150.0},
        {"compute.h100-cloud.max": 300.0},
        {"data.open-web.max": 1e11},
        {"people.engineers.now": 13},
    ]:
        changed = plan.changed(changes) if changes else plan
        assert session.update(changed).in_place
        assert session.brief().objective == pytest.approx(Session(changed).brief().objective, abs=2e-6), changes


def whole() -> Master:
    """A program with whole hires and lots, in HiGHS."""
    document = merged(DOCUMENT, {"plan": {"whole": True}, "compute": {"h100-cloud": {"lot": 8}}})
    scaled = scale(formulate(load_plan(document)).program)
    return Master(scaled, HighsSolver(), initial_cuts(scaled.curves), Effort())


def numbers(master: Master, gpus: float) -> np.ndarray:
    """Whole numbers that can be: nothing but a few lots of GPUs while the model trains."""
    found = refine(master, gap=1e-3, clock=Clock(None))
    assert found.x is not None
    return np.floor(found.x * gpus)


def test_whole_numbers_fixed_one_after_another_are_those_asked_for() -> None:
    asked = [numbers(whole(), gpus) for gpus in (0.2, 0.9)]
    alone = [solve_fixed(whole(), x, gap=1e-6, clock=Clock(None)) for x in asked]
    master = whole()
    together = [solve_fixed(master, x, gap=1e-6, clock=Clock(None)) for x in asked]
    worth = [found.incumbent.objective if found.incumbent else None for found in alone]
    assert worth[0] != pytest.approx(worth[1], abs=1e-2)
    assert [found.incumbent.objective if found.incumbent else None for found in together] == pytest.approx(
        worth, abs=2e-6
    )


def test_released_whole_numbers_have_their_own_bounds_again() -> None:
    master = whole()
    free = refine(master, gap=1e-6, clock=Clock(None)).bound
    solve_fixed(master, numbers(whole(), 0.2), gap=1e-6, clock=Clock(None))
    release(master)
    assert refine(master, gap=1e-6, clock=Clock(None)).bound == pytest.approx(free, abs=2e-6)


def test_multipliers_that_prove_nothing_are_asked_for_again_from_scratch(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def refused_once(master: Master, **given: Any) -> Refined:
        asked.append(1)
        if len(asked) == 1:
            raise CertificateError(["highs claims that no plan is better than 1, but its multipliers prove only inf"])
        return refine(master, **given)

    monkeypatch.setattr(rounding, "refine", refused_once)
    master = whole()
    assert solve_fixed(master, numbers(whole(), 0.2), gap=1e-6, clock=Clock(None)).incumbent is not None
    assert len(asked) == 2


def test_what_is_refused_from_scratch_too_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: Any, **__: Any) -> Refined:
        raise CertificateError(["highs claims that no plan is better than 1, but its multipliers prove only inf"])

    monkeypatch.setattr(rounding, "refine", refused)
    with pytest.raises(CertificateError, match="prove only inf"):
        Session(load_plan(merged(DOCUMENT, {"plan": {"whole": True}})), Options(solver="highs")).brief()
