"""`allocator explain` as a user runs it: every exit code, every format and file, every misuse."""

from __future__ import annotations

import csv
import io
import json
import math

import pytest


@pytest.fixture
def plan_file(plan_file):
    """The small plan with GPUs enough for cash to be what is short."""
    plan_file.write_text(plan_file.read_text().replace("max = 512", "max = 90_000"))
    return plan_file


TABLES = {"rules", "prices", "unused", "sources", "trace"}


def test_a_plan_is_explained_on_one_page_of_eighty_columns(run, plan_file):
    answer = run("explain", plan_file)
    assert answer.code == 0, answer.err
    assert answer.out.startswith("Why this answer\nsmall-lab: 12 months, proven within")
    assert "What holds the plan back, and what it is worth" in answer.out
    assert "  - cash (2026-09): $80k more lowers the loss by" in answer.out
    assert "the price holds from" in " ".join(answer.out.split())
    assert "Where the money went" in answer.out
    assert "certified re-solves, 0 of them with a program built\nanew" in answer.out
    assert max(map(len, answer.out.splitlines())) <= 80


def test_a_change_that_does_nothing_says_why(run, plan_file):
    answer = run("explain", plan_file, "--with", "compute.h100.max=100_000")
    assert answer.code == 0, answer.err
    assert answer.out.startswith("compute.h100.max=100_000: nothing moved\n  - compute.h100.max does not bind: ")


def test_a_change_that_does_something_shows_before_and_after(run, plan_file):
    answer = run("explain", plan_file, "--with", "plan.cash=9M")
    assert answer.out.startswith("plan.cash=9M lowers the loss by")
    assert "the prices of the plan before promised" in answer.out
    assert "Before and after\n" in answer.out


def test_several_changes_are_made_together(run, plan_file):
    answer = run("explain", plan_file, "--with", "plan.cash=9M", "--with", "runway.months=4", "--table", "changes")
    assert answer.code == 0, answer.err
    assert answer.out.splitlines()[0].split() == ["what", "unit", "before", "after", "change"]


def test_json_has_every_table_sentence_and_count(run, plan_file):
    answer = run("explain", plan_file, "--with", "plan.cash=9M", "--format", "json")
    document = json.loads(answer.out)
    assert set(document) >= TABLES | {"changes", "sentences", "price_kind", "change", "certificate", "plan_sha256"}
    assert document["price_kind"] == "exact"
    assert document["change"]["verdict"] == "moved"
    assert document["re_solves"]["rebuilt"] == 0
    spent = math.fsum(row["money"] for row in document["sources"])
    assert spent == pytest.approx(math.fsum(row["money"] for row in document["trace"]), abs=0.005)


def test_csv_has_the_rules_with_every_digit(run, plan_file):
    rows = list(csv.DictReader(io.StringIO(run("explain", plan_file, "--format", "csv").out)))
    (cash,) = [row for row in rows if row["rule"] == "cash"]
    assert float(cash["price"]) > 0.0 > float(cash["metric"])
    assert float(cash["holds_more"]) > 0.0


def test_markdown_has_the_same(run, plan_file):
    answer = run("explain", plan_file, "--format", "markdown")
    assert "# small-lab\n\n**Why this answer**" in answer.out
    assert "## Month by month" in answer.out


@pytest.mark.parametrize("table", ["unused", "trace"])
def test_each_table_can_be_asked_for(run, plan_file, table):
    answer = run("explain", plan_file, "--table", table, "--format", "json")
    assert answer.code == 0, answer.err
    assert isinstance(json.loads(answer.out), list)


def test_every_month_has_its_range_when_all_are_asked_for(run, plan_file):
    few = json.loads(run("explain", plan_file, "--table", "prices", "--format", "json").out)
    every = json.loads(run("explain", plan_file, "--all", "--table", "prices", "--format", "json").out)
    assert [row["price"] for row in few] == [row["price"] for row in every]
    assert any(row["holds_more"] is None and not row["ends_more"] for row in few)
    assert all(row["holds_less"] is not None or row["holds_more"] is not None for row in every)


@pytest.mark.parametrize("suffix", [".json", ".csv", ".parquet", ".xlsx", ".html", ".md"])
def test_files_are_written_by_their_suffix(run, tmp_path, plan_file, suffix):
    path = tmp_path / f"why{suffix}"
    answer = run("explain", plan_file, "--with", "plan.cash=9M", "--out", path)
    assert answer.code == 0, answer.err
    assert path.stat().st_size > 100
    assert f"Wrote {path}" in answer.err


def test_a_plan_that_cannot_be_kept_ends_with_three_and_its_conflict(run, plan_file):
    answer = run("explain", plan_file, "--set", "plan.min_cash=50M")
    assert answer.code == 3
    assert "plan.min_cash" in answer.out + answer.err
    assert "Traceback" not in answer.err


def test_so_does_a_change_that_no_plan_can_keep(run, plan_file):
    answer = run("explain", plan_file, "--with", "plan.min_cash=50M")
    assert answer.code == 3
    assert "plan.min_cash" in answer.out + answer.err


def test_there_is_nothing_to_repair_in_a_plan_with_an_answer(run, plan_file):
    answer = run("explain", plan_file, "--table", "repairs")
    assert answer.code == 2
    assert "the plan has an answer, so that there is nothing to repair" in answer.err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--with", "plan.cash=lots"), '--with plan.cash=lots: plan.cash: "lots" is not a number'),
        (("--with", "plan.cash"), "--with plan.cash"),
        (("--with", "compute.h1000.price=2"), "h100"),
        (("--table", "reasons"), "--table reasons: there is no such table; choose rules, prices, unused"),
        (("--table", "changes"), "--table changes: nothing is compared; say what to change with --with KEY=VALUE"),
        (("--solver", "guess"), "solver 'guess' is not known"),
        (("--out", "why.docx"), ".docx"),
    ],
)
def test_misuse_is_said_with_what_is_allowed(run, plan_file, arguments, says):
    answer = run("explain", plan_file, *arguments)
    assert answer.code == 2
    assert says in answer.err
    assert answer.out == ""
    assert "Traceback" not in answer.err


def test_a_plan_may_come_from_standard_input(shell, plan_file):
    done = shell("explain", "-", "--table", "rules", stdin=plan_file.read_bytes())
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(b"rule")
