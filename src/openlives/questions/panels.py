"""The panel of a community: what is said where, week by week, and by how many (Figures 4 and 6-11)."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from openlives.measures.clock import calendar_week_start, date, whole_calendar_weeks
from openlives.questions.question import Answer, AxesGrid
from openlives.questions.style import GREY, INK, PALETTE


def parts(answer: Answer) -> list[str]:
    """Name the communities that have a panel."""
    return list(dict.fromkeys(answer.tables["weeks"]["community"]))


def rests_on(answer: Answer, part: str) -> int:
    """Count the active artifacts of one community."""
    table = answer.table[(answer.table["community"] == part) & (answer.table["variant"] == "all")]
    return int(table["artifacts"].sum())


def draw(answer: Answer, axes: AxesGrid, part: str) -> None:
    """A community's panel: stacked interactions by artifact, the busiest coloured, and below distinct contributors."""
    panel = answer.tables["weeks"][answer.tables["weeks"]["community"] == part]
    weeks = whole_calendar_weeks(*answer.rules.window)
    place = np.arange(len(weeks))
    edges, bottom = np.repeat(np.arange(len(weeks) + 1) - 0.5, 2)[1:-1], np.zeros(len(weeks))
    for colour, name, counts in _layers(panel, weeks):  # as steps; `stairs` asks each step for its limits
        ends = np.repeat(bottom, 2), np.repeat(bottom + counts, 2)
        axes[0].fill_between(edges, *ends, color=colour, label=name, lw=0)
        bottom += counts
    _mark_releases(answer, axes, part, weeks, bottom.max(initial=1))
    axes[0].set_ylabel("interactions a week")
    axes[0].set_title(part)
    axes[0].legend(
        loc="upper left",
        fontsize=6.5,
        handlelength=1,
        labelspacing=0.25,
        title="▼ first release, where known",
        title_fontsize=6.5,
        alignment="left",
    )
    axes[0].set_ylim(0, bottom.max(initial=1) * 2)
    people = panel[panel["what"] == "contributors"].set_index("week")["value"].reindex(weeks, fill_value=0)
    axes[1].plot(place, people.to_numpy(), color=INK, lw=1.1)
    axes[1].set_ylim(bottom=0)
    axes[1].set_ylabel("contributors\na week")
    step = max(1, len(weeks) // 6)
    axes[1].set_xticks(place[::step], [date(calendar_week_start(w)) for w in weeks[::step]], rotation=30, ha="right")
    axes[1].set_xlabel("calendar week (starting Monday)")


def _layers(panel: pd.DataFrame, weeks: range) -> Iterator[tuple[str, str, np.ndarray]]:
    """Yield colour, name and weekly counts: the other artifacts first, at the bottom, in grey."""
    named = list(dict.fromkeys(panel.loc[panel["what"] == "artifact", "name"]))
    others = list(dict.fromkeys(panel.loc[panel["what"] == "others", "name"]))
    for what, name, colour in [
        *(("others", name, GREY) for name in others),
        *(("artifact", name, PALETTE[place % len(PALETTE)]) for place, name in enumerate(named)),
    ]:
        line = panel[(panel["what"] == what) & (panel["name"] == name)].set_index("week")["value"]
        yield colour, name, line.reindex(weeks, fill_value=0).to_numpy(dtype=float)


def _mark_releases(answer: Answer, axes: AxesGrid, part: str, weeks: range, height: float) -> None:
    """Mark the release of each coloured artifact, where its date is known and in the window."""
    releases = answer.tables["releases"]
    if "created" not in releases:
        return
    for row in releases[releases["community"] == part].to_dict("records"):
        week = (row["created"] // 86400 + 3) // 7 - weeks.start
        if 0 <= week < len(weeks):
            axes[0].plot(
                [week],
                [height * 1.02],
                marker="v",
                ms=5,
                color=PALETTE[int(row["place"]) % len(PALETTE)],
                clip_on=False,
            )
