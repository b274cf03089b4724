"""The registry of promised ratios is complete, and the command that checks them says no when one does not hold."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import check_ratios
import pytest
import ratios
from inside import inside, public_methods
from ratios import MODULES, Measured, Ratio, all_ratios, register

from allocator.solve.highs import HighsSolver

HERE = Path(__file__).parent


def fake(name: str, value: float, **about: bool) -> Ratio:
    return Ratio(name, f"{name} is promised", 3.0, lambda: Measured(value, {"made of": "nothing"}), **about)


@pytest.fixture
def promised(monkeypatch: pytest.MonkeyPatch) -> dict[str, Ratio]:
    """A registry of the tests' own."""
    made: dict[str, Ratio] = {}
    monkeypatch.setattr(check_ratios, "all_ratios", lambda: made)
    return made


def test_every_file_of_the_folder_is_registered() -> None:
    files = {f"ratios.{path.stem}" for path in (HERE / "ratios").glob("*.py") if path.stem != "__init__"}
    assert files <= set(MODULES)
    assert len(set(MODULES)) == len(MODULES)


def test_every_module_registers_something_with_a_name_a_sentence_and_a_limit() -> None:
    found = all_ratios()
    for module in MODULES:
        assert "register" in vars(import_module(module)), module
    for name, ratio in found.items():
        assert name == ratio.name
        assert " " not in name
        assert ratio.sentence
        assert ratio.limit > 0.0
    assert {"certified-answer", "outside-solver", "sweep-one-pass", "sweep-both-passes", "start-help"} <= set(found)


def test_a_second_ratio_of_the_same_name_is_refused() -> None:
    with pytest.raises(ValueError, match="two ratios named 'start-help'"):
        register(replace(all_ratios()["start-help"], limit=9.0))


def test_all_that_hold_end_with_zero(promised: dict[str, Ratio], capsys: pytest.CaptureFixture[str]) -> None:
    promised.update(quick=fake("quick", 2.0), far=fake("far", 4.0, at_least=True))
    assert check_ratios.main([]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["name", "measured", "promised", "holds"]
    assert lines[1].split() == ["quick", "2", "x", "at", "most", "3", "x", "yes"]
    assert lines[2].split() == ["far", "4", "x", "at", "least", "3", "x", "yes"]
    assert "  made of: nothing" in lines


@pytest.mark.parametrize(
    "broken",
    [fake("broken", 3.1), fake("broken", 2.9, at_least=True), fake("broken", float("nan"))],
    ids=["above the most", "below the least", "no number"],
)
def test_one_that_does_not_hold_ends_with_one(
    promised: dict[str, Ratio], capsys: pytest.CaptureFixture[str], broken: Ratio
) -> None:
    promised.update(quick=fake("quick", 2.0), broken=broken)
    assert check_ratios.main([]) == 1
    assert capsys.readouterr().out.splitlines()[2].split()[-1] == "NO"
    assert check_ratios.main(["quick"]) == 0, "only what is asked for is measured"


def test_one_that_cannot_be_measured_ends_with_one_and_its_reason(
    promised: dict[str, Ratio], capsys: pytest.CaptureFixture[str]
) -> None:
    def fails() -> Measured:
        raise RuntimeError("points ended infeasible")

    promised["broken"] = replace(fake("broken", 0.0), measure=fails)
    assert check_ratios.main([]) == 1
    assert "RuntimeError: points ended infeasible" in capsys.readouterr().out


def test_an_unknown_name_ends_with_two_and_says_what_there_is() -> None:
    command = [sys.executable, str(HERE / "check_ratios.py"), "start-halp"]
    environment = {**os.environ, "PYTHONPATH": str(HERE.parent)}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 2
    assert "there is no ratio start-halp; choose certified-answer, outside-solver" in done.stderr


def test_the_list_measures_nothing(promised: dict[str, Ratio], capsys: pytest.CaptureFixture[str]) -> None:
    promised["quick"] = replace(fake("quick", 0.0), measure=None)  # type: ignore[arg-type]
    assert check_ratios.main(["--list"]) == 0
    assert capsys.readouterr().out.split() == ["quick", "at", "most", "3", "x", "quick", "is", "promised"]


def test_a_ratio_cannot_be_changed_after_it_was_promised() -> None:
    with pytest.raises(AttributeError):
        next(iter(ratios.RATIOS.values())).limit = 100.0  # type: ignore[misc]


def test_the_time_inside_an_adapter_is_counted_once_and_the_adapter_left_as_it_was() -> None:
    """`solve` of one class may call `add` of another: that is one stretch of time, not two."""

    class Inner:
        def work(self) -> str:
            return "done"

    class Outer(Inner):
        def solve(self) -> str:
            return self.work()

    before = dict(vars(Outer))
    with inside(*public_methods(Inner, Outer)) as counter:
        assert Outer().solve() == "done"
        assert counter.calls == 1
        Inner().work()
        assert counter.calls == 2
    assert dict(vars(Outer)) == before
    assert {"load", "add", "solve"} <= {name for _, name in public_methods(HighsSolver)}
