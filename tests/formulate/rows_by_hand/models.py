"""Rows, bounds and curves of the golden programs in `golden_cases/models.py`, worked out by hand."""

from __future__ import annotations

import math

ROWS: dict[str, dict[str, str]] = {
    "models": {
        "Sum_models.draft.compute_total": (
            "- models.draft.compute@2026.01 - models.draft.compute@2026.02 + models.draft.compute_total = 0"
        ),
        "No_run_in_one_day_chat@2026.03": "models.chat.compute@2026.03 - 0.666667 models.chat.compute_total <= 0",
        # trains in February to April: what is in hand when January closes; the draft trains from the first day
        "Sum_models.chat.y": "- data.photos.stock@2026.01 + models.chat.y = 0",
        "Sum_models.draft.y": "models.draft.y = 100",
        # 1e6 FLOP/s x 730 h x 3,600 s; 2e6 x 0.5 x 0.5 x the same
        "Compute_use@2026.02": (
            "- 2.628e+12 compute.cloud.gpus@2026.02 - 1.314e+12 compute.spot.gpus@2026.02"
            " + models.chat.compute@2026.02 + models.draft.compute@2026.02 <= 0"
        ),
    },
    "research": {
        "Sum_people.research_until_2026.02": (
            "- people.crew.effective@2026.01 - people.crew.effective@2026.02 - 0.5 people.aides.effective@2026.01"
            " - 0.5 people.aides.effective@2026.02 + people.research_until_2026.02 = 0"
        ),
        "Run_of_slow": (
            "models.slow.log@parameters + models.slow.log@tokens - models.slow.log_compute"
            " - 0.25 models.slow.log_research <= 0"
        ),
    },
    "ideas": {
        "Research_effort@2026.02": (
            "- people.crew.effective@2026.02 - 0.5 people.aides.effective@2026.02 + research.effort@2026.02 = 0"
        ),
        # z_0 = 1, and the column holds z - 1: 1.02^2 - 1
        "Stock_of_ideas@2026.01": "- 0.02 research.returned@2026.01 + research.ideas@2026.01 <= 0.0404",
        # b d = 2 x 1 % a month
        "Stock_of_ideas@2026.02": (
            "- 0.02 research.returned@2026.02 - 1.0404 research.ideas@2026.01 + research.ideas@2026.02 <= 0.0404"
        ),
        # log A = (1 / b) log z
        "Run_of_chat": (
            "models.chat.log@parameters + models.chat.log@tokens - models.chat.log_compute"
            " - 0.5 models.chat.log_research <= 0"
        ),
        # a model trained from the first month has no idea but those of opening day
        "Run_of_first": "models.first.log@parameters + models.first.log@tokens - models.first.log_compute <= 0",
    },
    "posynomial": {
        # ln 100 - ln(N0) / 2 with N0 = D0 = sqrt(2.628e18 / 6), the best of equal terms
        "Terms_of_chat@term_1": (
            "0.5 models.chat.log@parameters + models.chat.exponent@term_1 - models.chat.gain"
            f" = {math.log(100) - math.log(2.628e18 / 6) / 4:.6g}"
        ),
        "Loss_of_chat": "models.chat.share@term_1 + models.chat.share@term_2 <= 1",
        # reference sizes just use up the reference compute
        "Run_of_chat": "models.chat.log@parameters + models.chat.log@tokens - models.chat.log_compute <= 0",
    },
    "repeats": {
        # The reference run: N0 D0 = 2.628e18 / 6 from 1e8 tokens and a floor of 1e3, where the slopes of both worths
        # are equal: D0 = 7.733e8 (7.7 passes), N0 = 5.664e8; the two logs add up to ln(4.38e17 / 1.00001e8^2).
        "One_pass_at_least_chat": "models.chat.log@tokens - models.chat.log@processed <= 2.04559",
        "Excess_of_chat@processed": (
            "models.chat.log@tokens - models.chat.log@processed + models.chat.excess@processed = 2.04559"
        ),
        # A = B and equal exponents: a token supports one parameter
        "Excess_of_chat@parameters": (
            "- models.chat.log@parameters + models.chat.log@tokens + models.chat.excess@parameters = 1.73403"
        ),
        "Worth_of_inputs_of_chat@processed": (
            "- models.chat.log@tokens - models.chat.kept@processed + models.chat.worth@processed = -2.04559"
        ),
        # compute pays for every pass, and tokens at hand cost none
        "Run_of_chat": "models.chat.log@parameters + models.chat.log@processed - models.chat.log_compute <= 0",
        "Terms_of_chat@term_2": (
            "0.5 models.chat.worth@processed + models.chat.exponent@term_2 - models.chat.gain"
            f" = {math.log(100) - math.log(2.628e18 / 6 / 1.00001e8) / 2 + 1.73403 / 2:.6g}"
        ),
    },
    "separable-power": {
        # curves on scaled inputs: 1,000 / 3 images + a floor of 1 (0.4 x their root), 2 x 1 person-months + 1
        "Return_of_eye": (
            f"- {0.4 * math.sqrt(1_000 / 3 + 1):.6g} models.eye.return_1"
            f" - {2 * math.sqrt(3 / 4):.6g} models.eye.return_2 + models.eye.inner = 0"
        ),
        "Score_of_eye": (
            "- 2 models.eye.log_inner + models.eye.gain"
            f" = {2 * math.log(0.4 * math.sqrt(1_000 / 3 + 1) + 2 * math.sqrt(3 / 4)):.6g}"
        ),
    },
    "separable-linear": {
        "Lines_of_y_eye@segment_1": ("- 0.25 people.crew.effective_until_2026.02 + models.eye.return_2 <= 0.25"),
    },
    "separable-saturation": {
        # weights 3 and 1 of a range of 4
        "Return_of_eye": "- 0.75 models.eye.return_1 - 0.25 models.eye.return_2 + models.eye.gain = 0",
        "Scale_models.eye.operand_1": "- 0.005 models.eye.x + models.eye.operand_1 = 0",
    },
    "separable-hyperbola": {
        "Return_of_eye": "- 0.75 models.eye.return_1 - 0.25 models.eye.return_2 + models.eye.gain = 0",
        "Scale_models.eye.operand_2": "- 0.25 people.crew.effective_until_2026.02 + models.eye.operand_2 = 0",
    },
    "separable-table": {
        # 4 in 100, then 4 in 200 through (100, 5), then 9
        "Lines_of_x_eye@segment_1": "- 0.04 models.eye.x + models.eye.return_1 <= 1",
        "Lines_of_x_eye@segment_2": "- 0.02 models.eye.x + models.eye.return_1 <= 3",
        "Lines_of_x_eye@segment_3": "models.eye.return_1 <= 9",
        # from 1 to 9
        "Return_of_eye": "- 0.125 models.eye.return_1 + models.eye.gain = 0",
    },
    "minimum": {
        "Scarcest_input_of_eye@x": "- 0.02 models.eye.x + models.eye.gain <= 0",
        "Scarcest_input_of_eye@y": "- 0.5 people.crew.effective_until_2026.02 + models.eye.gain <= 0",
    },
    "target": {"Target_of_eye": "models.eye.gain >= 2.5"},
    "serving": {
        # 2 FLOP x sqrt(2.628e14 / 6) parameters x 1e6 items; nothing in February, though 5e6 are asked
        "Serving_of_chat@2026.03": "- 1.32363e+13 models.chat.size + models.chat.serving@2026.03 >= 0",
        "Serving_of_chat@2026.04": "- 2.64726e+13 models.chat.size + models.chat.serving@2026.04 >= 0",
        # an hour at a quarter of peak takes four times the FLOP of training at all of it
        "Compute_use@2026.03": "- 2.628e+14 compute.cloud.gpus@2026.03 + 4 models.chat.serving@2026.03 <= 0",
        "Compute_use@2026.02": "- 2.628e+14 compute.cloud.gpus@2026.02 + models.chat.compute@2026.02 <= 0",
    },
    "optional": {
        "Funding_of_chat@no_more_than_it_gains": "- models.chat.gain + models.chat.counted <= 0",
        # of nothing: 1e14 / 6e3 parameters and 1,000 tokens, ln(100 / 129,099 + 100 / 31.6228) = 1.15154; at most
        # a thousand times 2.628e14 FLOP: N D = 4.38167e16, -ln(200 / 209,324,000^0.5) = 4.28138
        "Funding_of_chat@no_more_unless_funded": "- 5.43292 models.chat.funded + models.chat.counted <= -1.15154",
        # -ln(1.5 - 1) + 1.15154
        "Target_of_chat": "- 1.84468 models.chat.funded + models.chat.gain >= -1.15154",
        # 1.66667e10 / 6.61816e6
        "Size_served_of_chat": (
            "- 2518.32 models.chat.funded - models.chat.size + models.chat.size_served >= -2518.32"
        ),
    },
    "offers": {
        "Training_of_chat_by_offer@2026.02": "models.chat.compute@2026.02 - models.chat.compute_on_cloud@2026.02 = 0",
        "Training_of_next_by_offer@2026.02": (
            "models.next.compute@2026.02 - models.next.compute_on_cloud@2026.02"
            " - models.next.compute_on_own@2026.02 = 0"
        ),
        # serving at half of peak, where the cloud trains at all of it and our own GPUs at half
        "Compute_use_of_cloud@2026.03": (
            "- 2.628e+14 compute.cloud.gpus@2026.03 + 2 models.next.serving_on_cloud@2026.03 <= 0"
        ),
        "Compute_use_of_own@2026.03": "- 1.314e+14 compute.own.gpus@2026.03 + models.next.serving_on_own@2026.03 <= 0",
    },
}

