"""A plan with everything switched on: proven, its books to the cent, the same in millions and by every solver."""

from __future__ import annotations

import copy
import tomllib
from pathlib import Path
from typing import Any

import pytest
from plans import in_money, ledger_of

from allocator.formulate.build import formulate
from allocator.formulate.relaxed import relaxed
from allocator.plan import load_plan
from allocator.session import Session
from allocator.solve.engine import solve
from allocator.solve.options import WHOLE_GAP, Options

PLAN = Path(__file__).resolve().parents[2] / "benchmarks" / "everything.toml"
Document = dict[str, Any]


def document() -> Document:
    return tomllib.loads(PLAN.read_text())


def in_two_years() -> Document:
    """Everything, but in 24 months."""
    made = copy.deepcopy(document())
    made["plan"]["months"] = 24
    windows = {
        "series-d": ("2027-09", "2028-03"),
        "bank": ("2027-03", "2028-01"),
        "second-grant": ("2027-06", "2027-12"),
    }
    for name, (first, last) in windows.items():
        made["funding"][name] |= {"from": first, "until": last}
    made["funding"]["bank"]["term"] = 9
    for name, deadline in {"assistant": "2027-06", "detector": "2027-09", "flagship": "2028-03"}.items():
        made["models"][name]["deadline"] = deadline
    made["models"]["flagship"] |= {"target": 2.05, "training_months": 4}
    made["sites"]["annex"]["power"] = {"2026-09": 200, "2028-01": 900}
    made["people"]["support"]["min"] = {"2026-09": 14, "2027-09": 16}
    return made


def optimum(made: Document, solver: str) -> tuple[float, float]:
    """Value and proven bound of the continuous relaxation."""
    program = relaxed(formulate(load_plan(made)).program)
    solution = solve(program, Options(solver=solver, second_pass=False))
    assert str(solution.status) == "optimal", (solver, solution.findings)
    assert solution.objective is not None
    assert solution.bound is not None
    return solution.objective, solution.bound


def test_highs_cbc_and_clarabel_agree_on_everything_in_two_years() -> None:
    answers = {solver: optimum(in_two_years(), solver) for solver in ("highs", "cbc", "clarabel")}
    values = [value for value, _ in answers.values()]
    assert max(values) - min(values) <= 1e-6, answers
    assert max(values) <= min(bound for _, bound in answers.values()) + 1e-7, answers


@pytest.mark.parametrize("made", [in_two_years(), pytest.param(document(), marks=pytest.mark.slow)], ids=["24", "60"])
def test_everything_is_the_same_in_millions(made: Document) -> None:
    value, _ = optimum(made, "highs")
    other, _ = optimum(in_money(made, 1e-6, "MUSD", named=True), "highs")
    assert other == pytest.approx(value, abs=2e-6)


def assert_certified_and_in_the_books(made: Document) -> None:
    result = Session(load_plan(made), Options()).solve(horizon_audit=False)
    assert str(result.status) == "optimal"
    assert result.certificate.gap <= WHOLE_GAP
    ledger = ledger_of(result)
    assert ledger.violations == []
    assert result.certificate.ledger_difference <= 0.005


def test_everything_in_two_years_and_whole_units_is_certified_and_its_books_agree_to_the_cent() -> None:
    assert_certified_and_in_the_books(in_two_years())


@pytest.mark.slow
def test_everything_in_whole_units_is_certified_and_its_books_agree_to_the_cent() -> None:
    assert_certified_and_in_the_books(document())
