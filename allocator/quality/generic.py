"""Laws over inputs the plan names: Cobb-Douglas, CES, Leontief, saturating, hyperbola, table.

Parameters of an input x are called ``a_x``, ``weight_x``, ``k_x``, ``scale_x``, ``unit_x``, ``floor_x``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from allocator.errors import LawError, Problem
from allocator.quality.cards import Card
from allocator.quality.consistency import suggestion
from allocator.quality.forms import Form, Minimum, Posynomial, Separable, SeparableTerm
from allocator.quality.law import Input, Law, Role, Transform

# A law in logarithms needs something at nothing; so little that it moves no plan.
FLOOR_SHARE = 1e-6
_SMALLEST_RHO = 1e-3
_ROLES: Mapping[str, Role] = {"data": "data", "compute": "compute", "people": "people"}

Check = tuple[str, Callable[[float], bool]]
ABOVE_ZERO: Check = ("a number above 0", lambda value: value > 0.0)
NOT_NEGATIVE: Check = ("a number, 0 or more", lambda value: value >= 0.0)
CES_POWER: Check = (
    f"at most 1 and not within {_SMALLEST_RHO:g} of 0 (that is law cobb-douglas); above 1 it is not concave",
    lambda value: value <= 1.0 and abs(value) >= _SMALLEST_RHO,
)


@dataclass
class _Reader:
    """Takes parameters one by one, so that what nobody took is known at the end."""

    law: str
    given: Mapping[str, float]
    inputs: tuple[str, ...]
    problems: list[Problem] = field(default_factory=list)
    known: list[str] = field(default_factory=list)
    taken: dict[str, float] = field(default_factory=dict)

    def take(self, name: str, check: Check, default: float | None = None) -> float:
        """One parameter; a problem, and 1.0, where it is missing or out of range."""
        self.known.append(name)
        allowed, accept = check
        key = f"parameters.{name}"
        if name not in self.given:
            if default is None:
                self.problems.append(
                    Problem(key, f"law {self.law} needs it", allowed=allowed, remedy=f"add {name} = …")
                )
                return 1.0
            value = default
        else:
            value = float(self.given[name])
            if not (math.isfinite(value) and accept(value)):
                self.problems.append(Problem(key, "is out of range", f"{value:g}", allowed))
                return 1.0
        self.taken[name] = value
        return value

    def each(self, prefix: str, check: Check, default: float | None = None) -> list[float]:
        """One parameter of every input: ``prefix_x``."""
        return [self.take(f"{prefix}_{name}", check, default) for name in self.inputs]

    def floors(self, units: Sequence[float]) -> list[float]:
        """``floor_x`` of every input, a tiny share of its unit unless given."""
        return [
            self.take(f"floor_{name}", ABOVE_ZERO, FLOOR_SHARE * unit)
            for name, unit in zip(self.inputs, units, strict=True)
        ]

    def some(self, prefix: str, values: Sequence[float]) -> None:
        """At least one of the parameters ``prefix_x`` is above 0."""
        if not any(value > 0.0 for value in values):
            message = "every one is 0, so nothing has an effect"
            self.problems.append(Problem(f"parameters.{prefix}_{self.inputs[0]}", message, "0", "one of them above 0"))

    def finish(self) -> None:
        """Refuse parameters that nothing asked for."""
        for name, value in self.given.items():
            if name not in self.known:
                message = f"law {self.law} with these inputs has no such parameter"
                allowed = ", ".join(self.known) or "none"
                self.problems.append(
                    Problem(f"parameters.{name}", message, str(value), allowed, suggestion(name, self.known))
                )


@dataclass(frozen=True)
class _Shape:
    """What a form's maker returns."""

    form: Form
    floors: list[float]
    transform: Transform = "score"
    power: float = 1.0
    ranges: tuple[tuple[float | None, float | None], ...] = ()


def generic_law(
    card: Card,
    parameters: Mapping[str, float],
    measured: Mapping[str, float],
    points: Sequence[Sequence[float]],
    inputs: Mapping[str, str],
) -> Law:
    """A law of a generic form; see `allocator.quality.load_law` for the arguments and errors."""
    table = card.table
    reader = _Reader(card.name, parameters, tuple(inputs))
    sense = -1 if table.metric in ("loss", "error") else 1
    if measured:
        reader.problems.append(
            Problem("measured", f"law {card.name} is set by its parameters", remedy="remove measured")
        )
    if not inputs:
        remedy = 'write inputs = {images = "data.images.items"}, any name on the left'
        raise LawError(
            [*reader.problems, Problem("inputs", f"law {card.name} takes its inputs from the plan", remedy=remedy)]
        )
    if table.form == "table":
        shape = _table(reader, points or table.points, sense)
    else:
        if points:
            reader.problems.append(
                Problem("points", f"law {card.name} is not a table", remedy="remove points, or use law table")
            )
        shape = _MAKERS[table.form](reader)
    reader.finish()
    if reader.problems:
        raise LawError(reader.problems)
    ranges = shape.ranges or ((None, None),) * len(inputs)
    return Law(
        name=card.name,
        title=table.title,
        metric=table.metric,
        transform=shape.transform,
        power=shape.power,
        sense=sense,
        unit=table.unit,
        source=table.source,
        licence=table.licence,
        assumed=(),
        inputs=tuple(
            Input(name, _ROLES.get(reference.split(".")[0], "any"), "1", floor, *bounds, reference=reference)
            for (name, reference), floor, bounds in zip(inputs.items(), shape.floors, ranges, strict=True)
        ),
        form=shape.form,
        flop=None,
        flop_source="",
        compute_floor=0.0,
        compute_range=None,
        parameters=dict(reader.taken),
    )


