"""AI models: compute in the training window, inputs ready before it, and the quality law.

Each model m has linear quantities (compute of its window, data in hand before it, research
done before it) and a block that turns them into its gain through the law's own form. See
`models/program/models.md` for the mathematics.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from allocator.formulate.compute import cost_per_flop
from allocator.formulate.curves import FloatArray, IntArray
from allocator.formulate.data import typical_items
from allocator.formulate.frame import Frame
from allocator.formulate.posynomial import add_posynomial
from allocator.formulate.separable import add_minimum, add_separable
from allocator.plan.schema import Model, Plan
from allocator.quality import Law, Minimum, Posynomial, Separable, load_law

FORMS: dict[type, Callable[[Frame, ModelBlock], int]] = {
    Posynomial: add_posynomial,
    Separable: add_separable,
    Minimum: add_minimum,
}
DEFAULT_COMPUTE = 1e21
RESEARCH = "people.research"
FLOP = "compute.flop"


@dataclass(frozen=True)
class ModelBlock:
    """The columns of one model, for its law's form and for reading results back.

    Attributes
    ----------
    law : Law
        The quality law, with the plan's overrides and measured point applied.
    available : dict of str to int
        Column of what is at hand for each input that is not free.
    compute, research : int or None
        Columns of the window's total FLOP and of research effort done before it.
    reference : dict of str to float
        Typical inputs, which scale the block.
    typical_compute : float
        Typical FLOP of the window.
    """

    name: str
    model: Model
    law: Law
    available: dict[str, int]
    compute: int | None
    research: int | None
    reference: dict[str, float]
    typical_compute: float
    theta: float = 0.0
    research_scale: float = 1.0

    def effective_compute(self, point: FloatArray) -> float | None:
        """FLOP of the window, plus the law's floor, times what research makes of it."""
        if self.compute is None:
            return None
        raw = max(float(point[self.compute]), 0.0) + self.law.compute_floor
        return raw * self.research_multiplier(point)

    def research_multiplier(self, point: FloatArray) -> float:
        """(1 + S / S0)^theta, 1 where the plan gives research no effect."""
        if self.research is None:
            return 1.0
        return float((1.0 + max(float(point[self.research]), 0.0) / self.research_scale) ** self.theta)

    def at_hand(self, point: FloatArray) -> dict[str, float]:
        """What each input that is not free may use."""
        return {name: max(float(point[column]), 0.0) for name, column in self.available.items()}

    def best_inputs(self, point: FloatArray) -> dict[str, float]:
        """The inputs the true law would choose with the point's compute, data and people."""
        return self.law.best(self.effective_compute(point), self.at_hand(point))

    def without_floors(self, inputs: dict[str, float]) -> dict[str, float]:
        """What a run draws from the company's own stocks: effective inputs less the law's floors."""
        floors = {entry.name: 0.0 if entry.role == "free" else entry.floor for entry in self.law.inputs}
        return {name: max(value - floors[name], 0.0) for name, value in inputs.items()}

    def with_floors(self, inputs: dict[str, float]) -> dict[str, float]:
        """Effective inputs, as the law takes them."""
        floors = {entry.name: 0.0 if entry.role == "free" else entry.floor for entry in self.law.inputs}
        return {name: value + floors[name] for name, value in inputs.items()}


@dataclass
class _Quantities:
    """Columns shared by several models: research effort and person-months up to a month.

    The scale is part of the key: curves act on scaled columns, so two scales are two columns.
    """

    sums: dict[tuple[str, int, float], int] = field(default_factory=dict)


def load_laws(plan: Plan) -> dict[str, Law]:
    """The law of each model, with the plan's parameters, measured points and inputs."""
    return {
        name: load_law(
            model.law,
            parameters=model.parameters,
            measured=model.measured,
            points=model.points,
            inputs=model.inputs,
            base=plan.folder,
        )
        for name, model in plan.models.items()
    }


