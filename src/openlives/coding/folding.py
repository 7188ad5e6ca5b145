"""Long code and logs folded: what people say is between them."""

import re

FENCE = re.compile(r"^(`{3,}|~{3,})")
SHOWN = 3  # lines of a folded stretch that are shown
LONG = 8  # lines from which a stretch of code is folded


def folded(text: str) -> str:
    """Give a comment with its long fenced stretches cut to their first lines, and how many were left out."""
    told: list[str] = []
    held: list[str] = []
    fence = ""
    for line in text.split("\n"):
        mark = FENCE.match(line.strip())
        if fence and line.strip().startswith(fence):
            told += [*_cut(held), line]
            held, fence = [], ""
        elif fence:
            held.append(line)
        else:
            fence = mark[1] if mark else ""
            told.append(line)
    return "\n".join([*told, *_cut(held)])


def _cut(lines: list[str]) -> list[str]:
    if len(lines) < LONG:
        return lines
    return [*lines[:SHOWN], f"[… {len(lines) - SHOWN} lines folded]"]
