"""The runner: whatever a peer does, there is a row for it."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from . import child, run
from .routes import CURVES, ROUTES, Route
from .table import Row, as_table

HYPERBOLA = {"family": "hyperbola", "unit": 1.0}


def a_route(place: str = "nowhere:nothing", package: str = "numpy") -> Route:
    return Route("curves", "a peer", place, (package,), "")


def test_a_peer_that_is_not_installed_is_a_row_that_says_so() -> None:
    row = run.measure(a_route(package="no-such-peer"), 5, HYPERBOLA, 1, 10.0, 1)
    assert row.ended == "not installed: no-such-peer"
    assert row.versions == "no-such-peer not installed"


def test_a_peer_that_fails_is_a_row_with_its_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "ROUTES", (a_route("curve_routes:nothing"),))
    answer = child.measure("curves", "a peer", 5, HYPERBOLA, 1)
    assert answer["ended"].startswith("AttributeError: module")
    assert "has no attribute 'nothing'" in answer["ended"]


def test_a_peer_that_hangs_is_a_row_with_the_limit() -> None:
    assert run.measure(CURVES[0], 5, HYPERBOLA, 1, 0.01, 1).ended == "no answer within 0.01 s"


def test_a_process_without_an_answer_is_a_row_with_its_last_word(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "CHILD", "no_such_module")
    row = run.measure(CURVES[0], 5, HYPERBOLA, 1, 60.0, 1)
    assert row.ended.startswith("ended with 1: ")
    assert "No module named" in row.ended


def test_the_command_prints_a_table_and_writes_all_rows(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    dollars = {"family": "hyperbola", "unit": 1e-6}
    monkeypatch.setitem(run.VARIANTS, "curves", (dollars,))
    path = tmp_path / "rows.csv"
    words = ["curves", "--only", "allocator", "slsqp", "--sizes", "5", "--repeats", "1", "--threads", "0"]
    run.main([*words, "--csv", str(path)])
    printed = capsys.readouterr()
    assert printed.out.count("### ") == 1
    assert "| allocator | allocator " in printed.out
    assert "| 5 | SciPy SLSQP | 1 |" in printed.out
    assert "hyperbola, money in dollars 5: SciPy SLSQP" in printed.err
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 3
    assert not [row["ended"] for row in rows if row["ended"]]
    assert all(float(row["median"]) > 0.0 for row in rows)
    assert all(float(row["gap"]) < 1e-6 for row in rows if row["name"].startswith("allocator"))


def test_an_unknown_suite_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        run.main(["curve"])
    assert "no suite is called curve; choose of curves, build, solve" in capsys.readouterr().err


@pytest.mark.parametrize(("suite", "figure"), [("build", "per_million"), ("solve", "objective")])
def test_the_other_suites_measure_ours(suite: str, figure: str) -> None:
    answer = child.measure(suite, "allocator", 2, {}, 2)
    assert answer["ended"] == ""
    assert len(answer["seconds"]) == 2
    assert answer[figure] > 0.0


def test_ratios_are_to_allocator_wherever_it_stands() -> None:
    rows = [
        Row("solve", "", 1, name, "1.0", "").with_answer({"ended": "", "seconds": seconds, "objective": 1.0})
        for name, seconds in (("peer", [3.0, 1.0, 2.0]), ("allocator", [0.5]))
    ]
    peer, ours = as_table("solve", rows).splitlines()[2:]
    assert peer == "| 1 | peer | 3 | 2 | 4 | 1.000000000 |  |"
    assert ours.startswith("| 1 | allocator | 1 | 0.5 | 1 |")


def test_no_two_routes_share_a_suite_and_a_name() -> None:
    assert len({(route.suite, route.name) for route in ROUTES}) == len(ROUTES)
