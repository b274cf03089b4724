"""What the stock of ideas must agree with the models and the people in."""

from __future__ import annotations

from collections.abc import Iterator

from allocator.errors import Problem
from allocator.plan.checks.parts import Parts


def one_form_of_research(parts: Parts) -> Iterator[Problem]:
    """A model's compute is raised by the stock of ideas or by an exponent of its own, not by both."""
    if parts.one("research", "") is None:
        return
    for name, model in parts.every("models", "research_effect"):
        if model.research_effect > 0.0:
            yield Problem(
                f"models.{name}.research_effect",
                "research would count twice: [research] raises the compute of every model already",
                f"research_effect = {model.research_effect:g}",
                "[research], or a research_effect of each model",
                "remove research_effect, or the section [research]",
            )


def someone_has_ideas(parts: Parts) -> Iterator[Problem]:
    """Ideas come from people, or by themselves."""
    research = parts.one("research", "", "effect", "growth")
    if research is None or research.growth > 0.0 or parts.has_broken("people"):
        return
    if not any(role.research > 0.0 for role in parts.roles.values()):
        yield Problem(
            "research.effect",
            "nobody does research, so no idea ever comes",
            f"effect = {research.effect:g}",
            "a role with research above 0, or research.growth above 0",
            "give a role research = 1.0, or remove [research]",
        )
