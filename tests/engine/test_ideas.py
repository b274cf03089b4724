"""The stock of ideas: exact in closed form, the same to every solver, and never ahead of its time."""

from __future__ import annotations

import math
from typing import Any

import pytest
from plans import Document, audited, flop_price, gain, in_money, ledger_of, merged, rent_only, small_lab, solved
from scipy.optimize import minimize_scalar

from allocator.errors import CertificateError
from allocator.formulate.build import formulate
from allocator.plan import load_plan
from allocator.quality import load_law
from allocator.result.audit import audit
from allocator.result.certify import certify
from allocator.result.summary import summarise
from allocator.session import Session
from allocator.solve.engine import solve as solve_program
from allocator.solve.options import Options

TERMS: dict[str, float] = {"effect": 0.6, "team": 5, "growth": 0.2, "returns": 0.6, "harder": 1.3}
STAFF: Document = {"salary": 15e3, "now": 6, "research": 1.0}
HIRING: Document = {"max": 40, "hiring": {"cost": 20e3, "delay": 1, "ramp": 2}}


def with_ideas(**terms: float) -> Document:
    return {"research": {**TERMS, **terms}}


def stock(terms: dict[str, float], effort: float, months: int) -> float:
    """A after so many months of constant effort: a geometric sum in z = A^b."""
    kept = (1 + terms["growth"]) ** (terms["harder"] / 12)
    added = terms["harder"] * ((1 + terms["effect"]) ** (1 / 12) - 1) * (effort / terms["team"]) ** terms["returns"]
    total = months if kept == 1.0 else (kept**months - 1) / (kept - 1)
    return float((kept**months + added * total) ** (1 / terms["harder"]))


@pytest.mark.parametrize(
    "terms",
    [TERMS, {**TERMS, "growth": 0.0}, {**TERMS, "returns": 1.0}, {**TERMS, "harder": 0.1}, {**TERMS, "harder": 6.0}],
    ids=str,
)
def test_constant_effort_reaches_the_closed_form(terms: dict[str, float]) -> None:
    result, ledger = audited(research=terms, people={"researchers": {**STAFF}})
    chat = result.model("chat")
    # Training begins in month 8: seven months count.
    expected = stock(terms, 6.0, 7)
    assert ledger.models["chat"]["multiplier"] == pytest.approx(expected, rel=1e-10)
    assert chat.effective_flop == pytest.approx(chat.compute_flop * expected, rel=1e-9)
    assert 6 * chat.inputs["parameters"] * chat.inputs["tokens"] == pytest.approx(chat.effective_flop, rel=1e-6)


def test_compute_alone_with_ideas_reaches_the_law_s_own_optimum() -> None:
    law = load_law("chinchilla-replication")
    document = rent_only(1e24 * flop_price(), people={"staff": {"salary": 0, "now": 6, "research": 1}}, **with_ideas())
    best = law.best(1e24 * stock(TERMS, 6.0, 3), {"tokens": 1e20})
    assert gain(solved(document)) == pytest.approx(float(law.gain(law.array(best))), abs=1e-6)


def test_how_many_to_hire_is_what_a_search_over_teams_finds() -> None:
    """Hired in month 1 for good, paid to the end; what is left rents GPUs: one number to choose."""
    law = load_law("chinchilla-replication")
    terms = {**TERMS, "effect": 2.0}
    document = rent_only(
        20e6,
        plan={"months": 9, "whole": False},
        research=terms,
        people={"staff": {"salary": 20e3, "now": 0, "max": [100] + [100] * 8, "research": 1, "hiring": {}}},
        models={"chat": {"deadline": 9}},
        limits={"month-one": "people.staff.hires[2026-10..2027-05] = 0"},
    )

    def loss(team: float) -> float:
        flop = (20e6 - 9 * 20e3 * team) / flop_price() * stock(terms, team, 6)
        return -float(law.gain(law.array(law.best(flop, {"tokens": 1e20}))))

    found = minimize_scalar(loss, bounds=(1e-3, 100.0), method="bounded", options={"xatol": 1e-9})
    result = solved(document)
    assert gain(result) == pytest.approx(-found.fun, abs=1e-6)
    assert ledger_of(result).heads["staff"][0] == pytest.approx(found.x, rel=0.02)


def test_without_growth_and_crowding_the_stock_is_the_simple_form() -> None:
    """z = 1 + b d S / team: theta = 1 / b and S0 = team / (b d)."""
    staff = {"people": {"researchers": {**STAFF, **HIRING}}}
    terms = {"effect": 0.6, "team": 5.0, "growth": 0.0, "returns": 1.0, "harder": 2.5}
    by_month = 1.6 ** (1 / 12) - 1
    own = {"chat": {"research_effect": 1 / 2.5, "research_scale": 5.0 / (2.5 * by_month)}}
    stocked = solved(small_lab(**merged(staff, {"research": terms})))
    simple = solved(small_lab(**merged(staff, {"models": own})))
    assert gain(stocked) == pytest.approx(gain(simple), abs=1e-6)
    assert ledger_of(stocked).models["chat"]["multiplier"] > 1.2


