"""What is true of the made-up world, in plain loops over what happened in it.

The house's own measures are tested against this, so nothing of them is used here. Definitions: methods, sections 1-8.
"""

from collections import Counter, defaultdict
from dataclasses import replace
from statistics import fmean, variance
from typing import Any, NamedTuple

from openlives.twin import governed, planted
from openlives.twin.cast import APP, BOTS, DAY, END, REMOTE, REPEATER, SCENES, START, TAGS, WEEK, Cast
from openlives.twin.replies import words
from openlives.twin.threads import Thread

NOTE = "A made-up world: its models, people and words do not exist. These are its true answers, to test software with."
LONG = 100 * DAY
WEEKS = range(11)


class Interaction(NamedTuple):
    """One comment: where, by whom (None: a deleted account), when."""

    model: str
    person: str | None
    time: int


def truth(cast: Cast, threads: list[Thread], seed: int) -> dict[str, Any]:
    """Give the answers for everyone and for humans, and what was planted."""
    threads = [replace(t, happenings=[h for _, h in t.shown()]) for t in readable(threads)]
    comments = [(t, h) for t in threads for h in t.happenings if h.kind == "comment"]
    everyone = [Interaction(t.model.name, None if h.account.deleted else h.account.name, h.time) for t, h in comments]
    apps = [happening.app for _, happening in comments]
    by_hand = [said for said, app in zip(everyone, apps, strict=True) if app is None]
    return {
        "note": NOTE,
        "seed": seed,
        "window": {"since": "2023-01-02", "until": "2024-12-31", "since_seconds": START, "until_seconds": END},
        "everyone": _answers(everyone),
        "humans": _answers([said for said in by_hand if said.person not in (*BOTS, REPEATER)]),
        "kinds": dict(sorted(Counter(h.kind for t in threads for h in t.happenings).items())),
        "planted": _planted(cast, threads),
    }


def readable(threads: list[Thread], now: int = END) -> list[Thread]:
    """Give the threads that anybody can read at a time."""
    return [thread for thread in threads if thread.model.state_at(now) == "open" and thread.shown(now)]


def _answers(interactions: list[Interaction]) -> dict[str, Any]:
    """Answer every question for some interactions; numbers are named as in the oracle's own file."""
    times: dict[str, list[int]] = defaultdict(list)
    parts: Counter[tuple[str, str]] = Counter()
    for model, person, time in interactions:
        times[model].append(time)
        if person is not None:
            parts[model, person] += 1
    people = Counter(model for model, _ in parts)
    return {
        "models": len(times),
        "interactions": len(interactions),
        "people": len({person for _, person in parts}),
        "duration_mean_days": fmean((max(t) - min(t)) / DAY for t in times.values()),
        "interactions_per_model_mean": fmean(len(t) for t in times.values()),
        "participants_per_model_mean": fmean(people[model] for model in times),
        "contributions_per_participant_mean": fmean(parts.values()),
        "contributions_per_participant_variance": variance([float(n) for n in parts.values()]),
        "persistence_top10": persistence(interactions)[:10],
        "lifecycle": _lifecycle(times),
    }


def persistence(interactions: list[Interaction]) -> list[tuple[str, int]]:
    """Score each model: over all weeks from Monday to Sunday, the number of people who came. Ties by name."""
    came = {(model, person, (time - START) // WEEK) for model, person, time in interactions if person is not None}
    scores = Counter(model for model, _, _ in came)
    return sorted(scores.items(), key=lambda scored: (-scored[1], scored[0]))


def _lifecycle(times: dict[str, list[int]]) -> dict[str, Any]:
    """Give the mean number of comments in each week of the long lives, zeros included, where the window covers it."""
    long = {model: sorted(t) for model, t in times.items() if max(t) - min(t) >= LONG}
    weeks = {}
    for week in WEEKS:
        at_risk = [t for t in long.values() if t[0] + WEEK * (week + 1) <= END]
        counts = [sum((time - t[0]) // WEEK == week for time in t) for t in at_risk]
        weeks[str(week)] = {"at_risk": len(at_risk), "comments_mean": fmean(counts)}
    return {"models": len(long), "weeks": weeks}


def _planted(cast: Cast, threads: list[Thread]) -> dict[str, Any]:
    """Say what was put in on purpose, and where."""
    scenes = {name: [model.name for model in cast.of(name)] for name in SCENES}
    return {
        "models": len(cast.models),
        "models_with_threads": len({thread.model.name for thread in threads}),
        "threads": len(threads),
        "bots": list(BOTS),
        "repeater": REPEATER,
        "app": {"name": APP, "person": REMOTE},
        "renamed": {model.former: model.name for model in cast.models if model.former},
        "outliers": {"one_account": scenes["monologue"][0], "no_files": scenes["noticeboard"][0]},
        "unread": Counter(outcome for _, _, outcome, _, _ in planted.unread(cast)),
        "communities": {name: _community(cast, name) for name in ("nomads", "settlers")},
        "tags": _tagged(cast),
        "family": planted.family(cast),
        "circle": planted.circle(cast),
        "comments": _odd_comments(threads),
        "scenes": scenes,
        "governance": governed.truth(cast, threads),
    }


def _community(cast: Cast, name: str) -> dict[str, Any]:
    """Describe a community: whose models they are, and how many people gather there."""
    models = cast.of(name)
    return {"owner": models[0].owner, "people": len(cast.people[name]), "models": [model.name for model in models]}


def _tagged(cast: Cast) -> dict[str, list[str]]:
    """Name the models of each tag that makes a community, in lower case."""
    tagged: dict[str, list[str]] = {tag: [] for tag in (*TAGS, "art", "mlx", "text-to-image")}
    for model in cast.models:
        own = {tag.lower() for tag in (*model.tags, model.task) if tag}
        for tag in own & tagged.keys():
            tagged[tag].append(model.name)
    return {tag: sorted(names) for tag, names in sorted(tagged.items())}


def _odd_comments(threads: list[Thread]) -> dict[str, int]:
    """Count the comments that are easily lost."""
    comments = [happening for thread in threads for happening in thread.happenings if happening.kind == "comment"]
    return {
        "by_deleted_accounts": sum(comment.account.deleted for comment in comments),
        "hidden": sum(comment.data["hidden_at"] <= END for comment in comments),
        "empty": sum(not words(comment) for comment in comments),
        "by_app": sum(comment.app is not None for comment in comments),
    }
