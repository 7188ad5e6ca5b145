"""What a hostile visitor of the pages tried: forged forms, floods, and looking at what is blind."""

import shutil
import time

import pytest

from openlives.coding import codebook, codings, rounds, sqlite
from openlives.coding import project as projects
from talk import browser, collection, project


@pytest.fixture(scope="module")
def given(tmp_path_factory):
    """A collection with a project; not to be changed."""
    hub = collection(tmp_path_factory.mktemp("talk"))
    project(hub).close()
    return hub


@pytest.fixture
def hub(given, tmp_path):
    """A copy of the collection with its project, to be written to."""
    shutil.copytree(given, tmp_path / "hub")
    return tmp_path / "hub"


@pytest.fixture
def talk(hub):
    """The project, opened."""
    one = projects.open_(projects.path_of(hub, "talk"))
    yield one
    one.close()


def units(one):
    """Give the comments, in order."""
    query = "SELECT unit FROM units JOIN threads USING (thread) ORDER BY threads.place, thread, units.place"
    return [row["unit"] for row in sqlite.rows(one.connection, query)]


LONG = "9" * 5000


@pytest.mark.parametrize("number", [LONG, "9" * 30, "\N{SUPERSCRIPT TWO}", "-1", "\N{ARABIC-INDIC DIGIT THREE}"])
def test_numbers_that_are_none_are_no_error_of_ours(hub, talk, number):
    """Endless numbers, superscripts and the like are refused in words, wherever a number is asked for."""
    ann = browser(hub, "ann")
    ann.post("/codebook/add", name="Doubt")
    unit = units(talk)[0]
    for reply in (
        ann.post("/do/code", unit=unit, name="Doubt", start=number, stop=number),
        ann.post("/draw", kind="persistent", rest=number),
        ann.post("/draw", kind="random", rest=number),
        ann.get(f"/versions?older={number}"),
        ann.get(f"/versions?older=1&newer={number}"),
        ann.get(f"/read/owner/model-1/{number}"),
        ann.post("/rounds", name="first", count=number),
    ):
        assert reply.status_code == 400
        assert "Traceback" not in reply.text
    assert ann.post("/draw", kind="random", rest="1", seed=number).status_code == 303


def test_marked_words_are_looked_for_without_end_nowhere(hub, talk):
    """Signs of Markdown among marked words are no riddle that grows with the comment."""
    unit, ann = units(talk)[0], browser(hub, "ann")
    with sqlite.writing(talk.connection):
        text = "Is " + "* " * 5000 + "x this"
        talk.connection.execute("UPDATE units SET text = ? WHERE unit = ?", [text, unit])
    began = time.perf_counter()
    assert ann.post("/do/code", unit=unit, name="Doubt", words="Is " + "* " * 12 + "this").status_code == 400
    assert ann.post("/do/code", unit=unit, name="Doubt", words="* *").status_code == 400
    assert ann.post("/do/code", unit=unit, name="Doubt", words="Is * * x").status_code == 303
    assert time.perf_counter() - began < 2
    assert codebook.find(talk, "Doubt")


def test_an_older_round_does_not_tell_what_is_to_be_coded_again(hub, talk):
    """Comments that are coded blindly a second time: the first round's page is shut until one is done."""
    her, him = browser(hub, "ann"), browser(hub, "bob")
    her.post("/codebook/add", name="Doubt")
    ann, bob, doubt = talk.coder("ann"), talk.coder("bob"), codebook.find(talk, "Doubt")
    first = rounds.begin(talk, ann, "first", units(talk)[:3], [ann, bob])
    codings.put(talk, ann, units(talk)[0], doubt)
    for coder in (ann, bob):
        rounds.close(talk, coder, first)
    assert him.get(f"/rounds/{first}").status_code == 200
    second = rounds.begin(talk, ann, "second", units(talk)[:2], [ann, bob])
    for path in (f"/rounds/{first}", f"/rounds/{first}/{units(talk)[0]}"):
        assert him.get(path).status_code == 400
    rounds.close(talk, bob, second)
    assert him.get(f"/rounds/{first}").status_code == 200


def test_a_round_is_given_up_on_its_page(hub, talk):
    """Any coder gives up a round that stands still; a page of agreement is there only where two have closed it."""
    her, carol = browser(hub, "ann"), browser(hub, "carol")
    her.post("/codebook/add", name="Doubt")
    ann, bob = talk.coder("ann"), talk.coder("bob")
    key = rounds.begin(talk, ann, "first", units(talk)[:3], [ann, bob])
    assert her.post("/codebook/add", name="Thanks").status_code == 409
    assert "Give this round up" in carol.get("/rounds").text
    assert carol.post(f"/rounds/{key}/abandon").status_code == 303
    page = her.get("/rounds").text
    assert "abandoned; not closed by ann, bob" in page
    assert f'/rounds/{key}"' not in page
    assert her.get(f"/rounds/{key}").status_code == 400
    assert her.post("/codebook/add", name="Thanks").status_code == 303
