"""`--scenario` and `--lock` as a user gives them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

SCENARIOS = """
[scenario.dear]
compute.h100.price = 3.5

[scenario.poor]
plan.cash = 6e6

[scenario.poorer]
extends = "poor"
plan.cash = 5e6
"""


@pytest.fixture
def scenario_file(plan_file: Path) -> Path:
    plan_file.write_text(plan_file.read_text() + SCENARIOS)
    return plan_file


def test_solve_lays_scenarios_over_the_plan_and_says_so(run, scenario_file):
    answer = run("solve", scenario_file, "--no-audit", "--scenario", "dear", "--scenario", "poor")
    assert answer.code == 0
    assert "small-lab with dear and poor: 12 months" in answer.out
    document = json.loads(run("solve", scenario_file, "--no-audit", "--format", "json", "--scenario", "dear").out)
    assert document["scenarios"] == ["dear"]
    assert document["plan"]["compute"]["h100"]["price"] == [3.5] * 12


def test_set_stands_above_a_scenario(run, scenario_file):
    answer = run("check", scenario_file, "--scenario", "poor", "--set", "plan.cash=7M", "--format", "json")
    document = json.loads(answer.out)
    assert document["plan"]["plan"]["cash"] == 7e6
    assert document["scenarios"] == ["poor"]


def test_alternatives_are_those_of_the_scenario(run, scenario_file):
    command = ("alternatives", scenario_file, "--plans", "0", "--format", "json")
    plain, laid, same = (
        json.loads(run(*command, *more).out)["value"]
        for more in ((), ("--scenario", "poor"), ("--set", "plan.cash=6M"))
    )
    assert laid == same != plain


def test_check_says_which_scenarios_there_are(run, scenario_file):
    assert "Scenarios dear, poor and poorer are not applied: --scenario NAME lays one over the plan." in (
        run("check", scenario_file).out
    )
    out = run("check", scenario_file, "--scenario", "poorer").out
    assert "Scenario poorer is laid over it." in out
    assert "opens with $5M" in out


def test_sweep_and_export_take_scenarios(run, scenario_file, tmp_path):
    command = ("sweep", scenario_file, "--scenario", "dear", "--vary", "plan.cash=6e6,8e6", "--format", "json")
    document = json.loads(run(*command).out)
    assert document["scenarios"] == ["dear"]
    out = tmp_path / "plan.lp"
    assert run("export", scenario_file, out, "--scenario", "dear").code == 0
    assert f"{3.5 * 730:g} compute.h100" in out.read_text().replace("_", ".")


def test_compare_and_diagnose_take_scenarios(run, scenario_file):
    command = ("compare", scenario_file, "--scenario", "poor", "--with-scenario", "dear", "--format", "json")
    answer = run(*command)
    assert answer.code == 0
    assert "with dear" in answer.out
    assert "plan.cash" not in answer.out
    assert "there is nothing to compare with" in run("compare", scenario_file, "--scenario", "dear").err
    assert run("diagnose", scenario_file, "--scenario", "poorer").code == 0
    assert "no scenario `dere`" in run("diagnose", scenario_file, "--scenario", "dere").err


def test_accounts_have_no_scenarios(run, tmp_path):
    path = tmp_path / "accounts.toml"
    path.write_text("[accounts]\nname = 'rival'\n")
    answer = run("diagnose", path, "--scenario", "dear")
    assert (answer.code, "accounts, which have no scenarios" in answer.err) == (2, True)


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (("poor", "poorer-"), "the plan has no scenario `poorer-`"),
        (("poor", "dearr"), "did you mean `dear`?"),
    ],
)
def test_a_wrong_scenario_is_refused_with_exit_code_two(run, scenario_file, names, said):
    answer = run("solve", scenario_file, *(word for name in names for word in ("--scenario", name)))
    assert answer.code == 2
    assert said in answer.err
    assert "Traceback" not in answer.err


def test_scenarios_of_one_field_are_refused(run, scenario_file):
    scenario_file.write_text(scenario_file.read_text() + "\n[scenario.rich]\nplan.cash = 9e6\n")
    answer = run("solve", scenario_file, "--scenario", "poor", "--scenario", "rich")
    assert answer.code == 2
    assert "scenarios `poor` and `rich` both change `plan.cash`" in answer.err


def test_a_plan_from_standard_input_has_scenarios_too(shell, scenario_file):
    done = shell("check", "-", "--scenario", "dear", stdin=scenario_file.read_bytes())
    assert done.returncode == 0
    assert b"Scenario dear is laid over it." in done.stdout


def test_a_result_is_locked_until_a_month_and_the_rest_is_planned_again(run, scenario_file, tmp_path):
    out = tmp_path / "result.json"
    first = json.loads(run("solve", scenario_file, "--no-audit", "--format", "json", "--out", out).out)
    command = ("solve", scenario_file, "--no-audit", "--format", "json", "--lock", out)
    same = json.loads(run(*command).out)
    assert same["objective"]["gain"] == pytest.approx(first["objective"]["gain"], abs=1e-6)
    dear = json.loads(run(*command, "--until", "2027-03", "--scenario", "dear").out)
    before, after = (found["decisions"]["compute"]["h100"]["gpus"] for found in (first, dear))
    assert after[:7] == pytest.approx(before[:7], rel=1e-7, abs=1e-9)
    assert after[7:] != pytest.approx(before[7:], rel=1e-3)


def test_locks_that_cannot_be_kept_end_with_exit_code_three_and_their_names(run, scenario_file, tmp_path):
    out = tmp_path / "result.json"
    run("solve", scenario_file, "--no-audit", "--out", out)
    answer = run("solve", scenario_file, "--no-audit", "--lock", out, "--scenario", "poorer")
    assert answer.code == 3
    assert "limits.lock-" in answer.err


def test_until_needs_a_lock_and_a_lock_needs_a_result(run, scenario_file, tmp_path):
    answer = run("solve", scenario_file, "--until", "2027-01")
    assert (answer.code, "--lock RESULT.json" in answer.err) == (2, True)
    answer = run("solve", scenario_file, "--lock", tmp_path / "nothing.json")
    assert (answer.code, "cannot be read" in answer.err) == (2, True)
    answer = run("solve", scenario_file, "--lock", scenario_file)
    assert (answer.code, "is not JSON" in answer.err) == (2, True)
