"""AI models: compute in the training window, inputs ready before it, and the quality law.

Each model m has linear quantities (compute of its window, data in hand before it, research
done before it) and a block that turns them into its gain through the law's own form. See
`models/program/models.md` for the mathematics.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from allocator.formulate.compute import cost_per_flop
from allocator.formulate.curves import IntArray
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
    most_of,
    offers_of,
    research_done,
    typical_input,
    workers_of,
)
from allocator.formulate.model_block import ModelBlock, inputs_of_nothing
from allocator.formulate.optional import Option, add_counted, add_funded, add_served_size
from allocator.formulate.posynomial import add_posynomial
from allocator.formulate.separable import add_minimum, add_separable
from allocator.formulate.serving import Serving, add_serving, add_size
from allocator.formulate.use import Use, add_use
from allocator.plan.laws import law_of
from allocator.plan.schema import Model, Plan, Research
from allocator.quality import Law, Minimum, Posynomial, Repeated, Separable
from allocator.quality.serving import SIZE, serving_flop

FORMS: dict[type, Callable[[Site, ModelBlock], int]] = {
    Posynomial: add_posynomial,
    Repeated: add_posynomial,
    Separable: add_separable,
    Minimum: add_minimum,
}
DEFAULT_COMPUTE = 1e21
# No optional model is given more than so many times what all the money known today would pay.
WIDE = 1e3
# A model that serves is at least this share of its reference: what is smaller, a solver's tolerance serves for nothing.
SMALLEST_SIZE = 1e-8


def load_laws(plan: Plan) -> dict[str, Law]:
    """The law of each model, with the plan's parameters, measured points and inputs."""
    folder = plan.folder
    return {name: law_of(model, folder) for name, model in plan.models.items()}


def add_models(frame: Frame, laws: dict[str, Law], reference_factor: float = 1.0) -> dict[str, ModelBlock]:
    """Add every model, the shared use of compute, and, where quality is the goal, the weighted objective."""
    plan = frame.plan
    needs = {name: _needs_compute(plan.models[name], law) for name, law in laws.items()}
    computing = max(sum(needs.values()), 1)
    total_weight = sum(model.weight for model in plan.models.values())
    researchers = workers_of(plan, RESEARCH)
    add_ideas(frame, max((plan.models[name].ready for name, law in laws.items() if law.flop is not None), default=0))
    sums: Sums = ()
    blocks: dict[str, ModelBlock] = {}
    uses: list[Use] = []
    for name, model in plan.models.items():
        law, window = laws[name], has_window(plan, model)
        expected = _typical_compute(frame, model) / computing
        expected = expected if np.isfinite(expected) and expected > 0 else DEFAULT_COMPUTE
        typical = frame.typical(f"models.{name}.compute", expected * reference_factor)
        compute = None
        if needs[name]:
            columns, compute = frame.part(_add_window, name, model.training, window, typical)
            training = Use(name, "training", np.asarray(model.training) - 1, columns, model.compute)
        inputs = tuple(
            _typical_entry(frame, name, model, law, entry.name, typical, reference_factor)
            for entry in law.inputs
            if entry.role != "free"
        )
        own = _Own(
            name,
            model,
            law,
            inputs,
            window,
            researchers if model.research_effect else (),
            plan.research,
            _serving(model, law),
            _option(plan, model, law, inputs, expected) if model.optional else None,
        )
        written = frame.part(_add_model, own, compute, typical, sums)
        blocks[name], sums = written.block, written.sums
        if compute is not None:
            uses.append(replace(training, funded=written.block.funded))
        if written.serving is not None:
            uses.append(written.serving)
        if plan.objective.goal == "quality":
            frame.part(_add_weight, written.gain, model.weight / total_weight)
    add_use(frame, uses)
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
    serving: Serving | None
    option: Option | None


@dataclass(frozen=True, eq=False)
class _Written:
    """What a model's part hands on: its block, the column that counts, sums to share, and what serving uses."""

    block: ModelBlock
    gain: int
    sums: Sums
    serving: Use | None


