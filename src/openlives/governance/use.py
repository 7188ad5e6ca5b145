"""Use openness: may the weights be had and used freely? Use-open ⇔ the licence restricts nothing, and no gate (§3.2).

Terms and access are judged apart, since an open licence behind a gate would puzzle a reader of their sum alone.
"""

from collections.abc import Mapping
from dataclasses import replace

from openlives.governance.evidence import Finding, Verdict

FORBIDS = frozenset(
    {
        "non-commercial",
        "commercial-registration",
        "research-only",
        "no-derivatives",
        "mau-cap",
        "revenue-cap",
        "territory",
        "output-training-ban",
    }
)
LEVELS = ("judged", "high", "medium", "low")  # from the surest


def terms(findings: Mapping[str, Finding]) -> Verdict:
    """Judge whether the licence lets everyone use the weights for everything; `value`: the licence and its tokens.

    A licence that is declared as `other`, and of which no name, link or text is at hand, is `no` at low confidence: it
    was declared to be none of the Hub's own, and every common open licence has an id there.
    """
    licence, prose = findings["licence_declared"], findings["restrictive_terms"]
    sure = licence.confidence == "high"  # a licence that was declared by its id: then only an outright ban overrules it
    forbidden = tuple(kind for kind in prose.value if kind in FORBIDS or not sure)
    judged = Verdict(
        "terms",
        licence.outcome,
        licence.confidence or "low",
        (licence.says,),
        licence.evidence,
        value=licence.value,
    )
    if licence.outcome == "no":
        return _with_conflict(judged, findings)
    if licence.outcome == "yes" and not forbidden:
        told = (prose.says + ", which the licence does not",) if prose.value else ()
        return _with_conflict(replace(judged, reasons=(*judged.reasons, *told)), findings)
    if not prose.value and licence.value[:1] == ("other",):
        why = "it is declared as none of the licences that have an id, as every common open one has"
        judged = replace(judged, outcome="no", confidence="low", reasons=(*judged.reasons, why))
    if not prose.value:
        return _with_conflict(judged, findings)
    reasons = (prose.says, f"but {licence.says}") if licence.outcome == "yes" else (prose.says, licence.says)
    value = tuple(dict.fromkeys((*judged.value, *prose.value)))
    return replace(
        judged,
        outcome="no",
        confidence="medium",
        reasons=reasons,
        evidence=(*prose.evidence, *licence.evidence),
        value=value,
    )


def _with_conflict(verdict: Verdict, findings: Mapping[str, Finding]) -> Verdict:
    """Say what contradicts the verdict, and be less sure of it."""
    conflict = findings.get("licence_conflict")
    if conflict is None or conflict.outcome != "yes":
        return verdict
    lower = max(verdict.confidence, "medium", key=LEVELS.index)
    return replace(verdict, confidence=lower, reasons=(*verdict.reasons, conflict.says))


def access(findings: Mapping[str, Finding]) -> Verdict:
    """Judge whether the files can be had without asking: by the API's gate, or weakly by the card's words of one."""
    gate, words = findings["gate"], findings["gate_text"]
    if gate.outcome in ("yes", "no"):
        return Verdict("access", gate.outcome, "high", (gate.says,), gate.evidence, value=gate.value)
    if words.outcome == "yes":
        return Verdict("access", "no", "low", (f"probably gated: {words.says}",), words.evidence)
    if words.outcome == "no":
        return Verdict("access", "yes", "low", (f"probably not gated: {words.says}; the API was not asked",))
    return Verdict("access", "unknown", "low", (gate.says,))


def use(terms: Verdict, access: Verdict) -> Verdict:
    """Judge use openness from both parts: `no` if either is, `yes` if both are."""
    closed = [part for part in (terms, access) if part.outcome == "no"]
    parts = closed or [part for part in (terms, access) if part.outcome != "yes"] or [terms, access]
    outcome = "no" if closed else "yes" if terms.outcome == access.outcome == "yes" else "unknown"
    choose = min if closed else max  # one sure reason against is enough; for it, both have to be sure
    confidence = choose((part.confidence for part in parts), key=LEVELS.index)
    return Verdict(
        "use",
        outcome,
        confidence,
        tuple(f"{part.dimension}: {reason}" for part in parts for reason in part.reasons),
        tuple(evidence for part in parts for evidence in part.evidence),
        value=(*terms.value, *access.value),
    )
