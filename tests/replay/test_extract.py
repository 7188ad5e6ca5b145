"""A collection served by the twin is a Hub that gives back what it was made of."""

import os
from pathlib import Path

import pytest

import virtual
from given import built, imported, query
from hubs import collecting, tables, twin
from openlives.collector.scope import Scope
from openlives.store.build import build
from openlives.twin.extract import Extract

DATA = Path(os.environ.get("OPENLIVES_ORACLE_DATA", Path(__file__).parents[3] / "shared" / "data" / "hub"))
SAME = ("threads", "events", "people")
COLUMNS = "* EXCLUDE (artifact, origin)"


def served(hub, again):
    """Collect from the collection `hub` into the folder `again`."""

    async def whole():
        return await collecting(again, twin(Extract(hub)).app(), scope=Scope())

    progress = virtual.run(whole())
    build(again)
    return progress


def rows(hub, table):
    """Give the rows of a table, with the names of artifacts in place of their keys."""
    named = "JOIN (SELECT artifact, name AS artifact_name FROM artifacts) USING (artifact)"
    told = "FROM people" if table == "people" else f"SELECT {COLUMNS} FROM {table} {named}"
    return sorted(query(hub, told), key=repr)


def same(first, second):
    """Hold what was said, by whom, and how it came against each other."""
    return {table: rows(first, table) == rows(second, table) for table in SAME}


@pytest.mark.skipif(not DATA.is_dir(), reason="the real crawl is not here")
def test_real_threads_come_back_identical(tmp_path):
    """Real threads, imported; served, collected: the same threads, events and people, to the last byte of each."""
    imported(tmp_path / "direct", DATA / "table2_threads.jsonl.gz")
    built(tmp_path / "direct")
    progress = served(tmp_path / "direct", tmp_path / "collected")
    assert progress.ended["complete"] == 9
    assert query(tmp_path / "collected", "SELECT count(*) FROM threads") == [(1368,)]
    assert same(tmp_path / "direct", tmp_path / "collected") == dict.fromkeys(SAME, True)


def test_a_made_up_collection_comes_back(made, tmp_path):
    """A made-up world, imported, served and collected, is the same, and still says that it is made up."""
    served(made / "hub", tmp_path)
    gone = query(made / "hub", "SELECT count(*) FROM artifacts WHERE outcome IN ('unreachable', 'disabled')")[0][0]
    assert gone
    apart = "SELECT a.name, num, title, status, opener FROM threads t JOIN artifacts a USING (artifact) ORDER BY ALL"
    assert query(made / "hub", apart) == query(tmp_path, apart)
    assert same(made / "hub", tmp_path) == {"threads": False, "events": True, "people": True}  # names in `raw` differ
    assert query(tmp_path, "SELECT DISTINCT platform FROM artifacts") == [("made-up world",)]


def test_tables_without_originals_can_be_served(tmp_path):
    """Events that came in a table, without the API's JSON, are served in its shape."""
    table = (
        "artifact,num,kind,time,author,body",
        "made-up/a,1,comment,1704067200,made-up-ada,hello",
        "made-up/a,1,status-change,1704153600,made-up-ada,",
    )
    (tmp_path / "events.csv").write_text("\n".join(table))
    imported(tmp_path / "hub", tmp_path / "events.csv", kind="events", platform="made-up world")
    built(tmp_path / "hub")
    served(tmp_path / "hub", tmp_path / "again")
    assert tables(tmp_path / "again")["tags"] == []
    said = "SELECT e.kind, e.time, p.name, e.body FROM events e JOIN people p USING (person) ORDER BY e.time"
    first, second = query(tmp_path / "again", said)
    assert first == ("comment", 1704067200, "made-up-ada", "hello")
    assert second == ("status-change", 1704153600, "made-up-ada", None)


def test_what_nobody_looked_at_is_not_served_as_empty(tmp_path):
    """A model that was listed and never looked at has unknown threads, not none."""
    (tmp_path / "models.csv").write_text("name,created\nmade-up/a,2024-01-01\n")
    imported(tmp_path / "hub", tmp_path / "models.csv", kind="models", platform="made-up world")
    built(tmp_path / "hub")
    served(tmp_path / "hub", tmp_path / "again")
    assert query(tmp_path / "again", "SELECT outcome FROM artifacts") == [("failed",)]
