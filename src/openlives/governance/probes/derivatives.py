"""How many models of the collection were made from this one."""

from openlives.governance.evidence import Dossier, Finding
from openlives.governance.probes.probe import Probe


def observe(dossier: Dossier) -> Finding:
    """Count the models that name it as their base."""
    if dossier.derivatives is None:
        return Finding("derivatives", "unknown", "nobody looked for models that were made from it")
    count = dossier.derivatives
    if count == 0:
        return Finding("derivatives", "no", "no model of the collection names it as its base")
    evidence = (dossier.at("base_model of other models", f"{count:,} models"),)
    return Finding("derivatives", "yes", f"{count:,} models of the collection name it as their base", evidence)


PROBE = Probe(
    name="derivatives",
    looks_for="models that name it as their base: fine-tunes, adapters, merges, quantisations",
    why="The Hub's way of forking: what may be changed and shared again, is. Only what the collection holds is counted.",
    source="§A, Table 3: forking mechanism",
    observe=observe,
)
