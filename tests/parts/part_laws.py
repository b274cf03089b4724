"""Laws and what feeds them: tokens used again, the stock of ideas."""

from register import Part

PARTS = {
    "repeated data": Part(
        fields=("Model.law", "Model.parameters"),
        golden=("repeats",),
        rows_by_hand=("tests/formulate/test_program_by_hand.py::test_rows_are_what_a_hand_computes",),
        ledger_by_hand=(
            "tests/result/test_ledger_repeats.py::test_three_passes_of_a_billion_tokens_take_three_passes_flop",
        ),
        audited=("tests/engine/test_repeated_tokens.py::test_unique_tokens_are_bought_and_every_pass_is_paid_in_flop",),
        examples=("small-language.toml",),
        docs=("docs/laws.md#repeated-data", "models/program/repeats.md#repeated-data"),
    ),
    "the stock of ideas": Part(
        fields=(
            "Research.effect",
            "Research.team",
            "Research.growth",
            "Research.returns",
            "Research.harder",
        ),
        golden=("ideas",),
        rows_by_hand=("tests/formulate/test_program_by_hand.py::test_rows_are_what_a_hand_computes",),
        ledger_by_hand=(
            "tests/result/test_ledger_ideas.py::test_the_stock_grows_by_itself_and_by_the_root_of_the_month_s_effort",
        ),
        audited=("tests/engine/test_ideas.py::test_constant_effort_reaches_the_closed_form",),
        examples=("small-language.toml",),
        docs=("docs/laws.md#ideas", "docs/plan-file.md#research", "docs/ledger.md#the-conventions"),
    ),
}
