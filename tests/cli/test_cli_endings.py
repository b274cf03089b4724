"""Exit codes, where messages go, and that a user's mistake never shows a traceback."""

from __future__ import annotations

import gc
import json
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import allocator.session
from allocator.errors import CertificateError, SolverError, StoppedError


def _broken_plans():
    """The table of broken plans, which lives with the tests of the plan."""
    folder = str(Path(__file__).parents[1] / "plan")
    if folder not in sys.path:
        sys.path.append(folder)
    return import_module("broken").CASES


@pytest.mark.parametrize("case", _broken_plans(), ids=lambda case: case.name)
def test_a_broken_plan_ends_with_two_and_its_key(run, tmp_path, case):
    answer = run("solve", case.make(tmp_path))
    assert answer.code == 2
    assert answer.out == ""
    assert case.key in answer.err
    assert "Traceback" not in answer.err


def test_the_unbroken_twin_of_the_broken_plans_ends_with_zero(run, tmp_path):
    answer = run("solve", import_module("working_plan").working(tmp_path), "--no-audit")
    assert answer.code == 0, answer.err
    assert answer.out.startswith("Optimal")


def test_several_mistakes_are_counted_and_said_together(run, plan_file):
    plan_file.write_text(plan_file.read_text().replace("price = 2.5", "prise = 2.5").replace("cash =", "cas ="))
    answer = run("solve", plan_file)
    assert answer.code == 2
    assert "mistakes" in answer.err.splitlines()[0]
    assert "compute.h100.prise" in answer.err
    assert "plan.cas" in answer.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--solver", "gurobbi"], "choose auto, highs, cbc"),
        (["--gap", "0"], "gap is 0.0"),
        (["--gap", "tight"], "--gap"),
        (["--time-limit", "-1"], "time_limit is -1.0"),
        (["--format", "yaml"], "yaml"),
        (["--colour"], "--colour"),
        (["--out", "plan.docx"], ".xlsx"),
        (["--out", "nowhere/plan.json"], "there is no folder nowhere"),
        (["--out", "old.csv"], "is a folder"),
        (["--set", "plan.cash"], "KEY.PATH=VALUE"),
    ],
)
def test_wrong_usage_ends_with_two_and_says_what_is_allowed(run, plan_file, monkeypatch, arguments, words):
    monkeypatch.chdir(plan_file.parent)
    Path("old.csv").mkdir()
    answer = run("solve", plan_file, *arguments)
    assert answer.code == 2
    assert words in answer.err
    assert answer.out == ""
    assert "Traceback" not in answer.err


def test_a_command_that_does_not_exist_ends_with_two(run):
    answer = run("slove", "plan.toml")
    assert answer.code == 2
    assert "slove" in answer.err


def test_an_infeasible_plan_ends_with_three_and_names_the_conflict(run, plan_file):
    answer = run("solve", plan_file, "--set", "plan.cash=1000")
    assert answer.code == 3
    assert answer.out == ""
    assert "cannot hold together" in answer.err
    assert "cash" in answer.err


def test_an_infeasible_plan_is_said_as_json_too(run, plan_file):
    answer = run("solve", plan_file, "--set", "plan.cash=1000", "--format", "json")
    assert answer.code == 3
    document = json.loads(answer.out)
    assert document["status"] == "infeasible"
    assert document["conflict"]


def test_no_file_is_written_for_an_infeasible_plan(run, plan_file, tmp_path):
    out = tmp_path / "result.csv"
    assert run("solve", plan_file, "--set", "plan.cash=1000", "--out", out).code == 3
    assert not out.exists()


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (StoppedError("No plan was found within 1 s"), 4),
        (SolverError("mosek is not installed"), 5),
        (CertificateError(["the ledger differs"]), 5),
        (KeyboardInterrupt(), 130),
    ],
)
def test_every_way_to_fail_has_its_exit_code_and_a_plain_line(run, plan_file, monkeypatch, error, code):
    def fail(*_arguments, **_options):
        raise error

    monkeypatch.setattr(allocator.session.Session, "solve", fail)
    answer = run("solve", plan_file)
    assert answer.code == code
    assert answer.out == ""
    assert answer.err
    assert "Traceback" not in answer.err


