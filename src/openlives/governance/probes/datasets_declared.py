"""Which data sets a model's metadata name."""

from openlives.governance.evidence import Dossier, Finding
from openlives.governance.probes.probe import Probe


def observe(dossier: Dossier) -> Finding:
    """Read `datasets` of the card and the `dataset:` tags, in which the Hub repeats them."""
    in_card = dossier.card.texts("datasets") if dossier.card else ()
    named = tuple(dict.fromkeys([*in_card, *dossier.datasets]))
    evidence = [dossier.at("card: datasets", ", ".join(in_card))] if in_card else []
    if dossier.datasets:
        evidence.append(dossier.at(dossier.sources.get("tags", "API: tags"), ", ".join(dossier.datasets)))
    if named:
        return Finding(
            "datasets_declared", "yes", f"names {len(named)} data sets in its metadata", tuple(evidence), named
        )
    if dossier.looked_in & {"card", "api", "table"}:
        return Finding("datasets_declared", "no", "names no data set in its metadata")
    return Finding("datasets_declared", "unknown", "its metadata were not seen")


PROBE = Probe(
    name="datasets_declared",
    looks_for="data sets named in the card's metadata",
    why="The plainest way to say what a model was trained on; it may name all of them, some, or those of its tests.",
    source="OSAID 1.0, Data Information; Pepe et al. 2024: 14 % of models",
    observe=observe,
)
