"""What a hostile visitor of the pages tried: forged forms, floods, and looking at what is blind."""

import shutil
import time

import pytest

from openlives.coding import codebook, codings, passwords, rounds, sqlite, views
from openlives.coding import project as projects
from openlives.web import attempts
from openlives.web.session import COOKIE
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


def test_guessing_at_passwords_is_slow(hub, talk, monkeypatch):
    """After five wrong ones the right one does not help either, until the time is over; nobody else has to wait."""
    for name in ("ann", "bob"):
        passwords.set_password(talk, name, f"a long password of {name}")
    clock = [1000.0]
    monkeypatch.setattr("openlives.web.attempts.time.monotonic", lambda: clock[0])
    thief, wrong = browser(hub, guarded=True), {"password": "a guess or more"}
    for name in ("ann", "nobody"):  # those who are not there are answered as those who are
        answers = [thief.enter(name, **wrong) for _ in range(7)]
        assert [reply.status_code for reply in answers] == [403] * 5 + [429] * 2
        assert int(answers[-1].headers["retry-after"]) > 0
    right, others = {"password": "a long password of ann"}, {"password": "a long password of bob"}
    assert thief.enter("ann", **right).status_code == 429
    assert thief.enter("bob", **others).status_code == 303
    clock[0] += 3
    assert thief.enter("ann", **right).status_code == 303


def test_attempts_are_counted_by_address_and_coder():
    """One address that tries many names waits, and one coder who is tried from many; what is kept is bounded."""
    one, many = attempts.Attempts(), attempts.Attempts()
    assert [one.wait("talk", f"coder {n}", "192.0.2.1") > 0 for n in range(21)] == [False] * 20 + [True]
    for _ in range(99):  # who has an account gains no attempts at others by it
        one.right("talk", "thief", "192.0.2.1")
        one.wait("talk", "thief", "192.0.2.1")
    assert one.wait("talk", "coder 30", "192.0.2.1") > 0
    waits = [many.wait("talk", "ann", f"2001:db8:0:{n:x}::1") for n in range(61)]
    assert waits[:60] == [0] * 60
    assert 0 < waits[60] <= 11
    for n in range(attempts.MOST):
        many.wait("talk", f"coder {n}", f"10.{n >> 16}.{n >> 8 & 255}.{n & 255}")
    assert len(many._known) <= attempts.MOST
    together = attempts.Attempts()
    assert sum(together.wait("talk", "ann", f"2001:db8::{n:x}") == 0 for n in range(40)) == 5


def test_undo_says_what_it_undid_on_any_page(hub):
    """Off the pages of threads it is told in words what was undone or done again, or that there was nothing."""
    ann = browser(hub, "ann")
    assert "There is nothing to undo" in ann.post("/turn/undo", back="/p/talk/themes").text
    ann.post("/codebook/add", name="<b>Doubt</b>")
    told = ann.post("/turn/undo", back="/p/talk/themes").text
    assert "Undone: added the code &#39;&lt;b&gt;Doubt&lt;/b&gt;&#39;" in told
    assert 'href="/p/talk/themes"' in told
    assert "Done again: added" in ann.post("/turn/redo", back="https://evil.example/").text
    assert "evil" not in ann.post("/turn/undo", back="https://evil.example/").text


def test_decisions_are_counted_as_no_codings(hub, talk):
    """A comment that two coded and that was decided holds two codings, on every page that counts them."""
    her = browser(hub, "ann")
    for name in ("Doubt", "Thanks"):
        her.post("/codebook/add", name=name)
    ann, bob = talk.coder("ann"), talk.coder("bob")
    doubt, thanks = codebook.find(talk, "Doubt"), codebook.find(talk, "Thanks")
    key = rounds.begin(talk, ann, "first", units(talk)[:2], [ann, bob])
    for coder, code in ((ann, doubt), (bob, thanks)):
        codings.put(talk, coder, units(talk)[0], code)
        rounds.close(talk, coder, key)
    her.post(f"/rounds/{key}/{units(talk)[0]}", **{f"code:{doubt}": "yes", f"code:{thanks}": "yes"})
    assert sum(row["codings"] for row in views.threads(talk, ann)) == 2
    page = her.get(f"/code/{doubt}").text
    assert "1 in 1 models" in page
    assert page.count("· decided") == 1
    assert views.together(talk, ann)[0]["comments"] == 1


def test_titles_that_turn_the_line_round_turn_nothing_else(hub, talk):
    """A sign that reverses what follows stays within the title, or the words, in which somebody wrote it."""
    with sqlite.writing(talk.connection):
        talk.connection.execute("UPDATE threads SET title = ?", ["\u202elicence"])
    assert "<bdi>\u202elicence</bdi>" in browser(hub, "ann").get("/search?q=licence").text


def test_a_name_said_without_a_password_is_nobody_where_passwords_guard(hub, talk):
    """A session from this machine, where one only says a name, does not open what is served beyond it."""
    passwords.set_password(talk, "ann", "a long password of ann")
    said, guarded = browser(hub, "ann"), browser(hub, guarded=True)
    assert said.get("/journal", follow_redirects=False).status_code == 200
    cookie = said.client.cookies[COOKIE]
    reply = guarded.client.get("/p/talk/journal", headers={"cookie": f"{COOKIE}={cookie}"}, follow_redirects=False)
    assert (reply.status_code, reply.headers["location"]) == (303, "/p/talk/enter")
