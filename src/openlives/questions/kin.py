"""Models beside what they were made from: who declares other terms or another gate than its base."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from openlives.governance import family
from openlives.governance.family import NO_LICENCE, Standing
from openlives.measures.clock import date

CASES = {  # column and value of a link, and what it says of a model
    "more_open": ("licence_case", "more open", "licence is open, its base's restricts use"),
    "fewer": ("licence_case", "fewer restrictions", "licence restricts less than its base's"),
    "tighter": ("licence_case", "tighter", "licence restricts more than its base's"),
    "missing": ("licence_case", "missing", "has no licence"),
    "bare": ("licence_case", "base has none", "has a licence, its base has none"),
    "dropped": ("gate_case", "dropped", "has no gate, its base has one"),
    "added": ("gate_case", "added", "has a gate, its base has none"),
}
REPORTED = tuple(value for _, value, _ in CASES.values())
UNCOMPARED = ("unknown", "not collected")
LINK = ["name", "owner", "ancestor", "generations", "path", "licence_case", "gate_case"]
SIDE = ["licence", "terms", "restrictions", "gate", "declared", "seen"]


def links(bases: pd.DataFrame, standings: pd.DataFrame) -> pd.DataFrame:
    """One row a model and each model that it descends from, with both sides' declarations and when they were seen.

    `bases` is a row an `artifact` and declared `base`, `standings` a row a model of a family.
    """
    models: dict[str, Mapping[Any, Any]] = {str(row["name"]): row for row in standings.to_dict("records")}
    key = dict(zip(standings["artifact"], standings["name"], strict=True))
    declared: dict[str, list[str]] = {}
    for artifact, base in sorted(zip(bases["artifact"], bases["base"], strict=True)):
        declared.setdefault(str(key[artifact]), []).append(str(base))
    rows = []
    for name in sorted(declared):
        own = models[name]
        for link in family.ancestors(name, declared):
            above = models.get(link.ancestor)
            sides = _standing(own), None if above is None else _standing(above)
            cases = family.licence_case(*sides), family.gate_case(*sides)
            told = [_side(own, c) for c in SIDE] + ["" if above is None else _side(above, c) for c in SIDE]
            path = " → ".join(link.path)
            rows.append((name, own["owner"], link.ancestor, link.generations, path, *cases, *told))
    return pd.DataFrame(rows, columns=[*LINK, *SIDE, *(f"ancestor_{column}" for column in SIDE)])


def _standing(row: Mapping[Any, Any]) -> Standing:
    kinds = {kind for kind in str(row["restrictions"]).split(";") if kind}
    if row["licence_class"] == "none":
        kinds.add(NO_LICENCE)
    return Standing(str(row["licence"]), str(row["terms"]), frozenset(kinds), str(row["gate"]))


def _side(row: Mapping[Any, Any], column: str) -> str:
    if column == "seen":
        return "" if pd.isna(row["seen"]) else date(int(row["seen"]))
    return "" if pd.isna(row[column]) else str(row[column])


def cases(found: pd.DataFrame) -> pd.DataFrame:
    """Give the links that are a case, the nearest first."""
    chosen = found[found["licence_case"].isin(REPORTED) | found["gate_case"].isin(REPORTED)]
    return chosen.drop(columns="owner").sort_values(["generations", "name", "ancestor"], ignore_index=True)


def families(direct: pd.DataFrame) -> pd.DataFrame:
    """One row a base: how many models name it, and how many of these are freer or less free than it."""
    flags = {key: (direct[column] == value).astype(int) for key, (column, value, _) in CASES.items()}
    table = direct.assign(models=1, **flags).groupby("ancestor", as_index=False)[["models", *flags]].sum()
    facts = direct.drop_duplicates("ancestor").set_index("ancestor")[["ancestor_licence", "ancestor_gate"]]
    table = table.join(facts, on="ancestor").rename(columns={"ancestor": "base"})
    return table.sort_values(["models", "base"], ascending=[False, True], ignore_index=True)


def counts(direct: pd.DataFrame) -> pd.DataFrame:
    """Count the links of each case."""
    rows = [
        (column.removesuffix("_case"), case, int(count))
        for column in ("licence_case", "gate_case")
        for case, count in sorted(direct[column].value_counts().items())
    ]
    return pd.DataFrame(rows, columns=["field", "case", "links"])
