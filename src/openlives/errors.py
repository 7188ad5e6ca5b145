"""What can go wrong, said once: what happened, where, and what to do about it.

Every error that a user can meet is one of these kinds, and each kind has its exit code, so that a script
can tell bad input from an empty collection without reading prose.
"""


class OpenLivesError(Exception):
    """Base of all errors; never raised itself.

    `what` happened, `where` (a file, a row, a folder), and what `todo` (the next step).
    """

    exit_code = 1

    def __init__(self, what: str, *, where: str = "", todo: str = "") -> None:
        super().__init__(what)
        self.what, self.where, self.todo = what, where, todo

    def __str__(self) -> str:
        where = f" ({self.where})" if self.where else ""
        todo = f"\n  {self.todo}" if self.todo else ""
        return f"{self.what}{where}{todo}"


class InputError(OpenLivesError):
    """A file given to us cannot be read, or does not hold what was promised."""

    exit_code = 3


class NothingToAskError(OpenLivesError):
    """The collection is fine, but holds nothing that the question could rest on."""

    exit_code = 4


class CollectionError(OpenLivesError):
    """The folder is no collection, or its store is missing, older than this version, or damaged."""

    exit_code = 5


class RulesError(OpenLivesError):
    """A study file or an option names a rule that does not exist, or gives it an impossible value."""

    exit_code = 6


class DifferentError(OpenLivesError):
    """A rerun does not give what its manifest says."""

    exit_code = 7


class HubError(OpenLivesError):
    """The Hub cannot be reached, or does not let us in; what was collected so far is kept."""

    exit_code = 8
