"""A plan from a file or a dictionary, with every mistake found in one pass."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from allocator.errors import PlanError, Problem
from allocator.plan.algebra import Rule
from allocator.plan.checks import Parts, check_parts
from allocator.plan.keys import SCENARIO, Sifted, most_items, sift, sift_section, table_of
from allocator.plan.limits import parse_limit
from allocator.plan.overrides import apply_overrides, as_override, override_of
from allocator.plan.reading import plain, read_file
from allocator.plan.schema import Plan
from allocator.plan.sections import NAMED, SINGLE, Horizon, Section
from allocator.plan.timeline import Month, Timeline
from allocator.plan.units import UNKNOWN, Currency
from allocator.plan.unread import Unread, adapter
from allocator.plan.values import Context, Reads
from allocator.plan.wrong import WrongValueError, did_you_mean, listed, shown


def load_plan(
    source: str | Path | Mapping[str, Any],
    *,
    overrides: Sequence[str] = (),
    scenarios: Sequence[str] = (),
    file: str | None = None,
) -> Plan:
    """Read a plan and resolve it to base units.

    Parameters
    ----------
    source : str, Path or mapping
        Path of a TOML file, or the same document as a dictionary.
    overrides : sequence of str
        ``"key.path=value"`` each, applied in order before anything is read: ``"compute.h100.price=2.2"``,
        ``"plan.cash=8M"``.
    scenarios : sequence of str
        Names of scenarios of the plan, laid over it together before any override.
    file : str, optional
        What errors call the source; its path, or ``<dict>``, when left out.

    Returns
    -------
    Plan
        Frozen; every value resolved.

    Raises
    ------
    PlanError
        With every mistake of the plan at once.
    """
    if isinstance(source, Mapping):
        place = file or "<dict>"
        return _load(plain(source, place), list(overrides), scenarios, Place(place))
    path = Path(source)
    place = file or str(path)
    document, text = read_file(path)
    return _load(plain(document, place), list(overrides), scenarios, Place(place, text, path.parent))


def change_plan(plan: Plan, values: Mapping[str, Any] | Sequence[str]) -> Plan:
    """Return `plan` with some values of its document replaced; see `Plan.changed`."""
    numbers: Mapping[str, Any] | None = None
    if isinstance(values, Mapping):
        overrides = [as_override(key, value) for key, value in values.items()]
        numbers = None if any("=" in str(key) for key in values) else values
    else:
        overrides = list(values)
    document = dict(plan.document)
    problems = apply_overrides(document, overrides, tuple(NAMED), numbers)
    changed = None if problems else reread(plan, document)
    if changed is not None:
        return changed
    # Something is wrong, or the change reaches further than some sections: then everything is read again.
    place = Place(plan.file, None, plan.folder)
    if any(of_scenario(override) for override in overrides):
        return _load(plan.document, overrides, (), place, plan.applied)
    return build(dict(plan.document), overrides, place, plan.applied)


def _load(
    document: dict[str, Any],
    overrides: list[str],
    scenarios: Sequence[str],
    place: Place,
    applied: tuple[str, ...] = (),
) -> Plan:
    """Read a document, with its scenarios where it has some or is asked for some."""
    if SCENARIO not in document and not scenarios and not any(map(of_scenario, overrides)):
        return build(document, overrides, place)
    from allocator.plan.laying import load_with_scenarios

    return load_with_scenarios(document, overrides, scenarios, place, applied)


def of_scenario(override: str) -> bool:
    return override.strip().startswith(f"{SCENARIO}.")


def add_limits(plan: Plan, rules: Mapping[str, object]) -> Plan:
    """Return `plan` with more limits; see `Plan.with_limits`."""
    written = {name: str(rule) if isinstance(rule, Rule) else rule for name, rule in rules.items()}
    document = {**plan.document, "limits": {**plan.document.get("limits", {}), **written}}
    place = Place(plan.file, None, plan.folder)
    return (reread(plan, document) if "limits" in plan.document else None) or build(document, [], place, plan.applied)


def extend_plan(plan: Plan, months: int) -> Plan:
    """Return `plan` with so many months more; see `Plan.extended`."""
    if months < 0:
        raise ValueError("a plan can only be extended by a number of months from 0 upwards")
    document = copy.deepcopy(plan.document)
    length = plan.plan.months
    document["plan"]["months"] = length + months
    for laid in (document, *document.get(SCENARIO, {}).values()):
        _extend_lists(laid, months)
    return build(document, [], Place(plan.file, None, plan.folder), plan.applied)


def _extend_lists(document: dict[str, Any], months: int) -> None:
    """Let every list of months hold its last value for so many months more."""
    for section, model in [*NAMED.items(), *SINGLE.items()]:
        content = document.get(section, {})
        for table in content.values() if section in NAMED else [content]:
            _extend_table(table, model, months)


def _extend_table(table: dict[str, Any], model: type[Section], months: int) -> None:
    """Also the lists of tables inside the table."""
    for name, field in model.file_keys().items():
        by_month = any(isinstance(mark, Reads) and mark.by_month for mark in field.metadata)
        if by_month and isinstance(table.get(name), list):
            table[name] = [*table[name], *[table[name][-1]] * months]
        inner = table_of(model, name)
        if inner is not None and isinstance(table.get(name), dict):
            _extend_table(table[name], inner, months)


@dataclass(frozen=True)
class Place:
    """Where a document came from: what errors call it, its text if it has one, and its folder."""

    file: str
    text: str | None = None
    folder: Path | None = None


def read_parts(document: Mapping[str, Any], folder: Path | None) -> tuple[Parts, Context, list[Problem]]:
    """The parts of a document that can be read, and every mistake in it."""
    sifted = sift(document)
    context = _context(sifted.sections.get("plan"))
    parts = _parse(sifted, context)
    return parts, context, [*sifted.problems, *parts.problems, *check_parts(parts, folder)]


def plan_of(parts: Parts, context: Context) -> Plan:
    return Plan.model_validate({**parts.single, **parts.named, "limits": parts.limits}, context=context)


def build(document: dict[str, Any], overrides: list[str], place: Place, applied: tuple[str, ...] = ()) -> Plan:
    problems = apply_overrides(document, overrides, tuple(NAMED))
    parts, context, found = read_parts(document, place.folder)
    problems += placed_in_file(found, place.file, place.text, overrides)
    if problems:
        raise PlanError(problems)
    return plan_of(parts, context).placed(place.file, document, place.folder, applied)


def reread(plan: Plan, document: dict[str, Any]) -> Plan | None:
    """The plan that `document` says, of which only what differs from the document of `plan` is read.

    A section's values follow from its own table, the currency and the months, and from nothing
    else; what parts say of each other is checked in full. None where the currency, the months or
    the names of sections and items differ, and where anything is wrong.
    """
    old, horizon = plan.document, plan.plan
    if list(document) != list(old) or not all(isinstance(content, Mapping) for content in document.values()):
        return None
    if any(document["plan"].get(key) != old["plan"].get(key) for key in ("currency", "start", "months")):
        return None
    sifted = Sifted()
    for section, content in document.items():
        if content is old[section]:
            continue
        if section in SINGLE:
            sift_section(sifted, section, content)
        elif (
            section == SCENARIO
            or len(content) > most_items(section)
            or (section != "limits" and list(content) != list(old[section]))
        ):
            return None
        else:
            # What was not touched is the same object: equal values may be of different types.
            rest = {name: entry for name, entry in content.items() if entry is not old[section].get(name)}
            sift_section(sifted, section, rest)
    context = Context(Currency.parse(horizon.currency), Timeline(horizon.start, horizon.months))
    read = _parse(sifted, context)
    if sifted.problems or read.problems:
        return None
    sections: dict[str, Any] = {name: getattr(plan, name) for name in (*SINGLE, *NAMED, "limits")}
    sections |= read.single
    sections |= {name: {**sections[name], **items} for name, items in read.named.items() if items}
    if read.limits:
        sections["limits"] = {
            name: read.limits[name] if name in read.limits else plan.limits[name] for name in document["limits"]
        }
    parts = Parts(
        context=context,
        single={name: sections[name] for name in SINGLE},
        named={name: sections[name] for name in NAMED},
        limits=sections["limits"],
    )
    if check_parts(parts, plan.folder):
        return None
    return plan.with_sections(sections, document)


def _context(table: Mapping[str, Any] | None) -> Context:
    """Read what the other sections need from ``[plan]``, as far as it can be read."""
    if table is None:
        return Context(UNKNOWN, Timeline(Month(2000, 1), 12, sure=False))
    fields: dict[str, Any] = {}
    fallback = Context(UNKNOWN, Timeline(Month(2000, 1), 12, sure=False))
    for name in ("currency", "start", "months"):
        if name in table:
            try:
                fields[name] = adapter(Horizon, name).validate_python(table[name], context=fallback)
            except ValidationError:
                continue
    currency = fallback.currency
    if "currency" in fields or "currency" not in table:
        currency = Currency.parse(fields.get("currency", "USD"))
    sure = "start" in fields and "months" in fields
    return Context(currency, Timeline(fields.get("start", Month(2000, 1)), fields.get("months", 12), sure=sure))


def _parse(sifted: Sifted, context: Context) -> Parts:
    """Validate every section on its own, so that one mistake does not hide the others."""
    parts = Parts(context=context, broken=set(sifted.broken))
    for section, model in SINGLE.items():
        if section in sifted.sections:
            value = _read(parts, model, section, "", sifted.sections[section])
            if value is not None:
                parts.single[section] = value
    for section, model in NAMED.items():
        parts.named[section] = {}
        for name, table in sifted.sections.get(section, {}).items():
            value = _read(parts, model, section, name, table)
            if value is None:
                parts.broken.add((section, name))
            else:
                parts.named[section][name] = value
    for name, rule in sifted.sections.get("limits", {}).items():
        try:
            parts.limits[name] = parse_limit(name, rule, context.timeline)
        except WrongValueError as wrong:
            parts.problems.append(_problem(f"limits.{name}", wrong, rule))
    return parts


def _read(parts: Parts, model: type[Section], section: str, name: str, table: Mapping[str, Any]) -> Section | None:
    """Read a section, or an item of one; where it has mistakes, remember which of its keys have none."""
    key = f"{section}.{name}" if name else section
    known = len(parts.problems)
    value = validated(model, key, table, parts.context, parts.problems)
    if value is None:
        below = (problem.key.removeprefix(f"{key}.") for problem in parts.problems[known:])
        wrong = frozenset(re.split(r"[.\[]", place, maxsplit=1)[0] for place in below)
        parts.unread[section, name] = Unread(model, table, wrong)
    return value


def validated(
    model: type[Section], key: str, table: Mapping[str, Any], context: Context, problems: list[Problem]
) -> Section | None:
    """Read one section; None, with what is wrong added to `problems`, where it cannot be read."""
    try:
        return model.model_validate(dict(table), context=context)
    except ValidationError as error:
        problems += [_said(details, key, model, table) for details in error.errors(include_url=False)]
        return None


def _problem(key: str, wrong: WrongValueError, value: object) -> Problem:
    found = shown(value) if wrong.found is None else wrong.found
    return Problem(key + wrong.where, wrong.message, found, wrong.allowed, wrong.remedy)


def _said(details: ErrorDetails, key: str, model: type[Section], table: Mapping[str, Any]) -> Problem:
    """Turn one of pydantic's errors into a problem in the words of the plan file."""
    place = ".".join([key, *(str(part) for part in details["loc"])])
    cause = details.get("ctx", {}).get("error")
    if isinstance(cause, WrongValueError):
        return _problem(place, cause, details["input"])
    kind, value = details["type"], details["input"]
    name = str(details["loc"][-1]) if details["loc"] else key
    found = shown(value)
    if kind == "missing":
        return Problem(place, f"`{name}` is missing", "nothing", _about(model, name), f"add {_example(name, table)}")
    if kind == "literal_error":
        expected = str(details.get("ctx", {}).get("expected", "")).replace("'", '"').replace(" or ", ", ")
        options = [option.strip().strip('"') for option in expected.split(",")]
        remedy = did_you_mean(str(value), options, "choose one of them")
        return Problem(place, f"{found} is not a {name}", found, listed(options), remedy)
    words = {
        "string_type": ("text", f'put it in quotes: {name} = "…"'),
        "bool_type": ("true or false", "write true or false, without quotes"),
        "dict_type": ("a table", f"write {name} = {{key = value}}"),
        "model_type": ("a table", f"write {name} = {{key = value}}"),
        "model_attributes_type": ("a table", f"write {name} = {{key = value}}"),
        "string_too_short": ("some text", "write a name"),
        "string_too_long": ("a short text", "shorten it"),
    }
    wanted, remedy = words.get(kind, (_about(model, name), "write a value of that kind"))
    return Problem(place, f"{found} is not {wanted}", found, wanted, remedy)


