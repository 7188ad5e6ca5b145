"""Laws of the coding room: what was done can be undone and redone to the byte, and files meet in one."""

import contextlib
import shutil
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

import rooms
from openlives.coding import codebook, codings, journal, merge, rounds, themes, versions
from openlives.errors import OpenLivesError

ACTIONS = st.lists(st.tuples(st.integers(0, 14), st.integers(0, 5), st.integers(0, 5)), max_size=25)


def act(project, coder, action, one, other):
    """Do one action, chosen by numbers; what is refused is refused."""
    units = rooms.units(project)
    codes = [code["code"] for code in codebook.codes(project)]
    unit, code = units[one % len(units)], codes[one % len(codes)] if codes else ""
    second = codes[other % len(codes)] if codes else ""
    query = "SELECT coding FROM codings JOIN codes USING (code) WHERE coder = ? ORDER BY unit, name, start, coding"
    mine = [key for (key,) in project.connection.execute(query, [coder])]
    coding = mine[other % len(mine)] if mine else ""
    board = [theme["theme"] for theme in themes.board(project)]
    doing = (
        (codebook.add, (f"code {one}",)),
        (codings.put, (unit, second)),
        (codings.in_vivo, (unit, (other, other + 4))),
        (codings.take, (coding,)),
        (codings.memo, (f"unit:{unit}", "a thought" * other)),
        (codebook.merge, (code, second)),
        (codebook.split, (code, f"part {other}", mine[:other])),
        (codebook.recode, (code, second)),
        (codebook.move, (code, second)),
        (codebook.retire, (code,)),
        (themes.add, (f"theme {other}",)),
        (themes.put, (second, board[one % len(board)])),
        (themes.drop, (board[other % len(board)] or "",)),
        (versions.freeze, (f"version {one}",)),
        (codebook.change, (code, {"definition": f"means {other}"})),
    )
    function, values = doing[action]
    try:
        function(project, coder, *values, **({"requeue": True} if function is codebook.change else {}))
    except OpenLivesError:
        return False
    return True


def everything(project, coder, turn):
    """Turn until nothing is left; give how often that was."""
    count = 0
    while turn(project.connection, coder) is not None:
        count += 1
    return count


@given(ACTIONS)
def test_undone_to_the_empty_state_and_redone(actions):
    """Whatever one coder does can be undone to nothing, and redone to what it was, byte for byte."""
    folder = Path(tempfile.mkdtemp())
    try:
        project = rooms.room(folder)
        empty, coder = rooms.state(project), project.coder("ann")
        for action in actions:
            act(project, coder, *action)
        made = rooms.state(project)
        undone = everything(project, coder, journal.undo)
        assert rooms.state(project) == empty
        assert everything(project, coder, journal.redo) == undone
        assert rooms.state(project) == made
        project.close()
    finally:
        shutil.rmtree(folder)


@given(ACTIONS, st.integers(0, 25))
def test_halfway_and_back(actions, steps):
    """Undone for some steps and redone, everything is as it was."""
    folder = Path(tempfile.mkdtemp())
    try:
        project = rooms.room(folder)
        coder = project.coder("ann")
        for action in actions:
            act(project, coder, *action)
        made = rooms.state(project)
        turned = sum(journal.undo(project.connection, coder) is not None for _ in range(steps))
        assert sum(journal.redo(project.connection, coder) is not None for _ in range(turned)) == turned
        assert rooms.state(project) == made
        project.close()
    finally:
        shutil.rmtree(folder)


def said(project):
    """Give what a project says, whatever its keys: codes with their paths and words, codings by place, memos."""
    listed = codebook.codes(project, retired=True)
    paths = {code["code"]: code["path"] for code in listed}
    names = dict(project.connection.execute("SELECT coder, name FROM coders").fetchall())
    marks = project.connection.execute("SELECT unit, coder, code, start, stop, negative, memo, layer FROM codings")
    written = project.connection.execute("SELECT about, coder, text FROM memos WHERE about LIKE 'unit:%'")
    return (
        sorted((code["path"], code["definition"], code["retired"]) for code in listed),
        sorted(((u, names[c], paths[d], *more) for u, c, d, *more in marks.fetchall()), key=repr),
        sorted((about, names[coder], text) for about, coder, text in written.fetchall()),
    )


PUTS = st.lists(st.tuples(st.sampled_from([1, 3, 4]), st.integers(0, 5), st.integers(0, 5)), max_size=12)


@settings(max_examples=15)
@given(PUTS, PUTS)
def test_coded_apart_is_coded_together(first, second):
    """Two who code the same codebook apart come to what one file would hold, whoever merges whom; twice is once."""
    folder = Path(tempfile.mkdtemp())
    try:
        together = rooms.room(folder / "whole")
        ann, bob = together.coder("ann"), together.coder("bob")
        for number in range(6):
            codebook.add(together, ann, f"code {number}")
        codings.put(together, ann, rooms.units(together)[0], codebook.find(together, "code 0"))
        left, right = rooms.copied(together, folder / "left"), rooms.copied(together, folder / "right")
        for project, coder, actions in ((left, ann, first), (right, bob, second)):
            for action in actions:
                act(project, coder, *action)
                act(together, coder, *action)
        before = rooms.copied(left, folder / "before")
        told = merge.merge(left, ann, right)
        merge.merge(right, bob, before)
        assert said(left) == said(right) == said(together)
        assert told.differs == ()
        once, entries = rooms.state(left), left.connection.execute("SELECT * FROM journal").fetchall()
        assert merge.merge(left, ann, right).added == {}
        assert rooms.state(left) == once
        assert left.connection.execute("SELECT * FROM journal").fetchall() == entries
        for project in (together, left, right, before):
            project.close()
    finally:
        shutil.rmtree(folder)


