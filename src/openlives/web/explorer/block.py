"""An answer on a page: its numbers and tables as they are, where they come from, and how to get them elsewhere."""

import inspect
import shlex
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import orjson
import pandas as pd

from openlives.questions.question import Answer, Number, plain
from openlives.report import figures
from openlives.rules import Rules
from openlives.web.explorer.asking import Asking
from openlives.web.explorer.links import changed

OPTIONS = {"people": "--people", "since": "--since", "until": "--until", "within": "--within"}


@dataclass(frozen=True)
class Block:
    """An answer with the rules that were asked for, and the study's own."""

    answer: Answer
    rules: Rules
    study: Rules

    @property
    def name(self) -> str:
        """Name of the question."""
        return self.answer.question.name

    @cached_property
    def words(self) -> list[str]:
        """The words of the command that prints the same, without the program and the collection."""
        found = [self.name]
        for rule, text in changed(self.rules, self.study):
            found += [OPTIONS[rule], text] if rule in OPTIONS and text else ["--rule", f"{rule}={text}"]
        return found

    @cached_property
    def asked(self) -> str:
        """The same for a program that reads the page: JSON."""
        return orjson.dumps(self.words).decode()

    @property
    def command(self) -> str:
        """The command that prints the same."""
        return shlex.join(["openlives", "ask", self.words[0], "HUB", *self.words[1:], "--json"])

    def number(self, key: str) -> Number | None:
        """One number by its name."""
        return self.answer.numbers.get(key)

    def rows(self, table: str, most: int = 0) -> list[dict[str, Any]]:
        """Rows of a table; all of them, or the first."""
        found = self.answer.tables[table]
        rows: list[dict[str, Any]] = (found.head(most) if most else found).to_dict("records")
        return rows

    @property
    def computed(self) -> Iterator[tuple[str, str]]:
        """How it is computed: the measure's own words, and those of the estimate."""
        question = self.answer.question
        yield "", inspect.getdoc(sys.modules[question.measure.__module__]) or ""
        yield "measured", inspect.getdoc(question.measure) or ""
        yield "estimated", inspect.getdoc(question.estimate) or ""

    @property
    def parts(self) -> list[str]:
        """Parts that have a figure of their own."""
        return figures.parts_of([self.answer])


def ask(asking: Asking, name: str, rules: Rules) -> Block:
    """Ask a question for a page: of one reading, the rules' own."""
    return Block(asking.ask(name, rules)[0], rules, asking.collection.rules())


def cell(value: object) -> str:
    """Write a cell of a table as a paper would."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None or value is pd.NA or (isinstance(value, float) and pd.isna(value)):
        return "–"
    return plain(float(value)) if isinstance(value, int | float) else str(value)


def layers(rows: Sequence[Mapping[str, Any]], by: str, value: str = "value") -> dict[str, dict[int, float]]:
    """Give weekly counts by name, in the order in which names come."""
    found: dict[str, dict[int, float]] = {}
    for row in rows:
        counts = found.setdefault(str(row[by]), {})
        counts[int(row["week"])] = counts.get(int(row["week"]), 0) + float(row[value])
    return found
