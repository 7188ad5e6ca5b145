"""How long one question takes when it is asked anew: python benchmarks/anew.py HUB [QUESTION…].

One reading (humans), one community, the shared measures already there: seconds of the processor, the best of four.
"""

import sys
import tempfile
import time
from pathlib import Path

import openlives
from openlives import questions
from openlives.report import figures

ASKED = ("lifecycle", "distributions", "decline", "growth", "nomads", "persistence")


def main() -> None:
    """Print one line a question."""
    hub, *names = sys.argv[1:]
    collection = openlives.open(Path(hub))
    rules = collection.rules().but(people="humans", communities=("tag:text-to-image",))
    (frames,) = collection.frames(rules)
    with tempfile.TemporaryDirectory() as folder:
        for name in names or ASKED:
            found, drawn = (
                min(times) for times in zip(*(once(name, frames, Path(folder)) for _ in range(4)), strict=True)
            )
            print(f"{name:14} answer {found:5.2f} s   figure {drawn:5.2f} s   both {found + drawn:5.2f} s", flush=True)


def once(name: str, frames: questions.Frames, folder: Path) -> tuple[float, float]:
    """Ask and draw once; give the seconds of both."""
    start = time.process_time()
    answer = questions.answer(questions.QUESTIONS[name], frames)
    asked = time.process_time()
    for part in figures.parts_of([answer])[:1]:
        figures.save([answer], folder / "figure.svg", part)
    return asked - start, time.process_time() - asked


if __name__ == "__main__":
    main()
