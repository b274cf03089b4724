"""Golden programs against what a hand computes of them: `rows_by_hand/`."""

from __future__ import annotations

import pytest
from golden_cases import CASES
from program_text import row_line
from rows_by_hand import BOUNDS, ROWS


@pytest.mark.parametrize("name", CASES)
def test_rows_are_what_a_hand_computes(name: str) -> None:
    text = CASES[name].text()
    assert {row: row_line(text, row) for row in ROWS[name]} == ROWS[name]


@pytest.mark.parametrize("name", BOUNDS)
def test_bounds_and_curves_are_what_a_hand_computes(name: str) -> None:
    lines = [line.strip() for line in CASES[name].text().splitlines()]
    assert [line for line in BOUNDS[name] if line not in lines] == []


def test_a_share_of_all_spending_counts_every_category() -> None:
    row = row_line(CASES["limits"].text(), "Limit_share")
    # spend.compute <= 0.6 (compute + data + people + costs)
    assert row.startswith("0.4 spend.compute@2026.01 + 0.4 spend.compute@2026.02 + 0.4 spend.compute@2026.03 - 0.6 ")
    assert row.count("- 0.6 spend.") == 9
    assert row.endswith("<= 0")
