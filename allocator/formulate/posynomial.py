"""Posynomial laws as columns, rows and curves: convex in the logarithms of the inputs."""

from __future__ import annotations

import math

import numpy as np

from allocator.formulate.curves import CurveKind, FloatArray, IntArray
from allocator.formulate.frame import Site
from allocator.formulate.model_block import ModelBlock
from allocator.formulate.repeats import Worths, add_worths
from allocator.formulate.serving import add_size_curve
from allocator.quality import Posynomial, Repeated

# Logs of inputs relative to the reference: e^60 either way is beyond any plan.
WIDEST_LOG = 60.0


def add_posynomial(site: Site, block: ModelBlock) -> int:
    """L - E = sum_i c_i prod_j x_j^-a_ij, with gain q = -ln(L - E).

    In logs u_j = ln(x_j / x0_j) each term needs ``e_i >= exp(w_i)`` with
    ``w_i = ln(c_i prod x0^-a / R0) - a_i . u + q`` and ``sum_i e_i <= 1``: exponentials of
    affine functions, so the gain is concave in the logs. Logs of what is at hand are bounded
    by curves, and the FLOP of the run by the effective compute. Where items can be repeated, the
    terms take the logs of what inputs are worth instead.
    """
    builder, law, name = site.builder, block.law, block.name
    form = law.form
    assert isinstance(form, Posynomial)  # registered for this form only
    reference = np.array([block.reference[entry.name] for entry in law.inputs])
    log_coefficients = np.log(form.coefficients)
    log_terms_at_reference = log_coefficients - form.exponents @ np.log(reference)
    logs = builder.add_columns(
        f"models.{name}.log",
        [entry.name for entry in law.inputs],
        unit="1",
        sentence=f"Log of each input that {name} uses, against its reference",
        lower=-WIDEST_LOG,
        upper=WIDEST_LOG,
    )
    _bound_logs(site, block, logs)
    if block.size is not None:
        add_size_curve(site, block, logs)
    worths: Worths | None = None
    if isinstance(form, Repeated):
        worths = add_worths(site, block, logs, reference, WIDEST_LOG)
    counted = logs if worths is None else worths.of_terms
    compute = _log_compute(site, block)
    if compute is not None:
        _add_run(site, block, logs, compute, reference)

    terms = len(form.coefficients)
    labels = [f"term {term + 1}" for term in range(terms)]
    exponent = builder.add_columns(
        f"models.{name}.exponent",
        labels,
        unit="1",
        sentence=f"Log of each term of the reducible loss of {name}, plus its gain",
        lower=-np.inf,
    )
    share = builder.add_columns(
        f"models.{name}.share",
        labels,
        unit="1",
        sentence=f"Share of the reducible loss of {name} due to each term",
    )
    gain = builder.add_columns(
        f"models.{name}.gain",
        ("",),
        unit="gain",
        sentence=f"Minus the log of the reducible loss of {name}",
        lower=-np.inf,
    )
    rows = builder.add_rows(
        f"Terms of {name}",
        labels,
        unit="1",
        sentence="log of each term of the reducible loss, plus the gain",
        lower=log_terms_at_reference,
        upper=log_terms_at_reference,
    )
    builder.put(rows, exponent, 1.0)
    builder.put(rows[:, None], counted[None, :], form.exponents)
    builder.put(rows, gain, -1.0)
    total = builder.add_rows(
        f"Loss of {name}", ("",), unit="1", sentence="the terms together are the reducible loss", upper=1.0
    )
    builder.put(total, share, 1.0)
    builder.add_curves(CurveKind.EXP, exponent, share, names=[f"{label} of the loss of {name}" for label in labels])

    names = law.input_names

    def exact(point: FloatArray) -> None:
        inputs = block.best_inputs(point)
        used = np.array([inputs[name] for name in names])
        point[logs] = np.log(used / reference)
        _exact_run_logs(block, point, compute)
        if worths is not None:
            worths.repair(point, used)
        log_terms = np.log(form.terms(used))
        most = log_terms.max()
        reached = -(np.log(np.exp(log_terms - most).sum()) + most)
        shares = log_terms + reached
        point[gain], point[exponent], point[share] = reached, shares, np.exp(shares)

    builder.repair(exact)
    return int(gain[0])


