"""Ways to cheat with tiers, machines, hands, retention and layoffs: each pays, each has a rule, each is refused.

Every test takes the rule out of the program, sees the optimum gain by it, and sees the ledger refuse what it did.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from edits import optimum, with_flows, without_rows
from plans import Document, audited, ledger_of, merged, small_lab, solved

from allocator.formulate.build import Formulation, formulate
from allocator.formulate.program import Program
from allocator.plan import load_plan
from allocator.result.ledger import Ledger

WORTH_CHEATING = 5e-4
RESEARCH = {"chat": {"research_effect": 0.4}}


def honest_and_cheating(
    document: Document, cheat: Callable[[Formulation, Program], Program], worth: float = WORTH_CHEATING
) -> tuple[Ledger, Ledger]:
    """Books of the optimum with the rule and of the optimum without it, which must be better."""
    formulation = formulate(load_plan(document))
    with_rule, honest = optimum(formulation)
    without_rule, cheating = optimum(formulation, lambda program: cheat(formulation, program))
    assert honest.violations == []
    assert without_rule > with_rule + worth
    assert cheating.violations
    return honest, cheating


def as_bought(program: Program) -> Program:
    """The tiers as the solver chose them, not put in order."""
    return replace(program, adjustments=())


def in_tiers(tiers: list[list[float]], **source: Any) -> Document:
    return {"text": {"price": None, "max": None, "now": 0.0, "tiers": tiers, **source}}


FALLING = in_tiers([[200e9, 4e-6], [1.5e12, 3e-6], [50e12, 0.2e-6]])


def test_a_cheap_tier_is_not_bought_before_the_dear_one_is_used_up() -> None:
    _, cheating = honest_and_cheating(
        small_lab(data=FALLING),
        lambda _, program: as_bought(
            without_rows(without_rows(program, "Open: tier 2 of text"), "Open: tier 3 of text")
        ),
    )
    assert any("cash" in violation for violation in cheating.violations)


def test_a_discount_is_not_reached_without_buying_what_leads_to_it() -> None:
    _, cheating = honest_and_cheating(
        small_lab(data=FALLING),
        lambda _, program: as_bought(
            without_rows(without_rows(program, "Used up: tier 1 of text"), "Used up: tier 2 of text")
        ),
    )
    assert any("cash" in violation for violation in cheating.violations)


def test_dear_items_are_not_paid_early_to_have_burnt_less_lately() -> None:
    """With a runway, an order that the program chooses itself is worth something even where prices rise."""
    # so much a month that items are bought in all fifteen months before the training; the end looks back on twelve
    document = small_lab(
        plan={"cash": 12e6, "months": 18},
        runway={"months": 6, "window": 12},
        data=in_tiers([[1.2e12, 0.2e-6], [2e12, 2.5e-6]], per_month=160e9),
        models={"chat": {"deadline": 18}},
    )

    def any_order(_: Formulation, program: Program) -> Program:
        return as_bought(without_rows(without_rows(program, "Open: tier 2 of text"), "Used up: tier 1 of text"))

    _, cheating = honest_and_cheating(document, any_order, worth=1e-4)
    assert any("runway" in violation for violation in cheating.violations)


def test_tiers_of_a_rising_price_are_put_in_order_where_any_order_is_as_good() -> None:
    formulation = formulate(load_plan(small_lab(data=in_tiers([[300e9, 1e-6], [900e9, 2e-6]], per_month=300e9))))
    program = formulation.program
    assert not program.has_column("data.text.tier-1.used-up")
    point = program.col_lower.clip(0.0) * 0.0
    first, second = (program.column(f"data.text.tier-{number}").index for number in (1, 2))
    point[second[:2]], point[first[2]] = 100e9, 250e9
    restored = program.restore(point)
    assert restored[first[:4]] == pytest.approx([100e9, 100e9, 100e9, 0.0])
    assert restored[second[:4]] == pytest.approx([0.0, 0.0, 150e9, 0.0])
    assert restored[program.column("data.text.bought").index[:3]] == pytest.approx([100e9, 100e9, 250e9])


def test_machines_do_nothing_before_they_are_there() -> None:
    document = small_lab(data={"text": {"automation": {"cost": 3e-6, "price": 1e-7, "lead": 6}}})
    _, cheating = honest_and_cheating(document, lambda _, program: without_rows(program, "Automated text"))
    assert any("above the capacity of 0" in violation for violation in cheating.violations)


def test_what_arrives_does_not_pass_the_hands_by() -> None:
    document = small_lab(people={"labellers": {"salary": 10e3, "now": 2, "handles": "40 Gtoken/month"}})
    _, cheating = honest_and_cheating(document, lambda _, program: without_rows(program, "Handling of tokens"))
    assert any("above the hands of" in violation for violation in cheating.violations)


def test_nobody_is_hired_by_keeping_those_who_would_not_leave() -> None:
    role = {
        "max": 40,
        "attrition": 0.1,
        "hiring": {"cost": 300e3, "ramp": 6},
        "retention": {"max": 300e3, "keeps": 1 / 20e3},
    }
    document = small_lab(people={"researchers": role}, models=RESEARCH)
    honest, cheating = honest_and_cheating(
        document, lambda _, program: without_rows(program, "Leavers kept: researchers")
    )
    assert min(honest.leavers["researchers"]) >= -1e-9
    assert min(cheating.leavers["researchers"]) < -1
    assert any("above the leavers who can be kept" in violation for violation in cheating.violations)


def test_retention_costs_nothing_in_months_in_which_nobody_would_leave() -> None:
    role = {
        "now": 0,
        "min": 0,
        "max": 8,
        "attrition": 0.3,
        "hiring": {"cost": 50e3, "delay": 3},
        "retention": {"max": 50e3, "keeps": 1 / 1e3},
    }
    _, ledger = audited(people={"researchers": role}, models=RESEARCH)
    # nobody is there until month 4, so nobody would leave until month 5
    assert ledger.spend["people"]["researchers"]["retention"][:4] == [0.0] * 4
    assert ledger.spend["people"]["researchers"]["retention"][4] > 0


def test_a_dismissal_is_not_free() -> None:
    document = small_lab(people={"researchers": {"min": 0, "layoff": 6}})

    def unpaid(formulation: Formulation, program: Program) -> Program:
        severance = [flow for flow in formulation.spending if flow.line == "severance"]
        assert severance
        return with_flows(program, "Spending on people", severance, 1.0)

    _, cheating = honest_and_cheating(document, unpaid)
    assert sum(cheating.spend["people"]["researchers"]["severance"]) > 5e5
    assert any("cash" in violation for violation in cheating.violations)


@pytest.mark.parametrize("attrition", [0.0, 0.3])
def test_without_a_layoff_heads_fall_by_attrition_alone(attrition: float) -> None:
    _, ledger = audited(people={"researchers": {"min": 0, "attrition": attrition, "research": 0.0}})
    stays = (1 - attrition) ** (1 / 12)
    heads = [10.0, *ledger.heads["researchers"]]
    assert all(after >= before * stays - 1e-9 for before, after in pairwise(heads))


@pytest.mark.parametrize("attrition", [0.0, 0.3])
def test_staff_are_not_laid_off_for_the_months_after_the_last_training(attrition: float) -> None:
    role = {"min": 0, "max": 14, "layoff": 0.5, "attrition": attrition}
    document = small_lab(plan={"cash": 6e6, "months": 18}, people={"researchers": role}, models=RESEARCH)

    def may_go(_: Formulation, program: Program) -> Program:
        upper = program.col_upper.copy()
        upper[program.column("people.researchers.laid-off").index] = np.inf
        return without_rows(replace(program, col_upper=upper), "Staff kept: researchers")

    honest, cheating = honest_and_cheating(document, may_go)
    assert min(honest.heads["researchers"][6:]) >= honest.heads["researchers"][6] - 1e-6
    assert cheating.heads["researchers"][-1] < 1
    assert any("once the last training begins" in violation for violation in cheating.violations)


def test_staff_are_not_laid_off_just_before_the_last_training_either() -> None:
    """Two months of research given up, and half a year of pay saved: those let go count as staff to be kept."""
    document = small_lab(people={"researchers": {"min": 0, "max": 14, "layoff": 0}}, models=RESEARCH)

    def forgotten(_: Formulation, program: Program) -> Program:
        matrix = program.matrix.tolil(copy=True)
        rows = program.row("Staff kept: researchers").index
        for column in program.column("people.researchers.laid-off").index:
            matrix[rows, column] = 0.0
        return replace(program, matrix=matrix.tocsc())

    honest, cheating = honest_and_cheating(document, forgotten)
    assert honest.heads["researchers"][-1] > 0.7 * max(honest.heads["researchers"])
    assert cheating.heads["researchers"][-1] < 0.1 * max(cheating.heads["researchers"])
    assert any("to be kept from" in violation for violation in cheating.violations)


def test_the_second_pass_lays_nobody_off_for_the_months_after_it() -> None:
    document = small_lab(
        plan={"months": 18}, people={"researchers": {"min": 0, "layoff": 0, "max": 14}}, models=RESEARCH
    )
    heads = ledger_of(solved(document)).heads["researchers"]
    assert min(heads[6:]) >= heads[6] - 1e-6


@pytest.mark.parametrize("basis", ["trailing", "forward"])
def test_nobody_is_laid_off_and_hired_back_around_the_runways_closes(basis: str) -> None:
    """Severance and hiring are burn: a month's leave costs more than it saves, and is not taken."""
    document = merged(
        small_lab(
            plan={"cash": 6e6, "months": 18},
            runway={"months": 4, "basis": basis, **({"window": 1} if basis == "trailing" else {})},
            people={"researchers": {"min": 0, "max": 14, "layoff": 1, "hiring": {"cost": 5e3, "ramp": 1}}},
        ),
        {"models": {"chat": {"deadline": 12, "research_effect": 0.4}}},
    )
    result = solved(document)
    ledger = ledger_of(result)
    assert ledger.violations == []
    gone = np.array(result.decisions["people"]["researchers"]["laid_off"])
    came = np.array(ledger.arrivals["researchers"])
    after = [came[month:].sum() for month in range(18)]
    assert all(min(left, back) < 1e-6 for left, back in zip(gone, after, strict=True))


