"""openlives and a straightforward pandas/SciPy reading side by side, in one run (make bench).

Prints a line for each of: measures at the paper's size and at thirty times that, the whole study at the paper's size
(the baseline's random loops stopped early and extrapolated, unless --full), import of API JSON; then ratios, and the
exponent of growth. Worlds are synthetic, and made in benchmarks/world if they are not there.

    python benchmarks/bench.py [--full] [--once]      --once leaves out thirty times
"""

import json
import math
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import synthetic
from openlives.sources import hub_api
from openlives.store.imports import bring_in
from openlives.twin import world

HERE = Path(__file__).parent


def run(script: str, *words: object) -> dict[str, Any]:
    """Run one program in a process of its own, and give the line of JSON that it prints."""
    command = [sys.executable, str(HERE / script), *map(str, words)]
    line: dict[str, Any] = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    return line


def show(name: str, line: dict[str, Any], seconds: float) -> None:
    """Print one measurement."""
    parts = ", ".join(f"{part} {value:.2f}" for part, value in line["seconds"].items())
    memory = line["peak_mb"] + line.get("painter_mb", 0)
    print(f"{name:<34} {seconds:8.2f} s {memory:7,.0f} MB   ({parts})", flush=True)


def collection(times: int) -> Path:
    """Give a synthetic collection of so many times the paper's size."""
    folder = HERE / "world" / f"x{times}"
    if not (folder / "store.duckdb").exists():
        print(f"making a synthetic collection of {times} times the paper's size", flush=True)
        synthetic.make(folder, times)
    return folder


def measures(times: int) -> float:
    """Compare the measures at one size; give our seconds."""
    hub = collection(times)
    ours, theirs = run("ours.py", hub, "measures"), run("baseline.py", hub / "store.duckdb", "measures")
    a, b = ours["total_seconds"], theirs["total_seconds"]
    show(f"measures x{times}, openlives", ours, a)
    show(f"measures x{times}, pandas/SciPy", theirs, b)
    print(f"{'':<34} ratio {b / a:.2f} in time, {ours['peak_mb'] / theirs['peak_mb']:.2f} in memory")
    same = theirs["results"]
    pairs = {
        "interactions": same["coverage"]["interactions"],
        "duration_mean_days": same["distributions"]["duration_mean"],
        "tau_mean": same["decline"]["tau_mean"],
    }
    equal = all(math.isclose(ours["results"][name], value, rel_tol=1e-9) for name, value in pairs.items())
    print(f"{'':<34} the same results: {equal} ({', '.join(pairs)})", flush=True)
    return float(a)


def study(*, full: bool) -> None:
    """Compare the whole study at the paper's size."""
    hub = collection(1)
    ours, alike = run("ours.py", hub, "study"), run("ours.py", hub, "same")
    theirs = run("baseline.py", hub / "store.duckdb", "study", *(() if full else ("--limit", 10)))
    a, b = ours["total_seconds"], theirs["total_seconds_extrapolated"]
    show("study x1, openlives", ours, a)
    show("study x1, openlives, one reading", alike, alike["total_seconds"])
    show(f"study x1, pandas/SciPy{'' if full else ' (extrapolated)'}", theirs, b)
    print(f"{'':<34} ratio {b / a:.1f} for two readings with communities, which pandas does not do")
    print(f"{'':<34} ratio {b / alike['total_seconds']:.1f} for what both do: one reading, no communities")


def importing(copies: int = 20) -> None:
    """Time the import of API JSON: threads of a made-up world, many times over under other names."""
    with tempfile.TemporaryDirectory() as folder:
        made = world.make(Path(folder) / "world")
        files = []
        for seed in range(copies):
            path = Path(folder) / f"{seed}.jsonl.gz"
            path.write_bytes((world.make(made.parent / str(seed), seed=seed) / "threads.jsonl.gz").read_bytes())
            files.append(path)
        (Path(folder) / "hub").mkdir()
        started = time.perf_counter()
        events = sum(bring_in(Path(folder) / "hub", f, "api", hub_api.read).rows["events"] for f in files)
        seconds = time.perf_counter() - started
    print(f"import of API JSON: {events:,} events in {seconds:.2f} s, {events / seconds:,.0f} a second", flush=True)


if __name__ == "__main__":
    importing()
    once = measures(1)
    if "--once" not in sys.argv:
        thirty = measures(30)
        print(f"growth of our measures from 1 to 30 times: exponent {math.log(thirty / once) / math.log(30):.2f}")
    study(full="--full" in sys.argv)