BOUNDS: dict[str, tuple[str, ...]] = {
    "research": ("\\ curve: models.slow.log_research <= log(people.research_until_2026.02_by_12 / 12 + 1)",),
    "ideas": (
        "\\ curve: research.returned@2026.02 <= (research.effort@2026.02 / 4) ^ 0.5",
        "\\ curve: models.chat.log_research <= log(research.ideas@2026.02 + 1)",
        "\\ curve: models.early.log_research <= log(research.ideas@2026.01 + 1)",
    ),
    "posynomial": (
        # a floor of a thousand tokens against sqrt(2.628e18 / 6), of 1e14 FLOP against 2.628e18
        "\\ curve: models.chat.log_tokens <= log(models.chat.tokens / 6.61816e+08 + 1.51099e-06)",
        "\\ curve: models.chat.log_compute <= log(models.chat.compute_total / 2.628e+18 + 3.80518e-05)",
    ),
    # size against its reference, one parameter at least
    "serving": ("\\ curve: models.chat.size >= exp(models.chat.log@parameters)", "1.51099e-07 <= models.chat.size"),
    "optional": ("0 <= models.chat.funded <= 1", "models.chat.funded"),
    "repeats": (
        "\\ curve: models.chat.kept@processed <= log(1 + 10 (1 - exp((1 - exp(models.chat.excess@processed)) / 10))),"
        " and models.chat.excess@processed below 0",
        "-60 <= models.chat.log@tokens <= 60",
    ),
    "separable-power": ("\\ curve: models.eye.return_1 <= (models.eye.x / 334.333 + 0.00299103) ^ 0.5",),
}
