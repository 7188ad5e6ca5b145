"""A browser without a window, a server for it, and an eye on all that it says and asks for."""

import os
import shutil
import socket
import threading
import time
from pathlib import Path

import pytest
import uvicorn

from given import built, imported
from openlives.web.app import app
from talk import collection, project

QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip


@pytest.fixture(scope="module")  # no longer: while it runs, no other test of the process could start a loop of its own
def chromium():
    """A running Chromium; skipped where there is none, but never in continuous integration."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        if os.environ.get("CI") == "true":
            pytest.fail("needs Chromium, and continuous integration must have it")
        pytest.skip("needs Chromium")
    from playwright.sync_api import expect, sync_playwright  # noqa: PLC0415  # heavy, and needed here only

    expect.set_options(timeout=15_000)
    with sync_playwright() as play:
        running = play.chromium.launch(executable_path=path, args=[*QUIET])
        yield running
        running.close()


@pytest.fixture(scope="session")
def talk(tmp_path_factory):
    """A collection with a project; not to be changed."""
    hub = collection(tmp_path_factory.mktemp("talk"))
    project(hub).close()
    return hub


@pytest.fixture(scope="session")
def real(tmp_path_factory):
    """A project of all real threads of the paper's table 2; skipped where they are not."""
    threads = Path(__file__).parents[2] / ".." / "shared" / "data" / "hub" / "table2_threads.jsonl.gz"
    if not threads.is_file():
        pytest.skip("needs ../shared/data/hub/table2_threads.jsonl.gz")
    hub = tmp_path_factory.mktemp("real") / "hub"
    imported(hub, threads)
    project(built(hub)).close()
    return hub


@pytest.fixture
def hub(request, tmp_path):
    """A copy of the collection with its project, to be written to; `real` asks for the real one."""
    given = request.getfixturevalue(getattr(request, "param", "talk"))
    shutil.copytree(given, tmp_path / "hub")
    return tmp_path / "hub"


@pytest.fixture
def served(hub):
    """The pages over the collection, at an address."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as found:
        found.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app(hub), log_level="error", access_log=False))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [found]}, daemon=True)
        thread.start()
        deadline = time.monotonic() + 30
        while not server.started and time.monotonic() < deadline:
            time.sleep(0.01)
        yield f"http://127.0.0.1:{found.getsockname()[1]}"
        server.should_exit = True
        thread.join(30)


class Seen:
    """What went wrong in a page: console errors, exceptions, dialogs, and requests to anywhere else."""

    def __init__(self, page, address):
        self.wrong = []
        page.on("console", lambda message: message.type in ("error", "warning") and self.wrong.append(message.text))
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on("dialog", lambda dialog: (self.wrong.append(dialog.message), dialog.dismiss()))
        page.on("request", lambda asked: asked.url.startswith(address) or self.wrong.append(asked.url))


@pytest.fixture
def looker(chromium, served):
    """Open a page of somebody who only looks; all that goes wrong in any of them fails the test."""
    contexts, watched = [], []

    def open_(width=1440, scheme="light", address=served, **more):
        size = {"width": width, "height": 900}
        context = chromium.new_context(viewport=size, color_scheme=scheme, base_url=address, **more)
        contexts.append(context)
        page = context.new_page()
        watched.append(Seen(page, address))
        return page

    yield open_
    for context in contexts:
        context.close()
    assert [wrong for seen in watched for wrong in seen.wrong] == []


@pytest.fixture
def window(chromium, served):
    """Open a page of somebody's, at a size and in a scheme; all that goes wrong in any of them fails the test."""
    contexts, watched = [], []

    def open_(who="ann", width=1440, scheme="light"):
        context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, base_url=served)
        contexts.append(context)
        page = context.new_page()
        watched.append(Seen(page, served))
        page.goto("/p/talk/enter")
        page.keyboard.type(who)  # the field has the focus
        page.keyboard.press("Enter")
        page.wait_for_url("**/p/talk/")
        return page

    open_.forgiven = set()  # what a test means to go wrong
    yield open_
    for context in contexts:
        context.close()
    assert [wrong for seen in watched for wrong in seen.wrong if wrong not in open_.forgiven] == []
