"""The plan in cvxpy: a matrix of paths by months for each quantity, whole-matrix rules."""

from __future__ import annotations

from typing import Any

import cvxpy as cp
import numpy as np

from .plans import CorePlan


def build(plan: CorePlan) -> cp.Problem:
    """Return the plan's problem."""
    shape = (plan.paths, plan.months)

    def family(most: Any) -> list[cp.Variable]:
        return [cp.Variable(shape, bounds=[0.0, float(limit)]) for limit in most]

    gpus, data, hires = family(plan.most_gpus), family(plan.most_data), family(plan.most_hires)
    heads = [cp.Variable(shape, nonneg=True) for _ in plan.salary]
    spend, cash, burn, stock = (cp.Variable(shape, nonneg=True) for _ in range(4))
    training = [cp.Variable((plan.paths, model.end - model.begin), nonneg=True) for model in plan.models]

    def before(quantity: cp.Variable, opening: float = 0.0) -> Any:
        return cp.hstack([np.full((plan.paths, 1), opening), quantity[:, :-1]])

    bought = sum(data)
    paid = sum(cp.multiply(plan.price[:, :, place], each) for place, each in enumerate(gpus))
    paid = paid + sum(fee * each for fee, each in zip(plan.fee, data, strict=True))
    paid = paid + sum(rate * each for rate, each in zip(plan.salary, heads, strict=True))
    paid = paid + sum(rate * each for rate, each in zip(plan.bonus, hires, strict=True))
    rules = [
        spend == paid + plan.office,
        cash == (1 + plan.interest) * before(cash) - spend + plan.income[None, :],
        burn >= spend - plan.revenue[None, :],
        stock == before(stock) + bought,
    ]
    recent = np.array(
        [
            [plan.cushion[t] if t - plan.window < back <= t else 0.0 for t in range(plan.months)]
            for back in range(plan.months)
        ]
    )
    rules.append(cash >= burn @ recent)
    for place, (opening, leaving) in enumerate(zip(plan.opening_heads, plan.attrition, strict=True)):
        rules.append(heads[place] == (1 - leaving) * before(heads[place], opening) + hires[place])
    used = sum(
        cp.hstack(
            [
                part
                for part in (
                    np.zeros((plan.paths, model.begin)),
                    run,
                    np.zeros((plan.paths, plan.months - model.end)),
                )
                if part.shape[1]
            ]
        )
        for model, run in zip(plan.models, training, strict=True)
    )
    engineers, researchers, annotators = plan.per_head
    rules += [
        used <= sum(power * each for power, each in zip(plan.power, gpus, strict=True)),
        sum(gpus) <= engineers * heads[0],
        used <= researchers * heads[1],
        bought <= annotators * heads[2],
    ]
    quality, laws = _laws(plan, training, stock)
    rules += laws
    if plan.paths > 1:
        rules += [each[1:, : plan.shared] == each[:-1, : plan.shared] for each in (*gpus, *data, *hires)]
        for model, run in zip(plan.models, training, strict=True):
            if (early := plan.shared - model.begin) > 0:
                rules.append(run[1:, :early] == run[:-1, :early])
    return cp.Problem(cp.Maximize(quality), rules)


def _laws(plan: CorePlan, training: list[cp.Variable], stock: cp.Variable) -> tuple[Any, list[Any]]:
    """Weighted mean quality, and the rules of totals, logs and laws."""
    rules, objective = [], 0.0
    slopes, sides = plan.log_tangents
    for model, run in zip(plan.models, training, strict=True):
        total = cp.Variable((plan.paths, 1), nonneg=True)
        size, tokens, compute, quality = (cp.Variable((plan.paths, 1), bounds=[-20.0, 20.0]) for _ in range(4))
        by_size, by_data, side = (values[None, :] for values in plan.quality_tangents(model))
        known = stock[:, model.begin - 1 : model.begin]
        rules += [
            total == cp.sum(run, axis=1, keepdims=True),
            run <= 2 / (model.end - model.begin) * total,
            tokens <= known @ slopes[None, :] + sides[None, :],
            compute <= total @ slopes[None, :] + sides[None, :],
            size + tokens <= compute,
            quality <= size @ by_size + tokens @ by_data + side,
        ]
        objective = objective + model.weight / plan.paths * cp.sum(quality)
    return objective, rules


def pass_to_highs(problem: cp.Problem) -> Any:
    """Return HiGHS filled with the arrays that cvxpy makes of the problem; its canonicalisation is in here."""
    import highspy
    from scipy import sparse

    found, _, _ = problem.get_problem_data(cp.HIGHS, canon_backend="SCIPY")
    matrix = sparse.csc_matrix(found["A"])
    rows, columns = matrix.shape
    lower = np.full(rows, -np.inf)
    lower[: found["dims"].zero] = found["b"][: found["dims"].zero]
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.passModel(
        columns,
        rows,
        matrix.nnz,
        int(highspy.MatrixFormat.kColwise),
        int(highspy.ObjSense.kMinimize),
        0.0,
        found["c"],
        found["lower_bounds"],
        found["upper_bounds"],
        lower,
        found["b"],
        matrix.indptr.astype(np.int32),
        matrix.indices.astype(np.int32),
        matrix.data,
        np.zeros(columns, dtype=np.int32),
    )
    return solver
