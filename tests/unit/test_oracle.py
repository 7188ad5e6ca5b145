"""Every value that an independent program computed on a real crawl, where its data are (methods, section 14)."""

import importlib.util
import os
from pathlib import Path

import orjson
import pytest

import openlives

HERE = Path(__file__).parents[1] / "oracle"
DATA = Path(os.environ.get("OPENLIVES_ORACLE_DATA", HERE.parents[2] / "shared" / "data" / "hub"))
QUESTIONS = ("coverage", "lifecycle", "distributions", "decline", "growth", "persistence")


@pytest.fixture(scope="module")
def compare():
    """The program that holds our values against the oracle's."""
    spec = importlib.util.spec_from_file_location("compare", HERE / "compare.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def oracle_values(compare, tmp_path_factory):
    """Every value, ours beside the oracle's: (reading, name, ours, expected)."""
    if not (DATA / "expected.json").exists():
        pytest.skip("the oracle's data are not here: set OPENLIVES_ORACLE_DATA")
    expected = orjson.loads((DATA / "expected.json").read_bytes())
    hub = compare.collection(DATA, tmp_path_factory.mktemp("oracle") / "hub")
    rules = openlives.Rules.read(HERE / "rules.toml").but(
        draws=20, decline_shuffles=2, decline_shape_draws=2, decline_rarefy_draws=2
    )
    values = []
    for reading, people in compare.READINGS.items():
        answers = {name: hub.ask(name, rules, people=people)[0] for name in QUESTIONS}
        values += [
            (reading, name, compare.ours(name, answers), v) for name, v in compare.expectations(expected[reading])
        ]
    return values


@pytest.mark.parametrize("reading", ["everyone", "without_bots"])
def test_every_value_is_the_oracles(oracle_values, compare, reading):
    """Whole numbers are equal, real ones to 1e-6."""
    mine = [value for value in oracle_values if value[0] == reading]
    assert len(mine) > 100
    assert [value for value in mine if not compare.agree(*value[2:])] == []


def test_the_oracle_can_disagree(compare):
    """The comparison itself fails where it should."""
    assert compare.agree(3, 3)
    assert not compare.agree(4, 3)
    assert compare.agree(1.0000001, 1.0)
    assert not compare.agree(1.00001, 1.0)
    assert not compare.agree(float("nan"), 1.0)
