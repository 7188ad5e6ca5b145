"""Whether the logs of the training can be seen."""

import re

from openlives.governance.evidence import Dossier, Finding
from openlives.governance.passages import cue, evidence_of, has_text, said
from openlives.governance.probes.probe import Probe

SAYS = cue(
    r"wandb\.ai/[\w-]+/[\w-]+|tensorboard\.dev|training logs?\b|loss curves?|tensorboard",
    "wandb",
    "tensorboard",
    "log",
    "loss",
)
FILE = re.compile(
    r"(?:^|/)(?:events\.out\.tfevents|trainer_state\.json|train_results\.json|training_loss|wandb/)", re.IGNORECASE
)


def observe(dossier: Dossier) -> Finding:
    """Look for logs among the files, and for links to them."""
    files = [file for file in dossier.files or () if FILE.search(file)]
    told = said(dossier, SAYS)
    if files or told:
        evidence = (*(dossier.at("files", file) for file in files[:2]), *evidence_of(told, 2))
        return Finding("training_logs", "yes", "gives logs of its training", evidence)
    if has_text(dossier) or dossier.files is not None:
        return Finding("training_logs", "no", "no log of its training was seen")
    return Finding("training_logs", "unknown", "neither files nor text were seen")


PROBE = Probe(
    name="training_logs",
    looks_for="training logs, trainer states, public dashboards",
    why="Logs show that a training took place as it is told.",
    source="§A, Table 3: training logs",
    observe=observe,
)
