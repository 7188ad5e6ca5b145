"""openlives questions: what can be asked, and under which rules."""

from dataclasses import fields

import click

from openlives.questions import QUESTIONS
from openlives.rules import Rules


@click.command()
@click.option("--rules", "show_rules", is_flag=True, help="List every rule of a study with its default.")
def questions(show_rules: bool) -> None:
    """List the questions, or with --rules every parameter of a study."""
    if not show_rules:
        width = max(map(len, QUESTIONS))
        for name, question in QUESTIONS.items():
            figure = f", Figure {question.cites.figure}" if question.cites.figure else ""
            click.echo(f"{name:<{width}}  {question.asks}  (§{question.cites.section}{figure})")
        return
    defaults = Rules().plain()
    for rule in fields(Rules):
        unit = f" {rule.metadata['unit']}" if rule.metadata["unit"] else ""
        choices = f" [{'|'.join(map(str, rule.metadata['choices']))}]" if rule.metadata["choices"] else ""
        click.echo(
            f"{rule.name} = {defaults[rule.name]!r}{unit}{choices}\n"
            f"    {rule.metadata['meaning']} (methods, section {rule.metadata['section']})"
        )
