"""Cards: what ships is complete, and every mistake in a plan or a card is said in its own words."""

import subprocess
import sys
from pathlib import Path

import pytest
from ready_laws import LABELS, ready_law

from allocator.errors import LawError
from allocator.quality import Posynomial, law_names, load_law

CARD = """
title = "Loss of a small model"
form = "posynomial"
metric = "loss"
unit = "nats/token"
source = "our runs of March"
licence = "ours"
offset = "E"

[parameters]
E = 1.2
A = 50.0
alpha = 0.3

[inputs.tokens]
role = "data"
unit = "token"
floor = 1.0
range = [1e6, 1e9]

[[terms]]
coefficient = "A"
exponents = {tokens = "alpha"}
"""


def problems_of(call, *args, **kwargs):
    with pytest.raises(LawError) as caught:
        call(*args, **kwargs)
    return caught.value.problems


def load_text(tmp_path, text, **kwargs):
    (tmp_path / "mine.toml").write_text(text, encoding="utf-8")
    return load_law("mine.toml", base=tmp_path, **kwargs)


def test_every_card_of_the_brief_is_there():
    assert set(law_names()) >= {
        "chinchilla", "chinchilla-replication", "gadre-c4", "gadre-redpajama", "gadre-refinedweb", "moe-krajewski",
        "labels", "images-and-size", "cobb-douglas", "ces", "leontief", "saturating", "hyperbola", "table",
    }  # fmt: skip


@pytest.mark.parametrize("label", LABELS)
def test_every_card_states_its_source_licence_units_and_flop(label):
    law = ready_law(label)
    assert law.title
    assert law.source
    assert law.licence
    assert law.unit
    assert all(entry.unit for entry in law.inputs)
    free = any(entry.role == "free" for entry in law.inputs)
    assert not free or law.flop is not None
    if law.flop is not None:
        assert "arXiv" in law.flop_source
        assert law.compute_floor > 0


@pytest.mark.parametrize("label", ["labels", "images-and-size", "moe-krajewski"])
def test_assumed_levels_are_said_until_the_plan_sets_them(label):
    law = ready_law(label)
    assert law.assumed
    name = law.assumed[0].split(" ")[0]
    value = law.parameters[name]
    arguments = {"measured": {"labels": 8e4, "value": 0.12}} if label == "labels" else {}
    if label == "images-and-size":
        arguments = {"measured": {"images": 1e6, "parameters": 2e7, "value": 0.3}}
    told = load_law(label, parameters={name: value}, **arguments)
    assert len(told.assumed) == len(law.assumed) - 1


def test_an_unknown_law_is_refused_with_a_suggestion():
    (problem,) = problems_of(load_law, "chinchila")
    assert problem.key == "law"
    assert problem.found == "chinchila"
    assert problem.remedy == "did you mean 'chinchilla'?"
    assert "labels" in problem.allowed


def test_a_card_that_is_not_there_is_named(tmp_path):
    (problem,) = problems_of(load_law, "./nowhere.toml", base=tmp_path)
    assert problem.key == "law"
    assert problem.found.endswith("nowhere.toml")


def test_a_misspelt_parameter_is_refused_with_a_suggestion():
    (problem,) = problems_of(load_law, "chinchilla", parameters={"alhpa": 0.3})
    assert problem.key == "parameters.alhpa"
    assert problem.remedy == "did you mean 'alpha'?"


def test_all_bad_overrides_are_said_at_once():
    found = problems_of(load_law, "chinchilla", parameters={"alpha": -0.1, "B": 0.0, "E": -1.0})
    assert {problem.key for problem in found} == {"parameters.alpha", "parameters.B", "parameters.E"}
    assert {problem.allowed for problem in found} == {"at least 0", "above 0", "E at least 0"}


def test_a_parameter_that_is_not_finite_is_refused():
    (problem,) = problems_of(load_law, "chinchilla", parameters={"E": float("nan")})
    assert (problem.key, problem.message) == ("parameters.E", "is not a finite number")


def test_an_override_changes_the_law():
    law = load_law("chinchilla", parameters={"E": 2.0})
    assert float(law.value([1e9, 1e10]) - load_law("chinchilla").value([1e9, 1e10])) == pytest.approx(0.31)


def test_a_law_without_a_level_asks_for_a_measured_point():
    (problem,) = problems_of(load_law, "labels")
    assert problem.key == "measured"
    assert problem.remedy == "write measured = {labels = …, value = …}, value being the error"
    (problem,) = problems_of(load_law, "labels", measured={"value": 0.2})
    assert problem.key == "measured.labels"


