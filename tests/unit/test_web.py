"""The pages keep to themselves: who may ask, what is refused, what a blind coder sees, and what is never lost."""

import re
import shutil
import threading
from itertools import count

import pytest

from openlives.coding import codebook, codings, journal, passwords, rounds, sqlite, views
from openlives.coding import project as projects
from openlives.errors import InputError
from openlives.web import server
from openlives.web.markdown import dead
from openlives.web.session import COOKIE, Session, seal, unseal
from talk import HOSTILE, LOG, browser, collection, project

LONG = "a long password"


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


def opened(hub):
    return projects.open_(projects.path_of(hub, "talk"))


def first_unit(hub):
    one = opened(hub)
    row = sqlite.one(
        one.connection, "SELECT unit FROM units JOIN threads USING (thread) ORDER BY threads.place, units.place"
    )
    one.close()
    return row["unit"]


def codings_of(hub):
    one = opened(hub)
    found = sqlite.rows(
        one.connection,
        "SELECT k.name, d.name AS code, start, stop FROM codings JOIN coders k USING (coder) JOIN codes d USING (code)",
    )
    one.close()
    return found


def test_every_reply_carries_the_walls(hub):
    """Pages, refusals and files all say what a browser may do with them."""
    ann = browser(hub, "ann")
    for reply in (ann.get("/"), ann.get("/nowhere"), ann.client.get("/static/style.css"), ann.post("/do/code")):
        policy = reply.headers["content-security-policy"]
        assert policy.startswith("default-src 'self'")
        assert "unsafe" not in policy
        assert reply.headers["x-content-type-options"] == "nosniff"
        assert reply.headers["referrer-policy"] == "no-referrer"


def test_no_page_brings_script_or_style_of_its_own(hub):
    """No page has inline script, inline style, handlers, or an address elsewhere."""
    ann = browser(hub, "ann")
    ann.post("/do/code", unit=first_unit(hub), name="Doubt")
    for path in (
        "/",
        "/read",
        "/read/owner/model-1/9",
        "/codebook",
        "/themes",
        "/together",
        "/rounds",
        "/memos",
        "/journal",
    ):
        text = ann.get(path).text
        assert not re.search(r"<script(?! type=\"module\" src=\"/static/)", text)
        assert not re.search(r"<style|\sstyle=", re.sub(r"&lt;.*?&gt;", "", text))
        assert not re.search(r"<[^>]+\s(?:src|href|action|formaction)=[\"']?(?!/|#)[^\"'>]", text)


@pytest.mark.parametrize("missing", ["nothing", "another", "old"])
def test_a_write_without_its_token_is_refused(hub, missing):
    """A form that does not bring this session's token changes nothing."""
    ann = browser(hub, "ann")
    ann.token = {"nothing": "", "another": "x" * 24, "old": browser(hub, "bob").token}[missing]
    assert ann.post("/do/code", unit=first_unit(hub), name="Doubt").status_code == 403
    assert codings_of(hub) == []


def test_the_token_may_come_in_a_header(hub):
    """Our own script sends the token as a header; a wrong one is refused there, too."""
    ann, unit = browser(hub, "ann"), first_unit(hub)
    for token, status in (("wrong", 403), (ann.token, 200)):
        headers = {"x-openlives": "1", "x-csrf-token": token}
        reply = ann.client.post("/p/talk/do/code", data={"unit": unit, "name": "Doubt"}, headers=headers)
        assert reply.status_code == status
    assert [row["code"] for row in codings_of(hub)] == ["Doubt"]


def test_a_forged_session_is_nobody(hub):
    """A cookie signed with another key, changed, cut or broken is a fresh session of nobody."""
    ann = browser(hub, "ann")
    good = ann.client.cookies[COOKIE]
    forged = seal(Session({"talk": "somebody"}, "t", fresh=False), b"another key")
    for cookie in (forged, good[:-1], f"x{good}", good.replace(".", "x"), "é.é", ""):
        assert unseal(cookie, (hub / "coding" / "session.key").read_bytes()).fresh
        reply = browser(hub).client.get(
            "/p/talk/", headers={"cookie": f"{COOKIE}={cookie}".encode()}, follow_redirects=False
        )
        assert (reply.status_code, reply.headers["location"]) == (303, "/p/talk/enter")


