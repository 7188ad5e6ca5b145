"""What kind of life has an artifact had, who answers there, and where did its people go? (§4, of single ones)

Asked of the most persistent artifacts of a collection, or of those that `within` names.
"""

from collections.abc import Sequence

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd

from openlives.measures import weeks
from openlives.measures.clock import DAY, WEEK, calendar_week_start, date
from openlives.measures.engine import Frame, among, grouped, lazy
from openlives.measures.frames import Frames, small
from openlives.measures.lives import pairs
from openlives.measures.movement import flag
from openlives.measures.relatives import relatives
from openlives.measures.replies import replies
from openlives.measures.ways import elsewhere, visitors, ways
from openlives.questions.beside import beside
from openlives.questions.life import COLUMNS, NEAREST, TABLES, Life
from openlives.questions.question import Answer, AxesGrid, Citation, Finding, Number, Question, Tables
from openlives.questions.style import BLUE, INK, ORANGE
from openlives.rules import Rules


def measure(frames: Frames, rules: Rules) -> dict[str, Frame]:
    """All that is needed of the chosen artifacts: visits, voices, threads, ways and family; and everybody's scores."""
    whole = frames.whole or frames
    since, until = rules.window
    chosen = frames.share(_chosen(frames, rules.lives_most))
    named = small(chosen.select("artifact", "name"))
    keys = named["artifact"].tolist()
    said = frames.share(among(frames.interactions, "artifact", keys))
    placed = among(frames.threads, "artifact", keys).select("thread", "num", "pull_request", "status")
    people = frames.share(pairs(said))
    gone = frames.share(visitors(people, since=since, until=until, seconds=rules.lives_follow_weeks * WEEK))
    met = frames.share(elsewhere(gone, whole.interactions))
    common = small(ways(met).filter(nw.col("people") >= rules.lives_min_people))
    family = relatives(whole.bases, sorted(named["name"]))
    return {
        "lives": chosen,
        "visits": weeks.calendar_visits(said),
        "life_visits": weeks.life_visits(said, chosen),
        "people": people,
        "voices": grouped(said.with_columns(**{by: flag(f"by_{by}") for by in VOICES}), "artifact", "person",
                          interactions=nw.len(), **{by: nw.col(by).sum() for by in VOICES}),
        "threads": replies(said).join(placed, on="thread", how="left"),
        "ways": _named(whole, common),
        "followed": grouped(gone, "artifact", "way", people=nw.len()),
        "met": grouped(met.select("artifact", "way", "person").unique(), "artifact", "way", people=nw.len()),
        "family": _known(whole, family),
        "ranks": grouped(whole.presence, "score", artifacts=nw.len()),
    }  # fmt: skip


VOICES = ("owner", "member", "staff")


def _chosen(frames: Frames, most: int) -> Frame:
    """Give the most persistent artifacts; ties, and those without a nameable contributor, in the order of names."""
    scores = frames.presence.select("artifact", "score")
    joined = frames.lives.drop("outcome").join(scores, on="artifact", how="left")
    named = joined.with_columns(score=nw.col("score").fill_null(0).cast(nw.Int64))
    first = named.sort("score", "artifact", descending=[True, False]).head(most)
    about = frames.artifacts.select("artifact", "name", "created", "outcome", "looked")
    return first.join(about, on="artifact", how="inner")


def _named(whole: Frames, common: pd.DataFrame) -> Frame:
    """Name the artifacts that ways lead to; they are few, of very many."""
    keys = sorted(set(common["other"].tolist()))
    if not keys:
        return lazy(common.assign(name="")[["artifact", "way", "people", "name"]])
    names = small(among(whole.artifacts, "artifact", keys).select(other="artifact", name="name"))
    return lazy(common.merge(names, on="other")[["artifact", "way", "people", "name"]])


def _known(whole: Frames, family: pd.DataFrame) -> Frame:
    """Put to each relative whether the collection knows it, and how much was said there."""
    names = sorted(set(family["relative"]))
    if not names:
        return lazy(pd.DataFrame(columns=[*TABLES["family"]]))
    here = among(whole.artifacts, "name", names).select("artifact", relative="name")
    lives = here.join(whole.lives.select("artifact", "interactions"), on="artifact", how="left").drop("artifact")
    joined = family.merge(small(lives).assign(known=1), on="relative", how="left")
    filled = joined.assign(**{name: joined[name].fillna(0).astype("int64") for name in ("known", "interactions")})
    nearest = ["name", "relation", "generations", "interactions", "relative"]
    ordered = filled.sort_values(nearest, ascending=[True, True, True, False, True])
    return lazy(ordered.groupby(["name", "relation"], sort=False).head(NEAREST)[[*TABLES["family"]]])


