"""A model that serves is smaller and trained longer: the optimum against the closed condition, and ways around it."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from plans import Document, flop_price, gain, in_money, ledger_of, merged, rent_only, small_lab, solved

from allocator.errors import InfeasibleError, SolverError
from allocator.formulate.build import formulate
from allocator.formulate.curves import FloatArray
from allocator.formulate.model_block import ModelBlock
from allocator.formulate.path_prices import monthly_field
from allocator.formulate.paths import lay_out_paths
from allocator.formulate.program import Program
from allocator.plan import load_plan
from allocator.result.inputs import short_serving
from allocator.result.ledger import replay
from allocator.result.paths import certify_paths
from allocator.solve.cuts import initial_cuts
from allocator.solve.engine import solve as solve_program
from allocator.solve.highs import HighsSolver
from allocator.solve.incumbent import restored
from allocator.solve.master import Effort, Master
from allocator.solve.options import Options
from allocator.solve.scaling import scale
from allocator.solve.solution import Status

E, A, B, ALPHA, BETA = 1.8172, 482.01, 2085.43, 0.3478, 0.3658
# A thousandth of N or D, as the flat optimum allows.
FLAT = 1e-3
MONTHS_SERVED = 6


def serving(flop: float, items: float, utilisation: float = 0.4, **changes: Any) -> Document:
    """A budget of so many FLOP of training for compute alone; six months of serving after the deadline."""
    document = rent_only(
        flop * flop_price(),
        plan={"months": 6 + MONTHS_SERVED},
        models={"chat": {"serving": items, "serving_utilisation": utilisation}},
    )
    return merged(document, changes)


def best_size(flop: float, items: float, ratio: float) -> tuple[float, float]:
    """N and D that minimise A N^-a + B D^-b with 6 N D + ratio x 2 N S = flop, by the root of its derivative.

    D = flop / (6 N) - ratio S / 3 along the budget, so that the derivative in N vanishes where
    a A N^-a / N = b B D^-b / D x flop / (6 N^2): Sardana and Frankle 2023 (arXiv:2401.00448), as a budget.
    """
    served = MONTHS_SERVED * items

    def tokens(size: float) -> float:
        return flop / (6 * size) - ratio * served / 3

    def slope(size: float) -> float:
        data = tokens(size)
        return ALPHA * A * size**-ALPHA / size - BETA * B * data**-BETA / data * flop / (6 * size * size)

    low, high = 1e3, flop / (2 * ratio * served) * (1 - 1e-12) if served else flop / 6e3
    for _ in range(200):
        middle = math.sqrt(low * high)
        low, high = (middle, high) if slope(middle) > 0 else (low, middle)
    return low, tokens(low)


def least_cost(reducible: float, items: float, ratio: float) -> tuple[float, float]:
    """N that minimises 6 N D + ratio x 2 N S for a loss, and that cost, by golden section: their own formulation."""
    served = MONTHS_SERVED * items

    def cost(log_size: float) -> float:
        size = math.exp(log_size)
        rest = reducible - A * size**-ALPHA
        return math.inf if rest <= 0 else 6 * size * (B / rest) ** (1 / BETA) + ratio * 2 * size * served

    low = math.log((A / reducible) ** (1 / ALPHA)) + 1e-9
    high, step = low + 15.0, (math.sqrt(5) - 1) / 2
    for _ in range(200):
        left, right = high - step * (high - low), low + step * (high - low)
        low, high = (low, right) if cost(left) < cost(right) else (left, high)
    return math.exp(low), cost(low)


def reducible(parameters: float, tokens: float) -> float:
    return A * parameters**-ALPHA + B * tokens**-BETA


@pytest.mark.parametrize("items", [0.0, 1e10, 3e11, 1e13])
@pytest.mark.parametrize(("flop", "utilisation"), [(1e23, 0.4), (1e25, 0.1)])
def test_size_and_tokens_are_those_of_the_closed_condition(flop: float, utilisation: float, items: float) -> None:
    chat = solved(serving(flop, items, utilisation)).model("chat")
    parameters, tokens = best_size(flop, items, 0.4 / utilisation)
    assert chat.value - E == pytest.approx(reducible(parameters, tokens), rel=1e-6)
    assert chat.inputs["parameters"] == pytest.approx(parameters, rel=FLAT)
    assert chat.inputs["tokens"] == pytest.approx(tokens, rel=FLAT)


@pytest.mark.parametrize("items", [1e10, 1e12])
def test_no_other_size_reaches_the_same_loss_for_less_training_and_serving(items: float) -> None:
    chat = solved(serving(1e24, items)).model("chat")
    parameters, cost = least_cost(chat.value - E, items, 1.0)
    assert chat.inputs["parameters"] == pytest.approx(parameters, rel=FLAT)
    assert cost == pytest.approx(1e24, rel=1e-5)


def test_the_least_capital_for_a_loss_is_that_of_training_and_serving_together() -> None:
    reached = solved(serving(1e24, 1e12)).model("chat").value
    document = serving(1e24, 1e12, objective={"goal": "capital"}, models={"chat": {"target": reached}})
    chat = solved(document).model("chat")
    parameters, cost = least_cost(reached - E, 1e12, 1.0)
    assert chat.inputs["parameters"] == pytest.approx(parameters, rel=FLAT)
    assert chat.compute_flop + chat.serving_flop == pytest.approx(cost, rel=1e-5)


def test_the_more_is_served_the_smaller_the_model_and_the_longer_its_training() -> None:
    served = [solved(serving(1e24, items)).model("chat") for items in (0.0, 1e11, 1e12, 1e13)]
    sizes = [chat.inputs["parameters"] for chat in served]
    assert sizes == sorted(sizes, reverse=True)
    ratios = [chat.tokens_per_parameter for chat in served]
    assert ratios == sorted(ratios)
    assert [chat.value for chat in served] == sorted(chat.value for chat in served)


@pytest.mark.parametrize("solver", ["clarabel", "cbc", "cvxpy:CLARABEL"])
def test_exact_cones_and_tangents_agree_on_a_model_that_serves(solver: str) -> None:
    document = serving(1e24, 1e12)
    assert gain(solved(document, solver=solver)) == pytest.approx(gain(solved(document)), abs=1e-6)


@pytest.mark.parametrize(("factor", "currency"), [(1e-3, "kUSD"), (1e-6, "MUSD")])
def test_the_unit_of_money_changes_nothing_of_what_is_served(factor: float, currency: str) -> None:
    here, there = solved(serving(1e24, 1e12)), solved(in_money(serving(1e24, 1e12), factor, currency))
    assert gain(there) == pytest.approx(gain(here), abs=1e-6)
    assert there.model("chat").serving_flop == pytest.approx(here.model("chat").serving_flop, rel=FLAT)


# ---- The true curve, where tangents would ask for too little ------------------------------------------------


def first_point(document: Document) -> tuple[Program, FloatArray]:
    """The point of the first round: the optimum over the first tangents, before any is added where it is needed."""
    formulation = formulate(load_plan(document))
    scaled = scale(formulation.program)
    answer = Master(scaled, HighsSolver(), initial_cuts(scaled.curves), Effort()).solve()
    assert answer.x is not None
    return formulation.program, answer.x


def test_tangents_alone_serve_a_model_of_this_size_with_too_little_and_the_plan_is_made_exact() -> None:
    program, x = first_point(serving(1e24, 1e12))
    log, size = x[program.column("models.chat.log").start], x[program.column("models.chat.size").start]
    assert math.exp(log) > 1.05 * size
    plan = restored(scale(program), x)
    assert plan is not None
    held = plan.x[program.column("models.chat.size").start]
    assert math.exp(plan.x[program.column("models.chat.log").start]) <= held * (1 + 1e-12)
    assert held <= size * (1 + 1e-9)


def without_the_size_that_is_served(block: ModelBlock, point: FloatArray) -> dict[str, float]:
    return block.law.best(block.effective_compute(point), block.at_hand(point))


def test_without_that_repair_no_point_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    program, x = first_point(serving(1e24, 1e12))
    monkeypatch.setattr(ModelBlock, "own_inputs", without_the_size_that_is_served)
    assert restored(scale(program), x) is None
    with pytest.raises(SolverError):
        solved(serving(1e24, 1e12))


def test_a_size_above_what_is_served_is_refused_by_the_audit() -> None:
    result = solved(serving(1e24, 1e12))
    plan, inputs = result.plan, dict(result.decisions["models"]["chat"]["inputs"])
    law = formulate(plan).models["chat"].law
    assert short_serving(plan, "chat", law, inputs, ledger_of(result)) == []
    inputs["parameters"] *= 1.00001
    said = short_serving(plan, "chat", law, inputs, ledger_of(result))
    assert len(said) == MONTHS_SERVED
    assert "chat: serving 1e+12 items in 2027-03 takes" in said[0]


# ---- What serving takes, and ways around it --------------------------------------------------------------------


def test_serving_takes_two_flop_a_parameter_and_item_from_the_month_after_the_deadline_on() -> None:
    items = {"2026-09": 5e11, "2027-04": 1e12, "2027-06": 0}
    result = solved(serving(1e24, items))  # type: ignore[arg-type]
    size = result.model("chat").inputs["parameters"]
    served = ledger_of(result).serving_flop["chat"]
    asked = [0.0] * 6 + [5e11, 1e12, 1e12, 0.0, 0.0, 0.0]
    assert served == pytest.approx([2 * size * each for each in asked], rel=1e-9)


def test_serving_and_a_successor_in_training_share_the_gpus_of_a_month() -> None:
    document = serving(
        1e24,
        1e12,
        compute={"cloud": {"max": 60}},
        models={"next": {"law": "chinchilla-replication", "deadline": 10, "training_months": 3}},
    )
    result = solved(document)
    ledger = ledger_of(result)
    assert ledger.violations == []
    busy = [month for month in range(7, 10) if ledger.used_flop[month] > 0.999 * ledger.delivered_flop[month]]
    assert busy
    # Were they served with GPUs that train, the books would show more use than there is.
    twice = {**result.decisions, "models": dict(result.decisions["models"])}
    following = dict(twice["models"]["next"])
    following["compute"] = [flop * 1.01 for flop in following["compute"]]
    twice["models"]["next"] = following
    assert any("compute used" in sentence for sentence in replay(result.plan, twice).violations)


def test_nothing_is_served_by_a_plan_without_gpus_after_the_launch_and_the_rule_is_named() -> None:
    document = serving(1e24, 1e12, compute={"cloud": {"max": {"2026-09": 2_000, "2027-03": 0}}})
    with pytest.raises(InfeasibleError, match=r"models\.chat\.serving"):
        solved(document)


def test_the_burn_of_serving_goes_on_after_the_horizon() -> None:
    result = solved(serving(1e24, 1e12, runway={"months": 6}))
    ledger = ledger_of(result)
    last = ledger.spent("compute")[-1]
    assert last > 0
    assert ledger.closing_burn == pytest.approx(max(last, sum(ledger.burn) / 12))
    assert ledger.cash[-1] >= 6 * last * (1 - 1e-9)


def test_a_demand_too_large_for_any_real_size_leaves_a_tiny_model_not_a_wrong_one() -> None:
    result = solved(serving(1e22, 1e17))
    chat = result.model("chat")
    assert chat.inputs["parameters"] < 1e6
    assert ledger_of(result).violations == []
    assert result.certificate.law_reevaluated["chat"]["difference"] < 1e-9


def test_serving_at_another_share_of_peak_than_training_takes_more_of_a_gpu() -> None:
    result = solved(serving(1e24, 1e12, utilisation=0.1))
    ledger = ledger_of(result)
    for month in range(6, 12):
        assert ledger.used_flop[month] == pytest.approx(4 * ledger.serving_flop["chat"][month])
    served = [row for row in result.tables["use"] if row["use"] == "serving"]
    assert sum(row["money"] for row in served) == pytest.approx(sum(ledger.spent("compute")[6:]), rel=1e-9)


def test_a_model_on_repeated_data_is_served_too_and_is_the_smaller_for_it() -> None:
    changes: dict[str, Any] = {
        "data": {"text": {"now": 1e11}},
        "models": {"chat": {"law": "muennighoff"}},
    }
    idle, served = (solved(serving(1e23, items, **changes)) for items in (0.0, 1e12))
    assert served.model("chat").inputs["parameters"] < 0.9 * idle.model("chat").inputs["parameters"]
    size = served.model("chat").inputs["parameters"]
    assert ledger_of(served).serving_flop["chat"][-1] == pytest.approx(2 * size * 1e12, rel=1e-9)


def test_an_image_is_classified_in_one_pass_where_training_saw_it_ninety_times() -> None:
    # 8.2e9 FLOP forward for 25.6e6 parameters, 320.3 a parameter and image (He et al. 2016).
    document = serving(
        1e20,
        1e7,
        data={"text": None, "photos": {"unit": "image", "price": 0, "now": 1e6, "max": 0}},
        models={"chat": {"law": "images-and-size", "measured": {"images": 1e5, "parameters": 25.6e6, "value": 0.35}}},
    )
    result = solved(document)
    size = result.model("chat").inputs["parameters"]
    assert ledger_of(result).serving_flop["chat"][-1] == pytest.approx(8.2e9 / 25.6e6 * size * 1e7, rel=1e-9)


def test_what_serving_takes_is_named_with_its_price() -> None:
    lines = [line for line in solved(serving(1e24, 1e12)).binding if line.startswith("models.chat.serving")]
    # A hundredth of the items less is worth what it frees for training: by the envelope, a finite difference.
    fewer = solved(serving(1e24, 0.99e12)).model("chat").value - solved(serving(1e24, 1e12)).model("chat").value
    assert lines == [
        f"models.chat.serving (2027-03 to 2027-08, 6 months): 1 % fewer items lowers the loss by {-fewer:.2g}"
    ]


def test_a_model_served_from_its_last_training_month_on_is_never_asked_before_its_deadline() -> None:
    early = solved(serving(1e24, {"2026-09": 1e15, "2027-03": 1e11}))  # type: ignore[arg-type]
    late = solved(serving(1e24, 1e11))
    assert gain(early) == pytest.approx(gain(late), abs=1e-9)


def test_gpus_of_two_utilisations_are_split_by_offer_and_serving_goes_where_it_costs_least() -> None:
    # Both cost the same an hour; one trains at half the share of peak, and serves as well as the other.
    document = serving(1e24, 1e12, compute={"slow": {"kind": "rent", "chip": "H100", "price": 2.4, "utilisation": 0.2}})
    result = solved(document)
    on = result.decisions["models"]["chat"]
    assert sum(on["compute_on"]["cloud"]) == pytest.approx(sum(on["compute"]), rel=1e-9)
    assert sum(on["serving_on"]["slow"]) == pytest.approx(sum(on["serving"]), rel=1e-9)
    assert ledger_of(result).violations == []


def test_a_model_is_served_on_every_price_path_by_what_that_path_affords() -> None:
    plan = load_plan(
        merged(small_lab(), {"models": {"chat": {"deadline": 8, "serving": 1e12, "serving_utilisation": 0.2}}})
    )
    moves = np.random.default_rng(5).normal(0.0, 0.3, (3, plan.plan.months))
    moves[:, :4] = 0.0
    field = "compute.cloud.price"
    paths = lay_out_paths(plan, {field: monthly_field(plan, field) * np.exp(moves)}, first=4)
    solution = solve_program(paths.program, Options(second_pass=False))
    assert solution.status is Status.OPTIMAL
    assert certify_paths(paths, solution)
