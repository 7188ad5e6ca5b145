"""The Dual Openness Framework (§3.2): process × use, four quadrants, and unknown beside them."""

from openlives.governance.evidence import Verdict

QUADRANTS = {
    (True, True): "process open, use open",
    (True, False): "process open, use restricted",
    (False, True): "process closed, use open",
    (False, False): "process closed, use restricted",
}
UNKNOWN = "unknown"


def quadrant(process: Verdict, use: Verdict) -> str:
    """Place a model. A process that is open in part is not open; where one side is unknown, so is the place."""
    if UNKNOWN in (process.outcome, use.outcome):
        return UNKNOWN
    return QUADRANTS[process.outcome == "yes", use.outcome == "yes"]