def test_a_plan_that_stopped_early_is_shown_and_ends_with_four(run, plan_file, monkeypatch):
    from dataclasses import replace

    solve = allocator.session.Session.solve

    def stopped(self, **options):
        result = solve(self, **options)
        return replace(result, status="time_limit", objective={**result.objective, "gap": 0.0123})

    monkeypatch.setattr(allocator.session.Session, "solve", stopped)
    answer = run("solve", plan_file, "--no-audit")
    assert answer.code == 4
    assert answer.out.startswith("Time limit reached; the best plan found is proven within 1.3 %")


def test_a_solver_that_cannot_plan_whole_units_is_refused_and_not_swapped(run, plan_file):
    answer = run("solve", plan_file, "--solver", "scs", "--set", "plan.whole=true")
    assert answer.code == 5
    assert "choose highs or cbc" in answer.err


@pytest.mark.parametrize("form", ["table", "json", "csv"])
def test_a_reader_that_leaves_early_hears_nothing(plan_file, form):
    command = [sys.executable, "-m", "allocator", "solve", str(plan_file), "--no-audit", "--format", form]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        err = process.stderr.read().decode()
    assert process.returncode == 141
    assert all(line.startswith("warning: ") for line in err.splitlines())


def test_help_imports_nothing_heavy():
    heavy = ("numpy", "pandas", "scipy", "cvxpy", "pulp", "highspy", "clarabel", "pydantic", "pint", "rich", "openpyxl")
    code = (
        "import sys; from allocator.cli import main; main(['--help']); "
        f"print([name for name in {heavy!r} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.stderr.strip() == "[]"
    for command in ("solve", "check", "new", "laws", "solvers", "schema", "export", "bench"):
        assert command in done.stdout


def test_a_solve_of_a_continuous_plan_imports_only_what_it_uses(plan_file):
    unused = ("pulp", "cvxpy", "clarabel", "pandas", "joblib", "openpyxl", "pyarrow", "tree_sitter", "rich.console")
    # Not multiprocessing: pint brings it along where dask is installed.
    unused = (*unused, "scipy.optimize", "scipy.special", "scipy.stats", "http", "asyncio", "allocator.study")
    code = (
        f"import sys; from allocator.cli import main; main(['solve', {str(plan_file)!r}]); "
        f"print([name for name in {unused!r} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.stdout.startswith("Optimal, proven")
    assert done.stderr.splitlines()[-1] == "[]"


def test_a_command_called_from_python_leaves_the_collection_of_garbage_as_it_was(run, plan_file):
    frozen = gc.get_freeze_count()
    assert run("solve", plan_file, "--no-audit").code == 0
    assert gc.isenabled()
    gc.disable()
    try:
        run("check", plan_file)
        assert not gc.isenabled()
    finally:
        gc.enable()
    assert gc.get_freeze_count() == frozen


def test_a_screen_without_blocks_or_colours_gets_plain_letters(shell, plan_file):
    answer = shell("solve", plan_file, "--no-audit", PYTHONIOENCODING="ascii", NO_COLOR="1")
    assert answer.returncode == 0
    text = answer.stdout.decode("ascii")
    assert "####" in text
    assert "?" not in text
    assert "\x1b" not in text


def test_a_plan_named_in_another_script_prints_anywhere(shell, plan_file):
    plan_file.write_text(plan_file.read_text().replace('"small-lab"', '"资本分配"'), encoding="utf-8")
    answer = shell("solve", plan_file, "--no-audit", PYTHONIOENCODING="ascii")
    assert answer.returncode == 0
    assert b"Optimal" in answer.stdout
