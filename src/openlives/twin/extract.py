"""A collection as the Hub's API would show it: an extract of a Hub that any client can read.

It shows what was collected, as it came where the originals were kept. A model that nobody looked at is no model without
threads: asked for its threads, the twin says that it does not know.
"""

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
import orjson

from openlives.errors import CollectionError
from openlives.twin.cast import key
from openlives.twin.replies import iso
from openlives.twin.served import Handle, Json

STATES = {"disabled": "switched off", "gone": "gone", "private": "gone", "unreachable": "gone"}
UNKNOWN = ("never", "failed")
NEAR = 64  # models whose threads are kept at hand


class Extract:
    """Shows the store of a collection (`Served`). Its time stands still: it is as it was collected."""

    def __init__(self, hub: Path) -> None:
        store = hub / "store.duckdb"
        self._near: dict[str, dict[int, tuple[Json, list[Json]]]] = {}
        try:
            self.db = duckdb.connect(str(store), read_only=True)
            self.platform = str(self._one("SELECT coalesce(min(platform), 'huggingface') AS p FROM artifacts")["p"])
        except duckdb.Error as error:
            raise CollectionError(
                "The collection has no store that can be served", where=str(hub), todo=f"Make it: openlives build {hub}"
            ) from error

    def _all(self, query: str, values: Sequence[Any] = ()) -> list[Json]:
        cursor = self.db.cursor().execute(query, values)
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def _one(self, query: str, values: Sequence[Any] = ()) -> Json:
        return next(iter(self._all(query, values)), {})

    @cached_property
    def _handles(self) -> list[Handle]:
        query = "SELECT artifact, name, platform_id, created FROM artifacts WHERE kind = 'model'"
        return sorted(
            Handle(float("inf") if row["created"] is None else -row["created"], _id(row), row["artifact"])
            for row in self._all(query)
        )

    @cached_property
    def _outcomes(self) -> dict[str, str]:
        return {row["name"]: row["outcome"] for row in self._all("SELECT name, outcome FROM artifacts")}

    @cached_property
    def _former(self) -> dict[str, str]:
        query = "SELECT unnest(former_names) AS former, name FROM artifacts"
        return {row["former"]: row["name"] for row in self._all(query)}

    def handles(self) -> Sequence[Handle]:
        """Give all models, sorted."""
        return self._handles

    def docs(self, handles: Sequence[Handle], now: int) -> list[Json]:
        """Give models, but those that are known to be gone."""
        keys = [handle.thing for handle in handles]
        rows = {row["artifact"]: row for row in self._all(f"{MODELS} WHERE a.artifact IN (SELECT unnest(?))", [keys])}
        return [_doc(rows[one]) for one in keys if STATES.get(rows[one]["outcome"]) != "gone"]

    def present(self, name: str, now: int) -> str | None:
        """Give the present name of a model."""
        return name if name in self._outcomes else self._former.get(name)

    def state(self, name: str, now: int) -> str:
        """Say how the last look at a model ended, in the Hub's terms."""
        outcome = self._outcomes[name]
        return "unknown" if outcome in UNKNOWN else STATES.get(outcome, "open")

    def doc(self, name: str, now: int) -> Json:
        """Give one model."""
        return _doc(self._one(f"{MODELS} WHERE a.name = ?", [name]))

    def rows(self, name: str, now: int) -> list[Json]:
        """Give the rows of the threads of a model, the newest first."""
        return [_row(_head(row), row) for row, _ in reversed(self._threads(name).values())]

    def thread(self, name: str, num: int, now: int) -> Json | None:
        """Give one thread, its events as they came."""
        found = self._threads(name).get(num)
        return {**_head(found[0]), "events": [_event(event) for event in found[1]]} if found else None

    def _threads(self, name: str) -> dict[int, tuple[Json, list[Json]]]:
        """Give the threads of a model with their events; those of the last few models are kept at hand."""
        if name not in self._near:
            events: dict[int, list[Json]] = {}
            for event in self._all(f"{EVENTS} WHERE a.name = ? ORDER BY e.event", [name]):
                events.setdefault(event["thread"], []).append(event)
            rows = self._all(f"{THREADS} WHERE a.name = ? ORDER BY t.num", [name])
            while len(self._near) >= NEAR:
                self._near.pop(next(iter(self._near)))
            self._near[name] = {row["num"]: (row, events.get(row["thread"], [])) for row in rows}
        return self._near[name]

    def card(self, name: str, now: int) -> str | None:
        """Give the card of a model."""
        card: str | None = self._one("SELECT card FROM artifacts WHERE name = ?", [name])["card"]
        return card

    def account(self, name: str, now: int) -> Json | None:
        """Give an account: little is known of one."""
        row = self._one("SELECT name, kind, platform_id, staff FROM people WHERE name = ?", [name])
        if not row:
            return None
        return {"_id": _id(row), "user": name, "fullname": name, "type": row["kind"] or "user", "isPro": False}

    def happened(self, since: int, until: int) -> list[Json]:
        """Nothing happens any more."""
        return []


