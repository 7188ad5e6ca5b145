"""Collecting from a twin in this process, on virtual time, and what the twin knows to be true."""

import httpx2

import virtual
from given import query
from openlives.collector import run, session
from openlives.collector.client import Asker
from openlives.collector.scope import Scope
from openlives.store import archive, frontier
from openlives.store.build import build
from openlives.twin import faults, serve
from openlives.twin.answers import readable
from openlives.twin.cast import END
from openlives.twin.clock import Clock
from openlives.twin.replies import event_key, words
from openlives.twin.stage import Stage

EVENTS = """SELECT a.name, t.num, e.id, e.kind, e.time, p.name, coalesce(e.hidden, false), e.body
    FROM events e JOIN threads t USING (thread) JOIN artifacts a ON a.artifact = e.artifact
    LEFT JOIN people p USING (person)"""


def twin(served, *, factor=0.0, start=END, endless=True, nobody="absent"):
    """Put together a twin on virtual time; to be called in a virtual loop."""
    return serve.twin(served, Clock(start, factor, virtual.now), endless=endless, nobody=nobody)


async def collecting(
    hub,
    app,
    *,
    scope=None,
    work=run.collect,
    command="collect",
    share=0.5,
    requests=None,
    token=None,
    clock=virtual.now,
):
    """Collect from an application; give the progress as it ended."""
    scope = scope or Scope()
    with archive.opened(hub) as opened:
        opened.note("platform", "made-up world")
        number = frontier.begin(opened, command, scope.key(), clock())
        async with session.client("http://twin", token, httpx2.ASGITransport(app)) as http:
            progress = run.Progress(Asker(opened, number, http, share, clock, requests, token))
            await work(progress.asker, scope, progress)
            return progress


def collect(hub, world, spec="", **more):
    """Collect a world whose time stands still, with faults, and build the store; give progress and faults."""
    nobody, scope = more.pop("nobody", "absent"), more.pop("scope", None)

    async def whole():
        app = twin(Stage(world), nobody=nobody).app(*faults.parse(spec))
        return await collecting(hub, app, scope=scope, **more), app

    progress, app = virtual.run(whole())
    build(hub)
    return progress, getattr(app, "hits", {})


def truth(world, now=END):
    """Give every event that can be seen at a time: model, thread, id, kind, time, account, hidden, text."""
    return sorted(
        (
            thread.model.name_at(now),
            thread.num,
            event_key(happening, thread, number),
            happening.kind,
            happening.time,
            happening.account.name_at(now),
            happening.kind == "comment" and happening.data["hidden_at"] <= now,
            words(happening, now) if happening.kind == "comment" else None,
        )
        for thread in readable(world.threads, now)
        for number, happening in thread.shown(now)
    )


APART = {  # when we asked and how often is no part of what we were told
    "artifacts": "SELECT * EXCLUDE (looked) FROM artifacts",
    "snapshots": "SELECT DISTINCT * EXCLUDE (observed) FROM snapshots",
    "fetches": """SELECT artifact, num, arg_max((outcome, status, reason), time) FROM fetches GROUP BY ALL
        HAVING num IS NULL OR arg_max(outcome, time) <> 'complete'""",
    "imports": "SELECT file, kind, platform, census, rejected FROM imports",
    "meta": "SELECT key FROM meta",
    "build_notes": "SELECT * FROM build_notes WHERE NOT starts_with(note, 'events told more than once')",
}


def tables(hub):
    """Give all tables of a store, but for when we asked and how often."""
    names = [name for (name,) in query(hub, "SELECT table_name FROM duckdb_tables() ORDER BY 1")]
    return {name: sorted(query(hub, APART.get(name, f"FROM {name}")), key=repr) for name in names}


def found(hub):
    """Give every event of a store, as `truth` does."""
    return sorted(query(hub, EVENTS), key=repr)


def outcomes(hub):
    """Give how the last look at each model ended."""
    return dict(query(hub, "SELECT name, outcome FROM artifacts"))


def states(world, now=END):
    """Give how a look at each model that the list shows must end."""
    ends = {"open": "complete", "switched off": "disabled", "moderated": "disabled"}
    shown = [model for model in world.cast.models if model.created <= now and model.state_at(now) in ends]
    return {model.name_at(now): ends[model.state_at(now)] for model in shown}
