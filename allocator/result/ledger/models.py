"""What models were given, and the rules of their training."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from allocator.plan import Plan
from allocator.plan.schema import Model
from allocator.result.ledger.books import Ledger
from allocator.result.ledger.checking import (
    TOLERANCE,
    count,
    flop,
    not_negative,
    order_label,
)
from allocator.result.ledger.choices import Choices
from allocator.result.ledger.data import stock_at_ready
from allocator.result.ledger.ideas import ideas_of


def research_of(model: Model, research: Sequence[float]) -> float:
    """Return a model's research in effective person-months: months 1..ready, before its training starts."""
    return math.fsum(research[: model.ready])


def multiplier_of(plan: Plan, model: Model, research: Sequence[float], ideas: Sequence[float]) -> float:
    """Return by how much research done before training multiplies a model's compute."""
    if plan.research is not None:
        return ideas_of(model, ideas)
    done = max(research_of(model, research), 0.0)
    return math.pow(1 + done / model.research_scale, model.research_effect)


def model_rules(plan: Plan, choices: Choices, ledger: Ledger) -> Iterator[str]:
    """Check each model: compute in its training months only, no month too large a share, no more data than there is."""
    one_gpu = max((offer.flop_per_month for offer in plan.compute.values()), default=1.0)
    for name, model in plan.models.items():
        what = f"models.{name}"
        run, training = choices.training[name], model.training
        yield from not_negative(plan, f"{what} compute", run, one_gpu, flop)
        scale = max(one_gpu, *map(abs, run))
        for month, used in enumerate(run, start=1):
            if used > TOLERANCE * scale and month not in training:
                yield f"{what} compute on {plan.month_label(month)} is {flop(used)}, outside its training months"
        # A run cannot be squeezed into a month: at most twice the even share, where there are more than two months.
        if model.training_months > 2:
            most = 2 / model.training_months * ledger.models[name]["compute"]
            for month in training:
                if run[month - 1] - most > TOLERANCE * scale:
                    yield (
                        f"{what} compute on {plan.month_label(month)} is {flop(run[month - 1])},"
                        f" {flop(run[month - 1] - most)} above twice its even share, {flop(most)}"
                    )
        for key, used in choices.inputs[name].items():
            there = _available(plan, ledger, name, key)
            if there is not None and used - there > TOLERANCE * max(1.0, used, there):
                yield (
                    f"{what} uses {count(used)} {key}, {count(used - there)} above the {count(there)} there at the"
                    f" close of {order_label(plan, model.ready)}, before its training starts"
                )


def _available(plan: Plan, ledger: Ledger, name: str, key: str) -> float | None:
    """Items a law's input may use: a plan's quantity by its path, else the model's sources counted in that unit."""
    model = plan.models[name]
    section, _, source = model.inputs.get(key, "").removesuffix(".items").partition(".")
    if section:
        return stock_at_ready(plan.data[source], ledger.stock[source], model) if section == "data" else None
    if key not in ("tokens", "images", "labels", "hours"):
        return None
    weighted = ledger.models[name]["available_data"]
    return math.fsum(items for source, items in weighted.items() if plan.data[source].unit == key.removesuffix("s"))
