"""From originals and decisions to the store: what is one thing, what is nobody, and that nothing is ever half."""

import errno
import os
import resource
import subprocess
import sys
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

import openlives
from given import author, built, comment, decided, dump, imported, model, originals, query, thread, told, written
from openlives.errors import CollectionError, InputError, RulesError
from openlives.store import build as store
from openlives.store import checks

THREAD = thread("a/x", 1, comment("ada"), comment("bea", "2024-01-02T00:00:00Z"))


def test_importing_twice_changes_nothing(tmp_path):
    """The same file is known the second time, under any name; the collection stays as it was."""
    hub = told(tmp_path, THREAD)
    before = {path: path.stat().st_mtime_ns for path in hub.rglob("*")}
    again = imported(hub, written(tmp_path / "other.jsonl", THREAD))
    assert again.known
    assert {path: path.stat().st_mtime_ns for path in hub.rglob("*")} == before


def test_another_map_is_another_import(tmp_path):
    """The same bytes read by another map, or as of another day, are another import."""
    hub = told(tmp_path, THREAD)
    assert not imported(hub, tmp_path / "told.jsonl", map_text="another").known
    assert not imported(hub, tmp_path / "told.jsonl", observed=5).known
    assert len(list((hub / "imports").iterdir())) == 3


def test_building_twice_gives_equal_tables(tmp_path):
    """Every table, row by row, is the same."""
    hub = built(told(tmp_path, THREAD, model("a/x", tags=["Art", "mlx"]), thread("b/y", 7, comment(None))))
    first = dump(hub)
    assert sum(map(len, first.values())) > 10
    assert dump(built(hub)) == first


def test_order_of_imports_does_not_matter(tmp_path):
    """Three dated files that contradict each other give the same tables in any order."""
    documents = {
        "one.jsonl": [THREAD, model("a/x", likes=1)],
        "two.jsonl": [thread("a/x", 1, comment("ada", text="edited"), title="Another title"), model("a/x", likes=2)],
        "three.jsonl": [model("a/x", likes=3, tags=["art"])],
    }
    for folder, names in (("forth", list(documents)), ("back", list(documents)[::-1])):
        (tmp_path / folder).mkdir()
        for name in names:
            told(tmp_path / folder, *documents[name], name=name, observed=1_704_067_200 + list(documents).index(name))
        built(tmp_path / folder / "hub")
    assert dump(tmp_path / "forth" / "hub") == dump(tmp_path / "back" / "hub")


def test_the_last_look_wins(tmp_path):
    """Of two observations the later counts, whichever was imported first; the first creation date stays."""
    hub = told(tmp_path, model("a/x", likes=9, tags=["new"]), name="late.jsonl", observed=200)
    told(
        tmp_path, model("a/x", likes=1, tags=["old"], createdAt="2023-01-01T00:00:00Z"), name="soon.jsonl", observed=100
    )
    assert query(built(hub), "SELECT likes, created FROM artifacts") == [(9, 1_672_531_200)]
    assert query(hub, "SELECT tag FROM tags") == [("new",)]
    assert query(hub, "SELECT observed, likes FROM snapshots ORDER BY ALL") == [(100, 1), (200, 9)]


def renamed_by_id(tmp_path):
    """Tell of a model under two names, by the platform's own id."""
    told(tmp_path, model("old/x", _id="m1"), name="before.jsonl", observed=1)
    return told(tmp_path, model("new/x", _id="m1"), name="after.jsonl", observed=2)


def renamed_by_decision(tmp_path):
    """Decide that two names are one model."""
    hub = told(tmp_path, model("new/x"), name="after.jsonl")
    decided(hub, "renames.toml", '[renames]\n"old/x" = "between/x"\n"between/x" = "new/x"\n')
    return hub


def renamed_by_table(tmp_path):
    """Say outright, in a table of models, which names a model had."""
    path = tmp_path / "models.parquet"
    with duckdb.connect() as connection:
        connection.execute(f"COPY (SELECT 'new/x' AS name, ['old/x'] AS former_names) TO '{path}' (FORMAT parquet)")
    imported(tmp_path / "hub", path, "models")
    return tmp_path / "hub"


