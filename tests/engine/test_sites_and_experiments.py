"""Sites with their room and power, GPUs for experiments, and the staff that fleets need, in certified plans."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from edits import optimum, untaken, without_rows
from fleets import OWN
from plans import Document, audited, gain, merged, small_lab, solved

from allocator import InfeasibleError
from allocator.formulate.build import formulate
from allocator.plan import load_plan

# ---- Sites ---------------------------------------------------------------------------------------------


def at_site(**site: Any) -> Document:
    return {
        "compute": {"cloud": {"max": 200}, "owned": {**OWN, "power": 1.2, "site": "hall"}},
        "sites": {"hall": site},
    }


@pytest.mark.parametrize(("site", "most"), [({"max": 150}, 150.0), ({"power": "120 kW"}, 100.0)])
def test_a_site_holds_as_many_gpus_as_it_has_room_and_power_for(site: Document, most: float) -> None:
    result, ledger = audited(**at_site(**site))
    assert max(ledger.gpus["owned"]) == pytest.approx(most)
    assert any(sentence.startswith(f"sites.hall.{next(iter(site))}") for sentence in result.binding)


def test_a_site_is_shared_by_the_offers_that_stand_there() -> None:
    plan = at_site(max={"2026-09": 300, "2027-05": 120})
    _, ledger = audited(**merged(plan, {"compute": {"cloud": {"site": "hall", "max": None}}}))
    both = np.add(ledger.gpus["owned"], ledger.gpus["cloud"])
    assert both.max() <= 300 * (1 + 1e-7)
    assert both[8:].max() <= 120 * (1 + 1e-7)


def test_power_and_room_are_paid_by_gpus_that_serve() -> None:
    _, ledger = audited(**at_site(power_price=0.1, cost_per_kw=150, cost=20e3))
    lines, gpus = ledger.spend["compute"]["owned"], ledger.gpus["owned"]
    assert max(gpus) > 10
    assert lines["electricity"] == pytest.approx([count * 1.2 * 730 * 0.1 for count in gpus])
    assert lines["hosting"] == pytest.approx([count * 1.2 * 150 for count in gpus])
    assert ledger.spend["compute"]["hall"]["site"] == [20e3] * 12


def test_the_room_of_sold_gpus_is_free_only_once_they_serve_no_more() -> None:
    # A full hall: whoever wants new GPUs there must do without the old ones, which were good until then.
    plan = {
        "compute": {
            "cloud": None,
            "old": {**OWN, "flops": "300 TFLOP/s", "now": 100, "resale": 0.8, "power": 1.0, "site": "hall", "max": 100},
            "new": {**OWN, "power": 1.0, "site": "hall"},
        },
        "sites": {"hall": {"power": 100}},
    }
    _, ledger = audited(**plan)
    assert sum(ledger.resale["old"]) > 0
    assert max(np.add(ledger.gpus["old"], ledger.gpus["new"])) <= 100 * (1 + 1e-7)
    flop = np.add(
        np.multiply(ledger.gpus["old"], 300e12 * 0.4 * 730 * 3600),
        np.multiply(ledger.gpus["new"], 989e12 * 0.4 * 730 * 3600),
    )
    assert ledger.delivered_flop == pytest.approx(flop)
    formulation = formulate(load_plan(small_lab(**plan)))
    honest, _ = optimum(formulation)
    cheating, caught = optimum(formulation, lambda program: without_rows(program, "Power at hall"))
    assert cheating > honest + 1e-3
    assert any(sentence.startswith("sites.hall power in kW") for sentence in caught.violations)


def test_a_fleet_that_no_site_can_hold_is_infeasible_by_name() -> None:
    plan = merged(at_site(max=50), {"compute": {"owned": {"now": 64}}})
    with pytest.raises(InfeasibleError) as caught:
        solved(small_lab(**plan))
    assert "sites.hall.max" in str(caught.value)


# ---- Experiments, and staff for fleets -----------------------------------------------------------------


def researching(wants: float, **more: Any) -> Document:
    return merged(
        {
            "people": {"researchers": {"wants_gpus": wants}},
            "models": {"chat": {"research_effect": 0.4, "research_scale": 20}},
        },
        more,
    )


def test_research_counts_with_gpus_for_experiments_and_pays_for_them() -> None:
    result, ledger = audited(**researching(4))
    free, _ = audited(**researching(0))
    assert gain(result) < gain(free) - 1e-3
    # Months 1 to 7 are before the training of months 8 to 10: all ten count, with four GPUs each.
    assert ledger.counted["researchers"][:7] == pytest.approx([10.0] * 7)
    assert ledger.experiments["cloud"][:7] == pytest.approx([40.0] * 7)
    assert ledger.models["chat"]["research"] == pytest.approx(70.0)
    used = {row["item"]: row["quantity"] for row in result.tables["use"] if row["month"] == "2026-09"}
    assert used["experiments"] == pytest.approx(40 * 989e12 * 0.4 * 730 * 3600)


def test_research_that_is_not_worth_its_gpus_does_not_count() -> None:
    _, ledger = audited(**researching(400))
    assert ledger.models["chat"]["research"] < 70 * 0.9
    _, none = audited(**researching(4, compute={"cloud": {"max": {"2026-09": 0, "2027-04": 4000}}}))
    assert none.models["chat"]["research"] == pytest.approx(0.0, abs=1e-6)


def test_experiments_and_training_share_the_gpus_of_a_month() -> None:
    # The first model trains while the second is still researched; a cap makes them compete.
    plan = researching(
        4,
        compute={"cloud": {"max": 60}},
        models={"first": {"law": "chinchilla-replication", "deadline": 5, "training_months": 3, "weight": 0.1}},
    )
    _, ledger = audited(**plan)
    both = np.add(ledger.used_flop, ledger.experiments_flop)
    assert (both <= np.multiply(ledger.delivered_flop, 1 + 1e-7)).all()
    assert sum(ledger.experiments_flop[2:5]) > 0
    assert sum(ledger.used_flop[2:5]) > 0


def test_a_program_that_counts_a_gpu_twice_is_caught() -> None:
    plan = researching(
        4,
        compute={"cloud": {"max": 60}},
        models={"first": {"law": "chinchilla-replication", "deadline": 5, "training_months": 3}},
    )
    formulation = formulate(load_plan(small_lab(**plan)))
    honest, _ = optimum(formulation)
    program = formulation.program
    matrix = program.matrix.tolil(copy=True)
    experiments = program.column("compute.cloud.experiments").index
    for row in program.row("Compute use").index:
        for column in experiments:
            matrix[row, column] = 0.0
    double = replace(untaken(program, "_keep_to_delivered"), matrix=matrix.tocsc())
    cheating, caught = optimum(formulation, lambda _: double)
    assert cheating > honest + 1e-3
    assert any(sentence.startswith("compute used on") for sentence in caught.violations)


@pytest.mark.parametrize(
    ("rows", "wants", "sentence"),
    [
        ("GPUs for experiments", 40, "GPUs that counted research wants"),
        ("Counted researchers, effective", 1, "people.researchers counted for research"),
        ("Experiments on cloud", 40, "compute.cloud GPUs for experiments"),
    ],
)
def test_each_rule_of_experiments_pays_to_break_and_is_caught(rows: str, wants: float, sentence: str) -> None:
    formulation = formulate(load_plan(small_lab(**researching(wants))))
    honest, _ = optimum(formulation)

    cheating, caught = optimum(formulation, lambda program: without_rows(untaken(program, "counted_with_gpus"), rows))
    assert cheating > honest + 1e-4
    assert any(found.startswith(sentence) for found in caught.violations), caught.violations


def test_ideas_too_come_only_from_those_who_have_gpus() -> None:
    plan: Document = {"research": {"effect": 0.8}, "compute": {"cloud": {"max": {"2026-09": 20, "2027-04": 4000}}}}
    free, _ = audited(**plan)
    result, ledger = audited(**merged(plan, {"people": {"researchers": {"wants_gpus": 4}}}))
    # Twenty GPUs are for five of the ten until the run begins.
    assert ledger.counted["researchers"][:7] == pytest.approx([5.0] * 7)
    assert gain(result) < gain(free) - 1e-3


def test_interrupted_gpus_are_parts_of_one_for_experiments_too() -> None:
    _, ledger = audited(**researching(4, compute={"cloud": {"delivered": 0.5, "price": 1.0}}))
    assert ledger.experiments["cloud"][:7] == pytest.approx([80.0] * 7)


def test_fleets_are_as_large_as_the_staff_that_is_there_can_run() -> None:
    plan: Document = {
        "people": {
            "engineers": {
                "salary": 12e3,
                "now": 2,
                "max": 12,
                "runs_gpus": 64,
                "hiring": {"delay": 2, "ramp": 2, "per_month": 3},
            }
        }
    }
    result, ledger = audited(**plan)
    assert result.plan.people["engineers"].runs_gpus == 64
    serving, can = np.array(ledger.gpus["cloud"]), 64 * np.array(ledger.effective["engineers"])
    assert (serving <= can * (1 + 1e-7)).all()
    assert max(ledger.heads["engineers"]) > 2.5
    # Hired in time to be there and to have learnt it when the GPUs serve, in months 8 to 10.
    assert serving[7:10] == pytest.approx(can[7:10], rel=1e-3)
    formulation = formulate(load_plan(small_lab(**plan)))
    honest, _ = optimum(formulation)
    cheating, caught = optimum(formulation, lambda program: without_rows(program, "Staff for fleets"))
    assert cheating > honest + 1e-3
    assert any(sentence.startswith("GPUs serving on") for sentence in caught.violations)


def test_a_fleet_that_nobody_can_run_is_infeasible_by_name() -> None:
    with pytest.raises(InfeasibleError) as caught:
        solved(
            small_lab(
                compute={"owned": {**OWN, "now": 100}}, people={"engineers": {"salary": 1e4, "now": 1, "runs_gpus": 64}}
            )
        )
    assert "people.runs_gpus" in str(caught.value)
