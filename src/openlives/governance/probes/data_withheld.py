"""Whether the text says that the training data are kept, or only says of what sort they were."""

import re

from openlives.governance.evidence import Dossier, Finding
from openlives.governance.passages import cue, evidence_of, has_text, said
from openlives.governance.probes.probe import Probe

DATA = r"(?:data(?:set)?s?|corp(?:us|ora))\b"
WITHHELD = cue(
    rf"\b(?:in-house|internal|proprietary|private|confidential|undisclosed|non-public|closed|offline|licensed|purchased) (?:\w+ ){{0,2}}{DATA}"
    rf"|\b(?:no|not|n't|cannot|unable to|without) (?:\w+ ){{0,4}}(?:releas\w*|shar\w*|publish\w*|disclos\w*|open-?sourc\w*)[^.]{{0,60}}\b{DATA}"
    rf"|{DATA}[^.]{{0,40}}\b(?:not|n't|cannot|never) (?:\w+ ){{0,3}}(?:releas|shar|publish|disclos|open|public|available)\w*"
    rf"|\b(?:will|plan to|going to|intend to) (?:\w+ ){{0,2}}(?:releas\w*|shar\w*|publish|open-?sourc\w*)[^.]{{0,60}}\b{DATA}"
    r"|no authority to (?:publicly )?release",
    "data",
    "corp",
    "no authority",
)
VAGUE = cue(
    r"(?:mix(?:ture)?|combination|collection|variety|sources?) of (?:\w+ ){0,2}publicly[- ]available"
    r"|publicly[- ]available (?:online|internet|web|website|sources|documents)"
    rf"|(?:collected|scraped|crawled|gathered|obtained) from (?:the |publicly |various )*(?:internet|web|online|available)"
    rf"|(?:high-quality|large-scale|diverse|massive|extensive|vast amounts? of) (?:\w+ ){{0,3}}(?:{DATA}|text)[^.]{{0,40}}(?:tokens|hours|pairs)|\bhours of (?:labell?ed |weakly |multilingual )*(?:audio|speech)",
    "publicly",
    "internet",
    "web",
    "online",
    "available",
    "hours",
    "data",
    "corp",
    "text",
)
MADE = re.compile(r"train|tuned|tuning|collect|dataset|model|corpus", re.IGNORECASE)
ADVICE = re.compile(r"\b(?:you|your|users?)\b", re.IGNORECASE)


def observe(dossier: Dossier) -> Finding:
    """Look for a denial (`no`: the data are kept) or a description that names nothing (`partial`)."""
    kept = [p for p in said(dossier, WITHHELD) if MADE.search(p.text) and not ADVICE.search(p.text)]
    if kept:
        return Finding("data_withheld", "yes", "says that training data are kept", evidence_of(kept))
    vague = [p for p in said(dossier, VAGUE) if not ADVICE.search(p.text)]
    if vague:
        return Finding(
            "data_withheld", "partial", "describes its training data without naming them", evidence_of(vague)
        )
    if has_text(dossier):
        return Finding("data_withheld", "no", "does not say that training data are kept")
    return Finding("data_withheld", "unknown", "there is no text to read")


PROBE = Probe(
    name="data_withheld",
    looks_for="a statement that the training data are kept, or a description of them that names none",
    why="An explicit denial is the strongest evidence of a closed process that a text can give; a vague description comes next.",
    source="§4.3.1; OSAID 1.0, Data Information",
    observe=observe,
)
