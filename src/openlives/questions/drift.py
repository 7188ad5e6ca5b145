"""Does openness drift: within families, and over time? (§3.2, §4.3)"""

from collections.abc import Mapping
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd

from openlives.governance import family
from openlives.governance.licences import by_name
from openlives.measures.clock import date
from openlives.measures.engine import Frame, exploded
from openlives.measures.frames import Frames
from openlives.questions import kin
from openlives.questions.question import Answer, AxesGrid, Citation, Finding, Number, Question, Tables, between, single
from openlives.questions.standing import share, standings
from openlives.questions.style import BLUE, GREY, INK, ORANGE
from openlives.rules import Rules
from openlives.stats.intervals import cluster_sums, resampled_sums

FIELDS = ("licence", "gate")
TOLD = ("licence", "licence_class", "restrictions", "terms", "gate")
TAG, BASE = "license:", "base_model:"


def measure(frames: Frames, _rules: Rules) -> dict[str, Frame]:
    """Declared bases, standings of all models in a family, and looks at whatever changed licence or gate."""
    bases, members = _family(frames) if frames.whole else frames.once("family", _family)
    about = frames.artifacts.select("artifact", "looked", declared="license")
    models = standings(frames, members).select("artifact", "name", "owner", *TOLD)
    dated = frames.snapshots.group_by("artifact").agg(observed=nw.col("observed").max())
    seen = about.join(members, on="artifact", how="semi").join(dated, on="artifact", how="left")
    when = seen.select("artifact", "declared", seen=nw.coalesce("observed", "looked"))
    return {"bases": bases, "models": models.join(when, on="artifact", how="left"), **_looks(frames)}


def _family(frames: Frames) -> tuple[Frame, Frame]:
    """Declared bases, and the artifacts that have one or are one."""
    bases = frames.share(_bases(frames))
    named = frames.artifacts.select("artifact", "name").join(bases.select(name="base").unique(), on="name", how="semi")
    return bases, frames.share(nw.concat([bases.select("artifact"), named.select("artifact")]).unique())


def _bases(frames: Frames) -> Frame:
    """Bases as declared, or as tags have them where nothing else does; under the name that they have here."""
    models = frames.artifacts.filter(nw.col("kind") == "model")
    told = exploded(models.filter(~nw.col("base_models").is_null()).select("artifact", "base_models"), "base_models")
    untold = models.filter(nw.col("base_models").is_null()).select("artifact")
    tags = frames.tags.filter(nw.col("tag").str.starts_with(BASE)).join(untold, on="artifact", how="semi")
    tagged = tags.select("artifact", base=nw.col("tag").str.slice(len(BASE)))
    plain = tagged.filter(~nw.col("base").str.contains(":", literal=True))  # base_model:finetune:a/b says it again
    both = nw.concat([told.select("artifact", base="base_models"), plain]).filter(~nw.col("base").is_null())
    keyed = frames.share(both.with_columns(key=nw.col("base").str.to_lowercase()))  # tags are in lower case
    names = models.select(here="name", key=nw.col("name").str.to_lowercase())
    here = names.join(keyed.select("key").unique(), on="key", how="semi")
    found = keyed.join(here, on="key", how="left")
    return found.select("artifact", base=nw.coalesce("here", "base")).unique()


def _looks(frames: Frames) -> dict[str, Frame]:
    """Looks at the artifacts that had more than one licence or gate, and how many were looked at more than once."""
    seen = frames.share(_told(frames.snapshots))
    moved, again = [], []
    for field in FIELDS:
        told = seen.filter(~nw.col(field).is_null())
        ends = told.group_by("artifact").agg(
            since=nw.col("observed").min(),
            until=nw.col("observed").max(),
            least=nw.col(field).min(),
            most=nw.col(field).max(),
        )
        moved.append(ends.filter(nw.col("least") != nw.col("most")).select("artifact"))
        twice = ends.filter(nw.col("since") < nw.col("until"))
        total = twice.select(n=nw.len().cast(nw.Int64), since=nw.col("since").min(), until=nw.col("until").max())
        again.append(total.with_columns(field=nw.lit(field)))
    looks = seen.join(nw.concat(moved).unique(), on="artifact", how="inner")
    named = frames.artifacts.select("artifact", "name")
    return {"looks": looks.join(named, on="artifact", how="left"), "again": nw.concat(again)}


