"""People kept, laid off, or engaged by the month."""

from register import Part

ROWS = (
    "tests/formulate/test_program_by_hand.py::test_rows_are_what_a_hand_computes",
    "tests/formulate/test_program_by_hand.py::test_bounds_and_curves_are_what_a_hand_computes",
)
LEDGER = "tests/result/test_ledger_tiers_and_leaving.py::"
AUDIT = "tests/engine/test_data_and_people_are_audited.py::"
KEEP = "keep-or-replace.toml"

PARTS = {
    "retention": Part(
        fields=("Role.retention", *(f"Retention.{key}" for key in ("max", "keeps", "least_attrition"))),
        golden=("retention",),
        rows_by_hand=ROWS,
        ledger_by_hand=(
            f"{LEDGER}test_leavers_are_kept_and_people_laid_off_before_the_months_pay",
            f"{LEDGER}test_who_is_kept_costs_what_keeping_costs_and_who_goes_three_months_of_salary",
        ),
        audited=(f"{AUDIT}test_leavers_are_kept_where_that_costs_less_than_to_replace_them",),
        ledger=("people.retention",),
        examples=(KEEP,),
        docs=("docs/data-and-people.md#keeping-people-or-replacing-them",),
    ),
    "layoffs": Part(
        fields=("Role.layoff",),
        golden=("layoffs",),
        rows_by_hand=ROWS,
        ledger_by_hand=(f"{LEDGER}test_who_is_kept_costs_what_keeping_costs_and_who_goes_three_months_of_salary",),
        audited=(
            f"{AUDIT}test_who_is_not_needed_is_laid_off_with_severance",
            f"{AUDIT}test_staff_stay_for_the_months_after_the_last_training_though_they_may_be_laid_off",
        ),
        ledger=("people.severance",),
        examples=(KEEP,),
        docs=("docs/data-and-people.md#layoffs-and-contractors",),
    ),
    "contractors": Part(
        fields=("Role.contractor",),
        golden=("layoffs",),
        rows_by_hand=ROWS,
        ledger_by_hand=(f"{LEDGER}test_contractors_come_work_and_go_for_nothing",),
        audited=(f"{AUDIT}test_contractors_come_for_the_months_that_count_and_go",),
        examples=("labels-and-hands.toml",),
        docs=("docs/data-and-people.md#layoffs-and-contractors",),
    ),
}
