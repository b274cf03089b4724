"""Units whole until a month: whole in the near months, parts of units after, and the result says which is which."""

from __future__ import annotations

import pytest
from plans import small_lab, solved

SAID = ("hires, lots and contracts are whole until 2026-12; from 2027-01 on they are relaxed to parts of units",)


def test_near_months_are_whole_far_ones_are_not_and_the_result_says_so() -> None:
    result = solved(small_lab(plan={"whole": "2026-12"}), solver="auto")
    gpus = result.decisions["compute"]["cloud"]["gpus"]
    assert gpus[:4] == pytest.approx([round(count) for count in gpus[:4]], abs=1e-6)
    assert any(abs(count - round(count)) > 1e-3 for count in gpus[4:])
    assert [warning for warning in result.warnings if "whole until" in warning] == list(SAID)
    assert SAID[0] in result.as_dict()["warnings"]


@pytest.mark.parametrize("whole", [False, True, "2027-08"])
def test_nothing_is_said_where_no_month_differs_from_another(whole: bool | str) -> None:
    result = solved(small_lab(plan={"whole": whole}), solver="auto")
    assert not [warning for warning in result.warnings if "whole until" in warning]


def test_the_result_names_who_found_the_plan_and_who_gave_the_bound() -> None:
    solver = solved(small_lab(plan={"whole": True}), solver="auto").solver
    assert solver["plan_by"]
    assert solver["bound_by"]
