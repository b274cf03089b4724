"""Loading: what a plan holds after units, defaults and months were resolved; every mistake in one pass."""

from __future__ import annotations

import dataclasses
import json
import pickle
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError
from working_plan import WORKING, working

from allocator.errors import ExitCode, PlanError
from allocator.plan import Plan, load_plan, plan_schema
from allocator.plan.keys import SECTIONS
from allocator.resources import models_dir


def _plan(**sections: dict[str, Any]) -> Plan:
    return load_plan({**tomllib.loads(WORKING), **sections})


def _with(path: str, value: object) -> Plan:
    document = tomllib.loads(WORKING)
    *above, key = path.split(".")
    table: dict[str, Any] = document
    for name in above:
        table = table[name]
    table[key] = value
    return load_plan(document)


def test_everything_is_resolved_to_base_units() -> None:
    plan = _plan()
    assert plan.plan.whole == 6
    assert plan.funding["seed"].amount == 5e6
    assert plan.funding["seed"].month == 7
    assert plan.people["researchers"].salary == pytest.approx((190e3 / 12,) * 24)
    assert plan.compute["cloud"].price[12] == pytest.approx(2.49 * 0.88)
    assert plan.compute["cloud"].flop_per_month == pytest.approx(989e12 * 0.4 * 730 * 3600)
    assert plan.compute["owned"].price == (33e3,) * 24
    assert plan.data["web"].price == pytest.approx((2e-6,) * 24)
    assert plan.limits["signed-hire"].terms[0].quantity.first == 2
    assert (plan.models["chat"].ready, plan.models["chat"].training) == (12, range(13, 19))
    assert plan.labels[0] == "2026-09"
    assert plan.labels[-1] == plan.month_label(24) == "2028-08"


def test_what_is_left_out_takes_its_default() -> None:
    plan = _plan()
    offer, role = plan.compute["owned"], plan.people["researchers"]
    assert (offer.utilisation, offer.delivered, offer.lot, offer.life, offer.resale) == (0.40, 1.0, 1, 48, 0.0)
    assert (offer.min, offer.max) == ((0.0,) * 24, None)
    assert (role.min, role.max) == ((20.0,) * 24, (40.0,) * 24)
    assert (plan.runway and plan.runway.window, plan.plan.cash_yield, plan.plan.wind_down) == (6, 0.0, False)
    assert plan.models["chat"].data is None


def test_staff_stay_as_they_are_unless_the_plan_says_so() -> None:
    plan = _plan(people={"r": {"salary": 1e4, "now": 5}, "s": {"salary": 1e4, "min": [1] * 12 + [3] * 12}}, limits={})
    assert (plan.people["r"].min, plan.people["r"].max) == ((5.0,) * 24, (5.0,) * 24)
    assert plan.people["s"].max == (1.0,) * 12 + (3.0,) * 12


def test_whole_units_may_hold_always_or_never() -> None:
    assert [_with("plan.whole", value).plan.whole for value in (True, False, "2026-10", 5)] == [24, 0, 2, 5]


def test_a_plan_in_millions_is_the_same_plan() -> None:
    plan = _with("plan.currency", "MUSD")
    assert (plan.plan.money_unit, plan.plan.cent) == (1e6, 1e-8)
    assert plan.people["researchers"].salary[0] == pytest.approx(0.19 / 12)
    assert plan.funding["seed"].amount == 5.0


def test_a_dictionary_may_hold_numpy_values_and_none() -> None:
    plan = _with("compute.cloud.max", np.arange(24) + 8)
    assert plan.compute["cloud"].max == tuple(float(value) for value in range(8, 32))
    assert _with("compute.cloud.max", None).compute["cloud"].max is None
    assert _with("plan.cash", np.float64(7.5)).plan.cash == 7.5


def test_a_file_and_its_dictionary_give_the_same_plan(tmp_path: Path) -> None:
    from_file, from_dict = load_plan(working(tmp_path)), _plan()
    assert from_file.sha256() == from_dict.sha256()
    assert (from_file.file, from_dict.file) == (str(tmp_path / "plan.toml"), "<dict>")
    assert from_file.document == tomllib.loads(WORKING)


def test_the_fingerprint_changes_with_the_plan_and_only_then() -> None:
    assert _plan().sha256() == _plan().sha256() == _with("plan.cash", "20 MUSD").sha256()
    assert _plan().sha256() != _with("plan.cash", 20e6 + 1).sha256()


def test_the_resolved_plan_is_json() -> None:
    resolved = json.loads(json.dumps(_plan().resolved(), allow_nan=False))
    assert resolved["plan"]["start"] == "2026-09"
    assert resolved["limits"]["signed-hire"]["constant"] == 2.0


