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
from allocator.study.compare import Comparison, _inputs, compare

PLAN = load_plan(examples_dir() / "image-startup.toml")
RICHER = PLAN.changed({"plan.cash": 6e6, "people.data-scientists.max": 9})


@pytest.fixture(scope="module")
def found() -> Comparison:
    return compare(PLAN, RICHER)


def row(found: Comparison, quantity: str) -> dict[str, Any]:
    return next(row for row in found.outputs if row["quantity"] == quantity)


def test_what_changed_in_is_named_by_its_field_and_nothing_else_is(found: Comparison) -> None:
    assert [tuple(row.values()) for row in found.inputs] == [
        ("plan.cash", 5e6, 6e6, "USD"),
        ("people.data-scientists.max", 10.0, 9.0, ""),
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
    assert ("costs.rent.amount", None, 100.0, "USD") in [tuple(line.values()) for line in both.inputs]


def test_values_by_month_are_said_by_their_ends() -> None:
    falling = PLAN.changed({"compute.gpu-server.price": {"start": 200e3, "monthly_change": -0.01}})
    (line,) = compare(PLAN, falling).inputs
    assert (line["field"], line["one"], line["other"]) == ("compute.gpu-server.price", 200e3, "200000 to 173749")


def test_months_are_those_of_the_calendar_and_a_year_more_changes_nothing_else() -> None:
    raising = load_plan(examples_dir() / "raise.toml")
    later = raising.changed({"funding.angel.month": 7})
    assert ("funding.angel.month", "2026-10", "2027-03", "") in [
        tuple(row.values()) for row in _inputs_of(raising, later)
    ]
    # The same month has another number in a plan that begins a month later.
    moved = PLAN.changed({"plan.start": "2026-10"})
    (deadline,) = (row for row in _inputs_of(PLAN, moved) if row["field"] == "models.classifier.deadline")
    assert deadline["one"] != deadline["other"]
    longer = _inputs_of(PLAN, PLAN.changed({"plan.months": PLAN.plan.months + 2}))
    assert [row["field"] for row in longer] == ["plan.months"]


def _inputs_of(one: Plan, other: Plan) -> list[dict[str, Any]]:
    return list(
        _inputs(
            {"plan": one.model_dump(mode="json", by_alias=True)}, {"plan": other.model_dump(mode="json", by_alias=True)}
        )
    )


def test_money_raised_what_it_cost_and_what_is_earned_are_set_side_by_side() -> None:
    raising = load_plan(examples_dir() / "raise.toml")
    without = raising.changed({"funding.seed.max": "2 M", "funding.seed.min": "0"})
    both = compare(raising, without)
    for quantity, table, column in (
        ("funding.seed.raised", "funding", "money"),
        ("funding.seed.dilution", "funding", "dilution"),
        ("funding.overdraft.repaid", "funding", "repaid"),
        ("revenue.pilots.revenue", "revenue", "money"),
    ):
        item = quantity.split(".")[1]
        rows = Session(raising).solve(horizon_audit=False).tables[table]
        assert row(both, quantity)["one"] == pytest.approx(sum(line[column] for line in rows if line["item"] == item))
    assert row(both, "total.dilution")["change"] == pytest.approx(row(both, "funding.seed.dilution")["change"])
    assert row(both, "total.raised")["change"] < -0.9e6


def test_partners_treasury_and_user_value_are_set_side_by_side() -> None:
    app = load_plan(examples_dir() / "app-company.toml")
    result = Session(app).solve(horizon_audit=False)
    both = compare(result, result)
    assert row(both, "treasury.bills.interest")["one"] == pytest.approx(
        sum(line["interest"] for line in result.tables["treasury"])
    )
    assert row(both, "partners.cloud-vendor.paid_less_taken")["one"] == pytest.approx(
        sum(line["money"] for line in result.tables["partners"])
    )
    assert row(both, "revenue.api.earned_share")["one"] == result.tables["earning"].records[0][4]


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


@pytest.mark.parametrize(
    "spoil",
    [
        lambda result: result["plan"].clear(),
        lambda result: result["tables"].pop("earning"),
        lambda result: result["tables"]["cash"][0].pop("closing"),
        lambda result: result["tables"].update(cash=None),
        lambda result: result["plan"]["plan"].update(start="soon"),
        lambda result: result["tables"].update(cash=[]),
        lambda result: result.update(models=[{"name": "x"}]),
    ],
)
def test_a_result_that_lacks_something_is_refused(spoil: Any, tmp_path: Path) -> None:
    document = Session(PLAN).solve(horizon_audit=False).as_dict()
    document = json.loads(json.dumps(document))
    spoil(document)
    path = tmp_path / "old.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(UsageError, match="no result of this version, or was changed since"):
        compare(path, PLAN)


def test_a_file_that_is_not_there_is_said_before_anything_is_solved(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Session, "solve", lambda *_, **__: pytest.fail("solved first"))
    for pair in (("nowhere.json", PLAN), (PLAN, "nowhere.json")):
        with pytest.raises(UsageError, match="cannot be read"):
            compare(*pair)
