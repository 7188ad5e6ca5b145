"""How fast we may ask: a share of the quota, spread evenly over the windows that the Hub counts in.

The Hub tells in every reply how much is left (`RateLimit: "api";r=490;t=120`) and what the quota is
(`RateLimit-Policy: "fixed window";"api";q=500;w=300`). Whatever else uses the same token shows in `r`, and comes first.
"""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from openlives.quotas import TIERS, WINDOW

CARE = 0.985  # of the share: windows are told in whole seconds, so that a few requests may count for the next one
CATCH_UP = 1.25  # times the even rate, after a pause
RESERVE = 0.005  # of the quota, never touched
SCARCE = 0.05  # of the quota: below, one request at a time
ALONE = 0.02  # seconds between looks at whether a request has come back


@dataclass(slots=True)
class Pace:
    """Lets requests of one bucket pass, one by one, each at its time."""

    share: float
    bucket: str = "api"
    quota: int = TIERS["anonymous"].api
    window: float = WINDOW
    ends: float | None = None  # when the window ends, in the loop's time
    sent: int = 0  # ours in this window
    left: int | None = None  # as the Hub last told
    waiting: int = 0  # sent, and not answered yet
    next: float = 0.0
    blocked: float = 0.0
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def turn(self) -> None:
        """Wait until the next request may go out, and count it."""
        async with self.lock:
            while (wait := self._wait(self._roll())) > 0:  # noqa: ASYNC110  # it is time that we wait for
                await asyncio.sleep(wait)
            now = self._roll()
            self.next = max(self.next, now) + self._interval(now)
            self.sent += 1
            self.waiting += 1

    def _roll(self) -> float:
        """Begin a new window when the old one is over; give the time."""
        now = asyncio.get_running_loop().time()
        if self.ends is not None and now >= self.ends:
            self.ends += self.window * ((now - self.ends) // self.window + 1)
            self.sent, self.left = 0, None
        return now

    def _room(self) -> float:
        """Say how many requests are ours until the window ends."""
        ours = max(1.0, self.share * self.quota * CARE) - self.sent
        free = self.quota if self.left is None else self.left - self.waiting - RESERVE * self.quota
        return min(ours, free)

    def _wait(self, now: float) -> float:
        """Say how long to wait at least."""
        if now < self.blocked:
            return self.blocked - now
        if self.ends is None:  # nothing is known yet: one request finds out
            return ALONE if self.waiting else 0.0
        if self._room() < 1:
            return ALONE if self.waiting else self.ends - now + ALONE
        if self.waiting and self.left is not None and self.left - self.waiting < SCARCE * self.quota * self.share:
            return ALONE
        return self.next - now

    def _interval(self, now: float) -> float:
        """Spread what is left over the time that is left, but never much faster than evenly."""
        if self.ends is None:
            return 0.0
        even = self.window / (self.share * self.quota)
        return max((self.ends - now) / max(self._room(), 1), even / CATCH_UP)

    def heard(self, headers: Mapping[str, str]) -> None:
        """Learn from the headers of a reply, or from the lack of one (no headers)."""
        self.waiting -= 1
        now = self._roll()
        policy, limit = headers.get("ratelimit-policy", ""), headers.get("ratelimit", "")
        if f'"{self.bucket}"' not in policy + limit:  # what is told of another bucket is not for us
            policy = limit = ""
        if (told := re.search(r"q=(\d+);\s*w=(\d+)", policy)) and int(told[1]) > 0 and int(told[2]) > 0:
            self.quota, self.window = int(told[1]), float(told[2])
        if told := re.search(r"r=(\d+);\s*t=(\d+)", limit):
            self._limit(int(told[1]), now + min(int(told[2]), self.window))
        elif self.ends is None and headers:
            self.ends = now + self.window

    def _limit(self, left: int, ends: float) -> None:
        """Take what a reply says of its window, unless it speaks of one that is over."""
        if self.ends is None or ends > self.ends + self.window / 2:
            self.sent = self.sent if self.ends is None else 0
            self.ends, self.left = ends, left
        elif ends > self.ends - self.window / 2:
            self.ends, self.left = min(ends, self.ends), left

    def block(self, seconds: float) -> None:
        """Let nothing pass for a while."""
        self.blocked = max(self.blocked, asyncio.get_running_loop().time() + seconds)
