"""Arrays of the program: balances from decisions, exact curves, words for every entry, scales, cost of building."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from golden_cases import CASES, GPU, NOTES, ONE_PERCENT_A_MONTH, SOME_MODEL, TEN_PERCENT_A_MONTH

from allocator.formulate.build import Formulation, formulate
from allocator.formulate.curves import FloatArray
from allocator.formulate.program import Program, ProgramBuilder
from allocator.plan import load_plan
from allocator.resources import examples_dir

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*.toml"))
THREE_MONTHS: dict[str, Any] = {
    "plan": {"start": "2026-01", "months": 3, "cash": 1_100, "cash_yield": ONE_PERCENT_A_MONTH},
    "runway": {"months": 0.1, "window": 2},
    "revenue": {"subscriptions": {"amount": [10, 20, 30], "paid_after": 1}},
    "funding": {"seed": {"kind": "equity", "amount": 500, "month": 2, "fee": 0.02}},
    "costs": {"office": {"amount": 100}, "desks": {"amount": [2, 3, 4], "per_person": True}},
    "compute": {"cloud": {"kind": "rent", "price": [1, 2, 3], **GPU}},
    "data": {
        "photos": {"unit": "image", "price": [3, 2, 1], "processing": 0.5, "storage": 0.1, "now": 100, "lead": 1},
        "notes": NOTES,
    },
    "people": {
        "crew": {
            "salary": 10,
            "overhead": 0.5,
            "now": 10,
            "min": 0,
            "max": 20,
            "hiring": {"cost": 7, "delay": 1, "ramp": 1},
            "attrition": TEN_PERCENT_A_MONTH,
        }
    },
    "models": {"some": {**SOME_MODEL, "deadline": 3, "training_months": 1}},
}
DECISIONS = {
    "compute.cloud.gpus": [0.1, 0.2, 0.1],
    "data.photos.bought": [20, 10],
    "people.crew.hired": [2, 1],
}
BALANCES = {
    # 10 x 0.9; 9 x 0.9 + 2; 10.1 x 0.9 + 1
    "people.crew.headcount": [9, 10.1, 10.09],
    # who arrives counts half in the first month
    "people.crew.effective": [9, 9.1, 9.59],
    "data.photos.stock": [100, 120, 130],
    # 0.1 x 730, 0.2 x 1,460, 0.1 x 2,190
    "spend.compute": [73, 292, 219],
    # 20 x 3.5 + 100 x 0.1, 10 x 2.5 + 120 x 0.1, 130 x 0.1
    "spend.data": [80, 37, 13],
    # 9 x 15, 10.1 x 15 + 2 x 7, 10.09 x 15 + 1 x 7
    "spend.people": [135, 165.5, 158.35],
    # 100 + 9 x 2, 100 + 10.1 x 3, 100 + 10.09 x 4
    "spend.costs": [118, 130.3, 140.36],
    "spend.funding": [0, 10, 0],
    # 1,111 - 406; 712.05 + 10 + 500 - 634.8; 593.1225 + 20 - 530.71
    "cash": [705, 587.25, 82.4125],
}
# 406; 624.8 - 10; 530.71 - 20; the last month burns more than the mean of the three
BURN = [406, 614.8, 510.71]
BURN_BEYOND = 510.71


def decide(program: Program, decisions: dict[str, list[float]]) -> FloatArray:
    """The point with these decisions, other columns 0."""
    point = np.zeros(program.n_cols)
    for name, amounts in decisions.items():
        point[program.column(name).index] = amounts
    return point


def some_choices(program: Program, seed: int) -> FloatArray:
    """A point with random amounts of about a typical size in every column that is not a state."""
    amounts = np.random.default_rng(seed).uniform(0.0, 1.0, program.n_cols) * program.col_scale
    return np.asarray(np.clip(amounts, program.col_lower, program.col_upper))


def curve_violations(program: Program, point: FloatArray) -> FloatArray:
    scaled = point / program.col_scale
    return program.curves.violation(scaled[program.curves.x], scaled[program.curves.y])


@pytest.fixture(scope="module")
def every_formulation() -> dict[str, Formulation]:
    """The full program of every golden case's plan and of every example."""
    plans = {name: case.plan() for name, case in CASES.items()}
    plans |= {path.stem: load_plan(path) for path in EXAMPLES}
    return {name: formulate(plan) for name, plan in plans.items()}


