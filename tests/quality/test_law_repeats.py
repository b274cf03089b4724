"""Repeated items: worth falls with every pass, and the best run is the one an independent search finds."""

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize, minimize_scalar

from allocator.errors import LawError
from allocator.quality import Repeated, load_law

RUNS = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "datablations2023_c4.csv"
E, A, B, POWER, R_D, R_N = 1.869, 520.8, 1487.7, 0.3527, 15.387756, 5.309743
LAW = load_law("muennighoff")

# FLOP and unique tokens: from plenty of new tokens to a thousand epochs.
SITUATIONS = [
    (1e18, 1e12),
    (1e20, 1e11),
    (1e20, 1.81e10),
    (1e20, 1e10),
    (1e21, 1e10),
    (1e21, 1e9),
    (1e22, 3e10),
    (1e23, 1e10),
    (1e23, 1e8),
]


def paper_loss(parameters, tokens, unique):
    """The law as the paper writes it, in natural units and without logs."""
    unique = min(unique, tokens)
    best_size = min(parameters, (A / B) ** (1.0 / POWER) * unique)
    size = best_size * (1.0 + R_N * (1.0 - np.exp(-(parameters / best_size - 1.0) / R_N)))
    data = unique * (1.0 + R_D * (1.0 - np.exp(-(tokens / unique - 1.0) / R_D)))
    return E + A / size**POWER + B / data**POWER


def loss(law, compute, unique):
    best = law.best(compute, {"tokens": unique})
    return float(law.value(law.array(best)))


@pytest.mark.parametrize(("compute", "unique"), SITUATIONS)
def test_the_best_run_is_the_one_an_independent_search_finds(compute, unique):
    unique += 1e3  # the floor everyone has

    def at(log_tokens):
        tokens = np.exp(log_tokens)
        return paper_loss(compute / 6.0 / tokens, tokens, unique)

    grid = np.linspace(np.log(1e6), np.log(compute / 6e4), 4001)
    start = int(np.argmin([at(point) for point in grid]))
    around = grid[max(start - 1, 0)], grid[min(start + 1, len(grid) - 1)]
    found = minimize_scalar(at, bounds=around, method="bounded", options={"xatol": 1e-12})
    mine = loss(LAW, compute, unique - 1e3)
    assert mine == pytest.approx(min(found.fun, at(grid[start])), abs=1e-9)


@pytest.mark.parametrize(("compute", "unique"), SITUATIONS)
def test_no_run_in_two_free_dimensions_is_better(compute, unique):
    """Without the budget as an equation: size and tokens anywhere below it."""
    best = LAW.array(LAW.best(compute, {"tokens": unique}))
    budget = np.log(compute / 6.0)

    def at(logs):
        return paper_loss(np.exp(logs[0]), np.exp(logs[1]), unique + 1e3)

    constraint = {"type": "ineq", "fun": lambda logs: budget - logs.sum()}
    start = np.log(best[[0, 2]]) - 0.5
    found = minimize(at, start, method="SLSQP", constraints=[constraint], options={"ftol": 1e-14, "maxiter": 500})
    assert float(LAW.value(best)) <= found.fun + 1e-6


@settings(max_examples=200, deadline=None)
@given(st.floats(5.0, 11.0), st.floats(6.0, 13.0), st.floats(6.0, 13.0))
def test_the_law_says_what_the_paper_writes(log_parameters, log_unique, log_tokens):
    parameters, unique, tokens = 10.0**log_parameters, 10.0**log_unique, 10.0**log_tokens
    assert float(LAW.value([parameters, unique, tokens])) == pytest.approx(
        paper_loss(parameters, tokens, unique), rel=1e-11
    )


def test_with_plenty_of_new_tokens_it_is_the_plain_law():
    plain = load_law("chinchilla", parameters={"E": E, "A": A, "B": B, "alpha": POWER, "beta": POWER})
    for compute in (1e18, 1e21, 1e24):
        best, alone = LAW.best(compute, {"tokens": 1e15}), plain.best(compute, {"tokens": 1e15})
        assert best["parameters"] == pytest.approx(alone["parameters"], rel=1e-7)
        assert best["tokens"] == best["processed"] == pytest.approx(alone["tokens"], rel=1e-7)
        assert float(LAW.gain(LAW.array(best))) == pytest.approx(float(plain.gain(plain.array(alone))), abs=1e-13)
    assert LAW.power_law() == pytest.approx(plain.power_law(), rel=1e-12)
    assert LAW.reference(1e21) == LAW.best(1e21, {})


