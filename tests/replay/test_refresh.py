"""Refreshing a collection while its Hub lives on: what is new is found, what changed is read again, nothing is lost."""

import asyncio
from functools import partial

import orjson
import pytest

import virtual
from given import query
from hubs import collecting, found, outcomes, states, truth, twin
from openlives.collector import hints
from openlives.collector.refresh import refresh
from openlives.store import archive
from openlives.store.build import build
from openlives.twin.cast import DAY, END
from openlives.twin.stage import Stage
from openlives.twin.world import imagine

START, STEPS, STEP = END - 60 * DAY, 6, 10 * DAY


@pytest.fixture(scope="module")
def world():
    return imagine(4, 400)


async def lived(world, hub, requests, relist=True):
    """Collect at the start, then refresh as the world moves on; give the requests of each refresh."""
    begun = virtual.now()
    app = twin(Stage(world), factor=1.0, start=START).app()
    clock = lambda: START + virtual.now() - begun  # noqa: E731  # short, and used twice
    await collecting(hub, app, clock=clock)
    work = partial(refresh, days=STEP / DAY, relist=relist)
    asked = []
    for _ in range(STEPS):
        await asyncio.sleep(STEP)
        progress = await collecting(hub, app, work=work, command="refresh", requests=requests, clock=clock)
        assert progress.finished
        asked.append(progress.asker.asked)
    return asked, int(clock())


def test_refreshes_find_what_a_collection_would(world, tmp_path):
    """With requests for every model, each refresh finds all that is new; what was deleted since stays known."""
    _, now = virtual.run(lived(world, tmp_path, 5000))
    build(tmp_path)
    ours = {(name, num, key): (hidden, body) for name, num, key, _, _, _, hidden, body in found(tmp_path)}
    true = {(name, num, key): (hidden, body) for name, num, key, _, _, _, hidden, body in truth(world, now)}
    assert {*true} <= {*ours}
    late = {key for key in true if true[key] != ours[key]}
    assert len(late) <= 0.005 * len(true), "edits and hidings are found by looking again after days"
    known = outcomes(tmp_path)
    assert {name: known[name] for name in states(world, now)} == states(world, now)
    gone = {name for name, outcome in known.items() if outcome == "unreachable"}
    assert gone, "models that left the list are looked at, and the ledger says what became of them"


def test_few_requests_are_kept_to(world, tmp_path):
    """A refresh spends what it may, no more, and tells of new models all the same."""
    asked, now = virtual.run(lived(world, tmp_path, 60))
    assert max(asked) <= 60
    with archive.opened(tmp_path, read_only=True) as opened:
        known = {row["name"] for row in opened.db.execute("SELECT name FROM models")}
    assert {*states(world, now)} <= known


def test_snapshots_of_every_list_are_kept(world, tmp_path):
    """Each refresh leaves a dated snapshot of every model, so that drift can be studied."""
    virtual.run(lived(world, tmp_path, 60))
    build(tmp_path)
    times = query(tmp_path, "SELECT count(DISTINCT observed) FROM snapshots")[0][0]
    assert times == STEPS + 1


def test_hints_come_first(world, tmp_path):
    """Webhooks, notifications and names lead to models; whatever else they say is not taken for a fact."""
    stage = Stage(world)
    payload = stage.happened(END - 30 * DAY, END)[0]
    moved = {
        "event": {"action": "move"},
        "repo": {"type": "model", "name": "old/name"},
        "movedTo": {"name": "new/name"},
    }
    lines = [
        orjson.dumps(payload).decode(),
        orjson.dumps(moved).decode(),
        orjson.dumps({"repo": {"type": "kernel", "name": "a/kernel"}, "discussion": {}}).decode(),
        orjson.dumps({"notifications": [{"type": "repo", "repo": {"type": "model", "name": "told/twice"}}]}).decode(),
        "told/twice",
        "{broken",
    ]
    (tmp_path / "hints").write_text("\n".join(lines))
    names, odd = hints.read(tmp_path / "hints")
    assert names == [payload["repo"]["name"], "new/name", "told/twice"]
    assert odd == 2

    async def hinted():
        app = twin(stage).app()
        await collecting(tmp_path / "hub", app)
        with archive.opened(tmp_path / "hub") as opened:
            assert hints.enter(opened, names, virtual.now() + 1) == 1
        await asyncio.sleep(5)
        work = partial(refresh, days=1, relist=False)
        await collecting(tmp_path / "hub", app, work=work, command="refresh", requests=1)
        with archive.opened(tmp_path / "hub", read_only=True) as opened:
            return [row["name"] for row in opened.db.execute("SELECT name FROM looks ORDER BY look DESC LIMIT 1")]

    assert virtual.run(hinted()) == [payload["repo"]["name"]]
