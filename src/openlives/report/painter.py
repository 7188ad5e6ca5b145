"""Figures drawn in a second process, so that a study does not wait for them.

The painter is this module, run by the same Python. Answers wait for it as pickled files in a folder that only the two
share: a pipe would hold the study up while the painter is busy, so it carries only their names.
"""

import os
import pickle
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from openlives.questions.question import Answer


class Painter:
    """A process that draws what it is given, in order; leaving the block waits until all is drawn."""

    def __enter__(self) -> Self:
        """Start the process."""
        self._waiting = tempfile.TemporaryDirectory(prefix="openlives-painter-")
        self._count = 0
        self._process = subprocess.Popen(
            [sys.executable, "-m", "openlives.report.painter"],
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            text=True,
        )
        return self

    def paint(self, answers: Sequence[Answer], folder: Path, name: str, part: str) -> None:
        """Hand over one figure, to be written in every format."""
        self._count += 1
        work = Path(self._waiting.name) / f"{self._count}.pickle"
        work.write_bytes(pickle.dumps((list(answers), folder, name, part)))
        try:
            print(work, file=self._process.stdin, flush=True)
        except BrokenPipeError:
            self._end()

    def _end(self) -> None:
        """Wait for the last figure; what went wrong there is an error here."""
        _, said = self._process.communicate()
        if self._process.returncode:
            raise OSError(f"drawing failed: {said.strip().splitlines()[-1:]}")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Wait until all is drawn, or stop at once if the study has failed."""
        if kind is None:
            self._end()
        else:
            self._process.kill()
            self._process.communicate()
        self._waiting.cleanup()


def main() -> None:
    """Draw what standard input names, until it ends."""
    from openlives.report.figures import save_all  # noqa: PLC0415  # the parent needs no matplotlib backend for this

    for line in sys.stdin:
        work = Path(line.rstrip("\n"))
        save_all(*pickle.loads(work.read_bytes()))  # noqa: S301  # written by our own parent, in a folder of its own
        work.unlink()


if __name__ == "__main__":
    main()
