"""The register of a collection: one row a model, with its verdicts and what each probe observed.

It is derived from the store and the judgements, kept beside the store as `openness.parquet`, and made again when either
changes. The evidence is not in it: `openlives openness HUB MODEL --explain` reads it anew.
"""

import hashlib
import os
from collections.abc import Hashable, Iterator, Mapping, Sequence
from importlib.resources import files
from itertools import islice
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from openlives.governance import judgements, stored
from openlives.governance.assess import Assessment, Shelf
from openlives.governance.dossiers import TOLD
from openlives.governance.judgements import Judgement
from openlives.governance.probes import PROBES, model_code, paper, weights
from openlives.governance.probes.base_model import bare

FILE = "openness.parquet"
VERDICTS = {
    "licence": "the licence that governs the weights: its id in licences.toml, or as declared",
    "licence_class": "osi-approved, open-other, use-restricted, non-commercial, no-derivatives, none, unknown",
    "restrictions": "kinds of restriction, joined by ;",
    "obligations": "kinds of obligation, joined by ;",
    "terms": "whether the licence restricts nothing: yes, no, unknown",
    "gate": "none, auto, manual, probably (keys in the card only), unknown",
    "access": "whether the weights can be had without asking: yes, no, unknown",
    "use": "terms and access together",
    "process_own": "whether the model's own step is open: yes, partial, no, unknown",
    "process": "whether the whole chain is open",
    "level": "none, documented, rebuildable, bit-reproducible",
    "quadrant": "its place in the Dual Openness Framework; unknown where one side is",
    "osaid": "open, partially open, closed, unknown, under OSAID 1.0",
    "terms_confidence": "high, medium, low, or judged",
    "process_confidence": "as above",
    "terms_why": "the reasons for it",
    "access_why": "the reasons for it",
    "process_why": "the reasons for it",
    "osaid_why": "what is missing under OSAID 1.0",
    "discussions": "on, off, unknown",
    "sections": "sections of the card that hold words, joined by ;",
    "words": "words of the card's text; empty where it was not read",
}
COLUMNS = {
    "artifact": "key of the model",
    **VERDICTS,
    **{f"probe_{name}": probe.looks_for for name, probe in PROBES.items()},
}
INTEGERS = ("artifact", "words")
SCHEMA = pa.schema([(name, pa.int64() if name in INTEGERS else pa.string()) for name in COLUMNS])
BATCH = 5000
GROUP = 20  # batches that are written as one group of rows: a reader opens every group, and many are slow to open
NAMES = weights.TAGS | frozenset(model_code.LIBRARIES)  # tags that a probe reads, and how others begin
BEGINNINGS = (*TOLD, *paper.TAGS)
ALIKE = 200_000  # likenesses that are remembered


def row(artifact: int, assessment: Assessment) -> dict[str, Any]:
    """Put an assessment on one line."""
    verdict, findings, dossier = assessment.verdicts, assessment.findings, assessment.dossier
    card = dossier.card if "card" in dossier.looked_in else None
    switched = {True: "on", False: "off", None: "unknown"}[dossier.discussions]
    return {
        "artifact": artifact,
        **assessment.licence,
        **{name: verdict[name].outcome for name in ("terms", "access", "use", "process_own", "process")},
        "level": verdict["process"].level or "none",
        "quadrant": assessment.quadrant,
        "osaid": assessment.osaid.outcome,
        "terms_confidence": verdict["terms"].confidence,
        "process_confidence": verdict["process"].confidence,
        **{f"{name}_why": "; ".join(verdict[name].reasons) for name in ("terms", "access", "process")},
        "osaid_why": "; ".join(assessment.osaid.reasons),
        "discussions": switched,
        "sections": ";".join(findings["card_sections"].value),
        "words": None if card is None else card.words,
        **{f"probe_{name}": finding.outcome for name, finding in findings.items()},
    }


