"""Goals other than quality."""

from register import Part

PARTS = {
    "goals": Part(
        fields=("Objective.goal", "Objective.of", "Objective.revenue_multiple"),
        golden=("goal-capital", "goal-capital-round", "goal-runway", "goal-profit"),
        rows_by_hand=("tests/formulate/test_program_by_hand.py::test_rows_are_what_a_hand_computes",),
        ledger_by_hand=("tests/engine/test_goals.py::test_profit_is_what_was_earned_and_not_what_was_raised",),
        audited=(
            "tests/engine/test_goals.py::test_the_least_capital_buys_exactly_the_target",
            "tests/engine/test_goals.py::test_no_runway_is_longer_than_the_longest",
        ),
        examples=("longest-runway.toml",),
        docs=("docs/require.md#the-longest-runway-and-the-largest-profit", "docs/plan-file.md#objective"),
    ),
}