def add_models(frame: Frame, laws: dict[str, Law], reference_factor: float = 1.0) -> dict[str, ModelBlock]:
    """Add every model, the shared use of compute, and the weighted objective."""
    plan = frame.plan
    needs = {name: _needs_compute(plan.models[name], law) for name, law in laws.items()}
    computing = max(sum(needs.values()), 1)
    total_weight = sum(model.weight for model in plan.models.values())
    sums = _Quantities()
    blocks: dict[str, ModelBlock] = {}
    use: list[tuple[IntArray, IntArray]] = []
    for name, model in plan.models.items():
        law = laws[name]
        typical = _typical_compute(frame, model, computing) * reference_factor
        compute = None
        if needs[name]:
            columns, compute = _add_window(frame, name, model, typical)
            use.append((np.asarray(model.training) - 1, columns))
        block = _add_model(frame, name, model, law, compute, typical, reference_factor, sums)
        blocks[name] = block
        gain = FORMS[type(law.form)](frame, block)
        frame.columns[f"models.{name}.gain"] = np.array([gain])
        frame.builder.maximise(gain, model.weight / total_weight)
        if model.target is not None:
            _add_target(frame, name, model, law, gain)
    if use:
        _add_use(frame, use)
    return blocks


def _needs_compute(model: Model, law: Law) -> bool:
    return law.flop is not None or FLOP in model.inputs.values()


def _typical_compute(frame: Frame, model: Model, computing: int) -> float:
    """FLOP a model may expect: half the money at the cheapest offer, within its window's supply."""
    offers = frame.plan.compute.values()
    costs = [cost_per_flop(offer, frame.months) for offer in offers]
    affordable = frame.money / 2 / min(costs) if costs and min(costs) > 0 else np.inf
    supply = sum(
        np.inf if offer.max is None else max(offer.max) * offer.flop_per_month * model.training_months
        for offer in offers
    )
    amount = min(affordable, supply) / computing
    return float(amount) if np.isfinite(amount) and amount > 0 else DEFAULT_COMPUTE


def _add_window(frame: Frame, name: str, model: Model, typical: float) -> tuple[IntArray, int]:
    """Compute month by month in the training window, its total, and the one-day rule."""
    builder = frame.builder
    labels = [frame.labels[month - 1] for month in model.training]
    columns = builder.add_columns(
        f"models.{name}.compute",
        labels,
        unit="FLOP",
        sentence=f"Compute that {name} trains with in the month",
        scale=typical / len(labels),
    )
    total = _define(
        frame,
        f"models.{name}.compute_total",
        "FLOP",
        f"Compute of the whole training window of {name}",
        typical,
        columns,
        np.ones(len(columns)),
    )
    if model.training_months > 2:
        rows = builder.add_rows(
            f"No run in one day: {name}",
            labels,
            unit="FLOP",
            sentence=f"a month holds at most 2/{model.training_months} of the run",
            upper=0.0,
            scale=typical / len(labels),
        )
        builder.put(rows, columns, 1.0)
        builder.put(rows, total, -2.0 / model.training_months)
    return columns, total


def _add_use(frame: Frame, use: list[tuple[IntArray, IntArray]]) -> None:
    """Compute used by all models is at most what the fleets deliver; the rest is idle."""
    builder = frame.builder
    months = np.unique(np.concatenate([window for window, _ in use]))
    scale = max(float(builder.scale_of(columns).max()) for _, columns in use)
    rows = builder.add_rows(
        "Compute use",
        [frame.labels[month] for month in months],
        unit="FLOP",
        sentence="what models use is at most what GPUs deliver",
        upper=0.0,
        scale=scale,
    )
    position = np.full(frame.months, -1)
    position[months] = rows
    for window, columns in use:
        builder.put(position[window], columns, 1.0)
    for name, offer in frame.plan.compute.items():
        gpus = frame.columns[f"compute.{name}.gpus"]
        builder.put(rows, gpus[months], -offer.flop_per_month)


