"""openlives: the lives of open models.

How communities gather round the models of the Hugging Face Hub, how long they stay, and where they go, after Choksi,
Mandel & Benthall, "The Brief and Wondrous Life of Open Models" (FAccT 2025, doi:10.1145/3715275.3732206).

>>> import openlives
>>> hub = openlives.open("hub/")            # doctest: +SKIP
>>> print(hub.ask("decline")[0])            # doctest: +SKIP
"""

from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from openlives import measures
from openlives.collection import Collection
from openlives.errors import OpenLivesError
from openlives.questions import QUESTIONS
from openlives.questions.question import Answer, Citation, Finding, Number, Question
from openlives.rules import Rules

try:
    __version__ = version("openlives")
except PackageNotFoundError:  # run from a checkout that was not installed
    __version__ = "0+unknown"


def open(folder: Path | str) -> Collection:  # noqa: A001  # openlives.open("hub/") is what a user would guess
    """Open a collection for reading. Raises `CollectionError` where there is none."""
    collection = Collection(Path(folder))
    collection.connection  # noqa: B018  # fail now, not at the first question
    return collection


__all__ = [
    "QUESTIONS",
    "Answer",
    "Citation",
    "Collection",
    "Finding",
    "Number",
    "OpenLivesError",
    "Question",
    "Rules",
    "measures",
    "open",
]
