"""Every value that an independent program computed on a real crawl, beside what the product's own questions answer.

Run by `make oracle`. The data stay where they are: $OPENLIVES_ORACLE_DATA, with events.parquet, threads.parquet and
expected.json. Integers must be equal, reals to 1e-6 relative. Exit code 1 if any value is not.
"""

import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import orjson

import openlives
from openlives.sources import tables
from openlives.store.build import build
from openlives.store.imports import bring_in

READINGS = {"everyone": "everyone", "without_bots": "humans"}
SIMPLE = {
    "models": ("coverage", "active"),
    "interactions": ("coverage", "interactions"),
    "people": ("coverage", "people"),
    "duration_mean_days": ("distributions", "duration_mean"),
    "interactions_per_model_mean": ("distributions", "interactions_mean"),
    "participants_per_model_mean": ("distributions", "participants_mean"),
    "contributions_per_participant_mean": ("distributions", "contributions_mean"),
    "contributions_per_participant_variance": ("distributions", "contributions_variance"),
    "lifecycle.models": ("lifecycle", "models"),
    "growth.first_comments": ("growth", "first_interactions"),
    "growth.last_comments": ("growth", "last_interactions"),
    "growth.change_percent": ("growth", "change"),
    "growth.first_per_model": ("growth", "first_per_artifact"),
    "growth.last_per_model": ("growth", "last_per_artifact"),
}


def collection(data: Path, hub: Path) -> openlives.Collection:
    """Bring the crawl into a fresh collection with the product's importer."""
    (hub / "imports").mkdir(parents=True)
    for kind in ("events", "threads"):
        bring_in(hub / "imports", data / f"{kind}.parquet", kind, partial(tables.read, kind=kind, map_name="hub-crawl"))
    build(hub)
    return openlives.open(hub)


def expectations(expected: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Flatten what is expected to (name, value)."""
    for name, value in expected.items():
        if isinstance(value, Mapping):
            yield from expectations(value, f"{prefix}{name}.")
        elif isinstance(value, list):
            for rank, (model, score) in enumerate(value, start=1):
                yield f"{prefix}{name}.{rank}.name", model
                yield f"{prefix}{name}.{rank}.score", score
        else:
            yield prefix + name, value


def ours(name: str, answers: Mapping[str, openlives.Answer]) -> Any:
    """Find the product's own number for an expected value."""
    if name in SIMPLE:
        question, number = SIMPLE[name]
        return answers[question].numbers[number].value
    head, _, rest = name.partition(".")
    if head == "lifecycle":
        _, week, column = rest.split(".")
        names = {"comments_ci95": "comments_normal_half_width", "contributors_ci95": "contributors_normal_half_width"}
        names |= {"comments_mean": "comments", "contributors_mean": "contributors", "at_risk": "at_risk"}
        return answers["lifecycle"].table.set_index("week")[names[column]][int(week)]
    if head == "decline":
        return answers["decline"].numbers[rest].value
    rank, column = rest.split(".")
    return answers["persistence"].table[column].iloc[int(rank) - 1]


def agree(found: Any, expected: Any) -> bool:
    """Tell whether a value is the expected one."""
    if isinstance(expected, float):
        return abs(float(found) - expected) <= 1e-6 * max(abs(expected), 1e-300)
    return bool(found == expected)


def main() -> int:
    """Print one line a value; give the exit code."""
    data = Path(os.environ.get("OPENLIVES_ORACLE_DATA", "../shared/data/hub"))
    if not (data / "expected.json").exists():
        print(f"no oracle data in {data}; set OPENLIVES_ORACLE_DATA")
        return 1
    expected = orjson.loads((data / "expected.json").read_bytes())
    wrong = total = 0
    with tempfile.TemporaryDirectory() as scratch:
        hub = collection(data, Path(scratch) / "hub")
        rules = openlives.Rules.read(Path(__file__).with_name("rules.toml"))
        for reading, people in READINGS.items():
            names = ("coverage", "lifecycle", "distributions", "decline", "growth", "persistence")
            answers = {name: hub.ask(name, rules, people=people)[0] for name in names}
            for name, value in expectations(expected[reading]):
                found = ours(name, answers)
                fine = agree(found, value)
                total, wrong = total + 1, wrong + (not fine)
                print(f"{'ok ' if fine else 'NOT'}  {reading:<12}  {name:<45}  ours {found}  expected {value}")
    print(f"{total - wrong} of {total} values ok")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
