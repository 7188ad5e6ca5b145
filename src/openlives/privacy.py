"""What is personal, and what becomes of it when it leaves the store.

Personal are account names, titles, comments, cards with their metadata, and raw replies: the private tier. Whatever
leaves the store carries keyed pseudonyms in place of accounts, and no text. The key is made once, lies in the
collection's folder, and never leaves it: without it a pseudonym cannot be turned back, nor matched with those of
another collection.

Pages that others may see (`openlives site`, and `openlives serve` beyond this machine for whoever has no password) show
answers, facts of models and the places of evidence: no text, no account but the owners in models' names, and no way
between models that fewer people took than the rule `lives_min_people` says.

What a pseudonym cannot hide: an event keeps its artifact and its second, and the platform's page shows who wrote there
then. That somebody is the owner would name them outright, so it stays behind; so does the id of an event.

Erasure: accounts named in `decisions/erased.toml` become nobody in particular, and their words are left out, each time
the store is built. The originals (imports and the archive) still hold them: whoever must erase those too deletes
them, and imports or collects anew.
"""

import hashlib
import hmac
import os
import secrets
from collections.abc import Callable
from pathlib import Path

from openlives.errors import CollectionError

KEY, KEY_BYTES = ".pseudonym.key", 32

PRIVATE_COLUMNS = {
    "artifacts": ("card", "metadata"),
    "people": ("name", "former_names", "platform_id"),
    "threads": ("title", "template", "raw"),
    "events": ("id", "by_owner", "body", "raw"),
}


def pseudonyms(hub: Path) -> Callable[[str], str]:
    """Give the function that turns an account's name into its pseudonym in this collection.

    Makes the key if there is none.
    """
    key = _key(hub / KEY)
    return lambda name: "person-" + hmac.new(key, name.encode(), hashlib.sha256).hexdigest()[:16]


def _key(path: Path) -> bytes:
    try:
        if not path.exists():
            fresh = path.with_name(f"{path.name}.{os.getpid()}")
            with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(secrets.token_bytes(KEY_BYTES))
            fresh.rename(path)
        key = path.read_bytes()
    except OSError as error:
        raise CollectionError(
            f"The key of the pseudonyms cannot be read or made: {error.strerror}",
            where=path.name,
            todo="Give yourself the right to write in the collection's folder.",
        ) from error
    if len(key) != KEY_BYTES:
        raise CollectionError(
            "The key of the pseudonyms is damaged", where=path.name, todo="Delete it: the next export makes a new one."
        )
    return key
