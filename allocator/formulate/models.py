"""AI models: compute in the training window, inputs ready before it, and the quality law.

Each model m has linear quantities (compute of its window, data in hand before it, research
done before it) and a block that turns them into its gain through the law's own form. See
`models/program/models.md` for the mathematics.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from allocator.formulate.compute import cost_per_flop
from allocator.formulate.curves import FloatArray, IntArray
from allocator.formulate.frame import Frame, Site
from allocator.formulate.ideas import IDEAS, add_ideas
from allocator.formulate.inputs import (
    FLOP,
    RESEARCH,
    InputOfModel,
    Sums,
    available_input,
    define_sum,
    has_window,
    input_of,
    research_done,
    typical_input,
    workers_of,
)
from allocator.formulate.model_block import ModelBlock
from allocator.formulate.posynomial import add_posynomial
from allocator.formulate.separable import add_minimum, add_separable
from allocator.formulate.staffing import experiments_of
from allocator.plan.schema import Model, Plan, Research
from allocator.quality import Law, Minimum, Posynomial, Repeated, Separable, load_law

FORMS: dict[type, Callable[[Site, ModelBlock], int]] = {
    Posynomial: add_posynomial,
    Repeated: add_posynomial,
    Separable: add_separable,
    Minimum: add_minimum,
}
DEFAULT_COMPUTE = 1e21


def load_laws(plan: Plan) -> dict[str, Law]:
    """The law of each model, with the plan's parameters, measured points and inputs."""
    folder = plan.folder
    return {
        name: load_law(
            model.law,
            parameters=model.parameters,
            measured=model.measured,
            points=model.points,
            inputs=model.inputs,
            base=folder,
        )
        for name, model in plan.models.items()
    }


def add_models(frame: Frame, laws: dict[str, Law], reference_factor: float = 1.0) -> dict[str, ModelBlock]:
    """Add every model, the shared use of compute, and, where quality is the goal, the weighted objective."""
    plan = frame.plan
    needs = {name: _needs_compute(plan.models[name], law) for name, law in laws.items()}
    computing = max(sum(needs.values()), 1)
    total_weight = sum(model.weight for model in plan.models.values())
    cheapest = min((cost_per_flop(offer, frame.months) for offer in plan.compute.values()), default=0.0)
    researchers = workers_of(plan, RESEARCH)
    add_ideas(frame, max((plan.models[name].ready for name, law in laws.items() if law.flop is not None), default=0))
    sums: Sums = ()
    blocks: dict[str, ModelBlock] = {}
    use: list[tuple[IntArray, IntArray]] = []
    for name, model in plan.models.items():
        law, window = laws[name], has_window(plan, model)
        expected = _typical_compute(frame, model, cheapest) / computing
        expected = expected if np.isfinite(expected) and expected > 0 else DEFAULT_COMPUTE
        typical = frame.typical(f"models.{name}.compute", expected * reference_factor)
        compute = None
        if needs[name]:
            columns, compute = frame.part(_add_window, name, model.training, window, typical)
            use.append((np.asarray(model.training) - 1, columns))
        inputs = tuple(
            _typical_entry(frame, name, model, law, entry.name, typical, reference_factor)
            for entry in law.inputs
            if entry.role != "free"
        )
        own = _Own(name, model, law, inputs, window, researchers if model.research_effect else (), plan.research)
        block, gain, sums = frame.part(_add_model, own, compute, typical, sums)
        blocks[name] = block
        if plan.objective.goal == "quality":
            frame.part(_add_weight, gain, model.weight / total_weight)
    if use:
        fleets = tuple(
            (frame.columns[f"compute.{name}.gpus"], offer.flop_per_month) for name, offer in plan.compute.items()
        )
        # What experiments take is not delivered to models.
        taken = tuple((columns, -flop) for columns, flop in experiments_of(frame))
        frame.part(_add_use, tuple(use), (*fleets, *taken))
    return blocks


@dataclass(frozen=True, eq=False)
class _Own:
    """What the plan says of one model.

    `researchers` are columns of those whose work its compute gains from by an exponent of its own; `ideas` the
    company's stock.
    """

    name: str
    model: Model
    law: Law
    inputs: tuple[InputOfModel, ...]
    window: bool
    researchers: tuple[tuple[str, float], ...]
    ideas: Research | None


def _typical_entry(
    frame: Frame, name: str, model: Model, law: Law, entry: str, typical_compute: float, reference_factor: float
) -> InputOfModel:
    magnitude = typical_input(frame, model, law, entry, typical_compute) * reference_factor
    return input_of(frame, model, law, entry, frame.typical(f"models.{name}.typical.{entry}", magnitude))


def _add_weight(site: Site, gain: int, weight: float) -> None:
    site.builder.maximise(gain, weight)


def _needs_compute(model: Model, law: Law) -> bool:
    return law.flop is not None or FLOP in model.inputs.values()


