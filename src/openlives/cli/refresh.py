"""openlives refresh: look again, where new comments are to be expected."""

import time
from functools import partial
from pathlib import Path

import click
import orjson

from openlives.cli.collect import every, finish, tell
from openlives.collector import hints
from openlives.collector import refresh as again
from openlives.collector.expected import explain
from openlives.collector.known import DAY
from openlives.collector.scope import Scope
from openlives.collector.session import HUB, session
from openlives.errors import NothingToAskError
from openlives.records import printable
from openlives.store import archive, frontier


@click.command()
@click.argument("hub", type=click.Path(path_type=Path, file_okay=False))
@click.option("--requests", type=click.IntRange(min=1), help="Requests to spend; else one for every twentieth model.")
@click.option(
    "--days", default=1.0, show_default=True, help="For how many days they have to last: until the next refresh."
)
@click.option("--share", default=0.5, show_default=True, help="Share of the quota to use at most.")
@click.option("--relist/--no-relist", default=True, show_default=True, help="Read the list of models again first.")
@click.option(
    "--hints",
    "hints_file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Webhooks, notifications or names, one a line: looked at first.",
)
@click.option("--explain", "only_explain", is_flag=True, help="Print the rule and what it expects, and ask nothing.")
def refresh(hub: Path, requests: int | None, days: float, share: float, relist: bool, hints_file: Path | None,
            only_explain: bool) -> None:  # fmt: skip
    """Bring the collection HUB up to date, as far as the requests reach.

    Each model is worth a request by what it has done so far; a fifth of the requests at most goes to those that were
    not looked at for longest, so that none is forgotten. The rule is learned from the collection itself.
    """
    if not archive.exists(hub):
        raise NothingToAskError("Nothing was collected here", where=str(hub), todo="First: openlives collect HUB --all")
    with archive.opened(hub) as opened:
        scope = _scope(opened)
        if hints_file:
            names, odd = hints.read(hints_file)
            known = hints.enter(opened, names, time.time())
            click.echo(f"hints: {known:,} models, {len(names) - known:,} not known yet, {odd:,} lines not understood")
        if only_explain:
            _explain(opened)
            return
        endpoint, spend = opened.meta("endpoint") or HUB, requests or again.due(opened)
    work = partial(again.refresh, days=days, relist=relist and not scope.models)
    progress = session(
        hub, "refresh", scope, work, tell, endpoint=endpoint, share=share, requests=spend, every=every(), fresh=DAY
    )
    finish(progress)
    click.echo(f"Next: openlives build {hub}")


def _scope(opened: archive.Archive) -> Scope:
    """Give the widest scope that was collected here: that of the run that met most models."""
    rows = [orjson.loads(row["scope"]) for row in opened.db.execute("SELECT scope FROM runs WHERE command = 'collect'")]
    scopes = [Scope(**{**row, "models": tuple(row["models"]), "tags": tuple(row["tags"])}) for row in rows]
    if not scopes:
        raise NothingToAskError("Nothing was collected here", todo="First: openlives collect HUB --all")
    return next((scope for scope in scopes if scope.everything), scopes[-1])


def _explain(opened: archive.Archive) -> None:
    """Say what the rule has learned, and whom it would look at."""
    now = time.time()
    rule, known, keys = again.fitted(opened, now)
    click.echo(explain(rule))
    if not len(keys):
        return
    rate = rule.rate(known, int(now))
    best = (-rate).argsort(kind="stable")[:10]
    click.echo(f"in all {rate.sum():,.1f} comments a day are expected at {len(keys):,} models; most of them at")
    for row in best:
        name = frontier.model(opened, int(keys[row]))["name"]
        click.echo(f"  {rate[row]:8.3f} a day  {printable(name)}")
