"""Themes: what codes are put together under (phases 3 to 5 of a thematic analysis)."""

from typing import Any

from openlives.coding import codebook
from openlives.coding.journal import Change, do
from openlives.coding.project import Project, new_key
from openlives.coding.sqlite import one, rows, writing
from openlives.errors import InputError


def board(project: Project) -> list[dict[str, Any]]:
    """Give the themes, each with its codes, and last the codes that are under none."""
    codes = codebook.codes(project)
    found = rows(project.connection, "SELECT * FROM themes ORDER BY place, name, theme")
    known = {theme["theme"] for theme in found}
    for theme in found:
        theme["codes"] = [code for code in codes if code["theme"] == theme["theme"]]
    loose = [code for code in codes if code["theme"] not in known]
    return [*found, {"theme": None, "name": "no theme yet", "definition": "", "codes": loose}]


def add(project: Project, coder: str, name: str, definition: str = "") -> str:
    """Add a theme; one of the same name is given back instead."""
    name = named(name)
    with writing(project.connection):
        same = one(project.connection, "SELECT theme FROM themes WHERE name = ?", [name])
        if same:
            return str(same["theme"])
        last = one(project.connection, "SELECT coalesce(max(place), -1) + 1 AS place FROM themes") or {"place": 0}
        row = {"theme": new_key(), "name": name, "definition": definition, "place": last["place"]}
        do(project.connection, coder, "theme", f"added the theme {name!r}", [Change("themes", None, row)])
        return str(row["theme"])


def put(project: Project, coder: str, code: str, theme: str | None) -> None:
    """Put a code under a theme, or under none."""
    with writing(project.connection):
        row = codebook.get(project, code)
        if theme is not None:
            get(project, theme)
        changes = [Change("codes", row, {**row, "theme": theme})]
        do(project.connection, coder, "theme", f"moved {row['name']!r} on the board", changes)


def change(project: Project, coder: str, theme: str, name: str, definition: str) -> None:
    """Rename or define a theme."""
    with writing(project.connection):
        row = get(project, theme)
        after = {**row, "name": named(name) if name.strip() else row["name"], "definition": definition}
        do(project.connection, coder, "theme", f"changed the theme {row['name']!r}", [Change("themes", row, after)])


def drop(project: Project, coder: str, theme: str) -> None:
    """Take a theme away; its codes are under none then."""
    with writing(project.connection):
        row = get(project, theme)
        codes = rows(project.connection, "SELECT * FROM codes WHERE theme = ? ORDER BY code", [theme])
        changes = [*(Change("codes", code, {**code, "theme": None}) for code in codes), Change("themes", row, None)]
        do(project.connection, coder, "theme", f"took the theme {row['name']!r} away", changes)


def get(project: Project, theme: str) -> dict[str, Any]:
    """Give a theme, or say that there is none."""
    row = one(project.connection, "SELECT * FROM themes WHERE theme = ?", [theme])
    if row is None:
        raise InputError("There is no such theme", where=theme[:60], todo="Look at the board.")
    return row


def find(project: Project, said: str) -> str:
    """Give the theme that people mean: by key or name."""
    row = one(
        project.connection, "SELECT theme FROM themes WHERE theme = ? OR name = ?", [said, " ".join(said.split())]
    )
    if row is None:
        raise InputError(f"There is no theme {said[:60]!r}", todo="Look at the board: openlives code theme list")
    return str(row["theme"])


def named(text: str) -> str:
    """Give the name of a theme as it is kept, or refuse it."""
    text = " ".join(text.split())
    if not text or len(text) > 120 or not text.isprintable():
        raise InputError(f"That is no name for a theme: {text[:40]!r}", todo="Give a short name.")
    return text
