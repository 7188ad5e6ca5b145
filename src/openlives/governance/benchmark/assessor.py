"""What an assessor is, as a benchmark sees it: verdicts on a dossier, and a score with thresholds for the process."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from openlives.governance.evidence import Dossier, Verdict

Lookup = Callable[[str], Dossier | None]
Thresholds = tuple[float, float]  # the lower and the upper, on the scale of the score


@dataclass(frozen=True, slots=True)
class Assessor:
    """A way to get from evidence to verdicts.

    `assess` gives verdicts by dimension (`terms`, `access`, `process`); a lookup finds the dossiers of other models,
    such as bases. `score` says how open the process looks (higher is more open; None: nothing to go by), and `decide`
    makes an outcome of a score: the verdict on the process is to be what `decide` gives at the shipped `thresholds`,
    so that a benchmark can choose thresholds anew on part of the rows and try them on the rest.
    """

    assess: Callable[[Dossier, Lookup], Mapping[str, Verdict]]
    score: Callable[[Dossier, Lookup], float | None]
    decide: Callable[[float, Thresholds], str]
    thresholds: Thresholds