def _bound_logs(site: Site, block: ModelBlock, logs: IntArray) -> None:
    """u_j <= ln((x_j + floor_j) / x0_j) for every input that is not free."""
    builder, law = site.builder, block.law
    for position, entry in enumerate(law.inputs):
        if entry.role == "free":
            continue
        column = block.available[entry.name]
        scale = float(site.scale_of(np.array([column]))[0])
        fixed = entry.name in block.at_floor
        bound = builder.add_columns(
            f"models.{block.name}.log_{entry.name}",
            ("",),
            unit="1",
            sentence=f"Log of the {entry.name} at hand for {block.name}",
            lower=-WIDEST_LOG,
            upper=math.log(entry.floor / scale) if fixed else np.inf,
        )
        if not fixed:
            builder.add_curves(
                CurveKind.LOG, column, bound, shift=entry.floor / scale, names=[f"log of {entry.name}, {block.name}"]
            )
        row = builder.add_rows(
            f"{entry.name.capitalize()} used by {block.name}",
            ("",),
            unit="1",
            sentence=f"{block.name} uses no more {entry.name} than are at hand",
            upper=math.log(scale / block.reference[entry.name]),
        )
        builder.put(row, logs[position], 1.0)
        builder.put(row, bound, -1.0)

        def exact(
            point: FloatArray,
            column: int = column,
            bound: IntArray = bound,
            scale: float = scale,
            floor: float = entry.floor,
        ) -> None:
            point[bound] = math.log((max(point[column], 0.0) + floor) / scale)

        builder.repair(exact)


def _log_compute(site: Site, block: ModelBlock) -> tuple[IntArray, IntArray | None] | None:
    """Columns y <= ln((C + floor) / C0) and, with research, z <= ln(1 + S / S0)."""
    if block.compute is None or block.law.flop is None:
        return None
    builder, name = site.builder, block.name
    floor = block.law.compute_floor / block.typical_compute
    fixed = "compute" in block.at_floor
    log_compute = builder.add_columns(
        f"models.{name}.log_compute",
        ("",),
        unit="1",
        sentence=f"Log of the compute of {name}, against its reference",
        lower=-WIDEST_LOG,
        upper=math.log(floor) if fixed else np.inf,
    )
    if not fixed:
        builder.add_curves(CurveKind.LOG, block.compute, log_compute, shift=floor, names=[f"log of compute, {name}"])
    if block.research is None:
        return log_compute, None
    log_research = builder.add_columns(
        f"models.{name}.log_research",
        ("",),
        unit="1",
        sentence=f"Log of what research makes of the compute of {name}, before its exponent",
    )
    builder.add_curves(CurveKind.LOG, block.research, log_research, shift=1.0, names=[f"log of research, {name}"])
    return log_compute, log_research


def _add_run(
    site: Site, block: ModelBlock, logs: IntArray, compute: tuple[IntArray, IntArray | None], reference: FloatArray
) -> None:
    """ln(FLOP of the run) <= ln(compute) + theta ln(1 + S / S0)."""
    law = block.law
    assert law.flop is not None  # only such laws have a log of compute
    exponents = np.asarray(law.flop.exponents)
    at_reference = math.log(law.flop.constant) + float(exponents @ np.log(reference))
    row = site.builder.add_rows(
        f"Run of {block.name}",
        ("",),
        unit="1",
        sentence=f"the FLOP of the run of {block.name} are at most its effective compute",
        upper=math.log(block.typical_compute) - at_reference,
    )
    site.builder.put(row, logs, exponents)
    site.builder.put(row, compute[0], -1.0)
    if compute[1] is not None:
        site.builder.put(row, compute[1], -block.theta)


def _exact_run_logs(block: ModelBlock, point: FloatArray, compute: tuple[IntArray, IntArray | None] | None) -> None:
    if compute is None or block.compute is None:
        return
    flop = max(float(point[block.compute]), 0.0) + block.law.compute_floor
    point[compute[0]] = math.log(flop / block.typical_compute)
    if compute[1] is not None and block.research is not None:
        point[compute[1]] = math.log1p(max(float(point[block.research]), 0.0) / block.research_scale)
