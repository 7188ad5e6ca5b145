"""Two to six models side by side."""

from typing import Any

from openlives.errors import NothingToAskError, RulesError
from openlives.report.profile import GROUPS, opened
from openlives.rules import Rules
from openlives.web.explorer import charts
from openlives.web.explorer.asking import Asking
from openlives.web.explorer.block import ask, layers

MOST = 6


def compare(asking: Asking, rules: Rules, names: list[str]) -> dict[str, Any]:
    """Give models side by side; each is what it is alone, whatever stands beside it."""
    chosen = list(dict.fromkeys(asking.collection.called(name.strip()) for name in names if name.strip()))
    if len(chosen) > MOST:
        raise RulesError(f"At most {MOST} models stand side by side, not {len(chosen)}", todo="Take some away.")
    found: dict[str, Any] = {"names": chosen, "groups": GROUPS, "life": None, "why": "", "most": MOST}
    if not chosen:
        return found
    try:
        within = tuple(f"model:{name}" for name in chosen)
        life = ask(asking, "lives", rules.but(within=within, lives_most=max(len(chosen), rules.lives_most)))
    except NothingToAskError as nothing:
        return {**found, "why": nothing.what}
    weekly = layers(life.rows("weekly"), "name", "interactions")
    span = [week for counts in weekly.values() for week in counts]
    weeks = range(min(span), max(span) + 1)
    top = max(max(counts.values()) for counts in weekly.values())
    curves = {
        name: charts.stacked({"interactions": counts}, weeks, "interactions", high=110, top=top)
        for name, counts in weekly.items()
    }
    places = {name: opened(one, quotes=False) for name in chosen if (one := asking.assessed(name))}
    return {**found, "life": life, "curves": curves, "places": places}
