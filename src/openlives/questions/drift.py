"""Does openness drift: within families, and over time? (§3.2, §4.3)"""

from collections.abc import Mapping
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd

from openlives.governance import family
from openlives.governance.family import NO_LICENCE, Standing
from openlives.governance.licences import by_name
from openlives.measures.clock import date
from openlives.measures.engine import Frame, exploded
from openlives.measures.frames import Frames
from openlives.questions.question import (
    Answer,
    AxesGrid,
    Citation,
    Finding,
    Number,
    Question,
    Tables,
    between,
    plain,
    single,
)
from openlives.questions.standing import standings
from openlives.questions.style import BLUE, GREY, INK, ORANGE
from openlives.rules import Rules
from openlives.stats.intervals import cluster_sums, percentile, ratio, resampled_sums

CASES = {  # column and value of a link, and what it says of a model
    "more_open": ("licence_case", "more open", "licence is open, its base's restricts use"),
    "fewer": ("licence_case", "fewer restrictions", "licence restricts less than its base's"),
    "tighter": ("licence_case", "tighter", "licence restricts more than its base's"),
    "missing": ("licence_case", "missing", "has no licence"),
    "dropped": ("gate_case", "dropped", "has no gate, its base has one"),
    "added": ("gate_case", "added", "has a gate, its base has none"),
}
UNCOMPARED = {"licence_case": ("unknown", "not collected"), "gate_case": ("unknown", "not collected")}


def measure(frames: Frames, _rules: Rules) -> dict[str, Frame]:
    """Declared bases, standings of all models in a family, and looks at whatever changed licence or gate."""
    named = frames.artifacts.filter(nw.col("kind") == "model", ~nw.col("base_models").is_null())
    bases = frames.share(
        exploded(named.select("artifact", "base_models"), "base_models").rename({"base_models": "base"})
    )
    every = standings(frames).join(
        frames.artifacts.select("artifact", "looked", declared="license"), on="artifact", how="left"
    )
    made = every.join(bases.select("artifact").unique(), on="artifact", how="semi")
    above = every.join(bases.select(name="base").unique(), on="name", how="semi")
    return {
        "bases": bases.filter(~nw.col("base").is_null()),
        "models": nw.concat([made, above]).unique(),
        **_looks(frames),
    }


def _looks(frames: Frames) -> dict[str, Frame]:
    """Looks at the artifacts that had more than one licence or gate, and how many were looked at more than once."""
    seen = frames.snapshots.select("artifact", "observed", "license", "gate")
    ends = seen.group_by("artifact").agg(
        *(f(c).alias(f"{c}_{f.__name__}") for c in ("observed", "license", "gate") for f in (nw.min, nw.max))
    )
    differs = [nw.col(f"{c}_min") != nw.col(f"{c}_max") for c in ("license", "gate")]
    moved = ends.filter(differs[0].fill_null(value=False) | differs[1].fill_null(value=False)).select("artifact")
    again = ends.filter(nw.col("observed_min") < nw.col("observed_max"))
    named = frames.artifacts.select("artifact", "name", owner="owner_key")
    return {
        "looks": seen.join(moved, on="artifact", how="inner").join(named, on="artifact", how="left"),
        "again": again.select(
            artifacts=nw.len().cast(nw.Int64),
            since=nw.col("observed_min").min(),
            until=nw.col("observed_max").max(),
        ),
    }


def estimate(tables: Tables, rules: Rules) -> Finding:
    """Every model against its bases and what they were made from, and every change between dated looks."""
    models = {str(row["name"]): row for row in tables["models"].to_dict("records")}
    links = _links(tables["bases"], models)
    direct = links[links["generations"] == 1]
    changes = _changes(tables["looks"])
    numbers = {
        "made": Number(float(direct["name"].nunique()), "models that declare what they were made from", "models"),
        "bases": Number(float(len(direct)), "bases that they declare", "links"),
        "uncollected": _share(direct, direct["licence_case"] == "not collected", rules, 0, "bases not collected"),
    }
    for number, (key, (column, value, meaning)) in enumerate(CASES.items(), 1):
        known = direct[~direct[column].isin(UNCOMPARED[column])]
        numbers[key] = _share(known, known[column] == value, rules, number, f"models × bases: {meaning}")
    above = links[(links["licence_case"] == "more open") & (links["generations"] > 1)]
    only = above[~above["name"].isin(direct.loc[direct["licence_case"] == "more open", "name"])]
    meaning = "more models whose licence is open, and not that of what their base was made from"
    numbers["more_open_above"] = Number(float(only["name"].nunique()), meaning, "models")
    numbers |= _over_time(changes, tables["again"])
    cases = links[links["licence_case"].isin(REPORTED) | links["gate_case"].isin(REPORTED)]
    parts = {"cases": _ordered(cases), "changes": changes, "families": _families(direct), "counts": _counts(direct)}
    return Finding(numbers, parts, _sentence(numbers), int(direct["name"].nunique()), _notes(tables["again"]))


