"""Tables that people wrote by hand, as rows of text: .csv, and .xlsx without formulas, macros or surprises.

A workbook is a zip of XML from anyone's hands: its size is looked at before it is opened, what would unfold to more
than `MOST_BYTES` is refused, and so is any that declares entities.
"""

import csv
import warnings
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from openlives.errors import InputError

MOST_BYTES = 100_000_000  # unfolded
MOST_PARTS = 5_000  # of a workbook
MOST_ROWS, MOST_COLUMNS = 200_000, 500
LAST_ROW = 1_048_576  # of any workbook
BROKEN = (  # openpyxl raises whatever it stumbles on
    *(zipfile.BadZipFile, zlib.error, InvalidFileException, ParseError, OSError, EOFError, KeyError, IndexError),
    *(ValueError, TypeError, AttributeError, NotImplementedError, RuntimeError, OverflowError),
)
ERRORS = {"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A"}  # cells that could not be computed
PICTURES = ("xl/media/", "xl/embeddings/")  # parts that are not opened, and may declare what they like
Line = tuple[int, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table of text: the names of its columns, and its rows that are not blank, each with its number in the file."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[Line, ...]

    def column(self, name: str) -> int:
        """Find a column by its name, or by the first of several: `discussion_url|source`."""
        found = [self.columns.index(one) for one in map(_tidy, name.split("|")) if one in self.columns]
        if not found:
            there = ", ".join(column for column in self.columns if column) or "none"
            raise InputError(f"No column {name!r}", where=self.name, todo=f"Columns there: {there[:500]}")
        if self.columns.count(self.columns[found[0]]) > 1:
            raise InputError(f"Two columns are called {self.columns[found[0]]!r}", where=self.name, todo="Rename one.")
        return found[0]


def read_sheets(path: Path, names: Iterable[str] = (), *, header: bool = True) -> list[Sheet]:
    """Read the sheets of a workbook that are named (the first one by default), or the one table of a .csv file.

    Without `header` columns have no names, and the first row is one of the rows. Errors: InputError.
    """
    if not path.is_file():
        raise InputError("There is no such file", where=str(path))
    if path.stat().st_size > MOST_BYTES:
        raise InputError(f"Larger than {MOST_BYTES // 1_000_000} MB", where=str(path), todo="Split it into files.")
    if path.suffix.lower() == ".csv":
        if named := [*names]:
            raise InputError(f"A .csv file has no sheet {named[0]!r}", where=str(path), todo="Leave the sheet out.")
        return [_sheet(str(path), _lines(path), header=header)]
    if path.suffix.lower() not in (".xlsx", ".xlsm"):
        raise InputError("Neither .csv nor .xlsx", where=str(path), todo="Save it as one of these.")
    _guard(path)
    return _workbook(path, list(names), header=header)


def _lines(path: Path) -> list[Line]:
    """Read a .csv file, in UTF-8 with or without a mark, divided by what its first line has most of."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            divider = max(",;\t", key=file.readline().count)
            file.seek(0)
            return _some(str(path), (tuple(map(_tidy, line)) for line in csv.reader(file, delimiter=divider)))
    except (UnicodeDecodeError, csv.Error, OSError) as error:
        raise InputError(f"Not a .csv file in UTF-8: {error}", where=str(path), todo="Save it as CSV UTF-8.") from error


def _guard(path: Path) -> None:
    """Refuse a workbook that unfolds to too much, or that declares entities."""
    try:
        with zipfile.ZipFile(path) as book:
            parts = book.infolist()
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_BYTES:
                todo = "Save the sheets that matter as .csv files."
                raise InputError(f"Unfolds to over {MOST_BYTES // 1_000_000} MB", where=str(path), todo=todo)
            for part in parts:
                if not part.filename.startswith(PICTURES) and b"<!DOCTYPE" in book.read(part).replace(b"\0", b""):
                    raise InputError("Declares XML entities, as no spreadsheet program does", where=str(path))
    except BROKEN as error:
        raise InputError(f"Cannot be read as a workbook: {error}", where=str(path), todo="Save it anew.") from error


def _workbook(path: Path, names: list[str], *, header: bool) -> list[Sheet]:
    try:
        with warnings.catch_warnings(action="ignore", category=UserWarning):  # of styles and extensions, not of values
            book = load_workbook(path, read_only=True, data_only=True, keep_links=False)
            try:
                there = {sheet.title: sheet for sheet in book.worksheets}
                chosen = {name: there.get(name) for name in names or list(there)[:1]}
                rows = {
                    name: _values(f"{path}, sheet {name}", sheet) for name, sheet in chosen.items() if sheet is not None
                }
            finally:
                book.close()
    except BROKEN as error:
        raise InputError(f"Cannot be read as a workbook: {error}", where=str(path), todo="Save it anew.") from error
    if not there:
        raise InputError("A workbook without sheets", where=str(path))
    if missing := [name for name in names if name not in rows]:
        raise InputError(f"No sheet {missing[0]!r}", where=str(path), todo=f"Sheets there: {', '.join(there)}")
    return [_sheet(f"{path}, sheet {name}", found, header=header) for name, found in rows.items()]


def _values(name: str, sheet: Any) -> list[Line]:
    """Read a sheet's values as text; what it says of its own size is not believed."""
    sheet.reset_dimensions()
    cells = sheet.iter_rows(max_row=LAST_ROW, max_col=MOST_COLUMNS, values_only=True)
    blank = (None,) * MOST_COLUMNS
    return _some(name, (() if row == blank else tuple(_tidy(_text(cell)) for cell in row) for row in cells))


def _some(name: str, lines: Iterable[tuple[str, ...]]) -> list[Line]:
    """Keep the lines that are not blank, each with its number and without the blanks at its end; not too many."""
    kept = []
    for number, line in enumerate(lines, 1):
        width = max((place for place, text in enumerate(line, 1) if text), default=0)
        if width:
            kept.append((number, line[:width]))
        if len(kept) > MOST_ROWS + 1:
            raise InputError(f"More than {MOST_ROWS} rows", where=name, todo="Split it.")
    return kept


def _text(cell: Any) -> str:
    """Give a cell as text: a whole number without a point, a date as ISO writes it."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return cell.isoformat() if isinstance(cell, datetime | date | time) else str(cell)


def _sheet(name: str, lines: list[Line], *, header: bool) -> Sheet:
    if not lines:
        raise InputError("Nothing in it", where=name)
    width = max(len(line) for _, line in lines)
    rows = tuple((number, line + ("",) * (width - len(line))) for number, line in lines)
    return Sheet(name, rows[0][1], rows[1:]) if header else Sheet(name, ("",) * width, rows)


def _tidy(text: str) -> str:
    """Drop the white space that nobody sees."""
    return " ".join(text.split())
