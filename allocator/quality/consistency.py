"""What no key of a card shows alone: names that lead nowhere, parts a form needs or cannot use."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import suppress
from difflib import get_close_matches

from allocator.errors import Problem
from allocator.quality.expressions import ExpressionError, names_in
from allocator.quality.schema import CardTable, Expression

EXPRESSION_HINT = 'a number, or arithmetic over the card\'s parameters: "a * 6^-eta"'
_NUMBERS_FROM_PLAN = ("inputs", "terms", "repeats", "excess", "flop", "level", "parameters")


def suggestion(word: str, known: Collection[str]) -> str:
    """``did you mean 'x'?`` when a known word is close, else an empty string."""
    close = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"did you mean '{close[0]}'?" if close else ""


def inconsistencies(table: CardTable) -> Iterator[Problem]:
    """Every inconsistency of a card, keys as the file writes them."""
    if table.points and table.form != "table":
        yield Problem("points", "only a card of form 'table' has points", remedy="remove it")
    if table.form != "posynomial":
        for key in _NUMBERS_FROM_PLAN:
            if getattr(table, key):
                message = f"a card of form '{table.form}' takes its numbers and inputs from the plan"
                yield Problem(key, message, remedy=f"remove [{key}]")
        if table.form != "table" and table.metric not in ("score", "accuracy"):
            yield Problem("metric", f"form '{table.form}' rises with its inputs", table.metric, "score, accuracy")
        return
    if table.metric == "score":
        allowed = "loss, error, accuracy (one minus the posynomial)"
        yield Problem("metric", "a posynomial falls with its inputs", table.metric, allowed)
    for key in ("inputs", "terms"):
        if not getattr(table, key):
            yield Problem(key, "a posynomial card needs at least one", remedy=f"add [{key}]")
    yield from _terms(table)
    yield from _repeats(table)
    yield from _flop(table)
    yield from _level(table)
    yield from _inputs(table)
    yield from _idle(table)


def _terms(table: CardTable) -> Iterator[Problem]:
    parameters = [*table.parameters, *table.level]
    yield from _expression("offset", table.offset, parameters)
    for position, term in enumerate(table.terms):
        key = f"terms[{position}]"
        yield from _expression(f"{key}.coefficient", term.coefficient, parameters)
        yield from _unknown(f"{key}.exponents", term.exponents, table.inputs, "no input of this card")
        for name, power in term.exponents.items():
            yield from _expression(f"{key}.exponents.{name}", power, parameters)


def _repeats(table: CardTable) -> Iterator[Problem]:
    """Items processed more than once: bought as they are, paid for in FLOP by the pass."""
    repeats, excess, parameters = table.repeats, table.excess, [*table.parameters, *table.level]
    if repeats is None:
        if excess is not None:
            yield Problem(
                "excess", "says what unique items support, and no [repeats] names them", remedy="add [repeats]"
            )
        return
    yield from _expression("repeats.constant", repeats.constant, parameters)
    used = {name for term in table.terms for name in term.exponents}
    costs = {} if table.flop is None else table.flop.exponents
    for key, name, role in (("unique", repeats.unique, "data"), ("processed", repeats.processed, "free")):
        if name not in table.inputs:
            yield _no_input(f"repeats.{key}", name, table)
        elif table.inputs[name].role != role:
            message = f"the {key} items are an input of role {role}"
            yield Problem(f"inputs.{name}.role", message, table.inputs[name].role, role, f'write role = "{role}"')
    if repeats.unique in used or repeats.unique in costs:
        message = "unique items count, and cost FLOP, as often as they are processed"
        yield Problem(
            "repeats.unique", message, repeats.unique, remedy=f"write {repeats.processed} in [[terms]] and [flop]"
        )
    paid = [name for name, power in costs.items() if power > 0.0 and name != repeats.processed]
    if len(paid) > 1:
        message = "besides the processed items at most one input may cost FLOP"
        yield Problem("flop.exponents", message, ", ".join(paid), "one of them", "leave the others out")
    if excess is None:
        return
    if excess.input == repeats.processed or excess.input == repeats.unique:
        yield Problem("excess.input", "is counted by [repeats] already", excess.input, remedy="name the model's size")
    if excess.input not in table.inputs:
        yield _no_input("excess.input", excess.input, table)
    for key in ("constant", "coefficient", "exponent"):
        yield from _expression(f"excess.{key}", getattr(excess, key), parameters)


def _no_input(key: str, name: str, table: CardTable) -> Problem:
    return Problem(key, "no input of this card", name, ", ".join(table.inputs), suggestion(name, table.inputs))


def _flop(table: CardTable) -> Iterator[Problem]:
    if table.flop is None:
        return
    yield from _expression("flop.constant", table.flop.constant, list(table.parameters))
    yield from _unknown("flop.exponents", table.flop.exponents, table.inputs, "no input of this card")
    yield from _range("flop.range", table.flop.range)


def _level(table: CardTable) -> Iterator[Problem]:
    known = [*table.parameters, *table.inputs, "value"]
    for name, text in table.level.items():
        yield from _expression(f"level.{name}", text, known)
        if name in table.parameters:
            yield Problem(f"level.{name}", "stands in [parameters] too", remedy="keep one of them")
    yield from _unknown("assumed", table.assumed, table.parameters, "no parameter of this card")
    yield from _unknown("uncertainty", table.uncertainty, table.parameters, "no parameter of this card")


def _inputs(table: CardTable) -> Iterator[Problem]:
    used = {name for term in table.terms for name in term.exponents}
    if table.repeats is not None:
        used.add(table.repeats.unique)
    costs = {} if table.flop is None else table.flop.exponents
    for name, entry in table.inputs.items():
        key = f"inputs.{name}"
        yield from _range(f"{key}.range", entry.range)
        if name not in used:
            yield Problem(key, "no term uses it", remedy="remove it, or add it to the exponents of a term")
        if entry.role == "free" and costs.get(name, 0.0) <= 0.0:
            remedy = f"give it an exponent above 0 in [flop]: exponents = {{{name} = 1.0}}"
            yield Problem(key, "nothing limits a free input that costs no FLOP", remedy=remedy)


def _idle(table: CardTable) -> Iterator[Problem]:
    """Parameters nothing uses: changing one would change nothing, silently."""
    texts: list[Expression] = [table.offset, *table.level.values()]
    texts += [part for term in table.terms for part in (term.coefficient, *term.exponents.values())]
    if table.flop is not None:
        texts.append(table.flop.constant)
    if table.repeats is not None:
        texts.append(table.repeats.constant)
    if table.excess is not None:
        texts += [table.excess.constant, table.excess.coefficient, table.excess.exponent]
    used: set[str] = set()
    for text in texts:
        # What cannot be read has been reported where it stands.
        with suppress(ExpressionError):
            used.update(names_in(text))
    for section, names in (("parameters", table.parameters), ("level", table.level)):
        for name in names:
            if name not in used:
                yield Problem(f"{section}.{name}", "nothing uses it", remedy="remove it, or write it into a term")


def _expression(key: str, expression: Expression, known: list[str]) -> Iterator[Problem]:
    try:
        names = names_in(expression)
    except ExpressionError as error:
        yield Problem(key, str(error), str(expression), EXPRESSION_HINT)
        return
    for name in names:
        if name not in known:
            message = f"uses '{name}', which is not known here"
            yield Problem(key, message, str(expression), ", ".join(known), suggestion(name, known))


def _unknown(key: str, entries: Collection[str], known: Collection[str], message: str) -> Iterator[Problem]:
    for name in entries:
        if name not in known:
            yield Problem(f"{key}.{name}", message, allowed=", ".join(known), remedy=suggestion(name, known))


def _range(key: str, bounds: list[float]) -> Iterator[Problem]:
    if bounds and (len(bounds) != 2 or not 0.0 < bounds[0] <= bounds[1]):
        yield Problem(key, "is not a range", str(bounds), "[low, high], both above 0")
