"""Simple rules that an assessor has to beat: each says yes or no of a dossier, and never unknown.

They are what is easily written: a constant, a scraper of words as completeness tools use it, and a count of naive cues.
"""

import re
from collections.abc import Callable

from openlives.governance.evidence import Dossier

Rule = Callable[[Dossier], bool]
KEYWORDS = re.compile(r"training data|trained on|dataset", re.IGNORECASE)
TRAINING_CODE = re.compile(r"training (?:code|script)s?|\b(?:pre)?train(?:_\w+)?\.(?:py|sh)\b", re.IGNORECASE)
TRAINING_FILE = re.compile(r"(?:^|[/_-])(?:pre|fine)?-?_?train(?:ing|er)?(?:[/_.-]|$)", re.IGNORECASE)
REBUILDING = re.compile(r"\bcheckpoints?\b|\bseeds?\b|hyper-?parameters?", re.IGNORECASE)
WELL_KNOWN = re.compile(r"apache-2\.0|mit|bsd-[23]-clause", re.IGNORECASE)


def always_no(_dossier: Dossier) -> bool:
    """Say no."""
    return False


def well_known_licence(dossier: Dossier) -> bool:
    """Say yes if the card, or else a tag, declares Apache 2.0, MIT or BSD, whatever else is written."""
    declared = (dossier.card.texts("license") if dossier.card else ()) or dossier.declared
    return any(WELL_KNOWN.fullmatch(licence) for licence in declared)


def no_gate_in_card(dossier: Dossier) -> bool:
    """Say yes unless the card asks whoever downloads it for something (`extra_gated_…`)."""
    return not (dossier.card and any(key.startswith("extra_gated") for key in dossier.card.metadata))


def keywords(dossier: Dossier) -> bool:
    """Say yes if any text speaks of training data or data sets, as a completeness scraper does."""
    return any(KEYWORDS.search(text) for text in _texts(dossier))


def two_cues(dossier: Dossier) -> bool:
    """Say yes on two or more of four: declared data sets, those words, training code, checkpoints or seeds."""
    return sum((_declares_data(dossier), keywords(dossier), _training_code(dossier), _rebuilding(dossier))) >= 2


def _texts(dossier: Dossier) -> list[str]:
    card = [dossier.card.content] if dossier.card else []
    return [*card, *(text.text for repository in dossier.repositories for text in repository.readmes)]


def _declares_data(dossier: Dossier) -> bool:
    return bool(dossier.datasets or (dossier.card and dossier.card.texts("datasets")))


def _training_code(dossier: Dossier) -> bool:
    files = [*(dossier.files or ()), *(file for repository in dossier.repositories for file in repository.files or ())]
    return any(TRAINING_FILE.search(file) for file in files) or any(
        TRAINING_CODE.search(text) for text in _texts(dossier)
    )


def _rebuilding(dossier: Dossier) -> bool:
    return any(REBUILDING.search(text) for text in _texts(dossier))


BASELINES: dict[str, dict[str, Rule]] = {
    "terms": {"always no": always_no, "Apache, MIT or BSD declared": well_known_licence},
    "access": {"always no": always_no, "nothing asked for in the card": no_gate_in_card},
    "process": {"always no": always_no, "keyword scraper": keywords, "two or more naive cues": two_cues},
}
