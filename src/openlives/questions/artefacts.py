"""Which artefacts of openness do models have? (§A, Table 3)"""

from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd
from matplotlib.colors import ListedColormap
from matplotlib.patches import Patch

from openlives.measures import weeks
from openlives.measures.communities import derivatives
from openlives.measures.engine import Frame, grouped
from openlives.measures.frames import Frames, small
from openlives.measures.movement import flag
from openlives.questions import audit, forest
from openlives.questions.question import Answer, AxesGrid, Citation, Finding, Number, Question, Tables, plain
from openlives.questions.style import BLUE, GREY
from openlives.rules import Rules

PROBED = {
    "documentation": "probe_card_sections",
    "model code": "probe_model_code",
    "training code": "probe_training_code",
    "weights": "probe_weights",
    "data sets": "probe_datasets_declared",
    "evaluation": "probe_evaluation",
    "energy": "probe_emissions",
    "explainability": "probe_explainability",
}
# Table 3 of the paper, in its order; its "pretrained models" are the models themselves.
ARTEFACTS = {
    "documentation": "the card has words of its own",
    "model code": "code of the model",
    "training code": "code of its training",
    "derivatives": "a model of the collection names it as its base",
    "issue tracking": "discussions are switched on",
    "roles": "its owner or a member wrote in a thread that somebody else opened",
    "licence": "a licence is named",
    "forum": "somebody wrote in the window",
    "weights": "files of weights",
    "data sets": "data sets are named",
    "evaluation": "results of tests",
    "energy": "energy or emissions",
    "explainability": "tools or results of explanation",
}
TOP = 25
SHADES = ("#ffffff", "#d9d9d9", BLUE)  # not known, no, yes
LOOKED = ("complete", "partial", "disabled")


def measure(frames: Frames, rules: Rules) -> dict[str, Frame]:
    """Models that have each artefact, by owner, and every artefact of the most persistent models."""
    described = audit.models(frames, "licence_class", "discussions", *PROBED.values())
    models = frames.share(_with_roles(frames, _with_derivatives(frames, described)))
    scores = weeks.persistence(weeks.calendar_visits(frames.interactions))
    items = _items()
    flags = {
        f"{part}_{place}": flag.cast(nw.Int64)
        for place, item in enumerate(items.values())
        for part, flag in zip(("yes", "known"), item, strict=True)
    }
    highest = scores.join(models, on="artifact", how="inner").sort("score", "artifact", descending=[True, False])
    top = highest.head(max(TOP, rules.persistence_top)).with_columns(**flags)
    return {
        "items": audit.tallies(models, items),
        "top": top.select("artifact", "name", "score", "derivatives", *flags),
    }


def _items() -> audit.Items:
    """What shows that a model has an artefact, and where that can be known."""
    looked = nw.col("outcome").is_in(list(LOOKED)) | (nw.col("active") == 1)
    found = {
        **{name: audit.observed(column) for name, column in PROBED.items()},
        "derivatives": (nw.col("derivatives") > 0, nw.col("derivatives") >= 0),
        "issue tracking": audit.observed("discussions", yes=("on",), known=("on", "off")),
        "roles": (nw.col("answered") > 0, nw.col("others") > 0),
        "licence": (nw.col("licence_class") != "none", nw.col("licence_class") != audit.UNKNOWN),
        "forum": (nw.col("active") == 1, looked),
    }
    return {name: found[name] for name in ARTEFACTS}


def _with_derivatives(frames: Frames, models: Frame) -> Frame:
    """Add how many artifacts name each model as their base; -1 where the collection names no base at all."""
    made = frames.share(derivatives((frames.whole or frames).artifacts))  # others may name those of a group
    nobody = -1 if small(made.head(1)).empty else 0
    return models.join(made, on="name", how="left").with_columns(
        derivatives=nw.col("derivatives").fill_null(nobody).cast(nw.Int64)
    )


def _with_roles(frames: Frames, models: Frame) -> Frame:
    """Add how many threads `others` opened, and how many of these an owner or a member `answered`."""
    said = frames.interactions.with_columns(
        producer=nw.max_horizontal(flag("by_owner"), flag("by_member")), opening=flag("opening")
    )
    opened = said.filter(nw.col("opening") == 1, nw.col("producer") == 0).select("artifact", "thread").unique()
    replies = said.filter(nw.col("opening") == 0, nw.col("producer") == 1).select("thread").unique()
    marked = opened.join(replies.with_columns(answered=nw.lit(1)), on="thread", how="left")
    counted = marked.with_columns(answered=nw.col("answered").fill_null(0), others=nw.lit(1))
    sums = grouped(counted, "artifact", others=nw.col("others").sum(), answered=nw.col("answered").sum())
    return models.join(sums, on="artifact", how="left").with_columns(
        nw.col("others", "answered").fill_null(0).cast(nw.Int64)
    )


