"""The assessor that ships: for now it answers unknown to everything, which is what it knows."""

from openlives.governance.assessor import Assessor, Lookup, Thresholds
from openlives.governance.evidence import Dossier, Verdict

DIMENSIONS = ("terms", "access", "process")


def assess(dossier: Dossier, _lookup: Lookup) -> dict[str, Verdict]:
    """Give verdicts by dimension."""
    reason = f"no rule has been written yet that could judge {dossier.name}"
    return {dimension: Verdict(dimension, "unknown", "low", (reason,)) for dimension in DIMENSIONS}


def score(_dossier: Dossier, _lookup: Lookup) -> float | None:
    """Say how open the process looks; None: nothing to go by."""
    return None


def decide(value: float, thresholds: Thresholds) -> str:
    """Make an outcome of a score: yes from the upper threshold, no below the lower, unknown between."""
    return "yes" if value >= thresholds[1] else "no" if value < thresholds[0] else "unknown"


ASSESSOR = Assessor(assess, score, decide, (0.0, 1.0))
