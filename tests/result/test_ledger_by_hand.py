"""Three ledgers of three months, worked out by hand; the comments show the arithmetic, the numbers are its results.

Yearly rates are chosen so that the month is easy: 1.01^12 - 1 = 0.126825030131969720661201 is 1 % a month,
1 - 0.9^12 = 0.717570463519 is 10 % a month.
"""

from __future__ import annotations

import copy

import pytest
from ledgers_by_hand import BUYING, BUYING_DECISIONS, RENTING, RENTING_DECISIONS, RESERVING, RESERVING_DECISIONS, near

from allocator.plan import Plan, load_plan
from allocator.result.ledger import Ledger, replay


@pytest.fixture(scope="module")
def renting() -> Ledger:
    return replay(load_plan(RENTING), RENTING_DECISIONS)


@pytest.fixture(scope="module")
def reserving() -> Ledger:
    return replay(load_plan(RESERVING), RESERVING_DECISIONS)


@pytest.fixture(scope="module")
def buying() -> Ledger:
    return replay(load_plan(BUYING), BUYING_DECISIONS)


# --- Renting: rounds, yield, growth, revenue later and in advance, persons, trailing runway ---------------------------


def test_hires_come_after_the_delay_and_leavers_are_a_share_of_the_opening_heads(renting: Ledger) -> None:
    # ordered 2, 1, 0 with a delay of one month
    assert renting.arrivals["researchers"] == [0, 2, 1]
    # 10 % of 4, of 3.6, of 5.24
    assert renting.leavers["researchers"] == near([0.4, 0.36, 0.524])
    # 4 - 0.4 + 0; 3.6 - 0.36 + 2; 5.24 - 0.524 + 1
    assert renting.heads["researchers"] == near([3.6, 5.24, 5.716])


def test_a_hire_ramps_from_the_month_of_arrival_and_research_counts_before_training(renting: Ledger) -> None:
    # ramp 1: half in the month of arrival. 3.6; 5.24 - 2/2; 5.716 - 1/2
    assert renting.effective["researchers"] == near([3.6, 4.24, 5.216])
    # each adds 0.5
    assert renting.research == near([1.8, 2.12, 2.608])
    # the model trains in months 2 and 3: month 1 counts
    assert renting.models["chat"]["research"] == near(1.8)


def test_people_cost_salary_overhead_and_hiring_from_the_month_of_arrival(renting: Ledger) -> None:
    lines = renting.spend["people"]["researchers"]
    # heads x 5,000
    assert lines["salary"] == near([18_000, 26_200, 28_580])
    # a fifth of it
    assert lines["overhead"] == near([3_600, 5_240, 5_716])
    # arrivals x 1,000
    assert lines["hiring"] == near([0, 2_000, 1_000])


def test_a_price_that_falls_by_the_year_falls_by_its_twelfth_root_a_month(renting: Ledger) -> None:
    # 1 x 2 x 730; 2 x 1.8 x 730; 3 x 1.62 x 730
    assert renting.spend["compute"]["cloud"]["rent"] == near([1_460, 2_628, 3_547.8])


def test_a_cost_per_person_follows_the_heads(renting: Ledger) -> None:
    assert renting.spend["costs"]["office"]["amount"] == [500, 500, 500]
    # 100 x 3.6; 100 x 5.24; 100 x 5.716
    assert renting.spend["costs"]["tools"]["amount"] == near([360, 524, 571.6])


def test_revenue_is_paid_later_or_in_advance_and_only_the_plans_months_earn(renting: Ledger) -> None:
    # earned 1,000, 1,100, 1,210, each paid a month later: nothing in month 1, the last not seen
    assert renting.revenue["subscriptions"] == near([0, 1_000, 1_100])
    # earned 100, 200, 300, each paid a month before: the first not seen, nothing in month 3
    assert renting.revenue["prepaid"] == [200, 300, 0]


