"""Agreement of coders: against nltk, scikit-learn and statsmodels on random tables, and against published examples."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nltk.metrics.agreement import AnnotationTask
from nltk.metrics.distance import binary_distance, masi_distance
from sklearn.metrics import cohen_kappa_score
from statsmodels.stats.inter_rater import aggregate_raters, fleiss_kappa

from openlives.stats.codesets import masi, sets
from openlives.stats.reliability import binary, nominal

COEFFICIENTS = ("percent", "cohen", "fleiss", "alpha", "ac1")
FEW = {"draws": 2}

# Krippendorff's worked example, 12 units and 4 coders with gaps (Computing Krippendorff's Alpha-Reliability, 2011, C);
# Gwet takes the same table (Handbook of Inter-Rater Reliability, 2014; cac.raw4raters of his package irrCAC)
FOUR = (
    np.array(
        [
            [1, 2, 3, 3, 2, 1, 4, 1, 2, 0, 0, 0],
            [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, 0, 3],
            [0, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 0],
            [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, 0],
        ]
    ).T
    - 1
)


def spread(table):
    """Give the units of a table of two coders: how many have each pair of codes."""
    table = np.array(table)
    return np.repeat(np.argwhere(table >= 0), table.ravel(), axis=0)


def random_table(seed, gaps=0.2):
    """Give a table of a few units, coders and codes, in which coders agree more than by chance."""
    rng = np.random.default_rng(seed)
    units, coders, codes = rng.integers(3, 13), rng.integers(2, 5), rng.integers(2, 5)
    truth = rng.integers(0, codes, (units, 1))
    said = np.where(rng.random((units, coders)) < 0.6, truth, rng.integers(0, codes, (units, coders)))
    return np.where(rng.random((units, coders)) < gaps, -1, said), int(codes)


def random_sets(seed):
    """Give sets of a few codes, none of them empty, which nltk cannot compare, and who rated what."""
    rng = np.random.default_rng(seed)
    units, coders, codes = rng.integers(3, 13), rng.integers(2, 5), rng.integers(2, 5)
    truth = rng.random((units, 1, codes)) < 0.5
    chosen = np.where(rng.random((units, coders, 1)) < 0.5, truth, rng.random((units, coders, codes)) < 0.5)
    chosen[..., 0] |= ~chosen.any(2)
    return chosen, rng.random((units, coders)) < 0.8


def theirs(labels, distance):
    """Give nltk's alpha of labels by coder and unit; units with one label are left out, as Krippendorff leaves them."""
    times = {}
    for _, unit, _ in labels:
        times[unit] = times.get(unit, 0) + 1
    paired = [row for row in labels if times[row[1]] > 1]
    if len({row[2] for row in paired}) < 2:
        return np.nan
    return AnnotationTask(data=paired, distance=distance).alpha()


@pytest.mark.parametrize("start", range(0, 1000, 250))
def test_alpha_with_gaps_as_nltk(start):
    """Nominal alpha of a thousand random tables with gaps is nltk's; NaN where all values are the same."""
    for seed in range(start, start + 250):
        said, codes = random_table(seed)
        labels = [(str(c), str(u), str(said[u, c])) for u, c in np.argwhere(said >= 0)]
        found = nominal(said, codes, **FEW).alpha.value
        assert found == pytest.approx(theirs(labels, binary_distance), nan_ok=True), seed


@pytest.mark.parametrize("start", range(0, 1000, 250))
def test_alpha_of_sets_as_nltk(start):
    """Alpha with the MASI distance of a thousand random tables of sets with gaps is nltk's."""
    for seed in range(start, start + 250):
        chosen, rated = random_sets(seed)
        labels = [(str(c), str(u), frozenset(np.flatnonzero(chosen[u, c]))) for u, c in np.argwhere(rated)]
        found = sets(chosen, rated, **FEW).alpha.value
        assert found == pytest.approx(theirs(labels, masi_distance), nan_ok=True), seed


