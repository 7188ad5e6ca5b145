"""Whom to ask next: rates are learned, the floor holds, and the choice beats polling in turn."""

import tracemalloc
from dataclasses import replace

import numpy as np
import pytest

from openlives.collector import expected
from openlives.collector.expected import LATE_COST, choose, explain, fit, floor_pace, lesson, worth
from openlives.collector.known import DAY, History

NOW = 20_000 * DAY
HOUR = 3600


def unlisted(models):
    """Give a list that tells nothing."""
    return (np.full(models, np.nan, np.float32),) * 3


def everything(history, created, seen):
    """Give what is known of all models, of which the list tells nothing."""
    return history.known(np.arange(len(created)), created, seen, unlisted(len(created)))


def poisson_world(seed, models=4000, days=200):
    """Give constant rates of which most are 0, and the events of so many days before NOW."""
    rng = np.random.default_rng(seed)
    rate = np.where(rng.random(models) < 0.15, rng.choice([0.05, 0.3, 1.0], models), 0)
    model = np.repeat(np.arange(models), rng.poisson(rate * days))
    time = NOW - (rng.random(len(model)) * days * DAY).astype(np.int64)
    return rate, np.full(models, NOW - days * DAY) - rng.integers(0, DAY, models), model, time


def learned(history, created, seen, now=NOW):
    """Give a rule from lessons of the four weeks before."""
    return fit([lesson(history, created, seen, unlisted(len(created)), now - week * 7 * DAY) for week in range(1, 5)])


def test_rates_of_a_poisson_world():
    """Where rates are constant, those expected are the same, on the average of each, within a quarter."""
    rate, created, model, time = poisson_world(1)
    history, seen = History(model, time), np.full(len(rate), NOW)
    rule = learned(history, created, seen)
    assert rule.lively.learned
    assert rule.lively.comments > 1000
    told = rule.rate(everything(history, created, seen), NOW)
    for one in (0.05, 0.3, 1.0):
        assert told[rate == one].mean() == pytest.approx(one, rel=0.25)
    assert told[rate == 0].max() < 0.01
    assert told.sum() == pytest.approx(rate.sum(), rel=0.1)


def test_known_by_hand():
    """Five events: how many are known until each last look, in each span before it, and the last of them."""
    model, time = np.array([1, 0, 0, 0, 1]), NOW - np.array([1, 100, 20, 2, 40]) * DAY
    known = everything(History(model, time), np.full(3, NOW - 300 * DAY), np.array([NOW, NOW - 10 * DAY, NOW]))
    assert known.events.tolist() == [3, 1, 0]
    assert known.recent.tolist() == [[0, 1, 2, 2], [0, 0, 0, 1], [0, 0, 0, 0]]
    assert known.last.tolist() == [NOW - 2 * DAY, NOW - 40 * DAY, -1]
    assert len(known) == 3
    assert len(known[:2]) == 2


def test_lesson_by_hand(monkeypatch):
    """A lesson knows what was known before its moment, and counts what came within a week, as far as that is known."""
    then = NOW - 30 * DAY
    model, time = np.array([0, 0, 0, 1, 1]), then + np.array([-5, 2, 8, 1, 4]) * DAY
    created = np.array([then - 50 * DAY, then - 3 * DAY, then + DAY, then - DAY])
    seen = np.array([NOW, then + 3 * DAY, NOW, then])
    for gap, known_until, events in ((0, [then, then], [1, 0]), (10, [then - 10 * DAY, created[1]], [0, 0])):
        monkeypatch.setattr(expected, "GAPS", (gap,))
        one = lesson(History(model, time), created, seen, unlisted(4), then)
        assert one.known.seen.tolist() == known_until
        assert one.known.events.tolist() == events
        assert one.found.tolist() == [1, 1]
        assert one.days.tolist() == [7, 3]
        assert one.weight.tolist() == [1, 1]


def test_a_sample_stands_for_the_silent(monkeypatch):
    """Of ten thousand silent models some hundred are kept, which weigh as much as all; the others are all kept."""
    monkeypatch.setattr(expected, "SILENT_ROWS", 100)
    created = NOW - np.random.default_rng(11).integers(10 * DAY, 90 * DAY, 10_100)
    history = History(np.arange(100), np.full(100, NOW - 2 * DAY))
    one = lesson(history, created, np.full(10_100, NOW), unlisted(10_100), NOW - 7 * DAY)
    assert 150 < len(one.known) < 350
    assert one.found.sum() == 100
    assert one.weight.sum() == pytest.approx(10_100)