def test_a_round_arrives_in_its_month_with_its_fee(renting: Ledger) -> None:
    assert renting.funding["seed"] == [0, 50_000, 0]
    # 2 % of 50,000
    assert renting.spend["funding"]["seed"]["fee"] == [0, 1_000, 0]


def test_interest_is_on_the_opening_balance_without_the_rounds_of_the_month(renting: Ledger) -> None:
    # 1 % of 100,000; of 77,280; of 91,260.80
    assert renting.interest == near([1_000, 772.8, 912.608])


def test_cash_closes_each_month_as_worked_out_when_renting(renting: Ledger) -> None:
    # 1,460 + 18,000 + 3,600 + 500 + 360; 2,628 + 26,200 + 5,240 + 2,000 + 500 + 524 + 1,000;
    # 3,547.80 + 28,580 + 5,716 + 1,000 + 500 + 571.60
    assert renting.total_spend == near([23_920, 38_092, 39_915.4])
    assert renting.total_revenue == near([200, 1_300, 1_100])
    # 100,000 + 1,000 + 200 - 23,920; 77,280 + 772.80 + 1,300 + 50,000 - 38,092; 91,260.80 + 912.608 + 1,100 - 39,915.40
    assert renting.cash == near([77_280, 91_260.8, 53_358.008])
    assert renting.opening == near([100_000, 77_280, 91_260.8])


def test_net_burn_leaves_out_fees_rounds_and_interest(renting: Ledger) -> None:
    # 23,920 - 200; 38,092 - 1,000 (fee) - 1,300; 39,915.40 - 1,100
    assert renting.burn == near([23_720, 35_792, 38_815.4])


def test_a_trailing_runway_looks_back_over_its_window_and_at_the_opening_burn(renting: Ledger) -> None:
    # window 2: means (5,000 + 23,720)/2 = 14,360; (23,720 + 35,792)/2 = 29,756; (35,792 + 38,815.40)/2 = 37,303.70
    # two months of the first two: 28,720 and 59,512. The end: B = max(38,815.40, 98,327.40/3 = 32,775.80), one month
    assert renting.required == near([28_720, 59_512, 38_815.4])
    assert renting.closing_burn == near(38_815.4)
    # In the last month the burn that goes on, 38,815.40, is more than the window's mean.
    assert renting.runway_months == near([77_280 / 14_360, 91_260.8 / 29_756, 53_358.008 / 38_815.4])


def test_gpus_deliver_flop_at_the_share_of_peak_reached_and_not_interrupted(renting: Ledger) -> None:
    # 1e12 x 0.5 x 0.8 x 730 x 3,600 = 1.0512e18 a GPU-month
    assert renting.delivered_flop == near([1.0512e18, 2.1024e18, 3.1536e18])
    assert renting.used_flop == near([0, 1e18, 2e18])
    assert renting.models["chat"]["compute"] == near(3e18)


# --- Reserving: contracts, data, forward runway -----------------------------------------------------------------------


def test_contracts_run_their_term_beside_those_of_opening_day(reserving: Ledger) -> None:
    # opening 1 in months 1-2; 2 signed in month 1 run months 1-2; 4 signed in month 3 run months 3-4
    assert reserving.gpus["hall"] == [3, 3, 4]


def test_a_contract_pays_upfront_then_monthly_and_its_tail_in_the_last_month(reserving: Ledger) -> None:
    lines = reserving.spend["compute"]["hall"]
    # a quarter of 2 x 730 x 2 months = 2,920; a quarter of 4 x 2,190 x 2 months = 17,520; opening contracts paid theirs
    assert lines["upfront"] == near([730, 0, 4_380])
    # 0.75 x 730 x (1 opening + 2) twice; 0.75 x 2,190 x 4
    assert lines["commitment"] == near([1_642.5, 1_642.5, 6_570])
    # month 4 of the contract signed in month 3
    assert lines["tail"] == near([0, 0, 6_570])


