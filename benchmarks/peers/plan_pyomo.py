"""The plan in Pyomo: sets, indexed variables and a rule a constraint, as in its book."""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from .plans import CorePlan


def build(plan: CorePlan) -> pyo.ConcreteModel:
    """Return the plan's model."""
    c = pyo.ConcreteModel()
    windows = [range(model.begin, model.end) for model in plan.models]
    c.paths, c.months = pyo.RangeSet(0, plan.paths - 1), pyo.RangeSet(0, plan.months - 1)
    c.offers, c.sources, c.roles = (pyo.RangeSet(0, len(array) - 1) for array in (plan.power, plan.fee, plan.salary))
    c.models = pyo.RangeSet(0, len(plan.models) - 1)
    c.runs = pyo.Set(initialize=[(m, t) for m, window in enumerate(windows) for t in window])
    c.tangents, c.shares = pyo.RangeSet(0, len(plan.tangents) - 1), pyo.RangeSet(0, len(plan.shares) - 1)

    def most(values: Any) -> Any:
        limits = values.tolist()
        return lambda _, *place: (0, limits[place[-1]])

    c.gpus = pyo.Var(c.paths, c.months, c.offers, bounds=most(plan.most_gpus))
    c.data = pyo.Var(c.paths, c.months, c.sources, bounds=most(plan.most_data))
    c.hires = pyo.Var(c.paths, c.months, c.roles, bounds=most(plan.most_hires))
    c.heads = pyo.Var(c.paths, c.months, c.roles, within=pyo.NonNegativeReals)
    for name in ("spend", "cash", "burn", "stock"):
        setattr(c, name, pyo.Var(c.paths, c.months, within=pyo.NonNegativeReals))
    c.training = pyo.Var(c.paths, c.runs, within=pyo.NonNegativeReals)
    c.total = pyo.Var(c.paths, c.models, within=pyo.NonNegativeReals)
    for name in ("size", "tokens", "compute", "quality"):
        setattr(c, name, pyo.Var(c.paths, c.models, bounds=(-20, 20)))
    weights = [model.weight / plan.paths for model in plan.models]
    c.objective = pyo.Objective(
        expr=pyo.quicksum(weights[m] * c.quality[s, m] for s in c.paths for m in c.models), sense=pyo.maximize
    )
    _add_money(c, plan)
    _add_resources(c, plan, windows)
    _add_laws(c, plan, windows)
    _add_ties(c, plan)
    return c


def _add_money(c: pyo.ConcreteModel, plan: CorePlan) -> None:
    price, income, revenue, cushion = (a.tolist() for a in (plan.price, plan.income, plan.revenue, plan.cushion))
    fee, salary, bonus = (array.tolist() for array in (plan.fee, plan.salary, plan.bonus))

    @c.Constraint(c.paths, c.months)
    def spending(c: Any, s: int, t: int) -> Any:
        return c.spend[s, t] == (
            pyo.quicksum(price[s][t][o] * c.gpus[s, t, o] for o in c.offers)
            + pyo.quicksum(fee[d] * c.data[s, t, d] for d in c.sources)
            + pyo.quicksum(salary[r] * c.heads[s, t, r] + bonus[r] * c.hires[s, t, r] for r in c.roles)
            + plan.office
        )

    @c.Constraint(c.paths, c.months)
    def balance(c: Any, s: int, t: int) -> Any:
        before = (1 + plan.interest) * c.cash[s, t - 1] if t else 0
        return c.cash[s, t] == before - c.spend[s, t] + income[t]

    @c.Constraint(c.paths, c.months)
    def burning(c: Any, s: int, t: int) -> Any:
        return c.burn[s, t] >= c.spend[s, t] - revenue[t]

    @c.Constraint(c.paths, c.months)
    def trailing(c: Any, s: int, t: int) -> Any:
        window = range(max(t - plan.window + 1, 0), t + 1)
        return c.cash[s, t] >= cushion[t] * pyo.quicksum(c.burn[s, back] for back in window)


