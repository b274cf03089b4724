"""docs/limits.md against the table of quantities."""

from __future__ import annotations

import re

from docs_blocks import ROOT

from allocator.plan.quantities import ALIASES, BY_NAME, LINES, MEASURES, Measure, forms

PAGE = (ROOT / "docs/limits.md").read_text(encoding="utf-8")
UNITS = {"money": "money", "item": "the source's items"}
OVER = {"sum": "summed", "month": "month by month", "once": "one number"}


def row(measure: Measure) -> str:
    kinds = f" ({', '.join(measure.kinds)})" if measure.kinds else ""
    names = ", ".join(f"`{form}`" for form in forms(measure))
    unit = UNITS.get(measure.unit, measure.unit)
    return f"| {names} | {measure.says}{kinds} | {unit} | {OVER[measure.over]} |"


def test_the_page_has_a_row_for_every_quantity_in_the_order_of_the_table() -> None:
    section = PAGE.split("\n## Quantities\n", 1)[1].split("\n## ", 1)[0]
    rows = re.findall(r"^\| `.*$", section, flags=re.MULTILINE)
    assert rows == [row(measure) for measure in MEASURES]


def test_every_quantity_has_a_name_of_its_own() -> None:
    assert len(BY_NAME) == len(MEASURES)
    assert all(tuple(name.split(".")) in BY_NAME for name in ALIASES.values())
    assert all((section, "spend") in BY_NAME for section in LINES)


def test_no_line_has_the_name_of_a_quantity_of_its_section() -> None:
    # SECTION.spend.LINE would else be the quantity of an item called spend.
    assert not [line for section, lines in LINES.items() for line in lines if (section, line) in BY_NAME]
