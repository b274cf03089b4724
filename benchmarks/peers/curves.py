"""k concave response curves under one budget: the problem, its exact answer, and the one judge of all answers.

Maximise sum_i f_i(x_i) with sum_i x_i <= budget and x >= 0, where f_i is one of two curves that both allocator and
PyMC-Marketing have exactly:

- ``hyperbola``: a x / (x + h), PyMC-Marketing's ``MichaelisMentenSaturation`` (alpha = a, lam = h);
- ``root``: c x^p, its ``RootSaturation`` (beta = c, alpha = p).

Money is in millions unless a `unit` says otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

FAMILIES = ("hyperbola", "root")


@dataclass(frozen=True)
class CurveProblem:
    """One problem.

    Attributes
    ----------
    family : str
        ``hyperbola`` or ``root``.
    height : ndarray, shape (k,)
        Response where ``hyperbola`` ends, or that of ``root`` at `half`.
    half : ndarray, shape (k,)
        Money at which ``hyperbola`` has half its height, and the unit of money of ``root``.
    power : float
        Exponent of ``root``.
    budget : float
        Money to divide.
    """

    family: str
    height: FloatArray
    half: FloatArray
    budget: float
    power: float = 0.5

    def __len__(self) -> int:
        return len(self.height)

    def response(self, x: FloatArray) -> float:
        """Total response of allocation `x`, shape (k,)."""
        shares = x / self.half
        curve = shares / (1.0 + shares) if self.family == "hyperbola" else np.maximum(shares, 0.0) ** self.power
        return float(self.height @ curve)

    def slope(self, x: FloatArray) -> FloatArray:
        """Response per unit of money at the margin, shape (k,)."""
        shares = x / self.half
        if self.family == "hyperbola":
            return np.asarray(self.height / self.half / (1.0 + shares) ** 2)
        # Held away from nothing, where the slope has no bound and SciPy's methods stop over it.
        return np.asarray(self.power * self.height / self.half * np.maximum(shares, 1e-12) ** (self.power - 1.0))

    def in_unit(self, unit: float) -> CurveProblem:
        """The same problem with money counted in `unit` millions: 1e-6 is dollars."""
        return CurveProblem(self.family, self.height, self.half / unit, self.budget / unit, self.power)


def make_problem(k: int, family: str = "hyperbola", seed: int = 7) -> CurveProblem:
    """Return `k` curves of very different size and steepness under a budget that funds only some of the flat ones.

    Heights add up to 1, so the response is a share of all there is to win.

    Raises
    ------
    ValueError
        For a family that is not known.
    """
    if family not in FAMILIES:
        raise ValueError(f"family {family!r} is not known; choose {' or '.join(FAMILIES)}")
    random = np.random.default_rng(seed)
    height = np.exp(random.uniform(np.log(0.2), np.log(5.0), k))
    half = np.exp(random.uniform(np.log(0.05), np.log(5.0), k))
    return CurveProblem(family, height / height.sum(), half, budget=0.5 * k)


def equal_split(problem: CurveProblem) -> FloatArray:
    """The budget in k equal parts: where local optimizers start."""
    return np.full(len(problem), problem.budget / len(problem))


def water_filling(problem: CurveProblem) -> FloatArray:
    """Return the exact optimum: every funded curve has the same slope, found by bisection on that slope.

    At slope s a ``hyperbola`` takes x = sqrt(a h / s) - h, where that is positive, and a ``root`` of power 1/2 takes
    x = h (a / (2 h s))^2: both fall as s rises, so there is one s at which they add up to the budget.
    """

    def spending(log_slope: float) -> FloatArray:
        steepness = problem.height / problem.half / np.exp(log_slope)
        if problem.family == "hyperbola":
            return np.asarray(problem.half * np.maximum(np.sqrt(steepness) - 1.0, 0.0))
        return np.asarray(problem.half * (0.5 * steepness) ** 2)

    low, high = -60.0, 60.0
    for _ in range(200):
        middle = 0.5 * (low + high)
        if spending(middle).sum() > problem.budget:
            low = middle
        else:
            high = middle
    return spending(high)


def judge(problem: CurveProblem, x: FloatArray) -> dict[str, float]:
    """Return what allocation `x` is truly worth, whatever its maker says.

    Returns
    -------
    dict
        ``objective``: response; ``gap``: how much the exact optimum is better, relative to it; ``unspent`` and
        ``excess``: of the budget, as shares; ``negative``: the most negative entry, as a share of the budget.
    """
    best = problem.response(water_filling(problem))
    objective = problem.response(np.maximum(x, 0.0))
    spent = float(np.maximum(x, 0.0).sum())
    return {
        "objective": objective,
        "gap": (best - objective) / best,
        "unspent": max(problem.budget - spent, 0.0) / problem.budget,
        "excess": max(spent - problem.budget, 0.0) / problem.budget,
        "negative": max(-float(x.min()), 0.0) / problem.budget,
    }
