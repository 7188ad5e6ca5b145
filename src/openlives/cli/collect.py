"""openlives collect: collect models, threads and cards from the Hub."""

import asyncio
import sys
from pathlib import Path

import click

from openlives.collector import plan, run
from openlives.collector.run import Progress
from openlives.collector.scope import Scope
from openlives.collector.session import HUB, check_endpoint, check_share, client, session, token_for
from openlives.errors import InputError
from openlives.quotas import TIERS, Tier
from openlives.records import printable
from openlives.values import moment

UNFINISHED = 9  # exit code: there is more to do, and the same command does it
QUIET = 30.0  # seconds between two lines where nobody watches


@click.command()
@click.argument("hub", type=click.Path(path_type=Path, file_okay=False))
@click.option("--all", "everything", is_flag=True, help="Every model of the Hub.")
@click.option("--models", help="Models by name, separated by commas.")
@click.option("--tag", "tags", multiple=True, help="Models of a tag; given twice, of both.")
@click.option("--author", help="Models of an account or an organisation.")
@click.option("--from-file", type=click.Path(path_type=Path, dir_okay=False), help="Models by name, one a line.")
@click.option("--since", default="", metavar="DATE", help="Only models created from this day on.")
@click.option("--until", default="", metavar="DATE", help="Only models created before this day.")
@click.option("--cards", is_flag=True, help="Fetch model cards too.")
@click.option(
    "--endpoint", default=HUB, show_default=True, envvar="HF_ENDPOINT", help="Address of the Hub, or of a twin."
)
@click.option("--share", default=0.5, show_default=True, help="Share of the quota to use at most.")
@click.option("--requests", type=click.IntRange(min=1), help="Stop after so many requests; the next run goes on.")
@click.option("--dry-run", is_flag=True, help="Print the requests and hours that it would take, and collect nothing.")
@click.option("--assume-models", type=click.IntRange(min=1), help="With --dry-run: so many models, without asking.")
@click.option("--tier", type=click.Choice([*TIERS]), help="With --dry-run: the tier of the token, without asking.")
def collect(hub: Path, everything: bool, models: str | None, tags: tuple[str, ...], author: str | None,
            from_file: Path | None, since: str, until: str, cards: bool, endpoint: str, share: float,
            requests: int | None, dry_run: bool, assume_models: int | None, tier: str | None) -> None:  # fmt: skip
    """Collect models and their discussions and pull requests into the collection HUB (made if new).

    Every reply is kept as it came, and the ledger says of each model how the last look at it ended. A run that stops,
    for whatever reason, goes on where it stopped when the same command is given again. The token is the one that you
    are logged in with; nothing that only you can see is kept.
    """
    named = _names(models, from_file)
    if sum([everything, bool(named), bool(tags or author)]) != 1:
        raise click.UsageError("Say what to collect: --all, or --models / --from-file, or --tag / --author.")
    scope = Scope(named, tags, author, moment(since, "--since"), moment(until, "--until"), cards)
    if dry_run:
        _tell_plan(hub, scope, endpoint, share, assume_models, tier)
        return
    click.echo(f"Collecting {scope} from {endpoint}", err=True)
    progress = session(
        hub, "collect", scope, run.collect, tell, endpoint=endpoint, share=share, requests=requests, every=every()
    )
    finish(progress)
    click.echo(f"Next: openlives build {hub}")
    if not progress.finished:
        raise click.exceptions.Exit(UNFINISHED)


def every() -> float:
    """Say how many seconds lie between two lines of progress."""
    return 1.0 if sys.stderr.isatty() else QUIET


def _tell_plan(hub: Path, scope: Scope, endpoint: str, share: float, models: int | None, tier: str | None) -> None:
    """Print what a collection would cost."""
    check_share(share)
    check_endpoint(endpoint)
    asked, limits = 0, TIERS[tier] if tier else None
    if models is None or limits is None:
        found, told, asked = asyncio.run(_asked(hub, scope, endpoint))
        models, limits = models or found, limits or told
    name = tier or next((name for name, one in TIERS.items() if one == limits), "as the Hub told")
    for line in plan.plan(models, scope, hub, asked).lines(name, limits or TIERS["anonymous"], share):
        click.echo(line)


async def _asked(hub: Path, scope: Scope, endpoint: str) -> tuple[int, Tier | None, int]:
    async with client(endpoint, token_for(endpoint)) as http:
        return await plan.ask(http, scope, hub)


def _names(models: str | None, from_file: Path | None) -> tuple[str, ...]:
    """Give the names of models that were asked for, each once."""
    lines = models.split(",") if models else []
    if from_file:
        try:
            lines += from_file.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(f"The list of models cannot be read: {error}", where=str(from_file)) from error
    names = tuple(dict.fromkeys(name for line in lines if (name := line.strip()) and not name.startswith("#")))
    odd = [name for name in names if name.count("/") > 1 or {"", ".", ".."} & {*name.split("/")}]
    if odd:
        raise InputError(f"That is no name of a model: {printable(odd[0])}", todo="Write owner/model, one a line.")
    return names


def tell(progress: Progress) -> None:
    """Say in a line how far a run is."""
    asker = progress.asker
    left = sum(progress.left.values())
    pace = asker.paces.get("api")
    quota = f", quota left {pace.left:,}" if pace and pace.left is not None else ""
    done = f"{progress.stage}: {progress.models:,} looked at, {left:,} to go, {asker.events:,} events"
    line = f"{done}, {asker.asked:,} requests{quota}{_time(progress)}"
    click.echo(f"\r\x1b[K{line}" if sys.stderr.isatty() else line, err=True, nl=not sys.stderr.isatty())


def _time(progress: Progress) -> str:
    """Say how long it will take, from what it took so far."""
    seconds = progress.to_go()
    if seconds is None:
        return ""
    hours, minutes = divmod(round(seconds / 60), 60)
    return f", about {hours} h {minutes:02d} min to go" if hours else f", about {minutes} min to go"


def finish(progress: Progress) -> None:
    """Say how a run ended, and what to do next."""
    if sys.stderr.isatty():
        click.echo(err=True)
    ended = ", ".join(f"{count:,} {outcome}" for outcome, count in progress.ended.most_common() if count) or "none"
    click.echo(f"models looked at: {ended}; {progress.asker.events:,} events, {progress.asker.asked:,} requests")
    if not progress.finished:
        click.echo(f"Not finished ({progress.why}): {sum(progress.left.values()):,} tasks to go.")
        click.echo("Everything so far is kept. Give the same command again to go on.")
