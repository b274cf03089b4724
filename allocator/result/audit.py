"""The last check: the independent ledger against the program's own rows, and the laws again."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from allocator.errors import CertificateError
from allocator.formulate.build import Formulation
from allocator.formulate.cash import typical_money
from allocator.formulate.curves import FloatArray
from allocator.formulate.frame import CATEGORIES
from allocator.formulate.ideas import IDEAS
from allocator.plan import Plan
from allocator.result.decisions import Decisions
from allocator.result.goal import natural, of_ledger
from allocator.result.inputs import broken_inputs, short_serving
from allocator.result.ledger import Ledger
from allocator.result.reading import Reading

# Half a cent: a missing cent must never pass as rounding.
CENTS = 0.5
RELATIVE = 1e-12
LAW_TOLERANCE = 1e-9
QUANTITY_TOLERANCE = 1e-9
TARGET_TOLERANCE = 2e-7
OBJECTIVE_GIVE = 1e-6
# Less of the plan's money than this is what a row's tolerance leaves.
MONEY_TOLERANCE = 1e-7


@dataclass(frozen=True)
class Certificate:
    """What stands behind an answer.

    Attributes
    ----------
    max_violation : float
        Largest violation of any row, bound, curve or whole unit, in units of its scale.
    ledger_difference : float
        Largest difference, in the plan's currency, between a balance or payment of the
        program and the independent ledger's.
    ledger_tolerance : float
        What was allowed: half a cent, or 1e-12 of the capital if that is more.
    bound, gap : float
        Proven bound on the first pass's objective and the distance to it.
    law_reevaluated : dict
        For each model, the metric the program reports and the true law at the ledger's inputs.
    """

    max_violation: float
    ledger_difference: float
    ledger_tolerance: float
    bound: float
    gap: float
    law_reevaluated: dict[str, dict[str, float]]

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return {
            "max_violation": self.max_violation,
            "ledger_difference": self.ledger_difference,
            "ledger_tolerance": self.ledger_tolerance,
            "bound": self.bound,
            "gap": self.gap,
            "law_reevaluated": self.law_reevaluated,
        }


def audit(
    reading: Reading,
    decisions: Decisions,
    ledger: Ledger,
    *,
    max_violation: float,
    objective: float,
    bound: float,
    gap: float,
) -> Certificate:
    """Compare the program with the ledger and the true laws.

    Raises
    ------
    CertificateError
        Naming every balance, rule or law that does not agree.
    """
    findings: list[str] = []
    plan = reading.plan
    tolerance = max(CENTS * plan.plan.cent, RELATIVE * typical_money(plan))
    difference = _compare_money(reading, ledger, tolerance, findings)
    _compare_quantities(reading, ledger, findings)
    _compare_ideas(reading, ledger, findings)
    findings.extend(f"the ledger finds a broken rule: {violation}" for violation in ledger.violations)
    laws = _compare_laws(reading, decisions, ledger, findings)
    _compare_conditions(reading, decisions, ledger, laws, findings)
    if plan.objective.goal == "quality":
        _compare_objective(reading.formulation, ledger, laws, objective, bound, findings)
    else:
        _compare_goal(reading, ledger, objective, bound, findings)
    if findings:
        raise CertificateError(findings)
    return Certificate(max_violation, difference, tolerance, bound, gap, laws)


def _compare_money(reading: Reading, ledger: Ledger, tolerance: float, findings: list[str]) -> float:
    pairs: list[tuple[str, FloatArray, list[float]]] = [
        ("closing cash", reading.closing, ledger.cash),
        ("interest", reading.interest, ledger.interest),
        ("net burn", reading.burn, ledger.burn),
        ("what partners pay and take", reading.received("partners"), ledger.total_partners),
        ("money lent and back", reading.received("treasury"), ledger.total_treasury),
    ]
    pairs += [
        (f"lent to {name}", reading.monthly(f"treasury.{name}.locked"), held)
        for name, held in ledger.locked.items()
        if reading.block(f"treasury.{name}.locked") is not None
    ]
    if reading.block("burn") is not None:
        pairs.append(("the burn the runway was asked for", reading.monthly("burn"), ledger.burn))
    pairs += [
        ("revenue", reading.revenue, ledger.total_revenue),
        ("money raised", reading.received("funding"), ledger.total_funding),
        ("sales of GPUs", reading.resale(), ledger.total_resale),
    ]
    for category in CATEGORIES:
        pairs.append((f"spending on {category}", reading.spent(category), ledger.spent(category)))
    mine, theirs = np.array([pair[1] for pair in pairs]), np.array([pair[2] for pair in pairs])
    gaps = np.abs(mine - theirs)
    # A gap that is no number is none that can be allowed.
    for row in np.flatnonzero(~(gaps <= tolerance).all(axis=1)):
        month = int(np.argmax(gaps[row]))
        findings.append(
            f"{pairs[row][0]} in {reading.plan.labels[month]}: the program has {mine[row, month]:,.4f}, the ledger "
            f"{theirs[row, month]:,.4f} {reading.plan.plan.currency}, {gaps[row, month]:.3g} apart"
        )
    return float(gaps.max())


def _compare_quantities(reading: Reading, ledger: Ledger, findings: list[str]) -> None:
    plan = reading.plan
    families: tuple[tuple[str, str, Mapping[str, list[float]], Mapping[str, Any]], ...] = (
        ("people.{}.headcount", "heads of", ledger.heads, plan.people),
        ("people.{}.effective", "effective", ledger.effective, plan.people),
        ("compute.{}.gpus", "GPUs of", ledger.gpus, plan.compute),
        ("data.{}.stock", "stock of", ledger.stock, plan.data),
        ("funding.{}.owed", "owed to", ledger.owed, {}),
    )
    names = [(pattern.format(name), words, name) for pattern, words, by_name, _ in families for name in by_name]
    if not names:
        return
    mine = np.array([reading.monthly(column) for column, _, _ in names])
    theirs = np.array([amounts for _, _, by_name, _ in families for amounts in by_name.values()])
    # What is there on opening day may be sold or leave within its first month, to the rounding of its own size.
    opening = np.array([float(now[name].now) if name in now else 0.0 for *_, found, now in families for name in found])
    gaps = np.abs(mine - theirs)
    largest = np.maximum(opening, np.abs(mine).max(axis=1))
    allowed = QUANTITY_TOLERANCE * np.maximum(1.0, largest)[:, None]
    for row in np.flatnonzero(~(gaps <= allowed).all(axis=1)):
        month = int(np.argmax(gaps[row]))
        _, words, name = names[row]
        findings.append(
            f"{words} {name} in {reading.plan.labels[month]}: the program has {mine[row, month]:.9g}, "
            f"the ledger {theirs[row, month]:.9g}"
        )


def _compare_ideas(reading: Reading, ledger: Ledger, findings: list[str]) -> None:
    """The stock of ideas, where the program has one, against the true curves'."""
    block, research = reading.block(IDEAS), reading.plan.research
    if block is None or research is None:
        return
    months = len(block.labels)
    mine = (1.0 + reading.monthly(IDEAS)[:months]) ** (1.0 / research.harder)
    theirs = np.array(ledger.ideas[:months])
    gaps = np.abs(mine - theirs)
    if not (gaps <= QUANTITY_TOLERANCE * np.maximum(1.0, theirs)).all():
        month = int(np.argmax(gaps))
        findings.append(
            f"ideas by the close of {reading.plan.labels[month]} multiply compute by {mine[month]:.9g} in the program, "
            f"by {theirs[month]:.9g} in the ledger"
        )


