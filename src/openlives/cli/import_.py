"""openlives import: bring files into a collection."""

from functools import partial
from pathlib import Path

import click

from openlives.cli.progress import track
from openlives.errors import InputError, OpenLivesError
from openlives.sources import Reader, hf_community, hub_api, shapes, tables
from openlives.store.imports import Origin, bring_in
from openlives.values import moment

WHOLE = {"api": hub_api, "hf-community": hf_community}  # sources that know their own columns
KINDS = (*WHOLE, *shapes.KINDS)


@click.command(name="import")
@click.argument("kind", type=click.Choice(KINDS))
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.argument("hub", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--map",
    "map_name",
    metavar="NAME|FILE",
    help="Which column is which: a map that ships (hub-crawl, hub-metadata, hub-stats) or a TOML file.",
)
@click.option(
    "--observed", metavar="DATE", default="", help="When the platform looked like this, for files that do not say."
)
@click.option(
    "--census", is_flag=True, help="The table lists every artifact of the platform, so totals and shares are known."
)
@click.option("--platform", default="huggingface", show_default=True, help="Where the things in the files live.")
def import_(
    kind: str, files: tuple[Path, ...], hub: Path, map_name: str | None, observed: str, census: bool, platform: str
) -> None:
    """Bring FILES of one KIND into the collection HUB (made if new).

    KIND is `api` for the Hub API's own JSON (.json, .jsonl, .jsonl.gz, or a folder of them), `hf-community` for a dump
    of HFCommunity (.sql, .sql.gz, .zip), or `events`, `threads`, `models`, `people`, `fetches` for tables in Parquet or
    CSV. The same file given twice changes nothing. A row that cannot be used is kept aside with its reason; a file that
    cannot be read does not stop the others.
    """
    if map_name and kind in WHOLE:
        raise InputError(f"Files of kind {kind} need no map", todo="Leave out --map.")
    map_text = _map_text(map_name, kind)
    reader: Reader = WHOLE[kind].read if kind in WHOLE else partial(tables.read, kind=kind, map_name=map_name)
    dated = not observed and kind not in WHOLE and shapes.is_dated_by_folder(kind, map_name)
    failed: list[OpenLivesError] = []
    for path in track(_expand(files, kind), "importing"):
        when = shapes.folder_day(path) if dated else observed
        try:
            origin = bring_in(
                hub / "imports",
                path,
                kind,
                reader,
                map_text=map_text,
                map_name=map_name,
                observed=moment(when, "--observed"),
                census=census,
                platform=platform,
            )
        except OpenLivesError as error:
            failed.append(error)
            click.echo(f"{path.name}: failed: {error}", err=True)
            continue
        click.echo(f"{path.name}: {_say(origin)}")
        for note in () if origin.known else (*_dating(when, dated=dated), *origin.notes):
            click.echo(f"  {note}")
    if failed:
        raise InputError(
            f"{len(failed)} of the files could not be read; whatever else was given is in",
            todo="The reasons stand above.",
        )
    click.echo(f"Next: openlives build {hub}")


def _dating(when: str, *, dated: bool) -> list[str]:
    """Say which day a snapshot is taken to be of, where a folder's name tells; or that nothing does."""
    told = f"observed {when}, by the name of its folder" if when else "when this was so is not known: give --observed"
    return [told] if dated else []


def _map_text(map_name: str | None, kind: str) -> str:
    """Give what identifies a map: its content for this kind, so that a mended map makes a new import."""
    return (
        repr([(sorted(s.fields.items()), s.observed, *s.json) for s in shapes.read_map(map_name, kind)])
        if map_name
        else ""
    )


def _expand(files: tuple[Path, ...], kind: str) -> list[Path]:
    """Turn folders into the files in them that a source of this kind reads, in the order of their names."""
    suffixes = WHOLE.get(kind, tables).SUFFIXES
    found: list[Path] = []
    for path in files:
        inside = sorted(p for p in path.rglob("*") if p.name.endswith(suffixes)) if path.is_dir() else [path]
        if not inside:
            raise InputError(
                f"The folder holds no file of kind {kind}",
                where=str(path),
                todo=f"Files end in: {', '.join(suffixes)}.",
            )
        found.extend(inside)
    return found


def _say(origin: Origin) -> str:
    if origin.known:
        return "known already, nothing to do"
    rows = ", ".join(f"{count:,} {kind}" for kind, count in origin.rows.items()) or "no rows"
    return (
        f"{rows}; {origin.rejected:,} rejected, kept with their reasons (openlives status)" if origin.rejected else rows
    )
