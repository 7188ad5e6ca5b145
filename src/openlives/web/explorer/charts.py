"""Charts that a page draws itself, because they are clicked on: where each bar, tick and circle stands.

Only geometry: the numbers are those of an answer's tables. A bar's title says what it shows.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from openlives.measures.clock import calendar_week_start, date
from openlives.questions.question import plain
from openlives.stats.intervals import Array

WIDE, HIGH, LEFT, LOW = 960, 190, 46, 22  # a chart, in its own units; room for its scales
LAYERS = 8  # colours: of the busiest, and last that of the others together


@dataclass(frozen=True, slots=True)
class Bar:
    """A week's bar: where it stands, what it says, its layer and its week."""

    x: float
    y: float
    width: float
    height: float
    title: str
    layer: int
    week: int


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars over weeks with their scales; `ticks` are (x, label) below, `rungs` (y, label) at the left."""

    bars: Sequence[Bar]
    ticks: Sequence[tuple[float, str]]
    rungs: Sequence[tuple[float, str]]
    marks: Sequence[tuple[float, str]]
    first: int
    weeks: int
    high: int = HIGH
    shaded: Sequence[tuple[float, float, str]] = ()
    wide: int = WIDE
    left: int = LEFT
    low: int = LOW

    @property
    def since(self) -> int:
        """The second at which the first week starts."""
        return calendar_week_start(self.first)


def stacked(
    layers: Mapping[str, Mapping[int, float]],
    weeks: range,
    unit: str,
    *,
    high: int = HIGH,
    top: float = 0,
    rest: str = "",
    marks: Iterable[tuple[int, str]] = (),
    unseen: Iterable[tuple[range, str]] = (),
) -> Chart:
    """Stack layers of weekly counts, the first at the bottom; `marks` are seconds with what happened then.

    With `top`, the scale reaches so high, for several charts to be compared. `rest` is the layer of all others.
    """
    top = top or max((sum(layer.get(week, 0) for layer in layers.values()) for week in weeks), default=0) or 1
    step, scale = (WIDE - LEFT) / max(1, len(weeks)), (high - LOW - 8) / top
    bars = []
    for place, week in enumerate(weeks):
        base = float(high - LOW)
        for layer, (name, counts) in enumerate(layers.items()):
            if count := counts.get(week, 0):
                tall = count * scale
                base -= tall
                title = f"{date(calendar_week_start(week))}, {name}: {plain(float(count))} {unit}"
                colour = LAYERS - 1 if name == rest else min(layer, LAYERS - 2)
                bars.append(_bar(LEFT + place * step, base, step, tall, title, colour, week))
    start = calendar_week_start(weeks.start)
    placed = [(round(LEFT + (time - start) / 604_800 * step, 2), told) for time, told in marks if time >= start]
    shaded = [
        (round(LEFT + (one.start - weeks.start) * step, 2), round(len(one) * step, 2), why)
        for one, why in unseen if len(one)
    ]  # fmt: skip
    return Chart(bars, _ticks(weeks, step), _rungs(top, scale, high), placed, weeks.start, len(weeks), high, shaded)


def _bar(x: float, y: float, step: float, tall: float, title: str, layer: int, week: int) -> Bar:
    gap = 0.15 * step if step > 3 else 0
    return Bar(round(x, 2), round(y, 2), round(step - gap, 2), round(tall, 2), title, layer, week)


def _ticks(weeks: range, step: float) -> list[tuple[float, str]]:
    every = max(1, math.ceil(len(weeks) / 7))
    return [
        (round(LEFT + place * step, 2), date(calendar_week_start(weeks[place]))[:7])
        for place in range(0, len(weeks), every)
    ]


def _rungs(top: float, scale: float, high: int) -> list[tuple[float, str]]:
    """Give two or three round values of the left scale."""
    power = 10 ** math.floor(math.log10(top))
    every = next(m * power for m in (0.2, 0.5, 1, 2, 5) if top / (m * power) < 4)
    every = max(1.0, every)
    rungs = int(top // every)
    return [(round(high - LOW - n * every * scale, 2), plain(n * every)) for n in range(rungs + 1)]


def busiest(layers: Mapping[str, Mapping[int, float]], most: int = 8) -> list[tuple[int, str, int]]:
    """Name the busiest weeks, the busiest first: week, its Monday, and its count."""
    total: dict[int, float] = {}
    for layer in layers.values():
        for week, count in layer.items():
            total[week] = total.get(week, 0) + count
    first = sorted(total, key=lambda week: (-total[week], week))[:most]
    return [(week, date(calendar_week_start(week)), int(total[week])) for week in first]


@dataclass(frozen=True, slots=True)
class Tick:
    """A thread on its strip: from where to where, in which lane, and what it says."""

    x: float
    width: float
    lane: int
    kind: str
    title: str
    num: int


def strip(threads: pd.DataFrame, since: int, until: int, most: int = 600) -> tuple[list[Tick], int]:
    """Lay threads in lanes from their opening to their last comment, no two over one another; and count the lanes."""
    ends: list[float] = []
    ticks = []
    for row in threads.head(most).to_dict("records"):
        begins, last = (pd.Timestamp(row[name]).timestamp() for name in ("opened", "last_said"))
        x = LEFT + (begins - since) / (until - since) * (WIDE - LEFT)
        width = max(3.0, (last - begins) / (until - since) * (WIDE - LEFT))
        lane = next((n for n, end in enumerate(ends) if end <= x), len(ends))
        ends[lane:lane + 1] = [x + width + 1]  # fmt: skip
        kind = "own" if row["own"] else "answered" if row["answered_by"] else "alone"
        what = "pull request" if row["pull_request"] else "discussion"
        said = f"{row['comments']} comments by {row['people']} people"
        title = f"#{row['num']}, {what} of {row['opened']}: {said}, {TOLD[kind]}"
        ticks.append(Tick(round(x, 2), round(width, 2), lane, kind, title, int(row["num"])))
    return ticks, len(ends)


TOLD = {"own": "opened by the owner or a member", "answered": "answered by somebody else", "alone": "not answered"}


@dataclass(frozen=True, slots=True)
class Circle:
    """A model on the map: where, how large, and its row."""

    x: float
    y: float
    r: float
    row: Mapping[str, Any]


def packed(boxes: Sequence[tuple[Sequence[Mapping[str, Any]], float, float]], size: str) -> list[list[Circle]]:
    """Pack circles into boxes (rows, width, height), all on one scale: area is a row's `size`.

    The largest are in the middle. The scale shrinks until every box holds its own.
    """
    scale = min((_widest(rows, wide, high, size) for rows, wide, high in boxes if rows), default=1.0)
    while True:
        found = [_spiral(rows, wide, high, size, scale) for rows, wide, high in boxes]
        if all(circles is not None for circles in found):
            return [circles or [] for circles in found]
        scale *= 0.9


def _widest(rows: Sequence[Mapping[str, Any]], wide: float, high: float, size: str) -> float:
    """Give the scale at which circles cover three fifths of a box, and the largest still fits."""
    sizes = [max(float(row[size]), 1.0) for row in rows]
    return min(math.sqrt(0.6 * wide * high / (math.pi * sum(sizes))), 0.45 * min(wide, high) / math.sqrt(max(sizes)))


def _spiral(
    rows: Sequence[Mapping[str, Any]], wide: float, high: float, size: str, scale: float
) -> list[Circle] | None:
    """Put each circle at the first free place of a spiral that goes out from the middle; None if one has no room."""
    x, y = _places(wide, high)
    free = np.minimum(np.minimum(x, wide - x), np.minimum(y, high - y))  # the radius that has room at each place
    placed: list[Circle] = []
    for row in sorted(rows, key=lambda row: (-float(row[size]), str(row["name"]))):
        r = max(2.5, scale * math.sqrt(float(row[size])))
        room = free > r
        if not room.any():
            return None
        where = int(room.argmax())
        placed.append(Circle(round(float(x[where]), 2), round(float(y[where]), 2), round(r, 2), row))
        free = np.minimum(free, np.hypot(x - x[where], y - y[where]) - r - 1)
    return placed


@cache
def _places(wide: float, high: float) -> tuple[Array, Array]:
    """Give the places of a spiral at even steps, as far as the corners of a box."""
    turns = [0.0]
    while (out := 1.3 * turns[-1]) < math.hypot(wide, high) / 2:
        turns.append(turns[-1] + 4 / max(out, 4.0))
    turn = np.array(turns)
    return wide / 2 + 1.3 * turn * np.cos(turn), high / 2 + 1.3 * turn * np.sin(turn)
