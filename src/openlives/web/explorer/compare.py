"""Two to six models side by side."""

from typing import Any

from openlives.errors import NothingToAskError, RulesError
from openlives.report.profile import GROUPS, about, opened, zero
from openlives.rules import Rules
from openlives.web.explorer import charts
from openlives.web.explorer.asking import Asking
from openlives.web.explorer.block import ask, layers

MOST = 6


def compare(asking: Asking, rules: Rules, names: list[str]) -> dict[str, Any]:
    """Give models side by side; each is what it is alone, whatever stands beside it."""
    said = list(dict.fromkeys(name.strip() for name in names if name.strip()))
    if len(said) > MOST:
        raise RulesError(f"At most {MOST} models stand side by side, not {len(said)}", todo="Take some away.")
    chosen = list(dict.fromkeys(map(asking.collection.called, said)))
    found: dict[str, Any] = {"names": chosen, "groups": GROUPS, "life": None, "why": "", "most": MOST}
    if not chosen:
        return {**found, "quiet": []}
    facts = {name: about(asking.cursor(), name) for name in chosen}
    try:
        within = tuple(f"model:{name}" for name in chosen)
        life = ask(asking, "lives", rules.but(within=within, lives_most=max(len(chosen), rules.lives_most)))
    except NothingToAskError as nothing:
        return {**found, "why": nothing.what, "quiet": [(name, zero(facts[name])) for name in chosen]}
    weekly = layers(life.rows("weekly"), "name", "interactions")
    span = [week for counts in weekly.values() for week in counts]
    weeks = range(min(span), max(span) + 1)
    top = max(max(counts.values()) for counts in weekly.values())
    curves = {
        name: charts.stacked({"interactions": counts}, weeks, "interactions", high=110, top=top)
        for name, counts in weekly.items()
    }
    places = {name: opened(one, quotes=False) for name in chosen if (one := asking.assessed(name))}
    silent = [(name, zero(facts[name])) for name in chosen if name not in curves]
    return {**found, "life": life, "curves": curves, "places": places, "quiet": silent}