def _typical_compute(frame: Frame, model: Model, cheapest: float) -> float:
    """FLOP that models may expect: half the money at the cheapest offer, within their window's supply."""
    affordable = frame.money / 2 / cheapest if cheapest > 0 else np.inf
    supply = sum(
        np.inf if offer.max is None else max(offer.max) * offer.flop_per_month * model.training_months
        for offer in frame.plan.compute.values()
    )
    return float(min(affordable, supply))


def _add_window(site: Site, name: str, training: range, window: bool, typical: float) -> tuple[IntArray, int]:
    """Compute month by month in the training window, its total, and the one-day rule."""
    builder = site.builder
    labels = [site.labels[month - 1] for month in training]
    columns = builder.add_columns(
        f"models.{name}.compute",
        labels,
        unit="FLOP",
        sentence=f"Compute that {name} trains with in the month",
        upper=np.inf if window else 0.0,
        scale=typical / len(labels),
    )
    site.columns[f"models.{name}.compute"] = columns
    total = define_sum(
        site,
        f"models.{name}.compute_total",
        "FLOP",
        f"Compute of the whole training window of {name}",
        typical,
        columns,
        np.ones(len(columns)),
    )
    if len(training) > 2:
        rows = builder.add_rows(
            f"No run in one day: {name}",
            labels,
            unit="FLOP",
            sentence=f"a month holds at most 2/{len(training)} of the run",
            upper=0.0,
            scale=typical / len(labels),
        )
        builder.put(rows, columns, 1.0)
        builder.put(rows, total, -2.0 / len(training))
    return columns, total


def _add_use(
    site: Site, use: tuple[tuple[IntArray, IntArray], ...], fleets: tuple[tuple[IntArray, float], ...]
) -> None:
    """Compute used by all models is at most what the fleets deliver; the rest is idle."""
    builder, horizon = site.builder, site.months
    months = np.unique(np.concatenate([window for window, _ in use]))
    scale = max(float(site.scale_of(columns).max()) for _, columns in use)
    rows = builder.add_rows(
        "Compute use",
        [site.labels[month] for month in months],
        unit="FLOP",
        sentence="what models use is at most what GPUs deliver",
        upper=0.0,
        scale=scale,
    )
    position = np.full(horizon, -1)
    position[months] = rows
    for window, columns in use:
        builder.put(position[window], columns, 1.0)
    for gpus, flop in fleets:
        builder.put(rows, gpus[months], -flop)

    def within_delivered(point: FloatArray) -> bool:
        """A row's tolerance is more FLOP than an unfunded model has: take it back."""
        delivered = sum((flop * np.maximum(point[gpus], 0.0) for gpus, flop in fleets), start=np.zeros(horizon))
        delivered = np.maximum(delivered, 0.0)
        used = np.zeros(horizon)
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
    site: Site, own: _Own, compute: int | None, typical_compute: float, sums: Sums
) -> tuple[ModelBlock, int, Sums]:
    """The block of one model, the column of its gain, and the sums that later models may share."""
    name, model, law = own.name, own.model, own.law
    typical = {entry.name: entry.typical for entry in own.inputs}
    best = law.best(typical_compute if compute is not None else None, typical)
    reference = {entry: site.typical(f"models.{name}.reference.{entry}", value) for entry, value in best.items()}
    available = {}
    for entry in own.inputs:
        scale = max(reference[entry.name], entry.typical * 1e-6)
        available[entry.name], sums = available_input(site, name, model, entry, scale, compute, sums)
    research, theta, research_scale = None, model.research_effect, model.research_scale
    if own.ideas is not None and law.flop is not None and model.ready:
        # log A = (1 / b) log(1 + (z - 1)): the form that research without a stock has.
        research, theta, research_scale = int(site.column(IDEAS)[model.ready - 1]), 1.0 / own.ideas.harder, 1.0
    elif model.research_effect:
        research, sums = research_done(site, RESEARCH, own.researchers, model.ready, model.research_scale, sums)
    block = ModelBlock(
        name=name,
        model=model,
        law=law,
        available=available,
        compute=compute,
        research=research,
        reference=reference,
        typical_compute=typical_compute,
        at_floor=frozenset(
            [entry.name for entry in own.inputs if not entry.reachable] + ([] if own.window else ["compute"])
        ),
        theta=theta,
        research_scale=research_scale,
    )
    gain = FORMS[type(law.form)](site, block)
    site.columns[f"models.{name}.gain"] = np.array([gain])
    if model.target is not None:
        _add_target(site, name, model, law, gain)
    return block, gain, sums


def _add_target(site: Site, name: str, model: Model, law: Law, gain: int) -> None:
    assert model.target is not None  # the caller asks only then
    wanted = law.gain_of_metric(model.target)
    rows = site.builder.add_rows(
        f"Target of {name}",
        ("",),
        unit="gain",
        sentence=f"{name} reaches {law.metric} {model.target:g}",
        lower=wanted,
        group=f"models.{name}.target",
    )
    site.builder.put(rows, gain, 1.0)
