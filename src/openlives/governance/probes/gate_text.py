"""Probe: the words of a gate in the card's metadata."""

import re

from openlives.governance.evidence import Dossier, Finding
from openlives.governance.probes.probe import Probe

KEYS = re.compile(r"^(extra_gated_\w+)[ \t]*:", re.MULTILINE)


def observe(dossier: Dossier) -> Finding:
    """Find `extra_gated_*` keys: `yes` is that they are there, which is weak evidence of a gate."""
    if dossier.card is None:
        return Finding("gate_text", "unknown", "no card is at hand")
    keys = tuple(dict.fromkeys(KEYS.findall(dossier.card.head)))
    if not keys:
        return Finding("gate_text", "no", "the card has no words for a gate")
    return Finding(
        "gate_text", "yes", "the card has words for a gate", (dossier.at(f"card: {keys[0]}", keys[0]),), keys
    )


PROBE = Probe(
    name="gate_text",
    looks_for="`extra_gated_*` keys in the card: what a gate says to whoever asks",
    why="Weak evidence of a gate: re-uploads copy the keys, and they stay when a gate is opened.",
    source="https://huggingface.co/docs/hub/models-gated",
    observe=observe,
)
