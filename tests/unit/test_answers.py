"""Answers: what the questions find in the made-up world is what is true of it, in every form."""

import io
import json
import os

import orjson
import pandas as pd
import pytest

import openlives
from openlives.errors import RulesError
from openlives.questions import QUESTIONS
from openlives.questions.question import Number, plain

TRUE = {
    "models": ("coverage", "active"),
    "interactions": ("coverage", "interactions"),
    "people": ("coverage", "people"),
    "duration_mean_days": ("distributions", "duration_mean"),
    "interactions_per_model_mean": ("distributions", "interactions_mean"),
    "participants_per_model_mean": ("distributions", "participants_mean"),
    "contributions_per_participant_mean": ("distributions", "contributions_mean"),
    "contributions_per_participant_variance": ("distributions", "contributions_variance"),
}
READINGS = pytest.mark.parametrize("people", ["everyone", "humans"])


@pytest.fixture(scope="module")
def truth(made):
    """What is true of the made-up world."""
    return orjson.loads((made / "world" / "truth.json").read_bytes())


@pytest.fixture(scope="module")
def ask(made):
    """Ask a question under one reading; each is asked once."""
    hub, known = openlives.open(made / "hub"), {}

    def asked(name, people, **changes):
        key = (name, people, *sorted(changes.items()))
        if key not in known:
            known[key] = hub.ask(name, made / "quick.toml", people=people, **changes)[0]
        return known[key]

    return asked


@READINGS
@pytest.mark.parametrize("name", TRUE)
def test_known_numbers(ask, truth, people, name):
    """Each number is that of plain loops over what happened."""
    question, number = TRUE[name]
    assert ask(question, people).numbers[number].value == pytest.approx(truth[people][name], rel=1e-9)


@READINGS
def test_known_persistence(ask, truth, people):
    """The ten most persistent models with their scores, when none is left out."""
    table = ask("persistence", people, persistence_exclude=()).table
    found = list(zip(table["name"].head(10), table["score"].head(10), strict=True))
    assert found == [tuple(pair) for pair in truth[people]["persistence_top10"]]


@READINGS
def test_known_lifecycle(ask, truth, people):
    """Models of at least 100 days, and for each of the first weeks how many are at risk and what is said there."""
    answer = ask("lifecycle", people)
    assert answer.numbers["models"].value == truth[people]["lifecycle"]["models"]
    table = answer.table.set_index("week")
    for week, expected in truth[people]["lifecycle"]["weeks"].items():
        assert table["at_risk"][int(week)] == expected["at_risk"]
        assert table["comments"][int(week)] == pytest.approx(expected["comments_mean"], rel=1e-9)


def test_known_kinds(ask, truth):
    """Events of every kind are counted, unknown ones too."""
    kinds = ask("coverage", "everyone").tables["kinds"]
    assert dict(zip(kinds["kind"], kinds["events"], strict=True)) == truth["kinds"]


@READINGS
def test_what_was_not_seen(ask, truth, people):
    """Every answer says what the collection could not see: the planted failures, and nothing else."""
    unread = truth["planted"]["unread"]
    answer = ask("coverage", people)
    unseen = dict(answer.unseen)
    assert unseen.pop("partial") == unread["failed"]
    assert "never" not in unseen
    assert unseen == {name: unread[name] for name in ("disabled", "unreachable")}
    assert f"{unread['disabled']} disabled" in str(answer)


def test_outliers_are_left_out_by_name(ask, truth):
    """The planted outliers are found, each with its reason."""
    answer = ask("persistence", "everyone")
    excluded = answer.table.set_index("name")["excluded"]
    planted = truth["planted"]["outliers"]
    assert excluded[planted["no_files"]] == "no model files"
    if planted["one_account"] in excluded.index:
        assert "95%" in excluded[planted["one_account"]]
    assert any(planted["no_files"] in note for note in answer.finding.notes)


def test_nomads_and_settlers(ask):
    """Those who were planted as nomads move, and those who were planted as settlers stay."""
    table = ask("nomads", "everyone").table
    both = table[table["variant"] == "all"].set_index("community")
    assert both["moved"]["tag:mlx"] > 0.5 > both["moved"]["tag:art"]
    assert both["stayed"]["tag:art"] > 0.5 > both["stayed"]["tag:mlx"]


def test_planted_talk_about_access(ask, truth):
    """Every discussion about access is found, and every way round a gate; nothing else is taken for one."""
    if "governance" not in truth["planted"]:
        pytest.skip("this world plants no talk about access")
    planted = {(a["model"], a["num"]): bool(a["workaround"]) for a in truth["planted"]["governance"]["access"]}
    table = ask("gates", "everyone").tables["access_threads"]
    found = zip(table["name"], table["num"], table["ways_around"] > 0, strict=True)
    assert {(name, num): around for name, num, around in found} == planted


