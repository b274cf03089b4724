"""Values, gradients, gains and their inverses of every card."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ready_laws import LABELS, ready_law

from allocator.quality import Posynomial, load_law

LAWS = {label: ready_law(label) for label in LABELS}


def typical(law, rng, count=20):
    """Points of plausible size, shape (count, n); off the corners of tables and minima."""
    size = {"token": 11.0, "parameter": 9.0, "label": 4.0, "image": 6.0, "1": 1.0}
    centre = np.array([size[entry.unit] for entry in law.inputs])
    return 10.0 ** (centre + rng.uniform(-0.9, 0.9, size=(count, len(centre))))


def test_gradients_agree_with_central_differences(law):
    for x in typical(law, np.random.default_rng(1)):
        gradient = law.gradient(x)
        for j in range(len(x)):
            step = np.zeros_like(x)
            step[j] = 1e-5 * x[j]
            difference = (law.value(x + step) - law.value(x - step)) / (2 * step[j])
            assert gradient[j] == pytest.approx(difference, rel=1e-5, abs=1e-9 * abs(float(law.value(x))) / x[j])


def test_values_and_gradients_take_arrays_of_any_shape(law):
    points = typical(law, np.random.default_rng(2), 6).reshape(2, 3, -1)
    assert law.value(points).shape == (2, 3)
    assert law.gradient(points).shape == points.shape
    assert law.gain(points).shape == (2, 3)
    assert law.value(points)[1, 2] == pytest.approx(float(law.value(points[1, 2])), rel=1e-14)
    assert law.gradient(points)[1, 2] == pytest.approx(law.gradient(points[1, 2]), rel=1e-14)


def test_a_gain_says_the_same_as_the_metric_and_back(law):
    points = typical(law, np.random.default_rng(3))
    gains, values = law.gain(points), law.value(points)
    assert law.metric_of_gain(gains) == pytest.approx(values, rel=1e-12)
    assert law.gain_of_metric(values) == pytest.approx(gains, rel=1e-7, abs=1e-9)


def test_more_gain_is_a_better_metric(law):
    points = typical(law, np.random.default_rng(4))
    gains, values = law.gain(points), law.sense * law.value(points)
    order = np.argsort(gains)
    assert (np.diff(values[order]) >= -1e-12 * np.abs(values[order][1:])).all()
    assert (law.gain(points * 1.5) >= gains).all()


@settings(max_examples=300, deadline=None)
@given(
    label=st.sampled_from(LABELS),
    seed=st.integers(0, 2**32 - 1),
    share=st.floats(0.01, 0.99),
)
def test_the_gain_is_concave_along_any_segment(label, seed, share):
    law = LAWS[label]
    start, end = typical(law, np.random.default_rng(seed), 2)
    if isinstance(law.form, Posynomial):
        between = np.exp(share * np.log(start) + (1 - share) * np.log(end))
    else:
        between = share * start + (1 - share) * end
    chord = share * float(law.gain(start)) + (1 - share) * float(law.gain(end))
    assert float(law.gain(between)) >= chord - 1e-12 * (1 + abs(chord))


def test_a_loss_below_the_irreducible_level_asks_an_infinite_gain():
    law = load_law("chinchilla-replication")
    assert law.gain_of_metric([1.8172, 1.7, 1.9]).tolist()[:2] == [np.inf, np.inf]
    assert np.isfinite(law.gain_of_metric(1.9))


def test_a_value_beyond_the_last_point_of_a_table_asks_an_infinite_gain():
    law = ready_law("table")
    assert law.gain_of_metric(0.91) == np.inf
    assert law.gain_of_metric(0.9) == pytest.approx(0.9 / 0.8)


def test_an_accuracy_is_one_minus_the_error():
    error, accuracy = ready_law("labels"), ready_law("labels-accuracy")
    for labels in (1e3, 8e4, 1e6):
        assert float(accuracy.value([labels])) == pytest.approx(1 - float(error.value([labels])), rel=1e-12)
        assert float(accuracy.gradient([labels])[0]) == pytest.approx(-float(error.gradient([labels])[0]), rel=1e-12)
    assert (error.sense, accuracy.sense) == (-1, 1)


def test_an_unfunded_model_has_a_finite_metric_and_gain(law):
    nothing = {entry.name: 0.0 for entry in law.inputs if entry.role != "free"}
    inputs = law.array(law.best(0.0 if law.flop is not None else None, nothing))
    assert np.isfinite(law.value(inputs))
    assert np.isfinite(law.gain(inputs))
