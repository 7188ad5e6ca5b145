"""The rows of a MySQL or MariaDB dump, as a stream: no server, and no more memory than the longest row needs.

A dump is what `mysqldump` or `mariadb-dump` wrote: each statement begins on a line of its own, each column of a
`CREATE TABLE` too. What can be read of a broken dump is given; what cannot is said.
"""

import gzip
import re
import zipfile
import zlib
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from openlives.errors import InputError
from openlives.sources import Sink
from openlives.sources.mysql_text import masked, raw, values

SUFFIXES = (".sql", ".sql.gz", ".zip")
CHUNK = 2**20
HEAD = 2**16  # bytes in which the first words of a statement stand
LONGEST = 64 * 2**20  # bytes of one row; beyond them a quote was left open

_STRING = rb"'[^']*+'"  # to those that look for the end only, a doubled quote is two strings side by side
_NAME = rb'(?:`([^`]+)`|"([^"]+)"|([\w$]+))'
_NAMES = re.compile(_NAME)
_TABLE = rb'(?:(?:`[^`]+`|"[^"]+"|[\w$]+)\s*\.\s*)?' + _NAME
_CREATE = re.compile(rb"CREATE\s+TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?" + _TABLE, re.IGNORECASE)
_INSERT = re.compile(
    rb"(?:INSERT|REPLACE)(?:\s+(?:LOW_PRIORITY|DELAYED|HIGH_PRIORITY|IGNORE))*+\s+(?:INTO\s+)?"
    + _TABLE
    + rb"\s*(?:\(([^()']*)\)\s*)?VALUES?(?=[\s(])",
    re.IGNORECASE,
)
_COLUMN = re.compile(rb"\s*(?!(?:PRIMARY|UNIQUE|FOREIGN|FULLTEXT|SPATIAL|KEY|INDEX|CHECK|CONSTRAINT|PERIOD)\s)" + _NAME)
_ROW = re.compile(rb"\s*+\(((?:[^'()]++|" + _STRING + rb")*+)\)\s*+(\S)", re.DOTALL)
_PIECES = re.compile(rb"(?:[^';]++|" + _STRING + rb")*+", re.DOTALL)

Row = tuple[str, str, dict[str, str | None]]


def rows(path: Path, wanted: Mapping[str, Collection[str]], sink: Sink) -> Iterator[Row]:
    """Yield the rows of the `wanted` tables: the table, the place in the file, and the wanted columns that it has.

    A value is text, or None for NULL. A row that cannot be read is rejected and the rest go on. Raises `InputError`
    when nothing of the file can be read.
    """
    try:
        with _opened(path) as file:
            dump = _Dump(file, wanted, sink)
            yield from dump.rows()
            dump.close(path.name)
    except zipfile.BadZipFile as error:
        raise InputError(f"The file cannot be unpacked: {error}", where=path.name, todo="Fetch it again.") from error


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    """Open a dump, packed or not; of an archive, the one dump in it."""
    name = path.name.lower()
    if not name.endswith(".zip"):
        with (gzip.open if name.endswith(".gz") else open)(path, "rb") as file:
            yield file
        return
    with zipfile.ZipFile(path) as archive:
        inside = [one for one in archive.namelist() if one.lower().endswith(".sql")]
        if len(inside) != 1:
            raise InputError(f"The archive holds {len(inside)} dumps, not one", where=path.name, todo="Unpack it.")
        with archive.open(inside[0]) as file:
            yield file


