"""Which numbers of a plan's program follow a price of a month, and how: read off the plan's own formulation.

Every constraint is stated once, in the parts of `formulate/`. What a price does to it is found by
writing the plan anew with prices that can be told apart and looking at what moved: coefficients,
right-hand sides and objectives are affine in each month's price, so a factor of its own for
every price names the one an entry follows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from allocator.errors import UsageError
from allocator.formulate.build import Formulation, formulate
from allocator.formulate.curves import FloatArray, IntArray
from allocator.formulate.frame import FixedFlow, Flow
from allocator.plan import Plan

# An entry follows a price when it moves by that price's factor, to this much of it.
_SAME = 1e-6
# What is left of an entry without its price is rounding below this share of it.
_NOTHING = 1e-9
# How well a path's own formulation must be met, relative to each number.
_REPRODUCED = 1e-11


@dataclass(frozen=True)
class PriceMap:
    """The numbers of a program as constants plus prices.

    ``numbers[k] = constant[k] + sum of slope[i] * price[slot[i]] over the entries i with entry[i] = k``,
    where `numbers` are those of `numbers_of`, end to end.

    Attributes
    ----------
    base : Formulation
        The plan with every varied price above zero, so that no coefficient is missing.
    fields : tuple of str
        The varied fields, ``compute.cloud.price``.
    constant : ndarray, shape (n_numbers,)
    entry, slot : ndarray of int, shape (k,)
        Number and price (field * T + month), in order of the numbers.
    slope : ndarray, shape (k,)
    """

    base: Formulation
    fields: tuple[str, ...]
    constant: FloatArray
    entry: IntArray
    slot: IntArray
    slope: FloatArray

    def values(self, prices: FloatArray, numbers: IntArray) -> FloatArray:
        """The `numbers` (positions, ascending) on every path; `prices` shape (S, F * T), answer (S, len(numbers))."""
        result = np.repeat(self.constant[numbers][None, :], len(prices), axis=0)
        place = np.searchsorted(numbers, self.entry)
        inside = place < len(numbers)
        inside[inside] = numbers[place[inside]] == self.entry[inside]
        place = place[inside]
        terms = prices[:, self.slot[inside]] * self.slope[inside]
        once = np.bincount(place, minlength=len(numbers))[place] == 1
        result[:, place[once]] += terms[:, once]
        for one in np.flatnonzero(~once):
            result[:, place[one]] += terms[:, one]
        return result

    def following(self, varied: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> IntArray:
        """Positions of the numbers that follow any of the prices marked in `varied`, shape (F * T,)."""
        return np.unique(self.entry[varied[self.slot]])


def numbers_of(formulation: Formulation) -> dict[str, FloatArray]:
    """Everything in a formulation that a price may move, by name, in a fixed order."""
    program = formulation.program
    numbers = {
        "matrix": program.matrix.data,
        "row_lower": program.row_lower,
        "row_upper": program.row_upper,
        "objective": program.objective,
        "outflow": program.outflow,
    }
    for name, flows in (("spending", formulation.spending), ("received", formulation.received)):
        numbers |= {f"{name} {place}": flow.coefficients for place, flow in enumerate(flows)}
    for name, constants in (("fixed", formulation.fixed), ("received fixed", formulation.received_fixed)):
        numbers |= {f"{name} {place}": constant.amounts for place, constant in enumerate(constants)}
    return numbers


def with_numbers(base: Formulation, plan: Plan, numbers: FloatArray) -> Formulation:
    """`base` for another plan of the same shape, with `numbers` (those of `numbers_of`, end to end) for its own."""
    parts = _parts(base, numbers)
    matrix = base.program.matrix.copy()
    matrix.data = parts["matrix"]
    program = replace(
        base.program,
        matrix=matrix,
        row_lower=parts["row_lower"],
        row_upper=parts["row_upper"],
        objective=parts["objective"],
        outflow=parts["outflow"],
    )

    def flows(name: str, given: tuple[Flow, ...]) -> tuple[Flow, ...]:
        return tuple(replace(flow, coefficients=parts[f"{name} {place}"]) for place, flow in enumerate(given))

    def constants(name: str, given: tuple[FixedFlow, ...]) -> tuple[FixedFlow, ...]:
        return tuple(replace(flow, amounts=parts[f"{name} {place}"]) for place, flow in enumerate(given))

    return replace(
        base,
        plan=plan,
        program=program,
        spending=flows("spending", base.spending),
        received=flows("received", base.received),
        fixed=constants("fixed", base.fixed),
        received_fixed=constants("received fixed", base.received_fixed),
    )


def with_prices(plan: Plan, prices: Mapping[str, Sequence[float] | FloatArray]) -> Plan:
    """The plan with other values in monthly fields, ``{"compute.cloud.price": [2.1, 2.0, ...]}``.

    The values are taken as they are, in base units; the document stays the plan's own.
    """
    sections: dict[str, dict[str, dict[str, tuple[float, ...]]]] = {}
    for path, values in prices.items():
        section, name, field = path.split(".")
        sections.setdefault(section, {}).setdefault(name, {})[field] = tuple(map(float, values))
    update = {}
    for section, by_name in sections.items():
        items = dict(getattr(plan, section))
        for name, fields in by_name.items():
            items[name] = items[name].model_copy(update=fields)
        update[section] = items
    return plan.model_copy(update=update)


def monthly_field(plan: Plan, path: str) -> FloatArray:
    """The T values of a monthly field of the plan.

    Raises
    ------
    UsageError
        When the plan has no such field, or it does not vary by month.
    """
    parts = path.split(".")
    section = getattr(plan, parts[0], None)
    item = section.get(parts[1]) if isinstance(section, dict) and len(parts) == 3 else None
    value = getattr(item, parts[-1], None)
    months = plan.plan.months
    if not isinstance(value, tuple) or len(value) != months or not all(isinstance(entry, float) for entry in value):
        raise UsageError(
            f"{path} is no field of the plan that has a value for each month; "
            "name one as section.name.field, for instance compute.cloud.price"
        )
    return np.array(value, dtype=float)


def map_prices(plan: Plan, fields: Sequence[str]) -> PriceMap:
    """Find which numbers of the plan's program follow which month of which field.

    Raises
    ------
    UsageError
        When a field moves what no price should move, such as a bound or a pattern, or moves a
        number otherwise than in proportion.
    """
    months = plan.plan.months
    levels = {path: _above_zero(monthly_field(plan, path)) for path in fields}
    base = formulate(with_prices(plan, levels))
    start = _joined(base)
    # Unevenly spaced factors, so that the mean of two is hardly ever a third.
    count = len(fields) * months
    codes = (0.1 + 0.8 * (np.arange(count) / max(count, 1)) ** 1.37).reshape(len(fields), months)
    found = _follow(plan, base, start, levels, dict(zip(fields, codes, strict=True)), tuple(fields))
    if found is None:
        # Some number follows several fields: ask one field at a time.
        each = [_follow(plan, base, start, levels, {path: codes[0]}, tuple(fields)) for path in fields]
        if any(part is None for part in each):
            raise UsageError(
                "a number of the program follows several months of one field, so that the plan cannot be laid out "
                f"over paths of {', '.join(fields)}"
            )
        joined = [np.concatenate(arrays) for arrays in zip(*(part for part in each if part is not None), strict=True)]
        order = np.argsort(joined[0], kind="stable")
        found = (joined[0][order], joined[1][order], joined[2][order])
    entry, slot, slope = found
    level = np.concatenate([levels[path] for path in fields] or [np.empty(0)])
    constant = start.copy()
    np.subtract.at(constant, entry, slope * level[slot])
    rounding = np.abs(constant[entry]) < _NOTHING * np.abs(start[entry])
    constant[entry[rounding]] = 0.0
    return PriceMap(base, tuple(fields), constant, entry, slot, slope)


def verify(price_map: PriceMap, plan: Plan, prices: FloatArray) -> None:
    """Hold the map to the path's own formulation; `prices` shape (F, T).

    Raises
    ------
    UsageError
        When a number differs: it is not affine in the prices.
    """
    base = price_map.base
    own = formulate(
        with_prices(plan, dict(zip(price_map.fields, prices, strict=True))), reference=base.program.reference
    )
    dense = own.program.matrix[_entry_rows(base), _entry_columns(base)].A1 if base.program.matrix.nnz else np.empty(0)
    theirs = np.concatenate([dense, *list(numbers_of(own).values())[1:]])
    if own.program.matrix.nnz > np.count_nonzero(dense):
        raise UsageError("the program of a path has coefficients that the plan's has not")
    mine = price_map.values(prices.reshape(1, -1), np.arange(len(price_map.constant)))[0]
    both = np.isfinite(theirs)
    off = np.abs(mine[both] - theirs[both]) > _REPRODUCED * np.maximum(np.abs(theirs[both]), np.abs(mine[both]))
    # What cancels to nothing may leave rounding.
    off &= np.abs(mine[both] - theirs[both]) > _REPRODUCED * np.abs(price_map.constant[both])
    if off.any() or not np.array_equal(mine[~both], theirs[~both]):
        raise UsageError(
            f"the program does not follow {', '.join(price_map.fields)} in proportion, so that the plan cannot be "
            "laid out over their paths"
        )


def _follow(
    plan: Plan,
    base: Formulation,
    start: FloatArray,
    levels: Mapping[str, FloatArray],
    codes: Mapping[str, FloatArray],
    fields: tuple[str, ...],
) -> tuple[IntArray, IntArray, FloatArray] | None:
    """Entries, slots and slopes of what moves with the fields in `codes`; None where one follows several prices."""
    months = plan.plan.months
    told_apart = _numbers_at(plan, base, {path: levels[path] * (1.0 + code) for path, code in codes.items()}, levels)
    doubled = _numbers_at(plan, base, {path: 2.0 * levels[path] for path in codes}, levels)
    with np.errstate(invalid="ignore"):
        moved = np.flatnonzero((doubled != start) | (told_apart != start))
        whole, part = doubled[moved] - start[moved], told_apart[moved] - start[moved]
    known = np.concatenate(list(codes.values())) if codes else np.empty(0)
    slots = np.concatenate([fields.index(path) * months + np.arange(months) for path in codes] or [np.empty(0, int)])
    order = np.argsort(known)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = part / whole
    nearest = np.clip(np.searchsorted(known[order], ratio), 1, max(len(known) - 1, 1))
    left = nearest - 1
    nearest = np.minimum(nearest, len(known) - 1)
    choose_left = np.abs(known[order][left] - ratio) <= np.abs(known[order][nearest] - ratio)
    at = order[np.where(choose_left, left, nearest)] if len(moved) else np.empty(0, np.int64)
    if not np.all(np.abs(known[at] - ratio) <= _SAME):
        return None
    level = np.concatenate([levels[path] for path in codes] or [np.empty(0)])
    return moved, slots[at], whole / level[at]


def _numbers_at(
    plan: Plan, base: Formulation, prices: Mapping[str, FloatArray], levels: Mapping[str, FloatArray]
) -> FloatArray:
    """The numbers with other prices, after a look at what must stay."""
    moved = formulate(with_prices(plan, {**levels, **prices}), reference=base.program.reference)
    old, new = base.program, moved.program
    for name, before, after in (
        ("a bound", np.stack([old.col_lower, old.col_upper]), np.stack([new.col_lower, new.col_upper])),
        ("a scale", np.concatenate([old.col_scale, old.row_scale]), np.concatenate([new.col_scale, new.row_scale])),
        ("the pattern", old.matrix.indices, new.matrix.indices),
        ("a curve", old.curves.shift, new.curves.shift),
    ):
        if not np.array_equal(before, after):
            raise UsageError(f"{', '.join(prices)} moves {name} of the program, which no price does; vary prices only")
    return _joined(moved)


def _above_zero(level: FloatArray) -> FloatArray:
    """A price of nothing leaves no coefficient behind to be found: stand in for it."""
    typical = float(level.max(initial=0.0)) or 1.0
    return np.where(level > 0.0, level, typical)


def _joined(formulation: Formulation) -> FloatArray:
    return np.concatenate(list(numbers_of(formulation).values()))


def _parts(base: Formulation, numbers: FloatArray) -> dict[str, FloatArray]:
    own = numbers_of(base)
    ends = np.cumsum([len(part) for part in own.values()])
    return dict(zip(own, np.split(numbers, ends[:-1]), strict=True))


def _entry_rows(formulation: Formulation) -> IntArray:
    return np.asarray(formulation.program.matrix.indices, dtype=np.int64)


def _entry_columns(formulation: Formulation) -> IntArray:
    matrix = formulation.program.matrix
    return np.repeat(np.arange(matrix.shape[1]), np.diff(matrix.indptr))
