"""Tiers of prices, machines, and the people who handle data."""

from register import Part

ROWS = (
    "tests/formulate/test_program_by_hand.py::test_rows_are_what_a_hand_computes",
    "tests/formulate/test_program_by_hand.py::test_bounds_and_curves_are_what_a_hand_computes",
)
LEDGER = "tests/result/test_ledger_tiers_and_leaving.py::"
AUDIT = "tests/engine/test_data_and_people_are_audited.py::"
HANDS = "labels-and-hands.toml"

PARTS = {
    "tiers of a price": Part(
        fields=("Source.tiers",),
        golden=("tiers", "tiers-discount"),
        rows_by_hand=ROWS,
        ledger_by_hand=(f"{LEDGER}test_the_first_items_bought_are_those_of_the_first_tier",),
        audited=(
            f"{AUDIT}test_a_rising_price_is_paid_from_the_cheapest_tier_on",
            f"{AUDIT}test_a_discount_is_the_best_of_buying_within_each_tier",
        ),
        examples=(HANDS, "keep-or-replace.toml"),
        docs=("docs/data-and-people.md#tiers", "docs/plan-file.md#dataname"),
    ),
    "automation": Part(
        fields=("Source.automation", *(f"Automation.{key}" for key in ("cost", "price", "max", "lead"))),
        golden=("automation",),
        rows_by_hand=ROWS,
        ledger_by_hand=(f"{LEDGER}test_machines_are_paid_once_come_after_their_lead_and_cost_less_by_the_item",),
        audited=(f"{AUDIT}test_machines_are_bought_where_they_pay_and_used_once_they_are_there",),
        ledger=("data.automated", "data.automation"),
        examples=(HANDS,),
        docs=("docs/data-and-people.md#automation",),
    ),
    "hands": Part(
        fields=("Role.handles",),
        golden=("handling",),
        rows_by_hand=ROWS,
        ledger_by_hand=(f"{LEDGER}test_a_broken_rule_is_said_with_its_month_and_by_how_much",),
        audited=(f"{AUDIT}test_hands_hold_back_what_arrives",),
        examples=(HANDS,),
        docs=("docs/data-and-people.md#hands",),
    ),
}
