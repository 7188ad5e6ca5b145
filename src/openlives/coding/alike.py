"""More like this: comments whose words resemble those of another, by TF-IDF; and groups of them, to read along.

Words count in spaced scripts, pairs of letters in the others (`words`). Weights are (1 + ln n) · (1 + ln((1 + N) /
(1 + df))), rows have length one, and likeness is their cosine, 0 to 1 (Salton & Buckley 1988). A suggestion is no
coding: it carries the name of the machine that made it, and counts for nothing unless asked.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from scipy.sparse.csgraph import connected_components

from openlives.coding.words import words_of
from openlives.errors import InputError

MACHINE = "machine:tfidf@1"  # goes up when the numbers change
LEAST = 0.1  # cosine below which nothing is suggested
MOST = 20_000  # comments that are grouped at once
ROWS = 250  # at a time: bounds the memory of likenesses between all


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A comment that resembles what was asked for: its address, how much (0 to 1), and the machine that says so."""

    address: str
    likeness: float
    coder: str = MACHINE


@dataclass(frozen=True, slots=True)
class Group:
    """Comments that hang together by likeness, and the terms that they share most."""

    addresses: tuple[str, ...]
    terms: tuple[str, ...]
    coder: str = MACHINE


@dataclass(frozen=True, eq=False)
class Index:
    """The comments as rows of weights, the terms as columns."""

    addresses: tuple[str, ...]
    terms: tuple[str, ...]
    columns: dict[str, int]
    weights: np.ndarray[tuple[int], np.dtype[np.float64]]
    rows: sp.csr_array


def index(comments: Iterable[tuple[str, str]]) -> Index:
    """Read comments, (address, text) by (address, text), once; the same comments give the same index."""
    addresses, columns, counts = [], dict[str, int](), list[Counter[str]]()
    for address, text in comments:
        addresses.append(address)
        counts.append(Counter(_terms(text)))
        for term in counts[-1]:
            columns.setdefault(term, len(columns))
    raw = _matrix(counts, columns)
    held = np.bincount(raw.indices, minlength=len(columns))
    weights = 1 + np.log((1 + len(addresses)) / (1 + held))
    return Index(tuple(addresses), tuple(columns), columns, weights, _weighted(raw, weights))


def similar(built: Index, text: str, k: int = 10, least: float = LEAST) -> tuple[Suggestion, ...]:
    """Give the k comments most like a text, the likest first, ties in the order of the index."""
    asked = _weighted(_matrix([Counter(_terms(text))], built.columns), built.weights)
    scores = (built.rows @ asked.T).toarray().ravel()
    best = np.argsort(-scores, kind="stable")[:k]
    return tuple(Suggestion(built.addresses[i], float(min(scores[i], 1.0))) for i in best if scores[i] >= least)


def groups(built: Index, least: float = 0.5, terms: int = 5) -> tuple[Group, ...]:
    """Group comments that a chain of likenesses of at least `least` holds together; the largest groups first.

    Comments that resemble no other are in none. Raises InputError for more than MOST comments.
    """
    count = len(built.addresses)
    if count > MOST:
        raise InputError(f"More than {MOST:,} comments to group", todo="Group a sample, or one theme.")
    members: dict[int, list[int]] = {}
    for row, label in enumerate(_chained(built.rows, least)):
        members.setdefault(int(label), []).append(row)
    found = (_group(built, rows, terms) for rows in members.values() if len(rows) > 1)
    return tuple(sorted(found, key=lambda group: -len(group.addresses)))


def _terms(text: str) -> Iterator[str]:
    spaced, dense = words_of(text)
    yield from (word for word in spaced if len(word) > 1)
    for stretch in dense:
        yield from (stretch[i : i + 2] for i in range(max(1, len(stretch) - 1)))


def _matrix(counts: list[Counter[str]], columns: dict[str, int]) -> sp.csr_array:
    known = [{columns[term]: number for term, number in one.items() if term in columns} for one in counts]
    ends = np.cumsum([0, *(len(one) for one in known)])
    indices = np.fromiter((column for one in known for column in one), dtype=np.int64, count=int(ends[-1]))
    data = np.fromiter((number for one in known for number in one.values()), dtype=np.float64, count=int(ends[-1]))
    return sp.csr_array((data, indices, ends), shape=(len(counts), len(columns)))


def _weighted(raw: sp.csr_array, weights: np.ndarray[tuple[int], np.dtype[np.float64]]) -> sp.csr_array:
    data = (1 + np.log(raw.data)) * weights[raw.indices]
    row = np.repeat(np.arange(raw.shape[0]), np.diff(raw.indptr))
    lengths = np.sqrt(np.bincount(row, weights=data**2, minlength=raw.shape[0]))
    return sp.csr_array((data / lengths[row], raw.indices, raw.indptr), shape=raw.shape)


def _chained(rows: sp.csr_array, least: float) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
    """Number each row by the chain it is in; a bot's ten thousand are never held as pairs, only some rows at a time."""
    count = rows.shape[0]
    labels = np.arange(count, dtype=np.int32)
    for start in range(0, count, ROWS):
        near = (rows[start : start + ROWS] @ rows.T).tocoo()
        alike = near.data >= least
        firsts = np.unique(labels, return_index=True)[1]  # whoever was chained before stays so, through its first
        ends = (
            np.concatenate([near.row[alike] + start, np.arange(count)]),
            np.concatenate([near.col[alike], firsts[labels]]),
        )
        graph = sp.csr_array((np.ones(len(ends[0]), dtype=np.int8), ends), shape=(count, count))
        labels = connected_components(graph, directed=False)[1]
    return labels


def _group(built: Index, rows: list[int], terms: int) -> Group:
    means = np.asarray(built.rows[rows].mean(axis=0)).ravel()
    best = np.argsort(-means, kind="stable")[:terms]
    return Group(tuple(built.addresses[row] for row in rows), tuple(built.terms[i] for i in best if means[i] > 0))
