"""Two plans or results side by side: each figure is that of the single solves."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from allocator.errors import UsageError
from allocator.plan import Plan, load_plan
from allocator.resources import examples_dir
from allocator.session import Session
from allocator.study.compare import Comparison, compare

PLAN = load_plan(examples_dir() / "image-startup.toml")
RICHER = PLAN.changed({"plan.cash": 6e6, "people.data-scientists.max": 9})


@pytest.fixture(scope="module")
def found() -> Comparison:
    return compare(PLAN, RICHER)


def row(found: Comparison, quantity: str) -> dict[str, Any]:
    return next(row for row in found.outputs if row["quantity"] == quantity)


def test_what_changed_in_is_named_by_its_field_and_nothing_else_is(found: Comparison) -> None:
    assert [tuple(row.values()) for row in found.inputs] == [
        ("plan.cash", 5e6, 6e6),
        ("people.data-scientists.max", 10.0, 9.0),
    ]


def test_figures_are_those_of_the_single_solves(found: Comparison) -> None:
    one, other = (Session(plan).solve(horizon_audit=False) for plan in (PLAN, RICHER))
    quality = row(found, "models.classifier.error")
    assert (quality["one"], quality["other"]) == pytest.approx((one.models[0].value, other.models[0].value))
    assert quality["change"] == pytest.approx(other.models[0].value - one.models[0].value)
    spent = row(found, "total.spend")
    assert spent["one"] == pytest.approx(sum(line["money"] for line in one.tables["spend"]))
    gpus = row(found, "compute.gpu-server.GPU-months")
    assert gpus["other"] == pytest.approx(sum(other.tables["compute"].column("quantity")))
    closing = [line["closing_other"] for line in found.by_month]
    assert closing == pytest.approx(other.tables["cash"].column("closing"))


def test_categories_add_up_to_all_spending(found: Comparison) -> None:
    categories = [line for line in found.outputs if line["quantity"].count(".") == 1 and line["unit"] == "USD"]
    summed = sum(
        line["one"] for line in categories if line["quantity"].endswith(".spend") and line["quantity"] != "total.spend"
    )
    assert summed == pytest.approx(row(found, "total.spend")["one"])


def test_a_plan_beside_itself_changes_nothing() -> None:
    same = compare(PLAN, PLAN)
    assert list(same.inputs) == []
    assert [line["quantity"] for line in same.outputs if line["change"] not in (0.0, None)] == []
    assert same.names == ("image-startup", "image-startup (other)")


def test_a_result_file_stands_for_its_plan(found: Comparison, tmp_path: Path) -> None:
    path = tmp_path / "one.json"
    path.write_text(Session(PLAN).solve(horizon_audit=False).to_json(), encoding="utf-8")
    assert list(compare(path, RICHER).outputs) == list(found.outputs)


def test_months_and_items_that_only_one_has_are_shown_as_missing() -> None:
    document = PLAN.document
    costs = {**document["costs"], "rent": {"amount": 100}}
    longer = load_plan({**document, "plan": {**document["plan"], "months": 16}, "costs": costs})
    both = compare(PLAN, longer)
    assert both.by_month.records[-1][1] is None
    assert row(both, "costs.rent.spend")["one"] is None
    assert ("costs.rent.amount", None, 100.0) in [tuple(line.values()) for line in both.inputs]


def test_values_by_month_are_said_by_their_ends() -> None:
    falling = PLAN.changed({"compute.gpu-server.price": {"start": 200e3, "monthly_change": -0.01}})
    (line,) = compare(PLAN, falling).inputs
    assert (line["field"], line["one"], line["other"]) == ("compute.gpu-server.price", 200e3, "200000 to 173749")


def test_plans_in_different_currencies_are_not_compared() -> None:
    text = (examples_dir() / "image-startup.toml").read_text(encoding="utf-8")
    document = tomllib.loads(text.replace("USD", "EUR"))
    euros: Plan = load_plan({**document, "plan": {**document["plan"], "currency": "EUR"}})
    with pytest.raises(UsageError, match="count in EUR and USD"):
        compare(PLAN, euros)


@pytest.mark.parametrize("text", ["", "{}", "[1]", json.dumps({"status": "infeasible"})])
def test_a_file_that_holds_no_result_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "no.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match="is not a result"):
        compare(path, PLAN)


def test_a_file_that_is_not_there_is_said() -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        compare("nowhere.json", PLAN)
