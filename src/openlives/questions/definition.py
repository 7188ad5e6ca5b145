"""Which systems are open under the OSAID, to the OSI, to the paper, and by the evidence here? (§3.2, Table 1)"""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.patches import Rectangle

from openlives.governance.published import OSI, TABLE_1, System, contradictions, published
from openlives.measures.engine import Frame
from openlives.measures.frames import Frames, small
from openlives.questions import persistence
from openlives.questions.question import Answer, AxesGrid, Citation, Finding, Number, Question, Tables, single
from openlives.questions.standing import UNKNOWN, agreement, agrees, collected, standings, systems_of, why
from openlives.questions.style import BLUE, GREY, INK, ORANGE, SKY
from openlives.rules import Rules

ABSENT = "not collected"
PARTS = ("data information", "code", "parameters", "terms")
COLOURS = {"open": BLUE, "partially open": SKY, "closed": ORANGE, "mixed": "#c9b8d8", UNKNOWN: "#d9d9d9"}


def measure(frames: Frames, rules: Rules) -> dict[str, Frame]:
    """Models of the published systems; if there is none of them here, the most persistent models instead."""
    here = frames.share(collected(frames, published().of(OSI, TABLE_1)).select("artifact"))
    if len(small(here.head(1))):
        return {"models": standings(frames, here)}
    ranking = persistence.measure(frames, rules)
    return {"models": standings(frames, ranking["scores"].select("artifact")), **ranking}


def estimate(tables: Tables, rules: Rules) -> Finding:
    """Each published system with its class by the OSI, by the paper, and by the models of it that are here."""
    known = published()
    systems = known.of(OSI, TABLE_1)
    found = tables["models"]
    if "scores" in tables:
        order = persistence.ranking(tables, rules).query("rank > 0")[["artifact"]]
        found = order.merge(found, on="artifact").head(rules.persistence_top)
    models = _models(found, systems)
    rows = pd.DataFrame([_system(system, models) for system in systems])
    compared = {"osi": "the OSI's list", "paper": "the paper's Table 1"}
    numbers = {
        "systems": Number(float(len(rows)), "systems that the OSI or the paper judged", "systems"),
        "collected": Number(float((rows["models"] > 0).sum()), "of these, in this collection", "systems"),
        "models": Number(float((models["system"] != "").sum()), "models by which they are known here", "models"),
        **{
            f"agrees_{name}": agreement(rows[f"agrees_{name}"], f"systems that we class as {source} does")
            for name, source in compared.items()
        },
        "between": agreement(_between(rows), "systems that the paper classes as the OSI does"),
    }
    told = pd.DataFrame(
        [(c.about, c.one, c.other, c.where) for c in contradictions()], columns=["about", "one", "other", "where"]
    )
    parts = {"systems": rows, "models": models, "disagreements": _disagreements(rows, models), "contradictions": told}
    return Finding(numbers, parts, _sentence(rows, models), len(models), NOTES)


NOTES = (
    "The OSI's classes are of whole systems and their licences; ours are of what was seen of each model on the Hub.",
    "Where models of one system differ, it is mixed, and agrees in part at most.",
)


def _models(found: pd.DataFrame, systems: list[System]) -> pd.DataFrame:
    """One row a model and system: our class, and each component of the definition."""
    columns = ["name", "osaid", "licence", "terms", "access", "process", "level"]
    rows: list[dict[str, Any]] = []
    for row in found.to_dict("records"):
        of = [system.name for system in systems_of(str(row["name"]), systems)] or [""]
        parts = _components(row)
        rows += [{"system": system, **{c: row[c] for c in columns}, **parts, "why": why(row, "osaid")} for system in of]
    names = ["system", *columns, *(f"part_{p.replace(' ', '_')}" for p in PARTS), "why"]
    return pd.DataFrame(rows, columns=names)


def _components(row: dict[Any, Any]) -> dict[str, str]:
    """Read the components back from the reasons: those that are not named there are met."""
    named = dict(reason.split(": ", 1) for reason in str(row["osaid_why"]).split("; ") if ": " in reason)
    assessed = bool(row["osaid_why"]) or row["osaid"] != UNKNOWN
    return {f"part_{p.replace(' ', '_')}": named.get(p, "met") if assessed else "no evidence" for p in PARTS}


def _system(system: System, models: pd.DataFrame) -> dict[str, Any]:
    known = published()
    mine = models[models["system"] == system.name]
    classes = [c for c in mine["osaid"] if c != UNKNOWN]
    ours = ABSENT if mine.empty else UNKNOWN if not classes else classes[0] if len(set(classes)) == 1 else "mixed"
    osi, paper = known.verdict(OSI, system.key, "class"), known.verdict(TABLE_1, system.key, "class")
    return {
        "system": system.name,
        "organisation": system.organisation,
        "osi": osi or "not listed",
        "paper": paper or "not listed",
        "ours": ours,
        "models": len(mine),
        "classes": _spread(mine["osaid"]),
        "agrees_osi": _agreed(classes, osi),
        "agrees_paper": _agreed(classes, paper),
        "matched": "; ".join(mine["name"]),
    }


