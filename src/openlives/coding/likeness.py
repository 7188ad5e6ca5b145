"""More like this: what resembles a comment among all of the sample, as a machine sees it.

A suggestion is a reading aid: it is nobody's coding and is counted nowhere.
"""

from typing import Any

from openlives.coding import alike
from openlives.coding.project import Project
from openlives.coding.sqlite import one, rows
from openlives.errors import InputError

_BUILT: dict[tuple[Any, ...], alike.Index] = {}  # texts are frozen: it stays good until something is added or erased
WHERE = "SELECT u.unit, u.thread, u.place, u.text, t.title FROM units u JOIN threads t USING (thread) WHERE u.unit = ?"


def more(project: Project, unit: str, *, most: int = 20) -> list[dict[str, Any]]:
    """Give the comments most like one, the likest first: where they stand, their words, and how alike they are."""
    asked = one(project.connection, "SELECT text FROM units WHERE unit = ?", [unit])
    if asked is None:
        raise InputError("There is no such comment in the sample", where=unit[:60], todo="Look at the list of threads.")
    query = "SELECT count(*) AS n, sum(state = 'erased') AS erased, max(rowid) AS last FROM units"
    now = one(project.connection, query) or {}
    key = (str(project.file), *now.values())
    built = _BUILT.get(key)
    if built is None:
        texts = rows(project.connection, "SELECT unit, text FROM units WHERE text <> '' ORDER BY thread, place, unit")
        built = alike.index((row["unit"], row["text"]) for row in texts)
        _BUILT.clear()  # one sample at a time: an index of many comments is large
        _BUILT[key] = built
    found = []
    for suggestion in alike.similar(built, asked["text"], most + 1):
        row = one(project.connection, WHERE, [suggestion.address])
        if row and row["unit"] != unit:
            found.append({**row, "likeness": suggestion.likeness, "machine": suggestion.coder})
    return found[:most]
