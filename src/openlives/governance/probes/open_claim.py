"""Whether the makers say that all of it is open: data, code and weights together."""

import re

from openlives.governance.evidence import Dossier, Finding
from openlives.governance.passages import cue, evidence_of, has_text, said
from openlives.governance.probes.probe import Probe

PARTS = r"(?:data(?:sets?)?|code|weights|checkpoints|logs|recipes?|details|models?|metrics)"
CLAIM = cue(
    rf"\b(?:fully|truly|completely|entirely|100 ?%)[ -](?:open|transparent|reproducible|permissive)\b"
    rf"|\ball (?:of )?(?:the |our |its )?(?:training )?{PARTS}(?:,| and| as well)[^.]{{0,80}}{PARTS}"
    rf"|(?:data(?:sets?)?|corpus)[^.]{{0,25}}(?:,|and)[^.]{{0,25}}(?:training )?code[^.]{{0,60}}(?:open|releas|public|available)"
    rf"|(?:releas|open-?sourc|mak)\w+(?=[^.]{{0,150}}\bcode\b)[^.]{{0,60}}(?:data(?:sets?)?|corpus)[^.]{{0,40}}(?:,|and)[^.]{{0,40}}\bcode\b"
    r"|transparent (?:pipeline|training)|replicating training|open (?:science|research) (?:project|workshop|initiative)",
    "open",
    "transparent",
    "reproducib",
    "permissive",
    "releas",
    "replicating",
    "data",
    "code",
)
NOT = re.compile(r"\b(?:not|n't|will|soon|academic|commercial)\b", re.IGNORECASE)


def observe(dossier: Dossier) -> Finding:
    """Look for the claim; whether it holds is for other probes."""
    found = [p for p in said(dossier, CLAIM, aside=True) if not NOT.search(p.text)]
    if found:
        return Finding("open_claim", "yes", "claims to be open as a whole", evidence_of(found))
    if has_text(dossier):
        return Finding("open_claim", "no", "does not claim to be open as a whole")
    return Finding("open_claim", "unknown", "there is no text to read")


PROBE = Probe(
    name="open_claim",
    looks_for="a claim that data, code and weights are open together",
    why="A claim is no evidence of what it claims, but makers who claim it usually link to it, and it can be held against them.",
    source="§2, open-washing",
    observe=observe,
)
