"""`allocator solve` as a user runs it."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from allocator.report.tidy import COLUMNS, TABLE_NAMES


def test_a_solved_plan_prints_its_summary_and_answers_zero(run, plan_file):
    answer = run("solve", plan_file, "--no-audit")
    assert answer.code == 0
    assert answer.out.startswith("Optimal, proven within 0.0001 %")
    for word in ("Models", "Spending", "By quarter", "tightest", "What holds the plan back", "highs", "FLOP"):
        assert word in answer.out


def test_the_summary_fits_eighty_columns_and_a_screen(run, plan_file):
    for name in (plan_file, Path(__file__).parents[2] / "examples" / "series-b-lab.toml"):
        lines = run("solve", name, "--no-audit").out.splitlines()
        assert max(map(len, lines)) <= 80
        assert 15 < len(lines) <= 45


def test_warnings_go_to_standard_error_when_results_are_piped(run, plan_file):
    answer = run("solve", plan_file, "--no-audit", "--format", "csv")
    assert "warning: small: compute in FLOP" in answer.err
    assert "warning" not in answer.out


def test_json_is_all_that_standard_output_holds(run, plan_file):
    answer = run("solve", plan_file, "--format", "json")
    document = json.loads(answer.out)
    for key in ("status", "objective", "models", "cash", "runway_months", "tables", "prices", "certificate", "solver",
                "warnings", "plan", "plan_sha256"):  # fmt: skip
        assert key in document
    assert document["status"] == "optimal"
    assert document["models"][0]["parameters"] > 1e9
    assert document["horizon_audit"]["status"] == "optimal"


def test_the_audit_can_be_left_out(run, plan_file):
    answer = run("solve", plan_file, "--format", "json", "--no-audit")
    assert json.loads(answer.out)["horizon_audit"] is None


def test_printed_cash_adds_up_from_the_json_alone(run, plan_file):
    document = json.loads(run("solve", plan_file, "--format", "json", "--no-audit").out)
    tables = document["tables"]
    spent: dict[str, float] = {}
    for row in tables["spend"]:
        spent[row["month"]] = spent.get(row["month"], 0.0) + row["money"]
    closing = document["plan"]["plan"]["cash"]
    for row in tables["cash"]:
        assert row["opening"] == pytest.approx(closing, abs=0.01)
        inflow = row["interest"] + row["revenue"] + row["funding"] + row["resale"]
        assert row["closing"] == pytest.approx(row["opening"] + inflow - row["spend"], abs=0.01)
        assert row["spend"] == pytest.approx(spent.get(row["month"], 0.0), abs=0.01)
        closing = row["closing"]


def test_csv_is_one_tidy_table_that_adds_up(run, plan_file):
    rows = list(csv.DictReader(io.StringIO(run("solve", plan_file, "--no-audit", "--format", "csv").out)))
    assert tuple(rows[0]) == COLUMNS
    cash = {(row["month"], row["item"]): row["money"] for row in rows if row["table"] == "cash"}
    spent = sum(float(row["money"]) for row in rows if row["table"] == "spend")
    assert spent > 1e6
    assert spent == pytest.approx(sum(float(money) for (_, item), money in cash.items() if item == "spend"))
    by_offer = sum(float(row["money"]) for row in rows if row["table"] == "compute")
    assert by_offer == pytest.approx(sum(float(r["money"]) for r in rows if r["item"].startswith("compute.h100.")))


def test_markdown_has_the_summary_and_every_warning_in_full(run, plan_file):
    answer = run("solve", plan_file, "--no-audit", "--format", "markdown")
    assert answer.out.startswith("# small-lab\n")
    assert "| Model | Quality |" in answer.out
    for line in answer.err.splitlines():
        assert line.removeprefix("warning: ") in answer.out


@pytest.mark.parametrize("name", TABLE_NAMES)
def test_every_table_can_be_asked_for_alone(run, plan_file, name):
    answer = run("solve", plan_file, "--no-audit", "--table", name, "--format", "json")
    full = json.loads(run("solve", plan_file, "--no-audit", "--format", "json").out)
    expected = full["prices"]["rows"] if name == "prices" else full["tables"][name]
    assert len(json.loads(answer.out)) == len(expected)


def test_a_table_for_people_has_money_like_money_and_compute_like_compute(run, plan_file):
    printed = run("solve", plan_file, "--no-audit", "--table", "compute").out.splitlines()
    busy = next(line for line in printed if line.startswith("2027-04"))
    assert "$934k" in busy
    assert "5.32e23 FLOP" in busy


def test_an_unknown_table_is_refused_before_the_plan_is_read(run):
    answer = run("solve", "no-such-plan.toml", "--table", "cahs")
    assert answer.code == 2
    assert "--table cahs" in answer.err
    assert "cash" in answer.err


def test_an_override_changes_the_answer_and_the_later_one_wins(run, plan_file):
    def cash(*overrides: str) -> float:
        options = [word for override in overrides for word in ("--set", override)]
        document = json.loads(run("solve", plan_file, "--no-audit", "--format", "json", *options).out)
        return document["plan"]["plan"]["cash"]

    assert cash() == 8e6
    assert cash("plan.cash=9M") == 9e6
    assert cash("plan.cash=9M", "plan.cash=7M") == 7e6


def test_an_override_of_an_unknown_item_suggests_the_right_one(run, plan_file):
    answer = run("solve", plan_file, "--set", "compute.h10.price=2")
    assert answer.code == 2
    assert "did you mean `h100`?" in answer.err
    assert answer.out == ""


def test_a_plan_is_read_from_standard_input(shell, plan_file):
    answer = shell("solve", "-", "--no-audit", "--format", "json", stdin=plan_file.read_bytes())
    assert answer.returncode == 0
    assert json.loads(answer.stdout)["plan"]["plan"]["name"] == "small-lab"


def test_mistakes_on_standard_input_are_said_as_those_of_a_file(shell):
    answer = shell("solve", "-", stdin=b"[plan\n")
    assert answer.returncode == 2
    assert b"<stdin>:1" in answer.stderr
    assert b"Traceback" not in answer.stderr


@pytest.mark.parametrize("solver", ["highs", "cbc"])
def test_the_solver_asked_for_is_the_solver_reported(run, plan_file, solver):
    document = json.loads(run("solve", plan_file, "--no-audit", "--solver", solver, "--format", "json").out)
    assert document["solver"]["name"] == solver
    assert document["solver"]["reason"] == "asked for"


def test_the_plan_stays_as_it_was(run, plan_file):
    before = plan_file.read_bytes()
    run("solve", plan_file, "--no-audit", "--set", "plan.cash=9M")
    assert plan_file.read_bytes() == before
