"""What models need of the rest of the plan."""

from __future__ import annotations

from collections.abc import Iterator

from allocator.errors import Problem
from allocator.plan.checks.parts import Parts, missing
from allocator.plan.wrong import did_you_mean, listed, shown

COMPUTE_INPUT = "compute.flop"
FIXED_INPUTS = (COMPUTE_INPUT, "people.research")


def deadlines(parts: Parts) -> Iterator[Problem]:
    timeline = parts.context.timeline
    for name, model in parts.every("models", "deadline", "training_months"):
        if timeline.sure and model.ready < 0:
            first = timeline.label(model.training_months)
            yield Problem(
                f"models.{name}.deadline",
                f"training would begin before the plan: {model.training_months} months up to "
                f"{timeline.label(model.deadline)}",
                timeline.label(model.deadline),
                f"{first} or later with training_months = {model.training_months}",
                "move the deadline back or lower training_months",
            )


def weights_of_models(parts: Parts) -> Iterator[Problem]:
    models = parts.models
    if models and not parts.has_broken("models") and all(model.weight == 0 for model in models.values()):
        yield Problem(
            f"models.{next(iter(models))}.weight",
            "no model counts: every weight is 0",
            "0",
            "at least one weight above 0",
            "give the model that matters a weight, such as weight = 1",
        )


def model_data(parts: Parts) -> Iterator[Problem]:
    for name, model in parts.every("models", "data"):
        for source, weight in (model.data or {}).items():
            if not parts.exists("data", source):
                yield missing(f"models.{name}.data.{source}", "data source", source, parts.names("data"), "data")
            elif weight == 0:
                yield Problem(
                    f"models.{name}.data.{source}",
                    "a source with weight 0 gives the model nothing",
                    "0",
                    "a weight above 0",
                    "remove the source from the model, or give it a weight such as 1.0",
                )


def model_inputs(parts: Parts) -> Iterator[Problem]:
    forms = (*FIXED_INPUTS, "data.NAME.items", "people.NAME.effective")
    for name, model in parts.every("models", "inputs"):
        for entry, reference in model.inputs.items():
            key = f"models.{name}.inputs.{entry}"
            section, item, measure = [*reference.split("."), "", ""][:3]
            if reference in FIXED_INPUTS:
                continue
            if reference.count(".") != 2 or f"{section}.NAME.{measure}" not in forms:
                near = did_you_mean(reference, (*FIXED_INPUTS, f"data.{item}.items", f"people.{item}.effective"), "")
                yield Problem(
                    key,
                    f"{shown(reference)} is not a quantity that a model can take",
                    shown(reference),
                    listed(forms),
                    near or 'write it like "data.NAME.items"',
                )
            elif not parts.exists(section, item):
                yield missing(key, f"item in [{section}]", item, parts.names(section), section)


def model_offers(parts: Parts) -> Iterator[Problem]:
    for name, model in parts.every("models", "compute"):
        for offer in model.compute or ():
            if not parts.exists("compute", offer):
                yield missing(f"models.{name}.compute", "offer", offer, parts.names("compute"), "compute")