def estimate(tables: Tables, rules: Rules) -> Finding:
    """Describe each life by itself; no number of one depends on which others were asked of."""
    lives = beside(lambda row: Life.of(row, tables, rules), tables["lives"].to_dict("records"))
    lives.sort(key=lambda life: (-life.score.value, life.name))
    numbers: dict[str, Number] = {}
    for life in lives:
        numbers |= {f"{life.name} {key}": number for key, number in life.numbers.items()}
    parts = {"lives": pd.DataFrame([life.row for life in lives], columns=[*COLUMNS])}
    for table, names in TABLES.items():
        filled = [life.tables[table] for life in lives if len(life.tables[table])]
        parts[table] = pd.concat(filled, ignore_index=True) if filled else pd.DataFrame(columns=[*names])
    return Finding(numbers, parts, _sentence(lives), len(lives), _notes(lives, rules))


def _sentence(lives: Sequence[Life]) -> str:
    if len(lives) == 1:
        return lives[0].sentence
    alive = sum(life.row["state"] == "alive" for life in lives)
    falling = sum(life.row["trend"] == "falling" for life in lives)
    first = max(lives, key=lambda life: life.score.value)
    return (
        f"Of these {len(lives)} communities {alive} are alive at the end and {falling} have a falling trend. "
        f"The most persistent: {first.sentence}"
    )


def _notes(lives: Sequence[Life], rules: Rules) -> tuple[str, ...]:
    notes = [
        "A rank is among all artifacts with a contributor, outliers not left out; its ends are those of the score.",
        (
            f"People are followed for {rules.lives_follow_weeks} weeks, as far as the window reaches; a way that fewer "
            f"than {rules.lives_min_people} people took is not named."
        ),
    ]
    unsure = [life.name for life in lives if life.row["outcome"] != "complete"]
    if unsure:
        notes.append(f"not seen in full: {', '.join(unsure)}")
    return tuple(notes)


def parts(answer: Answer) -> list[str]:
    """Name the artifacts, each of which has a figure."""
    return list(answer.table["name"])


def draw(answer: Answer, axes: AxesGrid, part: str) -> None:
    """One life: interactions by calendar week from its first week to the end of the window, and contributors."""
    table = answer.tables["weekly"][answer.tables["weekly"]["name"] == part]
    weeks_, end = table["week"].to_numpy(), rules_end(answer)
    edges = np.stack([weeks_ - 0.5, weeks_ + 0.5], axis=1).ravel()  # as steps, which are drawn sooner than bars
    for axis, name, colour in ((axes[0], "interactions", BLUE), (axes[1], "contributors", ORANGE)):
        axis.fill_between(edges, np.repeat(table[name].to_numpy(), 2), color=colour, lw=0)
        axis.set_ylabel(f"{name}\na week")
        axis.set_ylim(bottom=0)
        axis.axvline(end, color=INK, lw=0.8, ls=":")
    axes[0].set_title(part)
    step = max(1, len(weeks_) // 6)
    axes[1].set_xticks(
        weeks_[::step], [date(calendar_week_start(int(week))) for week in weeks_[::step]], rotation=30, ha="right"
    )
    axes[1].set_xlabel("calendar week (starting Monday); dotted: the end of the window")


def rules_end(answer: Answer) -> float:
    """Give the end of the window in calendar weeks."""
    return (answer.rules.window[1] / DAY + 3) / 7 - 0.5


def one_life(answer: Answer, _part: str) -> int:
    """Tell that each figure rests on one artifact."""
    return min(1, answer.finding.rests_on)


QUESTION = Question(
    name="lives",
    asks="What kind of life has a model had, who answers there, and where did its people go?",
    cites=Citation(section="4", methods="14"),
    measure=measure,
    estimate=estimate,
    draw=draw,
    parts=parts,
    rests_on=one_life,
    rules=("lives_", "decline_alpha", "decline_min_weeks", "decline_series", "decline_end", "decline_zeros"),
    rows=2,
    size=(6.4, 4.2),
    columns={
        **COLUMNS,
        "week": "calendar week (weeks since the Monday before 1970-01-01), from the first to the end of what was seen",
        "contributors": "distinct people in the week",
        "num": "number of the thread",
        "pull_request": "whether it proposes a change",
        "status": "open, closed, merged, draft, as last seen",
        "opened, last_said": "days of its first and last comment",
        "comments": "comments in it, in the window",
        "own": "1 where an owner or a member opened it",
        "answered_hours": "hours until somebody else first answered; empty where nobody did",
        "answered_by": "owner or member, staff, or others",
        "way": "to: within the weeks after their last interaction here; from: within those before their first",
        "other": "where they were seen",
        "of": "people who could be followed that way",
        "share, share_low, share_high": "people / of, with Wilson's interval",
        "relation": "base (it was made from that), or derivative (that was made from it)",
        "generations": "steps of the family between them",
        "relative": "the other model",
        "known": "1 where the collection holds it",
        "descendants": "all that the relation leads to, named here or not",
    },
)
