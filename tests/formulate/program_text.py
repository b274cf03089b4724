"""A program, or some of its rows, as text in the LP format, in natural units.

Columns and rows are named by their block and label. Curves, whole units other than one and the second
pass's cost have no place in the format: they are comment lines, so that they can be read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from fnmatch import fnmatchcase

import numpy as np

from allocator.formulate.curves import CurveKind
from allocator.formulate.program import Block, Program

_CURVES = {
    CurveKind.LOG: "{y} <= log({x})",
    CurveKind.EXP: "{y} >= exp({x})",
    CurveKind.POWER: "{y} <= ({x}) ^ {exponent}",
    CurveKind.SATURATION: "{y} <= 1 - exp(-({x}))",
    CurveKind.HYPERBOLA: "{y} <= ({x}) / (1 + {x})",
    CurveKind.REPEATS: "{y} <= log(1 + {exponent} (1 - exp((1 - exp({x})) / {exponent}))), and {x} below 0",
}


def write_program(program: Program, title: str, families: Sequence[str], *, second_pass: bool = False) -> str:
    """The rows whose family matches one of `families`, with what `shown_part` shows of the rest."""
    rows, columns, shown_curves = shown_part(program, families)
    matrix = program.matrix.tocsr()
    names, row_names = _names(program.columns), _names(program.rows)
    gains = [(float(program.objective[j]), names[j]) for j in columns if program.objective[j]]
    lines = [f"\\ {title}", "Maximize", f" obj: {_sum(gains)}".rstrip()]
    if second_pass:
        costs = [(float(program.outflow[j]), names[j]) for j in columns if program.outflow[j]]
        lines.append(f"\\ second pass: minimise {_sum(costs)}")
    lines.append("Subject To")
    for block in program.rows:
        here = [row for row in block.index if row in set(rows)]
        if here:
            lines.append(f"\\ {block.sentence}")
        for row in here:
            entries = sorted(zip(matrix[row].indices, matrix[row].data, strict=True))
            terms = _sum([(float(value), names[column]) for column, value in entries])
            lines.append(f" {row_names[row]}: {terms} {_side(program.row_lower[row], program.row_upper[row])}")
    lines += [f"\\ curve: {curve_text(program, i, names)}" for i in shown_curves]
    lines.append("Bounds")
    lines += [f" {_bound(float(program.col_lower[j]), float(program.col_upper[j]), names[j])}" for j in columns]
    whole = [j for j in columns if program.integer[j]]
    if whole:
        lines.append("General")
        lines += [f" {names[j]}" for j in whole if program.col_scale[j] == 1.0]
        lines += [
            f"\\ whole multiples of {program.col_scale[j]:g}: {names[j]}" for j in whole if program.col_scale[j] != 1
        ]
    return "\n".join([*lines, "End", ""])


def shown_part(program: Program, families: Sequence[str]) -> tuple[list[int], list[int], list[int]]:
    """Rows of the families (``*`` stands for anything), their columns, and the curves of any of these.

    The columns of those curves are shown too.
    """
    rows = [
        int(row)
        for block in program.rows
        if any(fnmatchcase(block.name, family) for family in families)
        for row in block.index
    ]
    columns = {int(column) for column in program.matrix.tocsr()[rows].indices}
    x, y = program.curves.x, program.curves.y
    curves = [i for i in range(len(x)) if {int(x[i]), int(y[i])} & columns]
    columns |= {int(column) for i in curves for column in (x[i], y[i])}
    return rows, sorted(columns), curves


def row_line(text: str, name: str) -> str:
    """The row called `name` in `text`, without its name."""
    found = [line for line in text.splitlines() if line.startswith(f" {name}: ")]
    assert len(found) == 1, f"{len(found)} rows are called {name}"
    return found[0].removeprefix(f" {name}: ")


def _names(blocks: Sequence[Block]) -> list[str]:
    return [plain(f"{block.name}@{label}" if label else block.name) for block in blocks for label in block.labels]


def plain(text: str) -> str:
    """`text` as a name of the LP format, which knows no blanks, signs or brackets."""
    return re.sub(r"[^A-Za-z0-9_.@]+", "_", text.replace("-", ".")).strip("_")


def number(value: float) -> str:
    """Six digits: enough to read, fewer than what machines differ in."""
    return f"{value:.6g}"


def _sum(terms: list[tuple[float, str]]) -> str:
    text = ""
    for value, name in terms:
        size = "" if abs(value) == 1.0 else f"{number(abs(value))} "
        sign = "-" if value < 0 else "+" if text else ""
        text += f" {sign} {size}{name}" if text else f"{'- ' if sign else ''}{size}{name}"
    return text


def _side(lower: float, upper: float) -> str:
    if lower == upper:
        return f"= {number(lower + 0.0)}"
    if np.isinf(upper):
        return f">= {number(lower + 0.0)}"
    assert np.isinf(lower), "no row of a program has two different sides"
    return f"<= {number(upper + 0.0)}"


def _bound(lower: float, upper: float, name: str) -> str:
    if np.isneginf(lower) and np.isposinf(upper):
        return f"{name} free"
    left = "-inf" if np.isneginf(lower) else number(lower + 0.0)
    return f"{left} <= {name}" if np.isposinf(upper) else f"{left} <= {name} <= {number(upper + 0.0)}"


def curve_text(program: Program, i: int, names: Sequence[str]) -> str:
    """Curve `i` in natural units."""
    curves = program.curves
    x = _over(names[curves.x[i]], program.col_scale[curves.x[i]])
    if curves.shift[i]:
        x += f" + {number(curves.shift[i])}"
    y = _over(names[curves.y[i]], program.col_scale[curves.y[i]])
    return _CURVES[CurveKind(int(curves.kind[i]))].format(x=x, y=y, exponent=number(curves.exponent[i]))


def _over(name: str, scale: float) -> str:
    return name if scale == 1.0 else f"{name} / {number(scale)}"
