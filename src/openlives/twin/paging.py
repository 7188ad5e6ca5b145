"""The Hub's list of models: filtered, sorted, and cut into pages by a cursor that says where the next one begins."""

import base64
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import orjson

from openlives.twin.served import Handle, Json, Served

MOST = 1000  # models a page
THREADS = 50  # threads a page, fixed
SORTS = ("createdAt", "downloads", "likes", "lastModified", "trendingScore")
SHORT = ("likes", "private", "downloads", "tags", "pipeline_tag", "library_name", "createdAt", "modelId")
CHUNK = 256


class BadQueryError(ValueError):
    """A parameter that the Hub would refuse."""


def page(hub: Served, query: Mapping[str, list[str]], now: int, *, insider: bool) -> tuple[list[Json], str | None]:
    """Give the models of one page, and the cursor of the next."""
    limit = min(_number(query, "limit", MOST), MOST)
    sort = _one(query, "sort") or "trendingScore"
    if sort not in SORTS:
        raise BadQueryError(f"sort must be one of {', '.join(SORTS)}")
    after = _decoded(_one(query, "cursor"))
    found = _newest(hub, now, after) if sort == "createdAt" else _sorted(hub, sort, now, after)
    rows: list[Json] = []
    for doc in found:
        if (insider or not doc.get("private")) and _wanted(doc, query):
            if len(rows) == limit:
                return [shaped(one, query) for one in rows], _cursor(rows[-1], sort)
            rows.append(doc)
    return [shaped(one, query) for one in rows], None


def _newest(hub: Served, now: int, after: Json | None) -> Iterator[Json]:
    """Give models by age, without making those that nobody will see."""
    handles = hub.handles()
    start = bisect_right(handles, _place(after)) if after else 0
    for at in range(start, len(handles), CHUNK):
        yield from hub.docs(handles[at : at + CHUNK], now)


def _place(after: Json) -> Handle:
    """Turn a cursor into the place of the last model before it."""
    value = after["value"]
    age = float("inf") if value is None else -datetime.fromisoformat(value).timestamp()
    return Handle(age, after["id"], _Last())


class _Last:
    """Sorts behind everything: handles of one age and id are one model."""

    def __gt__(self, other: object) -> bool:
        return True

    def __lt__(self, other: object) -> bool:
        return False


def _sorted(hub: Served, sort: str, now: int, after: Json | None) -> Iterator[Json]:
    """Give models by what changes with time, the highest first, equal ones by id, unknown ones last."""
    docs = sorted(hub.docs(hub.handles(), now), key=lambda doc: doc["_id"])
    docs.sort(key=lambda doc: (doc.get(sort) is not None, doc.get(sort) or 0), reverse=True)
    return iter([doc for doc in docs if after is None or _follows(doc, sort, after)])


def _follows(doc: Json, sort: str, after: Json) -> bool:
    value, last = doc.get(sort), after["value"]
    if value == last:
        return bool(doc["_id"] > after["id"])
    return value is None or (last is not None and value < last)


def _wanted(doc: Json, query: Mapping[str, list[str]]) -> bool:
    """Tell whether a model passes every filter of the query."""
    tags = {tag.lower() for tag in doc.get("tags") or []}
    wanted = [tag.lower() for value in query.get("filter", []) for tag in value.split(",")]
    author, search, task, gated = (_one(query, name) for name in ("author", "search", "pipeline_tag", "gated"))
    return (
        (author is None or doc.get("author") == author)
        and (search is None or search.lower() in doc["id"].lower())
        and (task is None or doc.get("pipeline_tag") == task)
        and (gated is None or bool(doc.get("gated")) == (gated == "true"))
        and all(tag in tags or tag in (doc.get("library_name"), doc.get("pipeline_tag")) for tag in wanted)
    )


def shaped(doc: Json, query: Mapping[str, list[str]]) -> Json:
    """Give the fields of a model that were asked for."""
    expand = [field for value in query.get("expand", []) for field in value.split(",")]
    if expand:
        return {field: doc[field] for field in ("_id", "id", *expand) if field in doc}
    full = {"full", "cardData", "config"} & query.keys()
    return doc if full else {field: doc[field] for field in ("_id", "id", *SHORT) if field in doc}


def _cursor(last: Json, sort: str) -> str:
    """Say where the next page begins, as the Hub does: by a filter on the sort key and the id."""
    value = last.get(sort)
    either = [{sort: value, "_id": {"$gt": last["_id"]}}]
    if value is not None:
        either += [{sort: {"$lt": value}}, {sort: None}]
    return base64.b64encode(orjson.dumps({"$or": either})).decode()


def _decoded(cursor: str | None) -> Json | None:
    """Give the value and id after which a page begins."""
    if cursor is None:
        return None
    try:
        first = orjson.loads(base64.b64decode(cursor, validate=True))["$or"][0]
        (sort,) = set(first) - {"_id"}
        return {"value": first[sort], "id": first["_id"]["$gt"]}
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise BadQueryError("Invalid cursor") from error


def _one(query: Mapping[str, list[str]], name: str) -> str | None:
    return query[name][0] if query.get(name) else None


def _number(query: Mapping[str, list[str]], name: str, usual: int) -> int:
    text = _one(query, name)
    if text is None:
        return usual
    if not text.isdigit():
        raise BadQueryError(f"{name} must be a number")
    return max(1, int(text))


def listing(rows: Sequence[Json], query: Mapping[str, list[str]]) -> Json:
    """Give one page of the threads of a model: fifty, whatever was asked for."""
    at, kind, status, author, search = (_one(query, name) for name in ("p", "type", "status", "author", "search"))
    number = int(at) if at and at.lstrip("-").isdigit() else 0
    shown = [
        row
        for row in rows
        if (kind in (None, "all") or row["isPullRequest"] == (kind == "pull_request"))
        and (status in (None, "all") or (row["status"] in ("open", "draft")) == (status == "open"))
        and (author is None or (row.get("author") or {}).get("name") == author)
        and (search is None or search.lower() in row["title"].lower())
    ]
    start = max(number, 0) * THREADS
    closed = {"numClosedDiscussions": sum(row["status"] in ("closed", "merged") for row in rows)} if start == 0 else {}
    return {"discussions": shown[start : start + THREADS], "count": len(shown), "start": start, **closed}


def links(url: str, query: Mapping[str, list[str]], cursor: str) -> str:
    """Write the header that leads to the next page."""
    pairs: list[tuple[str, Any]] = [(name, value) for name, values in query.items() for value in values]
    kept = [pair for pair in pairs if pair[0] != "cursor"]
    return f'<{url}?{urlencode([*kept, ("cursor", cursor)])}>; rel="next"'