@pytest.mark.parametrize("rename", [renamed_by_id, renamed_by_decision, renamed_by_table])
def test_renamed_artifacts(tmp_path, rename):
    """What happened under the old name belongs to the artifact under its new one; a thread told under both is one."""
    hub = rename(tmp_path)
    told(tmp_path, thread("old/x", 1, comment("ada")), name="then.jsonl")
    told(tmp_path, thread("new/x", 1, comment("ada")), thread("new/x", 2, comment("bea")), name="now.jsonl")
    assert query(built(hub), "SELECT name FROM artifacts") == [("new/x",)]
    assert query(hub, "SELECT num, count(*) FROM events JOIN threads USING (thread) GROUP BY 1 ORDER BY 1") == [
        (1, 1),
        (2, 1),
    ]


def test_renames_in_a_circle_end(tmp_path):
    """Two names that are each other's new name do not hang the build."""
    hub = told(tmp_path, thread("a/x", 1, comment("ada")), thread("b/y", 2, comment("ada")))
    decided(hub, "renames.toml", '[renames]\n"a/x" = "b/y"\n"b/y" = "a/x"\n')
    assert query(built(hub), "SELECT count(*) FROM events") == [(2,)]


def test_renamed_accounts(tmp_path):
    """An account that changed its name is one person."""
    old, new = comment("ada-old"), comment("ada", "2024-01-02T00:00:00Z")
    for told_of in (old, new):
        told_of["author"]["_id"] = "u1"
    told(tmp_path, thread("a/x", 1, old), name="before.jsonl", observed=1)
    hub = built(told(tmp_path, thread("a/x", 2, new), name="after.jsonl", observed=2))
    assert query(hub, "SELECT count(*), count(DISTINCT person), count(person) FROM events") == [(2, 1, 2)]


def test_a_thread_told_twice_gives_no_event_twice(tmp_path):
    """A thread that was collected again, longer and edited, has each event once, in its last version."""
    later = thread("a/x", 1, comment("ada", text="now", key="e1"), comment("bea", key="e2"), title="Renamed")
    told(tmp_path, thread("a/x", 1, comment("ada", text="then", key="e1")), name="then.jsonl", observed=1)
    hub = built(told(tmp_path, later, name="now.jsonl", observed=2))
    assert query(hub, "SELECT id, body FROM events ORDER BY event") == [("e1", "now"), ("e2", "hello")]
    assert query(hub, "SELECT title FROM threads") == [("Renamed",)]


def test_a_thread_told_twice_in_one_file(tmp_path):
    """The same where both tellings stand in one file, as when a collector was stopped and went on."""
    hub = built(
        told(tmp_path, thread("a/x", 1, comment("ada", key="e1")), THREAD | {"events": [comment("ada", key="e1")]})
    )
    assert query(hub, "SELECT id FROM events") == [("e1",)]


def test_commits_that_share_their_id_are_kept(tmp_path):
    """Commits of one second share an id, and stay two, also when the thread is told twice."""
    commits = [
        {
            "id": "c1",
            "author": author("ada"),
            "type": "commit",
            "createdAt": "2024-01-01T00:00:09Z",
            "data": {"oid": oid},
        }
        for oid in ("aa", "bb")
    ]
    told(tmp_path, thread("a/x", 1, comment("ada"), *commits), name="one.jsonl", observed=1)
    hub = built(told(tmp_path, thread("a/x", 1, comment("ada"), *commits, title="x"), name="two.jsonl", observed=2))
    assert query(hub, "SELECT kind, count(*) FROM events GROUP BY 1 ORDER BY 1") == [("comment", 1), ("commit", 2)]


def test_private_models_are_left_out(tmp_path):
    """A model that is private, as last seen, is dropped with all that happened at it."""
    told(tmp_path, model("a/x", private=True), model("b/y", private=True), thread("a/x", 1, comment("ada")), observed=1)
    hub = told(tmp_path, model("b/y", private=False), name="later.jsonl", observed=2)
    assert query(built(hub), "SELECT name FROM artifacts") == [("b/y",)]
    assert query(hub, "SELECT count(*) FROM events") == query(hub, "SELECT count(*) FROM threads") == [(0,)]


def test_deleted_accounts_are_nobody(tmp_path):
    """No author and the account `deleted` are nobody in particular; their words count as interactions."""
    hub = built(told(tmp_path, thread("a/x", 1, comment(None), comment("deleted"), comment("Deleted"), comment("ada"))))
    assert query(hub, "SELECT name FROM people") == [("ada",)]
    assert query(hub, "SELECT count(*), count(person) FROM events WHERE kind = 'comment'") == [(4, 1)]


def words_of(hub, word):
    """Find a word in any text of the store; give the columns."""
    texts = "SELECT table_name, column_name FROM duckdb_columns() WHERE data_type LIKE 'VARCHAR%' AND NOT internal"
    return [
        f"{table}.{column}"
        for table, column in query(hub, texts)
        if query(hub, f"SELECT count(*) FROM {table} WHERE {column}::VARCHAR LIKE '%{word}%'") != [(0,)]
    ]


