"""What the Hub lets an account ask for: requests in windows of five minutes, by tier and bucket.

As the Hub's page on rate limits had it in August 2026; a reply's own `RateLimit-Policy` header always comes first.
"""

from typing import NamedTuple

WINDOW = 300  # seconds


class Tier(NamedTuple):
    """Requests a window: to the API, to files (resolvers), to pages."""

    api: int
    resolvers: int
    pages: int


TIERS = {
    "anonymous": Tier(500, 3_000, 100),
    "free": Tier(1_000, 5_000, 200),
    "pro": Tier(2_500, 12_000, 400),
    "team": Tier(3_000, 20_000, 400),
    "enterprise": Tier(6_000, 50_000, 600),
    "enterprise-plus": Tier(10_000, 100_000, 1_000),
    "enterprise-plus-high": Tier(100_000, 100_000, 1_000),
}


def bucket(path: str) -> str:
    """Say which quota a path counts against."""
    if path.startswith("/api/"):
        return "api"
    return "resolvers" if "/resolve/" in path else "pages"
