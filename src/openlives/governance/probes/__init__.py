"""What we look for: one probe is one file, and this list names them all, in the order of a reviewer's reading."""

from openlives.governance.evidence import Dossier, Finding
from openlives.governance.probes import (
    base_model,
    card_sections,
    checkpoints,
    contacts,
    data_linked,
    data_released,
    data_withheld,
    datasets_declared,
    datasets_open,
    derivatives,
    emissions,
    evaluation,
    explainability,
    gate,
    gate_text,
    inference_only,
    licence_conflict,
    licence_declared,
    licence_text,
    model_code,
    open_claim,
    paper,
    recipe,
    restrictive_terms,
    training_code,
    training_logs,
    weights,
)
from openlives.governance.probes.probe import Probe

PROBES: dict[str, Probe] = {
    module.PROBE.name: module.PROBE
    for module in (
        licence_declared,
        licence_text,
        licence_conflict,
        restrictive_terms,
        gate,
        gate_text,
        base_model,
        datasets_declared,
        datasets_open,
        data_linked,
        data_released,
        data_withheld,
        training_code,
        inference_only,
        recipe,
        checkpoints,
        training_logs,
        open_claim,
        weights,
        model_code,
        evaluation,
        emissions,
        paper,
        card_sections,
        explainability,
        contacts,
        derivatives,
    )
}


def observe(dossier: Dossier) -> dict[str, Finding]:
    """Make every observation of one model: findings by probe."""
    return {name: probe.observe(dossier) for name, probe in PROBES.items()}
