"""Where events come from: one platform or dump format is one file, and this list names them all.

A source reads one file and writes the records it finds into a `Sink`; it never sees the store.
"""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa


class Sink(Protocol):
    """Where a source puts what it reads."""

    def rows(self, kind: str, rows: Iterable[Mapping[str, Any]]) -> None:
        """Keep rows of one kind of record (a key of `records.RECORDS`)."""

    def batch(self, kind: str, batch: pa.RecordBatch) -> None:
        """Keep an Arrow batch of one kind of record."""

    def reject(self, row: str, reason: str, raw: str) -> None:
        """Keep a row that cannot be used: where in the file it stands, why, and the row itself."""

    def note(self, text: str) -> None:
        """Say what is to be known of the import as a whole: what the file lacks, what was passed over."""


Reader = Callable[[Path, Sink], None]
