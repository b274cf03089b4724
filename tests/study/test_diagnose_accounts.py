"""The published example's companies, A and B, by literal figures; what accounts do not give stays unknown."""

from __future__ import annotations

from pathlib import Path

import pytest

from allocator import Accounts, diagnose, load_accounts
from allocator.errors import PlanError, UsageError

EXAMPLES = Path(__file__).parents[2] / "examples" / "accounts"
A = load_accounts(EXAMPLES / "company-a.toml")
B = load_accounts(EXAMPLES / "company-b.toml")


def accounts(**figures: object) -> Accounts:
    return load_accounts({"accounts": {"income": 10e6, "compute": 4e6, **figures}})


def compared(found) -> dict[str, tuple[float | None, float | None, float | None]]:
    return {row["figure"]: (row["own"], row["rival"], row["ratio"]) for row in found.comparison}


def test_company_a_costs_28_million_and_its_index_is_minus_eight_fifteenths():
    figures = diagnose(A).company.figures
    assert [figures[kind] for kind in ("compute", "data", "people", "other")] == [10e6, 10e6, 5e6, 3e6]
    assert figures["cost"] == 28e6
    assert (figures["income"], figures["expenditure"]) == (20e6, 15e6)
    assert figures["index"] == pytest.approx(-0.5333333333, abs=1e-10)
    assert figures["margin"] == pytest.approx(-0.4)


def test_company_b_costs_16_million_and_its_index_is_nine_sixteenths():
    company = diagnose(B).company
    assert company.figures["cost"] == 16e6
    assert company.figures["index"] == 0.5625
    assert company.figures["people"] is None
    assert company.left_out == ("people", "other")


def test_the_comparison_has_the_ratio_of_each_figure():
    rows = compared(diagnose(A, B))
    assert rows["compute cost"] == (10e6, 8e6, 1.25)
    assert rows["data cost"] == (10e6, 8e6, 1.25)
    assert rows["people cost"] == (5e6, None, None)
    assert rows["cost"] == (28e6, 16e6, 1.75)
    assert rows["income"] == (20e6, 25e6, 0.8)
    assert rows["expenditure"] == (15e6, 16e6, 0.9375)
    assert rows["financial index"][2] == pytest.approx(-0.5333333333 / 0.5625)


def test_the_comparison_says_what_b_leaves_out_and_what_its_index_would_be_with_it():
    found = diagnose(A, B)
    assert compared(found)["financial index, completed"][:2] == (pytest.approx(-8 / 15), 0.0625)
    assert any("no cost of people and other" in note and "0.0625 instead of 0.5625" in note for note in found.notes)
    assert any("company-b alone earns more than it costs" in note for note in found.notes)


def test_the_other_way_round_says_the_same_of_b():
    found = diagnose(B, A)
    assert compared(found)["financial index, completed"][:2] == (0.0625, pytest.approx(-8 / 15))
    assert any("0.0625 instead of 0.5625" in note for note in found.notes)


def test_the_published_script_repaired_gives_14_million_and_these_indices():
    own = load_accounts(
        {
            "accounts": {
                "income": 20e6,
                "expenditure": 20e6,  # the script divides by income
                "compute": 10e6 * 1 * 0.1,
                "data": {"acquisition": 5e6, "processing": 2e6, "storage": 3e6},
                "other": 3e6,
            }
        }
    )
    rival = accounts(income=25e6, compute=8e6)
    found = diagnose(own, rival)
    assert found.company.figures["cost"] == 14e6
    assert found.index == pytest.approx(0.3)
    assert compared(found)["financial index"] == (pytest.approx(0.3), 2.125, pytest.approx(0.1412, abs=5e-5))


def test_expenditure_below_the_costs_is_remarked_on():
    assert "below the costs given, $28M" in diagnose(A).company.remarks[0]
    assert not diagnose(B).company.remarks


def test_expenditure_that_is_not_given_is_the_sum_of_the_costs():
    figures = diagnose(accounts(people=1e6)).company.figures
    assert figures["expenditure"] == 5e6
    assert figures["index"] == 1.0


def test_burn_and_runway_follow_from_expenditure_income_and_cash():
    figures = diagnose(accounts(income=4e6, expenditure=10e6, cash=2e6)).company.figures
    assert figures["burn"] == 0.5e6
    assert figures["runway"] == 4.0
    assert diagnose(accounts(cash=2e6)).company.figures["runway"] is None, "who earns more than it spends burns nothing"


