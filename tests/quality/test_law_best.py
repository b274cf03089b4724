"""The best inputs under a FLOP budget: exact, feasible, and better than anything else that fits."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ready_laws import ready_law

from allocator.quality import load_law
from allocator.quality.best import best_logs, log_sum_exp

NAMES = ("chinchilla-replication", "gadre-c4", "moe-krajewski", "images-and-size")


def amount(entry):
    return {"token": 1e11, "image": 1e6}[entry.unit]


@settings(max_examples=200, deadline=None)
@given(
    name=st.sampled_from(NAMES),
    log_compute=st.floats(16.0, 27.0),
    log_supply=st.floats(-4.0, 4.0),
    seed=st.integers(0, 2**32 - 1),
)
def test_best_beats_every_random_feasible_point(name, log_compute, log_supply, seed):
    law = ready_law(name)
    compute = 10.0**log_compute
    supply = {entry.name: amount(entry) * 10.0**log_supply for entry in law.inputs if entry.role == "data"}
    best = law.best(compute, supply)
    inputs = law.array(best)
    assert float(law.flop.value(inputs)) <= compute * (1 + 1e-12)
    data = next(j for j, entry in enumerate(law.inputs) if entry.role == "data")
    cap = supply[law.inputs[data].name] + law.inputs[data].floor
    assert inputs[data] <= cap
    rng = np.random.default_rng(seed)
    log_floor = math.log(law.inputs[data].floor)
    log_most = min(math.log(cap), math.log(compute / law.flop.constant))
    amounts = np.exp(np.append(rng.uniform(log_floor, log_most, 200), math.log(inputs[data]) + rng.normal(0, 1e-3, 50)))
    amounts = np.minimum(amounts, cap)
    others = compute / law.flop.constant / amounts
    points = np.empty((len(amounts), 2))
    points[:, data], points[:, 1 - data] = amounts, others
    points = points[(points >= [entry.floor for entry in law.inputs]).all(axis=1)]
    assert (law.gain(points) <= float(law.gain(inputs)) + 1e-12).all()


def test_scarce_tokens_are_all_used_and_the_model_takes_the_rest():
    law = load_law("chinchilla-replication")
    best = law.best(1e23, {"tokens": 1e11})
    assert best["tokens"] == 1e11 + 1e3
    assert best["parameters"] == pytest.approx(1e23 / 6 / (1e11 + 1e3), rel=1e-12)


def test_plentiful_tokens_are_not_all_used():
    law = load_law("chinchilla-replication")
    best, alone = law.best(1e23, {"tokens": 1e15}), law.reference(1e23)
    assert best["tokens"] == pytest.approx(alone["tokens"], rel=1e-9)
    assert best["tokens"] < 1e15


def test_compute_below_the_floor_counts_as_the_floor():
    law = load_law("chinchilla-replication")
    assert law.best(0.0, {"tokens": 1e12}) == law.best(law.compute_floor, {"tokens": 1e12})
    assert law.effective_compute(0.0) == 1e14
    assert law.effective_compute(3e14, 2.0) == 8e14


def test_labels_are_used_up_to_what_the_compute_can_train_on():
    law = ready_law("labels")
    assert law.best(None, {"labels": 5e4})["labels"] == 5e4 + 1
    rich = law.best(1e30, {"labels": 5e4})
    poor = law.best(2.214e12 * 1e4, {"labels": 5e4})
    assert rich["labels"] == 5e4 + 1
    assert poor["labels"] == pytest.approx(1e4, rel=1e-12)


def test_a_law_that_nothing_limits_says_so():
    with pytest.raises(ValueError, match="nothing limits"):
        load_law("chinchilla-replication").best(None, {"tokens": 1e12})
    with pytest.raises(ValueError, match="law leontief: say how much"):
        ready_law("leontief").best(None, {"x": 1.0})


def test_a_generic_law_takes_all_there_is_and_compute_as_an_input():
    law = load_law(
        "cobb-douglas",
        inputs={"flop": "compute.flop", "images": "data.images.items"},
        parameters={"a_flop": 0.2, "a_images": 0.4},
    )
    best = law.best(1e20, {"images": 1e5})
    assert best == {"flop": 1e20 + 1e-6, "images": 1e5 + 1e-6}


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), inputs=st.integers(2, 3), terms=st.integers(1, 4))
def test_any_posynomial_is_minimised_as_well_as_by_a_dense_search(seed, inputs, terms):
    rng = np.random.default_rng(seed)
    levels = rng.normal(0, 2, terms)
    exponents = rng.uniform(0, 1, (terms, inputs)) * (rng.random((terms, inputs)) < 0.7)
    cost = rng.uniform(0.3, 2, inputs)
    lower, upper = rng.uniform(-3, 0, inputs), rng.uniform(1, 8, inputs)
    budget = float(cost @ lower + rng.uniform(0.1, 0.9) * cost @ (upper - lower))
    found = np.array(best_logs(levels, exponents, cost, budget, lower, upper))
    assert (found <= upper + 1e-12).all()
    assert (found >= lower - 1e-9).all()
    assert cost @ found <= budget + 1e-9

    def height(points):
        return np.log(np.exp(levels - points @ exponents.T).sum(axis=-1))

    trials = rng.uniform(lower, upper, (20_000, inputs))
    # Push every trial out to the budget: shrink towards the lower corner, or take it as it is.
    excess = (budget - cost @ lower) / ((trials - lower) @ cost)
    trials = lower + (trials - lower) * np.minimum(excess, 1.0)[:, np.newaxis]
    near = np.clip(found + rng.normal(0, 1e-4, (2_000, inputs)), lower, upper)
    trials = np.vstack([trials, near[near @ cost <= budget]])
    assert height(trials).min() >= height(found) - 1e-11


def test_three_additive_inputs_meet_their_closed_form():
    # min sum exp(-u_i) with u_1 + u_2 + u_3 = 3: all equal 1 by symmetry.
    found = best_logs([0.0] * 3, np.eye(3).tolist(), [1.0] * 3, 3.0, [-50.0] * 3, [math.inf] * 3)
    assert log_sum_exp([-value for value in found]) == pytest.approx(math.log(3) - 1, rel=1e-13)


def test_a_budget_below_the_floors_is_refused():
    with pytest.raises(ValueError, match="less than a run"):
        best_logs([0.0], [[1.0, 1.0]], [1.0, 1.0], -1.0, [0.0, 0.0], [5.0, 5.0])


@settings(max_examples=100, deadline=None)
@given(log_compute=st.floats(40.0, 60.0), log_cap=st.floats(0.0, 12.0))
def test_an_input_at_its_limit_is_its_limit_to_the_last_bit(log_compute, log_cap):
    found = best_logs([0.0, 0.0], np.eye(2).tolist(), [1.0, 1.3], log_compute, [0.0, 0.0], [math.inf, log_cap])
    assert found[1] == log_cap
