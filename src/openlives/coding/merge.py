"""Merging a project that was coded on another machine: nothing is lost, and what differs is said.

Keys of threads, comments and coders are made of what they stand for, so the same things meet; codes that were made apart
but carry the same path are taken for one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from openlives.coding import codebook
from openlives.coding.journal import Change, do, rows, writing
from openlives.coding.project import Project

COPIED = ("threads", "units", "coders")


@dataclass(frozen=True, slots=True)
class Merged:
    """What came in, by kind, and what both sides had differently: the present side's stays, the other's is told."""

    added: Mapping[str, int]
    differs: tuple[str, ...] = field(default=())


def merge(project: Project, coder: str, other: Project) -> Merged:
    """Bring another file of the same work into this one, as one action that can be undone."""
    added = _copy(project, other)
    mapped, changes, differs = _codes(project, other)
    for table, key in (
        ("themes", "theme"),
        ("rounds", "round"),
        ("versions", "version"),
        ("round_units", ""),
        ("round_coders", ""),
    ):
        changes += _new_rows(project, other, table, key, differs)
    changes += _codings(project, other, mapped, differs)
    changes += _new_rows(project, other, "memos", "memo", differs)
    for change in changes:
        added[change.table] = added.get(change.table, 0) + (change.before is None)
    do(project.connection, coder, "merge file", f"merged the file {other.name!r}", changes)
    return Merged(added, tuple(differs))


def _copy(project: Project, other: Project) -> dict[str, int]:
    """Copy what nobody codes: threads, comments, coders."""
    added = {}
    with writing(project.connection):
        for table in COPIED:
            found = rows(other.connection, f"SELECT * FROM {table}")
            before = project.connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            for row in found:
                marks = ", ".join("?" * len(row))
                project.connection.execute(f"INSERT OR IGNORE INTO {table} VALUES ({marks})", list(row.values()))
            added[table] = project.connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] - before
        project.connection.execute(
            """INSERT INTO words (text, title, unit) SELECT u.text, CASE WHEN u.place = 0 THEN t.title ELSE '' END, u.unit
               FROM units u JOIN threads t USING (thread) WHERE u.text <> '' AND u.unit NOT IN (SELECT unit FROM words)"""
        )
    return added


def _codes(project: Project, other: Project) -> tuple[dict[str, str], list[Change], list[str]]:
    """Map the other's codes to ours: by key, else by path; those that we lack are added."""
    ours = {row["code"]: row for row in rows(project.connection, "SELECT * FROM codes")}
    paths = {row["path"]: row["code"] for row in codebook.codes(project)}
    mapped: dict[str, str] = {}
    changes: list[Change] = []
    differs: list[str] = []
    for row in codebook.codes(other, retired=True):
        plain = {name: value for name, value in row.items() if name not in ("depth", "path")}
        if row["code"] in ours or row["path"] in paths:
            mapped[row["code"]] = row["code"] if row["code"] in ours else paths[row["path"]]
            mine = ours[mapped[row["code"]]]
            differs += [
                f"code {row['path']!r}: {name} is {mine[name]!r} here and {plain[name]!r} there"
                for name in (*codebook.FIELDS, "retired")
                if name != "colour" and mine[name] != plain[name]
            ]
        else:
            mapped[row["code"]] = row["code"]
            changes.append(Change("codes", None, {**plain, "parent": mapped.get(row["parent"], row["parent"])}))
    return mapped, changes, differs


def _new_rows(project: Project, other: Project, table: str, key: str, differs: list[str]) -> list[Change]:
    mine = [dict(row) for row in rows(project.connection, f"SELECT * FROM {table}")]
    keys = {row[key]: row for row in mine} if key else {}
    found = []
    for row in rows(other.connection, f"SELECT * FROM {table}"):
        if key and row[key] in keys:
            if keys[row[key]] != row:
                differs.append(
                    f"{table.removesuffix('s')} {row.get('name') or row.get('about') or row[key]!r} is not the same on both sides"
                )
        elif row not in mine:
            found.append(Change(table, None, row))
    return found


def _codings(project: Project, other: Project, mapped: Mapping[str, str], differs: list[str]) -> list[Change]:
    mine: dict[str, dict[str, Any]] = {row["coding"]: row for row in rows(project.connection, "SELECT * FROM codings")}
    found = []
    for row in rows(other.connection, "SELECT * FROM codings"):
        there = {**row, "code": mapped[row["code"]]}
        if row["coding"] not in mine:
            found.append(Change("codings", None, there))
        elif mine[row["coding"]] != there:
            differs.append(f"coding {row['coding']} of comment {row['unit']} is not the same on both sides")
    return found
