"""A collector that is killed, again and again, loses nothing and repeats nothing."""

import os
import random
import signal
import subprocess
import sys
import time

import pytest

from given import built
from hubs import found, outcomes, states, tables, truth
from openlives.errors import CollectionError
from openlives.store import archive
from openlives.twin import serve
from openlives.twin.clock import Clock
from openlives.twin.stage import Stage
from openlives.twin.world import imagine

KILLS = int(os.environ.get("OPENLIVES_KILLS", "5"))
MODELS = 200 if KILLS <= 5 else 6000


@pytest.fixture(scope="module")
def world():
    return imagine(1, MODELS)


@pytest.fixture(scope="module")
def endpoint(world):
    with serve.serving(serve.twin(Stage(world), Clock(), endless=True).app()) as address:
        yield address


@pytest.fixture(scope="module")
def collector():
    """The collector's own command, run as somebody would."""

    def start(hub, endpoint, *more):
        words = [sys.executable, "-c", "from openlives.cli import main; main()", "collect", hub, "--all"]
        return subprocess.Popen([*words, "--endpoint", endpoint, *more], stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    return start


@pytest.fixture(scope="module")
def calm(endpoint, collector, tmp_path_factory):
    """The collection of a run that nobody disturbed."""
    hub = tmp_path_factory.mktemp("calm")
    _, complaints = collector(hub, endpoint).communicate(timeout=600)
    assert b"Traceback" not in complaints
    return built(hub)


def test_killed_at_random_moments(calm, endpoint, collector, world, tmp_path):
    """Killed with no warning, and started again each time: the same tables as of one undisturbed run."""
    moments, killed = random.Random(7), 0  # noqa: S311  # nothing secret hangs on it
    while killed < KILLS:
        running = collector(tmp_path, endpoint)
        before = _replies(tmp_path)
        while _replies(tmp_path) <= before and running.poll() is None:  # killed at work, and not while it wakes up
            time.sleep(0.01)
        time.sleep(moments.uniform(0.0, 0.3))
        assert running.poll() is None, "done before it was killed: the world is too small for so many kills"
        running.kill()
        running.wait()
        killed += 1
    assert collector(tmp_path, endpoint).wait(600) == 0
    assert tables(built(tmp_path)) == tables(calm)
    assert found(tmp_path) == sorted(truth(world), key=repr)
    assert outcomes(tmp_path) == states(world)


def test_ctrl_c_says_how_to_go_on(endpoint, collector, tmp_path):
    """An interrupt ends a run cleanly, with what was done so far and how to go on."""
    running = collector(tmp_path, endpoint)
    while _replies(tmp_path) < 50:
        time.sleep(0.05)
    running.send_signal(signal.SIGINT)
    said, _ = running.communicate(timeout=60)
    assert running.returncode == 9
    assert b"Give the same command again to go on" in said
    assert outcomes(built(tmp_path))


def _replies(hub):
    """Count what an archive holds so far."""
    if not archive.exists(hub):
        return 0
    try:
        with archive.opened(hub, read_only=True) as opened:
            return opened.db.execute("SELECT count(*) FROM replies").fetchone()[0]
    except CollectionError:  # it is just being made
        return 0


def test_a_run_of_few_requests_goes_on(endpoint, collector, calm, tmp_path):
    """A run that may ask only so much stops there, and another goes on until all is done."""
    first = collector(tmp_path, endpoint, "--requests", "700")
    assert first.wait(300) == 9
    with archive.opened(tmp_path, read_only=True) as opened:
        assert opened.db.execute("SELECT sum(requests) FROM runs").fetchone()[0] == 700
    assert collector(tmp_path, endpoint).wait(600) == 0
    assert tables(built(tmp_path)) == tables(calm)


def test_looking_on_while_a_collector_works(endpoint, collector, calm, tmp_path, command):
    """Status, build and status again, while the collector writes: none of them waits or fails, and the run is whole."""
    running = collector(tmp_path, endpoint)
    while not archive.exists(tmp_path):
        time.sleep(0.01)
    looks = 0
    while running.poll() is None:
        for words in (["status"], ["build"], ["status"]):
            code, said, complaint = command(*words, tmp_path)
            assert code in (0, 5), complaint  # 5: nothing at all is there yet
            looks += code == 0 and "models known" in said
    assert running.returncode == 0
    assert looks >= 2
    assert tables(built(tmp_path)) == tables(calm)