def test_erased_accounts(tmp_path):
    """An erased account becomes nobody: its events count, its name, words and titles are gone from the whole store."""
    told(
        tmp_path,
        thread("a/x", 1, comment("ada", text="secret words", key="e1"), comment("bea"), title="a secret title"),
    )
    hub = tmp_path / "hub"
    decided(hub, "erased.toml", 'accounts = ["ada"]\n')
    assert query(built(hub), "SELECT person IS NULL, body FROM events ORDER BY event") == [
        (True, None),
        (False, "hello"),
    ]
    assert query(hub, "SELECT title, opener, raw FROM threads") == [(None, None, None)]
    assert words_of(hub, "secret") == []
    assert words_of(hub, "ada") == []


def test_erased_accounts_in_the_originals_of_others(tmp_path):
    """Whoever is erased is erased among those who edited or liked what others said, and in the list of threads."""
    liked = {"reactions": [{"reaction": "🔥", "users": ["Ada", "bea"], "count": 2}], "editors": ["ada"]}
    said = comment("bea", data={"latest": {"raw": "hello"}, **liked})
    owned = thread("a/x", 1, said, repoOwner={"name": "ada", "type": "user"})
    hub = told(tmp_path, owned)
    decided(hub, "erased.toml", 'accounts = ["ada"]\n')
    built(hub)
    assert words_of(hub, "ada") == []
    assert query(hub, "SELECT raw LIKE '%erased%bea%', raw LIKE '%hello%' FROM events") == [(True, True)]


def test_erased_accounts_under_their_former_names(tmp_path):
    """Whoever is erased is erased under the former names too: by whichever name the decision calls them."""
    old, new = comment("ada-old", text="secret one"), comment("ada", "2024-01-02T00:00:00Z", text="secret two")
    for told_of in (old, new):
        told_of["author"]["_id"] = "u1"
    told(tmp_path, thread("a/x", 1, old), name="before.jsonl", observed=1)
    hub = told(tmp_path, thread("a/x", 2, new), name="after.jsonl", observed=2)
    for name in ("ada", "ada-old"):
        decided(hub, "erased.toml", f'accounts = ["{name}"]\n')
        built(hub)
        assert query(hub, "SELECT count(person) FROM events") == [(0,)], name
        assert words_of(hub, "secret") == [], name


def test_a_comment_of_ten_megabytes(tmp_path):
    """However long a comment is, it comes through whole."""
    text = "0123456789" * 1_000_000
    hub = built(told(tmp_path, thread("a/x", 1, comment("ada", text=text))))
    assert query(hub, "SELECT length(body), right(body, 3) FROM events") == [(10_000_000, "789")]


def test_odd_characters(tmp_path):
    """Emoji, right-to-left marks, quotes and zero bytes in names and texts survive."""
    text = "🤗 \u202eevil 'quoted' \"twice\" \\ \x00 end"
    hub = built(told(tmp_path, thread("a/x'; DROP TABLE events; --", 1, comment("ada", text=text), title=text)))
    assert query(hub, "SELECT body, title FROM events JOIN threads USING (thread)") == [(text, text)]


def test_every_column_is_explained(tmp_path):
    """Every table and column of the store has a comment in the database itself."""
    hub = built(told(tmp_path, THREAD))
    assert (
        query(
            hub,
            "SELECT table_name, column_name FROM duckdb_columns() WHERE NOT internal AND coalesce(comment, '') = ''",
        )
        == []
    )
    assert query(hub, "SELECT table_name FROM duckdb_tables() WHERE coalesce(comment, '') = ''") == []
    assert query(hub, "SELECT count(*) > 80 FROM duckdb_columns() WHERE NOT internal") == [(True,)]


def found(hub):
    """Give what the checks find: name to count and examples."""
    return {check.name: (check.count, check.examples) for check in checks.run(openlives.open(hub).connection)}


def test_checks_find_nothing_in_a_sound_store(tmp_path):
    """A sound thread raises no alarm."""
    assert found(built(told(tmp_path, THREAD, model("a/x")))) == {}


