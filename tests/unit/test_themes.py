"""Themes as data: codings as a table, and the question that reads them, on every engine."""

import duckdb
import pandas as pd
import polars as pl
import pytest
from starlette.testclient import TestClient

import openlives
import rooms
from given import author, built, comment, model, thread, told
from openlives.coding import codebook, codings, rounds, sample, table, themes
from openlives.coding import project as projects
from openlives.errors import InputError, NothingToAskError
from openlives.measures.engine import Sharer
from openlives.measures.frames import TABLES, Frames
from openlives.questions import answer
from openlives.questions.themes import QUESTION
from openlives.rules import Rules
from openlives.web.app import app


def at(week):
    return f"2024-{1 + week // 4:02}-{1 + 7 * (week % 4):02}T00:00:00.000Z"


@pytest.fixture
def hub(tmp_path):
    """Two models, three threads, six comments in two quarters of life."""
    first = thread("o/a", 1, *(comment(name, at(0), f"{name} of a", f"k{name}") for name in ("ada", "bob", "cy")))
    second = thread("o/a", 2, comment("ada", at(14), "later", "k4"), comment("ada", at(15), "again", "k5"))
    third = thread("o/b", 1, comment("dee", at(0), "of b", "k6"))
    assert author("ada")
    return built(told(tmp_path, model("o/a", cardData={"license": "mit"}), model("o/b"), first, second, third))


@pytest.fixture
def project(hub):
    """A project of all threads; the codes doubt (theme trust, one below it) and thanks (no theme)."""
    made = projects.create(hub, "talk")
    sample.draw(made, openlives.open(hub).connection, "persistent:9")
    ann = made.coder("ann")
    doubt = codebook.add(made, ann, "doubt")
    below = codebook.add(made, ann, "licence", parent=doubt)
    thanks = codebook.add(made, ann, "thanks")
    themes.put(made, ann, doubt, themes.add(made, ann, "trust"))
    units = {codings.text_of(made, unit)["event"]: unit for unit in rooms.units(made)}
    for event, code in (
        ("kada", doubt),
        ("kada", below),
        ("kbob", thanks),
        ("k4", below),
        ("k5", below),
        ("k6", thanks),
    ):
        codings.put(made, ann, units[event], code)
    codings.put(made, made.coder("bob"), units["kada"], doubt)
    codings.put(made, made.coder("machine:x@1", "machine"), units["kcy"], doubt)
    codings.note(made, ann, codings.put(made, ann, units["kcy"], doubt), negative=True)
    return made


def test_the_table(project):
    """A row a comment and code; themes come down the tree; machines only if asked; open rounds not at all."""
    found = table.codings(project)
    assert list(found.columns) == [*table.COLUMNS]
    assert len(found) == 7
    first = found[(found["event"] == "kada") & (found["code"] == "doubt")].iloc[0]
    assert (first["coders"], first["theme"], first["licence"], first["model"]) == (2, "trust", "mit", "o/a")
    assert set(found.loc[found["code"] == "doubt / licence", "theme"]) == {"trust"}
    assert set(found.loc[found["code"] == "thanks", "theme"]) == {table.NO_THEME}
    assert len(table.codings(project, machines=True)) == 7
    assert table.codings(project, machines=True)["coders"].sum() == found["coders"].sum() + 1
    ann, bob = project.coder("ann"), project.coder("bob")
    units = rooms.units(project)
    rounds.begin(project, ann, "blind", units, [ann, bob])
    codings.put(project, ann, units[-1], codebook.find(project, "doubt"))
    pd.testing.assert_frame_equal(table.codings(project), found)
    assert table.counted(found)["comments"].sum() == 6


def test_the_answer_by_hand(hub, project):
    """Five comments were coded, three of them on trust: two by one voice in the second quarter of a's life."""
    project.close()
    (found,) = openlives.open(hub).ask("themes", people="everyone", draws=50)
    assert found.numbers["comments"].value == 5
    row = found.table[found.table["theme"] == "trust"].iloc[0]
    assert (row["comments"], row["coded"], row["threads"], row["models"], row["one_voice"]) == (3, 5, 2, 1, 1.0)
    assert row["share_low"] <= row["share"] <= row["share_high"]
    groups = found.tables["groups"].set_index(["by", "value", "theme"])["share"]
    assert groups["quarter of life", "1", "trust"] == pytest.approx(1 / 3)
    assert groups["quarter of life", "2", "trust"] == 1
    assert groups["licence", "unknown", "trust"] == 0
    assert groups["model", "o/a", "trust"] == 0.75
    weeks = found.tables["weeks"].set_index(["theme", "week"])["comments"]
    assert weeks["trust", 0] == 1
    assert "trust: 60 %" in found.finding.sentence


def test_which_project(hub, project):
    """The only project is asked; of several the study must name one; without any there is nothing to ask."""
    project.close()
    projects.create(hub, "empty").close()
    with pytest.raises(InputError, match="empty, talk"):
        openlives.open(hub).ask("themes")
    assert openlives.open(hub).ask("themes", themes_project="talk", people="everyone", draws=5)
    with pytest.raises(NothingToAskError, match="Nothing was coded"):
        openlives.open(hub).ask("themes", themes_project="empty")
    with pytest.raises(NothingToAskError, match="no coding project 'none'"):
        openlives.open(hub).ask("themes", themes_project="none")


def frames_on(engine, hub, coded):
    """Give the same tables on an engine."""
    rules = Rules(people="everyone", draws=20)
    connection = duckdb.connect(str(hub / "store.duckdb"), read_only=True)
    tables = {name: connection.table(name) for name in TABLES}
    if engine == "duckdb":
        return Frames(tables | {"codings": connection.from_df(coded)}, rules, Sharer(connection))
    if engine == "polars":
        return Frames({name: each.pl() for name, each in tables.items()} | {"codings": pl.from_pandas(coded)}, rules)
    return Frames({name: each.df() for name, each in tables.items()} | {"codings": coded}, rules)


def test_every_engine_says_the_same(hub, project):
    """DuckDB, Polars and pandas give the same tables."""
    coded = table.codings(project).assign(quadrant="unknown")
    answers = [
        answer(QUESTION, frames_on(engine, hub, coded).reading("everyone")) for engine in ("duckdb", "polars", "pandas")
    ]
    for other in answers[1:]:
        for name, each in answers[0].tables.items():
            pd.testing.assert_frame_equal(each, other.tables[name], check_dtype=False)


def test_pages_follow_whoever_codes_on(hub, project):
    """A page has what was coded a moment ago; and asks only once as long as nobody codes."""
    pages = TestClient(app(hub), base_url="http://127.0.0.1")
    first = pages.get("/data/themes.csv?table=numbers&draws=20").content
    assert pages.get("/data/themes.csv?table=numbers&draws=20").content == first
    units = {codings.text_of(project, unit)["event"]: unit for unit in rooms.units(project)}
    codings.put(project, project.coder("ann"), units["k6"], codebook.find(project, "doubt"))
    then = pages.get("/data/themes.csv?table=numbers&draws=20").content
    assert then != first
    expected = openlives.open(hub).ask("themes", {"people": "humans", "draws": 20})[0].to_csv("numbers")
    assert then.decode() == expected
