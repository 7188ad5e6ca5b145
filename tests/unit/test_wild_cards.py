"""Cards as people and machines wrote them: every one is read, and nothing is said of what was not seen."""

import gzip
from pathlib import Path

import orjson
import pytest

from openlives.governance.assess import Shelf
from openlives.governance.card import Card
from openlives.governance.dossiers import of_card
from openlives.governance.evidence import OUTCOMES
from openlives.governance.note import note

WILD = Path(__file__).parents[2] / ".." / "shared" / "data" / "openness" / "wild_cards.jsonl.gz"


@pytest.fixture(scope="module")
def wild():
    """Every fourth card: all of them are for `make bench`."""
    if not WILD.exists():
        pytest.skip("needs ../shared/data/openness/wild_cards.jsonl.gz")
    with gzip.open(WILD) as opened:
        return [of_card(one["id"], one["content"]) for one in map(orjson.loads, list(opened)[::4])]


def test_every_card_is_assessed(wild):
    """No card stops anything; each finding is one of the outcomes, and what was seen points at a line that is there."""
    shelf = Shelf(wild)
    for dossier in wild:
        found = shelf.assess(dossier)
        lines = dossier.card.content.count("\n") + 1
        assert {finding.outcome for finding in found.findings.values()} <= {*OUTCOMES}
        places = [piece.where for finding in found.findings.values() for piece in finding.evidence]
        numbers = [int(place.rpartition(" ")[2]) for place in places if place.startswith("card, line ")]
        assert all(1 <= number <= lines for number in numbers)
        assert dossier.name.split("/")[-1].isprintable()
        assert "\x1b" not in note(found)


def test_metadata_are_read_from_nearly_all(wild):
    """A head that YAML cannot read is read line by line: its licence is found all the same."""
    for dossier in wild:
        head = dossier.card.head
        if dossier.card.metadata.get("license"):
            broken = Card(f"---\nx: [:\n{head}---\n")
            assert broken.fault
            assert broken.texts("license")