def test_the_cookie_is_kept_from_scripts_and_other_pages(hub):
    """The session is HttpOnly and SameSite=Strict."""
    given = browser(hub).client.get("/p/talk/enter").headers["set-cookie"]
    assert "httponly" in given.lower()
    assert "samesite=strict" in given.lower()


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:80", ""])
def test_another_name_is_refused_on_this_machine(hub, host):
    """A page elsewhere whose name was bent to this machine gets nothing (DNS rebinding)."""
    assert browser(hub).client.get("/p/talk/enter", headers={"host": host}).status_code == 421


@pytest.mark.parametrize("host", ["127.0.0.1:8765", "localhost", "[::1]:8765"])
def test_this_machine_is_answered(hub, host):
    """All names of this machine are good."""
    assert browser(hub).client.get("/p/talk/enter", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "null", "sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"origin": "null", "sec-fetch-site": "same-origin"}, 303),
        ({"origin": "http://127.0.0.1"}, 303),
    ],
)
def test_a_write_from_another_page_is_refused(hub, headers, status):
    """A good token does not help a form that another site sends."""
    ann = browser(hub, "ann")
    form = {"token": ann.token, "unit": first_unit(hub), "name": "Doubt"}
    assert ann.client.post("/p/talk/do/code", data=form, headers=headers, follow_redirects=False).status_code == status
    assert len(codings_of(hub)) == (status == 303)


@pytest.mark.parametrize(
    "path",
    [
        "/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2fapp.py", "/p/..%2f..%2fstore/", "/p/%2e%2e/",
        "/p/session.key/", "/p/talk/read/../../x/1", "/p/talk/source/..%2f..%2fx", "/static//etc/passwd",
        "/p/talk%00/",
    ],
)  # fmt: skip
def test_no_path_leads_out(hub, path):
    """Nothing but pages and our own files is served, and a wrong address is no error of ours."""
    reply = browser(hub, "ann").client.get(path)
    assert reply.status_code in (400, 404)
    assert "Traceback" not in reply.text
    assert "root:" not in reply.text


def test_no_form_reads_files_of_the_server(hub):
    """A sample by list is for the command line: a page cannot name a file."""
    ann = browser(hub, "ann")
    assert ann.post("/draw", kind="list", rest="/etc/passwd").status_code == 400
    assert ann.post("/draw", kind="random", rest="2").status_code == 303


def test_a_form_leads_back_into_the_project_only(hub):
    """Where a form came from is believed only within the project."""
    ann, unit = browser(hub, "ann"), first_unit(hub)
    for back in ("https://evil.example/", "//evil.example", "/p/other/", "/p/talk/\\evil", "/p/talk/\r\nx: y"):
        assert ann.post("/do/see", unit=unit, back=back).headers["location"].startswith("/p/talk/read/owner/")
    assert ann.post("/do/see", unit=unit, back="/p/talk/codebook").headers["location"] == "/p/talk/codebook"


def test_a_form_can_be_too_much(hub):
    """More than two megabytes are refused before they are read."""
    assert browser(hub, "ann").post("/memos", about="project", text="x" * 2_100_000).status_code == 413


def test_beyond_this_machine_everybody_needs_a_password(hub):
    """It refuses to serve on another host until each coder has a password, and then asks for it."""
    for _ in range(2):
        with pytest.raises(InputError, match="password"):
            server.check(hub, "0.0.0.0", None)  # noqa: S104  # that is what is refused
        one = opened(hub)
        ann = one.coder("ann")
        one.close()
    one = opened(hub)
    with pytest.raises(InputError, match="too short"):
        passwords.give(one, ann, "short")
    passwords.give(one, ann, LONG)
    one.close()
    server.check(hub, "0.0.0.0", None)  # noqa: S104  # now it may
    stranger = browser(hub, guarded=True)
    assert stranger.enter("ann", password=LONG[1:]).status_code == 403
    assert stranger.enter("bob", password=LONG).status_code == 403
    assert stranger.get("/", follow_redirects=False).status_code == 303
    assert stranger.client.post("/projects", data={"token": stranger.token, "name": "more"}).status_code == 400
    assert stranger.enter("ann", password=LONG).status_code == 303
    assert stranger.get("/", follow_redirects=False).status_code == 200
    assert LONG.encode() not in projects.path_of(hub, "talk").read_bytes()


def test_the_command_refuses_before_it_listens(hub, command):
    """`openlives serve --host` says what is missing, and ends."""
    code, _, complaint = command("serve", hub, "--host", "0.0.0.0")  # noqa: S104  # that is what is refused
    assert code == 3
    assert "openlives code coder" in complaint


