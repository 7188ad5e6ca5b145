"""Originals given by hand: each file is normalised once into `imports/ID/`, beside its hash, origin and rejects.

ID comes from the file's bytes, the kind and the map, so that the same file given twice is known and changes nothing.
A folder appears under its name only when it is whole: a broken run or a full disk leaves nothing half.
"""

import hashlib
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from openlives.errors import CollectionError, InputError
from openlives.records import RECORDS, arrow_schema
from openlives.sources import Reader

READER = "2"  # raised when a source reads the same file differently: then a re-import is a new import
REJECTS = pa.schema([("row", pa.string()), ("reason", pa.string()), ("raw", pa.string())])


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an import comes from and what it gave: the content of its `origin.json`."""

    id: str
    file: str
    sha256: str
    bytes: int
    kind: str
    map: str | None
    observed: int | None
    census: bool
    platform: str
    imported: str
    rows: dict[str, int] = field(default_factory=dict)
    rejected: int = 0
    sequence: int = 0
    known: bool = False
    notes: list[str] = field(default_factory=list)


class Writer:
    """A `Sink` that writes Parquet files into a folder of its own."""

    def __init__(self, folder: Path, observed: int | None) -> None:
        self.folder, self.observed = folder, observed
        self.counts: dict[str, int] = {}
        self.rejected = 0
        self.notes: list[str] = []
        self._rejects: list[tuple[str, str, str]] = []
        self._files: dict[str, pq.ParquetWriter] = {}

    def rows(self, kind: str, rows: Iterable[Mapping[str, Any]]) -> None:
        """Keep rows of one kind of record."""
        listed = list(rows)
        if listed:
            self._write(kind, pa.Table.from_pylist(listed, schema=arrow_schema(RECORDS[kind])))

    def batch(self, kind: str, batch: pa.RecordBatch) -> None:
        """Keep an Arrow batch of one kind of record; fields it does not have are not known."""
        schema = arrow_schema(RECORDS[kind])
        have = set(batch.schema.names)
        columns = [
            batch.column(f.name).cast(f.type) if f.name in have else pa.nulls(batch.num_rows, f.type) for f in schema
        ]
        self._write(kind, pa.table(columns, schema=schema))

    def reject(self, row: str, reason: str, raw: str) -> None:
        """Keep a row that cannot be used, with its place and the reason."""
        self.rejected += 1
        self._rejects.append((row, reason, raw))
        if len(self._rejects) >= 1000:
            self._flush_rejects()

    def note(self, text: str) -> None:
        """Keep what is to be known of the import as a whole."""
        self.notes.append(text)

    def _flush_rejects(self) -> None:
        if self._rejects:
            rows, reasons, raws = zip(*self._rejects, strict=True)
            self._file("rejects", REJECTS).write_table(pa.table([rows, reasons, raws], schema=REJECTS))
            self._rejects.clear()

    def _write(self, kind: str, table: pa.Table) -> None:
        if self.observed is not None and "observed" in table.schema.names:
            at = table.schema.get_field_index("observed")
            seen = table.column(at).fill_null(self.observed)
            table = table.set_column(at, table.schema.field(at), seen)
        self.counts[kind] = self.counts.get(kind, 0) + table.num_rows
        self._file(kind, table.schema).write_table(table)

    def _file(self, kind: str, schema: pa.Schema) -> pq.ParquetWriter:
        if kind not in self._files:
            self._files[kind] = pq.ParquetWriter(self.folder / f"{kind}.parquet", schema, compression="zstd")
        return self._files[kind]

    def __enter__(self) -> Self:
        """Open for writing."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close every file, whatever happened."""
        self._flush_rejects()
        for file in self._files.values():
            file.close()


def bring_in(
    imports: Path,
    path: Path,
    kind: str,
    reader: Reader,
    *,
    map_text: str = "",
    map_name: str | None = None,
    observed: int | None = None,
    census: bool = False,
    platform: str = "huggingface",
) -> Origin:
    """Normalise one file into the collection; tell its origin, whether it was new or known.

    Raises `InputError` when the file as a whole cannot be read; rows that cannot be used are kept in `rejects.parquet`.
    """
    sha256 = _sha256(path)
    settings = f"{READER}|{kind}|{observed}|{census}|{platform}|{map_text}"
    identity = hashlib.sha256(f"{sha256}|{settings}".encode()).hexdigest()[:16]
    home = imports / identity
    if (home / "origin.json").exists():
        return Origin(**{**orjson.loads((home / "origin.json").read_bytes()), "known": True})
    part = imports / f".part-{identity}"
    shutil.rmtree(part, ignore_errors=True)
    try:
        part.mkdir(parents=True)
        with Writer(part, observed) as writer:
            reader(path, writer)
        told = (identity, path.name, sha256, path.stat().st_size, kind, map_name, observed, census, platform)
        origin = Origin(
            *told,
            datetime.now(UTC).isoformat(timespec="seconds"),
            dict(sorted(writer.counts.items())),
            writer.rejected,
            sequence=1 + max((origin.sequence for origin in origins(imports)), default=0),
            notes=writer.notes,
        )
        (part / "origin.json").write_bytes(orjson.dumps(asdict(origin), option=orjson.OPT_INDENT_2))
        part.rename(home)
    except (pa.ArrowException, OverflowError, RecursionError, OSError) as error:
        what = (error.strerror or str(error)) if isinstance(error, OSError) else str(error)
        todo = "Nothing was kept of it. Make room, or mend the file, and import it again."
        raise InputError(f"The import could not be kept: {what}", where=path.name, todo=todo) from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return origin


def origins(imports: Path) -> list[Origin]:
    """List the imports of a collection: the undated first, then by what they observed, then as they came."""
    found = []
    for file in sorted(imports.glob("*/origin.json")):
        try:
            found.append(Origin(**orjson.loads(file.read_bytes())))
        except (orjson.JSONDecodeError, TypeError) as error:
            raise CollectionError(
                f"The origin of an import cannot be read: {error}",
                where=f"imports/{file.parent.name}/{file.name}",
                todo="Delete that folder and import the file again.",
            ) from error
    return sorted(found, key=lambda origin: (origin.observed or 0, origin.sequence, origin.id))


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise InputError(
            f"The file cannot be opened: {error.strerror or error}",
            where=path.name,
            todo="Check its name and your rights to it.",
        ) from error
