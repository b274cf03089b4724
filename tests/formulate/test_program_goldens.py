"""Each part of the program alone is the golden program of its page, and no part goes without one."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import pytest
from golden_cases import CASES
from program_text import plain, shown_part

import allocator.formulate
from allocator.formulate.build import formulate
from allocator.formulate.curves import CurveKind
from allocator.formulate.program import Program, ProgramBuilder
from allocator.plan import Plan, load_plan

ROOT = Path(__file__).parents[2]
NAMING_CALLS = {"add_rows", "add_columns", "monthly_columns", "balance", "_define"}


@pytest.mark.parametrize("name", CASES)
def test_a_part_of_the_program_is_its_golden_program(name: str, golden_update: bool, golden_folder: Path) -> None:
    path = golden_folder / f"{name}.lp"
    text = CASES[name].text()
    if golden_update:
        path.write_text(text, encoding="utf-8", newline="\n")
    assert path.read_text(encoding="utf-8") == text, "run `pytest tests/formulate --golden-update` and read the diff"


def test_every_golden_program_has_its_case(golden_folder: Path) -> None:
    assert sorted(path.stem for path in golden_folder.glob("*.lp")) == sorted(CASES)


@pytest.mark.parametrize("name", CASES)
def test_a_solver_reads_the_golden_program_as_the_same_rows(name: str, golden_folder: Path) -> None:
    import highspy
    from scipy import sparse

    solver = highspy.Highs()
    solver.silent()
    assert solver.readModel(str(golden_folder / f"{name}.lp")) == highspy.HighsStatus.kOk
    read = solver.getLp()
    program = CASES[name].program()
    rows, columns, _ = shown_part(program, CASES[name].families)
    start = np.asarray(read.a_matrix_.start_)
    matrix = sparse.csc_matrix(
        (np.asarray(read.a_matrix_.value_), np.asarray(read.a_matrix_.index_), start),
        shape=(read.num_row_, read.num_col_),
    ).toarray()
    position = {column: place for place, column in enumerate(read.col_names_)}
    names = [plain(f"{block.name}@{label}".rstrip("@")) for block in program.columns for label in block.labels]
    order = [position[names[column]] for column in columns]
    np.testing.assert_allclose(matrix[:, order], program.matrix.toarray()[np.ix_(rows, columns)], rtol=1e-5)
    np.testing.assert_allclose(np.asarray(read.row_lower_), program.row_lower[rows], rtol=1e-5)
    np.testing.assert_allclose(np.asarray(read.row_upper_), program.row_upper[rows], rtol=1e-5)
    np.testing.assert_allclose(np.asarray(read.col_lower_)[order], program.col_lower[columns], rtol=1e-5)
    np.testing.assert_allclose(np.asarray(read.col_upper_)[order], program.col_upper[columns], rtol=1e-5)


def test_every_row_and_column_family_a_plan_makes_is_in_a_golden_program() -> None:
    plans = [case.plan() for case in CASES.values()]
    plans += [load_plan(path) for path in sorted((ROOT / "examples").glob("*.toml"))]
    made = {family for plan in plans for family in families(formulate(plan).program, plan)}
    assert made - shown_families() == set()


def test_a_family_without_a_golden_program_is_noticed() -> None:
    builder = ProgramBuilder()
    builder.add_rows("Tax", ("2026-01",), unit="USD", sentence="a part that nobody wrote a page for")
    made = families(builder.build(), CASES["cash"].plan())
    assert made - shown_families() == {"row Tax"}


def test_every_name_in_the_source_of_the_formulation_is_in_a_golden_program() -> None:
    shown = shown_names()
    folder = Path(allocator.formulate.__file__).parent
    unknown = [
        f"{path.name}: {pattern}"
        for path in sorted(folder.glob("*.py"))
        for pattern in name_patterns(path.read_text(encoding="utf-8"))
        if not any(re.fullmatch(pattern, name) for name in shown)
    ]
    assert unknown == []


def test_names_in_a_source_are_found_whatever_they_hold() -> None:
    source = 'builder.add_rows(f"Tax of {name}", labels)\nframe.balance("Stock", x)\nframe.balance(name, x)'
    assert list(name_patterns(source)) == [r"Tax\ of\ .+", "Stock"]


def test_every_kind_of_curve_is_in_a_golden_program() -> None:
    kinds = {CurveKind(int(kind)) for case in CASES.values() for kind in _shown_kinds(case.program(), case.families)}
    assert kinds == set(CurveKind)


def test_every_golden_program_is_shown_on_a_page(golden_folder: Path) -> None:
    pages = "".join(path.read_text(encoding="utf-8") for path in golden_folder.parent.glob("*.md"))
    assert [name for name in CASES if f"(golden/{name}.lp)" not in pages] == []


def test_every_link_of_the_pages_leads_somewhere(golden_folder: Path) -> None:
    pages = [*golden_folder.parent.glob("*.md"), ROOT / "docs" / "program.md"]
    broken = [
        f"{page.name}: {link}"
        for page in pages
        for link in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8"))
        if not link.startswith("http") and not (page.parent / link).exists()
    ]
    assert broken == []


def families(program: Program, plan: Plan) -> set[str]:
    """Names of all blocks, without the names of the plan's items and of the laws' inputs."""
    return {_family("row", block.name, plan) for block in program.rows} | {
        _family("column", block.name, plan) for block in program.columns
    }


def shown_families() -> set[str]:
    """Families of the blocks that golden programs show."""
    return {
        _family(kind, name, case.plan())
        for case in CASES.values()
        for kind, name in _shown(case.program(), case.families)
    }


def shown_names() -> set[str]:
    """Names of the blocks that golden programs show."""
    return {name for case in CASES.values() for _, name in _shown(case.program(), case.families)}


def name_patterns(source: str) -> Iterator[str]:
    """A pattern for each block name written out in a source text; what it fills in matches anything."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if called not in NAMING_CALLS:
            continue
        name = node.args[1] if called == "_define" else node.args[0]
        for branch in (name.body, name.orelse) if isinstance(name, ast.IfExp) else (name,):
            if isinstance(branch, ast.Constant):
                yield re.escape(branch.value)
            elif isinstance(branch, ast.JoinedStr):
                yield "".join(
                    re.escape(part.value) if isinstance(part, ast.Constant) else ".+" for part in branch.values
                )


