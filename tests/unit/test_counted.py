"""Models counted by owner, against sums that pandas makes model by model."""

import numpy as np
import pandas as pd

from openlives.questions.counted import Counted

FLAGS = pd.DataFrame(
    {
        "alike": [9, 2, 4],
        "active": [1, 0, 0],
        "yes_0": [1, 0, 1],
        "known_0": [1, 1, 0],
        "yes_1": [0, 1, 0],
        "known_1": [1, 1, 1],
    }
)
ITEMS = pd.DataFrame({"place": [1, 0], "tally": ["one", "one"], "item": ["b", "a"]})


def owned(seed, rows=60):
    """Make up how many models of which kind an owner has; kind 7 is in no register, and one owner has no key."""
    rng = np.random.default_rng(seed)
    table = pd.DataFrame(
        {"owner": rng.integers(0, 9, rows), "alike": rng.choice([2, 4, 7, 9], rows, p=[0.5, 0.2, 0.2, 0.1])}
    )
    table["models"] = rng.integers(1, 4, rows)
    return table.assign(owner=table["owner"].where(table["owner"] > 0).astype("Int64"))


def by_hand(table, place, only_active):
    """Give the kinds of owners and how many there are, model by model."""
    rows = table.merge(FLAGS, on="alike")
    weight = rows["models"] * (rows["active"] if only_active else 1)
    yes, known = weight * rows[f"yes_{place}"] * rows[f"known_{place}"], weight * rows[f"known_{place}"]
    sums = pd.DataFrame({"owner": rows["owner"], "yes": yes, "known": known}).groupby("owner", dropna=False).sum()
    return sums.value_counts().sort_index().to_dict()


def test_kinds_of_owners():
    """Items are in their places; owners without an active model are counted as such, others' models as they are."""
    for seed in range(20):
        table = owned(seed)
        counted = Counted.of({"owned": table, "kinds": FLAGS, "items": ITEMS})
        assert counted.items("one") == ["a", "b"]
        for place, item in enumerate("ab"):
            for rows, only_active in zip(counted.rows, (False, True), strict=True):
                both, owners = counted.kinds(("one", item), rows)
                found = dict(zip(map(tuple, both.astype(int)), owners.astype(int), strict=True))
                assert found == by_hand(table, place, only_active)


def test_no_models_at_all():
    """Nothing is counted of nothing."""
    counted = Counted.of({"owned": owned(1).head(0), "kinds": FLAGS, "items": ITEMS})
    both, owners = counted.kinds(("one", "a"), counted.rows[0])
    assert both.shape == (0, 2)
    assert owners.sum() == 0
