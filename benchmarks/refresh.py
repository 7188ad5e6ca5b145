"""Whom to poll: how soon new events are found, by policy, on the same worlds and the same budget.

    python benchmarks/refresh.py [--models 100000] [--days 90] [--seeds 10] [--real DATA]

DATA holds hub/events.parquet and hub-metadata/ of the real crawl; without it, that world is left out. Made-up worlds
are described in refresh_worlds.py, the real one in refresh_real.py, what a policy may see in refresh_play.py.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np

from openlives.collector.expected import explain
from refresh_play import FLOOR, SHARE, STEP, Ours, Outcome, SquareRoot, informed, oracle, play, uniform
from refresh_real import real
from refresh_worlds import DAY, World, made_up

SMOOTHING = (1, 10, 30)  # days; ours is held against each
HEAD = f"{'':20} {'in a day':>9} {'delay':>7} {'unfound':>8} {'per 1000':>9} {'floor':>7} {'longest':>8}"
COLUMNS = """
in a day   share of events found within a day of happening
delay      mean days from happening to being found; an event never found counts until the end
unfound    share of events not found by the end
per 1000   events found a thousand requests
floor      share of the requests that the floor spent
longest    days: the longest that any model went unpolled
"""


class Result(NamedTuple):
    """What came of a world."""

    name: str
    models: int
    active: float
    per_active: float
    events: int
    outcomes: dict[str, Outcome]
    rule: str
    seconds: float


def run(make: Callable[[], World]) -> Result:
    """Make a world and play every policy on it."""
    began, world, ours = time.perf_counter(), make(), Ours()
    policies = {"uniform": uniform}
    policies |= {f"square root, {days} d": SquareRoot(days) for days in SMOOTHING}
    policies |= {"ours": ours} | ({"informed": informed} if world.intensity else {}) | {"oracle": oracle}
    outcomes = {name: play(world, policy) for name, policy in policies.items()}
    count = np.bincount(world.model, minlength=len(world.created))
    events = int(np.sum((world.time > world.start) & (world.time <= world.end)))
    return Result(
        world.name, len(count), float(np.mean(count > 0)), float(count[count > 0].mean()), events, outcomes,
        explain(ours.rule), time.perf_counter() - began,
    )  # fmt: skip


def rows(outcomes: dict[str, Outcome]) -> str:
    """Lay out a table: one policy a line."""
    lines = [HEAD]
    for name, o in outcomes.items():
        lines.append(
            f"{name:20} {o.within:9.1%} {o.delay:7.2f} {o.never:8.1%} {o.found:9.2f} {o.floor:7.1%} {o.longest:8.1f}"
        )
    return "\n".join(lines)


def mean(results: list[Result]) -> dict[str, Outcome]:
    """Mean of each number over worlds."""
    names = results[0].outcomes
    return {name: Outcome(*np.mean([r.outcomes[name] for r in results], axis=0)) for name in names}


def aims(result: Result) -> list[tuple[str, bool | None]]:
    """Each aim in numbers, and whether it is met; None where the world cannot tell."""
    o, ours = result.outcomes, result.outcomes["ours"]
    roots = [one for name, one in o.items() if name.startswith("square root")]
    best, soonest = max(one.within for one in roots), min(one.delay for one in roots)
    told = ours.within / o["informed"].within if "informed" in o else np.nan
    sweep = 1 / (SHARE * FLOOR) + STEP / DAY  # days in which the floor alone gets round
    return [
        (f"{ours.within / max(o['uniform'].within, 1e-9):6.1f}", ours.within >= 6 * o["uniform"].within),
        (f"{o['uniform'].delay / ours.delay:6.1f}", None),
        (f"{ours.within - best:+6.1%}", ours.within >= best),
        (f"{ours.delay - soonest:+6.2f}", ours.delay <= soonest),
        (f"{told:6.0%}" if "informed" in o else "no informed", None if np.isnan(told) else told >= 0.6),
        (f"{ours.floor:6.1%}", round(ours.floor, 3) <= FLOOR),
        (f"{ours.longest:6.1f}", ours.longest <= sweep),
    ]


AIMS = """
a  share in a day, ours / uniform: at least 6            b  mean delay, uniform / ours: no aim, for information
c  share in a day, ours - best square root: at least 0   d  mean delay, ours - best square root: at most 0 days
e  share in a day, ours / informed: at least 60 %        f  floor's share of the requests: at most 20.0 %
g  longest unpolled: at most 100 days, in which the floor alone gets round
(best square root: the best of the three for each number, though none of them is the best for both)
"""


def judged(results: list[Result]) -> str:
    """Say of each world and aim whether it is met."""
    lines = [f"{'':12}" + "".join(f"{letter:>14}" for letter in "abcdefg")]
    for result in results:
        words = {True: "met", False: "MISSED", None: ""}
        cells = (f"{number} {words[met]:6}".rjust(14) for number, met in aims(result))
        lines.append(f"{result.name:12}" + "".join(cells))
    return "\n".join(lines)


def main(models: int, days: int, seeds: int, data: Path | None) -> None:
    """Run all worlds and print what came of them."""
    makers: list[Callable[[], World]] = [partial(made_up, seed, models, days) for seed in range(seeds)]
    if data and (data / "hub" / "events.parquet").exists():
        makers.insert(0, partial(real, data, days))
    elif data:
        print(f"No real crawl in {data}: left out.")
    print(f"Budget: {SHARE:.0%} of the models a day, decided every {STEP // 3600} hours, for {days} days.")
    print(f'Worlds called "made up" are synthetic: none of their models is real.\n{COLUMNS}')
    results = []
    with ProcessPoolExecutor(min(len(makers), os.cpu_count() or 1)) as pool:
        for result in pool.map(run, makers):
            results.append(result)
            print(f"{result.name}: {result.models:,} models; {result.active:.2%} are ever active, with a mean of")
            print(
                f"{result.per_active:.2f} events; {result.events:,} events in the days played [{result.seconds:.0f} s]"
            )
            print(rows(result.outcomes) + "\n", flush=True)
    invented = [result for result in results if "informed" in result.outcomes]
    if invented:
        print(f"mean of the {len(invented)} made-up worlds\n{rows(mean(invented))}")
    print(f"{AIMS}\n{judged(results)}")
    print(f"\nThe last rule learned in the world {results[0].name}:\n{results[0].rule}" if results else "")


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--models", type=int, default=100_000, help="models of a made-up world")
    options.add_argument("--days", type=int, default=90, help="days played")
    options.add_argument("--seeds", type=int, default=10, help="made-up worlds")
    options.add_argument("--real", type=Path, help="folder of the real crawl")
    given = options.parse_args()
    sys.exit(main(given.models, given.days, given.seeds, given.real))
