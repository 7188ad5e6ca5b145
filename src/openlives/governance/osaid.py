"""The Open Source AI Definition 1.0: its components and its four freedoms, as far as there is evidence.

<https://opensource.org/ai/open-source-ai-definition>. It asks for *information about* the training data, not always the
data. A gate breaks "without having to ask for permission". No evidence is not the same as not met.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from openlives.governance.evidence import Finding, Verdict
from openlives.governance.process import Chain

MET, NOT_MET, NO_EVIDENCE = "met", "not met", "no evidence"
COMPONENTS = ("data information", "code", "parameters", "terms")
FREEDOMS = ("use", "study", "modify", "share")
CLASSES = ("open", "partially open", "closed", "unknown")


@dataclass(frozen=True, slots=True)
class Osaid:
    """A model's standing under the definition: its class; each component and freedom met, not met, or no evidence.

    Open: all are met. Partially open: data information and code are met, and the terms, a gate or the weights are
    what is missing. Closed: data information or code are not met. Unknown: neither can be told.
    """

    outcome: str
    components: Mapping[str, str]
    freedoms: Mapping[str, str]
    reasons: tuple[str, ...]


def judge(
    findings: Mapping[str, Finding], chain: Chain, terms: Verdict, access: Verdict, approved: bool | None
) -> Osaid:
    """Hold a model against the definition; `approved` is whether the OSI approved its licence (None: not known)."""
    links = _links(chain)
    parts = {
        "data information": _least([_data(link.own.data, link.own.silent, link.own.withheld) for link in links], chain),
        "code": _least([_code(link.own.code, link.own.silent) for link in links], chain),
        "parameters": {"yes": MET, "no": NOT_MET}.get(findings["weights"].outcome, NO_EVIDENCE),
        "terms": MET if approved else _of(terms.outcome) if approved is None or terms.outcome == "no" else NOT_MET,
    }
    asking = _of(access.outcome)
    studied = _worst([parts["data information"], parts["code"]])
    freedoms = {
        "use": _worst([_of(terms.outcome), asking]),
        "study": studied,
        "modify": _worst([_of(terms.outcome), studied]),
        "share": _of(terms.outcome),
    }
    outcome = _class(parts, asking)
    told = [f"{name}: {state}" for name, state in parts.items() if state != MET]
    if asking == NOT_MET:
        told.append("one has to ask for access")
    if approved is False and terms.outcome == "yes":
        told.append("its licence restricts nothing, but the OSI has not approved it")
    return Osaid(outcome, parts, freedoms, tuple(told))


def _links(chain: Chain) -> list[Chain]:
    return [chain, *(link for base in chain.bases for link in _links(base))]


def _least(states: list[str], chain: Chain) -> str:
    """A chain meets what all its links meet; a link that nobody saw leaves open what the others meet."""
    worst = _worst(states)
    return NO_EVIDENCE if worst == MET and any(link.missing for link in _links(chain)) else worst


def _data(points: float, silent: bool, withheld: bool) -> str:
    if points >= 1.5:  # as in `process`: named, linked or released, and nothing said against it
        return MET
    return NOT_MET if withheld or not silent else NO_EVIDENCE


def _code(points: float, silent: bool) -> str:
    if points >= 1:
        return MET
    return NO_EVIDENCE if silent else NOT_MET


def _of(outcome: str) -> str:
    return {"yes": MET, "no": NOT_MET}.get(outcome, NO_EVIDENCE)


def _worst(states: list[str]) -> str:
    return next((state for state in (NOT_MET, NO_EVIDENCE) if state in states), MET)


def _class(parts: Mapping[str, str], asking: str) -> str:
    made = _worst([parts["data information"], parts["code"]])
    if made == NOT_MET:
        return "closed"
    if made == NO_EVIDENCE:
        return "unknown"
    given = _worst([parts["terms"], parts["parameters"], *([asking] if asking == NOT_MET else [])])
    return {MET: "open", NOT_MET: "partially open"}.get(given, "unknown")
