"""Revenue of a model after its deadline, in proportion to the quality that it reached."""

from __future__ import annotations

import math

import numpy as np

from allocator.formulate.curves import CurveKind, FloatArray, IntArray
from allocator.formulate.frame import Site
from allocator.formulate.posynomial import WIDEST_LOG
from allocator.formulate.relaxed import undecided
from allocator.quality import Earning


def add_launch(
    site: Site,
    name: str,
    model: str,
    deadline: int,
    amount: FloatArray,
    paid_after: int,
    how: Earning,
    optional: bool = False,
) -> None:
    """``amount[t]`` times a score from the month after the deadline on; the score is concave in the model's gain.

    Below the quality at which nothing is earned the score is 0 and no less: one binary, launched
    or not. Without it a plan would have to reach that quality. Where no plan can be below it,
    there is none, unless the model is optional: what is not funded is not launched, whatever stands in for it.
    """
    builder = site.builder
    score = builder.add_columns(
        f"revenue.{name}.score",
        ("",),
        unit="1",
        sentence=f"Share of the full revenue of {name} that the quality of {model} earns",
        upper=1.0,
    )
    site.columns[f"revenue.{name}.score"] = score
    gain = int(site.column(f"models.{model}.gain")[0])
    launched = funded = None
    if optional or how.least < how.start:
        launched = builder.add_columns(
            f"revenue.{name}.launched",
            ("",),
            unit="1",
            sentence=f"Whether {model} is good enough to earn anything of {name}",
            upper=1.0,
            integer=True,
        )
        row = builder.add_rows(
            f"Launch of {model}: {name}", ("",), unit="1", sentence="what is not launched earns nothing", upper=0.0
        )
        builder.put(row, score, 1.0)
        builder.put(row, launched, -1.0)
        if optional:
            funded = site.column(f"models.{model}.funded")
            row = builder.add_rows(
                f"Only if funded, {model}: {name}",
                ("",),
                unit="1",
                sentence="what is not funded is not launched",
                upper=0.0,
            )
            builder.put(row, launched, 1.0)
            builder.put(row, funded, -1.0)
    parts = None
    if how.kind == "exponential":
        parts = _add_exponential(site, name, model, how, score, gain, launched)
    else:
        _add_linear(site, name, model, how, score, gain, launched)

    earned = np.arange(deadline, site.months)
    earned = earned[earned + paid_after < site.months]
    site.receive(
        "revenue", name, "model", np.repeat(score, len(earned)), amount[earned], months=earned + paid_after, burn=True
    )

    def exact(point: FloatArray) -> bool:
        choices = [column for column in (launched, funded) if column is not None]
        if launched is not None and any(undecided(point[column]) for column in choices):
            # Only a relaxation has this: the rows give way by what is not launched.
            share = float(point[launched[0]])
            given = (1.0 - share) * max(how.start - how.least, 0.0)
            if parts is not None:
                log = how.start - float(point[gain]) - given
                point[parts[0]], point[parts[1]] = max(log, -WIDEST_LOG), math.exp(log)
            reached = how.before_cap(float(point[gain]) + given)
            point[score] = min(max(reached, 0.0), share)
            return True
        there = funded is None or float(point[funded[0]]) > 0.5
        reached = how.before_cap(float(point[gain])) if there else 0.0
        if parts is not None:
            # The log of what is left; a plan that does not launch is not held to it.
            log = how.start - float(point[gain])
            log = log if launched is None else min(log, 0.0)
            point[parts[0]], point[parts[1]] = max(log, -WIDEST_LOG), math.exp(log)
        if launched is not None:
            point[launched] = 1.0 if reached > 0.0 else 0.0
        point[score] = min(max(reached, 0.0), 1.0)
        return True

    builder.repair(exact)


def _add_exponential(
    site: Site, name: str, model: str, how: Earning, score: IntArray, gain: int, launched: IntArray | None
) -> tuple[IntArray, IntArray]:
    """score <= steep (1 - left), left >= exp(start - gain): what is left of the loss where nothing is earned."""
    builder = site.builder
    log = builder.add_columns(
        f"revenue.{name}.log_left",
        ("",),
        unit="1",
        sentence=f"Log of the reducible loss of {model}, over that at which {name} earns nothing",
        lower=-WIDEST_LOG,
    )
    left = builder.add_columns(
        f"revenue.{name}.left",
        ("",),
        unit="1",
        sentence=f"Reducible loss of {model}, over that at which {name} earns nothing",
    )
    # Without a launch the row gives way by the most that the loss can be: then `left` may say anything.
    most = 0.0 if launched is None else max(how.start - how.least, 0.0)
    row = builder.add_rows(
        f"Loss left of {model}: {name}",
        ("",),
        unit="1",
        sentence=f"what {name} earns by is the loss that {model} has, where it is launched",
        lower=how.start - most,
    )
    builder.put(row, log, 1.0)
    builder.put(row, gain, 1.0)
    if launched is not None:
        builder.put(row, launched, -most)
    builder.add_curves(CurveKind.EXP, log, left, names=[f"loss left of {model}, {name}"])
    share = builder.add_rows(
        f"Score of {model}: {name}",
        ("",),
        unit="1",
        sentence=f"the share of {name} that is earned grows as the loss of {model} falls",
        upper=how.steep,
        scale=max(how.steep, 1.0),
    )
    builder.put(share, score, 1.0)
    builder.put(share, left, how.steep)
    return log, left


def _add_linear(
    site: Site, name: str, model: str, how: Earning, score: IntArray, gain: int, launched: IntArray | None
) -> None:
    """score <= steep (gain - start), unless it is not launched."""
    most = 0.0 if launched is None else how.steep * max(how.start - how.least, 0.0)
    builder = site.builder
    row = builder.add_rows(
        f"Score of {model}: {name}",
        ("",),
        unit="1",
        sentence=f"the share of {name} that is earned grows with the quality of {model}",
        upper=most - how.steep * how.start,
        scale=max(how.steep * float(site.scale_of(np.array([gain]))[0]), 1.0),
    )
    builder.put(row, score, 1.0)
    builder.put(row, gain, -how.steep)
    if launched is not None:
        builder.put(row, launched, most)
