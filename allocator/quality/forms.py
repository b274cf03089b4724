"""The concave forms a quality law may take; everything here is plain mathematics in natural units.

`Posynomial` is concave in the logarithms of its inputs, `Separable` and `Minimum` in the inputs
themselves. Whoever builds one makes sure of the signs: see `allocator.quality.build`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]
TermKind = Literal["power", "saturation", "hyperbola", "table", "linear"]


@dataclass(frozen=True, eq=False)
class Monomial:
    """``constant * prod_j x_j ** exponents[j]``.

    Attributes
    ----------
    constant : float
        Positive factor.
    exponents : ndarray, shape (n,)
        Powers, at least 0.
    """

    constant: float
    exponents: FloatArray

    def value(self, x: ArrayLike) -> FloatArray:
        """The monomial at inputs `x`, shape (..., n) -> (...)."""
        return np.asarray(self.constant * np.exp(np.log(np.asarray(x, dtype=float)) @ self.exponents))


@dataclass(frozen=True, eq=False)
class Posynomial:
    """``reducible = sum_i coefficients[i] * prod_j x_j ** -exponents[i, j]``, above the level E.

    The gain is ``-ln(reducible)``, concave in ``log x`` (a log-sum-exp of affine functions).

    Attributes
    ----------
    E : float
        Irreducible level.
    coefficients : ndarray, shape (k,)
        Positive.
    exponents : ndarray, shape (k, n)
        At least 0.
    """

    E: float
    coefficients: FloatArray
    exponents: FloatArray

    def terms(self, x: ArrayLike) -> FloatArray:
        """The k terms at inputs `x`, shape (..., n) -> (..., k)."""
        powers: FloatArray = np.exp(np.log(np.asarray(x, dtype=float)) @ -self.exponents.T)
        return self.coefficients * powers

    def reducible(self, x: ArrayLike) -> FloatArray:
        """The sum of the terms at inputs `x`, shape (..., n) -> (...)."""
        return np.asarray(self.terms(x).sum(axis=-1))

    def reducible_gradient(self, x: ArrayLike) -> FloatArray:
        """d reducible / d x, shape (..., n) -> (..., n)."""
        inputs = np.asarray(x, dtype=float)
        return np.asarray(-(self.terms(inputs) @ self.exponents) / inputs)


@dataclass(frozen=True)
class SeparableTerm:
    """``weight * phi(x[input] / scale)``, with a concave, increasing phi.

    Attributes
    ----------
    input : int
        Position of the input among the law's inputs.
    kind : str
        ``power`` z**exponent, ``saturation`` 1 - exp(-z), ``hyperbola`` z / (1 + z),
        ``linear`` z, ``table`` the line through `points` (the first segment goes on to the
        left of them; to their right the value stays).
    weight : float
        At least 0.
    scale : float
        Positive, in the unit of the input.
    exponent : float
        In (0, 1]; used by ``power``.
    points : tuple of (z, phi)
        Used by ``table``.
    """

    input: int
    kind: TermKind
    weight: float = 1.0
    scale: float = 1.0
    exponent: float = 1.0
    points: tuple[tuple[float, float], ...] = ()

    @property
    def top(self) -> float:
        """The most the term comes to, or comes near."""
        if self.kind == "table":
            return self.weight * self.points[-1][1]
        return self.weight if self.kind in ("saturation", "hyperbola") else math.inf

    def value(self, x: FloatArray) -> FloatArray:
        """The term at values `x` of its input, same shape."""
        z = x / self.scale
        match self.kind:
            case "power":
                phi = z**self.exponent
            case "saturation":
                phi = -np.expm1(-z)
            case "hyperbola":
                phi = z / (1.0 + z)
            case "linear":
                phi = z
            case "table":
                slopes, intercepts = self.segments()
                phi = (intercepts + slopes * z[..., np.newaxis]).min(axis=-1)
        return np.asarray(self.weight * phi)

    def slope(self, x: FloatArray) -> FloatArray:
        """Its derivative by x, same shape; at a corner of a table the slope to the right."""
        z = x / self.scale
        match self.kind:
            case "power":
                phi = self.exponent * z ** (self.exponent - 1.0)
            case "saturation":
                phi = np.exp(-z)
            case "hyperbola":
                phi = (1.0 + z) ** -2.0
            case "linear":
                phi = np.ones_like(z)
            case "table":
                slopes = self.segments()[0]
                corners = np.array([point[0] for point in self.points[1:]])
                phi = slopes[np.searchsorted(corners, z, side="right")]
        return np.asarray(self.weight / self.scale * phi)

    def segments(self) -> tuple[FloatArray, FloatArray]:
        """Slopes and intercepts of the table's lines, the flat one after the last point included."""
        z, phi = np.array(self.points, dtype=float).T
        slopes = np.append(np.diff(phi) / np.diff(z), 0.0)
        return slopes, phi - slopes * z


@dataclass(frozen=True)
class Separable:
    """``inner = sum of terms``; gain ``inner / range`` or ``ln(inner) / power``.

    Attributes
    ----------
    terms : tuple of SeparableTerm
        Each of one input.
    outer : str
        ``linear`` or ``log``.
    power : float
        In (0, 1]; of the ``log`` outer function: the score is ``inner ** (1 / power)``.
    range : float
        Of the ``linear`` outer function: the largest change of `inner`, so that gains of
        different laws compare.
    """

    terms: tuple[SeparableTerm, ...]
    outer: Literal["linear", "log"]
    power: float = 1.0
    range: float = 1.0

    @property
    def top(self) -> float:
        """The most `inner` comes to, or comes near."""
        return sum(term.top for term in self.terms)

    def inner(self, x: ArrayLike) -> FloatArray:
        """The sum of the terms at inputs `x`, shape (..., n) -> (...)."""
        inputs = np.asarray(x, dtype=float)
        total = np.zeros(inputs.shape[:-1])
        for term in self.terms:
            total = total + term.value(inputs[..., term.input])
        return np.asarray(total)

    def inner_gradient(self, x: ArrayLike) -> FloatArray:
        """d inner / d x, shape (..., n) -> (..., n)."""
        inputs = np.asarray(x, dtype=float)
        gradient = np.zeros_like(inputs)
        for term in self.terms:
            gradient[..., term.input] += term.slope(inputs[..., term.input])
        return gradient


@dataclass(frozen=True, eq=False)
class Minimum:
    """``min_j x_j / scales[j]``: the scarcest input decides.

    Attributes
    ----------
    scales : ndarray, shape (n,)
        Amount of each input for one unit of output; positive.
    """

    scales: FloatArray

    def value(self, x: ArrayLike) -> FloatArray:
        """The minimum at inputs `x`, shape (..., n) -> (...)."""
        return np.asarray((np.asarray(x, dtype=float) / self.scales).min(axis=-1))

    def gradient(self, x: ArrayLike) -> FloatArray:
        """A subgradient: the slope of the first scarcest input, shape (..., n) -> (..., n)."""
        ratios = np.asarray(x, dtype=float) / self.scales
        gradient = np.zeros_like(ratios)
        scarcest = ratios.argmin(axis=-1)[..., np.newaxis]
        np.put_along_axis(gradient, scarcest, np.take(1.0 / self.scales, scarcest), axis=-1)
        return gradient


Form = Posynomial | Separable | Minimum
