"""Frozen versions of the codebook, and what changed between them."""

import json
import time
from typing import Any

from openlives.coding.codebook import FIELDS, codes
from openlives.coding.journal import Change, do
from openlives.coding.project import Project
from openlives.coding.sqlite import one, rows, writing
from openlives.errors import InputError

TOLD = ("path", *FIELDS)  # of the path the name is a part, and is told with it


def freeze(project: Project, coder: str, name: str) -> int:
    """Freeze the codebook as it is under a version number, which is given."""
    with writing(project.connection):
        version, changed = frozen(project, name)
        do(project.connection, coder, "freeze", f"froze the codebook as version {version}", [changed])
        return version


def frozen(project: Project, name: str) -> tuple[int, Change]:
    """Give the next version's number, and the change that makes it."""
    last = one(project.connection, "SELECT coalesce(max(version), 0) AS version FROM versions") or {"version": 0}
    told = [{key: value for key, value in code.items() if key != "depth"} for code in codes(project)]
    text = json.dumps(told, ensure_ascii=False, sort_keys=True)
    row = {"version": last["version"] + 1, "name": name, "made": int(time.time()), "codebook": text}
    return row["version"], Change("versions", None, row)


def listed(project: Project) -> list[dict[str, Any]]:
    """List the versions: number, name, when they were made."""
    return rows(project.connection, "SELECT version, name, made FROM versions ORDER BY version")


def difference(project: Project, older: int, newer: int | None = None) -> list[str]:
    """Tell in words what changed between two versions, or since one."""
    then = {code["code"]: code for code in codes_of(project, older)}
    now = {code["code"]: code for code in (codes(project) if newer is None else codes_of(project, newer))}
    told = [f"added {now[key]['path']!r}" for key in now if key not in then]
    told += [f"took out {then[key]['path']!r}" for key in then if key not in now]
    for key in now:
        if key in then:
            told += [
                f"{now[key]['path']!r}: {field} was {then[key][field]!r}, is {now[key][field]!r}"
                for field in TOLD
                if now[key][field] != then[key][field]
            ]
    return told


def codes_of(project: Project, version: int) -> list[dict[str, Any]]:
    """Give the codes of a version, with their paths."""
    row = one(project.connection, "SELECT codebook FROM versions WHERE version = ?", [version])
    if row is None:
        raise InputError(
            f"There is no version {version} of the codebook", todo="Freeze one: openlives code codebook freeze"
        )
    found: list[dict[str, Any]] = json.loads(row["codebook"])
    return found
