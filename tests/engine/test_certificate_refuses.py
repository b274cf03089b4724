"""Answers that are wrong in one place, each refused by name: from the solver, the program, and the plan itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from plans import merged, small_lab

from allocator import session as session_module
from allocator.errors import CertificateError
from allocator.formulate.build import Formulation, formulate
from allocator.plan import load_plan
from allocator.session import Session
from allocator.solve import engine
from allocator.solve.highs import HighsSolver
from allocator.solve.options import Options

# Every rule that the lies below break is one of this plan.
DOCUMENT = small_lab(
    runway={"months": 3},
    compute={"cloud": {"max": 1000}},
    data={"text": {"lead": 1}},
    people={"researchers": {"max": 14, "attrition": 0.1, "hiring": {"delay": 1}}},
)


class Moved(HighsSolver):
    """Says Optimal of a point of which one coordinate has been moved by 1e-4."""

    def solve(self, **settings: Any) -> Any:
        answer = super().solve(**settings)
        if answer.x is None:
            return answer
        x = answer.x.copy()
        x[int(np.argmax(np.abs(x)))] += 1e-4 * np.abs(x).max()
        return replace(answer, x=x)


class DropsARow(HighsSolver):
    """Never heard of the first month's cash balance."""

    row = 0

    def load(self, scaled: Any, rows: Any) -> None:
        lower, upper = scaled.row_lower.copy(), scaled.row_upper.copy()
        lower[self.row], upper[self.row] = -np.inf, np.inf
        super().load(replace(scaled, row_lower=lower, row_upper=upper), rows)


def refused(monkeypatch: pytest.MonkeyPatch | None = None, solver: type[HighsSolver] | None = None) -> str:
    """What a session says of a plan solved by `solver`; it must refuse."""
    if monkeypatch is not None and solver is not None:
        monkeypatch.setattr(engine, "HighsSolver", solver)
    with pytest.raises(CertificateError) as caught:
        Session(load_plan(DOCUMENT), Options(solver="highs")).solve(horizon_audit=False)
    return str(caught.value)


def test_the_plan_itself_is_accepted() -> None:
    assert Session(load_plan(DOCUMENT), Options(solver="highs")).solve(horizon_audit=False).status == "optimal"


def test_a_solver_whose_point_is_a_ten_thousandth_off_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "highs says optimal, but its own point does not hold" in refused(monkeypatch, Moved)


def test_a_solver_that_lost_a_row_is_refused_with_the_row_named(monkeypatch: pytest.MonkeyPatch) -> None:
    lost = formulate(load_plan(DOCUMENT)).program.row("Cash balance").start + 2
    monkeypatch.setattr(DropsARow, "row", lost)
    assert "Cash balance, 2026-11" in refused(monkeypatch, DropsARow)


def test_a_tangent_on_the_wrong_side_of_its_curve_is_refused_with_the_curve_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    true_cuts = engine.initial_cuts

    def tilted(curves: Any) -> Any:
        cuts = true_cuts(curves)
        convex = curves.convex[cuts.curve]
        return replace(cuts, intercept=np.where(convex, cuts.intercept + 1e-4, cuts.intercept - 1e-4))

    monkeypatch.setattr(engine, "initial_cuts", tilted)
    assert "a cut of curve" in refused()


def told(monkeypatch: pytest.MonkeyPatch, change: Callable[[Formulation], Formulation]) -> str:
    """What a session says when the program it solves is not the plan's."""
    monkeypatch.setattr(session_module, "formulate", lambda plan: change(formulate(plan)))
    with pytest.raises(CertificateError) as caught:
        Session(load_plan(DOCUMENT), Options(solver="highs")).solve(horizon_audit=False)
    return str(caught.value)


@pytest.mark.parametrize("month", [0, 4, 11])
def test_a_cent_missing_from_the_cash_balance_is_found_in_its_month(
    monkeypatch: pytest.MonkeyPatch, month: int
) -> None:
    def take(formulation: Formulation) -> Formulation:
        program = formulation.program
        row = program.row("Cash balance").start + month
        lower, upper = program.row_lower.copy(), program.row_upper.copy()
        lower[row] -= 0.01
        upper[row] -= 0.01
        return replace(formulation, program=replace(program, row_lower=lower, row_upper=upper))

    said = told(monkeypatch, take)
    labels = load_plan(DOCUMENT).labels
    assert "closing cash in " in said
    named = said.split("closing cash in ")[1][:7]
    assert named in labels[month:]
    assert "0.01 apart" in said


def passed_off(**changes: Any) -> Callable[[Formulation], Formulation]:
    """The program of the plan as it would be with `changes`, passed off as that of the plan itself."""
    return lambda formulation: replace(formulate(load_plan(merged(DOCUMENT, changes))), plan=formulation.plan)


SHIFTED = {
    "data that arrive a month earlier": ({"data": {"text": {"lead": 0}}}, "stock of text"),
    "hires that arrive a month earlier": (
        {"people": {"researchers": {"hiring": {"delay": 0}}}},
        "heads of researchers",
    ),
    "a price of another month": (
        {"compute": {"cloud": {"price": [2.5] * 7 + [2.4] * 5}}},
        "spending on compute",
    ),
    "leavers that stay": ({"people": {"researchers": {"attrition": 0.0}}}, "heads of researchers"),
    "a runway of less": ({"runway": {"months": 2}}, "the ledger finds a broken rule: cash"),
    "a run outside its months": ({"models": {"chat": {"deadline": 11}}}, "outside its training months"),
    "more supply than there is": ({"compute": {"cloud": {"max": 4000}}}, "above the cap of 1,000"),
}


@pytest.mark.parametrize("what", SHIFTED)
def test_a_program_that_is_not_the_plans_is_refused_and_says_where(monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    changes, words = SHIFTED[what]
    assert words in told(monkeypatch, passed_off(**changes))


def test_a_claimed_loss_below_what_the_law_gives_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    true_solve = session_module.solve_program

    def flatter(program: Any, options: Any) -> Any:
        solution = true_solve(program, options)
        x = solution.x.copy()
        x[program.column("models.chat.gain").start] += 1e-6
        return replace(solution, x=x)

    monkeypatch.setattr(session_module, "solve_program", flatter)
    assert "the program claims loss" in refused()


@pytest.mark.parametrize(
    ("column", "words"),
    [
        ("cash", "closing cash in 2026-09: the program has nan"),
        ("people.researchers.headcount", "heads of researchers in 2026-09: the program has nan"),
        ("models.chat.gain", "the program claims loss nan"),
    ],
)
def test_a_value_that_is_no_number_is_no_agreement(monkeypatch: pytest.MonkeyPatch, column: str, words: str) -> None:
    true_solve = session_module.solve_program

    def lose(program: Any, options: Any) -> Any:
        solution = true_solve(program, options)
        x = solution.x.copy()
        x[program.column(column).start] = np.nan
        return replace(solution, x=x)

    monkeypatch.setattr(session_module, "solve_program", lose)
    assert words in refused()