def _add_model(
    frame: Frame,
    name: str,
    model: Model,
    law: Law,
    compute: int | None,
    typical_compute: float,
    reference_factor: float,
    sums: _Quantities,
) -> ModelBlock:
    typical = {
        entry.name: _typical_input(frame, model, law, entry.name, typical_compute) * reference_factor
        for entry in law.inputs
        if entry.role != "free"
    }
    reference = law.best(typical_compute if compute is not None else None, typical)
    available = {
        entry: _available(frame, name, model, law, entry, max(reference[entry], typical[entry] * 1e-6), compute, sums)
        for entry in typical
    }
    research = None
    if model.research_effect:
        research = _research(frame, RESEARCH, model.ready, model.research_scale, sums)
    return ModelBlock(
        name=name,
        model=model,
        law=law,
        available=available,
        compute=compute,
        research=research,
        reference=reference,
        typical_compute=typical_compute,
        theta=model.research_effect,
        research_scale=model.research_scale,
    )


def sources_of(plan: Plan, model: Model, law: Law, entry: str) -> dict[str, float]:
    """Sources of data that feed input `entry` of the law and the weight of each."""
    unit = next(item.unit for item in law.inputs if item.name == entry)
    if model.data is not None:
        return {source: weight for source, weight in model.data.items() if plan.data[source].unit == unit}
    return {source: 1.0 for source, fields in plan.data.items() if fields.unit == unit}


def _typical_input(frame: Frame, model: Model, law: Law, entry: str, typical_compute: float) -> float:
    plan = frame.plan
    path = model.inputs.get(entry)
    if path == FLOP:
        return typical_compute
    if path is not None and path.startswith("people."):
        heads = sum(max(role.now, max(role.max)) for role in plan.people.values())
        return max(heads / 2 * max(model.ready, 1), 1.0)
    if path is not None:
        return typical_items(plan.data[path.split(".")[1]], frame.money)
    weights = sources_of(plan, model, law, entry)
    return sum(weight * typical_items(plan.data[source], frame.money) for source, weight in weights.items()) or 1.0


def _available(
    frame: Frame, name: str, model: Model, law: Law, entry: str, scale: float, compute: int | None, sums: _Quantities
) -> int:
    """The column of what is at hand for input `entry` when training starts."""
    plan = frame.plan
    path = model.inputs.get(entry)
    if path == FLOP:
        assert compute is not None  # a model that reads compute.flop has a window
        return compute
    if path is not None and path.startswith("people."):
        return _research(frame, path, model.ready, scale, sums)
    weights = {path.split(".")[1]: 1.0} if path is not None else sources_of(plan, model, law, entry)
    opening = sum(weight * plan.data[source].now for source, weight in weights.items())
    unit = next(item.unit for item in law.inputs if item.name == entry)
    if model.ready == 0:
        columns, weight_array, right = np.empty(0, np.int64), np.empty(0), opening
    else:
        columns = np.array([frame.columns[f"data.{source}.stock"][model.ready - 1] for source in weights], np.int64)
        weight_array, right = np.array(list(weights.values())), 0.0
    return _define(
        frame,
        f"models.{name}.{entry}",
        unit,
        f"{entry.capitalize()} in hand when the training of {name} starts",
        scale,
        columns,
        weight_array,
        right,
    )


def _research(frame: Frame, path: str, ready: int, scale: float, sums: _Quantities) -> int:
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
    sums.sums[key] = _define(
        frame,
        f"{path}[until {until}, by {scale:g}]" if again else f"{path}[until {until}]",
        "person-month",
        f"{what} done by the close of {until}",
        scale,
        columns,
        weights,
    )
    return sums.sums[key]


def _define(
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


def _add_target(frame: Frame, name: str, model: Model, law: Law, gain: int) -> None:
    assert model.target is not None  # the caller asks only then
    wanted = law.gain_of_metric(model.target)
    rows = frame.builder.add_rows(
        f"Target of {name}",
        ("",),
        unit="gain",
        sentence=f"{name} reaches {law.metric} {model.target:g}",
        lower=wanted,
        group=f"models.{name}.target",
    )
    frame.builder.put(rows, gain, 1.0)
