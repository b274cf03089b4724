"""The page on diagnosing has every key of accounts and every threshold."""

from __future__ import annotations

import re

from docs_blocks import ROOT

from allocator.plan.accounts import Accounts
from allocator.study.diagnose_risks import RISKS

PAGE = (ROOT / "docs" / "diagnose.md").read_text(encoding="utf-8")


def rows_below(heading: str) -> list[list[str]]:
    """The body of the first table below a heading, a list of cells a row."""
    section = PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if not line.startswith("|---")][1:]


def test_the_page_has_every_key_of_accounts_with_its_default():
    rows = {row[0].strip("`"): row[2].strip('`"') for row in rows_below("Accounts")}
    assert list(rows) == list(Accounts.model_fields)
    for key, field in Accounts.model_fields.items():
        if field.is_required():
            assert rows[key] == "required"
        elif isinstance(field.default, str | int):
            assert rows[key] == str(field.default)
        else:
            assert rows[key] == ("the costs given" if key == "expenditure" else "none")


def test_the_page_has_every_risk_with_its_threshold_and_its_side():
    rows = {row[0]: row[1:] for row in rows_below("Risks")}
    assert list(rows) == [risk.name for risk in RISKS]
    for risk in RISKS:
        where, threshold = rows[risk.name]
        number = float(re.sub(r"[ %]", "", threshold)) / (100 if "%" in threshold else 1)
        assert number == risk.threshold
        side = "below" if re.search(r"\b(below|less)\b", where) else "above"
        assert side == risk.rule
