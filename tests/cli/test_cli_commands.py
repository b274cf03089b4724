"""Every other command: check, new, laws, solvers, schema, export."""

from __future__ import annotations

import csv
import io
import json
import tomllib
from pathlib import Path

import pytest

import allocator
from allocator.quality import law_names
from allocator.resources import examples_dir

TEMPLATES = sorted(path.stem for path in examples_dir().glob("*.toml"))


def test_check_says_the_plan_back_and_solves_nothing(run, plan_file, monkeypatch):
    monkeypatch.setattr("allocator.session.Session.solve", None)
    answer = run("check", plan_file)
    assert answer.code == 0
    assert "opens with $8M" in answer.out


def test_check_warns_of_the_implausible_on_standard_error(run, plan_file):
    answer = run("check", plan_file, "--set", "compute.h100.price=900")
    assert answer.code == 0
    assert "warning: compute.h100.price" in answer.err
    assert "warning" not in answer.out


def test_check_finds_every_mistake(run, plan_file):
    answer = run("check", plan_file, "--set", "plan.months=0", "--set", "compute.h100.kind=lease")
    assert answer.code == 2
    assert "plan.months" in answer.err
    assert "compute.h100.kind" in answer.err


def test_check_as_json_has_the_resolved_plan(run, plan_file):
    document = json.loads(run("check", plan_file, "--format", "json").out)
    assert len(document["plan"]["compute"]["h100"]["price"]) == 12
    assert document["sentences"]


def test_check_as_csv_and_markdown_say_the_same_sentences(run, plan_file):
    sentences = run("check", plan_file).out.splitlines()
    rows = list(csv.DictReader(io.StringIO(run("check", plan_file, "--format", "csv").out)))
    assert [row["sentence"] for row in rows if row["kind"] == "says"] == sentences
    assert run("check", plan_file, "--format", "markdown").out.splitlines() == [f"- {text}" for text in sentences]


def test_new_without_a_template_lists_them(run):
    answer = run("new")
    assert answer.code == 0
    for name in TEMPLATES:
        assert name in answer.out


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_new_plan_passes_its_check_where_it_was_written(run, tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    assert run("new", name).code == 0
    assert run("check", f"{name}.toml").code == 0


def test_a_new_plan_solves_as_it_is(run, tmp_path):
    path = tmp_path / "mine.toml"
    assert run("new", "image-startup", "--out", path).code == 0
    assert run("solve", path, "--no-audit").code == 0


def test_new_never_overwrites(run, plan_file):
    before = plan_file.read_bytes()
    answer = run("new", "image-startup", "--out", plan_file)
    assert answer.code == 2
    assert "exists" in answer.err
    assert plan_file.read_bytes() == before


def test_a_misspelt_template_is_refused_with_a_suggestion(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    answer = run("new", "image-startap")
    assert answer.code == 2
    assert "did you mean image-startup?" in answer.err
    assert list(tmp_path.iterdir()) == []


def test_new_needs_a_template_to_write_a_file(run, tmp_path):
    answer = run("new", "--out", tmp_path / "mine.toml")
    assert answer.code == 2
    assert "image-startup" in answer.err


def test_laws_lists_every_card(run):
    listed = run("laws").out
    for name in law_names():
        assert f"{name} " in listed


@pytest.mark.parametrize("name", law_names())
def test_every_card_is_shown_in_full_within_eighty_columns(run, name):
    answer = run("laws", name)
    assert answer.code == 0
    assert max(map(len, answer.out.splitlines())) <= 80
    assert "source" in answer.out
    assert "licence" in answer.out


def test_a_card_shows_its_numbers_and_range(run):
    shown = " ".join(run("laws", "chinchilla-replication").out.split())
    assert "1.8172" in shown
    assert "E + A * parameters^-alpha + B * tokens^-beta" in shown
    assert "7e+07 to 1.6e+10" in shown


def test_a_card_as_json_is_the_card(run):
    document = json.loads(run("laws", "chinchilla-replication", "--format", "json").out)
    assert document["parameters"]["E"] == 1.8172


def test_a_misspelt_law_is_refused_with_a_suggestion(run):
    answer = run("laws", "chinchila-replication")
    assert answer.code == 2
    assert "chinchilla-replication" in answer.err


def test_solvers_lists_what_is_installed_with_versions(run):
    rows = json.loads(run("solvers", "--format", "json").out)
    by_name = {row["solver"]: row for row in rows}
    assert by_name["highs"]["version"][0].isdigit()
    assert {"highs", "cbc", "clarabel", "scs"} <= set(by_name)


def test_solvers_lists_the_version_of_cbc_beside_that_of_pulp(run):
    rows = {row["solver"]: row["version"] for row in json.loads(run("solvers", "--format", "json").out)}
    assert rows["cbc"].startswith("2.10.3 of PuLP ")


def test_an_unknown_format_is_refused_in_plain_words(run):
    answer = run("solvers", "--format", "xml")
    assert answer.code == 2
    assert "'xml' is not one of table, json, csv, markdown" in answer.err
    assert "Value error" not in answer.err
    assert run("solvers", "--format", "CSV").out.startswith("solver,version"), "capitals are the same format"


def test_the_schema_is_printed_or_written(run, tmp_path):
    printed = json.loads(run("schema").out)
    path = tmp_path / "allocator.schema.json"
    answer = run("schema", "--out", path)
    assert answer.code == 0
    assert answer.out == ""
    assert json.loads(path.read_text()) == printed
    assert "compute" in printed["properties"]


def test_the_schema_refuses_another_suffix(run, tmp_path):
    answer = run("schema", "--out", tmp_path / "plan.toml")
    assert answer.code == 2
    assert ".json" in answer.err


@pytest.mark.parametrize("suffix", ["lp", "mps"])
def test_export_writes_a_program_with_readable_names(run, plan_file, tmp_path, suffix):
    out = tmp_path / f"program.{suffix}"
    answer = run("export", plan_file, out)
    assert answer.code == 0
    assert "columns" in answer.err
    text = out.read_text()
    assert "compute.h100.gpus_2027_04" in text
    assert "Cash_balance_2026_09" in text


def test_another_solver_finds_the_same_optimum_in_the_exported_program(run, plan_file, tmp_path):
    import highspy

    out = tmp_path / "program.lp"
    run("export", plan_file, out)
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.readModel(str(out))
    solver.run()
    promised = -solver.getInfo().objective_function_value
    proven = json.loads(run("solve", plan_file, "--no-audit", "--format", "json").out)["objective"]["gain_bound"]
    assert promised == pytest.approx(proven, abs=1e-4)


def test_export_refuses_an_unknown_suffix(run, plan_file, tmp_path):
    answer = run("export", plan_file, tmp_path / "program.gms")
    assert answer.code == 2
    assert ".lp, .mps" in answer.err


def test_the_version_is_that_of_the_package(run):
    project = tomllib.loads((Path(allocator.__file__).parents[1] / "pyproject.toml").read_text())["project"]
    assert run("--version").out == f"allocator {project['version']}\n"


def test_every_public_name_is_there_and_nothing_else():
    for name in allocator.__all__:
        assert getattr(allocator, name) is not None
    with pytest.raises(AttributeError, match="has no attribute 'solvee'"):
        allocator.solvee  # noqa: B018  (looking it up is the test)
