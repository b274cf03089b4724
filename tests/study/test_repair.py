"""Of an infeasible plan: the conflict is one and a smallest one, and every repair makes the plan whole again."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from infeasible_plans import CASES, COMPANY, document, merged, plan

from allocator import load_plan
from allocator.errors import InfeasibleError, UsageError
from allocator.formulate.build import formulate
from allocator.formulate.program import Program
from allocator.session import Session
from allocator.solve.adapter import AnswerStatus
from allocator.solve.cbc import CbcSolver
from allocator.solve.clock import Clock
from allocator.solve.cuts import as_rows, initial_cuts
from allocator.solve.feasible import settle, without_goals
from allocator.solve.scaling import scale
from allocator.study.repair import Repair, is_kept, repair
from allocator.study.repair_workshop import Change

EVERY = pytest.mark.parametrize("name", CASES)


@cache
def repaired(name: str) -> Repair:
    return repair(plan(name))


def can_be_kept(program: Program, rules: set[str]) -> bool:
    """Whether a plan keeps these rules alone: the others' rows and bounds taken away, and another solver asked."""
    row_lower, row_upper = program.row_lower.copy(), program.row_upper.copy()
    col_lower, col_upper = program.col_lower.copy(), program.col_upper.copy()
    for block in program.rows:
        if block.group and block.group not in rules:
            row_lower[block.index], row_upper[block.index] = -np.inf, np.inf
    for bound in program.bound_groups:
        if bound.name not in rules:
            col_lower[bound.columns] = np.minimum(col_lower[bound.columns], bound.lower)
            col_upper[bound.columns] = np.maximum(col_upper[bound.columns], bound.upper)
    scaled = without_goals(
        scale(replace(program, row_lower=row_lower, row_upper=row_upper, col_lower=col_lower, col_upper=col_upper))
    )
    solver = CbcSolver()
    solver.load(scaled, as_rows(scaled.curves, initial_cuts(scaled.curves)))
    answer, _ = settle(solver, scaled, whole=scaled.whole, clock=Clock(None))
    assert answer.status in (AnswerStatus.OPTIMAL, AnswerStatus.FEASIBLE, AnswerStatus.INFEASIBLE)
    return answer.x is not None


def test_there_are_at_least_twenty_plans() -> None:
    assert len(CASES) >= 20


@EVERY
def test_the_rules_named_cannot_hold_together_and_can_without_any_one_of_them(name: str) -> None:
    found = repaired(name).conflict
    rules = set(found.groups)
    assert rules
    assert found.findings == ()
    program = formulate(plan(name)).program
    assert not can_be_kept(program, rules)
    for rule in rules:
        assert can_be_kept(program, rules - {rule}), f"{rule} is not needed for the conflict"


@EVERY
def test_every_repair_is_pasted_into_the_plan_and_solves(name: str) -> None:
    found = repaired(name)
    assert found.remedies
    assert all("keeps every rule too" in finding for finding in found.findings)
    with pytest.raises(InfeasibleError):
        Session(plan(name)).solve(horizon_audit=False)
    for remedy in found.remedies:
        # As a user does: the text after --set, on the file as it stands.
        result = Session(load_plan(document(name), overrides=remedy.overrides)).solve(horizon_audit=False)
        assert result.exit_code == 0
        assert result.certificate.max_violation <= 1e-7
        assert remedy.brief.status == "optimal"


@EVERY
def test_of_a_repair_with_several_parts_none_can_be_left_out(name: str) -> None:
    for remedy in repaired(name).remedies:
        for change in remedy.changes if len(remedy.changes) > 1 else ():
            others = {field: value for field, value in remedy.values.items() if field != change.field}
            with pytest.raises(InfeasibleError):
                Session(plan(name).changed(others)).solve(horizon_audit=False)


LESS = {
    "cash does not pay the team": {"plan.cash": 2.39e6},
    "a long runway behind": {"runway.months": 13.1},
    "people cannot be hired so fast": {"people.researchers.hiring.per_month": 4},
    "a target beyond the data": {"data.text.max": 2.14e11},
    "a budget below the payroll": {"limits.payroll": "people.spend <= 2_390_000"},
    "a deadline before the GPUs": {"models.chat.target": 2.215},
    "a floor of GPUs that cannot be paid": {"compute.cloud.min": 804},
}


@pytest.mark.parametrize("name", LESS)
def test_a_little_less_than_the_repair_is_not_enough(name: str) -> None:
    with pytest.raises(InfeasibleError):
        Session(plan(name).changed(LESS[name])).solve(horizon_audit=False)
    (field,) = LESS[name]
    assert any(change.field == field for remedy in repaired(name).remedies for change in remedy.changes)


@EVERY
def test_the_field_that_is_wrong_is_among_the_repairs(name: str) -> None:
    fields = [" + ".join(sorted(change.field for change in remedy.changes)) for remedy in repaired(name).remedies]
    assert " + ".join(sorted(CASES[name][1].split(" + "))) in fields
    assert len(fields) == len(set(fields))


@EVERY
def test_the_easiest_comes_first_and_single_changes_before_several(name: str) -> None:
    order = [(len(remedy.changes), remedy.effort) for remedy in repaired(name).remedies]
    assert order == sorted(order)


@EVERY
def test_the_answer_is_json_with_stable_keys(name: str) -> None:
    answer = json.loads(json.dumps(repaired(name).as_dict(), allow_nan=False))
    assert list(answer) == ["status", "arithmetic", "conflict", "message", "kept", "repairs", "findings"]
    assert answer["status"] == "infeasible"
    assert [row["rule"] for row in answer["conflict"]] == list(repaired(name).conflict.groups)
    assert list(answer["repairs"][0]) == [
        "sentence",
        "effort",
        "changes",
        "set",
        "status",
        "gap",
        "max_violation",
        "models",
    ]


