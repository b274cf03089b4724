"""Where each quantity of the table in `plan/quantities.py` stands in the program: months, columns, coefficients."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from allocator.formulate.cash import opens_with_capital
from allocator.formulate.compute import cohorts_ended, cohorts_sold
from allocator.formulate.curves import FloatArray, IntArray
from allocator.formulate.frame import CATEGORIES, FixedFlow, Flow, Frame, joined, leaving_share, monthly_rate
from allocator.formulate.funding import dilution_flows
from allocator.formulate.objective import CAPITAL
from allocator.formulate.raising import RAISED
from allocator.plan import Quantity
from allocator.plan.schema import Model, Offer


@dataclass(frozen=True, eq=False)
class Linear:
    """A quantity by month: `coefficients[i] * x[columns[i]]` in month `months[i]`, and `fixed`, shape (T,).

    Months are 0-based positions.
    """

    months: IntArray
    columns: IntArray
    coefficients: FloatArray
    fixed: FloatArray

    def among(self, chosen: IntArray) -> Linear:
        """Return what falls into some months."""
        inside = np.isin(self.months, chosen)
        return Linear(self.months[inside], self.columns[inside], self.coefficients[inside], self.fixed)


Stated = Callable[[Frame, Quantity], Linear]


def measured(frame: Frame, quantity: Quantity) -> Linear:
    """Return a quantity of the plan as the program has it."""
    measure = quantity.of
    stated = _STATED.get((measure.section, measure.name))
    if stated is not None:
        return stated(frame, quantity)
    if measure.money == "paid":
        if quantity.item is None and quantity.detail is None:
            names = [f"spend.{name}" for name in CATEGORIES if measure.section in ("total", name)]
            return _families(frame, names)
        return _money(frame, frame.spending, frame.fixed, measure.section, quantity.item, quantity.detail)
    if measure.money == "received":
        return _money(frame, frame.received, frame.received_fixed, measure.section, quantity.item, None)
    return _families(frame, [name.format(item) for item in _items(frame, quantity) for name in measure.columns])


def unit(frame: Frame, quantity: Quantity) -> str:
    """Return the unit of a quantity."""
    measure = quantity.of
    if measure.unit == "money":
        return frame.currency
    if measure.unit == "item":
        return frame.plan.data[_items(frame, quantity)[0]].unit
    return measure.unit


def _items(frame: Frame, quantity: Quantity) -> list[str]:
    """The item that is meant, or all of the section that have the quantity."""
    if not quantity.of.items:
        return [""]
    if quantity.item is not None:
        return [quantity.item]
    kinds = quantity.of.kinds
    items = getattr(frame.plan, quantity.section)
    return [name for name, item in items.items() if not kinds or item.kind in kinds]


def _families(frame: Frame, names: Iterable[str]) -> Linear:
    """Families of monthly columns, of which those that the program lacks are nothing."""
    found = [frame.columns[name] for name in names if name in frame.columns]
    return _linear(frame, [(np.arange(len(columns)), columns, np.ones(len(columns))) for columns in found])


def _linear(
    frame: Frame, entries: Sequence[tuple[IntArray, IntArray, FloatArray]], fixed: FloatArray | None = None
) -> Linear:
    none = np.empty(0, np.int64)
    return Linear(
        np.concatenate([none, *(months for months, _, _ in entries)]),
        np.concatenate([none, *(columns for _, columns, _ in entries)]),
        np.concatenate([np.empty(0), *(coefficients for _, _, coefficients in entries)]),
        np.zeros(frame.months) if fixed is None else fixed,
    )


def _money(
    frame: Frame,
    flows: Iterable[Flow],
    constants: Iterable[FixedFlow],
    category: str,
    item: str | None = None,
    line: str | None = None,
) -> Linear:
    """Money of a category, of one item or one line of it."""

    def chosen(flow: Flow | FixedFlow) -> bool:
        return flow.category == category and item in (None, flow.item) and line in (None, flow.line)

    mine = [flow for flow in flows if chosen(flow)]
    fixed = np.zeros(frame.months)
    for constant in constants:
        if chosen(constant):
            fixed += constant.amounts
    return _linear(frame, [joined(mine)] if mine else [], fixed)


def _opening_cash(frame: Frame, _: Quantity) -> Linear:
    """Last month's closing cash; in the first month what was there on opening day."""
    cash, fixed = frame.columns["cash"], np.zeros(frame.months)
    later = (np.arange(1, frame.months), cash[:-1], np.ones(frame.months - 1))
    if opens_with_capital(frame.plan):
        return _linear(frame, [(np.array([0]), frame.columns[CAPITAL], np.ones(1)), later])
    fixed[0] = frame.plan.plan.cash
    return _linear(frame, [later], fixed)


