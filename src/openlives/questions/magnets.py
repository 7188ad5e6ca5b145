"""Magnet and sticky of each artifact of a community, and its quadrant (methods, section 7)."""

import numpy as np
import pandas as pd

from openlives.questions.herds import Background, Herd


def magnets(herd: Herd, table: pd.DataFrame) -> pd.DataFrame:
    """Magnet and sticky of each artifact of a community in each period, and its quadrant, from the platform's table.

    After Yamashita et al. 2014, doi:10.1145/2597073.2597116. Quadrants are for artifacts with more than 10
    contributors, strictly above that period's median of the platform's.
    """
    crowded = table[table["contributors"] > 10]
    middle = crowded.groupby("period")[["magnet", "sticky"]].median().rename(columns=lambda c: f"{c}_median")
    mine = table[table["artifact"].isin(herd.active)].merge(middle, on="period", how="left").reset_index(drop=True)
    high_magnet, high_sticky = mine["magnet"] > mine["magnet_median"], mine["sticky"] > mine["sticky_median"]
    quadrant = np.select(
        [high_magnet & high_sticky, high_magnet, high_sticky], ["attractive", "fluctuating", "stagnant"], "terminal"
    )
    judged = (mine["contributors"] > 10) & mine["magnet"].notna() & mine["sticky"].notna()
    mine["quadrant"] = np.where(judged, quadrant, "")
    mine["name"] = mine["artifact"].map(herd.names)
    mine = mine[mine["contributors"] > 1].sort_values(["period", "name"])
    mine.insert(0, "community", herd.spec)
    return mine[["community", "name", "period", "contributors", "magnet", "sticky", "quadrant"]].reset_index(drop=True)


def magnet_and_sticky(background: Background) -> pd.DataFrame:
    """For every artifact and period of the platform: contributors, share of newcomers, share who come again."""
    ledger = background.ledger
    inside = ledger.period >= 0
    entries = pd.DataFrame(
        {
            "artifact": ledger.artifact[inside],
            "period": ledger.period[inside],
            "again": ledger.again[inside].astype(float),
        }
    )
    table = entries.groupby(["artifact", "period"], as_index=False).agg(
        contributors=("again", "size"), sticky=("again", "mean")
    )
    table.loc[table["period"] == ledger.periods - 1, "sticky"] = np.nan
    person, artifact, period = background.newcomers
    arrived = (
        pd.DataFrame({"artifact": artifact, "period": period}).groupby(["artifact", "period"], as_index=False).size()
    )
    everybody = pd.DataFrame({"person": person, "period": period}).drop_duplicates().groupby("period").size()
    table = table.merge(arrived.rename(columns={"size": "new"}), on=["artifact", "period"], how="left")
    table["magnet"] = table["new"].fillna(0) / table["period"].map(everybody)
    return table.drop(columns="new")
