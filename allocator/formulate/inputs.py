"""What a law's inputs stand for in the plan, as columns: data, research and compute at hand."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from allocator.formulate.curves import FloatArray, IntArray
from allocator.formulate.data import typical_items
from allocator.formulate.frame import Frame
from allocator.plan.schema import Model, Offer, Plan, Source
from allocator.quality import Law

RESEARCH = "people.research"
FLOP = "compute.flop"


@dataclass
class Quantities:
    """Columns shared by several models: research effort and person-months up to a month.

    The scale is part of the key: curves act on scaled columns, so two scales are two columns.
    """

    sums: dict[tuple[str, int, float], int] = field(default_factory=dict)


def sources_of(plan: Plan, model: Model, law: Law, entry: str) -> dict[str, float]:
    """Sources of data that feed input `entry` of the law and the weight of each."""
    unit = next(item.unit for item in law.inputs if item.name == entry)
    if model.data is not None:
        return {source: weight for source, weight in model.data.items() if plan.data[source].unit == unit}
    return {source: 1.0 for source, fields in plan.data.items() if fields.unit == unit}


def typical_input(frame: Frame, model: Model, law: Law, entry: str, typical_compute: float) -> float:
    plan = frame.plan
    path = model.inputs.get(entry)
    if path == FLOP:
        return typical_compute
    if path is not None and path.startswith("people."):
        heads = sum(max(role.now, max(role.max)) for role in plan.people.values())
        return max(heads / 2 * max(model.ready, 1), 1.0)
    if path is not None:
        return typical_items(frame, path.split(".")[1])
    weights = sources_of(plan, model, law, entry)
    amounts = [
        weight * (typical_items(frame, source) if _arrives(plan.data[source], model) else plan.data[source].now)
        for source, weight in weights.items()
    ]
    return sum(amounts) or 1.0


def is_reachable(plan: Plan, model: Model, law: Law, entry: str) -> bool:
    """Whether any of the input can be there when training starts; else it stays at the law's floor."""
    path = model.inputs.get(entry, "")
    if path == FLOP:
        return has_window(plan, model)
    if path.startswith("people."):
        return True
    sources = [path.split(".")[1]] if path else list(sources_of(plan, model, law, entry))
    return any(plan.data[source].now > 0.0 or _arrives(plan.data[source], model) for source in sources)


def has_window(plan: Plan, model: Model) -> bool:
    """Whether GPUs can serve in enough training months for a run of which no month holds more than 2/months."""
    served = sum(any(_serves(offer, month) for offer in plan.compute.values()) for month in model.training)
    return served > 0 and 2 * served >= model.training_months


def _serves(offer: Offer, month: int) -> bool:
    if offer.max is not None and offer.max[month - 1] <= 0.0:
        return False
    if offer.kind != "buy":
        return True
    return offer.lead < month or (offer.now > 0.0 and month < offer.life)


def _arrives(source: Source, model: Model) -> bool:
    """Whether an order can be in hand when training starts."""
    return source.lead < model.ready and source.max != 0.0 and (source.per_month is None or max(source.per_month) > 0.0)


def available_input(
    frame: Frame, name: str, model: Model, law: Law, entry: str, scale: float, compute: int | None, sums: Quantities
) -> int:
    """The column of what is at hand for input `entry` when training starts."""
    plan = frame.plan
    path = model.inputs.get(entry)
    if path == FLOP:
        assert compute is not None  # a model that reads compute.flop has a window
        return compute
    if path is not None and path.startswith("people."):
        return research_done(frame, path, model.ready, scale, sums)
    weights = {path.split(".")[1]: 1.0} if path is not None else sources_of(plan, model, law, entry)
    opening = sum(weight * plan.data[source].now for source, weight in weights.items())
    unit = next(item.unit for item in law.inputs if item.name == entry)
    if model.ready == 0:
        columns, weight_array, right = np.empty(0, np.int64), np.empty(0), opening
    else:
        columns = np.array([frame.columns[f"data.{source}.stock"][model.ready - 1] for source in weights], np.int64)
        weight_array, right = np.array(list(weights.values())), 0.0
    return define_sum(
        frame,
        f"models.{name}.{entry}",
        unit,
        f"{entry.capitalize()} in hand when the training of {name} starts",
        scale,
        columns,
        weight_array,
        right,
    )


def research_done(frame: Frame, path: str, ready: int, scale: float, sums: Quantities) -> int:
    """Effort or person-months done by the close of month `ready`; shared between models."""
    key = (path, ready, scale)
    if key in sums.sums:
        return sums.sums[key]
    if path == RESEARCH:
        parts = [
            (frame.columns[f"people.{name}.effective"][:ready], role.research)
            for name, role in frame.plan.people.items()
            if role.research
        ]
        what = "Research effort"
    else:
        role_name = path.split(".")[1]
        parts = [(frame.columns[f"people.{role_name}.effective"][:ready], 1.0)]
        what = f"Person-months of {role_name}"
    columns = np.concatenate([part for part, _ in parts]) if parts else np.empty(0, np.int64)
    weights = np.concatenate([np.full(len(part), weight) for part, weight in parts]) if parts else np.empty(0)
    until = frame.labels[ready - 1] if ready else "opening day"
    again = any(known[:2] == key[:2] for known in sums.sums)
    sums.sums[key] = define_sum(
        frame,
        f"{path}[until {until}, by {scale:g}]" if again else f"{path}[until {until}]",
        "person-month",
        f"{what} done by the close of {until}",
        scale,
        columns,
        weights,
    )
    return sums.sums[key]


def define_sum(
    frame: Frame,
    name: str,
    unit: str,
    sentence: str,
    scale: float,
    columns: IntArray,
    weights: FloatArray,
    right: float = 0.0,
) -> int:
    """One state column defined as a weighted sum of columns plus a constant."""
    builder = frame.builder
    state = builder.add_columns(name, ("",), unit=unit, sentence=sentence, lower=-np.inf, scale=scale)
    rows = builder.add_rows(
        f"Sum: {name}", ("",), unit=unit, sentence=sentence, lower=right, upper=right, scale=scale, defines=state
    )
    builder.put(rows, state, 1.0)
    builder.put(rows[0], columns, -weights)
    return int(state[0])