def test_nobody_is_trained_by_laying_off_who_is_not() -> None:
    """Who still ramps up stays: without that rule the trained could be kept by letting newcomers go."""
    document = small_lab(
        people={"researchers": {"now": 2, "min": 0, "max": 8, "layoff": 0, "hiring": {"ramp": 5}}}, models=RESEARCH
    )
    formulation = formulate(load_plan(document))
    program = formulation.program
    point = np.zeros(program.n_cols)
    point[program.column("people.researchers.hired").start] = 4.0
    point[program.column("people.researchers.laid-off").start + 1] = 3.0
    restored = program.complete(point)
    row = program.row("Trained before laid off: researchers").index[1]
    # three of six are left, four of them new
    assert (program.matrix @ restored)[row] == pytest.approx(-1.0)
    assert program.row_lower[row] == 0.0


def test_nobody_is_laid_off_below_the_floor_before_the_first_hire_can_come() -> None:
    """Until then heads have no floor but what attrition leaves; a layoff is no attrition."""
    role = {"now": 10, "min": 8, "max": 12, "layoff": 0, "attrition": 0.2, "hiring": {"delay": 3}, "research": 0.0}
    _, ledger = audited(people={"researchers": role})
    # who is there in month 1 is as many as attrition leaves eight of when the first hire comes
    stays = 0.8 ** (1 / 12)
    assert ledger.heads["researchers"][:4] == pytest.approx([8 / stays**2, 8 / stays, 8.0, 8.0])
