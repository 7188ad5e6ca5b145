"""What is collected, and what again: by owner, tag, age and name; twice; and while the Hub changes under our hands."""

import asyncio

import pytest

import virtual
from given import query
from hubs import collect, collecting, found, outcomes, states, tables, truth, twin
from openlives.collector.scope import Scope
from openlives.store import archive
from openlives.store.build import build
from openlives.twin.cast import DAY, END, START
from openlives.twin.stage import Stage
from openlives.twin.world import imagine


@pytest.fixture(scope="module")
def world():
    return imagine(1, 200)


def requests(hub, kind):
    """Count what was asked, by kind."""
    with archive.opened(hub, read_only=True) as opened:
        return opened.db.execute("SELECT count(*) FROM replies WHERE kind = ?", [kind]).fetchone()[0]


@pytest.mark.parametrize(
    ("scope", "wanted"),
    [
        (Scope(author="twin-atelier"), lambda model: model.owner == "twin-atelier"),
        (Scope(tags=("mlx",)), lambda model: "mlx" in model.tags),
        (Scope(since=START + 300 * DAY), lambda model: model.created >= START + 300 * DAY),
        (Scope(until=START), lambda model: model.created < START),
        (Scope(since=START, until=START + 90 * DAY), lambda model: START <= model.created < START + 90 * DAY),
    ],
    ids=["author", "tag", "since", "until", "span"],
)
def test_scopes(scope, wanted, world, tmp_path):
    """Threads of the models that were asked for, all of them, and of no others."""
    collect(tmp_path, world, scope=scope)
    names = {model.name for model in world.cast.models if wanted(model)} & {*states(world)}
    looked = {name: outcome for name, outcome in outcomes(tmp_path).items() if outcome != "never"}
    assert looked == {name: states(world)[name] for name in names}
    assert found(tmp_path) == sorted((row for row in truth(world) if row[0] in names), key=repr)
    assert query(tmp_path, "SELECT count(*) FROM artifacts WHERE listed") == [(0,)]


def test_models_by_any_of_their_names(world, tmp_path):
    """A former name, and one without a namespace, lead to the present model; one that is not there is in the ledger."""
    renamed = next(model for model in world.cast.models if model.former)
    large = world.cast.of("large")[0]
    collect(tmp_path, world, scope=Scope(models=(renamed.former, "made-up-classic", large.name, "no/such")))
    assert outcomes(tmp_path) == {renamed.name: "complete", large.name: "complete", "no/such": "unreachable"}
    former = dict(query(tmp_path, "SELECT name, former_names FROM artifacts"))
    assert former[renamed.name] == [renamed.former]
    assert former[large.name] == ["made-up-classic"]


def test_a_second_collection_reads_only_what_changed(world, tmp_path):
    """Nothing happened: each list is read again, and no thread; the tables are the same, with one more snapshot."""
    collect(tmp_path, world)
    before, threads = tables(tmp_path), requests(tmp_path, "thread")
    collect(tmp_path, world)
    assert requests(tmp_path, "thread") == threads
    assert tables(tmp_path) == before


def test_a_part_and_then_the_whole(world, tmp_path):
    """A collection that began with one owner becomes one of all."""
    collect(tmp_path, world, scope=Scope(author="twin-atelier"))
    collect(tmp_path, world)
    assert found(tmp_path) == sorted(truth(world), key=repr)
    assert outcomes(tmp_path) == states(world)


def test_renamed_between_two_collections(world, tmp_path):
    """What a model was called before belongs to it; nothing is there twice."""
    renamed = [model for model in world.cast.models if model.former]

    async def twice():
        for now in (min(model.renamed for model in renamed) - 1, END):
            await collecting(tmp_path, twin(Stage(world), start=now).app(), clock=lambda now=now: now)

    virtual.run(twice())
    build(tmp_path)
    ours = {(name, num, key) for name, num, key, *_ in found(tmp_path)}
    assert {(name, num, key) for name, num, key, *_ in truth(world)} <= ours
    former = dict(query(tmp_path, "SELECT name, former_names FROM artifacts WHERE former_names IS NOT NULL"))
    assert former == {model.name: [model.former] for model in renamed}
    assert {name: outcomes(tmp_path)[name] for name in states(world)} == states(world)


def test_a_hub_that_changes_while_it_is_read(world, tmp_path):
    """Ninety days pass while it is collected, at the pace of a quota: what was there before and after is not lost."""

    async def lively():
        begun = virtual.now()
        app = twin(Stage(world), factor=2000.0, start=END - 90 * DAY, endless=False).app()
        clock = lambda: END - 90 * DAY + (virtual.now() - begun) * 2000  # noqa: E731  # short
        progress = await collecting(tmp_path, app, clock=clock)
        assert progress.finished
        await asyncio.sleep(90 * DAY / 2000)
        await collecting(tmp_path, app, clock=clock)

    virtual.run(lively())
    build(tmp_path)
    ours = {(name, num, key) for name, num, key, *_ in found(tmp_path)}
    assert {(name, num, key) for name, num, key, *_ in truth(world)} <= ours
    assert {name: outcomes(tmp_path)[name] for name in states(world)} == states(world)
    doubles = "SELECT count(*) - count(DISTINCT (thread, id, position)) FROM events WHERE kind <> 'commit'"
    assert query(tmp_path, doubles) == [(0,)]
