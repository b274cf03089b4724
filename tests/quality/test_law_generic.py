"""Laws over inputs the plan names: their formulas by hand, and what they refuse."""

import math

import pytest
from ready_laws import PAIR

from allocator.errors import LawError
from allocator.quality import Minimum, Posynomial, Separable, load_law

X, Y = 250.0, 3.0


def problems_of(*args, **kwargs):
    with pytest.raises(LawError) as caught:
        load_law(*args, **kwargs)
    return {problem.key: problem for problem in caught.value.problems}


def value(law):
    return float(law.value([X, Y]))


def test_cobb_douglas_is_the_weighted_product():
    law = load_law("cobb-douglas", inputs=PAIR, parameters={"a_x": 0.3, "a_y": 0.6, "scale": 2.0, "unit_x": 100.0})
    assert value(law) == pytest.approx(2 * 2.5**0.3 * 3**0.6, rel=1e-13)
    assert isinstance(law.form, Posynomial)
    assert float(law.gain([X, Y])) == pytest.approx(math.log(value(law)), rel=1e-13)


@pytest.mark.parametrize("rho", [-3.0, -0.7, 0.5, 1.0])
def test_ces_is_the_power_mean(rho):
    law = load_law("ces", inputs=PAIR, parameters={"rho": rho, "a_x": 0.4, "a_y": 0.6, "scale": 3.0, "unit_y": 5.0})
    assert value(law) == pytest.approx(3 * (0.4 * 250**rho + 0.6 * 0.6**rho) ** (1 / rho), rel=1e-12)
    assert isinstance(law.form, Posynomial if rho < 0 else Separable)


def test_leontief_is_the_scarcest_input():
    law = load_law("leontief", inputs=PAIR, parameters={"scale_x": 100.0, "scale_y": 2.0})
    assert value(law) == 1.5
    assert law.gradient([X, Y]).tolist() == [0.0, 0.5]
    assert isinstance(law.form, Minimum)


def test_saturating_and_hyperbola_earn_their_share_at_k():
    exponential = load_law("saturating", inputs=PAIR, parameters={"k_x": X, "k_y": Y, "weight_y": 0.5})
    assert value(exponential) == pytest.approx(1.5 * (1 - math.exp(-1)), rel=1e-13)
    assert exponential.form.range == 1.5
    hyperbola = load_law("hyperbola", inputs=PAIR, parameters={"k_x": X, "k_y": Y, "weight_y": 0.5})
    assert value(hyperbola) == pytest.approx(0.75, rel=1e-13)
    assert float(hyperbola.gain([X, Y])) == pytest.approx(0.5, rel=1e-13)


def test_a_table_is_the_line_through_its_points_and_flat_after_them():
    law = load_law("table", inputs={"x": "data.a.items"}, points=[[10, 0.5], [30, 0.8], [90, 0.9]])
    for x, expected in ((0, 0.35), (10, 0.5), (20, 0.65), (30, 0.8), (60, 0.85), (90, 0.9), (1e9, 0.9)):
        assert float(law.value([x])) == pytest.approx(expected, rel=1e-12)
    assert law.gradient([[20.0], [30.0], [100.0]])[:, 0] == pytest.approx([0.015, 0.1 / 60, 0.0])
    assert law.extrapolation({"x": 180.0}) == ["x 180 is 2 times above the range of the fit (10 to 90)"]
    from_nothing = load_law("table", inputs={"x": "data.a.items"}, points=[[0, 0.5], [90, 0.9]])
    assert from_nothing.extrapolation({"x": 0.0}) == []
    assert from_nothing.extrapolation({"x": 180.0}) == ["x 180 is 2 times above the range of the fit (up to 90)"]


def test_a_table_of_losses_falls(tmp_path):
    (tmp_path / "mine.toml").write_text('extends = "table"\nmetric = "loss"\n', encoding="utf-8")
    law = load_law("mine.toml", base=tmp_path, inputs={"x": "data.a.items"}, points=[[0, 3.0], [10, 2.0], [30, 1.5]])
    assert float(law.value([5.0])) == pytest.approx(2.5)
    assert law.sense == -1
    assert float(law.gain([20.0])) > float(law.gain([5.0]))
    assert float(law.metric_of_gain(law.gain([5.0]))) == pytest.approx(2.5)
    assert float(law.gain_of_metric(1.4)) == math.inf