class _Dump:
    """A dump on its way through: the bytes in hand, the columns known, and how far it is."""

    def __init__(self, file: IO[bytes], wanted: Mapping[str, Collection[str]], sink: Sink) -> None:
        self.file, self.wanted, self.sink = file, wanted, sink
        self.data, self.at, self.ended = b"", 0, False
        self.held = b""  # a backslash whose partner is yet to come
        self.columns: dict[str, list[str]] = {}
        self.counts: dict[str, int] = {}
        self.passed: set[str] = set()
        self.place = "before the first row"
        self.fault = ""  # why the file breaks off, if it does
        self.unfinished = False  # the program that wrote it marks the end, and has not yet

    def rows(self) -> Iterator[Row]:
        """Go from statement to statement."""
        while self._have(HEAD):
            if match := _INSERT.match(self.data, self.at):
                yield from self._inserted(match)
            elif match := _CREATE.match(self.data, self.at):
                self._created(_name(match))
            else:
                self._line()

    def close(self, name: str) -> None:
        """Say at the end what was passed over, and whether the dump is whole."""
        if not self.columns and not self.counts and not self.passed:
            what = f"The file cannot be read: {self.fault}" if self.fault else "The file is no dump of a MySQL database"
            raise InputError(what, where=name, todo="Give what mysqldump wrote, or fetch the file again.")
        if self.fault or self.unfinished:
            why = self.fault or "its last line is missing"
            self.sink.reject(f"after {self.place}", f"the file breaks off: {why}", "")
        if self.passed:
            self.sink.note(f"tables passed over: {', '.join(sorted(self.passed))}")

    def _have(self, wanted: int) -> bool:
        """Have so many bytes in hand, or all that are left; tell whether there are any."""
        while len(self.data) - self.at < wanted and self._more():
            pass
        return self.at < len(self.data)

    def _more(self) -> bool:
        """Take in as many bytes again as are in hand, so that a long row is looked at few times; tell if it could."""
        rest = self.data[self.at :]
        if self.ended or len(rest) > LONGEST:
            return False
        pieces, missing = [self.held], max(CHUNK, len(rest))
        try:
            while missing > 0 and (piece := self.file.read1(missing)):  # type: ignore[attr-defined]  # all three have it
                pieces.append(piece)
                missing -= len(piece)
            self.ended = missing > 0
        except (EOFError, zlib.error, gzip.BadGzipFile, zipfile.BadZipFile) as error:
            self.ended, self.fault = True, str(error)
        if self.ended:
            pieces.append(b"\n;")  # an end for a last row without its semicolon
        fresh = b"".join(pieces)
        self.held = b"\\" if (len(fresh) - len(fresh.rstrip(b"\\"))) % 2 else b""
        self.data, self.at = rest + masked(fresh.removesuffix(self.held)), 0
        return True

    def _line(self) -> bytes:
        """Go to the next line: past a comment, a setting, an empty line; give the beginning of this one."""
        start = self.data[self.at : self.at + HEAD]
        while (end := self.data.find(b"\n", self.at)) < 0:
            self.at = len(self.data)
            if not self._more():
                return start
        self.at = end + 1
        if start.startswith((b"-- MySQL dump", b"-- MariaDB dump")):
            self.unfinished = True
        elif start.startswith(b"-- Dump completed"):
            self.unfinished = False
        return start

    def _created(self, table: str) -> None:
        """Learn the names of a table's columns: one a line, up to the closing parenthesis."""
        line, found = self._line(), []
        while not line.split(b"\n", 1)[0].rstrip().endswith(b";") and self._have(HEAD):
            line = self._line()
            if line.lstrip().startswith(b")"):
                break
            if match := _COLUMN.match(line):
                found.append(_name(match))
        self.columns[table] = found

    def _inserted(self, match: re.Match[bytes]) -> Iterator[Row]:
        """Give the rows of one statement, or go past it."""
        table = _name(match)
        self.at = match.end()
        if table not in self.wanted:
            self.passed.add(table)
            return self._skip()
        listed = [_name(one) for one in _NAMES.finditer(match[4])] if match[4] else self.columns.get(table, [])
        if listed:
            return (yield from self._tuples(table, listed))
        self.sink.reject(f"a statement on {table}", "nothing says what its columns are", "")
        return self._skip()

    def _tuples(self, table: str, columns: list[str]) -> Iterator[Row]:
        chosen = [(place, column) for place, column in enumerate(columns) if column in self.wanted[table]]
        while True:
            self.counts[table] = self.counts.get(table, 0) + 1
            self.place = f"{table}, row {self.counts[table]}"
            while (found := _ROW.match(self.data, self.at)) is None and self._more():
                pass
            if found is None:
                self.sink.reject(self.place, "the row has no end", raw(self.data[self.at :]))
                self._line()  # strings of a dump hold no line breaks, so another row or statement may begin here
                if not (self._have(1) and self.data[self.at : self.at + 1] == b"("):
                    return
                continue
            self.at = found.end()
            try:
                row = values(found[1], columns, chosen)
            except ValueError as error:
                self.sink.reject(self.place, str(error), raw(found[1]))
            else:
                yield table, self.place, row
            if found[2] != b",":
                if found[2] != b";":  # ON DUPLICATE KEY UPDATE ...
                    self._skip()
                return

    def _skip(self) -> None:
        """Go past the semicolon that ends the statement, not past one in a string."""
        while True:
            match = _PIECES.match(self.data, self.at)
            self.at = match.end() if match else self.at
            if self.data[self.at : self.at + 1] == b";":
                self.at += 1
                return
            if not self._more():
                self._line()
                return


def _name(match: re.Match[bytes]) -> str:
    return (match[1] or match[2] or match[3]).decode(errors="replace").lower()
