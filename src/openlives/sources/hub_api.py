"""The Hub API's own JSON: threads, listings and models, as they came over the wire.

A file holds one JSON document (`.json`) or one a line (`.jsonl`, `.jsonl.gz`); a document is a thread with its
events, a listing of threads, a model, or a list of any of these. Keys and event kinds that nobody knows yet stay in
`raw`, whole. See <https://huggingface.co/docs/hub/api>.
"""

import gzip
import json
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from openlives.errors import InputError
from openlives.records import check
from openlives.sources import Sink

SUFFIXES = (".json", ".jsonl", ".jsonl.gz", ".json.gz", ".ndjson", ".ndjson.gz")
FAULTS = (KeyError, TypeError, ValueError, AttributeError, RecursionError)  # what a reply of a wrong shape leads to
BATCH = 500  # documents held in memory at a time
LONGEST_HEAD, LONGEST_FIELD, MOST_FIELDS = 20_000, 1000, 200  # bytes of the head of a card, and what is kept of more


def read(path: Path, sink: Sink) -> None:
    """Read one file of API replies into the sink; a document that cannot be used is rejected, the rest go on."""
    pages: dict[str, list[dict[str, Any]]] = {}
    for count, (where, line) in enumerate(_documents(path, sink), start=1):
        raw = line.removeprefix(b"\xef\xbb\xbf")  # the mark with which some editors begin a file
        try:
            document = loads(raw)
        except orjson.JSONDecodeError as error:
            sink.reject(where, f"not JSON: {error}", raw.decode(errors="replace"))
            continue
        for one in document if isinstance(document, list) else [document]:
            sort_in(one, where, raw, pages, sink)
        if count % BATCH == 0:
            _flush(pages, sink)
    _flush(pages, sink)


def loads(body: bytes) -> Any:
    """Read JSON; half of a surrogate pair, which no text can hold, becomes a question mark."""
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        if b"\\ud" not in body.lower():
            raise
    try:
        return orjson.loads(json.dumps(json.loads(body), ensure_ascii=False).encode("utf-8", "replace"))
    except ValueError as error:
        raise orjson.JSONDecodeError(str(error), "", 0) from error


def _flush(pages: dict[str, list[dict[str, Any]]], sink: Sink) -> None:
    for kind, rows in pages.items():
        sink.rows(kind, rows)
    pages.clear()


def _documents(path: Path, sink: Sink) -> Iterator[tuple[str, bytes]]:
    """Yield each document's place in the file and its bytes; a file cut short gives what it has, and says so."""
    name = path.name.lower()
    lined = ".jsonl" in name or ".ndjson" in name
    opener = gzip.open if name.endswith(".gz") else open
    number = 0
    try:
        with opener(path, "rb") as file:
            if not lined:
                yield "document 1", file.read()
                return
            for number, line in enumerate(file, start=1):  # the number is told when the file breaks off
                if line.strip():
                    yield f"line {number}", line
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        if number == 0:
            raise InputError(
                "The file cannot be unpacked", where=f"{path.name}: {error}", todo="Fetch it again."
            ) from error
        sink.reject(f"after line {number}", f"the file breaks off: {error}", "")


def sort_in(document: Any, where: str, raw: bytes, pages: dict[str, list[dict[str, Any]]], sink: Sink) -> None:
    """Tell a thread from a listing from a model, and put its records on their pages."""
    try:
        if "events" in document and "num" in document:
            _thread(document, where, pages, sink)
        elif "discussions" in document:
            _listing(document["discussions"], where, pages, sink)
        elif ("modelId" in document or "id" in document) and "events" not in document:
            pages.setdefault("artifacts", []).append(check("artifacts", model_row(document)))
        else:
            sink.reject(where, "neither a thread, a listing of threads, nor a model", raw.decode(errors="replace"))
    except FAULTS as error:
        sink.reject(where, _why(error), raw.decode(errors="replace"))


def _listing(rows: list[Any], where: str, pages: dict[str, list[dict[str, Any]]], sink: Sink) -> None:
    for place, row in enumerate(rows):
        try:
            pages.setdefault("threads", []).append(thread_row(row))
        except FAULTS as error:
            sink.reject(f"{where}, row {place}", _why(error), repr(row))


def _why(error: Exception) -> str:
    return str(error) if isinstance(error, ValueError) else f"{type(error).__name__}: {error}"


def _thread(document: dict[str, Any], where: str, pages: dict[str, list[dict[str, Any]]], sink: Sink) -> None:
    row = thread_row(document)
    pages.setdefault("threads", []).append(row)
    people = pages.setdefault("people", [])
    events = pages.setdefault("events", [])
    if not isinstance(document["events"], list):
        raise ValueError("events is not a list")  # noqa: TRY004  # a fault of the file, not of the program
    for position, event in enumerate(document["events"]):
        try:
            told, person = event_row(event, row["artifact"], row["num"], position), person_rows(event.get("author"))
            events.append(told)
            people.extend(person)
        except FAULTS as error:
            sink.reject(f"{where}, event {position}", _why(error), repr(event))


def artifact_name(repo: dict[str, Any]) -> str:
    """Name an artifact by the path of its page: models bare, other kinds with theirs in front."""
    kind = repo.get("type", "model")
    name: str = repo["name"]
    return name if kind == "model" else f"{kind}s/{name}"