def _serving(model: Model, law: Law) -> Serving | None:
    flop = serving_flop(law)
    if flop is None or not model.serves:
        return None
    return Serving(np.asarray(model.served), flop, model.serving_utilisation)


def _option(plan: Plan, model: Model, law: Law, inputs: tuple[InputOfModel, ...], compute: float) -> Option:
    """The gain of nothing, a bound on any, the target's, and that of what stands in for it."""
    nothing = float(law.gain(law.array(inputs_of_nothing(law))))
    available = {entry.name: most_of(plan, entry, WIDE * compute) for entry in inputs}
    most = float(law.gain(law.array(law.best(WIDE * compute + law.compute_floor, available))))
    target = None if model.target is None else float(law.gain_of_metric(model.target))
    otherwise = nothing if model.otherwise is None else float(law.gain_of_metric(model.otherwise))
    return Option(nothing, max(most, nothing), target, otherwise)


def _typical_entry(
    frame: Frame, name: str, model: Model, law: Law, entry: str, typical_compute: float, reference_factor: float
) -> InputOfModel:
    magnitude = typical_input(frame, model, law, entry, typical_compute) * reference_factor
    return input_of(frame, model, law, entry, frame.typical(f"models.{name}.typical.{entry}", magnitude))


def _add_weight(site: Site, gain: int, weight: float) -> None:
    site.builder.maximise(gain, weight)


def _needs_compute(model: Model, law: Law) -> bool:
    return law.flop is not None or FLOP in model.inputs.values()


def _typical_compute(frame: Frame, model: Model) -> float:
    """FLOP that models may expect: half the money at their cheapest offer, within their window's supply."""
    offers = offers_of(frame.plan, model)
    cheapest = min((cost_per_flop(offer, frame.months) for offer in offers), default=0.0)
    affordable = frame.money / 2 / cheapest if cheapest > 0 else np.inf
    supply = sum(
        np.inf if offer.max is None else max(offer.max) * offer.flop_per_month * model.training_months
        for offer in offers
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


def _add_model(site: Site, own: _Own, compute: int | None, typical_compute: float, sums: Sums) -> _Written:
    """One model, from what is at hand for it to the gain that counts."""
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
    funded = None if own.option is None else add_funded(site, name)
    size = None if own.serving is None else add_size(site, name, _least_size(law, reference, None))
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
        size=size,
        funded=funded,
    )
    gain = FORMS[type(law.form)](site, block)
    if own.option is not None:
        gain = add_counted(site, block, gain, own.option)
    elif model.target is not None:
        _add_target(site, name, model, law, gain)
    # Of an optional model, what counts: nothing is earned, nor promised, by one that is not funded.
    site.columns[f"models.{name}.gain"] = np.array([gain])
    if own.serving is None:
        return _Written(block, gain, sums, None)
    return _Written(block, gain, sums, _serve(site, block, own.serving, typical_compute / len(model.training)))


def _serve(site: Site, block: ModelBlock, serving: Serving, typical: float) -> Use:
    """What serving a model uses."""
    assert block.size is not None  # made where something is served
    least = _least_size(block.law, block.reference, None)
    size, unfunded = block.size, least
    if block.funded is not None:
        unfunded = _least_size(block.law, block.reference, block.funded)
        size = add_served_size(site, block, unfunded)
    columns, asked = add_serving(site, block, serving, size, typical)
    return Use(
        block.name,
        "serving",
        serving.months,
        columns,
        block.model.compute,
        serving.utilisation,
        size,
        asked,
        block.size,
        least,
        unfunded,
        block.funded,
    )


def _least_size(law: Law, reference: dict[str, float], funded: int | None) -> float:
    """The least size against the reference: the law's floor, or of an optional model that of nothing."""
    floors = {entry.name: entry.floor for entry in law.inputs} if funded is None else inputs_of_nothing(law)
    return max(floors[SIZE] / reference[SIZE], SMALLEST_SIZE)


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
