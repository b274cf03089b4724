"""Models that are served, that may be left out, and that keep to some offers."""

from __future__ import annotations

from register import Part

_BY_HAND = "tests/formulate/test_program_by_hand.py::test_rows_are_what_a_hand_computes"
_BOOKS = "tests/result/test_ledger_serving.py"
_SERVING = "tests/engine/test_serving.py"
_OPTIONAL = "tests/engine/test_optional_models.py"
_SEVERAL = "tests/engine/test_several_models.py"

PARTS = {
    "models: serving": Part(
        fields=("Model.serving", "Model.serving_utilisation"),
        golden=("serving",),
        rows_by_hand=(_BY_HAND,),
        ledger_by_hand=(
            f"{_BOOKS}::test_serving_takes_the_hours_of_gpus_that_training_would_have_had",
            f"{_BOOKS}::test_serving_is_paid_and_burns_as_the_gpus_it_takes",
        ),
        audited=(
            f"{_SERVING}::test_size_and_tokens_are_those_of_the_closed_condition",
            f"{_SERVING}::test_serving_and_a_successor_in_training_share_the_gpus_of_a_month",
        ),
        examples=("served-assistant.toml",),
        docs=("docs/models.md#serving", "docs/ledger.md#the-conventions", "models/program/serving.md#serving"),
    ),
    "models: optional": Part(
        fields=("Model.optional", "Model.otherwise"),
        golden=("optional",),
        rows_by_hand=(_BY_HAND,),
        ledger_by_hand=(f"{_BOOKS}::test_a_model_that_is_left_out_is_given_nothing_and_breaks_no_rule",),
        audited=(f"{_OPTIONAL}::test_the_better_of_both_plans_is_found",),
        examples=("side-project.toml",),
        docs=("docs/models.md#optional-models", "models/program/optional.md#optional-models"),
    ),
    "models: offers": Part(
        fields=("Model.compute",),
        golden=("offers",),
        rows_by_hand=(_BY_HAND,),
        ledger_by_hand=(f"{_BOOKS}::test_use_by_offer_counts_serving_at_each_offer_s_own_ratio",),
        audited=(f"{_SEVERAL}::test_a_model_trains_on_no_offer_that_it_may_not_use",),
        examples=("side-project.toml",),
        docs=("docs/models.md#pools-of-gpus", "models/program/offers.md#offers-of-a-model"),
    ),
}
