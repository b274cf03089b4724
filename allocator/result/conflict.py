"""An infeasible plan in words: which rules cannot hold together, and by how much."""

from __future__ import annotations

from allocator.formulate.build import Formulation
from allocator.plan.wording import count, money
from allocator.solve.conflict import Conflict, Shortfall

MONEY_RULES = ("plan.min_cash", "runway.months")


def say_conflict(conflict: Conflict, formulation: Formulation) -> str:
    """The rules of a conflict with what each would have to give, a line each."""
    if not conflict.groups:
        return "\n".join(["No plan keeps all the rules.", *(f"  {finding}" for finding in conflict.findings)])
    shortfalls = {shortfall.group: shortfall for shortfall in conflict.shortfalls}
    lines = ["No plan keeps all the rules. These cannot hold together:"]
    for group, sentence in zip(conflict.groups, conflict.sentences, strict=True):
        lines.append(f"  - {group}: {sentence}")
        if group in shortfalls:
            lines.append(f"      {_gives(shortfalls[group], formulation)}")
    if len(conflict.groups) == 1:
        why = ": what is committed already costs more" if conflict.groups[0] in MONEY_RULES else ""
        lines.append(f"  Nothing the plan may choose can keep it{why}.")
    lines.extend(f"  {finding}" for finding in conflict.findings)
    return "\n".join(lines)


def name_conflict(conflict: Conflict) -> str:
    """The rules of a conflict on one line."""
    if not conflict.groups:
        return " ".join(["No plan keeps all the rules.", *conflict.findings])
    if len(conflict.groups) == 1:
        return f"No plan keeps this rule: {conflict.groups[0]}"
    return f"No plan keeps these rules together: {', '.join(conflict.groups)}"


def _gives(shortfall: Shortfall, formulation: Formulation) -> str:
    """What the rule would have to give if the others of the conflict hold."""
    parts = shortfall.group.split(".")
    if parts[0] == "models" and parts[-1] == "target":
        law, name = formulation.models[parts[1]].law, parts[1]
        target = formulation.plan.models[name].target
        assert target is not None  # only such models have the rule
        reachable = float(law.metric_of_gain(float(law.gain_of_metric(target)) - shortfall.amount))
        return f"the best {law.metric} within reach is {reachable:.6g}"
    place = shortfall.where.split(", ")
    month = next((label for label in place if label in formulation.plan.labels), "")
    when = f" in {month}" if month else ""
    currency = formulation.plan.plan.currency
    if shortfall.unit == currency:
        return f"short by {money(shortfall.amount, currency)}{when}"
    return f"off by {count(shortfall.amount)} {shortfall.unit}{'' if shortfall.amount == 1 else 's'}{when}"
