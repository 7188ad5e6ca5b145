"""HFCommunity, the Hub as a relational database: a MySQL dump of the SOM Research Lab (Ait, Cánovas, Cabot 2023).

Its discussions and their events are the API's, put into columns by huggingface_hub; `full_data` holds each event as it
came, in Python's notation. What is known of a model lies in several tables, which a scratch database puts together.
See <https://som-research.github.io/HFCommunity/>. CC BY-SA 4.0: whoever uses it names it.
"""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import orjson
import pyarrow as pa

from openlives.errors import InputError
from openlives.records import check
from openlives.sources import Sink, literal, mysql_dump
from openlives.sources.hub_api import FAULTS, artifact_name, event_row, person_rows, thread_row
from openlives.sources.mysql_text import KEPT

SUFFIXES = mysql_dump.SUFFIXES
BATCH, TEXT = 5_000, 64 * 2**20  # rows, or characters of them, that are held in memory at a time
SCRATCH_MEMORY = "500MB"  # beyond which the scratch database spills

# Older dumps call `event_type` type, and keep in `model` what is in `repository` since 2023.
TABLES = {
    "author": ("username", "name", "type", "source"),
    "repository": ("id", "author", "private", "disabled", "likes"),
    "model": ("model_id", "id", "author", "private", "likes", "pipeline_tag", "library_name", "downloads"),
    "dataset": ("dataset_id", "id", "author", "private", "likes", "downloads"),
    "space": ("space_id", "id", "author", "private"),
    "tags_in_repo": ("repo_id", "tag_name"),
    "discussion": (
        *("num", "repo_id", "author", "title", "status", "created_at"),
        *("is_pull_request", "target_branch", "merge_commit_oid"),
    ),
    "discussion_event": (
        *("id", "repo_id", "discussion_num", "event_type", "type", "created_at", "author"),
        *("content", "edited", "hidden", "new_status", "summary", "sha", "old_title", "new_title", "full_data"),
    ),
}
_FACTS = pa.schema([("name", pa.string()), ("owner", pa.string()), ("private", pa.bool_()), ("disabled", pa.bool_()),
    ("likes", pa.int64()), ("task", pa.string()), ("library", pa.string()), ("downloads", pa.int64())])  # fmt: skip
_SCRATCH = {"facts": _FACTS, "tags": pa.schema([("name", pa.string()), ("tag", pa.string())])}
# Of the tags `base_model:a/b` and `base_model:finetune:a/b` the first is the name; a gate's kind is not in the tables.
_TOGETHER = """
    WITH known AS (
        SELECT name, any_value(owner) AS owner, bool_or(private) AS private, bool_or(disabled) AS disabled,
            max(likes) AS likes, any_value(task) AS task, any_value(library) AS library, max(downloads) AS downloads
        FROM facts GROUP BY name
    ), tagged AS (SELECT name, list(tag ORDER BY tag) AS tags FROM tags GROUP BY name)
    SELECT *, nullif(array_to_string(list_transform(list_filter(tags, lambda t: starts_with(t, 'license:')),
            lambda t: t[9:]), ', '), '') AS license,
        nullif(list_transform(list_filter(tags, lambda t: regexp_full_match(t, 'base_model:[^:]+')),
            lambda t: t[12:]), []) AS base_models
    FROM known FULL JOIN tagged USING (name) ORDER BY name"""

Values = dict[str, str | None]


def read(path: Path, sink: Sink) -> None:
    """Read a dump into the sink; a row that cannot be used is rejected with its table and number, the rest go on."""
    try:
        with TemporaryDirectory() as scratch, duckdb.connect(str(Path(scratch) / "scratch.duckdb")) as db:
            db.execute(f"SET memory_limit = '{SCRATCH_MEMORY}'")
            _pour(path, sink, _Pages(sink, db))
            for batch in db.execute(_TOGETHER).to_arrow_reader(BATCH):
                sink.batch("artifacts", batch)
    except duckdb.Error as error:
        what = f"The scratch database failed: {str(error).splitlines()[0]}"
        raise InputError(what, where=path.name, todo="Make room in the folder for temporary files.") from error


def _pour(path: Path, sink: Sink, pages: "_Pages") -> None:
    for table, where, row in mysql_dump.rows(path, TABLES, sink):
        try:
            _PUT[table](row, pages)
        except FAULTS as error:
            why = str(error) if isinstance(error, ValueError) else f"{type(error).__name__}: {error}"
            sink.reject(where, why, orjson.dumps(row)[:KEPT].decode(errors="replace"))
    pages.flush()
    if pages.patched:
        sink.note(f"{pages.patched:,} events are put together from their columns: full_data cannot be read")


