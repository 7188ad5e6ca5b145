"""How open are the models whose communities persist? (§4.3, Table 2)"""

from collections.abc import Mapping
from typing import Any

import narwhals.stable.v2 as nw
import pandas as pd

from openlives.governance.published import OSI, TABLE_1, TABLE_2, contradictions, published
from openlives.measures.engine import Frame
from openlives.measures.frames import Frames
from openlives.questions import decline, persistence, quadrants, quadrants_figure
from openlives.questions.question import Citation, Finding, Number, Question, Tables, plain
from openlives.questions.standing import (
    ASKS,
    UNKNOWN,
    agreement,
    agrees,
    collected,
    licence_agrees,
    opened,
    standings,
    systems_of,
    why,
)
from openlives.rules import Rules
from openlives.stats.intervals import Interval

PERSISTENT, OF_PAPER = "most persistent", "the paper's Table 2"
OURS = ("licence", "restrictions", "gate", "terms", "access", "use", "process_own", "process", "level", "osaid")
JUDGED = ("licence", "gate", "process", "use")  # columns of Table 2
SETS = ("shown", "active", "all")


def measure(frames: Frames, rules: Rules) -> dict[str, Frame]:
    """The ranking of persistence, standings of its artifacts and of Table 2's, and every model's place."""
    ranking = persistence.measure(frames, rules)
    paper = collected(frames, published().of(TABLE_2)).select("artifact")
    shown = frames.share(nw.concat([ranking["scores"].select("artifact"), paper]).unique())
    known = frames.share(standings(frames, shown))
    models = _of_models(frames)
    trends = decline.measure(frames, rules)
    return {
        **ranking,
        "standings": known.join(ranking["scores"].select("artifact"), on="artifact", how="inner"),
        "paper": known.join(paper, on="artifact", how="semi"),
        "owners": frames.owned.join(models.select("profile"), on="profile", how="semi"),
        "profiles": models,
        "places": frames.models.join(models.select("profile"), on="profile", how="semi").join(
            frames.presence.select("artifact", "score"), on="artifact", how="inner"
        ),
        "lives": trends["lives"],
        "visits": trends["visits"],
    }


def _of_models(frames: Frames) -> Frame:
    """What models have in common by which they have a place: those that are in no register too, but nothing else."""
    known = frames.profiles
    models = known.filter(nw.col("kind") == "model") if "kind" in known.collect_schema().names() else known
    return models.select("profile", "process", "use")


def estimate(tables: Tables, rules: Rules) -> Finding:
    """Table 2 of this collection and the paper's own rows, held against what was published; then every quadrant."""
    models, persistent = _models(tables, rules)
    where = quadrants.places(tables["profiles"])
    owners = tables["owners"].assign(quadrant=tables["owners"]["profile"].map(where))
    shown = persistent.assign(models=1, quadrant=quadrants.placed(persistent))
    spread = quadrants.spread(dict(zip(SETS, (shown, owners[owners["active"] == 1], owners), strict=True)), rules)
    places = tables["places"].assign(quadrant=tables["places"]["profile"].map(where))
    trends = decline.trends(tables["lives"], tables["visits"], rules, with_p=False).lives
    lives = quadrants.lives(places, trends, rules)
    of_paper = models[models["part"] == OF_PAPER]
    parts = {
        "models": models.drop(columns="owner"),
        "disagreements": _disagreements(models),
        "quadrants": spread,
        "lives": lives,
        "contradictions": pd.DataFrame(
            [(c.about, c.one, c.other, c.where) for c in contradictions()], columns=["about", "one", "other", "where"]
        ),
    }
    unplaced = quadrants.unplaced(tables["profiles"], owners.groupby("profile")["models"].sum())
    numbers = _numbers(persistent, of_paper, spread, unplaced) | _live_numbers(lives)
    absent = [s.name for s in published().of(TABLE_2) if s.name not in set(of_paper["paper_model"])]
    return Finding(numbers, parts, _sentence(persistent, spread, numbers), int(owners["models"].sum()), _notes(absent))


