"""Each rule of a plan, broken alone: the ledger says which, when and by how much, and nothing else."""

from __future__ import annotations

import pytest
from broken_rules import BROKEN, KEPT, LEAVING, WIND_DOWN, Edit, both, decide, plan, violations


def test_a_plan_within_its_rules_breaks_none() -> None:
    assert violations() == []


@pytest.mark.parametrize(("edit", "sentence"), BROKEN.values(), ids=BROKEN)
def test_a_broken_rule_is_said_once_with_its_month_and_by_how_much(edit: Edit, sentence: str) -> None:
    assert "; ".join(violations(edit)) == sentence


QUANTITIES = [
    ("persons who start", "people.arrivals[2026-10] = 2", "", "1"),
    ("one line of the pay", "people.spend.salary[2026-09] <= 3_000", "", "$1,000"),
    ("effective heads", "people.researchers.effective[2026-10] <= 4", ", on 2026-10", "1"),
    ("research, of which nobody does any", "people.research >= 3", "", "3"),
    ("leavers, of whom there are none", "people.leavers >= 1", "", "1"),
    ("the heads of all roles", "people.headcount[2026-09] >= 6", ", on 2026-09", "2"),
    ("what sold GPUs bring, 200 x 0.5^(2/12) = 178.18", "compute.own.resale <= 100", "", "$78.18"),
    ("the sales of one order", "compute.own.sold.2026-09[2026-12] = 1", "", "1"),
    ("the sales of the opening fleet", "compute.own.sold.opening >= 1", "", "1"),
    ("GPU-months rented", "compute.cloud.rented <= 10", "", "2"),
    ("all GPUs, 2 + 4 + 2", "compute.gpus[2026-12] <= 7", ", on 2026-12", "1"),
    ("the stock of a source", "data.text.stock[2026-10] >= 3e9", ", on 2026-10", "1e+09"),
    ("one line of an item", "data.text.spend.acquisition <= 500", "", "$1,500"),
    ("the compute of a model", "models.chat.compute[2026-12] <= 1e18", "", "1e+18 FLOP"),
    ("idle compute, 8 x 1.0512e18 - 2e18", "compute.idle[2026-12] <= 6e18", "", "4.096e+17 FLOP"),
    ("delivered compute, 2 x 1.0512e18", "compute.cloud.delivered[1] >= 2.2e18", "", "9.76e+16 FLOP"),
    ("closing cash", "cash[2027-02] >= 950_000", ", on 2027-02", "$7,501.82"),
    ("opening cash", "cash.opening[2026-09] <= 900_000", ", on 2026-09", "$100,000"),
    ("net burn", "cash.burn <= 57_000", "", "$280"),
    ("interest", "cash.interest >= 10", "", "$10"),
    ("rounds", "funding.amount + cash.funding >= 5", "", "$5"),
    ("revenue", "revenue.received + cash.revenue >= 5", "", "$5"),
    # 1,000,000 - 1,460 - 2,920 - 400 - 1,000 - 4,000 = 990,220 against 300 x 4,000
    ("cash against pay", "cash[2026-09] >= 300 * people.spend[2026-09]", "", "$209,780"),
    ("an equation with some give", "people.researchers.hires[2026-09] = 3 +- 1", "", "1"),
]


@pytest.mark.parametrize(
    ("text", "month", "missed"), [case[1:] for case in QUANTITIES], ids=[case[0] for case in QUANTITIES]
)
def test_a_limit_on_any_quantity_is_checked_on_the_books(text: str, month: str, missed: str) -> None:
    assert violations(plan("limits", "rule", to=text)) == [f'limits.rule, "{text}"{month}, is missed by {missed}']


def test_in_months_without_whole_units_parts_are_fine() -> None:
    first_two = plan("plan", "whole", to="2026-10")
    assert violations(both(first_two, decide("people", "researchers", "hired", 2, to=0.5))) == []


def test_after_the_whole_months_part_of_a_gpu_can_be_sold() -> None:
    assert violations(decide("compute", "own", "sold", to=[[1, 4, 0.5]])) == []


def test_a_company_that_winds_down_need_not_keep_its_staff() -> None:
    falling, _ = BROKEN["heads once the last training begins"]
    assert violations(both(falling, WIND_DOWN)) == []


