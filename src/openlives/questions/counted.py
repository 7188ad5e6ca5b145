"""Models counted by owner: which kinds of owners there are, by how many of their models have something."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from openlives.questions.question import Tables
from openlives.stats.intervals import Array
from openlives.stats.trend import narrow

Item = tuple[str, str]  # a tally and one of its items


@dataclass
class Rows:
    """Models by owner (numbered) and kind, one row each, in the order of kinds; `without` owners have none of them.

    The rows of a kind are those from its place in `edges` to the next.
    """

    owner: NDArray[np.int64]
    models: Array
    edges: NDArray[np.int64]
    owners: int
    without: int
    last: tuple[bytes, Array] = (b"", np.zeros(0))

    def summed(self, flag: NDArray[np.bool_]) -> Array:
        """Sum the models of flagged kinds by owner."""
        kinds = np.flatnonzero(flag)
        sizes = self.edges[kinds + 1] - self.edges[kinds]
        rows = np.repeat(self.edges[kinds] - np.cumsum(sizes) + sizes, sizes) + np.arange(sizes.sum())
        return np.bincount(self.owner[rows], weights=self.models[rows], minlength=self.owners).astype(float)

    def known(self, flag: NDArray[np.bool_]) -> Array:
        """Do the same, but at once where the last item was known of the same models, as is often so."""
        if self.last[0] != flag.tobytes():
            self.last = flag.tobytes(), self.summed(flag)
        return self.last[1]

    def kinds(self, yes: NDArray[np.bool_], known: NDArray[np.bool_]) -> tuple[Array, Array]:
        """Kinds of owners, by models that have an item and those of which it is known; and how many owners are so."""
        base = self.known(known)
        width = base.max(initial=0) + 1
        pairs, owners = np.unique(self.summed(yes & known) * width + base, return_counts=True)
        if self.without:
            pairs, owners = np.append(0.0, pairs), np.append(self.without, owners)
            if pairs[1:2] == 0:
                pairs, owners = pairs[1:], np.append(owners[0] + owners[1], owners[2:])
        return np.stack(np.divmod(pairs, width), axis=1), owners.astype(float)


@dataclass(frozen=True)
class Counted:
    """Rows of all models and of those with an interaction, and which kinds of models have which items."""

    rows: tuple[Rows, Rows]
    flags: pd.DataFrame
    place: dict[Item, int]

    @classmethod
    def of(cls, tables: Tables) -> "Counted":
        """Take what `audit.tallies` measured; owners without a model in the register are left out."""
        flags = tables["kinds"].sort_values("alike", ignore_index=True)
        numbers, alike = flags["alike"].to_numpy(), tables["owned"]["alike"].to_numpy()
        kind = np.searchsorted(numbers, alike).clip(max=max(0, len(numbers) - 1))
        there = numbers[kind] == alike
        owned, kind = (tables["owned"], kind) if there.all() else (tables["owned"][there], kind[there])
        active = flags["active"].to_numpy()[kind] == 1
        every = _rows(owned, kind, len(flags))
        items = tables["items"].sort_values("place")
        place = {item: n for n, item in enumerate(zip(items["tally"], items["item"], strict=True))}
        return cls((every, _rows(owned[active], kind[active], len(flags), every.owners)), flags, place)

    def items(self, tally: str) -> list[str]:
        """Name the items of a tally, in the order in which they were asked for."""
        return [name for each, name in self.place if each == tally]

    def kinds(self, item: Item, rows: Rows) -> tuple[Array, Array]:
        """Kinds of owners by one item, among some rows; and how many owners are so."""
        if item not in self.place:
            return np.zeros((0, 2)), np.zeros(0)
        yes, known = (self.flags[f"{part}_{self.place[item]}"].to_numpy(dtype=bool) for part in ("yes", "known"))
        return rows.kinds(yes, known)


def _rows(owned: pd.DataFrame, kind: NDArray[np.int64], kinds: int, among: int = 0) -> Rows:
    order = np.argsort(narrow(kind), kind="stable")
    owner, names = pd.factorize(owned["owner"].to_numpy()[order], use_na_sentinel=False)
    edges = np.concatenate([[0], np.cumsum(np.bincount(kind, minlength=kinds))])
    models = owned["models"].to_numpy(dtype=float)[order]
    return Rows(owner.astype(np.int64), models, edges.astype(np.int64), len(names), max(0, among - len(names)))
