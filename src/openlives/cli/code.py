"""openlives code …: threads into codes, codes into themes, without a browser."""

import click

from openlives.cli import code_codebook, code_exchange, code_project, code_quotes, code_read, code_rounds, code_themes


@click.group()
def code() -> None:
    """Code threads into themes: the same work as in the browser, in a terminal.

    NAME is a project, HUB its collection; the project lies in HUB/coding/NAME.sqlite. A code is named by its name or
    path (A / B), a comment as owner/model#12:3, the third of its thread.
    """


for command in (
    *code_project.COMMANDS,
    *code_read.COMMANDS,
    code_codebook.group,
    code_themes.group,
    *code_rounds.COMMANDS,
    *code_exchange.COMMANDS,
    *code_quotes.COMMANDS,
):
    code.add_command(command)