REPORTED = tuple(value for _, value, _ in CASES.values())
LINK = ["name", "owner", "ancestor", "generations", "path", "licence_case", "gate_case"]
SIDE = ["licence", "terms", "restrictions", "gate", "declared", "seen"]


def _links(bases: pd.DataFrame, models: Mapping[str, Mapping[Any, Any]]) -> pd.DataFrame:
    """One row a model and each model that it descends from, with both sides' declarations and when they were seen."""
    key = {row["artifact"]: name for name, row in models.items()}
    declared: dict[str, list[str]] = {}
    for artifact, base in sorted(zip(bases["artifact"], bases["base"], strict=True)):
        declared.setdefault(key[artifact], []).append(str(base))
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
        return "" if pd.isna(row["looked"]) else date(int(row["looked"]))
    return "" if pd.isna(row[column]) else str(row[column])


def _changes(looks: pd.DataFrame) -> pd.DataFrame:
    """One row a change: when the old value was last seen, and the new one first."""
    rows = []
    for artifact, group in looks.groupby("artifact"):
        told = [
            (int(at), _text(one), _text(gate)) for at, one, gate in group[["observed", "license", "gate"]].to_numpy()
        ]
        name = group["name"].iloc[0]
        for change in family.changes(int(artifact), told, by_name):
            days = date(change.last_old), date(change.first_new)
            rows.append((name, change.field, change.old, change.new, change.direction, *days))
    columns = ["name", "field", "old", "new", "direction", "last_old", "first_new"]
    return pd.DataFrame(rows, columns=columns).sort_values(["first_new", "name", "field"], ignore_index=True)


def _text(value: Any) -> str | None:
    return None if pd.isna(value) else str(value)


def _share(among: pd.DataFrame, flags: pd.Series, rules: Rules, number: int, meaning: str) -> Number:
    """Share of links, with its interval by bootstrap over the owners of the models that were made."""
    n = len(among)
    if not n:
        return Number(None, f"{meaning} (of 0)")
    owners = pd.factorize(among["owner"], sort=True, use_na_sentinel=False)[0].astype(np.int64)
    sums = cluster_sums(np.column_stack([flags.to_numpy(dtype=float), np.ones(n)]), owners)
    drawn = resampled_sums(sums, rules.draws, np.random.default_rng([rules.seed, 33, number]))
    found = percentile(float(flags.mean()), ratio(drawn[:, 0], drawn[:, 1]))
    return Number.of(found, f"{meaning} ({int(flags.sum()):,} of {n:,})")


def _over_time(changes: pd.DataFrame, again: pd.DataFrame) -> dict[str, Number]:
    seen = int(again["artifacts"].iloc[0] or 0) if len(again) else 0
    numbers = {
        "again": Number(float(seen), "artifacts whose licence or gate was looked at more than once", "artifacts")
    }
    for field in ("licence", "gate"):
        mine = changes[changes["field"] == field]
        numbers[f"changed_{field}"] = Number(
            float(mine["name"].nunique()), f"of these, with another {field}", "artifacts"
        )
        for direction in family.DIRECTIONS:
            count = float((mine["direction"] == direction).sum())
            numbers[f"{field}_{direction}"] = Number(count, f"changes of {field}: {direction}", "changes")
    return numbers


def _families(direct: pd.DataFrame) -> pd.DataFrame:
    """One row a base: how many models name it, and how many of these are freer or less free than it."""
    flags = {key: direct[column] == value for key, (column, value, _) in CASES.items()}
    table = direct.assign(models=1, **flags).groupby("ancestor", as_index=False)[["models", *flags]].sum()
    facts = direct.drop_duplicates("ancestor").set_index("ancestor")[["ancestor_licence", "ancestor_gate"]]
    table = table.join(facts, on="ancestor").rename(columns={"ancestor": "base"})
    return table.sort_values(["models", "base"], ascending=[False, True], ignore_index=True)


