"""openlives on a store, timed: `python benchmarks/ours.py STORE measures|study|same` prints one line of JSON.

`measures` computes the frames of every question for everyone, and Kendall's tau of every community: what the
baseline's `measures` computes. `study` is the product's whole study: both readings, estimates, checks, figures, report.
"""

import json
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import openlives
from openlives import questions
from openlives.questions import decline


def measures(hub: openlives.Collection) -> tuple[dict[str, float], dict[str, Any]]:
    """Give the seconds of each question's measures, and the numbers to compare."""
    seconds: dict[str, float] = {}
    started = time.perf_counter()
    frames = hub.frames(openlives.Rules(people="everyone"))[0]
    seconds["open"] = time.perf_counter() - started
    kept: dict[str, Any] = {}
    for name, question in openlives.QUESTIONS.items():
        started = time.perf_counter()
        tables = questions.collected(question, frames)
        seconds[name] = time.perf_counter() - started
        if name in {"distributions", "decline", "persistence"}:  # the study lets go of the rest too
            kept[name] = tables
    started = time.perf_counter()
    tau = decline.trends(kept["decline"]["lives"], kept["decline"]["visits"], frames.rules).lives["tau"]
    seconds["kendall"] = time.perf_counter() - started
    lives = kept["distributions"]["lives"]
    found = {
        "interactions": int(lives["interactions"].sum()),
        "active": len(lives),
        "participants_mean": float(lives["participants"].mean()),
        "duration_mean_days": float(lives["seconds"].mean() / 86_400),
        "tau_mean": float(tau.mean()),
        "top_score": int(kept["persistence"]["scores"]["score"].max()),
    }
    return seconds, found


def study(hub: openlives.Collection, **rules: Any) -> tuple[dict[str, float], dict[str, Any]]:
    """Give the seconds of the whole study: both readings, and the paper's communities."""
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        hub.study(Path(folder) / "study", rules)
        return {"study": time.perf_counter() - started}, {}


def same(hub: openlives.Collection) -> tuple[dict[str, float], dict[str, Any]]:
    """Give the seconds of what the baseline's study does too: one reading, no communities."""
    return study(hub, people="everyone", communities=())


def main() -> None:
    """Run what is asked for, and print one line."""
    hub = openlives.open(Path(sys.argv[1]))
    seconds, found = {"measures": measures, "study": study, "same": same}[sys.argv[2]](hub)
    ours, children = (
        resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    line = {
        "seconds": seconds,
        "total_seconds": sum(seconds.values()),
        "peak_mb": ours,
        "painter_mb": children,
        "results": found,
    }
    print(json.dumps(line))


if __name__ == "__main__":
    main()
