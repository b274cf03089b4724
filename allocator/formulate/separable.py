"""Separable and scarcest-input laws: concave in the inputs themselves, one curve an input."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from allocator.formulate.curves import CurveKind, FloatArray, IntArray
from allocator.formulate.frame import Site
from allocator.formulate.model_block import ModelBlock
from allocator.quality import Minimum, Separable, SeparableTerm


def add_separable(site: Site, block: ModelBlock) -> int:
    """gain = sum_i w_i phi_i(x_i) / range, or ln(sum_i w_i phi_i(x_i)) / power."""
    form = block.law.form
    assert isinstance(form, Separable)  # registered for this form only
    builder, name = site.builder, block.name
    values, weights = [], []
    for number, term in enumerate(form.terms):
        value, weight = _add_term(site, block, number, term)
        values.append(value)
        weights.append(weight)
    typical = site.typical(f"models.{name}.inner", float(form.inner(_inputs(block, block.reference))))
    if form.outer == "linear":
        gain = builder.add_columns(
            f"models.{name}.gain", ("",), unit="gain", sentence=f"Return of {name}, over its range", lower=-np.inf
        )
        total = builder.add_rows(
            f"Return of {name}", ("",), unit="gain", sentence="the returns of the inputs add up", lower=0.0, upper=0.0
        )
        builder.put(total, gain, 1.0)
        builder.put(total[0], values, -np.array(weights) / form.range)
    else:
        inner = builder.add_columns(
            f"models.{name}.inner", ("",), unit="1", sentence=f"Sum of the returns of {name}", scale=typical
        )
        total = builder.add_rows(
            f"Return of {name}",
            ("",),
            unit="1",
            sentence="the returns of the inputs add up",
            lower=0.0,
            upper=0.0,
            scale=typical,
        )
        builder.put(total, inner, 1.0)
        builder.put(total[0], values, -np.array(weights))
        log_inner = builder.add_columns(
            f"models.{name}.log_inner", ("",), unit="1", sentence=f"Log of the returns of {name}", lower=-np.inf
        )
        builder.add_curves(CurveKind.LOG, inner, log_inner, names=[f"log of the returns of {name}"])
        gain = builder.add_columns(
            f"models.{name}.gain", ("",), unit="gain", sentence=f"Log of the score of {name}", lower=-np.inf
        )
        row = builder.add_rows(
            f"Score of {name}",
            ("",),
            unit="gain",
            sentence="the gain is the log of the score",
            lower=math.log(typical) / form.power,
            upper=math.log(typical) / form.power,
        )
        builder.put(row, gain, 1.0)
        builder.put(row, log_inner, -1.0 / form.power)

    def exact(point: FloatArray) -> None:
        total_return = float(form.inner(_inputs(block, block.own_inputs(point))))
        if form.outer == "linear":
            point[gain] = total_return / form.range
            return
        point[inner] = total_return
        point[log_inner] = math.log(total_return / typical)
        point[gain] = math.log(total_return) / form.power

    builder.repair(exact)
    return int(gain[0])


def _inputs(block: ModelBlock, inputs: dict[str, float]) -> FloatArray:
    return np.array([inputs[entry.name] for entry in block.law.inputs])


def _add_term(site: Site, block: ModelBlock, number: int, term: SeparableTerm) -> tuple[int, float]:
    """The column of one return and the weight it carries; the column holds ``phi * factor``."""
    builder = site.builder
    entry = block.law.inputs[term.input]
    column = block.available[entry.name]
    label = f"{entry.name}, {block.name}"
    value = builder.add_columns(
        f"models.{block.name}.return_{number + 1}",
        ("",),
        unit="1",
        sentence=f"What {entry.name} returns to {block.name}",
        lower=-np.inf,
    )
    factor = 1.0
    if term.kind in ("table", "linear"):
        _add_lines(site, column, value, term, entry.floor, label)
    elif term.kind == "power":
        scale = float(site.scale_of(np.array([column]))[0])
        builder.add_curves(
            CurveKind.POWER,
            column,
            value,
            shift=entry.floor / scale,
            exponent=term.exponent,
            names=[f"power of {label}"],
        )
        factor = (term.scale / scale) ** term.exponent
    else:
        kind = CurveKind.SATURATION if term.kind == "saturation" else CurveKind.HYPERBOLA
        scaled = _on_curve_scale(site, block, number, column, term.scale)
        builder.add_curves(kind, scaled, value, shift=entry.floor / term.scale, names=[f"{term.kind} of {label}"])
    weight = term.weight / factor
    unweighted = replace(term, weight=1.0)

    def exact(point: FloatArray) -> None:
        operand = np.array([max(float(point[column]), 0.0) + entry.floor])
        point[value] = unweighted.value(operand) * factor

    builder.repair(exact)
    return int(value[0]), weight


def _on_curve_scale(site: Site, block: ModelBlock, number: int, column: int, scale: float) -> IntArray:
    """The same quantity in a column whose unit is the curve's own."""
    name = f"models.{block.name}.operand_{number + 1}"
    sentence = "Input on the scale of its curve"
    operand = site.builder.add_columns(name, ("",), unit="1", sentence=sentence, lower=-np.inf)
    row = site.builder.add_rows(
        f"Scale: {name}", ("",), unit="1", sentence="the same, rescaled", lower=0.0, upper=0.0, defines=operand
    )
    site.builder.put(row, operand, 1.0)
    site.builder.put(row, column, -1.0 / scale)
    return operand


def _add_lines(site: Site, column: int, value: IntArray, term: SeparableTerm, floor: float, label: str) -> None:
    """y below every line of a concave, piecewise linear return: exact without a curve."""
    slopes, intercepts = term.segments() if term.kind == "table" else (np.ones(1), np.zeros(1))
    scale = float(site.scale_of(np.array([column]))[0])
    rows = site.builder.add_rows(
        f"Lines of {label}",
        [f"segment {number + 1}" for number in range(len(slopes))],
        unit="1",
        sentence=f"what {label} returns lies on its table",
        upper=intercepts + slopes * floor / term.scale,
        scale=max(1.0, float(np.max(np.abs(intercepts))), float(np.max(np.abs(slopes))) * scale / term.scale),
    )
    site.builder.put(rows, value, 1.0)
    site.builder.put(rows, column, -slopes / term.scale)


def add_minimum(site: Site, block: ModelBlock) -> int:
    """gain = min_j x_j / scale_j: the scarcest input decides."""
    form, law, builder, name = block.law.form, block.law, site.builder, block.name
    assert isinstance(form, Minimum)  # registered for this form only
    typical = site.typical(f"models.{name}.minimum", max(float(form.value(_inputs(block, block.reference))), 1e-12))
    gain = builder.add_columns(
        f"models.{name}.gain",
        ("",),
        unit="gain",
        sentence=f"What the scarcest input of {name} allows",
        lower=-np.inf,
        scale=typical,
    )
    rows = builder.add_rows(
        f"Scarcest input of {name}",
        [entry.name for entry in law.inputs],
        unit="gain",
        sentence="the gain is at most what each input allows",
        upper=np.array([entry.floor for entry in law.inputs]) / form.scales,
        scale=typical,
    )
    builder.put(rows, gain, 1.0)
    builder.put(rows, [block.available[entry.name] for entry in law.inputs], -1.0 / form.scales)

    def exact(point: FloatArray) -> None:
        point[gain] = form.value(_inputs(block, block.own_inputs(point)))

    builder.repair(exact)
    return int(gain[0])
