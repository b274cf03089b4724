"""Checks between parts of a plan, each a named rule over whatever could be read."""

from __future__ import annotations

from pathlib import Path

from allocator.errors import Problem
from allocator.plan.checks.compute import (
    ages,
    exits_of_contracts,
    free_offers,
    names_of_sites,
    offer_bounds,
    places_of_offers,
    reservation_terms,
)
from allocator.plan.checks.data import free_sources, handled_units, one_price, supply_of_tiers
from allocator.plan.checks.funding import bounds_of_rounds, conditions, signed_or_optional, terms_of_kinds
from allocator.plan.checks.laws import problems_of_laws
from allocator.plan.checks.limits import limit_references
from allocator.plan.checks.models import deadlines, model_data, model_inputs, model_offers, weights_of_models
from allocator.plan.checks.objective import goal
from allocator.plan.checks.parts import Check, Parts
from allocator.plan.checks.people import contractors, retention_of_leavers, staff_bounds
from allocator.plan.checks.research import one_form_of_research, someone_has_ideas
from allocator.plan.checks.revenue import earning_models, earning_problems, partner_references, treasury_bounds

__all__ = ["CHECKS", "Parts", "check_parts"]

CHECKS: dict[str, Check] = {
    "the bounds of an offer do not cross": offer_bounds,
    "the bounds of a role do not cross": staff_bounds,
    "who is kept would have left": retention_of_leavers,
    "a contractor is no employee": contractors,
    "a reservation has a term": reservation_terms,
    "leaving a contract has one price": exits_of_contracts,
    "what is there on opening day still serves": ages,
    "an offer stands at a site that exists": places_of_offers,
    "sites and offers have names of their own": names_of_sites,
    "a source has one price": one_price,
    "tiers sell what is on sale": supply_of_tiers,
    "what people handle is data of the plan": handled_units,
    "what is free has a limit: offers": free_offers,
    "what is free has a limit: sources": free_sources,
    "training begins inside the plan": deadlines,
    "some model counts": weights_of_models,
    "the data of a model exists": model_data,
    "the inputs of a model exist": model_inputs,
    "what is earned by a model has one": earning_models,
    "partners share things that exist": partner_references,
    "the bounds of a treasury do not cross": treasury_bounds,
    "the offers of a model exist": model_offers,
    "money is signed or for the plan to choose": signed_or_optional,
    "the bounds of a round do not cross": bounds_of_rounds,
    "each kind of money has its terms": terms_of_kinds,
    "research counts once": one_form_of_research,
    "ideas come from somewhere": someone_has_ideas,
    "the goal has what it needs": goal,
    "limits speak of things that exist": limit_references,
}


def check_parts(parts: Parts, folder: Path | None) -> list[Problem]:
    """Run every check, and ask the quality laws of the models whether they can be used as the plan does."""
    problems = [problem for check in CHECKS.values() for problem in check(parts)]
    return [
        *problems,
        *problems_of_laws(parts, folder),
        *earning_problems(parts, folder),
        *conditions(parts, folder),
    ]
