"""What we look for: one probe is one file, and this list names them all, in the order of a reviewer's reading."""

from openlives.governance.evidence import Dossier, Finding
from openlives.governance.probes.gate import PROBE as GATE
from openlives.governance.probes.gate_text import PROBE as GATE_TEXT
from openlives.governance.probes.licence_conflict import PROBE as LICENCE_CONFLICT
from openlives.governance.probes.licence_declared import PROBE as LICENCE_DECLARED
from openlives.governance.probes.licence_text import PROBE as LICENCE_TEXT
from openlives.governance.probes.probe import Probe
from openlives.governance.probes.restrictive_terms import PROBE as RESTRICTIVE_TERMS

PROBES: dict[str, Probe] = {
    probe.name: probe
    for probe in (
        LICENCE_DECLARED,
        LICENCE_TEXT,
        LICENCE_CONFLICT,
        RESTRICTIVE_TERMS,
        GATE,
        GATE_TEXT,
    )
}


def observe(dossier: Dossier) -> dict[str, Finding]:
    """Make every observation of one model: findings by probe."""
    return {name: probe.observe(dossier) for name, probe in PROBES.items()}
