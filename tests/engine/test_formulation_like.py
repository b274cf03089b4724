"""A formulation made from an earlier one is the one made anew, entry for entry, whatever was edited."""

from __future__ import annotations

import copy
import gc
import tomllib
import weakref
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from plan_edits import Document, differences, edited
from random_plans import draw

from allocator import LawError, Plan, PlanError, Session, load_plan
from allocator.formulate import frame as frame_module
from allocator.formulate import states as states_module
from allocator.formulate.build import Formulation, formulate
from allocator.formulate.program import ProgramBuilder
from allocator.resources import examples_dir
from allocator.solve.diff import Rebuild, compare
from allocator.solve.scaling import scale

EXAMPLES: list[Document] = [tomllib.loads(path.read_text()) for path in sorted(examples_dir().glob("*.toml"))]
LAB = load_plan(examples_dir() / "series-b-lab.toml")
FIRST = formulate(LAB)
SHOP = load_plan(examples_dir() / "app-company.toml")
EDITS_OF_A_CHAIN = 6


def like(plan: Plan, before: Formulation) -> Formulation:
    return formulate(plan, reference=before.program.reference, like=before)


def anew(plan: Plan, before: Formulation) -> Formulation:
    return formulate(plan, reference=before.program.reference)


def start(seed: int) -> Document:
    place = seed % (2 * len(EXAMPLES))
    return (
        EXAMPLES[place]
        if place < len(EXAMPLES)
        else draw(seed, whole=seed % 3 == 0, money=seed % 7 in (2, 5), sells=seed % 5 < 2)
    )


def assert_scaled_alike(before: Formulation, made: Formulation, fresh: Formulation) -> None:
    """Scaling and comparing, with what is shared and without, says the same too."""
    known = scale(before.program)
    mine, theirs = scale(made.program, known), scale(fresh.program)
    for name in ("cost", "outflow", "col_lower", "col_upper", "row_lower", "row_upper", "integer"):
        assert np.array_equal(getattr(mine, name), getattr(theirs, name)), name
    assert np.array_equal(mine.matrix.data, theirs.matrix.data)
    assert np.array_equal(mine.matrix.indices, theirs.matrix.indices)
    one, other = compare(known, mine), compare(known, theirs)
    if isinstance(one, Rebuild) or isinstance(other, Rebuild):
        assert one == other
        return
    assert one.counts == other.counts
    assert np.array_equal(one.coefficients, other.coefficients)


@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_after_any_chain_of_edits_the_program_is_the_one_made_anew(seed: int) -> None:
    random = np.random.default_rng(seed)
    document = start(seed)
    plan = load_plan(document)
    made = formulate(plan)
    for _ in range(EDITS_OF_A_CHAIN):
        document, said = edited(plan.document, random)
        try:
            plan = load_plan(document)
            fresh = anew(plan, made)
        except (PlanError, LawError):
            continue
        before, made = made, like(plan, made)
        assert differences(made, fresh) == [], said
        assert_scaled_alike(before, made, fresh)


CHANGES: list[dict[str, Any]] = [
    {"compute.h100-cloud.price.start": 2.2, "plan.cash": 90e6},
    {"compute.h100-cloud.price.start": 0.0},
    {"compute.h100-owned.resale": 0.3, "runway.months": 9},
    {"data.licensed-text.storage": 0},
    {"people.researchers.salary": 2e4, "models.base.weight": 3},
    {"plan.months": 40},
    {"plan.whole": True},
    {"limits.most-on-chips": "compute.spend <= 0.6 * total.spend"},
    {"compute.h100-reserved.term": 6, "compute.b200-owned.now": 16},
]


def test_after_any_chain_of_changes_the_program_is_the_one_made_anew() -> None:
    plan, made = LAB, FIRST
    for values in [*CHANGES, *reversed(CHANGES), {"plan.whole": False, "plan.months": 36}]:
        plan = plan.changed(values)
        assert plan.resolved() == load_plan(plan.document).resolved()
        fresh, before = anew(plan, made), made
        made = like(plan, made)
        assert differences(made, fresh) == [], values
        assert_scaled_alike(before, made, fresh)


