"""Quota on one virtual clock: what we use of it, counted by the one who grants it."""

import asyncio
from collections import Counter

import pytest

import virtual
from hubs import collecting, twin
from openlives.collector.client import Asker, Question, StopError
from openlives.collector.scope import Scope
from openlives.twin.stage import Stage
from openlives.twin.world import imagine

WINDOWS, WINDOW, QUOTA, LATENCY = 12, 300, 1000, 0.3
TOKEN = "hf_free_made-up"  # noqa: S105  # of no use anywhere else


@pytest.fixture(scope="module")
def stage():
    return Stage(imagine(1, 200))


async def far(app, scope, receive, send):
    """Answer as if from far away."""
    await asyncio.sleep(LATENCY)
    await app(scope, receive, send)


async def ask_for_ever(asker: Asker, _scope: Scope, progress) -> None:
    """Ask whatever can be asked, far more than the quota allows, for twelve windows."""
    end = virtual.now() + (WINDOWS + 1) * WINDOW

    async def lane(number: int) -> None:
        while virtual.now() < end:
            await asker.ask(
                Question("listing", f"/api/models/nobody/nothing-{number}/discussions", about="nobody/nothing")
            )

    try:
        await asyncio.gather(*(lane(number) for number in range(16)))
    except StopError as stop:
        progress.why = str(stop)


def windows(one, client=f"token {TOKEN}"):
    """Give what a client asked for in each window, and how often it was refused."""
    asked = {window: n for (who, _, window), n in one.quota.counts.items() if who == client}
    refused = {window: n for (who, window), n in one.quota.refused.items() if who == client}
    order = sorted(asked)[1 : WINDOWS + 1]
    return [asked[window] for window in order], [refused.get(window, 0) for window in sorted({*asked, *refused})]


def run(stage, hub, share, other=None):
    """Ask for twelve windows and a bit; `other` uses the same token beside us."""

    async def whole():
        await asyncio.sleep(100)  # windows begin with the clock, not with us
        one = twin(stage, endless=False)
        inner = one.app()

        async def app(scope, receive, send):
            await far(inner, scope, receive, send)

        tasks = [asyncio.create_task(other(one))] if other else []
        await collecting(hub, app, work=ask_for_ever, share=share, token=TOKEN)
        for task in tasks:
            task.cancel()
        return one

    return virtual.run(whole())


@pytest.mark.parametrize("share", [0.5, 1.0])
def test_the_share_is_used_and_never_passed(share, stage, tmp_path):
    """In each window after the first, 95 to 100 in a hundred of the share are used, and nothing is refused."""
    asked, refused = windows(run(stage, tmp_path, share))
    assert len(asked) == WINDOWS
    assert all(0.95 * share * QUOTA <= n <= share * QUOTA for n in asked), asked
    assert sum(refused) == 0


@pytest.mark.parametrize("burst", [1, 400])
@pytest.mark.parametrize("share", [0.5, 1.0])
def test_another_client_of_the_same_token_comes_first(share, burst, stage, tmp_path):
    """Somebody else asks with the same token, evenly or 400 at once: we are refused once a window at most."""
    theirs = Counter()

    async def other(one):
        while True:
            await asyncio.sleep(burst * WINDOW / 450)
            for _ in range(burst):
                fine, _ = one.quota.spend(f"token {TOKEN}", "free", "/api/models")
                theirs[int(virtual.now() // WINDOW)] += not fine

    one = run(stage, tmp_path, share, other)
    ours = {window: n - theirs[window] for (who, window), n in one.quota.refused.items() if who == f"token {TOKEN}"}
    assert max(ours.values(), default=0) <= 1, ours
    assert min(windows(one)[0]) >= 0.94 * min(QUOTA, 400 + share * QUOTA)
