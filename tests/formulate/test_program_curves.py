"""Curves: value, slope, the forbidden side, and the singular end of logs and powers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocator.formulate.curves import SMALLEST_OPERAND, CurveKind, Curves, join

KINDS = list(CurveKind)
OPERANDS = st.floats(1e-3, 8.0)


def one_curve(kind: CurveKind, shift: float = 0.0, exponent: float = 0.5) -> Curves:
    return Curves(
        x=np.array([0]),
        y=np.array([1]),
        kind=np.array([int(kind)]),
        shift=np.array([shift]),
        exponent=np.array([exponent]),
        names=(kind.name.lower(),),
    )


def value(curve: Curves, x: float) -> float:
    return float(curve.value(np.array([x]))[0])


def slope(curve: Curves, x: float) -> float:
    return float(curve.slope(np.array([x]))[0])


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (CurveKind.LOG, 1.3862943611198906),
        (CurveKind.EXP, 54.598150033144236),
        (CurveKind.POWER, 2.0),
        (CurveKind.SATURATION, 0.9816843611112658),
        (CurveKind.HYPERBOLA, 0.8),
        # Half a repetition's decay: e^4 passes are worth 1 + 1/2 of the items.
        (CurveKind.REPEATS, 0.4054651081081644),
    ],
)
def test_values_at_four_are_known(kind: CurveKind, expected: float) -> None:
    assert value(one_curve(kind, shift=1.0), 3.0) == pytest.approx(expected, rel=1e-14)


@pytest.mark.parametrize("kind", KINDS)
@given(x=OPERANDS, exponent=st.floats(0.05, 1.0))
def test_slopes_are_differences_of_values(kind: CurveKind, x: float, exponent: float) -> None:
    curve, step = one_curve(kind, shift=0.25, exponent=exponent), 1e-5
    difference = (value(curve, x + step) - value(curve, x - step)) / (2 * step)
    assert slope(curve, x) == pytest.approx(difference, rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("kind", KINDS)
@given(x=OPERANDS, at=OPERANDS, exponent=st.floats(0.05, 1.0))
def test_a_tangent_never_cuts_off_what_is_allowed(kind: CurveKind, x: float, at: float, exponent: float) -> None:
    curve = one_curve(kind, exponent=exponent)
    tangent = value(curve, at) + slope(curve, at) * (x - at)
    room = tangent - value(curve, x) if kind is not CurveKind.EXP else value(curve, x) - tangent
    assert room >= -1e-12 * max(1.0, abs(tangent), value(curve, x))


@pytest.mark.parametrize("kind", KINDS)
@given(x=OPERANDS, z=OPERANDS, share=st.floats(0.0, 1.0), exponent=st.floats(0.05, 1.0))
def test_a_chord_lies_on_the_allowed_side(kind: CurveKind, x: float, z: float, share: float, exponent: float) -> None:
    curve = one_curve(kind, exponent=exponent)
    chord = share * value(curve, x) + (1 - share) * value(curve, z)
    middle = value(curve, share * x + (1 - share) * z)
    room = chord - middle if kind is CurveKind.EXP else middle - chord
    assert room >= -1e-12 * max(1.0, abs(chord))


@pytest.mark.parametrize("kind", KINDS)
def test_only_the_forbidden_side_is_a_violation(kind: CurveKind) -> None:
    curve, x = one_curve(kind), np.array([2.0])
    above, below = (curve.violation(x, curve.value(x) + offset)[0] for offset in (0.5, -0.5))
    expected = (0.0, 0.5) if kind is CurveKind.EXP else (0.5, 0.0)
    assert (above, below) == pytest.approx(expected, abs=1e-15)


@pytest.mark.parametrize("kind", KINDS)
def test_only_the_exponential_is_convex(kind: CurveKind) -> None:
    assert one_curve(kind).convex.tolist() == [kind is CurveKind.EXP]


@pytest.mark.parametrize("kind", [CurveKind.LOG, CurveKind.POWER])
@pytest.mark.parametrize("x", [-1.0, -0.5, 0.0])
def test_the_singular_end_is_held_away_from(kind: CurveKind, x: float) -> None:
    curve = one_curve(kind, shift=0.5)
    clipped = x + 0.5 if x + 0.5 > SMALLEST_OPERAND else SMALLEST_OPERAND
    assert value(curve, x) == pytest.approx(value(one_curve(kind), clipped), rel=1e-14)
    assert np.isfinite(slope(curve, x))


@pytest.mark.parametrize("kind", [CurveKind.EXP, CurveKind.SATURATION, CurveKind.HYPERBOLA])
def test_curves_without_a_singular_end_are_not_clipped(kind: CurveKind) -> None:
    curve = one_curve(kind)
    # each falls on below zero
    assert value(curve, -0.5) < value(curve, 0.0)


def test_items_used_at_most_once_are_worth_what_they_are() -> None:
    curve = one_curve(CurveKind.REPEATS, exponent=15.0)
    assert [value(curve, x) for x in (-40.0, -1.0, 0.0)] == [-40.0, -1.0, 0.0]
    assert [slope(curve, x) for x in (-40.0, -1.0, 0.0)] == [1.0, 1.0, 1.0]


def test_repeated_items_are_worth_sixteen_times_themselves_at_the_most() -> None:
    curve = one_curve(CurveKind.REPEATS, exponent=15.0)
    # Four passes are worth 1 + 15 (1 - e^-0.2) of one.
    assert value(curve, float(np.log(4.0))) == pytest.approx(float(np.log(1 + 15 * (1 - np.exp(-0.2)))), rel=1e-14)
    assert [value(curve, x) for x in (9.0, 60.0, 500.0)] == pytest.approx([np.log(16.0)] * 3)
    assert slope(curve, 500.0) == 0.0


def test_some_curves_of_many_keep_their_own_shift_and_power() -> None:
    curves = join([one_curve(kind, shift=place, exponent=0.5) for place, kind in enumerate(KINDS)])
    which = np.array([4, 2])
    # hyperbola of 1 + 4, power of 2 + 2
    assert curves.value(np.array([1.0, 2.0]), which) == pytest.approx([5 / 6, 2.0])
    assert curves.names == ("log", "exp", "power", "saturation", "hyperbola", "repeats")


def test_no_curves_at_all_are_an_empty_set() -> None:
    assert len(join([])) == 0
    assert join([]).violation(np.empty(0), np.empty(0)).shape == (0,)
