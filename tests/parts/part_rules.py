"""What lies beside the fields of a plan: decisions that are locked."""

from register import Part

PARTS = {
    "locks": Part(
        fields=(),
        golden=("limits",),
        rows_by_hand=("tests/formulate/test_program_by_hand.py::test_rows_are_what_a_hand_computes",),
        ledger_by_hand=("tests/result/test_ledger_rules.py::test_a_limit_on_any_quantity_is_checked_on_the_books",),
        audited=(
            "tests/engine/test_locks.py::test_a_plan_with_its_own_locks_is_the_same_plan",
            "tests/engine/test_locks.py::test_a_changed_plan_keeps_what_was_decided_and_plans_the_rest_anew",
        ),
        examples=("board-plan.toml",),
        docs=("docs/limits.md#decisions-that-are-taken",),
    ),
}