def _models(tables: Tables, rules: Rules) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Rows of both parts, ours beside what was published; and the rows of the first part alone."""
    ranked = persistence.ranking(tables, rules)
    score = tables["places"].set_index("artifact")["score"]
    known = tables["standings"]
    ranks = ranked[["artifact", "rank", "score_low", "score_high"]]
    models = ranks[ranks["rank"] > 0].merge(known, on="artifact")  # whatever else people gather round is no model
    first = models.head(rules.persistence_top).assign(part=PERSISTENT)
    second = tables["paper"].merge(ranks, on="artifact", how="left")
    order = {system.name: place for place, system in enumerate(published().of(TABLE_2))}
    rows = [_row(row, score) for part in (first, second.assign(part=OF_PAPER)) for row in part.to_dict("records")]
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    paper = table[table["part"] == OF_PAPER]
    paper = paper.sort_values(["paper_model", "name"], key=lambda c: c.map(order) if c.name == "paper_model" else c)
    persistent = table[table["part"] == PERSISTENT]
    return pd.concat([persistent, paper], ignore_index=True), persistent


def _row(row: Mapping[Any, Any], score: pd.Series) -> dict[str, Any]:
    known, name = published(), str(row["name"])
    system = next(iter(systems_of(name, known.of(TABLE_2))), None)
    paper = {c: known.verdict(TABLE_2, system.key, c) if system else "" for c in JUDGED}
    listed = [s.key for s in systems_of(name, known.of(OSI, TABLE_1))]
    osi, table_1 = (next((known.verdict(t, k, "class") for k in listed), "") for t in (OSI, TABLE_1))
    return {
        **{c: row[c] for c in ("part", "owner", "name", *OURS)},
        "rank": 0 if pd.isna(row["rank"]) else int(row["rank"]),
        "score": score.get(row["artifact"], 0),
        "score_low": row["score_low"],
        "score_high": row["score_high"],
        "quadrant": quadrants.place(row["process"], row["use"]),
        "paper_model": system.name if system else "",
        **{f"paper_{c}": paper[c] for c in JUDGED},
        "paper_quadrant": quadrants.place(paper["process"], paper["use"]) if system else "",
        "agrees_licence": licence_agrees(row["licence"], paper["licence"], known),
        "agrees_gate": agrees(ASKS.get(row["gate"], UNKNOWN), paper["gate"]),
        "agrees_process": agrees(opened(row["process"]), paper["process"]),
        "agrees_use": agrees(row["use"], paper["use"]),
        "osi": osi,
        "paper_class": table_1,
        "agrees_osi": agrees(row["osaid"], osi),
        **{f"{v}_why": row[f"{v}_why"] for v in ("terms", "access", "process", "osaid")},
    }


REASONS = {"licence": ("terms",), "gate": ("access",), "process": ("process",), "use": ("terms", "access")}


def _disagreements(models: pd.DataFrame) -> pd.DataFrame:
    """Each verdict that differs from a published one, with our reasons; a model in both parts once."""
    found = []
    for row in models.drop_duplicates("name").to_dict("records"):
        found += [
            (row["name"], c, row[c], row[f"paper_{c}"], "the paper, Table 2", why(row, *REASONS[c]))
            for c in JUDGED
            if row[f"agrees_{c}"] == "no"
        ]
        if row["agrees_osi"] == "no":
            found.append((row["name"], "osaid", row["osaid"], row["osi"], "the OSI's list", why(row, "osaid")))
    return pd.DataFrame(found, columns=["name", "column", "ours", "theirs", "source", "why"])


def _numbers(
    persistent: pd.DataFrame, of_paper: pd.DataFrame, spread: pd.DataFrame, unplaced: Mapping[str, int]
) -> dict[str, Number]:
    numbers = {
        "shown": Number(float(len(persistent)), "most persistent models shown", "models"),
        "paper": Number(float(len(of_paper)), "models of the paper's Table 2 that are here", "models"),
    }
    for column in JUDGED:
        meaning = f"models of Table 2 on whose {column} we agree with the paper"
        numbers[f"agrees_{column}"] = agreement(of_paper[f"agrees_{column}"], meaning)
    said = {"shown": "the models shown", "active": "models with an interaction", "all": "all models"}
    for row in spread.to_dict("records"):
        key = _key(row["quadrant"])
        among = "" if row["quadrant"] == UNKNOWN else " whose place is known"
        meaning = f"share of {said[row['among']]}{among}: {row['quadrant']} ({row['count']:,} of {row['of']:,})"
        numbers[f"{row['among']}_{key}"] = Number.of(Interval(row["share"], row["low"], row["high"]), meaning)
    for side, count in unplaced.items():
        meaning = f"models whose {'process and use are' if side == 'both' else f'{side} alone is'} not known"
        numbers[f"unplaced_{side}"] = Number(float(count), meaning, "models")
    return numbers


LIVES = {
    "score_median": ("median persistence score", "models", "person-weeks"),
    "score_mean": ("mean persistence score", "models", "person-weeks"),
    "tau_mean": ("mean tau", "trends", ""),
    "falling": ("share with tau below 0", "trends", ""),
}


def _live_numbers(lives: pd.DataFrame) -> dict[str, Number]:
    """How long communities last in each quadrant, and how they decline."""
    numbers = {}
    for row in lives.to_dict("records"):
        for column, (meaning, n, unit) in LIVES.items():
            found = Interval(row[column], row[f"{column}_low"], row[f"{column}_high"])
            about = f"{meaning}, {row['quadrant']} (n = {row[n]:,})"
            numbers[f"{column}_{_key(row['quadrant'])}"] = Number.of(found, about, unit)
    for column in ("score_mean", "falling"):
        apart, pairs = quadrants.apart(lives, column)
        meaning = f"of {pairs} pairs of quadrants, those whose intervals of the {LIVES[column][0]} do not overlap"
        numbers[f"apart_{column}"] = Number(float(apart) if pairs else None, meaning, "pairs")
    return numbers


def _key(where: str) -> str:
    return where.replace(", ", "_").replace(" ", "_")


def _sentence(persistent: pd.DataFrame, spread: pd.DataFrame, numbers: Mapping[str, Number]) -> str:
    if persistent.empty:
        return "No model has a contributor who can be named."
    counts = spread[spread["among"] == "shown"].set_index("quadrant")["count"]
    told = ", ".join(f"{count} {where}" for where, count in counts.items() if count)
    text = f"Of the {len(persistent)} most persistent models here, by their place: {told}."
    agreed = [
        f"{column} {plain(100 * value)} %"
        for column in JUDGED
        if (value := numbers[f"agrees_{column}"].value) is not None
    ]
    found = plain(numbers["paper"].value)
    return f"{text} Of the paper's Table 2, {found} are here; we agree on {', '.join(agreed)}." if agreed else text


def _notes(absent: list[str]) -> tuple[str, ...]:
    notes = ["Licence and gate are as of the crawl, and need not be what they were when people came."]
    notes.append("A quadrant is no cause of persistence or decline: models differ in more than openness.")
    return (*notes, f"of the paper's Table 2, not collected: {', '.join(absent)}") if absent else tuple(notes)


COLUMNS = {
    "part": "most persistent here, or the paper's Table 2",
    "owner": "key of the owner",
    "rank": "rank by persistence; 0 for an outlier, or one not among the first hundred",
    "name": "model",
    "score": "sum over calendar weeks of distinct contributors (person-weeks)",
    "score_low": "lower end of its 95 % interval; empty beyond the first hundred",
    "score_high": "upper end of it",
    "licence": "the licence that governs the weights",
    "restrictions": "kinds of restriction, joined by ;",
    "gate": "none, auto, manual, probably, unknown",
    "terms": "whether the licence restricts nothing",
    "access": "whether the weights can be had without asking",
    "use": "terms and access together",
    "process_own": "whether the model's own step is open",
    "process": "whether the whole chain is open",
    "level": "none, documented, rebuildable, bit-reproducible",
    "quadrant": "place in the Dual Openness Framework",
    "osaid": "class under OSAID 1.0",
    "paper_model": "the row of the paper's Table 2 that it is",
    "paper_licence": "licence there",
    "paper_gate": "gate there",
    "paper_process": "process openness there",
    "paper_use": "use openness there",
    "paper_quadrant": "its place by the last two",
    "agrees_licence": "whether ours is a licence that the paper's name can mean; empty where not known",
    "agrees_gate": "whether ours agrees; empty where not known",
    "agrees_process": "as above",
    "agrees_use": "as above",
    "osi": "class by the OSI's list",
    "paper_class": "class in the paper's Table 1",
    "agrees_osi": "as above",
    "terms_why": "our reasons",
    "access_why": "our reasons",
    "process_why": "our reasons",
    "osaid_why": "what is missing under the definition",
}

QUESTION = Question(
    name="openness",
    asks="How open are the models whose communities persist?",
    cites=Citation(section="4.3", methods="10"),
    measure=measure,
    estimate=estimate,
    draw=quadrants_figure.draw,
    unordered=frozenset({"owners"}),
    rules=("persistence_", "decline_"),
    size=(7.4, 5.8),
    share_y=False,
    columns={name: meaning for name, meaning in COLUMNS.items() if name != "owner"}
    | {
        "column, ours, theirs, source, why": "a verdict that differs from a published one, and our reasons",
        "among": "shown, active (with an interaction), all",
        "count, of, share, low, high": "models in the quadrant, of how many, and the share with its 95 % interval",
        "models": "models of the quadrant with a contributor",
        "score_median, score_mean": "persistence of the models of a quadrant, each with its 95 % interval",
        "trends, tau_mean, falling": "series with a tau, their mean tau, and the share with tau below 0",
        "about, one, other, where": "a published contradiction: what about, both sides, and where they stand",
    },
)
