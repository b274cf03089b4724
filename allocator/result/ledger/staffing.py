"""What GPUs and people need of each other: experiments that research wants, and staff that runs fleets."""

from __future__ import annotations

import math
from collections.abc import Iterator

from allocator.plan import Plan
from allocator.result.ledger.books import Ledger
from allocator.result.ledger.checking import at_most, count, not_negative
from allocator.result.ledger.choices import Choices


def staffing_rules(plan: Plan, choices: Choices, ledger: Ledger) -> Iterator[str]:
    """Check that who counts for research is effective and has GPUs, and that whoever runs the GPUs is there."""
    yield from _experiments(plan, choices, ledger)
    runners = {name: role.runs_gpus for name, role in plan.people.items() if role.runs_gpus > 0}
    if runners:
        serving = [math.fsum(gpus[month] for gpus in ledger.gpus.values()) for month in range(plan.plan.months)]
        run = [
            math.fsum(each * ledger.effective[name][month] for name, each in runners.items())
            for month in range(plan.plan.months)
        ]
        yield from at_most(plan, "GPUs serving", serving, run, 1.0, count, bound="number that the staff can run,")


def _experiments(plan: Plan, choices: Choices, ledger: Ledger) -> Iterator[str]:
    for name, given in choices.experiments.items():
        if not any(given):
            continue
        what = f"compute.{name} GPUs for experiments"
        yield from not_negative(plan, what, given, 1.0, count)
        yield from at_most(plan, what, given, ledger.gpus[name], 1.0, count, bound="GPUs that serve,")
    for name, counted in choices.counted.items():
        yield from at_most(
            plan, f"people.{name} counted for research", counted, ledger.effective[name], 1.0, count, bound="effective"
        )
    if choices.counted:
        months = range(plan.plan.months)
        # An interrupted GPU is a part of one.
        there = [
            math.fsum(plan.compute[name].delivered * given[month] for name, given in choices.experiments.items())
            for month in months
        ]
        wanted = [
            math.fsum(
                plan.people[name].wants_gpus * max(counted[month], 0.0) for name, counted in choices.counted.items()
            )
            for month in months
        ]
        yield from at_most(plan, "GPUs that counted research wants", wanted, there, 1.0, count, bound="number given,")