def _interest(frame: Frame, quantity: Quantity) -> Linear:
    rate, opening = monthly_rate(frame.plan.plan.cash_yield), _opening_cash(frame, quantity)
    return Linear(opening.months, opening.columns, rate * opening.coefficients, rate * opening.fixed)


def _inflow(category: str) -> Stated:
    def stated(frame: Frame, _: Quantity) -> Linear:
        return _money(frame, frame.received, frame.received_fixed, category)

    return stated


def _raised(frame: Frame, quantity: Quantity) -> Linear:
    """Money raised; what is repaid of it does not lower it."""
    items = _items(frame, quantity)

    def raises(flow: Flow | FixedFlow) -> bool:
        return flow.category == "funding" and flow.item in items and flow.line in RAISED

    moving = [flow for flow in frame.received if raises(flow)]
    fixed = np.zeros(frame.months)
    for constant in frame.received_fixed:
        if raises(constant):
            fixed += constant.amounts
    return _linear(frame, [joined(moving)] if moving else [], fixed)


def _credits(frame: Frame, quantity: Quantity) -> Linear:
    """Credits used, for every offer or for one; each grant has a flow for each of its offers, in their order."""
    entries = []
    for name in _items(frame, quantity):
        flows = [flow for flow in frame.received if (flow.item, flow.line) == (name, "used")]
        for offer, flow in zip(frame.plan.funding[name].only_for or (), flows, strict=True):
            if quantity.detail in (None, offer):
                entries.append((flow.months, flow.columns, flow.coefficients))
    return _linear(frame, entries)


def _dilution(frame: Frame, quantity: Quantity) -> Linear:
    """Shares of the company that rounds sell."""
    moving, constants = dilution_flows(frame, quantity.item)
    fixed = np.zeros(frame.months)
    for constant in constants:
        fixed += constant.amounts
    return _linear(frame, [joined(moving)] if moving else [], fixed)


def _gone(family: str, cohorts: Callable[[Offer, tuple[str, ...]], tuple[IntArray, IntArray]]) -> Stated:
    """GPUs sold, or contracts left, of every order or of those of one month."""

    def stated(frame: Frame, quantity: Quantity) -> Linear:
        entries = []
        for name in _items(frame, quantity):
            columns = frame.columns.get(f"compute.{name}.{family}")
            if columns is None:
                continue
            came, months = cohorts(frame.plan.compute[name], frame.labels)
            chosen = np.ones(len(columns), dtype=bool)
            if quantity.detail is not None:
                order = 0 if quantity.detail == "opening" else frame.labels.index(quantity.detail) + 1
                chosen = came == order
            entries.append((months[chosen] - 1, columns[chosen], np.ones(int(chosen.sum()))))
        return _linear(frame, entries)

    return stated


def _delivered(frame: Frame, quantity: Quantity) -> Linear:
    """FLOP that GPUs deliver, used or not."""
    entries = []
    for name in _items(frame, quantity) if quantity.of.items else frame.plan.compute:
        gpus = frame.columns[f"compute.{name}.gpus"]
        flop = frame.plan.compute[name].flop_per_month
        entries.append((np.arange(len(gpus)), gpus, np.full(len(gpus), flop)))
    return _linear(frame, entries)


def _training(frame: Frame, quantity: Quantity) -> Linear:
    """FLOP of one model, or of all."""
    names = _items(frame, quantity) if quantity.of.items else list(frame.plan.models)
    entries = []
    for name in names:
        columns = frame.columns.get(f"models.{name}.compute")
        if columns is not None:
            months = np.asarray(frame.plan.models[name].training) - 1
            entries.append((months, columns, np.ones(len(columns))))
    return _linear(frame, entries)


