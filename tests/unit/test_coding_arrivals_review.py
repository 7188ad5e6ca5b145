"""Files of strangers brought into a project: no coding may land on other words, and nothing erased may come back."""

import json
from dataclasses import replace

import pytest

import rooms
from openlives.coding import arrivals, bundle, codebook, codings, erasure, sqlite, views
from openlives.coding import project as projects
from openlives.coding.exchange import qdpx

TEXT = "\ufeffwords 👩\u200d👩 of\r\ncomment {} in {}\r\n"


@pytest.fixture
def project(tmp_path):
    """A project with six comments that begin with a mark and hold wide signs and line ends of all kinds."""
    return rooms.room(tmp_path, text=TEXT)


@pytest.fixture
def other(tmp_path):
    """An empty project on another machine."""
    (tmp_path / "there").mkdir()
    return projects.create(tmp_path / "there", "two")


@pytest.fixture
def sent(project):
    """What is sent: words of the first two comments are coded, the third comment as a whole, with memos."""
    ann, units = project.coder("ann"), rooms.units(project)
    code = codebook.add(project, ann, "A")
    for unit, span in ((units[0], (3, 9)), (units[1], (3, 9)), (units[2], None)):
        codings.note(project, ann, codings.put(project, ann, unit, code, span=span), memo="what ann noted")
    codings.memo(project, ann, f"unit:{units[0]}", "what ann thought")
    return qdpx.read(qdpx.write(bundle.of_project(project)))


def quotes(project):
    query = "SELECT unit, start, substr(text, start + 1, stop - start) FROM codings JOIN units USING (unit)"
    return sorted(project.connection.execute(query).fetchall(), key=repr)


def told(bundle_, **facts):
    """Let a bundle tell something else of each comment."""
    sources = [
        replace(s, comments=tuple(replace(c, description=json.dumps({**json.loads(c.description), **facts}))
                                  for c in s.comments)) for s in bundle_.sources
    ]  # fmt: skip
    return replace(bundle_, sources=tuple(sources))


def test_words_come_back_as_they_went(project, other, sent):
    """Spans stand at the same words there, byte order marks, joined signs and line ends or not."""
    new = arrivals.bring_in(other, other.coder("bob"), sent)
    assert arrivals.LEFT not in new
    assert [row[2] for row in quotes(other)] == [row[2] for row in quotes(project)]
    assert arrivals.bring_in(project, project.coder("bob"), sent)["codings"] == 0


def test_codings_do_not_land_on_other_words(sent, tmp_path):
    """A comment that was edited before the other drew their sample: its codings are left out, and that is told."""
    other = rooms.room(tmp_path / "other", text="something quite different, {} in {}")
    new = arrivals.bring_in(other, other.coder("bob"), sent)
    assert (new["codings"], new[arrivals.LEFT]) == (0, 3)
    assert quotes(other) == []


def test_codings_across_comments_are_told(other, sent):
    """What crosses comments has no place here: it is counted, not dropped silently."""
    across = replace(sent, codings=tuple(replace(each, start=2, end=60) for each in sent.codings))
    new = arrivals.bring_in(other, other.coder("bob"), across)
    assert (new["codings"], new[arrivals.LEFT]) == (0, 3)


def test_nothing_comes_back_to_who_was_erased(project, sent):
    """A file from before an erasure brings back no memo and no place of words, but that a code was put there."""
    unit = rooms.units(project)[0]
    with sqlite.writing(project.connection):
        project.connection.execute("DELETE FROM codings")
        erasure.erase(project, unit)
    arrivals.bring_in(project, project.coder("bob"), sent)
    row = sqlite.one(project.connection, "SELECT start, stop, memo FROM codings WHERE unit = ?", [unit])
    assert row == {"start": None, "stop": None, "memo": ""}
    assert views.memos(project, project.coder("ann"), f"unit:{unit}") == []


@pytest.mark.parametrize(
    "facts",
    [{"week": [1]}, {"week": "abc"}, {"unit": {}}, {"unit": "same"}, {"state": "erased"}, {"state": "<b>"},
     {"time": 10**30}, {"language": ["x"]}, {"voice": -(10**25)}],
    ids=str,
)  # fmt: skip
def test_what_strangers_tell_is_not_believed(other, sent, facts):
    """Facts of the wrong kind are unknown, and comments that claim to be one are as many as they are."""
    new = arrivals.bring_in(other, other.coder("bob"), told(sent, **facts))
    assert (new["units"], new["codings"]) == (6, 3)
    thread = views.thread(other, other.coder("bob"), "owner/model#1")
    assert {unit["state"] for unit in thread["units"]} == {"present"}
    assert all(unit["week"] in (0, None) for unit in thread["units"])