def test_contracts_signed_in_the_last_month_pay_for_their_whole_term_in_it() -> None:
    document = copy.deepcopy(RESERVING)
    document["compute"]["hall"] |= {"term": 3, "now": 2}
    ledger = replay(load_plan(document), {"compute": {"hall": {"signed": [0, 1, 0]}}})
    # opening: 2 in months 1-3; 1 signed in month 2 runs months 2, 3 and, past the end, 4
    assert ledger.gpus["hall"] == [2, 3, 3]
    lines = ledger.spend["compute"]["hall"]
    # 0.25 x 1,460 x 3 months
    assert lines["upfront"] == near([0, 1_095, 0])
    # 0.75 x 730 x 2 = 1,095; and 0.75 x 1,460 = 1,095 from month 2
    assert lines["commitment"] == near([1_095, 2_190, 2_190])
    assert lines["tail"] == near([0, 0, 1_095])


def test_data_is_paid_with_its_processing_arrives_after_its_lead_and_is_stored(reserving: Ledger) -> None:
    lines = reserving.spend["data"]["labels"]
    # 5,000 x 0.5; 3,000 x 0.4
    assert lines["acquisition"] == near([2_500, 1_200, 0])
    # x 0.1
    assert lines["processing"] == near([500, 300, 0])
    # opening 1,000; a month later 5,000 and 3,000 more
    assert reserving.stock["labels"] == near([1_000, 6_000, 9_000])
    # closing stock x 0.01
    assert lines["storage"] == near([10, 60, 90])


def test_data_without_a_lead_is_there_the_same_month_and_a_model_sees_its_weight_of_it(reserving: Ledger) -> None:
    # 2e9 tokens at a millionth each
    assert reserving.spend["data"]["text"]["acquisition"] == near([2_000, 0, 0])
    assert reserving.stock["text"] == [2e9, 2e9, 2e9]
    # training starts in month 2: stock at the close of month 1, weight 0.5
    assert reserving.models["chat"]["available_data"] == {"text": 1e9}


def test_data_that_would_arrive_after_the_end_never_does() -> None:
    ledger = replay(load_plan(RESERVING), {"data": {"labels": {"bought": [0, 0, 500]}}})
    assert ledger.stock["labels"] == [1_000, 1_000, 1_000]


def test_the_tail_of_contracts_counts_the_gpu_months_due_after_the_end(reserving: Ledger) -> None:
    tail = next(entry for entry in reserving.entries if entry.line == "tail")
    # 4 signed in month 3 for two months
    assert (tail.quantity, tail.unit) == ([0, 0, 4], "GPU-month")


def test_cash_closes_each_month_as_worked_out_when_reserving(reserving: Ledger) -> None:
    # 2,372.50 + 2,500 + 500 + 10 + 2,000 + 1,000; 1,642.50 + 1,200 + 300 + 60 + 3,000; 17,520 + 90 + 2,000
    assert reserving.total_spend == near([8_382.5, 6_202.5, 19_610])
    # 200,000 - 8,382.50; + 20,000 - 6,202.50; - 19,610
    assert reserving.cash == near([191_617.5, 205_415, 185_805])
    assert reserving.interest == [0, 0, 0]


def test_revenue_above_spending_makes_a_burn_of_zero_never_a_negative_one(reserving: Ledger) -> None:
    # 6,202.50 - 20,000 is below 0
    assert reserving.burn == near([8_382.5, 0, 19_610])


def test_a_forward_runway_asks_for_the_next_months_the_last_in_part(reserving: Ledger) -> None:
    # 1.5 months after month 1: 0 + 19,610/2; half a month after month 2: 19,610/2; after month 3: B. The tail of
    # 6,570 does not go on: the larger of 19,610 - 6,570 = 13,040 and (8,382.50 + 0 + 13,040)/3
    assert reserving.required == near([9_805, 9_805, 13_040])
    # 191,617.50 pays month 2 (0), month 3 (172,007.50 left), then B; 205,415 pays month 3, then B
    assert reserving.runway_months == near([2 + 172_007.5 / 13_040, 1 + 185_805 / 13_040, 185_805 / 13_040])