def test_a_plan_cannot_be_changed() -> None:
    plan = _plan()
    with pytest.raises(ValidationError, match="frozen"):
        plan.plan.cash = 1.0  # type: ignore[misc]
    with pytest.raises(ValidationError, match="frozen"):
        plan.limits["signed-hire"].constant = 1.0  # type: ignore[misc]


def test_a_plan_survives_pickling() -> None:
    plan = _plan()
    copy = pickle.loads(pickle.dumps(plan))
    assert (copy, copy.file, copy.sha256()) == (plan, plan.file, plan.sha256())


def test_a_longer_plan_holds_its_last_values_and_goes_on_with_its_trends() -> None:
    document = tomllib.loads(WORKING)
    document["plan"]["whole"] = True
    document["compute"]["cloud"]["max"] = [100] * 23 + [300]
    document["costs"]["office"]["amount"] = {"2026-09": 1, "2027-09": 2}
    plan = load_plan(document)
    longer = plan.extended(12)
    assert longer.plan.months == longer.plan.whole == 36
    assert longer.compute["cloud"].max == (100.0,) * 23 + (300.0,) * 13
    assert longer.costs["office"].amount[24:] == (2.0,) * 12
    assert longer.compute["cloud"].price[24] == pytest.approx(2.49 * 0.88**2)
    assert longer.compute["cloud"].price[:24] == plan.compute["cloud"].price
    assert plan.plan.months == 24


def test_every_mistake_is_found_in_one_pass(tmp_path: Path) -> None:
    text = WORKING
    for old, new in (
        ("cash = 20e6", "cash = -1"),
        ('kind = "equity"', 'kind = "equty"'),
        ("utilisation = 0.40", "utilization = 0.40"),
        ('"2 USD/Mtoken"', '"2 EUR/Mtoken"'),
        ("ramp = 3", "ramp = 0.5"),
        ("training_months = 6", "training_months = 20"),
        ("compute.spend <=", "compute.spend <"),
        ("people.researchers.hires", "people.nobody.hires"),
    ):
        text = text.replace(old, new)
    path = tmp_path / "plan.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(PlanError) as caught:
        load_plan(path)
    assert [problem.key for problem in caught.value.problems] == [
        "plan.cash",
        "funding.seed.kind",
        "compute.cloud.utilization",
        "data.web.price",
        "people.researchers.hiring.ramp",
        "models.chat.deadline",
        "limits.chips-share",
        "limits.signed-hire",
    ]
    lines = [problem.line for problem in caught.value.problems]
    assert lines == sorted(line for line in lines if line is not None)
    assert caught.value.exit_code == ExitCode.WRONG_INPUT


def test_a_reference_to_an_item_that_cannot_be_read_is_not_a_second_mistake() -> None:
    with pytest.raises(PlanError) as caught:
        _with("people.researchers.salary", "a lot")
    assert [problem.key for problem in caught.value.problems] == ["people.researchers.salary"]


def test_a_mistake_in_the_horizon_does_not_hide_or_multiply_others() -> None:
    document = tomllib.loads(WORKING)
    document["plan"]["months"] = "many"
    document["compute"]["cloud"]["max"] = [1, 2, 3]
    document["costs"]["office"]["amount"] = -5
    with pytest.raises(PlanError) as caught:
        load_plan(document)
    assert [problem.key for problem in caught.value.problems] == ["plan.months", "costs.office.amount"]


def test_a_currency_that_cannot_be_read_is_one_mistake() -> None:
    with pytest.raises(PlanError) as caught:
        _with("plan.currency", "dollars")
    assert [problem.key for problem in caught.value.problems] == ["plan.currency"]


def test_a_law_of_the_users_own_is_found_beside_the_plan(tmp_path: Path) -> None:
    card = models_dir() / "laws" / "chinchilla.toml"
    (tmp_path / "ours.toml").write_text(card.read_text(encoding="utf-8"), encoding="utf-8")
    path = tmp_path / "plan.toml"
    path.write_text(WORKING.replace('"chinchilla-replication"', '"ours.toml"'), encoding="utf-8")
    assert load_plan(path).models["chat"].law == "ours.toml"


def test_a_mistake_inside_a_law_of_the_users_own_names_its_file(tmp_path: Path) -> None:
    (tmp_path / "ours.toml").write_text("title = 5\n", encoding="utf-8")
    path = tmp_path / "plan.toml"
    path.write_text(WORKING.replace('"chinchilla-replication"', '"ours.toml"'), encoding="utf-8")
    with pytest.raises(PlanError) as caught:
        load_plan(path)
    assert all("ours.toml" in problem.file for problem in caught.value.problems)


def test_a_source_may_be_named_with_its_weight() -> None:
    assert _with("models.chat.data", {"web": 0.5}).models["chat"].data == {"web": 0.5}