def _agreed(classes: list[str], theirs: str) -> str:
    each = {agrees(ours, theirs) for ours in classes} - {""}
    return each.pop() if len(each) == 1 else "in part" if each else ""


def _between(rows: pd.DataFrame) -> pd.Series:
    both = rows[(rows["osi"] != "not listed") & (rows["paper"] != "not listed")]
    return pd.Series([agrees(a, b) for a, b in zip(both["osi"], both["paper"], strict=True)], dtype=str)


def _disagreements(rows: pd.DataFrame, models: pd.DataFrame) -> pd.DataFrame:
    """Each model that is classed otherwise than its system was published to be, and what was missing or met."""
    theirs = rows.set_index("system")[["osi", "paper"]]
    found = [
        (row["system"], row["name"], row["osaid"], source, theirs[source][row["system"]], row["why"])
        for row in models[models["system"] != ""].to_dict("records")
        for source in ("osi", "paper")
        if agrees(row["osaid"], theirs[source][row["system"]].replace("not listed", "")) == "no"
    ]
    return pd.DataFrame(found, columns=["system", "name", "ours", "source", "theirs", "why"])


def _sentence(rows: pd.DataFrame, models: pd.DataFrame) -> str:
    here = rows[rows["models"] > 0]
    if here.empty:
        return (
            f"None of the {len(rows)} published systems is in this collection. "
            f"Of its {len(models)} most persistent models, {_spread(models['osaid'])} under the OSAID."
        )
    agree, known = int((here["agrees_osi"] == "yes").sum()), int((here["agrees_osi"] != "").sum())
    return (
        f"Of {len(rows)} systems that the OSI or the paper judged, {len(here)} are here; "
        f"ours are {_spread(here['ours'])}. We agree with the OSI on {agree} of the {known} systems that it lists "
        f"and that could be classed here."
    )


def _spread(classes: pd.Series) -> str:
    counts = classes.value_counts()
    words = [f"{counts[name]} {name}" for name in COLOURS if name in counts]
    return ", ".join(words)


def draw(answer: Answer, axes: AxesGrid, _part: str) -> None:
    """A row a system (or model, if none is here), a column a judge, a colour a class."""
    axis = single(axes)
    rows = answer.table
    names, judges = rows["system"].tolist(), ["osi", "paper", "ours"]
    table = rows[judges].to_numpy(dtype=object)
    if not rows["models"].any():
        rows = answer.tables["models"]
        names, judges, table = rows["name"].tolist(), ["ours"], rows[["osaid"]].to_numpy(dtype=object)
    for (y, x), given in np.ndenumerate(table):
        colour = COLOURS.get(str(given), "none")
        axis.add_patch(Rectangle((x + 0.03, y + 0.06), 0.94, 0.88, facecolor=colour, edgecolor="none", alpha=0.85))
        shade = GREY if colour == "none" else "white" if given == "open" else INK
        axis.text(x + 0.5, y + 0.5, str(given), ha="center", va="center", fontsize=7.5, color=shade)
    axis.set_xlim(0, len(judges))
    axis.set_ylim(max(1, len(names)), 0)
    axis.set_yticks(np.arange(len(names)) + 0.5, names, fontsize=8)
    said = {"osi": "OSI, October 2024", "paper": "the paper, Table 1", "ours": "evidence here"}
    axis.set_xticks(np.arange(len(judges)) + 0.5, [said[judge] for judge in judges])
    axis.xaxis.tick_top()
    axis.tick_params(length=0)
    axis.grid(visible=False)
    axis.spines[:].set_visible(False)


QUESTION = Question(
    name="definition",
    asks="Which systems are open under the Open Source AI Definition?",
    cites=Citation(section="3.2", figure="", methods="10"),
    measure=measure,
    estimate=estimate,
    draw=draw,
    rules=("persistence_",),
    size=(6.4, 4.4),
    share_y=False,
    columns={
        "system": "system that was judged; empty for a model of none",
        "organisation": "who made it, as published",
        "osi": "class by the OSI's list: open, partially open (a legal term must change), closed",
        "paper": "class in the paper's Table 1",
        "ours": "class by the register: that of all its models here that could be classed, or mixed",
        "models": "models here by which the system is known",
        "classes": "how many of these are of which class",
        "agrees_osi, agrees_paper": "yes, in part, no; empty where there is nothing to compare",
        "matched": "names of these models",
        "name": "model",
        "osaid": "its class under OSAID 1.0",
        "licence": "the licence that governs its weights",
        "terms, access": "whether the licence restricts nothing; whether it can be had without asking",
        "process, level": "whether its making is open, and how far: none, documented, rebuildable, bit-reproducible",
        "part_data_information, part_code, part_parameters, part_terms": "each component: met, not met, no evidence",
        "why": "what is missing under the definition",
        "source, theirs": "who classes it otherwise, and how",
        "about, one, other, where": "a published contradiction: what about, both sides, and where they stand",
    },
)
