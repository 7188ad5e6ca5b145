"""Which communities persist? (§4.3, Figure 5)"""

from collections.abc import Mapping

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd

from openlives.measures import weeks as measures
from openlives.measures.clock import calendar_week_start, date
from openlives.measures.engine import Frame, grouped
from openlives.measures.frames import Frames, small
from openlives.measures.lives import is_somebody
from openlives.questions.question import Answer, AxesGrid, Citation, Finding, Number, Question, Tables, plain, single
from openlives.rules import Rules
from openlives.stats.intervals import Array

CANDIDATES = 100  # artifacts that are looked at closely: enough that no interval of the top reaches beyond
HIGHEST_SHOWN = 25
SHOWN = ["rank", "name", "score", "score_low", "score_high", "rank_low", "rank_high"]
SHOWN += ["weeks", "interactions", "automated", "busiest", "files", "excluded"]


def measure(frames: Frames, rules: Rules) -> dict[str, Frame]:
    """Scores of the highest artifacts, their weeks, people, and who makes their interactions."""
    many = max(CANDIDATES, 2 * rules.persistence_top)
    visits = frames.share(measures.calendar_visits(_contenders(frames, many)))
    # Artifacts are numbered in the order of their names: so are ties.
    highest = measures.persistence(visits).sort("score", "artifact", descending=[True, False]).head(many)
    named = frames.share(highest).join(frames.artifacts, on="artifact", how="left")
    top = frames.share(named.select("artifact", "name", "score", "files"))
    inside = visits.join(top.select("artifact"), on="artifact", how="inner")
    people = inside.filter(~nw.col("person").is_null())
    return {
        "scores": top,
        "active": frames.lives.select(active=nw.len().cast(nw.Int64)),
        "weeks": measures.calendar_weeks(inside),
        "people": grouped(people, "artifact", "person", weeks=nw.len(), interactions=nw.col("interactions").sum()),
        "makers": _makers(frames, top),
    }


def _contenders(frames: Frames, many: int) -> Frame:
    """Give the interactions of the artifacts that can be among the highest at all.

    A score is at least the number of participants and at most that of interactions, so an artifact with fewer
    interactions than the hundredth has participants is not among the first hundred.
    """
    people = small(frames.lives.sort("participants", descending=True).head(many).select("participants"))["participants"]
    possible = frames.lives.filter(nw.col("interactions") >= int(people.min())).select("artifact")
    return frames.interactions.join(possible, on="artifact", how="inner")


def _makers(frames: Frames, top: Frame) -> Frame:
    """All interactions, those by automation, and those of the busiest account: always counted over everyone."""
    marked = frames.mark(frames.inside.join(top.select("artifact"), on="artifact", how="inner"))
    automated = nw.col("automated").sum()
    each = grouped(marked, "artifact", "person", n=nw.len(), automated=automated)
    return grouped(
        each.with_columns(mine=nw.col("n") * is_somebody()),
        "artifact",
        interactions=nw.col("n").sum(),
        automated=automated,
        busiest=nw.col("mine").max(),
    )


def estimate(tables: Tables, rules: Rules) -> Finding:
    """Rank by the sum of weekly distinct contributors; outliers are left out by named rules, each said."""
    scores = ranking(tables, rules)
    out = scores[scores["excluded"] != ""]
    top = scores[scores["excluded"] == ""].head(rules.persistence_top)
    shown = scores[SHOWN].head(max(HIGHEST_SHOWN, rules.persistence_top) + len(out))
    weeks = tables["weeks"].merge(top[["artifact", "name", "rank"]], on="artifact").sort_values(["rank", "week"])
    weeks = weeks[["rank", "name", "week", "contributors", "interactions"]]
    ranked = int(tables["active"]["active"].iloc[0])
    numbers = {"active": Number(float(ranked), "active artifacts ranked", "artifacts")}
    for row in top.to_dict("records"):
        score, low, high = (float(row[name]) for name in ("score", "score_low", "score_high"))
        meaning = f"score of no. {row['rank']}, {row['name']}"
        numbers[f"score_{row['rank']}"] = Number(score, meaning, "person-weeks", low, high)
    meaning = f"artifacts left out as outliers among the first {len(scores)}"
    numbers["excluded"] = Number(float(len(out)), meaning, "artifacts")
    parts = {"ranking": shown.reset_index(drop=True), "weeks": weeks.reset_index(drop=True)}
    return Finding(numbers, parts, _sentence(top, out), ranked, _notes(out))


def ranking(tables: Tables, rules: Rules) -> pd.DataFrame:
    """The highest scores, each with why it is an outlier or its rank, and the intervals of both."""
    scores = tables["scores"].merge(tables["makers"], on="artifact", how="left")
    active = tables["weeks"][tables["weeks"]["contributors"] > 0].groupby("artifact").size()
    scores["weeks"] = scores["artifact"].map(active).fillna(0).astype(int)
    scores = scores.sort_values(["score", "name"], ascending=[False, True]).reset_index(drop=True)
    scores["excluded"] = [_outlier(row, rules) for row in scores.to_dict("records")]
    kept = scores["excluded"] == ""
    scores["rank"] = np.where(kept, kept.cumsum(), 0)
    drawn = _redrawn(scores, tables["people"], rules)
    ends = np.quantile(drawn, [0.025, 0.975], axis=0) if len(scores) else (0.0, 0.0)
    scores["score_low"], scores["score_high"] = ends
    scores["rank_low"], scores["rank_high"] = _ranks(drawn, kept.to_numpy())
    return scores


