"""What was coded as data: a row for each comment and code, with its theme, its model and its week of life."""

from pathlib import Path

import pandas as pd

from openlives.coding import codebook
from openlives.coding import project as projects
from openlives.coding.project import Project
from openlives.coding.sqlite import rows
from openlives.errors import InputError, NothingToAskError

NO_THEME = "no theme yet"
COLUMNS = {
    "unit": "key of the comment",
    "thread": "address of its thread",
    "event": "the platform's id of the comment",
    "time": "second (UTC)",
    "model": "owner/name",
    "week": "whole weeks since the model's first interaction",
    "role": "owner, member, staff, newcomer, user, deleted, unknown",
    "licence": "as known when the sample was drawn; unknown is a value",
    "gate": "as above",
    "code": "path of the code",
    "theme": "of the code, or of the nearest code above it that has one",
    "coders": "how many coders said it",
    "negative": "whether all who said it said it against the code",
}


def codings(project: Project, *, machines: bool = False) -> pd.DataFrame:
    """Give what was said in the open and in closed rounds: one row a comment and code (COLUMNS), in order.

    A span counts for its comment. Open rounds are left out, adjudications stand beside and are left out too, and so is
    what machines say, unless asked for. A code without a theme has the one of what it lies under.
    """
    query = f"""
        SELECT c.unit, u.thread, u.event, u.time, t.artifact AS model, u.week, u.role, c.code,
            coalesce(t.facts ->> 'license', 'unknown') AS licence, coalesce(t.facts ->> 'gate', 'unknown') AS gate,
            count(DISTINCT c.coder) AS coders, min(c.negative) AS negative
        FROM codings c JOIN coders k USING (coder) JOIN units u USING (unit) JOIN threads t USING (thread)
        WHERE c.layer = 'coding' {"" if machines else "AND k.kind = 'human'"}
            AND NOT EXISTS (SELECT 1 FROM round_coders r WHERE r.round = c.round AND r.closed IS NULL)
        GROUP BY c.unit, c.code ORDER BY t.place, t.thread, u.place, c.unit, c.code
    """
    listed = codebook.codes(project, retired=True)
    paths = {code["code"]: code["path"] for code in listed}
    found = pd.DataFrame(rows(project.connection, query), columns=[name for name in COLUMNS if name != "theme"])
    found["theme"] = found["code"].map(_themes(project, listed))
    found["code"] = found["code"].map(paths)
    return found[list(COLUMNS)].astype({"week": "Int64", "time": "Int64", "coders": "Int64", "negative": "Int64"})


def _themes(project: Project, listed: list[dict[str, object]]) -> dict[object, str]:
    names = {row["theme"]: str(row["name"]) for row in rows(project.connection, "SELECT theme, name FROM themes")}
    themes: dict[object, str] = {}
    for code in listed:  # parents stand before children
        above = themes.get(code["parent"], NO_THEME)
        themes[code["code"]] = names.get(code["theme"], above)
    return themes


def counted(found: pd.DataFrame) -> pd.DataFrame:
    """Count comments by theme, code, model, week, role, licence and gate; cases against a code are left out."""
    said = found[found["negative"] == 0]
    by = ["theme", "code", "model", "week", "role", "licence", "gate"]
    return said.groupby(by, dropna=False, as_index=False).agg(comments=("unit", "nunique")).sort_values(by)


def of_collection(hub: Path, name: str) -> pd.DataFrame:
    """Give the codings of a collection's project: the only one, or that of a name."""
    files = [projects.path_of(hub, name)] if name else projects.projects(hub)
    if not files or not files[0].exists():
        raise NothingToAskError(
            f"There is no coding project{f' {name!r}' if name else ''}",
            where=str(hub / "coding"),
            todo="Make one with: openlives code new, and code threads under themes.",
        )
    if len(files) > 1:
        known = ", ".join(file.stem for file in files)
        raise InputError(
            f"There are several coding projects: {known}",
            where=str(hub),
            todo="Name one: themes_project in a study file.",
        )
    project = projects.open_(files[0])
    found = codings(project)
    project.close()
    if found.empty:
        raise NothingToAskError(
            "Nothing was coded yet, or in rounds only that are open", where=project.name, todo="Code threads first."
        )
    return found
