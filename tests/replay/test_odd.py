"""A Hub that says what no Hub should: names taken anew, replies of odd shapes, lists without end."""

import asyncio
import itertools
from functools import partial
from urllib.parse import parse_qs

import orjson
import pytest

import virtual
from given import comment, query, thread
from hubs import collecting
from openlives.collector.pace import Pace
from openlives.collector.refresh import refresh
from openlives.collector.scope import Scope
from openlives.errors import CollectionError, HubError
from openlives.store import archive
from openlives.store.build import build

BORN = "2024-01-01T00:00:00.000Z"


def model(key, name, **more):
    return {"_id": key, "id": name, "createdAt": BORN, **more}


class Script:
    """A Hub by the book: its list of models, and the threads of each by its present name; anything can be overruled."""

    def __init__(self, models=(), threads=None):
        self.models, self.threads, self.replies, self.asked = list(models), threads or {}, {}, []

    async def __call__(self, scope, _, send):
        """Answer."""
        path, asked = scope["path"], parse_qs(scope["query_string"].decode())
        self.asked.append(path)
        status, body, headers = self.answer(path, asked)
        told = [(b"content-type", b"application/json"), *headers]
        await send({"type": "http.response.start", "status": status, "headers": told})
        await send({"type": "http.response.body", "body": body if isinstance(body, bytes) else orjson.dumps(body)})

    def answer(self, path, asked):
        """Give status, content and headers."""
        if path in self.replies:
            found = self.replies[path]
            return found(asked) if callable(found) else found
        if path == "/api/models":
            return 200, self.models, []
        name, _, num = path.removeprefix("/api/models/").partition("/discussions")
        known = {row["id"]: row for row in self.models if isinstance(row, dict) and isinstance(row.get("id"), str)}
        if name not in known:
            return 404, {"error": "Repository not found"}, []
        if "/discussions" not in path:
            return 200, known[name], []
        told = self.threads.get(name, [])
        if not num:
            start = 50 * int(asked["p"][0])
            return (
                200,
                {"discussions": [row(one) for one in told][start : start + 50], "count": len(told), "start": start},
                [],
            )
        return 200, next(one for one in told if one["num"] == int(num[1:])), []


def row(one):
    """Give a thread as it stands in a list."""
    return {what: one[what] for what in ("num", "repo", "title", "status", "isPullRequest", "createdAt")} | {
        "numComments": 1
    }


def said(name, num, text):
    """Give a thread of one comment."""
    return thread(name, num, comment("made-up-ada", text=text, key=f"{text}-{num}"))


def collected(hub, *scripts, **more):
    """Collect each script in turn into one collection; build it."""

    async def whole():
        for script in scripts:
            await collecting(hub, script, **more)
            await asyncio.sleep(10)

    virtual.run(whole())
    build(hub)


def texts(hub):
    """Give what was said, where."""
    found = query(hub, "SELECT a.name, e.body FROM events e JOIN artifacts a USING (artifact) ORDER BY ALL")
    return {name: [body for _, body in rows] for name, rows in itertools.groupby(found, key=lambda row: row[0])}


def ends(hub):
    """Give how the last look at each artifact ended."""
    return dict(query(hub, "SELECT name, outcome FROM artifacts"))


def test_a_name_that_was_left_is_taken_by_another(tmp_path):
    """The first model was renamed, and a new one has its old name: each keeps what was said at it."""
    before = Script([model("i1", "o/x")], {"o/x": [said("o/x", 1, "at the first")]})
    threads = {"o/y": [said("o/y", 1, "at the first")], "o/x": [said("o/x", 1, "at the second")]}
    after = Script([model("i1", "o/y"), model("i2", "o/x")], threads)
    collected(tmp_path, before, after)
    assert texts(tmp_path) == {"o/x": ["at the second"], "o/y": ["at the first"]}
    assert dict(query(tmp_path, "SELECT name, platform_id FROM artifacts")) == {"o/x": "i2", "o/y": "i1"}


