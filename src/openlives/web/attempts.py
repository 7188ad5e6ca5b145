"""Guessing at passwords made slow: who was wrong too often waits, by coder and address; kept in memory only.

An attempt counts before it is looked at, so that many at once gain nothing, and names that nobody has count as others
do: neither the answer nor its time tells which there are.
"""

import threading
import time
from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import IPv6Address, ip_address

HOUR = 3600.0  # seconds after which an attempt is forgotten
FREE = {"coder and address": 5, "address": 20, "coder": 60}  # attempts an hour without waiting
LONGEST = {
    "coder and address": 900.0,
    "address": 900.0,
    "coder": 10.0,
}  # seconds: nobody is shut out by others for long
MOST = 20_000  # that are kept in mind
AT_ONCE = 2  # passwords that are looked at: each takes 16 MB
Key = tuple[str, ...]


@dataclass(slots=True)
class Attempts:
    """Attempts at entering: how many, and until when whoever makes them has to wait."""

    _known: dict[Key, tuple[int, float, float]] = field(default_factory=dict)  # how many, the last, wait until
    _lock: threading.Lock = field(default_factory=threading.Lock)
    looking: threading.BoundedSemaphore = field(default_factory=lambda: threading.BoundedSemaphore(AT_ONCE))

    def wait(self, project: str, name: str, address: str) -> int:
        """Count an attempt, and give 0; or do not, and give the seconds to wait."""
        now, keys = time.monotonic(), _keys(project, name, address)
        with self._lock:
            until = max(self._of(key, now)[2] for key in keys)
            if until > now:
                return int(until - now) + 1
            for key in keys:
                count = self._of(key, now)[0] + 1
                over = count - FREE[key[0]]
                pause = min(2.0 ** min(over, 20), LONGEST[key[0]]) if over >= 0 else 0.0
                self._known.pop(key, None)  # the last comes last
                self._known[key] = (count, now, now + pause)
            while len(self._known) > MOST:
                del self._known[next(iter(self._known))]
        return 0

    def right(self, project: str, name: str, address: str) -> None:
        """Forget the attempts of who was right in the end; of those at other coders from there, only this one."""
        with self._lock:
            pair, *others = _keys(project, name, address)
            self._known.pop(pair, None)
            for key in others:
                count, last, until = self._known.get(key, (0, 0.0, 0.0))
                if count:
                    self._known[key] = (count - 1, last, until)

    def _of(self, key: Key, now: float) -> tuple[int, float, float]:
        count, last, until = self._known.get(key, (0, now, 0.0))
        return (0, now, 0.0) if now - last > HOUR else (count, last, until)


@lru_cache(maxsize=16)
def of(key: bytes) -> Attempts:
    """Give the attempts at a collection, which is known by the key of its sessions."""
    del key
    return Attempts()


def _keys(project: str, name: str, address: str) -> tuple[Key, ...]:
    """Give what an attempt is counted by; a network of IPv6 addresses is one."""
    try:
        where = ip_address(address.partition("%")[0])
    except ValueError:
        where = ip_address(0)
    told = str(int(where) >> 64) if isinstance(where, IPv6Address) else str(where)
    return ("coder and address", project, name, told), ("address", told), ("coder", project, name)