def register(folder: Path, connection: duckdb.DuckDBPyConnection, store: str) -> Path:
    """Give the path of a collection's register, made anew unless it is of this store, these judgements and rules."""
    judged = judgements.read(folder / "decisions" / "judgements.toml", missing_ok=True)
    stamp = hashlib.sha256(repr((store, judged, version())).encode()).hexdigest()
    file = folder / FILE
    if _stamp(file) == stamp.encode():
        return file
    aside = file.with_name(f"{file.name}.{os.getpid()}.making")  # two may make it at once: the last one stays
    try:
        with pq.ParquetWriter(aside, SCHEMA.with_metadata({"openlives": stamp})) as writer:
            parts = _parts(connection, judged)
            while group := list(islice(parts, GROUP)):
                writer.write_table(pa.concat_tables(group))
        aside.replace(file)
    finally:
        aside.unlink(missing_ok=True)
    return file


def _stamp(file: Path) -> bytes | None:
    """Read of what a register was made; None if there is none, or one that cannot be read."""
    try:
        return (pq.read_metadata(file).metadata or {}).get(b"openlives")
    except (OSError, pa.ArrowException):
        return None


def _parts(connection: duckdb.DuckDBPyConnection, judged: Sequence[Judgement]) -> Iterator[pa.Table]:
    """Give the register in parts; models that are alike share a row."""
    shelf, read = shelf_of(connection), stored.reader(connection)
    about: dict[str, list[Judgement]] = {}
    for one in judged:
        about.setdefault(one.model, []).append(one)
    alike: dict[Hashable, dict[str, Any]] = {}

    def found(told: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        key = None if told["name"] in about else likeness(told)
        known = alike.get(key) if key is not None else None
        if known is None:
            known = row(told["artifact"], shelf.assess(read(told), about.get(told["name"], ())))
            if key is not None and len(alike) < ALIKE:
                alike[key] = known
        return told["artifact"], known

    rows = map(found, stored.rows(connection))
    while batch := list(islice(rows, BATCH)):
        yield _table(*zip(*batch, strict=True))


def _table(artifacts: Sequence[int], rows: Sequence[dict[str, Any]]) -> pa.Table:
    """Put rows under their models' keys; each is turned into columns once, however many models share it."""
    distinct = {id(each): each for each in rows}
    place = {key: n for n, key in enumerate(distinct)}
    table = pa.Table.from_pylist(list(distinct.values()), schema=SCHEMA).take([place[id(each)] for each in rows])
    return table.set_column(0, SCHEMA.field(0), pa.array(artifacts, pa.int64()))


def likeness(told: Mapping[str, Any]) -> Hashable | None:
    """Say what a row rests on where neither text nor files were seen: of most models little is known, and that alike.

    `told` is what the store holds of a model. Models with the same likeness have the same row; of their tags only those
    count that a probe reads. None: each has to be looked at.
    """
    name, declared = told["name"], tuple(told["base_models"] or ())
    tags = tuple(tag for tag in told["tags"] or () if tag in NAMES or tag.startswith(BEGINNINGS))
    bases = (*declared, *(tag for tag in tags if tag.startswith("base_model:")))
    if told["card"] is not None or told["paths"] is not None or any(one.endswith(name) for one in bases):
        return None
    seen = (told["outcome"], told["license"], told["gate"], told["metadata"], bool(told["tags"]), tags)
    return (*seen, declared, told["derivatives"], bare(name) if bases else "")


def shelf_of(connection: duckdb.DuckDBPyConnection) -> Shelf:
    """Put the models that others were made from on a shelf, so that chains can be followed."""
    return Shelf(dossier for _, dossier in stored.dossiers(connection, stored.bases_named(connection)))


def version() -> str:
    """Name the rules by the hash of their files: another rule is another register."""
    digest = hashlib.sha256()
    room = files("openlives.governance")
    for part in (room, room / "probes"):
        for file in sorted(part.iterdir(), key=lambda each: each.name):
            if file.name.endswith((".py", ".toml")):
                digest.update(file.read_bytes())
    return digest.hexdigest()
