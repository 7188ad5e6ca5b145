"""Blind rounds: fixed comments, a frozen codebook, and coders who do not see each other until all are done.

Whoever opened the project is blind too. Closing a round is one's word that one is done: from then on these codings never
change. When all have closed it, everybody sees everything, and disagreements are adjudicated in a layer beside them.
"""

import time
from collections.abc import Sequence
from typing import Any

from openlives.coding import codebook
from openlives.coding.journal import Change, do, one, rows
from openlives.coding.project import Project, new_key
from openlives.errors import InputError

# What a coder may see of codings (and memos) by others: what was made in the open, and rounds that everybody has closed.
VISIBLE = """(c.round IS NULL OR c.coder = :me
    OR NOT EXISTS (SELECT 1 FROM round_coders r WHERE r.round = c.round AND r.closed IS NULL))"""


def begin(project: Project, coder: str, name: str, units: Sequence[str], coders: Sequence[str]) -> str:
    """Begin a round on these comments with these coders; the codebook is frozen as it is. Give the round."""
    if len(set(coders)) < 2 or not units:  # agreement is between two
        raise InputError("A round needs comments, and two coders or more", todo="Name the coders with --coder, twice.")
    if one(project.connection, "SELECT round FROM rounds WHERE name = ?", [name]):
        raise InputError(f"There is a round {name!r} already", todo="Give it another name.")
    version = codebook.freeze(project, coder, f"for round {name}")
    key = new_key()
    changes = [Change("rounds", None, {"round": key, "name": name, "version": version, "made": int(time.time())})]
    changes += [Change("round_units", None, {"round": key, "unit": unit}) for unit in dict.fromkeys(units)]
    changes += [
        Change("round_coders", None, {"round": key, "coder": one_, "closed": None}) for one_ in dict.fromkeys(coders)
    ]
    do(project.connection, coder, "join", f"began the round {name!r}", changes)
    return key


def close(project: Project, coder: str, round_: str) -> None:
    """Say that one is done with a round; it cannot be taken back."""
    row = one(project.connection, "SELECT * FROM round_coders WHERE round = ? AND coder = ?", [round_, coder])
    if row is None:
        raise InputError("That is no round of yours", where=round_[:60], todo="Look at the list of rounds.")
    if row["closed"] is None:
        do(
            project.connection,
            coder,
            "close",
            "closed a round",
            [Change("round_coders", row, {**row, "closed": int(time.time())})],
        )


def listed(project: Project, coder: str | None = None) -> list[dict[str, Any]]:
    """List the rounds: name, version, comments, coders, who has closed it, whether it is open still."""
    found = rows(
        project.connection,
        """SELECT r.round, r.name, r.version, r.made, (SELECT count(*) FROM round_units u WHERE u.round = r.round) AS units
           FROM rounds r ORDER BY r.made, r.name""",
    )
    for row in found:
        coders = rows(
            project.connection,
            "SELECT c.coder, c.name, r.closed FROM round_coders r JOIN coders c USING (coder) WHERE r.round = ? ORDER BY c.name",
            [row["round"]],
        )
        row["coders"], row["open"] = coders, any(one_["closed"] is None for one_ in coders)
        row["mine"] = next((one_ for one_ in coders if one_["coder"] == coder), None)
    return found


def current(project: Project, coder: str, unit: str) -> str | None:
    """Give the round in which a coder's codings of a comment belong now: one that is theirs and that they have not closed."""
    row = one(
        project.connection,
        """SELECT r.round FROM round_units u JOIN round_coders r ON r.round = u.round JOIN rounds o ON o.round = r.round
           WHERE u.unit = ? AND r.coder = ? AND r.closed IS NULL ORDER BY o.made LIMIT 1""",
        [unit, coder],
    )
    return None if row is None else str(row["round"])


def ratings(project: Project, round_: str, *, layer: str = "coding") -> list[tuple[str, str, str]]:
    """Give what was said in a closed round as (comment, coder's name, code's path); a span counts for its comment.

    An open round gives nothing: neither exports nor questions see it.
    """
    row = next((one_ for one_ in listed(project) if one_["round"] == round_), None)
    if row is None:
        raise InputError("There is no such round", where=round_[:60], todo="Look at the list of rounds.")
    if row["open"]:
        return []
    paths = {code["code"]: code["path"] for code in codebook.codes(project, retired=True)}
    found = rows(
        project.connection,
        """SELECT DISTINCT c.unit, k.name, c.code FROM codings c JOIN coders k USING (coder)
           WHERE c.round = ? AND c.layer = ? AND c.negative = 0 ORDER BY c.unit, k.name, c.code""",
        [round_, layer],
    )
    return [(one_["unit"], one_["name"], paths[one_["code"]]) for one_ in found]