def test_two_models_swap_their_names(tmp_path):
    """What was said stays with the model, not with the name."""
    before = Script(
        [model("i1", "o/x"), model("i2", "o/y")], {"o/x": [said("o/x", 1, "one")], "o/y": [said("o/y", 1, "two")]}
    )
    after = Script(
        [model("i1", "o/y"), model("i2", "o/x")], {"o/y": [said("o/y", 1, "one")], "o/x": [said("o/x", 1, "two")]}
    )
    collected(tmp_path, before, after)
    assert texts(tmp_path) == {"o/x": ["two"], "o/y": ["one"]}


def test_deleted_and_made_anew(tmp_path):
    """The old model is gone, under its name and id, and its words do not become those of the new one."""
    before = Script([model("i1", "o/x")], {"o/x": [said("o/x", 1, "old")]})
    after = Script([model("i2", "o/x")], {"o/x": [said("o/x", 1, "new")]})
    collected(tmp_path, before, after)
    assert texts(tmp_path) == {"o/x": ["new"], "o/x@i1": ["old"]}
    assert ends(tmp_path) == {"o/x": "complete", "o/x@i1": "gone"}


def test_renamed_between_the_list_and_the_thread(tmp_path):
    """The thread is told under a new name, and still belongs to the model that was asked about."""
    script = Script([model("i1", "o/old")], {"o/old": [said("o/old", 1, "hello")]})
    script.replies["/api/models/o/old/discussions/1"] = (307, b"", [(b"location", b"/api/models/o/new/discussions/1")])
    script.replies["/api/models/o/new/discussions/1"] = (200, said("o/new", 1, "hello"), [])
    collected(tmp_path, script)
    assert texts(tmp_path) == {"o/old": ["hello"]}
    assert ends(tmp_path) == {"o/old": "complete"}


def test_listed_and_not_read_is_not_complete(tmp_path):
    """A run that stops between list and threads has not looked at the model."""
    script = Script([model("i1", "o/x")], {"o/x": [said("o/x", num, "hello") for num in range(1, 40)]})
    collected(tmp_path, script, requests=5)
    assert ends(tmp_path) == {"o/x": "never"}


def test_gone_and_back_again(tmp_path):
    """A model that left the list and came back is looked at by refreshes as before."""
    threads = {"o/x": [said("o/x", 1, "hello")]}
    there, away = Script([model("i1", "o/x"), model("i2", "o/z")], threads), Script([model("i2", "o/z")], {})

    async def whole():
        for script in (there, away, there):
            await collecting(tmp_path, script)
            await asyncio.sleep(10)
            if script is away:
                there.asked.clear()
        await asyncio.sleep(40 * 86_400)
        there.asked.clear()
        await collecting(tmp_path, there, work=partial(refresh, days=1), command="refresh", requests=50)

    virtual.run(whole())
    assert "/api/models/o/x/discussions" in there.asked


def test_threads_that_leave_their_name_to_the_question(tmp_path):
    """The Hub need not repeat of which model a thread is, nor its number."""
    bare = said("o/x", 1, "hello")
    script = Script([model("i1", "o/x")], {"o/x": [bare]})
    told = {name: value for name, value in bare.items() if name not in ("repo", "num")}
    script.replies["/api/models/o/x/discussions/1"] = (200, told, [])
    collected(tmp_path, script)
    assert texts(tmp_path) == {"o/x": ["hello"]}
    assert ends(tmp_path) == {"o/x": "complete"}


def test_what_no_table_can_hold_is_not_complete(tmp_path):
    """A thread whose title is no text was not read, and the ledger says why."""
    script = Script([model("i1", "o/x")], {"o/x": [said("o/x", 1, "hello")]})
    script.replies["/api/models/o/x/discussions/1"] = (200, {**said("o/x", 1, "hello"), "title": {"odd": 1}}, [])
    collected(tmp_path, script)
    assert ends(tmp_path) == {"o/x": "partial"}
    assert "not understood: title" in query(tmp_path, "SELECT string_agg(reason) FROM fetches")[0][0]


