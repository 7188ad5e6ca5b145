"""Work that is done side by side: most of it is arithmetic on arrays, which leaves the interpreter to others."""

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")
MOST = 4  # threads: what is no arithmetic waits for its turn, and more would only wait


def beside(work: Callable[..., T], *things: Iterable[Any]) -> list[T]:
    """Do as `map` does, on as many threads as there are processors; results are in the order of the things.

    Whatever draws at random must have a generator of its own: which thread comes first is not known.
    """
    with ThreadPoolExecutor(min(MOST, os.cpu_count() or 1)) as pool:
        return list(pool.map(work, *things))


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """Do different things side by side."""
    return beside(lambda work: work(), works)
