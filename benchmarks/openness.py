"""Openness on real cards: speed, licence shares of cards in the wild, and what others published beside ours.

    python benchmarks/openness.py ../shared/data/openness

Figures are per second of one core's time. The cards are read by their path and nothing of them is kept.
"""

import gzip
import sys
import time
from collections import Counter
from pathlib import Path

import orjson

from openlives.governance import licences, stored
from openlives.governance.assess import Shelf
from openlives.governance.dossiers import of_card, of_evidence
from openlives.governance.published import OSI, TABLE_2, published
from openlives.governance.register import likeness, row
from openlives.governance.resolution import resolve


def main(folder):
    listed()
    wild(folder / "wild_cards.jsonl.gz")
    beside(folder / "evidence")


def wild(file):
    """Time and share over cards in the wild."""
    with gzip.open(file) as opened:
        told = [orjson.loads(line) for line in opened]
    began = time.process_time()
    metadata = [of_card(one["id"], one["content"]).card.metadata for one in told]
    heads = time.process_time() - began
    dossiers = [of_card(one["id"], one["content"]) for one in told]
    began = time.process_time()
    shelf = Shelf(dossiers)
    found = [shelf.assess(one) for one in dossiers]
    whole = time.process_time() - began
    print(f"{len(told):,} cards, {sum(len(one['content']) for one in told) / 1e6:.0f} MB")
    print(f"metadata: {len(metadata) / heads:,.0f} cards a second; every probe and verdict: {len(found) / whole:,.0f}")
    shares = Counter(_class(one) for one in dossiers)
    told_shares = (f"{name} {count / len(dossiers):.1%}" for name, count in shares.most_common())
    print(f"licences of {len(dossiers):,} cards: {', '.join(told_shares)}")
    print("quadrants: " + ", ".join(f"{k} {v:,}" for k, v in Counter(one.quadrant for one in found).most_common()))


def listed(count=100_000):
    """Time the register's rows of models of which only a list tells: synthetic, five licences in turn."""
    ids = ["apache-2.0", "mit", None, "llama3", "other"]
    empty = dict.fromkeys(stored.FIELDS.split(", ")) | {"gate": "none", "outcome": "complete", "observed": 0}
    shelf, alike = Shelf([]), {}
    began = time.process_time()
    for number in range(count):
        declared = ids[number % len(ids)]
        tags = ["transformers", "en", *([f"license:{declared}"] if declared else [])]
        dossier = stored.of_row(empty | {"name": f"o/m{number}", "license": declared, "tags": tags})
        key = likeness(dossier)
        alike[key] = {**alike[key], "artifact": number} if key in alike else row(number, shelf.assess(dossier))
    print(f"synthetic models known from a list only: {count / (time.process_time() - began):,.0f} a second")


def _class(dossier):
    declared = dossier.card.texts("license")
    if not declared:
        return "none declared"
    known = [licences.by_id(one) for one in declared]
    if all(one is not None and one.use_open != "unknown" for one in known):
        return "use-open id" if all(one.use_open == "yes" for one in known) else "restricted id"
    governs = resolve(dossier).governs
    return "other or unknown" if governs is None else f"other, resolved as {OUTCOME[governs.use_open]}"


OUTCOME = {"yes": "open", "no": "restricted", "unknown": "unknown"}


def beside(evidence):
    """Hold our verdicts beside the paper's Table 2 and the OSI's list, from the evidence at hand."""
    shelf, known = Shelf(of_evidence(evidence).values()), published()
    for table, columns in ((TABLE_2, ("gate", "use", "process")), (OSI, ("class",))):
        print(f"\n{table}: theirs, ours")
        for system in known.of(table):
            names = [name for name in sorted(shelf.dossiers) if system.matches(name)]
            theirs = ", ".join(f"{column} {known.verdict(table, system.key, column)}" for column in columns)
            if not names:
                print(f"  {system.name}: {theirs} | no evidence at hand")
            for name in names:
                one = shelf.assess(shelf.dossiers[name])
                use = f"gate {one.licence['gate']}, use {one.use.outcome}, process {one.process.outcome}"
                ours = use if table == TABLE_2 else f"OSAID {one.osaid.outcome}"
                print(f"  {system.name} ({name}): {theirs} | {ours}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
