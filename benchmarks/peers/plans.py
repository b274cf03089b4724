"""One compact plan over many price paths, as numbers: what every modelling library is given to write down.

A company of four models rents GPUs, buys data and hires; prices of GPUs follow one of S paths, and what is decided in
the first months is the same on all of them. Rules on path s in month t (sums over what is not indexed):

    spend    = price gpus + fee data + salary heads + bonus hires + office
    cash     = (1 + interest) cash before + revenue + rounds - spend, not below zero
    burn    >= spend - revenue, not below zero
    cash    >= runway months x mean burn of the last `window` months
    heads    = (1 - attrition) heads before + hires
    stock    = stock before + data
    training <= power gpus;  gpus <= per engineer;  training <= per researcher;  data <= per annotator
    total    = training over a model's months, each month at most 2 / months of it
    logs     : data log <= tangents of stock before training, compute log <= tangents of total
    size log + data log <= compute log
    quality <= tangents of -ln(a e^(-alpha size log) + b e^(-beta data log)), one for each share of the first term
    gpus, data, hires and training of the first months on path s = those on path s - 1

and the mean over paths of the models' weighted quality is maximised. Money is in millions, GPUs in hundreds, compute
and tokens in units of a reference run: all numbers are near 1. The law is fixed tangents, so that the program is
linear and the same everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Model:
    """A model: its training months [begin, end), its weight, and its law's exponents."""

    begin: int
    end: int
    weight: float
    alpha: float
    beta: float


@dataclass(frozen=True)
class CorePlan:
    """The plan's numbers; arrays by path, month, offer, source or role in this order.

    Attributes
    ----------
    price : ndarray, shape (paths, months, offers)
        Money for a hundred GPUs a month; the only numbers that differ by path.
    shared : int
        First months whose decisions are the same on all paths.
    """

    price: FloatArray
    shared: int = 3
    cash: float = 30.0
    interest: float = 0.002
    office: float = 0.15
    runway: float = 4.0
    window: int = 3
    power: FloatArray = field(default_factory=lambda: np.array([0.08, 0.08, 0.14, 0.14, 0.22, 0.22]))
    most_gpus: FloatArray = field(default_factory=lambda: np.array([4.0, 2.0, 3.0, 2.0, 2.0, 1.5]))
    fee: FloatArray = field(default_factory=lambda: np.array([0.4, 0.8, 1.6]))
    most_data: FloatArray = field(default_factory=lambda: np.array([0.2, 0.3, 0.5]))
    salary: FloatArray = field(default_factory=lambda: np.array([0.025, 0.035, 0.010]))
    bonus: FloatArray = field(default_factory=lambda: np.array([0.010, 0.020, 0.002]))
    opening_heads: FloatArray = field(default_factory=lambda: np.array([4.0, 5.0, 3.0]))
    most_hires: FloatArray = field(default_factory=lambda: np.array([1.0, 1.0, 3.0]))
    attrition: FloatArray = field(default_factory=lambda: np.array([0.015, 0.012, 0.02]))
    per_head: FloatArray = field(default_factory=lambda: np.array([1.0, 0.12, 0.15]))
    models: tuple[Model, ...] = (
        Model(5, 11, 1.0, 0.34, 0.28),
        Model(11, 17, 1.2, 0.35, 0.37),
        Model(18, 26, 1.5, 0.34, 0.28),
        Model(26, 36, 2.0, 0.35, 0.37),
    )
    tangents: FloatArray = field(default_factory=lambda: np.geomspace(0.02, 50.0, 12))
    shares: FloatArray = field(default_factory=lambda: np.linspace(0.06, 0.94, 16))

    @property
    def paths(self) -> int:
        return self.price.shape[0]

    @property
    def months(self) -> int:
        return self.price.shape[1]

    @property
    def revenue(self) -> FloatArray:
        """Money earned, shape (months,)."""
        return 0.3 * 1.03 ** np.arange(self.months)

    @property
    def rounds(self) -> FloatArray:
        """Money raised, shape (months,)."""
        return np.where(np.arange(self.months) == 14, 40.0, 0.0)

    @property
    def income(self) -> FloatArray:
        """What each cash row has on its right besides cash before; the first has the opening cash, shape (months,)."""
        opening = np.where(np.arange(self.months) == 0, (1.0 + self.interest) * self.cash, 0.0)
        return np.asarray(self.revenue + self.rounds + opening)

    @property
    def cushion(self) -> FloatArray:
        """Cash to hold for each unit of burn in the trailing window, which is shorter at first, shape (months,)."""
        return np.asarray(self.runway / np.minimum(np.arange(self.months) + 1, self.window))

    @property
    def log_tangents(self) -> tuple[FloatArray, FloatArray]:
        """Slopes and intercepts of the tangents of ln, shape (tangents,) each."""
        return 1.0 / self.tangents, np.log(self.tangents) - 1.0

    def quality_tangents(self, model: Model) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Factors of size log and data log, and intercepts, shape (shares,) each.

        -ln(sum_i e^(z_i)) is the least over weights w of sum_i w_i (ln w_i - z_i).
        """
        first = self.shares
        second = 1.0 - first
        a = model.beta / (model.alpha + model.beta)
        side = first * np.log(first / a) + second * np.log(second / (1.0 - a))
        return model.alpha * first, model.beta * second, side


def make_plan(paths: int, months: int = 36, seed: int = 11) -> CorePlan:
    """Return the plan over `paths` paths of falling, jittering GPU prices that agree in the shared months."""
    random = np.random.default_rng(seed)
    base = np.array([0.18, 0.14, 0.26, 0.21, 0.35, 0.29])
    steps = random.normal(-0.012, 0.05, (paths, months, 1)) + random.normal(0.0, 0.02, (paths, months, len(base)))
    shared = 3
    steps[:, :shared] = steps[:1, :shared]
    return CorePlan(price=base * np.exp(np.cumsum(steps, axis=1)), shared=shared)
