"""A dictionary in Python's notation, as `str` gives it: turned into JSON, and read as that.

Programs that log what they got with `str` write such text. `ast.literal_eval` takes five times as long, and trusts the
text not to be deep.
"""

import re
from typing import Any

import orjson

from openlives.sources.mysql_text import BACKSLASH, NO_TEXT, QUOTE

_QUOTED = re.compile(rb"""'([^']*+)'|"([^"]*+)\"""")
_CODED = re.compile(rb"\\(?:x([0-9a-f]{2})|U([0-9a-f]{8}))")


def read(text: str) -> dict[str, Any]:
    """Read a dictionary in JSON or in Python's notation; a `ValueError` if it is neither."""
    if text.startswith('{"'):
        return dict(orjson.loads(text))
    if not text.startswith("{'"):
        raise ValueError("no dictionary")
    masked = text.encode().replace(b"\\\\", BACKSLASH).replace(b"\\'", QUOTE)
    parts = masked.split(b"'")
    between = NO_TEXT.join(parts[::2])
    if b'"' in between:  # a string that holds an apostrophe stands in double quotes
        pieces = _QUOTED.split(masked)
        parts = [b""] * (len(pieces) // 3 * 2 + 1)
        parts[1::2] = [one or other or b"" for one, other in zip(pieces[1::3], pieces[2::3], strict=True)]
        between = NO_TEXT.join(pieces[::3])
    parts[::2] = between.replace(b"True", b"true").replace(b"False", b"false").replace(b"None", b"null").split(NO_TEXT)
    parts[1::2] = NO_TEXT.join(parts[1::2]).replace(b'"', b'\\"').split(NO_TEXT)
    json = b'"'.join(parts)
    if b"\\x" in json or b"\\U" in json:
        json = _CODED.sub(_recoded, json)
    return dict(orjson.loads(json.replace(QUOTE, b"'").replace(BACKSLASH, b"\\\\")))


def _recoded(match: re.Match[bytes]) -> bytes:
    """Give a character that JSON would write in another way than Python."""
    return orjson.dumps(chr(int(match[1] or match[2], 16)))[1:-1]