@pytest.mark.parametrize("name", BALANCES)
def test_balances_follow_from_decisions(name: str) -> None:
    program = formulate(load_plan(THREE_MONTHS)).program
    point = program.complete(decide(program, DECISIONS))
    assert point[program.column(name).index] == pytest.approx(BALANCES[name], rel=1e-12)


def test_burn_is_made_exact_from_the_flows() -> None:
    program = formulate(load_plan(THREE_MONTHS)).program
    point = program.restore(decide(program, DECISIONS))
    assert point[program.column("burn").index] == pytest.approx(BURN, rel=1e-12)
    assert point[program.column("burn after the horizon").index] == pytest.approx([BURN_BEYOND], rel=1e-12)


def test_completing_leaves_decisions_and_wrong_balances_alone_in_the_right_way() -> None:
    program = formulate(load_plan(THREE_MONTHS)).program
    wrong = decide(program, {**DECISIONS, "cash": [1, 2, 3], "spend.data": [4, 5, 6]})
    point = program.complete(wrong)
    assert point[program.column("people.crew.hired").index].tolist() == [2, 1]
    assert point[program.column("cash").index] == pytest.approx(BALANCES["cash"], rel=1e-12)
    assert wrong[program.column("cash").index].tolist() == [1, 2, 3]


def test_a_solvers_dust_is_no_decision() -> None:
    program = formulate(load_plan(THREE_MONTHS)).program
    dusty = decide(program, {**DECISIONS, "data.photos.bought": [20, 1e-12]})
    assert program.restore(dusty)[program.column("data.photos.bought").index].tolist() == [20, 0]


def test_states_hold_in_every_plan(every_formulation: dict[str, Formulation]) -> None:
    for name, formulation in every_formulation.items():
        program = formulation.program
        point = program.complete(some_choices(program, seed=1))
        missed = (program.matrix @ point - program.row_lower)[program.state_rows] / program.row_scale[
            program.state_rows
        ]
        assert np.abs(missed).max() <= 1e-9, name


def test_restoring_makes_every_curve_exact(every_formulation: dict[str, Formulation]) -> None:
    for name, formulation in every_formulation.items():
        program = formulation.program
        for seed in range(3):
            point = program.restore(some_choices(program, seed))
            assert np.isfinite(point).all(), name
            if len(program.curves):
                assert curve_violations(program, point).max() <= 1e-12, name


def test_restoring_reaches_the_gain_of_the_law(every_formulation: dict[str, Formulation]) -> None:
    for name, formulation in every_formulation.items():
        program = formulation.program
        point = program.restore(some_choices(program, seed=2))
        for model, block in formulation.models.items():
            gain = float(block.law.gain(block.law.array(block.best_inputs(point))))
            column = program.column(f"models.{model}.gain").start
            assert point[column] == pytest.approx(gain, rel=1e-9, abs=1e-9), name


def test_restoring_breaks_no_row_of_a_model(every_formulation: dict[str, Formulation]) -> None:
    families = (
        "Run of ",
        "Terms of ",
        "Loss of ",
        "Return of ",
        "Score of ",
        "Lines of ",
        "Scarcest input of ",
        "Scale",
    )
    for name, formulation in every_formulation.items():
        program = formulation.program
        point = program.restore(some_choices(program, seed=3))
        activity = program.matrix @ point
        for block in program.rows:
            if block.name.startswith(families) or " used by " in block.name:
                rows = block.index
                below, above = program.row_lower[rows] - activity[rows], activity[rows] - program.row_upper[rows]
                assert max(below.max(), above.max()) <= 1e-9 * program.row_scale[rows].max(), f"{name}: {block.name}"


def test_two_models_read_one_research_effort_on_scales_of_their_own() -> None:
    formulation = formulate(CASES["research"].plan())
    program = formulation.program
    point = program.restore(np.zeros(program.n_cols))
    # two of the crew and two aides at a half, for two months: six person-months
    logs = {name: point[program.column(f"models.{name}.log_research").start] for name in ("chat", "slow")}
    assert logs == pytest.approx({"chat": math.log(1 + 6 / 6), "slow": math.log(1 + 6 / 12)}, rel=1e-12)
    curves = program.curves
    for name, model in (("log of research, chat", "chat"), ("log of research, slow", "slow")):
        i = curves.names.index(name)
        scaled = np.full(len(curves), point[curves.x[i]] / program.col_scale[curves.x[i]])
        assert curves.value(scaled)[i] == pytest.approx(logs[model], rel=1e-12)


