"""How long one waits, when some are waiting still: Kaplan & Meier 1958, doi:10.1080/01621459.1958.10501452.

Intervals are those of Brookmeyer & Crowley 1982, doi:10.2307/2530286, on the scale log(-log S), with
Greenwood's variance.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from openlives.stats.intervals import Z95, Array, Interval

NONE = Interval(float("nan"))
ROUNDING = 1e-9  # a share that is met to the last digit is met: products of ratios come out a little above it


@dataclass(frozen=True, slots=True)
class Waiting:
    """The share that waits still, after each time at which somebody's waiting ended, with the ends of its interval.

    `watched` is the longest time that anybody was watched: where somebody waits still, nothing is known beyond it.
    """

    times: Array
    still: Array
    low: Array
    high: Array
    watched: float

    def quantile(self, share: float) -> Interval:
        """Give the time by which a share has been served; an end that the data do not reach is NaN."""
        value, low, high = (self._first(curve <= 1 - share + ROUNDING) for curve in (self.still, self.low, self.high))
        return Interval(value, low, high) if np.isfinite(value) else NONE

    def served(self, time: float) -> Interval:
        """Give the share that has been served by a time; NaN where the watching ended before that for all who wait."""
        place = int(np.searchsorted(self.times, time, side="right")) - 1
        if place >= 0 and self.still[place] == 0:
            return Interval(1.0)
        if not time <= self.watched:
            return NONE
        if place < 0:
            return Interval(0.0)
        return Interval(*(float(1 - curve[place]) for curve in (self.still, self.high, self.low)))

    def _first(self, reached: NDArray[np.bool_]) -> float:
        return float(self.times[np.argmax(reached)]) if reached.any() else float("nan")


def waiting(times: Array, served: NDArray[np.bool_]) -> Waiting:
    """Estimate from how long each waited (`times`), and whether that ended it (`served`) or only the watching."""
    ends, died = np.unique(times[served], return_counts=True)
    at_risk = len(times) - np.searchsorted(np.sort(times), ends, side="left")
    still = np.cumprod(1 - died / at_risk) if len(ends) else np.zeros(0)
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = np.sqrt(np.cumsum(died / (at_risk * (at_risk - died)))) / np.abs(np.log(still))
        low, high = (still ** np.exp(sign * Z95 * spread) for sign in (1, -1))
    # Where nobody waits still the scale has no value, and nothing is known of how sure that is; but it is over by then.
    low, high = np.where(still > 0, low, np.nan), np.where(still > 0, high, 0.0)
    curves = [np.asarray(curve, dtype=np.float64) for curve in (ends, still, low, high)]
    return Waiting(curves[0], curves[1], curves[2], curves[3], float(np.max(times, initial=-np.inf)))
