"""`allocator alternatives` as a user runs it."""

from __future__ import annotations

import json

import pytest


def test_ranges_and_different_plans(run, plan_file):
    answer = run("alternatives", plan_file, "--within", "2%", "--plans", "2")
    assert answer.code == 0, answer.err
    lines = answer.out.splitlines()
    assert lines[0].startswith("Within 2 % of the reducible loss: loss ")
    assert any(line.split()[:1] == ["compute.spend"] for line in lines)
    assert "Plans as different as possible, all within it" in lines


def test_json_and_csv_and_markdown(run, plan_file):
    document = json.loads(run("alternatives", plan_file, "--plans", "1", "--format", "json").out)
    assert {"within", "measure", "value", "floor", "ranges", "plans", "reached", "missing"} == document.keys()
    assert document["within"] == 0.01
    assert run("alternatives", plan_file, "--plans", "0", "--format", "csv").out.startswith("quantity,unit,planned")
    assert run("alternatives", plan_file, "--plans", "0", "--format", "markdown").out.startswith("## Within 1 %")


def test_files_are_written(run, plan_file, tmp_path):
    out = tmp_path / "free.json"
    assert run("alternatives", plan_file, "--plans", "0", "--out", out).code == 0
    assert json.loads(out.read_text())["measure"] == "loss"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--within", "lots"), "--within lots: a share is written 0.1 or 10%"),
        (("--within", "100%"), "must be above 0 and below 1"),
        (("--plans", "-1"), "--plans"),
    ],
)
def test_a_mistake_ends_with_two(run, plan_file, options, said):
    answer = run("alternatives", plan_file, *options)
    assert (answer.code, answer.out) == (2, "")
    assert said in answer.err


def test_an_infeasible_plan_ends_with_three(run, plan_file):
    assert run("alternatives", plan_file, "--set", "plan.min_cash=1e9").code == 3
