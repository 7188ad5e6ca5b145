"""Words as a search engine sees them: no case, no accents of form, no punctuation; scripts without spaces apart."""

import re
import unicodedata

# Han, kana, Thai, Lao, Burmese, Khmer: scripts that put no space between words
DENSE = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\U00020000-\U000323af]+"
)
WORD = re.compile(r"\w+")


def words_of(text: str) -> tuple[list[str], list[str]]:
    """Give the words of a text, and its stretches in scripts without spaces, both folded."""
    if text.isascii():
        return WORD.findall(text.lower()), []
    folded = unicodedata.normalize("NFKC", text).casefold()
    dense = DENSE.findall(folded)
    return WORD.findall(DENSE.sub(" ", folded) if dense else folded), dense
