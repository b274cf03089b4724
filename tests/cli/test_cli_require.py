"""`allocator require` as a user runs it."""

from __future__ import annotations

import json

import pytest

TARGET = ("--target", "small=2.4")


def test_it_says_the_capital_its_proof_and_when_it_is_needed(run, plan_file):
    answer = run("require", plan_file, *TARGET, "--share", "0.3")
    assert answer.code == 0, answer.err
    first, second, third, fourth, _, head, *rows = answer.out.splitlines()
    assert first.startswith("small loss 2.4 takes $")
    assert "no plan does it with less than $" in first
    assert second.startswith("the plan has $8M, ")
    assert third.startswith("all of it is needed by 20")
    assert fourth.startswith("by the rule need / share with 30%: $")
    assert head.split() == ["month", "paid", "received", "needed"]
    assert len(rows) == 12


def test_json_holds_the_plan_with_that_capital(run, plan_file):
    document = json.loads(run("require", plan_file, *TARGET, "--format", "json").out)
    assert document["bound"] <= document["capital"] == document["result"]["plan"]["plan"]["cash"]
    assert document["result"]["models"][0]["value"] == pytest.approx(2.4, abs=1e-6)
    assert document["result"]["objective"]["kind"] == "capital"


def test_a_curve_has_a_row_a_target_and_more_quality_takes_more_capital(run, plan_file):
    document = json.loads(run("require", plan_file, "--curve", "small=2.5:2.3:5", "--format", "json").out)
    capital = [row["capital"] for row in document]
    assert len(capital) == 5
    assert capital == sorted(capital)


def test_a_target_that_no_capital_reaches_ends_with_three_and_says_what_stands_in_the_way(run, plan_file):
    answer = run("require", plan_file, "--target", "small=1.9")
    assert answer.code == 3
    assert "models.small.target" in answer.err


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ((), "the least capital for what? no model has a target"),
        (("--target", "big=2"), "there is no model 'big'; the plan has small"),
        (("--target", "small"), "a target is MODEL=VALUE"),
        (("--target", "small=2", "--target", "small=3"), "has a target already"),
        (("--target", "small=1"), "error: --target small=1: models.small.target: no amount of money takes law"),
        ((*TARGET, "--of", "funding.seed"), 'error: --of "funding.seed"'),
        ((*TARGET, "--share", "30"), "share is 30; it must be above 0 and at most 1"),
        (("--curve", "small"), "a curve is MODEL=start:stop:count"),
        (("--curve", "small=2.5:2.3:many"), '--curve small=2.5:2.3:many: the count "many" is not a whole number'),
    ],
)
def test_a_mistake_ends_with_two_and_says_what_to_do(run, plan_file, options, said):
    answer = run("require", plan_file, *options)
    assert (answer.code, answer.out) == (2, "")
    assert said in answer.err
    assert "Traceback" not in answer.err


def test_files_are_written(run, plan_file, tmp_path):
    out = tmp_path / "capital.csv"
    assert run("require", plan_file, *TARGET, "--out", out).code == 0
    assert out.read_text().startswith("month,paid,received,needed")


def test_without_a_target_the_option_that_gives_one_is_named(run, plan_file):
    answer = run("require", plan_file)
    assert answer.code == 2
    assert "error: --target: none is given: the least capital for what?" in answer.err
    assert "give --target MODEL=VALUE, or add target to [models." in answer.err
    assert "--set" not in answer.err
