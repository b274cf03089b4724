"""Where the money went, on a terminal: names in full, the largest uses a column each."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from allocator.report.explanation import _sources
from allocator.report.layout import align
from allocator.result.trace import LEFT


def explained(uses: dict[tuple[str, str], float]) -> Any:
    rows = [{"source": source, "category": category, "money": money} for (source, category), money in uses.items()]
    plan = SimpleNamespace(plan=SimpleNamespace(currency="USD"))
    return SimpleNamespace(tables={"sources": rows}, result=SimpleNamespace(plan=plan))


def test_few_uses_have_a_column_each() -> None:
    grid = _sources(explained({("opening cash", "data"): 2e6, ("opening cash", LEFT): 1e6}))
    assert grid.columns == ("From", "Money", "Data", "Left")
    assert grid.rows == (("opening cash", "$3M", "$2M", "$1M"),)
    assert grid.note == ""


def test_many_uses_leave_room_for_the_names_and_nothing_is_lost() -> None:
    categories = ["people", "compute", "data", "costs", "marketing", "partners", "treasury", "funding"]
    uses = {("revenue.subscriptions marketing", name): 8e6 - 1e6 * place for place, name in enumerate(categories)}
    grid = _sources(explained(uses))
    shown = [name.lower() for name in grid.columns[2:]]
    assert shown[:-2] == categories[: len(shown) - 2]
    assert grid.note == f"Others: {', '.join(categories[len(shown) - 2 :])}"
    others = sum(8.0 - place for place in range(len(shown) - 2, len(categories)))
    assert grid.rows[0][:2] == ("subscriptions marketing", "$36M")
    assert grid.rows[0][-2] == f"${others:g}M"
    assert max(map(len, align((grid.columns, *grid.rows), grid.numeric))) <= 78


def test_a_name_that_two_sections_have_keeps_its_section() -> None:
    grid = _sources(explained({("funding.api", LEFT): 1e6, ("revenue.api", LEFT): 2e6, ("funding.seed", LEFT): 3e6}))
    assert [row[0] for row in grid.rows] == ["funding.api", "revenue.api", "seed"]
