"""`allocator compare` as a user runs it."""

from __future__ import annotations

import json

import pytest


def test_one_plan_with_a_change_shows_what_changed_in_and_out(run, plan_file):
    answer = run("compare", plan_file, "--with", "plan.cash=4M")
    assert answer.code == 0, answer.err
    lines = answer.out.splitlines()
    assert lines[0] == "What changed in"
    assert lines[2].split() == ["plan.cash", "$8M", "$4M"]
    assert any(line.startswith("models.small.loss") for line in lines)


def test_two_results_are_compared_without_solving(run, plan_file, tmp_path):
    one, other = tmp_path / "one.json", tmp_path / "other.json"
    run("solve", plan_file, "--out", one)
    run("solve", plan_file, "--set", "plan.cash=4M", "--out", other)
    document = json.loads(run("compare", one, other, "--format", "json").out)
    assert document["inputs"] == [{"field": "plan.cash", "one": 8e6, "other": 4e6, "unit": "USD"}]
    loss = next(row for row in document["outputs"] if row["quantity"] == "models.small.loss")
    assert loss["change"] > 0


def test_nothing_changed_is_said(run, plan_file):
    answer = run("compare", plan_file, plan_file)
    assert "What changed in: nothing" in answer.out
    assert "What changed out: nothing" in answer.out


@pytest.mark.parametrize("form", ["csv", "markdown"])
def test_other_formats_hold_the_same(run, plan_file, form):
    answer = run("compare", plan_file, "--with", "plan.cash=4M", "--format", form)
    assert answer.code == 0
    assert "models.small.loss" in answer.out


def test_files_are_written(run, plan_file, tmp_path):
    out = tmp_path / "both.csv"
    assert run("compare", plan_file, "--with", "plan.cash=4M", "--out", out).code == 0
    assert out.read_text().startswith("quantity,one,other,change,unit")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ((), "there is nothing to compare with"),
        (("nowhere.toml",), "nowhere.toml"),
        (("nowhere.json",), "nowhere.json cannot be read"),
        (("--with", "plan.cosh=1"), "plan.cosh"),
    ],
)
def test_a_mistake_ends_with_two(run, plan_file, options, said):
    answer = run("compare", plan_file, *options)
    assert (answer.code, answer.out) == (2, "")
    assert said in answer.err
    assert "Traceback" not in answer.err


def test_a_result_cannot_be_changed(run, plan_file, tmp_path):
    one = tmp_path / "one.json"
    run("solve", plan_file, "--out", one)
    answer = run("compare", one, "--with", "plan.cash=4M")
    assert answer.code == 2
    assert "a result cannot be changed" in answer.err


def test_an_infeasible_side_ends_with_three(run, plan_file):
    assert run("compare", plan_file, "--with", "plan.min_cash=1e9").code == 3
