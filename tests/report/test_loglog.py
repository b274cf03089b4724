"""The picture of characters: a power law is a straight line, and every point is where the axes say."""

from __future__ import annotations

from allocator.report.loglog import HEIGHT, WIDTH, loglog_text


def places(lines, mark):
    """Column and row of every mark in the field."""
    field = [line[10:] for line in lines[:HEIGHT]]
    return [(column, row) for row, text in enumerate(field) for column, cell in enumerate(text) if cell == mark]


def test_a_power_law_is_a_straight_line():
    lines = loglog_text({"solver": [(10**power, 10.0 ** (power - 3)) for power in (0, 1, 2)]}, "months")
    assert sorted(places(lines, "o")) == [
        (0, HEIGHT - 1),
        (round((WIDTH - 1) / 2), round((HEIGHT - 1) / 2)),
        (WIDTH - 1, 0),
    ]


def test_the_axes_are_named():
    lines = loglog_text({"one": [(12, 0.01), (96, 1.0)]}, "months")
    assert lines[0].startswith("     1 s |")
    assert lines[HEIGHT - 1].startswith("  0.01 s |")
    assert lines[-2].split() == ["12", "96", "months"]
    assert lines[-1].split() == ["o", "one"]


def test_points_in_the_same_place_are_marked_as_several():
    lines = loglog_text({"one": [(12, 0.5), (24, 1.0)], "two": [(12, 0.5), (24, 2.0)]}, "months")
    assert len(places(lines, "=")) == 1
    assert lines[-1].split() == ["o", "one", "x", "two", "=", "several"]


def test_one_point_alone_is_drawn_and_none_is_no_picture():
    assert places(loglog_text({"one": [(12, 0.5)]}, "months"), "o")
    assert loglog_text({"one": []}, "months") == []