def _compare_laws(
    reading: Reading, decisions: Decisions, ledger: Ledger, findings: list[str]
) -> dict[str, dict[str, float]]:
    """Each law at the inputs used, against the program's gain and what the ledger says was there."""
    values: dict[str, dict[str, float]] = {}
    formulation, plan = reading.formulation, reading.plan
    for name, block in formulation.models.items():
        law, model = block.law, plan.models[name]
        inputs = decisions["models"][name]["inputs"]
        used = law.array(block.with_floors(inputs))
        funded = bool(decisions["models"][name].get("funded", True))
        column = "counted" if model.optional else "gain"
        gain = float(reading.x[formulation.program.column(f"models.{name}.{column}").start])
        claimed = float(law.metric_of_gain(gain))
        true_gain = float(law.gain(used))
        true_value = float(law.value(used))
        if not funded and model.otherwise is not None:
            true_gain, true_value = float(law.gain_of_metric(model.otherwise)), model.otherwise
        values[name] = {"reported": claimed, "law": true_value, "difference": abs(claimed - true_value)}
        told = decisions["models"][name].get("value")
        if not funded and told is not None:
            findings.append(f"{name}: the ledger was told {law.metric} {told:.9g}, and the model is not funded")
        elif funded and (told is None or not abs(told - true_value) <= LAW_TOLERANCE * max(1.0, abs(true_value))):
            told = math.nan if told is None else told
            findings.append(f"{name}: the ledger was told {law.metric} {told:.9g}, the law gives {true_value:.9g}")
        if not abs(true_gain - gain) <= LAW_TOLERANCE * max(1.0, abs(gain)):
            findings.append(f"{name}: the program claims {law.metric} {claimed:.9g}, the law gives {true_value:.9g}")
        findings.extend(broken_inputs(plan, name, law, inputs, ledger))
        if not funded:
            # It is given nothing, so it serves nothing and its target does not hold.
            continue
        findings.extend(short_serving(plan, name, law, inputs, ledger))
        if model.target is not None and true_gain < float(law.gain_of_metric(model.target)) - TARGET_TOLERANCE:
            findings.append(f"{name}: its target is {law.metric} {model.target:g}, the plan reaches {true_value:.9g}")
    return values


