"""AI models: compute in the training window, inputs ready before it, and the quality law.

Each model m has linear quantities (compute of its window, data in hand before it, research
done before it) and a block that turns them into its gain through the law's own form. See
`models/program/models.md` for the mathematics.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from allocator.formulate.compute import cost_per_flop
from allocator.formulate.curves import FloatArray, IntArray
from allocator.formulate.frame import Frame
from allocator.formulate.inputs import (
    FLOP,
    RESEARCH,
    Quantities,
    available_input,
    define_sum,
    has_window,
    is_reachable,
    research_done,
    typical_input,
)
from allocator.formulate.model_block import ModelBlock
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
    sums = Quantities()
    blocks: dict[str, ModelBlock] = {}
    use: list[tuple[IntArray, IntArray]] = []
    for name, model in plan.models.items():
        law = laws[name]
        compute_typical = _typical_compute(frame, model, computing) * reference_factor
        typical = frame.typical(f"models.{name}.compute", compute_typical)
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
        upper=np.inf if has_window(frame.plan, model) else 0.0,
        scale=typical / len(labels),
    )
    total = define_sum(
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
    fleets = [
        (frame.columns[f"compute.{name}.gpus"], offer.flop_per_month) for name, offer in frame.plan.compute.items()
    ]

    def within_delivered(point: FloatArray) -> bool:
        """A row's tolerance is more FLOP than an unfunded model has: take it back."""
        delivered = sum((flop * np.maximum(point[gpus], 0.0) for gpus, flop in fleets), start=np.zeros(frame.months))
        used = np.zeros(frame.months)
        for window, columns in use:
            used[window] += point[columns]
        over = used > delivered
        if not over.any():
            return False
        share = np.where(over, delivered / np.where(over, used, 1.0), 1.0)
        for window, columns in use:
            point[columns] *= share[window]
        return True

    builder.adjust(within_delivered)


def _add_model(
    frame: Frame,
    name: str,
    model: Model,
    law: Law,
    compute: int | None,
    typical_compute: float,
    reference_factor: float,
    sums: Quantities,
) -> ModelBlock:
    typical = {
        entry.name: frame.typical(
            f"models.{name}.typical.{entry.name}",
            typical_input(frame, model, law, entry.name, typical_compute) * reference_factor,
        )
        for entry in law.inputs
        if entry.role != "free"
    }
    best = law.best(typical_compute if compute is not None else None, typical)
    reference = {entry: frame.typical(f"models.{name}.reference.{entry}", value) for entry, value in best.items()}
    available = {
        entry: available_input(
            frame, name, model, law, entry, max(reference[entry], typical[entry] * 1e-6), compute, sums
        )
        for entry in typical
    }
    research = None
    if model.research_effect:
        research = research_done(frame, RESEARCH, model.ready, model.research_scale, sums)
    return ModelBlock(
        name=name,
        model=model,
        law=law,
        available=available,
        compute=compute,
        research=research,
        reference=reference,
        typical_compute=typical_compute,
        at_floor=frozenset(
            [entry for entry in typical if not is_reachable(frame.plan, model, law, entry)]
            + ([] if has_window(frame.plan, model) else ["compute"])
        ),
        theta=model.research_effect,
        research_scale=model.research_scale,
    )


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
