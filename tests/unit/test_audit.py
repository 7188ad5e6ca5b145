"""Governance in numbers: a little collection with a made-up register, counted by hand, on every engine."""

from dataclasses import replace

import duckdb
import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd
import polars as pl
import pytest
from scipy.stats import binomtest

from openlives import questions
from openlives.errors import NothingToAskError, RulesError
from openlives.governance.probes import PROBES, card_sections
from openlives.measures.clock import DAY
from openlives.measures.engine import Sharer
from openlives.measures.frames import Frames
from openlives.questions import QUESTIONS, documentation, friction
from openlives.questions.groups import split
from openlives.report.figures import figure
from openlives.rules import Rules
from openlives.stats.intervals import wilson
from openlives.values import moment

START = moment("2024-01-01")
RULES = Rules(people="everyone", since="2024-01-01", until="2024-04-01", draws=200)
GOVERNANCE = ("licences", "gates", "documentation", "artefacts")
ENGINES = pytest.mark.parametrize("engine", ["duckdb", "polars", "pandas"])

ARTIFACTS = {  # name, key of the owner, outcome, names of its bases, task, library
    1: ("ann/candle", 1, "complete", None, "art", "x"),
    2: ("ann/candle-small", 1, "never", ["ann/candle"], "art", "x"),
    3: ("bob/lantern-7b", 2, "complete", None, "talk", None),
    4: ("cyd/torch", 3, "disabled", ["ann/candle", "bob/lantern-7b"], None, None),
}
REGISTER = {  # licence, its class, restrictions, gate, discussions, sections, words, sections of the card, other probes
    1: ("mit", "osi-approved", "", "none", "on", "bias;licence", 90, "yes", "yes"),
    2: ("mit", "osi-approved", "", "none", "unknown", "", 0, "no", "no"),
    3: ("lamp-1", "use-restricted", "use-based;mau-cap", "manual", "on", "training_data", 9, "yes", "partial"),
    4: (None, "unknown", None, "unknown", "off", "", None, "unknown", "unknown"),
}
THREADS = {  # artifact, number, title, person who opened it, day
    1: (3, 1, "Access request", 1, 10),
    2: (3, 2, "How do I run it?", 1, 20),
    3: (1, 1, "How to access the logits", 2, 30),
    4: (1, 2, "Please grant me access", 9, 40),
}
REPLIES = (  # thread, person, by the owner, day, words
    (1, 2, False, 11, "Take https://huggingface.co/dan/lantern-7b-copy instead."),
    (1, 3, False, 12, "See https://huggingface.co/bob/lantern-7b and https://huggingface.co/dan/unlike"),
    (3, 8, True, 31, "Like this."),
)


def tables():
    """Give the tables of the little collection as pandas frames."""
    artifacts = pd.DataFrame(
        [(key, *row) for key, row in ARTIFACTS.items()],
        columns=["artifact", "name", "owner_key", "outcome", "base_models", "task", "library"],
    ).assign(platform="here", listed=True, created=START, files=3, owner="o")
    threads = pd.DataFrame(
        [(t, a, n, title, who, START + day * DAY) for t, (a, n, title, who, day) in THREADS.items()],
        columns=["thread", "artifact", "num", "title", "opener", "created"],
    ).assign(pull_request=False, template=1)
    opened = [(t, a, who, False, True, START + day * DAY, "Hello.") for t, (a, _, _, who, day) in THREADS.items()]
    said = [(t, THREADS[t][0], who, owner, False, START + day * DAY, body) for t, who, owner, day, body in REPLIES]
    columns = ["thread", "artifact", "person", "by_owner", "opening", "time", "body"]
    events = pd.DataFrame([*opened, *said], columns=columns).assign(kind="comment", by_member=False, app=None)
    snapshots = [(3, 5, "manual"), (3, 35, "manual"), (3, 65, "none"), (3, 80, "none"), (4, 9, "none"), (4, 50, "none")]
    seen = pd.DataFrame(
        [(a, START + day * DAY, gate) for a, day, gate in snapshots], columns=["artifact", "observed", "gate"]
    )
    return {
        "artifacts": artifacts,
        "threads": threads,
        "events": events.astype({"app": "string"}),
        "tags": pd.DataFrame({"artifact": [1], "tag": ["art"]}),
        "people": pd.DataFrame({"person": range(1, 10), "name": [f"p{n}" for n in range(1, 10)]}),
        "fetches": pd.DataFrame({"artifact": [1], "time": [START], "outcome": ["complete"]}),
        "snapshots": seen,
        "openness": register(),
    }


