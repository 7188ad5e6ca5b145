"""openlives ask: one question, answered."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click
import orjson
import pandas as pd

import openlives
from openlives.errors import InputError
from openlives.questions.groups import BY, MOST
from openlives.questions.question import Answer
from openlives.records import printable
from openlives.report import figures
from openlives.rules import Rules


@click.command()
@click.argument("name")
@click.argument("hub", type=click.Path(path_type=Path, file_okay=False))
@click.option("--rules", "rules_file", type=click.Path(path_type=Path), help="A study file (TOML).")
@click.option("--people", type=click.Choice(["everyone", "humans", "both"]), help="Whose interactions count.")
@click.option("--since", help="First day of the window (UTC).")
@click.option("--until", help="First day after the window (UTC).")
@click.option(
    "--community",
    "communities",
    multiple=True,
    metavar="KIND:NAME",
    help="tag:NAME, owner:NAME, family:MODEL or list:NAME; can be given again.",
)
@click.option(
    "--within",
    multiple=True,
    metavar="KIND:NAME",
    help="A part: model, tag, owner, family, list, or a kind of --by; of one kind any, of several all.",
)
@click.option(
    "--rule", "said", multiple=True, metavar="NAME=VALUE", help="Change a rule; a list's elements one by one."
)
@click.option("--by", type=click.Choice(BY), help="Split the models: one answer for each group, the largest first.")
@click.option(
    "--groups",
    type=click.IntRange(1),
    default=MOST,
    show_default=True,
    help="With --by, so many groups; others are named.",
)
@click.option("--json", "form", flag_value="json", help="The whole answer as JSON.")
@click.option("--csv", "form", flag_value="csv", help="The main table as CSV.")
@click.option("--latex", "form", flag_value="latex", help="The numbers as a LaTeX table.")
@click.option("--table", help="With --csv, another table of the answer (numbers is the list of numbers).")
@click.option(
    "--figure", type=click.Path(path_type=Path, dir_okay=False), help="Write the figure (.svg, .pdf or .png)."
)
def ask(
    name: str,
    hub: Path,
    rules_file: Path | None,
    form: str | None,
    table: str | None,
    figure: Path | None,
    by: str | None,
    groups: int,
    said: tuple[str, ...],
    **changes: Any,
) -> None:
    """Ask one question, by its NAME or an outsider's as module:QUESTION, of the collection HUB."""
    collection = openlives.open(hub)
    given = {key: value for key, value in changes.items() if value}
    rules = Rules.said(pairs(said), collection.rules(rules_file))
    answers = collection.ask(name, rules, by=by, groups=groups, **given)
    if figure:
        for path, shown in _by_group(answers, figure):
            _write_figures(shown, path)
    elif form == "json":
        click.echo(
            orjson.dumps([orjson.loads(answer.to_json()) for answer in answers], option=orjson.OPT_INDENT_2).decode()
        )
    elif form == "csv":
        click.echo(_csv(answers, table), nl=False)
    elif form == "latex":
        click.echo("\n".join(answer.to_latex() for answer in answers), nl=False)
    else:
        click.echo("\n".join(map(printable, "\n\n".join(map(str, answers)).split("\n"))))


def pairs(said: Iterable[str]) -> list[tuple[str, str]]:
    """Take rules apart that were said as NAME=VALUE."""
    if wrong := [one for one in said if "=" not in one]:
        raise click.UsageError(f"A rule is said as NAME=VALUE, not {wrong[0]!r}.")
    return [(name.strip(), text.strip()) for name, _, text in (one.partition("=") for one in said)]


def _csv(answers: list[Answer], table: str | None) -> str:
    """Give the same table of every group and reading, told apart by its first columns."""
    known = ["numbers", *answers[0].tables]
    if table is not None and table not in known:
        raise click.UsageError(f"The answer has no table {table!r}; its tables: {', '.join(known)}.")
    chosen = [
        a.numbers_table() if table == "numbers" else a.table if table is None else a.tables[table] for a in answers
    ]
    for answer, each in zip(answers, chosen, strict=True):
        each.insert(0, "people_counted", answer.people)
        if answer.group:
            each.insert(0, "group", answer.group[1])
            each.insert(0, "split_by", answer.group[0])
    return str(pd.concat(chosen, ignore_index=True).to_csv(index=False, lineterminator="\n"))


def _by_group(answers: list[Answer], path: Path) -> list[tuple[Path, list[Answer]]]:
    """Give each group a figure of its own; the name of its file says which."""
    groups: dict[str, list[Answer]] = {}
    for answer in answers:
        groups.setdefault(answer.of_group, []).append(answer)
    stems = {
        group: f"{path.stem}-{figures.slug('-'.join(a[0].group))}" if a[0].group else path.stem
        for group, a in groups.items()
    }
    return [(path.with_stem(stems[group]), shown) for group, shown in groups.items()]


def _write_figures(answers: list[Answer], path: Path) -> None:
    if path.suffix.lower().removeprefix(".") not in figures.FORMATS:
        raise click.UsageError(f"A figure needs a name that ends in .svg, .pdf or .png, not {path.name}")
    parts = figures.parts_of(answers)
    if not parts:
        raise InputError("There is nothing to draw: the answer is empty", todo="Ask without --figure to read why.")
    for part in parts:
        target = path.with_stem(f"{path.stem}-{figures.slug(part)}") if len(parts) > 1 else path
        try:
            figures.save(answers, target, part)
        except OSError as error:
            raise InputError(
                f"The figure could not be written: {error.strerror}",
                where=str(target),
                todo="Check the folder and your rights to it.",
            ) from error
        click.echo(str(target))
