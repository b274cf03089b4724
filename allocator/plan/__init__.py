"""What the user writes: the plan file, read, checked and resolved to base units."""

from allocator.plan.algebra import Rule, quantity
from allocator.plan.limits import Limit, Term
from allocator.plan.loading import load_plan
from allocator.plan.plausible import plausibility
from allocator.plan.readback import readback
from allocator.plan.rule_text import Quantity
from allocator.plan.schema import Plan, plan_schema
from allocator.plan.timeline import Month

__all__ = [
    "Limit",
    "Month",
    "Plan",
    "Quantity",
    "Rule",
    "Term",
    "load_plan",
    "plan_schema",
    "plausibility",
    "quantity",
    "readback",
]
