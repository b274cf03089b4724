"""`allocator sensitivity` as a user runs it."""

from __future__ import annotations

import json

import pytest


def test_the_numbers_that_matter_first_with_bars(run, plan_file):
    answer = run("sensitivity", plan_file, "--top", "4")
    assert answer.code == 0, answer.err
    title, _, *lines = answer.out.splitlines()
    assert title.startswith("What moves the loss most; it is ")
    assert lines[0].rstrip().endswith(("#" * 16, "█" * 16))
    assert "more that matter less" in lines[-1]


def test_json_and_csv_have_every_number(run, plan_file):
    rows = json.loads(run("sensitivity", plan_file, "--format", "json").out)
    assert {"field", "low", "high", "at_low", "at_high", "swing", "reason"} == rows[0].keys()
    assert any(row["field"] == "plan.cash" for row in rows)
    assert run("sensitivity", plan_file, "--format", "csv").out.count("\n") == len(rows) + 1


def test_sobol_indices_of_two_fields(run, plan_file):
    ranges = ("--range", "plan.cash=3M:5M", "--range", "compute.h100.price=2:3")
    answer = run("sensitivity", plan_file, "--sobol", *ranges, "--samples", "8")
    assert answer.code == 0, answer.err
    assert answer.out.startswith("Shares of the variance of the loss")


def test_files_and_markdown(run, plan_file, tmp_path):
    out = tmp_path / "tornado.csv"
    answer = run("sensitivity", plan_file, "--field", "compute", "--format", "markdown", "--out", out)
    assert answer.out.startswith("## What moves the loss most")
    assert out.read_text().startswith("field,low,high,at_low,at_high,swing,reason")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--by", "lots"), "--by lots: a share is written 0.1 or 10%"),
        (("--by", "150%"), "must be above 0 and below 1"),
        (("--field", "plan.cosh"), "plan.cosh is no number of the plan"),
        (("--range", "plan.cash=3"), "--range plan.cash=3: "),
        (("--sobol",), "no ranges are given"),
        (("--sobol", "--field", "compute"), "--sobol draws the fields of --range"),
        (("--sobol", "--range", "plan.cash=3M:5M", "--samples", "10"), "power of two"),
    ],
)
def test_a_mistake_ends_with_two(run, plan_file, options, said):
    answer = run("sensitivity", plan_file, *options)
    assert (answer.code, answer.out) == (2, "")
    assert said in answer.err
    assert "Traceback" not in answer.err


def test_an_infeasible_plan_ends_with_three(run, plan_file):
    assert run("sensitivity", plan_file, "--set", "plan.min_cash=1e9").code == 3
