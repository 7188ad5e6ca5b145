"""Agreement of two readings: against scikit-learn on random tables, and at the edges where nothing is known."""

import numpy as np
import pytest
from sklearn import metrics

from openlives.stats.agreement import (
    BINARY,
    ORDERED,
    accuracy,
    agreement,
    balanced_accuracy,
    f1,
    kappa,
    paired,
    precision,
    recall,
    tables,
)

THEIRS = {
    "accuracy": metrics.accuracy_score,
    "balanced_accuracy": metrics.balanced_accuracy_score,
    "precision": metrics.precision_score,
    "recall": metrics.recall_score,
    "f1": metrics.f1_score,
    "kappa": metrics.cohen_kappa_score,
}


def one(truth, other, levels=2):
    """Give the one table of two readings."""
    return tables(np.array(truth), np.array(other), np.zeros(len(truth), int), levels)[0]


def readings(seed, levels, rows=60):
    """Give two readings that agree more often than by chance, and have every level."""
    rng = np.random.default_rng(seed)
    truth = np.concatenate([np.arange(levels), rng.integers(0, levels, rows)])
    other = np.where(rng.random(len(truth)) < 0.6, truth, rng.integers(0, levels, len(truth)))
    other[:levels] = np.arange(levels)
    return truth, other


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("name", THEIRS)
def test_two_levels_as_scikit_learn(name, seed):
    """Each statistic of two levels is scikit-learn's."""
    truth, other = readings(seed, 2)
    assert BINARY[name](one(truth, other)) == pytest.approx(THEIRS[name](truth, other))


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("weights", [None, "linear", "quadratic"])
def test_weighted_kappa_as_scikit_learn(weights, seed):
    """Kappa of four ordered levels, plain and weighted, is scikit-learn's."""
    truth, other = readings(seed, 4)
    expected = metrics.cohen_kappa_score(truth, other, weights=weights)
    assert kappa(one(truth, other, 4), weights or "none") == pytest.approx(expected)


@pytest.mark.parametrize("seed", range(5))
def test_balanced_accuracy_of_the_levels_there_are(seed):
    """A level that the truth does not have is left out, as scikit-learn leaves it out."""
    truth, other = readings(seed, 3)
    truth = np.where(truth == 1, 2, truth)
    with pytest.warns(UserWarning, match="not in y_true"):
        expected = metrics.balanced_accuracy_score(truth, other)
    assert balanced_accuracy(one(truth, other, 3)) == pytest.approx(expected)


def test_kappa_as_published():
    """Cohen's own worked example (1960, table 1): observed .70, by chance .41, kappa .492."""
    table = np.array([[88, 10, 2], [14, 40, 6], [18, 10, 12]])
    assert float(kappa(table.astype(float))) == pytest.approx((0.70 - 0.41) / (1 - 0.41))


def test_nothing_answered_is_not_known():
    """No row gives no number, and no interval."""
    counted = tables(np.zeros(0, int), np.zeros(0, int), np.zeros(0, int), 2)
    found = agreement(BINARY, counted, draws=20)
    assert {*found} == {*BINARY}
    assert all(np.isnan([value.value, value.low, value.high]).all() for value in found.values())
    assert np.isnan(paired(counted, counted, draws=20).share)


@pytest.mark.parametrize("truth", [[0, 0, 0], [1, 1, 1]])
def test_one_level_only(truth):
    """Where the truth has one level, balance and kappa are not known; accuracy is."""
    found = agreement(BINARY, tables(np.array(truth), np.array([0, 1, 1]), np.arange(3), 2), draws=50)
    assert np.isnan(found["balanced_accuracy"].value)
    assert np.isnan([found["kappa"].value, found["kappa"].low]).all()
    ordered = agreement(ORDERED, tables(np.array(truth), np.array([0, 1, 1]), np.arange(3), 3), draws=50)
    assert all(np.isnan(value.value) for name, value in ordered.items() if "kappa" in name)
    assert found["accuracy"].value == pytest.approx(np.mean(np.array(truth) == [0, 1, 1]))


def test_what_is_not_known_one_by_one():
    """Precision needs an answer yes, recall and F1 a row that is yes; kappa of two constants is not known."""
    never = one([1, 1, 0], [0, 0, 0])
    assert np.isnan(precision(never))
    assert recall(never) == 0
    assert f1(never) == 0
    nowhere = one([0, 0, 0], [1, 0, 0])
    assert np.isnan(recall(nowhere))
    assert np.isnan(f1(nowhere))
    assert np.isnan(kappa(one([1, 1], [1, 1])))


def test_tables_are_by_cluster():
    """Rows are counted where their cluster is, whatever numbers clusters have."""
    counted = tables(np.array([0, 1, 1]), np.array([0, 1, 0]), np.array([7, 3, 7]), 2)
    np.testing.assert_array_equal(counted, [[[0, 0], [0, 1]], [[1, 0], [1, 0]]])


def test_interval_as_drawn_one_by_one():
    """The interval is that of a bootstrap written as a loop over draws of clusters."""
    truth, other = readings(4, 2, rows=200)
    clusters = np.random.default_rng(5).integers(0, 30, len(truth))
    found = agreement({"accuracy": accuracy}, tables(truth, other, clusters, 2))["accuracy"]
    rng, right = np.random.default_rng(6), truth == other
    drawn = []
    for _ in range(2000):
        chosen = np.concatenate([np.flatnonzero(clusters == c) for c in rng.choice(np.unique(clusters), 30)])
        drawn.append(right[chosen].mean())
    assert found.value == right.mean()
    assert [found.low, found.high] == pytest.approx(np.quantile(drawn, [0.025, 0.975]), abs=0.01)


def test_one_cluster_has_no_interval():
    """A single cluster, drawn again and again, is always itself: that is no certainty, and no interval."""
    truth, other = readings(1, 3)
    for found in agreement(ORDERED, tables(truth, other, np.zeros(len(truth), int), 3), draws=20).values():
        assert np.isfinite(found.value)
        assert np.isnan([found.low, found.high]).all()


def test_paired():
    """Who is right everywhere beats who is never, in every draw that has both levels; equals share the draws."""
    truth, clusters = np.tile([0, 1], 20), np.repeat(np.arange(10), 4)
    right, wrong = tables(truth, truth, clusters, 2), tables(truth, 1 - truth, clusters, 2)
    assert paired(right, wrong, draws=100).share == 1
    assert paired(wrong, right, draws=100).share == 0
    assert paired(right, right, draws=100).share == 0.5
    assert paired(right, wrong, draws=100).difference.value == 1


def test_same_seed_same_numbers():
    """Two runs give the same; another seed does not."""
    truth, other = readings(2, 2)
    counted = tables(truth, other, np.arange(len(truth)) // 3, 2)
    assert agreement(BINARY, counted, draws=100) == agreement(BINARY, counted, draws=100)
    assert agreement(BINARY, counted, draws=100) != agreement(BINARY, counted, draws=100, seed=2)
