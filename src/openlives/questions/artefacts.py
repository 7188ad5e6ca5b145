"""Which artefacts of openness do models have? (§A, Table 3)"""

from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd
from matplotlib.colors import ListedColormap
from matplotlib.patches import Patch

from openlives.measures.communities import derivatives
from openlives.measures.engine import Frame, grouped
from openlives.measures.frames import Frames, small
from openlives.measures.movement import flag
from openlives.questions import audit, forest
from openlives.questions.counted import Counted
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
MARKS = {"answered": 1, "others": 2, "derived": 4}
SHADES = ("#ffffff", "#d9d9d9", BLUE)  # not known, no, yes
LOOKED = ("complete", "partial", "disabled")


def measure(frames: Frames, rules: Rules) -> dict[str, Frame]:
    """Models that have each artefact, by owner, and every artefact of the most persistent models."""
    alike, made = audit.alike(frames), frames.once("derivatives", lambda all_: all_.share(derivatives(all_.artifacts)))
    named = not small(made.head(1)).empty  # else the collection names no base at all
    marked = frames.share(_marked(frames, made))
    kinds = frames.share(_kinds(alike, marked))
    tallies = audit.tallies(_owned(frames, marked), kinds, artefacts=_items(named=named))
    return {**tallies, "top": _top_of(frames, rules, marked, made).join(tallies["kinds"], on="alike", how="inner")}


def _items(*, named: bool) -> audit.Items:
    """What shows that a model has an artefact, and where that can be known."""
    looked = nw.col("outcome").is_in(list(LOOKED)) | (nw.col("active") == 1)
    has = {name: nw.col("mark") // bit % 2 == 1 for name, bit in MARKS.items()}
    found = {
        **{name: audit.observed(column) for name, column in PROBED.items()},
        "derivatives": (has["derived"], audit.every() if named else ~audit.every()),
        "issue tracking": audit.observed("discussions", yes=("on",), known=("on", "off")),
        "roles": (has["answered"], has["others"]),
        "licence": (nw.col("licence_class") != "none", nw.col("licence_class") != audit.UNKNOWN),
        "forum": (nw.col("active") == 1, looked),
    }
    return {name: found[name] for name in ARTEFACTS}


def _marked(frames: Frames, made: Frame) -> Frame:
    """The few models that have what no profile tells: `artifact`, its `owner` and kind (`alike`), and its `mark`."""
    named = frames.artifacts.select("artifact", "name").join(made, on="name", how="inner")
    each = [_roles(frames), named.select("artifact", mark=nw.lit(MARKS["derived"]).cast(nw.Int64))]
    marks = grouped(nw.concat(each), "artifact", mark=nw.col("mark").sum())
    active = frames.lives.select("artifact", active=nw.lit(1))
    found = marks.join(frames.models, on="artifact", how="inner").join(active, on="artifact", how="left")
    numbered = found.with_columns(active=nw.col("active").fill_null(0).cast(nw.Int64))
    return numbered.select("artifact", "owner", "mark", alike=audit.number())


def _roles(frames: Frames) -> Frame:
    """Mark the models with a thread that somebody else opened, and those where an owner or a member answered one."""
    said = frames.interactions.with_columns(
        producer=nw.max_horizontal(flag("by_owner"), flag("by_member")), opening=flag("opening")
    )
    opened = said.filter(nw.col("opening") == 1, nw.col("producer") == 0).select("artifact", "thread").unique()
    replies = said.filter(nw.col("opening") == 0, nw.col("producer") == 1).select("thread").unique()
    answers = opened.join(replies.with_columns(answered=nw.lit(1)), on="thread", how="left")
    both = grouped(answers.with_columns(nw.col("answered").fill_null(0)), "artifact", answered=nw.col("answered").max())
    return both.select("artifact", mark=nw.col("answered") * MARKS["answered"] + MARKS["others"])


def _owned(frames: Frames, marked: Frame) -> Frame:
    """Count each owner's models by kind and mark: those with a mark are taken from those of their kind without one."""
    plain = audit.owned(frames).with_columns(mark=nw.lit(0).cast(nw.Int64))
    found = grouped(marked, "owner", "alike", "mark", models=nw.len())
    taken = found.with_columns(mark=nw.lit(0).cast(nw.Int64), models=-nw.col("models"))
    columns = ("owner", "models", "alike", "mark")
    return nw.concat([each.select(*columns) for each in (plain, taken, found)]).with_columns(alike=_number())


def _kinds(alike: Frame, marked: Frame) -> Frame:
    """Every kind of models, without a mark and with those that it has."""
    marks = marked.select("alike", "mark").unique()
    plain = alike.with_columns(mark=nw.lit(0).cast(nw.Int64))
    columns = plain.collect_schema().names()
    found = alike.join(marks, on="alike", how="inner").select(*columns)
    return nw.concat([plain, found]).with_columns(alike=_number())


def _number() -> nw.Expr:
    return nw.col("alike") * 8 + nw.col("mark")


def _top_of(frames: Frames, rules: Rules, marked: Frame, made: Frame) -> Frame:
    """The most persistent models: their kind, and how many models name each as their base."""
    known = frames.profiles.filter(nw.col("registered") == 1).select("profile")
    models = frames.models.join(known, on="profile", how="inner")
    ranked = frames.presence.join(models, on="artifact", how="inner").sort(
        "score", "artifact", descending=[True, False]
    )
    top = frames.share(ranked.head(max(TOP, rules.persistence_top)))
    named = top.join(frames.artifacts.select("artifact", "name"), on="artifact", how="inner")
    told = named.join(made, on="name", how="left").join(marked.select("artifact", "mark"), on="artifact", how="left")
    filled = told.with_columns(nw.col("derivatives", "mark").fill_null(0).cast(nw.Int64), active=nw.lit(1))
    return filled.with_columns(alike=audit.number()).select("artifact", "name", "score", "derivatives", alike=_number())


def estimate(tables: Tables, rules: Rules) -> Finding:
    """Shares over all models and those with interactions, and a table of the most persistent."""
    found = audit.shares(Counted.of(tables), "artefacts", list(ARTEFACTS), rules, 54)
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
    unordered=audit.UNORDERED,
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
