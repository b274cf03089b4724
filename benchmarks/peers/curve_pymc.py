"""PyMC-Marketing's own budget optimizer on the very curves.

Its documented way for a model of one's own: a PyMC model with `channel_data` and `total_contribution` in its
`CustomModelWrapper`. The saturation is its own class; the posterior has one draw, at the true parameters, so that its
mean response is the response. A real posterior has thousands of draws and takes longer an evaluation.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from .curves import CurveProblem, FloatArray

with warnings.catch_warnings():
    # Its dependencies announce their next versions. Imported here, so that no clock counts it as compiling.
    warnings.simplefilter("ignore")
    import arviz
    import pymc
    import pymc.dims as named
    from pymc_marketing.mmm import MichaelisMentenSaturation, RootSaturation
    from pymc_marketing.mmm.budget_optimizer import BudgetOptimizer, CustomModelWrapper


def make_optimizer(problem: CurveProblem) -> Any:
    """Return the `BudgetOptimizer` of `problem`, compiled."""
    with warnings.catch_warnings():
        # It announces its default constraint.
        warnings.simplefilter("ignore")
        channels = [f"channel {number}" for number in range(1, len(problem) + 1)]
        if problem.family == "hyperbola":
            saturation, parameters = MichaelisMentenSaturation(), {"alpha": problem.height, "lam": problem.half}
        else:
            factor = problem.height / problem.half**problem.power
            power = np.full(len(problem), problem.power)
            saturation, parameters = RootSaturation(), {"beta": factor, "alpha": power}
        with pymc.Model(coords={"date": [0], "channel": channels}) as model:
            spend = named.Data("channel_data", np.zeros((1, len(channels))), dims=("date", "channel"))
            drawn = {name: named.HalfNormal(name, dims="channel") for name in parameters}
            response = saturation.function(spend, **drawn)
            named.Deterministic("channel_contribution", response)
            named.Deterministic("total_contribution", response.sum())
        posterior = arviz.from_dict(
            posterior={name: value[None, None, :] for name, value in parameters.items()},
            coords={"channel": channels},
            dims={name: ["channel"] for name in parameters},
        )
        wrapper = CustomModelWrapper(base_model=model, idata=posterior, channels=channels)
        return BudgetOptimizer(model=wrapper, num_periods=1)


def allocate(optimizer: Any, problem: CurveProblem) -> tuple[FloatArray, str]:
    """Return the allocation of a compiled `optimizer` with its default settings, and SciPy's word on it."""
    bounds = dict.fromkeys(optimizer.mmm_model.channel_columns, (0.0, problem.budget))
    money, result = optimizer.allocate_budget(total_budget=problem.budget, budget_bounds=bounds, return_if_fail=True)
    return np.asarray(money), f"success={result.success}, {result.nit} iterations: {result.message}"


def prepare(problem: CurveProblem) -> Callable[[CurveProblem], tuple[FloatArray, str]]:
    """Compile the optimizer of `problem`; what is returned allocates with it, as often as asked."""
    optimizer = make_optimizer(problem)
    return lambda same: allocate(optimizer, same)
