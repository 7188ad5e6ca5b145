"""May it be used commercially, and where does it say so? What the verdict on terms holds, asked as a user asks."""

from collections.abc import Container, Sequence
from dataclasses import dataclass

from openlives.governance.assess import Assessment
from openlives.governance.evidence import Evidence
from openlives.governance.licences import RESTRICTIONS

FORBIDDEN = ("non-commercial", "research-only", "no-licence", "licence-application")
CONDITIONS = (
    "commercial-registration",
    "revenue-cap",
    "mau-cap",
    "selling-ban",
    "hosting-ban",
    "derivatives-research-only",
)


@dataclass(frozen=True, slots=True)
class Commercial:
    """The answer: yes, no, on conditions, or unknown; why; and the places that say so. It is no legal advice."""

    outcome: str
    why: str
    evidence: tuple[Evidence, ...]


def commercial(assessment: Assessment) -> Commercial:
    """Read the terms of a model for one question: may it be used for money?

    Where the licence is not known, or is one of nobody's list, the answer is unknown: silence grants nothing, but it
    is no prohibition that anybody wrote. What people decided about the terms is not contradicted; a restriction that
    they found and no licence names leaves it unknown.
    """
    terms = assessment.terms
    judged = terms.confidence == "judged"
    if judged and terms.outcome != "no":
        return Commercial(terms.outcome, terms.reasons[0], terms.evidence)
    known = assessment.licence["licence_class"] != "unknown"
    forbidden, bound = (_among(terms.value, kinds) for kinds in (FORBIDDEN, CONDITIONS))
    if forbidden:
        return Commercial("no", _told(forbidden), terms.evidence)
    if bound:
        return Commercial("on conditions", _told(bound), terms.evidence)
    if judged or (not known and terms.outcome != "yes"):
        return Commercial("unknown", "; ".join(terms.reasons), terms.evidence)
    others = _among(terms.value, RESTRICTIONS)
    but = f", but it restricts otherwise: {_told(others)}" if others else ""
    return Commercial("yes", f"nothing in its terms forbids it{but}", terms.evidence)


def _among(tokens: Sequence[str], kinds: Container[str]) -> list[str]:
    return [token for token in tokens if token in kinds]


def _told(tokens: Sequence[str]) -> str:
    return "; ".join(RESTRICTIONS[token] for token in tokens)
