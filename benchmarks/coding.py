"""Coding on 100,000 made-up comments: the next thread, a search, a recode of 5,000 codings; medians of 20.

python benchmarks/coding.py [COMMENTS]
"""

import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from openlives.coding import codebook, codings, journal, project, snapshot, views
from openlives.coding.journal import Change
from openlives.coding.sqlite import writing

AIMS = {"next thread": 0.2, "search": 0.5, "recode of 5,000 codings": 2.0}
WORDS = [
    f"{start}{end}" for start in ("lo", "mi", "ta", "re", "qu", "zo") for end in ("kel", "ran", "dus", "pim", "vex")
]
RARE = "zanzibar"


def made(folder: Path, comments: int) -> project.Project:
    """Make a project of synthetic comments, five a thread, of 40 words each."""
    generator = random.Random(1)  # noqa: S311  # made-up words
    (folder / "hub").mkdir()
    opened = project.create(folder / "hub", "synthetic")
    with writing(opened.connection):
        for number in range(comments):
            thread, place = f"owner/model-{number // 500}#{number // 5 % 100}", number % 5
            if place == 0:
                opened.connection.execute(
                    "INSERT INTO threads (thread, artifact, num, title, place) VALUES (?, ?, ?, 'made up', ?)",
                    [thread, f"owner/model-{number // 500}", number // 5 % 100, number // 5],
                )
            text = " ".join([*generator.choices(WORDS, k=40), *([RARE] if number % 1000 == 0 else [])])
            unit = project.key_of("unit", str(number))
            opened.connection.execute(
                "INSERT INTO units (unit, thread, place, time, week, text, hash) VALUES (?, ?, ?, ?, ?, ?, ?)",
                [unit, thread, place, number, number % 60, text, snapshot.hashed(text)],
            )
            opened.connection.execute("INSERT INTO words (text, title, unit) VALUES (?, '', ?)", [text, unit])
    return opened


def coded(opened: project.Project, coder: str) -> tuple[str, str]:
    """Code and read the first 60,000 comments, 5,000 of them by one code; give that code and another."""
    codes = [codebook.add(opened, coder, f"code {number}") for number in range(12)]
    units = [row[0] for row in opened.connection.execute("SELECT unit FROM units ORDER BY time LIMIT 60000")]
    changes = []
    for number, unit in enumerate(units):
        code = codes[0] if number < 5000 else codes[2 + number % 10]
        row = {"coding": project.new_key(), "unit": unit, "coder": coder, "code": code, "start": None, "stop": None}
        row |= {"negative": 0, "memo": "", "round": None, "layer": "coding", "made": number}
        changes.append(Change("codings", None, row))
    journal.do(opened.connection, coder, "code", "coded by a benchmark", changes)
    with writing(opened.connection):
        opened.connection.executemany("INSERT INTO seen VALUES (?, ?, 0)", [(unit, coder) for unit in units])
    return codes[0], codes[1]


def median(work: Callable[[], object], times: int = 20) -> float:
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def main(comments: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        opened = made(Path(folder), comments)
        coder = opened.coder("ann")
        one, other = coded(opened, coder)

        def following() -> None:
            thread = views.following(opened, coder, None, unread=True)
            views.thread(opened, coder, thread or "")
            views.recent(opened, coder)
            views.coverage(opened, coder)

        def recode() -> None:
            there.reverse()
            assert codebook.recode(opened, coder, *there) == 5000  # noqa: S101  # else it measures nothing

        there = [other, one]
        unit = opened.connection.execute("SELECT unit FROM units ORDER BY time DESC").fetchone()[0]
        found = {
            "next thread": median(following),
            "search": max(median(lambda words=words: views.search(opened, words)) for words in (RARE, "lokel", "kel")),
            "recode of 5,000 codings": median(recode),
            "list of threads": median(lambda: views.threads(opened, coder)),
            "extracts of 5,000 codings": median(lambda: views.extracts(opened, coder, one)),
            "one coding, on disk": median(
                lambda: codings.put(opened, coder, unit, codebook.add(opened, coder, str(time.time())))
            ),
        }
    print(f"{comments:,} made-up comments, 60,000 of them coded; medians of 20")
    for name, seconds in found.items():
        aim = f"  (aim {AIMS[name]} s)" if name in AIMS else ""
        print(f"{name:<28} {seconds:.4f} s{aim}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
