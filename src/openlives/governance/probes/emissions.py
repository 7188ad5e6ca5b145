"""Whether the energy or the emissions of the training are told."""

import reprlib

from openlives.governance.evidence import Dossier, Finding
from openlives.governance.passages import cue, evidence_of, has_text, said
from openlives.governance.probes.probe import Probe

TOLD = cue(
    r"(?:\d[,.\s]{0,3}(?:k|m)?(?:g|kg|t|tons?|tonnes)\b[^.]{0,20}co2|co2[^.]{0,40}\d|\d[,.\s]{0,3}(?:kwh|mwh|gwh)\b|(?:carbon|emi(?:ssions|tted))[^.]{0,40}\d)",
    "co2",
    "wh",
    "carbon",
    "emi",
)


def observe(dossier: Dossier) -> Finding:
    """Read `co2_eq_emissions` of the metadata, else look for a figure in the text."""
    given = dossier.card.metadata.get("co2_eq_emissions") if dossier.card else None
    if given:
        return Finding(
            "emissions",
            "yes",
            "gives its emissions in its metadata",
            (dossier.at("card: co2_eq_emissions", reprlib.repr(given)),),  # aliases may repeat it without end
        )
    told = said(dossier, TOLD, aside=True)
    if told:
        return Finding("emissions", "yes", "gives a figure of energy or emissions", evidence_of(told, 2))
    if has_text(dossier) or (dossier.card and dossier.card.metadata):
        return Finding("emissions", "no", "tells nothing of energy or emissions")
    return Finding("emissions", "unknown", "neither metadata nor text were seen")


PROBE = Probe(
    name="emissions",
    looks_for="energy or CO2 of the training, as a figure",
    why="Rarely told; without it nobody can weigh the cost of the models that were made and left.",
    source="§A, Table 3: energy and resource tracking",
    observe=observe,
)
