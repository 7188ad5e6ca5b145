"""What the archive holds, as records: the replies that are of use, in the order in which they came, and the ledger."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import orjson

from openlives.records import check
from openlives.sources import Sink
from openlives.sources.hub_api import FAULTS, model_row, sort_in, thread_row

BATCH = 500


class Told(NamedTuple):
    """One reply: its number, what was asked, about which model, when it came, and its content as it came."""

    reply: int
    kind: str
    about: str | None
    time: float
    moved: str | None
    body: bytes


def read(replies: Iterator[Told], looks: Iterator[dict[str, Any]], sink: Sink) -> None:
    """Read replies and the ledger into the sink; what cannot be used is rejected, the rest go on."""
    pages: dict[str, list[dict[str, Any]]] = {}
    for count, told in enumerate(replies, start=1):
        before = {kind: len(rows) for kind, rows in pages.items()}
        _READERS[told.kind](told, pages, sink)
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


def _models(told: Told, pages: dict[str, list[dict[str, Any]]], sink: Sink) -> None:
    content = orjson.loads(told.body)
    for place, one in enumerate(content if isinstance(content, list) else [content]):
        try:
            row = check("artifacts", model_row(one))
        except FAULTS as error:
            sink.reject(f"reply {told.reply}, row {place}", str(error), repr(one))
        else:
            pages.setdefault("artifacts", []).append(row | _moved(told, row["name"]))


def _moved(told: Told, name: str) -> dict[str, Any]:
    """Remember the name that was asked for, if the model answered under another."""
    return {"former_names": [told.about]} if told.moved and told.about != name else {}


def _listing(told: Told, pages: dict[str, list[dict[str, Any]]], sink: Sink) -> None:
    """Take what a listing says of each thread, but not as its original: that is the thread itself."""
    for place, one in enumerate(orjson.loads(told.body)["discussions"]):
        try:
            row = thread_row(one) | {"raw": None}
        except FAULTS as error:
            sink.reject(f"reply {told.reply}, row {place}", str(error), repr(one))
            continue
        pages.setdefault("threads", []).append(row)
    if told.moved:
        pages.setdefault("artifacts", []).append({"name": told.moved, "former_names": [told.about]})


def _thread(told: Told, pages: dict[str, list[dict[str, Any]]], sink: Sink) -> None:
    sort_in(orjson.loads(told.body), f"reply {told.reply}", told.body, pages, sink)


def _card(told: Told, pages: dict[str, list[dict[str, Any]]], sink: Sink) -> None:
    try:
        text = told.body.decode()
    except UnicodeDecodeError as error:
        sink.reject(f"reply {told.reply}", f"a card that is not text: {error}", repr(told.body[:200]))
        return
    pages.setdefault("artifacts", []).append({"name": told.moved or told.about, "card": text})


_READERS = {"models": _models, "model": _models, "listing": _listing, "thread": _thread, "card": _card}
