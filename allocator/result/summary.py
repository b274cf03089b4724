"""What a founder reads first: the answer in a few small tables and sentences, without colours or layout."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from allocator.plan.wording import count, flop, money, share
from allocator.result.ledger import Ledger, replay

if TYPE_CHECKING:
    from allocator.result.result import ModelResult, Result

# Rows that still read at a glance; longer plans get longer periods.
MOST_PERIODS = 12
MOST_MODELS = 6
# A proof is never said to be finer than this, in units of the gain: 0.0001 %.
FINEST_PROOF = 1e-6
# Amounts below this are rounding: nobody rents a millionth of a GPU.
NOTHING = 1e-6
CATEGORIES = {
    "compute": "Compute",
    "data": "Data",
    "people": "People",
    "marketing": "Marketing",
    "costs": "Other costs",
    "funding": "Fees and interest",
}
PERIODS = {1: "month", 3: "quarter", 6: "half-year", 12: "year"}


@dataclass(frozen=True)
class Grid:
    """A small table of finished text.

    Attributes
    ----------
    title : str
    columns : tuple of str
    numeric : tuple of bool
        Which columns align to the right.
    rows : tuple of tuples of str
    bars : tuple of float
        A share between 0 and 1 for each row, to be drawn, below 0 for none; empty when there is nothing to draw.
    marked : int or None
        Row that stands out; its own text says why.
    note : str
        One sentence below the table.
    """

    title: str
    columns: tuple[str, ...]
    numeric: tuple[bool, ...]
    rows: tuple[tuple[str, ...], ...]
    bars: tuple[float, ...] = ()
    marked: int | None = None
    note: str = ""


@dataclass(frozen=True)
class Summary:
    """The content of a report.

    Attributes
    ----------
    title : str
        The plan's name.
    headline, subtitle : str
        How the solve ended, in plain words; what was planned.
    solved : bool
        Whether the plan is within the asked gap.
    grids : tuple of Grid
        Models, spending, periods.
    binding, warnings : tuple of str
    footer : str
        Solver, seconds and certificate in one line.
    """

    title: str
    headline: str
    subtitle: str
    solved: bool
    grids: tuple[Grid, ...]
    binding: tuple[str, ...]
    warnings: tuple[str, ...]
    footer: str


def summarise(result: Result) -> Summary:
    """Say a result in the few tables and sentences that everyone needs."""
    ledger = replay(result.plan, result.decisions)
    return Summary(
        title=result.plan.plan.name,
        headline=_headline(result),
        subtitle=_subtitle(result, ledger),
        solved=result.status == "optimal",
        grids=(
            _models(result, ledger),
            _spending(result),
            *_earned(result),
            *_money(result, ledger),
            _periods(result, ledger),
        ),
        binding=result.binding,
        warnings=result.warnings,
        footer=_footer(result),
    )


def proven_within(gap: float) -> str:
    """Return a gap as a percentage, rounded up to two digits so that it stays true."""
    percent = 100 * max(gap, FINEST_PROOF)
    places = 1 - math.floor(math.log10(percent))
    # The slack keeps 0.3 % from becoming 0.31 % for its last binary digit.
    rounded = math.ceil(percent * 10.0**places * (1 - 1e-9)) / 10.0**places
    text = f"{rounded:.{max(places, 0)}f}"
    return f"{text.rstrip('0').rstrip('.') if '.' in text else text} %"


def tightest_month(plan_floor: float, ledger: Ledger) -> int:
    """Index of the month whose closing cash lies least above what the rules ask."""
    spare = [cash - max(required, plan_floor) for cash, required in zip(ledger.cash, ledger.required, strict=True)]
    return min(range(len(spare)), key=spare.__getitem__)


def period_length(months: int) -> int:
    """Months a row of the summary stands for: 1, 3, 6 or 12, or more years for long plans."""
    if months <= 4:
        return 1
    for length in (3, 6, 12):
        if math.ceil(months / length) <= MOST_PERIODS:
            return length
    return 12 * math.ceil(months / (12 * MOST_PERIODS))


def _headline(result: Result) -> str:
    goal = result.objective["kind"]
    gap = result.objective["gap"]
    if gap is None:
        return f"Time limit reached; {_goal(result)[0].lower()}{_goal(result)[1:]} so far, and more was not ruled out"
    within = f"proven within {proven_within(float(gap))}"
    if goal == "runway" and result.objective["bound"] is None:
        within = "the most that is looked for"
    if goal == "quality" and len(result.models) == 1 and result.models[0].reducible is not None:
        within += f" of the {result.models[0].metric} that can be reduced"
    said = within if goal == "quality" else f"{_goal(result)}, {within}"
    if result.status == "optimal":
        return f"Optimal, {said}" if goal == "quality" else said
    if result.status == "time_limit":
        return f"Time limit reached; the best plan found is {within}"
    return f"Stopped early; the best plan found is {within}"


def _goal(result: Result) -> str:
    """What was made best, and how far that went."""
    value, currency = float(result.objective["value"]), result.plan.plan.currency
    if result.objective["kind"] == "capital":
        return f"Least {result.plan.objective.of}: {money(value, currency)}"
    if result.objective["kind"] == "runway":
        return f"Longest runway: {count(value)} months"
    return f"Largest profit: {money(value, currency)}"


def _subtitle(result: Result, ledger: Ledger) -> str:
    horizon = result.plan.plan
    labels = result.plan.labels
    applied = f" with {' and '.join(result.plan.applied)}" if result.plan.applied else ""
    return (
        f"{horizon.name}{applied}: {horizon.months} months, {labels[0]} to {labels[-1]}; cash "
        f"{money(horizon.cash, horizon.currency)} at the start, {money(ledger.cash[-1], horizon.currency)} at the end"
    )


def _models(result: Result, ledger: Ledger) -> Grid:
    models = result.models
    shown = models[:MOST_MODELS]
    rows = tuple(
        (
            model.name,
            _metric(model),
            count(model.inputs["parameters"]) if "parameters" in model.inputs and model.funded else "-",
            _trained_on(model) if model.funded else "-",
            flop(model.compute_flop) if model.compute_flop > 0 else "-",
            model.deadline,
        )
        for model in shown
    )
    left_out = len(models) - len(shown)
    notes = [f"and {left_out} more: --format json has all"] if left_out else []
    for model in shown:
        notes += _notes(model)
        if model.funded and model.repeated is not None and model.epochs is not None:
            unique, processed = (count(model.inputs[name]) for name in model.repeated)
            what = model.repeated[0]
            notes.append(f"{model.name} reads {unique} unique {what} {count(model.epochs)} times: {processed} in all.")
    if result.plan.research is not None:
        said = ", ".join(f"{model.name} {ledger.models[model.name]['multiplier']:.3g}" for model in shown)
        notes.append(f"Ideas in stock when training begins multiply compute by: {said}.")
    columns = ("Model", "Quality", "Parameters", "Trained on", "Compute", "Ready by")
    return Grid("Models", columns, (False, False, True, False, True, False), rows, note=" ".join(notes))


def _trained_on(model: ModelResult) -> str:
    """Everything but the size; unique items with how often each is used, 1B tokens x 4."""
    apart = {"parameters"} if model.repeated is None else {"parameters", *model.repeated}
    said = [f"{count(amount)} {name}" for name, amount in model.inputs.items() if name not in apart]
    if model.repeated is not None:
        unique = model.repeated[0]
        passes = f" x {count(model.epochs)}" if model.epochs is not None else ""
        said.insert(0, f"{count(model.inputs[unique])} {unique}{passes}")
    return ", ".join(said)


def _notes(model: ModelResult) -> list[str]:
    """What the table has no column for: a model that is left out, and what serving makes of the size."""
    if not model.funded:
        return [f"{model.name} is optional, not funded, and counts as {model.metric} {model.value:.4g}."]
    if model.serving_flop <= 0.0:
        return []
    said = f"Serving {model.name} takes {flop(model.serving_flop)}"
    ratio = model.tokens_per_parameter
    return [f"{said}; it has {count(ratio)} tokens a parameter." if ratio else f"{said}."]


def _metric(model: ModelResult) -> str:
    if not model.funded:
        return "not funded"
    if model.unit == "share":
        return f"{model.metric} {100 * model.value:.2f} %"
    value = f"{model.value:.4f}" if 0.01 <= abs(model.value) < 1e4 else f"{model.value:.4g}"
    return f"{model.metric} {value}"


def _spending(result: Result) -> Grid:
    by_category: dict[str, float] = defaultdict(float)
    by_item: dict[tuple[str, str], float] = defaultdict(float)
    for row in result.tables["spend"]:
        by_category[row["category"]] += row["money"]
        by_item[row["category"], row["item"]] += row["money"]
    total = sum(by_category.values())
    currency = result.plan.plan.currency
    rows, bars = [], []
    for category, title in CATEGORIES.items():
        spent = by_category.get(category, 0.0)
        if spent <= 0.0:
            continue
        part = spent / total
        item, most = max(
            ((item, amount) for (of, item), amount in by_item.items() if of == category), key=lambda pair: pair[1]
        )
        largest = item if most >= 0.9995 * spent else f"{item} {share(round(most / spent, 2))}"
        rows.append((title, money(spent, currency), f"{100 * part:.1f} %", largest))
        bars.append(part)
    columns = ("Category", "Money", "Share", "Largest item")
    title = f"Spending, {money(total, currency)} in all"
    return Grid(title, columns, (False, True, True, False), tuple(rows), tuple(bars))


def _earned(result: Result) -> Iterator[Grid]:
    """Revenue by item, where the plan decides on some of it: by marketing, or by a model's quality."""
    decided = {row["item"] for row in result.tables["earning"]}
    decided |= {row["item"] for row in result.tables["spend"] if row["category"] == "marketing"}
    if not decided:
        return
    plan, currency = result.plan, result.plan.plan.currency
    by_line: dict[tuple[str, str], float] = defaultdict(float)
    for row in result.tables["revenue"]:
        by_line[row["item"], row["line"]] += row["money"]
    shares = {row["item"]: (row["earned_share"], row["model"]) for row in result.tables["earning"]}
    rows = []
    for name in plan.revenue:
        by_marketing = by_line[name, "marketing"]
        all_of_it = sum(by_line[name, line] for line in ("amount", "model")) + by_marketing
        value = f"{share(shares[name][0])} of all that {shares[name][1]} could earn" if name in shares else ""
        won = money(by_marketing, currency) if plan.revenue[name].marketing is not None else ""
        rows.append((name, money(all_of_it, currency), won, value))
    total = money(sum(by_line.values()), currency)
    columns = ("Revenue", "Money", "By marketing", "User value")
    yield Grid(f"Revenue, {total} in all", columns, (False, True, True, False), tuple(rows))