def test_before_the_first_hire_can_come_the_floor_is_what_is_left_of_the_team() -> None:
    assert violations(both(LEAVING, plan("people", "researchers", "min", to=[4, 3, 3, 3, 3, 3]), KEPT)) == []


def test_a_miss_of_a_hundred_millionth_is_forgiven_and_one_of_a_millionth_is_not() -> None:
    assert violations(decide("compute", "cloud", "gpus", 1, to=2 - 2e-8)) == []
    assert len(violations(decide("compute", "cloud", "gpus", 1, to=2 - 2e-6))) == 1


def test_the_miss_that_is_forgiven_grows_with_the_money_and_the_items() -> None:
    # cash closes month 6 with 942,498.1797; capital of 1,000,000 forgives 0.10
    assert violations(plan("plan", "min_cash", to=942_498.25)) == []
    assert len(violations(plan("plan", "min_cash", to=942_498.35))) == 1
    # 6 x 1,460 of rent; the capital forgives the same on a limit
    assert violations(plan("limits", "rent", to="compute.cloud.spend <= 8_759.95")) == []
    assert len(violations(plan("limits", "rent", to="compute.cloud.spend <= 8_759.85"))) == 1
    # 3e9 tokens held at the end forgive 300
    assert violations(plan("data", "text", "per_month", to=1e9 - 250)) == []
    assert len(violations(plan("data", "text", "per_month", to=1e9 - 350))) == 2
    # the end of the plan: 98.72537 months of 57,280/6 ask 0.02 more than there is, 98.7254 ask 0.31 more
    runway = plan("runway", to={"months": [0, 0, 0, 0, 0, 98.72537], "window": 1})
    short = plan("runway", to={"months": [0, 0, 0, 0, 0, 98.7254], "window": 1})
    # 942,498.1797/9,546.6667 = 98.725368...
    assert violations(runway) == []
    assert len(violations(short)) == 1
    # orders in the last month that never come, beside 1e9 tokens: 3e9 held forgive 300
    assert violations(decide("data", "text", "bought", 5, to=250)) == []
    assert len(violations(decide("data", "text", "bought", 5, to=350))) == 1


def test_money_is_said_in_the_plans_own_unit() -> None:
    in_thousands = both(
        plan("plan", "currency", to="kEUR"), plan("plan", "cash", to=1_000), plan("plan", "min_cash", to=999)
    )
    assert violations(in_thousands)[0].endswith(" kEUR below the floor of 999 kEUR")


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (decide("compute", "clod", to={"gpus": [0] * 6}), "compute.clod is not of this plan; it has cloud, hall, own"),
        (decide("compute", "cloud", "ordered", to=[0] * 6), "compute.cloud.ordered is not of this plan; it has gpus"),
        (decide("compute", "cloud", "gpus", to=[2] * 5), "compute.cloud.gpus has 5 months and the plan has 6"),
        (decide("people", "researchers", "hired", 0, to=float("nan")), "people.researchers.hired holds nan"),
        (decide("compute", "own", "sold", to=[[1, 4.5, 2]]), "a sale is [order month, sale month, GPUs]"),
        (decide("rounds", to={}), "rounds is not of this plan; it has compute, data, people, revenue, treasury"),
    ],
    ids=["name", "kind", "length", "finite", "sale", "section"],
)
def test_decisions_that_are_not_of_the_plan_are_refused(edit: Edit, message: str) -> None:
    with pytest.raises(ValueError) as refusal:  # noqa: PT011  (what it says is asserted below)
        violations(edit)
    assert message in str(refusal.value)


def test_an_input_that_names_a_source_may_use_what_is_there_of_it() -> None:
    generic = {
        "law": "cobb-douglas",
        "deadline": 5,
        "training_months": 3,
        "inputs": {"x": "data.text.items"},
        "parameters": {"a_x": 0.5},
    }
    edit = both(plan("models", "chat", to=generic), decide("models", "chat", "inputs", to={"x": 2.5e9}))
    assert violations(edit) == [
        "models.chat uses 2.5e+09 x, 5e+08 above the 2e+09 there at the close of 2026-10, before its training starts"
    ]


def test_weights_count_only_the_sources_a_model_names() -> None:
    half = plan("models", "chat", "data", to={"text": 0.5})
    assert violations(both(half, decide("models", "chat", "inputs", "tokens", to=1e9))) == []
    assert len(violations(both(half, decide("models", "chat", "inputs", "tokens", to=1.1e9)))) == 1
