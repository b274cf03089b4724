"""Whatever a file or dictionary holds, the answer is a plan or a PlanError that can be printed."""

from __future__ import annotations

import copy
import math
import tomllib
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from working_plan import WORKING

from allocator.errors import PlanError
from allocator.plan import Plan, load_plan, plausibility, readback

QUICK = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
STRINGS = st.one_of(
    st.text(max_size=20),
    st.sampled_from(
        [
            "8M",
            "2 USD/Mtoken",
            "150 kUSD/year",
            "2026-09",
            "99999999",
            "-1 %",
            "1e999 USD",
            "USD",
            "9 USD/s/s/s",
            "٣",
            "compute.cloud.gpus[1..2] <= 3",
            "-total.spend >= 1e400",
            "1 * 2 <= total.spend",
            "H100",
            "reserve",
            "buy",
            "/",
        ]
    ),
)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.sampled_from([10**400, -(10**30), 0, 1, 601, math.inf, -math.inf, math.nan, 1e308, 5e-324]),
    st.floats(),
    STRINGS,
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(
            st.one_of(STRINGS, st.sampled_from(["start", "yearly_change", "1", "2026-09"])), inner, max_size=3
        ),
    ),
    max_leaves=6,
)


def _paths(value: Any, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    below = (
        [inner for key, entry in value.items() for inner in _paths(entry, (*path, key))]
        if isinstance(value, dict)
        else []
    )
    return ([path] if path else []) + below


DOCUMENT = tomllib.loads(WORKING)
PATHS = _paths(DOCUMENT)


def _answer(source: Any, overrides: tuple[str, ...] = (), scenarios: tuple[str, ...] = ()) -> None:
    try:
        answer: Plan | PlanError = load_plan(source, overrides=overrides, scenarios=scenarios)
    except PlanError as refused:
        answer = refused
    if isinstance(answer, PlanError):
        assert answer.problems
        assert all(problem.message and problem.file and problem.remedy for problem in answer.problems)
        assert str(answer)
        return
    assert len(answer.sha256()) == 64
    assert readback(answer)
    plausibility(answer)
    if answer.plan.months < 590:
        assert answer.extended(3).plan.months == answer.plan.months + 3


@QUICK
@given(st.lists(st.tuples(st.sampled_from(PATHS), VALUES), min_size=1, max_size=3))
def test_any_value_in_any_place_gives_a_plan_or_a_plan_error(changes: list[tuple[tuple[str, ...], Any]]) -> None:
    document = copy.deepcopy(DOCUMENT)
    for path, value in changes:
        table: Any = document
        for key in path[:-1]:
            table = table.get(key) if isinstance(table, dict) else None
        if isinstance(table, dict):
            table[path[-1]] = value
    _answer(document)


@QUICK
@given(
    st.integers(0, len(WORKING)),
    st.integers(0, 12),
    st.one_of(st.text(max_size=8), st.sampled_from(["[", "]]", "=", '"', "'''", "\n", "{", "[[", "= {a = [", "\x00"])),
)
def test_any_damage_to_the_text_gives_a_plan_or_a_plan_error(tmp_path: Path, at: int, cut: int, put: str) -> None:
    text = WORKING[:at] + put + WORKING[at + cut :]
    path = tmp_path / "plan.toml"
    path.write_bytes(text.encode("utf-8", errors="surrogatepass"))
    _answer(path)


@QUICK
@given(st.binary(max_size=200))
def test_any_bytes_give_a_plan_or_a_plan_error(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "plan.toml"
    path.write_bytes(content)
    _answer(path)


@QUICK
@given(st.dictionaries(st.text(max_size=5), VALUES, max_size=4))
def test_any_dictionary_gives_a_plan_or_a_plan_error(document: dict[str, Any]) -> None:
    _answer(document)


@QUICK
@given(st.sampled_from([".".join(path) for path in PATHS]), STRINGS, st.booleans())
def test_any_override_gives_a_plan_or_a_plan_error(path: str, value: str, spoilt: bool) -> None:
    _answer(DOCUMENT, overrides=(f"{path}{value}" if spoilt else f"{path}={value}",))


@QUICK
@given(
    st.lists(st.tuples(st.sampled_from(PATHS), VALUES), max_size=3),
    st.one_of(st.none(), VALUES),
    st.booleans(),
)
def test_any_scenario_gives_a_plan_or_a_plan_error(
    changes: list[tuple[tuple[str, ...], Any]], extends: Any, chosen: bool
) -> None:
    scenario: dict[str, Any] = {} if extends is None else {"extends": extends}
    for path, value in changes:
        table: Any = scenario
        for key in path[:-1]:
            table = table.setdefault(key, {}) if isinstance(table, dict) else None
        if isinstance(table, dict):
            table[path[-1]] = value
    document = {**copy.deepcopy(DOCUMENT), "scenario": {"x": scenario, "y": {"extends": "x"}}}
    _answer(document, scenarios=("y",) if chosen else ())


@QUICK
@given(VALUES)
def test_any_section_of_scenarios_gives_a_plan_or_a_plan_error(content: Any) -> None:
    _answer({**copy.deepcopy(DOCUMENT), "scenario": content})


RULE_PARTS = [
    *("compute.spend", "total.spend", "cash", "compute.owned.sold.2026-10", "people.spend.salary", "[2026-10]"),
    *("[1..3]", "3", "1e3", "+", "-", "*", "/", "(", ")", "<=", ">=", "=", "+-", "±", " ", "x", ".", "[", "0"),
]


@QUICK
@given(st.lists(st.sampled_from(RULE_PARTS), max_size=12))
def test_any_rule_gives_a_plan_or_a_plan_error(parts: list[str]) -> None:
    document = copy.deepcopy(DOCUMENT)
    document["limits"] = {"rule": "".join(parts)}
    _answer(document)


def test_a_deeply_nested_text_is_refused_without_a_traceback(tmp_path: Path) -> None:
    path = tmp_path / "plan.toml"
    for opening, closing in (("[", "]"), ("{a=", "}")):
        path.write_text(f"x = {opening * 3000}1{closing * 3000}", encoding="utf-8")
        _answer(path)


def test_a_dictionary_that_holds_itself_is_refused_without_a_traceback() -> None:
    document: dict[str, Any] = copy.deepcopy(DOCUMENT)
    document["costs"] = document
    _answer(document)