def thread_row(document: dict[str, Any]) -> dict[str, Any]:
    """Turn a listed or a whole thread of the API into a `Thread` record; all its keys but the events stay in `raw`."""
    author = document.get("author") or {}
    row = {
        "artifact": artifact_name(document["repo"]),
        "num": document["num"],
        "pull_request": document.get("isPullRequest"),
        "status": document.get("status"),
        "title": document.get("title"),
        "author": author.get("name"),
        "created": seconds(document.get("createdAt")),
        "pinned": document.get("pinned"),
        "locked": document.get("locked"),
        "merge_commit": (document.get("changes") or {}).get("mergeCommitId"),
        "raw": orjson.dumps({key: value for key, value in document.items() if key != "events"}).decode(),
    }
    return check("threads", row)


def event_row(event: dict[str, Any], artifact: str, num: int, position: int | None) -> dict[str, Any]:
    """Turn an event of the API into an `Event` record; the event itself stays in `raw`, whatever its kind."""
    author = event.get("author") or {}
    data = event.get("data") or {}
    time = seconds(event["createdAt"])
    if time is None:
        raise ValueError("an event without a time")
    row = {
        "artifact": artifact,
        "num": num,
        "position": position,
        "id": event.get("id"),
        "kind": event["type"],
        "time": time,
        "author": author.get("name"),
        "author_kind": author.get("type"),
        "by_owner": author.get("isOwner"),
        "by_member": author.get("isOrgMember"),
        "by_staff": author.get("isHf"),
        "app": (author.get("oauthApp") or {}).get("name"),
        "hidden": data.get("hidden"),
        "edited": data.get("edited"),
        "body": (data.get("latest") or {}).get("raw"),
        "raw": orjson.dumps(event).decode(),
    }
    return check("events", row)


def model_row(document: dict[str, Any]) -> dict[str, Any]:
    """Turn a model of the API into an `Artifact` record."""
    name = document.get("id") or document.get("modelId")
    card = document.get("cardData")
    told = card if isinstance(card, dict) else {}
    gated = document.get("gated")
    paths = _paths(document.get("siblings"))
    return {
        "name": name,
        "platform_id": document.get("_id"),
        "owner": document.get("author"),
        "created": seconds(document.get("createdAt")),
        "license": ", ".join(_listed(told.get("license"))) or None,
        "gate": None if gated is None else str(gated or "none").lower(),
        "task": document.get("pipeline_tag"),
        "library": document.get("library_name"),
        "downloads": document.get("downloads"),
        "likes": document.get("likes"),
        "base_models": _listed(told.get("base_model")) or None,
        "tags": document.get("tags"),
        "files": None if paths is None else sum(map(_is_content, paths)),
        "paths": paths,
        "disabled": document.get("disabled"),
        "private": document.get("private"),
        "metadata": _metadata(card),
    }


def _metadata(card: object) -> str | None:
    """Write what the head of a card says as JSON; what is no mapping, or nested beyond reason, is not known."""
    if not isinstance(card, dict):
        return None
    told = {**card, "model-index": True} if "model-index" in card else card  # results may be most of it
    try:
        text = orjson.dumps(told)
        return (orjson.dumps(_brief(told)) if len(text) > LONGEST_HEAD else text).decode()
    except orjson.JSONEncodeError:
        return None


def _brief(card: dict[str, Any]) -> dict[str, Any]:
    """Leave out the long fields of a head, and those after the most that are kept; `openlives_cut` names them."""
    short = [field for field, value in card.items() if len(field) + len(orjson.dumps(value)) <= LONGEST_FIELD]
    kept = dict.fromkeys(short[:MOST_FIELDS])
    cut = [field[:100] for field in card if field not in kept]
    return {field: card[field] for field in kept} | {"openlives_cut": cut[:MOST_FIELDS]}


def _paths(siblings: object) -> list[str] | None:
    """Name the files; if one of them has no name, none is known: a list with gaps would pass for the whole."""
    if not isinstance(siblings, list):
        return None
    names = [file.get("rfilename") if isinstance(file, dict) else None for file in siblings]
    paths = [name for name in names if isinstance(name, str)]
    return paths if len(paths) == len(names) else None


def _is_content(file: str) -> bool:
    """Tell a file that could be part of a model from the card, the licence and git's own."""
    return not file.lower().startswith((".git", "readme", "license", "licence"))


def _listed(value: object) -> list[str]:
    """Take one or many: cards write `license: mit` and `license: [mit, apache-2.0]`."""
    return [str(v) for v in (value if isinstance(value, list) else [value]) if v]


def person_rows(author: dict[str, Any] | None) -> list[dict[str, Any]]:
    """Turn an author of the API into a `Person` record, if there is one: deleted accounts have none."""
    if not author or not author.get("name"):
        return []
    person = {
        "name": author["name"],
        "platform_id": author.get("_id"),
        "kind": author.get("type"),
        "staff": author.get("isHf"),
    }
    return [check("people", person)]


def seconds(text: str | None) -> int | None:
    """Turn an ISO time into integer seconds since 1970 UTC; a time without a zone is taken as UTC."""
    if not text:
        return None
    moment = datetime.fromisoformat(text)
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() // 1)
