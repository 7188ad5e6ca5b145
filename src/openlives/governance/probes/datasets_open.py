"""Whether the data sets that a model names can be had."""

from openlives.governance.evidence import Dossier, Finding
from openlives.governance.probes import datasets_declared
from openlives.governance.probes.probe import Probe


def observe(dossier: Dossier) -> Finding:
    """Look up the named data sets among those that were looked at themselves: reachable and ungated, or not."""
    named = datasets_declared.observe(dossier).value
    known = {name: dossier.data[name] for name in named if name in dossier.data}
    if not named:
        return Finding("datasets_open", "not_applicable", "names no data set")
    if not known:
        return Finding("datasets_open", "unknown", "none of the data sets that it names was looked at")
    evidence = tuple(dossier.at(f"data set {name}", state) for name, state in known.items())
    free = tuple(name for name, state in known.items() if state == "open")
    says = f"of {len(named)} data sets that it names, {len(known)} were looked at, and {len(free)} can be had"
    if not free:
        return Finding("datasets_open", "no" if len(known) == len(named) else "partial", says, evidence, free)
    return Finding("datasets_open", "yes" if len(free) == len(named) else "partial", says, evidence, free)


PROBE = Probe(
    name="datasets_open",
    looks_for="whether each named data set is public and without a gate, where the collection has looked at it",
    why="A name is not the data: data sets are gated, taken down, or were never there.",
    source="OSAID 1.0, Data Information (where to obtain it); docs/explanation/openness.md",
    observe=observe,
)
