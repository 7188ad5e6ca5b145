"""A progress bar for whatever takes over two seconds; silent where nobody watches."""

import sys
import time
from collections.abc import Iterator, Sequence
from typing import Any

import click

PATIENCE = 2.0  # seconds


def track(steps: Sequence[Any], label: str) -> Iterator[Any]:
    """Give the steps one by one, and show how far they are once they take long."""
    started, bar = time.monotonic(), None
    for done, step in enumerate(steps):
        yield step
        if bar is None and sys.stderr.isatty() and time.monotonic() - started > PATIENCE:
            bar = click.progressbar(length=len(steps), label=f"{label:<10}", file=sys.stderr)
            bar.update(done)
        if bar is not None:
            bar.update(1)
    if bar is not None:
        bar.render_finish()
