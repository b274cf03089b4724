"""The plan in linopy: labelled arrays over path and month, one call a rule."""

from __future__ import annotations

from typing import Any

import linopy
import numpy as np
import pandas as pd
import xarray as xr

from .plans import CorePlan


def build(plan: CorePlan) -> linopy.Model:
    """Return the plan's model."""
    program = linopy.Model()
    path, month = pd.RangeIndex(plan.paths, name="path"), pd.RangeIndex(plan.months, name="month")
    offer, source, role = (
        pd.RangeIndex(len(array), name=name)
        for name, array in (("offer", plan.power), ("source", plan.fee), ("role", plan.salary))
    )
    tangent, share = (
        pd.RangeIndex(len(array), name=name) for name, array in (("tangent", plan.tangents), ("share", plan.shares))
    )

    def over(index: pd.Index, values: Any) -> xr.DataArray:
        return xr.DataArray(values, coords=[index])

    price = xr.DataArray(plan.price, coords=[path, month, offer])
    first = over(month, np.where(month == 0, 1.0, 0.0))
    zero = xr.DataArray(0.0)
    gpus = program.add_variables(zero, over(offer, plan.most_gpus), coords=[path, month, offer], name="gpus")
    data = program.add_variables(zero, over(source, plan.most_data), coords=[path, month, source], name="data")
    hires = program.add_variables(zero, over(role, plan.most_hires), coords=[path, month, role], name="hires")
    heads = program.add_variables(lower=0, coords=[path, month, role], name="heads")
    spend, cash, burn, stock = (
        program.add_variables(lower=0, coords=[path, month], name=name) for name in ("spend", "cash", "burn", "stock")
    )
    bought = data.sum("source")
    people = (heads * over(role, plan.salary)).sum("role") + (hires * over(role, plan.bonus)).sum("role")
    paid = (gpus * price).sum("offer") + (data * over(source, plan.fee)).sum("source") + people
    program.add_constraints(spend - paid == plan.office, name="spend")
    before = (1 + plan.interest) * cash.shift(month=1)
    program.add_constraints(cash - before + spend == over(month, plan.income), name="cash")
    program.add_constraints(burn - spend >= -over(month, plan.revenue), name="burn")
    recent = burn.rolling(month=plan.window, min_periods=1).sum()
    program.add_constraints(cash - over(month, plan.cushion) * recent >= 0, name="runway")
    program.add_constraints(stock - stock.shift(month=1) - bought == 0, name="stock")
    staying = 1 - over(role, plan.attrition)
    opening = first * staying * over(role, plan.opening_heads)
    program.add_constraints(heads - staying * heads.shift(month=1) - hires == opening, name="heads")

    model = pd.RangeIndex(len(plan.models), name="model")
    begin, end, weight = (
        over(model, [getattr(run, name) for run in plan.models]) for name in ("begin", "end", "weight")
    )
    when = over(month, month)
    # Months outside a model's own are absent, not zero.
    training = program.add_variables(
        lower=0, coords=[path, month, model], mask=(when >= begin) & (when < end), name="training"
    )
    used = training.sum("model")
    delivered = (gpus * over(offer, plan.power)).sum("offer")
    engineers, researchers, annotators = plan.per_head
    program.add_constraints(used - delivered <= 0, name="delivered")
    program.add_constraints(gpus.sum("offer") - engineers * heads.sel(role=0) <= 0, name="engineers")
    program.add_constraints(used - researchers * heads.sel(role=1) <= 0, name="researchers")
    program.add_constraints(bought - annotators * heads.sel(role=2) <= 0, name="annotators")

    slopes, sides = (over(tangent, values) for values in plan.log_tangents)
    total = program.add_variables(lower=0, coords=[path, model], name="total")
    size, tokens, compute, quality = (
        program.add_variables(-20, 20, coords=[path, model], name=name)
        for name in ("size", "tokens", "compute", "quality")
    )
    program.add_constraints(total - training.sum("month") == 0, name="total")
    program.add_constraints(training - 2 / (end - begin) * total <= 0, name="evenly", mask=training.labels >= 0)
    program.add_constraints(tokens - slopes * stock.sel(month=begin - 1) <= sides, name="data log")
    program.add_constraints(compute - slopes * total <= sides, name="compute log")
    program.add_constraints(size + tokens - compute <= 0, name="size log")
    by_size, by_data, side = (
        xr.DataArray([values[place] for values in map(plan.quality_tangents, plan.models)], coords=[model, share])
        for place in range(3)
    )
    program.add_constraints(quality - by_size * size - by_data * tokens <= side, name="quality")
    if plan.paths > 1:
        later = slice(1, None)
        for variables in (gpus, data, hires, training):
            early = variables.isel(month=slice(0, plan.shared))
            if (early.labels >= 0).any():
                tied = early.isel(path=later) - early.shift(path=1).isel(path=later) == 0
                program.add_constraints(tied, name=f"tie {variables.name}")
    program.add_objective((weight / plan.paths * quality).sum(), sense="max")
    return program


def pass_to_highs(program: linopy.Model) -> Any:
    """Return HiGHS as linopy fills it, from arrays and without names."""
    from linopy.io import to_highspy

    solver = to_highspy(program, set_names=False)
    solver.setOptionValue("output_flag", False)
    return solver
