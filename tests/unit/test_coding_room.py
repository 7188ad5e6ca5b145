"""The coding room: conflicts, rounds and their layers, what survives crashes, crowds and new versions."""

import multiprocessing
import os
import signal
import sqlite3
import subprocess
import sys
import time

import pytest

import rooms
from openlives.coding import adjudicate, codebook, codings, journal, merge, passwords, rounds, themes, versions, views
from openlives.coding import project as projects
from openlives.coding.journal import ConflictError
from openlives.errors import CollectionError, InputError


@pytest.fixture
def project(tmp_path):
    """A project with six comments."""
    return rooms.room(tmp_path)


@pytest.fixture
def two(project):
    """Two coders, and two codes."""
    ann, bob = project.coder("ann"), project.coder("bob")
    return ann, bob, codebook.add(project, ann, "doubt"), codebook.add(project, ann, "help")


def undo(project, coder):
    return journal.undo(project.connection, coder)


def test_a_code_changed_by_two_is_a_conflict(project, two):
    """Who comes second with an old row is shown both sides; nothing is written, and nothing of the first is lost."""
    ann, bob, code, _ = two
    seen = codebook.get(project, code)
    codebook.change(project, ann, code, {"definition": "of ann"})
    change = journal.Change("codes", seen, {**seen, "definition": "of bob"})
    with pytest.raises(ConflictError) as told:
        journal.do(project.connection, bob, "change", "changed", [change])
    assert "of ann" in str(told.value)
    assert "of bob" in str(told.value)
    assert codebook.get(project, code)["definition"] == "of ann"


def test_codings_never_conflict(project, two):
    """Two code the same comment; each undoes what is theirs, also after the other merged codes under it."""
    ann, bob, doubt, help_ = two
    unit = rooms.units(project)[0]
    codings.put(project, ann, unit, doubt)
    codings.put(project, bob, unit, doubt)
    codebook.merge(project, bob, doubt, help_)
    assert undo(project, ann) == "coded 'doubt'"
    assert [row["coder_name"] for row in views.extracts(project, ann, help_)] == ["bob"]
    assert undo(project, bob) == "merged 'doubt' into 'help'"
    assert [row["code"] for row in project_codings(project)] == [doubt]


def project_codings(project):
    names = [column[1] for column in project.connection.execute("PRAGMA table_info(codings)")]
    return [dict(zip(names, row, strict=True)) for row in project.connection.execute("SELECT * FROM codings")]


def test_what_others_use_is_not_taken_from_them(project, two):
    """A code that another uses, or put something under, is not undone away; undo can go on with what was before."""
    ann, bob, doubt, help_ = two
    codings.put(project, bob, rooms.units(project)[0], help_)
    with pytest.raises(ConflictError):
        undo(project, ann)
    assert journal.let_stand(project.connection, ann) == "added the code 'help'"
    codebook.add(project, bob, "below", parent=doubt)
    with pytest.raises(ConflictError, match="below"):
        undo(project, ann)
    theme = themes.add(project, ann, "trust")
    themes.put(project, bob, doubt, theme)
    with pytest.raises(ConflictError):
        undo(project, ann)


def test_other_fields_of_a_code_stay(project, two):
    """Undoing a definition leaves the place to which another moved the code since."""
    ann, bob, doubt, help_ = two
    codebook.change(project, ann, doubt, {"definition": "unsure of the licence"})
    codebook.move(project, bob, doubt, help_)
    assert undo(project, ann)
    row = codebook.get(project, doubt)
    assert (row["definition"], row["parent"]) == ("", help_)


def test_merging_into_a_grandchild_makes_no_ring(project, two):
    """A code merged into one that lies below it leaves a tree."""
    ann, _, doubt, help_ = two
    codebook.move(project, ann, help_, doubt)
    below = codebook.add(project, ann, "below", parent=help_)
    before = rooms.state(project)
    codebook.merge(project, ann, doubt, below)
    assert [row["path"] for row in codebook.codes(project)] == ["below", "below / help"]
    undo(project, ann)
    assert rooms.state(project) == before


def test_merging_doubles_nothing(project, two):
    """A comment that has both codes has the one after they are merged, once; undone, it has both."""
    ann, _, doubt, help_ = two
    unit = rooms.units(project)[0]
    codings.put(project, ann, unit, doubt)
    codings.put(project, ann, unit, help_)
    before = rooms.state(project)
    codebook.merge(project, ann, doubt, help_)
    assert len(views.extracts(project, ann, help_)) == 1
    undo(project, ann)
    assert rooms.state(project) == before


