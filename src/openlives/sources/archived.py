"""What the archive holds, as records: the replies that are of use, in the order in which they came, and the ledger."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from openlives.records import check
from openlives.sources import Sink
from openlives.sources.hub_api import FAULTS, loads, model_row, sort_in, thread_row

BATCH = 500


class Told(NamedTuple):
    """One reply: its number, what was asked, the name of the model it speaks of, when it came, and its content.

    `name` is the one that the model has in this collection, whatever it was asked for as (`about`) or answered as.
    """

    reply: int
    kind: str
    name: str | None
    about: str | None
    num: int | None
    time: float
    body: bytes


Names = Callable[[str | None, str], str]  # from the Hub's id of a model, and a name, to its name in this collection


def read(replies: Iterator[Told], looks: Iterator[dict[str, Any]], names: Names, sink: Sink) -> None:
    """Read replies and the ledger into the sink; what cannot be used is rejected, the rest go on."""
    pages: dict[str, list[dict[str, Any]]] = {}
    for count, told in enumerate(replies, start=1):
        before = {kind: len(rows) for kind, rows in pages.items()}
        try:
            _READERS[told.kind](told, names, pages, sink)
        except FAULTS as error:
            sink.reject(f"reply {told.reply}", f"{type(error).__name__}: {error}", repr(told.body[:1000]))
        for kind, rows in pages.items():
            for row in rows[before.get(kind, 0) :]:
                if kind != "people":
                    row["observed"] = int(told.time)
        if count % BATCH == 0:
            _flush(pages, sink)
    _flush(pages, sink)
    sink.rows("fetches", (check("fetches", row) for row in looks))


def _flush(pages: dict[str, list[dict[str, Any]]], sink: Sink) -> None:
    for kind, rows in pages.items():
        sink.rows(kind, rows)
    pages.clear()


def _models(told: Told, names: Names, pages: dict[str, list[dict[str, Any]]], sink: Sink) -> None:
    content = loads(told.body)
    for place, one in enumerate(content if isinstance(content, list) else [content]):
        try:
            row = check("artifacts", model_row(one))
            name = names(row["platform_id"], row["name"])
        except FAULTS as error:
            sink.reject(f"reply {told.reply}, row {place}", f"{type(error).__name__}: {error}", repr(one))
            continue
        before = {row["name"], told.about or name} - {name}
        pages.setdefault("artifacts", []).append(row | {"name": name, "former_names": sorted(before) or None})


def _listing(told: Told, _: Names, pages: dict[str, list[dict[str, Any]]], sink: Sink) -> None:
    """Take what a listing says of each thread, but not as its original: that is the thread itself."""
    for place, one in enumerate(loads(told.body)["discussions"]):
        try:
            row = thread_row(_addressed(one, told)) | {"artifact": told.name, "raw": None}
        except FAULTS as error:
            sink.reject(f"reply {told.reply}, row {place}", f"{type(error).__name__}: {error}", repr(one))
            continue
        pages.setdefault("threads", []).append(row)
    if told.about != told.name:
        pages.setdefault("artifacts", []).append({"name": told.name, "former_names": [told.about]})


def _addressed(thread: dict[str, Any], told: Told) -> dict[str, Any]:
    """Say of which model a thread is, and its number, should the reply leave that to the question."""
    known: dict[str, Any] = {"repo": {"type": "model", "name": told.name}, "num": told.num}
    return {**thread, **{what: value for what, value in known.items() if thread.get(what) is None}}


def _thread(told: Told, _: Names, pages: dict[str, list[dict[str, Any]]], sink: Sink) -> None:
    """Take a thread with its events; it belongs to the model that was asked about, whatever that is called by now."""
    found: dict[str, list[dict[str, Any]]] = {}
    sort_in(_addressed(loads(told.body), told), f"reply {told.reply}", told.body, found, sink)
    for kind, rows in found.items():
        named = rows if kind == "people" else [row | {"artifact": told.name} for row in rows]
        pages.setdefault(kind, []).extend(named)


def _card(told: Told, _: Names, pages: dict[str, list[dict[str, Any]]], sink: Sink) -> None:
    try:
        text = told.body.decode()
    except UnicodeDecodeError as error:
        sink.reject(f"reply {told.reply}", f"a card that is not text: {error}", repr(told.body[:200]))
        return
    pages.setdefault("artifacts", []).append({"name": told.name, "card": text})


_READERS = {"models": _models, "model": _models, "listing": _listing, "thread": _thread, "card": _card}
