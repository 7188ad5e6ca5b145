"""The family of an artifact: what it was made from, generation by generation, and what was made from it."""

from collections.abc import Iterable

import narwhals.stable.v2 as nw
import pandas as pd

from openlives.measures.engine import Frame, among

DEEPEST = 8  # generations that are followed, either way; circles end by themselves
COLUMNS = ("name", "relation", "generations", "relative", "descendants")


def relatives(bases: Frame, names: Iterable[str]) -> pd.DataFrame:
    """One row a relative of each named artifact: all its ancestors, and those that were made from it directly.

    `bases` has a row for each `base` that a `name` declares. `descendants` counts all that a relation leads to, through
    however many generations. Few artifacts are followed, so each step is a small frame.
    """
    rows = []
    for name in names:
        for relation, told, asked in (("base", "base", "name"), ("derivative", "name", "base")):
            generations = list(_followed(bases, name, told=told, asked=asked))
            count = sum(map(len, generations))
            shown = generations if relation == "base" else generations[:1]
            rows += [(name, relation, step, other, count) for step, found in enumerate(shown, 1) for other in found]
    return pd.DataFrame(rows, columns=[*COLUMNS]).astype({"generations": "int64", "descendants": "int64"})


def _followed(bases: Frame, name: str, *, told: str, asked: str) -> Iterable[list[str]]:
    """Yield each generation up or down, every artifact once."""
    seen, generation = {name}, [name]
    for _ in range(DEEPEST):
        frame = among(bases, asked, generation).select(told).unique()
        found = set(frame.collect("pandas").to_native()[told])
        generation = sorted(found - seen)
        if not generation:
            return
        seen.update(generation)
        yield generation