def test_one_project_only(hub):
    """With --project the others are not there."""
    project(hub, "other").close()
    one = browser(hub, "ann", only="talk")
    assert one.client.get("/p/other/enter").status_code == 404
    assert one.client.get("/", follow_redirects=False).headers["location"] == "/p/talk/"


@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_hostile_comments_are_dead(number):
    """No tag of theirs, no address, no handler comes through."""
    text = dead(HOSTILE[number])
    tags = set(re.findall(r"<\s*(\w+)", text))
    assert tags <= {"p", "pre", "code", "details", "summary", "span", "br", "em", "strong"}
    assert not re.search(r"<[^>]*\s(?!class=|title=)[\w-]+\s*=", text)
    assert "javascript:" not in re.sub(r">[^<]*<", "><", text)


def test_long_code_and_logs_are_folded():
    """What is long is shut; what is short is not."""
    assert "<details><summary>40 lines" in dead(LOG)
    assert "<details>" in dead("see\n\n```\n" + "x\n" * 30 + "```")
    assert "<summary>40 lines" in dead(f"see\n\n{LOG}\n\nwhat now?")
    assert "<details>" not in dead("see\n\n```\nx\n```\n\n- a\n- b")


def test_a_broken_letter_is_no_error(hub):
    """Half of a pair, a NUL and the like are shown as what they are, in every place."""
    assert "half" in dead("half \ud83d of a pair")
    assert browser(hub, "ann").get("/search?q=%ff%fe%00abc").status_code == 200
    assert browser(hub, "ann").post("/do/code", unit=first_unit(hub), name="\u0000").status_code == 400


PAGES = (
    "/",
    "/codebook",
    "/themes",
    "/together",
    "/rounds",
    "/memos",
    "/journal",
    "/read",
    "/search?q=licence",
    "/versions?older=1",
)


def begun(hub):
    """Begin a blind round of ann and bob on a project that both have worked on."""
    one = opened(hub)
    ann, bob = one.coder("ann"), one.coder("bob")
    units = [row["unit"] for row in sqlite.rows(one.connection, "SELECT unit FROM units ORDER BY thread, place")]
    code, other = codebook.add(one, ann, "Doubt", definition="asks"), codebook.add(one, ann, "Thanks")
    round_ = rounds.begin(one, ann, "first", units[:12], [ann, bob])
    codings.put(one, bob, units[0], code, round_=round_)
    codings.put(one, ann, units[20], code)
    journal.undo(one.connection, ann)
    return one, (ann, bob), (code, other), units, round_


def seen_by(hub, monkeypatch, codes, units):
    """Give all that bob is shown, bodies and headers, while he looks round and codes."""
    numbers = count()
    monkeypatch.setattr(codings, "new_key", lambda: f"key-{next(numbers)}")
    monkeypatch.setattr("time.time", lambda: 1.8e9)
    bob = browser(hub)
    cookie = Session({"talk": bob_key(hub)}, "token", fresh=False)
    bob.client.cookies.set(COOKIE, seal(cookie, (hub / "coding" / "session.key").read_bytes()))
    bob.token = cookie.token
    one = opened(hub)
    paths = [f"/read/{row['thread'].replace('#', '/')}" for row in views.threads(one, bob_key(hub))]
    one.close()
    paths += [*PAGES, *(f"/code/{code}" for code in codes), f"/source/{units[0]}"]
    replies = [bob.get(path) for path in paths]
    headers = {"x-openlives": "1", "x-csrf-token": "token"}
    for act, more in (
        ("code", {"code": codes[1]}),
        ("code", {"name": "New"}),
        ("negative", {}),
        ("memo", {"text": "mine"}),
        ("take", {}),
        ("see", {}),
    ):
        replies += [
            bob.client.post(f"/p/talk/do/{act}", data={"unit": unit, **more}, headers=headers) for unit in units[:3]
        ]
    for way in ("undo", "redo", "undo", "undo", "undo"):
        replies.append(bob.client.post(f"/p/talk/turn/{way}", data={"thread": "owner/model-1#1"}, headers=headers))
    for path, form in (
        ("/codebook/add", {"name": "Other"}),
        (f"/code/{codes[0]}/retire", {}),
        (f"/code/{codes[0]}/recode", {"into": codes[1], "coding": "x"}),
    ):
        replies.append(bob.post(path, **form))
    replies += [bob.get(path) for path in paths]
    return [
        (reply.status_code, sorted((k, v) for k, v in reply.headers.items() if k != "date"), reply.content)
        for reply in replies
    ]


