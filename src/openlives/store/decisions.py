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
        renames = load(folder / "renames.toml").get("renames", {})
        erased = load(folder / "erased.toml").get("accounts", [])
        seen = repr((sorted(renames.items()), sorted(erased)))
        return cls(renames, erased, hashlib.sha256(seen.encode()).hexdigest())


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