def test_an_input_of_no_weight_is_worth_nothing_and_harms_nothing() -> None:
    sections = dict(CASES["separable-saturation"].sections)
    eye = sections["models"]["eye"]
    sections["models"] = {"eye": {**eye, "parameters": {"k_x": 200, "k_y": 4, "weight_y": 0}}}
    plan = load_plan({"plan": {"start": "2026-01", "months": 3, "cash": 1_000}, **sections})
    program = formulate(plan).program
    point = program.restore(some_choices(program, seed=0))
    assert np.isfinite(point).all()
    images = point[program.column("models.eye.x").start]
    assert point[program.column("models.eye.gain").start] == pytest.approx(-math.expm1(-images / 200), rel=1e-12)


def test_every_row_and_column_can_be_said(every_formulation: dict[str, Formulation]) -> None:
    for formulation in every_formulation.values():
        program = formulation.program
        for block in (*program.rows, *program.columns):
            assert block.name.strip() == block.name != ""
            assert len(block.sentence) > 4
            assert block.unit
            assert len(set(block.labels)) == len(block.labels), block.name
        assert all(program.say_row(row) for row in range(program.n_rows))
        assert all(program.say_column(column) for column in range(program.n_cols))


def test_no_two_families_share_a_name(every_formulation: dict[str, Formulation]) -> None:
    for formulation in every_formulation.values():
        for blocks in (formulation.program.rows, formulation.program.columns):
            names = [block.name for block in blocks]
            assert sorted(set(names)) == sorted(names)


def test_every_number_is_a_number(every_formulation: dict[str, Formulation]) -> None:
    for formulation in every_formulation.values():
        program = formulation.program
        assert np.isfinite(program.matrix.data).all()
        for values in (program.objective, program.outflow, program.col_scale, program.row_scale):
            assert np.isfinite(values).all()
        assert (program.col_scale > 0).all()
        assert (program.row_scale > 0).all()
        assert (program.col_lower <= program.col_upper).all()
        assert (program.row_lower <= program.row_upper).all()
        assert np.isfinite(program.curves.shift).all()


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_scaled_coefficients_lie_within_six_orders_of_magnitude(path: Path) -> None:
    program = formulate(load_plan(path)).program
    entries = program.matrix.tocoo()
    scaled = np.abs(entries.data * program.col_scale[entries.col] / program.row_scale[entries.row])
    assert scaled.max() / scaled.min() <= 1e6


def test_more_months_take_no_more_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    plan = load_plan(next(path for path in EXAMPLES if path.stem == "series-b-lab"))
    calls: list[int] = []
    put = ProgramBuilder.put

    def counted(self: ProgramBuilder, *arguments: Any) -> None:
        calls[-1] += 1
        put(self, *arguments)

    monkeypatch.setattr(ProgramBuilder, "put", counted)
    sizes = []
    for longer in (0, 24):
        calls.append(0)
        sizes.append(formulate(plan.extended(longer) if longer else plan).program.matrix.nnz)
    assert calls[0] == calls[1]
    assert sizes[1] > 1.5 * sizes[0]


def test_a_sale_that_only_a_tolerance_allows_is_taken_back() -> None:
    """A millionth of a GPU sold that nobody ordered is within a row's tolerance, but no GPU."""
    plan = load_plan(examples_dir() / "series-b-lab.toml")
    program = formulate(plan).program
    sold, ordered = program.column("compute.b200-owned.sold"), program.column("compute.b200-owned.ordered")
    point = np.clip(np.zeros(program.n_cols), program.col_lower, program.col_upper)
    point[sold.start] = 1e-6
    assert float(program.restore(point)[sold.index].sum()) == 0.0
    point[ordered.start] = 8.0
    point[sold.start] = 5.0
    assert program.restore(point)[sold.start] == 5.0
    point[sold.start] = 8.000001
    assert program.restore(point)[sold.start] == 8.0