def test_a_source_the_law_cannot_use_is_refused_by_name() -> None:
    document = tomllib.loads(WORKING)
    document["data"]["photos"] = {"unit": "image", "price": 0.1}
    document["models"]["chat"]["data"] = {"web": 1, "photos": 1}
    with pytest.raises(PlanError) as caught:
        load_plan(document)
    (problem,) = caught.value.problems
    assert problem.key == "models.chat.data.photos"
    assert problem.allowed == "web"


def test_a_model_that_takes_no_source_of_what_its_law_needs_is_refused() -> None:
    with pytest.raises(PlanError) as caught:
        _with("models.chat.data", {})
    (problem,) = caught.value.problems
    assert (problem.key, problem.remedy) == ("models.chat.law", "add data = {web = 1.0}")


def _generic(**inputs: str) -> Plan:
    parameters = {f"{prefix}_{name}": 1.0 for name in inputs for prefix in ("a", "unit")}
    model = {"law": "cobb-douglas", "deadline": "2028-02", "inputs": inputs, "parameters": parameters}
    return _plan(models={"index": model})


def test_a_generic_law_takes_quantities_of_the_plan() -> None:
    inputs = {"x": "data.web.items", "y": "people.researchers.effective", "z": "compute.flop", "w": "people.research"}
    assert _generic(**inputs).models["index"].inputs == inputs


@pytest.mark.parametrize(
    ("reference", "remedy"),
    [
        ("data.wep.items", "did you mean `web`?"),
        ("data.web.itens", "did you mean `data.web.items`?"),
        ("compute.flops", "did you mean `compute.flop`?"),
        ("people.nobody.effective", "add [people.nobody] or remove this"),
        ("money", 'write it like "data.NAME.items"'),
        ("", 'write it like "data.NAME.items"'),
        ("a.b.c.d", 'write it like "data.NAME.items"'),
    ],
)
def test_a_generic_law_refuses_what_is_not_in_the_plan(reference: str, remedy: str) -> None:
    with pytest.raises(PlanError) as caught:
        _generic(x=reference)
    (problem,) = caught.value.problems
    assert (problem.key, problem.remedy) == ("models.index.inputs.x", remedy)


def test_the_schema_names_every_section_and_refuses_unknown_keys() -> None:
    schema = plan_schema()
    assert set(schema["properties"]) == set(SECTIONS)
    assert schema["required"] == ["plan", "models"]
    assert all(table["additionalProperties"] is False for table in schema["$defs"].values())
    assert schema["$defs"]["Horizon"]["required"] == ["start", "months", "cash"]
    json.dumps(schema)


def test_the_schema_describes_every_field() -> None:
    for name, table in plan_schema()["$defs"].items():
        for key, field in table["properties"].items():
            assert {"description", "type", "enum", "$ref", "anyOf", "const", "additionalProperties"} & set(field), (
                name,
                key,
            )


def test_loading_a_plan_imports_no_solver() -> None:
    heavy = ("cvxpy", "pulp", "pandas", "highspy", "clarabel", "tree_sitter")
    code = f"import allocator.plan, sys; print([name for name in {heavy!r} + ('pint', 'scipy') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_problems_are_values() -> None:
    with pytest.raises(PlanError) as caught:
        _with("plan.cash", True)
    assert dataclasses.asdict(caught.value.problems[0])["key"] == "plan.cash"


def test_a_misspelt_law_is_said_together_with_the_other_mistakes_of_its_model() -> None:
    with pytest.raises(PlanError) as caught:
        _plan(models={"chat": {"law": "chinchila", "deadline": "nine"}})
    assert {problem.key for problem in caught.value.problems} == {"models.chat.law", "models.chat.deadline"}


@pytest.mark.parametrize(
    ("item", "remedy"),
    [("cloude", "did you mean `compute.cloud`?"), ("quantum", "add [compute.quantum] or remove this")],
)
def test_a_reference_is_mended_from_items_that_have_mistakes_of_their_own(item: str, remedy: str) -> None:
    with pytest.raises(PlanError) as caught:
        _plan(
            compute={"cloud": {"kind": "rent", "chip": "H1000", "price": 2.5}},
            limits={"cap": f"compute.{item}.spend <= 1e6"},
        )
    problem = next(problem for problem in caught.value.problems if problem.key == "limits.cap")
    assert (problem.allowed, problem.remedy) == ("compute.cloud", remedy)


@pytest.mark.parametrize("content", [False, 3, "text", ["a"]])
def test_a_misspelt_section_that_is_no_table_is_one_mistake(content: object) -> None:
    with pytest.raises(PlanError) as caught:
        _plan(daat=content)
    assert [problem.key for problem in caught.value.problems] == ["daat"]
