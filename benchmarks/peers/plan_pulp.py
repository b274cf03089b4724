"""The plan as PuLP objects, the way PuLP's own examples are written: one dictionary a family, `lpSum` in each rule."""

from __future__ import annotations

from itertools import product
from typing import Any

import pulp

from .plan_arrays import Arrays
from .plans import CorePlan


def build(plan: CorePlan) -> pulp.LpProblem:
    """Return the plan's problem."""
    problem = pulp.LpProblem("plan", pulp.LpMaximize)
    paths, months = range(plan.paths), range(plan.months)
    offers, sources, roles = range(len(plan.power)), range(len(plan.fee)), range(len(plan.salary))
    models = range(len(plan.models))
    windows = {m: range(model.begin, model.end) for m, model in enumerate(plan.models)}
    # Python's own numbers are what PuLP is quickest with.
    price, income, revenue, cushion = (
        array.tolist() for array in (plan.price, plan.income, plan.revenue, plan.cushion)
    )

    def family(name: str, *axes: range) -> dict[Any, pulp.LpVariable]:
        return problem.add_variable_dicts(name, list(product(*axes)), lowBound=0)

    def logs(name: str) -> dict[Any, pulp.LpVariable]:
        return problem.add_variable_dicts(name, list(product(paths, models)), lowBound=-20, upBound=20)

    gpus, data, hires = (
        family("gpus", paths, months, offers),
        family("data", paths, months, sources),
        family("hires", paths, months, roles),
    )
    for variables, most in ((gpus, plan.most_gpus), (data, plan.most_data), (hires, plan.most_hires)):
        for (_, _, kind), variable in variables.items():
            variable.upBound = float(most[kind])
    heads = family("heads", paths, months, roles)
    spend, cash, burn, stock = (family(name, paths, months) for name in ("spend", "cash", "burn", "stock"))
    training = problem.add_variable_dicts(
        "training", [(s, m, t) for s in paths for m in models for t in windows[m]], lowBound=0
    )
    total = family("total", paths, models)
    size, tokens, compute, quality = (logs(name) for name in ("size", "tokens", "compute", "quality"))
    problem += pulp.lpSum(plan.models[m].weight / plan.paths * quality[s, m] for s in paths for m in models)

    power, fee, salary, bonus = (array.tolist() for array in (plan.power, plan.fee, plan.salary, plan.bonus))
    engineers, researchers, annotators = plan.per_head.tolist()
    attrition, opening = plan.attrition.tolist(), plan.opening_heads.tolist()
    for s, t in product(paths, months):
        problem += spend[s, t] == (
            pulp.lpSum(price[s][t][o] * gpus[s, t, o] for o in offers)
            + pulp.lpSum(fee[d] * data[s, t, d] for d in sources)
            + pulp.lpSum(salary[r] * heads[s, t, r] + bonus[r] * hires[s, t, r] for r in roles)
            + plan.office
        )
        before = (1 + plan.interest) * cash[s, t - 1] if t else 0
        problem += cash[s, t] == before - spend[s, t] + income[t]
        problem += burn[s, t] >= spend[s, t] - revenue[t]
        window = range(max(t - plan.window + 1, 0), t + 1)
        problem += cash[s, t] >= cushion[t] * pulp.lpSum(burn[s, back] for back in window)
        problem += stock[s, t] == (stock[s, t - 1] if t else 0) + pulp.lpSum(data[s, t, d] for d in sources)
        for r in roles:
            staying = heads[s, t - 1, r] if t else opening[r]
            problem += heads[s, t, r] == (1 - attrition[r]) * staying + hires[s, t, r]
        used = pulp.lpSum(training[s, m, t] for m in models if t in windows[m])
        problem += used <= pulp.lpSum(power[o] * gpus[s, t, o] for o in offers)
        problem += pulp.lpSum(gpus[s, t, o] for o in offers) <= engineers * heads[s, t, 0]
        problem += used <= researchers * heads[s, t, 1]
        problem += pulp.lpSum(data[s, t, d] for d in sources) <= annotators * heads[s, t, 2]
    slopes, sides = (array.tolist() for array in plan.log_tangents)
    for s, (m, model) in product(paths, enumerate(plan.models)):
        problem += total[s, m] == pulp.lpSum(training[s, m, t] for t in windows[m])
        for t in windows[m]:
            problem += training[s, m, t] <= 2 / len(windows[m]) * total[s, m]
        for slope, side in zip(slopes, sides, strict=True):
            problem += tokens[s, m] <= slope * stock[s, model.begin - 1] + side
            problem += compute[s, m] <= slope * total[s, m] + side
        problem += size[s, m] + tokens[s, m] <= compute[s, m]
        for by_size, by_data, side in zip(*(array.tolist() for array in plan.quality_tangents(model)), strict=True):
            problem += quality[s, m] <= by_size * size[s, m] + by_data * tokens[s, m] + side
    for s, t in product(paths[1:], range(plan.shared)):
        for variables, kinds in ((gpus, offers), (data, sources), (hires, roles)):
            for kind in kinds:
                problem += variables[s, t, kind] == variables[s - 1, t, kind]
        for m in models:
            if t in windows[m]:
                problem += training[s, m, t] == training[s - 1, m, t]
    return problem


def pass_to_highs(problem: pulp.LpProblem) -> Any:
    """Return HiGHS as PuLP fills it, row by row."""
    maker = pulp.HiGHS(msg=False)
    maker.createAndConfigureSolver(problem)
    maker.buildSolverModel(problem)
    return problem.solverModel


def from_arrays(arrays: Arrays) -> pulp.LpProblem:
    """Return PuLP objects made from finished arrays: what an object for each coefficient costs by itself."""
    from allocator.solve.pulp_model import build_pulp

    rows, columns = arrays.matrix.shape
    return build_pulp(
        "plan",
        -arrays.cost,
        arrays.matrix,
        arrays.row_lower,
        arrays.row_upper,
        arrays.col_lower,
        arrays.col_upper,
        arrays.cost != arrays.cost,
        column_names=[f"x{place}" for place in range(columns)],
        row_names=[f"r{place}" for place in range(rows)],
    )
