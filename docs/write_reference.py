"""Writes the reference pages from the product itself: commands, tables, questions and rules (make docs)."""

import re
from collections.abc import Iterator
from dataclasses import fields
from importlib.resources import files
from pathlib import Path

import click

from openlives.cli import cli
from openlives.governance.probes import PROBES
from openlives.governance.register import COLUMNS
from openlives.measures.automation import known_accounts
from openlives.questions import QUESTIONS
from openlives.rules import Rules

HERE = Path(__file__).parent / "reference"
NOTE = "<!-- Written by docs/write_reference.py; change the source, not this page. -->\n"


def commands() -> str:
    """Every command with its help, as the terminal shows it."""
    context = click.Context(cli, info_name="openlives", terminal_width=100, **cli.context_settings)
    parts = [f"# Commands\n\n{NOTE}\n```text\n{cli.get_help(context)}\n```\n"]
    return "\n".join([*parts, *_told(cli, context, "openlives", "##")])


def _told(group: click.Group, above: click.Context, path: str, heading: str) -> Iterator[str]:
    """Every command of a group with its help, and those of the groups in it."""
    for name in group.list_commands(above):
        command = group.get_command(above, name)
        if command is not None:
            own = click.Context(command, info_name=name, parent=above, max_content_width=100, terminal_width=100)
            yield f"{heading} {path} {name}\n\n```text\n{command.get_help(own)}\n```\n"
            if isinstance(command, click.Group):
                yield from _told(command, own, f"{path} {name}", heading + "#")


def tables() -> str:
    """Every table of the store with the meaning of each column."""
    schema = (files("openlives.store") / "schema.sql").read_text(encoding="utf-8")
    times = "Times are integer seconds since 1970-01-01 UTC; NULL means not known."
    parts = [f"# Tables of the store\n\n{NOTE}\n{times}\n"]
    for table, body in re.findall(r"CREATE TABLE (\w+) (\(.*?\n\));", schema, re.DOTALL):
        head, *lines = body.splitlines()
        about = head.split("--")[1].strip().capitalize()
        parts.append(f"## {table}\n\n{about}.\n\n| column | type | meaning |\n|---|---|---|")
        for line in lines[:-1]:
            declared, meaning = line.split("--", 1)
            name, kind = declared.strip().rstrip(",").split()[:2]
            parts.append(f"| `{name}` | {kind.rstrip(',')} | {meaning.strip()} |")
        parts.append("")
    return "\n".join(parts)


def archive() -> str:
    """The archive's schema as it stands: originals are for others to read, with any SQLite."""
    schema = (files("openlives.store") / "archive.sql").read_text(encoding="utf-8")
    how = "Bodies are packed with zlib: `zlib.decompress(packed)` in Python gives a reply as it came."
    return f"# The archive: archive.sqlite\n\n{NOTE}\n{how}\n\n```sql\n{schema}```\n"


def probes() -> str:
    """Every probe of openness: what it looks for, why, and where that is from."""
    parts = [f"# Probes\n\n{NOTE}\nWhat is looked for in a model's card, files and replies before anything is judged."]
    parts += [
        f"## {probe.name}\n\nLooks for {probe.looks_for}.\n\n{probe.why}\n\nSource: {probe.source}"
        for probe in PROBES.values()
    ]
    rows = "\n".join(f"| `{name}` | {meaning} |" for name, meaning in COLUMNS.items())
    parts.append(
        f"## The register\n\nOne row a model, in `HUB/openness.parquet`.\n\n| column | meaning |\n|---|---|\n{rows}\n"
    )
    return "\n\n".join(parts)


def questions() -> str:
    """Every question: what it asks, where it stands in the paper, what its tables mean."""
    parts = [f"# Questions\n\n{NOTE}"]
    for question in QUESTIONS.values():
        rows = "\n".join(f"| `{name}` | {meaning} |" for name, meaning in question.columns.items())
        about = f"## {question.name}\n\n{question.asks}\n\n{question.cites}"
        parts.append(f"{about}\n\n| column | meaning |\n|---|---|\n{rows}\n")
    return "\n".join(parts)


def rules() -> str:
    """Every parameter of a study, and the published table of automation."""
    defaults = Rules().plain()
    about = "Keys of a study file (TOML). Sections are those of [methods](../explanation/methods.md)."
    parts = [f"# Rules of a study\n\n{NOTE}\n{about}\n"]
    parts.append("| rule | default | unit | meaning | section |\n|---|---|---|---|---|")
    for rule in fields(Rules):
        choices = f" ({', '.join(map(str, rule.metadata['choices']))})" if rule.metadata["choices"] else ""
        meta = rule.metadata
        cells = (
            f"`{rule.name}`",
            f"`{defaults[rule.name]}`",
            meta["unit"],
            f"{meta['meaning']}{choices}",
            meta["section"],
        )
        parts.append(f"| {' | '.join(cells)} |")
    parts.append("\n## Accounts taken as automation\n\n| account | reason | source |\n|---|---|---|")
    parts += [f"| {a['name']} | {a['reason']} | <{a['source']}> |" for a in known_accounts().values()]
    return "\n".join([*parts, ""])


PAGES = {
    "commands.md": commands,
    "tables.md": tables,
    "archive.md": archive,
    "probes.md": probes,
    "questions.md": questions,
    "rules.md": rules,
}

if __name__ == "__main__":
    for page, write in PAGES.items():
        (HERE / page).write_text(write(), encoding="utf-8")
