"""Every section of the plan file, one file each; `NAMED` and `SINGLE` register them."""

from allocator.plan.sections.base import MAX_MONTHS, Monthly, Section
from allocator.plan.sections.compute import Offer
from allocator.plan.sections.costs import Cost
from allocator.plan.sections.data import Automation, Source
from allocator.plan.sections.funding import Condition, Round
from allocator.plan.sections.horizon import Horizon, Objective, Runway
from allocator.plan.sections.models import Model
from allocator.plan.sections.partners import Partner
from allocator.plan.sections.people import Handles, Hiring, Retention, Role
from allocator.plan.sections.research import Research
from allocator.plan.sections.revenue import ByQuality, Marketing, Revenue
from allocator.plan.sections.sites import Facility
from allocator.plan.sections.treasury import Treasury

__all__ = [
    "MAX_MONTHS",
    "NAMED",
    "SINGLE",
    "Automation",
    "ByQuality",
    "Condition",
    "Cost",
    "Facility",
    "Handles",
    "Hiring",
    "Horizon",
    "Marketing",
    "Model",
    "Monthly",
    "Objective",
    "Offer",
    "Partner",
    "Research",
    "Retention",
    "Revenue",
    "Role",
    "Round",
    "Runway",
    "Section",
    "Source",
    "Treasury",
]

# Sections that are one table, and sections of named items.
SINGLE: dict[str, type[Section]] = {"plan": Horizon, "runway": Runway, "research": Research, "objective": Objective}
NAMED: dict[str, type[Section]] = {
    "funding": Round,
    "revenue": Revenue,
    "partners": Partner,
    "treasury": Treasury,
    "costs": Cost,
    "compute": Offer,
    "sites": Facility,
    "data": Source,
    "people": Role,
    "models": Model,
}