@pytest.mark.parametrize("seed", range(50))
def test_complete_tables_as_others(seed):
    """On complete tables, Cohen's kappa is scikit-learn's, Fleiss' is statsmodels' and nltk's `pi`."""
    said, codes = random_table(seed, gaps=0)
    found = nominal(said, codes, **FEW)
    labels = [(str(c), str(u), str(said[u, c])) for u, c in np.ndindex(said.shape)]
    assert found.fleiss.value == pytest.approx(fleiss_kappa(aggregate_raters(said)[0]))
    assert found.fleiss.value == pytest.approx(AnnotationTask(data=labels).pi())
    assert found.percent.value == pytest.approx(AnnotationTask(data=labels).avg_Ao())
    assert np.isnan(found.cohen.value) == (said.shape[1] != 2)
    two = nominal(said[:, :2], codes, **FEW)
    assert two.cohen.value == pytest.approx(cohen_kappa_score(*said[:, :2].T))


def test_krippendorff_as_published():
    """His example: nominal alpha 0.743, with 40 values that can be paired."""
    found = nominal(FOUR, 5)
    assert round(found.alpha.value, 3) == 0.743
    assert (found.units, found.shared) == (12, 11)
    assert found.alpha.low < found.alpha.value < found.alpha.high


@pytest.mark.parametrize(
    ("said", "codes", "expected"),
    [
        # Gwet 2014 and irrCAC's own tests, observed 0.818, by chance 0.190
        (FOUR, 5, 0.77544),
        # 125 units, 118 yes and yes: two coders who nearly always say yes
        (spread([[118, 5], [2, 0]]), 2, 0.9408),
        # irrCAC's overview, cont3x3abstractors: 100 pregnancies, two abstractors
        (spread([[13, 0, 0], [0, 20, 7], [0, 4, 56]]), 3, 0.8493305),
    ],
    ids=["four coders with gaps", "two by two", "three by three"],
)
def test_ac1_as_published(said, codes, expected):
    """Gwet's AC1 as printed, to as many digits."""
    assert nominal(said, codes, **FEW).ac1.value == pytest.approx(expected, abs=5.1e-5)


def test_others_as_published():
    """The other coefficients that irrCAC's overview prints of the three by three table."""
    found = nominal(spread([[13, 0, 0], [0, 20, 7], [0, 4, 56]]), 3, **FEW)
    printed = {"cohen": 0.7964094, "fleiss": 0.7962397, "alpha": 0.7972585, "percent": 0.89}
    assert {name: round(getattr(found, name).value, 7) for name in printed} == printed


def test_by_hand():
    """Two coders, four units, one gap: on three units they agree twice.

    Cohen: yes 2/3 and 1/3, so chance 2/9 + 2/9 = 4/9, and (2/3 - 4/9) / (5/9) = 2/5. Alpha: values yes 3, no 3; apart
    2/6 in units and (2·3·3)/(6·5) in all pairs, so 1 - (1/3)/(3/5) = 4/9. AC1 with the single rating, yes: shares
    (1 + 1/2 + 0 + 1)/4 = 5/8, chance 2·(5/8)·(3/8) = 15/32, and (2/3 - 15/32) / (17/32) = 19/51.
    """
    found = nominal(np.array([[1, 1], [1, 0], [0, 0], [1, -1]]), 2, **FEW)
    assert (found.units, found.shared) == (4, 3)
    assert found.percent.value == pytest.approx(2 / 3)
    assert found.cohen.value == pytest.approx(2 / 5)
    assert found.alpha.value == pytest.approx(4 / 9)
    assert found.ac1.value == pytest.approx(19 / 51)
    assert np.isnan(found.fleiss.value)
    np.testing.assert_allclose(found.prevalence, [[1 / 4, 3 / 4], [2 / 3, 1 / 3]])


def test_masi_by_hand():
    """Equal 0; half held, 1 - 1/2 · 2/3; a third shared, 1 - 1/3 · 1/3; apart 1; empty and not 1, twice empty 0."""
    kinds = np.array([[1, 1, 0], [1, 0, 0], [0, 1, 1], [0, 0, 1], [0, 0, 0]], dtype=bool)
    expected = [0, 2 / 3, 8 / 9, 1, 1]
    np.testing.assert_allclose(masi(kinds[:1], kinds)[0], expected)
    assert masi(kinds, kinds)[4, 4] == 0


