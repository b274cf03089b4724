"""What is not used, and the price at which it would be, seen by solves of their own just below and just above."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from allocator import Options, Plan, Session, explain, load_plan
from allocator.study import explain_unused
from allocator.study.explain_unused import FOUND, NEVER, PARTS, RELAXED, Unused

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "engine"))

from plans import small_lab

ROOT = Path(__file__).resolve().parents[2]
DEARER = {"kind": "rent", "flops": "989 TFLOP/s", "price": 4.0, "utilisation": 0.4}


def unused(plan: Plan) -> dict[str, Unused]:
    return {f"{each.section}.{each.item}": each for each in explain(plan, ranged=0).unused}


def amount(plan: Plan, section: str, item: str, key: str) -> float:
    decisions = Session(plan, Options(gap=1e-8)).brief().decisions
    return float(sum(decisions[section][item][key]))


def test_an_offer_that_is_like_another_is_worth_the_others_price() -> None:
    plan = load_plan(small_lab(compute={"dearer": DEARER}))
    found = unused(plan)["compute.dearer"]
    assert found.found == FOUND
    assert found.price == 4.0
    assert found.break_even <= 2.5 * 1.001
    assert found.not_at >= 2.5 * 0.999
    assert found.not_at <= found.break_even * 1.0051


def test_just_below_it_is_used_and_just_above_it_is_not() -> None:
    plan = load_plan(ROOT / "examples" / "image-startup.toml")
    found = unused(plan)["people.data-scientists"]
    for price, used in ((found.break_even * 0.999, True), (found.not_at * 1.001, False)):
        hired = amount(plan.changed({"people.data-scientists.salary": price}), "people", "data-scientists", "hired")
        assert (hired > 1e-4) is used, price


def test_what_is_of_no_use_is_not_bought_at_a_tenth_of_its_price() -> None:
    """GPUs that arrive after the training."""
    document = small_lab(compute={"late": {**DEARER, "kind": "buy", "price": 30e3, "lead": 11}})
    found = unused(load_plan(document))["compute.late"]
    assert (found.found, found.break_even) == (NEVER, None)
    assert "not even at a tenth of its price" in found.sentence("USD", "2026-09")


def test_what_is_used_is_not_in_the_list() -> None:
    assert unused(load_plan(small_lab())) == {}


def test_what_is_not_on_sale_needs_no_price() -> None:
    offers = {"dearer": {**DEARER, "max": 0}}
    shelf = {"unit": "token", "price": 0, "now": 1e9, "max": 0}
    assert unused(load_plan(small_lab(compute=offers, data={"shelf": shelf}))) == {}


def test_a_price_of_nothing_is_not_the_reason() -> None:
    free = {"kind": "buy", "flops": "989 TFLOP/s", "price": 0, "utilisation": 0.4, "lead": 11, "running": 100}
    found = unused(load_plan(small_lab(compute={"late": free})))["compute.late"]
    assert found.sentence("USD", "2026-09") == "compute.late is not used: not even at a price of nothing, which it has"


def test_no_price_builds_the_program_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    reports = []
    update = Session.update

    def noted(self: Session, *arguments: Any, **named: Any) -> Any:
        report = update(self, *arguments, **named)
        reports.append(report)
        return report

    monkeypatch.setattr(explain_unused.Session, "update", noted)
    unused(load_plan(small_lab(compute={"dearer": DEARER})))
    assert len(reports) > 5
    assert all(report.in_place for report in reports)


def test_in_whole_units_the_price_is_that_with_units_relaxed() -> None:
    plan = load_plan(ROOT / "examples" / "image-startup.toml").changed({"plan.whole": True})
    found = unused(plan)["people.data-scientists"]
    assert found.found == FOUND + RELAXED
    assert found.sentence("USD", "2026-09").endswith("with units relaxed")


def test_what_only_whole_units_keep_out_is_said_so() -> None:
    """A lot of a thousand dear GPUs where eight would do."""
    lots = {"kind": "rent", "flops": "989 TFLOP/s", "price": 2.0, "utilisation": 0.4, "lot": 100_000}
    plan = load_plan(small_lab(plan={"whole": True}, compute={"lots": lots}, people=None))
    assert unused(plan)["compute.lots"].found.startswith(PARTS)


def test_prices_are_said_by_the_unit_they_have() -> None:
    tokens = Unused("data", "books", "token", 3e-6, 2e-6, 2.01e-6, FOUND)
    assert "$2 a million tokens in 2026-09 or less (66.7% of its price)" in tokens.sentence("USD", "2026-09")
    server = Unused("compute", "own", "GPU", 60e3, 41e3, 41.2e3, FOUND)
    assert "at $41k a GPU" in server.sentence("USD", "2026-09")
    staff = Unused("people", "writers", "month", 20e3, 9e3, 9.1e3, FOUND)
    assert "people.writers is not hired: it would be at $9k a month" in staff.sentence("USD", "2026-09")