def estimate(tables: Tables, rules: Rules) -> Finding:
    """Shares over all models and those with interactions, and a table of the most persistent."""
    found = audit.shares(tables["items"], list(ARTEFACTS), rules, 54)
    for prefix in ("", "active_"):
        found.insert(
            found.columns.get_loc(f"{prefix}known"), f"{prefix}no", found[f"{prefix}known"] - found[f"{prefix}yes"]
        )
    total = int(found[["known", "unknown"]].iloc[0].sum())
    active = int(found[["active_known", "active_unknown"]].iloc[0].sum())
    numbers = {
        "models": Number(float(total), "models", "models"),
        "active": Number(float(active), "of these, with an interaction in the window", "models"),
        **audit.share_numbers(found, "", {}),
    }
    base = "Each share is over the models of which it is known; what was seen in part counts as seen."
    return Finding(
        numbers, {"artefacts": found, "models": _top(tables["top"])}, _sentence(found), total, (audit.CAUTION, base)
    )


def _top(rows: pd.DataFrame) -> pd.DataFrame:
    """The most persistent models with yes, no or unknown for each artefact."""
    ordered = rows.sort_values(["score", "name"], ascending=[False, True], ignore_index=True)
    table = ordered[["name", "score", "derivatives"]].rename(columns={"derivatives": "named_as_base"})
    table["named_as_base"] = table["named_as_base"].clip(lower=0)
    for place, name in enumerate(ARTEFACTS):
        yes, known = (ordered[f"{part}_{place}"].fillna(0).astype(bool) for part in ("yes", "known"))
        table[column(name)] = np.where(known, np.where(yes, "yes", "no"), audit.UNKNOWN)
    return table


def column(artefact: str) -> str:
    """Give the column of an artefact."""
    return artefact.replace(" ", "_")


def _sentence(found: pd.DataFrame) -> str:
    asked = found[(found["active_known"] > 0) & (found["item"] != "forum")]  # those with an interaction have a forum
    known = asked.sort_values("active_share", kind="stable")
    if known.empty:
        return "Of no model is it known which artefacts it has."
    least, most = known.iloc[0], known.iloc[-1]
    return (
        f"Among models with an interaction, {most['item']} is the artefact most often there "
        f"({_share(most)}), and {least['item']} the one least often ({_share(least)})."
    )


def _share(row: "pd.Series[Any]") -> str:
    return f"{plain(100 * row['active_share'])} % of {row['active_known']:,} known"


def draw(answer: Answer, axes: AxesGrid, _part: str) -> None:
    """Shares of models that have each artefact; below, the artefacts of the most persistent models."""
    forest.draw_shares(axes[0], answer.tables["artefacts"], {})
    axes[0].legend(loc="lower right")
    table = answer.tables["models"].head(TOP)
    codes = {"yes": 2, "no": 1, audit.UNKNOWN: 0}
    states = np.array([[codes[state] for state in table[column(name)]] for name in ARTEFACTS], dtype=int)
    axis = axes[1]
    axis.imshow(states.reshape(len(ARTEFACTS), -1).T, aspect="auto", cmap=ListedColormap(SHADES), vmin=0, vmax=2)
    axis.set_xticks(range(len(ARTEFACTS)), list(ARTEFACTS), rotation=40, ha="right", fontsize=8)
    axis.set_yticks(range(len(table)), table["name"], fontsize=7)
    for place in range(1, max(len(table), 1)):
        axis.axhline(place - 0.5, color="white", lw=1)
    for place in range(1, len(ARTEFACTS)):
        axis.axvline(place - 0.5, color="white", lw=1)
    axis.grid(visible=False)
    axis.tick_params(length=0)
    names = zip(("not known", "no", "yes"), SHADES, strict=True)
    keys = [Patch(facecolor=shade, edgecolor=GREY, lw=0.5, label=name) for name, shade in names]
    axis.legend(handles=keys[::-1], loc="upper center", bbox_to_anchor=(0.5, 1.0), ncols=3, borderaxespad=-2.0)


QUESTION = Question(
    name="artefacts",
    asks="Which artefacts of openness do models have?",
    cites=Citation(section="4.3, Table 3", methods="9"),
    measure=measure,
    estimate=estimate,
    draw=draw,
    rules=("persistence_top",),
    rows=2,
    size=(6.8, 9.0),
    heights=(13, 20),
    share_x=False,
    share_y=False,
    columns={
        "item": "artefact",
        **audit.SHARE_COLUMNS,
        "no, active_no": "models of which it is known that it is not so",
        "name": "model; those with the highest persistence score, outliers too",
        "score": "persistence score (person-weeks)",
        "named_as_base": "artifacts of the collection that name it as their base",
        **{column(name): f"{meaning}: yes, no, unknown" for name, meaning in ARTEFACTS.items()},
    },
)