def bob_key(hub):
    one = opened(hub)
    key = one.coder("bob")
    one.close()
    return key


def test_a_blind_coder_is_shown_the_same_whatever_the_other_did(hub, tmp_path, monkeypatch):
    """Every byte that bob is shown is the same whether ann has coded, noted, undone and closed the round, or not."""
    one, (ann, _), codes, units, round_ = begun(hub)
    one.close()
    browser(hub).get("/enter")  # makes the key that signs
    shutil.copytree(hub, tmp_path / "still")
    one = opened(hub)
    for unit in units[:12]:
        coding = codings.put(one, ann, unit, codes[1], round_=round_)
        codings.note(one, ann, coding, memo="hers", negative=True)
        codings.see(one, ann, unit)
        codings.memo(one, ann, f"unit:{unit}", "hers")
    one.close()
    her = browser(hub, "ann")
    her.post("/do/code", unit=units[1], name="Doubt")
    her.post("/memos", about="project", text="what I saw")
    assert her.post("/do/code", unit=units[2], name="A new one").status_code == 409
    her.post("/turn/undo")
    her.post(f"/rounds/{round_}/close")
    assert her.post("/do/code", unit=units[3], name="Doubt").status_code == 409  # in the open it would tell
    assert her.post("/do/memo", unit=units[3], text="after", was="hers").status_code == 303
    her.post("/memos", about="project", text="and now", was="what I saw")
    busy, still = (seen_by(where, monkeypatch, codes, units) for where in (hub, tmp_path / "still"))
    assert len(busy) == len(still) > 60
    assert [(a[0], b[0]) for a, b in zip(busy, still, strict=True) if a != b] == []


def test_when_all_have_closed_agreement_is_shown_and_differences_decided(hub):
    """The page of a closed round tells agreement by code, and what is decided stands beside the codings."""
    one, (ann, bob), (code, other), units, round_ = begun(hub)
    for unit in units[:6]:
        codings.put(one, ann, unit, code, round_=round_)
    for unit in units[:5]:
        codings.put(one, bob, unit, code, round_=round_)
    codings.put(one, bob, units[7], other, round_=round_)
    her = browser(hub, "ann")
    assert her.get(f"/rounds/{round_}").status_code == 400  # open
    for coder in (ann, bob):
        rounds.close(one, coder, round_)
    text = her.get(f"/rounds/{round_}").text
    # Doubt: both 5, one 1, none 6 of 12: 11/12 agree; by chance (6*5 + 6*7)/144 = 1/2; kappa (11/12 - 1/2)/(1/2) = 5/6.
    assert "0.917" in text
    assert "0.833" in text
    assert text.count(f'href="/p/talk/rounds/{round_}/') == 2
    her.get(f"/rounds/{round_}/{units[5]}")
    assert her.post(f"/rounds/{round_}/{units[5]}", **{f"code:{code}": "yes"}).status_code == 303
    assert her.post(f"/rounds/{round_}/{units[7]}", **{f"code:{other}": "no"}).status_code == 303
    assert [(unit, path) for unit, _, path in rounds.ratings(one, round_, layer="adjudication")] == [
        (units[5], "Doubt")
    ]
    assert her.post("/do/take", unit=units[0]).status_code == 409  # blind codings never change
    one.close()


def test_a_conflict_shows_both_sides_and_loses_neither(hub):
    """Two people define one code at once: the second sees both, nothing was written, and may still save."""
    ann, bob = browser(hub, "ann"), browser(hub, "bob")
    ann.post("/codebook/add", name="Doubt")
    one = opened(hub)
    code = codebook.codes(one)[0]["code"]
    was = {who: re.search(r'name="was" value="(\w+)"', who.get(f"/code/{code}").text)[1] for who in (ann, bob)}
    assert ann.post(f"/code/{code}/change", was=was[ann], definition="what ann says").status_code == 303
    reply = bob.post(f"/code/{code}/change", was=was[bob], definition="what bob says")
    assert reply.status_code == 409
    assert "what ann says" in reply.text
    assert "what bob says" in reply.text
    assert codebook.get(one, code)["definition"] == "what ann says"
    again = re.search(r'name="was" value="(\w+)"', reply.text)[1]
    assert bob.post(f"/code/{code}/change", was=again, definition="what both say").status_code == 303
    assert codebook.get(one, code)["definition"] == "what both say"
    one.close()


