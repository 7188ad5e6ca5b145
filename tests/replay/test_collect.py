"""The collector against a Hub whose truth is known, and which misbehaves: nothing lost, twice, or silent."""

import pytest

from given import query
from hubs import collect, found, outcomes, states, tables, truth
from openlives.collector.scope import Scope
from openlives.twin import faults
from openlives.twin.world import imagine


@pytest.fixture(scope="module")
def world():
    return imagine(1, 400)


@pytest.fixture(scope="module")
def calm(world, tmp_path_factory):
    """The world, collected without any trouble."""
    hub = tmp_path_factory.mktemp("calm")
    collect(hub, world, scope=Scope(cards=True))
    return hub


def test_the_store_equals_the_truth(calm, world):
    """Event for event, each once, with the present names, texts and hidings; deleted accounts are nobody."""
    assert found(calm) == sorted(truth(world), key=repr)
    assert outcomes(calm) == states(world)


def test_cards_are_in(calm, world):
    """Every model has its card, in the private tier, but those that were made without one."""
    without = {model.name for model in world.cast.models if model.card == "no card"}
    found = dict(query(calm, "SELECT name, card FROM artifacts"))
    assert {name for name, card in found.items() if card is None} == without & found.keys()
    assert without
    assert all("made-up world" in card for card in found.values() if card)


@pytest.mark.parametrize("seed", [1, 2])
def test_faults_of_every_kind_change_nothing(seed, calm, world, tmp_path):
    """With every kind of fault on five replies in a hundred, two of three replies are hit; the tables are the same."""
    progress, hits = collect(tmp_path, world, f"all=0.05,seed={seed}", scope=Scope(cards=True))
    assert hits.keys() >= faults.FAULTS.keys() - {"shift", "stray-next"}
    assert progress.finished
    assert tables(tmp_path) == tables(calm)


def test_many_models_in_trouble(tmp_path):
    """2,000 models, two pages of the list: all that can be read is there, the ledger names the rest."""
    world = imagine(3, 2000)
    progress, hits = collect(tmp_path, world, "all=0.05,seed=5")
    assert progress.finished
    assert {*hits} >= {*faults.FAULTS} - {"shift", "stray-next"}
    assert found(tmp_path) == sorted(truth(world), key=repr)
    assert outcomes(tmp_path) == states(world)


def test_pages_that_shift_and_lead_astray(calm, world, tmp_path):
    """Lists that move while they are read, lose rows, repeat them, or lead on for ever."""
    _, hits = collect(
        tmp_path, world, "stray-next=1,shift=0.5,missing=0.2,duplicate=0.2,count=0.2", scope=Scope(cards=True)
    )
    assert min(hits[name] for name in ("stray-next", "shift", "missing", "duplicate", "count")) > 0
    assert tables(tmp_path) == tables(calm)


def test_null_authors_are_nobody(world, calm, tmp_path):
    """A Hub that names deleted accounts as null is read as one that leaves them out."""
    collect(tmp_path, world, nobody="null", scope=Scope(cards=True))
    assert found(tmp_path) == found(calm)