def test_what_is_given_up_in_some_months_is_given_up_in_these_alone() -> None:
    found = {
        change.field: change
        for remedy in repaired("people cannot be hired so fast").remedies
        for change in remedy.changes
    }
    change = found["people.researchers.min"]
    assert change.months == "2026-12..2027-05"
    assert change.value == {"2026-09": 10, "2026-12": 18, "2027-06": 30}


def test_money_says_by_which_month_it_has_to_be_there() -> None:
    """One million pays five months of 200,000, so the sixth month's close is the first that needs more."""
    cash = change_of("cash does not pay the team", "plan.cash")
    assert (cash.by, cash.clause) == ("2027-02", "raise $1.42M by 2027-02")
    assert cash.new == 1e6 + cash.amount
    seed = {"kind": "equity", "amount": cash.amount}
    late = merged(document("cash does not pay the team"), {"funding": {"seed": {**seed, "month": "2027-02"}}})
    assert Session(load_plan(late)).solve(horizon_audit=False).exit_code == 0
    later = merged(late, {"funding": {"seed": {**seed, "month": "2027-03"}}})
    with pytest.raises(InfeasibleError):
        Session(load_plan(later)).solve(horizon_audit=False)


def change_of(name: str, field: str) -> Change:
    (found,) = [
        change
        for remedy in repaired(name).remedies
        for change in remedy.changes
        if (change.field, len(remedy.changes)) == (field, 1)
    ]
    return found


def test_money_that_comes_later_makes_up_for_the_interest_it_has_not_earned() -> None:
    earning = merged(document("cash does not pay the team"), {"plan": {"cash_yield": 0.10}})
    (cash,) = [change for remedy in repair(load_plan(earning)).remedies for change in remedy.changes]
    assert "on opening day, or" in cash.clause
    assert cash.by == "2027-02"


def test_a_repair_that_leaves_nothing_for_the_models_is_mentioned_and_not_offered() -> None:
    """Six million pays ten and then forty people for a year to the cent: without any runway no GPU is rented."""
    found = repaired("a runway for staff that is promised later")
    assert [finding.split(":")[0] for finding in found.findings] == [
        "accept 0 months of runway instead of 6 from 2027-05 to 2027-08"
    ]
    assert "runway.months" not in {change.field for remedy in found.remedies for change in remedy.changes}


# ---- What may not be changed -------------------------------------------------------------------------


@pytest.mark.parametrize("keep", ["runway", "runway.months"])
def test_what_is_kept_is_in_no_repair(keep: str) -> None:
    found = repair(plan("a long runway behind"), [keep])
    fields = {change.field for remedy in found.remedies for change in remedy.changes}
    assert "runway.months" not in fields
    assert "plan.cash" in fields
    assert found.kept == (keep,)


def test_with_everything_kept_there_is_no_repair_and_a_sentence_says_so() -> None:
    found = repair(plan("a long runway behind"), ["runway", "plan"])
    assert found.remedies == ()
    assert found.findings == ("no change of the fields that were looked at repairs the plan with runway, plan kept",)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("plan.csh", "did you mean `plan.cash`"),
        ("runwy", "did you mean `runway`"),
        ("limits.payrol", "did you mean `limits.payroll`"),
        ("people.painters", "the plan has no such rule, field or section"),
        ("", "name one of"),
        ("sha256", "the plan has no such rule"),
    ],
)
def test_a_name_that_is_nothing_of_the_plan_is_refused(name: str, words: str) -> None:
    with pytest.raises(UsageError, match="--keep") as caught:
        repair(load_plan(merged(document("a budget below the payroll"), {"runway": {"months": 1}})), [name])
    assert words in str(caught.value)


def test_a_name_keeps_what_lies_below_it_and_no_neighbour() -> None:
    assert is_kept("people.researchers.min", ["people"])
    assert is_kept("people.researchers.min", ["people.researchers"])
    assert not is_kept("people.researchers-senior.min", ["people.researchers"])


def test_a_plan_that_can_be_is_refused() -> None:
    with pytest.raises(UsageError, match="there is nothing to repair"):
        repair(load_plan(COMPANY))


def test_a_search_without_time_says_that_it_was_not_finished() -> None:
    found = repair(plan("a target beyond the data"), time_limit=1e-9)
    assert any("in time" in finding for finding in (*found.findings, *found.conflict.findings))


# ---- Guesses and short reasons -----------------------------------------------------------------------


def counted(monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    from allocator.solve import conflict

    asked = []
    ask = conflict._Oracle._ask
    monkeypatch.setattr(conflict._Oracle, "_ask", lambda self, relaxed: (asked.append(1), ask(self, relaxed))[1])
    return lambda: len(asked)


def test_a_right_guess_spares_most_questions_and_ends_in_the_same_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    from allocator.solve.conflict import find_conflict

    program = formulate(plan("a runway for staff that is promised later")).program
    questions = counted(monkeypatch)
    alone = find_conflict(program)
    before = questions()
    guessed = find_conflict(program, guess=alone.groups)
    assert guessed.groups == alone.groups
    assert questions() - before == 1 + len(alone.groups) < before


def test_a_wrong_guess_changes_nothing_but_one_question(monkeypatch: pytest.MonkeyPatch) -> None:
    from allocator.solve.conflict import find_conflict

    program = formulate(plan("a runway for staff that is promised later")).program
    questions = counted(monkeypatch)
    alone = find_conflict(program)
    before = questions()
    assert find_conflict(program, guess=("people.researchers.max",)).groups == alone.groups
    assert questions() - before == before + 1
