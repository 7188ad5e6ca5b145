"""Process openness by hand: a model's own step, the chain below it, and the definition of the OSI."""

import pytest

from openlives.governance import osaid, process
from openlives.governance.assess import Shelf
from openlives.governance.dossiers import of_card
from openlives.governance.evidence import Verdict
from openlives.governance.probes import observe

WORDS = "It is a model that answers questions in many languages and was made with care. " * 6
DATA = "# M\n## Training data\nTrained on [b](https://huggingface.co/datasets/a/b).\n"
CODE = "## Training\nThe training code is here.\nRun the training script.\n"
EXACT = "- learning_rate: 1e-4\n- random seed: 7\nWe give 120 checkpoints.\n"
KEPT = "It was trained on an internal dataset.\n"


def model(name, text, *bases):
    """Make the dossier of a model by the text of its card and the names of its bases."""
    head = "".join(f"\n- {base}" for base in bases)
    return of_card(name, f"---\nlicense: mit\n{'base_model:' + head if bases else ''}\n---\n{text}")


def verdicts(first, *others):
    """Give the verdicts on a model's own step and on its chain, among the others."""
    found = {other.name: other for other in others}
    chain = process.follow(first, found.get, observe)
    return process.own(chain), process.whole(chain)


@pytest.mark.parametrize(
    ("text", "outcome", "level"),
    [
        (WORDS + DATA + CODE + EXACT, "yes", "bit-reproducible"),
        (WORDS + DATA + CODE, "yes", "rebuildable"),
        (WORDS + DATA, "partial", "documented"),
        (WORDS + CODE, "partial", "documented"),
        (WORDS + KEPT, "no", "none"),
        (WORDS, "no", "none"),
        ("Short.", "unknown", "none"),
        ("Short. " + KEPT, "no", "none"),
    ],
)
def test_own_step(text, outcome, level):
    """Data and code make it open; one of them in part; silence of a long text is no, of a short one unknown."""
    own, _ = verdicts(model("a/m", text))
    assert (own.outcome, own.level) == (outcome, level)


OPEN, CLOSED = WORDS + DATA + CODE, WORDS + KEPT


@pytest.mark.parametrize(
    ("bases", "chain"),
    [
        ([], "yes"),
        ([("b/base", OPEN, ())], "yes"),
        ([("b/base", CLOSED, ())], "no"),
        ([("b/base", OPEN, ("c/first",)), ("c/first", CLOSED, ())], "no"),
        ([("b/base", OPEN, ("a/m",))], "yes"),
        ([("b/base", OPEN, ()), ("b/other", CLOSED, ())], "no"),
        ([("b/base", "Short.", ())], "partial"),
    ],
    ids=[
        "alone",
        "on open",
        "on closed",
        "closed two below",
        "a circle",
        "a merge with a closed one",
        "on a silent one",
    ],
)
def test_a_chain_is_as_open_as_its_least_open_link(bases, chain):
    """The own step stays what it is; the chain is held down by what lies below."""
    top = model("a/m", OPEN, *[name for name, _, _ in bases if name.startswith("b/")])
    own, whole = verdicts(top, top, *[model(name, text, *below) for name, text, below in bases])
    assert (own.outcome, whole.outcome) == ("yes", chain)


def test_a_base_that_is_not_here_holds_it_below_open():
    """Nobody can rebuild what nobody has seen; the verdict says which base is missing, and is not sure."""
    own, whole = verdicts(model("a/m", OPEN, "b/elsewhere"))
    assert (own.outcome, whole.outcome, whole.confidence) == ("yes", "partial", "low")
    assert any("b/elsewhere" in reason for reason in whole.reasons)


def test_a_long_chain_ends():
    """A chain of a thousand links is followed as deep as is sensible, and a circle of two once round."""
    links = [model(f"a/m{i}", OPEN, f"a/m{i + 1}") for i in range(1000)]
    assert verdicts(links[0], *links)[1].outcome == "partial"  # what lies deeper was not seen
    circle = [model("a/one", OPEN, "a/two"), model("a/two", OPEN, "a/one")]
    assert verdicts(circle[0], *circle)[1].outcome == "yes"