def test_sets_of_one_are_nominal():
    """Where each set has one code, MASI is the nominal distance."""
    for seed in range(20):
        said, codes = random_table(seed)
        chosen = np.eye(codes + 1, dtype=bool)[said][..., :codes]
        one, many = nominal(said, codes, **FEW), sets(chosen, said >= 0, **FEW)
        assert many.alpha.value == pytest.approx(one.alpha.value, nan_ok=True)
        assert many.percent.value == pytest.approx(one.percent.value, nan_ok=True)
        assert (many.units, many.shared) == (one.units, one.shared)


def test_binary_is_nominal_of_each_code():
    """A code for itself is present or absent; what a coder who did not rate is said to have chosen is ignored."""
    chosen, rated = random_sets(3)
    for code, found in enumerate(binary(chosen, rated, **FEW)):
        said = np.where(rated, chosen[..., code], -1)
        assert found.alpha == nominal(said, 2, **FEW).alpha
        assert found.ac1.value == pytest.approx(nominal(np.where(said < 0, -1, 1 - said), 2, **FEW).ac1.value)
    again = binary(np.where(rated[..., None], chosen, ~chosen), rated, **FEW)
    assert [one.alpha for one in again] == [one.alpha for one in binary(chosen, rated, **FEW)]


TABLES = st.integers(1, 4).flatmap(
    lambda coders: st.lists(st.lists(st.integers(-1, 2), min_size=coders, max_size=coders), min_size=1, max_size=12)
)


@given(TABLES, st.randoms(use_true_random=False))
def test_order_never_matters(rows, random):
    """Units, coders and codes in another order give the same; units in another order also the same intervals."""
    said = np.array(rows)
    found = nominal(said, 3, draws=20)
    shuffled = nominal(np.array(random.sample(rows, len(rows))), 3, draws=20)
    coders, codes = random.sample(range(said.shape[1]), said.shape[1]), np.array([*random.sample(range(3), 3), -1])
    turned = nominal(codes[said[:, coders]], 3, draws=20)
    for name in COEFFICIENTS:
        one, other, third = getattr(found, name), getattr(shuffled, name), getattr(turned, name)
        for end in ("value", "low", "high"):
            assert getattr(one, end) == pytest.approx(getattr(other, end), nan_ok=True, abs=1e-9)
        assert one.value == pytest.approx(third.value, nan_ok=True, abs=1e-9)


@given(TABLES, st.randoms(use_true_random=False))
def test_order_never_matters_to_sets(rows, random):
    """The same of sets, which are here the binary digits of a number."""
    said = np.array(rows)
    chosen, rated = (np.maximum(said, 0)[..., None] & np.array([1, 2])) > 0, said >= 0
    units = random.sample(range(len(said)), len(said))
    found, other = sets(chosen, rated, draws=20), sets(chosen[units], rated[units], draws=20)
    turned = sets(chosen[:, ::-1, ::-1], rated[:, ::-1], draws=20)
    for end in ("value", "low", "high"):
        assert getattr(found.alpha, end) == pytest.approx(getattr(other.alpha, end), nan_ok=True, abs=1e-9)
    assert found.alpha.value == pytest.approx(turned.alpha.value, nan_ok=True, abs=1e-9)


@given(st.lists(st.integers(0, 3), min_size=1, max_size=12), st.integers(2, 4))
def test_identical_coders(codes, coders):
    """Coders who say the same agree wholly, without an interval; one thing said by all may be chance."""
    said = np.tile(np.array(codes)[:, None], (1, coders))
    found = nominal(said, 4, draws=20)
    names = ["percent", "ac1", "fleiss", "alpha", *(["cohen"] if coders == 2 else [])]
    undefined = {"cohen", "fleiss", "alpha"} if len({*codes}) == 1 else set()
    for name in names:
        one = getattr(found, name)
        expected = np.nan if name in undefined else pytest.approx(1)
        assert np.isnan([one.value, one.low, one.high]).all() if name in undefined else one.value == expected
        assert np.isnan([one.low, one.high]).all()


