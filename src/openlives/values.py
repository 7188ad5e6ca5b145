"""Values of rules, as study files, terminals and links write them."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from openlives.errors import RulesError

KINDS = {str: "a text", int: "a whole number", float: "a number", bool: "true or false", tuple: "a list of texts"}


def typed(name: str, value: Any, usual: Any, where: str) -> Any:
    """Hold a value from TOML to the type of its rule."""
    if hasattr(value, "isoformat"):
        value = value.isoformat()
    if isinstance(usual, float) and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    fine = isinstance(value, type(usual)) and isinstance(value, bool) == isinstance(usual, bool)
    if usual is None or isinstance(usual, tuple):
        fine, value = _texts(value), tuple(value) if isinstance(value, list) else value
    elif isinstance(usual, dict) and fine:
        listed = name != "persistence_list"
        fine = all(_texts(v) if listed else isinstance(v, str) for v in value.values())
        value = {k: tuple(v) for k, v in value.items()} if fine and listed else value
    if not fine:
        kind = "a list of texts" if usual is None else KINDS.get(type(usual), "a table of texts or of lists of texts")
        todo = "`openlives questions --rules` shows each default."
        raise RulesError(f"{name} must be {kind}, not {value!r}", where=where, todo=todo)
    return value


def plain(value: Any) -> Any:
    """Give a value of a rule as JSON has it: lists for tuples, plain tables for mappings."""
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    return [plain(one) for one in value] if isinstance(value, tuple | list) else value


def heard(text: str, usual: Any) -> Any:
    """Read a text as what a rule holds; what cannot be read stays a text, and is refused as one."""
    if isinstance(usual, bool):
        return {"true": True, "false": False}.get(text.lower(), text)
    for kind in (int, float):
        if isinstance(usual, int | float):
            with suppress(ValueError):
                return kind(text)
    return text


def _texts(value: Any) -> bool:
    return isinstance(value, list | tuple) and all(isinstance(one, str) for one in value)


def moment(text: str, name: str = "a date") -> int | None:
    """Turn a date or a time of a rule into seconds since 1970 UTC; an empty text is None."""
    if not text:
        return None
    try:
        when = datetime.fromisoformat(text)
    except ValueError as error:
        raise RulesError(f"{name} is not a date: {text!r}", todo="Write it as 2024-12-11.") from error
    return int((when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp())
