"""Card, overrides and measured point -> law, with every sign that concavity needs checked."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from allocator.errors import LawError, Problem
from allocator.quality.cards import Card, is_path, read_card
from allocator.quality.consistency import suggestion
from allocator.quality.expressions import ExpressionError, evaluate, names_in
from allocator.quality.forms import Monomial, Posynomial
from allocator.quality.generic import generic_law
from allocator.quality.law import Input, Law
from allocator.quality.repeats import Repeated, Wear
from allocator.quality.schema import Expression


def load_law(
    card: str,
    *,
    parameters: Mapping[str, float] | None = None,
    measured: Mapping[str, float] | None = None,
    points: Sequence[Sequence[float]] = (),
    inputs: Mapping[str, str] | None = None,
    base: Path | None = None,
) -> Law:
    """Load a quality law.

    Parameters
    ----------
    card : str
        A name of `law_names`, or the path of a card.
    parameters : mapping of str to float, optional
        Replace parameters of the card, or give those a generic law needs.
    measured : mapping of str to float, optional
        One result of your own, ``{"labels": 80e3, "value": 0.12}``, in the card's metric; sets the
        level of a card that has none.
    points : sequence of (input, metric), optional
        Of the law ``table``.
    inputs : mapping of str to str, optional
        Inputs of a generic law: its name -> the plan's quantity.
    base : Path, optional
        Folder a relative path of a card starts from.

    Raises
    ------
    LawError
        Every mistake at once; keys are relative to the model (``law``, ``parameters.E``,
        ``measured.labels``, ``points[2]``), or the card's own where the file is named.
    """
    given = (
        tuple((parameters or {}).items()),
        tuple((measured or {}).items()),
        tuple(map(tuple, points)),
        tuple((inputs or {}).items()),
    )
    if is_path(card):
        return _law(read_card(card, base), *given)
    return _shipped_law(card, *given)


@lru_cache(maxsize=256)
def _shipped_law(name: str, *given: Any) -> Law:
    """A law of the package with its numbers, made once: a sweep asks for the same one thousands of times."""
    return _law(read_card(name), *given)


def _law(
    read: Card,
    given_parameters: Sequence[tuple[str, float]],
    given_point: Sequence[tuple[str, float]],
    points: Sequence[Sequence[float]],
    given_inputs: Sequence[tuple[str, str]],
) -> Law:
    parameters, measured, inputs = dict(given_parameters), dict(given_point), dict(given_inputs)
    if read.table.form != "posynomial":
        return generic_law(read, parameters, measured, points, inputs)
    problems = []
    if inputs:
        own = ", ".join(read.table.inputs)
        problems.append(Problem("inputs", f"law {read.name} has inputs of its own ({own})", remedy="remove inputs"))
    if points:
        problems.append(Problem("points", f"law {read.name} is not a table", remedy="remove points, or use law table"))
    return _Numbers(read, parameters, measured, problems).law()


class _Numbers:
    """One posynomial card on its way to a law, collecting every problem on the way."""

    def __init__(
        self, card: Card, overrides: dict[str, float], measured: dict[str, float], problems: list[Problem]
    ) -> None:
        self.card, self.table, self.overrides, self.problems = card, card.table, overrides, problems
        self.values = dict(self.table.parameters)
        self._override()
        self._set_level(measured)

    def law(self) -> Law:
        """The finished law; raises LawError with everything found."""
        names = list(self.table.inputs)
        if self.problems:
            raise LawError(self.problems)
        offset = self._number("offset", self.table.offset, "E at least 0", lambda value: value >= 0.0)
        coefficients, exponents = [], []
        for position, term in enumerate(self.table.terms):
            key = f"terms[{position}]"
            coefficients.append(
                self._number(f"{key}.coefficient", term.coefficient, "above 0", lambda value: value > 0.0)
            )
            row = dict.fromkeys(names, 0.0)
            for name, power in term.exponents.items():
                row[name] = self._number(f"{key}.exponents.{name}", power, "at least 0", lambda value: value >= 0.0)
            if not self.problems and not any(row.values()):
                self._add(f"{key}.exponents", "every exponent is 0, so the term is a constant", "", "add it to offset")
            exponents.append(list(row.values()))
        entries = tuple(
            Input(name, entry.role, entry.unit, entry.floor, *(entry.range or (None, None)))
            for name, entry in self.table.inputs.items()
        )
        form = Posynomial(offset, np.array(coefficients), np.array(exponents))
        if self.table.repeats is not None:
            form = self._repeated(form, names)
        flop = self._flop(names)
        if self.problems:
            raise LawError(self.problems)
        table = self.table
        return Law(
            name=self.card.name,
            title=table.title,
            metric=table.metric,
            transform="accuracy" if table.metric == "accuracy" else "loss",
            power=1.0,
            sense=1 if table.metric == "accuracy" else -1,
            unit=table.unit,
            source=table.source,
            licence=table.licence,
            assumed=tuple(
                f"{name} = {self.values[name]:g} is assumed: {why}"
                for name, why in table.assumed.items()
                if name not in self.overrides
            ),
            inputs=entries,
            form=form,
            flop=flop,
            flop_source=table.flop.source if table.flop is not None else "",
            compute_floor=self._compute_floor(flop, entries),
            compute_range=(table.flop.range[0], table.flop.range[1]) if table.flop and table.flop.range else None,
            parameters=self.values,
            uncertainty={name: error for name, error in table.uncertainty.items() if name not in self.overrides},
        )

    def _override(self) -> None:
        known = [*self.table.parameters, *self.table.level]
        for name, value in self.overrides.items():
            key = f"parameters.{name}"
            if name not in known:
                message = f"law {self.card.name} has no such parameter"
                self.problems.append(Problem(key, message, str(value), ", ".join(known), suggestion(name, known)))
            elif not math.isfinite(value):
                self.problems.append(Problem(key, "is not a finite number", str(value)))
            else:
                self.values[name] = float(value)

    def _set_level(self, measured: dict[str, float]) -> None:
        """Parameters without a published value, from the measured point."""
        missing = [name for name in self.table.level if name not in self.overrides]
        if not missing:
            if measured:
                why = "has a level of its own" if not self.table.level else "takes its level from parameters here"
                self.problems.append(Problem("measured", f"law {self.card.name} {why}", remedy="remove measured"))
            return
        wanted = self.card.measured
        example = ", ".join(f"{name} = …" for name in wanted)
        for name, value in measured.items():
            if name not in wanted:
                remedy = suggestion(name, wanted)
                self.problems.append(Problem(f"measured.{name}", "unknown key", str(value), ", ".join(wanted), remedy))
            elif not (math.isfinite(value) and value > 0.0):
                self.problems.append(Problem(f"measured.{name}", "is not above 0", str(value), "a number above 0"))
            elif name == "value" and self.table.metric in ("error", "accuracy") and value >= 1.0:
                allowed = f"the {self.table.metric} as a share, between 0 and 1"
                self.problems.append(
                    Problem("measured.value", "is not a share", str(value), allowed, "write 12 % as 0.12")
                )
        for name in wanted:
            if name not in measured:
                self.problems.append(
                    Problem(
                        f"measured.{name}" if measured else "measured",
                        f"law {self.card.name} has no published level; one result of your own sets it",
                        remedy=f"write measured = {{{example}}}, value being the {self.table.metric}",
                    )
                )
                if not measured:
                    break
        if self.problems:
            return
        scope = {**self.values, **measured}
        if self.table.metric == "accuracy":
            scope["value"] = 1.0 - measured["value"]
        for name in missing:
            try:
                self.values[name] = evaluate(self.table.level[name], scope)
            except ExpressionError as error:
                self._add(f"level.{name}", str(error), self.table.level[name], "")

    def _number(self, key: str, expression: Expression, allowed: str, accept: Callable[[float], bool]) -> float:
        """The value of an expression of the card; a problem and 1.0 where it is not acceptable."""
        try:
            value = evaluate(expression, self.values)
        except ExpressionError as error:
            self._add(key, str(error), str(expression), allowed)
            return 1.0
        if accept(value):
            return value
        shown = f"{value:g}" if not isinstance(expression, str) else f"{expression} = {value:g}"
        names = names_in(expression)
        blamed = [name for name in names if name in self.overrides]
        if blamed:
            message = f"the law is not concave or not falling with it ({self.card.file}: {key})"
            self.problems.append(Problem(f"parameters.{blamed[0]}", message, shown, allowed))
        elif any(name in self.table.level for name in names):
            behind = dict.fromkeys(part for name in names if name in self.table.level for part in self._behind(name))
            message = f"the level it sets is out of range ({self.card.file}: {key})"
            remedy = f"check the measured point against {', '.join(behind)}" if behind else "check the measured point"
            self.problems.append(Problem("measured.value", message, shown, allowed, remedy))
        else:
            self._add(key, "is out of range: the law would not be concave, or not fall with its inputs", shown, allowed)
        return 1.0

    def _behind(self, level: str) -> list[str]:
        """Parameters, as `name = value`, that a level is computed with."""
        names = names_in(self.table.level[level])
        return [f"{name} = {self.values[name]:g}" for name in names if name in self.table.parameters]

    def _repeated(self, plain: Posynomial, names: list[str]) -> Repeated:
        """The same terms over what the inputs are worth."""
        repeats, excess = self.table.repeats, self.table.excess
        assert repeats is not None  # the caller asks only then
        above: tuple[str, Callable[[float], bool]] = ("above 0", lambda value: value > 0.0)
        processed = names.index(repeats.processed)
        wears = [Wear(processed, self._number("repeats.constant", repeats.constant, *above))]
        if excess is not None:
            wears.append(
                Wear(
                    names.index(excess.input),
                    self._number("excess.constant", excess.constant, *above),
                    self._number("excess.coefficient", excess.coefficient, *above),
                    self._number("excess.exponent", excess.exponent, "at least 0", lambda value: value >= 0.0),
                )
            )
        return Repeated(
            plain.E, plain.coefficients, plain.exponents, names.index(repeats.unique), processed, tuple(wears)
        )

    def _flop(self, names: list[str]) -> Monomial | None:
        table = self.table.flop
        if table is None:
            return None
        constant = self._number("flop.constant", table.constant, "above 0", lambda value: value > 0.0)
        powers = []
        for name in names:
            power = table.exponents.get(name, 0.0)
            if power < 0.0:
                self._add(f"flop.exponents.{name}", "a larger run cannot cost less", f"{power:g}", "at least 0")
            powers.append(power)
        return Monomial(constant, np.array(powers))

    def _compute_floor(self, flop: Monomial | None, entries: tuple[Input, ...]) -> float:
        """The card's floor, and never less than a run with every input at its own."""
        if flop is None or self.table.flop is None:
            return 0.0
        return max(self.table.flop.floor, float(flop.value([entry.floor for entry in entries])))

    def _add(self, key: str, message: str, found: str, allowed: str) -> None:
        self.problems.append(Problem(key, message, found, allowed, file=self.card.file))