def register():
    """Give a made-up register."""
    columns = ["licence", "licence_class", "restrictions", "gate", "discussions", "sections", "words"]
    rows = [(key, *row[:-1]) for key, row in REGISTER.items()]
    frame = pd.DataFrame(rows, columns=["artifact", *columns, "probe_card_sections"]).astype({"words": "Int64"})
    others = {f"probe_{n}": [row[-1] for row in REGISTER.values()] for n in PROBES if n != "card_sections"}
    return frame.assign(**others, quadrant="unknown")


def on(engine, given=None, rules=RULES):
    """Give the frames of the little collection on an engine."""
    given = given or tables()
    if engine == "pandas":
        return Frames(given, rules)
    frames = {name: pl.from_pandas(frame) for name, frame in given.items()}
    if engine == "polars":
        return Frames({name: frame.lazy() for name, frame in frames.items()}, rules)
    connection = duckdb.connect()
    for name, frame in frames.items():
        connection.register(f"given_{name}", frame)
        connection.execute(f"CREATE TABLE {name} AS FROM given_{name}")
    return Frames({name: connection.table(name) for name in given}, rules, Sharer(connection))


def asked(name, engine, given=None):
    """Give the answer to one question on one engine."""
    (answer,) = questions.ask(QUESTIONS[name], [on(engine, given)])
    return answer


def row(answer, table, name, key="item"):
    """Give one row of a table."""
    return answer.tables[table].set_index(key).loc[name]


@ENGINES
def test_shares_of_licences(engine):
    """Two of four models are OSI-approved, one of the two that somebody wrote to; unknown has a row of its own."""
    answer = asked("licences", engine)
    osi, unknown = row(answer, "classes", "osi-approved"), row(answer, "classes", "unknown")
    assert (osi["yes"], osi["known"], osi["share"]) == (2, 4, 0.5)
    assert (osi["active_yes"], osi["active_known"], osi["active_share"]) == (1, 2, 0.5)
    assert (unknown["yes"], unknown["active_yes"]) == (1, 0)
    assert list(answer.tables["licences"]["item"]) == ["mit", "lamp-1", "all others", "unknown"]
    assert answer.finding.rests_on == 4


@ENGINES
def test_restrictions_of_known_licences(engine):
    """A model has each of its kinds; the base are the three whose licence is known."""
    table = asked("licences", engine).tables["restrictions"].set_index("item")
    assert {*table.index} == {"use-based", "mau-cap"}
    assert (table["yes"]["mau-cap"], table["known"]["mau-cap"]) == (1, 3)


@ENGINES
def test_communities_by_licence(engine):
    """Persistence and contributors are means over the models of a class that somebody wrote to."""
    restricted = row(asked("licences", engine), "communities", "use-restricted", "value")
    assert (restricted["models"], restricted["contributors"]) == (1, 3)
    assert (restricted["weeks"], restricted["score"]) == (2, 4)  # persons 1, 2 and 3 in one week, 1 in the next
    none = row(asked("licences", engine), "communities", "none", "value")
    assert none["models"] == 0
    assert np.isnan(none["score"])


@ENGINES
def test_talk_about_access(engine):
    """Half of the discussions behind the gate are about access; so is one of two where there is none."""
    answer = asked("gates", engine)
    gated, free = row(answer, "friction", "manual", "value"), row(answer, "friction", "none", "value")
    assert (gated["threads"], gated["access"], gated["share"]) == (2, 1, 0.5)
    assert (free["threads"], free["access"]) == (2, 1)
    first = answer.tables["access_threads"].iloc[0]
    assert tuple(first) == ("bob/lantern-7b", 1, "manual", "2024-01-11", 3, 3, 1)
    off = row(answer, "gates", "discussions switched off")
    assert (off["yes"], off["known"], off["unknown"]) == (1, 3, 1)