def _cobb_douglas(reader: _Reader) -> _Shape:
    """score = scale * prod (x / unit) ** a, as one posynomial term."""
    scale = reader.take("scale", ABOVE_ZERO, 1.0)
    powers = reader.each("a", NOT_NEGATIVE)
    units = reader.each("unit", ABOVE_ZERO, 1.0)
    reader.some("a", powers)
    log_coefficient = -math.log(scale) + sum(a * math.log(unit) for a, unit in zip(powers, units, strict=True))
    form = Posynomial(0.0, np.array([math.exp(log_coefficient)]), np.array([powers]))
    return _Shape(form, reader.floors(units))


def _ces(reader: _Reader) -> _Shape:
    """score = scale * (sum a (x / unit) ** rho) ** (1 / rho)."""
    rho = reader.take("rho", CES_POWER)
    scale = reader.take("scale", ABOVE_ZERO, 1.0)
    shares = reader.each("a", ABOVE_ZERO)
    units = reader.each("unit", ABOVE_ZERO, 1.0)
    floors = reader.floors(units)
    weights = [a * scale**rho for a in shares]
    if rho < 0.0:
        coefficients = np.array([weight * unit**-rho for weight, unit in zip(weights, units, strict=True)])
        form: Form = Posynomial(0.0, coefficients, np.diag(np.full(len(shares), -rho)))
        return _Shape(form, floors, power=-rho)
    terms = tuple(
        SeparableTerm(position, "linear" if rho == 1.0 else "power", weight, unit, rho)
        for position, (weight, unit) in enumerate(zip(weights, units, strict=True))
    )
    return _Shape(Separable(terms, "log", power=rho), floors)


def _leontief(reader: _Reader) -> _Shape:
    """score = min x / scale."""
    scales = reader.each("scale", ABOVE_ZERO)
    return _Shape(Minimum(np.array(scales)), [0.0] * len(scales))


def _saturating(reader: _Reader) -> _Shape:
    """value = sum weight (1 - exp(-x / k))."""
    return _bounded(reader, "saturation")


def _hyperbola(reader: _Reader) -> _Shape:
    """value = sum weight x / (x + k)."""
    return _bounded(reader, "hyperbola")


def _bounded(reader: _Reader, kind: Literal["saturation", "hyperbola"]) -> _Shape:
    scales = reader.each("k", ABOVE_ZERO)
    weights = reader.each("weight", NOT_NEGATIVE, 1.0)
    reader.some("weight", weights)
    terms = tuple(
        SeparableTerm(position, kind, weight, scale)
        for position, (weight, scale) in enumerate(zip(weights, scales, strict=True))
    )
    return _Shape(Separable(terms, "linear", range=sum(weights) or 1.0), [0.0] * len(terms))


def _table(reader: _Reader, points: Sequence[Sequence[float]], sense: int) -> _Shape:
    """value = the line through the points; they must rise (a loss: fall) ever more slowly."""
    found = reader.problems
    if len(reader.inputs) != 1:
        found.append(Problem("inputs", "law table has one input", str(len(reader.inputs)), "one name"))
    if len(points) < 2:
        found.append(Problem("points", "a table needs at least two points", str(len(points)), "[[input, value], …]"))
    for position, point in enumerate(points):
        if len(point) != 2 or not all(math.isfinite(number) for number in point) or point[0] < 0.0:
            allowed = "[input, value], input 0 or more"
            found.append(Problem(f"points[{position}]", "is not a point", str(list(point)), allowed))
    if found:
        raise LawError(found)
    pairs = tuple((float(x), sense * float(y)) for x, y in points)
    _check_shape(pairs, sense, found)
    if found:
        raise LawError(found)
    spread = pairs[-1][1] - pairs[0][1]
    form = Separable((SeparableTerm(0, "table", points=pairs),), "linear", range=spread)
    return _Shape(form, [0.0], ranges=((pairs[0][0] or None, pairs[-1][0]),))


def _check_shape(pairs: tuple[tuple[float, float], ...], sense: int, found: list[Problem]) -> None:
    """Inputs in rising order, values rising, slopes falling (of sense times the value)."""
    better = "rise" if sense > 0 else "fall"
    for position in range(1, len(pairs)):
        (left, low), (right, high) = pairs[position - 1 : position + 1]
        key = f"points[{position}]"
        if right <= left:
            found.append(Problem(key, "its input is not above the one before", f"{right:g}", f"above {left:g}"))
        elif high < low or (position == len(pairs) - 1 and high <= pairs[0][1]):
            message = f"the values must {better} with the input"
            found.append(Problem(key, message, f"{sense * high:g}", f"no worse than {sense * low:g}"))
    if found:
        return
    for position in range(1, len(pairs) - 1):
        (x0, y0), (x1, y1), (x2, y2) = pairs[position - 1 : position + 2]
        line = y0 + (y2 - y0) * (x1 - x0) / (x2 - x0)
        if y1 < line - 1e-12 * max(abs(y0), abs(y2)):
            side = "below" if sense > 0 else "above"
            message = f"the table is not {'concave' if sense > 0 else 'convex'} here: {line - y1:.6g} {side} the line"
            remedy = "an S-shaped table cannot be planned exactly: leave the point out to use the straight line instead"
            message += f" through points[{position - 1}] and points[{position + 1}]"
            at_least = f"at {'least' if sense > 0 else 'most'} {sense * line:g}"
            found.append(Problem(f"points[{position}]", message, f"{sense * y1:g}", at_least, remedy))


_MAKERS: Mapping[str, Callable[[_Reader], _Shape]] = {
    "cobb-douglas": _cobb_douglas,
    "ces": _ces,
    "leontief": _leontief,
    "saturating": _saturating,
    "hyperbola": _hyperbola,
}
