"""What holds for every plan, on plans drawn at random: more is never worse, dearer is never used, units are nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from plans import flop_price, in_money, ledger_of, merged, rent_only, solved, times
from random_plans import Document, draw

from allocator.formulate.build import Formulation, formulate
from allocator.plan import load_plan
from allocator.solve.engine import solve as solve_program
from allocator.solve.options import Options
from allocator.solve.solution import Solution, Status

# Two optima, each known to 1e-6.
SAME = 2e-6
SEEDS = st.integers(0, 10**6)
ENOUGH = settings(
    max_examples=16, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)


@dataclass(frozen=True)
class Answer:
    gain: float
    bound: float
    tight: bool


def answer(document: Document) -> Answer | None:
    """First-pass optimum; None where no plan keeps the rules."""
    formulation = formulate(load_plan(document))
    solution = solve_program(formulation.program, Options(solver="highs", second_pass=False))
    if solution.status is Status.INFEASIBLE:
        return None
    assert solution.status is Status.OPTIMAL
    assert solution.objective is not None
    assert solution.bound is not None
    return Answer(solution.objective, solution.bound, is_tight(formulation, solution))


def is_tight(formulation: Formulation, solution: Solution) -> bool:
    """Whether the runway, a supply or the hiring has a price at the optimum."""
    program = formulation.program
    assert solution.duals is not None
    assert solution.reduced_costs is not None
    prices = [
        np.abs(solution.duals[block.index]) * program.row_scale[block.index]
        for block in program.rows
        if block.group == "runway.months" or block.group.endswith(".max")
    ]
    prices += [
        np.abs(np.minimum(-solution.reduced_costs[group.columns], 0.0)) * program.col_scale[group.columns]
        for group in program.bound_groups
        if group.name.endswith((".max", ".per_month"))
    ]
    return any(float(np.max(price, initial=0.0)) > 1e-5 for price in prices)


def plain(seed: int) -> Document:
    """A random plan without limits: a share of the total makes cheaper things worse."""
    document = draw(seed)
    document.pop("limits", None)
    return document


def never_worse(change: Callable[[Document, int], Document], source: Callable[[int], Document] = draw) -> None:
    """Hold every drawn plan against its changed self, and say that at least half of them were tested in earnest."""
    seen: list[bool] = []

    @ENOUGH
    @given(seed=SEEDS)
    def holds(seed: int) -> None:
        document = source(seed)
        base = answer(document)
        seen.append(base is not None and base.tight)
        if base is None:
            return
        better = answer(change(document, seed))
        assert better is not None
        assert better.gain >= base.gain - SAME

    holds()
    assert sum(seen) >= len(seen) / 2


def test_more_cash_is_never_worse() -> None:
    never_worse(lambda document, _: merged(document, {"plan": {"cash": document["plan"]["cash"] * 1.07}}))


CHEAPER: dict[str, Callable[[Document], Any]] = {
    "rent": lambda document: {"compute": {"cloud": {"price": times(document["compute"]["cloud"]["price"], 0.8)}}},
    "text": lambda document: {"data": {"text": {"price": times(document["data"]["text"]["price"], 0.5)}}},
    "salaries": lambda document: {
        "people": {"researchers": {"salary": times(document["people"]["researchers"]["salary"], 0.9)}}
    },
    "office": lambda document: {"costs": {"office": {"amount": 0.5 * document["costs"]["office"]["amount"]}}},
}


@pytest.mark.parametrize("what", CHEAPER)
def test_a_cheaper_price_is_never_worse(what: str) -> None:
    never_worse(lambda document, _: merged(document, CHEAPER[what](document)), plain)


def test_a_free_offer_is_never_worse() -> None:
    free = {"kind": "rent", "chip": "A100", "price": 0, "max": 20}
    never_worse(lambda document, _: merged(document, {"compute": {"gift": free}}))


LOOSER: dict[str, Callable[[Document], Any]] = {
    "supply of GPUs": lambda document: {"compute": {"cloud": {"max": 1.5 * document["compute"]["cloud"]["max"]}}},
    "supply of text": lambda document: {"data": {"text": {"max": 2 * document["data"]["text"]["max"]}}},
    "hiring": lambda document: {"people": {"researchers": {"max": 2 * document["people"]["researchers"]["max"]}}},
    "runway": lambda _: {"runway": {"months": 1}},
    "limit": lambda document: {"limits": {"rule": f"compute.spend <= {document['plan']['cash'] * 0.3}"}},
}


def with_rules(seed: int) -> Document:
    """A random plan that has every rule that `LOOSER` loosens."""
    document = plain(seed)
    capital = document["plan"]["cash"]
    return merged(
        document,
        {
            "compute": {"cloud": {"max": capital / document["plan"]["months"] / 1500}},
            "data": {"text": {"max": capital * 1e4}},
            "runway": {"months": 3},
            "limits": {"rule": f"compute.spend <= {capital * 0.2}"},
        },
    )


@pytest.mark.parametrize("what", LOOSER)
def test_a_looser_rule_is_never_worse(what: str) -> None:
    never_worse(lambda document, _: merged(document, LOOSER[what](document)), with_rules)


def test_an_offer_dearer_in_every_respect_is_never_used() -> None:
    used: list[float] = []

    @ENOUGH
    @given(seed=SEEDS)
    def holds(seed: int) -> None:
        document = plain(seed)
        cloud = merged(document["compute"]["cloud"], {"max": None, "lot": None})
        dear = merged(cloud, {"price": times(cloud["price"], 1.05)})
        changed = merged(document, {"compute": {"cloud": cloud, "dear": dear}})
        changed["compute"]["cloud"].pop("max", None)
        if answer(changed) is None:
            return
        result = solved(changed)
        ledger = ledger_of(result)
        spent = sum(ledger.spend["compute"]["dear"]["rent"])
        used.append(sum(ledger.spend["compute"]["cloud"]["rent"]))
        assert spent <= 1e-6 * document["plan"]["cash"]

    holds()
    assert sum(money > 0 for money in used) >= len(used) / 2


@pytest.mark.parametrize(("currency", "factor"), [("kUSD", 1e-3), ("MUSD", 1e-6)])
def test_keeping_the_books_in_larger_units_changes_nothing(currency: str, factor: float) -> None:
    tight: list[bool] = []

    @ENOUGH
    @given(seed=SEEDS)
    def holds(seed: int) -> None:
        document = plain(seed)
        base, other = answer(document), answer(in_money(document, factor, currency))
        tight.append(base is not None and base.tight)
        assert (base is None) == (other is None)
        if base is not None and other is not None:
            assert other.gain == pytest.approx(base.gain, abs=SAME)

    holds()
    assert sum(tight) >= len(tight) / 2


E_LOSS, ALPHA, BETA = 1.8172, 0.3478, 0.3658
GAMMA = ALPHA * BETA / (ALPHA + BETA)


@ENOUGH
@given(power=st.floats(5.0, 10.5), price=st.floats(0.5, 8.0), utilisation=st.floats(0.2, 0.6))
def test_with_compute_alone_the_law_sets_how_the_loss_falls(power: float, price: float, utilisation: float) -> None:
    cash = 10.0**power
    offer = {"compute": {"cloud": {"price": price, "utilisation": utilisation}}}
    formulation = formulate(load_plan(rent_only(cash, **offer)))
    once = solve_program(formulation.program, Options(solver="highs", second_pass=False))
    twice = answer(rent_only(2 * cash, **offer))
    assert once.objective is not None
    assert once.x is not None
    assert once.duals is not None
    assert twice is not None
    # The gain is -ln(L - E): 2^-gamma in L - E is gamma ln 2 in the gain.
    assert twice.gain - once.objective == pytest.approx(GAMMA * np.log(2.0), abs=SAME)
    dual = once.duals[formulation.program.row("Cash balance").start]
    assert dual == pytest.approx(GAMMA / cash, rel=1e-3)
    inputs = formulation.models["chat"].best_inputs(once.x)
    due_to_size = 482.01 * inputs["parameters"] ** -ALPHA
    assert due_to_size * np.exp(once.objective) == pytest.approx(BETA / (ALPHA + BETA), rel=1e-4)
    flop = 6.0 * inputs["parameters"] * inputs["tokens"]
    assert flop == pytest.approx(cash / flop_price(price, utilisation), rel=1e-5)


@ENOUGH
@given(seed=SEEDS)
def test_the_true_optimum_lies_between_the_plan_and_the_bound_of_any_looser_search(seed: int) -> None:
    document = draw(seed)
    exact = answer(document)
    if exact is None:
        return
    formulation = formulate(load_plan(document))
    rough = solve_program(formulation.program, Options(solver="highs", gap=1e-2, second_pass=False))
    assert rough.objective is not None
    assert rough.bound is not None
    assert rough.objective <= exact.bound + 1e-9
    assert rough.bound >= exact.gain - 1e-9


@pytest.mark.parametrize("step", [0.05, -0.02])
def test_the_price_of_cash_bounds_what_more_or_less_of_it_is_worth(step: float) -> None:
    # The optimum is concave in cash: its slope at the plan is never beaten on either side.
    priced: list[bool] = []

    @ENOUGH
    @given(seed=SEEDS)
    def holds(seed: int) -> None:
        document = draw(seed)
        formulation = formulate(load_plan(document))
        base = solve_program(formulation.program, Options(solver="highs", second_pass=False))
        if base.status is Status.INFEASIBLE:
            return
        assert base.bound is not None
        assert base.duals is not None
        cash = document["plan"]["cash"]
        monthly = (1.0 + document["plan"]["cash_yield"]) ** (1 / 12)
        slope = base.duals[formulation.program.row("Cash balance").start] * monthly
        moved = answer(merged(document, {"plan": {"cash": cash * (1.0 + step)}}))
        priced.append(slope * cash > 1e-4)
        if moved is not None:
            assert moved.gain <= base.bound + slope * cash * step + SAME

    holds()
    assert sum(priced) >= len(priced) / 2
