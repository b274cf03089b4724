"""Who uses the compute of which offer: training, and serving models that are launched."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from allocator.plan import Plan
from allocator.plan.schema import Offer
from allocator.result.ledger.books import Ledger
from allocator.result.ledger.checking import TOLERANCE, at_most, flop, not_negative
from allocator.result.ledger.choices import Choices
from allocator.result.ledger.entries import total


def by_offer(plan: Plan) -> bool:
    """Return whether it matters which offer a model uses.

    It does where a model keeps to some offers, and where one FLOP of serving stands for more FLOP of training on one
    offer than on another.
    """
    if any(model.compute is not None and set(plan.compute) - set(model.compute) for model in plan.models.values()):
        return True
    reached = {offer.utilisation for offer in plan.compute.values()}
    return len(reached) > 1 and any(model.serves for model in plan.models.values())


def taken(offer: Offer, serving: float, utilisation: float) -> float:
    """Return the FLOP of training that GPUs of an offer would have done in the hours that serving takes.

    Serving reaches `utilisation` of peak and training the offer's own share, so an hour is worth more or fewer FLOP.
    """
    return serving * offer.utilisation / utilisation


def used_of(plan: Plan, choices: Choices, name: str) -> list[float]:
    """Return what training and serving take of one offer, in FLOP of training, by month."""
    offer, months = plan.compute[name], plan.plan.months
    parts = [on[name] for on in choices.training_on.values() if name in on]
    for model, on in choices.serving_on.items():
        if name in on:
            parts.append([taken(offer, flops, plan.models[model].serving_utilisation) for flops in on[name]])
    return total(parts, months)


def used_flop(plan: Plan, choices: Choices) -> list[float]:
    """Return what training and serving take of all offers, in FLOP of training, by month."""
    months = plan.plan.months
    if by_offer(plan):
        return total((used_of(plan, choices, name) for name in plan.compute), months)
    parts = list(choices.training.values())
    for model, flops in choices.serving.items():
        for offer in list(plan.compute.values())[:1]:
            parts.append([taken(offer, amount, plan.models[model].serving_utilisation) for amount in flops])
    return total(parts, months)


def use_rules(plan: Plan, choices: Choices, ledger: Ledger) -> Iterator[str]:
    """Check that no more is used than delivered, of any offer, by nobody who may not, and by nothing unfunded."""
    one_gpu = max((offer.flop_per_month for offer in plan.compute.values()), default=1.0)
    # What experiments take trains and serves no model.
    taken_in_all = total((ledger.used_flop, ledger.experiments_flop), plan.plan.months)
    yield from at_most(plan, "compute used", taken_in_all, ledger.delivered_flop, one_gpu, flop, bound="delivered")
    if by_offer(plan):
        for name, offer in plan.compute.items():
            there = [gpus * offer.flop_per_month for gpus in ledger.gpus[name]]
            tried = [gpus * offer.flop_per_month for gpus in choices.experiments[name]]
            used = total((used_of(plan, choices, name), tried), plan.plan.months)
            yield from at_most(plan, f"compute.{name} used", used, there, one_gpu, flop, bound="delivered")
        for name in plan.models:
            yield from _adds_up(plan, name, "compute", choices.training[name], choices.training_on[name], one_gpu)
            yield from _adds_up(plan, name, "serving", choices.serving[name], choices.serving_on[name], one_gpu)
    for name, model in plan.models.items():
        served = choices.serving[name]
        yield from not_negative(plan, f"models.{name} serving", served, one_gpu, flop)
        if not choices.funded[name]:
            if not model.optional:
                yield f"models.{name} is not funded, and it is not optional"
            given = math.fsum([*choices.training[name], *served])
            if given > TOLERANCE * one_gpu:
                yield f"models.{name} is not funded, and it is given {flop(given)}"
            continue
        for month, (items, flops) in enumerate(zip(model.served, served, strict=True), start=1):
            if items and flops <= 0.0:
                yield f"models.{name} serves nothing on {plan.month_label(month)}, and {items:,.0f} items are asked"


def _adds_up(
    plan: Plan, name: str, what: str, used: Sequence[float], on: dict[str, list[float]], one_gpu: float
) -> Iterator[str]:
    """Check a model's use by offer: offers it may use, no offer less than nothing, and together what it uses."""
    allowed = plan.models[name].compute
    scale = max(one_gpu, *map(abs, used))
    for offer, flops in on.items():
        yield from not_negative(plan, f"models.{name} {what} on {offer}", flops, one_gpu, flop)
        if allowed is not None and offer not in allowed and max(flops) > TOLERANCE * scale:
            yield f"models.{name} is given {flop(math.fsum(flops))} of {what} by {offer}, which it may not use"
    together = total(on.values(), plan.plan.months)
    for month, (mine, sum_of_offers) in enumerate(zip(used, together, strict=True), start=1):
        if abs(mine - sum_of_offers) > TOLERANCE * scale:
            yield (
                f"models.{name} {what} on {plan.month_label(month)} is {flop(mine)}, and its offers give it"
                f" {flop(sum_of_offers)}"
            )
