"""One ready law of every card, so that what holds for laws is asked of all of them."""

from allocator.quality import Law, law_names, load_law

PAIR = {"x": "data.images.items", "y": "people.annotators.effective"}
LAW_ARGUMENTS = {
    "labels": {"measured": {"labels": 80e3, "value": 0.12}},
    "labels-accuracy": {"measured": {"labels": 80e3, "value": 0.88}},
    "images-and-size": {"measured": {"images": 1.28e6, "parameters": 25.6e6, "value": 0.24}},
    "cobb-douglas": {"inputs": PAIR, "parameters": {"a_x": 0.3, "a_y": 0.6, "scale": 2.0, "unit_x": 100.0}},
    "ces": {"inputs": PAIR, "parameters": {"rho": -0.7, "a_x": 0.4, "a_y": 0.6, "scale": 3.0, "unit_y": 5.0}},
    "leontief": {"inputs": PAIR, "parameters": {"scale_x": 1e3, "scale_y": 2.0}},
    "saturating": {"inputs": PAIR, "parameters": {"k_x": 1e3, "k_y": 4.0, "weight_y": 0.5}},
    "hyperbola": {"inputs": PAIR, "parameters": {"k_x": 1e3, "k_y": 4.0, "weight_x": 2.0}},
    "table": {"inputs": {"x": "data.images.items"}, "points": [[0, 0.1], [10, 0.5], [30, 0.8], [90, 0.9]]},
}
VARIANTS = {
    "ces, close substitutes": (
        "ces",
        {"inputs": PAIR, "parameters": {"rho": 0.5, "a_x": 0.4, "a_y": 2.0, "scale": 3.0}},
    ),
    "ces, perfect substitutes": ("ces", {"inputs": PAIR, "parameters": {"rho": 1.0, "a_x": 0.4, "a_y": 2.0}}),
}


LABELS = (*law_names(), *VARIANTS)


def ready_law(label: str) -> Law:
    """The law of a card or variant, with whatever it needs from a plan."""
    card, arguments = VARIANTS.get(label, (label, LAW_ARGUMENTS.get(label, {})))
    return load_law(card, **arguments)
