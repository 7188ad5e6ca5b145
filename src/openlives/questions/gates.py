"""Which models have a gate, and what does it do to their communities? (§4.3.1)"""

from collections.abc import Mapping

import narwhals.stable.v2 as nw
import pandas as pd

from openlives.measures import access
from openlives.measures.engine import Frame, grouped
from openlives.measures.frames import Frames
from openlives.measures.lives import is_somebody
from openlives.measures.movement import flag
from openlives.questions import audit, forest, friction
from openlives.questions.counted import Counted
from openlives.questions.question import Answer, AxesGrid, Citation, Finding, Number, Question, Tables, plain
from openlives.rules import Rules

GATES = {
    "none": "no gate",
    "auto": "terms to accept",
    "manual": "somebody decides",
    "probably": "keys of one in the card",
    "unknown": "not known",
}
OFF = "discussions switched off"


def measure(frames: Frames, rules: Rules) -> dict[str, Frame]:
    """Models by gate, those without discussions, their communities, and the threads about access."""
    alike = audit.alike(frames)
    gates = sorted({*GATES, *audit.values(alike, "gate")})
    off = {OFF: audit.observed("discussions", yes=("off",), known=("on", "off"))}
    return {
        **audit.tallies(audit.owned(frames), alike, gates={**audit.is_value("gate", gates), **off}),
        **audit.communities(frames, rules, "gate"),
        **_threads(frames),
    }


def _threads(frames: Frames) -> dict[str, Frame]:
    """Discussions opened in the window, those about access, what in these points elsewhere, and when gates changed."""
    opened = _discussions(frames, frames.interactions.select("thread", "artifact", "time", "opening"))
    discussions = opened.select("thread", "artifact", "time", "num")
    cued = frames.once("access", _about_access)
    about = frames.share(discussions.select("thread").unique().join(cued, on="thread", how="semi"))
    gates = frames.profiles.filter(nw.col("registered") == 1).select("profile", "gate")
    models = frames.models.join(gates, on="profile", how="inner")
    placed = discussions.join(models, on="artifact", how="inner")
    marked = placed.join(about.with_columns(access=nw.lit(1)), on="thread", how="left")
    marked = marked.with_columns(access=nw.col("access").fill_null(0).cast(nw.Int64), threads=nw.lit(1))
    names = frames.artifacts.select("artifact", "name")
    asked = frames.share(marked.filter(nw.col("access") == 1).join(names, on="artifact", how="inner"))
    inside = frames.interactions.join(about, on="thread", how="semi")
    people = inside.select("thread", "person").unique().with_columns(people=is_somebody())
    talk = grouped(inside, "thread", comments=nw.len()).join(
        grouped(people, "thread", people=nw.col("people").sum()), on="thread", how="left"
    )
    elsewhere = inside.filter(nw.col("body").fill_null("").str.contains(access.LEADS_AWAY)).select("thread", "body")
    sums = {name: nw.col(name).sum() for name in ("threads", "access")}
    return {
        "threads": grouped(marked, "artifact", "owner", "gate", **sums),
        "asked": asked.select("artifact", "owner", "name", "num", "gate", "time", "thread").join(talk, on="thread"),
        "elsewhere": elsewhere.join(asked.select("thread", "name"), on="thread", how="inner"),
        "snapshots": friction.changing(frames),
    }


def _discussions(frames: Frames, comments: Frame) -> Frame:
    """The comments that opened a discussion, which is no pull request, with its `title` and `num`."""
    told = frames.threads.select("thread", "title", "num", "pull_request")
    opened = comments.filter(flag("opening") == 1)
    return opened.join(told, on="thread", how="inner").filter(flag("pull_request") == 0)


def _about_access(frames: Frames) -> Frame:
    """Discussions about access, whoever opened them and whenever: to read them all is dear, and no rule changes it."""
    opened = _discussions(frames, frames.comments.select("thread", "opening", "body"))
    return frames.share(access.access_threads(opened).unique())


def estimate(tables: Tables, rules: Rules) -> Finding:
    """Shares of gates, what communities behind them are like, and how much of their talk is about access."""
    counted = Counted.of(tables)
    others = sorted({*counted.items("gates")} - {*GATES, OFF})
    order = [*list(GATES)[:-1], *others, audit.UNKNOWN]
    gates = audit.shares(counted, "gates", [*order, OFF], rules, 44)
    alike = audit.side_by_side(tables, order, rules, 45)
    rates = friction.by_gate(tables["threads"], order, rules)
    asked = friction.asked(tables["asked"], tables["elsewhere"])
    changes, changed = friction.over_changes(tables["snapshots"], tables["asked"], rules)
    total = int(gates["yes"].iloc[:-1].sum())
    numbers = {
        "models": Number(float(total), "models", "models"),
        **audit.share_numbers(gates, "", LABELS),
        **friction.numbers(asked, tables["threads"], rules),
        **changed,
        **audit.community_numbers(alike, "", GATES),
    }
    parts = {"gates": gates, "communities": alike, "friction": rates, "access_threads": asked, "changes": changes}
    return Finding(numbers, parts, _sentence(numbers), total, _notes(changes))


LABELS = {**GATES, OFF: OFF}


def _sentence(numbers: Mapping[str, Number]) -> str:
    gated = [numbers[name].value or 0 for name in ("share_auto", "share_manual")]
    behind, before = numbers["access_gated"], numbers["access_open"]
    return (
        f"Of {plain(numbers['models'].value)} models, {plain(sum(gated) * 100)} % have a gate, and of "
        f"{audit.percent(numbers['share_unknown'])} it is not known; of those looked at, "
        f"{audit.percent(numbers['share_discussions_switched_off'])} have discussions switched off. "
        f"Access is what {audit.percent(behind)} of the discussions of gated models are about, "
        f"and {audit.percent(before)} of those of models without a gate."
    )


def _notes(changes: pd.DataFrame) -> tuple[str, ...]:
    cues = (
        "What a discussion is about is decided by cues in its title and first comment (measures/access.py), not read."
    )
    none = "No dated snapshots show a model with and without its gate: nothing is said of before and after."
    return (audit.CAUTION, cues, *(() if len(changes) else (none,)))


def draw(answer: Answer, axes: AxesGrid, _part: str) -> None:
    """Shares of gates; talk about access; then the score and the decline of the communities behind each."""
    forest.draw_shares(axes[0], answer.tables["gates"], LABELS)
    axes[0].set_xlabel("% of models")
    axes[0].legend(loc="lower right")
    alike = answer.tables["communities"]
    forest.draw_communities(
        axes[1], answer.tables["friction"], "share", GATES, "% of discussions that are about access"
    )
    forest.draw_communities(axes[2], alike, "score", GATES, "mean persistence score (person-weeks)")
    forest.draw_communities(axes[3], alike, "declining", GATES, "% of communities with a falling trend (τ < 0)")


QUESTION = Question(
    name="gates",
    asks="Which models have a gate, and what do their communities talk about?",
    cites=Citation(section="4.3", methods="9"),
    measure=measure,
    estimate=estimate,
    draw=draw,
    unordered=audit.UNORDERED,
    rules=("decline_",),
    rows=4,
    size=(6.4, 7.6),
    heights=(6, 5, 5, 5),
    share_x=False,
    columns={
        "item": "gate, or discussions switched off (of the models that were looked at)",
        **audit.SHARE_COLUMNS,
        "value": "gate",
        **audit.COMMUNITY_COLUMNS,
        **friction.COLUMNS,
    },
)
