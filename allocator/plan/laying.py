"""A plan read with its scenarios: those that were chosen are laid over it, all of them are checked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from allocator.errors import PlanError, Problem
from allocator.plan.keys import SCENARIO
from allocator.plan.loading import Place, build, of_scenario, placed_in_file, plan_of, read_parts, reread
from allocator.plan.overrides import apply_overrides
from allocator.plan.scenarios import laid_over, read_scenarios, scenario_problems
from allocator.plan.schema import Plan
from allocator.plan.sections import NAMED
from allocator.plan.wrong import shown


def lay_scenarios(plan: Plan, names: Sequence[str]) -> Plan:
    """Return `plan` with scenarios laid over it; see `Plan.with_scenarios`."""
    scenarios = read_scenarios(plan.document)
    together = list(dict.fromkeys((*plan.applied, *names)))
    changes, problems = scenarios.chosen(together)
    if problems:
        raise PlanError(problems)
    there, _ = scenarios.chosen(plan.applied)
    # What was set since the first scenarios were laid over the plan stays set.
    changes = tuple(change for change in changes if change not in there)
    document = laid_over(plan.document, changes)
    return build(document, [], Place(plan.file, None, plan.folder), tuple(together))


def load_with_scenarios(
    document: dict[str, Any], overrides: list[str], names: Sequence[str], place: Place, applied: tuple[str, ...] = ()
) -> Plan:
    """Read a document with the scenarios `names` laid over it; those that were not chosen are checked as well."""
    document = dict(document)
    own = [override for override in overrides if not of_scenario(override)]
    of_scenarios = [override for override in overrides if of_scenario(override)]
    problems = apply_overrides(document, of_scenarios, (*NAMED, SCENARIO))
    problems += _applied_before(of_scenarios, applied)
    scenarios = read_scenarios(document)
    if not scenarios.changes and not scenarios.problems and not names:
        return build(document, own, place)
    changes, clashes = scenarios.chosen(names)
    said = list(scenarios.problems)
    known, base = _read_base(document, place, applied)
    found: dict[str, set[Problem]] = {}
    for name in sorted(scenarios.changes, key=lambda name: len(scenarios.parents[name])):
        changed = scenarios.changes[name]
        laid = laid_over(document, changed)
        if base is None or reread(base, laid) is None:
            mistakes = read_parts(laid, place.folder)[2]
            # What is wrong with a scenario is not said again of those that extend it.
            before = known.union(*(found.get(parent, ()) for parent in scenarios.parents[name]))
            said += scenario_problems(name, changed, document, mistakes, before)
            found[name] = set(mistakes)
    if not said and not problems and not clashes:
        together = tuple(dict.fromkeys((*applied, *names)))
        if base is not None and not changes and not own:
            return base.placed(place.file, document, place.folder, together)
        return build(laid_over(document, changes), own, place, together)
    # The plan's own mistakes are said beside those of its scenarios; what a scenario does to it stands there already.
    laid = laid_over(document, () if said or clashes else changes)
    problems += apply_overrides(laid, own, tuple(NAMED))
    said = [*read_parts(laid, place.folder)[2], *dict.fromkeys(said)]
    raise PlanError([*clashes, *problems, *placed_in_file(said, place.file, place.text, overrides)])


def _read_base(document: dict[str, Any], place: Place, applied: tuple[str, ...]) -> tuple[set[Problem], Plan | None]:
    """The mistakes of a plan without its scenarios, and the plan where there are none."""
    parts, context, found = read_parts(document, place.folder)
    if found:
        return set(found), None
    return set(), plan_of(parts, context).placed(place.file, document, place.folder, applied)


def _applied_before(overrides: Sequence[str], applied: Sequence[str]) -> list[Problem]:
    """A scenario that is laid over the plan already cannot be changed any more."""
    return [
        Problem(
            override.partition("=")[0].strip(),
            "the plan has this scenario applied already",
            shown(override),
            "fields of the plan, or of scenarios that are not applied",
            "change the plan's own field",
            f"--set {override}",
        )
        for override in overrides
        if override.partition("=")[0].strip().split(".")[1] in applied
    ]
