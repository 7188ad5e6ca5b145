"""What stands round every page: whose interactions count, the window, what was not seen, and which collection it is."""

from typing import Any

from openlives.errors import NothingToAskError
from openlives.rules import Rules
from openlives.web.explorer.asking import Asking
from openlives.web.explorer.block import Block, ask
from openlives.web.explorer.links import Links, Live

READINGS = {"humans": "humans, automation left out", "everyone": "everyone, as the paper counts"}


def frame(asking: Asking, links: Links, rules: Rules, path: str, extra: list[tuple[str, str]]) -> dict[str, Any]:
    """Give what every page shows; `path` and `extra` are the page's own address."""
    try:
        seen: Block | None = ask(asking, "coverage", rules.but(within=()))
        why = ""
    except NothingToAskError as nothing:
        seen, why = None, str(nothing)
    switches = [
        (told, links.switched(people, path, extra), people == rules.people) for people, told in READINGS.items()
    ]
    return {
        "links": links,
        "live": links.live,
        "rules": rules,
        "changed": [(k, v) for k, v in links.carried if k != "people"] if isinstance(links, Live) else [],
        "seen": seen,
        "silent": why,
        "switches": switches,
        "fingerprint": asking.collection.fingerprint[:16],
        "current": asking.collection.is_current if isinstance(links, Live) else True,
    }
