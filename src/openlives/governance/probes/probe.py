"""What a probe is: one observation, with the reason why it is made."""

from collections.abc import Callable
from dataclasses import dataclass

from openlives.governance.evidence import Dossier, Finding


@dataclass(frozen=True, slots=True)
class Probe:
    """One observation of one model.

    `looks_for` says what is observed, `why` what it tells of openness and what it cannot tell, `source` where that is
    from. `observe` gives the outcome with its evidence: `unknown` where the place to look was never seen.
    """

    name: str
    looks_for: str
    why: str
    source: str
    observe: Callable[[Dossier], Finding]
