"""Hints that something happened: webhooks (v3) that were received, notifications that were read, or plain names.

A hint is a reason to look, and nothing more: nothing of it is taken for a fact. Whatever is not understood is counted
and left alone, since payloads grow kinds and fields that nobody announced.
"""

from pathlib import Path
from typing import Any

import orjson

from openlives.errors import InputError
from openlives.store.archive import Archive


def read(path: Path) -> tuple[list[str], int]:
    """Give the names of models that a file of hints speaks of, each once; and how many lines say nothing of models.

    A line is a webhook's payload, a reply of `GET /api/notifications`, or the name of a model.
    """
    try:
        lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"The hints cannot be read: {error}", where=str(path)) from error
    found = [_names(line.strip()) for line in lines]
    return list(dict.fromkeys(name for names in found for name in names)), sum(not names for names in found)


def _names(line: str) -> list[str]:
    if not line.startswith(("{", "[")):
        return [line]
    try:
        told = orjson.loads(line)
    except orjson.JSONDecodeError:
        return []
    entries = told if isinstance(told, list) else told.get("notifications", [told])
    several = entries if isinstance(entries, list) else []
    return [name for entry in several if isinstance(entry, dict) for name in _of(entry)]


def _of(entry: dict[str, Any]) -> list[str]:
    """Give the model of one payload, under its new name if it moved."""
    repo, moved = entry.get("repo"), entry.get("movedTo")
    if not isinstance(repo, dict) or repo.get("type") != "model":
        return []
    names = [place.get("name") for place in (moved, repo) if isinstance(place, dict)]
    return [name for name in names[:1] if isinstance(name, str) and name]


def enter(archive: Archive, names: list[str], now: float) -> int:
    """Remember hints; give how many are of models that this archive knows. Unknown models come with the next list."""
    with archive.together():
        query = "UPDATE models SET hinted = ? WHERE name = ?"
        return sum(archive.db.execute(query, [now, name]).rowcount for name in names)