def _add_resources(c: pyo.ConcreteModel, plan: CorePlan, windows: list[range]) -> None:
    power, attrition, opening = (array.tolist() for array in (plan.power, plan.attrition, plan.opening_heads))
    engineers, researchers, annotators = plan.per_head.tolist()

    @c.Constraint(c.paths, c.months)
    def stored(c: Any, s: int, t: int) -> Any:
        bought = pyo.quicksum(c.data[s, t, d] for d in c.sources)
        return c.stock[s, t] == (c.stock[s, t - 1] if t else 0) + bought

    @c.Constraint(c.paths, c.months, c.roles)
    def staffed(c: Any, s: int, t: int, r: int) -> Any:
        staying = c.heads[s, t - 1, r] if t else opening[r]
        return c.heads[s, t, r] == (1 - attrition[r]) * staying + c.hires[s, t, r]

    def used(s: int, t: int) -> Any:
        return pyo.quicksum(c.training[s, m, t] for m, window in enumerate(windows) if t in window)

    @c.Constraint(c.paths, c.months)
    def delivered(c: Any, s: int, t: int) -> Any:
        return used(s, t) <= pyo.quicksum(power[o] * c.gpus[s, t, o] for o in c.offers)

    @c.Constraint(c.paths, c.months)
    def run_by_engineers(c: Any, s: int, t: int) -> Any:
        return pyo.quicksum(c.gpus[s, t, o] for o in c.offers) <= engineers * c.heads[s, t, 0]

    @c.Constraint(c.paths, c.months)
    def led_by_researchers(c: Any, s: int, t: int) -> Any:
        return used(s, t) - researchers * c.heads[s, t, 1] <= 0

    @c.Constraint(c.paths, c.months)
    def checked_by_annotators(c: Any, s: int, t: int) -> Any:
        return pyo.quicksum(c.data[s, t, d] for d in c.sources) <= annotators * c.heads[s, t, 2]


def _add_laws(c: pyo.ConcreteModel, plan: CorePlan, windows: list[range]) -> None:
    slopes, sides = (array.tolist() for array in plan.log_tangents)
    planes = [[array.tolist() for array in plan.quality_tangents(model)] for model in plan.models]

    @c.Constraint(c.paths, c.models)
    def summed(c: Any, s: int, m: int) -> Any:
        return c.total[s, m] == pyo.quicksum(c.training[s, m, t] for t in windows[m])

    @c.Constraint(c.paths, c.runs)
    def evenly(c: Any, s: int, m: int, t: int) -> Any:
        return c.training[s, m, t] <= 2 / len(windows[m]) * c.total[s, m]

    @c.Constraint(c.paths, c.models, c.tangents)
    def data_log(c: Any, s: int, m: int, k: int) -> Any:
        return c.tokens[s, m] <= slopes[k] * c.stock[s, windows[m][0] - 1] + sides[k]

    @c.Constraint(c.paths, c.models, c.tangents)
    def compute_log(c: Any, s: int, m: int, k: int) -> Any:
        return c.compute[s, m] <= slopes[k] * c.total[s, m] + sides[k]

    @c.Constraint(c.paths, c.models)
    def size_log(c: Any, s: int, m: int) -> Any:
        return c.size[s, m] + c.tokens[s, m] <= c.compute[s, m]

    @c.Constraint(c.paths, c.models, c.shares)
    def law(c: Any, s: int, m: int, k: int) -> Any:
        by_size, by_data, side = (values[k] for values in planes[m])
        return c.quality[s, m] <= by_size * c.size[s, m] + by_data * c.tokens[s, m] + side


def _add_ties(c: pyo.ConcreteModel, plan: CorePlan) -> None:
    early = range(plan.shared)
    later = range(1, plan.paths)
    for name, kinds in (("gpus", c.offers), ("data", c.sources), ("hires", c.roles)):
        variables = getattr(c, name)

        def tied(_: Any, s: int, t: int, kind: int, variables: Any = variables) -> Any:
            return variables[s, t, kind] == variables[s - 1, t, kind]

        setattr(c, f"tied_{name}", pyo.Constraint(later, early, kinds, rule=tied))

    @c.Constraint(later, c.runs)
    def tied_training(c: Any, s: int, m: int, t: int) -> Any:
        return c.training[s, m, t] == c.training[s - 1, m, t] if t in early else pyo.Constraint.Skip


def pass_to_highs(model: pyo.ConcreteModel) -> Any:
    """Return HiGHS as Pyomo's persistent interface (appsi) fills it."""
    from pyomo.contrib.appsi.solvers.highs import Highs

    maker = Highs()
    maker.set_instance(model)
    return maker._solver_model
