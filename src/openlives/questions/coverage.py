"""What does the collection hold, and what could it not see? (§3.1)"""

import narwhals.stable.v2 as nw
import pandas as pd
from matplotlib.ticker import MaxNLocator

from openlives.measures.engine import Frame
from openlives.measures.frames import Frames
from openlives.measures.lives import is_somebody
from openlives.questions.question import Answer, AxesGrid, Citation, Finding, Number, Question, Tables, plain, single
from openlives.questions.style import GREY, INK, thousands
from openlives.rules import Rules

ORDER = ["complete", "partial", "failed", "disabled", "gone", "private", "unreachable", "never"]


def measure(frames: Frames, rules: Rules) -> dict[str, Frame]:
    """Artifacts by how the last look at them ended, interactions, people, and events by kind."""
    since, until = rules.window
    inside = frames.events.filter(nw.col("time") >= since, nw.col("time") < until)
    return {
        "outcomes": frames.artifacts.group_by("outcome").agg(
            artifacts=nw.len().cast(nw.Int64), listed=nw.col("listed").cast(nw.Int64).sum().cast(nw.Int64)
        ),
        "active": frames.lives.group_by("outcome").agg(active=nw.len().cast(nw.Int64)),
        "owners": frames.artifacts.select("owner_key").unique().select(owners=nw.len().cast(nw.Int64)),
        "totals": frames.lives.select(
            interactions=nw.col("interactions").sum().cast(nw.Int64), active=nw.len().cast(nw.Int64)
        ),
        "people": frames.pairs.select("person").unique().select(people=is_somebody().sum().cast(nw.Int64)),
        "kinds": inside.group_by("kind").agg(events=nw.len().cast(nw.Int64)),
    }


def estimate(tables: Tables, _rules: Rules) -> Finding:
    """Count; what only a census could tell is given as not known where there is none."""
    both = tables["outcomes"].set_index("outcome").join(tables["active"].set_index("outcome"))
    outcomes = (
        both.reindex([*ORDER, *sorted(set(both.index) - set(ORDER))])
        .dropna(how="all")
        .fillna(0)
        .astype(int)
        .reset_index()
    )
    totals = tables["totals"].iloc[0].fillna(0)
    listed, active = int(outcomes["listed"].sum()), int(totals["active"])
    census = listed > 0
    everything = float(outcomes["artifacts"].sum()) if census else None
    share = active / everything if everything else None
    numbers = {
        "artifacts": Number(everything, "artifacts on the platform", "artifacts"),
        "owners": Number(float(tables["owners"]["owners"].iloc[0]) if census else None, "owners", "owners"),
        "active": Number(float(active), "artifacts with an interaction in the window", "artifacts"),
        "active_share": Number(share, "share of artifacts with an interaction"),
        "interactions": Number(float(totals["interactions"]), "interactions", "interactions"),
        "people": Number(float(tables["people"]["people"].fillna(0).iloc[0]), "people who took part", "people"),
        "known_artifacts": Number(
            float(outcomes["artifacts"].sum()), "artifacts that the collection knows of", "artifacts"
        ),
    }
    missed = outcomes[outcomes["outcome"].isin(["partial", "failed", "unreachable", "gone", "private", "disabled"])]
    of_all = (
        f", {plain((share or 0) * 100)} % of all {plain(everything)}"
        if census
        else " (how many there are in all is not known: no census was imported)"
    )
    sentence = (
        f"{plain(active)} artifacts have {plain(float(totals['interactions']))} interactions "
        f"by {plain(numbers['people'].value)} people{of_all}; "
        f"{plain(float(missed['artifacts'].sum()))} were looked at and could not be read, or not in full. "
        "These are counts, so they carry no interval."
    )
    kinds = tables["kinds"].sort_values(["events", "kind"], ascending=[False, True]).reset_index(drop=True)
    return Finding(numbers, {"outcomes": outcomes.drop(columns="listed"), "kinds": kinds}, sentence, active)


def draw(answer: Answer, axes: AxesGrid, _part: str) -> None:
    """Bars: how the last look at each artifact ended."""
    axis = single(axes)
    table: pd.DataFrame = answer.tables["outcomes"].iloc[::-1]
    axis.barh(table["outcome"], table["artifacts"], color=GREY, label="all")
    axis.barh(table["outcome"], table["active"], color=INK, label="with an interaction")
    for row, (total, active) in enumerate(zip(table["artifacts"], table["active"], strict=True)):
        axis.text(total, row, f"  {total:,} ({active:,} active)", va="center", fontsize=8)
    axis.set_xlabel("artifacts")
    axis.set_ylabel("how the last look ended")
    axis.set_xlim(0, max(1, table["artifacts"].max()) * 1.5)
    thousands(axis.xaxis)
    axis.xaxis.set_major_locator(MaxNLocator(4))
    axis.legend(loc="upper center", bbox_to_anchor=(0.5, -0.22), ncols=2)


QUESTION = Question(
    name="coverage",
    asks="What does the collection hold, and what could it not see?",
    cites=Citation(section="3.1", methods="2"),
    measure=measure,
    estimate=estimate,
    draw=draw,
    size=(6.4, 3.2),
    columns={
        "outcome": "how the last look at the artifact's threads ended",
        "artifacts": "artifacts",
        "active": "of these, artifacts with an interaction in the window",
        "kind": "kind of event",
        "events": "events of that kind in the window, whoever made them",
    },
)
