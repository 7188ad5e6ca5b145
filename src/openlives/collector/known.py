"""What a collection knows of each model when it decides whom to ask: arrays with one row a model."""

from dataclasses import dataclass, fields
from typing import Self

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float32]
Listing = tuple[Floats, Floats, Floats]  # likes, downloads and trending score of each model, NaN where not known

DAY = 86_400
SPANS = (1, 7, 30, 90)  # days


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of each model, one row a model; times in integer seconds."""

    created: Ints  # release
    seen: Ints  # until when its comments are known: its last poll, or its release before the first
    events: Ints  # comments found, up to `seen`
    last: Ints  # time of the last of them; -1 without
    recent: Ints  # rows by SPANS: comments in so many days before `seen`
    likes: Floats  # of the last listing, as are the next two; NaN where not known
    downloads: Floats
    trending: Floats
    closed: NDArray[np.bool_]  # discussions are disabled

    def __len__(self) -> int:
        return len(self.created)

    def __getitem__(self, rows: slice | NDArray[np.generic]) -> Self:
        """Take some of the models."""
        return type(self)(**{f.name: getattr(self, f.name)[rows] for f in fields(self)})


class History:
    """Every comment that polls have found: a model (row of `Known`) and a time each, in any order."""

    def __init__(self, model: NDArray[np.integer], time: Ints) -> None:
        self._keys = np.sort((model.astype(np.int64) << 34) + time)  # 34 bits hold the seconds of 500 years

    def upto(self, rows: Ints, at: Ints | int) -> Ints:
        """Give the place behind the last comment of each row that is not later than a time."""
        return np.asarray(np.searchsorted(self._keys, (rows << 34) + np.maximum(at, 0), "right"), np.int64)

    def count(self, rows: Ints, after: Ints | int, at: Ints | int) -> Ints:
        """Count the comments of each row later than one time and not later than another."""
        return np.asarray(np.maximum(self.upto(rows, at) - self.upto(rows, after), 0), np.int64)

    def known(self, rows: Ints, created: Ints, seen: Ints, listing: Listing) -> Known:
        """Give what is known of some models when their comments are known until `seen`; all are open."""
        upto = self.upto(rows, seen)
        events = upto - np.searchsorted(self._keys, rows << 34)
        recent = [self.count(rows, seen - days * DAY, seen) for days in SPANS]
        last = np.full(len(rows), -1)
        last[events > 0] = self._keys[upto[events > 0] - 1] & (2**34 - 1)
        return Known(
            created=created, seen=seen, events=events, last=last, recent=np.stack(recent, axis=1),
            likes=listing[0], downloads=listing[1], trending=listing[2], closed=np.zeros(len(rows), bool),
        )  # fmt: skip
