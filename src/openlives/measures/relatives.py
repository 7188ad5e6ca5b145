"""The family of an artifact: what it was made from, generation by generation, and what was made from it."""

from collections.abc import Iterable, Sequence

import pandas as pd

from openlives.measures.engine import Frame, among

DEEPEST = 8  # generations that are followed, either way; circles end by themselves
COLUMNS = ("name", "relation", "generations", "relative", "descendants")


def relatives(bases: Frame, names: Iterable[str]) -> pd.DataFrame:
    """One row a relative of each named artifact: all its ancestors, and those that were made from it directly.

    `bases` has a row for each `base` that a `name` declares. `descendants` counts all that a relation leads to, through
    however many generations. Few artifacts are followed, so each step is a small frame.
    """
    given = list(names)
    found = {
        "base": _followed(bases, given, asked="name", told="base"),
        "derivative": _followed(bases, given, asked="base", told="name"),
    }
    rows = []
    for name in given:
        for relation, generations in found.items():
            count = sum(map(len, generations[name]))
            shown = generations[name] if relation == "base" else generations[name][:1]
            rows += [(name, relation, step, other, count) for step, each in enumerate(shown, 1) for other in each]
    return pd.DataFrame(rows, columns=[*COLUMNS]).astype({"generations": "int64", "descendants": "int64"})


def _followed(bases: Frame, names: Iterable[str], *, asked: str, told: str) -> dict[str, list[list[str]]]:
    """Give each name's generations up or down, every artifact once; a step is one look for all names."""
    generations: dict[str, list[list[str]]] = {name: [[name]] for name in names}
    seen = {name: {name} for name in generations}
    for _ in range(DEEPEST):
        wanted = sorted({one for each in generations.values() for one in each[-1]})
        links = _links(bases, wanted, asked, told) if wanted else {}
        for name, each in generations.items():
            new = {other for one in each[-1] for other in links.get(one, ())} - seen[name]
            seen[name] |= new
            each.append(sorted(new))
    return {name: [one for one in each[1:] if one] for name, each in generations.items()}


def _links(bases: Frame, wanted: Sequence[str], asked: str, told: str) -> dict[str, list[str]]:
    """Give what each wanted artifact is linked with."""
    found = among(bases, asked, wanted).select(asked, told).unique().collect("pandas").to_native()
    return {str(one): [str(other) for other in others] for one, others in found.groupby(asked)[told]}
