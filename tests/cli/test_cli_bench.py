"""`allocator bench` as a user runs it: what it prints and writes, and every way in which a run can end."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from allocator.study.scaling import COLUMNS, GROWTH_COLUMNS

SMALL = ("--family", "startup", "--repeat", "1", "--time-limit", "60")
HERE = str(Path(__file__).parent)


def own(name):
    return f"mine=bench_solvers:{name}"


@pytest.fixture
def row(run):
    """Measure one run of a misbehaving solver; its exit code and its row."""

    def measured(name, *more):
        arguments = ("bench", *SMALL, "--size", "15", "--solver", own(name), "--phase", "solve", "--format", "json")
        answer = run(*arguments, *more)
        assert "Traceback" not in answer.err
        (only,) = json.loads(answer.out)["rows"]
        return answer.code, only

    return measured


@pytest.fixture(scope="module")
def three_sizes(tmp_path_factory):
    """A study over three sizes on the terminal, and its files."""
    folder = tmp_path_factory.mktemp("bench")
    files = [word for suffix in ("csv", "json", "md", "html") for word in ("--out", f"study.{suffix}")]
    sizes = ("--size", "15:27:3", "--solver", "highs", "--phase", "build", "--phase", "whole-way")
    command = [sys.executable, "-m", "allocator", "bench", "--family", "startup", "--repeat", "2", *sizes, *files]
    root = str(Path(__file__).parents[2])
    environment = {**os.environ, "PYTHONPATH": root}
    return folder, subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=300)


def test_a_study_prints_a_table_the_exponents_and_a_picture(three_sizes):
    _, done = three_sizes
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0] == "startup, by months"
    assert lines[1].split()[:4] == ["months", "rows", "columns", "entries"]
    assert [line.split()[0] for line in lines[2:8]] == ["15", "15", "21", "21", "27", "27"]
    assert "Growth: seconds ~ months^p" in lines
    assert sum("p = " in line and "3 sizes" in line for line in lines) == 2
    assert "startup, whole-way: median seconds, both axes logarithmic" in lines
    assert lines[-1].split() == ["o", "highs"]


def test_progress_and_notes_are_not_among_the_results(three_sizes):
    _, done = three_sizes
    assert done.stderr.splitlines() == [f"Wrote study.{suffix}" for suffix in ("csv", "json", "md", "html")]


def test_the_csv_has_every_column_and_a_row_for_each_run(three_sizes):
    folder, _ = three_sizes
    rows = list(csv.DictReader(io.StringIO((folder / "study.csv").read_text())))
    assert tuple(rows[0]) == COLUMNS
    assert [(row["size"], row["phase"]) for row in rows] == [
        (size, phase) for size in ("15", "21", "27") for phase in ("build", "whole-way")
    ]
    for row in rows:
        assert row["status"] == ("built" if row["phase"] == "build" else "optimal")
        assert 0.0 < float(row["seconds_min"]) <= float(row["seconds"]) <= float(row["seconds_max"])
        assert row["runs"] == "2"
        assert float(row["peak_mb"]) > 10.0
        assert bool(row["times_bare"]) == bool(row["gap"]) == bool(row["version"]) == (row["phase"] == "whole-way")


def test_the_json_has_rows_growth_and_the_machine(three_sizes):
    folder, _ = three_sizes
    document = json.loads((folder / "study.json").read_text())
    assert document["planned"] == len(document["rows"]) == 6
    assert tuple(document["growth"][0]) == GROWTH_COLUMNS
    assert {row["phase"] for row in document["growth"]} == {"build", "whole-way"}
    assert document["machine"]["cores"] >= 1


def test_the_markdown_and_the_page_have_the_table_too(three_sizes):
    folder, _ = three_sizes
    assert (folder / "study.md").read_text().startswith("## startup, by months\n\n| months |")
    page = (folder / "study.html").read_text()
    assert page.startswith("<!doctype html>")
    assert "both axes logarithmic" in page


@pytest.mark.parametrize(("form", "begins"), [("csv", "family,size"), ("markdown", "## startup"), ("json", "{")])
def test_results_are_printed_in_each_format(run, form, begins):
    answer = run("bench", *SMALL, "--size", "15", "--phase", "build", "--format", form)
    assert answer.code == 0
    assert answer.out.startswith(begins)


def test_two_sizes_give_no_exponent(run):
    answer = run("bench", *SMALL, "--size", "15", "--size", "16", "--phase", "build")
    assert answer.code == 0
    assert "No growth exponent: it takes three sizes that were solved." in answer.out


def test_whole_units_are_measured_with_the_solvers_that_can_do_them(run):
    answer = run(
        "bench", "--family", "whole-startup", "--repeat", "1", "--size", "15", "--phase", "solve", "--format", "json"
    )
    rows = json.loads(answer.out)["rows"]
    assert answer.code == 0
    assert [(row["solver"], row["status"], row["times_bare"]) for row in rows] == [
        ("cbc", "optimal", None),
        ("highs", "optimal", None),
    ]


@pytest.mark.parametrize("phase", ["solve", "certify", "whole-way"])
def test_an_adapter_of_ones_own_is_measured_in_every_phase(run, phase):
    answer = run("bench", *SMALL, "--size", "15", "--solver", own("Honest"), "--phase", phase, "--format", "json")
    (only,) = json.loads(answer.out)["rows"]
    assert (answer.code, only["status"], only["solver"]) == (0, "optimal", "mine")
    assert (only["times_bare"] is not None) == (phase != "certify")


def test_what_a_solver_prints_does_not_reach_the_results(row):
    code, only = row("Chatty")
    assert (code, only["status"], only["runs"]) == (0, "optimal", 1)
    assert only["seconds"] > 0.0


def test_a_run_that_meets_its_limit_is_a_row_and_ends_with_four(run):
    answer = run(
        "bench",
        "--size",
        "36",
        "--solver",
        "highs",
        "--phase",
        "whole-way",
        "--time-limit",
        "0.0001",
        "--format",
        "json",
    )
    (only,) = json.loads(answer.out)["rows"]
    assert answer.code == 4
    assert only["status"] == "time_limit"
    assert "0.0001 s" in only["reason"]


def test_a_solver_that_never_answers_is_ended_with_all_it_started(row, monkeypatch, tmp_path):
    monkeypatch.setattr("allocator.study.scaling_process.GRACE", 0.5)
    monkeypatch.setenv("STUCK_FILE", str(tmp_path / "pid"))
    code, only = row("Stuck", "--time-limit", "0.5")
    assert code == 4
    assert only["status"] == "killed"
    assert only["reason"] == "was still running after 1 s (limit 0.5 s)"
    assert only["seconds"] is None
    assert only["entries"] > 0
    assert ended(int((tmp_path / "pid").read_text()))


def ended(pid: int) -> bool:
    """Whether a process is gone, or will be as soon as whoever inherits it looks."""
    for _ in range(50):
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
        except FileNotFoundError:
            return True
        if state == "Z":
            return True
        time.sleep(0.1)
    return False


@pytest.mark.parametrize(
    ("name", "status", "reason"),
    [
        ("Leaves", "crashed", "the process ended with exit status 7: out of licences"),
        ("Killed", "crashed", "the process ended by SIGKILL"),
        ("Raises", "failed", "ZeroDivisionError: no rows to divide by"),
        ("Liar", "refused", "its own point does not hold"),
        ("Nobody", "failed", "has no attribute 'Nobody'"),
    ],
)
def test_a_solver_that_fails_is_a_row_with_its_reason_and_ends_with_five(row, name, status, reason):
    code, only = row(name)
    assert code == 5
    assert only["status"] == status
    assert reason in only["reason"]
    assert only["seconds"] is None


def test_one_that_fails_does_not_keep_the_others_from_running(run):
    answer = run("bench", *SMALL, "--size", "15", "--solver", own("Leaves"), "--solver", "highs", "--phase", "solve")
    assert answer.code == 5
    assert "15 months mine solve: crashed: the process ended with exit status 7" in answer.out
    assert "optimal" in answer.out


def test_a_solver_that_is_not_installed_is_a_row_and_ends_with_five(run, monkeypatch):
    from dataclasses import replace

    from allocator.solve.choose import available_solvers

    absent = [replace(info, version="", installed=info.name != "clarabel") for info in available_solvers()]
    monkeypatch.setattr("allocator.study.scaling.available_solvers", lambda: absent)
    answer = run("bench", *SMALL, "--size", "15", "--solver", "clarabel", "--phase", "solve", "--format", "json")
    (only,) = json.loads(answer.out)["rows"]
    assert answer.code == 5
    assert (only["status"], only["reason"]) == ("not installed", "run `pip install clarabel`")


def test_a_solver_that_cannot_do_whole_units_is_a_row_and_ends_with_five(run):
    small = ("--family", "whole-startup", "--size", "15", "--repeat", "1")
    answer = run("bench", *small, "--solver", "clarabel", "--phase", "solve")
    assert answer.code == 5
    assert "clarabel cannot plan in whole units" in answer.out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--solver", "gurobbi"], "choose auto, highs, cbc"),
        (["--solver", "auto"], "name the solver to measure"),
        (["--solver", "mine=nowhere_to_be_found:Solver"], "there is no module nowhere_to_be_found"),
        (["--solver", "mine=bench_solvers"], "NAME=MODULE:FACTORY"),
        (["--family", "labs"], "choose lab, startup"),
        (["--phase", "sleep"], "choose build, solve, certify, whole-way"),
        (["--size", "5"], "lab has 12 to 120 months"),
        (["--size", "many"], "START:STOP:COUNT"),
        (["--size", "36:12:3"], "the range must rise"),
        (["--size", "12:36:1"], "COUNT be at least 2"),
        (["--repeat", "0"], "--repeat 0"),
        (["--time-limit", "0"], "time_limit is 0.0"),
        (["--format", "yaml"], "yaml"),
        (["--out", "study.xlsx"], ".csv, .json"),
        (["--out", "nowhere/study.csv"], "there is no folder nowhere"),
    ],
)
def test_wrong_usage_ends_with_two_before_anything_runs(run, monkeypatch, tmp_path, arguments, words):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("allocator.study.scaling.measure", None)
    answer = run("bench", *arguments)
    assert answer.code == 2
    assert words in answer.err
    assert answer.out == ""
    assert "Traceback" not in answer.err


def test_help_and_the_page_name_every_family_phase_and_column(run):
    from allocator.study.scaling_families import FAMILIES
    from allocator.study.scaling_phases import PHASES

    told = run("bench", "--help").out
    page = (Path(__file__).parents[2] / "docs" / "bench.md").read_text(encoding="utf-8")
    for name in (*FAMILIES, *PHASES):
        assert name in told
        assert f"`{name}`" in page
    for name in COLUMNS:
        assert f"`{name}`" in page


def test_a_picture_without_matplotlib_is_refused_with_what_to_install(run, monkeypatch, tmp_path):
    monkeypatch.setattr("allocator.report.figure.find_spec", lambda _name: None)
    monkeypatch.setattr("allocator.study.scaling.measure", None)
    answer = run("bench", "--out", tmp_path / "study.png")
    assert answer.code == 2
    assert 'pip install "allocator[plots]"' in answer.err
    assert 'pip install ".[plots]"' in answer.err


@pytest.mark.parametrize(("suffix", "begins"), [("png", b"\x89PNG"), ("svg", b"<?xml")])
def test_a_picture_is_written_where_matplotlib_is_installed(run, tmp_path, suffix, begins):
    pytest.importorskip("matplotlib")
    path = tmp_path / f"study.{suffix}"
    answer = run("bench", *SMALL, "--size", "15", "--size", "18", "--phase", "build", "--out", path)
    assert answer.code == 0, answer.err
    assert path.read_bytes().startswith(begins)


def test_an_interrupt_keeps_the_finished_rows_and_ends_with_four(tmp_path):
    """A real one: the second run has begun and never ends when the signal comes."""
    marker = tmp_path / "pid"
    command = [sys.executable, "-m", "allocator", "bench", *SMALL, "--size", "15", "--phase", "solve"]
    command += ["--solver", "highs", "--solver", own("Stuck"), "--format", "json"]
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(Path(__file__).parents[2]), HERE]),
        "STUCK_FILE": str(marker),
    }
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, env=environment, **pipes) as process:
        for _ in range(600):
            if marker.exists() and marker.read_text():
                break
            time.sleep(0.1)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    document = json.loads(out)
    assert process.returncode == 4
    assert [(row["solver"], row["status"]) for row in document["rows"]] == [("highs", "optimal")]
    assert err.decode().splitlines() == ["Stopped by the user after 1 of 2 runs."]
    assert ended(int(marker.read_text()))


def test_an_interrupt_before_the_first_row_ends_as_everywhere(run, monkeypatch):
    def interrupt(_task):
        raise KeyboardInterrupt

    monkeypatch.setattr("allocator.study.scaling.measure", interrupt)
    answer = run("bench", *SMALL)
    assert answer.code == 130
    assert answer.out == ""


@pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="other systems do not report the peak of a process alone"
)
def test_peak_memory_is_that_of_the_run_and_not_of_who_started_it(row):
    import numpy as np

    ballast = np.ones(50_000_000)
    _, honest = row("Honest")
    assert honest["peak_mb"] < ballast.nbytes / 1e6
    _, greedy = row("Greedy")
    assert greedy["peak_mb"] > honest["peak_mb"] + 300
    assert greedy["peak_mb"] - greedy["before_mb"] > 300