def test_requeue(project, two):
    """A changed definition asks for another look, until the comment is coded anew."""
    ann, _, doubt, help_ = two
    unit = rooms.units(project)[0]
    codings.put(project, ann, unit, doubt)
    codebook.change(project, ann, doubt, {"definition": "only of licences"}, requeue=True)
    assert views.coverage(project, ann)["again"] == 1
    assert "definition" in views.thread(project, ann, "owner/model#1")["units"][0]["again"]
    codings.put(project, ann, unit, help_)
    assert views.coverage(project, ann)["again"] == 0


def test_versions(project, two):
    """A frozen version stays; the difference is told field by field."""
    ann, _, doubt, help_ = two
    versions.freeze(project, ann, "one")
    codebook.change(project, ann, doubt, {"name": "worry"})
    codebook.add(project, ann, "new")
    codebook.retire(project, ann, help_)
    told = versions.difference(project, 1)
    assert told == ["added 'new'", "took out 'help'", *told[2:]]
    assert "'worry': name was 'doubt', is 'worry'" in told


@pytest.fixture
def begun(project, two):
    """A round of all comments by two."""
    ann, bob, doubt, _ = two
    return rounds.begin(project, ann, "first", rooms.units(project), [ann, bob]), ann, bob, doubt


def test_closing_freezes(project, begun):
    """What a coder has closed never changes, by whatever way; the codebook waits for all."""
    first, ann, bob, doubt = begun
    unit = rooms.units(project)[0]
    coding = codings.put(project, ann, unit, doubt)
    rounds.close(project, ann, first)
    kept = rooms.state(project)["codings"]
    for refused in (
        lambda: codings.take(project, ann, coding),
        lambda: codings.note(project, ann, coding, memo="later"),
        lambda: codings.put(project, ann, rooms.units(project)[1], doubt, round_=first),
        lambda: codebook.add(project, bob, "new"),
        lambda: codebook.change(project, ann, doubt, {"definition": "other"}),
    ):
        with pytest.raises(ConflictError):
            refused()
    assert rooms.state(project)["codings"] == kept
    rounds.close(project, bob, first)
    new = codebook.add(project, bob, "new")
    codebook.merge(project, bob, doubt, new)  # blind codings stay with the code that they were made by
    assert rooms.state(project)["codings"] == kept
    assert undo(project, ann) == "added the code 'help'"
    with pytest.raises(ConflictError):  # bob retired the code that ann would take away
        undo(project, ann)
    assert rooms.state(project)["codings"] == kept


def test_blind_until_all_are_done(project, begun):
    """Nothing is shown before all have closed, not even what is coded openly meanwhile; then all of it is."""
    first, ann, bob, doubt = begun
    unit = rooms.units(project)[0]
    codings.put(project, ann, unit, doubt)
    rounds.close(project, ann, first)
    codings.put(project, ann, unit, doubt)  # in the open, since ann is done
    codings.memo(project, ann, f"unit:{unit}", "in the open")
    shown = views.thread(project, bob, "owner/model#1")["units"][0]
    assert (shown["codings"], shown["memos"]) == ([], [])
    assert rounds.ratings(project, first) == []
    rounds.close(project, bob, first)
    shown = views.thread(project, bob, "owner/model#1")["units"][0]
    assert (len(shown["codings"]), len(shown["memos"])) == (2, 1)
    assert rounds.ratings(project, first) == [(unit, "ann", "doubt")]


def test_adjudication_is_a_third_layer(project, begun, two):
    """Disagreements are settled beside the codings, which stay; none is an answer; one may think again."""
    first, ann, bob, doubt = begun
    here, there = rooms.units(project)[:2]
    codings.put(project, ann, here, doubt)
    codings.put(project, bob, there, two[3], span=(0, 3))
    with pytest.raises(ConflictError):
        adjudicate.adjudicate(project, ann, "first", here, [doubt])
    for coder in (ann, bob):
        rounds.close(project, coder, first)
    said = adjudicate.disagreements(project, "first")
    assert [(row["unit"], row["said"]) for row in said] == [
        (here, {"ann": ["doubt"], "bob": []}),
        (there, {"ann": [], "bob": ["help"]}),
    ]
    assert len(adjudicate.disagreements(project, "first", "doubt")) == 1
    before = rooms.state(project)
    adjudicate.adjudicate(project, ann, "first", here, [doubt])
    adjudicate.adjudicate(project, bob, "first", here, [])
    adjudicate.adjudicate(project, ann, "first", there, [two[3]])
    assert [row["settled"] for row in adjudicate.disagreements(project, "first")] == [[], ["help"]]
    assert len(rounds.ratings(project, first)) == 2
    assert [undo(project, ann), undo(project, bob), undo(project, ann)] == ["settled a disagreement"] * 3
    assert rooms.state(project) == before


