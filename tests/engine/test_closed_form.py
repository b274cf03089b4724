"""A budget that buys compute alone has a closed-form optimum; the engine must find it, in any unit and on any scale."""

from __future__ import annotations

import math

import pytest
from plans import flop_price, gain, in_money, ledger_of, merged, rent_only, small_lab, solved

from allocator.formulate.build import formulate
from allocator.plan import load_plan
from allocator.result.result import Result
from allocator.solve.engine import solve as solve_program
from allocator.solve.options import Options

E, A, B, ALPHA, BETA = 1.8172, 482.01, 2085.43, 0.3478, 0.3658
GAMMA = ALPHA * BETA / (ALPHA + BETA)
CHINCHILLA_FLOP = 5.76e23
FLOPS = [1e21, 1e23, CHINCHILLA_FLOP, 1e26]
# A thousandth of N or D at the flat optimum.
FLAT = 1e-3


def optimum(flop: float) -> tuple[float, float, float]:
    """N, D and L - E that minimise A N^-alpha + B D^-beta with 6 N D = flop (Hoffmann et al. 2022, eq. 4)."""
    share = (ALPHA * A / (BETA * B)) ** (1.0 / (ALPHA + BETA))
    parameters = share * (flop / 6.0) ** (BETA / (ALPHA + BETA))
    tokens = flop / 6.0 / parameters
    return parameters, tokens, A * parameters**-ALPHA + B * tokens**-BETA


@pytest.mark.parametrize("flop", FLOPS)
def test_a_budget_of_compute_alone_reaches_the_closed_form(flop: float) -> None:
    result = solved(rent_only(flop * flop_price()))
    parameters, tokens, reducible = optimum(flop)
    chat = result.model("chat")
    assert chat.value - E == pytest.approx(reducible, rel=1e-6)
    assert chat.inputs["parameters"] == pytest.approx(parameters, rel=FLAT)
    assert chat.inputs["tokens"] == pytest.approx(tokens, rel=FLAT)
    # The second pass saves the millionth of compute that the loss does not feel.
    assert chat.compute_flop == pytest.approx(flop, rel=2e-6)


@pytest.mark.parametrize("factor", [1e-3, 1e3])
@pytest.mark.parametrize("flop", FLOPS)
def test_the_optimum_does_not_depend_on_the_point_the_program_is_scaled_on(flop: float, factor: float) -> None:
    formulation = formulate(load_plan(rent_only(flop * flop_price())), reference_factor=factor)
    solution = solve_program(formulation.program, Options(solver="highs"))
    parameters, tokens, reducible = optimum(flop)
    assert solution.objective == pytest.approx(-math.log(reducible), abs=1e-6)
    assert solution.x is not None
    inputs = formulation.models["chat"].best_inputs(solution.x)
    assert inputs["parameters"] == pytest.approx(parameters, rel=FLAT)
    assert inputs["tokens"] == pytest.approx(tokens, rel=FLAT)


def test_at_the_optimum_model_size_causes_the_share_of_the_loss_that_the_exponents_say() -> None:
    chat = solved(rent_only(1e24 * flop_price())).model("chat")
    due_to_size = A * chat.inputs["parameters"] ** -ALPHA
    assert due_to_size / (chat.value - E) == pytest.approx(BETA / (ALPHA + BETA), rel=1e-4)


@pytest.mark.parametrize("cash", [10.0**power for power in range(5, 12)])
def test_budgets_from_a_hundred_thousand_to_a_hundred_billion_reach_the_asked_gap(cash: float) -> None:
    result = solved(rent_only(cash), gap=1e-6)
    _, _, reducible = optimum(cash / flop_price())
    assert result.status == "optimal"
    assert result.objective["gap"] <= 1e-6
    assert gain(result) == pytest.approx(-math.log(reducible), abs=1e-6)


def _lab_in(currency: str, factor: float) -> dict[str, object]:
    document = small_lab(
        runway={"months": 3},
        data={"text": {"price": 2e-6, "storage": 1e-9, "processing": 1e-7}},
        compute={"owned": {"kind": "buy", "chip": "H100", "price": 30e3, "running": 200, "resale": 0.5, "lead": 2}},
        people={"researchers": {"max": 14, "hiring": {"cost": 20e3, "delay": 1}, "attrition": 0.1}},
        revenue={"sales": {"amount": {"start": 1e5, "yearly_change": 0.2}}},
        models={"chat": {"research_effect": 0.2}},
    )
    return in_money(document, factor, currency)


def test_books_kept_in_dollars_thousands_or_millions_give_the_same_plan() -> None:
    results = [solved(_lab_in(*unit)) for unit in (("USD", 1.0), ("kUSD", 1e-3), ("MUSD", 1e-6))]
    base = results[0]
    for factor, other in zip((1e-3, 1e-6), results[1:], strict=True):
        assert gain(other) == pytest.approx(gain(base), abs=1e-6)
        for name in ("parameters", "tokens"):
            assert other.model("chat").inputs[name] == pytest.approx(base.model("chat").inputs[name], rel=FLAT)
        assert _spent(other) == pytest.approx(_spent(base) * factor, rel=1e-6)


def _spent(result: Result) -> float:
    return sum(ledger_of(result).total_spend)


def test_another_price_of_compute_moves_only_the_budget_it_buys() -> None:
    dear = solved(merged(rent_only(2e6), {"compute": {"cloud": {"price": 5.0}}}))
    cheap = solved(rent_only(1e6))
    assert gain(dear) == pytest.approx(gain(cheap), abs=1e-6)


@pytest.mark.parametrize("cash", [1e6, 1e9])
def test_a_doubled_budget_lowers_the_reducible_loss_by_the_exponent_and_the_price_of_cash_says_so(cash: float) -> None:
    once, twice = solved(rent_only(cash)), solved(rent_only(2 * cash))
    ratio = (twice.model("chat").value - E) / (once.model("chat").value - E)
    assert ratio == pytest.approx(2.0**-GAMMA, rel=2e-6)

    formulation = formulate(load_plan(rent_only(cash)))
    solution = solve_program(formulation.program, Options(solver="highs"))
    assert solution.duals is not None
    first_month = formulation.program.row("Cash balance").start
    # The gain is -ln(L - E): its slope is gamma / budget where that of L is -gamma (L - E) / budget.
    assert solution.duals[first_month] == pytest.approx(GAMMA / cash, rel=1e-3)


def test_the_same_plan_solved_twice_is_the_same_to_the_bit() -> None:
    once, twice = (solved(_lab_in("USD", 1.0)) for _ in range(2))
    assert once.decisions == twice.decisions
    assert once.objective == twice.objective
