"""A small Hub that never was, whose true answers are known: to be served by the twin, or imported.

    from openlives.twin import world
    world.make(Path("twin-world"), seed=1)

Everything in it says that it is made up. The same seed gives the same bytes.
"""

import csv
import gzip
import io
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import orjson

from openlives.errors import InputError
from openlives.twin import access, answers, governed, listings, planted, replies
from openlives.twin.cast import FEWEST, Cast, assemble
from openlives.twin.scenes import script
from openlives.twin.threads import Thread, threaded


@dataclass(frozen=True, slots=True)
class World:
    """A made-up Hub: who is there, and what happened."""

    seed: int
    cast: Cast
    threads: list[Thread]


def imagine(seed: int = 1, models: int = 400, active: float = 0.44) -> World:
    """Think up a world with so many models, 200 at least, of which a share is active; the seed decides all of it."""
    if models < FEWEST:
        raise InputError(f"A world needs more models than {models}", todo=f"Give {FEWEST} or more.")
    rng = Random(seed)  # noqa: S311  # nothing secret hangs on it
    cast = assemble(rng, models, active)
    planted.plant(cast)
    own = Random(f"governance {seed}")  # noqa: S311  # apart, so that it moves nothing else
    governed.plant(own, cast)
    threads = threaded(rng, script(rng, cast))
    planted.prune(threads)
    return World(seed, cast, access.added(own, cast, threads))


def read(path: Path) -> World:
    """Think up the world that a TOML file asks for: `seed`, `models` and `active`, the share that people come to."""
    try:
        asked = tomllib.loads(path.read_text(encoding="utf-8"))
        return imagine(
            int(asked.pop("seed", 1)), int(asked.pop("models", 400)), float(asked.pop("active", 0.44)), **asked
        )
    except (OSError, UnicodeDecodeError, ValueError, TypeError) as error:
        raise InputError(
            f"The world is not understood: {error}",
            where=str(path),
            todo="Write seed = 1, models = 400, active = 0.44.",
        ) from error


def make(folder: Path, *, seed: int = 1, models: int = 400) -> Path:
    """Write a world: `models.jsonl.gz`, `threads.jsonl.gz`, `looks.csv`, and its `truth.json`; give the folder."""
    world = imagine(seed, models)
    told = answers.readable(world.threads)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "models.jsonl.gz").write_bytes(_lines(listings.models(world.cast)))
    (folder / "threads.jsonl.gz").write_bytes(_lines(replies.collected(t, world.cast) for t in told))
    (folder / "looks.csv").write_text(_looks(world.cast), encoding="utf-8")
    (folder / "truth.json").write_bytes(orjson.dumps(truth(world), option=orjson.OPT_INDENT_2))
    return folder


def truth(world: World) -> dict[str, Any]:
    """Give the true answers of a world, from what happened in it."""
    return answers.truth(world.cast, world.threads, world.seed)


def _lines(documents: Iterable[Any]) -> bytes:
    """Pack JSON, one document a line; without the time of packing, so that the same world is the same file."""
    return gzip.compress(b"".join(orjson.dumps(document) + b"\n" for document in documents), mtime=0)


def _looks(cast: Cast) -> str:
    """Give the table of a collector's looks: what it could not read, models or single threads, and what it could."""
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(("artifact", "num", "outcome", "status", "reason"))
    unread = planted.unread(cast)
    writer.writerows(unread)
    whole = {name for name, num, *_ in unread if num is None}
    holed = {name for name, num, *_ in unread if num is not None}
    names = sorted(model.name for model in cast.models if model.name not in whole | holed)
    writer.writerows((name, None, "complete", 200, "") for name in names)
    return table.getvalue()