def test_a_forward_runway_without_enough_cash_covers_part_of_the_next_month() -> None:
    document = copy.deepcopy(RESERVING)
    document["plan"]["cash"] = 8_382.5 + 3_000  # closes month 1 with 3,000, month 2 with 16,797.50
    ledger = replay(load_plan(document), RESERVING_DECISIONS)
    # month 2 burns 0, then 3,000 of month 3's 19,610; month 2's 16,797.50 of 19,610; month 3 closes below 0
    assert ledger.runway_months == near([1 + 3_000 / 19_610, 16_797.5 / 19_610, 0])


def test_part_of_a_month_ahead_is_part_of_the_very_next_one() -> None:
    document = copy.deepcopy(RESERVING)
    document["runway"]["months"] = [0.5, 1.5, 0]
    # half of month 2, which burns nothing; month 3, 19,610, and half of the month after the plan, B = 13,040
    assert replay(load_plan(document), RESERVING_DECISIONS).required == near([0, 26_130, 0])


@pytest.mark.parametrize("basis", ["trailing", "forward"])
def test_a_company_without_cash_is_covered_for_no_month_even_when_it_burns_nothing(basis: str) -> None:
    document = copy.deepcopy(RESERVING)
    document["plan"]["cash"] = 0
    document["runway"] = {"months": 0, "basis": basis, "window": 1}
    ledger = replay(load_plan(document), RESERVING_DECISIONS)
    # 0 - 8,382.50; + 20,000 - 6,202.50; - 19,610
    assert ledger.cash == near([-8_382.5, 5_415, -14_195])
    # month 2 burns nothing looking back; looking ahead 5,415 is part of 19,610
    covered = {"trailing": float("inf"), "forward": 5_415 / 19_610}[basis]
    assert ledger.runway_months == near([0, covered, 0])


# --- Buying: lead, life, resale, whole units, default opening burn, the year's mean at the end ------------------------


def test_bought_gpus_serve_from_delivery_until_sold_or_at_the_end_of_life(buying: Ledger) -> None:
    # opening 4, 2 sold in month 2, life 3 = months 0, 1, 2; 4 of month 1 serve from 2, 2 sold in month 3;
    # 2 of month 2 serve from 3: 4; 2 + 4; 0 + 2 + 2
    assert buying.gpus["own"] == [4, 6, 4]


def test_bought_gpus_are_paid_when_ordered_and_run_when_they_serve(buying: Ledger) -> None:
    lines = buying.spend["compute"]["own"]
    # 4 x 1,000; 2 x 2,000
    assert lines["purchase"] == near([4_000, 4_000, 0])
    # 10 x 4, 6, 4
    assert lines["running"] == near([40, 60, 40])


def test_a_resale_pays_the_price_paid_times_what_is_kept_at_its_age(buying: Ledger) -> None:
    # opening at month 1's price, aged 2: 2 x 1,000 x 0.81; month 1's, delivered in 2, aged 1: 2 x 1,000 x 0.9
    assert buying.resale["own"] == near([0, 1_620, 1_800])


def test_the_opening_fleet_can_be_sold_from_the_first_month() -> None:
    decisions = {"compute": {"own": {"ordered": [0, 0, 0], "sold": [[0, 1, 4]]}}}
    ledger = replay(load_plan(BUYING), decisions)
    # aged 1: 4 x 1,000 x 0.9
    assert ledger.resale["own"] == near([3_600, 0, 0])
    assert ledger.gpus["own"] == [0, 0, 0]


def test_cash_closes_each_month_as_worked_out_when_buying(buying: Ledger) -> None:
    # heads 2.7; 2.43; 2.187 + 1
    assert buying.heads["engineers"] == near([2.7, 2.43, 3.187])
    # 4,000 + 40 + 2,700; 4,000 + 60 + 2,430; 40 + 3,187
    assert buying.total_spend == near([6_740, 6_490, 3_227])
    # 100,000 - 6,740; + 1,620 - 6,490; + 1,800 - 3,227
    assert buying.cash == near([93_260, 88_390, 86_963])