def test_checks(tmp_path):
    """Unknown kinds, events out of order, in the future and before discussions existed, and threads without events."""
    strange = {"id": "t1", "type": "telepathy", "createdAt": "2024-01-02T00:00:00Z", "data": {}}
    documents = [
        thread("a/strange", 1, comment("ada"), strange),
        thread("b/backwards", 1, comment("ada", "2024-01-02T00:00:00Z"), comment("bea", "2024-01-01T00:00:00Z")),
        thread("c/future", 1, comment("ada", "2099-01-01T00:00:00Z")),
        thread("d/early", 1, comment("ada", "2020-01-01T00:00:00Z")),
        thread("e/silent", 1),
        thread("f/headless", 1, strange),
        model("g/late", createdAt="2024-06-01T00:00:00Z"),
        thread("g/late", 1, comment("ada")),
        5,
    ]
    alarms = found(built(told(tmp_path, *documents)))
    expected = {
        "not known yet": "telepathy: 2",
        "earlier than the one before": "b/backwards#1",
        "in the future": "c/future",
        "before the Hub": "d/early",
        "without any event": "e/silent#1",
        "without an opening comment": "f/headless#1",
        "created after their first event": "g/late",
        "rejected": "told.jsonl: 1",
    }
    for words, example in expected.items():
        ((count, examples),) = [alarm for name, alarm in alarms.items() if words in name]
        assert count == 1, words
        assert example in examples[0]


def test_orphans_are_known_from_their_events(tmp_path):
    """Events of a thread that no source describes make the thread, and the build says so."""
    (tmp_path / "events.csv").write_text("artifact,num,kind,time,author\na/x,1,comment,2024-01-01,ada\n")
    imported(tmp_path / "hub", tmp_path / "events.csv", "events")
    alarms = found(built(tmp_path / "hub"))
    assert any("own record is missing" in examples[0] for _, examples in alarms.values())
    assert query(tmp_path / "hub", "SELECT num, title, opener, created FROM threads") == [(1, None, 1, 1_704_067_200)]


def test_how_the_last_look_ended(tmp_path):
    """Zero, missing and failed are three different things."""
    (tmp_path / "looks.csv").write_text(
        "artifact,num,outcome,time\nb/off,,disabled,2024-01-01\nc/hole,3,failed,2024-01-01\nd/quiet,,complete,2024-01-01\n"
        "e/back,,failed,2024-01-01\ne/back,,complete,2024-01-02\n"
    )
    hub = told(tmp_path, THREAD, thread("c/hole", 1, comment("ada")), model("f/unseen"))
    imported(hub, tmp_path / "looks.csv", "fetches")
    assert dict(query(built(hub), "SELECT name, outcome FROM artifacts")) == {
        "a/x": "complete",
        "b/off": "disabled",
        "c/hole": "partial",
        "d/quiet": "complete",
        "e/back": "complete",
        "f/unseen": "never",
    }


def no_room(*_, **__):
    """Behave like a full disk."""
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize(
    ("owner", "name"),
    [(pq.ParquetWriter, "write_table"), (pq.ParquetWriter, "close"), (Path, "write_bytes"), (Path, "rename")],
    ids=lambda given: given if isinstance(given, str) else given.__name__,
)
def test_a_full_disk_while_importing(tmp_path, monkeypatch, owner, name):
    """Wherever the disk is full, the import fails with a clear message and leaves nothing; later it works."""
    path = written(tmp_path / "told.jsonl", THREAD)
    (tmp_path / "hub" / "imports").mkdir(parents=True)
    with monkeypatch.context() as patched:
        patched.setattr(owner, name, no_room)
        with pytest.raises(InputError, match="No space left"):
            imported(tmp_path / "hub", path)
    assert list((tmp_path / "hub" / "imports").iterdir()) == []
    assert imported(tmp_path / "hub", path).rows["events"] == 2


def test_a_full_disk_while_building(tmp_path, monkeypatch):
    """A store that cannot be put in place leaves the old one as it was, and nothing beside it."""
    hub = built(told(tmp_path, THREAD))
    before, names = dump(hub), sorted(p.name for p in hub.iterdir())
    told(tmp_path, thread("b/y", 1, comment("cyr")), name="more.jsonl")
    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", no_room)
        with pytest.raises(CollectionError, match="No space left"):
            built(hub)
    assert dump(hub) == before
    assert sorted(p.name for p in hub.iterdir()) == names


def limited(limit, *words):
    """Run a command that can write no file larger than so many bytes: what it meets is like a full disk."""
    held = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))"
    code = f"{held}; from openlives.cli import main; main()"
    return subprocess.run([sys.executable, "-c", code, *map(str, words)], capture_output=True, text=True, check=False)


