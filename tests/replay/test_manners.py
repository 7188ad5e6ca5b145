"""Manners: whose token goes where, what nobody may see, when to stop asking, and what is said when things go wrong."""

import asyncio
import sqlite3
import zlib

import httpx2
import orjson
import pytest

import virtual
from hubs import collect, collecting, twin
from openlives.collector import plan
from openlives.collector.client import WALLS, _told_to_wait, may_see_token
from openlives.collector.scope import Scope
from openlives.errors import HubError
from openlives.quotas import TIERS
from openlives.store import archive
from openlives.store.build import build
from openlives.twin import news, serve
from openlives.twin.clock import Clock
from openlives.twin.stage import Stage
from openlives.twin.world import imagine

TOKEN = "hf_free_made-up-secret_insider"  # noqa: S105  # of no use anywhere else


@pytest.fixture(scope="module")
def world():
    return imagine(1, 200)


def everything(hub):
    """Give all that an archive holds, unpacked, as one text."""
    with sqlite3.connect(hub / archive.NAME) as db:
        texts = [
            str(row)
            for table in ("meta", "runs", "looks", "models", "replies")
            for row in db.execute(f"SELECT * FROM {table}")
        ]
        bodies = [zlib.decompress(row[0]).decode() for row in db.execute("SELECT packed FROM bodies")]
    return "\n".join([*texts, *bodies])


def test_a_token_is_kept_nowhere(world, tmp_path):
    """Not even where a server echoes it, in headers and bodies."""

    async def echoing():
        inner = twin(Stage(world)).app()

        async def app(scope, receive, send):
            said = dict(scope["headers"]).get(b"authorization", b"none")

            async def echo(message):
                if message["type"] == "http.response.start":
                    kept = [pair for pair in message["headers"] if pair[0] != b"content-length"]
                    message = {**message, "headers": [*kept, (b"x-request-id", said), (b"x-error-message", said)]}
                elif message["type"] == "http.response.body" and message["body"].startswith(b"{"):
                    message = {**message, "body": b'{"echo":"' + said + b'",' + message["body"][1:]}
                await send(message)

            await inner(scope, receive, echo)

        return await collecting(tmp_path, app, token=TOKEN)

    progress = virtual.run(echoing())
    assert progress.ended["complete"] > 100
    kept = everything(tmp_path)
    assert "Bearer [token]" in kept
    assert "made-up-secret" not in kept


def test_private_models_are_nobodys_business(world, tmp_path):
    """A token that sees private models leads to none of them: their names are kept nowhere."""

    async def insider():
        return await collecting(tmp_path, twin(Stage(world)).app(), token=TOKEN, scope=Scope(cards=True))

    virtual.run(insider())
    private = [model.name for model in world.cast.models if model.fates and model.fates[-1].state == "private"]
    kept = everything(tmp_path)
    cited = {base for model in world.cast.models for base in model.bases}  # public models say what they were made from
    assert len(private) == 3
    assert [name for name in private if name in kept and name not in cited] == []
    assert {*private} - cited


def test_a_private_model_asked_for_by_name(world, tmp_path):
    """It is in the ledger as private, since its name was given, and nothing else of it is kept."""
    name = next(model.name for model in world.cast.models if model.fates and model.fates[-1].state == "private")

    async def insider():
        return await collecting(tmp_path, twin(Stage(world)).app(), token=TOKEN, scope=Scope(models=(name,)))

    virtual.run(insider())
    with archive.opened(tmp_path, read_only=True) as opened:
        assert [tuple(row) for row in opened.db.execute("SELECT name, outcome FROM models")] == [(name, "private")]
    assert '{"private":true}' in everything(tmp_path)


@pytest.mark.parametrize(
    ("endpoint", "allowed"),
    [
        ("https://huggingface.co", True),
        ("https://hub-ci.huggingface.co", True),
        ("http://huggingface.co", False),
        ("https://huggingface.co.example", False),
        ("https://mirror.example", False),
        ("https://huggingface.co@mirror.example", False),
        ("http://127.0.0.1:8765", True),
        ("http://localhost:1", True),
    ],
)
def test_a_token_goes_to_the_hub_and_to_this_machine_only(endpoint, allowed):
    """Neither in the clear, nor to a mirror, nor to a name that looks like the Hub's."""
    assert may_see_token(endpoint) is allowed