@ENGINES
def test_before_and_after_a_gate(engine):
    """Seen gated on 30 days with one request and open on 15 without; the 30 days between are nobody's."""
    answer = asked("gates", engine)
    change = answer.tables["changes"].iloc[0]
    assert change["name"] == "bob/lantern-7b"
    assert (change["gated_days"], change["open_days"], change["gated_access"], change["open_access"]) == (30, 15, 1, 0)
    assert answer.numbers["gate_difference"].value == 1
    assert answer.numbers["gate_difference"].low is None


def test_no_snapshot_tells():
    """Where nobody saw a gate change, that is said, and no number is given."""
    without = {name: frame for name, frame in tables().items() if name != "snapshots"}
    answer = asked("gates", "duckdb", without)
    assert answer.numbers["gate_difference"].value is None
    assert any("before and after" in note for note in answer.finding.notes)


@ENGINES
def test_documentation(engine):
    """Shares are over cards that were read: three, of which one tells of bias; the licence is known of three."""
    answer = asked("documentation", engine)
    bias, words = row(answer, "told", "section: bias, limitations"), row(answer, "told", "words of its own")
    assert (bias["yes"], bias["known"], bias["unknown"], bias["pepe_2024"]) == (1, 3, 1, 0.18)
    assert (words["yes"], words["known"]) == (2, 3)
    assert row(answer, "told", "section: training")["yes"] == 0
    assert row(answer, "told", "data sets named")["yes"] == 2
    assert answer.numbers["read"].value == answer.finding.rests_on == 3


def test_every_section_is_asked():
    """The sections of the question are those of the probe."""
    assert {*documentation.SECTIONS} == {*card_sections.SECTIONS}


@ENGINES
def test_artefacts(engine):
    """Derivatives are counted by name, an owner's answer is a role, and a thread of nobody else is not known."""
    answer = asked("artefacts", engine)
    found = answer.tables["artefacts"].set_index("item")
    assert tuple(found.loc["derivatives", ["yes", "no", "unknown"]]) == (2, 2, 0)
    assert tuple(found.loc["roles", ["yes", "no", "unknown"]]) == (1, 1, 2)
    assert tuple(found.loc["forum", ["yes", "no", "unknown"]]) == (2, 1, 1)
    assert tuple(found.loc["issue tracking", ["yes", "no", "unknown"]]) == (2, 1, 1)
    models = answer.tables["models"].set_index("name")
    assert list(models.index) == ["bob/lantern-7b", "ann/candle"]
    assert (models["named_as_base"]["ann/candle"], models["roles"]["bob/lantern-7b"]) == (2, "no")


@pytest.mark.parametrize("name", GOVERNANCE)
def test_engines_agree(name):
    """Every engine gives the same bytes."""
    assert asked(name, "duckdb").to_json() == asked(name, "polars").to_json() == asked(name, "pandas").to_json()


@pytest.mark.parametrize("name", GOVERNANCE)
def test_no_words_leave(name):
    """No answer holds a title or what somebody wrote."""
    said = asked(name, "duckdb").to_json().decode()
    assert not any(words in said for words in ("Access request", "instead", "logits", "dan/lantern"))


@pytest.mark.parametrize("name", GOVERNANCE)
def test_figures(name):
    """Each can be drawn, also of the little that is here."""
    assert len(figure([asked(name, "duckdb")]).axes) >= 2


@pytest.mark.parametrize("name", GOVERNANCE)
def test_without_a_register(name):
    """A collection without a register has nothing to ask, and is told what to do."""
    without = {key: frame for key, frame in tables().items() if key != "openness"}
    with pytest.raises(NothingToAskError, match="openness") as raised:
        asked(name, "duckdb", without)
    assert "import" in raised.value.todo


@pytest.mark.parametrize("name", GOVERNANCE)
def test_nothing_known(name):
    """Where the register knows nothing, every share is unknown or not known, and nothing is a no."""
    given = tables()
    blank = given["openness"].assign(**dict.fromkeys(given["openness"].columns.drop("artifact"), None))
    answer = asked(name, "polars", given | {"openness": blank.astype({"words": "Int64"})})
    assert answer.finding.sentence
    assert "nan" not in str(answer)
    for key in ("share_osi_approved", "share_auto", "share_a_licence", "share_weights"):
        if key in answer.numbers:
            assert not answer.numbers[key].value


