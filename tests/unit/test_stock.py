"""Models of a store assessed a few at a time: as the register assesses them all, and whether they may earn money."""

import orjson
import pyarrow.parquet as pq
import pytest

import openlives
from given import built, model, told
from openlives.governance import note, stored
from openlives.governance.assess import Shelf
from openlives.governance.commercial import commercial
from openlives.governance.dossiers import of_card, of_reply
from openlives.governance.judgements import Judgement
from openlives.governance.licences import LICENCES, RESTRICTIONS
from openlives.governance.register import row, shelf_of
from openlives.governance.stock import Stock

FILES = [{"rfilename": "model.safetensors"}]


@pytest.fixture(scope="module")
def chained(tmp_path_factory):
    """A collection of chains: deep, in a circle, to a base that is named in another way, or that is not there."""
    heads = {
        "a/base-7B": {"license": "llama3", "datasets": ["x/y"]},
        "b/child": {"license": "mit", "base_model": "a/base-7B"},
        "c/grandchild": {"base_model": "b/child"},
        "d/loose": {"license": "apache-2.0", "base_model": "base-7b"},  # as people write it
        "e/round": {"base_model": "f/round"},
        "f/round": {"base_model": "e/round"},
        "g/own": {"base_model": "g/own", "license": "cc-by-nc-4.0"},
        "h/orphan": {"base_model": "nobody/here", "license": "mit"},
        "i/two": {"base_model": ["a/base-7B", "b/child"]},
        "j/plain": {"license": "other"},
        "k/base-7b": {"license": "mit"},
        "l/heir": {"base_model": "k/base-7b"},
    }
    models = [model(name, cardData=head, siblings=FILES, gated=False) for name, head in heads.items()]
    return openlives.open(built(told(tmp_path_factory.mktemp("chained"), *models)))


@pytest.fixture(params=["chained", "made"])
def collection(request):
    """A collection, of chains or made up."""
    if request.param == "chained":
        return request.getfixturevalue("chained")
    return openlives.open(request.getfixturevalue("made") / "hub")


def named(connection):
    """Name all models."""
    return [name for (name,) in connection.execute("SELECT name FROM artifacts ORDER BY name DESC").fetchall()]


def test_stock_is_the_register(collection):
    """Every column of the register, of every model, asked one by one, backwards, or all at once."""
    connection = collection.connection
    keys = dict(connection.execute("SELECT name, artifact FROM artifacts").fetchall())
    register = {line["artifact"]: line for line in pq.read_table(collection.register()).to_pylist()}
    one_by_one, at_once = Stock(connection), Stock(connection)
    together = {each.dossier.name: each for each in at_once.of(named(connection))}
    for name in named(connection):
        (alone,) = one_by_one.of([name])
        assert row(keys[name], alone) == row(keys[name], together[name]) == register[keys[name]], name


def test_stock_is_the_shelf(collection):
    """Findings, evidence and all are those of a shelf on which every base lies ready."""
    connection = collection.connection
    shelf = shelf_of(connection)
    stock = Stock(connection)
    for _, dossier in list(stored.dossiers(connection))[:60]:
        (ours,) = stock.of([dossier.name])
        assert note.record(ours) == note.record(shelf.assess(dossier)), dossier.name


def test_as_the_command_prints_it(collection, command):
    """`openlives openness HUB MODEL… --json` prints the same, in whatever company."""
    connection = collection.connection
    names = named(connection)[:8]
    said = orjson.loads(command("openness", collection.folder, *names, "--json")[1])
    shelf = shelf_of(connection)
    expected = {each.name: shelf.assess(each) for _, each in stored.dossiers(connection, names)}
    assert {one["model"]: one for one in said} == {name: note.record(one) for name, one in expected.items()}


def test_company_changes_nothing(tmp_path):
    """A model that nobody declares as its base is nobody's base, also if it was asked for just before."""
    hub = built(told(tmp_path, model("a/first", siblings=FILES), model("b/second", siblings=FILES)))
    connection = openlives.open(hub).connection
    stock = Stock(connection)
    assert len(stock.of(["a/first", "b/second"])) == 2
    assert stock.find("a/first") is shelf_of(connection).find("a/first") is None


def test_judgements_reach_their_model(chained):
    """Only the judgements about a model are laid over its verdicts."""
    said = Judgement("b/child", "terms", "no", "AB", "2026-01-01", "the base forbids it")
    child, base = Stock(chained.connection).of(["b/child", "a/base-7B"], [said])[::-1]
    assert {each.dossier.name: each.terms.confidence == "judged" for each in (child, base)} == {
        "b/child": True,
        "a/base-7B": False,
    }