def test_redirects_to_other_hosts_are_not_followed(world, tmp_path):
    """The request, with its token, goes nowhere else; the look has failed, and the ledger says where it was sent."""
    hosts = set()

    async def away():
        inner = twin(Stage(world)).app()

        async def app(scope, receive, send):
            hosts.add(dict(scope["headers"])[b"host"])
            if scope["path"].endswith("/discussions"):
                elsewhere = [(b"location", b"https://elsewhere.example/api"), (b"content-length", b"0")]
                await send({"type": "http.response.start", "status": 307, "headers": elsewhere})
                await send({"type": "http.response.body", "body": b""})
            else:
                await inner(scope, receive, send)

        name = world.cast.models[0].name
        return await collecting(tmp_path, app, token=TOKEN, scope=Scope(models=(name,)))

    virtual.run(away())
    assert hosts == {b"twin"}
    with archive.opened(tmp_path, read_only=True) as opened:
        assert "another host: elsewhere.example" in opened.db.execute("SELECT reason FROM models").fetchone()[0]


@pytest.mark.parametrize(
    ("after", "limit", "seconds"),
    [
        ("3", '"api";r=0;t=17', 17),
        ("3", "", 3),
        ("Thu, 01 Jan 1970 00:01:40 GMT", "", 60),
        ("soon", "", None),
        ("", "", None),
    ],
)
def test_how_long_to_wait(after, limit, seconds):
    """As the window says, else as `Retry-After` says, in seconds or as a date."""
    assert _told_to_wait(after, limit, 40.0) == seconds


def test_walls_of_html_stop_the_run(world, tmp_path):
    """When the Hub shuts its door, we go; what was collected stays."""
    with pytest.raises(HubError, match="walls of HTML"):
        collect(tmp_path, world, "403-html=1")
    with archive.opened(tmp_path, read_only=True) as opened:
        assert opened.db.execute("SELECT count(*) FROM replies").fetchone()[0] <= 2 * WALLS


def test_a_hub_that_never_answers_ends_in_the_ledger(world, tmp_path):
    """Every request hangs: nothing waits for ever, and no model has no discussions."""

    async def hanging():
        inner = twin(Stage(world)).app()

        async def app(scope, receive, send):
            if "/discussions" in scope["path"]:
                await asyncio.sleep(10**9)
            await inner(scope, receive, send)

        names = tuple(model.name for model in world.cast.models[:3])
        return await collecting(tmp_path, app, scope=Scope(models=names))

    virtual.run(hanging())
    build(tmp_path)
    with archive.opened(tmp_path, read_only=True) as opened:
        told = [tuple(row) for row in opened.db.execute("SELECT outcome, reason FROM models")]
    assert [outcome for outcome, _ in told] == ["failed"] * 3
    assert all("Timeout" in reason for _, reason in told)


def test_a_full_disk_is_one_clear_error(world, tmp_path, command, monkeypatch):
    """The archive cannot grow: what is in stays in, and the error says what to do."""
    prepare = archive.Archive._prepare

    def small(self, read_only):
        prepare(self, read_only)
        self.db.execute("PRAGMA max_page_count = 60")

    monkeypatch.setattr(archive.Archive, "_prepare", small)
    with serve.serving(serve.twin(Stage(world), Clock(), endless=True).app()) as address:
        code, _, complaint = command("collect", tmp_path / "hub", "--all", "--endpoint", address)
    assert code == 5
    assert "full" in complaint
    assert "goes on where it stopped" in complaint
    with archive.opened(tmp_path / "hub", read_only=True) as opened:
        assert opened.db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"


