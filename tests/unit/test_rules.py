"""Rules: every mistake in a study file is said, with the way out."""

from dataclasses import fields

import pytest

from openlives import Rules
from openlives.errors import RulesError


def test_defaults_are_those_of_the_methods():
    """The thresholds of the paper, as the methods page has them."""
    rules = Rules()
    assert (rules.lifecycle_min_days, rules.decline_min_people, rules.decline_min_weeks) == (100, 10, 4)
    assert (rules.automation_min_artifacts, rules.automation_min_same) == (50, 0.8)
    assert (rules.growth_months, rules.nomads_period_weeks, rules.nomads_min_back) == (3, 13, 30)
    assert rules.changed() == {}


@pytest.mark.parametrize("rule", fields(Rules), ids=lambda f: f.name)
def test_every_rule_is_explained(rule):
    """Each rule has its meaning and a section of the methods page."""
    assert len(rule.metadata["meaning"]) > 5
    assert 1 <= int(rule.metadata["section"]) <= 14


def test_an_unknown_rule_suggests_the_near_one():
    """A slip of the pen is met with the name that was meant."""
    with pytest.raises(RulesError) as caught:
        Rules.of({"lifecycle_min_day": 50}, where="study.toml")
    assert "'lifecycle_min_days'" in str(caught.value)
    assert "study.toml" in str(caught.value)


def test_an_unknown_rule_without_a_near_one():
    """Where nothing is near, the way to the list is shown."""
    with pytest.raises(RulesError, match="There is no rule 'zzz'") as caught:
        Rules.of({"zzz": 1})
    assert "questions --rules" in str(caught.value)


@pytest.mark.parametrize(
    "given",
    [
        {"draws": "many"},
        {"draws": 2.5},
        {"draws": True},
        {"automation_apps": 1},
        {"automation_min_same": "0.8"},
        {"since": 2024},
        {"people": ["everyone"]},
        {"communities": "tag:mlx"},
        {"communities": [1, 2]},
        {"lists": ["a/x"]},
        {"lists": {"mine": "a/x"}},
        {"tag_synonyms": {"art": "arts"}},
        {"persistence_list": {"a/x": 5}},
        {"automation_accounts": "bot"},
        {"automation_accounts": [1]},
    ],
    ids=str,
)
def test_wrong_types(given):
    """A value of the wrong type is refused by the name of its rule."""
    with pytest.raises(RulesError, match=next(iter(given))):
        Rules.of(given)


@pytest.mark.parametrize(
    "given",
    [
        {"draws": -1},
        {"draws": 0},
        {"growth_months": 0},
        {"lifecycle_min_days": -100},
        {"automation_min_same": -0.1},
        {"automation_min_same": float("nan")},
        {"automation_min_same": 1.5},
        {"decline_alpha": 2.0},
        {"nomads_permutations": 0},
        {"decline_rarefy_people": 0},
        {"decline_min_weeks": 0},
    ],
    ids=str,
)
def test_impossible_values(given):
    """A value that no study could mean is refused."""
    with pytest.raises(RulesError, match=next(iter(given))):
        Rules.of(given)


@pytest.mark.parametrize(
    ("name", "value"), [("people", "robots"), ("lifecycle_interval", "bayes"), ("decline_end", "")]
)
def test_choices(name, value):
    """A value that is none of the choices is met with the choices."""
    with pytest.raises(RulesError) as caught:
        Rules.of({name: value})
    choices = next(f for f in fields(Rules) if f.name == name).metadata["choices"]
    assert all(choice in str(caught.value) for choice in choices)


def test_persistence_exclude_knows_its_rules():
    """An outlier rule that there is not is refused, not passed over."""
    with pytest.raises(RulesError, match="persistence_exclude"):
        Rules.of({"persistence_exclude": ["one_acount"]})


@pytest.mark.parametrize("text", ["someday", "2024-13-01", "01/02/2024"])
def test_bad_dates(text):
    """What is no date is refused by the name of its rule."""
    with pytest.raises(RulesError, match="since is not a date"):
        Rules.of({"since": text})


@pytest.mark.parametrize(
    ("since", "until"),
    [
        ("2024-01-02", "2024-01-02"),
        ("2024-01-02", "2024-01-01"),
        ("2024-01-02", "2024-01-02T00:00:00"),
        ("2024-01-01T12:00:00+00:00", "2024-01-01T13:00:00+02:00"),
    ],
)
def test_empty_windows(since, until):
    """A window that ends before it begins is refused, however its ends are written."""
    with pytest.raises(RulesError, match="empty"):
        Rules.of({"since": since, "until": until})


def test_dates_of_toml(tmp_path):
    """TOML's own dates are dates, and a window of one day is 86,400 seconds."""
    (tmp_path / "study.toml").write_text("since = 2024-01-01\nuntil = 2024-01-02\n")
    assert Rules.read(tmp_path / "study.toml").window == (1_704_067_200, 1_704_153_600)


def test_the_window_must_be_known():
    """Rules without a window have none to give."""
    with pytest.raises(RulesError, match="not known yet"):
        _ = Rules().window


@pytest.mark.parametrize("content", [b"draws = \n", b"\xff\xfe"])
def test_files_that_are_no_toml(tmp_path, content):
    """A study file that is no TOML is an error that names the file."""
    (tmp_path / "study.toml").write_bytes(content)
    with pytest.raises(RulesError, match="cannot be read") as caught:
        Rules.read(tmp_path / "study.toml")
    assert "study.toml" in str(caught.value)


def test_a_missing_study_file(tmp_path):
    """A study file that is not there is an error, not the defaults."""
    with pytest.raises(RulesError):
        Rules.read(tmp_path / "nowhere.toml")


def test_there_and_back():
    """What a manifest holds gives the same rules again."""
    rules = Rules.of(
        {"lists": {"mine": ["a/x", "b/y"]}, "draws": 7, "automation_accounts": ["bot"], "since": "2024-01-01"}
    )
    again = Rules.of({name: value for name, value in rules.plain().items() if value is not None})
    assert again == rules
    assert set(rules.changed()) == {"lists", "draws", "automation_accounts", "since"}