def test_pages_of_private_models(tmp_path):
    """Our own private models, however many, neither end the list nor make its pages smaller."""
    rows = [model(f"p{n:04}", f"o/p{n}", private=n < 2100) for n in range(2300)]

    def page(asked):
        start = int(asked.get("cursor", ["0"])[0])
        limit = int(asked["limit"][0])
        more = [(b"link", f'<http://twin/api/models?cursor={start + limit}>; rel="next"'.encode())]
        return 200, rows[start : start + limit], more if start + limit < len(rows) else []

    script = Script(rows)
    script.replies["/api/models"] = page
    collected(tmp_path, script, token="hf_free_x")  # noqa: S106  # of no use anywhere
    assert len(ends(tmp_path)) == 200
    assert script.asked.count("/api/models") == 4


@pytest.mark.parametrize("odd", [
    {"createdAt": "yesterday"}, {"createdAt": 7}, {"likes": {}}, {"likes": 2**63 - 1}, {"likes": "many"}, {"tags": 3},
    {"cardData": []}, {"lastModified": []}, {"downloads": None}, {"siblings": [3]}, {"author": 5},
], ids=repr)  # fmt: skip
def test_odd_rows_of_the_list(odd, tmp_path):
    """A field that makes no sense is not known, or its row rejected; all models are looked at."""
    script = Script([model("i1", "o/a"), model("i2", "o/odd", **odd), 7, None, {"id": None}, model("i3", "o/z")])
    collected(tmp_path, script)
    assert {name: end for name, end in ends(tmp_path).items() if name != "o/odd"} == {
        "o/a": "complete",
        "o/z": "complete",
    }
    assert ends(tmp_path)["o/odd"] == "complete"
    virtual.run(collecting(tmp_path, script, work=partial(refresh, days=1), command="refresh", requests=50))


def test_half_a_letter(tmp_path):
    """Half of a surrogate pair in a page does not keep the list from being read."""
    script = Script([model("i1", "o/a")])
    script.replies["/api/models"] = (200, b'[{"_id":"i1","id":"o/a","tags":["\\ud83d"]}]', [])
    collected(tmp_path, script)
    assert query(tmp_path, "SELECT tag FROM tags") == [("?",)]


@pytest.mark.parametrize("num", [2**63 + 5, -1, 0, "1", None, True])
def test_numbers_that_are_none(num, tmp_path):
    """One model with such a number does not keep the others from being looked at."""
    script = Script([model("i1", "o/a"), model("i2", "o/odd")], {"o/a": [said("o/a", 1, "hello")]})
    listed = {**row(said("o/odd", 1, "x")), "num": num}
    odd = orjson.dumps({"discussions": [{**listed, "num": 0}], "count": 1, "start": 0}).replace(
        b'"num":0', f'"num":{_json(num)}'.encode()
    )
    script.replies["/api/models/o/odd/discussions"] = (200, odd, [])
    collected(tmp_path, script)
    assert ends(tmp_path) == {"o/a": "complete", "o/odd": "partial"}


def _json(value):
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else orjson.dumps(value).decode()


def test_a_list_that_leads_to_itself(tmp_path):
    """It is an error, and no endless run."""
    script = Script([model("i1", "o/a")])
    script.replies["/api/models"] = (
        200,
        script.models,
        [(b"link", b'<http://twin/api/models?cursor=same>; rel="next"')],
    )
    with pytest.raises(HubError, match="leads to itself"):
        virtual.run(collecting(tmp_path, script))


@pytest.mark.parametrize(
    ("count", "end"), [(10**7, "partial"), ("2", "complete"), (None, "partial"), ("many", "partial")]
)
def test_counts_that_are_none(count, end, tmp_path):
    """A list is believed when it fits its count; what cannot fit is told, after some readings and not ten million."""
    script = Script([model("i1", "o/a")], {"o/a": [said("o/a", 2, "b"), said("o/a", 1, "a")]})

    def listing(asked):
        rows = [row(one) for one in script.threads["o/a"]] if asked["p"] == ["0"] else []
        return 200, {"discussions": rows, "count": count, "start": 50 * int(asked["p"][0])}, []

    script.replies["/api/models/o/a/discussions"] = listing
    collected(tmp_path, script)
    assert ends(tmp_path) == {"o/a": end}
    assert texts(tmp_path) == {"o/a": ["a", "b"]}
    assert len(script.asked) < 200


