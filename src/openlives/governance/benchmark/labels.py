"""Labels that people gave to models, one row a model: what a benchmark holds verdicts against, and never evidence.

A row names a model (`hf_id`) and its `lineage` (models that share an origin are not independent). Of the other columns
one is enough: `terms_independent` (a person judged the licence), `terms_review` (a correction, with its reason in
`votes.csv`), `terms` (anything else, such as a licence table applied to a string: circular for a test of such a table),
`access` (gated, not gated), `process` (yes, partial, no) with `process_basis` (`code only`: not yes, but no or partial
is undecided).
"""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from openlives.errors import InputError

DIMENSIONS = ("terms", "access", "process")
NOTHING = frozenset({"", "unknown", "(none)", "none", "nan", "null", "n/a"})
WORDS = {
    "terms": {"yes": "yes", "no": "no"},
    "access": {"not gated": "yes", "gated": "no", "yes": "yes", "no": "no"},
    "process": {"yes": "yes", "partial": "partial", "no": "no"},
}
SHAPE = "A label file has the columns hf_id, lineage and at least one of terms_independent, terms, access, process."


@dataclass(frozen=True, slots=True)
class Label:
    """What people said of one model; an empty text is *not labelled*.

    `terms` is an independent judgement, `reviewed` a correction of it, `derived` what stands there without either.
    `told` is the row as it was read.
    """

    name: str
    lineage: str
    terms: str = ""
    reviewed: str = ""
    derived: str = ""
    access: str = ""
    process: str = ""
    code_only: bool = False
    told: Mapping[str, str] | None = None

    def of(self, column: str) -> str:
        """Give a cell of the row as it was read; empty if there is none."""
        return (self.told or {}).get(column, "")


def read(file: Path) -> dict[str, Label]:
    """Read a label file: labels by model name, in the file's order."""
    header, rows = rows_of(file, needs=("hf_id", "lineage"), shape=SHAPE)
    if not {"terms_independent", "terms", "access", "process"} & {*header}:
        raise InputError("The label file labels nothing", where=str(file), todo=SHAPE)
    found: dict[str, Label] = {}
    for number, row in enumerate(rows, start=2):
        label = _label(row, header, f"{file}, row {number}")
        if label.name in found:
            raise InputError(
                f"{label.name} is labelled twice", where=f"{file}, row {number}", todo="Keep one row a model."
            )
        found[label.name] = label
    if not found:
        raise InputError("The label file has no rows", where=str(file), todo=SHAPE)
    return found


def _label(row: Mapping[str, str], header: Sequence[str], where: str) -> Label:
    name = row["hf_id"]
    if not name:
        raise InputError("A row names no model", where=where, todo="Give each row its hf_id.")
    terms = _word(row, "terms", "terms", where)
    independent = _word(row, "terms_independent", "terms", where)
    reviewed = _word(row, "terms_review", "terms", where)
    if "terms_independent" not in header:  # a plain file: what stands there was judged by whoever wrote it
        independent, terms = terms, ""
    return Label(
        name,
        row["lineage"] or name,
        terms=independent,
        reviewed=reviewed,
        derived="" if independent or reviewed else terms,
        access=_word(row, "access", "access", where),
        process=_word(row, "process", "process", where),
        code_only=row.get("process_basis", "").lower().startswith("code only"),
        told=row,
    )


def _word(row: Mapping[str, str], column: str, dimension: str, where: str) -> str:
    """Read a label in our words: yes means open, and not gated."""
    text = row.get(column, "").lower()
    if text in NOTHING:
        return ""
    if text not in WORDS[dimension]:
        known = ", ".join(WORDS[dimension])
        raise InputError(f"{column} says {text[:40]!r}", where=where, todo=f"Say one of {known}, or nothing.")
    return WORDS[dimension][text]


def rows_of(file: Path, *, needs: Sequence[str], shape: str) -> tuple[list[str], list[dict[str, str]]]:
    """Read a table of texts (CSV, UTF-8): its header and its rows, trimmed; some columns have to be there."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as opened:
            reader = csv.DictReader(opened, strict=True)
            header = [name.strip() for name in reader.fieldnames or ()]
            reader.fieldnames = header
            rows = [{key: (value or "").strip() for key, value in row.items() if key is not None} for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        said = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise InputError(f"The table cannot be read: {said}", where=str(file), todo=shape) from error
    if missing := [name for name in needs if name not in header]:
        raise InputError(f"The table has no column {', '.join(missing)}", where=str(file), todo=shape)
    return header, rows
