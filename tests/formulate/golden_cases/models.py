"""Golden programs of models, what they serve, what research does for them, and the forms of their laws."""

from __future__ import annotations

from allocator.formulate.compute import add_compute
from allocator.formulate.data import add_data
from allocator.formulate.people import add_people
from golden_cases.case import (
    EVEN_LAW,
    IMAGES_AND_CREW,
    ONE_PERCENT_A_MONTH,
    REPEATED,
    SCARCEST,
    SMALL_TRAINING,
    TRAINING,
    Case,
    models,
    two_inputs,
)

CASES: dict[str, Case] = {
    "models": Case(
        "Training: compute of the three months to the deadline, at most two thirds of it in one, of what GPUs deliver",
        {
            "plan": {"months": 4},
            "compute": {
                "cloud": {"kind": "rent", "price": 1, "flops": 1e6, "utilisation": 1.0},
                "spot": {"kind": "rent", "price": 1, "flops": 2e6, "utilisation": 0.5, "delivered": 0.5},
            },
            "data": {"photos": {"unit": "image", "price": 1, "now": 100}},
            "models": {
                "chat": {**SCARCEST, "deadline": 4},
                "draft": {**SCARCEST, "deadline": 2, "training_months": 2},
            },
        },
        (add_data, add_compute, models),
        ("Compute use", "No run in one day: *", "Sum: models.*"),
    ),
    "serving": Case(
        "Serving: 1e6 and 2e6 items in March and April, at a quarter of peak where training reaches all of it",
        {
            **SMALL_TRAINING,
            "plan": {"months": 4},
            "models": {
                "chat": {
                    **EVEN_LAW,
                    "deadline": 2,
                    "training_months": 1,
                    "serving": [0, 5e6, 1e6, 2e6],
                    "serving_utilisation": 0.25,
                }
            },
        },
        (add_data, add_compute, models),
        ("Serving of *", "Compute use"),
        money=1_460,
    ),
    "optional": Case(
        "Optional: a model that serves 1e6 items in March and reaches a loss of 1.5, if it is funded",
        {
            **SMALL_TRAINING,
            "models": {
                "chat": {
                    **EVEN_LAW,
                    "deadline": 2,
                    "training_months": 1,
                    "serving": 1e6,
                    "optional": True,
                    "target": 1.5,
                }
            },
        },
        (add_data, add_compute, models),
        ("Funding of *", "Target of *", "Size served of *", "Serving of *"),
        money=1_460,
    ),
    "offers": Case(
        "Offers: one model may use the cloud alone, the other both; serving at 0.5 of peak, training at 1 and 0.5",
        {
            **SMALL_TRAINING,
            "compute": {
                "cloud": {"kind": "rent", "price": 1, "flops": 1e8, "utilisation": 1.0},
                "own": {"kind": "rent", "price": 1, "flops": 1e8, "utilisation": 0.5},
            },
            "models": {
                "chat": {**EVEN_LAW, "deadline": 2, "training_months": 1, "compute": ["cloud"]},
                "next": {
                    **EVEN_LAW,
                    "deadline": 2,
                    "training_months": 1,
                    "serving": 1e6,
                    "serving_utilisation": 0.5,
                },
            },
        },
        (add_data, add_compute, models),
        ("Training of *", "Serving of *", "Compute use of *"),
        money=1_460,
    ),
    "research": Case(
        "Research: effort before training multiplies compute by (1 + S / 6)^0.5, for one model by (1 + S / 12)^0.25",
        {
            **TRAINING,
            "people": {
                "crew": {"salary": 10, "now": 2, "research": 1.0},
                "aides": {"salary": 10, "now": 2, "research": 0.5},
            },
            "models": {
                "chat": {
                    **EVEN_LAW,
                    "deadline": 3,
                    "training_months": 1,
                    "research_effect": 0.5,
                    "research_scale": 6,
                },
                "slow": {
                    **EVEN_LAW,
                    "deadline": 3,
                    "training_months": 1,
                    "research_effect": 0.25,
                    "research_scale": 12,
                },
            },
        },
        (add_people, add_data, add_compute, models),
        ("Sum: people.*", "Run of *"),
        money=1_460,
    ),
    "ideas": Case(
        "Ideas: z = A^2 grows by 1.02^2 a month and by 0.02 (effort / 4)^0.5; A multiplies the compute of later runs",
        {
            **TRAINING,
            "research": {
                "effect": ONE_PERCENT_A_MONTH,
                "growth": 1.02**12 - 1,
                "team": 4,
                "returns": 0.5,
                "harder": 2,
            },
            "people": {
                "crew": {"salary": 10, "now": 2, "research": 1.0},
                "aides": {"salary": 10, "now": 2, "research": 0.5},
            },
            "models": {
                "chat": {**EVEN_LAW, "deadline": 3, "training_months": 1},
                "early": {**EVEN_LAW, "deadline": 2, "training_months": 1},
                "first": {**EVEN_LAW, "deadline": 1, "training_months": 1},
            },
        },
        (add_people, add_data, add_compute, models),
        ("Research effort", "Stock of ideas", "Run of *"),
        money=1_460,
    ),
    "posynomial": Case(
        "A loss of 1 + 100 / N^0.5 + 100 / D^0.5 with run of 6 N D FLOP",
        {**TRAINING, "models": {"chat": {**EVEN_LAW, "deadline": 3, "training_months": 1}}},
        (add_data, add_compute, models),
        ("Tokens used by *", "Run of *", "Terms of *", "Loss of *"),
        money=1_460,
    ),
    "repeats": Case(
        "Tokens used again: each pass counts for less, and a size above one parameter a token does too",
        {
            **TRAINING,
            "data": {"text": {"unit": "token", "price": 1e-6, "now": 1e8, "max": 0}},
            "models": {"chat": {**EVEN_LAW, **REPEATED, "deadline": 3, "training_months": 1}},
        },
        (add_data, add_compute, models),
        ("One pass at least: *", "Excess of *", "Worth of inputs of *", "Terms of *", "Run of *"),
        money=1_460,
    ),
    "separable-power": Case(
        "CES with a power of 0.5: a score of (0.4 x^0.5 + 2 (y / 4)^0.5)^2",
        two_inputs("ces", {"rho": 0.5, "a_x": 0.4, "a_y": 2, "unit_y": 4, "floor_x": 1, "floor_y": 1}),
        (add_people, add_data, models),
        ("Return of *", "Score of *"),
    ),
    "separable-linear": Case(
        "CES with a power of 1: inputs stand in for one another",
        two_inputs("ces", {"rho": 1.0, "a_x": 0.4, "a_y": 2, "unit_y": 4, "floor_x": 1, "floor_y": 1}),
        (add_people, add_data, models),
        ("Return of *", "Score of *", "Lines of *"),
    ),
    "separable-saturation": Case(
        "Saturation: a score of 3 (1 - e^(-x / 200)) + 1 - e^(-y / 4)",
        two_inputs("saturating", {"k_x": 200, "k_y": 4, "weight_x": 3}),
        (add_people, add_data, models),
        ("Return of *", "Scale: *"),
    ),
    "separable-hyperbola": Case(
        "Hyperbola: a score of 3 x / (x + 200) + y / (y + 4)",
        two_inputs("hyperbola", {"k_x": 200, "k_y": 4, "weight_x": 3}),
        (add_people, add_data, models),
        ("Return of *", "Scale: *"),
    ),
    "separable-table": Case(
        "Table: the line through (0, 1), (100, 5) and (300, 9), flat after it",
        {
            **IMAGES_AND_CREW,
            "models": {
                "eye": {
                    "law": "table",
                    "inputs": {"x": "data.images.items"},
                    "points": [[0, 1], [100, 5], [300, 9]],
                    "deadline": 3,
                    "training_months": 1,
                }
            },
        },
        (add_people, add_data, models),
        ("Return of *", "Lines of *"),
    ),
    "minimum": Case(
        "Scarcest input: a score of min(x / 50, y / 2)",
        two_inputs("leontief", {"scale_x": 50, "scale_y": 2}),
        (add_people, add_data, models),
        ("Scarcest input of *", "Sum: *"),
    ),
    "target": Case(
        "Target: a score of 2.5 where the score is min(x / 50, y / 2)",
        two_inputs("leontief", {"scale_x": 50, "scale_y": 2}, target=2.5),
        (add_people, add_data, models),
        ("Target of *",),
    ),
}
