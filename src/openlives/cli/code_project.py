"""openlives code new, sample, status, coder, keep, merge, journal, methods: the project as a whole."""

from datetime import UTC, datetime
from pathlib import Path

import click

import openlives
from openlives.cli.code_common import coded, opened, placed, say
from openlives.coding import journal, merge, methods, passwords, project, rounds, sample, upkeep, views

RULE = "persistent:K, matching:WORDS, random:N, random:N/COLUMN or list:FILE."


@click.command()
@placed
@click.option("--sample", "rule", help=f"Which threads: {RULE}")
@click.option("--seed", default=1, show_default=True, help="Where a random sample starts.")
@click.option("--limit", type=click.IntRange(1), help="At most so many threads, the first in order.")
def new(name: str, hub: Path, rule: str | None, seed: int, limit: int | None) -> None:
    """Make the project NAME in the collection HUB, and draw its sample if --sample says which.

    The text is copied as it is, with its hash; the sample is frozen with its rule and seed.
    """
    project.create(hub, name).close()
    if rule:
        try:
            _draw(name, hub, rule, seed, limit)
        except openlives.errors.OpenLivesError:
            _forget(project.path_of(hub, name))
            raise
    click.echo(f"Made {project.path_of(hub, name)}")


def _forget(file: Path) -> None:
    """Take a project away that was never used: its sample could not be drawn."""
    for suffix in ("", "-wal", "-shm"):
        file.with_name(file.name + suffix).unlink(missing_ok=True)


def _draw(name: str, hub: Path, rule: str, seed: int, limit: int | None) -> None:
    with opened(name, hub) as found:
        drawn = sample.draw(found, openlives.open(hub).connection, rule, seed=seed, limit=limit)
    click.echo(f"{drawn.threads:,} threads with {drawn.units:,} comments are new to the project")
    if drawn.missing:
        say(f"{len(drawn.missing):,} are not in the collection: {', '.join(drawn.missing[:10])}")


@click.command("sample")
@placed
@click.argument("rule")
@click.option("--seed", default=1, show_default=True, help="Where a random sample starts.")
@click.option("--limit", type=click.IntRange(1), help="At most so many threads, the first in order.")
def sample_(name: str, hub: Path, rule: str, seed: int, limit: int | None) -> None:
    """Draw more threads into the project by RULE; what it has stays as it is."""
    _draw(name, hub, rule, seed, limit)


sample_.help = f"Draw more threads into the project by RULE: {RULE} What it has stays as it is."


@click.command()
@placed
@click.option("--coder", envvar="OPENLIVES_CODER", help="Whose reading; else OPENLIVES_CODER, else everybody's.")
def status(name: str, hub: Path, coder: str | None) -> None:
    """Say what was read and coded, by whom, which rounds there are, and what the platform changed since."""
    with opened(name, hub) as found:
        people = [each for each in found.coders() if coder in (None, each["name"])]
        blind = {c["coder"] for row in rounds.listed(found) if row["open"] for c in row["coders"]}
        if coder is None:  # who asks for everybody may be one of those who are not to know
            people = [each for each in people if each["coder"] not in blind]
        for each in people or [{"coder": "", "name": "nobody yet"}]:
            seen = views.coverage(found, each["coder"])
            say(
                f"{each['name']}: {seen['read']:,} of {seen['units']:,} comments read, {seen['coded']:,} coded, "
                f"{seen['again']:,} to be looked at again"
            )
        for row in rounds.listed(found):
            say(f"round {row['name']}: {row['units']:,} comments, {row['state']}")
        states = found.connection.execute(
            "SELECT state, count(*) FROM units WHERE state <> 'present' GROUP BY state ORDER BY state"
        ).fetchall()
        click.echo("flagged: " + (", ".join(f"{count:,} {state}" for state, count in states) or "nothing"))


@click.command()
@placed
@click.argument("coder")
@click.option("--password", is_flag=True, help="Ask for a password, needed where the project is served to others.")
def coder(name: str, hub: Path, coder: str, *, password: bool) -> None:
    """Let CODER join the project."""
    with opened(name, hub) as found:
        found.coder(coder)
        if password:
            passwords.set_password(found, coder, click.prompt("Password", hide_input=True, confirmation_prompt=True))
        say(f"{coder} codes in {name}")


@click.command()
@placed
def keep(name: str, hub: Path) -> None:
    """Compare the project with what the collection says now: flag what was edited or hidden, erase what was erased."""
    with opened(name, hub) as found:
        kept = upkeep.keep_up(found, openlives.open(hub).connection)
    click.echo(
        f"{kept.same:,} comments as they were, {kept.changed:,} edited since, {kept.hidden:,} hidden, "
        f"{kept.gone:,} gone, {kept.erased:,} erased"
    )


@click.command("merge")
@placed
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@coded
def merge_(name: str, hub: Path, file: Path, coder: str) -> None:
    """Merge FILE, a copy of the project that was coded on another machine, into it; twice is once."""
    other = project.open_(file)
    with opened(name, hub) as found:
        merged = merge.merge(found, found.coder(coder), other)
    other.close()
    told = [f"{count:,} {table.replace('_', ' ')}" for table, count in merged.added.items()]
    click.echo(f"New: {', '.join(told) or 'nothing'}")
    for line in merged.differs:
        say(f"differs, ours stays: {line}")


@click.command("journal")
@placed
@coded
@click.option("--most", default=50, show_default=True, help="So many entries, the newest.")
def journal_(name: str, hub: Path, coder: str, most: int) -> None:
    """List what was done and by whom, newest first, as far as this coder may see it."""
    with opened(name, hub) as found:
        for row in views.journal(found, found.coder(coder), most=most):
            when = datetime.fromtimestamp(row["at"], UTC).strftime("%Y-%m-%d %H:%M:%S")
            undone = "" if row["state"] != "undone" else " (undone)"
            prefix = f"{row['kind']}: " if row["kind"] in ("undo", "redo") else ""
            say(f"{when}  {row['coder_name']}  {prefix}{row['says']}{undone}")


@click.command()
@placed
@coded
@click.option("--stand", is_flag=True, help="Let the last action stand, since others built on it, and go on before it.")
def undo(name: str, hub: Path, coder: str, *, stand: bool) -> None:
    """Undo one's own last action."""
    with opened(name, hub) as found:
        turn = journal.let_stand if stand else journal.undo
        done = turn(found.connection, found.coder(coder))
    say("There is nothing to undo" if done is None else f"{'Stands' if stand else 'Undone'}: {done}")


@click.command()
@placed
@coded
def redo(name: str, hub: Path, coder: str) -> None:
    """Do again what one undid last."""
    with opened(name, hub) as found:
        done = journal.redo(found.connection, found.coder(coder))
    say("There is nothing to redo" if done is None else f"Done again: {done}")


@click.command("methods")
@placed
def methods_(name: str, hub: Path) -> None:
    """Write the methods paragraph of the project, computed from what was done in it."""
    with opened(name, hub) as found:
        say(methods.paragraph(found))


COMMANDS = (new, sample_, status, coder, keep, merge_, journal_, undo, redo, methods_)
