"""`--out`, and what a terminal sees while a solve runs."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

import allocator.session


def test_files_are_written_beside_the_results_and_named_on_standard_error(run, plan_file, tmp_path):
    paths = [tmp_path / f"result.{suffix}" for suffix in ("json", "csv", "xlsx", "html", "md")]
    options = [word for path in paths for word in ("--out", path)]
    answer = run("solve", plan_file, "--no-audit", *options)
    assert answer.code == 0
    for path in paths:
        assert path.stat().st_size > 100
        assert f"Wrote {path}" in answer.err
    assert "Wrote" not in answer.out
    assert json.loads(paths[0].read_text())["status"] == "optimal"


def test_a_file_of_one_table_holds_that_table(run, plan_file, tmp_path):
    path = tmp_path / "cash.csv"
    assert run("solve", plan_file, "--no-audit", "--table", "cash", "--out", path).code == 0
    assert path.read_text().startswith("month,opening,interest,")


@pytest.mark.parametrize("name", ["result.docx", "missing/result.csv", "result", "plan.csv"])
def test_a_file_that_cannot_be_written_is_found_before_solving(run, plan_file, tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    plan = plan_file.rename(tmp_path / "plan.csv")
    monkeypatch.setattr(allocator.session, "Session", None)
    before = plan.read_bytes()
    answer = run("solve", "plan.csv", "--out", name)
    assert answer.code == 2
    assert name in answer.err
    assert plan.read_bytes() == before


def _on_a_terminal(*arguments, **environment):
    """Run with standard error on a terminal and standard output on a pipe."""
    pty = pytest.importorskip("pty")
    ours, theirs = pty.openpty()
    done = subprocess.run(
        [sys.executable, "-m", "allocator", *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=theirs,
        env={**os.environ, "TERM": "xterm", **environment},
        timeout=120,
    )
    os.close(theirs)
    seen = b""
    while True:
        try:
            part = os.read(ours, 65536)
        except OSError:
            break
        if not part:
            break
        seen += part
    os.close(ours)
    return done, seen.decode()


def test_a_terminal_sees_that_work_goes_on_and_the_results_stay_clean(plan_file):
    done, seen = _on_a_terminal("solve", plan_file, "--format", "json")
    assert "Solving small-lab" in seen
    assert json.loads(done.stdout)["status"] == "optimal"


def test_a_pipe_sees_no_progress(shell, plan_file):
    answer = shell("solve", plan_file, "--no-audit")
    assert b"\x1b" not in answer.stdout
    forced = shell("solve", plan_file, "--no-audit", FORCE_COLOR="1")
    assert b"Solving" not in answer.stderr + forced.stderr
    assert b"\x1b" not in answer.stderr + forced.stderr