def _told(snapshots: Frame) -> Frame:
    """What each look tells of licence and gate; tags say it where the field does not, or that none is declared."""
    silent = snapshots.filter(nw.col("license").is_null(), ~nw.col("tags").is_null())
    tags = exploded(silent.select("artifact", "observed", "tags"), "tags")
    tagged = tags.filter(nw.col("tags").str.starts_with(TAG)).with_columns(tag=nw.col("tags").str.slice(len(TAG)))
    first = tagged.group_by("artifact", "observed").agg(tag=nw.col("tag").min())
    nothing = nw.when(~nw.col("tags").is_null()).then(nw.lit(family.UNDECLARED))
    joined = snapshots.join(first, on=["artifact", "observed"], how="left")
    return joined.select("artifact", "observed", "gate", licence=nw.coalesce(nw.col("license"), nw.col("tag"), nothing))


def estimate(tables: Tables, rules: Rules) -> Finding:
    """Every model against its bases and what they were made from, and every change between dated looks."""
    links = kin.links(tables["bases"], tables["models"])
    direct = links[links["generations"] == 1]
    changes = _changes(tables["looks"])
    numbers = {
        "made": Number(float(direct["name"].nunique()), "models that declare what they were made from", "models"),
        "bases": Number(float(len(direct)), "models × declared bases", "links"),
        "uncollected": _share(direct, direct["licence_case"] == "not collected", rules, 0, "base not collected"),
    }
    for number, (key, (column, value, meaning)) in enumerate(kin.CASES.items(), 1):
        known = direct[~direct[column].isin(kin.UNCOMPARED)]
        numbers[key] = _share(known, known[column] == value, rules, number, meaning)
    numbers["more_open_above"] = _further_up(links)
    numbers |= _over_time(changes, tables["again"])
    parts = {"cases": kin.cases(links), "changes": changes, "families": kin.families(direct)}
    parts["counts"] = kin.counts(direct)
    return Finding(numbers, parts, _sentence(numbers), int(direct["name"].nunique()), _notes(tables["again"]))


def _share(among: pd.DataFrame, flags: pd.Series, rules: Rules, number: int, meaning: str) -> Number:
    """Share of links, with its interval by bootstrap over the owners of the models that were made."""
    n, yes = len(among), int(flags.sum())
    owners = np.asarray(pd.factorize(among["owner"], sort=True, use_na_sentinel=False)[0], dtype=np.int64)
    sums = cluster_sums(np.column_stack([flags.to_numpy(dtype=float), np.ones(n)]), owners)
    drawn = resampled_sums(sums, rules.draws, np.random.default_rng([rules.seed, 33, number]))
    return Number.of(share(yes, n, drawn, len(sums)), f"{meaning} ({yes:,} of {n:,})")


def _further_up(links: pd.DataFrame) -> Number:
    """Count the models that are more open than an ancestor, and not than a declared base."""
    freer = links[links["licence_case"] == "more open"]
    by_base = set(freer.loc[freer["generations"] == 1, "name"])
    only = set(freer["name"]) - by_base
    meaning = "more models whose licence is open, and that of what their base was made from is not"
    return Number(float(len(only)), meaning, "models")


def _changes(looks: pd.DataFrame) -> pd.DataFrame:
    """One row a change: when the old value was last seen, and the new one first."""
    rows = []
    for artifact, group in looks.groupby("artifact"):
        columns = (group[name].tolist() for name in ("observed", "licence", "gate"))
        told = [(int(at), _text(licence), _text(gate)) for at, licence, gate in zip(*columns, strict=True)]
        for change in family.changes(int(artifact), told, by_name):
            days = date(change.last_old), date(change.first_new)
            rows.append((group["name"].iloc[0], change.field, change.old, change.new, change.direction, *days))
    names = ["name", "field", "old", "new", "direction", "last_old", "first_new"]
    return pd.DataFrame(rows, columns=names).sort_values(["first_new", "name", "field"], ignore_index=True)


def _text(value: Any) -> str | None:
    return None if pd.isna(value) else str(value)


