"""Whether intermediate states of the training are released."""

import re

from openlives.governance.evidence import Dossier, Finding
from openlives.governance.passages import cue, evidence_of, has_text, said
from openlives.governance.probes.probe import Probe

SAYS = cue(
    r"(?:intermediate|partially trained|all|many|every|training|\d\d) (?:\w+ ){0,2}checkpoints|checkpoints? (?:for|at|from|saved|every)[^.]{0,40}steps?"
    r"|checkpoints[^.]{0,30}(?:throughout|during) training|revision\s*=\s*[\"'](?:step|ckpt|checkpoint|iter)|optimi[sz]er states?|中间 ?checkpoint",
    "checkpoint",
    "revision",
    "optimi",
)
FILE = re.compile(
    r"(?:^|/)(?:global_step\d+|checkpoint-\d+|optimizer\.(?:pt|bin)|scheduler\.pt|rng_state[\w.]*|ckpt_\d+)",
    re.IGNORECASE,
)


def observe(dossier: Dossier) -> Finding:
    """Look for them among the files, and in the text."""
    files = [file for file in dossier.files or () if FILE.search(file)]
    told = said(dossier, SAYS, code=True)
    if files or told:
        evidence = (*(dossier.at("files", file) for file in files[:2]), *evidence_of(told, 2))
        return Finding("checkpoints", "yes", "gives intermediate checkpoints or optimizer states", evidence)
    if has_text(dossier) or dossier.files is not None:
        return Finding("checkpoints", "no", "no intermediate checkpoint was seen")
    return Finding("checkpoints", "unknown", "neither files nor text were seen")


PROBE = Probe(
    name="checkpoints",
    looks_for="intermediate checkpoints, revisions by step, optimizer states",
    why="Who gives the way as well as its end can be audited along the way.",
    source="§3.2; Model Openness Framework, intermediate model parameters",
    observe=observe,
)