def _shown(program: Program, selected: Iterable[str]) -> Iterator[tuple[str, str]]:
    rows, columns, _ = shown_part(program, list(selected))
    for kind, blocks, places in (("row", program.rows, rows), ("column", program.columns, columns)):
        for block in blocks:
            if set(block.index.tolist()) & set(places):
                yield kind, block.name


def _shown_kinds(program: Program, selected: Iterable[str]) -> list[int]:
    return [int(program.curves.kind[i]) for i in shown_part(program, list(selected))[2]]


def _family(kind: str, name: str, plan: Plan) -> str:
    items = [
        *plan.funding,
        *plan.revenue,
        *plan.treasury,
        *plan.compute,
        *plan.sites,
        *plan.data,
        *plan.people,
        *plan.models,
        *plan.limits,
    ]
    inputs = ["tokens", "parameters", "images", "labels", "x", "y"]
    words = sorted({*items, *inputs, *(word.capitalize() for word in inputs)}, key=len, reverse=True)
    family = re.sub(r"\[until.*\]", "", name)
    family = re.sub(r"(?<![\w-])(" + "|".join(map(re.escape, words)) + r")(?![\w-])", "*", family)
    family = re.sub(r"log_(tokens|parameters|images|labels|x|y)\b", "log_*", family)
    return f"{kind} {re.sub(r'_[0-9]+$', '', family)}"