@given(ACTIONS)
def test_the_other_is_never_touched_by_undo(actions):
    """What one coder undoes leaves the other's codings and memos as they are."""
    folder = Path(tempfile.mkdtemp())
    try:
        project = rooms.room(folder)
        ann, bob = project.coder("ann"), project.coder("bob")
        for number, action in enumerate(actions):
            act(project, (ann, bob)[number % 2], *action)

        def of_bob():
            marks = project.connection.execute("SELECT coding, unit FROM codings WHERE coder = ?", [bob]).fetchall()
            return sorted(marks), project.connection.execute("SELECT * FROM memos WHERE coder = ?", [bob]).fetchall()

        kept = of_bob()
        for _ in actions:
            try:
                undone = journal.undo(project.connection, ann)
            except journal.ConflictError:
                undone = journal.let_stand(project.connection, ann)
            if undone is None:
                break
            assert of_bob() == kept
        project.close()
    finally:
        shutil.rmtree(folder)


def views_of(project, coder):
    """Give everything that a coder is shown."""
    from openlives.coding import views  # noqa: PLC0415  # beside its use

    code = codebook.codes(project)[0]["code"]
    shown = [views.threads(project, coder), views.recent(project, coder), views.coverage(project, coder)]
    shown += [views.thread(project, coder, thread["thread"]) for thread in shown[0]]
    shown += [views.extracts(project, coder, code, machines=True), views.together(project, coder)]
    shown += [views.neighbours(project, coder, code), views.search(project, "words"), views.journal(project, coder)]
    shown += [views.following(project, coder, None, unread=True), codebook.codes(project, retired=True)]
    shown += [views.memos(project, coder, about) for about in ("project", f"code:{code}")]
    shown += [rounds.ratings(project, each["round"]) for each in rounds.listed(project, coder)]
    return repr(shown)


@given(ACTIONS)
def test_blind(actions):
    """In an open round, what B is shown is the same whether or not A has coded, whatever A tried."""
    folder = Path(tempfile.mkdtemp())
    try:
        project = rooms.room(folder)
        ann, bob = project.coder("ann"), project.coder("bob")
        codebook.add(project, ann, "code 0")
        codebook.add(project, ann, "code 1")
        rounds.begin(project, ann, "first", rooms.units(project), [ann, bob])
        before = views_of(project, bob)
        for action, one, other in actions:
            if action not in (10, 11, 12, 13):  # the board of themes and versions are made in the open
                act(project, ann, action, one, other)
        assert views_of(project, bob) == before
        project.close()
    finally:
        shutil.rmtree(folder)


def act_or_turn(project, coder, action, one, other):
    """Do one action, or undo or redo one; what is refused is refused."""
    turn = {15: journal.undo, 16: journal.redo}.get(action)
    if turn is None:
        act(project, coder, action, one, other)
        return
    with contextlib.suppress(OpenLivesError):
        turn(project.connection, coder)


MIXED = st.lists(st.tuples(st.booleans(), st.integers(0, 16), st.integers(0, 5), st.integers(0, 5)), max_size=25)


def whole(project):
    """Tell whether the codebook shows every code in use, and nothing rests on what is no more."""
    used = project.connection.execute("SELECT count(*) FROM codes WHERE retired = 0").fetchone()[0]
    loose = project.connection.execute(
        """SELECT count(*) FROM codes WHERE (parent IS NOT NULL AND parent NOT IN (SELECT code FROM codes))
           OR (theme IS NOT NULL AND theme NOT IN (SELECT theme FROM themes))"""
    ).fetchone()[0]
    return len(codebook.codes(project)) == used and loose == 0


@settings(max_examples=30)
@given(MIXED, MIXED)
def test_whatever_two_do_the_codebook_shows_every_code_and_files_merge(together, apart):
    """Two coders act, undo and redo in one file, then in two: the files merge, twice is once, no code is lost."""
    folder = Path(tempfile.mkdtemp())
    try:
        project = rooms.room(folder / "one")
        ann, bob = project.coder("ann"), project.coder("bob")
        for hers, *action in together:
            act_or_turn(project, ann if hers else bob, *action)
            assert whole(project)
        other = rooms.copied(project, folder / "two")
        for hers, *action in apart:
            act_or_turn(*((project, ann) if hers else (other, bob)), *action)
        his = {key for (key,) in other.connection.execute("SELECT coding FROM codings WHERE coder = ?", [bob])}
        merge.merge(project, ann, other)
        assert whole(project)
        assert his <= {key for (key,) in project.connection.execute("SELECT coding FROM codings")}
        once = rooms.state(project)
        merge.merge(project, ann, other)
        assert rooms.state(project) == once
        project.close()
        other.close()
    finally:
        shutil.rmtree(folder)
