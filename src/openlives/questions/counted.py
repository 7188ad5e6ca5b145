"""Models counted by owner: which kinds of owners there are, by how many of their models have something."""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from openlives.questions.question import Tables
from openlives.stats.intervals import Array

Item = tuple[str, str]  # a tally and one of its items


@dataclass
class Counted:
    """Owners (numbered), kinds of models, and how many models of a kind an owner has, one row an owner and kind."""

    owner: NDArray[np.int64]
    kind: NDArray[np.int64]
    models: Array
    flags: pd.DataFrame
    place: dict[Item, int]
    owners: int
    last: dict[bool, tuple[bytes, Array]] = field(default_factory=dict)

    @classmethod
    def of(cls, tables: Tables) -> "Counted":
        """Take what `audit.tallies` measured; owners without a model in the register are left out."""
        flags = tables["kinds"].sort_values("alike", ignore_index=True)
        numbers, alike = flags["alike"].to_numpy(), tables["owned"]["alike"].to_numpy()
        kind = np.searchsorted(numbers, alike).clip(max=max(0, len(numbers) - 1))
        there = numbers[kind] == alike
        rows = tables["owned"] if there.all() else tables["owned"][there]
        owner, names = pd.factorize(rows["owner"], use_na_sentinel=False)
        items = tables["items"].sort_values("place")
        place = {item: n for n, item in enumerate(zip(items["tally"], items["item"], strict=True))}
        models = rows["models"].to_numpy(dtype=float)
        return cls(owner.astype(np.int64), kind[there], models, flags, place, len(names))

    def items(self, tally: str) -> list[str]:
        """Name the items of a tally, in the order in which they were asked for."""
        return [name for each, name in self.place if each == tally]

    def kinds(self, item: Item, *, only_active: bool) -> tuple[Array, Array]:
        """Kinds of owners, by models that have an item and those of which it is known; and how many owners are so."""
        if item not in self.place:
            return np.zeros((0, 2)), np.zeros(0)
        yes, known = (self._flag(part, item) for part in ("yes", "known"))
        both = self._by_owner(yes & known, only_active), self._known(known, only_active)
        width = both[1].max(initial=0) + 1
        pairs, owners = np.unique(both[0] * width + both[1], return_counts=True)
        return np.stack(np.divmod(pairs, width), axis=1), owners.astype(float)

    @cached_property
    def totals(self) -> tuple[int, int]:
        """Count all models, and those with an interaction."""
        models = np.bincount(self.kind, weights=self.models, minlength=len(self.flags))
        return int(models.sum()), int(models[self.flags["active"].to_numpy() == 1].sum())

    def _flag(self, part: str, item: Item) -> NDArray[np.bool_]:
        flag: NDArray[np.bool_] = self.flags[f"{part}_{self.place[item]}"].fillna(0).to_numpy(dtype=bool)
        return flag

    def _known(self, flag: NDArray[np.bool_], only_active: bool) -> Array:
        """Sum as below, but at once where the last item was known of the same models, as is often so."""
        if self.last.get(only_active, (b"",))[0] != flag.tobytes():
            self.last[only_active] = flag.tobytes(), self._by_owner(flag, only_active)
        return self.last[only_active][1]

    def _by_owner(self, flag: NDArray[np.bool_], only_active: bool) -> Array:
        """Sum the models of flagged kinds by owner."""
        chosen = flag & (self.flags["active"].to_numpy() == 1) if only_active else flag
        rows = chosen[self.kind]
        return np.bincount(self.owner[rows], weights=self.models[rows], minlength=self.owners).astype(float)
