"""Plan to program: every part in order, one call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from allocator.formulate.cash import add_cash, typical_money
from allocator.formulate.compute import add_compute
from allocator.formulate.costs import add_costs
from allocator.formulate.data import add_data
from allocator.formulate.debt import add_covenants
from allocator.formulate.frame import Draft, FixedFlow, Flow, Frame
from allocator.formulate.funding import add_funding
from allocator.formulate.limits import add_limits
from allocator.formulate.model_block import ModelBlock
from allocator.formulate.models import add_models, load_laws
from allocator.formulate.objective import add_capital, likely_capital
from allocator.formulate.partners import add_partners
from allocator.formulate.people import add_people
from allocator.formulate.program import Program
from allocator.formulate.revenue import add_revenue
from allocator.formulate.sites import add_sites
from allocator.formulate.staffing import add_staffing
from allocator.formulate.treasury import add_treasury
from allocator.plan import Plan


@dataclass(frozen=True)
class Formulation:
    """A program and what is needed to read it back in the plan's words.

    `typical` are the plan's own typical magnitudes; where a reference was given, the program
    is scaled by that instead. `draft` is what a later formulation can be written from.
    """

    plan: Plan
    program: Program
    models: dict[str, ModelBlock]
    spending: tuple[Flow, ...]
    fixed: tuple[FixedFlow, ...]
    received: tuple[Flow, ...]
    received_fixed: tuple[FixedFlow, ...]
    typical: Mapping[str, float] = field(default_factory=dict)
    draft: Draft | None = field(default=None, repr=False)

    def farthest(self) -> tuple[str, float]:
        """The magnitude that lies farthest from the reference it is scaled by, and by what factor (>= 1)."""
        moves = {
            name: max(own / reference, reference / own)
            for name, own in self.typical.items()
            if own > 0.0 and (reference := self.program.reference[name]) > 0.0
        }
        name = max(moves, key=lambda key: moves[key])
        return name, moves[name]


def formulate(
    plan: Plan,
    *,
    reference: dict[str, float] | None = None,
    reference_factor: float = 1.0,
    like: Formulation | None = None,
) -> Formulation:
    """Write the plan as an array program.

    Parameters
    ----------
    plan : Plan
        A loaded plan.
    reference : dict of str to float, optional
        `Program.reference` of an earlier formulation, to be scaled like it; magnitudes it does
        not hold are taken from the plan.
    reference_factor : float
        Moves the reference point that scales compute and inputs; the answer does not depend
        on it (a test holds it to that).
    like : Formulation, optional
        The earlier formulation that `reference` is of. Parts of the plan that did not change
        are taken over from it; the program is the one made without it, entry for entry.

    Returns
    -------
    Formulation

    Raises
    ------
    LawError
        When a model's law cannot be used as the plan asks.
    """
    laws = load_laws(plan)
    frame = Frame(plan, reference, None if like is None else like.draft)
    money = typical_money(plan)
    if plan.objective.goal == "capital":
        money = max(money, likely_capital(plan, laws))
    frame.typical("money", money)
    add_people(frame)
    add_data(frame)
    add_compute(frame)
    add_sites(frame)
    add_staffing(frame)
    add_costs(frame)
    models = add_models(frame, laws, reference_factor)
    add_capital(frame)
    # After the models: money may depend on what they reach.
    add_funding(frame, models)
    add_revenue(frame, laws)
    add_partners(frame)
    add_treasury(frame)
    add_cash(frame)
    add_covenants(frame)
    add_limits(frame)
    draft = frame.finish()
    return Formulation(
        plan,
        draft.program,
        models,
        tuple(frame.spending),
        tuple(frame.fixed),
        tuple(frame.received),
        tuple(frame.received_fixed),
        frame.own,
        draft,
    )
