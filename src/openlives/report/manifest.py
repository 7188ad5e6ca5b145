"""What a study was made with, and from what: enough to make it again, and to tell what differs."""

import hashlib
import platform
from collections.abc import Iterable
from importlib.metadata import version
from os.path import relpath
from pathlib import Path
from typing import Any

import orjson

from openlives.collection import Collection
from openlives.errors import InputError
from openlives.rules import Rules
from openlives.store.originals import originals

LIBRARIES = ("duckdb", "matplotlib", "narwhals", "numpy", "pandas", "pyarrow", "scipy")


def describe(collection: Collection, rules: Rules, questions: Iterable[str], out: Path) -> dict[str, Any]:
    """Describe a finished study: versions, rules, seeds, and the hashes of what went in and what came out."""
    return {
        "about": (
            "A study of a collection by openlives; "
            "`openlives rerun manifest.json` makes it again and says what differs."
        ),
        "collection": relpath(collection.folder.resolve(), out.resolve()),
        "versions": {
            "openlives": version("openlives"),
            "python": platform.python_version(),
            **{name: version(name) for name in LIBRARIES},
        },
        "rules": rules.plain(),
        "changed_rules": rules.changed(),
        "seed": rules.seed,
        "questions": list(questions),
        "store": collection.fingerprint,
        "inputs": [
            {"file": o.file, "sha256": o.sha256, "kind": o.kind, "rows": o.rows, "rejected": o.rejected}
            for o in originals(collection.folder)
        ],
        "outputs": hashes(out),
    }


def hashes(out: Path) -> dict[str, str]:
    """Hash every file of a study, the manifest apart."""
    files = sorted(p for p in out.rglob("*") if p.is_file() and p.name != "manifest.json")
    return {p.relative_to(out).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


def strangers(out: Path) -> list[str]:
    """Name the files of a folder that its manifest does not know; all of them, if it has none."""
    try:
        known = set(read(out / "manifest.json")["outputs"])
    except InputError:
        known = set()
    files = (p.relative_to(out).as_posix() for p in sorted(out.rglob("*")) if p.is_file())
    return [name for name in files if name not in known and (name != "manifest.json" or not known)]


def write(manifest: dict[str, Any], out: Path) -> None:
    """Write `manifest.json`; the same study gives the same bytes."""
    (out / "manifest.json").write_bytes(orjson.dumps(manifest, option=orjson.OPT_INDENT_2) + b"\n")


def read(path: Path) -> dict[str, Any]:
    """Read a manifest; anything else is an `InputError`."""
    try:
        manifest = orjson.loads(path.read_bytes())
        parts = {"rules": dict, "outputs": dict, "versions": dict, "inputs": list, "collection": str, "store": str}
        if isinstance(manifest, dict) and all(isinstance(manifest.get(k), kind) for k, kind in parts.items()):
            return manifest
    except (OSError, orjson.JSONDecodeError) as error:
        raise InputError(
            f"The manifest cannot be read: {error}", where=path.name, todo="Give the manifest.json of a study."
        ) from error
    raise InputError(
        "This is no manifest of a study", where=path.name, todo="Give the manifest.json that `openlives study` wrote."
    )


def differences(then: dict[str, Any], now: dict[str, Any]) -> list[str]:
    """Say in words what differs between two manifests of the same study."""
    found = []
    for name, value in then["versions"].items():
        if now["versions"].get(name) != value:
            found.append(f"version of {name}: was {value}, is {now['versions'].get(name, 'absent')}")
    if then["store"] != now["store"]:
        was, is_ = ({i["file"]: i["sha256"] for i in m["inputs"]} for m in (then, now))
        changed = sorted(f for f in was.keys() | is_.keys() if was.get(f) != is_.get(f))
        found.append(f"the collection: {', '.join(changed) if changed else 'its decisions'}")
    for name in sorted(then["outputs"].keys() | now["outputs"].keys()):
        was, is_ = then["outputs"].get(name), now["outputs"].get(name)
        if was != is_:
            found.append(f"{name}: {'is new' if was is None else 'is missing' if is_ is None else 'has other bytes'}")
    return found
