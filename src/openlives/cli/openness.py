"""openlives openness: what is open, in which sense, and how good we are at telling."""

from pathlib import Path

import click
import orjson

from openlives.governance.assess import ASSESSOR
from openlives.governance.benchmark import evaluate
from openlives.governance.scoreboard import board


@click.command()
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
    help="With --evaluate, the folder of evidence: cards/, repositories/, models.parquet.",
)
@click.option("--json", "as_json", is_flag=True, help="Everything as JSON; what cannot be computed is null.")
def openness(labels: Path | None, evidence: Path | None, *, as_json: bool) -> None:
    """Say how open models are, from evidence that can be pointed at, or how well that is done.

    With --evaluate, the benchmark: precision, recall, F1, balanced accuracy and kappa of verdicts on terms, access and
    process, with 95 % intervals by lineage, simple rules beside them, and every disagreement. Nothing of the label file
    but the models' names reaches the assessor.
    """
    if labels is None:
        raise click.UsageError("Say what to do: --evaluate LABELS.csv --evidence DIR")
    if evidence is None:
        raise click.UsageError("--evaluate needs --evidence DIR, the folder from which verdicts are made")
    _evaluate(labels, evidence, as_json=as_json)


def _evaluate(labels: Path, evidence: Path, *, as_json: bool) -> None:
    """Print the benchmark of the assessor."""
    marks = evaluate(labels, evidence, ASSESSOR)
    click.echo(orjson.dumps(marks, option=orjson.OPT_INDENT_2).decode() if as_json else board(marks))
