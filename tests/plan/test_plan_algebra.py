"""Rules written in Python are the text of limits."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from working_plan import working

from allocator import PlanError, load_plan, quantity
from allocator.plan import Rule

cash, spend, heads = quantity("cash"), quantity("total.spend"), quantity("people.headcount")


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (quantity("compute.spend") <= 0.6 * spend, "compute.spend <= 0.6 * total.spend"),
        (spend <= 1e6, "total.spend <= 1000000"),
        (spend >= 0.1, "total.spend >= 0.1"),
        (spend >= 1e6, "total.spend >= 1000000"),
        (heads["2026-10"] == 12, "people.headcount[2026-10] = 12"),
        (heads["2026-10":"2027-03"] >= 12, "people.headcount[2026-10..2027-03] >= 12"),
        (heads[1:3] >= 12, "people.headcount[1..3] >= 12"),
        (cash[3] >= 3 * spend[3], "cash[3] >= 3 * total.spend[3]"),
        (heads - 2 + spend / 4 <= -cash, "people.headcount + 0.25 * total.spend - 2 <= -cash"),
        (5 - heads <= np.float64(2), "-people.headcount + 5 <= 2"),
        (sum([heads, heads, spend]) <= 3, "2 * people.headcount + total.spend <= 3"),
        ((heads == 500_000).within(1e3), "people.headcount = 500000 +- 1000"),
    ],
)
def test_a_comparison_is_the_text_of_a_limit(rule: Rule, text: str) -> None:
    assert str(rule) == text


@pytest.mark.parametrize(
    ("write", "said"),
    [
        (lambda: heads * spend, "multiplied by numbers only"),
        (lambda: heads / spend, "divided by numbers only"),
        (lambda: 2 / spend, "nothing is divided by a quantity"),
        (lambda: heads < 2, "write <= instead of <"),
        (lambda: heads > 2, "write >= instead of >"),
        (lambda: heads != 2, "compares with <=, >= or =="),
        (lambda: 1 <= heads <= 2, "compare once"),
        (lambda: bool(heads <= 2), "neither true nor false"),
        (lambda: (heads + 1)["2026-10"], "months belong to one quantity"),
        (lambda: heads[1][2], "months belong to one quantity"),
        (lambda: heads["2026-10":], "a first and a last"),
        (lambda: heads <= "3", "not '3'"),
        (lambda: heads <= float("nan"), "not nan"),
        (lambda: heads + True, "unsupported operand"),
        (lambda: heads * "3", "sequence|unsupported"),
    ],
)
def test_what_is_no_linear_rule_is_refused_where_it_is_written(write: Callable[[], object], said: str) -> None:
    with pytest.raises(TypeError, match=said):
        write()


def test_only_an_equation_has_some_give() -> None:
    with pytest.raises(ValueError, match="only an equation"):
        (heads <= 3).within(1)


def test_a_plan_takes_rules_by_name_and_reads_nothing_else_again(tmp_path: Path) -> None:
    plan = load_plan(working(tmp_path))
    more = plan.with_limits({"of-text": "cash >= 1e6"}, few=heads <= 30, share=quantity("compute.spend") <= 0.5 * spend)
    assert list(more.limits) == ["chips-share", "signed-hire", "of-text", "few", "share"]
    assert more.limits["few"].text == "people.headcount <= 30"
    assert more.people is plan.people
    assert list(plan.limits) == ["chips-share", "signed-hire"]
    again = more.with_limits(few=heads <= 31)
    assert again.limits["few"].constant == 31


def test_a_plan_without_limits_takes_rules_too(tmp_path: Path) -> None:
    document = {key: value for key, value in load_plan(working(tmp_path)).document.items() if key != "limits"}
    assert list(load_plan(document).with_limits(few=heads <= 30).limits) == ["few"]


def test_a_wrong_rule_is_refused_by_its_name(tmp_path: Path) -> None:
    plan = load_plan(working(tmp_path))
    with pytest.raises(PlanError) as caught:
        plan.with_limits({"few": quantity("people.nobody.hires") <= 3, "odd": 3})
    assert [problem.key for problem in caught.value.problems] == ["limits.odd", "limits.few"]
