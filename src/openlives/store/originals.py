"""All originals of a collection: what was given by hand (`imports/`), and what was collected (`archive.sqlite`)."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import orjson

from openlives.records import RECORDS
from openlives.sources import archived
from openlives.store import archive as store
from openlives.store.archive import Archive, unpack
from openlives.store.imports import Origin, Writer, origins

FIELDS = ("num", "time", "outcome", "status", "reason")


def originals(hub: Path) -> list[Origin]:
    """List what a collection's store is made of; the archive comes last."""
    found = origins(hub / "imports")
    if store.exists(hub):
        with store.opened(hub, read_only=True) as archive:
            found.append(_origin(archive, 1 + max((origin.sequence for origin in found), default=0)))
    return found


def _origin(archive: Archive, sequence: int) -> Origin:
    """Say what an archive holds now; its identity changes with every reply that is of use, and with every look."""
    # A reply is used in the order in which it came, or soon after: count and sum tell any two states apart.
    used, total = archive.db.execute("SELECT count(*), coalesce(sum(reply), 0) FROM replies WHERE used").fetchone()
    looks = archive.db.execute("SELECT coalesce(max(look), 0) FROM looks").fetchone()[0]
    census = [
        int(row["started"])
        for row in archive.db.execute("SELECT scope, started FROM runs WHERE listed ORDER BY started")
        if _is_census(orjson.loads(row["scope"]))
    ]
    first = archive.db.execute("SELECT min(time) FROM replies").fetchone()[0]
    digest = hashlib.sha256(f"{archive.meta('endpoint')} {first} {used} {total} {looks} {census}".encode()).hexdigest()
    return Origin(
        id=digest[:16],
        file=store.NAME,
        sha256=digest,
        bytes=archive.path.stat().st_size,
        kind="archive",
        map=None,
        observed=max(census, default=None),
        census=bool(census),
        platform=archive.meta("platform") or "huggingface",
        imported="",
        rows={"replies": used, "looks": looks},
        sequence=sequence,
    )


def _is_census(scope: dict[str, object]) -> bool:
    return not any(scope.get(what) for what in ("models", "tags", "author", "since", "until"))


def unfold(hub: Path, folder: Path) -> tuple[dict[str, int], int]:
    """Write the records of the archive into a folder, as an import has them; give their numbers, and the rejects."""
    folder.mkdir(parents=True)
    with store.opened(hub, read_only=True) as archive, Writer(folder, None) as writer:
        archive.db.execute("BEGIN")  # one view of it, though a collector may be writing
        by_key, by_id = _names(archive)
        archived.read(
            _replies(archive, by_key), _looks(archive, by_key), lambda key, name: by_id.get(key or "", name), writer
        )
        return {kind: count for kind, count in writer.counts.items() if kind in RECORDS}, writer.rejected


def _names(archive: Archive) -> tuple[dict[int, str], dict[str, str]]:
    """Name the models of an archive, by its own key and by the Hub's id.

    A name that was left, by a model that was renamed or deleted, may be taken by another: the one that was listed last
    bears it, and the others are called by it and their id.
    """
    rows = archive.db.execute(
        "SELECT model, id, name FROM models ORDER BY coalesce(listed, 0) DESC, model DESC"
    ).fetchall()
    by_key: dict[int, str] = {}
    borne: set[str] = set()
    for row in rows:
        by_key[row["model"]] = f"{row['name']}@{row['id'] or row['model']}" if row["name"] in borne else row["name"]
        borne.add(row["name"])
    return by_key, {row["id"]: by_key[row["model"]] for row in rows if row["id"]}


def _replies(archive: Archive, names: dict[int, str]) -> Iterator[archived.Told]:
    for row in archive.told():
        name = names.get(row["model"], row["moved"] or row["about"])
        body = unpack(row["packed"])
        yield archived.Told(row["reply"], row["kind"], name, row["about"], row["num"], row["time"], body)


def _looks(archive: Archive, names: dict[int, str]) -> Iterator[dict[str, object]]:
    for row in archive.looks():
        told = {field: row[field] for field in FIELDS}
        yield {"artifact": names.get(row["model"], row["name"]), **told, "time": int(row["time"])}