def test_impossible_rounds(project, two):
    """A round needs two coders, comments, codes and a name of its own."""
    ann, bob, *_ = two
    units = rooms.units(project)
    rounds.begin(project, ann, "first", units, [ann, bob])
    for name, chosen, coders in (("first", units, [ann, bob]), ("x", [], [ann, bob]), ("x", units, [ann, ann])):
        with pytest.raises(InputError):
            rounds.begin(project, ann, name, chosen, coders)
    empty = rooms.room(project.file.parents[2] / "other")
    with pytest.raises(InputError, match="empty"):
        rounds.begin(empty, ann, "x", rooms.units(empty), [empty.coder("ann"), empty.coder("bob")])


def test_rounds_closed_apart_are_closed_together(project, begun, tmp_path):
    """A round coded and closed on two machines is whole when the files are merged."""
    first, ann, bob, doubt = begun
    other = rooms.copied(project, tmp_path / "other")
    codings.put(project, ann, rooms.units(project)[0], doubt)
    rounds.close(project, ann, first)
    codings.put(other, bob, rooms.units(project)[0], doubt)
    rounds.close(other, bob, first)
    merge.merge(project, ann, other)
    assert [name for _, name, _ in rounds.ratings(project, first)] == ["ann", "bob"]
    assert merge.merge(project, ann, other).added == {}


def test_merging_tells_what_differs(project, two, tmp_path):
    """Where both changed the same field, ours stays and both are told; what one side took away is gone."""
    ann, bob, doubt, _ = two
    gone = codings.put(project, bob, rooms.units(project)[0], doubt)
    other = rooms.copied(project, tmp_path / "other")
    codebook.change(project, ann, doubt, {"definition": "of ann"})
    codings.take(project, bob, gone)
    codebook.change(other, bob, doubt, {"definition": "of bob", "include": "only bob"})
    told = merge.merge(project, ann, other)
    assert told.differs == ("code 'doubt': definition is 'of ann' here and 'of bob' there",)
    row = codebook.get(project, doubt)
    assert (row["definition"], row["include"], project_codings(project)) == ("of ann", "only bob", [])
    merge.merge(other, bob, project)
    assert project_codings(other) == []


def test_merging_what_was_made_apart(tmp_path):
    """Projects that never were one meet by what they are called: codes, themes, versions, rounds."""
    left, right = (rooms.room(tmp_path / name) for name in ("left", "right"))
    for project, name in ((left, "ann"), (right, "bob")):
        coder = project.coder(name)
        code = codebook.add(project, coder, "below", parent=codebook.add(project, coder, "doubt"))
        themes.put(project, coder, code, themes.add(project, coder, "trust"))
        codings.put(project, coder, rooms.units(project)[0], code)
        versions.freeze(project, coder, f"of {name}")
        rounds.begin(project, coder, "first", rooms.units(project), [coder, project.coder("cy")])
        for each in (coder, project.coder("cy")):
            rounds.close(project, each, rounds.find(project, "first")["round"])
    merge.merge(left, left.coder("ann"), right)
    assert [code["path"] for code in codebook.codes(left)] == ["doubt", "doubt / below"]
    assert [theme["name"] for theme in themes.board(left)][:-1] == ["trust"]
    assert len(left.connection.execute("SELECT DISTINCT code FROM codings").fetchall()) == 1
    assert len(rounds.listed(left)) == 2
    assert [row["version"] for row in versions.listed(left)] == [1, 2, 3, 4]
    assert merge.merge(left, left.coder("ann"), right).added == {}