def _money(result: Result, ledger: Ledger) -> Iterator[Grid]:
    """What was raised and what it cost; nothing where all money is signed and none is a share of the company."""
    plan = result.plan
    if all(terms.signed and not terms.owed and not terms.post_money for terms in plan.funding.values()):
        return
    currency, rows = plan.plan.currency, []
    lines: dict[str, list[dict[str, Any]]] = {name: [] for name in plan.funding}
    for row in result.tables["funding"]:
        lines[row["item"]].append(row)
    for name, terms in plan.funding.items():
        came = [row["month"] for row in lines[name] if row["money"] > 0.0]
        sums = {
            word: sum(row[word] for row in lines[name]) for word in ("money", "repaid", "interest", "fee", "dilution")
        }
        if not came:
            rows.append((name, terms.kind, "not taken", *["-"] * 4))
            continue
        when = came[0] if len(came) == 1 else f"{came[0]} to {came[-1]}"
        repaid = money(sums["repaid"], currency) if terms.owed else "-"
        sold = share(sums["dilution"]) if terms.post_money else "-"
        cost = money(sums["interest"] + sums["fee"], currency)
        rows.append((name, terms.kind, when, money(sums["money"], currency), repaid, cost, sold))
    parts = [math.fsum(shares) for shares in ledger.dilution.values()]
    note = ""
    if any(parts):
        kept = math.prod([1.0 - part for part in parts])
        note = f"Dilution: {share(sum(parts))} as limits count it (added up), {share(1.0 - kept)} compounded."
    columns = ("Money", "Kind", "When", "Raised", "Repaid", "Cost", "Dilution")
    yield Grid("Money raised", columns, (False, False, False, True, True, True, True), tuple(rows), note=note)


