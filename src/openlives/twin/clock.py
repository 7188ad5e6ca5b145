"""The time in a made-up world, which may stand still, run, or run fast."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from openlives.twin.cast import END


@dataclass(slots=True)
class Clock:
    """Tells the world's time: `start` when the clock was made, and `factor` times as fast as `real` from then on."""

    start: int = END
    factor: float = 0.0
    real: Callable[[], float] = time.time
    made: float = field(init=False)

    def __post_init__(self) -> None:
        self.made = self.real()

    def now(self) -> int:
        """Give the world's time in seconds since 1970."""
        return int(self.start + self.factor * (self.real() - self.made))
