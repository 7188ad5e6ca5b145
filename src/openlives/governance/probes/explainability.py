"""Whether there is anything that helps to explain the model's decisions."""

from openlives.governance.evidence import Dossier, Finding
from openlives.governance.passages import cue, evidence_of, has_text, said
from openlives.governance.probes.probe import Probe

TOLD = cue(
    r"\b(?:shap|lime|captum|integrated gradients|saliency(?: maps?)?|grad-?cam|attention (?:maps?|visuali[sz]ations?)"
    r"|interpretability|explainability|explainable|feature importance|bertviz|sparse autoencoders?|logit lens)\b",
    "shap",
    "lime",
    "captum",
    "gradient",
    "saliency",
    "cam",
    "attention",
    "interpretab",
    "explainab",
    "importance",
    "bertviz",
    "autoencoder",
    "lens",
)


def observe(dossier: Dossier) -> Finding:
    """Look for tools of explanation by name."""
    told = said(dossier, TOLD, code=True, aside=True)
    if told:
        return Finding("explainability", "yes", "speaks of a tool that explains", evidence_of(told, 2))
    if has_text(dossier):
        return Finding("explainability", "no", "speaks of no tool that explains")
    return Finding("explainability", "unknown", "there is no text to read")


PROBE = Probe(
    name="explainability",
    looks_for="tools that explain a model: SHAP, LIME, attention maps",
    why="Named in the paper's table of artefacts. A word is weak evidence of a tool.",
    source="§A, Table 3: explainability tools",
    observe=observe,
)
