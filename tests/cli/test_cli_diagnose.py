"""`allocator diagnose` as a user runs it: every exit code, every format and file, every misuse."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples" / "accounts"
A, B = EXAMPLES / "company-a.toml", EXAMPLES / "company-b.toml"


def test_company_a_is_diagnosed_on_one_page(run):
    answer = run("diagnose", A)
    assert answer.code == 0, answer.err
    assert answer.err == ""
    assert answer.out.startswith("F = -0.5333: income of $20M, costs of $28M, expenditure of $15M")
    assert "! F is -0.533: costs of $28M against an income of $20M, less than 0" in answer.out
    assert "Against the rival" not in answer.out


def test_the_page_with_a_rival_fits_eighty_columns(run, plan_file):
    for rival in (B, plan_file):
        answer = run("diagnose", A, "--rival", rival)
        assert answer.code == 0, answer.err
        assert "Ratio" in answer.out
        assert max(map(len, answer.out.splitlines())) <= 80


def test_a_plan_is_solved_and_diagnosed(run, plan_file):
    answer = run("diagnose", plan_file)
    assert answer.code == 0, answer.err
    assert "small-lab: 12 months, from its certified plan" in answer.out
    assert "not given, so left out of C" in answer.out, "the plan has nobody"


def test_json_has_every_table_and_the_comparison(run, plan_file):
    answer = run("diagnose", A, "--rival", plan_file, "--format", "json")
    document = json.loads(answer.out)
    assert document["company"]["figures"]["index"] == pytest.approx(-8 / 15)
    assert document["rival"]["status"] == "optimal"
    assert set(document["company"]["tables"]) == {
        *("costs", "index", "cash", "compute", "data", "people", "talent", "risks")
    }
    assert document["comparison"][0]["figure"] == "compute cost"
    assert "warning: F is -0.533" in answer.err


def test_csv_is_one_long_table_of_both_companies(run):
    answer = run("diagnose", A, "--rival", B, "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(answer.out)))
    assert {row["company"] for row in rows} == {"company-a", "company-b"}
    (index,) = [row["value"] for row in rows if row["company"] == "company-b" and row["figure"] == "index"]
    assert float(index) == 0.5625
    (ratio,) = [row["value"] for row in rows if row["table"] == "rival" and row["item"] == "cost"]
    assert float(ratio) == 1.75


def test_markdown_has_the_same_tables(run):
    answer = run("diagnose", A, "--rival", B, "--format", "markdown")
    assert "## Against the rival" in answer.out
    assert "| C | cost | $28M | $16M | 1.750 |" in answer.out


def test_one_table_can_be_asked_for(run):
    answer = run("diagnose", A, "--table", "costs")
    assert [line.split() for line in answer.out.splitlines()][2] == ["all", "data", "acquisition", "$5M", "17.9", "%"]
    assert json.loads(run("diagnose", A, "--table", "index", "--format", "json").out)[0]["cost_money"] == 28e6
    money = run("diagnose", A, "--rival", B, "--table", "rival").out.splitlines()[1].split()
    assert money == ["compute", "cost", "Cc", "money", "$10M", "$8M", "1.25"]


@pytest.mark.parametrize("suffix", [".json", ".csv", ".parquet", ".xlsx", ".html", ".md"])
def test_files_are_written_by_their_suffix(run, tmp_path, plan_file, suffix):
    path = tmp_path / f"health{suffix}"
    answer = run("diagnose", plan_file, "--rival", B, "--out", path)
    assert answer.code == 0, answer.err
    assert f"Wrote {path}" in answer.err
    content = path.read_bytes()
    match suffix:
        case ".json":
            assert json.loads(content)["rival"]["name"] == "company-b"
        case ".html":
            assert b"rival costs" in content
            assert b"Against the rival" in content
        case ".xlsx":
            from openpyxl import load_workbook

            names = load_workbook(path).sheetnames
            assert names[:3] == ["summary", "costs", "index"]
            assert "rival" in names
            assert "rival risks" in names
        case ".parquet":
            import pandas as pd

            frame = pd.read_parquet(path)
            assert set(frame["company"]) == {"small-lab", "company-b"}
        case _:
            assert b"company-b" in content


def test_one_table_is_written_to_a_file(run, tmp_path):
    path = tmp_path / "costs.csv"
    assert run("diagnose", A, "--table", "costs", "--out", path).code == 0
    assert path.read_text().splitlines()[0] == "period,kind,part,money,cost_share"


def test_a_field_is_overridden_for_the_company_and_not_for_its_rival(run):
    answer = run("diagnose", A, "--rival", A, "--set", "accounts.income=40M", "--table", "rival", "--format", "csv")
    income = next(line for line in answer.out.splitlines() if line.startswith("income"))
    assert income == "income,I,money,40000000.0,20000000.0,2.0"


@pytest.mark.parametrize("place", [0, 1])
def test_standard_input_holds_a_plan_or_accounts(shell, plan_file, place):
    arguments = ["-", "--rival", str(B)] if place == 0 else [str(B), "--rival", "-"]
    for source in (plan_file, A):
        done = shell("diagnose", *arguments, stdin=source.read_bytes())
        assert done.returncode == 0, done.stderr


def test_a_mistake_on_standard_input_is_said_there(shell):
    done = shell("diagnose", "-", stdin=b"[accounts]\nincme = 3\n")
    assert done.returncode == 2
    assert b"<stdin>: accounts.incme" in done.stderr


def test_a_solve_that_is_stopped_ends_with_four(run, plan_file):
    answer = run("diagnose", plan_file, "--time-limit", "1e-9")
    assert answer.code == 4
    assert "Traceback" not in answer.err


def test_an_infeasible_plan_or_rival_ends_with_three(run, plan_file):
    answer = run("diagnose", plan_file, "--set", "plan.min_cash=9M")
    assert answer.code == 3
    assert "plan.min_cash" in answer.err
    bad = plan_file.with_name("rival.toml")
    bad.write_text(plan_file.read_text().replace("cash = 8e6", "cash = 8e6\nmin_cash = 9e6"))
    answer = run("diagnose", plan_file, "--rival", bad)
    assert answer.code == 3
    assert "the rival, small-lab: " in answer.err


def test_a_solver_that_is_not_there_ends_with_five(run, plan_file):
    answer = run("diagnose", plan_file, "--solver", "cvxpy:MOSEK")
    assert answer.code == 5
    assert "MOSEK" in answer.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("{a}", "--rival", "{folder}/nobody.toml"), "nobody.toml: there is no such file"),
        (("{folder}/nobody.toml",), "nobody.toml: there is no such file"),
        (("{folder}",), "this is a folder"),
        (("{a}", "--table", "cost"), "--table cost: there is no such table; choose costs, index"),
        (("{a}", "--table", "rival"), "--table rival: nothing is compared; name the rival's file with --rival"),
        (("{a}", "--out", "{folder}/health.pdf"), "the suffix .pdf says no known format"),
        (("{a}", "--rival", "{euro}"), "counts in EUR and company-a in USD"),
        (("{a}", "--rival", "{euro}", "--out", "{euro_json}"), "is the plan itself"),
        (("{a}", "--rival", "{broken}"), "broken.toml:2: accounts.incme"),
        (("-", "--rival", "-"), "only one of them can come from standard input"),
        (("{a}", "--set", "accounts.income=lots"), "--set accounts.income=lots"),
        (("{plan}", "--set", "plan.csh=3"), "did you mean `cash`?"),
    ],
)
def test_a_misuse_ends_with_two_and_says_what_to_do(run, tmp_path, plan_file, arguments, said):
    euro, broken, euro_json = tmp_path / "euro.toml", tmp_path / "broken.toml", tmp_path / "euro.json"
    euro.write_text('[accounts]\nname = "euro"\ncurrency = "EUR"\nincome = 1e6\ncompute = 1e6\n')
    broken.write_text("[accounts]\nincme = 1e6\n")
    euro_json.symlink_to(euro)
    places = {"a": A, "folder": tmp_path, "euro": euro, "broken": broken, "plan": plan_file, "euro_json": euro_json}
    answer = run("diagnose", *(argument.format(**places) for argument in arguments))
    assert answer.code == 2
    assert said in answer.err
    assert answer.out == ""


def test_solving_accounts_says_which_command_reads_them(run):
    answer = run("solve", A)
    assert answer.code == 2
    assert "read by `allocator diagnose`" in answer.err


def test_help_names_every_exit_code(run):
    answer = run("diagnose", "--help")
    assert all(word in " ".join(answer.out.split()) for word in ("0 done", "2 wrong", "infeasible; 4", "5 the solver"))