def test_two_coders_at_the_same_moment(hub):
    """Two people code the same comments at once, each over a connection of their own: nothing is lost."""
    one = opened(hub)
    units = [row["unit"] for row in sqlite.rows(one.connection, "SELECT unit FROM units LIMIT 10")]
    one.close()
    browser(hub, "ann").post("/codebook/add", name="Doubt")
    people = {name: browser(hub, name) for name in ("ann", "bob")}
    replies = []

    def work(person):
        replies.extend(person.post("/do/code", unit=unit, name="Doubt").status_code for unit in units)

    threads = [threading.Thread(target=work, args=(person,)) for person in people.values()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert replies == [303] * 20
    assert sorted({row["name"] for row in codings_of(hub)}) == ["ann", "bob"]
    assert len(codings_of(hub)) == 20


def test_marked_words_are_found_in_the_comment_as_it_was_written(hub):
    """Words marked on the page are found through the Markdown between them; those that stand twice are not guessed."""
    ann, unit = browser(hub, "ann"), first_unit(hub)
    assert ann.post("/do/code", unit=unit, name="Doubt", words="Is this the").status_code == 303
    found = codings_of(hub)[0]
    assert (found["start"], found["stop"]) == (0, len("Is *this* the"))
    assert ann.post("/do/code", unit=unit, name="Doubt", words="nowhere").status_code == 400
    assert ann.post("/do/vivo", unit=unit, start="4", stop="8").status_code == 303
    assert {row["code"] for row in codings_of(hub)} == {"Doubt", "this"}


def test_memos_of_two_windows(hub):
    """A memo that was changed in another window is not written over."""
    ann, unit = browser(hub, "ann"), first_unit(hub)
    assert ann.post("/do/memo", unit=unit, text="one", was="").status_code == 303
    reply = ann.post("/do/memo", unit=unit, text="two", was="")
    assert reply.status_code == 409
    assert "one" in reply.text
    assert "two" in reply.text


def test_others_codings_cannot_be_taken(hub):
    """Whoever knows the key of another's coding still cannot take it away."""
    ann, bob, unit = browser(hub, "ann"), browser(hub, "bob"), first_unit(hub)
    ann.post("/do/code", unit=unit, name="Doubt")
    one = opened(hub)
    key = sqlite.one(one.connection, "SELECT coding FROM codings")["coding"]
    one.close()
    assert bob.post("/do/take", unit=unit, coding=key).status_code == 400
    assert bob.post("/do/take", unit=unit).status_code == 400
    assert len(codings_of(hub)) == 1


def test_the_codebook_by_forms(hub):
    """Codes are moved, merged, split and recoded from their pages, and all of it can be undone."""
    ann, unit = browser(hub, "ann"), first_unit(hub)
    one = opened(hub)
    other = sqlite.rows(one.connection, "SELECT unit FROM units WHERE unit <> ? ORDER BY thread, place", [unit])[0][
        "unit"
    ]
    for name, where in (("One", unit), ("Two", other)):
        ann.post("/do/code", unit=where, name=name)
    first, second = (code["code"] for code in codebook.codes(one))
    assert ann.post(f"/code/{first}/move", into=second).status_code == 303
    assert [code["path"] for code in codebook.codes(one)] == ["Two", "Two / One"]
    assert ann.post(f"/code/{second}/move", into=first).status_code == 400
    assert ann.post(f"/code/{first}/merge", into=second).status_code == 303
    assert len(views.extracts(one, one.coder("ann"), second)) == 2
    chosen = views.extracts(one, one.coder("ann"), second)[0]["coding"]
    assert ann.post(f"/code/{second}/split", name="Three", coding=chosen).status_code == 303
    assert ann.post(f"/code/{second}/split", name="Four").status_code == 400  # nothing chosen
    assert {code["name"] for code in codebook.codes(one)} == {"Two", "Three"}
    for _ in range(3):
        ann.post("/turn/undo")
    assert [code["path"] for code in codebook.codes(one)] == ["One", "Two"]
    assert sorted(row["code"] for row in codings_of(hub)) == ["One", "Two"]
    one.close()


def test_more_like_this_is_a_reading_aid(hub):
    """What resembles a comment is shown with who says so, and is no coding; a comment that is not there is refused."""
    ann, unit = browser(hub, "ann"), first_unit(hub)
    said = ann.get(f"/like/{unit}").text
    assert "More like this" in said
    assert "counted nowhere" in said
    assert codings_of(hub) == []
    assert ann.get("/like/nobody").status_code == 400
