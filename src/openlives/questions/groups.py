"""Any question of parts of a collection: models split by licence, gate, openness, task or library (methods, section 9).

No question knows of it: each is asked of frames that hold the artifacts of one group only.
"""

from collections.abc import Sequence
from dataclasses import replace

import narwhals.stable.v2 as nw
import pandas as pd

from openlives import questions
from openlives.errors import NothingToAskError, RulesError
from openlives.measures.engine import Frame, grouped
from openlives.measures.frames import Frames, small
from openlives.questions.question import Answer, Question

OF_REGISTER = ("quadrant", "licence", "licence_class", "gate", "access", "terms", "process", "osaid", "discussions")
BY = (*OF_REGISTER, "task", "library")
MOST = 8
NAMED = 12  # groups left out that are named; of the others their number is told
CAUTION = "Groups are of models as last seen, not as they were when somebody wrote: {by} may have been another then."


def split(question: Question, frames: Sequence[Frames], by: str, most: int = MOST) -> list[Answer]:
    """Ask a question of each group, the largest first, under every reading.

    A group's size is its number of artifacts with an interaction. Every answer names in its notes the groups that were
    left out, and those that hold nothing it could rest on.
    """
    if by not in BY:
        raise RulesError(f"Nothing can be split by {by!r}", todo=f"Split by one of: {', '.join(BY)}.")
    placed = frames[0].share(placed_by(frames[0], by), keep=True)
    sizes = _sizes(frames[0], placed)
    answers, empty = [], []
    for value in sizes["group"].head(most):
        members = placed.filter(nw.col("group") == value)
        parts = [each.only(members) for each in frames]
        try:
            found = questions.ask(question, parts)
        except NothingToAskError as nothing:
            empty.append(f"nothing to rest on for {by} = {value}: {nothing.what}")
        else:
            answers += [replace(answer, group=(by, value)) for answer in found]
        finally:
            for part in parts:
                part.share.close()
    if not answers:
        raise NothingToAskError(f"No group by {by} has anything to rest on", todo="Ask without --by to read why.")
    notes = (CAUTION.format(by=by), *empty, *_left_out(sizes.iloc[most:], by))
    return [replace(a, finding=replace(a.finding, notes=(*a.finding.notes, *notes))) for a in answers]


def placed_by(frames: Frames, by: str) -> Frame:
    """Every artifact with its group; what nobody knows is `unknown`."""
    table = frames.openness.select("artifact", by) if by in OF_REGISTER else frames.artifacts.select("artifact", by)
    joined = frames.artifacts.select("artifact").join(table, on="artifact", how="left")
    return joined.select("artifact", group=nw.col(by).cast(nw.String).fill_null("unknown"))


def _sizes(frames: Frames, placed: Frame) -> pd.DataFrame:
    """Groups with their artifacts and those with an interaction, the largest first."""
    lives = frames.lives.select("artifact", active=nw.lit(1))
    marked = placed.join(lives, on="artifact", how="left").with_columns(
        active=nw.col("active").fill_null(0).cast(nw.Int64)
    )
    sizes = small(grouped(marked, "group", artifacts=nw.len(), active=nw.col("active").sum()))
    return sizes.sort_values(["active", "artifacts", "group"], ascending=[False, False, True], ignore_index=True)


def _left_out(rest: pd.DataFrame, by: str) -> list[str]:
    """Name the groups that were not asked."""
    if rest.empty:
        return []
    named = [f"{row.group} ({row.active:,} active)" for row in rest.head(NAMED).itertuples()]
    if len(rest) > NAMED:
        named.append(f"and {len(rest) - NAMED:,} more ({rest['active'].iloc[NAMED:].sum():,} active)")
    return [f"smaller groups by {by}, not asked (--groups asks more): {', '.join(named)}"]
