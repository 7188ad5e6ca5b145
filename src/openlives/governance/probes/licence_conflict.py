"""Probe: whether the places that name a licence agree."""

from openlives.governance.evidence import Dossier, Finding
from openlives.governance.probes.probe import Probe
from openlives.governance.resolution import resolve


def observe(dossier: Dossier) -> Finding:
    """Say whether one place lets use what another forbids: yes is a conflict."""
    known = resolve(dossier)
    evidence = tuple(one.evidence for one in known.found)
    if known.conflicts:
        return Finding("licence_conflict", "yes", "; ".join(known.conflicts), evidence)
    if len(known.found) < 2:
        return Finding("licence_conflict", "not_applicable", "no two places name a licence", evidence)
    return Finding(
        "licence_conflict", "no", "every place that names a licence names one as open as the others", evidence
    )


PROBE = Probe(
    name="licence_conflict",
    looks_for="places that contradict each other: card, tags, texts, repositories",
    why="A reader of one place is misled by another. Tags and repositories may also be older than the card.",
    source="§4.3: other various sites indicate that commercial use is not allowed",
    observe=observe,
)
