"""Where dossiers come from: a card file with a file list, a saved API reply, a folder of evidence, a row of a store."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb

from openlives.errors import InputError
from openlives.governance.card import Card
from openlives.governance.evidence import Document, Dossier, Repository

RELATIONS = ("finetune", "adapter", "merge", "quantized")
TEXTS = (".md", ".txt", ".rst", "")  # endings of a licence or a README
TOLD = ("license:", "dataset:", "base_model:", "arxiv:")


def of_card(
    name: str, content: str, *, files: Sequence[str] | None = None, revision: str = "", seen: str = ""
) -> Dossier:
    """Make a dossier of a card's text and, if known, the names of the files beside it."""
    return Dossier(
        name,
        card=Card(content),
        files=None if files is None else tuple(files),
        revision=revision,
        seen=seen,
        looked_in=frozenset({"card"} | ({"files"} if files is not None else set())),
    )


def of_reply(document: Mapping[str, Any], *, seen: str = "") -> Dossier:
    """Make a dossier of a reply of the Hub's API about one model (`/api/models/NAME`, or a row of a list).

    <https://huggingface.co/docs/hub/api>: `gated` is false, auto or manual; `siblings` are the files; `cardData` is the
    card's metadata without its text.
    """
    name = document.get("id") or document.get("modelId")
    if not isinstance(name, str) or not name:
        raise InputError("The reply is not about a model: it has no `id`", todo="Save what /api/models/NAME says.")
    tags = tuple(tag for tag in _list(document.get("tags")) if isinstance(tag, str))
    siblings = document.get("siblings")
    files = (
        tuple(str(one.get("rfilename", "")) for one in siblings if isinstance(one, dict))
        if isinstance(siblings, list)
        else None
    )
    about = document.get("cardData")
    told = {"tags", "cardData"} & document.keys()  # a reply that was asked for less says nothing by its silence
    return replace(
        of_tags(name, tags),
        card=card_of(about) if isinstance(about, dict) else None,
        gate=gate_of(document.get("gated")),
        files=files,
        likes=_count(document.get("likes")),
        downloads=_count(document.get("downloads")),
        discussions=not document["discussionsDisabled"]
        if isinstance(document.get("discussionsDisabled"), bool)
        else None,
        revision=str(document.get("sha") or ""),
        seen=seen or str(document.get("lastModified") or ""),
        looked_in=frozenset(({"api"} if told else set()) | ({"files"} if files is not None else set())),
        sources={"gate": "API: gated", "files": "API: siblings", "tags": "API: tags"},
    )


def of_tags(name: str, tags: Sequence[str], *, where: str = "API: tags") -> Dossier:
    """Make a dossier of a model's tags, in which the Hub repeats licence, data sets and bases."""
    told: dict[str, list[str]] = {prefix: [] for prefix in TOLD}
    for tag in tags:
        prefix = tag[: tag.find(":") + 1]
        if prefix in told:
            told[prefix].append(tag[len(prefix) :].strip())
    return Dossier(
        name,
        declared=tuple(dict.fromkeys(told["license:"])),
        tags=tuple(tags),
        datasets=tuple(dict.fromkeys(told["dataset:"])),
        bases=bases_of(told["base_model:"]),
        sources={"tags": where},
    )


def bases_of(tags: Iterable[str]) -> dict[str, str]:
    """Read `base_model:` tags: base → relation. The Hub writes each base twice, once with its relation."""
    found: dict[str, str] = {}
    for tag in tags:
        relation, _, name = tag.partition(":")
        if relation in RELATIONS and name:
            found[name] = relation
        elif tag:
            found.setdefault(tag, "")
    return found


def gate_of(value: Any) -> str | None:
    """Read `gated` of the API: false → none, auto, manual; anything else is not known."""
    if value is False or value == "False":
        return "none"
    if value is True or value == "True":
        return "auto"  # an old reply, which did not tell who decides
    return value if value in ("auto", "manual") else None


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _count(value: Any) -> int | None:
    return value if isinstance(value, int) else None


def card_of(about: Mapping[str, Any]) -> Card:
    """Make a card of metadata that came parsed: it has no text, and says nothing by its silence."""
    return Card("", given=about)


