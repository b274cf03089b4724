"""The example script does what its table says."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

import pandas as pd
import pytest

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    script = runpy.run_path(str(EXAMPLES / "what_if.py"))
    return script["compare"](script["PLAN"], script["VARIANTS"])


def test_every_variant_but_the_impossible_one_is_solved(table: pd.DataFrame) -> None:
    impossible = table.loc["no money, one engineer", "status"]
    assert str(impossible).startswith("not possible: ")
    assert "people.algorithm-engineers.min" in str(impossible)
    assert set(table["status"].drop("no money, one engineer")) == {"optimal"}


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ("as planned", "$3M instead of $5M"),
        ("$8M instead of $5M", "as planned"),
        ("servers at half the price", "as planned"),
        ("as planned", "labels at twice the price"),
        ("as planned", "engineers at $45k a month"),
        ("as planned", "whole people and servers"),
        ("as planned", "six months of runway"),
    ],
)
def test_more_money_lower_prices_and_looser_rules_lower_the_error(table: pd.DataFrame, better: str, worse: str) -> None:
    error = table["classifier error"]
    assert error[better] < error[worse] - 1e-6


def test_spending_and_closing_cash_add_up_to_the_opening_cash(table: pd.DataFrame) -> None:
    row = table.loc["as planned"]
    spent = row[["compute", "data", "people", "costs"]].sum()
    assert spent + row["closing cash"] == pytest.approx(5e6, abs=0.01)


def test_the_script_prints_a_table_of_a_plan_it_is_given(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["what_if.py", str(EXAMPLES / "image-startup.toml")])
    runpy.run_path(str(EXAMPLES / "what_if.py"), run_name="__main__")
    header, _, row = capsys.readouterr().out.splitlines()
    assert header.split()[:2] == ["classifier", "error"]
    assert row.split()[:3] == ["as", "planned", "0.0976"]
