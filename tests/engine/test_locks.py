"""A result read back as locks: the same plan again, and a changed one that keeps what was decided."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from plans import Document, ledger_of, merged, small_lab, solved
from random_plans import draw
from test_every_quantity_is_the_same_twice import EVERYTHING, SELLING

from allocator import InfeasibleError, Options, load_plan
from allocator.errors import UsageError
from allocator.plan.quantities import MEASURES
from allocator.resources import examples_dir
from allocator.result.locks import GIVE, locks_of, read_locks
from allocator.result.result import Result
from allocator.session import Session

WHOLE: Document = {"plan": {"whole": True}, "compute": {"cloud": {"lot": 2}}}
PLANS: dict[str, Callable[[], Any]] = {
    "everything": lambda: small_lab(**EVERYTHING),
    "selling": lambda: small_lab(**SELLING),
    "selling whole": lambda: small_lab(**merged(SELLING, WHOLE)),
    "whole": lambda: small_lab(**merged(EVERYTHING, WHOLE)),
    "whole until": lambda: small_lab(**merged(EVERYTHING, merged(WHOLE, {"plan": {"whole": 6}}))),
    "in thousands": lambda: merged(small_lab(), {"plan": {"currency": "kUSD", "cash": 20e3},
                                                 "people": {"researchers": {"salary": 20}}}),
    "lab": lambda: examples_dir() / "series-b-lab.toml",
    "startup": lambda: examples_dir() / "image-startup.toml",
}  # fmt: skip


def again(result: Result, until: str | int | None, **options: Any) -> Result:
    plan = result.plan.with_limits(result.locks(until))
    return Session(plan, Options(**{"solver": "highs", **options})).solve(horizon_audit=False)


@pytest.mark.parametrize("until", [None, 3])
@pytest.mark.parametrize("name", PLANS)
def test_a_plan_with_its_own_locks_is_the_same_plan(name: str, until: int | None) -> None:
    first = Session(load_plan(PLANS[name]())).solve(horizon_audit=False)
    second = again(first, until)
    # What is not locked of a whole plan is found to within the gap only.
    within = 1e-6 if until is None or "whole" not in name else 3e-3
    assert second.objective["gain"] == pytest.approx(first.objective["gain"], abs=within)
    last = until or first.plan.plan.months
    for section, item, key in (("people", "researchers", "hired"), ("data", "text", "bought")):
        if item in first.decisions[section]:
            mine, theirs = first.decisions[section][item][key], second.decisions[section][item][key]
            assert theirs[:last] == pytest.approx(mine[:last], rel=1e-7, abs=1e-7)


@pytest.mark.parametrize("solver", ["clarabel", "cbc"])
def test_locks_hold_with_other_solvers(solver: str) -> None:
    first = solved(small_lab(**EVERYTHING), solver=solver)
    assert again(first, None, solver=solver).objective["gain"] == pytest.approx(first.objective["gain"], abs=1e-6)


@pytest.mark.parametrize("seed", range(8))
def test_random_plans_are_found_again_from_their_locks(seed: int) -> None:
    try:
        first = solved(draw(seed))
    except InfeasibleError:
        pytest.skip("this plan cannot be carried out")
    for until in (None, first.plan.plan.months // 2):
        assert again(first, until).objective["gain"] == pytest.approx(first.objective["gain"], abs=1e-6)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(8, 60))
def test_many_random_plans_are_found_again_from_their_locks(seed: int) -> None:
    test_random_plans_are_found_again_from_their_locks(seed)


def test_a_changed_plan_keeps_what_was_decided_and_plans_the_rest_anew() -> None:
    first = solved(small_lab(**EVERYTHING))
    until = first.plan.month_label(4)
    later = {"compute.cloud.price": (2.5, 4.0), "compute.own.price": (14e3, 20e3), "data.text.price": (2e-6, 3e-6)}
    dearer = first.plan.changed({key: {"2026-09": now, "2027-01": then} for key, (now, then) in later.items()})
    free = Session(dearer).solve(horizon_audit=False)
    kept = Session(dearer.with_limits(first.locks(until))).solve(horizon_audit=False)
    for section, item, key in (
        ("compute", "cloud", "gpus"),
        ("compute", "hall", "signed"),
        ("compute", "own", "ordered"),
        ("data", "text", "bought"),
        ("people", "researchers", "hired"),
        ("models", "code", "compute"),
    ):
        before, after = first.decisions[section][item][key], kept.decisions[section][item][key]
        assert after[:4] == pytest.approx(before[:4], rel=1e-7, abs=1e-7), item
    early = [sale for sale in first.decisions["compute"]["own"]["sold"] if sale[1] <= 4]
    assert early
    assert [sale for sale in kept.decisions["compute"]["own"]["sold"] if sale[1] <= 4 and sale[2] > 1e-6] == [
        pytest.approx(sale, rel=1e-7) for sale in early
    ]
    later = [found.decisions["models"]["chat"]["compute"][4:] for found in (first, kept)]
    assert later[0] != pytest.approx(later[1], rel=1e-3)
    assert kept.objective["gain"] <= free.objective["gain"] + 1e-6


DECISIONS = {
    "compute.cloud.rented[2] = 11": lambda made: made["compute"]["cloud"]["gpus"][1],
    "compute.hall.orders[3] = 4.5": lambda made: made["compute"]["hall"]["signed"][2],
    "compute.own.orders[3] = 7": lambda made: made["compute"]["own"]["ordered"][2],
    "compute.own.sold.opening[5] = 3": lambda made: gone(made, "own", "sold", 0, 5),
    "compute.own.sold.2026-10[7] = 2": lambda made: gone(made, "own", "sold", 2, 7),
    "compute.old.ended.opening[3] = 1.5": lambda made: gone(made, "old", "ended", 0, 3),
    "compute.own.experiments[2] = 5": lambda made: made["compute"]["own"]["experiments"][1],
    "data.text.by-machine[4] = 2e9": lambda made: made["data"]["text"]["automated"][3],
    "data.text.machines[1] = 4e9": lambda made: made["data"]["text"]["automation"][0],
    "people.researchers.kept[3] = 0.03": lambda made: made["people"]["researchers"]["kept"][2],
    "people.engineers.layoffs[2] = 0.3": lambda made: made["people"]["engineers"]["laid_off"][1],
    "people.researchers.counted[2] = 3": lambda made: made["people"]["researchers"]["counted"][1],
    "funding.line.drawn[3] = 7e4": lambda made: made["funding"]["line"]["drawn"][2],
    "funding.grant.used.hall[8] = 9e3": lambda made: made["funding"]["grant"]["used"]["hall"][7],
    "data.text.items[3] = 3e9": lambda made: made["data"]["text"]["bought"][2],
    "people.researchers.hires[4] = 1.5": lambda made: made["people"]["researchers"]["hired"][3],
    "revenue.sales.marketing[2] = 1.2e4": lambda made: made["revenue"]["sales"]["marketing"][1],
    "treasury.bills.placed[3] = 1.5e5": lambda made: made["treasury"]["bills"]["placed"][2],
    "models.code.compute[6] = 2e22": lambda made: made["models"]["code"]["compute"][5],
}


def gone(made: Document, offer: str, what: str, came: int, month: int) -> float:
    return sum(gpus for order, left, gpus in made["compute"][offer][what] if (order, left) == (came, month))


@pytest.mark.parametrize("rule", DECISIONS)
def test_any_decision_can_be_fixed(rule: str) -> None:
    free = solved(small_lab(**SELLING))
    fixed = solved(small_lab(**merged(SELLING, {"limits": {"fixed": rule}})))
    asked = float(rule.rpartition("=")[2])
    assert DECISIONS[rule](fixed.decisions) == pytest.approx(asked, rel=1e-7)
    assert DECISIONS[rule](free.decisions) != pytest.approx(asked, rel=1e-3)
    assert ledger_of(fixed).violations == []


def test_every_kind_of_decision_is_among_those_that_can_be_fixed() -> None:
    fixed = {tuple(rule.split("[")[0].split(".")) for rule in DECISIONS}
    assert {(parts[0], parts[2]) for parts in fixed} == {
        *((measure.section, measure.name) for measure in MEASURES if measure.decides),
        ("funding", "drawn"),
        ("funding", "used"),
    }


def test_what_was_raised_used_and_owed_is_locked() -> None:
    drawn = {"funding": {"fixed": "funding.line.drawn[3] = 7e4", "back": "funding.line.owed[5] = 2e4"}}
    first = solved(small_lab(**merged(EVERYTHING, {"limits": drawn["funding"]})))
    second = again(first, 6)
    for key in ("drawn", "repaid"):
        mine, theirs = (found.decisions["funding"]["line"][key][:6] for found in (first, second))
        assert theirs == pytest.approx(mine, rel=1e-6, abs=0.05)
    assert sum(first.decisions["funding"]["line"]["repaid"][:6]) > 1e4
    for offer in ("cloud", "hall"):
        mine, theirs = (found.decisions["funding"]["grant"]["used"][offer][:6] for found in (first, second))
        assert theirs == pytest.approx(mine, rel=1e-6, abs=0.05)


def test_sales_are_locked_by_the_month_of_the_order() -> None:
    first = solved(small_lab(**EVERYTHING))
    rules = first.locks()
    by_order = [rule for rule in rules.values() if ".sold." in rule]
    assert len(by_order) == len([sale for sale in first.decisions["compute"]["own"]["sold"] if sale[2] > 1e-9])
    assert any(rule.startswith("compute.own.sold.opening[") for rule in by_order)


def test_what_was_not_decided_is_locked_at_nothing() -> None:
    first = solved(small_lab(people={"researchers": {"max": 20}}))
    assert first.decisions["people"]["researchers"]["hired"] == [0.0] * 12
    assert first.locks("2027-02")["lock-people-researchers-hires-2026-09"] == (
        "people.researchers.hires[2026-09..2027-02] = 0"
    )


def test_whole_units_are_locked_exactly_and_other_numbers_with_every_digit() -> None:
    whole = solved(small_lab(**merged(EVERYTHING, WHOLE)))
    rules = whole.locks()
    orders = [rule for rule in rules.values() if ".orders[" in rule or ".hires[" in rule or ".layoffs[" in rule]
    assert all("+-" not in rule for rule in orders)
    part = solved(small_lab(**EVERYTHING))
    tokens = part.decisions["data"]["text"]["bought"][0]
    written = part.locks()["lock-data-text-items-2026-09"].rpartition("=")[2].split("+-")
    assert float(written[0]) == tokens
    assert float(written[1]) == pytest.approx(GIVE * tokens, rel=1e-2)


def test_locks_that_cannot_be_kept_are_named() -> None:
    first = solved(small_lab())
    poorer = first.plan.changed({"plan.cash": 12e6}).with_limits(first.locks())
    with pytest.raises(InfeasibleError) as caught:
        Session(poorer, Options(solver="highs")).solve(horizon_audit=False)
    assert any(group.startswith("limits.lock-") for group in caught.value.conflict)
    assert "- limits.lock-" in str(caught.value)


def test_locks_are_not_said_to_hold_the_plan_back() -> None:
    first = solved(small_lab())
    assert not [line for line in again(first, 6).binding if "lock-" in line]


def test_locks_of_a_longer_name_than_a_limit_may_have_are_still_told_apart() -> None:
    name = "a-role-with-a-name-of-eighty-letters-" + "x" * 43
    document = small_lab(people={"researchers": None, name: {"salary": 2e4, "now": 4, "max": 9}},
                         models={"chat": {"research_effect": 0.5}})  # fmt: skip
    first = solved(merged(document, {"people": {name: {"research": 1.0}}}))
    rules = first.locks()
    assert len(first.plan.with_limits(rules).limits) == len(rules)
    assert max(map(len, rules)) <= 80


def test_a_month_that_is_none_is_refused() -> None:
    first = solved(small_lab())
    with pytest.raises(UsageError, match=r"until .2030-01.: month .* lies outside the plan"):
        first.locks("2030-01")


# ---- From a file ---------------------------------------------------------------------------------------


def write(result: Result, folder: Path, **changes: Any) -> Path:
    path = folder / "result.json"
    path.write_text(json.dumps({**json.loads(result.to_json()), **changes}), encoding="utf-8")
    return path


def test_a_result_written_as_json_locks_what_the_result_does(tmp_path: Path) -> None:
    first = solved(small_lab(**EVERYTHING))
    assert read_locks(write(first, tmp_path), first.plan, "2026-12") == first.locks("2026-12")
    assert read_locks(write(first, tmp_path), first.plan) == first.locks()


def test_a_result_can_be_locked_in_a_plan_of_other_length_and_with_more_to_choose_from(tmp_path: Path) -> None:
    first = solved(small_lab())
    longer = load_plan(small_lab(plan={"months": 15}, compute={"more": {"kind": "rent", "chip": "H100", "price": 3}}))
    rules = read_locks(write(first, tmp_path), longer, "2027-01")
    assert rules["lock-compute-more-rented-2026-09"] == "compute.more.rented[2026-09..2027-01] = 0"
    assert ledger_of(Session(longer.with_limits(rules)).solve(horizon_audit=False)).violations == []


def test_an_item_that_decided_nothing_may_be_gone_and_one_that_did_may_not(tmp_path: Path) -> None:
    first = solved(small_lab(compute={"dear": {"kind": "rent", "chip": "H100", "price": 90}}))
    without = load_plan(small_lab())
    assert read_locks(write(first, tmp_path), without, "2027-01")
    other = load_plan(small_lab(compute={"cloud": None, "own": {"kind": "buy", "chip": "H100", "price": 2e4}}))
    with pytest.raises(UsageError, match=r"cannot be locked in this plan: compute\.cloud is not of this plan"):
        read_locks(write(first, tmp_path), other)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("not json", "is not JSON; lock a result"),
        ("[]", "it has no `decisions`"),
        ('{"status": "infeasible"}', "it is infeasible, and decided nothing"),
        ('{"decisions": {}}', "it does not say of which months it is"),
        ('{"decisions": {"compute": 3}, "plan": {"plan": {"start": "2026-09"}}}', "its `decisions` cannot be read"),
        (
            '{"decisions": {}, "plan": {"plan": {"start": "2026-10"}}}',
            "begins in 2026-10, and this one begins in 2026-09",
        ),
    ],
)
def test_a_file_that_is_no_result_is_refused(content: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "result.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(UsageError, match=said):
        read_locks(path, load_plan(small_lab()))
    with pytest.raises(UsageError, match="cannot be read"):
        read_locks(tmp_path / "nothing.json", load_plan(small_lab()))


def test_decisions_may_be_left_out_of_a_mapping() -> None:
    plan = load_plan(small_lab())
    assert set(locks_of(plan, {}, 2).values()) >= {"people.researchers.hires[2026-09..2026-10] = 0"}