def test_purchases_burn_where_the_runway_says_so_and_resale_never_lowers_it(buying: Ledger) -> None:
    assert buying.burn == near([6_740, 6_490, 3_227])
    document = copy.deepcopy(BUYING)
    document["runway"]["purchases"] = False
    # less 4,000, 4,000, 0
    assert replay(load_plan(document), BUYING_DECISIONS).burn == near([2_740, 2_490, 3_227])


def test_months_before_the_plan_burn_as_month_one_and_the_end_asks_for_the_years_mean(buying: Ledger) -> None:
    # window 3: 6,740; (6,740 + 6,740 + 6,490)/3; (6,740 + 6,490 + 3,227)/3 = 16,457/3, above the last month's 3,227
    assert buying.required == near([6_740, 19_970 / 3, 16_457 / 3])
    assert buying.closing_burn == near(16_457 / 3)


def test_without_a_runway_rule_nothing_is_asked_and_six_months_are_looked_back_on() -> None:
    document = {key: value for key, value in RENTING.items() if key != "runway"}
    ledger = replay(load_plan(document), RENTING_DECISIONS)
    assert ledger.required == [0, 0, 0]
    # four months before the plan like month 1, then (5 x 23,720 + 35,792)/6 = 25,732; (4 x 23,720 + 74,607.40)/6
    assert ledger.runway_months == near([77_280 / 23_720, 91_260.8 / 25_732, 53_358.008 / (169_487.4 / 6)])


def test_the_end_of_a_long_plan_looks_back_on_twelve_months() -> None:
    document = copy.deepcopy(RENTING)
    document["plan"] |= {"months": 14, "cash_yield": 0}
    document["runway"] = {"months": 1, "window": 1}
    document["revenue"], document["people"] = {}, {}
    # 2,000 in months 1 and 2, 1,100 in months 3..13, 500 in month 14: (11 x 1,100 + 500)/12 = 1,050
    document["costs"] = {"office": {"amount": [2_000] * 2 + [1_100] * 11 + [500]}}
    ledger = replay(load_plan(document), {})
    assert ledger.closing_burn == near(1_050)
    # window 1 alone would ask for 500 in the last month
    assert ledger.required[-3:] == near([1_100, 1_100, 1_050])


# --- The three together -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("document", "decisions"),
    [(RENTING, RENTING_DECISIONS), (RESERVING, RESERVING_DECISIONS), (BUYING, BUYING_DECISIONS)],
    ids=["renting", "reserving", "buying"],
)
def test_plans_worked_out_by_hand_break_no_rule(document: dict[str, object], decisions: dict[str, object]) -> None:
    assert replay(load_plan(document), decisions).violations == []


def test_a_month_of_delay_changes_the_ledger(renting: Ledger) -> None:
    shifted = copy.deepcopy(RENTING_DECISIONS)
    shifted["people"]["researchers"]["hired"] = [0, 2, 1]
    later = replay(load_plan(RENTING), shifted)
    assert later.heads["researchers"] == near([3.6, 3.24, 4.916])
    assert later.cash[1] > renting.cash[1]


def test_a_missing_cent_changes_the_ledger(renting: Ledger) -> None:
    def with_office(amount: float) -> Plan:
        document = copy.deepcopy(RENTING)
        document["costs"]["office"]["amount"] = amount
        return load_plan(document)

    cheaper = replay(with_office(499.99), RENTING_DECISIONS)
    # a cent in month 1, with 1 % interest and another cent a month later, and again
    differences = [mine - theirs for mine, theirs in zip(cheaper.cash, renting.cash, strict=True)]
    assert differences == pytest.approx([0.01, 0.0201, 0.030301], abs=1e-9)
