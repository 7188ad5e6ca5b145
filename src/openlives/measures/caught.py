"""Whom the rules take for automation, by which rule and on what evidence: one row an account and rule."""

from typing import Any

import narwhals.stable.v2 as nw

from openlives.measures.automation import known_accounts, openings
from openlives.measures.frames import Frames, small


def whom(frames: Frames) -> list[dict[str, Any]]:
    """List the accounts that the rules catch.

    Each with name, rule (listed, behaviour, app), interactions in the window, and the reason.
    """
    people = small(frames.people.select("person", "name")).set_index("person")["name"]
    made = (
        frames.mark(frames.inside)
        .filter(nw.col("automated") == 1)
        .group_by("person")
        .agg(n=nw.len().cast(nw.Int64), apps=(~nw.col("app").is_null()).cast(nw.Int64).sum())
    )
    counts = small(made.filter(~nw.col("person").is_null())).set_index("person")
    opened = small(openings(frames.threads).join(frames.automated, on="person", how="inner")).set_index("person")
    listed = (
        known_accounts()
        if frames.rules.automation_accounts is None
        else {a.lower(): {"reason": "listed in the study file"} for a in frames.rules.automation_accounts}
    )
    caught = set(small(frames.automated)["person"])
    rows = []
    for person in sorted(caught | set(counts.index), key=lambda p: people[p]):
        name, n = str(people[person]), int(counts["n"].get(person, 0))
        if name.lower() in listed:
            rows.append({"name": name, "rule": "listed", "interactions": n, "reason": listed[name.lower()]["reason"]})
        elif person in caught:
            row = opened.loc[person]
            reason = (
                f"opened {row['threads']:,} threads on {row['artifacts']:,} artifacts, "
                f"{row['same'] / row['threads']:.0%} with the same text"
            )
            rows.append({"name": name, "rule": "behaviour", "interactions": n, "reason": reason})
        else:
            rows.append(
                {
                    "name": name,
                    "rule": "app",
                    "interactions": n,
                    "reason": "posted through an app; other interactions of the account count as human",
                }
            )
    return sorted(rows, key=lambda r: (-r["interactions"], r["name"]))