@pytest.mark.parametrize("name", ["nomads", "decline", "lives"])
def test_one_processor_finds_the_same(made, monkeypatch, name):
    """What is done side by side gives the same bytes one after the other."""
    hub, found = openlives.open(made / "hub"), []
    for processors in (1, 4):
        monkeypatch.setattr(os, "cpu_count", lambda n=processors: n)
        found.append(hub.ask(name, made / "quick.toml", people="humans")[0].to_json())
    assert found[0] == found[1]
    assert len(found[0]) > 2_000


def test_both_readings(made):
    """Asked for both, a question gives two answers in one window: humans are fewer than everyone."""
    everyone, humans = openlives.open(made / "hub").ask("coverage")
    assert (everyone.people, humans.people) == ("everyone", "humans")
    assert everyone.window == humans.window == ("2023-01-02", "2024-12-31")
    assert humans.numbers["interactions"].value < everyone.numbers["interactions"].value


@pytest.mark.parametrize("name", QUESTIONS)
def test_text(ask, name):
    """As text, an answer has its question, its numbers, the window, what was not seen, and its source."""
    answer = ask(name, "everyone")
    text = str(answer)
    assert text.startswith(answer.question.asks)
    assert all(number.meaning in text for number in answer.numbers.values())
    assert "2023-01-02 to 2024-12-31" in text
    assert "not seen: " in text
    assert "doi:10.1145/3715275.3732206" in text


@pytest.mark.parametrize("name", QUESTIONS)
def test_json(ask, name):
    """As JSON, it can be read by the strictest reader, and holds every number and table."""
    answer = ask(name, "humans")
    said = json.loads(answer.to_json(), parse_constant=lambda word: pytest.fail(f"{word} is no JSON"))
    assert said["people"] == "humans"
    assert said["numbers"].keys() == answer.numbers.keys()
    for table, content in answer.tables.items():
        assert len(said["tables"][table]) == len(content)


@pytest.mark.parametrize("name", QUESTIONS)
def test_csv(ask, name):
    """As CSV, every table comes back with its columns and rows."""
    answer = ask(name, "everyone")
    for table in ("numbers", *answer.tables):
        expected = answer.numbers_table() if table == "numbers" else answer.tables[table]
        found = pd.read_csv(io.StringIO(answer.to_csv(table)))
        assert list(found.columns) == list(expected.columns)
        assert len(found) == len(expected)


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_column_is_explained(ask, name):
    """Each column of each table has a meaning."""
    answer = ask(name, "everyone")
    explained = {word for names in answer.question.columns for word in names.replace(",", " ").split()}
    shown = {column for table in answer.tables.values() for column in table.columns}
    plain_names = {column for column in shown if column.removesuffix("_low").removesuffix("_high") == column}
    assert plain_names - explained == set()


@pytest.mark.parametrize("name", QUESTIONS)
def test_latex(ask, name):
    """As LaTeX, there is one table with one row a number, and its caption says whose interactions count."""
    answer = ask(name, "everyone")
    latex = answer.to_latex()
    assert latex.count(r"\begin{table}") == latex.count(r"\end{table}") == 1
    body = latex[latex.index(r"\midrule") : latex.index(r"\bottomrule")]
    assert body.count(r"\\") - body.count(r"\midrule" + "\n\\") == len(answer.numbers)
    assert "everyone" in latex


def test_latex_of_hostile_names(lonely):
    """Names of models are words, not commands: every character that means something to LaTeX is escaped."""
    (answer,) = openlives.open(lonely / "hub").ask("coverage", people="everyone")
    finding = answer.finding
    numbers = {"x": Number(1.0, r"score of \input{secret} ~ ^ % & # $ _", "person-weeks")}
    object.__setattr__(finding, "numbers", numbers)
    latex = answer.to_latex()
    assert r"\input" not in latex.replace(r"\textbackslash{}input", "")
    assert "~" not in latex
    assert " ^" not in latex.replace(r"\^", "")


def test_outsiders_questions(made, monkeypatch, tmp_path):
    """A question of one's own is a module of the same shape; anything else is refused."""
    (tmp_path / "mine.py").write_text("from openlives.questions.coverage import QUESTION as MINE\nother = 5\n")
    monkeypatch.syspath_prepend(tmp_path)
    hub = openlives.open(made / "hub")
    assert hub.ask("mine:MINE", people="everyone")[0].numbers["active"].value > 0
    for name in ("mine:other", "mine:nothing", "nowhere:MINE", "mine", ""):
        with pytest.raises(RulesError):
            hub.ask(name)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "–"),
        (float("nan"), "–"),
        (3.0, "3"),
        (1234567.0, "1,234,567"),
        (1234.5, "1,234"),
        (0.12345, "0.123"),
        (0.0, "0"),
    ],
)
def test_plain_numbers(value, text):
    """Numbers are written as a paper would."""
    assert plain(value) == text
    assert plain(0.00012345) == "1.2e-04"