def test_a_card_of_ones_own_may_hold_the_points(tmp_path):
    (tmp_path / "mine.toml").write_text('extends = "table"\npoints = [[0.0, 0.0], [2.0, 1.0]]\n', encoding="utf-8")
    law = load_law("./mine.toml", base=tmp_path, inputs={"x": "data.a.items"})
    assert float(law.value([1.0])) == 0.5


def test_roles_and_references_follow_from_the_mapping():
    law = load_law(
        "leontief",
        inputs={
            "x": "data.images.items",
            "y": "people.annotators.effective",
            "z": "compute.flop",
            "w": "revenue.amount",
        },
        parameters={"scale_x": 1, "scale_y": 1, "scale_z": 1, "scale_w": 1},
    )
    assert [entry.role for entry in law.inputs] == ["data", "people", "compute", "any"]
    assert law.inputs[1].reference == "people.annotators.effective"


def test_a_generic_law_without_inputs_says_how_to_write_them():
    found = problems_of("saturating", parameters={"k_x": 1})
    assert set(found) == {"inputs"}
    assert 'inputs = {images = "data.images.items"}' in found["inputs"].remedy


def test_missing_and_unknown_parameters_are_said_at_once():
    found = problems_of("cobb-douglas", inputs=PAIR, parameters={"a_x": 0.3, "a_z": 0.2})
    assert found["parameters.a_y"].remedy == "add a_y = …"
    assert found["parameters.a_z"].remedy.startswith("did you mean 'a_")
    assert set(found) == {"parameters.a_y", "parameters.a_z"}


@pytest.mark.parametrize(
    ("card", "parameters", "key"),
    [
        ("ces", {"rho": 1.2, "a_x": 1, "a_y": 1}, "parameters.rho"),
        ("ces", {"rho": 0.0, "a_x": 1, "a_y": 1}, "parameters.rho"),
        ("ces", {"rho": 0.5, "a_x": 0, "a_y": 1}, "parameters.a_x"),
        ("cobb-douglas", {"a_x": -0.1, "a_y": 1}, "parameters.a_x"),
        ("cobb-douglas", {"a_x": 0, "a_y": 0}, "parameters.a_x"),
        ("leontief", {"scale_x": 0, "scale_y": 1}, "parameters.scale_x"),
        ("saturating", {"k_x": 1, "k_y": -1}, "parameters.k_y"),
        ("hyperbola", {"k_x": 1, "k_y": 1, "weight_x": -1}, "parameters.weight_x"),
        ("hyperbola", {"k_x": 1, "k_y": 1, "weight_x": 0, "weight_y": 0}, "parameters.weight_x"),
    ],
)
def test_what_would_not_be_concave_or_rising_is_refused_with_the_allowed_range(card, parameters, key):
    found = problems_of(card, inputs=PAIR, parameters=parameters)
    assert set(found) == {key}
    assert found[key].allowed


def test_a_table_that_is_not_concave_says_where_and_by_how_much():
    found = problems_of("table", inputs={"x": "data.a.items"}, points=[[0, 0], [1, 1], [2, 1.2], [3, 2.2]])
    assert set(found) == {"points[2]"}
    assert "0.4 below the line through points[1] and points[3]" in found["points[2]"].message
    assert found["points[2]"].allowed == "at least 1.6"


@pytest.mark.parametrize(
    ("points", "key"),
    [
        ([[0, 0], [0, 1], [2, 2]], "points[1]"),
        ([[0, 0], [1, 1], [2, 0.5]], "points[2]"),
        ([[0, 1], [1, 1]], "points[1]"),
        ([[-1, 0], [1, 1]], "points[0]"),
        ([[0, 0], [1, math.inf]], "points[1]"),
        ([[0, 0, 0], [1, 1]], "points[0]"),
        ([[0, 0]], "points"),
    ],
)
def test_a_table_with_an_impossible_point_is_refused_at_that_point(points, key):
    assert set(problems_of("table", inputs={"x": "data.a.items"}, points=points)) == {key}


def test_a_table_has_one_input():
    assert set(problems_of("table", inputs=PAIR, points=[[0, 0], [1, 1]])) == {"inputs"}


def test_points_and_measured_results_belong_to_other_laws():
    found = problems_of(
        "leontief",
        inputs=PAIR,
        parameters={"scale_x": 1, "scale_y": 1},
        points=[[0, 0], [1, 1]],
        measured={"x": 1.0, "value": 2.0},
    )
    assert set(found) == {"points", "measured"}