def test_utilisation_gives_the_idle_part_of_compute_and_its_cost():
    company = diagnose(accounts(utilisation=0.62, efficiency=0.4)).company
    assert company.figures["idle"] == pytest.approx(0.38)
    assert company.figures["idle_cost"] == pytest.approx(1.52e6)
    assert company.warnings == ("idle 38 % of compute, worth $1.52M, more than 20 %",)


def test_a_company_against_itself_has_the_ratio_one_everywhere():
    ratios = [row["ratio"] for row in diagnose(A, A).comparison if row["own"]]
    assert len(ratios) > 8
    assert all(ratio == 1.0 for ratio in ratios)


def test_the_rivals_thousands_are_compared_with_units():
    thousands = load_accounts(
        {
            "accounts": {
                "currency": "kUSD",
                "income": 25e3,
                "expenditure": 16e3,
                "compute": 8e3,
                "data": {"storage": 8e3},
            }
        }
    )
    found = diagnose(A, thousands)
    rows = compared(found)
    assert rows["income"] == (20e6, 25e6, 0.8)
    assert rows["financial index"][1] == 0.5625
    assert rows["financial index, completed"][1] == pytest.approx(0.0625)
    back = compared(diagnose(thousands, A))
    assert back["income"] == (25e3, 20e3, 1.25)
    assert back["financial index, completed"][0] == pytest.approx(0.0625)


def test_figures_of_other_lengths_are_compared_by_the_month():
    half = accounts(income=5e6, compute=2e6, months=6)
    found = diagnose(accounts(people=3e6), half)
    rows = compared(found)
    assert rows["income"] == (pytest.approx(10e6 / 12), pytest.approx(5e6 / 6), 1.0)
    assert found.comparison.column("unit")[0] == "money/month"
    assert "by the month" in found.notes[0]
    # Half a year of people cost half of what a year of them does: (5 - 2 - 1.5) / 2.
    assert rows["financial index, completed"][1] == pytest.approx(0.75)


def test_another_currency_is_refused():
    with pytest.raises(UsageError, match="counts in EUR and company-a in USD"):
        diagnose(A, accounts(currency="EUR"))


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ({}, r"the section \[accounts\] is missing"),
        ({"accounts": 3}, r"the section \[accounts\] is missing"),
        ({"accounts": {"compute": 1}}, "`income` is missing"),
        ({"accounts": {"income": 1}}, "neither expenditure nor a cost"),
        ({"accounts": {"income": 1, "compute": 0}}, "neither expenditure nor a cost"),
        ({"accounts": {"income": 1, "expenditure": 0}}, "accounts.expenditure: 0 is not above 0"),
        ({"accounts": {"income": -1, "compute": 1}}, "accounts.income: -1 is not at least 0"),
        ({"accounts": {"income": "1 MEUR", "compute": 1}}, "in EUR, and the plan is in USD"),
        ({"accounts": {"income": 1, "compute": 1, "peple": 2}}, "did you mean `people`"),
        ({"accounts": {"income": 1, "compute": 1, "data": {"labels": 2}}}, r"not a key of \[accounts.data\]"),
        ({"accounts": {"income": 1, "compute": 1, "data": 2}}, "accounts.data: 2 is not a table"),
        ({"accounts": {"income": 1, "compute": 1, "months": 0}}, "accounts.months: 0 is not a number of months"),
        ({"accounts": {"income": 1, "compute": 1, "utilisation": 40}}, "accounts.utilisation: 40 is not"),
        ({"accounts": {"income": 1, "compute": 1, "currency": "dollar"}}, "is not a currency"),
        ({"accounts": {"income": 1, "compute": 1}, "models": {}}, "not a section of a file of accounts"),
    ],
)
def test_a_mistake_in_accounts_says_what_and_where(document, said):
    with pytest.raises(PlanError, match=said):
        load_accounts(document)


def test_every_mistake_of_accounts_comes_at_once_with_its_line(tmp_path):
    path = tmp_path / "rival.toml"
    path.write_text('[accounts]\nincome = "a lot"\ncomputing = 3\nexpenditure = -1\n')
    with pytest.raises(PlanError) as caught:
        load_accounts(path)
    assert [problem.line for problem in caught.value.problems] == [2, 3, 4]


def test_an_override_of_accounts_is_read_like_a_value_of_the_file():
    assert load_accounts(EXAMPLES / "company-a.toml", overrides=["accounts.income=25M"]).income == 25e6
    with pytest.raises(PlanError, match=r"--set accounts\.incme=1: accounts\.incme"):
        load_accounts(EXAMPLES / "company-a.toml", overrides=["accounts.incme=1"])