def judged(text, *, files=("model.safetensors",), terms="yes", access="yes", approved=True, bases=()):
    """Hold a model against the definition."""
    one = of_card("a/m", text, files=files)
    chain = process.follow(one, dict(bases).get, observe)
    return osaid.judge(observe(one), chain, said("terms", terms), said("access", access), approved)


def said(dimension, outcome):
    """Give a verdict as the use of a model would."""
    return Verdict(dimension, outcome, "high", ())


@pytest.mark.parametrize(
    ("given", "outcome", "missing"),
    [
        ({"text": OPEN}, "open", []),
        ({"text": OPEN, "terms": "no", "approved": False}, "partially open", ["terms"]),
        ({"text": OPEN, "approved": False}, "partially open", ["terms"]),
        ({"text": OPEN, "access": "no"}, "partially open", []),
        ({"text": CLOSED}, "closed", ["data information", "code"]),
        ({"text": WORDS + DATA}, "closed", ["code"]),
        ({"text": "Short."}, "unknown", []),
        ({"text": OPEN, "terms": "unknown", "approved": None}, "unknown", []),
    ],
)
def test_the_definition(given, outcome, missing):
    """Each component is met, not met, or without evidence; the class follows from them."""
    found = judged(**given)
    assert found.outcome == outcome
    assert [name for name, state in found.components.items() if state == osaid.NOT_MET] == missing


def test_a_gate_breaks_the_freedom_to_use():
    """Without having to ask for permission: the other freedoms stay."""
    found = judged(OPEN, access="no")
    assert found.freedoms == {"use": "not met", "study": "met", "modify": "met", "share": "met"}


def test_silence_over_what_is_not_here_is_unknown():
    """A merge that says nothing of models that nobody has seen: there was nothing to judge."""
    own, whole = verdicts(model("a/merge", "A merge.", "b/one", "c/two"))
    assert (own.outcome, whole.outcome) == ("unknown", "unknown")


def test_a_silent_quantisation_of_an_open_model_is_not_closed():
    """Who packs a model and says nothing has denied nothing: open in part, for all we know; a closed base closes it."""
    for base, outcome in ((OPEN, "partial"), (CLOSED, "no")):
        own, whole = verdicts(model("z/q4", "GGUF files.", "a/m"), model("a/m", base))
        assert (own.outcome, whole.outcome) == ("unknown", outcome)


def test_a_web_of_merges_ends():
    """Forty models, each made from all others: more paths than atoms, and one verdict."""
    names = [f"a/m{number}" for number in range(40)]
    web = [model(name, OPEN, *(other for other in names if other != name)) for name in names]
    own, whole = verdicts(web[0], *web[1:])
    assert (own.outcome, whole.outcome) == ("yes", "partial")


def test_what_lies_too_deep_holds_it_below_open():
    """A closed root under a tower of open tunings is not passed over because it was not reached."""
    tower = [model(f"a/m{number}", OPEN, f"a/m{number + 1}") for number in range(12)]
    assert verdicts(tower[0], *tower[1:], model("a/m12", CLOSED))[1].outcome == "partial"


def test_without_weights_it_is_not_open():
    """A repository that was seen, and holds none, lacks a component; one that was not seen is another matter."""
    assert judged(OPEN).outcome == "open"
    assert judged(OPEN, files=("README.md",)).outcome == "partially open"


def test_a_namesake_is_no_base():
    """A declared base is that owner's; a name that a text gives without an owner may be the only one like it."""
    shelf = Shelf([model("t/base-7b", OPEN)])
    assert shelf.find("x/base-7b") is None
    assert [shelf.find(name).name for name in ("T/Base-7B", "Base 7B")] == ["t/base-7b"] * 2
