"""An assessment in words, as a reviewer would write it, and as records for machines."""

from typing import Any

from openlives.governance.assess import Assessment
from openlives.governance.evidence import Evidence, Verdict
from openlives.records import printable

SHOWN = 4  # pieces of evidence under a verdict
NAMES = {
    "terms": "Terms (does the licence restrict nothing?)",
    "access": "Access (can it be had without asking?)",
    "use": "Use",
    "process_own": "Process, own step",
    "process": "Process, whole chain",
}


def line(assessment: Assessment) -> str:
    """Tell a model's standing on one line."""
    v = assessment.verdicts
    return (
        f"{printable(assessment.dossier.name)}: {assessment.quadrant}; terms {v['terms'].outcome}, "
        f"access {v['access'].outcome}, process {v['process'].outcome} ({v['process'].level or 'none'}), "
        f"OSAID {assessment.osaid.outcome}"
    )


def note(assessment: Assessment) -> str:
    """Write the reviewer's note: each verdict with its reasons and evidence, what was not seen, and the definition."""
    lines = [line(assessment), ""]
    licence = assessment.licence
    if licence["restrictions"]:
        lines.append(f"  Restricts: {licence['restrictions'].replace(';', ', ')}")
    if licence["obligations"]:
        lines.append(f"  Obliges: {licence['obligations'].replace(';', ', ')}")
    for name, verdict in assessment.verdicts.items():
        lines += _verdict(NAMES[name], verdict)
    osaid = assessment.osaid
    lines += ["", f"OSAID 1.0: {osaid.outcome}"]
    lines += [
        f"  {name}: {state}"
        for name, state in {**osaid.components, **{f"freedom to {k}": v for k, v in osaid.freedoms.items()}}.items()
    ]
    unseen = [name for name, finding in assessment.findings.items() if finding.outcome in ("unknown", "unreachable")]
    if unseen:
        lines += ["", f"Not seen: {', '.join(unseen)}"]
    return "\n".join(lines)


def _verdict(name: str, verdict: Verdict) -> list[str]:
    level = f", {verdict.level}" if verdict.level else ""
    told = [f"{name}: {verdict.outcome}{level} ({verdict.confidence} confidence)"]
    told += [f"  - {printable(reason)}" for reason in verdict.reasons]
    told += [f"      {_evidence(piece)}" for piece in verdict.evidence[:SHOWN]]
    return ["", *told]


def _evidence(piece: Evidence) -> str:
    quote = f': "{printable(piece.quote)}"' if piece.quote else ""
    at = f" @ {piece.revision[:12]}" if piece.revision else ""
    seen = f" ({piece.seen[:10]})" if piece.seen else ""
    return f"{printable(piece.where)}{at}{seen}{quote}"


def record(assessment: Assessment) -> dict[str, Any]:
    """Give an assessment as a plain record: verdicts, findings and OSAID, each with its evidence."""
    return {
        "model": assessment.dossier.name,
        "quadrant": assessment.quadrant,
        **assessment.licence,
        "verdicts": {name: _plain(verdict) for name, verdict in assessment.verdicts.items()},
        "osaid": {
            "class": assessment.osaid.outcome,
            "components": dict(assessment.osaid.components),
            "freedoms": dict(assessment.osaid.freedoms),
            "reasons": list(assessment.osaid.reasons),
        },
        "findings": {
            name: {
                "outcome": f.outcome,
                "says": f.says,
                "value": list(f.value),
                "evidence": [_pointed(e) for e in f.evidence],
            }
            for name, f in assessment.findings.items()
        },
    }


def _plain(verdict: Verdict) -> dict[str, Any]:
    return {
        "outcome": verdict.outcome,
        "confidence": verdict.confidence,
        "level": verdict.level,
        "reasons": list(verdict.reasons),
        "evidence": [_pointed(piece) for piece in verdict.evidence],
    }


def _pointed(piece: Evidence) -> dict[str, str]:
    return {"where": piece.where, "quote": piece.quote, "revision": piece.revision, "seen": piece.seen}
