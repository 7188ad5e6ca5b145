"""Write the worked examples as a page of the docs: `python tests/spec/write_docs.py`."""

from datetime import UTC, datetime
from pathlib import Path

from examples import EXAMPLES, Example, Table

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "worked-examples.md"
HEAD = """# Worked examples

What each measure gives for a table of a few rows, worked out by hand. Every example is run on DuckDB, Polars, pandas
and PySpark by `pytest tests/spec`. Times are seconds since 1970-01-01 UTC. This page is written by
`python tests/spec/write_docs.py` from `tests/spec/examples.py`: change it there.
"""
TIMES = {"time", "first", "last"}


def page() -> str:
    """Give the whole page."""
    return "\n".join([HEAD, *map(section, EXAMPLES)])


def section(example: Example) -> str:
    """Give one example: its meaning, what is given, the call, and the answer."""
    given = [f"Given `{name}`:\n\n{table(content)}" for name, content in example.given.items()]
    call = f"```python\n{example.call}\n```"
    return "\n".join(
        [f"## {example.title}\n", f"{example.meaning}\n", *given, call, f"\ngives\n\n{table(example.expected)}"]
    )


def table(content: Table) -> str:
    """Give a table in Markdown, numbers to the right."""
    rules = ["---:" if kind is int else "---" for kind in content.columns.values()]
    lines = [
        content.columns,
        rules,
        *([cell(*pair) for pair in zip(content.columns, row, strict=True)] for row in content.rows),
    ]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def cell(column: str, value: object) -> str:
    """Give one value; a time of our days also as a date."""
    if value is None:
        return "*null*"
    if column in TIMES and isinstance(value, int) and 10**8 < value < 10**10:
        return f"{value} ({datetime.fromtimestamp(value, UTC):%a %Y-%m-%d %H:%M:%S})"
    return (
        ", ".join(value) if isinstance(value, list) else str(value).lower() if isinstance(value, bool) else str(value)
    )


if __name__ == "__main__":
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(page(), encoding="utf-8")
