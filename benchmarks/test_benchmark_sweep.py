"""Every route of `bench_sweep.py` walks the same points and has its figures."""

from __future__ import annotations

import pytest
from bench_sweep import main, measure


def test_every_route_walks_all_points_and_says_what_starting_cost() -> None:
    rows = measure(12, ((1, "loky"), (2, "loky")))
    assert [row["points"] for row in rows] == [12, 12]
    assert rows[0]["in_place"] == 11
    assert rows[0]["startup_share"] == 0.0
    assert min(row["points_per_second"] for row in rows) > 0.0


def test_the_table_has_a_line_for_each_route(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    row = {"processes": 2, "start": "loky", "points": 9, "seconds": 3.0, "points_per_second": 3.0}
    row |= {"all_up_after": 1.5, "startup_share": 0.5, "in_place": 8}
    monkeypatch.setattr("bench_sweep.measure", lambda _points: [row])
    monkeypatch.setattr("sys.argv", ["bench_sweep.py"])
    main()
    line = capsys.readouterr().out.splitlines()[1]
    assert line.split() == ["2", "loky", "9", "3.00", "s", "3.0", "1.00", "1.50", "s", "50%"]
