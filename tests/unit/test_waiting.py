"""Waiting that has not ended for all: Kaplan and Meier's curve and its intervals, beside statsmodels and a book."""

from fractions import Fraction

import numpy as np
import pytest
from scipy.stats import norm
from statsmodels.duration.survfunc import SurvfuncRight

from openlives.stats.waiting import waiting

# Weeks of remission under 6-mercaptopurine, and whether it ended: Freireich et al. 1963, in every book on survival.
LEUKAEMIA = (
    *((6, 1), (6, 1), (6, 1), (6, 0), (7, 1), (9, 0), (10, 1), (10, 0), (11, 0), (13, 1), (16, 1)),
    *((17, 0), (19, 0), (20, 0), (22, 1), (23, 1), (25, 0), (32, 0), (32, 0), (34, 0), (35, 0)),
)
Z = norm.ppf(0.975)


def of(pairs):
    """Estimate from pairs of a time and whether it ended the waiting."""
    times, served = zip(*pairs, strict=True) if pairs else ((), ())
    return waiting(np.array(times, dtype=float), np.array(served, dtype=bool))


def some(seed):
    """Make a random table with many ties, and more or less censoring."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, 40))
    return rng.integers(1, rng.integers(3, 30), n).astype(float), rng.random(n) < rng.choice([0.2, 0.6, 0.9, 1.0])


def by_fractions(times, served):
    """Give the curve by plain loops, without rounding: (time, share that waits still)."""
    still, curve = Fraction(1), []
    for time in sorted({t for t, s in zip(times, served, strict=True) if s}):
        at_risk = sum(t >= time for t in times)
        still *= 1 - Fraction(sum(t == time and bool(s) for t, s in zip(times, served, strict=True)), at_risk)
        curve.append((time, still))
    return curve


def test_a_published_table():
    """The 21 remissions: shares, Greenwood's errors and the median of 23 weeks are those in print."""
    found = of(LEUKAEMIA)
    assert found.times.tolist() == [6, 7, 10, 13, 16, 22, 23]
    np.testing.assert_allclose(found.still, [0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448], atol=0.0005)
    spread = np.log(np.log(found.low) / np.log(found.high)) / (2 * Z) * np.abs(np.log(found.still)) * found.still
    np.testing.assert_allclose(spread, [0.0764, 0.0869, 0.0963, 0.1068, 0.1141, 0.1282, 0.1346], atol=0.0001)
    assert found.quantile(0.5).value == 23
    assert found.served(6).value == pytest.approx(1 - 6 / 7)


@pytest.mark.parametrize("start", range(0, 400, 100))
def test_as_statsmodels(start):
    """Curve, error and the ends of quantiles are those of an independent program, on hundreds of tables."""
    compared = 0
    for seed in range(start, start + 100):
        times, served = some(seed)
        if not served.any():
            continue
        theirs, ours = SurvfuncRight(times, served), waiting(times, served)
        assert ours.times.tolist() == theirs.surv_times.tolist()
        np.testing.assert_allclose(ours.still, theirs.surv_prob, atol=1e-12)
        inside = theirs.surv_prob > 1e-9
        share, error = theirs.surv_prob[inside], theirs.surv_prob_se[inside]
        ends = [share ** np.exp(sign * Z * error / (share * np.abs(np.log(share)))) for sign in (1, -1)]
        np.testing.assert_allclose([ours.low[inside], ours.high[inside]], ends, atol=1e-9)
        with np.errstate(all="ignore"):
            compared += sum(same_ends(ours, theirs, p) for p in (0.25, 0.5, 0.75))
    assert compared > 100


def same_ends(ours, theirs, p):
    """Hold the ends of a quantile against theirs; tell whether there are any."""
    low, high = theirs.quantile_ci(p, method="cloglog")
    found = ours.quantile(p)
    if np.isnan(found.value) or np.isnan(low):
        return False
    assert found.low == low
    assert (np.inf if np.isnan(found.high) else found.high) == high
    return True


@pytest.mark.parametrize("share", [Fraction(1, 4), Fraction(1, 2), Fraction(3, 4), Fraction(9, 10)], ids=str)
def test_quantiles_are_not_missed_by_rounding(share):
    """The first time at which the share has been served, exactly: also where the curve meets it to the last digit."""
    for n in range(1, 60):
        times = np.arange(1, n + 1, dtype=float)
        tables = [(times, np.ones(n, bool)), (times, times % 3 > 0), some(1000 + n)]
        for when, served in tables:
            expected = next((t for t, still in by_fractions(when, served) if still <= 1 - share), None)
            found = waiting(when, served).quantile(float(share)).value
            assert (None if np.isnan(found) else found) == expected, (n, share)


def test_nobody_is_served():
    """All wait still: within what was watched it is nobody; beyond it, and by when half are, nobody knows."""
    found = of([(5, 0), (9, 0)])
    assert found.times.size == 0
    assert np.isnan(found.quantile(0.5).value)
    assert found.served(5).value == 0
    assert np.isnan(found.served(10).value)


def test_all_are_served():
    """Nobody is cut short: plain shares, and no end of an interval at all where nobody waits still."""
    found = of([(1, 1), (2, 1), (3, 1), (4, 1)])
    assert found.still.tolist() == [0.75, 0.5, 0.25, 0]
    assert [found.served(t).value for t in (0.5, 1, 2.5, 4, 100)] == [0, 0.25, 0.5, 1, 1]
    assert found.quantile(0.5).value == 2
    half, whole = found.served(2), found.served(4)
    assert 0 < half.low < 0.5 < half.high < 1
    assert np.isnan([whole.low, whole.high]).all()


def test_one_of_one():
    """One who was served at once is no proof that everybody is: there is a value, and no interval."""
    found = of([(3, 1)])
    assert (found.quantile(0.5).value, found.served(3).value) == (3, 1)
    assert np.isnan([found.quantile(0.5).low, found.served(3).low]).all()


def test_nobody_waits():
    """Without anybody nothing is known, and nothing goes wrong."""
    found = of([])
    assert np.isnan([found.quantile(0.5).value, found.served(1).value]).all()


def test_the_curve_beyond_the_last_look():
    """Where the last is cut short, what comes after is not known; where the last is served, all are."""
    cut, ended = of([(1, 1), (4, 0)]), of([(1, 1), (4, 1)])
    assert cut.served(4).value == 0.5
    assert np.isnan(cut.served(4.5).value)
    assert ended.served(4.5).value == 1


def test_an_end_that_is_not_reached():
    """A median whose upper end the data do not reach has none."""
    found = of(LEUKAEMIA).quantile(0.5)
    assert found.low <= 23
    assert np.isnan(found.high)


def test_waits_of_no_time():
    """Somebody who was served in the same second waited for 0, and was served by then."""
    found = of([(0, 1), (0, 1), (5, 1)])
    assert found.served(0).value == pytest.approx(2 / 3)
    assert found.quantile(0.5).value == 0
