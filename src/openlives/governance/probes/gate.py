"""Probe: the gate, as the Hub's API tells it."""

from openlives.governance.evidence import Dossier, Finding
from openlives.governance.probes.probe import Probe


def observe(dossier: Dossier) -> Finding:
    """Tell whether the files are free to have: `yes` without a gate, `no` with one (`value`: auto or manual)."""
    if dossier.gate is None:
        return Finding("gate", "unknown", "the API's word on a gate is not at hand")
    evidence = (dossier.at(dossier.sources.get("gate", "API: gated"), dossier.gate),)
    if dossier.gate == "none":
        return Finding("gate", "yes", "the repository is not gated", evidence, ("none",))
    who = {"auto": "access is given to whoever asks", "manual": "its authors decide on each request"}
    return Finding(
        "gate", "no", f"the repository is gated: {who.get(dossier.gate, dossier.gate)}", evidence, (dossier.gate,)
    )


PROBE = Probe(
    name="gate",
    looks_for="the field `gated` of the API: false, auto or manual",
    why="A gate asks for a name and consent before the files can be had. It changes: the finding is of its day.",
    source="https://huggingface.co/docs/hub/models-gated; Table 2, column Gate",
    observe=observe,
)
