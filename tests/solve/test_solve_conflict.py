"""An infeasible program names the rules that cannot hold together, and by how much."""

from __future__ import annotations

import numpy as np
import pytest
from solve_programs import months, short_of_cash

from allocator.formulate.curves import CurveKind
from allocator.formulate.program import ProgramBuilder
from allocator.solve.conflict import find_conflict


def test_the_conflict_names_the_rules_and_leaves_the_others_out() -> None:
    conflict = find_conflict(short_of_cash(2e3, 5.0))
    assert conflict.groups == ("cash", "people.staff.min")
    assert conflict.sentences == ("Cash pays for people.", "So many people stay.")
    assert conflict.findings == ()


def test_each_rule_is_told_by_how_much_it_would_have_to_give_alone() -> None:
    conflict = find_conflict(short_of_cash(2e3, 5.0))
    cash, staff = conflict.shortfalls
    assert (cash.group, cash.unit) == ("cash", "USD")
    assert cash.amount == pytest.approx(3e3)
    assert cash.total == pytest.approx(9e3)
    assert cash.where.startswith("Cash, 2026-0")
    assert (staff.group, staff.unit) == ("people.staff.min", "person")
    assert staff.amount == pytest.approx(3.0)


def test_bounds_that_are_a_rule_can_be_in_conflict() -> None:
    builder = ProgramBuilder()
    chips = builder.add_columns("chips", months(2), unit="GPU", sentence="Chips.", upper=10.0, scale=5.0)
    builder.group_bounds("compute.office.max", "At most ten chips.", chips)
    row = builder.add_rows("Need", months(2), unit="GPU", sentence="Need 25.", lower=25.0, scale=5.0, group="need")
    builder.put(row, chips, 1.0)
    conflict = find_conflict(builder.build())
    assert set(conflict.groups) == {"need", "compute.office.max"}
    amounts = {found.group: found.amount for found in conflict.shortfalls}
    assert amounts == pytest.approx({"need": 15.0, "compute.office.max": 15.0})


def test_a_target_on_a_curve_is_found_to_be_out_of_reach() -> None:
    builder = ProgramBuilder()
    spend = builder.add_columns("spend", [""], unit="USD", sentence="Spend.", scale=1e3)
    gain = builder.add_columns("gain", [""], unit="1", sentence="Gain.", lower=-20.0, upper=20.0)
    cap = builder.add_rows("Cap", [""], unit="USD", sentence="Cap.", upper=3e3, scale=1e3, group="cash")
    builder.put(cap, spend, 1.0)
    target = builder.add_rows("Target", [""], unit="1", sentence="Target.", lower=np.log(5.0), group="target")
    builder.put(target, gain, 1.0)
    builder.add_curves(CurveKind.LOG, spend, gain, names=["gain"])
    conflict = find_conflict(builder.build())
    assert conflict.groups == ("cash", "target")
    amounts = {found.group: found.amount for found in conflict.shortfalls}
    assert amounts["cash"] == pytest.approx(2e3, rel=1e-4)
    assert amounts["target"] == pytest.approx(np.log(5.0 / 3.0), abs=1e-5)


def test_rules_that_only_whole_units_break_are_found() -> None:
    builder = ProgramBuilder()
    nodes = builder.add_columns("nodes", [""], unit="GPU", sentence="Nodes.", scale=8.0, integer=True)
    low = builder.add_rows("Low", [""], unit="GPU", sentence="At least ten.", lower=10.0, scale=8.0, group="low")
    high = builder.add_rows("High", [""], unit="GPU", sentence="At most fourteen.", upper=14.0, scale=8.0, group="high")
    builder.put(low, nodes, 1.0)
    builder.put(high, nodes, 1.0)
    conflict = find_conflict(builder.build())
    assert conflict.groups == ("low", "high")
    amounts = {found.group: found.amount for found in conflict.shortfalls}
    assert amounts == pytest.approx({"low": 2.0, "high": 2.0})


def test_rows_without_a_group_are_never_given_up() -> None:
    builder = ProgramBuilder()
    cash = builder.add_columns("cash", [""], unit="USD", sentence="Cash.")
    row = builder.add_rows("Balance", [""], unit="USD", sentence="Adds up.", lower=-5.0, upper=-5.0)
    builder.put(row, cash, 1.0)
    rule = builder.add_rows("Rule", [""], unit="USD", sentence="Rule.", lower=0.0, group="rule")
    builder.put(rule, cash, 1.0)
    conflict = find_conflict(builder.build())
    assert conflict.groups == ()
    assert "even with every rule given up" in conflict.findings[0]


def test_a_program_that_can_hold_has_no_conflict() -> None:
    conflict = find_conflict(short_of_cash(9e3, 5.0))
    assert conflict.groups == ()
    assert conflict.findings == ("no conflict was found: the rules can hold together",)
