"""docs/plan-file.md against the schema: every key, its default, whether it varies by month, and what is refused."""

from __future__ import annotations

import re
from typing import Any

import pytest
from docs_blocks import ROOT

from allocator import load_plan, plan_schema

PAGE = (ROOT / "docs/plan-file.md").read_text(encoding="utf-8")
SCHEMA = plan_schema()
SECTIONS = {
    "[plan]": "Horizon",
    "[runway]": "Runway",
    "[funding.NAME]": "Round",
    "[revenue.NAME]": "Revenue",
    "[partners.NAME]": "Partner",
    "[treasury.NAME]": "Treasury",
    "[costs.NAME]": "Cost",
    "[compute.NAME]": "Offer",
    "[sites.NAME]": "Facility",
    "[data.NAME]": "Source",
    "[people.NAME]": "Role",
    "[models.NAME]": "Model",
    "[research]": "Research",
    "[objective]": "Objective",
}
# Tables inside a section: after which heading, and the how manieth.
INNER = {
    "Hiring": ("[people.NAME]", 1),
    "Retention": ("[people.NAME]", 2),
    "Automation": ("[data.NAME]", 1),
    "Marketing": ("[revenue.NAME]", 1),
    "ByQuality": ("[revenue.NAME]", 2),
}
# Defaults that are another field, or a table: said in words on the page.
IN_WORDS = {
    "Runway.opening_burn": "the first month's",
    "Offer.power": "the chip's",
    "Role.min": "`now`",
    "Role.max": "`now`",
    "Role.hiring": "nobody waits",
    "Model.data": "all accepted",
    "Marketing.churn": "the revenue's",
    "Model.compute": "all",
    "Model.otherwise": "a run of nothing",
}


def tables_below(heading: str) -> list[list[list[str]]]:
    """Return the tables of a section of the page, rows of cells without the header."""
    section = PAGE.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    found = []
    for lines in re.findall(r"(?:^\|.*\n)+", section, flags=re.MULTILINE):
        rows = [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines.splitlines()]
        found.append(rows[2:])
    return found


def described(name: str) -> dict[str, list[str]]:
    """Rows of one part of the schema by key; tables inside a section follow its own."""
    if name in INNER:
        section, place = INNER[name]
        rows = tables_below(section)[place]
    else:
        rows = tables_below(next(heading for heading, part in SECTIONS.items() if part == name))[0]
    return {row[0].strip("`"): row for row in rows}


def varies(entry: dict[str, Any]) -> bool:
    """Whether the schema takes a list of months."""
    return any("array" in str(choice.get("type")) for choice in entry.get("anyOf", [])) and len(entry["anyOf"]) > 2


def shown_default(name: str, key: str, entry: dict[str, Any]) -> str:
    if key in SCHEMA["$defs"][name].get("required", []):
        return "required"
    if f"{name}.{key}" in IN_WORDS:
        return IN_WORDS[f"{name}.{key}"]
    default = entry.get("default")
    if default is None or default in ({}, []):
        return "none"
    if isinstance(default, str):
        return f'`"{default}"`'
    return f"`{str(default).lower() if isinstance(default, bool) else format(default, 'g')}`"


@pytest.mark.parametrize("name", [*SECTIONS.values(), *INNER])
def test_the_page_has_every_key_of_a_section_with_its_default_and_whether_it_varies(name: str) -> None:
    properties = SCHEMA["$defs"][name]["properties"]
    rows = described(name)
    assert list(rows) == list(properties)
    for key, entry in properties.items():
        assert rows[key][2] == shown_default(name, key, entry), f"default of {name}.{key}"
        assert rows[key][3] == ("~" if varies(entry) else ""), f"~ of {name}.{key}"
        assert rows[key][1], f"unit of {name}.{key}"
        assert rows[key][4], f"meaning of {name}.{key}"


def test_the_page_has_every_section() -> None:
    sections = {heading.strip("[]").split(".")[0] for heading in SECTIONS} | {"limits", "scenario"}
    assert set(SCHEMA["properties"]) == sections
    assert set(SCHEMA["$defs"]) == {*SECTIONS.values(), *INNER}


def plan() -> dict[str, Any]:
    return {
        "plan": {"start": "2026-09", "months": 6, "cash": 1e6},
        "funding": {"round": {"kind": "equity", "amount": 1e6, "month": 2}},
        "revenue": {"sales": {"amount": 1e3}},
        "compute": {"cloud": {"kind": "rent", "chip": "H100", "price": 2.5}},
        "data": {"text": {"unit": "token", "price": 1e-6, "now": 1e9}},
        "people": {"staff": {"salary": 1e4, "now": 2}},
        "models": {"chat": {"law": "chinchilla-replication", "deadline": 6}},
        "objective": {},
    }


def test_the_limits_of_the_page_are_read() -> None:
    block = PAGE.split("\n## [limits]\n", 1)[1].split("```toml\n", 1)[1].split("```", 1)[0]
    import tomllib

    document = plan()
    document["plan"] = {"start": "2026-09", "months": 12, "cash": 1e6}
    document["compute"] = {"h100-cloud": document["compute"]["cloud"]}
    document["people"] = {"researchers": {"salary": 1e4, "now": 1, "max": 9}, "engineers": {"salary": 1e4, "now": 2}}
    document["limits"] = tomllib.loads(block)["limits"]
    assert len(load_plan(document).limits) == 4