class _Pages:
    """Records on their way to the sink, and facts on their way to the scratch database, some thousands at a time."""

    def __init__(self, sink: Sink, db: duckdb.DuckDBPyConnection) -> None:
        self.sink, self.db = sink, db
        self.rows: dict[str, list[dict[str, Any]]] = {page: [] for page in ("threads", "events", *_SCRATCH)}
        self.people: dict[str, dict[str, Any]] = {}
        self.size = self.patched = 0
        for page, schema in _SCRATCH.items():
            db.register("page", schema.empty_table())
            db.execute(f"CREATE TABLE {page} AS FROM page")

    def put(self, page: str, row: dict[str, Any], size: int = 0) -> None:
        """Put a row on its page; `size` is the length of its texts."""
        self.rows[page].append(row)
        self.size += size
        if len(self.rows[page]) >= BATCH or self.size > TEXT:
            self.flush()

    def meet(self, author: dict[str, Any] | None) -> None:
        """Put down an account, once a page."""
        if author and author.get("name") not in self.people:
            self.people.update({person["name"]: person for person in person_rows(author)})
        if len(self.people) >= BATCH:
            self.flush()

    def flush(self) -> None:
        """Send every page on its way."""
        for page, rows in self.rows.items():
            if rows and page in _SCRATCH:
                self.db.register("page", pa.Table.from_pylist(rows, schema=_SCRATCH[page]))
                self.db.execute(f"INSERT INTO {page} FROM page")
            else:
                self.sink.rows(page, rows)
            rows.clear()
        self.sink.rows("people", self.people.values())
        self.people.clear()
        self.size = 0


def _author(row: Values, pages: _Pages) -> None:
    """Keep an account of the Hub; authors that only git knows are no accounts."""
    name = row.get("username") or row.get("name")
    if row.get("source") != "commit" and name != "deleted":
        pages.meet({"name": name, "type": row.get("type")})


def _fact(row: Values, pages: _Pages) -> None:
    """Keep what one table knows of an artifact."""
    key = row.get("id") or row.get("model_id") or row.get("dataset_id") or row.get("space_id")
    fact = {
        "name": artifact_name(_repo(key)),
        "owner": row.get("author"),
        "private": _flag(row.get("private")),
        "disabled": _flag(row.get("disabled")),
        "likes": _number(row.get("likes")),
        "task": row.get("pipeline_tag"),
        "library": row.get("library_name"),
        "downloads": _number(row.get("downloads")),
    }
    pages.put("facts", check("artifacts", fact))


def _tag(row: Values, pages: _Pages) -> None:
    pages.put("tags", {"name": artifact_name(_repo(row["repo_id"])), "tag": row["tag_name"]})


def _thread(row: Values, pages: _Pages) -> None:
    """Keep a discussion, in the API's shape."""
    document = {
        "repo": _repo(row["repo_id"]),
        "num": _number(row["num"]),
        "title": row.get("title"),
        "status": row.get("status"),
        "isPullRequest": _flag(row.get("is_pull_request")),
        "author": _named(row.get("author")),
        "createdAt": row.get("created_at"),
        "changes": {"base": row.get("target_branch"), "mergeCommitId": row.get("merge_commit_oid")},
    }
    pages.put("threads", thread_row(document), len(row.get("title") or ""))


def _event(row: Values, pages: _Pages) -> None:
    """Keep an event as it came; where that cannot be read, what its columns say, in the API's shape."""
    artifact, num = artifact_name(_repo(row["repo_id"])), _number(row["discussion_num"])
    full = row.get("full_data")
    if num is None:
        raise ValueError("discussion_num is missing")
    try:
        event = literal.read(full or "")
        kept = event_row(event, artifact, num, None)
    except FAULTS:
        event = _from_columns(row)
        kept = event_row(event, artifact, num, None)
        pages.patched += full is not None
    pages.meet(event.get("author"))
    pages.put("events", kept, len(kept["raw"]) + len(kept["body"] or ""))


def _from_columns(row: Values) -> dict[str, Any]:
    kind = row.get("event_type") or row.get("type")
    data = {
        "comment": {
            "edited": _flag(row.get("edited")),
            "hidden": _flag(row.get("hidden")),
            "latest": {"raw": row.get("content")},
        },
        "status-change": {"status": row.get("new_status")},
        "commit": {"subject": row.get("summary"), "oid": row.get("sha")},
        "title-change": {"from": row.get("old_title"), "to": row.get("new_title")},
    }.get(kind or "", {})
    author = _named(row.get("author"))
    return {"id": row["id"], "type": kind, "createdAt": row["created_at"], "author": author, "data": data}


def _repo(key: str | None) -> dict[str, str]:
    """Tell the kind and the name of a repository: `models/owner/name` is a model."""
    kind, _, name = (key or "").partition("/")
    if kind not in ("models", "datasets", "spaces") or not name:
        raise ValueError(f"neither a model, a dataset nor a space: {key}")
    return {"type": kind[:-1], "name": name}


def _named(author: str | None) -> dict[str, str] | None:
    return {"name": author} if author else None


def _number(text: str | None) -> int | None:
    return None if text is None else int(text)


def _flag(text: str | None) -> bool | None:
    number = _number(text)
    return None if number is None else bool(number)


_PUT: dict[str, Callable[[Values, _Pages], None]] = {
    "author": _author,
    "repository": _fact,
    "model": _fact,
    "dataset": _fact,
    "space": _fact,
    "tags_in_repo": _tag,
    "discussion": _thread,
    "discussion_event": _event,
}
