"""openlives openness: what is open, in which sense, and how we know."""

import csv
import io
import math
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import click
import numpy as np
import orjson
import pyarrow.parquet as pq

import openlives
from openlives.errors import InputError, NothingToAskError
from openlives.governance import judgements, note
from openlives.governance.assess import Assessment, Shelf
from openlives.governance.benchmark.evaluate import evaluate
from openlives.governance.benchmark.ours import ASSESSOR
from openlives.governance.benchmark.scoreboard import board
from openlives.governance.dossiers import of_card, of_evidence, of_reply
from openlives.governance.evidence import Dossier
from openlives.governance.judgements import Judgement
from openlives.governance.register import register, row
from openlives.governance.stock import Stock
from openlives.records import printable
from openlives.sources.hub_api import loads
from openlives.stats.agreement import accuracy, agreement, kappa, tables
from openlives.stats.intervals import Interval

BEGINNING = 8192  # bytes in which a zero byte tells that a file is no text


@click.command()
@click.argument("hub", required=False, type=click.Path(path_type=Path))
@click.argument("models", nargs=-1)
@click.option(
    "--card",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Assess a model card (.md) that lies outside of a collection.",
)
@click.option(
    "--files",
    type=click.Path(path_type=Path, dir_okay=False),
    help="With --card, a list of the files beside it, one name a line.",
)
@click.option("--name", default="", help="With --card, the model's name; else the name of the file.")
@click.option(
    "--reply",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Assess the models of a saved reply of the Hub's API: one, or a list (.json).",
)
@click.option(
    "--judgements",
    "judged",
    type=click.Path(path_type=Path, dir_okay=False),
    help="What people decided (TOML or YAML); else HUB/decisions/judgements.toml.",
)
@click.option("--raters", is_flag=True, help="How far the people behind the judgements agree, two by two.")
@click.option(
    "--evaluate",
    "labels",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="LABELS.csv",
    help="Hold verdicts against labels that people gave: a row a model, with hf_id, lineage and labels.",
)
@click.option(
    "--evidence",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Assess a folder of evidence (cards/, repositories/, models.parquet): all its models, or those named.",
)
@click.option("--explain", "form", flag_value="explain", help="A reviewer's note on each model, with the evidence.")
@click.option("--json", "form", flag_value="json", help="Verdicts, findings and evidence as JSON.")
@click.option("--csv", "form", flag_value="csv", help="One row a model, without the evidence.")
def openness(
    hub: Path | None,
    models: tuple[str, ...],
    card: Path | None,
    files: Path | None,
    name: str,
    reply: Path | None,
    judged: Path | None,
    labels: Path | None,
    evidence: Path | None,
    form: str | None,
    *,
    raters: bool,
) -> None:
    """Say how open models are: of the collection HUB (all, or those named), of a card, or of a saved reply.

    The quadrant of the Dual Openness Framework (process × use), with terms and access apart, the model's own step and
    its chain apart, the freedoms of OSAID 1.0, and the evidence for each. Unknown is never no.

    With --evaluate, the benchmark: precision, recall, F1, balanced accuracy and kappa of verdicts on terms, access and
    process, with 95 % intervals by lineage, simple rules beside them, and every disagreement. Nothing of the label file
    but the models' names reaches the assessor.
    """
    if labels is not None:
        if evidence is None or hub is not None:
            raise click.UsageError("Give --evaluate LABELS.csv and --evidence DIR, and no collection.")
        return _evaluate(labels, evidence, form)
    if evidence is not None:  # then what stands first is no collection, but a model
        return _tell(_of_evidence(evidence, [*([str(hub)] if hub else []), *models], judged), form)
    if raters:
        if judged is None and hub is None:
            raise click.UsageError("Whose judgements? Give --judgements FILE or a collection HUB.")
        return _tell_raters(judged or hub / "decisions" / "judgements.toml")  # type: ignore[operator]  # one is given
    if card is not None or reply is not None:
        if sum(one is not None for one in (hub, card, reply)) > 1:
            raise click.UsageError("Give a collection, or --card, or --reply: not two of them.")
        decided = judgements.read(judged) if judged else []
        found = [_of_card(card, files, name)] if card else _of_reply(reply)  # type: ignore[arg-type]  # one of both is given
        _tell(_assessed(Shelf(found), found, decided), form)
    elif hub is None:
        raise click.UsageError("Say what to look at: a collection HUB, --card FILE or --reply FILE.")
    elif models:
        _tell(_of_collection(hub, models, judged), form)
    else:
        _tell_all(hub, form)
    return None


def _evaluate(labels: Path, evidence: Path, form: str | None) -> None:
    """Print the benchmark of the assessor."""
    marks = evaluate(labels, evidence, ASSESSOR)
    click.echo(orjson.dumps(marks, option=orjson.OPT_INDENT_2).decode() if form == "json" else board(marks))


def _tell_raters(file: Path) -> None:
    """Print Cohen's kappa of every two people who judged the same models."""
    told = judgements.pairs(judgements.read(file))
    if not told:
        raise NothingToAskError(
            "No two people judged the same model", where=str(file), todo="Let a second person judge."
        )
    for (dimension, one, other), said in told.items():
        words = sorted({outcome for pair in said for outcome in pair})
        codes = np.array([[words.index(outcome) for outcome in pair] for pair in said], dtype=np.int64).T
        table = tables(codes[0], codes[1], np.arange(len(said)), len(words))
        found = agreement({"kappa": kappa, "accuracy": accuracy}, table)
        told_kappa, same = found["kappa"], found["accuracy"]
        click.echo(
            f"{dimension}: {one} and {other}, {len(said)} models; "
            f"the same {same.value:.0%}; Cohen's kappa {_plain(told_kappa)}"
        )


