"""Which keys a plan may have: unknown names, keys of another kind of offer, keys this version cannot plan yet."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, get_args

from allocator.errors import Problem
from allocator.plan.sections import NAMED, SINGLE, Section
from allocator.plan.wrong import did_you_mean, listed, nearest, shown

# Scenarios are laid over a document before it is read: `allocator.plan.scenarios`.
SCENARIO = "scenario"
SECTIONS = ("plan", "runway", *NAMED, "research", "objective", "limits", SCENARIO)
MAX_ITEMS = 2_000
# Locks are limits: one or more for every decision of every month.
MAX_LIMITS = 50_000

# Keys that belong to some kinds of item only.
_ROUNDS = ("equity", "grant", "crowdfunding")
_ONLY_OF_KIND: dict[str, dict[str, tuple[str, ...]]] = {
    "compute": {
        "now": ("reserve", "buy"),
        "age": ("reserve", "buy"),
        "term": ("reserve",),
        "upfront": ("reserve",),
        "exit_fee": ("reserve",),
        "exit_months": ("reserve",),
        "lead": ("buy",),
        "life": ("buy",),
        "running": ("buy",),
        "resale": ("buy",),
    },
    "funding": {
        "amount": (*_ROUNDS, "loan", "credits"),
        "month": (*_ROUNDS, "loan", "credits"),
        "from": (*_ROUNDS, "loan", "credit-line"),
        "min": (*_ROUNDS, "loan"),
        "max": (*_ROUNDS, "loan", "credit-line"),
        "post_money": ("equity",),
        "fee": (*_ROUNDS, "loan", "credit-line"),
        "rate": ("loan", "credit-line"),
        "interest_only": ("loan",),
        "term": ("loan",),
        "covenant": ("loan", "credit-line"),
        "only_for": ("credits",),
    },
}
_ITEM = {"compute": "an offer", "funding": "money"}
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,79}")
NAMES = "letters, digits, - and _, beginning with a letter or digit, at most 80"


@dataclass
class Sifted:
    """A document without the keys that cannot be read, and what was wrong with them.

    Attributes
    ----------
    sections : dict
        Section name to its table, or to a table of tables; only what may be read further.
    problems : list of Problem
        Without file and line.
    broken : set of (section, item)
        Items that exist but were left out; references to them are not reported again.
    """

    sections: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    broken: set[tuple[str, str]] = field(default_factory=set)

    def add(self, key: str, message: str, found: str, allowed: str, remedy: str) -> None:
        """Note one mistake."""
        self.problems.append(Problem(key=key, message=message, found=found, allowed=allowed, remedy=remedy))


def sift(document: Mapping[str, Any]) -> Sifted:
    """Separate what can be read from keys that are unknown, misplaced or not planned yet."""
    sifted = Sifted()
    for name, content in document.items():
        if name == SCENARIO:
            continue
        if name not in SECTIONS:
            _unknown_section(sifted, name, content)
        elif not isinstance(content, Mapping):
            sifted.add(
                name,
                f"`{name}` is a section, not a value",
                shown(content),
                f"a table, [{_header(name)}]",
                f"write [{_header(name)}] on a line of its own and its keys below it",
            )
        else:
            sift_section(sifted, name, content)
    # A misspelt section is there: that it is missing, and so is what it holds, would be said twice.
    misspelt = {name: near for name in document if name not in SECTIONS and (near := nearest(name, SECTIONS))}
    for name, near in misspelt.items():
        content = document[name]
        if isinstance(content, Mapping):
            sifted.broken.update((near, item) for item in content)
    for required in ("plan", "models"):
        if required not in document and required not in misspelt.values():
            remedy = {
                "plan": 'add [plan] with start = "2026-09", months = 36 and cash = 80e6',
                "models": "add a model to train: [models.NAME] with law and deadline",
            }[required]
            sifted.add(required, f"the section [{required}] is missing", "nothing", f"[{required}]", remedy)
    return sifted


def sift_section(sifted: Sifted, name: str, content: Mapping[str, Any]) -> None:
    """Separate what can be read of one section, or of some items of one."""
    if name in SINGLE:
        sifted.sections[name] = _keys(sifted, name, name, content, SINGLE[name])
    else:
        sifted.sections[name] = _items(sifted, name, content)


def most_items(section: str) -> int:
    """How many items a section may have."""
    return MAX_LIMITS if section == "limits" else MAX_ITEMS


def _header(section: str) -> str:
    """Return what stands in the brackets above the keys of a section."""
    return f"{section}.NAME" if section in NAMED else section


def _unknown_section(sifted: Sifted, name: str, content: object) -> None:
    remedy = did_you_mean(name, SECTIONS, "remove it, or move it into the section it belongs to")
    home = next((section for section, model in SINGLE.items() if name in model.file_keys()), None)
    if home and not nearest(name, SECTIONS):
        remedy = f"move it below the line [{home}]"
    if name == "accounts":
        remedy = "figures of a company without a plan are read by `allocator diagnose` alone, from a file of their own"
    sifted.add(name, f"`{name}` is not a section of a plan", shown(content), listed(SECTIONS), remedy)


def _items(sifted: Sifted, section: str, content: Mapping[str, Any]) -> dict[str, Any]:
    items: dict[str, Any] = {}
    most = most_items(section)
    if len(content) > most:
        sifted.add(
            section, f"[{section}] has {len(content)} items", str(len(content)), f"at most {most}", "merge items"
        )
        return items
    nameless = {name: entry for name, entry in content.items() if _is_field(section, name, entry)}
    if nameless:
        example = ", ".join(f"{name} = {shown(entry)}" for name, entry in nameless.items())
        sifted.add(
            section,
            f"the keys of [{section}] belong to a named item",
            ", ".join(nameless),
            f"[{section}.NAME]",
            f"give the item a name: write [{section}.NAME], with {example} below it",
        )
    for name, entry in content.items():
        key = f"{section}.{name}"
        if name in nameless:
            sifted.broken.add((section, name))
        elif not NAME.fullmatch(name):
            sifted.add(
                key,
                f"{shown(name)} cannot be a name",
                shown(name),
                NAMES,
                "rename it: names are used in limits and on the command line",
            )
            sifted.broken.add((section, name))
        elif section == "limits":
            items[name] = entry
        elif not isinstance(entry, Mapping):
            sifted.broken.add((section, name))
            remedy = f"write [{section}.{name}] and its keys below it"
            sifted.add(key, f"`{key}` is an item, not a value", shown(entry), f"a table, [{section}.NAME]", remedy)
        else:
            items[name] = _keys(sifted, section, key, entry, NAMED[section])
    if section == "models" and not content:
        sifted.add(
            "models", "no model is planned", "an empty section", "at least one [models.NAME]", "add a model to train"
        )
    return items


def _is_field(section: str, name: str, entry: object) -> bool:
    """Whether an entry of a section is a key that was meant for one of its items."""
    return section in NAMED and name in NAMED[section].file_keys() and not isinstance(entry, Mapping)


def _keys(sifted: Sifted, section: str, key: str, entry: Mapping[str, Any], model: type[Section]) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    kind, of_kind = entry.get("kind"), _ONLY_OF_KIND.get(section, {})
    kinds = get_args(model.model_fields["kind"].annotation) if of_kind else ()
    for name, value in entry.items():
        place = f"{key}.{name}"
        owners = of_kind.get(name, ())
        if name not in model.file_keys():
            allowed = list(model.file_keys())
            remedy = did_you_mean(name, allowed, "remove it")
            sifted.add(place, f"`{name}` is not a key of [{_header(section)}]", shown(value), listed(allowed), remedy)
        elif owners and kind in kinds and kind not in owners:
            sifted.add(
                place,
                f"`{name}` does not belong to {_ITEM[section]} with kind = {shown(kind)}",
                shown(value),
                f"`{name}` belongs to kind = {' or '.join(shown(owner) for owner in owners)}",
                f"remove {name}, or change kind",
            )
        elif isinstance(value, Mapping) and (inner := table_of(model, name)) is not None:
            kept[name] = _keys(sifted, f"{_header(section)}.{name}", place, value, inner)
        else:
            kept[name] = value
    return kept


def table_of(model: type[Section], name: str) -> type[Section] | None:
    """The section that a key of another holds as a table of its own, ``hiring`` of a role."""
    annotation = model.file_keys()[name].annotation
    for choice in (annotation, *get_args(annotation)):
        if isinstance(choice, type) and issubclass(choice, Section):
            return choice
    return None
