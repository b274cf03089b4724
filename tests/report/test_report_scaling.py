"""A scaling study on screens of any width, with what went wrong said in words."""

from __future__ import annotations

import pytest

from allocator.report.scaling import study_markdown, study_text
from allocator.study.scaling import plan_tasks, run_study
from allocator.study.scaling_process import Measured, Task

SIZE = {"rows": 3_264, "columns": 12_345, "entries": 123_456}


def fake(task: Task) -> Measured:
    if task.size == 96:
        return Measured("crashed", "the process ended by SIGSEGV")
    seconds = [0.001 * task.size, 0.0011 * task.size, 0.0012 * task.size]
    return Measured("optimal", seconds=seconds, bare=[1e-4 * task.size], gap=1e-7, size=SIZE, peak_mb=1_234.5)


@pytest.fixture
def study():
    sizes = ["12", "24", "48", "96"]
    return run_study(plan_tasks(families=["lab"], sizes=sizes, solvers=["clarabel"], phases=["whole-way"]), run=fake)


@pytest.mark.parametrize("width", [80, 90, 100, 120])
def test_the_table_fits_the_screen_and_loses_no_number_that_matters(study, width):
    table = study_text(study, width).split("\n\n")[0].splitlines()
    assert max(map(len, table)) <= width
    heads = table[1].split()
    assert {"months", "solver", "phase", "status", "gap", "seconds", "MB", "bare"} <= set(heads)


def test_nothing_gives_way_where_there_is_no_screen(study):
    heads = study_text(study).splitlines()[1].split()
    assert {"rows", "columns", "entries", "min", "max"} <= set(heads)


def test_a_row_that_failed_is_said_in_words_and_left_out_of_the_exponent_and_the_picture(study):
    text = study_text(study)
    assert "96 months clarabel whole-way: crashed: the process ended by SIGSEGV" in text
    assert "p = 1.00  +- 0.00  R2 = 1.000  3 sizes" in text
    assert "12 24 48 months" in " ".join(text.splitlines()[-2].split())


def test_markdown_says_the_same(study):
    text = study_markdown(study)
    assert "- 96 months clarabel whole-way: crashed: the process ended by SIGSEGV" in text
    assert "p = 1.00" in text
