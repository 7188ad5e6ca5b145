"""What people decided about a collection, read from `decisions/*.toml`; never written by a program."""

import hashlib
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from openlives.errors import RulesError


@dataclass(frozen=True, slots=True)
class Decisions:
    """The decisions of one collection. Absent files mean that nothing was decided."""

    renames: dict[str, str] = field(default_factory=dict)
    erased: list[str] = field(default_factory=list)
    digest: str = ""

    @classmethod
    def read(cls, folder: Path) -> "Decisions":
        """Read the decisions that shape a store: `renames.toml` and `erased.toml`."""
        renames = _only(folder / "renames.toml", "renames", dict, {})
        erased = _only(folder / "erased.toml", "accounts", list, [])
        if not all(isinstance(one, str) for one in [*erased, *renames.values()]):
            raise RulesError("Names are texts", where=folder.name, todo='Write them in quotes: accounts = ["name"].')
        seen = repr((sorted(renames.items()), sorted(erased)))
        return cls(renames, erased, hashlib.sha256(seen.encode()).hexdigest())


def _only(path: Path, key: str, kind: type, usual: Any) -> Any:
    """Give the one thing that a file of decisions may hold; a slip in its name must not pass for no decision."""
    found = load(path)
    value = found.get(key, usual)
    if set(found) - {key} or not isinstance(value, kind):
        todo = f"Write `{key} = [...]`." if kind is list else f"Write a table `[{key}]`."
        raise RulesError(f"A decision is not understood: {', '.join(found)}", where=path.name, todo=todo)
    return value


def load(path: Path) -> dict[str, Any]:
    """Read one TOML file; a missing one is empty, a broken one is an error that names the line."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise RulesError(
            f"A decision cannot be read: {error}", where=path.name, todo="Mend the file; the store is unchanged."
        ) from error
