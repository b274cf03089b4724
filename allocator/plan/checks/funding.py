"""What money raised must agree with itself in, and with the rest of the plan."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING

from allocator.errors import LawError, Problem
from allocator.plan.checks.parts import Parts, missing
from allocator.plan.laws import LAW, law_of
from allocator.plan.wrong import listed, shown

if TYPE_CHECKING:
    from allocator.plan.schema import Condition, Round
    from allocator.quality import Law

_TWO_WAYS = "amount and month (signed), or max with from and until (the plan may raise it)"


def signed_or_optional(parts: Parts) -> Iterator[Problem]:
    """Signed money has `amount` and `month`, money that may be raised has `max`; never both."""
    for name, terms in parts.rounds.items():
        key = f"funding.{name}"
        if terms.kind == "credit-line":
            if terms.max is None:
                yield Problem(
                    f"{key}.max", "a credit line needs its limit", "nothing", "money", "add max, the most owed at once"
                )
            continue
        optional = {"from": terms.first, "min": terms.min or None, "max": terms.max}
        if terms.kind != "credits":
            optional["until"] = terms.until
        given = [word for word, value in optional.items() if value is not None]
        signed = [word for word in ("amount", "month") if getattr(terms, word) is not None]
        if signed and given:
            yield Problem(
                f"{key}.{given[0]}",
                f"`{signed[0]}` says that the money is signed, `{given[0]}` that the plan may choose it",
                listed([*signed, *given]),
                _TWO_WAYS,
                f"remove {' and '.join(given)} to keep it signed, or {' and '.join(signed)} to let the plan choose",
            )
        elif len(signed) == 1 or (terms.kind == "credits" and not signed):
            lacks = "month" if signed == ["amount"] else "amount"
            example = {"month": "month = 1, the month in which it arrives", "amount": "amount = 1e6"}[lacks]
            yield Problem(
                f"{key}.{lacks}", f"{_words(terms)} needs `{lacks}`", "nothing", "amount and month", f"add {example}"
            )
        elif not signed and terms.max is None:
            yield Problem(
                f"{key}.max" if given else f"{key}.amount",
                "nothing says how much money comes",
                listed(given) or "nothing",
                _TWO_WAYS,
                "add max, the most that may be raised" if given else "add amount and month, or max",
            )


def bounds_of_rounds(parts: Parts) -> Iterator[Problem]:
    """Windows and bounds do not cross; the money raised is less than the company is worth after it."""
    timeline = parts.context.timeline
    for name, terms in parts.rounds.items():
        key = f"funding.{name}"
        if terms.max is not None and terms.min > terms.max:
            yield Problem(
                f"{key}.max",
                "`max` is below `min`",
                f"max = {terms.max:g}, min = {terms.min:g}",
                "max at least min",
                "raise max or lower min",
            )
        first, word = (terms.month, "month") if terms.kind == "credits" else (terms.first, "from")
        if timeline.sure and first is not None and terms.until is not None and first > terms.until:
            yield Problem(
                f"{key}.until",
                f"`until` comes before `{word}`",
                f"{word} = {timeline.label(first)}, until = {timeline.label(terms.until)}",
                f"until in or after {timeline.label(first)}",
                f"move until back, or {word} forward",
            )
        if terms.post_money is not None and terms.most >= terms.post_money:
            yield Problem(
                f"{key}.post_money",
                "the round would buy the whole company",
                f"{terms.most:g} of {terms.post_money:g}",
                "a valuation after the money above what is raised",
                "post_money is what the company is worth with the money in it; check both amounts",
            )


def terms_of_kinds(parts: Parts) -> Iterator[Problem]:
    """What each kind cannot do without."""
    for name, terms in parts.rounds.items():
        key = f"funding.{name}"
        if terms.owed and terms.rate is None:
            yield Problem(
                f"{key}.rate",
                f"{_words(terms)} needs its rate",
                "nothing",
                "a nominal rate a year",
                'add rate = 0.12, or "12 %"',
            )
        if terms.kind == "loan" and terms.term is None:
            yield Problem(
                f"{key}.term",
                "a loan needs its term",
                "nothing",
                "a number of months from 1 to 120",
                "add term = 36, the months over which it is repaid after interest_only",
            )
        if terms.kind == "equity" and terms.max is not None and not terms.signed and terms.post_money is None:
            yield Problem(
                f"{key}.post_money",
                "equity that the plan may raise needs the valuation at which it is raised",
                "nothing",
                "money, what the company is worth with the round in it",
                "add post_money: dilution is the amount over it, and without it equity would cost nothing",
            )
        if terms.kind == "credits":
            yield from _offers_of_credits(parts, name, terms)


def _offers_of_credits(parts: Parts, name: str, terms: Round) -> Iterator[Problem]:
    key = f"funding.{name}.only_for"
    paid = [offer for offer, entry in parts.offers.items() if entry.kind != "buy"]
    if not terms.only_for:
        yield Problem(key, "credits need the offers they pay for", "nothing", listed(paid) or "[compute.NAME]",
                      f'add only_for = ["{paid[0] if paid else "NAME"}"]')  # fmt: skip
    for offer in terms.only_for or ():
        if not parts.exists("compute", offer):
            yield missing(key, "offer", offer, parts.names("compute"), "compute")
        elif offer in parts.offers and parts.offers[offer].kind == "buy":
            yield Problem(
                key,
                f"credits cannot buy GPUs: sold again, those of `{offer}` would turn them into cash",
                shown(offer),
                listed(paid) or "offers to rent or to reserve",
                "name offers to rent or to reserve",
            )


def conditions(parts: Parts, folder: Path | None) -> Iterator[Problem]:
    """The model of a condition exists, is judged in time, and can reach what is asked."""
    for name, terms in parts.every("funding", "needs"):
        if terms.needs is None:
            continue
        key, wanted = f"funding.{name}.needs", terms.needs
        if not parts.exists("models", wanted.model):
            yield missing(key, "model", wanted.model, parts.names("models"), "models")
            continue
        yield from _too_late(parts, key, name, wanted.model)
        model = parts.one("models", wanted.model, *LAW)
        try:
            law = None if model is None else law_of(model, folder)
        except LawError:
            # Said of the model itself.
            law = None
        if law is not None:
            yield from _reachable(key, wanted, law)


def _too_late(parts: Parts, key: str, name: str, judged: str) -> Iterator[Problem]:
    """Money that waits for a model comes after the month in which it is judged."""
    timeline = parts.context.timeline
    terms = parts.one("funding", name, "kind", "month", "until")
    model = parts.one("models", judged, "deadline")
    if terms is not None and model is not None:
        last = terms.month if terms.month is not None and terms.kind != "credits" else terms.until
        if timeline.sure and model.deadline + 1 > (last or timeline.months):
            word = "month" if last is not None and last == terms.month else "until"
            yield Problem(
                key,
                f"{judged} is judged at the close of {timeline.label(model.deadline)}, too late for this money",
                f"{word} = {timeline.label(last or timeline.months)}",
                "money that comes after the month in which the model is judged",
                f"move {word} behind {timeline.label(model.deadline)}, or the deadline forward",
            )


def _reachable(key: str, wanted: Condition, law: Law) -> Iterator[Problem]:
    less_is_better = law.sense < 0
    good = "<=" if less_is_better else ">="
    if wanted.sense != good:
        yield Problem(
            key,
            f"money waits for a good model, and {'less' if less_is_better else 'more'} {law.metric} is better",
            str(wanted),
            f"models.{wanted.model}.value {good} NUMBER",
            f"write {good}",
        )
    asked = float(law.gain_of_metric(wanted.value))
    if not isfinite(asked):
        what = "any model has" if asked < 0 else "no amount of money gives a model of"
        yield Problem(
            key,
            f"{what} law {law.name} {law.metric} {wanted.value:g}",
            str(wanted),
            f"a {law.metric} that the law can reach and can miss",
            "choose a value that money can reach and that does not come by itself",
        )


def _words(terms: Round) -> str:
    """The kind with its article."""
    return {"equity": "equity", "crowdfunding": "crowdfunding", "credits": "a grant of credits"}.get(
        terms.kind, f"a {terms.kind.replace('-', ' ')}"
    )
