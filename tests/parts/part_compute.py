"""Compute: contracts left early, ages, sites, experiments, staff for fleets, spot."""

from register import Part

BY_HAND = "tests/result/test_ledger_compute.py::"
ROWS = ("tests/formulate/test_program_by_hand.py::test_rows_are_what_a_hand_computes",)
AUDITED = "tests/engine/test_compute_is_audited.py::"
SITES = "tests/engine/test_sites_and_experiments.py::"
HALL = ("own-hall.toml",)

PARTS = {
    "contracts left early": Part(
        fields=("Offer.exit_fee", "Offer.exit_months"),
        golden=("exit", "exit-months"),
        rows_by_hand=ROWS,
        ledger_by_hand=(
            f"{BY_HAND}test_leaving_a_contract_ends_what_is_due_and_costs_its_share_of_what_remains",
            f"{BY_HAND}test_a_fee_in_months_is_never_more_than_what_remains",
        ),
        audited=(
            f"{AUDITED}test_a_contract_is_left_when_its_run_is_over",
            f"{AUDITED}test_leaving_and_signing_again_does_not_dodge_the_tail",
        ),
        ledger=("compute.exit",),
        examples=HALL,
        docs=("docs/plan-file.md#computename", "docs/buy-or-rent.md#what-moves-it", "models/program/exit.md#rows"),
    ),
    "ages on opening day": Part(
        fields=("Offer.age",),
        golden=("opening-age", "exit"),
        rows_by_hand=ROWS,
        ledger_by_hand=(
            f"{BY_HAND}test_contracts_of_an_age_and_contracts_left_early_end_when_they_do",
            f"{BY_HAND}test_a_fleet_of_an_age_wears_out_earlier_and_is_sold_at_its_age",
        ),
        audited=(
            f"{AUDITED}test_an_opening_fleet_of_an_age_serves_what_is_left_of_its_life",
            f"{AUDITED}test_contracts_of_an_age_run_out_earlier_and_owe_less_after_the_plan",
        ),
        examples=HALL,
        docs=("docs/plan-file.md#computename", "models/program/opening-fleet.md#rows"),
    ),
    "sites": Part(
        fields=(
            "Offer.site",
            "Offer.power",
            *(f"Facility.{key}" for key in ("max", "power", "cost", "cost_per_kw", "power_price")),
        ),
        golden=("sites",),
        rows_by_hand=ROWS,
        ledger_by_hand=(f"{BY_HAND}test_a_site_charges_for_room_for_kilowatts_and_for_energy",),
        audited=(
            f"{SITES}test_a_site_holds_as_many_gpus_as_it_has_room_and_power_for",
            f"{SITES}test_power_and_room_are_paid_by_gpus_that_serve",
        ),
        ledger=("compute.electricity", "compute.hosting", "compute.site"),
        examples=HALL,
        docs=("docs/plan-file.md#sitesname", "models/program/sites.md#rows"),
    ),
    "experiments": Part(
        fields=("Role.wants_gpus",),
        golden=("staffing",),
        rows_by_hand=ROWS,
        ledger_by_hand=(f"{BY_HAND}test_people_count_for_research_with_gpus_for_their_experiments",),
        audited=(f"{SITES}test_research_counts_with_gpus_for_experiments_and_pays_for_them",),
        examples=HALL,
        docs=("docs/plan-file.md#peoplename", "models/program/staffing.md#rows"),
    ),
    "staff for fleets": Part(
        fields=("Role.runs_gpus",),
        golden=("staffing",),
        rows_by_hand=ROWS,
        ledger_by_hand=(f"{BY_HAND}test_staff_that_was_hired_and_is_not_there_runs_nothing",),
        audited=(f"{SITES}test_fleets_are_as_large_as_the_staff_that_is_there_can_run",),
        examples=HALL,
        docs=("docs/plan-file.md#peoplename", "models/program/staffing.md#rows"),
    ),
    "spot": Part(
        fields=("Offer.delivered",),
        golden=("models", "staffing"),
        rows_by_hand=ROWS,
        ledger_by_hand=(
            "tests/result/test_ledger_by_hand.py::"
            "test_gpus_deliver_flop_at_the_share_of_peak_reached_and_not_interrupted",
        ),
        audited=(
            f"{AUDITED}test_spot_is_paid_by_the_hour_and_delivers_a_share_up_to_what_there_is",
            f"{AUDITED}test_spot_is_left_alone_where_a_delivered_hour_is_dearer",
        ),
        examples=HALL,
        docs=("docs/buy-or-rent.md#what-moves-it", "docs/ledger.md#the-conventions"),
    ),
}
