"""How MySQL writes values in a dump, and what they say."""

import re

KEPT = 100_000  # bytes of a rejected row that are kept with the reason

# Two escapes are masked as the bytes come in, by bytes that UTF-8 has no use for: then a string ends at the next quote,
# and is found many times faster. Possessive throughout: what was read is never given back, whatever the text.
BACKSLASH, QUOTE, NO_TEXT = b"\xfe", b"\xff", b"\xfd"
_TEXT = rb"'([^']*+(?:''[^']*+)*+)'"
_PLAIN = re.compile(_TEXT + rb"(?:,|\Z)|([^\s',]++)(?:,|\Z)|(.)", re.DOTALL)  # what mysqldump writes, nearly always
_ANY = re.compile(rb"\s*+(?:([A-Za-z_]\w*+)?\s*+" + _TEXT + rb"|([^\s',]++))\s*+(?:,|\Z)|(.)", re.DOTALL)
_OFTEN = ((b"\\n", b"\n"), (b'\\"', b'"'))
_RARELY = ((b"\\r", b"\r"), (b"\\t", b"\t"), (b"\\0", b"\0"), (b"\\b", b"\b"), (b"\\Z", b"\x1a"))
_LEFT = re.compile(rb"\\([^%_])", re.DOTALL)


def values(raw: bytes, columns: list[str], chosen: list[tuple[int, str]]) -> dict[str, str | None]:
    """Take the chosen values of a row; a `ValueError` says what is wrong with it."""
    found = _PLAIN.findall(raw)
    if any(wrong for _, _, wrong in found):
        return _spelled(raw, columns, chosen)
    if len(found) != len(columns):
        raise ValueError(f"{len(found)} values for {len(columns)} columns")
    row: dict[str, str | None] = {}
    for place, column in chosen:
        string, bare, _ = found[place]
        row[column] = None if bare == b"NULL" else _decoded(_number(bare) if bare else _unescaped(string), column)
    return row


def _spelled(raw: bytes, columns: list[str], chosen: list[tuple[int, str]]) -> dict[str, str | None]:
    """Take the chosen values of a row that holds more than plain strings and numbers: `_binary 'x'`, `b'101'`."""
    found = _ANY.findall(raw)
    if any(wrong for *_, wrong in found) or len(found) != len(columns):
        raise ValueError("its values cannot be told apart")
    row: dict[str, str | None] = {}
    for place, column in chosen:
        prefix, string, bare, _ = found[place]
        if bare:
            row[column] = None if bare == b"NULL" else _decoded(_number(bare), column)
        elif prefix in (b"x", b"X"):
            row[column] = _decoded(bytes.fromhex(string.decode()), column)
        else:
            row[column] = str(int(string, 2)) if prefix in (b"b", b"B") else _decoded(_unescaped(string), column)
    return row


def _number(bare: bytes) -> bytes:
    """Give what stands without quotes; a hexadecimal number is a string of bytes."""
    return bytes.fromhex(bare[2:].decode()) if bare.startswith((b"0x", b"0X")) else bare


def _decoded(value: bytes, column: str) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError as error:
        raise ValueError(f"{column} is not UTF-8") from error


def masked(fresh: bytes) -> bytes:
    """Mask escaped backslashes and quotes; bytes that are no text in any case make way."""
    for mask in (BACKSLASH, QUOTE):
        fresh = fresh.replace(mask, NO_TEXT)
    return fresh.replace(b"\\\\", BACKSLASH).replace(b"\\'", QUOTE)


def _unescaped(string: bytes) -> bytes:
    """Undo what MySQL escapes: a doubled quote, or what stands behind a backslash (unless a wildcard, % or _)."""
    for some in (_OFTEN, _RARELY):
        if b"\\" in string:
            for escaped, meant in some:
                string = string.replace(escaped, meant)
    if b"\\" in string:
        string = _LEFT.sub(rb"\1", string)
    if b"'" in string:
        string = string.replace(b"''", b"'")
    return string.replace(QUOTE, b"'").replace(BACKSLASH, b"\\")


def raw(masked: bytes) -> str:
    """Give the beginning of what could not be read, as it stands in the file."""
    raw = masked[:KEPT].replace(QUOTE, b"\\'").replace(BACKSLASH, b"\\\\")
    return raw.decode(errors="replace")
