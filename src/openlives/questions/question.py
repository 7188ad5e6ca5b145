"""What a question is, and what an answer is.

A question is three functions, because there are three kinds of thought: `measure` (engine), `estimate` (statistics, on
small frames) and `draw` (only looks). An answer carries its numbers with their intervals, its tables, what it rests on,
what it could not see, and the rules it was found under.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
import pandas as pd
from matplotlib.axes import Axes
from numpy.typing import NDArray

from openlives.measures.clock import date
from openlives.measures.engine import Frame
from openlives.measures.frames import Frames
from openlives.rules import Rules
from openlives.stats.intervals import Interval

Tables = Mapping[str, pd.DataFrame]
AxesGrid = NDArray[Any]  # of Axes: one column of a figure, top to bottom

PAPER = "Choksi, Mandel & Benthall 2025, doi:10.1145/3715275.3732206"


@dataclass(frozen=True, slots=True)
class Number:
    """One number of an answer: its value (None: not known), the ends of its 95 % interval, its unit and meaning."""

    value: float | None
    meaning: str
    unit: str = ""
    low: float | None = None
    high: float | None = None

    @classmethod
    def of(cls, interval: Interval, meaning: str, unit: str = "") -> "Number":
        """Make a number of an interval; what is not finite is not known."""
        return cls(known(interval.value), meaning, unit, known(interval.low), known(interval.high))

    def __str__(self) -> str:
        if self.value is None:
            return "not known"
        between = f"  [{plain(self.low)}, {plain(self.high)}]" if self.low is not None and self.high is not None else ""
        return f"{plain(self.value)}{between}"


@dataclass(frozen=True, slots=True)
class Citation:
    """Where in the paper a question stands."""

    section: str
    figure: str = ""
    methods: str = ""

    def __str__(self) -> str:
        figure = f", Figure {self.figure}" if self.figure else ""
        return f"§{self.section}{figure} of {PAPER}; methods, section {self.methods}"


@dataclass(frozen=True, slots=True)
class Finding:
    """What `estimate` finds: numbers by name, tables by name (the first is the main one), and one plain sentence.

    `rests_on` is the number of artifacts that the numbers rest on; `notes` are cautions that belong under the figure.
    """

    numbers: Mapping[str, Number]
    tables: Tables
    sentence: str
    rests_on: int
    notes: tuple[str, ...] = ()


ALWAYS = ("people", "since", "until", "within", "draws", "seed", "automation_")  # rules that every answer depends on


def all_of_it(answer: "Answer", _part: str) -> int:
    """Tell that every figure of an answer rests on all its artifacts."""
    return answer.finding.rests_on


def one_part(_answer: "Answer") -> list[str]:
    """Tell that an answer has one figure."""
    return [""]


@dataclass(frozen=True, slots=True)
class Question:
    """One question of the study."""

    name: str
    asks: str
    cites: Citation
    measure: Callable[[Frames, Rules], Mapping[str, Frame]]
    estimate: Callable[[Tables, Rules], Finding]
    draw: Callable[["Answer", AxesGrid, str], None]
    columns: Mapping[str, str]
    rules: tuple[str, ...] = ()
    unordered: frozenset[str] = (
        frozenset()
    )  # large tables of `measure` in whatever order: `estimate` puts them in its own
    rows: int = 1
    size: tuple[float, float] = (6.4, 4.2)
    heights: tuple[float, ...] = ()
    parts: Callable[["Answer"], list[str]] = one_part
    rests_on: Callable[["Answer", str], int] = all_of_it
    share_y: bool = True
    share_x: bool = True

    def used(self, rules: Rules) -> dict[str, Any]:
        """The rules that an answer depends on, with their values."""
        return {k: v for k, v in rules.plain().items() if k.startswith((*ALWAYS, *self.rules))}


@dataclass(frozen=True, slots=True)
class Answer:
    """A finding with its provenance: question, whose interactions count, window, rules and what was not seen."""

    question: Question
    people: str
    rules: Rules
    unseen: Mapping[str, int]
    finding: Finding
    made_up: bool = False  # things of a made-up world are in it: nobody should take it for a real answer
    group: tuple[str, str] | None = None  # what the collection was split by, and the value that these artifacts share

    @property
    def numbers(self) -> Mapping[str, Number]:
        """Numbers by name."""
        return self.finding.numbers

    @property
    def table(self) -> pd.DataFrame:
        """The main table."""
        return next(iter(self.finding.tables.values()))

    @property
    def tables(self) -> Tables:
        """All tables by name."""
        return self.finding.tables

    @property
    def of_group(self) -> str:
        """The group in words, as `gate = manual`; an empty text where the collection was not split."""
        return " = ".join(self.group) if self.group else ""

    @property
    def of_part(self) -> str:
        """The part of the collection that was asked of and the group, in words; an empty text for the whole."""
        return "; ".join(filter(None, (*self.rules.within, self.of_group)))

    @property
    def window(self) -> tuple[str, str]:
        """First day in and first day out, UTC."""
        since, until = self.rules.window
        return date(since), date(until)

    @property
    def not_seen(self) -> str:
        """What the collection could not see, in words."""
        parts = [f"{count:,} {outcome}" for outcome, count in self.unseen.items() if count]
        return ", ".join(parts) if parts else "nothing that the collection knows of"

    def used_rules(self) -> dict[str, Any]:
        """The rules that this answer depends on, with their values."""
        return self.question.used(self.rules)

    def to_json(self) -> bytes:
        """The whole answer as JSON; what is not known is null."""
        numbers = {
            name: {"value": n.value, "low": n.low, "high": n.high, "unit": n.unit, "meaning": n.meaning}
            for name, n in self.numbers.items()
        }
        content = {
            "question": self.question.name,
            "asks": self.question.asks,
            "cites": str(self.question.cites),
            "made_up": self.made_up,
            "people": self.people,
            "group": {"by": self.group[0], "value": self.group[1]} if self.group else None,
            "window": self.window,
            "rests_on": self.finding.rests_on,
            "unseen": dict(self.unseen),
            "sentence": self.finding.sentence,
            "numbers": numbers,
            "notes": self.finding.notes,
            "tables": {name: records(table) for name, table in self.tables.items()},
            "columns": dict(self.question.columns),
            "rules": self.used_rules(),
        }
        return orjson.dumps(content, option=orjson.OPT_INDENT_2 | orjson.OPT_SERIALIZE_NUMPY) + b"\n"

    def to_csv(self, table: str | None = None) -> str:
        """A table as CSV: the main one, or one by name; `numbers` is the list of numbers."""
        chosen = self.numbers_table() if table == "numbers" else self.table if table is None else self.tables[table]
        return str(chosen.to_csv(index=False, lineterminator="\n"))

    def to_latex(self) -> str:
        """The numbers as a LaTeX table, with its caption and rules."""
        rows = self.numbers_table()[["meaning", "value", "low", "high", "unit"]]
        about = "; ".join(filter(None, (self.of_part, self.people, f"{self.window[0]} to {self.window[1]}")))
        caption = f"{self.question.asks} ({about}; n = {self.finding.rests_on:,})"
        label = "-".join(filter(None, ("tab:" + self.question.name, *(self.group or ()), self.people)))
        cells = rows.map(lambda v: plain(v) if isinstance(v, float) else str(v))
        text: str = cells.map(_latex_escape).to_latex(index=False, caption=_latex_escape(caption), label=_label(label))
        return text

    def numbers_table(self) -> pd.DataFrame:
        """The numbers, one a row: name, value, low, high, unit, meaning."""
        rows = [(name, n.value, n.low, n.high, n.unit, n.meaning) for name, n in self.numbers.items()]
        table = pd.DataFrame(rows, columns=["name", "value", "low", "high", "unit", "meaning"])
        return table.astype({"value": float, "low": float, "high": float})

    def __str__(self) -> str:
        width = max((len(n.meaning) for n in self.numbers.values()), default=0)
        made_up = "  [made-up world]" if self.made_up else ""
        about = "; ".join(filter(None, (self.people, self.of_part)))
        lines = [f"{self.question.asks}  [{about}]{made_up}", "", self.finding.sentence, ""]
        lines += [f"  {n.meaning:<{width}}  {n} {n.unit}".rstrip() for n in self.numbers.values()]
        lines += [
            "",
            (
                f"  window {self.window[0]} to {self.window[1]} (the last day is out); "
                f"rests on {self.finding.rests_on:,} artifacts; not seen: {self.not_seen}"
            ),
        ]
        lines += [f"  note: {note}" for note in self.finding.notes]
        return "\n".join([*lines, f"  {self.question.cites}"])


def known(value: float) -> float | None:
    """Turn NaN and infinity into None: not known."""
    return float(value) if math.isfinite(value) else None


def plain(value: float | None) -> str:
    """Write a number as a paper would: counts whole, others with three significant figures, unknown as such."""
    if value is None or not math.isfinite(value):
        return "–"
    if float(value).is_integer() and abs(value) < 1e15:
        return f"{int(value):,}"
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}" if abs(value) >= 0.001 else f"{value:.1e}"


def between(number: Number, scale: float = 1.0, unit: str = "") -> str:
    """Write a number with its interval, for a sentence."""
    if number.value is None:
        return "not known"
    text = f"{plain(number.value * scale)}{unit}"
    if number.low is None or number.high is None:
        return text
    return f"{text} (95 % interval {plain(number.low * scale)} to {plain(number.high * scale)})"


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Turn a table into plain records; NaN becomes null."""
    columns = {name: [_plain_cell(v) for v in table[name].tolist()] for name in table.columns}
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _plain_cell(value: Any) -> Any:
    return None if value is pd.NA or (isinstance(value, float) and not math.isfinite(value)) else value


LATEX = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "≥": r"$\geq$",
    "τ": r"$\tau$",
    "ρ": r"$\rho$",
    "²": r"$^2$",
    "–": "--",
    "\n": " ",
    **{character: f"\\{character}" for character in "&%$#_{}"},
}


def _label(text: str) -> str:
    return "".join(c if c.isalnum() or c in ":-." else "-" for c in text)


def _latex_escape(text: str) -> str:
    """Write every character as itself, whatever it means to LaTeX."""
    return "".join(LATEX.get(character, character) for character in text)


def single(axes: AxesGrid) -> Axes:
    """Give the only axes of a one-row figure."""
    axis: Axes = axes[0]
    return axis