def _plain(interval: Interval) -> str:
    """Write a value with its interval; one that cannot be computed is not known."""
    if not math.isfinite(interval.value):
        return "not known (too little differs to tell it from chance)"
    ends = f" [{interval.low:.2f}, {interval.high:.2f}]" if math.isfinite(interval.low) else ""
    return f"{interval.value:.2f}{ends}"


def _of_evidence(folder: Path, models: Sequence[str], judged: Path | None) -> Iterator[Assessment]:
    shelf = Shelf(of_evidence(folder).values())
    named = {model: shelf.find(model) for model in models} if models else dict(shelf.dossiers)
    if missing := [model for model, found in named.items() if found is None]:
        raise NothingToAskError(f"There is no evidence on {missing[0]!r}", where=str(folder), todo="Check the name.")
    return _assessed(shelf, [one for one in named.values() if one], judgements.read(judged) if judged else [])


def _of_card(file: Path, files: Path | None, name: str) -> Dossier:
    listed = None if files is None else [line for line in _read(files).splitlines() if line.strip()]
    return of_card(name or file.stem.replace("__", "/"), _read(file), files=listed)


def _of_reply(file: Path) -> list[Dossier]:
    try:
        document = loads(_read(file).removeprefix("\ufeff").encode())
    except orjson.JSONDecodeError as error:
        raise InputError(
            f"The reply is not JSON: {error}", where=file.name, todo="Save it as the Hub sent it."
        ) from error
    found = document if isinstance(document, list) else [document]
    if not found or not all(isinstance(one, dict) for one in found):
        raise InputError("The reply holds no model", where=file.name, todo="Save what /api/models/NAME says.")
    return [of_reply(one) for one in found]


def _read(file: Path) -> str:
    try:
        content = file.read_bytes()
    except OSError as error:
        raise InputError(
            f"The file cannot be read: {error.strerror}", where=str(file), todo="Check its name."
        ) from error
    if b"\0" in content[:BEGINNING]:
        raise InputError("The file is no text in UTF-8", where=str(file), todo="Check its name, or save it as UTF-8.")
    return content.decode("utf-8", errors="replace")


def _of_collection(hub: Path, models: Sequence[str], judged: Path | None) -> Iterator[Assessment]:
    collection = openlives.open(hub)
    decided = judgements.read(judged or collection.folder / "decisions" / "judgements.toml", missing_ok=judged is None)
    found = Stock(collection.connection).of(models, decided)
    missing = [model for model in models if model not in {each.dossier.name for each in found}]
    if missing:
        raise NothingToAskError(
            f"The collection has no model {missing[0]!r}", where=str(hub), todo="Check the name's owner and case."
        )
    return iter(found)


def _assessed(shelf: Shelf, found: Sequence[Dossier], decided: Sequence[Judgement]) -> Iterator[Assessment]:
    for dossier in found:
        yield shelf.assess(dossier, [one for one in decided if one.model == dossier.name])


def _tell(assessments: Iterator[Assessment], form: str | None) -> None:
    if form == "json":
        click.echo(orjson.dumps([note.record(each) for each in assessments], option=orjson.OPT_INDENT_2).decode())
    elif form == "csv":
        rows = [{"model": each.dossier.name, **row(0, each)} for each in assessments]
        _csv([{key: value for key, value in one.items() if key != "artifact"} for one in rows])
    else:
        told = note.note if form == "explain" else note.line
        click.echo(("\n\n" if form == "explain" else "\n").join(map(told, assessments)))


def _tell_all(hub: Path, form: str | None) -> None:
    """Tell of a whole collection: its register, or a count of it."""
    collection = openlives.open(hub)
    table = pq.read_table(register(collection.folder, collection.connection, collection.fingerprint))
    if table.num_rows == 0:
        raise NothingToAskError(
            "The collection holds no model", where=str(hub), todo="Collect or import models, then build."
        )
    if form == "explain":
        raise click.UsageError("--explain needs models: openlives openness HUB MODEL… --explain")
    if form is None:
        for column in ("quadrant", "terms", "access", "process", "level", "osaid", "licence_class", "gate"):
            counts = Counter(table[column].to_pylist())
            click.echo(f"{column}: " + ", ".join(f"{value} {count:,}" for value, count in counts.most_common()))
        return
    names = dict(collection.connection.execute("SELECT artifact, name FROM artifacts").fetchall())
    rows = [{"model": names[one.pop("artifact")], **one} for one in table.to_pylist()]
    if form == "csv":
        _csv(rows)
    else:
        click.echo(orjson.dumps(rows, option=orjson.OPT_INDENT_2).decode())


def _cell(value: object) -> object:
    """Give a cell that neither a terminal nor a spreadsheet takes for a command."""
    if not isinstance(value, str):
        return value
    return f"'{printable(value)}" if value.startswith(("=", "+", "-", "@")) else printable(value)


def _csv(rows: Sequence[dict[str, object]]) -> None:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]) if rows else ["model"], lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: _cell(value) for name, value in one.items()} for one in rows)
    click.echo(text.getvalue(), nl=False)
