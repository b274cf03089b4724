"""An infeasible plan in words: which rules cannot hold together, and by how much."""

from __future__ import annotations

from allocator.plan import Plan
from allocator.plan.wording import count, money
from allocator.solve.conflict import Conflict, Shortfall


def say_conflict(conflict: Conflict, plan: Plan) -> str:
    """The rules of a conflict with what each would have to give, a line each."""
    if not conflict.groups:
        return "\n".join(["No plan keeps all the rules.", *(f"  {finding}" for finding in conflict.findings)])
    shortfalls = {shortfall.group: shortfall for shortfall in conflict.shortfalls}
    lines = ["No plan keeps all the rules. These cannot hold together:"]
    for group, sentence in zip(conflict.groups, conflict.sentences, strict=True):
        lines.append(f"  - {group}: {sentence}")
        if group in shortfalls:
            lines.append(f"      alone it would have to give {_amount(shortfalls[group], plan)}")
    if len(conflict.groups) == 1:
        lines.append("  Nothing the plan may choose can keep it: what is committed already costs more.")
    lines.extend(f"  {finding}" for finding in conflict.findings)
    return "\n".join(lines)


def _amount(shortfall: Shortfall, plan: Plan) -> str:
    if shortfall.unit == plan.plan.currency:
        given = money(shortfall.amount, plan.plan.currency)
    else:
        given = f"{count(shortfall.amount)} {shortfall.unit}"
    return f"{given} ({shortfall.where})"
