"""Whether the quality laws of the models can be used as the plan does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from allocator.errors import LawError, Problem
from allocator.plan.schema import Model
from allocator.plan.wrong import did_you_mean, listed, shown

if TYPE_CHECKING:
    from allocator.quality import Law
from allocator.plan.checks.models import COMPUTE_INPUT
from allocator.plan.checks.parts import Parts
from allocator.plan.laws import LAW, law_of

# All of a model that its law has to agree with.
_OF_THE_LAW = (*LAW, "data", "target", "optional", "otherwise", "compute", "serving")


def problems_of_laws(parts: Parts, folder: Path | None) -> Iterator[Problem]:
    """What is wrong with the laws of the models, or with the name of one where more of its model cannot be read."""
    for name, model in parts.every("models", "law"):
        whole = parts.one("models", name, *_OF_THE_LAW)
        yield from (
            law_name_problems(name, model.law, folder) if whole is None else law_problems(parts, name, whole, folder)
        )


def law_name_problems(name: str, law: str, folder: Path | None) -> list[Problem]:
    """A misspelt law is said even where other keys of its model are wrong too."""
    from allocator.quality import load_law

    try:
        load_law(law, base=folder)
    except LawError as error:
        problems = _nearest_cards(law, folder, error.problems)
        return [_of_model(name, problem) for problem in problems if problem.key == "law" and not problem.file]
    return []


def law_problems(parts: Parts, name: str, model: Model, folder: Path | None) -> list[Problem]:
    try:
        law = law_of(model, folder)
    except LawError as error:
        return [
            # A mistake inside a card of the user's own names that file, and its keys.
            problem if problem.file else _of_model(name, problem)
            for problem in _nearest_cards(model.law, folder, error.problems)
        ]
    return [
        *_law_compute(parts, name, model, law),
        *_law_data(parts, name, model, law),
        *_target(name, model, law),
        *_serving(name, model, law),
        *_otherwise(name, model, law),
    ]


def _of_model(name: str, problem: Problem) -> Problem:
    """Place a law's problem in the plan; every problem tells what to do."""
    remedy = problem.remedy or "correct the value, or remove it to take the card's own"
    return replace(problem, key=f"models.{name}.{problem.key}".rstrip("."), remedy=remedy)


def _nearest_cards(law: str, folder: Path | None, problems: Sequence[Problem]) -> Iterator[Problem]:
    """The problems of a law; of a card that is not there, with the cards that lie where it was looked for."""
    place = (folder or Path()) / Path(law).expanduser()
    is_path = law.endswith(".toml") or place.name != law
    for problem in problems:
        if problem.key != "law" or not is_path or place.is_file():
            yield problem
            continue
        cards = sorted(entry.name for entry in place.parent.glob("*.toml")) if place.parent.is_dir() else []
        remedy = did_you_mean(place.name, cards, "name one of these, or a law of `allocator laws`")
        allowed = f"in {place.parent}: {listed(cards)}" if cards else f"a card; {place.parent} has no .toml file"
        yield replace(problem, found=shown(law), allowed=allowed, remedy=remedy if cards else "check the path")


def _target(name: str, model: Model, law: Law) -> Iterator[Problem]:
    """A share lies in 0..1, and no amount of money takes a loss below its irreducible part."""
    from math import isfinite

    if model.target is not None and law.unit == "share" and not 0.0 <= model.target <= 1.0:
        yield Problem(
            f"models.{name}.target",
            f"the {law.metric} of law {law.name} is a share, and {model.target:g} is not",
            f"{model.target:g}",
            f"the {law.metric} as a share, from 0 to 1",
            "write 0.05 for 5 %",
        )
        return
    level = law.parameters.get("E", getattr(law.form, "E", None))
    if model.target is None or isfinite(float(law.gain_of_metric(model.target))):
        return
    yield Problem(
        f"models.{name}.target",
        f"no amount of money takes law {law.name} to {law.metric} {model.target:g}",
        shown(model.target),
        f"a {law.metric} on the reachable side of {level:g}" if level is not None else f"a reachable {law.metric}",
        "choose a target the law can reach, or leave it out",
    )


def _law_compute(parts: Parts, name: str, model: Model, law: Law) -> Iterator[Problem]:
    needed = law.flop is not None or COMPUTE_INPUT in model.inputs.values()
    if needed and not parts.offers and not parts.has_broken("compute"):
        yield Problem(
            f"models.{name}.law",
            f"law {law.name} needs compute and the plan offers none",
            shown(law.name),
            "at least one [compute.NAME]",
            'add an offer: [compute.NAME] with kind = "rent", chip = "H100" and a price',
        )


def _otherwise(name: str, model: Model, law: Law) -> Iterator[Problem]:
    """What stands in for a model that is left out is a value that the law can have."""
    from math import isfinite

    if model.otherwise is None:
        return
    key = f"models.{name}.otherwise"
    if not model.optional:
        yield Problem(
            key,
            "`otherwise` is what a model counts as when it is left out, and this one cannot be",
            f"{model.otherwise:g}",
            "otherwise, with optional = true",
            "add optional = true, or remove otherwise",
        )
    elif not isfinite(float(law.gain_of_metric(model.otherwise))):
        yield Problem(
            key,
            f"law {law.name} never comes to {law.metric} {model.otherwise:g}, so it cannot be compared with that",
            f"{model.otherwise:g}",
            f"a {law.metric} that some run would reach",
            "give the value of what is used in its place, such as a model that can be bought",
        )


def _serving(name: str, model: Model, law: Law) -> Iterator[Problem]:
    """What is served has a size, and what keeps to some offers takes compute."""
    from allocator.quality.serving import serving_flop

    if any(model.serving) and serving_flop(law) is None:
        yield Problem(
            f"models.{name}.serving",
            f"law {law.name} does not say how the compute of a run grows with a model's size, so serving has no cost",
            shown(model.law),
            "a law with free parameters, in proportion to which a run takes compute",
            "choose a law such as chinchilla-replication, or remove serving",
        )
    if model.compute is not None and law.flop is None and COMPUTE_INPUT not in model.inputs.values():
        yield Problem(
            f"models.{name}.compute",
            f"law {law.name} takes no compute, so the model uses no offer",
            listed(model.compute),
            "a model whose law takes compute",
            "remove compute, or choose another law",
        )


def _law_data(parts: Parts, name: str, model: Model, law: Law) -> Iterator[Problem]:
    """The sources of a model sell what its law takes."""
    units = {entry.unit for entry in law.inputs if entry.role == "data" and not entry.reference}
    accepted = [source for source, entry in parts.sources.items() if entry.unit in units]
    if units and not model.data and (not accepted or model.data is not None) and not parts.has_broken("data"):
        yield Problem(
            f"models.{name}.law",
            f"law {law.name} needs data in {listed(sorted(units))}s and no source gives it any",
            shown(law.name),
            f"a source with unit = {' or '.join(shown(unit) for unit in sorted(units))}",
            f"add data = {{{accepted[0]} = 1.0}}" if accepted else "add [data.NAME] with that unit",
        )
    for source in model.data or {}:
        entry = parts.sources.get(source)
        if entry is not None and units and entry.unit not in units:
            yield Problem(
                f"models.{name}.data.{source}",
                f"law {law.name} takes {listed(sorted(units))}s, and `{source}` is counted in {entry.unit}s",
                f"unit = {shown(entry.unit)}",
                listed(accepted) or f"a source with unit = {shown(sorted(units)[0])}",
                "choose a source the law takes, or another law",
            )