@pytest.mark.skipif(not hasattr(resource, "RLIMIT_FSIZE"), reason="needs limits on files")
def test_really_no_room(tmp_path):
    """The same with a real limit: import and build fail by their own exit codes, and the old store still answers."""
    hub = built(told(tmp_path, THREAD))
    before = dump(hub)
    large = written(
        tmp_path / "large.jsonl", *(thread("b/y", n, comment("cyr", text=os.urandom(3000).hex())) for n in range(200))
    )
    failed = limited(20_000, "import", "api", large, hub)
    assert (failed.returncode, "Traceback" in failed.stderr) == (3, False)
    assert len(list((hub / "imports").iterdir())) == 1
    imported(hub, large)
    failed = limited(100_000, "build", hub)
    assert (failed.returncode, "Traceback" in failed.stderr) == (5, False)
    assert dump(hub) == before
    assert sorted(p.name for p in hub.iterdir()) == ["imports", "store.duckdb"]


def test_a_build_that_was_killed_is_swept_up(tmp_path):
    """What a killed build left behind does not disturb the next."""
    hub = told(tmp_path, THREAD)
    (hub / ".store.duckdb.building").write_bytes(b"half")
    (hub / ".store.duckdb.spill").mkdir()
    assert sorted(p.name for p in built(hub).iterdir()) == ["imports", "store.duckdb"]


def test_an_import_that_was_killed_is_no_import(tmp_path):
    """What a killed import left behind is not built from."""
    hub = told(tmp_path, THREAD)
    (hub / "imports" / ".part-0123").mkdir()
    (hub / "imports" / ".part-0123" / "events.parquet").write_bytes(b"half")
    assert query(built(hub), "SELECT count(*) FROM imports") == [(1,)]


def test_readers_keep_the_old_store(tmp_path):
    """A reader that has the store open is not disturbed by a build, and sees the new one when it reopens."""
    hub = built(told(tmp_path, THREAD))
    reader = openlives.open(hub).connection
    told(tmp_path, thread("b/y", 1, comment("cyr")), name="more.jsonl")
    built(hub)
    assert reader.execute("SELECT count(*) FROM artifacts").fetchone() == (1,)


def test_a_store_knows_whether_it_is_current(tmp_path):
    """A new import or a new decision makes the store old; a build makes it new."""
    hub = built(told(tmp_path, THREAD))
    assert openlives.open(hub).is_current
    decided(hub, "erased.toml", 'accounts = ["ada"]\n')
    assert not openlives.open(hub).is_current


def test_broken_decisions(tmp_path):
    """A decision that is no TOML stops the build with the name of the file; the store stays."""
    hub = built(told(tmp_path, THREAD))
    before = dump(hub)
    decided(hub, "renames.toml", "[renames\n")
    with pytest.raises(RulesError, match="cannot be read") as caught:
        built(hub)
    assert "renames.toml" in str(caught.value)
    assert dump(hub) == before


@pytest.mark.parametrize(
    ("name", "text"), [("erased.toml", 'accounts = "ada"\n'), ("renames.toml", 'renames = ["a"]\n')]
)
def test_decisions_of_the_wrong_shape(tmp_path, name, text):
    """A decision of the wrong shape is an error, not a letter-by-letter erasure nor a traceback."""
    hub = told(tmp_path, THREAD)
    decided(hub, name, text)
    with pytest.raises(RulesError):
        built(hub)


def test_the_store_of_another_version(tmp_path):
    """A store of another schema is refused with the way out."""
    hub = built(told(tmp_path, THREAD))
    with duckdb.connect(str(hub / "store.duckdb")) as connection:
        connection.execute("UPDATE meta SET value = 'of old' WHERE key = 'schema'")
    with pytest.raises(CollectionError, match="another version"):
        openlives.open(hub)


def test_a_damaged_store(tmp_path):
    """A store that is no database is refused with the way out."""
    hub = told(tmp_path, THREAD)
    (hub / "store.duckdb").write_bytes(b"not a database" * 1000)
    with pytest.raises(CollectionError, match="cannot be read"):
        openlives.open(hub)


def test_fingerprints(tmp_path):
    """The same content in another folder is the same collection."""
    (tmp_path / "other").mkdir()
    ours, theirs = built(told(tmp_path, THREAD)), built(told(tmp_path / "other", THREAD))
    assert openlives.open(ours).fingerprint == openlives.open(theirs).fingerprint
    assert originals(ours, "events") == originals(theirs, "events")
    assert query(ours, "SELECT value FROM meta WHERE key = 'schema'")[0][0] == store.SCHEMA
