"""A sweep that is cut off goes on where it was: nothing is lost, nothing is solved twice."""

from __future__ import annotations

import csv
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from allocator.errors import UsageError
from allocator.plan import load_plan
from allocator.resources import examples_dir
from allocator.solve.options import Options
from allocator.study.sweep import Sweep, sweep

FILE = examples_dir() / "image-startup.toml"
PLAN = load_plan(FILE)
VARY: dict[str, list[Any]] = {
    "plan.cash": [4e6, 4.5e6, 5e6, 5.5e6],
    "compute.gpu-server.price": ["150 kUSD/GPU", "200 kUSD/GPU", {"start": 200e3, "yearly_change": -0.1}],
}
# What differs from run to run.
LOOSE = {"seconds", "in_place", "objective", "gap", "max_violation", "ledger_difference"}


def same(one: Sweep, other: Sweep) -> bool:
    """Whether two tables are the same, to the gap where a number depends on the way there."""
    if one.table.columns != other.table.columns or len(one) != len(other):
        return False
    for mine, theirs in zip(one.table, other.table, strict=True):
        for name in one.table.columns:
            one_value, another = mine[name], theirs[name]
            near = pytest.approx(another, rel=1e-5) if isinstance(another, float) else another
            if name not in LOOSE and one_value != near:
                return False
    return True


def written(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))


def test_every_point_is_in_the_journal_as_it_is_in_the_table(tmp_path: Path) -> None:
    path = tmp_path / "s.partial.csv"
    found = sweep(PLAN, VARY, journal=path)
    rows = {int(row["point"]): row for row in written(path)}
    assert sorted(rows) == list(range(12))
    for position, row in enumerate(found.table):
        assert float(rows[position]["models.classifier"]) == row["models.classifier"]
        assert rows[position]["status"] == row["status"]


@pytest.mark.parametrize("kept", [1, 5, 12])
def test_a_sweep_goes_on_where_it_was_cut_off(tmp_path: Path, kept: int) -> None:
    path = tmp_path / "s.partial.csv"
    whole = sweep(PLAN, VARY, journal=path)
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    # Killed in the middle of a line.
    path.write_text("".join(lines[: 1 + kept]) + (lines[1 + kept][:20] if kept < 12 else ""), encoding="utf-8")
    solved: list[int] = []
    resumed = sweep(PLAN, VARY, journal=path, resume=True, progress=lambda done, _: solved.append(done))
    assert same(whole, resumed)
    assert solved == list(range(kept + 1, 13))
    points = [int(row["point"]) for row in written(path)]
    assert sorted(points) == list(range(12))


def test_what_was_written_is_given_back_to_the_last_digit(tmp_path: Path) -> None:
    path = tmp_path / "s.partial.csv"
    whole = sweep(PLAN, VARY, journal=path)
    resumed = sweep(PLAN, VARY, journal=path, resume=True)
    assert list(resumed.table) == list(whole.table)


def test_points_without_an_answer_are_kept_with_their_reason(tmp_path: Path) -> None:
    path = tmp_path / "s.partial.csv"
    vary = {"plan.min_cash": [0, 50e6, -1]}
    whole = sweep(PLAN, vary, journal=path)
    resumed = sweep(PLAN, vary, journal=path, resume=True)
    assert resumed.table.column("status") == ["optimal", "infeasible", "refused"]
    for mine, theirs in zip(whole.table.column("reason"), resumed.table.column("reason"), strict=True):
        assert mine.split() == theirs.split()


def test_an_unfinished_sweep_is_not_written_over(tmp_path: Path) -> None:
    path = tmp_path / "s.partial.csv"
    sweep(PLAN, VARY, journal=path)
    before = path.read_bytes()
    with pytest.raises(UsageError, match=r"holds 12 finished points of this sweep.*--resume"):
        sweep(PLAN, VARY, journal=path)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("changed", "options"),
    [({"plan.cash": 5.1e6}, None), ({}, Options(gap=1e-4))],
    ids=["another plan", "other options"],
)
def test_another_sweep_is_told_apart(tmp_path: Path, changed: dict[str, Any], options: Options | None) -> None:
    path = tmp_path / "s.partial.csv"
    vary = {"compute.gpu-server.utilisation": [0.3, 0.4]}
    sweep(PLAN, vary, journal=path)
    with pytest.raises(UsageError, match="belongs to another sweep"):
        sweep(PLAN.changed(changed) if changed else PLAN, vary, options=options, journal=path, resume=True)


@pytest.mark.skipif(os.name != "posix", reason="processes are killed by a signal that this system does not have")
@pytest.mark.parametrize("across", [60, pytest.param(200, marks=pytest.mark.slow)], ids=["300 points", "1,000 points"])
def test_a_sweep_killed_at_a_random_moment_and_resumed_gives_the_same_table(tmp_path: Path, across: int) -> None:
    out = tmp_path / "s.csv"
    partial = tmp_path / "s.partial.csv"
    options = [
        "--vary",
        f"plan.cash=4M:6M:{across}",
        "--vary",
        "compute.gpu-server.utilisation=0.3:0.4:5",
        "--out",
        str(out),
    ]
    command = [sys.executable, "-m", "allocator", "sweep", str(FILE), *options]
    seed = random.randrange(1_000)
    least = 1 + seed * across * 5 // 2_000
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while process.poll() is None and not (partial.exists() and partial.read_bytes().count(b"\n") > least):
        time.sleep(0.002)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert not out.exists(), f"the sweep was over before it was killed; seed {seed}"
    before = partial.read_text(encoding="utf-8").count("\n") - 1
    assert 0 < before < 5 * across, f"seed {seed}"
    done = subprocess.run([*command, "--resume"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert not partial.exists()
    resumed = list(csv.DictReader(out.read_text(encoding="utf-8").splitlines()))
    cash = [float(f"{4e6 + 2e6 * place / (across - 1):.12g}") for place in range(across)]
    whole = sweep(PLAN, {"plan.cash": cash, "compute.gpu-server.utilisation": [0.3, 0.325, 0.35, 0.375, 0.4]})
    assert len(resumed) == 5 * across
    for mine, theirs in zip(resumed, whole.table, strict=True):
        assert mine["status"] == theirs["status"]
        assert float(mine["models.classifier"]) == pytest.approx(theirs["models.classifier"], rel=1e-5)
