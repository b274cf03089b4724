"""The comparison of routes for whole units measures what it says."""

from __future__ import annotations

import pytest
from bench_whole import ROUTES, SPECS, measure


def test_a_row_has_the_seconds_of_every_route_and_the_ratio_of_the_race_to_the_better_one() -> None:
    (row,) = measure(SPECS[:1], runs=1)
    assert set(row.seconds) == set(ROUTES)
    assert set(row.statuses.values()) == {"optimal"}
    assert row.ratio == pytest.approx(row.seconds["auto"] / min(row.seconds["highs"], row.seconds["cbc"]))


def test_every_plan_has_whole_units_and_a_name_of_its_own() -> None:
    assert len({spec.name for spec in SPECS}) == len(SPECS)
    for spec in SPECS:
        assert spec.program().integer.any(), spec.name
