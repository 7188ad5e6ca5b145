"""Whether the settings of the training are told: hyperparameters, and the seed."""

from openlives.governance.evidence import Dossier, Finding
from openlives.governance.passages import cue, evidence_of, has_text, said
from openlives.governance.probes.probe import Probe

SETTINGS = cue(
    r"learning[ _-]rate|batch[ _-]size|\badamw?\b|optimi[sz]er|weight[ _-]decay|warm-?up|num_train_epochs|lr_scheduler|学习率",
    "rate",
    "batch",
    "adam",
    "optimi",
    "decay",
    "warm",
    "epochs",
    "学习率",
)
SEED = cue(
    r"\b(?:random |data |training )?seeds?\b\s*[:=|]?\s*`?\d+|\bseed[ _]?\d+|(?:same|fixed|exact) (?:random )?seed|exact(?:ly)? (?:the )?same (?:data )?order|\bdata order",
    "seed",
    "order",
)


def observe(dossier: Dossier) -> Finding:
    """Look for settings (`partial`) and the seed or the order of the data (`yes`)."""
    settings, seed = said(dossier, SETTINGS, code=True), said(dossier, SEED, code=True)
    if seed and settings:
        return Finding(
            "recipe", "yes", "tells the settings of its training, and the seed", evidence_of([*seed[:2], *settings[:2]])
        )
    if settings or seed:
        return Finding("recipe", "partial", "tells some settings of its training", evidence_of([*settings, *seed]))
    if has_text(dossier):
        return Finding("recipe", "no", "tells no settings of its training")
    return Finding("recipe", "unknown", "there is no text to read")


PROBE = Probe(
    name="recipe",
    looks_for="hyperparameters and seeds",
    why="A model can be rebuilt without them, but not bit for bit.",
    source="§3.2: random seeds, and detailed documentation of the training pipeline",
    observe=observe,
)
