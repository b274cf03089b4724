"""A quality law: what a model's inputs are worth, and the best inputs a budget can buy.

Inputs are *effective* everywhere (floor included), in the order of `Law.inputs`, in natural units.
`Law.best` is the one function that takes what the plan holds and adds the floors itself.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from allocator.quality.best import best_logs
from allocator.quality.forms import FloatArray, Form, Minimum, Monomial, Posynomial, Separable
from allocator.quality.repeats import Repeated, best_repeated

Metric = Literal["loss", "error", "accuracy", "score"]
Transform = Literal["loss", "accuracy", "score"]
Role = Literal["free", "data", "compute", "people", "any"]


# Passes after the first, in units of R, from which 98 % of all that passes can ever add is there.
_WORN_OUT = 4.0


@dataclass(frozen=True)
class Input:
    """One input of a law.

    Attributes
    ----------
    name : str
        ``parameters``, ``tokens``; for the generic laws, the plan's own name.
    role : str
        ``free`` (chosen with the model, costs nothing by itself), ``data``, ``compute``,
        ``people`` or ``any``.
    unit : str
        ``token``, ``image``, ``label``, ``parameter``, ``1``.
    floor : float
        Positive amount everyone has, so that an unfunded model has a finite loss.
    low, high : float or None
        Range the law was fitted on.
    reference : str
        The plan's quantity it stands for, ``data.images.items``; empty for a card's own inputs.
    """

    name: str
    role: Role
    unit: str
    floor: float
    low: float | None = None
    high: float | None = None
    reference: str = ""


@dataclass(frozen=True, eq=False)
class Law:
    """A quality law with every number filled in; `allocator.quality.load_law` makes one.

    Attributes
    ----------
    name, title : str
        The card's name and one-line title.
    metric : str
        ``loss``, ``error``, ``accuracy`` or ``score``.
    transform : str
        How a posynomial becomes the metric: ``loss`` E + r, ``accuracy`` 1 - (E + r), ``score``
        r ** (-1 / power). ``score`` for the other forms, whose metric is `sense` times their value.
    power : float
        Of ``score``.
    sense : int
        +1 where more is better, -1 where less is.
    unit : str
        ``nats/token``, ``share``, ``1``.
    source, licence : str
        Where the numbers come from and what may be done with them.
    assumed : tuple of str
        Sentences on the levels that nobody published or measured.
    inputs : tuple of Input
    form : Posynomial, Separable or Minimum
        `Repeated` is a posynomial too.
    flop : Monomial or None
        FLOP of one training run in the effective inputs.
    flop_source : str
    compute_floor : float
        FLOP everyone has.
    compute_range : (low, high) or None
        FLOP of the runs it was fitted on.
    parameters : dict of str to float
        Every number of the card after the plan's overrides and measured point.
    uncertainty : dict of str to float
        Published standard errors of `parameters`; strongly correlated, never move one alone.
    """

    name: str
    title: str
    metric: Metric
    transform: Transform
    power: float
    sense: int
    unit: str
    source: str
    licence: str
    assumed: tuple[str, ...]
    inputs: tuple[Input, ...]
    form: Form
    flop: Monomial | None
    flop_source: str
    compute_floor: float
    compute_range: tuple[float, float] | None
    parameters: dict[str, float] = field(default_factory=dict)
    uncertainty: dict[str, float] = field(default_factory=dict)

    @property
    def input_names(self) -> tuple[str, ...]:
        return tuple(entry.name for entry in self.inputs)

    @property
    def repeated(self) -> tuple[str, str] | None:
        """The inputs that are unique items and items processed; None where each item counts once."""
        if not isinstance(self.form, Repeated):
            return None
        return self.inputs[self.form.unique].name, self.inputs[self.form.processed].name

    def array(self, inputs: Mapping[str, float]) -> FloatArray:
        """Effective inputs by name as an array in the law's order, shape (n,)."""
        return np.array([inputs[name] for name in self.input_names], dtype=float)

    def value(self, x: ArrayLike) -> FloatArray:
        """The metric at effective inputs `x`, shape (..., n) -> (...)."""
        match self.form:
            case Posynomial() as form:
                reducible = form.reducible(x)
                if self.transform == "score":
                    return np.asarray(reducible ** (-1.0 / self.power))
                level = form.E + reducible
                return np.asarray(level if self.transform == "loss" else 1.0 - level)
            case Separable() as form:
                inner = form.inner(x)
                return np.asarray(inner ** (1.0 / form.power) if form.outer == "log" else self.sense * inner)
            case Minimum() as form:
                return form.value(x)

    def gradient(self, x: ArrayLike) -> FloatArray:
        """d value / d x at effective inputs `x`, shape (..., n) -> (..., n)."""
        match self.form:
            case Posynomial() as form:
                slope = form.reducible_gradient(x)
                if self.transform == "score":
                    outer = -1.0 / self.power * form.reducible(x) ** (-1.0 / self.power - 1.0)
                    return np.asarray(outer[..., np.newaxis] * slope)
                return slope if self.transform == "loss" else -slope
            case Separable() as form:
                slope = form.inner_gradient(x)
                if form.outer == "linear":
                    return self.sense * slope
                outer = form.inner(x) ** (1.0 / form.power - 1.0) / form.power
                return np.asarray(outer[..., np.newaxis] * slope)
            case Minimum() as form:
                return form.gradient(x)

    def gain(self, x: ArrayLike) -> FloatArray:
        """The concave quantity that is maximised, at effective inputs `x`, shape (..., n) -> (...).

        ``-ln(reducible)`` of a posynomial (concave in log x); the value over its range, or
        ``ln(inner) / power``, of a separable law; the value of a minimum (concave in x).
        """
        match self.form:
            case Posynomial() as form:
                return np.asarray(-np.log(form.reducible(x)))
            case Separable() as form:
                inner = form.inner(x)
                return np.asarray(np.log(inner) / form.power if form.outer == "log" else inner / form.range)
            case Minimum() as form:
                return form.value(x)

    def metric_of_gain(self, gain: ArrayLike) -> FloatArray:
        """The metric at a gain, elementwise."""
        q = np.asarray(gain, dtype=float)
        match self.form:
            case Posynomial() as form:
                if self.transform == "score":
                    return np.asarray(np.exp(q / self.power))
                level = form.E + np.exp(-q)
                return np.asarray(level if self.transform == "loss" else 1.0 - level)
            case Separable() as form:
                return np.asarray(np.exp(q) if form.outer == "log" else self.sense * q * form.range)
            case Minimum():
                return q

    def gain_of_metric(self, value: ArrayLike) -> FloatArray:
        """The gain a metric asks for, elementwise; infinite where no inputs reach it, -infinite where any do."""
        asked = np.asarray(value, dtype=float)
        match self.form:
            case Posynomial() as form:
                if self.transform == "score":
                    return self.power * _log(asked)
                return -_log((asked if self.transform == "loss" else 1.0 - asked) - form.E)
            case Separable() as form:
                if form.outer == "log":
                    return _log(asked)
                inner = self.sense * asked
                return np.where(inner > form.top, np.inf, inner / form.range)
            case Minimum():
                return asked

    def effective_compute(self, compute: float, multiplier: float = 1.0) -> float:
        """FLOP that count: ``multiplier * (compute_floor + compute)``."""
        return multiplier * (self.compute_floor + compute)

    def best(self, compute: float | None, available: Mapping[str, float]) -> dict[str, float]:
        """Effective inputs with the largest gain, exact to 1e-12 of it.

        Parameters
        ----------
        compute : float or None
            Effective FLOP (see `effective_compute`; never taken below the floor). None is no limit.
        available : mapping of str to float
            Amount of each input, without its floor, which is added here; an input left out is
            unlimited. Of a free input it is the most that may be chosen: the size that can be served.

        Returns
        -------
        dict of str to float
            Effective inputs: ``flop(inputs) <= compute``, each at most floor + available.

        Raises
        ------
        ValueError
            Nothing limits some input.
        """
        caps = [entry.floor + available.get(entry.name, math.inf) for entry in self.inputs]
        if compute is not None:
            compute = max(compute, self.compute_floor)
            for j, entry in enumerate(self.inputs):
                if entry.role == "compute" and math.isinf(caps[j]):
                    caps[j] = entry.floor + compute
        if not isinstance(self.form, Posynomial):
            if any(math.isinf(cap) for cap in caps):
                raise ValueError(f"law {self.name}: say how much of each input is available")
            return dict(zip(self.input_names, caps, strict=True))
        levels, exponents, cost, constant, lower = self._logs
        upper = [math.log(cap) for cap in caps]
        budget = math.inf if compute is None or self.flop is None else math.log(compute) - constant
        try:
            if isinstance(self.form, Repeated):
                logs = best_repeated(self.form, cost, budget, lower, upper)
            else:
                logs = best_logs(levels, exponents, cost, budget, lower, upper)
        except ValueError as error:
            raise ValueError(f"law {self.name}: {error}") from error
        return {
            entry.name: cap if log == top else min(cap, math.exp(log))
            for entry, cap, log, top in zip(self.inputs, caps, logs, upper, strict=True)
        }

    def reference(self, compute: float) -> dict[str, float]:
        """Effective inputs that are best when compute alone is scarce.

        For two terms, each of one input, in closed form: with FLOP = k x^r y^s and terms
        A x^-alpha, B y^-beta, stationarity gives alpha A x^-alpha / r = beta B y^-beta / s
        (Hoffmann et al. 2022, appendix). Other laws solve for it.

        Raises
        ------
        ValueError
            The law says nothing of the FLOP of a run.
        """
        if self.flop is None:
            raise ValueError(f"law {self.name} does not state the FLOP of a run, so compute alone sets no size")
        pair = self._two_terms
        if pair is None or isinstance(self.form, Repeated):
            return self.best(compute, {})
        (a, alpha, r), (b, beta, s), names = pair
        budget = math.log(compute / self.flop.constant)
        balance = math.log(alpha * a * s / (beta * b * r))
        first = (balance + beta * budget / s) / (alpha + beta * r / s)
        return {names[0]: math.exp(first), names[1]: math.exp((budget - r * first) / s)}

    def power_law(self) -> tuple[float, float] | None:
        """(K, gamma) of ``reducible = K * compute ** -gamma`` when compute alone is scarce.

        None for laws that are not one term or two terms of one input each under a stated FLOP. Where
        items can be repeated, it is the law of those who always have new ones.
        """
        if self.flop is None or not isinstance(self.form, Posynomial):
            return None
        pair = self._two_terms
        if pair is not None:
            (_, alpha, r), (_, beta, s), _ = pair
            gamma = 1.0 / (r / alpha + s / beta)
            # Any compute does: 1e20 keeps the powers near one.
            at = 1e20
            return float(self.form.reducible(self.array(self.reference(at)))) * at**gamma, gamma
        if len(self.form.coefficients) == 1 and len(self.inputs) == 1 and self.flop.exponents[0] > 0.0:
            gamma = float(self.form.exponents[0, 0] / self.flop.exponents[0])
            return float(self.form.coefficients[0]) * self.flop.constant**gamma, gamma
        return None

    def extrapolation(self, inputs: Mapping[str, float], compute: float | None = None) -> list[str]:
        """One sentence for each input, and for the compute, outside the range of the fit; one on items worn out."""
        sentences = [
            _outside(entry.name, inputs[entry.name], entry.low, entry.high)
            for entry in self.inputs
            if entry.name in inputs
        ]
        sentences.append(self._worn_out(inputs))
        if compute is not None and self.compute_range is not None:
            sentences.append(_outside("compute in FLOP", compute, *self.compute_range))
        return [sentence for sentence in sentences if sentence]

    def _worn_out(self, inputs: Mapping[str, float]) -> str:
        """Items used so often that the law sees nothing in using them again."""
        if not isinstance(self.form, Repeated) or self.repeated is None or not set(self.repeated) <= set(inputs):
            return ""
        unique, processed = self.repeated
        epochs = inputs[processed] / inputs[unique]
        if epochs - 1.0 <= _WORN_OUT * self.form.wears[0].decay:
            return ""
        return (
            f"each of {inputs[unique]:.3g} {unique} is used {epochs:.3g} times: in this law one more pass adds "
            "nothing, and in real runs very many made the loss rise"
        )

    @cached_property
    def _logs(self) -> tuple[list[float], list[list[float]], list[float], float, list[float]]:
        """The posynomial in logs as plain floats: levels, exponents, cost, log constant, floors."""
        assert isinstance(self.form, Posynomial)
        cost = [0.0] * len(self.inputs) if self.flop is None else [float(power) for power in self.flop.exponents]
        return (
            [math.log(value) for value in self.form.coefficients],
            [[float(power) for power in row] for row in self.form.exponents],
            cost,
            0.0 if self.flop is None else math.log(self.flop.constant),
            [math.log(entry.floor) for entry in self.inputs],
        )

    @cached_property
    def _two_terms(
        self,
    ) -> tuple[tuple[float, float, float], tuple[float, float, float], tuple[str, str]] | None:
        """(coefficient, exponent, FLOP exponent) of each of two terms of one input each."""
        if self.flop is None or not isinstance(self.form, Posynomial):
            return None
        # With compute alone scarce nobody uses an item twice, so unique items are no input of their own.
        own = [j for j in range(len(self.inputs)) if not (isinstance(self.form, Repeated) and j == self.form.unique)]
        powers, costs = self.form.exponents[:, own], self.flop.exponents[own]
        if powers.shape != (2, 2):
            return None
        order = (0, 1) if powers[0, 0] > 0.0 else (1, 0)
        first, second = powers[0, order[0]], powers[1, order[1]]
        crossed = powers[0, order[1]] != 0.0 or powers[1, order[0]] != 0.0
        if crossed or min(first, second) <= 0.0 or costs.min() <= 0.0:
            return None
        a, b = self.form.coefficients
        r, s = costs[order[0]], costs[order[1]]
        names = (self.inputs[own[order[0]]].name, self.inputs[own[order[1]]].name)
        return (float(a), float(first), float(r)), (float(b), float(second), float(s)), names


def _log(values: FloatArray) -> FloatArray:
    """ln, and -infinity where there is none."""
    positive = values > 0.0
    return np.where(positive, np.log(np.where(positive, values, 1.0)), -np.inf)


def _outside(name: str, amount: float, low: float | None, high: float | None) -> str:
    if high is not None and amount > high:
        side, factor = "above", amount / high
    elif low is not None and amount < low:
        side, factor = "below", low / amount if amount > 0.0 else math.inf
    else:
        return ""
    fitted = f"up to {high:.3g}" if low is None else f"{low:.3g} to {high:.3g}"
    return f"{name} {amount:.3g} is {factor:.3g} times {side} the range of the fit ({fitted})"
