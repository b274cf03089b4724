"""Closed forms of two-term laws, against figures worked out by hand and against stationarity."""

import numpy as np
import pytest

from allocator.quality import load_law

TWO_TERM_LAWS = (
    "chinchilla",
    "chinchilla-source",
    "chinchilla-replication",
    "gadre-c4",
    "gadre-redpajama",
    "gadre-refinedweb",
    "moe-krajewski",
)
COMPUTES = (1e21, 1e23, 5.76e23, 1e26)


def test_the_replication_at_1e21_flop_has_its_published_optimum():
    law = load_law("chinchilla-replication")
    best = law.reference(1e21)
    assert best["parameters"] == pytest.approx(2.778e9, rel=2e-4)
    assert best["tokens"] == pytest.approx(5.999e10, rel=2e-4)
    assert float(law.value(law.array(best))) == pytest.approx(2.30553, abs=5e-6)


def test_chinchilla_as_printed_gives_its_own_model_the_printed_loss():
    assert float(load_law("chinchilla").value([70e9, 1.4e12])) == pytest.approx(1.9366, abs=5e-5)


@pytest.mark.parametrize("compute", COMPUTES)
def test_the_closed_form_is_the_textbook_one(compute):
    law = load_law("chinchilla-replication")
    p = law.parameters
    alpha, beta = p["alpha"], p["beta"]
    ratio = (alpha * p["A"] / (beta * p["B"])) ** (1 / (alpha + beta))
    parameters = ratio * (compute / 6) ** (beta / (alpha + beta))
    best = law.reference(compute)
    assert best["parameters"] == pytest.approx(parameters, rel=1e-11)
    assert best["tokens"] == pytest.approx(compute / 6 / parameters, rel=1e-11)


@pytest.mark.parametrize("name", TWO_TERM_LAWS)
@pytest.mark.parametrize("compute", COMPUTES)
def test_the_closed_form_spends_all_compute_and_no_neighbour_is_better(name, compute):
    law = load_law(name)
    best = law.array(law.reference(compute))
    assert float(law.flop.value(best)) == pytest.approx(compute, rel=1e-12)
    for factor in (0.99, 0.999, 1.001, 1.01):
        moved = best * np.array([factor, 1 / factor])
        assert law.gain(moved) < law.gain(best)


@pytest.mark.parametrize("name", TWO_TERM_LAWS)
@pytest.mark.parametrize("compute", COMPUTES)
def test_the_power_law_is_the_reducible_loss_at_the_optimum(name, compute):
    law = load_law(name)
    constant, gamma = law.power_law()
    reducible = float(law.form.reducible(law.array(law.reference(compute))))
    assert constant * compute**-gamma == pytest.approx(reducible, rel=1e-12)


@pytest.mark.parametrize("name", TWO_TERM_LAWS)
def test_the_share_of_the_reducible_loss_due_to_size_is_beta_over_the_sum(name):
    law = load_law(name)
    terms = law.form.terms(law.array(law.reference(1e23)))
    alpha, beta = law.form.exponents[0, 0], law.form.exponents[1, 1]
    assert terms[0] / terms.sum() == pytest.approx(beta / (alpha + beta), rel=1e-12)


def test_doubling_compute_lowers_the_reducible_loss_by_two_to_minus_gamma():
    law = load_law("chinchilla-replication")
    _, gamma = law.power_law()
    p = law.parameters
    assert gamma == pytest.approx(p["alpha"] * p["beta"] / (p["alpha"] + p["beta"]), rel=1e-14)
    once, twice = (float(law.form.reducible(law.array(law.reference(c)))) for c in (1e22, 2e22))
    assert twice / once == pytest.approx(2**-gamma, rel=1e-12)


@pytest.mark.parametrize("name", TWO_TERM_LAWS)
def test_floors_do_not_disturb_the_closed_form_at_1e21_flop(name):
    law = load_law(name)
    with_floors = law.array(law.best(law.effective_compute(1e21), {}))
    without = law.array(law.reference(1e21))
    assert law.form.reducible(with_floors) == pytest.approx(law.form.reducible(without), rel=1e-7)
    scarce = {"tokens": 1e10}
    bare = np.array([1e21 / law.flop.constant / 1e10, 1e10])
    held = law.array(law.best(law.effective_compute(1e21), scarce))
    assert law.form.reducible(held) == pytest.approx(law.form.reducible(bare), rel=1e-7)


def test_a_single_input_law_has_a_power_law_too():
    law = load_law("labels", measured={"labels": 80e3, "value": 0.12})
    constant, gamma = law.power_law()
    assert gamma == 0.309
    flop = float(law.flop.value([80e3]))
    assert constant * flop**-gamma == pytest.approx(0.12, rel=1e-12)
    assert law.reference(flop)["labels"] == pytest.approx(80e3, rel=1e-12)


def test_a_law_without_flop_has_neither_reference_nor_power_law():
    law = load_law("cobb-douglas", inputs={"x": "data.a.items"}, parameters={"a_x": 0.5})
    assert law.power_law() is None
    with pytest.raises(ValueError, match="does not state the FLOP of a run"):
        law.reference(1e21)
