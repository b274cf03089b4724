"""Arithmetic in cards: ``"a * 6^-eta"`` over the card's own parameters, nothing more."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping

_OPERATIONS: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}
GRAMMAR = "numbers, parameter names, + - * / ^ and brackets"


class ExpressionError(ValueError):
    """An expression that cannot be read or computed; its text says why, in one clause."""


def names_in(expression: float | str) -> tuple[str, ...]:
    """Names an expression uses, in order of appearance; none for a number.

    Raises
    ------
    ExpressionError
        The text is not an expression.
    """
    if not isinstance(expression, str):
        return ()
    found = (node.id for node in ast.walk(_parse(expression)) if isinstance(node, ast.Name))
    return tuple(dict.fromkeys(found))


def evaluate(expression: float | str, values: Mapping[str, float]) -> float:
    """The number an expression stands for.

    Parameters
    ----------
    expression : float or str
        A number, or text such as ``"a * 6^-eta"``.
    values : mapping of str to float
        What each name is worth.

    Raises
    ------
    ExpressionError
        Unknown name, forbidden syntax, or no finite real result.
    """
    if not isinstance(expression, str):
        return float(expression)
    try:
        result = _compute(_parse(expression), values)
    except (ZeroDivisionError, OverflowError) as error:
        raise ExpressionError(f"has no finite value ({error})") from error
    if isinstance(result, complex) or result != result or abs(result) == float("inf"):
        raise ExpressionError("has no finite real value")
    return result


def _parse(expression: str) -> ast.expr:
    try:
        return ast.parse(expression.replace("^", "**").strip(), mode="eval").body
    except SyntaxError as error:
        raise ExpressionError("is not an arithmetic expression") from error


def _compute(node: ast.expr, values: Mapping[str, float]) -> float:
    match node:
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
            return float(number)
        case ast.Name(id=name):
            if name not in values:
                raise ExpressionError(f"uses '{name}', which is not a parameter here")
            return values[name]
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_compute(operand, values)
        case ast.BinOp(left=left, op=operation, right=right) if type(operation) in _OPERATIONS:
            return _OPERATIONS[type(operation)](_compute(left, values), _compute(right, values))
        case _:
            raise ExpressionError(f"may hold only {GRAMMAR}")