def test_without_history_the_defaults_stand():
    """With nothing to learn from, a rule says that it has not learned, and still gives sensible rates."""
    created = np.full(50, NOW - 30 * DAY)
    history = History(np.array([0, 0, 0]), NOW - np.array([1, 2, 3]) * DAY)
    for rule in (fit([]), learned(history, created, np.full(50, NOW))):
        assert not rule.silent.learned
        assert not rule.lively.learned
        assert explain(rule).count("defaults: there is too little to learn from") == 2
        rate = rule.rate(everything(history, created, np.full(50, NOW)), NOW)
        assert (rate > 0).all()
        assert rate[0] > 10 * rate[1]


def test_explain_names_what_was_learned():
    """The words for a learned rule carry the number of comments, and leave out what the list never told."""
    _, created, model, time = poisson_world(2)
    rule = learned(History(model, time), created, np.full(len(created), NOW))
    words = explain(rule)
    assert f"models with comments (learned from {rule.lively.comments:,} comments)" in words
    assert "for twice the comments ever" in words
    assert "likes" not in words.split("models with comments")[1]


def test_order_of_rows_does_not_matter():
    """The same models in another order have the same rates, and the same are chosen."""
    rate, created, model, time = poisson_world(3)
    rng = np.random.default_rng(4)
    seen = NOW - rng.integers(0, 10 * DAY, len(rate))
    order = rng.permutation(len(rate))
    place = np.argsort(order)
    told = []
    for who, rows in ((model, np.arange(len(rate))), (place[model], order)):
        history = History(who, time)
        rule = learned(history, created[rows], seen[rows])
        told.append(rule.rate(everything(history, created[rows], seen[rows]), NOW))
    np.testing.assert_allclose(told[1], told[0][order], rtol=1e-3)
    first, _ = choose(told[0], seen, NOW, 200)
    second, _ = choose(told[0][order], seen[order], NOW, 200)
    assert {*first.tolist()} == {*order[second].tolist()}


def test_closed_models_expect_nothing_and_odd_numbers_do_no_harm():
    """Rates are finite whatever the list says, and 0 where discussions are disabled."""
    _, created, model, time = poisson_world(5, models=300)
    history, seen = History(model, time), np.full(300, NOW)
    listing = np.array([np.nan, 0, -1, 1e12], np.float32)[np.arange(300) % 4]
    known = replace(
        everything(history, created, seen), likes=listing, downloads=listing, trending=listing, closed=listing == 0
    )
    for rule in (fit([]), learned(history, created, seen)):
        rate = rule.rate(known, NOW)
        assert np.isfinite(rate).all()
        assert ((rate == 0) == known.closed).all()
        assert np.isfinite(rule.rate(known, NOW - 500 * DAY)).all()


def test_no_models():
    """Without models there is nothing to learn, to expect or to choose."""
    none, nothing = np.zeros(0, np.int64), History(np.zeros(0, np.int64), np.zeros(0, np.int64))
    rule = learned(nothing, none, none)
    assert len(rule.rate(everything(nothing, none, none), NOW)) == 0
    rows, floor = choose(np.zeros(0, np.float32), none, NOW, 10)
    assert (len(rows), floor) == (0, 0)


def test_more_requests_than_models():
    """With requests to spare, every model is polled, once."""
    rows, _ = choose(np.ones(7, np.float32), np.full(7, NOW - DAY), NOW, 100)
    assert sorted(rows.tolist()) == list(range(7))