def test_the_measured_point_is_reproduced():
    law = load_law("labels", measured={"labels": 80e3, "value": 0.12})
    assert float(law.value([80e3])) == pytest.approx(0.12, rel=1e-12)
    both = load_law("images-and-size", measured={"images": 1.28e6, "parameters": 25.6e6, "value": 0.24})
    assert float(both.value([1.28e6, 25.6e6])) == pytest.approx(0.24, rel=1e-12)
    halves = both.form.terms([1.28e6, 25.6e6])
    assert halves == pytest.approx([0.095, 0.095], rel=1e-12)


def test_an_accuracy_is_measured_as_an_accuracy():
    law = load_law("labels-accuracy", measured={"labels": 80e3, "value": 0.88})
    assert float(law.value([80e3])) == pytest.approx(0.88, rel=1e-12)


@pytest.mark.parametrize(
    ("measured", "key"),
    [
        ({"labels": 8e4, "value": 12}, "measured.value"),
        ({"labels": 0, "value": 0.1}, "measured.labels"),
        ({"labels": 8e4, "value": 0.1, "lables": 1}, "measured.lables"),
    ],
)
def test_a_measured_point_that_cannot_be_is_refused(measured, key):
    (problem,) = problems_of(load_law, "labels", measured=measured)
    assert problem.key == key


def test_a_measured_error_below_the_irreducible_one_is_refused():
    found = problems_of(load_law, "images-and-size", measured={"images": 1e6, "parameters": 2e7, "value": 0.04})
    assert {problem.key for problem in found} == {"measured.value"}
    assert "c = 0.05" in found[0].remedy


def test_a_level_given_as_a_parameter_needs_no_measured_point():
    law = load_law("labels", parameters={"a": 4.0})
    assert float(law.value([1.0])) == pytest.approx(4.0)
    (problem,) = problems_of(load_law, "labels", parameters={"a": 4.0}, measured={"labels": 1e4, "value": 0.2})
    assert problem.key == "measured"


def test_what_a_published_law_cannot_use_is_refused():
    found = problems_of(
        load_law, "chinchilla", measured={"value": 2.0}, inputs={"x": "data.a.items"}, points=[[0, 1], [1, 2]]
    )
    assert {problem.key for problem in found} == {"measured", "inputs", "points"}


def test_a_card_of_ones_own_works_by_path(tmp_path):
    law = load_text(tmp_path, CARD)
    assert law.name == "mine"
    assert float(law.value([1e6])) == pytest.approx(1.2 + 50 * 1e6**-0.3, rel=1e-14)
    assert law.inputs[0].high == 1e9
    assert law.flop is None
    assert law.best(None, {"tokens": 5.0}) == {"tokens": 6.0}


def test_a_card_may_extend_another_and_restated_numbers_lose_their_old_standard_error(tmp_path):
    (tmp_path / "base.toml").write_text(CARD + "\n[uncertainty]\nE = 0.1\nA = 5.0\n", encoding="utf-8")
    law = load_text(tmp_path, 'extends = "base.toml"\n[parameters]\nE = 1.5\n')
    assert law.parameters == {"E": 1.5, "A": 50.0, "alpha": 0.3}
    assert law.uncertainty == {"A": 5.0}


def test_cards_that_extend_each_other_are_refused(tmp_path):
    (tmp_path / "other.toml").write_text('extends = "mine.toml"\n', encoding="utf-8")
    (problem,) = problems_of(load_text, tmp_path, 'extends = "other.toml"\n')
    assert (problem.key, problem.found) == ("extends", "mine.toml")


def test_a_card_that_extends_nothing_known_says_so_in_its_own_file(tmp_path):
    (problem,) = problems_of(load_text, tmp_path, 'extends = "chinchila"\n')
    assert problem.key == "extends"
    assert problem.file.endswith("mine.toml")
    assert "chinchilla" in problem.remedy


