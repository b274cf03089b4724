"""`allocator sweep` as a user runs it: every exit code, where messages go, what files hold."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys

import pytest

import allocator.study.sweep
from allocator.study.walk import Walker

VARY = ("--vary", "plan.cash=6e6:8e6:3")


def test_a_sweep_ends_with_zero_and_prints_a_row_for_each_combination(run, plan_file):
    answer = run("sweep", plan_file, *VARY, "--vary", "compute.h100.price=2.5,3 USD/hour")
    assert answer.code == 0, answer.err
    assert answer.err == ""
    head, *rows = answer.out.splitlines()
    assert head.split() == ["plan.cash", "compute.h100.price", "status", "models.small", "closing_cash", "least_runway"]
    assert len(rows) == 6
    assert rows[0].split()[:2] == ["6M", "2.5"]
    assert "3 USD/hour" in rows[1]


def test_csv_has_every_column_and_digit(run, plan_file):
    answer = run("sweep", plan_file, *VARY, "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(answer.out)))
    assert [row["plan.cash"] for row in rows] == ["6000000.0", "7000000.0", "8000000.0"]
    assert {"objective", "gap", "max_violation", "in_place", "seconds", "reason"} <= rows[0].keys()


def test_json_says_what_was_varied_of_which_plan_and_whether_it_is_complete(run, plan_file):
    document = json.loads(run("sweep", plan_file, *VARY, "--format", "json").out)
    assert document["status"] == "complete"
    assert document["vary"] == {"plan.cash": [6e6, 7e6, 8e6]}
    assert [point["status"] for point in document["points"]] == ["optimal"] * 3
    assert len(document["plan"]["sha256"]) == 64


def test_markdown_is_a_table(run, plan_file):
    assert run("sweep", plan_file, *VARY, "--format", "markdown").out.startswith("| plan.cash | status |")


@pytest.mark.parametrize("suffix", ["json", "csv", "parquet", "xlsx", "html", "md"])
def test_files_are_written_by_their_suffix(run, plan_file, tmp_path, suffix):
    out = tmp_path / f"sweep.{suffix}"
    prices = "compute.h100.price=2.5,3 USD/hour,{start=2,yearly_change=-0.1}"
    answer = run("sweep", plan_file, "--vary", prices, "--out", out)
    assert answer.code == 0, answer.err
    assert answer.err == f"Wrote {out}\n"
    if suffix == "parquet":
        import pandas as pd

        assert list(pd.read_parquet(out)["compute.h100.price"])[:2] == ["2.5", "3 USD/hour"]
    elif suffix == "xlsx":
        from openpyxl import load_workbook

        assert load_workbook(out)["sweep"]["A2"].value == 2.5
    else:
        assert "3 USD/hour" in out.read_text()


def test_several_processes_print_the_same_table(run, plan_file):
    alone, shared = (run("sweep", plan_file, *VARY, "--parallel", count, "--format", "json") for count in (1, 2))
    metrics = [[point["models.small"] for point in json.loads(answer.out)["points"]] for answer in (alone, shared)]
    assert metrics[0] == pytest.approx(metrics[1], abs=1e-6)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "nothing is varied; give at least one --vary FIELD=start:stop:count"),
        (["--vary", "plan.cahs=1,2"], "error: --vary plan.cahs=1: plan.cahs: `cahs` is not a key of [plan]"),
        (["--vary", "plan.cahs=1,2"], "did you mean `cash`?"),
        (["--vary", "compute.h200.price=2:3:2"], "the plan has no `compute.h200` to override"),
        (["--vary", "plan.cash=some,more"], '"some" is not a number'),
        (["--vary", "plan.cash=a:b:3"], 'the start "a" is not a number'),
        (["--vary", "plan.cash=1:2:0"], "the range is empty"),
        (["--vary", "plan.cash=1:2:2.5"], "is not a whole number"),
        ([*VARY, "--parallel", "0"], "parallel is 0; it must be at least 1"),
        ([*VARY, "--parallel", "two"], "--parallel"),
        ([*VARY, "--cluster", "host:8786"], "write dask://host:8786 or ray://host:10001"),
        ([*VARY, "--cluster", "dask://host:1", "--parallel", "2"], "give one of the two"),
        ([*VARY, "--solver", "gurobbi"], "choose auto, highs, cbc"),
        ([*VARY, "--gap", "0"], "gap is 0.0"),
        ([*VARY, "--out", "sweep.docx"], ".xlsx"),
        ([*VARY, "--set", "plan.months=0"], "plan.months"),
    ],
)
def test_wrong_usage_ends_with_two_and_says_what_is_allowed(run, plan_file, arguments, words):
    answer = run("sweep", plan_file, *arguments)
    assert answer.code == 2
    assert words in answer.err
    assert answer.out == ""
    assert "Traceback" not in answer.err


def test_some_points_without_an_answer_are_a_warning_and_rows_with_their_reason(run, plan_file):
    answer = run("sweep", plan_file, "--vary", "plan.min_cash=0,90e6,-1")
    assert answer.code == 0
    assert "warning: 2 of 3 points have no answer: 1 infeasible, 1 refused; their `reason` says why" in answer.err
    assert "No plan keeps this rule: plan.min_cash" in answer.out.splitlines()[2]
    assert "-1 is not at least 0" in answer.out.splitlines()[3]


def test_a_sweep_of_infeasible_points_ends_with_three(run, plan_file):
    answer = run("sweep", plan_file, "--vary", "plan.min_cash=80e6,90e6")
    assert answer.code == 3
    assert answer.out.count("infeasible") == 2


@pytest.mark.parametrize(("status", "code"), [("gap", 4), ("time_limit", 4), ("stopped", 4), ("failed", 5)])
def test_points_that_stopped_early_end_with_four_and_failed_ones_with_five(run, plan_file, monkeypatch, status, code):
    answer = Walker.answer

    def ended(self, point):
        row = answer(self, point)
        return {**row, "status": status, "reason": "so it ended"} if point["plan.cash"] == 7e6 else row

    monkeypatch.setattr(Walker, "answer", ended)
    said = run("sweep", plan_file, *VARY)
    assert said.code == code
    assert f" {status}" in said.out


def test_ctrl_c_prints_what_is_finished_and_ends_with_four(run, plan_file, monkeypatch):
    answer = Walker.answer

    def pressed(self, point):
        if point["plan.cash"] == 7e6:
            os.kill(os.getpid(), signal.SIGINT)
        return answer(self, point)

    monkeypatch.setattr(Walker, "answer", pressed)
    said = run("sweep", plan_file, *VARY)
    assert said.code == 4
    assert said.err.startswith("Stopped by the user; what is finished follows")
    assert [line.split()[1] for line in said.out.splitlines()[1:]] == ["optimal", "stopped", "stopped"]


def test_an_error_of_the_sweep_itself_ends_with_five_and_a_plain_line(run, plan_file, monkeypatch):
    from allocator.errors import SweepError

    def loses(*_arguments, **_options):
        raise SweepError("the sweep ended without point 3")

    monkeypatch.setattr(allocator.study.sweep, "walk_path", loses)
    answer = run("sweep", plan_file, *VARY)
    assert (answer.code, answer.err) == (5, "error: the sweep ended without point 3\n")


def test_a_terminal_shows_a_bar_with_the_rate_and_a_pipe_shows_nothing(plan_file):
    pty = pytest.importorskip("pty", reason="needs a terminal of its own")
    command = [sys.executable, "-m", "allocator", "sweep", str(plan_file), *VARY, "--parallel", "2"]
    terminal = {**os.environ, "TERM": "xterm"}
    ours, theirs = pty.openpty()
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=theirs, env=terminal, timeout=120)
    os.close(theirs)
    shown = os.read(ours, 1 << 16).decode()
    os.close(ours)
    assert done.returncode == 0
    assert "Solving small-lab" in shown
    assert "3/3" in shown
    assert "points/s" in shown
    piped = subprocess.run(command, capture_output=True, timeout=120)
    assert (piped.returncode, piped.stderr) == (0, b"")


def test_values_side_by_side_a_hypercube_and_a_file_of_points(run, plan_file, tmp_path):
    zipped = run("sweep", plan_file, *VARY, "--vary", "compute.h100.price=2.5,3,3.5 USD/hour", "--zip")
    assert zipped.code == 0, zipped.err
    assert len(zipped.out.splitlines()) == 4
    drawn = run("sweep", plan_file, "--vary", "plan.cash=6M:8M", "--samples", "3", "--seed", "7")
    assert len(drawn.out.splitlines()) == 4
    points = tmp_path / "points.csv"
    points.write_text("plan.cash,compute.h100.price\n6M,2.5\n8M,3\n")
    assert len(run("sweep", plan_file, "--points", points).out.splitlines()) == 3


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--zip", "--samples", "3", *VARY), "say different things of which points are meant"),
        ((*VARY, "--points", "points.csv"), "--points has all fields and values"),
        ((*VARY, "--samples", "3"), "is not a range to sample from"),
        ((*VARY, "--resume"), "--resume needs the file of the sweep"),
        (("--points", "nowhere.csv"), "--points nowhere.csv cannot be read"),
    ],
)
def test_ways_that_do_not_go_together_are_refused(run, plan_file, options, said):
    answer = run("sweep", plan_file, *options)
    assert (answer.code, answer.out) == (2, "")
    assert said in answer.err


def test_a_finished_sweep_leaves_no_journal(run, plan_file, tmp_path):
    out = tmp_path / "sweep.parquet"
    assert run("sweep", plan_file, *VARY, "--out", out).code == 0
    assert [path.name for path in tmp_path.iterdir() if "partial" in path.name] == []
