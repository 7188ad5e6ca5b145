"""Quotas as the Hub keeps them: fixed windows of five minutes, by token or address, told of in every reply."""

import math
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from openlives.quotas import TIERS, WINDOW, Tier, bucket

ENDLESS = Tier(10**9, 10**9, 10**9)


@dataclass(slots=True)
class Quota:
    """Counts what each client asks for; `counts` keeps every window, so that a test can look."""

    real: Callable[[], float]
    endless: bool = False
    counts: Counter[tuple[str, str, int]] = field(default_factory=Counter)
    refused: Counter[tuple[str, int]] = field(default_factory=Counter)

    def spend(self, client: str, tier: str, path: str) -> tuple[bool, dict[str, str]]:
        """Count one request; tell whether it is within the quota, and the headers that say so."""
        kind, moment = bucket(path), self.real()
        window = int(moment // WINDOW)
        allowed: int = getattr(ENDLESS if self.endless else TIERS[tier], kind)
        fine = self.counts[client, kind, window] < allowed
        if fine:
            self.counts[client, kind, window] += 1
        else:
            self.refused[client, window] += 1
        left = allowed - self.counts[client, kind, window]
        until = math.ceil((window + 1) * WINDOW - moment)
        return fine, {
            "ratelimit": f'"{kind}";r={left};t={until}',
            "ratelimit-policy": f'"fixed window";"{kind}";q={allowed};w={WINDOW}',
        }


def who(scope: dict[str, Any]) -> tuple[str, str, bool]:
    """Tell a client by its token or address: its name, its tier, and whether it may see what is private.

    A token of the twin says its tier itself: `hf_pro_x`, `hf_free_insider`; any other token is a free account's.
    """
    headers = dict(scope["headers"])
    token = headers.get(b"authorization", b"").decode("latin-1").removeprefix("Bearer ").strip()
    if not token:
        return f"address {(scope.get('client') or ['nowhere'])[0]}", "anonymous", False
    named = token.removeprefix("hf_").split("_")[0]
    return f"token {token}", named if named in TIERS else "free", token.endswith("_insider")