def _used(frame: Frame, _: Quantity) -> Linear:
    """FLOP that models take, to train and to serve, in FLOP of training."""
    plan, entries = frame.plan, []
    for name, model in plan.models.items():
        months = {
            "compute": np.asarray(model.training) - 1,
            "serving": np.flatnonzero(np.asarray(model.served)),
        }
        for what, when in months.items():
            split = False
            for each, offer in plan.compute.items():
                columns = frame.columns.get(f"models.{name}.{what} on {each}")
                if columns is not None:
                    split = True
                    entries.append((when, columns, np.full(len(columns), _weight(what, offer, model))))
            columns = frame.columns.get(f"models.{name}.{what}")
            if columns is not None and not split:
                weights = [_weight(what, offer, model) for offer in plan.compute.values()]
                entries.append((when, columns, np.full(len(columns), weights[0])))
    return _linear(frame, entries)


def _weight(what: str, offer: Offer, model: Model) -> float:
    """FLOP of training that a FLOP stands for: an hour of serving reaches another share of peak."""
    return 1.0 if what == "compute" else offer.utilisation / model.serving_utilisation


def _idle(frame: Frame, quantity: Quantity) -> Linear:
    delivered, used = _delivered(frame, quantity), _used(frame, quantity)
    entries = [
        (delivered.months, delivered.columns, delivered.coefficients),
        (used.months, used.columns, -used.coefficients),
    ]
    for name, offer in frame.plan.compute.items():
        columns = frame.columns.get(f"compute.{name}.experiments")
        if columns is not None:
            entries.append((np.arange(len(columns)), columns, np.full(len(columns), -offer.flop_per_month)))
    return _linear(frame, entries)


def _arrivals(frame: Frame, quantity: Quantity) -> Linear:
    """Hires in the month in which they start."""
    entries = []
    for name in _items(frame, quantity):
        hires = frame.columns[f"people.{name}.hired"]
        delay = frame.plan.people[name].hiring.delay
        entries.append((np.arange(len(hires)) + delay, hires, np.ones(len(hires))))
    return _linear(frame, entries)


def _leavers(frame: Frame, quantity: Quantity) -> Linear:
    """A share of last month's heads (in the first month of those there on opening day), less those who are kept."""
    entries, fixed = [], np.zeros(frame.months)
    for name in _items(frame, quantity):
        heads, role = frame.columns[f"people.{name}.headcount"], frame.plan.people[name]
        share = leaving_share(role.attrition)
        fixed[0] += share * role.now
        entries.append((np.arange(1, frame.months), heads[:-1], np.full(frame.months - 1, share)))
        kept = frame.columns.get(f"people.{name}.kept")
        if kept is not None:
            entries.append((np.arange(len(kept)), kept, np.full(len(kept), -1.0)))
    return _linear(frame, entries, fixed)


def _research(frame: Frame, _: Quantity) -> Linear:
    """Heads that count, times the research each does."""
    entries = []
    for name, role in frame.plan.people.items():
        if role.research:
            # Who wants GPUs for it counts only as far as there are some.
            family = "counted" if role.wants_gpus else "effective"
            heads = frame.columns[f"people.{name}.{family}"]
            entries.append((np.arange(len(heads)), heads, np.full(len(heads), role.research)))
    return _linear(frame, entries)


# What is neither a family of columns nor the flows of a category.
_STATED: dict[tuple[str, str], Stated] = {
    ("cash", "opening"): _opening_cash,
    ("cash", "interest"): _interest,
    ("cash", "revenue"): _inflow("revenue"),
    ("cash", "funding"): _inflow("funding"),
    ("cash", "resale"): _inflow("compute"),
    ("funding", "amount"): _raised,
    ("funding", "drawn"): _raised,
    ("funding", "used"): _credits,
    ("funding", "dilution"): _dilution,
    ("compute", "sold"): _gone("sold", cohorts_sold),
    ("compute", "ended"): _gone("ended", cohorts_ended),
    ("compute", "delivered"): _delivered,
    ("compute", "used"): _used,
    ("compute", "idle"): _idle,
    ("people", "arrivals"): _arrivals,
    ("people", "leavers"): _leavers,
    ("people", "research"): _research,
    ("models", "compute"): _training,
}