def test_a_thread_deleted_while_the_list_is_read(tmp_path):
    """Page 1 is asked for after a thread of page 0 was deleted: the row between them is not lost."""
    told = [said("o/a", num, f"text {num}") for num in range(120, 0, -1)]
    script = Script([model("i1", "o/a")], {"o/a": told})
    state = {"reads": 0}

    def listing(asked):
        state["reads"] += 1
        now = told if state["reads"] == 1 else [one for one in told if one["num"] != 100]
        start = 50 * int(asked["p"][0])
        return (
            200,
            {"discussions": [row(one) for one in now][start : start + 50], "count": len(now), "start": start},
            [],
        )

    script.replies["/api/models/o/a/discussions"] = listing
    collected(tmp_path, script)
    assert len(texts(tmp_path)["o/a"]) == 119
    assert ends(tmp_path) == {"o/a": "complete"}


@pytest.mark.parametrize("body", [b"<html>gone</html>", b"", b'{"error":"gone"}'])
def test_gone_in_whatever_words(body, tmp_path):
    """404 and 410 mean what they mean, whatever the body looks like."""
    script = Script([model("i1", "o/a")], {"o/a": []})
    script.replies["/api/models/o/a/discussions"] = (410, body, [])
    script.replies["/api/models/o/a"] = (404, body, [])
    collected(tmp_path, script)
    assert ends(tmp_path) == {"o/a": "gone"}
    assert len(script.asked) < 10


@pytest.mark.parametrize("policy", ['"fixed window";"api";q=0;w=300', '"fixed window";"api";q=5;w=0', "nonsense", ""])
@pytest.mark.parametrize("limit", ['"api";r=0;t=99999999', '"api";r=-5;t=1', '"resolvers";r=3;t=3', "x"])
@pytest.mark.parametrize("share", [1.0, 0.001])
def test_quotas_that_make_no_sense(policy, limit, share):
    """Whatever the headers say, requests go on, and none of them waits for longer than a window or two."""

    async def whole():
        pace = Pace(share)
        for _ in range(5):
            await pace.turn()
            pace.heard({"ratelimit-policy": policy, "ratelimit": limit})
        return asyncio.get_running_loop().time()

    assert virtual.run(whole()) < 5 * 2 * 300 / 0.9


def test_one_collector_at_a_time(tmp_path, command):
    """A second one on the same collection is told so; the first goes on."""
    from openlives.collector import session  # noqa: PLC0415  # its lock is what is tried

    with archive.opened(tmp_path), session._alone(tmp_path):
        code, _, said_ = command("collect", tmp_path, "--all", "--endpoint", "http://127.0.0.1:9")
        with pytest.raises(CollectionError, match="Another collector"), session._alone(tmp_path):
            pass
    assert (code, "Another collector is at work" in said_) == (5, True)


@pytest.mark.parametrize("endpoint", ["http://me:secret@127.0.0.1:9", "http://[::1", "ftp://hub", "hub"])
def test_addresses_that_are_none(endpoint, tmp_path, command):
    """Neither kept nor printed, and the folder can still be used for another."""
    code, said_, complaint = command("collect", tmp_path / "hub", "--all", "--endpoint", endpoint)
    assert code == 3
    assert "secret" not in said_ + complaint.replace(f"Collecting all models from {endpoint}", "")
    assert not (tmp_path / "hub").exists()


def test_names_that_lead_elsewhere(tmp_path, command):
    """Names that would leave the list of models are refused."""
    for name in ("o/..", "../../x", "a/b/c", "/x"):
        assert command("collect", tmp_path / "hub", "--models", name, "--endpoint", "http://127.0.0.1:9")[0] == 3
    assert Scope(models=("a/b",)).models == ("a/b",)
