"""`allocator frontier` as a user runs it."""

from __future__ import annotations

import json

import pytest

POINTS = ("--points", "4")


def test_a_line_a_point_with_its_rate_and_a_bar(run, plan_file):
    answer = run("frontier", plan_file, "--against", "capital", "--span", "3M:8M", *POINTS)
    assert answer.code == 0, answer.err
    title, head, *lines = answer.out.splitlines()
    assert title == "Quality against opening cash"
    assert head.split()[:2] == ["Cash", "small"]
    assert lines[0].split()[0] == "$3M"
    assert "#" in lines[3] or "█" in lines[3]


def test_json_has_every_digit(run, plan_file):
    document = json.loads(run("frontier", plan_file, "--against", "capital", *POINTS, "--format", "json").out)
    assert (document["against"], document["unit"], document["measure"]) == ("capital", "USD", "loss")
    assert len(document["points"]) == 4


@pytest.mark.parametrize("form", ["csv", "markdown"])
def test_other_formats(run, plan_file, form):
    answer = run("frontier", plan_file, *POINTS, "--format", form)
    assert answer.code == 0, answer.err
    assert "small" in answer.out


def test_files_are_written(run, plan_file, tmp_path):
    out = tmp_path / "frontier.csv"
    assert run("frontier", plan_file, *POINTS, "--out", out).code == 0
    assert out.read_text().startswith("x,status,value,rate_below,rate_above,models.small")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--against", "love"), "'love' is no dimension; choose capital, runway, time, weight"),
        (("--against", "weight"), "is between two models, and the plan has 1"),
        (("--span", "3"), "a span is LOW:HIGH"),
        (("--span", "a:b"), "a span is LOW:HIGH"),
        (("--span", "5:2"), "its low end must be below its high end"),
        (("--points", "2"), "a frontier needs at least 3"),
    ],
)
def test_a_mistake_ends_with_two(run, plan_file, options, said):
    answer = run("frontier", plan_file, *options)
    assert (answer.code, answer.out) == (2, "")
    assert said in answer.err
    assert "Traceback" not in answer.err


def test_a_span_without_a_plan_ends_with_three(run, plan_file):
    assert run("frontier", plan_file, "--against", "capital", "--span", "1:2", "--set", "plan.min_cash=1e5").code == 3