def test_every_mistake_in_a_card_is_said_at_once_with_its_place(tmp_path):
    broken = (
        CARD.replace("licence =", "license =")
        .replace("floor = 1.0", "flor = 1.0")
        .replace('role = "data"', 'role = "date"')
        .replace("E = 1.2", 'E = "1.2"')
    )
    found = {problem.key: problem for problem in problems_of(load_text, tmp_path, broken)}
    assert set(found) == {
        "license", "licence", "inputs.tokens.floor", "inputs.tokens.flor", "inputs.tokens.role", "parameters.E",
    }  # fmt: skip
    assert found["license"].remedy == "did you mean 'licence'?"
    assert found["inputs.tokens.flor"].remedy == "did you mean 'floor'?"
    assert all(problem.file.endswith("mine.toml") for problem in found.values())


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('coefficient = "A"', 'coefficient = "A + F"', "terms[0].coefficient"),
        ('coefficient = "A"', 'coefficient = "A +"', "terms[0].coefficient"),
        ("{tokens =", "{token =", "terms[0].exponents.token"),
        ('"alpha"}', '"-alpha"}', "terms[0].exponents.tokens"),
        ('"alpha"}', '"alpha - 0.3"}', "terms[0].exponents"),
        ('coefficient = "A"', 'coefficient = "-A"', "terms[0].coefficient"),
        ('coefficient = "A"', 'coefficient = "A / (E - 1.2)"', "terms[0].coefficient"),
        ("alpha = 0.3", "alpha = 0.3\nspare = 1.0", "parameters.spare"),
        ("range = [1e6, 1e9]", "range = [1e9, 1e6]", "inputs.tokens.range"),
        ('role = "data"', 'role = "free"', "inputs.tokens"),
        ('metric = "loss"', 'metric = "score"', "metric"),
        ('form = "posynomial"', 'form = "leontief"', "terms"),
        ("offset =", "points = [[0.0, 1.0]]\noffset =", "points"),
        ('offset = "E"', 'offset = "level"', "offset"),
        ('offset = "E"', 'extends = 3\noffset = "E"', "extends"),
    ],
)
def test_a_card_that_does_not_hold_together_is_refused_where_it_breaks(tmp_path, old, new, key):
    assert old in CARD
    found = problems_of(load_text, tmp_path, CARD.replace(old, new, 1))
    assert key in {problem.key for problem in found}
    assert all(problem.file.endswith("mine.toml") for problem in found)


def test_a_file_that_is_not_toml_is_named(tmp_path):
    (problem,) = problems_of(load_text, tmp_path, "title = \n")
    assert problem.file.endswith("mine.toml")
    assert "line 1" in problem.message


@pytest.mark.parametrize("text", ["A(alpha)", "A if E else alpha", "[A]", "A and E", "A.real", "'A'", "True"])
def test_expressions_hold_arithmetic_and_nothing_else(tmp_path, text):
    (problem,) = problems_of(
        load_text, tmp_path, CARD.replace('coefficient = "A"', f'coefficient = "A * 0 + ({text})"')
    )
    assert problem.key == "terms[0].coefficient"
    assert problem.message == "may hold only numbers, parameter names, + - * / ^ and brackets"


def test_the_card_in_the_guide_works_as_it_stands(tmp_path):
    guide = (Path(__file__).parents[2] / "docs" / "laws.md").read_text(encoding="utf-8")
    cards = [block.split("```")[0] for block in guide.split("```toml\n")[1:] if "form =" in block.split("```")[0]]
    assert cards
    for card in cards:
        law = load_text(tmp_path, card, measured={"hours": 1e3, "value": 0.2} if "[level]" in card else {})
        assert law.source


def test_outside_the_fit_is_said_with_a_factor():
    law = load_law("chinchilla-replication")
    assert law.extrapolation({"parameters": 1e9, "tokens": 2e10}, 1e20) == []
    above, below, compute = law.extrapolation({"parameters": 3.2e10, "tokens": 1e9}, 3e25)
    assert above == "parameters 3.2e+10 is 2 times above the range of the fit (7e+07 to 1.6e+10)"
    assert below == "tokens 1e+09 is 5 times below the range of the fit (5e+09 to 5e+11)"
    assert compute.startswith("compute in FLOP 3e+25 is 1e+04 times above")


def test_loading_the_room_imports_no_solver_and_no_table_library():
    code = "import allocator.quality, sys; print(sorted({'pandas', 'scipy', 'cvxpy', 'pulp'} & set(sys.modules)))"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"


def test_gadre_is_the_chinchilla_form_in_other_letters():
    law = load_law("gadre-c4")
    parameters, tokens = 1.4e9, 28e9
    ratio, compute = tokens / parameters, 6 * parameters * tokens
    eta = 0.121
    published = 1.51 + (141 * ratio**eta + 190 * ratio**-eta) * compute**-eta
    assert isinstance(law.form, Posynomial)
    assert float(law.value([parameters, tokens])) == pytest.approx(published, rel=1e-13)
