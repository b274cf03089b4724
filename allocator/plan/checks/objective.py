"""What a goal other than quality needs of the rest of the plan."""

from __future__ import annotations

from collections.abc import Iterator

from allocator.errors import Problem
from allocator.plan.checks.parts import Parts
from allocator.plan.sections.horizon import OPENING_CASH, Objective
from allocator.plan.wrong import did_you_mean, listed, shown


def goal(parts: Parts) -> Iterator[Problem]:
    """Least capital needs targets and something to be least of; the longest runway needs one to lengthen."""
    objective: Objective = parts.single.get("objective") or Objective.model_construct()
    if objective.goal == "capital":
        yield from _capital(parts, objective)
    elif objective.of != OPENING_CASH:
        yield _belongs("of", shown(objective.of), "capital")
    if objective.goal == "runway":
        yield from _runway(parts)
    if objective.revenue_multiple and objective.goal != "profit":
        yield _belongs("revenue_multiple", f"{objective.revenue_multiple:g}", "profit")
    if objective.dilution_price and objective.goal != "quality":
        yield _belongs("dilution_price", f"{objective.dilution_price:g}", "quality")


def _belongs(key: str, found: str, owner: str) -> Problem:
    return Problem(
        f"objective.{key}",
        f"`{key}` belongs to goal = {shown(owner)}",
        found,
        f"goal = {shown(owner)}, or no `{key}`",
        f"remove {key}, or set goal = {shown(owner)}",
    )


def _capital(parts: Parts, objective: Objective) -> Iterator[Problem]:
    models = parts.models
    if models and not parts.has_broken("models") and all(model.target is None for model in models.values()):
        yield Problem(
            "objective.goal",
            "the least capital for what? no model has a target",
            shown(objective.goal),
            "a `target` of at least one model",
            f"add target to [models.{next(iter(models))}]",
        )
    if objective.of == OPENING_CASH:
        return
    signed = [f"funding.{name}" for name, terms in parts.named.get("funding", {}).items() if terms.is_signed]
    section, _, name = objective.of.partition(".")
    if section == "funding" and parts.exists("funding", name) and objective.of not in signed:
        if name in parts.named.get("funding", {}):
            yield Problem(
                "objective.of",
                f"`{objective.of}` has no month of its own",
                shown(objective.of),
                f"{OPENING_CASH}, or a signed round: {listed(signed) or 'there is none'}",
                f"give the round amount and month, or write of = {shown(OPENING_CASH)}",
            )
    elif objective.of not in signed:
        yield Problem(
            "objective.of",
            f"{shown(objective.of)} is not capital that can be made less",
            shown(objective.of),
            listed([OPENING_CASH, *signed]),
            did_you_mean(objective.of, [OPENING_CASH, *signed], f"write of = {shown(OPENING_CASH)}"),
        )


def _runway(parts: Parts) -> Iterator[Problem]:
    runway = parts.single.get("runway")
    if runway is None:
        if ("runway", "") not in parts.broken and not any(
            problem.key.startswith("runway") for problem in parts.problems
        ):
            yield Problem(
                "objective.goal",
                "there is no runway to lengthen",
                shown("runway"),
                "a section [runway]",
                "add [runway] with months = 6; its basis and window say how burn is measured",
            )
    elif len(set(runway.months)) > 1:
        yield Problem(
            "runway.months",
            "the longest runway is one number for all months",
            f"{min(runway.months):g} to {max(runway.months):g}",
            "one number of months",
            "write months = 6, where the search begins",
        )