@pytest.mark.parametrize("returns", [0.4, 0.75, 1.0])
def test_all_solvers_agree_on_ideas(returns: float) -> None:
    document = small_lab(people={"researchers": {**STAFF, **HIRING}}, **with_ideas(returns=returns, effect=1.0))
    answers = {
        solver: solved(document, solver=solver, second_pass=False)
        for solver in ("highs", "cbc", "clarabel", "cvxpy:CLARABEL")
    }
    gains = {solver: gain(answer) for solver, answer in answers.items()}
    assert max(gains.values()) - min(gains.values()) <= 1e-6, gains
    assert max(gains.values()) <= min(answer.objective["gain_bound"] for answer in answers.values()) + 1e-7


def test_highs_and_cbc_agree_on_ideas_of_whole_people() -> None:
    document = small_lab(
        plan={"whole": True}, people={"researchers": {**STAFF, **HIRING, "attrition": 0.2}}, **with_ideas(effect=1.0)
    )
    answers = [solved(document, solver=solver, time_limit=20.0) for solver in ("highs", "cbc")]
    highest = max(gain(answer) for answer in answers)
    assert all(highest <= answer.objective["gain_bound"] + 1e-7 for answer in answers)
    assert all(ledger_of(answer).violations == [] for answer in answers)


def test_ideas_make_researchers_worth_hiring_and_more_of_them_the_more_they_find() -> None:
    heads = [
        max(audited(people={"researchers": {**STAFF, **HIRING}}, **with_ideas(effect=effect))[1].heads["researchers"])
        for effect in (0.0, 0.5, 3.0)
    ]
    assert heads[0] == pytest.approx(6.0)
    assert heads == sorted(heads)
    assert heads[2] > heads[0] + 2


def test_ideas_that_come_after_training_begins_do_not_count() -> None:
    """Hires of the last months before the deadline help nothing: the plan makes none."""
    late = {"limits": {"late": "people.researchers.hires[2026-09..2027-02] = 0"}}
    plan = merged({"people": {"researchers": {**STAFF, **HIRING}}, **with_ideas(effect=3.0)}, late)
    result, ledger = audited(**plan)
    # Ordered in March at the earliest, they come in April: the month after the last that counts.
    assert sum(result.decisions["people"]["researchers"]["hired"]) == pytest.approx(0.0, abs=1e-6)
    assert ledger.models["chat"]["multiplier"] == pytest.approx(stock({**TERMS, "effect": 3.0}, 6.0, 7), rel=1e-9)


def test_two_models_share_the_ideas_and_the_later_one_has_more() -> None:
    _, ledger = audited(
        people={"researchers": {**STAFF}},
        models={"second": {"law": "chinchilla", "deadline": 12, "training_months": 2}, "first": _first()},
        **with_ideas(),
    )
    counted = {name: training["multiplier"] for name, training in ledger.models.items()}
    assert counted == pytest.approx({"first": 1.0, "chat": stock(TERMS, 6.0, 7), "second": stock(TERMS, 6.0, 10)})


def _first() -> Document:
    return {"law": "chinchilla", "deadline": 2, "training_months": 2, "weight": 0.1}


@pytest.mark.parametrize(("factor", "currency"), [(1e-3, "kUSD"), (1e-6, "MUSD")])
def test_the_currency_s_unit_does_not_matter_to_ideas(factor: float, currency: str) -> None:
    document = small_lab(
        data={"text": {"price": 2e-6}}, people={"researchers": {**STAFF, **HIRING}}, **with_ideas(effect=1.0)
    )
    assert gain(solved(in_money(document, factor, currency))) == pytest.approx(gain(solved(document)), abs=1e-6)


def test_a_stock_that_the_ledger_does_not_find_is_refused() -> None:
    formulation = formulate(load_plan(small_lab(people={"researchers": {**STAFF}}, **with_ideas())))
    found = certify(formulation, solve_program(formulation.program, Options(solver="highs")))
    found.ledger.ideas[3] *= 1.001
    with pytest.raises(CertificateError, match="ideas by the close of 2026-12 multiply compute by"):
        audit(
            found.reading,
            found.decisions,
            found.ledger,
            max_violation=0.0,
            objective=found.objective,
            bound=math.inf,
            gap=0.0,
        )


def test_the_result_says_by_how_much_ideas_multiply_compute() -> None:
    result, _ = audited(people={"researchers": {**STAFF}}, **with_ideas())
    note = summarise(result).grids[0].note
    assert note == f"Ideas in stock when training begins multiply compute by: chat {stock(TERMS, 6.0, 7):.3g}."


def test_a_session_follows_the_terms_of_research() -> None:
    document = small_lab(people={"researchers": {**STAFF, **HIRING}}, **with_ideas(effect=1.0))
    session = Session(load_plan(document), Options())

    def gain_with(**changes: Any) -> float:
        session.update({f"research.{name}": value for name, value in changes.items()})
        return gain(session.solve(horizon_audit=False))

    first = gain(session.solve(horizon_audit=False))
    quicker, harder = gain_with(effect=1.5), gain_with(effect=1.0, harder=3.0)
    assert quicker > first > harder
    assert gain_with(harder=TERMS["harder"]) == pytest.approx(first, abs=1e-6)
