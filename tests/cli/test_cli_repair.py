"""`allocator explain` of a plan that cannot be, as a user runs it."""

from __future__ import annotations

import csv
import io
import json

import pytest

POOR = ("--set", "plan.cash=100_000")


def test_the_page_has_sums_rules_and_repairs_and_ends_with_three(run, plan_file):
    answer = run("explain", plan_file, *POOR)
    assert answer.code == 3
    for title in ("small-lab: no plan keeps all the rules", "Sums that", "Rules that", "What repairs it"):
        assert title in answer.out
    assert "at least $120k is committed ($120k for costs)" in " ".join(answer.out.split())
    assert "--set plan.cash=" in answer.out
    assert answer.err == ""


def test_what_is_printed_after_set_repairs_the_plan(run, plan_file):
    answer = run("explain", plan_file, *POOR, "--format", "json")
    for repair in json.loads(answer.out)["repairs"]:
        given = [word for override in repair["set"] for word in ("--set", override)]
        assert run("solve", plan_file, *POOR, *given, "--no-audit").code == 0


def test_the_answer_as_json_has_stable_keys(run, plan_file):
    answer = run("explain", plan_file, *POOR, "--format", "json")
    assert answer.code == 3
    document = json.loads(answer.out)
    assert list(document) == ["status", "arithmetic", "conflict", "message", "kept", "repairs", "findings"]
    assert list(document["arithmetic"][0]) == ["month", "rule", "needed", "there", "unit", "sentence"]
    assert list(document["conflict"][0]) == ["rule", "sentence", "gives", "unit", "where"]
    change = document["repairs"][0]["changes"][0]
    assert list(change) == ["field", "old", "new", "change", "unit", "months", "by", "value"]


@pytest.mark.parametrize(
    ("table", "first"), [("repairs", "repair"), ("conflict", "rule"), ("arithmetic", "month"), (None, "repair")]
)
def test_each_table_can_be_had_alone(run, plan_file, table, first):
    asked = () if table is None else ("--table", table)
    answer = run("explain", plan_file, *POOR, *asked, "--format", "csv")
    assert answer.code == 3
    rows = list(csv.DictReader(io.StringIO(answer.out)))
    assert rows
    assert next(iter(rows[0])) == first


def test_what_is_kept_is_not_changed(run, plan_file):
    answer = run("explain", plan_file, *POOR, "--keep", "plan.cash", "--format", "json")
    document = json.loads(answer.out)
    assert document["kept"] == ["plan.cash"]
    assert all(change["field"] != "plan.cash" for repair in document["repairs"] for change in repair["changes"])


def test_markdown_and_files_hold_the_same(run, plan_file, tmp_path):
    page, data, sheet = tmp_path / "why.md", tmp_path / "why.json", tmp_path / "why.csv"
    outs = [word for path in (page, data, sheet) for word in ("--out", path)]
    answer = run("explain", plan_file, *POOR, "--format", "markdown", *outs)
    assert answer.code == 3
    assert page.read_text() == answer.out
    assert answer.out.startswith("# small-lab: no plan keeps all the rules\n")
    assert json.loads(data.read_text())["status"] == "infeasible"
    assert sheet.read_text().startswith("repair,field,old,new")


def test_what_a_change_makes_infeasible_is_repaired_as_changed(run, plan_file):
    answer = run("explain", plan_file, "--with", "plan.cash=100_000")
    assert answer.code == 3
    assert "What repairs it" in answer.out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (
            ("--keep", "plan.csh"),
            "--keep plan.csh: the plan has no such rule, field or section; did you mean `plan.cash`",
        ),
        (("--keep", "limits.chips"), "--keep limits.chips: the plan has no such rule, field or section"),
        (("--table", "reasons"), "--table reasons: there is no such table"),
    ],
)
def test_misuse_ends_with_two(run, plan_file, arguments, says):
    answer = run("explain", plan_file, *POOR, *arguments)
    assert answer.code == 2
    assert says in answer.err
    assert "Traceback" not in answer.err
    assert answer.out == ""


def test_a_name_to_keep_that_is_nothing_of_the_plan_is_refused_though_there_is_nothing_to_repair(run, plan_file):
    answer = run("explain", plan_file, "--keep", "plan.csh")
    assert answer.code == 2
    assert "did you mean `plan.cash`" in answer.err


def test_solve_points_to_it_with_the_same_options(run, plan_file):
    answer = run("solve", plan_file, *POOR, "--set", 'plan.name="my lab"')
    assert answer.code == 3
    last = answer.err.rstrip().splitlines()[-1]
    assert (
        last == f"""What repairs it: allocator explain {plan_file} --set plan.cash=100_000 --set 'plan.name="my lab"'"""
    )