def _periods(result: Result, ledger: Ledger) -> Grid:
    horizon = result.plan.plan
    currency, months = horizon.currency, horizon.months
    length = period_length(months)
    tightest = tightest_month(horizon.min_cash, ledger)
    word = "tightest" if _asked(result, ledger, tightest) > 0.0 else "least cash"
    rows = []
    for first in range(0, months, length):
        last = min(first + length, months) - 1
        gpus = max(_total(ledger.gpus.values(), month) for month in range(first, last + 1))
        mark = f"{word} ({result.plan.labels[tightest]})" if first <= tightest <= last else ""
        rows.append(
            (
                result.plan.labels[last],
                money(ledger.cash[last], currency),
                _runway(ledger.runway_months[last]),
                _count(gpus),
                _count(_total(ledger.heads.values(), last)),
                money(sum(ledger.total_spend[first : last + 1]), currency),
                mark,
            )
        )
    name = PERIODS.get(length, f"{length // 12} years")
    columns = (f"{name[0].upper()}{name[1:]} to", "Cash", "Runway", "Most GPUs", "People", "Spent", "")
    note = _tightest_note(result, ledger, tightest)
    title = f"By {name} (cash, runway in months and people at its close)"
    return Grid(
        title,
        columns,
        (False, True, True, True, True, True, False),
        tuple(rows),
        marked=tightest // length,
        note=note,
    )