def test_scarce_tokens_are_used_again_and_the_model_is_smaller_than_one_pass_would_make_it():
    best = LAW.best(1e21, {"tokens": 1e9})
    assert best["tokens"] == 1e9 + 1e3
    assert 90 < best["processed"] / best["tokens"] < 100
    assert best["parameters"] * best["processed"] * 6 == pytest.approx(1e21, rel=1e-12)
    assert best["parameters"] < LAW.reference(1e21)["parameters"]


def test_four_passes_are_nearly_as_good_as_new_tokens_and_forty_are_not():
    """The paper's reading of its fit: little is lost up to four epochs, and nearly all is had by forty."""
    compute = 1e21
    tokens = LAW.reference(compute)["tokens"]
    size = LAW.reference(compute)["parameters"]
    fresh = float(LAW.value([size, tokens, tokens]))
    assert float(LAW.value([size, tokens / 4, tokens])) - fresh < 0.03
    assert float(LAW.value([size, tokens / 40, tokens])) - fresh > 0.2
    more = [float(LAW.value([size, tokens / 40, epochs * tokens / 40])) for epochs in (40, 80, 400)]
    assert more[0] - more[1] < 0.04
    assert more[1] - more[2] < 0.01


def test_more_tokens_more_compute_and_both_never_hurt():
    grid = [
        [loss(LAW, compute, unique) for unique in np.geomspace(1e7, 1e13, 25)]
        for compute in np.geomspace(1e17, 1e25, 17)
    ]
    assert (np.diff(grid, axis=0) <= 1e-12).all()
    assert (np.diff(grid, axis=1) <= 1e-12).all()


def test_a_size_is_worth_no_more_than_its_tokens_support():
    law = load_law("muennighoff", parameters={"R_N": 0.5})
    support = float((A / B) ** (1.0 / POWER)) * 1e10
    data = B / (1e10) ** POWER
    within, above, far = (float(law.value([factor * support, 1e10, 1e10])) - E - data for factor in (0.9, 2.0, 1e6))
    assert within == pytest.approx(A / (0.9 * support) ** POWER)
    assert above == pytest.approx(A / (support * (1.0 + 0.5 * (1.0 - np.exp(-2.0)))) ** POWER)
    assert far == pytest.approx(A / (1.5 * support) ** POWER)


def test_other_exponents_move_the_size_that_tokens_support_as_compute_alone_would():
    law = load_law("muennighoff", parameters={"alpha": 0.34, "beta": 0.28})
    form = law.form
    assert isinstance(form, Repeated)
    for compute in (1e19, 1e23):
        alone = law.reference(compute)
        support = form.wears[1].coefficient * alone["processed"] ** form.wears[1].exponent
        assert support == pytest.approx(alone["parameters"], rel=1e-7)


@pytest.mark.skipif(not RUNS.is_file(), reason="the table of training runs is not beside this checkout")
def test_the_law_explains_the_runs_it_was_fitted_on_better_than_one_that_counts_every_pass():
    with RUNS.open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["in_published_fit"] == "1"]
    measured = np.array([float(row["val_loss"]) for row in rows])
    points = np.array([[float(row[key]) for key in ("params", "unique_tokens", "tokens")] for row in rows])
    assert len(rows) == 182
    errors = np.abs(LAW.value(points) / measured - 1)
    assert np.median(errors) < 0.08
    every_pass = LAW.value(np.column_stack([points[:, 0], points[:, 2], points[:, 2]]))
    explained, naive = (
        1 - ((guess - measured) ** 2).sum() / measured.var() / len(rows) for guess in (LAW.value(points), every_pass)
    )
    assert explained > 0.76
    assert naive < explained - 0.2
    within = LAW.inputs
    assert [(entry.low, entry.high) for entry in within] == [
        (pytest.approx(points[:, j].min(), rel=0.01), pytest.approx(points[:, j].max(), rel=0.01)) for j in range(3)
    ]


