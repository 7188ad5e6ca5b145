"""Where models stand in the register of openness, and beside what others published of them."""

from collections.abc import Mapping, Sequence

import narwhals.stable.v2 as nw
import pandas as pd
from scipy.stats import binomtest

from openlives.governance.published import TABLES, Published, System, patterns, published
from openlives.measures.engine import Frame
from openlives.measures.frames import Frames
from openlives.questions.question import Number
from openlives.stats.intervals import Array, Interval, percentile, ratio

VERDICTS = ("terms", "gate", "access", "use", "process_own", "process", "quadrant", "osaid")
TEXTS = ("licence", "licence_class", "restrictions", "level", "terms_why", "access_why", "process_why", "osaid_why")
UNKNOWN = "unknown"
ASKS = {"none": "no", "auto": "yes", "manual": "yes"}  # whether one has to ask, for a gate that is known


def standings(frames: Frames, chosen: Frame) -> Frame:
    """Some models (their `artifact`) with owner and row of the register; what was not assessed is unknown, never no.

    Of a whole collection that would be more text than anybody reads: `Frames.models` has its owners and profiles.
    """
    models = frames.artifacts.filter(nw.col("kind") == "model").join(chosen, on="artifact", how="semi")
    register = frames.openness.select("artifact", *VERDICTS, *TEXTS).join(chosen, on="artifact", how="semi")
    joined = models.select("artifact", "name", owner="owner_key").join(register, on="artifact", how="left")
    return joined.with_columns(
        *(nw.col(name).fill_null(UNKNOWN) for name in VERDICTS), *(nw.col(name).fill_null("") for name in TEXTS)
    )


def collected(frames: Frames, systems: Sequence[System]) -> Frame:
    """Give the models of a collection by which published systems are known: `artifact`, `name`."""
    every = published().of(*TABLES)
    found = frames.once("published", lambda all_: all_.share(_models(all_, every)))
    return named(found, systems).join(frames.artifacts.select("artifact"), on="artifact", how="semi")


def _models(frames: Frames, systems: Sequence[System]) -> Frame:
    return named(frames.artifacts.filter(nw.col("kind") == "model").select("artifact", "name"), systems)


def named(artifacts: Frame, systems: Sequence[System]) -> Frame:
    """Those artifacts whose `name` is one by which systems are known."""
    whole, beginnings = patterns(systems)
    low = nw.col("name").str.to_lowercase()
    matches = low.is_in(whole)
    for beginning in beginnings:
        matches |= low.str.starts_with(beginning)
    return artifacts.filter(matches)


def systems_of(name: str, systems: Sequence[System]) -> list[System]:
    """Give the systems that a model of this name is of."""
    return [system for system in systems if system.matches(name)]


def agrees(ours: str, theirs: str) -> str:
    """Tell whether a verdict agrees with a published one: yes, no, or nothing where either is not known."""
    return "" if UNKNOWN in (ours, theirs) or not ours or not theirs else "yes" if ours == theirs else "no"


def licence_agrees(ours: str, theirs: str, known: Published) -> str:
    """Tell whether a licence is one that a published name can mean."""
    if not theirs or ours in ("", UNKNOWN, "other"):
        return ""
    return "yes" if ours in known.licences.get(theirs, ()) else "no"


def opened(verdict: str) -> str:
    """Read a verdict as the framework does: what is open in part is not open."""
    return "no" if verdict == "partial" else verdict


def why(row: Mapping[str, object], *verdicts: str) -> str:
    """Give the reasons of some verdicts about a model, in words."""
    reasons = [str(row[f"{verdict}_why"]) for verdict in verdicts if row[f"{verdict}_why"]]
    return "; ".join(dict.fromkeys(reasons)) or "no reason was kept"


def share(yes: int, of: int, drawn: Array, owners: int) -> Interval:
    """Give a share with its interval over draws (yes, of) of owners.

    Where no draw can differ, since it is all or nothing, the interval is Wilson's, with as many trials as owners.
    """
    if not of:
        return Interval(float("nan"))
    if 0 < yes < of:
        return percentile(yes / of, ratio(drawn[:, 0], drawn[:, 1])) if owners > 1 else Interval(yes / of)
    ends = binomtest(owners if yes else 0, owners).proportion_ci(method="wilson")
    return Interval(yes / of, float(ends.low), float(ends.high))


def agreement(flags: pd.Series, meaning: str) -> Number:
    """Give the share of comparable verdicts that agree (`yes` against `no`), with Wilson's interval."""
    n = int(flags.isin(["yes", "no", "in part"]).sum())
    if not n:
        return Number(None, f"{meaning} (of 0)")
    k = int((flags == "yes").sum())
    ends = binomtest(k, n).proportion_ci(method="wilson")
    return Number.of(Interval(k / n, float(ends.low), float(ends.high)), f"{meaning} ({k} of {n})")
