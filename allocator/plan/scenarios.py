"""``[scenario.NAME]``: fields that differ when things go another way, laid over the plan."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from allocator.errors import Problem
from allocator.plan.keys import MAX_ITEMS, NAME, NAMES, SCENARIO, SECTIONS
from allocator.plan.sections import NAMED, SINGLE, Section
from allocator.plan.values import Reads
from allocator.plan.wrong import did_you_mean, listed, shown

# Keys of a scenario that are its own, and no section of the plan.
OWN_KEYS = ("extends",)

Keys = tuple[str, ...]


@dataclass(frozen=True)
class Change:
    """One field that a scenario sets.

    Attributes
    ----------
    path : tuple of str
        ``("compute", "h100-cloud", "price")``.
    value : object
        As written.
    origin : str
        The scenario that says so, which the one that was named may extend.
    """

    path: Keys
    value: Any
    origin: str

    @property
    def key(self) -> str:
        """The field by its dotted path."""
        return ".".join(self.path)

    @property
    def place(self) -> str:
        """Where it stands in the file."""
        return f"{SCENARIO}.{self.origin}.{self.key}"

    def touches(self, key: str) -> bool:
        """Whether a dotted key names this field, something in it, or something around it."""
        mine = self.key
        return key == mine or key.startswith((f"{mine}.", f"{mine}[")) or mine.startswith(f"{key}.")


@dataclass(frozen=True)
class Scenarios:
    """The scenarios of a plan file.

    Attributes
    ----------
    changes : dict of str to tuple of Change
        What each scenario changes, with what it extends.
    parents : dict of str to tuple of str
        The scenarios that each extends, nearest first.
    problems : tuple of Problem
        What is wrong with the scenarios as such, without file and line.
    """

    changes: Mapping[str, tuple[Change, ...]] = field(default_factory=dict)
    parents: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    def chosen(self, names: Sequence[str]) -> tuple[tuple[Change, ...], list[Problem]]:
        """Return what some scenarios change together, and why they cannot be combined.

        A scenario that another one of them extends is part of that one.
        """
        problems = []
        for name in names:
            if name not in self.changes:
                known = list(self.changes)
                problems.append(
                    Problem(
                        SCENARIO,
                        f"the plan has no scenario `{name}`",
                        shown(name),
                        listed(known) or "none is defined",
                        did_you_mean(name, known, f"add [{SCENARIO}.{name}] or choose another"),
                        f"--scenario {name}",
                    )
                )
        found = [name for name in dict.fromkeys(names) if name in self.changes]
        inherited = {parent for name in found for parent in self.parents[name]}
        together: dict[Keys, tuple[Change, str]] = {}
        # Tables that hold a field another scenario has changed: replaced as a whole, they would undo it.
        around: dict[Keys, tuple[Change, str]] = {}
        for name in found:
            if name in inherited:
                continue
            for change in self.changes[name]:
                path = change.path
                before = [together[path[:length]] for length in range(1, len(path) + 1) if path[:length] in together]
                before += [around[path]] if path in around else []
                others = [(other, by) for other, by in before if by != name and other.origin != change.origin]
                if others:
                    problems.append(_clash(change, name, *others[0]))
                else:
                    together[path] = change, name
                    around |= {path[:length]: (change, name) for length in range(1, len(path))}
        return tuple(change for change, _ in together.values()), problems


def read_scenarios(document: Mapping[str, Any]) -> Scenarios:
    """Read ``[scenario.NAME]`` of a document: who extends whom, and which fields each changes."""
    content = document.get(SCENARIO)
    if content is None:
        return Scenarios()
    problems: list[Problem] = []
    if not isinstance(content, Mapping):
        problems.append(
            Problem(
                SCENARIO,
                f"`{SCENARIO}` is a section, not a value",
                shown(content),
                f"a table, [{SCENARIO}.NAME]",
                f"write [{SCENARIO}.NAME] on a line of its own and what differs below it",
            )
        )
        return Scenarios(problems=tuple(problems))
    if len(content) > MAX_ITEMS:
        message = f"[{SCENARIO}] has {len(content)} items"
        problems.append(Problem(SCENARIO, message, str(len(content)), f"at most {MAX_ITEMS}", "remove some"))
        return Scenarios(problems=tuple(problems))
    tables: dict[str, Mapping[str, Any]] = {}
    for name, entry in content.items():
        problem = _entry_problem(name, entry)
        if problem is None:
            tables[name] = entry
        else:
            problems.append(problem)
    parents: dict[str, tuple[str, ...]] = {}
    for name in tables:
        parents[name], problem = _parents(name, tables, content)
        if problem is not None:
            problems.append(problem)
    changes = {}
    for name in tables:
        own: dict[Keys, Change] = {}
        for origin in reversed((name, *parents[name])):
            for change in _changes(origin, tables[origin]):
                _put(own, change)
        changes[name] = tuple(own.values())
    return Scenarios(changes, parents, tuple(problems))


def laid_over(document: Mapping[str, Any], changes: Sequence[Change]) -> dict[str, Any]:
    """Return `document` with some fields changed; tables are copied on the way, never changed."""
    laid = dict(document)
    for change in changes:
        table = laid
        for key in change.path[:-1]:
            below = table.get(key)
            table[key] = dict(below) if isinstance(below, Mapping) else {}
            table = table[key]
        last = change.path[-1]
        table[last] = _merged(table.get(last), change.value)
    return laid


def scenario_problems(
    name: str, changes: Sequence[Change], document: Mapping[str, Any], found: Sequence[Problem], known: set[Problem]
) -> list[Problem]:
    """Say what is wrong with the plan under one scenario, where the scenario says it.

    Parameters
    ----------
    name : str
    changes : sequence of Change
        All that it changes.
    document : mapping
        The plan without it.
    found : sequence of Problem
        The mistakes of the plan with it.
    known : set of Problem
        Those the plan has without it.
    """
    problems: list[Problem] = []
    strangers: set[str] = set()
    for problem in found:
        if problem in known or problem.file:
            continue
        section, _, rest = problem.key.partition(".")
        item = rest.partition(".")[0].partition("[")[0]
        change = next((change for change in changes if change.touches(problem.key)), None)
        new = section in NAMED and bool(item) and not _has(document, section, item)
        if new:
            change = change or next((change for change in changes if change.path[:2] == (section, item)), None)
        if new and change is not None and problem.found == "nothing":
            # Most likely a misspelt name: as an item of its own it lacks what every item needs.
            key = f"{SCENARIO}.{change.origin}.{section}.{item}"
            if key not in strangers:
                strangers.add(key)
                items = list(document.get(section, {}))
                remedy = did_you_mean(item, items, f"name an item of the plan, or complete it: {problem.remedy}")
                message = f"the plan has no `{section}.{item}`, and as a new item it is incomplete: {problem.message}"
                problems.append(Problem(key, message, item, listed(items) or "none is defined", remedy))
        elif change is not None:
            problems.append(replace(problem, key=f"{SCENARIO}.{change.origin}.{problem.key}"))
        else:
            message = f"with this scenario, `{problem.key}`: {problem.message}"
            problems.append(replace(problem, key=f"{SCENARIO}.{name}", message=message))
    return [
        problem
        for problem in problems
        if problem.key in strangers or not any(problem.key.startswith(f"{key}.") for key in strangers)
    ]


def _entry_problem(name: str, entry: object) -> Problem | None:
    key = f"{SCENARIO}.{name}"
    if not NAME.fullmatch(name):
        return Problem(
            key,
            f"{shown(name)} cannot be a name",
            shown(name),
            NAMES,
            "rename it: names are used on the command line",
        )
    if not isinstance(entry, Mapping):
        remedy = f"give the scenario a name: [{SCENARIO}.NAME], with {name} = {shown(entry)} below it"
        return Problem(key, f"`{key}` is an item, not a value", shown(entry), f"a table, [{SCENARIO}.NAME]", remedy)
    if name in SECTIONS:
        remedy = f"give the scenario a name: [{SCENARIO}.NAME], with {name}.KEY = … below it"
        message = f"`{name}` is a section of the plan, and no name of a scenario"
        return Problem(key, message, name, f"a table, [{SCENARIO}.NAME]", remedy)
    if SCENARIO in entry:
        return Problem(
            f"{key}.{SCENARIO}",
            "a scenario changes fields of the plan, not scenarios",
            shown(entry[SCENARIO]),
            "sections of the plan, and extends",
            'build on another scenario with extends = "NAME"',
        )
    return None


def _parents(
    name: str, tables: Mapping[str, Mapping[str, Any]], names: Mapping[str, Any]
) -> tuple[tuple[str, ...], Problem | None]:
    """The scenarios that `name` extends, nearest first, and what is wrong with its own `extends`."""
    chain: list[str] = []
    here = name
    while "extends" in tables[here]:
        parent = tables[here]["extends"]
        others = [other for other in names if other != here]
        problem = None
        if not isinstance(parent, str):
            message = f"{shown(parent)} is not the name of a scenario"
            problem = (message, listed(others) or "the name of another scenario", "write one name in quotes")
        elif parent not in names:
            remedy = did_you_mean(parent, others, f"add [{SCENARIO}.{parent}] or remove this")
            problem = (f"there is no scenario `{parent}`", listed(others) or "none is defined", remedy)
        elif parent == name or parent in chain:
            message = f"`{name}` extends itself" + (f" through {listed(chain)}" if chain else "")
            problem = (message, "scenarios that end with one that extends none", "remove one `extends`")
        if problem is not None:
            mine = here == name or (isinstance(parent, str) and parent == name)
            place = f"{SCENARIO}.{name}.extends"
            return tuple(chain), Problem(place, problem[0], shown(parent), *problem[1:]) if mine else None
        if parent not in tables:
            break
        chain.append(parent)
        here = parent
    return tuple(chain), None


def _changes(origin: str, table: Mapping[str, Any]) -> Iterator[Change]:
    """The fields that one scenario sets itself, in the order of the file."""
    for section, content in table.items():
        if section in OWN_KEYS:
            continue
        for path, value in _leaves((section,), content):
            yield Change(path, value, origin)


def _leaves(path: Keys, value: Any) -> Iterator[tuple[Keys, Any]]:
    if isinstance(value, Mapping) and value and not _is_field(path):
        for key, entry in value.items():
            yield from _leaves((*path, key), entry)
    else:
        yield path, value


def _is_field(path: Keys) -> bool:
    """Whether a path is a field that varies by month: its table is one value."""
    section, *rest = path
    model = (SINGLE | NAMED).get(section)
    names = rest if section in SINGLE else rest[1:]
    return model is not None and len(names) == 1 and names[0] in _by_month(model)


def _by_month(model: type[Section]) -> frozenset[str]:
    return frozenset(
        name
        for name, entry in model.model_fields.items()
        if any(isinstance(mark, Reads) and mark.by_month for mark in entry.metadata)
    )


def _put(own: dict[Keys, Change], change: Change) -> None:
    """Note a change over those of the scenarios that are extended."""
    for path in [path for path in own if path[: len(change.path)] == change.path and path != change.path]:
        del own[path]
    for length in range(1, len(change.path)):
        own.pop(change.path[:length], None)
    before = own.pop(change.path, None)
    value = change.value if before is None else _merged(before.value, change.value)
    own[change.path] = replace(change, value=value)


# A value that varies by month: the two ways to write it as a table.
_RATES = ("yearly_change", "monthly_change")


def _merged(old: Any, new: Any) -> Any:
    """A value over another; of ``{start, change}`` and of a table of months only what is named changes."""
    if not isinstance(old, Mapping) or not isinstance(new, Mapping):
        return new
    paths = ("start", *_RATES)
    if all(key in paths for key in old) != all(key in paths for key in new):
        return new
    kept = {key: entry for key, entry in old.items() if key not in _RATES or not any(rate in new for rate in _RATES)}
    return {**kept, **new}


def _has(document: Mapping[str, Any], section: str, item: str) -> bool:
    items = document.get(section)
    return isinstance(items, Mapping) and item in items


def _clash(change: Change, name: str, other: Change, other_name: str) -> Problem:
    return Problem(
        change.place,
        f"scenarios `{other_name}` and `{name}` both change `{change.key}`",
        f"{shown(other.value)} and {shown(change.value)}",
        "scenarios that change different fields",
        f'choose one of them, or write a third that says which holds: extends = "{name}"',
        f"--scenario {name}",
    )
