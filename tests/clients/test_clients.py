"""Clients that nobody here wrote read the twin, and find what our collector finds."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from given import query
from hubs import collect, states
from openlives.twin import serve
from openlives.twin.clock import Clock
from openlives.twin.stage import Stage
from openlives.twin.world import imagine

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
OLD = Path(os.environ.get("OPENLIVES_OLD_CLIENT", ROOT / ".venv" / "old-client" / "bin" / "python"))
PARTS = "SELECT a.name, t.num, e.id, e.kind, e.time, p.name, e.body"


@pytest.fixture(scope="module")
def world():
    return imagine(1, 200)


@pytest.fixture(scope="module")
def hub(world, tmp_path_factory):
    """The world, as our collector finds it."""
    folder = tmp_path_factory.mktemp("hub")
    collect(folder, world)
    return folder


@pytest.fixture(scope="module")
def endpoint(world):
    """The world, served on a port."""
    with serve.serving(serve.twin(Stage(world), Clock(), endless=True).app()) as address:
        yield address


@pytest.fixture
def outside(endpoint, tmp_path):
    """Run a program of somebody else against the twin, at home in an empty folder; give what it prints."""

    def run(*words):
        home = {
            "HF_ENDPOINT": endpoint,
            "HF_HOME": str(tmp_path),
            "HOME": str(tmp_path),
            "HF_HUB_DISABLE_TELEMETRY": "1",
        }
        done = subprocess.run(
            words, capture_output=True, text=True, check=False, timeout=300, env={**os.environ, **home}
        )
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout

    return run


def needed(path, how):
    """Skip without a client that must be installed first; never in continuous integration."""
    if not Path(path).exists():
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(f"needs a client: {how}")
    return path


def expected(hub):
    """Give every thread that our collector found, as the other client tells of it."""
    rows = query(
        hub,
        f"""{PARTS} FROM events e JOIN threads t USING (thread) JOIN artifacts a ON a.artifact = e.artifact
        LEFT JOIN people p USING (person) ORDER BY a.name, t.num, e.event""",
    )
    told = {}
    for name, num, key, kind, time, person, body in rows:
        told.setdefault(name, {}).setdefault(num, []).append([key, kind, time, person or "deleted", body])
    return told


@pytest.mark.parametrize("python", ["new", "old"])
def test_huggingface_hub_reads_what_the_collector_reads(python, outside, hub, world):
    """Two majors of the usual client: the same models, threads and events as ours, redirects and refusals too."""
    program = sys.executable if python == "new" else needed(OLD, "make .venv/old-client")
    found = json.loads(outside(program, HERE / "read_hub.py"))
    assert found["version"].startswith("0.36" if python == "old" else "2.")
    assert {name for name, *_ in found["models"]} == {*states(world)}
    assert found["paged"] == len(states(world))
    assert len(found["by_author"]) == len(found["by_tag"]) == 12
    assert found["bare"] == world.cast.of("large")[0].name
    assert "made-up" in found["card"]
    refused = {name: told for name, told in found["discussions"].items() if isinstance(told, int)}
    assert refused == {name: 403 for name, state in states(world).items() if state == "disabled"}
    threads = {name: told for name, told in found["discussions"].items() if name not in refused and told}
    assert {name: {t["num"]: t["events"] for t in told} for name, told in threads.items()} == expected(hub)
    assert all(thread["diff"] for told in threads.values() for thread in told if thread["pull_request"])


def test_the_hf_command_line_reads_the_twin(outside, world):
    """`hf models` and `hf discussions` list and tell."""
    hf = needed(Path(sys.executable).with_name("hf"), "pip install huggingface_hub")
    name = world.cast.of("large")[0].name
    assert name in outside(hf, "models", "list", "--author", name.split("/")[0], "--format", "json")
    assert json.loads(outside(hf, "models", "info", name, "--format", "json"))["id"] == name
    listed = outside(hf, "discussions", "list", name, "--status", "all", "--limit", "5")
    assert "Release notes" in outside(hf, "discussions", "info", name, "1")
    assert listed.strip()


def test_the_javascript_client_reads_the_twin(outside, world):
    """The npm package lists all models, filters, and tells of one."""
    needed(HERE / "node_modules" / "@huggingface" / "hub", "npm install, in tests/clients")
    found = json.loads(outside(needed(shutil.which("node") or "node", "Node.js"), HERE / "read_hub.mjs"))
    assert {name for name, *_ in found["models"]} == {*states(world)}
    assert len(found["tagged"]) == 12
    assert found["info"]["sha"]
