"""Answers → pictures: one column a reading, the same bytes every time."""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import matplotlib as mpl
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.ticker import FixedLocator
from matplotlib.transforms import Bbox

from openlives.questions.question import Answer, AxesGrid
from openlives.questions.style import RED, styled
from openlives.records import printable

LONG = 80  # letters of a name beside an axis
FORMATS = ("svg", "pdf", "png")
READINGS = {"everyone": "everyone (the paper's setting)", "humans": "humans (automation left out)"}


def figure(answers: Sequence[Answer], part: str = "") -> Figure:
    """Draw the answers to one question side by side, one column a reading of `people`."""
    question = answers[0].question
    width, height = question.size
    narrow = 0.78 if len(answers) > 1 else 1.0
    drawn = Figure(figsize=(width * narrow * len(answers), height), layout="constrained")
    FigureCanvasAgg(drawn)
    heights = question.heights or (1.0,) * question.rows
    share: Literal["col", "none"] = "col" if question.share_x else "none"
    grid = drawn.subplots(question.rows, len(answers), squeeze=False, sharex=share, height_ratios=heights)
    for column, answer in enumerate(answers):
        question.draw(answer, grid[:, column], part)
        title = grid[0, column].get_title(loc="left")
        reading = READINGS.get(answer.people, answer.people) if len(answers) > 1 else ""
        about = " · ".join(filter(None, (title, reading)))
        grid[0, column].set_title("\n".join(filter(None, (answer.of_part, about))), loc="left")
    if question.share_y:
        _level(grid)
    if any(answer.made_up for answer in answers):
        drawn.suptitle(
            "made-up world: no number here is about a real platform", fontsize=7, color=RED, x=0.99, ha="right"
        )
    _as_named(drawn)
    return drawn


def _as_named(drawn: Figure) -> None:
    """Write names as they are: a dollar is no formula, and a sign that no font can show is replaced."""
    for text in drawn.findobj(Text):
        text.set_text(_plain(text.get_text()))
    for axis in (one for axes in drawn.axes for one in (axes.xaxis, axes.yaxis)):
        if isinstance(axis.get_major_locator(), FixedLocator):
            labels = [label.get_text() for label in axis.get_ticklabels()]
            plain = [label if label.startswith(r"$\mathdefault") else _plain(label, LONG) for label in labels]
            if plain != labels:
                axis.set_ticklabels(plain)


def _plain(text: str, most: int = 1000) -> str:
    """Give a text that is drawn as it stands, as far as there is room for it; its lines stay."""
    text = text if len(text) <= most else f"{text[: most - 1]}…"
    return "\n".join(map(printable, text.split("\n"))).replace("\\$", "$").replace("$", "\\$")


def _level(grid: AxesGrid) -> None:
    """Give the panels of each row the same axes, wide enough for all of them, and label the y axis once."""
    for row in grid:
        ends, sides = [axis.get_ylim() for axis in row], [axis.get_xlim() for axis in row]
        for column, axis in enumerate(row):
            axis.set_xlim(min(left for left, _ in sides), max(right for _, right in sides))
            axis.set_ylim(min(low for low, _ in ends), max(high for _, high in ends))
            if column:
                axis.set_ylabel("")
                axis.tick_params(labelleft=False)


def save(answers: Sequence[Answer], path: Path, part: str = "") -> None:
    """Draw and write one figure; the suffix of the path says in which format."""
    with styled():
        _write(_laid_out(figure(answers, part)), path)


def save_all(answers: Sequence[Answer], folder: Path, name: str, part: str = "") -> list[Path]:
    """Draw once and write every format; give the paths."""
    paths = [folder / f"{name}.{suffix}" for suffix in FORMATS]
    with styled():
        drawn = _laid_out(figure(answers, part))
        for path in paths:
            _write(drawn, path)
    return paths


def _laid_out(drawn: Figure) -> Figure:
    """Lay out once, for all formats alike, to a millionth: the solver's last digits differ from run to run.

    The layout needs only the boxes of texts and ticks, and a figure without an engine is not drawn twice to be saved.
    """
    engine = drawn.get_layout_engine()
    if engine is not None:
        engine.execute(drawn)
    drawn.set_layout_engine(None)
    for axis in drawn.axes:
        axis.set_position(Bbox.from_bounds(*(round(float(side), 6) for side in axis.get_position().bounds)))
    return drawn


def parts_of(answers: Sequence[Answer]) -> list[str]:
    """Name the parts that get a figure of their own, in any reading."""
    return list(dict.fromkeys(part for answer in answers for part in answer.question.parts(answer)))


def slug(text: str) -> str:
    """Turn a part's name into one for a file."""
    return "".join(c if c.isalnum() or c in "-." else "-" for c in text.lower())


def _write(drawn: Figure, path: Path) -> None:
    """Write without dates or versions, so that the same answer gives the same bytes."""
    kind = path.suffix.removeprefix(".").lower()
    nothing = {
        "svg": {"Date": None, "Creator": None},
        "pdf": {"CreationDate": None, "Creator": None, "Producer": None},
        "png": {"Software": None},
    }
    mpl.rcParams["svg.hashsalt"] = "openlives"
    drawn.savefig(path, format=kind, metadata=nothing.get(kind))
