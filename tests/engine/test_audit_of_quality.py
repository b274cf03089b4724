"""The audit knows the plan's weights, targets and inputs by itself: a program that forgets one is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from plans import merged, rent_only, solved

from allocator.errors import CertificateError, SolverError
from allocator.formulate import inputs
from allocator.formulate import models as formulate_models
from allocator.formulate.frame import Site
from allocator.formulate.program import ProgramBuilder
from allocator.solve.master import Master

TWO = merged(
    rent_only(5e6),
    {
        "plan": {"months": 12},
        "models": {
            "chat": {"deadline": 8, "weight": 0.0, "target": 2.6},
            "other": {"law": "chinchilla-replication", "deadline": 12, "weight": 1.0},
        },
    },
)


def test_two_models_one_with_a_target_pass_the_audit() -> None:
    result = solved(TWO)
    assert result.model("chat").value <= 2.6 + 1e-6


def test_a_program_that_forgets_a_target_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formulate_models, "_add_target", lambda *_: None)
    with pytest.raises(CertificateError, match=r"chat: its target is loss 2\.6, the plan reaches"):
        solved(TWO)


@pytest.mark.parametrize("factor", [0.5, 2.0])
def test_a_program_that_weighs_its_models_wrongly_is_refused(monkeypatch: pytest.MonkeyPatch, factor: float) -> None:
    right = ProgramBuilder.maximise
    monkeypatch.setattr(ProgramBuilder, "maximise", lambda self, columns, value: right(self, columns, factor * value))
    with pytest.raises(CertificateError, match="by its laws and weights"):
        solved(rent_only(1e6))


def test_people_counted_past_the_start_of_training_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    document = merged(
        rent_only(1e6),
        {
            "plan": {"months": 12},
            "people": {"crew": {"salary": 1_000, "now": 4}},
            "models": {
                "skill": {
                    "law": "saturating",
                    "deadline": 10,
                    "training_months": 3,
                    "inputs": {"x": "people.crew.effective"},
                    "parameters": {"k_x": 100.0},
                }
            },
        },
    )
    assert solved(document).model("skill").inputs["x"] == pytest.approx(4 * 7)
    right = inputs.research_done

    def later(site: Site, path: str, workers: Any, ready: int, scale: float, sums: inputs.Sums) -> Any:
        return right(site, path, workers, ready + 3, scale, sums)

    monkeypatch.setattr(inputs, "research_done", later)
    with pytest.raises(CertificateError, match="skill: its run uses 40 x, and 28 were there in time"):
        solved(document)


def test_data_under_another_name_is_held_to_the_stock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    card = (Path(__file__).resolve().parents[2] / "models/laws/images-and-size.toml").read_text(encoding="utf-8")
    (tmp_path / "mine.toml").write_text(card, encoding="utf-8")
    document = merged(
        rent_only(1e6),
        {
            "plan": {"months": 12},
            "data": {"photos": {"unit": "image", "price": 1.0, "max": 50_000}},
            "models": {
                "eyes": {
                    "law": str(tmp_path / "mine.toml"),
                    "deadline": 10,
                    "measured": {"images": 1e5, "parameters": 25.6e6, "value": 0.35},
                }
            },
        },
    )
    assert solved(document).model("eyes").inputs["images"] <= 50_000 * (1 + 1e-9)
    right = inputs.sources_of
    monkeypatch.setattr(
        inputs, "sources_of", lambda *arguments: {name: 10 * weight for name, weight in right(*arguments).items()}
    )
    with pytest.raises(CertificateError, match=r"eyes: its run uses .* images, and .* were there in time"):
        solved(document)


def test_a_model_that_no_gpu_reaches_in_time_still_ends_optimal() -> None:
    result = solved(
        {
            "plan": {"start": "2026-09", "months": 12, "cash": 1e8},
            "compute": {"own": {"kind": "buy", "chip": "H100", "price": 3e4, "lead": 6}},
            "data": {"text": {"unit": "token", "price": 1e-6, "now": 1e10}},
            "models": {
                "chat": {"law": "chinchilla-replication", "deadline": 5, "training_months": 2},
                "later": {"law": "chinchilla-replication", "deadline": 12, "training_months": 2},
            },
        }
    )
    assert result.status == "optimal"
    assert result.objective["gap"] <= 1e-6
    assert result.model("chat").compute_flop == 0.0


def test_a_model_whose_data_comes_too_late_still_ends_optimal() -> None:
    data = {"text": {"price": 1e-6, "lead": 2, "now": 0}}
    document = merged(rent_only(1e8), {"data": data, "models": {"chat": {"deadline": 3, "training_months": 2}}})
    result = solved(document)
    assert result.status == "optimal"
    assert result.model("chat").inputs["tokens"] == 0.0


def test_a_lot_above_the_cap_trains_nothing_at_all() -> None:
    document = merged(
        rent_only(2e7), {"plan": {"whole": True}, "compute": {"cloud": {"lot": 64, "max": 20}}, "runway": {"months": 3}}
    )
    result = solved(document)
    assert result.model("chat").compute_flop == 0.0
    assert result.objective["gain"] <= result.objective["gain_bound"] + 1e-6


def test_what_a_contract_owes_beyond_the_plan_is_paid_once_and_does_not_go_on() -> None:
    # 100 GPUs at 1.5 an hour owe 109,500 a month and 24 months in all: 2.63M. Eleven millions are plenty.
    result = solved(
        {
            "plan": {"start": "2026-09", "months": 12, "cash": 11e6},
            "runway": {"months": 6},
            "compute": {
                "hall": {"kind": "reserve", "chip": "H100", "price": 1.5, "term": 24, "now": 100, "max": 100},
            },
            "data": {"text": {"unit": "token", "price": 1e-6, "now": 1e10}},
            "models": {"chat": {"law": "chinchilla-replication", "deadline": 6}},
        }
    )
    assert result.status == "optimal"
    tails = [row for row in result.tables["spend"] if row["line"] == "tail"]
    assert [row["money"] for row in tails] == [pytest.approx(12 * 109_500)]


def test_a_second_pass_that_fails_leaves_the_certified_first_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise SolverError("HiGHS stopped with an error")

    calm = solved(rent_only(1e6), second_pass=False)
    monkeypatch.setattr(Master, "least", broken)
    result = solved(rent_only(1e6))
    assert result.objective["gain"] == pytest.approx(calm.objective["gain"], abs=1e-9)
    steps = {step["name"]: (step["status"], step["message"]) for step in result.solver["attempts"]}
    assert steps["highs, second pass"] == ("first plan kept", "HiGHS stopped with an error")


def test_a_window_that_gpus_serve_for_too_few_months_trains_nothing_and_says_so() -> None:
    # Three months of seventeen: no month may hold more than 2/17 of the run, so there is no run.
    result = solved(
        {
            "plan": {"start": "2026-09", "months": 18, "cash": 1e8},
            "compute": {"own": {"kind": "buy", "chip": "H100", "price": 2e4, "lead": 19, "life": 4, "now": 274}},
            "data": {"text": {"unit": "token", "price": 1e-6, "now": 1e9}},
            "models": {"chat": {"law": "chinchilla-replication", "deadline": 17, "training_months": 17}},
        }
    )
    assert result.status == "optimal"
    assert result.model("chat").compute_flop == 0.0
    assert any(warning.startswith("chat: it trains on nothing") for warning in result.warnings)
