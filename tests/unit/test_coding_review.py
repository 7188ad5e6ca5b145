"""What a hostile reader of the coding room tried: nothing that was coded may vanish, and nothing blind may be seen."""

import json
import resource
import signal

import pytest

import rooms
from openlives.coding import (
    adjudicate,
    codebook,
    codings,
    erasure,
    journal,
    merge,
    methods,
    rounds,
    sqlite,
    versions,
    views,
)
from openlives.coding import project as projects
from openlives.coding.journal import ConflictError
from openlives.coding.sqlite import NotKeptError
from openlives.errors import CollectionError, InputError


@pytest.fixture
def project(tmp_path):
    """A project with six comments."""
    return rooms.room(tmp_path)


@pytest.fixture
def two(project):
    """Two coders, and two codes, each put to a comment."""
    ann, bob = project.coder("ann"), project.coder("bob")
    codes = [codebook.add(project, ann, name) for name in ("A", "B")]
    for unit, code in zip(rooms.units(project), codes, strict=False):
        codings.put(project, ann, unit, code)
    return ann, bob, *codes


def paths(project):
    return [code["path"] for code in codebook.codes(project)]


def test_no_redo_puts_a_code_below_itself(project, two):
    """Ann undoes a move, bob moves the other way round, and ann's redo is refused: both were seen no more."""
    ann, bob, one, other = two
    codebook.move(project, ann, one, other)
    journal.undo(project.connection, ann)
    codebook.move(project, bob, other, one)
    with pytest.raises(ConflictError, match="above"):
        journal.redo(project.connection, ann)
    assert paths(project) == ["A", "A / B"]


def test_files_that_moved_codes_both_ways_round_are_merged(project, two, tmp_path):
    """A was put below B here and B below A there: the merged codebook still shows both, and the difference is told."""
    ann, bob, one, other = two
    copy = rooms.copied(project, tmp_path / "copy")
    codebook.move(project, ann, one, other)
    codebook.move(copy, bob, other, one)
    told = merge.merge(project, ann, copy)
    assert paths(project) == ["B", "B / A"]
    assert len(told.differs) == 1
    assert "parent" in told.differs[0]


def test_a_swap_there_is_a_swap_here(project, two, tmp_path):
    """Codes that were turned round in the other file only are turned round here, too: that is no circle."""
    ann, bob, one, other = two
    codebook.move(project, ann, other, one)
    copy = rooms.copied(project, tmp_path / "copy")
    codebook.change(copy, bob, one, {"definition": "touched first"})
    codebook.move(copy, bob, other, None)
    codebook.move(copy, bob, one, other)
    assert merge.merge(project, ann, copy).differs == ()
    assert paths(project) == ["B", "B / A"]


def test_nothing_is_put_where_no_codebook_shows_it(project, two):
    """A stale page merges into, or moves below, a code that was merged away since: refused, and both would be gone."""
    ann, bob, one, other = two
    codebook.merge(project, ann, one, other)
    for act in (
        lambda: codebook.merge(project, bob, other, one),
        lambda: codebook.merge(project, bob, one, other),
        lambda: codebook.move(project, bob, other, one),
        lambda: codebook.add(project, bob, "C", parent=one),
    ):
        with pytest.raises(InputError, match="retired"):
            act()
    assert paths(project) == ["B"]


def test_an_erasure_takes_no_other_project_away(project):
    """Only copies from before a migration go with what was erased: a project whose name begins alike stays."""
    folder = project.file.parent
    others = [projects.create(folder.parent, name) for name in ("one.voices", "one.v2b", "other.v1x")]
    (folder / "one.v1.sqlite").write_bytes(b"a copy")
    erasure.scrub(project)
    assert all(other.file.exists() for other in others)
    assert not (folder / "one.v1.sqlite").exists()
    assert projects.projects(folder.parent) == sorted([project.file, *(other.file for other in others)])


def test_copies_are_not_taken_for_projects(project):
    """A copy from before a migration is not opened, and so not brought up to date, by its name; nor is one made."""
    with pytest.raises(InputError, match="copies"):
        projects.path_of(project.file.parent.parent, "one.v1")
    with pytest.raises(InputError, match="copies"):
        projects.create(project.file.parent.parent, "one.v12")


@pytest.mark.parametrize("left", ["empty", "begun"])
def test_what_a_crash_left_of_a_new_project_is_made_anew(tmp_path, left):
    """A project that was killed while it was made does not take its name away for ever."""
    (tmp_path / "coding").mkdir()
    file = projects.path_of(tmp_path, "one")
    file.touch()
    if left == "begun":
        sqlite.connect(file).close()
    projects.create(tmp_path, "one").close()
    assert projects.open_(file).coders() == []
    for content in (file.read_bytes(), b"somebody's own file, " * 99):
        file.write_bytes(content)
        with pytest.raises(InputError, match="already"):
            projects.create(tmp_path, "one")
        assert file.read_bytes() == content