def of_evidence(folder: Path) -> dict[str, Dossier]:
    """Read a folder of evidence: `cards/` with its index, `repositories/` with their map, `models.parquet`.

    Each part may be missing. Give the dossiers by model name.
    """
    if not folder.is_dir():
        raise InputError(
            "There is no such folder of evidence", where=str(folder), todo="Give the folder that holds cards/."
        )
    found: dict[str, Dossier] = {}
    for name, told in _tables(folder / "models.parquet"):
        found[name] = _newer(found.get(name), told)
    for row in _rows(folder / "cards" / "index.csv", "hf_id", "file"):
        name = row["hf_id"]
        file = folder / "cards" / Path(row["file"]).name
        known = found.get(name, Dossier(name))
        found[name] = replace(
            known, card=Card(_text(file)), looked_in=known.looked_in | {"card"}, seen=row.get("date") or known.seen
        )
    repositories = {path.name: _repository(path) for path in sorted((folder / "repositories").glob("*/"))}
    for row in _rows(folder / "repositories" / "map.csv", "hf_id", "repository"):
        if row["repository"] in repositories:
            known = found.get(row["hf_id"], Dossier(row["hf_id"]))
            one = replace(
                repositories[row["repository"]], revision=row.get("commit") or "", seen=row.get("commit_date") or ""
            )
            found[row["hf_id"]] = replace(
                known, repositories=(*known.repositories, one), looked_in=known.looked_in | {"repositories"}
            )
    return dict(sorted(found.items()))


def _newer(old: Dossier | None, new: Dossier) -> Dossier:
    """Lay a later row of a model table over an earlier one; what the later does not say stays."""
    if old is None:
        return new
    first, last = (old, new) if old.seen <= new.seen else (new, old)
    return replace(
        last,
        declared=last.declared or first.declared,
        tags=last.tags or first.tags,
        datasets=last.datasets or first.datasets,
        bases=last.bases or first.bases,
        gate=last.gate if last.gate is not None else first.gate,
        sources={**first.sources, **last.sources},
    )


def _tables(file: Path) -> Iterable[tuple[str, Dossier]]:
    if not file.exists():
        return
    query = """
        SELECT hf_id::VARCHAR, source::VARCHAR, date::VARCHAR, tags::VARCHAR[], license::VARCHAR, datasets::VARCHAR[],
            base_model::VARCHAR[], gated::VARCHAR
        FROM read_parquet(?) WHERE hf_id IS NOT NULL ORDER BY ALL
    """
    try:
        rows = duckdb.execute(query, [str(file)]).fetchall()
    except duckdb.Error as error:
        raise InputError(
            f"The model table cannot be read: {str(error).splitlines()[0]}",
            where=file.name,
            todo="It has the columns hf_id, source, date, tags, license, datasets, base_model, gated.",
        ) from error
    for name, source, date, tags, license_, datasets, bases, gated in rows:
        told = of_tags(name, tags or (), where=f"model table {source}: tags")
        yield (
            name,
            replace(
                told,
                declared=tuple(dict.fromkeys([*told.declared, *([license_] if license_ else [])])),
                datasets=tuple(dict.fromkeys([*told.datasets, *(datasets or ())])),
                bases={**bases_of(bases or ()), **told.bases},
                gate=gate_of(gated),
                seen=str(date),
                looked_in=frozenset({"table"}),
                sources={
                    **told.sources,
                    "license": f"model table {source}: license",
                    "gate": f"model table {source}: gated",
                },
            ),
        )


def _repository(folder: Path) -> Repository:
    """Read a repository's texts and the list of its files; a text is a licence if its name says so."""
    name = folder.name
    texts = [
        Document(path.name, _text(path), name)
        for path in sorted(folder.iterdir())
        if path.suffix in TEXTS and path.name != "files.txt" and path.is_file()
    ]
    listed = folder / "files.txt"
    return Repository(
        name,
        readmes=tuple(text for text in texts if not is_licence(text.name)),
        licences=tuple(text for text in texts if is_licence(text.name)),
        files=tuple(_text(listed).splitlines()) if listed.exists() else None,
    )


def is_licence(file: str) -> bool:
    """Tell by its name whether a file holds a licence, terms or a policy of use."""
    bare = file.rsplit("/", 1)[-1].lower()
    return (
        bare.startswith(("license", "licence", "copying", "model_license", "use_policy", "notice")) or "license" in bare
    )


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise InputError(
            f"A text of the evidence cannot be read: {error.strerror}",
            where=str(file),
            todo="Put it where it is named.",
        ) from error


def _rows(file: Path, *needed: str) -> list[dict[str, str]]:
    if not file.exists():
        return []
    try:
        with file.open(encoding="utf-8-sig", newline="") as opened:
            rows = list(csv.DictReader(opened))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"The table cannot be read: {error}", where=str(file), todo="Save it as CSV.") from error
    if any(not row.get(name) for row in rows for name in needed):
        raise InputError(f"A row has no {' or no '.join(needed)}", where=str(file), todo="Fill in these columns.")
    return rows