@given(TABLES)
def test_bounds_and_gaps(rows):
    """Nothing is above 1, percent is a share, and a unit that one coder rated changes neither percent nor alpha."""
    said = np.array(rows)
    found = nominal(said, 3, draws=20)
    values = [getattr(found, name).value for name in COEFFICIENTS]
    assert all(np.isnan(value) or value <= 1 + 1e-12 for value in values)
    assert np.isnan(found.percent.value) or 0 <= found.percent.value <= 1
    more = nominal(np.vstack([said, [1, *[-1] * (said.shape[1] - 1)]]), 3, draws=20)
    assert more.alpha.value == pytest.approx(found.alpha.value, nan_ok=True)
    assert more.percent.value == pytest.approx(found.percent.value, nan_ok=True)
    assert (more.units, more.shared) == (found.units + 1, found.shared)


@pytest.mark.parametrize(
    "said", [np.full((0, 2), -1), np.full((4, 3), -1), np.eye(3, dtype=int) * 2 - 1], ids=["none", "gaps", "alone"]
)
def test_nothing_shared_is_not_known(said):
    """No unit, nothing rated, or no unit that two rated: every value and every end is NaN, never 0."""
    found = nominal(said, 2, draws=20)
    ends = [getattr(getattr(found, name), end) for name in COEFFICIENTS for end in ("value", "low", "high")]
    assert np.isnan(ends).all()
    many = sets(np.ones((*said.shape, 1), dtype=bool), said >= 0, draws=20)
    assert np.isnan([many.percent.value, many.alpha.value, many.alpha.low]).all()
    assert many.shared == 0


def test_one_code_is_not_known():
    """Where only one code could be given, or all sets are the same, only percent is known."""
    found = nominal(np.zeros((3, 2), int), 1, draws=20)
    assert found.percent.value == 1
    assert np.isnan([getattr(found, name).value for name in COEFFICIENTS[1:]]).all()
    many = sets(np.zeros((3, 2, 2), dtype=bool), np.ones((3, 2), dtype=bool), draws=20)
    assert many.percent.value == 1
    assert np.isnan(many.alpha.value)


def test_interval_as_drawn_one_by_one():
    """The interval is that of a bootstrap of units written as a loop, for one code a unit and for sets."""
    rng = np.random.default_rng(7)
    truth = rng.integers(0, 3, (150, 1))
    said = np.where(rng.random((150, 3)) < 0.6, truth, rng.integers(0, 3, (150, 3)))
    said[rng.random((150, 3)) < 0.1] = -1
    chosen = np.eye(4, dtype=bool)[said][..., :3] | (rng.random((150, 3, 3)) < 0.1)
    rows = [rng.integers(0, 150, 150) for _ in range(400)]
    for whole, drawn in (
        (nominal(said, 3).ac1, [nominal(said[chosen_], 3, draws=2).ac1.value for chosen_ in rows]),
        (nominal(said, 3).alpha, [nominal(said[chosen_], 3, draws=2).alpha.value for chosen_ in rows]),
        (
            sets(chosen, said >= 0).alpha,
            [sets(chosen[chosen_], said[chosen_] >= 0, draws=2).alpha.value for chosen_ in rows],
        ),
    ):
        assert [whole.low, whole.high] == pytest.approx(np.quantile(drawn, [0.025, 0.975]), abs=0.025)


def test_many_kinds_of_sets():
    """Where there are more kinds of sets than units, the distances between units give the same alpha."""
    rng = np.random.default_rng(8)
    chosen, rated = rng.random((40, 3, 9)) < 0.4, np.ones((40, 3), dtype=bool)
    labels = [(str(c), str(u), frozenset(np.flatnonzero(chosen[u, c])) or {-1}) for u, c in np.ndindex(40, 3)]
    task = AnnotationTask(data=[(c, u, frozenset(s)) for c, u, s in labels], distance=masi_distance)
    found = sets(chosen, rated, draws=200)
    assert found.alpha.value == pytest.approx(task.alpha())
    assert found.alpha.low < found.alpha.value < found.alpha.high


def test_same_seed_same_numbers():
    """Two runs give the same; another seed does not."""
    assert nominal(FOUR, 5, draws=50).alpha == nominal(FOUR, 5, draws=50).alpha
    assert nominal(FOUR, 5, draws=50).alpha != nominal(FOUR, 5, draws=50, seed=2).alpha
