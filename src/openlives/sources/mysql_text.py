"""How MySQL writes values in a dump, and what they say."""

import re

KEPT = 100_000  # bytes of a rejected row that are kept with the reason

# Two escapes are masked as the bytes come in, by bytes that UTF-8 has no use for: then a string ends at the next quote,
# and is found many times faster. Possessive throughout: what was read is never given back, whatever the text.
BACKSLASH, QUOTE, NO_TEXT = b"\xfe", b"\xff", b"\xfd"
_VALUE = re.compile(rb"\s*+(?:([A-Za-z_]\w*+)?\s*+'([^']*+(?:''[^']*+)*+)'|([^\s',]++))\s*+(?:,|\Z)|(.)", re.DOTALL)
_OFTEN = ((b"\\n", b"\n"), (b'\\"', b'"'))
_RARELY = ((b"\\r", b"\r"), (b"\\t", b"\t"), (b"\\0", b"\0"), (b"\\b", b"\b"), (b"\\Z", b"\x1a"))
_LEFT = re.compile(rb"\\([^%_])", re.DOTALL)


def values(raw: bytes, columns: list[str], chosen: list[tuple[int, str]]) -> dict[str, str | None]:
    """Take the chosen values of a row; a `ValueError` says what is wrong with it."""
    values = _VALUE.findall(raw)
    if len(values) != len(columns):
        raise ValueError(f"{len(values)} values for {len(columns)} columns")
    row: dict[str, str | None] = {}
    for place, column in chosen:
        if values[place][2] == b"NULL":
            row[column] = None
            continue
        try:
            row[column] = _value(values[place]).decode()
        except UnicodeDecodeError as error:
            raise ValueError(f"{column} is not UTF-8") from error
    return row


def _value(parts: tuple[bytes, bytes, bytes, bytes]) -> bytes:
    """Turn a value as SQL writes it into what it says: its prefix, its string, or what stands without quotes."""
    prefix, string, bare, wrong = parts
    if wrong:
        raise ValueError("its values cannot be told apart")
    if bare:
        if bare[:2] in (b"0x", b"0X"):
            return bytes.fromhex(bare[2:].decode())
        return bare
    if prefix in (b"x", b"X"):
        return bytes.fromhex(string.decode())
    if prefix in (b"b", b"B"):
        return str(int(string, 2)).encode()
    return _unescaped(string)


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
