"""Solvers race for whole units: together they close the gap, none is believed, and none is left running."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from race_fakes import CUTS, GAP, POINT, SCALED, SILENT, WORTH, Fake, answered, race, search, shown
from solve_programs import knapsack

from allocator.errors import CertificateError, SolverError
from allocator.solve.adapter import Answer, AnswerStatus
from allocator.solve.certificate import violations
from allocator.solve.clock import Clock
from allocator.solve.cuts import as_rows, initial_cuts
from allocator.solve.engine import solve
from allocator.solve.highs import HighsSolver
from allocator.solve.incumbent import restored
from allocator.solve.master import Effort, Master
from allocator.solve.options import Options
from allocator.solve.race import Race
from allocator.solve.racer import Progress, cores
from allocator.solve.racer_cbc import CbcRacer
from allocator.solve.racer_highs import HighsRacer
from allocator.solve.racers import make_racer
from allocator.solve.scaling import scale
from allocator.solve.solution import Status
from allocator.solve.watched import Watched

HARD = knapsack(80, rows=15, seed=5)


def test_the_plan_of_one_and_the_bound_of_another_close_the_gap() -> None:
    found = search()
    finder, prover = Fake("finder", SILENT, shown()), Fake("prover", SILENT, Progress(WORTH + 1e-3))
    race(found, finder, prover)
    assert found.gap <= GAP
    assert (found.plan_by, found.bound_by) == ("finder", "prover")
    assert finder.abandoned
    assert prover.abandoned


def test_one_that_tells_only_the_worth_of_its_point_is_stopped_to_hand_it_over() -> None:
    found = search()
    teller = Fake("teller", SILENT, Progress(None, WORTH), answer=answered())
    race(found, teller, Fake("prover", Progress(WORTH + 1e-3)))
    assert teller.stopped
    assert found.plan_by == "teller"
    assert found.gap <= GAP


def test_a_point_that_would_not_close_the_gap_is_left_alone() -> None:
    looked = []
    found = search()
    race(found, Fake("teller", shown()), Fake("idle", SILENT), complete=looked.append, time_limit=0.01)
    # The bound of 10 is far: only the end of the time makes it worth a look.
    assert len(looked) == 1


def test_a_worth_that_no_point_bears_out_closes_nothing() -> None:
    found = search()
    boaster = Fake("boaster", Progress(None, WORTH + 0.5), answer=Answer(AnswerStatus.STOPPED))
    prover = Fake("prover", *[Progress(WORTH + 0.501)] * 3, Progress(WORTH + 1e-3, WORTH), answer=answered())
    race(found, boaster, prover)
    assert boaster.stopped
    assert found.plan_by == "prover"
    assert found.incumbent.objective == pytest.approx(WORTH)


def test_a_bound_below_a_plan_that_holds_is_refused_by_name() -> None:
    liar = Fake("liar", SILENT, SILENT, Progress(WORTH - 0.01))
    # The plan comes first, its gap to the bound known being too large to end the race.
    found = search(WORTH + 0.5)
    found.take_plan(restored(SCALED, POINT), "rounding")
    with pytest.raises(CertificateError, match=r"above the bound .* of liar"):
        race(found, Fake("honest", SILENT), liar)
    assert liar.abandoned


def test_a_bound_below_its_own_point_is_refused() -> None:
    liar = Fake("liar", SILENT, answer=answered(bound=WORTH - 0.01), ends=True)
    with pytest.raises(CertificateError, match=r"liar claims the bound .* below its own plan"):
        race(search(), Fake("honest", SILENT), liar)


@pytest.mark.parametrize("handed", ["on the way", "at its end"])
def test_a_point_that_breaks_a_rule_is_refused_by_name(handed: str) -> None:
    wrong = POINT + 0.3
    on_the_way = handed == "on the way"
    liar = Fake(
        "liar",
        Progress(WORTH + 1e-3, WORTH, wrong) if on_the_way else SILENT,
        answer=answered(x=wrong, bound=WORTH + 1e-3),
        ends=not on_the_way,
    )
    with pytest.raises(CertificateError, match=r"liar (shows a point that does not hold|says feasible, but its own)"):
        race(search(), Fake("honest", SILENT), liar)


def test_infeasible_said_of_a_program_with_a_plan_is_refused() -> None:
    class Hopeless(HighsSolver):
        def solve(self, *, whole=False, **settings):
            return Answer(AnswerStatus.INFEASIBLE) if whole else super().solve(whole=False, **settings)

    with pytest.raises(CertificateError, match="no whole plan exists, but one that holds is at hand"):
        solve(knapsack(), Options(solver="cbc", gap=1e-6), adapters={"cbc": Hopeless})


def test_one_that_breaks_down_leaves_the_race_to_the_others_and_is_told_of() -> None:
    found = search()
    broken = Fake("broken", SILENT, answer=SolverError("out of paper"), ends=True)
    race(found, broken, Fake("prover", SILENT, SILENT, Progress(WORTH + 1e-3, WORTH, POINT)))
    assert found.gap <= GAP
    told = next(step for step in found.attempts if step.name == "broken, branching")
    assert (told.status, told.message) == ("failed", "out of paper")


def test_a_race_in_which_all_break_down_has_failed() -> None:
    broken = [Fake(name, SILENT, answer=SolverError(f"{name} is out of paper"), ends=True) for name in "ab"]
    with pytest.raises(SolverError, match="a is out of paper; b is out of paper"):
        race(search(), *broken)


def test_a_race_without_a_better_plan_ends_when_patience_does() -> None:
    found = search()
    masters = [Master(SCALED, Fake("idle", SILENT), CUTS, Effort())]
    Race(masters, found, lambda x: restored(SCALED, x), gap=GAP, patience=0.01).run(inner=GAP, time_limit=None)
    assert found.attempts[-1].message == "no better plan came"


def test_the_last_racer_begins_after_what_this_thread_does_meanwhile_and_where_that_ended() -> None:
    begun: list[tuple[str, bool]] = []

    class Starting(Fake):
        def begin(self, *, start, **_):
            begun.append((self.name, start is not None))

    found = search()
    first, last = Starting("first", SILENT), Starting("last", Progress(WORTH + 1e-3))

    def meanwhile(until: Clock) -> None:
        assert begun == [("first", False)]
        assert not until.over
        found.take_plan(restored(SCALED, POINT), "dive")

    masters = [Master(SCALED, racer, CUTS, Effort()) for racer in (first, last)]
    Race(masters, found, lambda _: None, gap=GAP).run(inner=GAP, time_limit=None, meanwhile=meanwhile)
    # The first one knew of no plan as good: it begins anew from this one.
    assert begun == [("first", False), ("first", True), ("last", True)]


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> list[Watched]:
    """Every process that was started."""
    started: list[Watched] = []

    class Kept(Watched):
        def __init__(self, command):
            super().__init__(command)
            started.append(self)

    monkeypatch.setattr("allocator.solve.racer_cbc.Watched", Kept)
    monkeypatch.setattr("allocator.solve.choose.cores", lambda: 2)
    return started


def assert_nothing_runs(started: list[Watched]) -> None:
    assert started
    assert all(process.ended for process in started)
    assert not [thread.name for thread in threading.enumerate() if thread.name in ("highs", "log", "end")]


def test_nothing_is_left_running_when_the_gap_is_closed(watched: list[Watched]) -> None:
    solution = solve(knapsack(), Options(gap=1e-6))
    assert solution.status is Status.OPTIMAL
    assert_nothing_runs(watched)


def test_nothing_is_left_running_at_the_time_limit(watched: list[Watched]) -> None:
    solution = solve(HARD, Options(gap=1e-9, time_limit=1.0))
    assert solution.status is Status.TIME_LIMIT
    assert violations(HARD, solution.x) == []
    assert_nothing_runs(watched)


def test_nothing_is_left_running_after_ctrl_c_and_the_best_plan_is_kept(watched: list[Watched]) -> None:
    stop = threading.Timer(1.0, os.kill, (os.getpid(), signal.SIGINT))
    stop.start()
    solution = solve(HARD, Options(gap=1e-9))
    stop.join()
    assert solution.status is Status.GAP
    assert violations(HARD, solution.x) == []
    assert "stopped by the user" in {step.message for step in solution.solver.attempts}
    assert_nothing_runs(watched)


def test_nothing_is_left_running_after_an_error(watched: list[Watched]) -> None:
    class Liar(HighsRacer):
        def progress(self):
            return Progress(-5.0)

    with pytest.raises(CertificateError, match="of highs"):
        solve(HARD, Options(gap=1e-9), adapters={"highs": Liar})
    assert_nothing_runs(watched)


@pytest.mark.usefixtures("watched")
def test_a_plan_names_who_found_it_and_who_proved_its_bound() -> None:
    solution = solve(knapsack(), Options(gap=1e-6))
    report = solution.solver
    assert report.name == "cbc and highs"
    assert report.plan_by in ("cbc", "highs", "highs, rounding", "highs, diving")
    assert report.bound_by in ("cbc", "highs")
    assert {"cbc, branching", "highs, branching"} <= {step.name for step in report.attempts}
    assert f"the bound is {report.bound_by}'s own word" in solution.findings[0]


@pytest.mark.parametrize("alone", ["highs", "cbc"])
def test_a_solver_that_is_asked_for_branches_alone(alone: str) -> None:
    solution = solve(knapsack(), Options(gap=1e-6, solver=alone))
    assert solution.solver.name == alone
    assert {step.name for step in solution.solver.attempts if "branching" in step.name} == {f"{alone}, branching"}


def loaded(racer, program=HARD):
    scaled = scale(program)
    racer.load(scaled, as_rows(scaled.curves, initial_cuts(scaled.curves)))
    return racer


@pytest.mark.parametrize("kind", [CbcRacer, HighsRacer])
def test_a_racer_that_is_stopped_hands_over_its_best_point_and_its_bound(kind: type) -> None:
    racer = loaded(kind())
    racer.begin(gap=1e-9, time_limit=None, start=None)
    while racer.progress().value is None or racer.progress().bound is None:
        time.sleep(0.01)
    said = racer.progress()
    racer.stop()
    answer = racer.solve(whole=True)
    assert answer.status is AnswerStatus.FEASIBLE
    assert answer.objective >= said.value - 1e-6
    assert answer.objective <= answer.bound <= said.bound + 1e-6


def test_highs_that_was_abandoned_takes_more_cuts_and_branches_again_to_its_end() -> None:
    racer = loaded(HighsRacer(), knapsack())
    racer.begin(gap=1e-9, time_limit=None, start=None)
    racer.abandon()
    racer.add(as_rows(SCALED.curves, CUTS))
    racer.begin(gap=1e-6, time_limit=None, start=None)
    answer = racer.solve(whole=True)
    assert answer.status is AnswerStatus.OPTIMAL
    assert answer.bound - answer.objective <= 1e-6 + 1e-9


def test_cbc_stopped_before_it_branches_has_no_point_and_says_so() -> None:
    racer = loaded(CbcRacer())
    racer.begin(gap=1e-9, time_limit=None, start=None)
    racer.stop()
    racer._process.kill()
    answer = racer.solve(whole=True)
    assert answer.status is AnswerStatus.STOPPED
    assert answer.message == "ended before it wrote a point"


def test_cbc_that_ends_by_itself_without_a_point_has_failed() -> None:
    racer = loaded(CbcRacer())
    racer.begin(gap=1e-9, time_limit=None, start=None)
    racer._process.kill()
    with pytest.raises(SolverError, match=r"CBC failed with exit status -9; try highs"):
        racer.solve(whole=True)


def test_half_a_line_of_the_log_is_not_read() -> None:
    racer = CbcRacer()

    class Log:
        text = "Cbc0012I Integer solution of -100 found by x\nCbc0010I After 0 nodes, -100 best, best possible -25"

        def kill(self):
            pass

    racer._process = Log()
    assert racer.progress() == Progress(None, 0.01)
    racer._process.text += "8.5 (0.42 seconds)\n"
    assert racer.progress().bound == pytest.approx(0.02585, abs=1e-6)


def test_a_bound_in_the_log_leaves_room_for_what_the_allowed_gap_has_hidden() -> None:
    racer = CbcRacer()
    racer._gap = 0.5

    class Log:
        text = "Cbc0012I Integer solution of -100 found by x\nCbc0010I -100 best solution, best possible -258.5 (1 s)\n"

    racer._process = Log()
    assert racer.progress().bound == pytest.approx(0.51)


@pytest.mark.skipif(sys.platform != "linux", reason="a process is looked up as Linux shows it")
@pytest.mark.parametrize("hang_up", ["SIG_DFL", "SIG_IGN"])
def test_cbc_does_not_outlive_the_process_that_started_it(hang_up: str, tmp_path: Path) -> None:
    here = Path(__file__).parent
    code = (
        f"import signal, sys, time; signal.signal(signal.SIGHUP, signal.{hang_up}); sys.path.insert(0, {str(here)!r})\n"
        "from test_race import CbcRacer, loaded\n"
        "racer = loaded(CbcRacer())\n"
        "racer.begin(gap=1e-9, time_limit=None, start=None)\n"
        "while racer.progress().value is None: time.sleep(0.01)\n"
        "print(racer._process._process.pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    surroundings = {**os.environ, "TMPDIR": str(tmp_path)}
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, env=surroundings) as parent:
        pid = int(parent.stdout.readline())
        command = Path(f"/proc/{pid}/cmdline")
        assert "cbc" in command.read_text()
        parent.kill()
    for _ in range(500):
        if not command.exists() or "cbc" not in command.read_text():
            return
        time.sleep(0.02)
    os.kill(pid, signal.SIGKILL)
    pytest.fail("CBC went on without its reader")


def test_a_process_told_to_keep_to_one_thread_does_not_race(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    assert cores() == 1
    monkeypatch.setenv("OMP_NUM_THREADS", "many")
    assert cores() >= 1


def test_scip_is_asked_for_by_name_only_where_it_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("allocator.solve.racers.find_spec", lambda _: None)
    with pytest.raises(SolverError, match=r'scip is not installed; run .* in a clone `pip install "\.\[scip\]"`'):
        make_racer("scip", None, 1)


def test_scip_races_like_the_others() -> None:
    pytest.importorskip("pyscipopt")
    alone = solve(knapsack(), Options(gap=1e-6, solver="scip"))
    assert alone.status is Status.OPTIMAL
    assert alone.solver.name == "scip"
    other = solve(knapsack(), Options(gap=1e-6, solver="cbc"))
    assert abs(alone.objective - other.objective) <= 1e-5
    racer = loaded(make_racer("scip", None, 1))
    racer.begin(gap=1e-9, time_limit=None, start=None)
    while racer.progress().x is None:
        time.sleep(0.01)
    racer.stop()
    answer = racer.solve(whole=True)
    assert answer.status is AnswerStatus.FEASIBLE
    assert np.isfinite(answer.bound)
