"""Probe: terms in the card's prose."""

from openlives.governance.clauses import find_in_prose
from openlives.governance.evidence import Dossier, Finding
from openlives.governance.probes.probe import Probe


def observe(dossier: Dossier) -> Finding:
    """Find sentences that restrict the use of the model; `no` restricts, `yes` is prose without such a sentence."""
    card = dossier.card
    if card is None or not card.body.strip():
        return Finding("restrictive_terms", "unknown", "no prose is at hand")
    hits = find_in_prose(card)
    if not hits:
        return Finding("restrictive_terms", "yes", "the prose restricts nothing that we can find")
    evidence = tuple(dossier.at(f"card, line {hit.line}", hit.quote) for hit in hits)
    kinds = tuple(hit.kind for hit in hits)
    return Finding(
        "restrictive_terms", "no", f"the prose restricts ({evidence[0].where}): {', '.join(kinds)}", evidence, kinds
    )


PROBE = Probe(
    name="restrictive_terms",
    looks_for="sentences of the card that forbid or limit the use of this model; advice is none",
    why="Terms are often said in prose and nowhere else, and may contradict the licence. Patterns see no intent.",
    source="§4.3.2, the card of a merge that restricts commercial use in one sentence",
    observe=observe,
)
