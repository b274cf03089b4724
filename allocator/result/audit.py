"""The last check: the independent ledger against the program's own rows, and the laws again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from allocator.errors import CertificateError
from allocator.formulate.build import Formulation
from allocator.formulate.curves import FloatArray
from allocator.formulate.finance import typical_money
from allocator.result.decisions import Decisions, monthly
from allocator.result.inputs import broken_inputs
from allocator.result.ledger import Ledger
from allocator.result.tables import cash_table, spent_on

# Half a cent: a missing cent must never pass as rounding.
CENTS = 0.5
RELATIVE = 1e-12
LAW_TOLERANCE = 1e-9
QUANTITY_TOLERANCE = 1e-9
TARGET_TOLERANCE = 2e-7
OBJECTIVE_GIVE = 1e-6


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
    formulation: Formulation,
    x: FloatArray,
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
    cent = formulation.plan.plan.cent
    tolerance = max(CENTS * cent, RELATIVE * typical_money(formulation.plan))
    difference = _compare_money(formulation, x, ledger, tolerance, findings)
    _compare_quantities(formulation, x, ledger, findings)
    findings.extend(f"the ledger finds a broken rule: {violation}" for violation in ledger.violations)
    laws = _compare_laws(formulation, x, decisions, ledger, findings)
    _compare_objective(formulation, laws, objective, bound, findings)
    if findings:
        raise CertificateError(findings)
    return Certificate(max_violation, difference, tolerance, bound, gap, laws)


def _compare_money(
    formulation: Formulation, x: FloatArray, ledger: Ledger, tolerance: float, findings: list[str]
) -> float:
    program = cash_table(formulation, x, ledger)
    pairs: list[tuple[str, Any, Any]] = [
        ("closing cash", program.column("closing"), ledger.cash),
        ("interest", program.column("interest"), ledger.interest),
        ("net burn", program.column("burn"), ledger.burn),
    ]
    if formulation.program.has_column("burn"):
        pairs.append(("the burn the runway was asked for", monthly(formulation, x, "burn"), ledger.burn))
    for category in ("compute", "data", "people", "costs", "funding"):
        pairs.append((f"spending on {category}", spent_on(formulation, x, category), ledger.spent(category)))
    worst = 0.0
    for name, mine, theirs in pairs:
        gaps = np.abs(np.asarray(mine, dtype=float) - np.asarray(theirs, dtype=float))
        month = int(np.argmax(gaps))
        worst = max(worst, float(gaps[month]))
        if gaps[month] > tolerance:
            findings.append(
                f"{name} in {formulation.plan.labels[month]}: the program has {mine[month]:,.4f}, the ledger "
                f"{theirs[month]:,.4f} {formulation.plan.plan.currency}, {gaps[month]:.3g} apart"
            )
    return worst


def _compare_quantities(formulation: Formulation, x: FloatArray, ledger: Ledger, findings: list[str]) -> None:
    families = (
        ("people.{}.headcount", "heads of", ledger.heads),
        ("people.{}.effective", "effective", ledger.effective),
        ("compute.{}.gpus", "GPUs of", ledger.gpus),
        ("data.{}.stock", "stock of", ledger.stock),
    )
    for pattern, words, by_name in families:
        for name, theirs in by_name.items():
            mine = np.array(monthly(formulation, x, pattern.format(name)))
            gaps = np.abs(mine - np.asarray(theirs))
            month = int(np.argmax(gaps))
            if gaps[month] > QUANTITY_TOLERANCE * max(1.0, float(np.max(np.abs(mine)))):
                findings.append(
                    f"{words} {name} in {formulation.plan.labels[month]}: the program has {mine[month]:.9g}, "
                    f"the ledger {theirs[month]:.9g}"
                )


def _compare_laws(
    formulation: Formulation, x: FloatArray, decisions: Decisions, ledger: Ledger, findings: list[str]
) -> dict[str, dict[str, float]]:
    """Each law at the inputs used, against the program's gain and what the ledger says was there."""
    values: dict[str, dict[str, float]] = {}
    for name, block in formulation.models.items():
        law, model = block.law, formulation.plan.models[name]
        used = law.array(block.with_floors(decisions["models"][name]["inputs"]))
        gain = float(x[formulation.program.column(f"models.{name}.gain").start])
        claimed = float(law.metric_of_gain(gain))
        true_gain = float(law.gain(used))
        true_value = float(law.value(used))
        values[name] = {"reported": claimed, "law": true_value, "difference": abs(claimed - true_value)}
        if abs(true_gain - gain) > LAW_TOLERANCE * max(1.0, abs(gain)):
            findings.append(f"{name}: the program claims {law.metric} {claimed:.9g}, the law gives {true_value:.9g}")
        findings.extend(broken_inputs(formulation.plan, name, law, decisions["models"][name]["inputs"], ledger))
        if model.target is not None and true_gain < float(law.gain_of_metric(model.target)) - TARGET_TOLERANCE:
            findings.append(f"{name}: its target is {law.metric} {model.target:g}, the plan reaches {true_value:.9g}")
    return values


def _compare_objective(
    formulation: Formulation,
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
    # The second pass may give a little for a cheaper plan, and a metric of rounded digits a little more.
    if reached < objective - OBJECTIVE_GIVE * max(1.0, abs(objective)):
        findings.append(f"the plan is worth {reached:.9g} by its laws and weights, {objective:.9g} was promised")
    if reached > bound + OBJECTIVE_GIVE * max(1.0, abs(bound)):
        findings.append(f"the plan is worth {reached:.9g} by its laws and weights, above the proven bound {bound:.9g}")