def test_tokens_used_too_often_to_gain_anything_are_said():
    often = LAW.extrapolation(LAW.best(1e23, {"tokens": 1e9}))
    assert any("tokens is used 970 times: in this law one more pass adds nothing" in sentence for sentence in often)
    assert not any("is used" in sentence for sentence in LAW.extrapolation(LAW.best(1e20, {"tokens": 1e10})))


BROKEN = {
    "a constant of nothing": ({"R_D": 0.0}, "parameters.R_D", "above 0"),
    "a negative constant": ({"R_N": -1.0}, "parameters.R_N", "above 0"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_parameters_that_would_bend_the_law_are_refused(case):
    parameters, key, allowed = BROKEN[case]
    with pytest.raises(LawError) as caught:
        load_law("muennighoff", parameters=parameters)
    [problem] = caught.value.problems
    assert (problem.key, problem.allowed) == (key, allowed)


def card(tmp_path, *edits):
    text = (Path(__file__).resolve().parents[2] / "models" / "laws" / "muennighoff.toml").read_text(encoding="utf-8")
    for old, new in edits:
        assert old in text
        text = text.replace(old, new, 1)
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return str(path)


WRONG_CARDS = {
    "no such input": (('unique = "tokens"', 'unique = "token"'), "repeats.unique", "no input of this card"),
    "processed items that are bought": (
        ('processed = "processed"', 'processed = "tokens"'),
        "inputs.tokens.role",
        "role free",
    ),
    "an unknown parameter": (('constant = "R_D"', 'constant = "R_E"'), "repeats.constant", "uses 'R_E'"),
    "an unknown key": (('constant = "R_D"', 'constant = "R_D"\nhalf = 2'), "repeats.half", "unknown key"),
    "terms over unique items": (
        ('{processed = "beta"}', '{tokens = "beta"}'),
        "repeats.unique",
        "as often as they are processed",
    ),
    "an excess of what is repeated": (
        ('input = "parameters"', 'input = "processed"'),
        "excess.input",
        "counted by [repeats] already",
    ),
    "an excess without repeats": (
        ('[repeats]\nunique = "tokens"\nprocessed = "processed"\nconstant = "R_D"\n', ""),
        "excess",
        "no [repeats] names them",
    ),
}


@pytest.mark.parametrize("case", WRONG_CARDS)
def test_a_card_of_repeats_that_says_something_else_is_refused(tmp_path, case):
    edit, key, message = WRONG_CARDS[case]
    with pytest.raises(LawError) as caught:
        load_law(card(tmp_path, edit))
    found = {problem.key: problem.message for problem in caught.value.problems}
    assert message in found[key]


def test_a_card_may_leave_the_size_alone(tmp_path):
    text = Path(card(tmp_path)).read_text(encoding="utf-8")
    start, end = text.index("[excess]"), text.index("[flop]")
    path = tmp_path / "data-only.toml"
    path.write_text((text[:start] + text[end:]).replace("R_N = 5.309743\n", ""), encoding="utf-8")
    law = load_law(str(path))
    assert float(law.value([1e12, 1e9, 1e9])) == pytest.approx(E + A / 1e12**POWER + B / 1e9**POWER)
    assert loss(law, 1e21, 1e9) < loss(LAW, 1e21, 1e9)


def test_a_law_of_items_alone_spends_its_compute_on_passes(tmp_path):
    path = tmp_path / "passes.toml"
    path.write_text(
        """title = "passes"
form = "posynomial"
metric = "loss"
unit = "1"
source = "made up"
licence = "ours"
[parameters]
R = 4.0
[inputs.labels]
role = "data"
unit = "label"
floor = 1.0
[inputs.seen]
role = "free"
unit = "label"
floor = 1.0
[[terms]]
coefficient = 1.0
exponents = {seen = 0.5}
[repeats]
unique = "labels"
processed = "seen"
constant = "R"
[flop]
constant = 10.0
exponents = {seen = 1.0}
source = "made up"
floor = 10.0
""",
        encoding="utf-8",
    )
    law = load_law(str(path))
    best = law.best(10.0 * 3e4, {"labels": 1e4 - 1})
    assert best == {"labels": pytest.approx(1e4), "seen": pytest.approx(3e4)}
    worth = 1e4 * (1 + 4.0 * (1 - np.exp(-2.0 / 4.0)))
    assert float(law.value(law.array(best))) == pytest.approx(worth**-0.5, rel=1e-12)
    assert replace(law, name="x").repeated == ("labels", "seen")
