"""Which points a sweep solves: sampled evenly, side by side, from a file, at equal ratios."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from allocator.errors import UsageError
from allocator.plan import load_plan
from allocator.resources import examples_dir
from allocator.study.points import Range, read_points, sample
from allocator.study.sweep import sweep
from allocator.study.vary import read_vary

PLAN = load_plan(examples_dir() / "image-startup.toml")


def test_a_latin_hypercube_has_one_value_in_each_part_of_each_range() -> None:
    drawn = sample({"plan.cash": Range(4e6, 8e6), "a.b.c": Range(1.0, 100.0, log=True)}, 20, seed=3)
    parts = np.floor((np.array(drawn["plan.cash"]) - 4e6) / 4e6 * 20)
    assert sorted(parts) == list(range(20))
    parts = np.floor(np.log10(np.array(drawn["a.b.c"])) / 2 * 20)
    assert sorted(parts) == list(range(20))


def test_the_same_seed_draws_the_same_points_and_another_others() -> None:
    fields = {"plan.cash": Range(4e6, 8e6), "a.b.c": Range(1.0, 2.0)}
    assert sample(fields, 8, seed=1) == sample(fields, 8, seed=1)
    assert sample(fields, 8, seed=1) != sample(fields, 8, seed=2)


def test_sampled_points_are_solved_and_keep_their_units() -> None:
    fields = read_vary(["compute.gpu-server.price=150 kUSD/GPU:200 kUSD/GPU"], sampled=True)
    found = sweep(PLAN, fields, mode="sample", samples=4)
    assert found.table.column("status") == ["optimal"] * 4
    assert all(str(price).endswith(" kUSD/GPU") for price in found.table.column("compute.gpu-server.price"))


def test_equal_ratios_have_both_ends() -> None:
    (values,) = read_vary(["plan.cash=1e6:1e8:3:log"]).values()
    assert values == pytest.approx([1e6, 1e7, 1e8])


def test_a_file_of_points_is_read_by_its_columns(tmp_path: Path) -> None:
    path = tmp_path / "points.csv"
    path.write_text("plan.cash,compute.gpu-server.price\n5e6,200 kUSD/GPU\n\n6M,150 kUSD/GPU\n", encoding="utf-8")
    assert read_points(path) == {
        "plan.cash": [5e6, "6M"],
        "compute.gpu-server.price": ["200 kUSD/GPU", "150 kUSD/GPU"],
    }


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "holds no points"),
        ("plan.cash\n", "holds no points"),
        ("plan.cash,plan.cash\n1,2\n", "a field of its own"),
        ("plan.cash,plan.min_cash\n1\n", "line 2 has 1 values for 2 fields"),
        ("plan.cash,plan.min_cash\n1,\n", "or an empty one"),
    ],
)
def test_a_file_of_points_with_a_slip_is_refused(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "points.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=said):
        read_points(path)


def test_a_file_that_is_not_there_is_said() -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        read_points(Path("nowhere.csv"))


@pytest.mark.parametrize(
    ("texts", "sampled", "said"),
    [
        (["plan.cash=1:2:3:lin"], False, "may end in :log"),
        (["plan.cash=-1:2:3:log"], False, "equal ratios need ends above 0"),
        (["plan.cash=4M:8M:5"], True, "is not a range to sample from"),
        (["plan.cash=4M"], True, "is not a range to sample from"),
        (["plan.cash=4M:8"], True, "different units"),
        (["plan.cash=4M:4M"], True, "both ends are 4M"),
    ],
)
def test_a_range_with_a_slip_is_refused(texts: list[str], sampled: bool, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        read_vary(texts, sampled=sampled)


def test_samples_and_mode_belong_together() -> None:
    with pytest.raises(UsageError, match="samples belong to mode"):
        sweep(PLAN, {"plan.cash": Range(1.0, 2.0)}, mode="sample")
    with pytest.raises(UsageError, match="is a range to sample from"):
        sweep(PLAN, {"plan.cash": Range(1.0, 2.0)}, mode="zip")
    with pytest.raises(UsageError, match="the logarithm of -1 does not exist"):
        sweep(PLAN, {"plan.cash": Range(-1.0, 2.0, log=True)}, mode="sample", samples=3)
