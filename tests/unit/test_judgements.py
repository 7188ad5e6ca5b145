"""What people decide overrules what rules say, and is seen to."""

import pytest

from openlives.errors import InputError
from openlives.governance import judgements
from openlives.governance.evidence import Verdict
from openlives.governance.judgements import Judgement, overrule, pairs

ONE = """
[[judgement]]
model = "a/m"
dimension = "process"
outcome = "yes"
who = "AB"
when = 2026-01-31
why = "the data are in the appendix"
evidence = "appendix B"
"""
RULE = Verdict("process", "no", "medium", ("nothing was said of its making",))


def written(folder, text, name="judgements.toml"):
    """Write a file of judgements and read it."""
    (folder / name).write_text(text, encoding="utf-8")
    return judgements.read(folder / name)


def test_toml_and_yaml_say_the_same(tmp_path):
    """Whoever writes YAML may write yes, which YAML takes for a truth value, and a date."""
    yaml = (
        "judgement:\n- {model: a/m, dimension: process, outcome: yes, who: AB, when: 2026-01-31,"
        " why: the data are in the appendix, evidence: appendix B}"
    )
    assert written(tmp_path, ONE) == written(tmp_path, yaml, "judgements.yaml")
    assert judgements.read(tmp_path / "none.toml", missing_ok=True) == []


def test_a_judgement_overrules_visibly(tmp_path):
    """The outcome is the person's; who, when and why are read first, and what the rule said stays."""
    verdict = overrule(RULE, written(tmp_path, ONE))
    assert (verdict.outcome, verdict.confidence) == ("yes", "judged")
    assert verdict.reasons[0] == "judged yes by AB on 2026-01-31: the data are in the appendix"
    assert verdict.reasons[1] == "the rule said no (medium confidence)"
    assert verdict.reasons[2:] == RULE.reasons
    assert verdict.evidence[0].quote == "appendix B"


def said(who, outcome, *, dimension="process", model="a/m", when="2026-01-01", adjudicated=False):
    """Give a judgement."""
    return Judgement(model, dimension, outcome, who, when, "because", adjudicated=adjudicated)


def test_raters_who_disagree_overrule_nothing():
    """The rule stands and says so, until one of them adjudicates."""
    two = [said("AB", "yes"), said("CD", "partial")]
    assert overrule(RULE, two).outcome == "no"
    assert "raters disagree" in overrule(RULE, two).reasons[0]
    assert overrule(RULE, [*two, said("EF", "partial", adjudicated=True)]).outcome == "partial"


def test_another_dimension_is_left_alone():
    """A judgement on terms says nothing of the process."""
    assert overrule(RULE, [said("AB", "yes", dimension="terms")]) is RULE


def test_pairs_of_raters():
    """Each two people, on what both judged; an adjudication is nobody's rating."""
    rated = [
        said("AB", "yes"),
        said("CD", "no"),
        said("AB", "yes", model="a/n"),
        said("EF", "no", adjudicated=True),
        said("AB", "no", dimension="terms"),
    ]
    assert pairs(rated) == {("process", "AB", "CD"): [("yes", "no")]}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[judgement]]\nmodel = 'a/m'", "has no dimension and no outcome"),
        (ONE.replace('"yes"', '"perhaps"'), "no outcome 'perhaps'"),
        (ONE.replace('"process"', '"beauty"'), "of 'beauty'"),
        (ONE.replace("2026-01-31", '"yesterday"'), "not a date"),
        (ONE + "mood = 'good'", "no field 'mood'"),
        ("judgement = 3", "no list"),
        ("[[judgement", "cannot be read"),
    ],
)
def test_a_slip_is_named(tmp_path, text, message):
    """A judgement that would silently not count is an error with its place."""
    with pytest.raises(InputError, match=message) as caught:
        written(tmp_path, text)
    assert "judgements.toml" in str(caught.value)


def test_no_is_an_outcome_in_yaml(tmp_path):
    """YAML reads `no` as false, which is no missing field."""
    file = tmp_path / "j.yaml"
    file.write_text("judgement:\n- {model: a/b, dimension: terms, outcome: no, who: Ann, when: 2024-01-01, why: x}\n")
    assert [one.outcome for one in judgements.read(file)] == ["no"]


@pytest.mark.parametrize("content", ["judgement:\n- {when: 2024-13-01}\n", None])
def test_a_file_that_was_given_is_not_passed_over(tmp_path, content):
    """An impossible date and a missing file are one clear error each."""
    file = tmp_path / "j.yaml"
    if content:
        file.write_text(content)
    with pytest.raises(InputError, match="cannot be read"):
        judgements.read(file)