def test_what_did_not_change_is_the_same_object_in_both_programs() -> None:
    made = like(LAB.changed({"plan.cash": 90e6}), FIRST)
    mine, first = made.program, FIRST.program
    assert mine.matrix is first.matrix
    assert mine.columns is first.columns
    assert mine.col_upper is first.col_upper
    assert mine.row_lower is not first.row_lower
    dearer = like(LAB.changed({"compute.h100-cloud.price.start": 3.3}), FIRST).program
    assert dearer.matrix.indices is first.matrix.indices
    assert dearer.matrix.data is not first.matrix.data
    assert dearer.row_lower is first.row_lower


def test_a_formulation_of_another_scale_is_no_help_and_no_harm() -> None:
    plan = LAB.changed({"plan.cash": 160e6})
    assert differences(formulate(plan, like=FIRST), formulate(plan)) == []


def test_coefficients_that_become_zero_leave_the_pattern_and_come_back() -> None:
    plan = LAB.changed({"compute.h100-cloud.price": [0.0] * 20 + [2.0] * 16})
    free = like(plan, FIRST)
    assert free.program.matrix.nnz == FIRST.program.matrix.nnz - 20
    assert differences(free, anew(plan, FIRST)) == []
    back = like(LAB, free)
    assert differences(back, FIRST) == []


def test_programs_made_like_each_other_do_not_keep_each_other() -> None:
    made, plan = formulate(LAB), LAB
    seen = []
    for cash in range(70, 75):
        plan = plan.changed({"plan.cash": cash * 1e6, "compute.h100-cloud.price.start": cash / 30})
        made = like(plan, made)
        seen.append(weakref.ref(made.program))
    del plan
    gc.collect()
    assert [reference() is not None for reference in seen] == [False] * 4 + [True]


def test_a_session_answers_alike_whether_or_not_parts_were_taken_over(monkeypatch: pytest.MonkeyPatch) -> None:
    values = {"plan.cash": 95e6, "compute.h100-cloud.price.start": 2.1}
    session = Session(LAB, live=True)
    session.update(values)
    taken_over = session.brief()
    monkeypatch.setattr(frame_module.Frame, "_still_holds", lambda *_: False)
    session = Session(LAB, live=True)
    session.update(values)
    assert session.brief().objective == taken_over.objective


CARD = """
extends = "chinchilla-replication"
title = "my own"
[parameters]
E = {level}
"""


def test_a_card_of_the_users_own_that_was_edited_is_read_again(tmp_path: Path) -> None:
    card = tmp_path / "mine.toml"
    card.write_text(CARD.format(level=1.6))
    plan = LAB.changed({"models.base.law": str(card), "models.base.target": 2.0})
    made = formulate(plan)
    first = like(plan, made)
    assert first.program.row_lower is made.program.row_lower
    card.write_text(CARD.format(level=1.7))
    again = like(plan, first)
    assert again.program.row_lower is not first.program.row_lower
    assert differences(again, anew(plan, first)) == []


# A forgotten key must be seen: each thing that a part depends on is forgotten in turn.


def noticed(plans: list[Plan], first: Formulation) -> bool:
    """Whether some plan is formulated otherwise from `first` than anew."""
    return any(differences(like(plan, first), anew(plan, first)) for plan in plans)


TWO_SOURCES: Document = {
    **draw(3),
    "data": {
        "text": {"unit": "token", "price": 1e-6, "now": 1e9, "max": 1e12},
        "books": {"unit": "token", "price": 3e-6, "now": 2e9, "max": 2e12},
    },
    "models": {
        "chat": {
            "law": "chinchilla",
            "deadline": 8,
            "training_months": 2,
            "data": {"text": 1.0, "books": 0.5},
        }
    },
    "limits": {"few": "compute.cloud.gpus <= 30"},
}


def two_sources(**changes: Any) -> Plan:
    return load_plan({**TWO_SOURCES, "plan": {**TWO_SOURCES["plan"], "whole": 6}, **changes})


def with_lot(lot: int) -> Plan:
    compute = {**TWO_SOURCES["compute"], "cloud": {**TWO_SOURCES["compute"]["cloud"], "lot": lot}}
    return two_sources(compute=compute)