def _asked(result: Result, ledger: Ledger, month: int) -> float:
    return max(ledger.required[month], result.plan.plan.min_cash)


def _tightest_note(result: Result, ledger: Ledger, month: int) -> str:
    """The month that decides, what it closes with and what the rules ask of it."""
    label, currency = result.plan.labels[month], result.plan.plan.currency
    closes = f"{label} closes with {money(ledger.cash[month], currency)}"
    asked = _asked(result, ledger, month)
    if asked <= 0.0:
        return f"Least cash: {closes}; no rule asks for more than nothing."
    after = " for the burn that goes on" if month == len(ledger.cash) - 1 and result.plan.runway else ""
    return f"Tightest: {closes}, the rules ask for {money(asked, currency)}{after}."


def _total(series: Iterable[Sequence[float]], month: int) -> float:
    return sum(values[month] for values in series)


def _count(amount: float) -> str:
    return count(0.0 if abs(amount) < NOTHING else amount)


def _runway(months: float) -> str:
    if not math.isfinite(months):
        return "no burn"
    return f"{months:.1f}" if months < 1_000 else ">999"


def _footer(result: Result) -> str:
    certificate, solver = result.certificate, result.solver
    currency = result.plan.plan.currency
    return (
        f"{solver['name']} {solver['version']}, {solver['seconds']:.2f} s; gap {certificate.gap:.1g}, violation "
        f"{certificate.max_violation:.1g}, ledger within {money(certificate.ledger_difference, currency)}"
    )
