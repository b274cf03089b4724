"""The univariate curves of the program: value, slope and which side is allowed.

One table gives tangents (outer approximation), chords and cones alike, so a curve is
stated once. All curves act on scaled columns: ``y <= f(x + shift)`` for the concave kinds,
``y >= f(x + shift)`` for the convex one.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


def equal(one: NDArray[Any], other: NDArray[Any]) -> bool:
    """Whether two arrays hold the same, bit for bit; several times quicker for short ones than comparing numbers."""
    if one is other:
        return True
    return one.shape == other.shape and one.dtype == other.dtype and one.tobytes() == other.tobytes()


def with_data(pattern: Any, data: NDArray[Any]) -> Any:
    """A sparse matrix with other entries at the places of `pattern`, whose index arrays it shares."""
    matrix = copy(pattern)
    matrix.data = data
    return matrix


class CurveKind(IntEnum):
    """Shape of a curve; `EXP` is convex (``y >= f``), the others concave (``y <= f``)."""

    LOG = 0
    EXP = 1
    POWER = 2
    SATURATION = 3
    HYPERBOLA = 4
    REPEATS = 5


# An amount e^50 times its base has been worth all it can be for long; e^710 would overflow.
_FARTHEST = 50.0


def _repeats(z: FloatArray, decay: FloatArray) -> FloatArray:
    """Log of what e^z times the base is worth: ``ln(1 + R (1 - e^(-(e^z - 1) / R)))``, z itself up to 0."""
    over = np.expm1(np.clip(z, 0.0, _FARTHEST)) / decay
    return np.where(z > 0.0, np.log1p(-decay * np.expm1(-over)), z)


def _repeats_slope(z: FloatArray, decay: FloatArray) -> FloatArray:
    excess = np.clip(z, 0.0, _FARTHEST)
    over = np.expm1(excess) / decay
    return np.where(z > 0.0, np.exp(excess - over) / (1.0 - decay * np.expm1(-over)), 1.0)


_Function = Callable[[FloatArray, FloatArray], FloatArray]

# kind: (value, slope), both of (operand, exponent); the operand is x + shift.
_TABLE: dict[CurveKind, tuple[_Function, _Function]] = {
    CurveKind.LOG: (lambda z, _: np.log(z), lambda z, _: 1.0 / z),
    CurveKind.EXP: (lambda z, _: np.exp(z), lambda z, _: np.exp(z)),
    CurveKind.POWER: (lambda z, p: z**p, lambda z, p: p * z ** (p - 1.0)),
    CurveKind.SATURATION: (lambda z, _: -np.expm1(-z), lambda z, _: np.exp(-z)),
    CurveKind.HYPERBOLA: (lambda z, _: z / (1.0 + z), lambda z, _: (1.0 + z) ** -2.0),
    CurveKind.REPEATS: (_repeats, _repeats_slope),
}

# Kinds that are concave and yet in no cone that solvers know: tangents alone.
CUTS_ONLY = (CurveKind.REPEATS,)

# Where a curve's slope is unbounded its tangents are taken no nearer to zero than this.
SMALLEST_OPERAND = 1e-9


@dataclass(frozen=True)
class Curves:
    """A set of curves, one entry each.

    Attributes
    ----------
    x, y : ndarray of int, shape (n,)
        Columns of the argument and of the bounded value.
    kind : ndarray of int, shape (n,)
        `CurveKind` codes.
    shift, exponent : ndarray of float, shape (n,)
        Added to the scaled argument; power of `CurveKind.POWER`, R of `CurveKind.REPEATS` (else unused).
    names : tuple of str
        What each curve says, for messages.
    """

    x: IntArray
    y: IntArray
    kind: IntArray
    shift: FloatArray
    exponent: FloatArray
    names: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.x)

    def same_as(self, other: Curves) -> bool:
        """Whether both say the same of the same columns, in the same words."""
        return self is other or (
            self.names == other.names
            and all(
                equal(getattr(self, name), getattr(other, name)) for name in ("x", "y", "kind", "shift", "exponent")
            )
        )

    @cached_property
    def convex(self) -> NDArray[np.bool_]:
        """Where ``y >= f`` rather than ``y <= f``."""
        return np.asarray(self.kind == CurveKind.EXP)

    def operand(self, x: FloatArray, which: IntArray | slice = slice(None)) -> FloatArray:
        """``x + shift``, held away from the singular end of logs and powers."""
        operand = x + self.shift[which]
        kinds = self.kind[which]
        singular = (kinds == CurveKind.LOG) | (kinds == CurveKind.POWER)
        return np.where(singular, np.maximum(operand, SMALLEST_OPERAND), operand)

    def value(self, x: FloatArray, which: IntArray | slice = slice(None)) -> FloatArray:
        """f at scaled arguments `x`, one for each curve of `which`."""
        return self._apply(0, x, which)

    def slope(self, x: FloatArray, which: IntArray | slice = slice(None)) -> FloatArray:
        """df/dx at scaled arguments `x`, one for each curve of `which`."""
        return self._apply(1, x, which)

    def violation(self, x: FloatArray, y: FloatArray) -> FloatArray:
        """By how much each (x, y) lies on the forbidden side; 0 where allowed."""
        excess = np.where(self.convex, self.value(x) - y, y - self.value(x))
        return np.maximum(excess, 0.0)

    @cached_property
    def _present(self) -> tuple[int, ...]:
        """The kinds that occur."""
        return tuple(sorted({int(code) for code in self.kind}))

    def _apply(self, which_function: int, x: FloatArray, which: IntArray | slice) -> FloatArray:
        operand = self.operand(x, which)
        kinds, exponents = self.kind[which], self.exponent[which]
        result = np.empty_like(operand)
        for code in self._present:
            functions, here = _TABLE[CurveKind(code)], kinds == code
            if here.any():
                result[here] = functions[which_function](operand[here], exponents[here])
        return result


def join(parts: list[Curves]) -> Curves:
    """All curves of `parts`, in order."""
    if not parts:
        empty = np.empty(0)
        none = np.empty(0, dtype=np.int64)
        return Curves(none, none, none, empty, empty, ())
    return Curves(
        x=np.concatenate([part.x for part in parts]),
        y=np.concatenate([part.y for part in parts]),
        kind=np.concatenate([part.kind for part in parts]),
        shift=np.concatenate([part.shift for part in parts]),
        exponent=np.concatenate([part.exponent for part in parts]),
        names=tuple(name for part in parts for name in part.names),
    )