def test_migration_keeps_a_copy(project, monkeypatch):
    """An older file is brought up to date, all or nothing, and kept beside as it was."""
    project.coder("ann")
    project.close()
    monkeypatch.setattr(projects, "SCHEMA", 3)
    monkeypatch.setattr(projects, "MIGRATIONS", {1: "ALTER TABLE coders ADD COLUMN age INTEGER", 2: "NO SUCH THING"})
    with pytest.raises(sqlite3.OperationalError):
        projects.open_(project.file)
    monkeypatch.setitem(projects.MIGRATIONS, 2, "UPDATE coders SET age = 7; UPDATE coders SET age = age + 1")
    opened = projects.open_(project.file)
    assert opened.connection.execute("SELECT age FROM coders").fetchall() == [(8,)]
    assert opened.fact("schema_version") == "3"
    (copy,) = projects.backups(project.file)
    with sqlite3.connect(copy) as old:
        assert old.execute("SELECT value FROM project WHERE key = 'schema_version'").fetchone() == ("1",)
        assert "age" not in [column[1] for column in old.execute("PRAGMA table_info(coders)")]
    assert projects.projects(project.file.parents[1]) == [project.file]
    opened.connection.execute("UPDATE project SET value = '9' WHERE key = 'schema_version'")
    opened.close()
    with pytest.raises(CollectionError, match="another version"):
        projects.open_(project.file)


@pytest.mark.parametrize("name", ["", "../x", "a/b", ".hidden", "x" * 99])
def test_no_path_in_a_name(tmp_path, name):
    """A project's name cannot lead out of its folder."""
    with pytest.raises(InputError):
        projects.path_of(tmp_path, name)


def test_what_is_no_project(tmp_path):
    """A missing file, a damaged one, a second of the same name: one clear message each."""
    with pytest.raises(CollectionError):
        projects.open_(tmp_path / "none.sqlite")
    (tmp_path / "bad.sqlite").write_bytes(b"no database at all, but long enough to be read as one" * 40)
    with pytest.raises(CollectionError):
        projects.open_(tmp_path / "bad.sqlite")
    rooms.room(tmp_path)
    with pytest.raises(InputError):
        projects.create(tmp_path / "hub", "one")


def test_passwords(project):
    """A password fits its coder only, and is nowhere in the file."""
    passwords.set_password(project, "ann", "correct horse")
    assert passwords.right(project, "ann", "correct horse") == project.coder("ann")
    assert passwords.right(project, "ann", "wrong horse") is None
    assert passwords.right(project, "nobody", "") is None
    project.coder("bob")
    assert passwords.right(project, "bob", "") is None
    assert passwords.lacking(project) == ["bob"]
    assert b"correct horse" not in rooms.bytes_of(project)
    with pytest.raises(InputError):
        passwords.set_password(project, "bob", "short")


def put_many(file, name, code):
    """Code every comment, as a process of its own."""
    opened = projects.open_(file)
    coder = opened.coder(name)
    for unit in rooms.units(opened):
        codings.put(opened, coder, unit, code)
        codings.memo(opened, coder, f"unit:{unit}", f"by {name}")


def test_two_processes_at_the_same_moment(tmp_path):
    """Two who write the same comments at once lose nothing, and neither is refused."""
    project = rooms.room(tmp_path, threads=10, comments=5)
    code = codebook.add(project, project.coder("ann"), "doubt")
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=put_many, args=(project.file, name, code)) for name in ("ann", "bob", "ann")]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(120)
    assert [worker.exitcode for worker in workers] == [0, 0, 0]
    assert len(project_codings(project)) == 100  # ann at two screens is one ann
    assert project.connection.execute("SELECT count(*) FROM memos").fetchone() == (100,)


WRITER = """
import sys
from pathlib import Path
from openlives.coding import codings, codebook, project
opened = project.open_(Path(sys.argv[1]))
coder = opened.coder("ann")
code = codebook.add(opened, coder, "doubt")
for (unit,) in opened.connection.execute("SELECT unit FROM units").fetchall():
    print(codings.put(opened, coder, unit, code), flush=True)
"""


def test_killed_while_writing(tmp_path):
    """After kill -9, every action that was answered is there, and the file is sound."""
    project = rooms.room(tmp_path, threads=60, comments=10)
    project.close()
    with subprocess.Popen([sys.executable, "-c", WRITER, project.file], stdout=subprocess.PIPE, text=True) as writer:
        answered = [writer.stdout.readline().strip() for _ in range(30)]
        time.sleep(0.05)
        os.kill(writer.pid, signal.SIGKILL)
        answered += [line.strip() for line in writer.stdout if len(line) == 37]
    opened = projects.open_(project.file)
    kept = {row["coding"] for row in project_codings(opened)}
    assert {*answered} <= kept
    assert len(kept) - len(answered) <= 1
    assert opened.connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    entries = opened.connection.execute("SELECT count(*) FROM journal WHERE kind = 'code'").fetchone()[0]
    assert entries == len(kept)