def _compare_conditions(
    reading: Reading,
    decisions: Decisions,
    ledger: Ledger,
    laws: dict[str, dict[str, float]],
    findings: list[str],
) -> None:
    """Money that waits for a model came only if that is funded and, by the true law, good enough."""
    plan = reading.plan
    for name, terms in plan.funding.items():
        if terms.needs is None:
            continue
        wanted, law = terms.needs, reading.formulation.models[terms.needs.model].law
        came = max(max(entry.money) for entry in ledger.entries if (entry.category, entry.item) == ("funding", name))
        came = 0.0 if came <= MONEY_TOLERANCE * typical_money(plan) else came
        if came > 0.0 and not decisions["models"][wanted.model].get("funded", True):
            findings.append(f"funding.{name} comes without its condition, {wanted}: {wanted.model} is not funded")
            continue
        true_value = laws[wanted.model]["law"]
        short = float(law.gain_of_metric(wanted.value)) - float(law.gain_of_metric(true_value))
        if came > 0.0 and not short <= TARGET_TOLERANCE:
            findings.append(f"funding.{name} comes without its condition, {wanted}: the law gives {true_value:.9g}")


def _compare_objective(
    formulation: Formulation,
    ledger: Ledger,
    laws: dict[str, dict[str, float]],
    objective: float,
    bound: float,
    findings: list[str],
) -> None:
    """The weighted mean of the laws' gains, from the plan's own weights, against what the solver was asked."""
    models = formulation.plan.models
    gains = {name: float(formulation.models[name].law.gain_of_metric(laws[name]["law"])) for name in models}
    total = sum(model.weight for model in models.values())
    reached = sum(model.weight * gains[name] for name, model in models.items()) / total
    reached -= price_of_dilution(formulation.plan, ledger)
    # The second pass may give a little for a cheaper plan, and a metric of rounded digits a little more.
    if reached < objective - OBJECTIVE_GIVE * max(1.0, abs(objective)):
        findings.append(f"the plan is worth {reached:.9g} by its laws and weights, {objective:.9g} was promised")
    if reached > bound + OBJECTIVE_GIVE * max(1.0, abs(bound)):
        findings.append(f"the plan is worth {reached:.9g} by its laws and weights, above the proven bound {bound:.9g}")


def price_of_dilution(plan: Plan, ledger: Ledger) -> float:
    """What the rounds that the plan may choose cost its objective, at ``objective.dilution_price``."""
    chosen = [name for name, terms in plan.funding.items() if terms.amount is None or terms.needs is not None]
    sold = sum(sum(ledger.dilution[name]) for name in chosen if name in ledger.dilution)
    return float(plan.objective.dilution_price * sold)


def _compare_goal(reading: Reading, ledger: Ledger, objective: float, bound: float, findings: list[str]) -> None:
    """Capital, profit or cash beyond the runway, from the books, against what the solver was asked."""
    formulation, plan = reading.formulation, reading.plan
    money = formulation.program.reference["money"]
    goal, sense = plan.objective.goal, -1.0 if plan.objective.goal == "capital" else 1.0
    booked = of_ledger(plan, ledger)
    promised, proven = natural(formulation, objective), natural(formulation, bound)
    if sense * (promised - booked) > OBJECTIVE_GIVE * money:
        findings.append(f"by the books the {goal} is {booked:,.2f}, {promised:,.2f} was promised")
    if sense * (booked - proven) > OBJECTIVE_GIVE * money:
        findings.append(f"by the books the {goal} is {booked:,.2f}, better than the proven bound {proven:,.2f}")