_EXAMPLES = {
    "start": 'start = "2026-09"',
    "months": "months = 36",
    "cash": "cash = 80e6",
    "deadline": 'deadline = "2028-06"',
    "law": 'law = "chinchilla-replication"',
    "salary": 'salary = "150 kUSD/year"',
    "unit": 'unit = "token"',
    "month": 'month = "2027-06"',
    "amount": "amount = 1_500",
}


def _example(name: str, table: Mapping[str, Any]) -> str:
    if name == "kind":
        return 'kind = "equity"' if "month" in table else 'kind = "rent"'
    if name == "price":
        # The kind may be anything at all, and is said to be wrong elsewhere.
        return {"'buy'": "price = 30_000", "None": 'price = "2 USD/Mtoken"'}.get(
            repr(table.get("kind")), "price = 2.49"
        )
    return _EXAMPLES.get(name, f"{name} = …")


def _about(model: type[Section], name: str) -> str:
    """Return what a field holds, in words."""
    schema = model.model_json_schema()
    for table in (schema, *schema.get("$defs", {}).values()):
        field = table.get("properties", {}).get(name)
        if field:
            if "enum" in field:
                return listed(field["enum"])
            return str(field.get("description", field.get("type", "a value"))).split(";")[0]
    return "a value"


def placed_in_file(problems: Sequence[Problem], file: str, text: str | None, overrides: Sequence[str]) -> list[Problem]:
    """Give every problem its file and line, in the order of the file."""
    if not problems:
        return []
    lines: dict[tuple[str, ...], int] = {}
    if text is not None:
        from allocator.plan.locate import key_lines

        lines = key_lines(text)
    from allocator.plan.locate import line_of

    placed = []
    for problem in problems:
        override = override_of(problem.key, overrides) or _added_to(problem.key, overrides, lines)
        if problem.file:
            placed.append(problem)
        elif override is not None:
            placed.append(replace(problem, file=f"--set {override}"))
        else:
            placed.append(replace(problem, file=file, line=line_of(problem.key, lines)))
    return sorted(placed, key=lambda problem: (problem.line is not None, problem.line or 0))


def _added_to(key: str, overrides: Sequence[str], lines: Mapping[tuple[str, ...], int]) -> str | None:
    """The override that gave a scenario an item which its text does not have."""
    if not of_scenario(key) or tuple(key.split(".")) in lines:
        return None
    return next((override for override in overrides if override.startswith(f"{key}.")), None)
