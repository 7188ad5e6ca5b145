"""Figures drawn in a second process, so that a study does not wait for them.

The painter is this module, run by the same Python; answers reach it pickled, through a pipe that only the two share.
"""

import os
import pickle
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from openlives.questions.question import Answer


class Painter:
    """A process that draws what it is given, in order; leaving the block waits until all is drawn."""

    def __enter__(self) -> Self:
        """Start the process."""
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "openlives.report.painter"],
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
        )
        return self

    def paint(self, answers: Sequence[Answer], folder: Path, name: str, part: str) -> None:
        """Hand over one figure, to be written in every format."""
        try:
            pickle.dump((list(answers), folder, name, part), self._pipe)
            self._pipe.flush()
        except BrokenPipeError:
            self._end()

    @property
    def _pipe(self) -> BinaryIO:
        if self._process.stdin is None:
            raise RuntimeError("the painter has no pipe")
        return self._process.stdin  # type: ignore[return-value]  # a pipe without encoding is binary

    def _end(self) -> None:
        """Wait for the last figure; what went wrong there is an error here."""
        _, said = self._process.communicate()
        if self._process.returncode:
            raise OSError(f"drawing failed: {said.decode(errors='replace').strip().splitlines()[-1:]}")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Wait until all is drawn, or stop at once if the study has failed."""
        if kind is not None:
            self._process.kill()
            self._process.communicate()
            return
        self._end()


def main() -> None:
    """Draw what comes through standard input, until it ends."""
    from openlives.report.figures import save_all  # noqa: PLC0415  # the parent needs no matplotlib backend for this

    while True:
        try:
            answers, folder, name, part = pickle.load(sys.stdin.buffer)  # noqa: S301  # from our own parent, through its own pipe
        except EOFError:
            return
        save_all(answers, folder, name, part)


if __name__ == "__main__":
    main()
