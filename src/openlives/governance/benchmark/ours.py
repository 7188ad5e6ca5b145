"""Our assessor, as the benchmark sees it."""

from functools import lru_cache

from openlives.governance import process
from openlives.governance.assess import assess
from openlives.governance.benchmark.assessor import Assessor, Lookup
from openlives.governance.evidence import Dossier, Verdict
from openlives.governance.probes import observe

_look = lru_cache(maxsize=4096)(observe)


def _assess(dossier: Dossier, find: Lookup) -> dict[str, Verdict]:
    found = assess(dossier, find, _look)
    return {"terms": found.terms, "access": found.access, "process": found.process}


def _score(dossier: Dossier, find: Lookup) -> float | None:
    return process.score(dossier, find, _look)


ASSESSOR = Assessor(_assess, _score, process.decide, process.THRESHOLDS)