WORDS = "zyxwvut"  # as nobody else says


def said(project, coder):
    """Let somebody say words that nobody else does, and a code be made of them; give the comment and the code."""
    unit = rooms.units(project)[0]
    with sqlite.writing(project.connection):
        project.connection.execute("UPDATE units SET text = ? WHERE unit = ?", [f"{WORDS} it is", unit])
    codings.in_vivo(project, coder, unit, (0, len(WORDS)))
    return unit, codebook.find(project, WORDS)


def erase(project, unit):
    with sqlite.writing(project.connection):
        erasure.erase(project, unit)
    erasure.scrub(project)


def test_the_queue_forgets_erased_words(project):
    """A code in vivo whose definition changed put its name into the queue, too: it is erased there as well."""
    ann = project.coder("ann")
    unit, code = said(project, ann)
    codebook.change(project, ann, code, {"definition": "what they say"}, requeue=True)
    versions.freeze(project, ann, "first")
    assert WORDS.encode() in rooms.bytes_of(project)
    erase(project, unit)
    assert WORDS.encode() not in rooms.bytes_of(project)
    assert "erased" in project.connection.execute("SELECT why FROM requeued").fetchone()[0]
    assert journal.undo(project.connection, ann)


def test_what_others_read_is_not_said_to_be_erased(project):
    """While somebody reads the file, its old pages stay: that is told, and made good the next time."""
    unit, _ = said(project, project.coder("ann"))
    project.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    reader = sqlite.connect(project.file)
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM units").fetchall()
    project.connection.execute("PRAGMA busy_timeout = 50")
    with pytest.raises(CollectionError, match="may still hold"):
        erase(project, unit)
    assert WORDS.encode() in rooms.bytes_of(project)
    assert erasure.due(project)
    reader.execute("COMMIT")
    erasure.scrub(project)
    assert WORDS.encode() not in rooms.bytes_of(project)
    assert not erasure.due(project)
    reader.close()


def test_a_full_disk_is_told_and_loses_nothing(project, two):
    """Where nothing can be written any more, that is said; what was coded before stays, and coding goes on after."""
    ann, _, one, other = two
    before = rooms.state(project)
    project.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    told, limits = signal.signal(signal.SIGXFSZ, signal.SIG_IGN), resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (8192, limits[1]))
    try:
        with pytest.raises(NotKeptError, match="Nothing of this was kept"):
            codings.put(project, ann, rooms.units(project)[2], one)
        with pytest.raises(NotKeptError, match="not made"):
            projects.create(project.file.parent.parent, "more")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, told)
    assert rooms.state(project) == before
    codings.put(project, ann, rooms.units(project)[2], other)
    projects.create(project.file.parent.parent, "more").close()


def test_a_round_of_nobody_is_not_begun(project, two):
    """A forged form with coders or comments that are not here would freeze the codebook for ever."""
    ann, bob, _, _ = two
    here, machine = rooms.units(project)[:2], project.coder("machine:x@1", "machine")
    for units, coders in ((here, ["x", "y"]), (here, [ann, machine]), (["nowhere"], [ann, bob])):
        with pytest.raises(InputError):
            rounds.begin(project, ann, "first", units, coders)
    codebook.add(project, ann, "C")  # not frozen


def test_who_has_closed_a_round_writes_to_those_who_have_not_unseen(project, two):
    """A memo on the project or a code, written after one's own closing, is not seen by who still codes blindly."""
    ann, bob, one, _ = two
    key = rounds.begin(project, ann, "first", rooms.units(project), [ann, bob])
    rounds.close(project, ann, key)
    for about in ("project", f"code:{one}", "thread:owner/model#1"):
        codings.memo(project, ann, about, "what I saw")
        assert views.memos(project, bob, about) == []
        assert [row["text"] for row in views.memos(project, ann, about)] == ["what I saw"]
    rounds.close(project, bob, key)
    assert [row["text"] for row in views.memos(project, bob, "project")] == ["what I saw"]


