"""The benchmark of price paths on three of them: its answers are checked, no time and no memory."""

from __future__ import annotations

import bench_paths
import pytest
from bench_paths import Row, answer, array_bytes, arrays, build, main, whole
from price_paths import FIRST_MONTHS, document, draw, varied_fields

from allocator.plan import load_plan


def test_the_family_has_about_1400_rows_a_path_beside_what_is_shared() -> None:
    paths, scaled = arrays(3)
    assert scaled.n_rows == paths.program.n_rows
    private = int((~paths.rows.shared).sum())
    assert 1350 <= private <= 1450
    assert 0 < int(paths.rows.shared.sum()) < 0.2 * private
    assert array_bytes(scaled) > 12 * scaled.matrix.nnz


def test_prices_fork_after_the_shared_months() -> None:
    plan = load_plan(document())
    prices = draw(plan, 4)
    assert list(prices) == varied_fields(plan)
    for series in prices.values():
        assert (series[:, :FIRST_MONTHS] == series[:1, :FIRST_MONTHS]).all()
        assert (series[1:, FIRST_MONTHS:] != series[:1, FIRST_MONTHS:]).all()


def test_three_paths_go_all_the_way_and_are_certified() -> None:
    certificate = answer(3)
    assert certificate.gap <= 1e-6
    assert len(certificate.paths) == 3
    assert certificate.ledger_difference < 0.01


def test_every_figure_has_a_name_a_value_and_where_it_matters_a_limit(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    told = {"rows": 3.0, "arrays": 1.0, "grown": 2.0, "peak": 3.0, "solver": 1.0}
    monkeypatch.setattr(bench_paths, "_apart", lambda *_: told)
    rows = [*build([3], repeat=1), *whole([3])]
    assert all(isinstance(row, Row) and row.value >= 0.0 for row in rows)
    assert {row.limit for row in rows if row.name.endswith("gap")} == {1e-6}
    main(["build", "--sizes", "1"])
    assert "36 x 1: rows" in capsys.readouterr().out


def test_memory_is_measured_in_a_process_of_its_own() -> None:
    measured = bench_paths._apart("arrays", 3)
    assert measured["peak"] >= measured["grown"] >= 0
    assert measured["arrays"] > 0
