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


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ([("draws", "7")], {"draws": 7}),
        ([("decline_alpha", "0.1"), ("decline_alpha", "0.2")], {"decline_alpha": 0.2}),
        ([("decline_alpha", "1")], {"decline_alpha": 1.0}),
        ([("automation_apps", "False")], {"automation_apps": False}),
        ([("communities", "tag:a"), ("communities", "tag:b")], {"communities": ("tag:a", "tag:b")}),
        ([("communities", "")], {"communities": ()}),
        ([("within", "tag:a=b,c")], {"within": ("tag:a=b,c",)}),
        ([("automation_accounts", "bot")], {"automation_accounts": ("bot",)}),
        ([("automation_accounts", "")], {"automation_accounts": ()}),
        ([("since", "2024-01-01")], {"since": "2024-01-01"}),
        ([], {}),
    ],
    ids=str,
)
def test_said(said, expected):
    """As a terminal or a link says them: numbers, true and false, and lists element by element."""
    rules = Rules.said(said)
    assert {name: getattr(rules, name) for name in expected} == expected
    assert rules == Rules().but(**expected)
    assert [type(getattr(rules, name)) for name in expected] == [type(value) for value in expected.values()]


def test_said_changes_what_is_usual():
    """What is not said stays, tables too; what is said takes the place of it, and is not put beside it."""
    usual = Rules.of({"draws": 9, "communities": ["tag:x"], "lists": {"mine": ["a/x"]}, "since": "2024-01-01"})
    rules = Rules.said([("communities", "tag:y"), ("until", "2024-02-01")], usual)
    assert rules == usual.but(communities=("tag:y",), until="2024-02-01")


@pytest.mark.parametrize(
    ("name", "text", "complaint"),
    [
        ("draw", "7", "'draws'"),
        ("", "7", "There is no rule ''"),
        ("window", "7", "There is no rule 'window'"),
        ("shape", "7", "There is no rule 'shape'"),
        ("plain", "7", "There is no rule 'plain'"),
        ("__class__", "7", "There is no rule '__class__'"),
        ("draws", "many", "draws must be a whole number"),
        ("draws", "2.5", "draws must be a whole number"),
        ("draws", "inf", "draws must be a whole number"),
        ("draws", "", "draws must be a whole number"),
        ("draws", "true", "draws must be a whole number"),
        ("draws", "0", "draws cannot be 0"),
        pytest.param("draws", "9" * 5000, "draws", id="more digits than Python reads"),
        ("seed", "1e400", "seed must be a whole number"),
        ("decline_alpha", "nan", "decline_alpha cannot be nan"),
        ("decline_alpha", "much", "decline_alpha must be a number"),
        ("automation_apps", "1", "automation_apps must be true or false"),
        ("automation_apps", "yes", "automation_apps must be true or false"),
        ("people", "robots", "people cannot be 'robots'"),
        ("since", "someday", "since is not a date"),
        ("lists", "mine", "lists must be a table"),
        ("tag_synonyms", "", "tag_synonyms must be a table"),
        ("persistence_list", "a/x", "persistence_list must be a table"),
        ("persistence_exclude", "ours", "persistence_exclude"),
        ("lives_most", "0", "lives_most cannot be 0"),
        ("lives_alive_weeks", "521", "lives_alive_weeks cannot be 521"),
        ("lives_follow_weeks", "0", "lives_follow_weeks cannot be 0"),
    ],
)
def test_said_wrongly(name, text, complaint):
    """A slip is met with the name of the rule, whatever was said."""
    with pytest.raises(RulesError) as caught:
        Rules.said([(name, text)])
    assert complaint in str(caught.value)


def test_said_into_an_empty_window():
    """A window that the usual start makes empty is refused."""
    with pytest.raises(RulesError, match="empty"):
        Rules.said([("until", "2023-01-01")], Rules.of({"since": "2024-01-01"}))


def test_what_shapes_frames():
    """Whose, when, which part, and what is automation shape them; numbers of draws and thresholds do not."""
    usual = Rules().shape
    changes = ({"people": "humans"}, {"since": "2024-01-01"}, {"within": ("tag:a",)}, {"automation_apps": False})
    changes += ({"automation_accounts": ()}, {"lists": {"mine": ("a/x",)}}, {"tag_synonyms": {"a": ("b",)}})
    for change in changes:
        assert Rules().but(**change).shape != usual, change
    for change in ({"draws": 3}, {"seed": 1}, {"lives_most": 2}, {"decline_min_people": 3}, {"communities": ()}):
        assert Rules().but(**change).shape == usual, change
