"""Every part of a company is stated everywhere it has to be, and nothing belongs to no part."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from register import ROOT, Part, parts

from allocator import load_plan, plan_schema
from allocator.plan import Plan
from allocator.result.ledger import replay

sys.path.insert(0, str(ROOT / "tests" / "formulate"))
from golden_cases import CASES

PARTS = parts()
EXAMPLES = sorted((ROOT / "examples").glob("*.toml"))


@cache
def plans() -> tuple[Plan, ...]:
    """Every golden program's plan and every example."""
    return (*(case.plan() for case in CASES.values()), *(load_plan(path) for path in EXAMPLES))


@cache
def lines_of_the_books() -> frozenset[str]:
    """Category and line of everything that a ledger books in any of those plans."""
    entries = [entry for plan in plans() for entry in replay(plan, {}).entries]
    return frozenset(f"{entry.category}.{entry.line}" for entry in entries)


@cache
def functions_of(path: Path) -> frozenset[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


@cache
def headings(page: Path) -> frozenset[str]:
    """Anchors of a page's headings, as they are linked to."""
    lines = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return frozenset(re.sub(r"[^\w -]", "", line.lower()).replace(" ", "-") for line in lines)


def keys_of(value: Any) -> set[str]:
    """Every key of a document, at any depth."""
    if isinstance(value, dict):
        return {str(key) for key in value} | {key for inner in value.values() for key in keys_of(inner)}
    if isinstance(value, list):
        return {key for inner in value for key in keys_of(inner)}
    return set()


def missing(part: Part) -> list[str]:
    """What a part lacks."""
    lacks = [f"golden program {name}" for name in part.golden if name not in CASES]
    for kind in ("golden", "rows_by_hand", "ledger_by_hand", "audited", "examples", "docs"):
        if not getattr(part, kind):
            lacks.append(f"any {kind}")
    for test in (*part.rows_by_hand, *part.ledger_by_hand, *part.audited):
        path, _, name = test.partition("::")
        if not (ROOT / path).is_file() or name not in functions_of(ROOT / path):
            lacks.append(f"test {test}")
    lacks += [f"line {line} of the books" for line in part.ledger if line not in lines_of_the_books()]
    for link in part.docs:
        page, _, anchor = link.partition("#")
        if not (ROOT / page).is_file() or anchor not in headings(ROOT / page):
            lacks.append(f"page {link}")
    fields = {field.partition(".")[2] for field in part.fields}
    for name in part.examples:
        path = ROOT / "examples" / name
        if not path.is_file():
            lacks.append(f"example {name}")
        elif fields and not fields & keys_of(tomllib.loads(path.read_text(encoding="utf-8"))):
            lacks.append(f"any of its fields in example {name}")
    return lacks


@pytest.mark.parametrize("name", PARTS)
def test_a_part_lacks_nothing(name: str) -> None:
    assert missing(PARTS[name]) == []


def test_every_field_of_the_plan_file_belongs_to_a_part() -> None:
    fields = {
        f"{section}.{key}" for section, entry in plan_schema()["$defs"].items() for key in entry.get("properties", {})
    }
    named = {field for part in PARTS.values() for field in part.fields}
    assert fields - named == set(), "no part has these fields"
    assert named - fields == set(), "these are no fields"


def test_every_golden_program_belongs_to_a_part() -> None:
    assert set(CASES) - {name for part in PARTS.values() for name in part.golden} == set()


def test_every_line_of_the_books_belongs_to_a_part() -> None:
    assert lines_of_the_books() - {line for part in PARTS.values() for line in part.ledger} == set()


def test_every_example_belongs_to_a_part() -> None:
    used = {name for part in PARTS.values() for name in part.examples}
    assert {path.name for path in EXAMPLES} - used == set()


def test_a_part_that_lacks_something_is_noticed() -> None:
    """Each kind of statement, taken away or misspelt, is missed by name."""
    lame = Part(
        fields=("Offer.term",),
        golden=("tax",),
        rows_by_hand=("tests/formulate/test_program_by_hand.py::test_of_nothing",),
        ledger_by_hand=(),
        audited=("tests/nowhere.py::test_of_nothing",),
        examples=("image-startup.toml", "nowhere.toml"),
        docs=("docs/ledger.md#nowhere",),
        ledger=("compute.tax",),
    )
    assert missing(lame) == [
        "golden program tax",
        "any ledger_by_hand",
        "test tests/formulate/test_program_by_hand.py::test_of_nothing",
        "test tests/nowhere.py::test_of_nothing",
        "line compute.tax of the books",
        "page docs/ledger.md#nowhere",
        "any of its fields in example image-startup.toml",
        "example nowhere.toml",
    ]