MODELS = """SELECT a.*, (SELECT list(tag ORDER BY tag) FROM tags t WHERE t.artifact = a.artifact) AS tags
    FROM artifacts a"""
THREADS = """SELECT t.*, a.name AS repo, p.name AS opener_name, (
        SELECT count(*) FROM events e WHERE e.thread = t.thread AND e.kind = 'comment') AS comments
    FROM threads t JOIN artifacts a USING (artifact) LEFT JOIN people p ON p.person = t.opener"""
EVENTS = """SELECT e.*, p.name AS person_name
    FROM events e JOIN artifacts a USING (artifact) LEFT JOIN people p USING (person)"""


def _id(row: Json) -> str:
    """Give the platform's id of a thing, or one made from its name."""
    return row["platform_id"] or key(row["name"])


def _time(seconds: int | None) -> str | None:
    return None if seconds is None else iso(seconds)


def _doc(row: Json) -> Json:
    """Give a model in the API's shape; what is not known is left out."""
    told = {
        "_id": _id(row),
        "id": row["name"],
        "modelId": row["name"],
        "author": row["owner"],
        "createdAt": _time(row["created"]),
        "gated": {"none": False}.get(row["gate"], row["gate"]),
        "private": False,
        "disabled": row["disabled"],
        "downloads": row["downloads"],
        "likes": row["likes"],
        "tags": row["tags"] or [],
        "pipeline_tag": row["task"],
        "library_name": row["library"],
        "cardData": _card(row),
        "siblings": None if row["paths"] is None else [{"rfilename": path} for path in row["paths"]],
    }
    return {name: value for name, value in told.items() if value is not None}


def _card(row: Json) -> Json | None:
    """Give the head of a card: as it came, or what is known of it, if anything is."""
    if row["metadata"]:
        card: Json = orjson.loads(row["metadata"])
        return card
    told = (("license", row["license"]), ("base_model", row["base_models"]))
    return {name: value for name, value in told if value} or None


def _head(row: Json) -> Json:
    """Give a thread without its events, as it came; what came otherwise, in the API's shape."""
    if row["raw"]:
        head: Json = orjson.loads(row["raw"])
        renamed = {} if head["repo"]["name"] == row["repo"] else {"repo": {**head["repo"], "name": row["repo"]}}
        return {**head, **renamed}
    author = {"author": {"name": row["opener_name"], "type": "user"}} if row["opener_name"] else {}
    return {
        "num": row["num"],
        **author,
        "repo": {"name": row["repo"], "type": "model"},
        "title": row["title"] or "",
        "status": row["status"] or "open",
        "createdAt": _time(row["created"]),
        "isPullRequest": bool(row["pull_request"]),
        "pinned": bool(row["pinned"]),
        "locked": bool(row["locked"]),
    }


def _row(head: Json, row: Json) -> Json:
    """Give a thread as it stands in a listing."""
    kept = ("num", "author", "repo", "title", "status", "createdAt", "isPullRequest")
    told = {name: head[name] for name in kept if head.get(name) is not None}
    pinned = {} if row["pinned"] is None else {"pinned": row["pinned"]}  # older originals do not say
    return {**told, **pinned, "numComments": row["comments"], "topReactions": [], "numReactionUsers": 0}


def _event(row: Json) -> Json:
    """Give an event, as it came or in the API's shape."""
    if row["raw"]:
        event: Json = orjson.loads(row["raw"])
        return event
    author = {"author": {"name": row["person_name"], "type": "user"}} if row["person_name"] else {}
    said = {"hidden": bool(row["hidden"]), "edited": bool(row["edited"]), "latest": {"raw": row["body"]}}
    data = said if row["kind"] == "comment" else {}
    told = {"id": row["id"] or key(f"event {row['event']}"), **author, "createdAt": iso(row["time"])}
    return {**told, "type": row["kind"], "data": data}