def test_worth_by_hand():
    """Two days at 3 a day: each waits, and all of a day's would be late; half a day: nothing is late yet."""
    told = worth(np.array([3, 3], np.float32), NOW - np.array([2 * DAY, DAY // 2]), NOW)
    assert told.tolist() == [3 * (2 + LATE_COST), 3 * 0.125]


def test_the_same_again():
    """The same question has the same answer."""
    rng = np.random.default_rng(6)
    rate, seen = rng.random(500).astype(np.float32), NOW - rng.integers(0, 90 * DAY, 500)
    np.testing.assert_array_equal(choose(rate, seen, NOW, 50)[0], choose(rate, seen, NOW, 50)[0])


@pytest.mark.parametrize(("floor_days", "promised"), [(None, 50), (60.0, 60), (20.0, 50)])
@pytest.mark.parametrize("hours", [1, 4, 24])
def test_the_floor_holds(floor_days, promised, hours):
    """Models of which nothing is expected are polled in time, from at most a fifth of the requests."""
    models, budget = 600, 60 / (24 / hours)  # a day's sixty polls, a fifth of which gets round in fifty days
    rate = np.where(np.arange(models) < 100, 50, 0).astype(np.float32)
    seen = NOW - np.random.default_rng(7).integers(0, 10 * DAY, models)
    owed = asked = floor = worst = 0
    for now in range(NOW, NOW + 130 * DAY, hours * HOUR):
        owed += budget
        rows, quota = choose(rate, seen, now, int(owed), days=hours / 24, floor_days=floor_days)
        owed, asked, floor = owed % 1, asked + len(rows), floor + quota
        seen[rows] = now
        worst = max(worst, now - seen.min())
    assert floor <= 0.2 * asked + 1
    assert worst / DAY <= promised * 1.02 + hours / 24
    assert models / floor_pace(models, 60, 1, floor_days, 0.2) == pytest.approx(promised)


def bursts(rng, models=6000, days=120):
    """Give creation times and events: a tenth of the models burst after their release and fade, a few go on."""
    created = np.sort(NOW - (rng.random(models) * days * DAY).astype(np.int64))
    size = np.where(rng.random(models) < 0.1, rng.pareto(1.3, models) * 2, 0)
    model = np.repeat(np.arange(models), rng.poisson(np.minimum(size, 200)))
    age = np.where(rng.random(len(model)) < 0.8, rng.gamma(1.5, 8, len(model)), rng.random(len(model)) * days)
    time = created[model] + (age * DAY).astype(np.int64)
    kept = np.lexsort((time, model))
    return created, model[kept], time[kept]


def within_a_day(created, model, time, pick, start):
    """Play days of four-hour steps with five polls a hundred models a day; give the share found within a day."""
    history, rows = History(model, time), np.arange(len(created))
    seen = np.maximum(created, start - (np.random.default_rng(8).random(len(rows)) * 20 * DAY).astype(np.int64))
    found = np.full(len(time), NOW + 10 * DAY)
    for now in range(start + 4 * HOUR, NOW + 1, 4 * HOUR):
        models = int(np.searchsorted(created, now // DAY * DAY))
        polled = pick(history, created[:models], seen[:models], now, int(0.05 * models / 6))
        new = np.isin(model, polled) & (time > seen[model]) & (time <= now)
        found[new] = now
        seen[polled] = now
    scored = (time > start) & (time <= NOW)
    return np.mean((found - time)[scored] <= DAY)


def test_better_than_taking_turns_and_than_the_square_root():
    """On a made-up world of bursts, several times as much is found within a day as in turn, and more than by roots."""
    created, model, time = bursts(np.random.default_rng(9))
    start, rules = NOW - 30 * DAY, {}

    def ours(history, created, seen, now, requests):
        week = (now - start) // (7 * DAY)
        if week not in rules:
            rules[week] = learned(history, created, seen, now)
        rate = rules[week].rate(everything(history, created, seen), now)
        return choose(rate, seen, now, requests, days=1 / 6, floor_days=None)[0]

    def root(history, created, seen, now, requests):
        known = everything(history, created, seen)
        days = (seen - created) / DAY
        rate = (known.events + known.events.sum() / days.sum() * 10) / (days + 10)
        stale = np.argsort(seen, kind="stable")[: requests // 5]
        score = np.sqrt(rate) * (now - seen)
        score[stale] = -1
        return np.concatenate([stale, np.argsort(-score, kind="stable")[: requests - len(stale)]])

    def turns(_history, _created, seen, _now, requests):
        return np.argsort(seen, kind="stable")[:requests]

    told = {pick: within_a_day(created, model, time, pick, start) for pick in (ours, root, turns)}
    assert told[ours] > 5 * told[turns]
    assert told[ours] >= told[root]


def test_millions_of_models_in_bounded_memory():
    """Half a million models take less than 100 MB to decide upon: three million, less than 500."""
    models = 500_000
    created = NOW - np.random.default_rng(10).integers(0, 900 * DAY, models)
    known = everything(History(np.arange(40_000), created[:40_000] + 5), created, np.full(models, NOW - 3 * DAY))
    rule = fit([])
    tracemalloc.start()
    rows, _ = choose(rule.rate(known, NOW), known.seen, NOW, 25_000)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(rows) == 25_000
    assert peak < 100e6
