"""What GPUs and people need of each other: experiments of researchers, and staff that keeps fleets running."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from allocator.formulate.curves import FloatArray, IntArray
from allocator.formulate.frame import Frame, Site


@dataclass(frozen=True)
class Wanting:
    """A role whose people count for research only with GPUs: name, GPUs each, a typical number of them."""

    name: str
    gpus: float
    heads: float


def add_staffing(frame: Frame) -> None:
    """Add what roles with ``wants_gpus`` and ``runs_gpus`` ask; after people and compute."""
    plan = frame.plan
    offers = tuple((name, offer.delivered) for name, offer in plan.compute.items())
    wanting = tuple(
        Wanting(name, role.wants_gpus, max(1.0, role.now, float(np.max(role.max)) / 2))
        for name, role in plan.people.items()
        if role.wants_gpus and role.research
    )
    if wanting:
        frame.part(_add_experiments, wanting, offers)
    running = tuple((name, role.runs_gpus) for name, role in plan.people.items() if role.runs_gpus)
    if running and offers:
        frame.part(_add_running, running, tuple(name for name, _ in offers))


def _add_experiments(site: Site, wanting: tuple[Wanting, ...], offers: tuple[tuple[str, float], ...]) -> None:
    """GPUs given to experiments, and the people who have them: only those count for research.

    An interrupted GPU is a part of one: `offers` are names and shares of hours delivered.
    """
    builder = site.builder
    wanted = sum(role.gpus * role.heads for role in wanting)
    given = []
    fleets = []
    for name, delivered in offers:
        gpus = site.column(f"compute.{name}.gpus")
        columns = site.monthly_columns(
            f"compute.{name}.experiments",
            unit="GPU",
            sentence=f"GPUs of {name} given to experiments in the month",
            scale=wanted / delivered,
        )
        rows = builder.add_rows(
            f"Experiments on {name}",
            site.labels,
            unit="GPU",
            sentence=f"no more GPUs of {name} are given to experiments than serve",
            upper=0.0,
            scale=wanted / delivered,
        )
        builder.put(rows, columns, 1.0)
        builder.put(rows, gpus, -1.0)
        given.append((columns, delivered))
        fleets.append(gpus)
    rows = builder.add_rows(
        "GPUs for experiments",
        site.labels,
        unit="GPU",
        sentence="people counted for research have the GPUs that their experiments want",
        upper=0.0,
        scale=wanted,
    )
    for columns, delivered in given:
        builder.put(rows, columns, -delivered)
    people = [_add_counted(site, role, rows) for role in wanting]
    touched = np.concatenate([columns for columns, _ in given] + [columns for _, *two, _ in people for columns in two])
    months = site.months

    def counted_with_gpus(point: FloatArray) -> bool:
        """A row's tolerance is research of people without a GPU: take it back."""
        before = [point[columns].copy() for columns, _ in given] + [
            point[counted].copy() for _, _, counted, _ in people
        ]
        for (columns, _), gpus in zip(given, fleets, strict=True):
            point[columns] = np.minimum(point[columns], np.maximum(point[gpus], 0.0))
        there = sum((delivered * point[columns] for columns, delivered in given), start=np.zeros(months))
        need = sum((each * point[equipped] for _, equipped, _, each in people), start=np.zeros(months))
        over = need > there
        share = np.where(over, there / np.where(over, need, 1.0), 1.0)
        for effective, equipped, counted, _ in people:
            point[equipped] *= share
            point[counted] = np.minimum(point[counted], np.minimum(point[effective], point[equipped]))
        return not np.array_equal(before, point[touched])

    builder.adjust(counted_with_gpus)


def _add_counted(site: Site, role: Wanting, wants: IntArray) -> tuple[IntArray, IntArray, IntArray, float]:
    """People of a role who count: they are effective, and they have GPUs.

    Two families, because effective heads may fall below zero where attrition is large and a ramp long: nobody
    without experiments is a number of people, and must not lend GPUs to others.
    """
    builder = site.builder
    effective = site.column(f"people.{role.name}.effective")
    equipped = site.monthly_columns(
        f"people.{role.name}.equipped",
        unit="person",
        sentence=f"People of {role.name} who have GPUs for their experiments",
        scale=role.heads,
    )
    counted = site.monthly_columns(
        f"people.{role.name}.counted",
        unit="person",
        sentence=f"People of {role.name} who count for research: effective, and with GPUs for their experiments",
        lower=-np.inf,
        scale=role.heads,
    )
    builder.put(wants, equipped, role.gpus)
    for what, limit in (("effective", effective), ("equipped", equipped)):
        rows = builder.add_rows(
            f"Counted {role.name}, {what}",
            site.labels,
            unit="person",
            sentence=f"no more {role.name} count for research than are {what}",
            upper=0.0,
            scale=role.heads,
        )
        builder.put(rows, counted, 1.0)
        builder.put(rows, limit, -1.0)
    return effective, equipped, counted, role.gpus


def _add_running(site: Site, running: tuple[tuple[str, float], ...], offers: tuple[str, ...]) -> None:
    """Fleets need staff: GPUs that serve are at most what effective heads can run."""
    builder = site.builder
    fleets = [site.column(f"compute.{name}.gpus") for name in offers]
    rows = builder.add_rows(
        "Staff for fleets",
        site.labels,
        unit="GPU",
        sentence="no more GPUs serve than " + " and ".join(f"{each:g} for each of {name}" for name, each in running),
        upper=0.0,
        scale=max(float(site.scale_of(gpus).max()) for gpus in fleets),
        group="people.runs_gpus",
    )
    for gpus in fleets:
        builder.put(rows, gpus, 1.0)
    for name, each in running:
        builder.put(rows, site.column(f"people.{name}.effective"), -each)
