"""How far coders agree, code by code, and where they do not: what two coders sit down with."""

from typing import Any

import numpy as np
import pandas as pd

from openlives.coding.ratings import Ratings
from openlives.stats.codesets import sets
from openlives.stats.intervals import Interval
from openlives.stats.reliability import DRAWS, Reliability, binary, nominal

COEFFICIENTS = ("percent", "cohen", "fleiss", "alpha", "ac1")


def agreement_table(ratings: Ratings, *, draws: int = DRAWS, seed: int = 1) -> pd.DataFrame:
    """Measure agreement: a first row on all codes together, then one on each code, present or absent.

    Columns: `code` ("" on the first row), `kind` (nominal: one code a unit; sets: several, alpha with the MASI
    distance; code), `units` that anyone rated, `shared` by two or more, `prevalence: CODER` (share of the units that
    the coder rated to which the code was given), and percent, cohen, fleiss, alpha, ac1, each with `_low` and `_high`,
    the ends of the 95 % interval by resampling units. NaN: not defined (cohen: two coders; fleiss: as many ratings for
    each unit; all of them but percent: more than one code given). Where one coder never gives a code, cohen is 0 and
    its interval has no width, whatever the others say: prevalence tells.
    """
    each = binary(ratings.chosen, ratings.rated, draws=draws, seed=seed)
    rows = [_together(ratings, draws, seed)]
    for code, found in zip(ratings.codes, each, strict=True):
        shares = zip(ratings.coders, found.prevalence[:, 1], strict=True)
        rows.append(_row(code, "code", found) | {f"prevalence: {coder}": float(share) for coder, share in shares})
    prevalence = [f"prevalence: {coder}" for coder in ratings.coders]
    numbers = [f"{name}{end}" for name in COEFFICIENTS for end in ("", "_low", "_high")]
    return pd.DataFrame(rows, columns=["code", "kind", "units", "shared", *prevalence, *numbers])


def disagreements(ratings: Ratings) -> pd.DataFrame:
    """List the units on which coders who rated them differ: unit, address, where, and what each said.

    None: not rated; "": rated, and no code given.
    """
    same = (ratings.chosen == ratings.chosen[_first(ratings)][:, None]).all(2)
    apart = (~same & ratings.rated).any(1)
    rows = [
        [unit.name, unit.address, unit.where, *(ratings.words(row, coder) for coder in range(len(ratings.coders)))]
        for row, unit in enumerate(ratings.units)
        if apart[row]
    ]
    return pd.DataFrame(rows, columns=["unit", "address", "where", *ratings.coders], dtype=object)


def _first(ratings: Ratings) -> Any:
    """Give what picks, for each unit, the first coder who rated it."""
    return np.arange(len(ratings.units)), ratings.rated.argmax(1)


def _together(ratings: Ratings, draws: int, seed: int) -> dict[str, Any]:
    if ratings.single:
        return _row("", "nominal", nominal(ratings.said, len(ratings.codes), draws=draws, seed=seed))
    found = sets(ratings.chosen, ratings.rated, draws=draws, seed=seed)
    known = {"code": "", "kind": "sets", "units": found.units, "shared": found.shared}
    return known | _ends("percent", found.percent) | _ends("alpha", found.alpha)


def _row(code: str, kind: str, found: Reliability) -> dict[str, Any]:
    row = {"code": code, "kind": kind, "units": found.units, "shared": found.shared}
    for name in COEFFICIENTS:
        row |= _ends(name, getattr(found, name))
    return row


def _ends(name: str, found: Interval) -> dict[str, float]:
    return {name: found.value, f"{name}_low": found.low, f"{name}_high": found.high}