def test_a_register_that_is_made_when_asked():
    """A function that gives the register is called by the questions that want it, and by no other."""
    calls = []
    given = tables() | {"openness": lambda: calls.append(1) or register()}
    questions.ask(QUESTIONS["growth"], [Frames(given, RULES)])
    assert calls == []
    questions.ask(QUESTIONS["licences"], [Frames(given, RULES)])
    assert calls == [1]


@ENGINES
@pytest.mark.parametrize("by", ["gate", "task", "licence_class"])
def test_split(engine, by):
    """Groups add up to the whole; the one that nobody wrote to is named, and each answer carries its group."""
    (whole,) = questions.ask(QUESTIONS["coverage"], [on(engine)])
    parts = split(QUESTIONS["coverage"], [on(engine)], by)
    assert sum(part.numbers["interactions"].value for part in parts) == whole.numbers["interactions"].value == 7
    assert {part.window for part in parts} == {whole.window}
    assert all(part.group[0] == by and f"{by} = {part.group[1]}" in str(part) for part in parts)
    assert any(f"nothing to rest on for {by} = unknown" in note for note in parts[0].finding.notes)
    assert any("as last seen" in note for note in parts[0].finding.notes)


def test_split_into_few():
    """The largest group is asked, and those left out are named with their size."""
    (first,) = split(QUESTIONS["coverage"], [on("duckdb")], "gate", 1)
    assert first.group == ("gate", "none")  # one is active in each, but two models have none
    left = next(note for note in first.finding.notes if "not asked" in note)
    assert "(1 active)" in left
    assert "unknown (0 active)" in left
    assert b'"value": "' in first.to_json()
    assert first.of_group in first.to_latex()
    assert first.of_group in figure([first]).axes[0].get_title(loc="left")


def test_split_of_a_split_register():
    """The questions of governance themselves can be split: every model behind the gate has it."""
    parts = {a.group[1]: a for a in split(QUESTIONS["gates"], [on("polars")], "gate")}
    assert parts["manual"].numbers["share_manual"].value == 1
    assert parts["none"].numbers["share_none"].value == 1


def test_automation_is_that_of_the_whole():
    """Who is automation is decided by all that they did, not by the part that is asked about."""
    rules = replace(RULES, people="humans", automation_min_artifacts=2, automation_min_same=0.5)
    given = tables()
    given["threads"]["opener"] = 1
    whole = on("polars", given, rules)
    part = whole.only(whole.artifacts.filter(nw.col("artifact") == 3))
    assert set(part.automated.collect().to_native()["person"].to_list()) == {1}


def test_split_by_nothing():
    """Anything else is refused, with what there is."""
    with pytest.raises(RulesError, match="colour") as raised:
        split(QUESTIONS["coverage"], [on("pandas")], "colour")
    assert "quadrant" in raised.value.todo


@pytest.mark.parametrize(("yes", "of"), [(0, 5), (5, 5), (3, 10), (50, 400)])
def test_wilson(yes, of):
    """Wilson's interval is SciPy's."""
    expected = binomtest(yes, of).proportion_ci(method="wilson")
    found = wilson(yes, of)
    np.testing.assert_allclose((found.low, found.high), (expected.low, expected.high), atol=1e-12)


def test_days_at_the_window():
    """Days outside the window are nobody's: a model seen gated long before it gains none from that."""
    observed = np.array([START - 90 * DAY, START - 60 * DAY, START + 5 * DAY]).clip(START, START + 30 * DAY)
    row = friction._spans(observed, np.array([1, 1, 1]), np.array([START + DAY]))
    assert (row["gated_days"], row["gated_access"], row["open_days"]) == (5, 1, 0)


@pytest.mark.parametrize("name", GOVERNANCE)
def test_every_column_is_explained(name):
    """Each column of each table has a meaning."""
    answer = asked(name, "duckdb")
    explained = {word for names in answer.question.columns for word in names.replace(",", " ").split()}
    assert {column for table in answer.tables.values() for column in table.columns} - explained == set()
