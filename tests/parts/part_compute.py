"""Compute: offers and what may be done with them, sites, experiments, staff for fleets."""

from __future__ import annotations

from register import Part

LEDGER = "tests/result/test_ledger_by_hand.py::"
BY_HAND = "tests/result/test_ledger_compute.py::"
ROWS = "tests/formulate/test_program_by_hand.py::test_rows_are_what_a_hand_computes"
OPTIMA = "tests/engine/test_every_part_is_audited.py::"
AUDITED = "tests/engine/test_compute_is_audited.py::"

PARTS = {
    "rented GPUs": Part(
        fields=tuple(
            f"Offer.{field}"
            for field in ("kind", "chip", "flops", "price", "utilisation", "delivered", "min", "max", "lot")
        ),
        golden=("rent",),
        rows_by_hand=(ROWS,),
        ledger_by_hand=(f"{LEDGER}test_a_price_that_falls_by_the_year_falls_by_its_twelfth_root_a_month",),
        audited=(
            f"{OPTIMA}test_rented_gpus_keep_their_floor_and_cap_month_by_month",
            f"{AUDITED}test_spot_is_paid_by_the_hour_and_delivers_a_share_up_to_what_there_is",
            f"{AUDITED}test_a_run_waits_where_prices_fall_and_hurries_where_they_rise",
        ),
        examples=("series-b-lab.toml", "own-hall.toml"),
        docs=("docs/plan-file.md#computename", "docs/buy-or-rent.md#what-moves-it", "models/program/rent.md"),
        ledger=("compute.rent",),
    ),
    "reserved GPUs": Part(
        fields=("Offer.term", "Offer.upfront"),
        golden=("reserve", "reserve-long"),
        rows_by_hand=(ROWS,),
        ledger_by_hand=(f"{LEDGER}test_a_contract_pays_upfront_then_monthly_and_its_tail_in_the_last_month",),
        audited=(
            f"{OPTIMA}test_a_contract_is_paid_in_advance_by_the_month_and_past_the_horizon",
            f"{AUDITED}test_contracts_are_signed_early_where_prices_rise_and_late_where_they_fall",
        ),
        examples=("series-b-lab.toml",),
        docs=("docs/plan-file.md#computename", "models/program/reserve.md"),
        ledger=("compute.upfront", "compute.commitment", "compute.tail"),
    ),
    "contracts left early": Part(
        fields=("Offer.exit_fee", "Offer.exit_months"),
        golden=("exit", "exit-months"),
        rows_by_hand=(ROWS,),
        ledger_by_hand=(
            f"{BY_HAND}test_leaving_a_contract_ends_what_is_due_and_costs_its_share_of_what_remains",
            f"{BY_HAND}test_a_fee_in_months_is_never_more_than_what_remains",
        ),
        audited=(
            f"{AUDITED}test_a_contract_is_left_when_its_run_is_over",
            f"{AUDITED}test_leaving_and_signing_again_does_not_dodge_the_tail",
        ),
        examples=("own-hall.toml",),
        docs=("docs/plan-file.md#computename", "docs/buy-or-rent.md#what-moves-it", "models/program/exit.md"),
        ledger=("compute.exit",),
    ),
    "bought GPUs": Part(
        fields=("Offer.lead", "Offer.life", "Offer.running"),
        golden=("buy",),
        rows_by_hand=(ROWS,),
        ledger_by_hand=(f"{LEDGER}test_bought_gpus_are_paid_when_ordered_and_run_when_they_serve",),
        audited=(
            f"{OPTIMA}test_bought_gpus_arrive_after_their_lead_and_cost_to_run",
            "tests/engine/test_buy_or_rent.py::"
            "test_the_plan_rents_just_below_the_hand_worked_price_and_buys_just_above_it",
        ),
        examples=("series-b-lab.toml",),
        docs=("docs/plan-file.md#computename", "docs/buy-or-rent.md#where-it-breaks-even", "models/program/buy.md"),
        ledger=("compute.purchase", "compute.running"),
    ),
    "GPUs sold again": Part(
        fields=("Offer.resale",),
        golden=("resale",),
        rows_by_hand=(ROWS,),
        ledger_by_hand=(f"{BY_HAND}test_a_fleet_of_an_age_wears_out_earlier_and_is_sold_at_its_age",),
        audited=(f"{OPTIMA}test_gpus_are_bought_and_sold_again_after_the_run",),
        examples=("series-b-lab.toml",),
        docs=("docs/plan-file.md#computename", "models/program/resale.md"),
        ledger=("compute.resale",),
    ),
    "GPUs there on opening day": Part(
        fields=("Offer.now", "Offer.age"),
        golden=("opening-fleet", "opening-age"),
        rows_by_hand=(ROWS,),
        ledger_by_hand=(
            f"{BY_HAND}test_contracts_of_an_age_and_contracts_left_early_end_when_they_do",
            f"{BY_HAND}test_a_fleet_of_an_age_wears_out_earlier_and_is_sold_at_its_age",
        ),
        audited=(
            f"{AUDITED}test_an_opening_fleet_of_an_age_serves_what_is_left_of_its_life",
            f"{AUDITED}test_contracts_of_an_age_run_out_earlier_and_owe_less_after_the_plan",
        ),
        examples=("own-hall.toml",),
        docs=("docs/plan-file.md#computename", "models/program/opening-fleet.md"),
    ),
    "sites": Part(
        fields=(
            "Offer.site",
            "Offer.power",
            "Facility.max",
            "Facility.power",
            "Facility.cost",
            "Facility.cost_per_kw",
            "Facility.power_price",
        ),
        golden=("sites",),
        rows_by_hand=(ROWS,),
        ledger_by_hand=(f"{BY_HAND}test_a_site_charges_for_room_for_kilowatts_and_for_energy",),
        audited=(
            f"{AUDITED}test_a_site_holds_as_many_gpus_as_it_has_room_and_power_for",
            f"{AUDITED}test_power_and_room_are_paid_by_gpus_that_serve",
        ),
        examples=("own-hall.toml",),
        docs=("docs/plan-file.md#sitesname", "models/program/sites.md"),
        ledger=("compute.electricity", "compute.hosting", "compute.site"),
    ),
    "experiments": Part(
        fields=("Role.wants_gpus",),
        golden=("staffing",),
        rows_by_hand=(ROWS,),
        ledger_by_hand=(f"{BY_HAND}test_people_count_for_research_with_gpus_for_their_experiments",),
        audited=(f"{AUDITED}test_research_counts_with_gpus_for_experiments_and_pays_for_them",),
        examples=("own-hall.toml",),
        docs=("docs/plan-file.md#peoplename", "models/program/staffing.md"),
    ),
    "staff for fleets": Part(
        fields=("Role.runs_gpus",),
        golden=("staffing",),
        rows_by_hand=(ROWS,),
        ledger_by_hand=(f"{BY_HAND}test_staff_that_was_hired_and_is_not_there_runs_nothing",),
        audited=(f"{AUDITED}test_fleets_are_as_large_as_the_staff_that_is_there_can_run",),
        examples=("own-hall.toml",),
        docs=("docs/plan-file.md#peoplename", "models/program/staffing.md"),
    ),
}
