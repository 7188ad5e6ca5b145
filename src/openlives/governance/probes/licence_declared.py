"""Probe: the licence that governs the weights."""

from openlives.governance.evidence import Dossier, Finding
from openlives.governance.probes.probe import Probe
from openlives.governance.resolution import resolve


def observe(dossier: Dossier) -> Finding:
    """Find the governing licence; `value` holds its id, restrictions and obligations."""
    known = resolve(dossier)
    evidence = tuple(one.evidence for one in known.found)
    if known.governs is not None:
        return Finding(
            "licence_declared", known.governs.use_open, known.because, evidence, known.governs.tokens, known.confidence
        )
    if known.found or not known.looked or "not read" in known.because:
        other = any(one.licence is not None and one.licence.id == "other" for one in known.found)
        return Finding("licence_declared", "unknown", known.because, evidence, ("other",) if other else (), "low")
    return Finding("licence_declared", "no", known.because, (dossier.at("card, tags"),), ("no-licence",), "low")


PROBE = Probe(
    name="licence_declared",
    looks_for="the licence that governs the weights: in the card's metadata, tags, licence texts, prose, repositories",
    why="Without a licence all rights are reserved; with one, its terms say who may use the weights and for what. What "
    "is declared may be wrong: a derivative often declares more than its base gave.",
    source="https://huggingface.co/docs/hub/repositories-licenses; §3.2, Table 2",
    observe=observe,
)