def _counts(direct: pd.DataFrame) -> pd.DataFrame:
    """How many links are of each case."""
    rows = [
        (column.removesuffix("_case"), case, int(count))
        for column in ("licence_case", "gate_case")
        for case, count in sorted(direct[column].value_counts().items())
    ]
    return pd.DataFrame(rows, columns=["field", "case", "links"])


def _ordered(cases: pd.DataFrame) -> pd.DataFrame:
    return cases.drop(columns="owner").sort_values(["generations", "name", "ancestor"], ignore_index=True)


def _sentence(numbers: Mapping[str, Number]) -> str:
    made, again = numbers["made"].value, numbers["again"].value
    kin = "No model here declares what it was made from."
    if made:
        kin = (
            f"Of the declared bases whose terms can be compared, {between(numbers['more_open'], 100, ' %')} restrict use "
            f"where the model made from them does not, and {between(numbers['dropped'], 100, ' %')} of gates "
            "compared were dropped."
        )
    if not again:
        return f"{kin} Nothing here was looked at more than once, so that change over time cannot be seen."
    return (
        f"{kin} Of {plain(again)} artifacts looked at more than once, {numbers['changed_licence']} changed "
        f"their licence and {numbers['changed_gate']} their gate."
    )


def _notes(again: pd.DataFrame) -> tuple[str, ...]:
    notes = ["What a model declares against its base's terms is a declaration: whether it holds, the law says."]
    if len(again) and again["artifacts"].iloc[0]:
        since, until = (date(int(again[end].iloc[0])) for end in ("since", "until"))
        notes.append(f"looks at licence and gate run from {since} to {until}; a change lies between two of them")
    return tuple(notes)


def draw(answer: Answer, axes: AxesGrid, _part: str) -> None:
    """Each case as the share of links that can be compared, with its interval."""
    axis = single(axes)
    keys = [*CASES][::-1]
    for place, key in enumerate(keys):
        number = answer.numbers[key]
        colour = BLUE if key in ("more_open", "fewer", "dropped") else ORANGE
        if number.value is None:
            axis.text(0.5, place, "nothing to compare", color=GREY, fontsize=8, va="center")
            continue
        if number.low is not None and number.high is not None:
            axis.plot([100 * number.low, 100 * number.high], [place, place], color=colour, lw=2.4, alpha=0.5)
        axis.plot([100 * number.value], [place], marker="o", color=colour, ms=5)
    said = [answer.numbers[key].meaning.removeprefix("models × bases: ").replace(" (", "\n(") for key in keys]
    axis.set_yticks(range(len(keys)), said, fontsize=8, color=INK)
    axis.set_ylim(-0.6, len(keys) - 0.4)
    axis.set_xlim(left=0)
    axis.set_xlabel("share of models × declared bases that can be compared (%), with 95 % interval")


QUESTION = Question(
    name="drift",
    asks="Are models freer than what they were made from, and do licences and gates change?",
    cites=Citation(section="4.3", methods="10"),
    measure=measure,
    estimate=estimate,
    draw=draw,
    size=(7.0, 3.6),
    share_y=False,
    columns={
        "name": "model",
        "ancestor": "a model that it was made from, or that this was made from",
        "generations": "how far up: 1 for a declared base",
        "path": "the models between, the nearest first",
        "licence_case": "more open, fewer restrictions, same, other, tighter, missing, unknown, not collected",
        "gate_case": "dropped, added, same, unknown, not collected",
        "licence, terms, restrictions, gate": "the model's, from the register",
        "declared": "its licence as declared on the Hub",
        "seen": "day of the last look at it",
        "ancestor_licence, …": "the same of the ancestor",
        "field, old, new": "what changed, from what to what, as declared",
        "direction": "relaxed, tightened, sideways, or unknown",
        "last_old, first_new": "day on which the old value was last seen, and the new one first",
        "base, models": "a base, and how many models name it",
        "more_open, fewer, tighter, missing, dropped, added": "how many of these are of the case",
        "case, links": "how many models × bases are of each case",
    },
)
