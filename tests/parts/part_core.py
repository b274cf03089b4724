"""What every plan is made of: months and cash, runway, rounds, revenue, costs, offers, data, people, models, limits."""

from register import Part

ROWS = ("tests/formulate/test_program_by_hand.py::test_rows_are_what_a_hand_computes",)
LEDGER = "tests/result/test_ledger_by_hand.py::"
AUDIT = "tests/engine/test_every_part_is_audited.py::"
LIMITS = "tests/engine/test_every_limit_is_audited.py::"
LAB, STARTUP = "series-b-lab.toml", "image-startup.toml"

PARTS = {
    "months, cash and interest": Part(
        fields=(
            *(f"Horizon.{key}" for key in ("name", "currency", "start", "months", "cash", "min_cash", "cash_yield")),
        ),
        golden=("cash",),
        rows_by_hand=ROWS,
        ledger_by_hand=(f"{LEDGER}test_interest_is_on_the_opening_balance_without_the_rounds_of_the_month",),
        audited=(
            f"{AUDIT}test_interest_is_earned_on_the_opening_balance",
            f"{AUDIT}test_cash_never_falls_below_its_floor_but_to_it",
        ),
        ledger=("interest.interest",),
        examples=(LAB,),
        docs=("docs/plan-file.md#plan", "docs/ledger.md#the-conventions"),
    ),
    "whole units": Part(
        fields=("Horizon.whole", "Offer.lot"),
        golden=("rent", "people"),
        rows_by_hand=("tests/formulate/test_program_by_hand.py::test_bounds_and_curves_are_what_a_hand_computes",),
        ledger_by_hand=("tests/result/test_ledger_rules.py::test_in_months_without_whole_units_parts_are_fine",),
        audited=(f"{LIMITS}test_whole_plans_order_whole_lots_and_hire_whole_people",),
        examples=(LAB,),
        docs=("docs/solvers.md#whole-units", "docs/plan-file.md#plan"),
    ),
    "the end of the horizon": Part(
        fields=("Horizon.wind_down",),
        golden=("horizon", "horizon-tails"),
        rows_by_hand=ROWS,
        ledger_by_hand=(f"{LEDGER}test_the_end_of_a_long_plan_looks_back_on_twelve_months",),
        audited=(
            f"{AUDIT}test_staff_stay_once_the_last_training_begins_unless_the_company_winds_down",
            "tests/engine/test_horizon_end.py::test_staff_are_not_drained_once_research_no_longer_counts",
        ),
        examples=("longest-runway.toml",),
        docs=("docs/ledger.md#the-conventions",),
    ),
    "runway": Part(
        fields=(*(f"Runway.{key}" for key in ("months", "basis", "window", "opening_burn", "purchases")),),
        golden=("runway-trailing", "runway-first-month", "runway-forward"),
        rows_by_hand=ROWS,
        ledger_by_hand=(
            f"{LEDGER}test_a_trailing_runway_looks_back_over_its_window_and_at_the_opening_burn",
            f"{LEDGER}test_a_forward_runway_asks_for_the_next_months_the_last_in_part",
        ),
        audited=(f"{AUDIT}test_a_runway_of_any_kind_is_kept_to_the_cent_before_the_next_round",),
        examples=(LAB, STARTUP),
        docs=("docs/plan-file.md#runway",),
    ),
    "signed rounds": Part(
        fields=("Round.kind", "Round.amount", "Round.month", "Round.fee"),
        golden=("cash",),
        rows_by_hand=ROWS,
        ledger_by_hand=(f"{LEDGER}test_a_round_arrives_in_its_month_with_its_fee",),
        audited=(f"{AUDIT}test_a_round_pays_its_fee_and_the_fee_is_no_burn",),
        ledger=("funding.amount", "funding.fee"),
        examples=(LAB,),
        docs=("docs/plan-file.md#fundingname",),
    ),
    "revenue that is known": Part(
        fields=("Revenue.amount", "Revenue.paid_after"),
        golden=("cash",),
        rows_by_hand=ROWS,
        ledger_by_hand=(f"{LEDGER}test_revenue_is_paid_later_or_in_advance_and_only_the_plans_months_earn",),
        audited=(f"{AUDIT}test_revenue_is_paid_when_it_is_due",),
        ledger=("revenue.amount",),
        examples=(LAB,),
        docs=("docs/plan-file.md#revenuename",),
    ),
    "costs": Part(
        fields=("Cost.amount", "Cost.per_person"),
        golden=("costs-per-person", "cash"),
        rows_by_hand=ROWS,
        ledger_by_hand=(f"{LEDGER}test_a_cost_per_person_follows_the_heads",),
        audited=(f"{AUDIT}test_costs_a_head_follow_the_heads_of_every_role",),
        ledger=("costs.amount",),
        examples=(LAB,),
        docs=("docs/plan-file.md#costsname",),
    ),
    "rented GPUs": Part(
        fields=(
            *(f"Offer.{key}" for key in ("kind", "chip", "flops", "price", "utilisation", "delivered", "min", "max")),
        ),
        golden=("rent",),
        rows_by_hand=ROWS,
        ledger_by_hand=(f"{LEDGER}test_gpus_deliver_flop_at_the_share_of_peak_reached_and_not_interrupted",),
        audited=(f"{AUDIT}test_rented_gpus_keep_their_floor_and_cap_month_by_month",),
        ledger=("compute.rent",),
        examples=(LAB,),
        docs=("docs/plan-file.md#computename",),
    ),
    "reserved GPUs": Part(
        fields=("Offer.term", "Offer.upfront"),
        golden=("reserve", "reserve-long"),
        rows_by_hand=ROWS,
        ledger_by_hand=(f"{LEDGER}test_a_contract_pays_upfront_then_monthly_and_its_tail_in_the_last_month",),
        audited=(f"{AUDIT}test_a_contract_is_paid_in_advance_by_the_month_and_past_the_horizon",),
        ledger=("compute.upfront", "compute.commitment", "compute.tail"),
        examples=(LAB,),
        docs=("docs/plan-file.md#computename",),
    ),
    "bought GPUs": Part(
        fields=("Offer.lead", "Offer.life", "Offer.running"),
        golden=("buy",),
        rows_by_hand=ROWS,
        ledger_by_hand=(f"{LEDGER}test_bought_gpus_are_paid_when_ordered_and_run_when_they_serve",),
        audited=(f"{AUDIT}test_bought_gpus_arrive_after_their_lead_and_cost_to_run",),
        ledger=("compute.purchase", "compute.running"),
        examples=(LAB,),
        docs=("docs/plan-file.md#computename",),
    ),
    "GPUs of opening day": Part(
        fields=("Offer.now",),
        golden=("opening-fleet", "reserve-long"),
        rows_by_hand=ROWS,
        ledger_by_hand=(f"{LEDGER}test_the_opening_fleet_can_be_sold_from_the_first_month",),
        audited=(
            f"{AUDIT}test_an_opening_fleet_serves_to_the_end_of_its_life",
            f"{AUDIT}test_contracts_of_opening_day_run_out_at_their_term",
        ),
        examples=(STARTUP,),
        docs=("docs/plan-file.md#computename",),
    ),
    "GPUs sold again": Part(
        fields=("Offer.resale",),
        golden=("resale",),
        rows_by_hand=ROWS,
        ledger_by_hand=(f"{LEDGER}test_a_resale_pays_the_price_paid_times_what_is_kept_at_its_age",),
        audited=(f"{AUDIT}test_gpus_are_bought_and_sold_again_after_the_run",),
        ledger=("compute.resale",),
        examples=(LAB,),
        docs=("docs/plan-file.md#computename",),
    ),
    "data": Part(
        fields=(
            *(f"Source.{key}" for key in ("unit", "price", "processing", "storage", "now", "max", "per_month", "lead")),
        ),
        golden=("data",),
        rows_by_hand=ROWS,
        ledger_by_hand=(f"{LEDGER}test_data_is_paid_with_its_processing_arrives_after_its_lead_and_is_stored",),
        audited=(f"{AUDIT}test_data_are_processed_stored_and_late",),
        ledger=("data.acquisition", "data.processing", "data.storage"),
        examples=(LAB,),
        docs=("docs/plan-file.md#dataname",),
    ),
    "people": Part(
        fields=(
            *(f"Role.{key}" for key in ("salary", "overhead", "now", "min", "max", "hiring", "attrition")),
            *(f"Hiring.{key}" for key in ("cost", "per_month", "delay", "ramp")),
        ),
        golden=("people",),
        rows_by_hand=ROWS,
        ledger_by_hand=(
            f"{LEDGER}test_hires_come_after_the_delay_and_leavers_are_a_share_of_the_opening_heads",
            f"{LEDGER}test_people_cost_salary_overhead_and_hiring_from_the_month_of_arrival",
        ),
        audited=(f"{AUDIT}test_hires_come_late_ramp_up_cost_money_and_leave",),
        ledger=("people.salary", "people.overhead", "people.hiring"),
        examples=(LAB,),
        docs=("docs/plan-file.md#peoplename",),
    ),
    "research": Part(
        fields=("Role.research", "Model.research_effect", "Model.research_scale"),
        golden=("research",),
        rows_by_hand=ROWS,
        ledger_by_hand=(f"{LEDGER}test_a_hire_ramps_from_the_month_of_arrival_and_research_counts_before_training",),
        audited=(f"{AUDIT}test_research_before_the_training_makes_compute_count_for_more",),
        examples=(LAB,),
        docs=("docs/laws.md#people",),
    ),
    "models and their laws": Part(
        fields=(
            *(
                f"Model.{key}"
                for key in (
                    *("law", "deadline", "training_months", "data", "parameters"),
                    *("inputs", "points", "measured", "weight"),
                )
            ),
        ),
        golden=(
            *("models", "posynomial", "separable-power", "separable-linear", "separable-saturation"),
            *("separable-hyperbola", "separable-table", "minimum"),
        ),
        rows_by_hand=ROWS,
        ledger_by_hand=(f"{LEDGER}test_data_without_a_lead_is_there_the_same_month_and_a_model_sees_its_weight_of_it",),
        audited=(f"{AUDIT}test_a_model_reads_its_own_sources_by_weight",),
        examples=(LAB, STARTUP),
        docs=("docs/plan-file.md#modelsname", "docs/laws.md#quality-laws"),
    ),
    "targets": Part(
        fields=("Model.target",),
        golden=("target",),
        rows_by_hand=ROWS,
        ledger_by_hand=("tests/formulate/test_program_by_hand.py::test_rows_are_what_a_hand_computes",),
        audited=(f"{LIMITS}test_a_target_takes_compute_from_the_other_model",),
        examples=("longest-runway.toml",),
        docs=("docs/plan-file.md#modelsname",),
    ),
    "limits": Part(
        fields=(),
        golden=("limits", "limits-quantities"),
        rows_by_hand=(
            *ROWS,
            "tests/formulate/test_program_by_hand.py::test_a_share_of_all_spending_counts_every_category",
        ),
        ledger_by_hand=(
            "tests/result/test_ledger_rules.py::test_a_broken_rule_is_said_once_with_its_month_and_by_how_much",
            "tests/result/test_ledger_rules.py::test_a_limit_on_any_quantity_is_checked_on_the_books",
        ),
        audited=(
            f"{LIMITS}test_a_limit_on_any_measure_binds_where_it_says",
            "tests/engine/test_every_quantity_is_the_same_twice.py::"
            "test_every_quantity_of_the_table_is_the_same_in_the_program_and_in_the_books",
        ),
        examples=(LAB, "board-plan.toml"),
        docs=("docs/plan-file.md#limits", "docs/limits.md#quantities"),
    ),
}