def test_names_that_the_store_does_not_hold(chained):
    """They are left out, quotes and all."""
    assert Stock(chained.connection).of(["no/body", "x'; DROP TABLE artifacts; --"]) == []
    assert Stock(chained.connection).of([]) == []


def of_licence(licence, **more):
    """Assess a model that declares a licence."""
    reply = {"id": "a/m", "gated": False, "siblings": FILES, "tags": [f"license:{licence}"] if licence else []}
    dossier = of_reply({**reply, "cardData": {"license": licence} if licence else {}, **more})
    return Shelf([dossier]).assess(dossier)


@pytest.mark.parametrize(
    ("licence", "outcome"),
    [
        ("mit", "yes"),
        ("apache-2.0", "yes"),
        ("gpl-3.0", "yes"),
        ("cc-by-4.0", "yes"),
        ("cc-by-sa-4.0", "yes"),
        ("cc-by-nd-4.0", "yes"),  # it may be sold as it is
        ("openrail", "yes"),
        ("creativeml-openrail-m", "yes"),
        ("cc-by-nc-4.0", "no"),
        ("cc-by-nc-sa-4.0", "no"),
        ("cc-by-nc-nd-4.0", "no"),
        ("CC-BY-NC-3.0-IGO", "no"),  # known to SPDX only
        ("llama3", "on conditions"),
        ("llama3.1", "on conditions"),
        ("other", "unknown"),
        ("cc", "unknown"),
        ("my-own-licence", "unknown"),
        (None, "no"),  # the card was seen, and there is none: all rights are reserved
    ],
)
def test_commercial_use(licence, outcome):
    """Yes, no, on conditions, or unknown; and never without a reason."""
    found = commercial(of_licence(licence))
    assert found.outcome == outcome
    assert found.why


def test_every_known_licence_has_an_answer():
    """What the table of licences forbids is what is answered: nothing else is a no, and no cap is passed over."""
    forbids = {"non-commercial", "research-only", "licence-application", "no-licence"}
    binds = {"commercial-registration", "revenue-cap", "mau-cap", "selling-ban", "hosting-ban",
             "derivatives-research-only"}  # fmt: skip
    for name, licence in LICENCES.items():
        held = {*licence.restrictions}
        by_hand = "no" if held & forbids else "on conditions" if held & binds else "yes"
        expected = "unknown" if licence.kind == "unknown" and by_hand == "yes" else by_hand
        assert commercial(of_licence(name)).outcome == expected, name


def test_why_and_where():
    """What forbids it is told in words, and the places that say so are those of the terms."""
    assessment = of_licence("cc-by-nc-4.0")
    found = commercial(assessment)
    assert RESTRICTIONS["non-commercial"] in found.why
    assert found.evidence == assessment.terms.evidence != ()
    assert "but it restricts otherwise" in commercial(of_licence("openrail")).why
    assert "restricts" not in commercial(of_licence("mit")).why


def test_a_card_that_was_not_seen():
    """Where nobody looked at a licence, nobody knows: that is no no."""
    assert commercial(Shelf([]).assess(of_reply({"id": "a/m"}))).outcome == "unknown"


def test_prose_that_forbids():
    """A card that forbids it in words is heard, whatever licence it declares."""
    card = of_card("a/m", "---\nlicense: mit\n---\nThis model may not be used for commercial purposes.\n")
    found = commercial(Shelf([card]).assess(card))
    assert found.outcome == "no"
    assert any("line 4" in piece.where for piece in found.evidence)


@pytest.mark.parametrize(
    ("licence", "judged", "outcome"),
    [("mit", "no", "unknown"), ("cc-by-nc-4.0", "yes", "yes"), ("cc-by-nc-4.0", "no", "no"), ("mit", "yes", "yes"),
     ("mit", "unknown", "unknown"), ("cc-by-nc-4.0", "unknown", "unknown"), ("other", "yes", "yes")],
)  # fmt: skip
def test_judged_terms(licence, judged, outcome):
    """What people decided about the terms is not contradicted; a restriction that no licence names is not known."""
    dossier = of_licence(licence).dossier
    ruled = Judgement("a/m", "terms", judged, "AB", "2026-01-01", "as I read it")
    found = commercial(Shelf([dossier]).assess(dossier, [ruled]))
    assert found.outcome == outcome
    if judged == "unknown" or (licence, judged) == ("mit", "no"):
        assert "as I read it" in found.why
