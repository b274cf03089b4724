"""Programs cheat where their horizon ends. Each way was seen to pay; each has a rule, held here to its purpose.

Every test takes the rule out of the program, sees the optimum gain by it, and sees the ledger refuse what it did.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from edits import lowered, optimum, with_flows, without_burn_from_the_books, without_rows
from plans import Document, ledger_of, small_lab, solved

from allocator.formulate.build import Formulation, formulate
from allocator.formulate.program import Program
from allocator.plan import load_plan
from allocator.result.ledger import Ledger

# A factor e^0.0005 of the reducible loss: a third of a percent of compute at the exponents of the law.
WORTH_CHEATING = 5e-4


def honest_and_cheating(
    document: Document, cheat: Callable[[Formulation], Callable[[Program], Program]]
) -> tuple[Ledger, Ledger]:
    """Books of the optimum with the rule and of the optimum without it, which must be better."""
    formulation = formulate(load_plan(document))
    with_rule, honest = optimum(formulation)
    without_rule, cheating = optimum(formulation, cheat(formulation))
    assert honest.violations == []
    assert without_rule > with_rule + WORTH_CHEATING
    return honest, cheating


def test_spending_nothing_in_the_last_month_does_not_lower_the_burn_after_it() -> None:
    document = small_lab(
        runway={"months": 6, "basis": "forward"},
        models={"chat": {"deadline": 12}},
    )
    honest, cheating = honest_and_cheating(
        document,
        lambda _: lambda program: without_burn_from_the_books(without_rows(program, "Burn after the horizon", [1])),
    )
    assert cheating.burn[-1] < 0.5 * np.mean(cheating.burn)
    assert honest.cash[-1] >= 6 * np.mean(honest.burn) * (1 - 1e-7)
    assert cheating.cash[-1] < 6 * np.mean(cheating.burn) * 0.9
    assert any("end of the plan" in violation for violation in cheating.violations)


def test_a_quiet_year_before_a_dear_last_month_does_not_lower_the_burn_after_it() -> None:
    document = small_lab(
        runway={"months": 3, "basis": "forward"},
        compute={"cloud": {"price": {"start": 2.5, "yearly_change": -0.6}}},
        models={"chat": {"deadline": 12}},
    )
    honest, cheating = honest_and_cheating(
        document,
        lambda _: lambda program: without_burn_from_the_books(without_rows(program, "Burn after the horizon", [0])),
    )
    assert honest.cash[-1] >= 3 * honest.burn[-1] * (1 - 1e-7)
    assert cheating.cash[-1] < 3 * cheating.burn[-1] * 0.9
    assert any("end of the plan" in violation for violation in cheating.violations)


def test_selling_gpus_is_no_negative_burn() -> None:
    document = small_lab(
        plan={"cash": 6e6},
        runway={"months": 6, "window": 1},
        compute={"owned": {"kind": "buy", "flops": "1 TFLOP/s", "price": 25e3, "now": 200, "resale": 0.7}},
    )
    honest, cheating = honest_and_cheating(
        document,
        lambda formulation: (
            lambda program: without_burn_from_the_books(with_flows(program, "Net burn", formulation.received, 1.0))
        ),
    )
    assert sum(honest.resale["owned"]) > 0
    bought = honest.spend["compute"]["owned"]["purchase"]
    assert honest.burn == pytest.approx([honest.total_spend[month] - bought[month] for month in range(12)])
    assert any("runway" in violation for violation in cheating.violations)


HIDDEN = {
    "acquisition": small_lab(runway={"months": 4, "window": 12}),
    "upfront": small_lab(
        runway={"months": 4, "window": 3},
        compute={
            "cloud": None,
            "contract": {"kind": "reserve", "flops": "989 TFLOP/s", "price": 2.0, "term": 3, "upfront": 1.0},
        },
    ),
    "hiring": small_lab(
        plan={"cash": 8e6},
        runway={"months": 6, "window": 12},
        people={"researchers": {"now": 3, "max": 20, "hiring": {"cost": 150e3, "per_month": 6}}},
        models={"chat": {"research_effect": 1.0}},
    ),
}


@pytest.mark.parametrize("line", HIDDEN)
def test_data_upfront_payments_and_hiring_are_burn(line: str) -> None:
    def hide(formulation: Formulation) -> Callable[[Program], Program]:
        flows = [flow for flow in formulation.spending if flow.line == line]
        assert flows
        return lambda program: without_burn_from_the_books(with_flows(program, "Net burn", flows, 1.0))

    honest, cheating = honest_and_cheating(HIDDEN[line], hide)
    paid = [item[line] for category in honest.spend.values() for item in category.values() if line in item]
    assert sum(map(sum, paid)) > 0
    assert any("runway" in violation for violation in cheating.violations)


def test_what_a_contract_owes_beyond_the_horizon_is_paid_in_the_last_month() -> None:
    document = small_lab(
        compute={
            "cloud": None,
            "contract": {"kind": "reserve", "flops": "989 TFLOP/s", "price": 2.0, "term": 12},
        }
    )

    def forget(formulation: Formulation) -> Callable[[Program], Program]:
        tails = [flow for flow in formulation.spending if flow.line == "tail"]
        assert tails
        return lambda program: with_flows(program, "Spending on compute", tails, 1.0)

    honest, cheating = honest_and_cheating(document, forget)
    assert honest.spend["compute"]["contract"]["tail"][-1] > 0
    assert any("cash" in violation for violation in cheating.violations)


def test_staff_are_not_drained_once_research_no_longer_counts() -> None:
    document = small_lab(
        plan={"cash": 6e6, "months": 18},
        people={"researchers": {"now": 10, "min": 0, "attrition": 0.6, "hiring": {"per_month": 5}}},
        models={"chat": {"deadline": 9, "research_effect": 0.3}},
    )
    honest, cheating = honest_and_cheating(
        document, lambda _: lambda program: without_rows(program, "Staff kept: researchers")
    )
    assert min(honest.heads["researchers"][6:]) >= honest.heads["researchers"][5] * (1 - 1e-9)
    assert cheating.heads["researchers"][-1] < 0.6 * cheating.heads["researchers"][5]
    assert any("to be kept from" in violation for violation in cheating.violations)


def test_a_run_is_not_burnt_in_one_day() -> None:
    document = small_lab(
        compute={"cloud": {"price": {"start": 2.5, "yearly_change": -0.5}, "max": None}},
        models={"chat": {"training_months": 5}},
    )
    honest, cheating = honest_and_cheating(
        document, lambda _: lambda program: without_rows(program, "No run in one day: chat")
    )
    assert max(honest.used_flop) <= 0.4 * sum(honest.used_flop) * (1 + 1e-7)
    assert max(cheating.used_flop) > 0.9 * sum(cheating.used_flop)
    assert any("above twice its even share" in violation for violation in cheating.violations)


def test_a_forward_runway_counts_no_later_round_though_it_is_signed() -> None:
    document = small_lab(
        plan={"cash": 6e6},
        runway={"months": 5, "basis": "forward"},
        funding={"series-a": {"kind": "equity", "amount": 12e6, "month": 9}},
        models={"chat": {"deadline": 8}},
    )
    coming = np.array([12e6 if month < 9 <= month + 5 else 0.0 for month in range(1, 13)])
    honest, cheating = honest_and_cheating(document, lambda _: lambda program: lowered(program, "Runway", coming))
    assert min(honest.cash[:8]) > 1e5
    assert min(cheating.cash[:8]) < min(honest.cash[:8])
    assert any("forward runway" in violation for violation in cheating.violations)


# ---- Both bases bind in mid-horizon, not only at its end --------------------------------------------------


@pytest.mark.parametrize("basis", ["trailing", "forward"])
def test_the_runway_binds_in_mid_horizon(basis: str) -> None:
    document = small_lab(
        plan={"cash": 6e6, "months": 18},
        runway={"months": 4, "basis": basis},
        funding={"series-b": {"kind": "equity", "amount": 30e6, "month": 11}},
        models={"chat": {"deadline": 9}},
    )
    formulation = formulate(load_plan(document))
    with_rule, ledger = optimum(formulation)
    tight = [month for month in range(18) if ledger.cash[month] <= ledger.required[month] * (1 + 1e-5) + 1.0]
    assert tight
    assert max(tight) < 12
    without_rule, _ = optimum(formulation, lambda program: without_rows(program, "Runway"))
    assert without_rule > with_rule + WORTH_CHEATING


def test_a_model_that_counts_for_nothing_does_not_let_staff_drain() -> None:
    document = small_lab(
        plan={"months": 18},
        people={"researchers": {"min": 0, "attrition": 0.5, "research": 1.0}},
        models={
            "chat": {"deadline": 9, "research_effect": 0.3},
            "dummy": {"law": "chinchilla-replication", "deadline": 18, "weight": 0.0},
        },
    )
    heads = ledger_of(solved(document)).heads["researchers"]
    assert min(heads[9:]) >= heads[8] - 1e-6