def test_no_paragraph_or_status_counts_what_is_blind(project, two, command):
    """Methods, status and the list of rounds say the same whatever was read, coded, undone and closed by another."""
    ann, bob, one, _ = two
    key = rounds.begin(project, ann, "first", rooms.units(project), [ann, bob])
    hub = project.file.parent.parent

    def told():
        asked = (("methods",), ("status",), ("round", "list"))
        plain = [command("code", *words, "one", hub)[1] for words in asked]
        return [*plain, command("code", "status", "one", hub, "--coder", "bob")[1]]

    before = told()
    assert all(before)
    codings.put(project, ann, rooms.units(project)[3], one)
    codings.put(project, ann, rooms.units(project)[4], one)
    journal.undo(project.connection, ann)
    codings.see(project, ann, rooms.units(project)[3])
    rounds.close(project, ann, key)
    assert told() == before
    rounds.close(project, bob, key)
    assert told() != before
    assert "3 comments" in methods.paragraph(project)


def test_a_round_that_nobody_closes_is_given_up(project, two):
    """The codebook is free again, all is kept and seen, agreement is between those who closed, and undo takes it up."""
    ann, bob, one, other = two
    carol, units = project.coder("carol"), rooms.units(project)
    key = rounds.begin(project, ann, "first", units, [ann, bob, carol])
    for coder, unit, code in ((ann, 0, one), (bob, 0, one), (bob, 1, one), (carol, 2, other)):
        codings.put(project, coder, units[unit], code)
    for coder in (ann, bob):
        rounds.close(project, coder, key)
    with pytest.raises(ConflictError, match="frozen"):
        codebook.add(project, ann, "C")
    with pytest.raises(InputError, match="no coder"):
        rounds.abandon(project, "somebody", key)
    rounds.abandon(project, project.coder("dan"), "first")
    codebook.add(project, ann, "C")
    assert adjudicate.said(project, key)[units[1]] == {"ann": set(), "bob": {"A"}}
    assert adjudicate.said(project, key)[units[2]] == {"ann": set(), "bob": set()}
    assert [row["unit"] for row in adjudicate.disagreements(project, key)] == [units[1]]
    assert len(views.extracts(project, ann, other)) == 2  # carol's too
    # 6 comments, both A on one, one A on another: 5/6 agree
    assert "without carol" in methods.paragraph(project)
    assert "percent 0.83" in methods.paragraph(project)
    with pytest.raises(InputError, match="not open"):
        rounds.abandon(project, ann, key)
    assert journal.undo(project.connection, project.coder("dan")) == "abandoned the round 'first'"
    assert rounds.find(project, "first")["open"]
    assert adjudicate.said(project, key) == {}
    assert "could be seen" in methods.paragraph(project)
    codings.put(project, carol, units[3], other)
    rounds.close(project, carol, key)
    assert adjudicate.said(project, key)[units[2]] == {"ann": set(), "bob": set(), "carol": {"B"}}


def test_a_round_that_no_two_closed_has_no_agreement(project, two):
    """Whoever looks at it is told so; the codings of who did not finish can still be corrected by them."""
    ann, bob, one, _ = two
    key = rounds.begin(project, ann, "first", rooms.units(project), [ann, bob])
    coding = codings.put(project, ann, rooms.units(project)[2], one)
    rounds.abandon(project, bob, key)
    assert "no agreement" in methods.paragraph(project)
    assert adjudicate.disagreements(project, key) == []
    codings.take(project, ann, coding)
    assert journal.undo(project.connection, ann)


ROW = {"code": "k", "parent": None, "theme": None, "name": "x", "place": 1, "retired": 0, "vivo": "", "definition": "",
       "include": "", "exclude": "", "examples": "", "colour": "#111111"}  # fmt: skip
FORGED = {
    "no JSON": "no JSON",
    "no list": "{}x",
    "another table": json.dumps([{"table": "sqlite_master", "before": None, "after": ROW}]),
    "a column": json.dumps([{"table": "codes", "before": None, "after": {**ROW, "name) VALUES (1) --": 1}}]),
    "too little": json.dumps([{"table": "codes", "before": None, "after": {"code": "k"}}]),
    "a list": json.dumps([{"table": "codes", "before": None, "after": {**ROW, "name": ["x"]}}]),
    "nothing": json.dumps([{"table": "codes", "before": None, "after": None}]),
}


@pytest.mark.parametrize("forged", FORGED)
def test_a_forged_journal_is_refused(project, two, tmp_path, forged):
    """A file to be merged whose journal names other tables or columns changes nothing here, and writes no SQL."""
    ann, bob, _, _ = two
    copy = rooms.copied(project, tmp_path / "copy")
    codebook.add(copy, bob, "C")
    query = "UPDATE journal SET changes = ? WHERE entry = (SELECT max(entry) FROM journal)"
    copy.connection.execute(query, [FORGED[forged]])
    before = rooms.state(project)
    with pytest.raises(InputError, match="journal"):
        merge.merge(project, ann, copy)
    assert rooms.state(project) == before
