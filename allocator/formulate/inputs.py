"""What a law's inputs stand for in the plan, as columns: data, research and compute at hand."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from allocator.formulate.curves import FloatArray, IntArray
from allocator.formulate.data import typical_items
from allocator.formulate.frame import Frame, Site
from allocator.plan.schema import Model, Offer, Plan, Source
from allocator.quality import Law

RESEARCH = "people.research"
FLOP = "compute.flop"
# Many times what is typical: more than any plan reaches.
_WIDE = 1e3


# Research effort and person-months up to a month, which several models share: (what, month, scale)
# to its column. The scale is part of the key: curves act on scaled columns, so two scales are two columns.
Sums = tuple[tuple[tuple[str, int, float], int], ...]


@dataclass(frozen=True)
class InputOfModel:
    """One input of a model that is not free, as the plan has it.

    Attributes
    ----------
    name, unit : str
    path : str or None
        The plan's quantity it stands for; None where it is taken from sources of data.
    typical : float
        Its typical magnitude.
    weights : tuple of (source, weight)
        Sources of data that feed it.
    opening : float
        Items in hand on opening day, weighted.
    reachable : bool
        Whether any of it can be there when training starts; else it stays at the law's floor.
    workers : tuple of (family, share)
        Columns of the roles whose work it sums, and how much a head counts.
    """

    name: str
    unit: str
    path: str | None
    typical: float
    weights: tuple[tuple[str, float], ...]
    opening: float
    reachable: bool
    workers: tuple[tuple[str, float], ...]


def input_of(frame: Frame, model: Model, law: Law, entry: str, typical: float) -> InputOfModel:
    """What the plan says of input `entry` of the law."""
    plan = frame.plan
    path = model.inputs.get(entry)
    weights: dict[str, float] = {}
    workers: tuple[tuple[str, float], ...] = ()
    if path is None:
        weights = sources_of(plan, model, law, entry)
    elif path.startswith("people."):
        workers = workers_of(plan, path)
    elif path != FLOP:
        weights = {path.split(".")[1]: 1.0}
    return InputOfModel(
        name=entry,
        unit=_unit(law, entry),
        path=path,
        typical=typical,
        weights=tuple(weights.items()),
        opening=sum(weight * plan.data[source].now for source, weight in weights.items()),
        reachable=is_reachable(plan, model, law, entry),
        workers=workers,
    )


def most_of(plan: Plan, entry: InputOfModel, compute: float) -> float:
    """A bound on what can be there of an input: all that is on sale, or many times what is typical."""
    if not entry.reachable:
        return 0.0
    if entry.path == FLOP:
        return compute
    if entry.path is not None and entry.path.startswith("people."):
        return sum(share * max(max(plan.people[role].max), plan.people[role].now) for role, share in entry.workers) * (
            plan.plan.months
        )
    sources = [(plan.data[source], weight) for source, weight in entry.weights]
    if all(source.max is not None for source, _ in sources):
        return sum(weight * (source.now + (source.max or 0.0)) for source, weight in sources)
    return _WIDE * max(entry.typical, entry.opening)


def workers_of(plan: Plan, path: str) -> tuple[tuple[str, float], ...]:
    """Columns of heads that add up to a quantity of people, and how much a head counts.

    Where a role wants GPUs for its experiments, only those who have them count for research.
    """
    if path == RESEARCH:
        return tuple(
            (f"people.{name}.{'counted' if role.wants_gpus else 'effective'}", role.research)
            for name, role in plan.people.items()
            if role.research
        )
    return ((f"people.{path.split('.')[1]}.effective", 1.0),)


def _unit(law: Law, entry: str) -> str:
    return next(item.unit for item in law.inputs if item.name == entry)


def sources_of(plan: Plan, model: Model, law: Law, entry: str) -> dict[str, float]:
    """Sources of data that feed input `entry` of the law and the weight of each."""
    unit = _unit(law, entry)
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
        source = path.split(".")[1]
        return typical_items(frame, source, plan.data[source])
    weights = sources_of(plan, model, law, entry)
    amounts = [
        weight * (typical_items(frame, source, items) if _arrives(items, model) else items.now)
        for source, weight, items in ((source, weight, plan.data[source]) for source, weight in weights.items())
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


def offers_of(plan: Plan, model: Model) -> list[Offer]:
    """The offers that a model may use."""
    return [offer for name, offer in plan.compute.items() if model.compute is None or name in model.compute]


def has_window(plan: Plan, model: Model) -> bool:
    """Whether GPUs can serve in enough training months for a run of which no month holds more than 2/months."""
    offers = offers_of(plan, model)
    served = sum(any(_serves(offer, month) for offer in offers) for month in model.training)
    return served > 0 and 2 * served >= model.training_months


def _serves(offer: Offer, month: int) -> bool:
    if offer.max is not None and offer.max[month - 1] <= 0.0:
        return False
    if offer.kind != "buy":
        return True
    return offer.lead < month or (offer.now > 0.0 and month < offer.life - offer.age)


def _arrives(source: Source, model: Model) -> bool:
    """Whether an order can be in hand when training starts."""
    return source.lead < model.ready and source.max != 0.0 and (source.per_month is None or max(source.per_month) > 0.0)


def available_input(
    site: Site, name: str, model: Model, entry: InputOfModel, scale: float, compute: int | None, sums: Sums
) -> tuple[int, Sums]:
    """The column of what is at hand for an input when training starts, and the sums there are then."""
    if entry.path == FLOP:
        assert compute is not None  # a model that reads compute.flop has a window
        return compute, sums
    if entry.path is not None and entry.path.startswith("people."):
        return research_done(site, entry.path, entry.workers, model.ready, scale, sums)
    if model.ready == 0:
        columns, weights, right = np.empty(0, np.int64), np.empty(0), entry.opening
    else:
        stocks = [site.column(f"data.{source}.stock")[model.ready - 1] for source, _ in entry.weights]
        columns, weights, right = np.array(stocks, np.int64), np.array([weight for _, weight in entry.weights]), 0.0
    column = define_sum(
        site,
        f"models.{name}.{entry.name}",
        entry.unit,
        f"{entry.name.capitalize()} in hand when the training of {name} starts",
        scale,
        columns,
        weights,
        right,
    )
    return column, sums


def research_done(
    site: Site, path: str, workers: tuple[tuple[str, float], ...], ready: int, scale: float, sums: Sums
) -> tuple[int, Sums]:
    """Effort or person-months done by the close of month `ready`; shared between models."""
    known = dict(sums)
    key = (path, ready, scale)
    if key in known:
        return known[key], sums
    parts = [(site.column(family)[:ready], share) for family, share in workers]
    what = "Research effort" if path == RESEARCH else f"Person-months of {path.split('.')[1]}"
    columns = np.concatenate([part for part, _ in parts]) if parts else np.empty(0, np.int64)
    weights = np.concatenate([np.full(len(part), weight) for part, weight in parts]) if parts else np.empty(0)
    until = site.labels[ready - 1] if ready else "opening day"
    again = any(other[:2] == key[:2] for other in known)
    column = define_sum(
        site,
        f"{path}[until {until}, by {scale:g}]" if again else f"{path}[until {until}]",
        "person-month",
        f"{what} done by the close of {until}",
        scale,
        columns,
        weights,
    )
    return column, (*sums, (key, column))


def define_sum(
    site: Site,
    name: str,
    unit: str,
    sentence: str,
    scale: float,
    columns: IntArray,
    weights: FloatArray,
    right: float = 0.0,
) -> int:
    """One state column defined as a weighted sum of columns plus a constant."""
    builder = site.builder
    state = builder.add_columns(name, ("",), unit=unit, sentence=sentence, lower=-np.inf, scale=scale)
    rows = builder.add_rows(
        f"Sum: {name}", ("",), unit=unit, sentence=sentence, lower=right, upper=right, scale=scale, defines=state
    )
    builder.put(rows, state, 1.0)
    builder.put(rows[0], columns, -weights)
    return int(state[0])