def _outlier(row: Mapping[str, object], rules: Rules) -> str:
    """Name the first rule that makes an artifact an outlier; an empty text where none does.

    Unknown files exclude nothing.
    """
    total, automated, busiest = (float(str(row[k])) for k in ("interactions", "automated", "busiest"))
    apply = rules.persistence_exclude
    if "list" in apply and row["name"] in rules.persistence_list:
        return f"on the study's list: {rules.persistence_list[str(row['name'])]}"
    if "automation" in apply and automated >= rules.persistence_automation_share * total:
        return f"automation makes {automated / total:.0%} of the interactions"
    if "one_account" in apply and busiest >= rules.persistence_account_share * total:
        return f"one account makes {busiest / total:.0%} of the interactions"
    if "no_files" in apply and row["files"] == 0:
        return "no model files"
    return ""


def _redrawn(scores: pd.DataFrame, people: pd.DataFrame, rules: Rules) -> Array:
    """Scores when each artifact's people are drawn anew: a score is the sum over people of their active weeks."""
    drawn = np.zeros((rules.draws, len(scores)))
    groups = {artifact: group["weeks"].to_numpy() for artifact, group in people.groupby("artifact")}
    for column, artifact in enumerate(scores["artifact"]):
        active = groups.get(artifact, np.zeros(0, np.int64))
        # Only how many people were active for so many weeks matters, not who: a multinomial over those counts.
        weeks, counts = np.unique(active, return_counts=True)
        if len(active):
            rng = np.random.default_rng([rules.seed, 6, column])
            drawn[:, column] = rng.multinomial(len(active), counts / len(active), size=rules.draws) @ weeks
    return drawn


def _ranks(drawn: Array, kept: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The middle 95 % of each artifact's rank over the draws, among those kept; 0 for the others."""
    low, high = np.zeros(len(kept), int), np.zeros(len(kept), int)
    if kept.any():
        ranks = np.argsort(np.argsort(-drawn[:, kept], axis=1, kind="stable"), axis=1) + 1
        low[kept], high[kept] = np.quantile(ranks, [0.025, 0.975], axis=0, method="nearest").astype(int)
    return low, high


def _sentence(top: pd.DataFrame, out: pd.DataFrame) -> str:
    if top.empty:
        return "No artifact has a contributor who can be named."
    first = top.iloc[0]
    left = f"; {len(out)} of the highest are left out as outliers" if len(out) else ""
    return (
        f"The most persistent community is {first['name']}, with {plain(float(first['score']))} person-weeks "
        f"(95 % interval {plain(float(first['score_low']))} to {plain(float(first['score_high']))}); "
        f"no. {len(top)} has {plain(float(top.iloc[-1]['score']))}{left}. "
        "Ranks are sure only where intervals do not overlap."
    )


def _notes(out: pd.DataFrame) -> tuple[str, ...]:
    return tuple(
        f"left out: {row['name']} (score {row['score']:,}): {row['excluded']}"
        for row in out.head(20).to_dict("records")
    )


def draw(answer: Answer, axes: AxesGrid, _part: str) -> None:
    """The top artifacts as rows, calendar weeks across, intensity the number of distinct contributors."""
    axis = single(axes)
    weeks = answer.tables["weeks"]
    names = list(dict.fromkeys(weeks["name"]))
    since, until = answer.rules.window
    first, last = (since // 86400 + 3) // 7, ((until - 1) // 86400 + 3) // 7
    grid = np.zeros((max(1, len(names)), last - first + 1))
    rows = {name: row for row, name in enumerate(names)}
    for name, week, contributors in zip(weeks["name"], weeks["week"], weeks["contributors"], strict=True):
        grid[rows[name], week - first] = contributors
    shown = np.ma.masked_equal(grid, 0)
    image = axis.imshow(
        shown, aspect="auto", cmap="viridis_r", norm="log", interpolation="none", vmin=1, vmax=max(2.0, grid.max())
    )
    axis.set_yticks(
        range(len(names)),
        [f"{name}  {answer.numbers[f'score_{row + 1}'].value:,.0f}" for row, name in enumerate(names)],
        fontsize=8,
    )
    step = max(1, grid.shape[1] // 6)
    ticks = range(0, grid.shape[1], step)
    axis.set_xticks(list(ticks), [date(calendar_week_start(first + t)) for t in ticks], rotation=30, ha="right")
    axis.set_xlabel("calendar week (starting Monday)")
    axis.set_ylabel("artifact and its score\n(person-weeks)", fontsize=8)
    axis.grid(visible=False)
    bar = axis.figure.colorbar(image, ax=axis, pad=0.02, shrink=0.8)
    bar.set_label("distinct contributors (log)")
    ticks_of_bar = [t for t in (1, 2, 5, 10, 20, 50, 100) if t <= max(2.0, grid.max())]
    bar.set_ticks(ticks_of_bar, labels=[str(t) for t in ticks_of_bar])
    bar.ax.minorticks_off()


QUESTION = Question(
    name="persistence",
    asks="Which communities persist?",
    cites=Citation(section="4.3", figure="5", methods="8"),
    measure=measure,
    estimate=estimate,
    draw=draw,
    rules=("persistence_",),
    size=(7.4, 3.6),
    share_y=False,
    columns={
        "rank": "rank among artifacts that are no outliers; 0 for an outlier",
        "name": "artifact",
        "score": "sum over calendar weeks of distinct contributors (person-weeks)",
        "score_low, score_high": "ends of its 95 % interval, by bootstrap over the artifact's people",
        "rank_low, rank_high": "middle 95 % of its rank over those draws",
        "weeks": "calendar weeks with a contributor",
        "interactions": "interactions by everyone in the window",
        "automated": "of these, by automation",
        "busiest": "of these, by the busiest account",
        "files": "files in the repository, where known",
        "excluded": "why it is an outlier, if it is",
        "week": "calendar week (weeks since the Monday before 1970-01-01)",
        "contributors": "distinct people in the week",
    },
)