def test_a_part_that_forgot_where_it_stands_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    data = {**TWO_SOURCES["data"], "text": {**TWO_SOURCES["data"]["text"], "lead": 2}}
    first = formulate(two_sources())
    assert not noticed([two_sources(data=data)], first)
    monkeypatch.setattr(ProgramBuilder, "fits", lambda *_: True)
    assert noticed([two_sources(data=data)], first)


def test_a_part_that_forgot_the_columns_it_read_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    turned = two_sources(data=dict(reversed(TWO_SOURCES["data"].items())))
    first = formulate(two_sources())
    assert not noticed([turned], first)
    for part in first.draft.parts if first.draft else ():
        monkeypatch.setattr(part.site, "read_columns", [])
    assert noticed([turned], first)


def test_a_part_that_forgot_the_scales_it_read_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    first = formulate(with_lot(1))
    assert not noticed([with_lot(1_024)], first)
    monkeypatch.setattr(ProgramBuilder, "holds", lambda *_: True)
    assert noticed([with_lot(1_024)], first)


@pytest.mark.parametrize(
    "values",
    [{"plan.start": "2026-10"}, {"plan.currency": "kUSD"}, {"plan.whole": True}],
    ids=lambda values: str(values),
)
def test_parts_that_forgot_the_calendar_are_noticed(values: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    document = draw(4)
    document["runway"] = {"months": 3}
    plan = load_plan(document)
    first = formulate(plan)
    changed = plan.changed(values)
    assert not noticed([changed], first)
    monkeypatch.setattr(frame_module.Calendar, "__eq__", lambda *_: True)
    monkeypatch.setattr(frame_module.Calendar, "__ne__", lambda *_: False)
    assert noticed([changed], first)


def test_balances_that_forgot_their_coefficients_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    dearer = LAB.changed({"people.researchers.salary": 2e4, "people.researchers.attrition": 0.3})
    FIRST.program.complete(np.zeros(FIRST.program.n_cols))
    assert not noticed([dearer], FIRST)
    first = formulate(LAB)
    first.program.complete(np.zeros(first.program.n_cols))
    monkeypatch.setattr(states_module, "equal", lambda *_: True)
    assert noticed([dearer], first)


@pytest.mark.parametrize(
    ("part", "argument", "values"),
    [
        ("_add_role", 1, {"people.engineers.max": 40}),
        ("_add_role", 2, {"models.flagship.deadline": 28}),
        ("_add_source", 1, {"data.open-web.max": 4e12}),
        ("_add_rent", 1, {"compute.h100-cloud.max": 512}),
        ("_add_reserve", 1, {"compute.h100-reserved.upfront": 0.5}),
        ("_add_buy", 1, {"compute.h100-owned.price": 3e4}),
        ("_add_buy", 2, {"runway.purchases": True}),
        ("_add_cost", 1, {"costs.legal-and-audit.amount": 2e4}),
        ("_add_round", 1, {"funding.climate-grant.fee": 0.1}),
        ("_add_window", 1, {"models.base.deadline": 13}),
        ("_add_model", 0, {"models.base.parameters": {"E": 1.5}}),
        ("_add_weight", 1, {"models.base.weight": 3}),
        ("_add_shared", 1, {"compute.h100-cloud.utilisation": 0.3}),
        ("_add_spending", 1, {"people.researchers.overhead": 0.2}),
        ("_add_spending", 2, {"costs.legal-and-audit.amount": 2e4}),
        ("_add_amount", 2, {"revenue.subscriptions.paid_after": 2}),
        ("_add_balance", 0, {"plan.min_cash": 3e6}),
        ("_add_balance", 2, {"plan.cash": 90e6}),
        ("_move_cash", 2, {"compute.h100-owned.resale": 0.4}),
        ("_add_second_objective", 0, {"plan.cash_yield": 0.05}),
        ("_add_second_objective", 2, {"compute.h100-owned.resale": 0.4}),
        ("_add_burn", 1, {"compute.h100-owned.price": 3e4}),
        ("_add_burn", 2, {"revenue.subscriptions.paid_after": 2}),
        ("_add_runway", 0, {"runway.months": 9}),
        ("_add_runway", 3, {"compute.h100-reserved.price": 2.5}),
        ("_add_limit", 0, {"limits.most-on-chips": "compute.spend <= 0.6 * total.spend"}),
    ],
    ids=str,
)
def test_a_part_that_forgot_an_argument_is_noticed(
    part: str, argument: int, values: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert_noticed(LAB, FIRST, part, argument, values, monkeypatch)


@pytest.mark.parametrize(
    ("part", "argument", "values"),
    [
        ("_add_chosen", 1, {"funding.grant.max": 2e5}),
        ("_add_chosen", 2, {"models.small.parameters": {"E": 1.7}}),
        ("_add_chosen", 3, {"objective.dilution_price": 0.5}),
        ("add_line", 1, {"funding.overdraft.rate": 0.2}),
        ("_add_covenant", 1, {"funding.bank.covenant": 3e5}),
        ("_add_covenant", 2, {"plan.min_cash": 6e4}),
        ("_add_grants", 0, {"funding.credits.amount": 1e5}),
        ("_add_grants", 1, {"compute.cloud.price": 3.5}),
        ("_add_limit", 2, {"funding.angel.amount": 2e5}),
    ],
    ids=str,
)
def test_money_that_forgot_an_argument_is_noticed(
    part: str, argument: int, values: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = load_plan(examples_dir() / "raise.toml")
    assert_noticed(plan, formulate(plan), part, argument, values, monkeypatch)


@pytest.mark.parametrize(
    ("part", "argument", "values"),
    [
        ("_add_ideas", 0, {"research.effect": 0.7}),
        ("_add_ideas", 1, {"people.researchers.research": 0.5}),
        ("_add_ideas", 2, {"models.flagship.deadline": 28}),
        ("_add_model", 0, {"research.harder": 2.0}),
    ],
    ids=str,
)
def test_a_stock_of_ideas_that_forgot_an_argument_is_noticed(
    part: str, argument: int, values: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    document = copy.deepcopy(LAB.document)
    for model in document["models"].values():
        model.pop("research_effect", None)
    # Else a later training moves the rows that keep staff, and with them all parts that follow.
    document["plan"]["wind_down"] = True
    plan = load_plan({**document, "research": {"effect": 0.5}})
    assert_noticed(plan, formulate(plan), part, argument, values, monkeypatch)


@pytest.mark.parametrize(
    ("part", "argument", "values"),
    [
        ("_add_amount", 1, {"revenue.subscriptions.churn": 0.3}),
        ("add_marketing", 1, {"revenue.subscriptions.marketing.half": 5e4}),
        ("add_marketing", 3, {"revenue.subscriptions.paid_after": 3}),
        ("add_launch", 2, {"models.assistant.deadline": 11}),
        ("add_launch", 3, {"revenue.api.amount": 2e5}),
        ("add_launch", 4, {"revenue.api.paid_after": 3}),
        ("add_launch", 5, {"revenue.api.model.all_at": 2.0}),
        ("_add_partner", 1, {"partners.cloud-vendor.pays.compute.h100-cloud": 0.4}),
        ("_add_partner", 2, {"partners.cloud-vendor.takes.api": 0.4}),
        ("_add_lending", 1, {"treasury.bills.earns": 0.06}),
    ],
    ids=str,
)
def test_a_part_that_sells_and_forgot_an_argument_is_noticed(
    part: str, argument: int, values: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert_noticed(SHOP, formulate(SHOP), part, argument, values, monkeypatch)


def assert_noticed(
    plan: Plan, first: Formulation, part: str, argument: int, values: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A plan with `values` is formulated right from the first, and wrong where `part` forgets one of its arguments."""
    still_holds = frame_module.Frame._still_holds

    def forgetful(frame: frame_module.Frame, known: frame_module.Part, write: Any, arguments: tuple[Any, ...]) -> bool:
        if write.__name__ == part and known.write is write:
            arguments = (*arguments[:argument], known.arguments[argument], *arguments[argument + 1 :])
        return still_holds(frame, known, write, arguments)

    changed = plan.changed(values)
    assert not noticed([changed], first)
    monkeypatch.setattr(frame_module.Frame, "_still_holds", forgetful)
    assert noticed([changed], first)
