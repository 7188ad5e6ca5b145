"""Shares and means as points with their intervals, one row a value: how the questions of governance draw."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from openlives.questions.style import BLUE, GREY, INK, RED

REFERENCE = "Pepe et al. 2024"
BASE = {"score": "models", "declining": "communities", "share": "threads"}
APART = 0.16  # of a row, between the two points of it
SETS = (("", GREY, "s", "all models", -APART), ("active_", BLUE, "o", "with an interaction", APART))


def draw_shares(
    axis: Axes, table: pd.DataFrame, labels: Mapping[str, str], *, references: Mapping[str, float] | None = None
) -> None:
    """Shares of all models and of those with an interaction; `references` are shares that others found."""
    rows = _rows(axis, list(table["item"]), labels)
    for prefix, colour, marker, meaning, apart in SETS:
        _points(axis, rows + apart, table, f"{prefix}share", 100, {"color": colour, "marker": marker, "label": meaning})
    items = list(table["item"])
    for number, (item, share) in enumerate((references or {}).items()):
        place = rows[items.index(item)]
        label = REFERENCE if number == 0 else None
        axis.plot([share * 100] * 2, [place - 0.42, place + 0.42], color=RED, lw=1.8, label=label)
    ends = table[["share", "share_high", "active_share", "active_share_high"]].to_numpy(dtype=float).ravel()
    reach = max([*ends[np.isfinite(ends)], *(references or {}).values(), 0.01])
    axis.set_xlim(0, min(100, 110 * reach))
    axis.set_xlabel("% of models of which it is known")


def draw_communities(axis: Axes, table: pd.DataFrame, measure: str, labels: Mapping[str, str], about: str) -> None:
    """One measure of the communities of each value, with the number that it rests on."""
    rows = _rows(axis, list(table["value"]), labels)
    scale = 1 if measure == "score" else 100
    _points(axis, rows, table, measure, scale, {"color": INK, "marker": "o"})
    held = table[BASE[measure]]
    for place, n in zip(rows, held, strict=True):
        axis.text(1.03, place, f"n = {n:,}", transform=axis.get_yaxis_transform(), va="center", fontsize=7, color=INK)
    axis.set_xlim(left=0, right=100 if measure == "declining" else None)
    axis.set_xlabel(about)


def _rows(axis: Axes, names: Sequence[str], labels: Mapping[str, str]) -> np.ndarray:
    rows = np.arange(len(names), dtype=float)
    axis.set_yticks(rows, [labels.get(name, name) for name in names], fontsize=8)
    axis.set_ylim(len(names) - 0.4, -0.6)
    axis.grid(visible=False, axis="y")
    return rows


def _points(
    axis: Axes, rows: np.ndarray, table: pd.DataFrame, column: str, scale: float, look: Mapping[str, Any]
) -> None:
    value, low, high = (table[f"{column}{end}"].to_numpy(dtype=float) * scale for end in ("", "_low", "_high"))
    reach = np.nan_to_num(np.stack([value - low, high - value]).clip(min=0))
    axis.errorbar(value, rows, xerr=reach, ls="none", ms=4.5, lw=1.2, capsize=2, clip_on=False, zorder=3, **look)