def _over_time(changes: pd.DataFrame, again: pd.DataFrame) -> dict[str, Number]:
    seen = again.set_index("field")["n"]
    numbers = {}
    for field in FIELDS:
        mine = changes[changes["field"] == field]
        meaning = f"artifacts whose {field} was looked at more than once"
        numbers[f"again_{field}"] = Number(float(seen.get(field, 0)), meaning, "artifacts")
        numbers[f"changed_{field}"] = Number(float(mine["name"].nunique()), f"of these, {field} changed", "artifacts")
        for direction in family.DIRECTIONS:
            count = float((mine["direction"] == direction).sum())
            numbers[f"{field}_{direction}"] = Number(count, f"changes of {field}: {direction}", "changes")
    return numbers


def _sentence(numbers: Mapping[str, Number]) -> str:
    said = ["No model here declares what it was made from."]
    if numbers["made"].value:
        free, dropped = (between(numbers[name], 100, " %") for name in ("more_open", "dropped"))
        said = [
            f"Of declared bases whose terms can be compared, {free} restrict use while what is made of them is free."
        ]
        said += [f"Of those whose gate can be compared, {dropped} have a gate that what is made of them has not."]
    told = [
        f"{numbers[f'changed_{field}']} of {numbers[f'again_{field}']} artifacts seen again changed their {field}."
        for field in FIELDS
        if numbers[f"again_{field}"].value
    ]
    return " ".join([*said, *(told or ["Nothing was looked at more than once: change over time cannot be seen."])])


def _notes(again: pd.DataFrame) -> tuple[str, ...]:
    notes = ["Licences are as declared, and gates as seen: whether a model may be freer than its base, the law says."]
    looked = again[again["n"] > 0]
    if len(looked):
        since, until = date(int(looked["since"].min())), date(int(looked["until"].max()))
        notes.append(f"Looks at licence and gate run from {since} to {until}; a change lies between two of them.")
    return tuple(notes)


def draw(answer: Answer, axes: AxesGrid, _part: str) -> None:
    """Each case as the share of links that can be compared, with its interval."""
    axis = single(axes)
    keys = [*kin.CASES][::-1]
    for place, key in enumerate(keys):
        number = answer.numbers[key]
        colour = BLUE if key in ("more_open", "fewer", "bare", "dropped") else ORANGE
        if number.value is None:
            axis.text(0.02, place, "nothing to compare", color=GREY, fontsize=8, va="center")
            continue
        if number.low is not None and number.high is not None:
            axis.plot([100 * number.low, 100 * number.high], [place, place], color=colour, lw=2.4, alpha=0.5)
        axis.plot([100 * number.value], [place], marker="o", color=colour, ms=5)
    said = [answer.numbers[key].meaning.replace(" (", "\n(") for key in keys]
    axis.set_yticks(range(len(keys)), said, fontsize=8, color=INK)
    axis.set_ylim(-0.6, len(keys) - 0.4)
    axis.set_xlim(left=0, right=None if any(answer.numbers[key].value for key in keys) else 1)
    axis.set_xlabel("% of models × declared bases that can be compared")


QUESTION = Question(
    name="drift",
    asks="Are models freer than what they were made from, and do licences and gates change?",
    cites=Citation(section="4.3", methods="10"),
    measure=measure,
    estimate=estimate,
    draw=draw,
    size=(7.0, 4.0),
    share_y=False,
    columns={
        "name": "model",
        "ancestor": "a model that it was made from, or that this was made from",
        "generations": "how far up: 1 for a declared base",
        "path": "the models between, the nearest first",
        "licence_case": "more open, fewer restrictions, same, other, tighter, missing, base has none; or not compared",
        "gate_case": "dropped, added, same; or not compared: unknown, not collected",
        "licence, terms, restrictions, gate": "the model's, from the register",
        "declared": "its licence as declared on the Hub",
        "seen": "day of the last look at it",
        "ancestor_licence, ancestor_terms, ancestor_restrictions, ancestor_gate": "the ancestor's",
        "ancestor_declared, ancestor_seen": "its licence as declared, and the day of the last look at it",
        "field, old, new": "what changed, from what to what, as declared",
        "direction": "relaxed, tightened, sideways, or unknown",
        "last_old, first_new": "day on which the old value was last seen, and the new one first",
        "base, models": "a base, and how many models name it",
        "more_open, fewer, tighter, missing, bare, dropped, added": "how many of these are of the case",
        "case, links": "how many models × bases are of each case",
    },
)
