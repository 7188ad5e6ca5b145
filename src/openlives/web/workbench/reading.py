"""What the page of a thread shows: comments with codings, the codebook beside them, and what is known of the model."""

from collections.abc import Mapping
from typing import Any

from openlives.coding import codebook, rounds, views
from openlives.web.desk import Desk
from openlives.web.markdown import dead

STATES = {
    "changed": "edited since it was sampled",
    "hidden": "hidden on the platform",
    "gone": "no longer in the collection",
    "erased": "erased on request",
    "stub": "known by its address only",
}
ROLES = {"deleted": "deleted account", "staff": "Hub staff", "": "role unknown", "unknown": "role unknown"}
WIDE, HIGH = 320, 56  # the weekly curve, in its own units
LONG = 80  # characters of marked words that a label shows


def thread(desk: Desk, address: str) -> dict[str, Any]:
    """Give a thread as the page shows it, to this coder."""
    found = views.thread(desk.project, desk.coder, address)
    open_rounds = {row["round"]: row["name"] for row in rounds.listed(desk.project, desk.coder) if row["open"]}
    for unit in found["units"]:
        _unit(desk, unit, open_rounds)
    curve = desk.house.shelf.curve(found["artifact"])
    facts = {**found["facts"], **desk.house.shelf.verdict(found["artifact"])}
    return {
        **found,
        "facts": [(name, str(facts.get(key) or "unknown")) for name, key in FACTS if key in facts or key in ALWAYS],
        "curve": drawn(curve),
        "path": path(address),
    }


FACTS = (("licence", "license"), ("gate", "gate"), ("quadrant", "quadrant"), ("terms open", "terms"),
         ("access open", "access"), ("process open", "process"), ("task", "task"))  # fmt: skip
ALWAYS = ("license", "gate")


def _unit(desk: Desk, unit: dict[str, Any], open_rounds: Mapping[str, str]) -> None:
    """Add to a comment what its page says of it."""
    unit["html"] = dead(unit["text"])
    unit["called"] = ROLES.get(unit["role"], unit["role"])
    unit["flag"] = STATES.get(unit["state"], "")
    unit["round"] = open_rounds.get(rounds.current(desk.project, desk.coder, unit["unit"]) or "", "")
    machines = desk.request.query_params.get("machines") == "1"
    unit["labels"] = [
        label(coding, unit["text"], desk.coder)
        for coding in unit["codings"]
        if machines or coding["coder_kind"] == "human"
    ]
    unit["memo"] = next((memo["text"] for memo in unit["memos"] if memo["coder"] == desk.coder), "")


def label(coding: Mapping[str, Any], text: str, me: str) -> dict[str, Any]:
    """Give a coding as the label that stands below its comment."""
    words = "" if coding["start"] is None else " ".join(text[coding["start"] : coding["stop"]].split())
    return {
        **coding,
        "words": words if len(words) <= LONG else f"{words[: LONG - 1]}…",
        "mine": coding["coder"] == me,
        "judged": coding["layer"] == "adjudication",
    }


def path(address: str) -> str:
    """Give the page of a thread, below its project."""
    artifact, _, num = address.rpartition("#")
    return f"/read/{artifact}/{num}"


def drawn(curve: list[int]) -> dict[str, Any] | None:
    """Give the weekly curve as the points of a line, and how to place a week on it."""
    if not curve:
        return None
    step, top = WIDE / max(len(curve), 1), max(curve)
    points = " ".join(
        f"{(week + 0.5) * step:.1f},{HIGH - 4 - count / top * (HIGH - 8):.1f}" for week, count in enumerate(curve)
    )
    return {"points": points, "step": f"{step:.4f}", "weeks": len(curve), "top": top, "wide": WIDE, "high": HIGH,
            "area": f"{step / 2:.1f},{HIGH - 4} {points} {WIDE - step / 2:.1f},{HIGH - 4}"}  # fmt: skip


def aside(desk: Desk) -> dict[str, Any]:
    """Give the codebook as it stands beside a thread, with the digits of the codes that were used last."""
    codes = codebook.codes(desk.project)
    last = {row["code"] for row in views.recent(desk.project, desk.coder)}
    # In the order of the codebook, not of use: a digit stays with its code while the same nine are in use.
    digits = {code["code"]: str(place) for place, code in enumerate((c for c in codes if c["code"] in last), 1)}
    frozen = any(row["open"] for row in rounds.listed(desk.project))
    return {
        "codes": [{**code, "digit": digits.get(code["code"], "")} for code in codes],
        "frozen": frozen,
        "meter": views.coverage(desk.project, desk.coder),
    }
