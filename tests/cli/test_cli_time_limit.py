"""`--time-limit` is that of the whole command: exit code 4, and what is printed says what is missing."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from allocator.cli import main
from allocator.resources import examples_dir

STOPPED = 4
# Between the solves of a study whose solves take 1000 each; no solver's own watch comes to it.
LIMIT = ("--time-limit", "2500")
COMMANDS = {
    "solve": (),
    "explain": (),
    "frontier": ("--against", "capital"),
    "alternatives": (),
    "sensitivity": ("--field", "data"),
    "require": ("--target", "small=2.4"),
    "compare": ("--with", "plan.cash=9M"),
    "diagnose": (),
}


@pytest.mark.parametrize("command", COMMANDS)
def test_a_limit_that_is_over_at_once_leaves_no_plan(run, plan_file, command):
    answer = run(command, plan_file, *COMMANDS[command], "--time-limit", "1e-9")
    assert answer.code == STOPPED
    assert "No plan was found within 1e-09 s; give --time-limit more" in answer.err
    assert answer.out == ""


@pytest.mark.parametrize("command", [*COMMANDS, "sweep"])
def test_the_help_says_what_the_limit_is_of(run, command):
    said = " ".join(run(command, "--help").out.replace("│", " ").split())
    assert (
        "Of each point: stop it after so long" if command == "sweep" else "Of the whole command: stop after"
    ) in said


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("explain", "not measured: the time limit"),
        ("frontier", "not measured: the time limit"),
        ("alternatives", "5 of 5 ranges not measured: the time limit"),
        ("sensitivity", "2 of 2 numbers not measured: the time limit"),
    ],
)
@pytest.mark.parametrize("form", ["table", "markdown", "json", "csv"])
def test_every_format_says_what_is_missing(run, plan_file, each_solve_takes, command, said, form):
    each_solve_takes(1000.0)
    answer = run(command, plan_file, *COMMANDS[command], "--time-limit", "1500", "--format", form)
    assert answer.code == STOPPED
    there = answer.out if form in ("table", "markdown") else answer.err
    assert said in " ".join(there.split())
    if form == "json" and command != "sensitivity":
        assert said in json.loads(answer.out)["missing"][0]


def test_rows_without_an_answer_say_why(run, plan_file, each_solve_takes):
    each_solve_takes(1000.0)
    frontier = run("frontier", plan_file, *COMMANDS["frontier"], "--time-limit", "500").out
    assert [line.split()[-1] for line in frontier.splitlines()[2:5]] == ["time_limit", "stopped", "stopped"]
    numbers = run("sensitivity", plan_file, *COMMANDS["sensitivity"], *LIMIT).out
    assert "not measured" in numbers
    assert "no plan" not in numbers


def test_a_table_that_there_was_no_time_for_is_no_table(run, plan_file, each_solve_takes):
    each_solve_takes(1000.0)
    changed = ("--with", "plan.cash=9M", "--table", "changes", "--time-limit", "500")
    answer = run("explain", plan_file, *changed)
    assert (answer.code, answer.out) == (STOPPED, "")
    assert "--table changes: the plan with plan.cash=9M not solved: the time limit" in answer.err
    rival = plan_file.with_name("rival.toml")
    rival.write_text(plan_file.read_text().replace("small-lab", "rival-lab"))
    answer = run("diagnose", plan_file, "--rival", rival, "--table", "rival", "--time-limit", "500")
    assert (answer.code, answer.out) == (STOPPED, "")
    assert "--table rival: the rival, rival-lab, not solved, and not compared with: the time limit" in answer.err


def test_a_company_is_diagnosed_without_the_rival_that_was_not_solved(run, plan_file, each_solve_takes):
    each_solve_takes(1000.0)
    rival = plan_file.with_name("rival.toml")
    rival.write_text(plan_file.read_text().replace("small-lab", "rival-lab"))
    answer = run("diagnose", plan_file, "--rival", rival, "--time-limit", "500")
    assert answer.code == STOPPED
    assert answer.out.startswith("F = ")
    assert "warning: the rival, rival-lab, not solved, and not compared with: the time limit" in answer.err


def test_plans_that_are_not_proven_best_are_named_beside_their_comparison(run, plan_file, each_solve_takes):
    each_solve_takes(1000.0)
    answer = run("compare", plan_file, "--with", "plan.cash=9M", "--time-limit", "1500")
    assert answer.code == STOPPED
    assert "warning: as it is not proven best: the time limit" in answer.err
    assert "plan.cash" in answer.out


def test_a_curve_gives_the_targets_that_there_was_time_for(run, plan_file, each_solve_takes):
    each_solve_takes(1000.0)
    answer = run("require", plan_file, "--curve", "small=2.5,2.4,2.3,2.2", "--set", "plan.cash=1M", *LIMIT)
    assert answer.code == STOPPED
    assert "warning: 1 of 4 targets not measured: the time limit" in answer.err
    ends = [line.split()[1] for line in answer.out.splitlines()[1:]]
    assert sorted(ends) == ["optimal", "optimal", "stopped", "time_limit"]


def test_the_longest_runway_so_far_is_printed(run, each_solve_takes):
    each_solve_takes(1000.0)
    plan = examples_dir() / "longest-runway.toml"
    answer = run("solve", plan, "--no-audit", "--time-limit", "1500")
    assert answer.code == STOPPED
    assert answer.out.startswith("Time limit reached; longest runway: ")
    answer = run("solve", plan, "--no-audit", "--time-limit", "1500", "--format", "json")
    assert json.loads(answer.out)["objective"]["gap"] is None


def test_an_infeasible_plan_is_explained_within_the_limit(run, plan_file, each_solve_takes):
    each_solve_takes(1000.0)
    broken = ("--set", "plan.cash=1M", "--set", "models.small.target=1.9")
    answer = run("explain", plan_file, *broken, "--time-limit", "500")
    assert answer.code == 3
    said = " ".join(answer.out.split())
    assert "Rules that cannot hold together" in said
    assert "not every change was looked at to the end in time" in said


@pytest.mark.parametrize(
    ("command", "counted"),
    [("frontier", "points"), ("alternatives", "solves"), ("sensitivity", "numbers"), ("explain", "prices")],
)
def test_a_terminal_sees_how_much_is_done_and_a_pipe_nothing(plan_file, command, counted):
    pty = pytest.importorskip("pty", reason="needs a terminal of its own")
    arguments = [sys.executable, "-m", "allocator", command, str(plan_file), *COMMANDS[command]]
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        arguments, stdout=subprocess.PIPE, stderr=theirs, env={**os.environ, "TERM": "xterm", "COLUMNS": "120"}
    ) as process:
        os.close(theirs)
        seen = b""
        try:
            while part := os.read(ours, 1 << 16):
                seen += part
        except OSError:
            # What a terminal says when its other end is closed.
            pass
        assert process.wait(120) == 0
    os.close(ours)
    assert "small-lab" in seen.decode()
    assert counted in seen.decode()
    piped = subprocess.run(arguments, capture_output=True, timeout=120)
    assert (piped.returncode, piped.stderr if command != "explain" else b"") == (0, b"")


def test_a_limit_must_be_above_zero_everywhere(capsys, plan_file):
    for command, more in COMMANDS.items():
        assert main([command, str(plan_file), *more, "--time-limit", "0"]) == 2
        assert "time_limit is 0.0; it must be above zero" in capsys.readouterr().err
