"""What every source yields: the data dictionary of a collection's originals.

A source, whatever its platform, gives rows of these five kinds and no others. Times are integer seconds since
1970-01-01 UTC. `None` means *not known*, never *no* and never zero.
"""

from dataclasses import dataclass, fields
from functools import cache
from typing import Any, NewType, get_args

import pyarrow as pa

Seconds = NewType("Seconds", int)


@dataclass(frozen=True, slots=True, kw_only=True)
class Artifact:
    """A thing that a community can gather round: a Hub model (methods, section 1).

    `name` is the path of its page on the platform: `owner/model`, `datasets/owner/name`, `spaces/owner/name`.
    `metadata` is what the head of its card says, as JSON with the values as they came; of evaluation results only that
    they are there (`"model-index": true`). `paths` are the names of its files.
    """

    name: str
    platform: str | None = None
    kind: str | None = None
    observed: Seconds | None = None
    platform_id: str | None = None
    former_names: list[str] | None = None
    owner: str | None = None
    created: Seconds | None = None
    license: str | None = None
    gate: str | None = None
    task: str | None = None
    library: str | None = None
    downloads: int | None = None
    likes: int | None = None
    base_models: list[str] | None = None
    tags: list[str] | None = None
    files: int | None = None
    paths: list[str] | None = None
    disabled: bool | None = None
    private: bool | None = None
    card: str | None = None
    metadata: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """An account of the platform: a human, an organisation, or a machine."""

    name: str
    platform_id: str | None = None
    kind: str | None = None
    staff: bool | None = None
    deleted: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """A discussion or a pull request of an artifact."""

    artifact: str
    num: int
    observed: Seconds | None = None
    pull_request: bool | None = None
    status: str | None = None
    title: str | None = None
    author: str | None = None
    created: Seconds | None = None
    pinned: bool | None = None
    locked: bool | None = None
    merge_commit: str | None = None
    raw: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What happens in a thread, of a kind that we know or not."""

    artifact: str
    num: int
    kind: str
    time: Seconds
    observed: Seconds | None = None
    position: int | None = None
    id: str | None = None
    author: str | None = None
    author_kind: str | None = None
    by_owner: bool | None = None
    by_member: bool | None = None
    by_staff: bool | None = None
    app: str | None = None
    hidden: bool | None = None
    edited: bool | None = None
    body: str | None = None
    raw: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetch:
    """One look at an artifact, or at one thread of it, and how that ended.

    `outcome` is complete, partial, failed, disabled, gone, private, unreachable (gone or private, not told apart)
    or never.
    """

    artifact: str
    num: int | None = None
    time: Seconds | None = None
    outcome: str
    status: int | None = None
    reason: str | None = None


RECORDS: dict[str, type] = {
    "artifacts": Artifact,
    "people": Person,
    "threads": Thread,
    "events": Event,
    "fetches": Fetch,
}

_ARROW = {str: pa.string(), int: pa.int64(), Seconds: pa.int64(), bool: pa.bool_(), list[str]: pa.list_(pa.string())}
_SQL = {str: "VARCHAR", int: "BIGINT", Seconds: "SECONDS", bool: "BOOLEAN", list[str]: "VARCHAR[]"}


def plain_type(annotation: object) -> object:
    """Give the type of a field without its `| None`."""
    return (
        next((a for a in get_args(annotation) if a is not type(None)), annotation)
        if is_optional(annotation)
        else annotation
    )


def is_optional(annotation: object) -> bool:
    """Tell whether a field may be unknown."""
    return type(None) in get_args(annotation)


def arrow_schema(record: type) -> pa.Schema:
    """Give the Arrow schema of a record: the shape in which originals are kept."""
    return pa.schema([(f.name, _ARROW[plain_type(f.type)]) for f in fields(record)])  # type: ignore[index]  # our own annotations


def sql_types(record: type) -> dict[str, str]:
    """Give each field's SQL type; `SECONDS` stands for a time that is yet to be turned into integer seconds."""
    return {f.name: _SQL[plain_type(f.type)] for f in fields(record)}  # type: ignore[index]  # our own annotations


OUTCOMES = ("complete", "partial", "failed", "disabled", "gone", "private", "unreachable", "never")

# Times outside are mistakes of unit or of zone, and one of them would stretch every window.
EARLIEST, LATEST = 631_152_000, 4_102_444_800  # 1990 and 2100

_PYTHON: dict[object, tuple[type, str]] = {
    str: (str, "text"),
    int: (int, "a whole number"),
    Seconds: (int, "a time"),
    bool: (bool, "a truth value"),
    list[str]: (list, "a list of texts"),
}


@cache
def _typed_fields(kind: str) -> tuple[tuple[str, object, bool], ...]:
    return tuple((f.name, plain_type(f.type), is_optional(f.type)) for f in fields(RECORDS[kind]))


def check(kind: str, row: dict[str, Any]) -> dict[str, Any]:
    """Give a row back if every field can be what it should be; else a `ValueError` that names the field."""
    for field, wanted, optional in _typed_fields(kind):
        value = row.get(field)
        if value is None:
            if not optional:
                raise ValueError(f"{field} is missing")
            continue
        python, name = _PYTHON[wanted]
        fine = isinstance(value, python) and (python is bool or not isinstance(value, bool))
        if fine and python is list:
            fine = all(isinstance(one, str) for one in value)
        if fine and python is int:
            fine = -(2**63) <= value < 2**63
        if not fine:
            raise ValueError(f"{field} is not {name}: {str(value)[:40]}")
        if wanted is Seconds and not EARLIEST <= value < LATEST:
            raise ValueError(f"{field} lies outside 1990 to 2100: {value}")
    for name in ("artifact", "name", "kind"):
        if row.get(name) == "":
            raise ValueError(f"{name} is empty")
    return row


def required(record: type) -> list[str]:
    """Name the fields without which a row means nothing."""
    return [f.name for f in fields(record) if not is_optional(f.type)]


def printable(text: str) -> str:
    """Give a text of others for a terminal: on one line, and without what could steer it."""
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)
