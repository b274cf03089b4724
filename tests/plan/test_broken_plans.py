"""Broken plans, as users break them: the right key, a remedy, never another exception."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from broken import CASES
from working_plan import Case, working

from allocator.errors import PlanError
from allocator.plan import load_plan


def test_the_unbroken_plan_loads(tmp_path: Path) -> None:
    assert load_plan(working(tmp_path)).plan.name == "small-lab"


def test_there_are_at_least_fifty_broken_plans_with_different_names() -> None:
    assert len({case.name for case in CASES}) == len(CASES) >= 50


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name.replace(" ", "-"))
def test_a_broken_plan_is_refused_with_its_key_and_a_remedy(case: Case, tmp_path: Path) -> None:
    with pytest.raises(PlanError) as caught:
        load_plan(case.make(tmp_path))
    problems = caught.value.problems
    assert [problem.key for problem in problems] == [case.key], "one change is one problem"
    problem = problems[0]
    assert case.remedy_fragment in problem.remedy
    assert problem.message
    assert problem.file.startswith(str(tmp_path))
    if case.key not in ("", "plan", "models"):
        text = Path(problem.file).read_text(encoding="utf-8").splitlines()
        names = set(re.sub(r"\[\d+\]", "", problem.key).split("."))
        assert problem.line is not None
        assert any(name in text[problem.line - 1] for name in names), "the line is one that speaks of the key"
