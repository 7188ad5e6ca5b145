"""The map of the Dual Openness Framework: process by use, models placed and sized by persistence."""

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from openlives.governance.dual import QUADRANTS, UNKNOWN
from openlives.questions.question import Answer, AxesGrid, single
from openlives.questions.style import BLUE, GREY, INK, RED

NAMED = 9  # models of a quadrant that are named
TINTS = {(True, True): "#e8f1f8", (True, False): "#f4f4f4", (False, True): "#f4f4f4", (False, False): "#fbf0e6"}
LETTERS = 22


def draw(answer: Answer, axes: AxesGrid, _part: str) -> None:
    """Four fields, in each its models from the most persistent, and how many of all models are there."""
    axis = single(axes)
    models = answer.tables["models"].sort_values("score", ascending=False, kind="stable").drop_duplicates("name")
    spread = answer.tables["quadrants"]
    biggest = max(1.0, float(models["score"].max()) if len(models) else 1.0)
    for (process, use), where in QUADRANTS.items():
        left, bottom = float(use), float(process)
        axis.add_patch(Rectangle((left, bottom), 1, 1, facecolor=TINTS[process, use], edgecolor="white", lw=3))
        axis.text(left + 0.04, bottom + 0.96, _counts(spread, where), fontsize=7, color=INK, va="top")
        _field(axis, models[models["quadrant"] == where], left, bottom, biggest)
    axis.set_xlim(0, 2)
    axis.set_ylim(0, 2)
    axis.set_xticks([0.5, 1.5], ["use restricted", "use open"])
    axis.set_yticks([0.5, 1.5], ["process closed", "process open"], rotation=90, va="center")
    axis.tick_params(length=0)
    axis.grid(visible=False)
    axis.spines[:].set_visible(False)
    axis.set_xlabel(_margin(answer, models), fontsize=7, color=INK)
    _legend(axis)


def _field(axis: Axes, models: pd.DataFrame, left: float, bottom: float, biggest: float) -> None:
    """One quadrant: a line a model, its disc as large as its score, hollow if only the paper has it."""
    shown = models.head(NAMED).to_dict("records")
    step = min(0.125, 0.77 / max(1, len(shown) + (len(models) > NAMED)))
    top = bottom + 0.8
    for line, row in enumerate(shown):
        height = top - (line + 0.25) * step
        own = row["part"] == "most persistent"
        axis.scatter(
            left + 0.08,
            height,
            s=8 + 130 * float(row["score"]) / biggest,
            facecolor=BLUE if own else "white",
            edgecolor=BLUE,
            lw=0.9,
            alpha=0.9,
        )
        axis.text(left + 0.15, height, _label(row), fontsize=7, va="center", color=RED if _elsewhere(row) else INK)
    if len(models) > NAMED:
        axis.text(
            left + 0.15, top - (len(shown) + 0.25) * step, f"and {len(models) - NAMED} more", fontsize=7, color=GREY
        )


def _label(row: dict[Any, Any]) -> str:
    name = str(row["name"]).rsplit("/", 1)[-1]
    short = name if len(name) <= LETTERS else f"{name[: LETTERS - 1]}…"
    return f"{short}  {row['score']:,.0f}".replace("$", r"\$")


def _elsewhere(row: dict[Any, Any]) -> bool:
    """Whether the paper puts the model into another quadrant."""
    return bool(row["paper_quadrant"]) and row["paper_quadrant"] != row["quadrant"]


def _counts(spread: pd.DataFrame, where: str) -> str:
    rows = spread[spread["quadrant"] == where].set_index("among")
    shown, active, every = (rows.loc[name] for name in ("shown", "active", "all"))
    share = f" = {100 * active['share']:.1f} %" if pd.notna(active["share"]) else ""
    if share and pd.notna(active["low"]):
        share += f" [{100 * active['low']:.1f}, {100 * active['high']:.1f}]"
    return f"shown {shown['count']:,} · all models {every['count']:,}\nactive {active['count']:,}{share}"


def _margin(answer: Answer, models: pd.DataFrame) -> str:
    """Tell what has no place on the map: how many of each set, and which side is not known."""
    rows = answer.tables["quadrants"].query("quadrant == @UNKNOWN").set_index("among")["count"]
    numbers = {side: int(answer.numbers[f"unplaced_{side}"].value or 0) for side in ("process", "use", "both")}
    text = f"place not known: shown {rows['shown']:,} · active {rows['active']:,} · all {rows['all']:,}"
    text += f"\n(process alone {numbers['process']:,}, use alone {numbers['use']:,}, both {numbers['both']:,})"
    named = [_label(row) for row in models[models["quadrant"] == UNKNOWN].head(3).to_dict("records")]
    return f"{text}\n{'; '.join(named)}" if named else text


def _legend(axis: Axes) -> None:
    axis.scatter([], [], s=40, color=BLUE, label="most persistent (area: score)")
    axis.scatter([], [], s=40, facecolor="white", edgecolor=BLUE, lw=0.9, label="the paper's Table 2 only")
    axis.scatter([], [], s=40, marker="s", color=RED, label="red: placed elsewhere by the paper")
    below: Any = {"loc": "upper center", "bbox_to_anchor": (0.5, -0.14)}
    axis.legend(**below, ncols=3, fontsize=6.5, handletextpad=0.3, columnspacing=1)