def test_words_of_the_command(command, tmp_path, world):
    """Wrong use, no Hub, another Hub, a damaged archive: each is one clear message and an exit code."""
    hub = tmp_path / "hub"
    assert command("collect", hub)[0] == 2
    assert command("collect", hub, "--all", "--models", "a/b")[0] == 2
    code, _, said = command("collect", hub, "--all", "--endpoint", "http://127.0.0.1:9")
    assert (code, "cannot be reached" in said) == (8, True)
    assert command("collect", hub, "--all", "--share", "0")[0] == 3
    assert command("collect", hub, "--from-file", tmp_path / "none")[0] == 3
    with serve.serving(serve.twin(Stage(world), Clock(), endless=True).app()) as address:
        name = world.cast.of("large")[0].name
        code, said, _ = command("collect", tmp_path / "one", "--models", f"{name},no/such", "--endpoint", address)
        assert (code, "1 complete" in said) == (0, True)
        code, said, _ = command("status", tmp_path / "one")
        assert (code, "1 unreachable: Invalid username or password." in said, "no store yet" in said) == (0, True, True)
        code, said, _ = command("collect", tmp_path / "made", "--tag", "mlx", "--endpoint", address, "--dry-run")
        assert (code, "12 models; 1 requests were made" in said, "tier" in said) == (0, True, True)
        assert not (tmp_path / "made").exists()
        with archive.opened(tmp_path / "one") as opened:
            opened.note("platform", "huggingface")
            opened.note("endpoint", address)
        code, _, said = command("collect", tmp_path / "one", "--models", name, "--endpoint", address)
        assert (code, "not of made-up world" in said) == (5, True)
    code, _, said = command("refresh", tmp_path / "one")
    assert (code, "cannot be reached" in said) == (8, True)
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / archive.NAME).write_bytes(b"this is no archive" * 100)
    assert command("collect", tmp_path / "bad", "--all")[0] == 5
    assert command("refresh", tmp_path / "nothing")[0] == 4


HOURS = {  # of the facts that the quotas come from: 3 million models, all of the quota
    "anonymous": (585, 83), "free": (293, 50), "pro": (117, 21), "team": (98, 13), "enterprise": (49, 5),
    "enterprise-plus": (29, 2.5), "enterprise-plus-high": (2.9, 2.5),
}  # fmt: skip


@pytest.mark.parametrize("tier", TIERS)
def test_what_the_whole_hub_takes(tier, tmp_path):
    """Three million models: the hours of every tier, for threads and for cards, are those that others worked out."""
    hours, cards = HOURS[tier]
    whole = plan.plan(3_000_000, Scope(), tmp_path)
    assert (whole.listing, whole.sweep, whole.threads) == (3000, 3_000_000, 507_600)
    assert whole.hours(TIERS[tier], 1) == pytest.approx(hours, abs=0.51 if hours > 5 else 0.05)
    with_cards = plan.plan(3_000_000, Scope(cards=True), tmp_path)
    assert with_cards.hours(TIERS[tier], 1) - whole.hours(TIERS[tier], 1) == pytest.approx(cards, abs=0.51)


def test_webhooks_tell_of_what_happens(world):
    """As the world runs, the twin posts what happens to whoever asked for it, with the secret; hints can read it."""
    told = []

    async def listen(scope, receive, send):
        message = await receive()
        told.append((dict(scope["headers"]).get(b"x-webhook-secret"), orjson.loads(message["body"])))
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    stage = Stage(world)
    one = serve.twin(stage, Clock(stage.world.threads[0].created - 10, 86_400.0 * 5), endless=True)
    with serve.serving(listen) as listener, serve.serving(one.app()) as address:
        wish = {"watched": [], "domains": ["discussion"], "url": listener, "secret": "made-up"}
        httpx2.post(f"{address}/api/settings/webhooks", json=wish, headers={"authorization": f"Bearer {TOKEN}"})

        async def briefly():
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(news.emit(stage, one.now, one.hooks, every=0.2), 3)

        asyncio.run(briefly())
    assert told
    assert {secret for secret, _ in told} == {b"made-up"}
    assert all(payload["webhook"]["version"] == 3 and "content" not in payload["discussion"] for _, payload in told)
