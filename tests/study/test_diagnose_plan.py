"""A plan's diagnosis worked out by hand, and what holds of every plan's."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from allocator import InfeasibleError, diagnose, load_accounts, load_plan, solve
from allocator.resources import examples_dir
from allocator.study.diagnose_plan import periods_of

# Three months in which nothing is left to choose: limits and bounds say what is bought, hired and rented, and the one
# model trains in the last month alone on all there is.
DOCUMENT = {
    "plan": {"name": "by-hand", "start": "2026-01", "months": 3, "cash": 1_000_000},
    "revenue": {"sales": {"amount": 8_000}, "advice": {"amount": 2_000}},
    "funding": {"grant": {"kind": "grant", "amount": 20_000, "month": 2, "fee": 0.05}},
    "costs": {"office": {"amount": 2_000}},
    "compute": {
        "cloud": {"kind": "rent", "chip": "H100", "price": 2, "min": 2, "max": 2},
        "own": {"kind": "buy", "chip": "H100", "price": 1_000, "now": 4, "max": 4, "running": 100},
    },
    "data": {
        "text": {
            "unit": "token",
            "price": 1e-6,
            "processing": 5e-7,
            "storage": 1e-7,
            "now": 1e9,
        }
    },
    "people": {
        "staff": {
            "salary": 5_000,
            "overhead": 0.2,
            "now": 2,
            "min": [2, 3, 3],
            "max": 3,
            "hiring": {"cost": 1_000, "ramp": 1},
        }
    },
    "models": {"chat": {"law": "chinchilla-replication", "deadline": 3, "training_months": 1}},
    "limits": {"data": "data.text.items[2026-01] = 1e9", "no-more": "data.text.items[2026-02..2026-03] = 0"},
}


@pytest.fixture(scope="module")
def found():
    return diagnose(load_plan(DOCUMENT))


def rows(found, name: str, **keys: str) -> list[dict]:
    return [row for row in found.tables[name] if all(row[key] == value for key, value in keys.items())]


def test_costs_by_kind_and_part_are_those_worked_out_by_hand(found):
    costs = {(row["kind"], row["part"]): row["money"] for row in found.tables["costs"]}
    assert costs == {
        ("compute", "rent"): pytest.approx(8_760),  # 2 x 2 x 730, three times
        ("compute", "running"): pytest.approx(1_200),
        ("data", "acquisition"): pytest.approx(1_000),
        ("data", "processing"): pytest.approx(500),
        ("data", "storage"): pytest.approx(600),  # 2e9 tokens, three closes
        ("people", "salary"): pytest.approx(40_000),  # 2 + 3 + 3 person-months
        ("people", "overhead"): pytest.approx(8_000),
        ("people", "hiring"): pytest.approx(1_000),
        ("other", "office"): pytest.approx(6_000),
    }
    assert math.fsum(row["cost_share"] for row in found.tables["costs"]) == pytest.approx(1.0)


def test_the_index_is_income_less_costs_over_expenditure(found):
    (row,) = found.tables["index"]
    sums = {name: row[f"{name}_money"] for name in ("compute", "data", "people", "other", "cost")}
    assert sums == pytest.approx({"compute": 9_960, "data": 2_100, "people": 49_000, "other": 6_000, "cost": 67_060})
    assert row["income_money"] == pytest.approx(30_000)
    # The grant's fee is paid too, and no cost of running the company; the grant itself is no income.
    assert row["expenditure_money"] == pytest.approx(68_060)
    assert found.index == pytest.approx(-37_060 / 68_060)
    assert row["margin"] == pytest.approx(-37_060 / 30_000)


def test_compute_is_idle_in_two_of_three_months(found):
    compute = {row["item"]: row for row in found.tables["compute"]}
    assert compute["cloud"]["gpu_months"] == pytest.approx(6)
    assert compute["cloud"]["used_gpu_months"] == pytest.approx(2)
    assert compute["own"]["idle_gpu_months"] == pytest.approx(8)
    assert compute["cloud"]["used_share"] == pytest.approx(1 / 3)
    assert compute["cloud"]["efficiency_share"] == pytest.approx(0.4)
    assert compute["cloud"]["idle_money"] == pytest.approx(5_840)
    assert compute["own"]["idle_money"] == pytest.approx(800)
    assert found.company.figures["idle_cost"] == pytest.approx(6_640)


def test_the_cost_of_compute_is_price_times_work_over_utilisation_and_efficiency(found):
    figures = found.company.figures
    assert figures["utilisation"] == pytest.approx(1 / 3)
    assert figures["efficiency"] == pytest.approx(0.4)
    peak = 18 * 989.4e12 * 730 * 3600  # 18 GPU-months of H100
    assert figures["peak_price"] == pytest.approx(9_960 / peak * 1e21, rel=2e-3)
    assert figures["used_price"] == pytest.approx(figures["peak_price"] / (1 / 3 * 0.4))


def test_a_fleet_sold_for_more_than_it_cost_in_the_plan_idles_for_nothing():
    keep = {**DOCUMENT["limits"], "keep": "compute.own.orders = 0"}
    changes = {"models.chat.deadline": 2, "compute.own.resale": 0.9}
    result = solve(load_plan({**DOCUMENT, "limits": keep}).changed(changes), horizon_audit=False)
    assert math.fsum(result.tables["compute"].column("resale")) > 2_000, "worth more than 8 GPU-months at 100"
    own = next(row for row in diagnose(result).tables["compute"] if row["item"] == "own")
    assert own["idle_gpu_months"] > 0.0
    assert own["idle_money"] == 0.0


def test_data_held_is_used_and_nothing_is_wasted(found):
    (row,) = found.tables["data"]
    assert (row["opening_items"], row["bought"], row["stock"]) == pytest.approx((1e9, 1e9, 2e9))
    assert row["used"] == pytest.approx(2e9)
    assert row["money"] == pytest.approx(2_100)
    assert row["unused_money"] == 0.0


def test_data_that_comes_too_late_is_bought_in_vain():
    late = load_plan(DOCUMENT, overrides=["data.text.lead=2"])
    (row,) = diagnose(late).tables["data"]
    assert row["used"] == pytest.approx(1e9), "the opening stock is all there is when training begins"
    assert row["used_share"] == pytest.approx(0.5)
    assert row["unused_money"] == pytest.approx(1_500), "price and processing, not the storage of what is held"


def test_a_hire_counts_half_in_the_first_of_two_months_of_ramp(found):
    (row,) = found.tables["people"]
    assert row["person_months"] == pytest.approx(8)
    assert row["effective_person_months"] == pytest.approx(7.5)
    assert found.company.figures["effective"] == pytest.approx(0.9375)


def test_rounds_are_no_income_but_their_share_of_expenditure_is_known(found):
    assert found.company.figures["raised"] == pytest.approx(20_000 / 68_060)
    assert found.company.figures["source"] == pytest.approx(0.8)
    assert found.company.figures["committed"] == 0.0


def test_burn_is_that_of_the_cash_table(found):
    # By month: 2,920 + 400 + 200 + 2,000 + pay - 10,000, with data and the hire in their months; never below zero.
    by_month = [2_920 + 400 + 1_700 + 12_000 - 8_000, 5_520 + 18_000 + 1_000 - 10_000, 5_520 + 18_000 - 10_000]
    assert found.company.figures["burn"] == pytest.approx(math.fsum(by_month) / 3)


TALENT = {
    **{key: DOCUMENT[key] for key in ("plan", "compute", "data", "models")},
    "people": {
        "staff": {
            "salary": 800,
            "overhead": 0.25,
            "now": 10,
            "attrition": 1 - 0.9**12,  # a tenth of the opening heads a month
            "hiring": {"cost": 600, "ramp": 2},
        }
    },
}


def test_replacing_leavers_costs_the_hire_and_half_the_pay_of_the_ramp():
    found = diagnose(load_plan(TALENT))
    (row,) = found.tables["talent"]
    assert (row["stock"], row["need"], row["most"]) == pytest.approx((10, 10, 10))
    assert (row["hires"], row["leavers"]) == pytest.approx((3, 3))
    assert row["leaving_share"] == pytest.approx(1.2)
    assert row["replace_money"] == pytest.approx(600 + 0.5 * 2 * 1_000)
    assert row["replacement_money"] == pytest.approx(4_800)
    # 30 person-months at 1,000: 160 a month each, 16 %, is what the replacements cost.
    assert row["raise_money"] == pytest.approx(160)
    assert row["raise_share"] == pytest.approx(0.16)


def test_leavers_are_counted_where_hires_come_later_than_they_are_ordered():
    staff = {**TALENT["people"]["staff"], "min": 0, "max": 10, "hiring": {"delay": 1}}
    document = {
        **TALENT,
        "plan": {**TALENT["plan"], "wind_down": True},
        "people": {"staff": staff},
        "limits": {"order": "people.staff.hires[2026-01] = 1", "no-more": "people.staff.hires[2026-02..2026-03] = 0"},
    }
    (row,) = diagnose(load_plan(document)).tables["talent"]
    # 10 less 1 are 9; less 0.9, and the one ordered in month 1, are 9.1; less 0.91 are 8.19.
    assert row["need"] == pytest.approx(8.19)
    assert row["hires"] == pytest.approx(1)
    assert row["leavers"] == pytest.approx(1 + 0.9 + 0.91)


def test_years_count_from_the_first_month_and_the_last_may_be_short():
    labels = load_plan(DOCUMENT).extended(24).labels
    years = [(period.label, period.months) for period in periods_of(labels)]
    assert years == [
        ("2026-01 to 2026-12", 12),
        ("2027-01 to 2027-12", 12),
        ("2028-01 to 2028-03", 3),
        ("all", 27),
    ]


@pytest.mark.parametrize("name", ["image-startup", "series-b-lab"])
def test_what_holds_of_every_plan_holds_of_the_examples(name):
    plan = load_plan(examples_dir() / f"{name}.toml")
    result = solve(plan, horizon_audit=False)
    found = diagnose(result)
    *years, whole = found.tables["index"]
    for column in ("cost_money", "income_money", "expenditure_money", "months"):
        assert math.fsum(row[column] for row in years) == pytest.approx(whole[column])
    # Opening cash, what came in and what went out are the closing cash: nothing is left out of I and R.
    raised = math.fsum(result.tables["funding"].column("money"))
    flows = whole["income_money"] + raised - whole["expenditure_money"]
    assert found.company.figures["closing"] == pytest.approx(plan.plan.cash + flows)
    spent = math.fsum(row["money"] for row in result.tables["spend"] if row["category"] != "funding")
    assert whole["cost_money"] == pytest.approx(spent)
    idle = [row["idle_money"] for row in rows(found, "compute", period="all")]
    by_year = [row["idle_money"] for row in found.tables["compute"] if row["period"] != "all"]
    assert math.fsum(by_year) == pytest.approx(math.fsum(idle))


def test_a_result_is_diagnosed_as_its_plan_is(found):
    result = solve(load_plan(DOCUMENT), horizon_audit=False)
    assert diagnose(result).company.figures == pytest.approx(found.company.figures)


def test_the_same_plan_in_thousands_has_the_same_ratios_and_money_in_thousands(found):
    thousands = load_plan({**DOCUMENT, "plan": {**DOCUMENT["plan"], "currency": "kUSD", "cash": 1_000}, **_thousands()})
    other = diagnose(thousands)
    assert other.index == pytest.approx(found.index)
    assert other.company.figures["cost"] == pytest.approx(67.06)
    compared = diagnose(solve(load_plan(DOCUMENT)), thousands).comparison
    ratios = [row["ratio"] for row in compared if row["own"]]
    assert ratios == pytest.approx([1.0] * len(ratios))


def _thousands() -> dict:
    def scaled(section: dict, *keys: str) -> dict:
        return {
            name: {key: value / 1_000 if key in keys else value for key, value in item.items()}
            for name, item in section.items()
        }

    staff = {**DOCUMENT["people"]["staff"], "salary": 5, "hiring": {"cost": 1, "ramp": 1}}
    return {
        "revenue": scaled(DOCUMENT["revenue"], "amount"),
        "funding": scaled(DOCUMENT["funding"], "amount"),
        "costs": scaled(DOCUMENT["costs"], "amount"),
        "compute": scaled(DOCUMENT["compute"], "price", "running"),
        "data": scaled(DOCUMENT["data"], "price", "processing", "storage"),
        "people": {"staff": staff},
    }


def test_a_plan_is_compared_with_accounts():
    rival = load_accounts({"accounts": {"months": 3, "income": 60_000, "compute": 20_000}})
    compared = {row["figure"]: row for row in diagnose(load_plan(DOCUMENT), rival).comparison}
    assert compared["income"]["ratio"] == pytest.approx(0.5)
    # (60,000 - 20,000 - (2,100 + 49,000 + 6,000)) / 20,000
    assert compared["financial index, completed"]["rival"] == pytest.approx(-17_100 / 20_000)


def test_an_infeasible_plan_has_no_diagnosis():
    with pytest.raises(InfeasibleError, match=r"plan\.min_cash"):
        diagnose(load_plan(DOCUMENT, overrides=["plan.min_cash=2e6"]))


def test_an_infeasible_rival_is_named():
    rival = load_plan(DOCUMENT, overrides=["plan.min_cash=2e6", "plan.name=other-lab"])
    with pytest.raises(InfeasibleError, match="the rival, other-lab") as caught:
        diagnose(load_plan(DOCUMENT), rival)
    assert "plan.min_cash" in caught.value.conflict


def test_frames_are_tidy(found):
    frame = found.frame("costs")
    assert list(frame.columns) == ["period", "kind", "part", "money", "cost_share"]
    long = found.tidy().frame()
    assert list(long.columns) == ["company", "table", "period", "item", "figure", "unit", "value"]
    picked = long[(long["table"] == "costs") & (long["item"] == "people.salary") & (long["figure"] == "money")]
    assert picked["value"].item() == pytest.approx(40_000)
    assert not long.duplicated(["company", "table", "period", "item", "figure"]).any()


@pytest.mark.parametrize(("status", "code"), [("optimal", 0), ("accounts", 0), ("gap", 4), ("time_limit", 4)])
def test_the_exit_code_says_whether_every_plan_was_solved(found, status, code):
    stopped = replace(found.company, status=status)
    assert replace(found, company=stopped).exit_code == code
    assert replace(found, rival=stopped).exit_code == code
