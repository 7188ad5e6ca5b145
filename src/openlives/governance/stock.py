"""The models of a store, read when they are asked for: enough to assess a few without reading them all."""

from collections.abc import Sequence

import duckdb

from openlives.governance import stored
from openlives.governance.assess import Assessment, Shelf
from openlives.governance.evidence import Dossier
from openlives.governance.judgements import Judgement


class Stock(Shelf):
    """A shelf of a collection's own models. What may stand for a base is what the register takes: declared bases."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        super().__init__(())
        self.connection = connection
        self.names = frozenset(stored.bases_named(connection))
        self.known(sorted(self.names))

    def find(self, name: str) -> Dossier | None:
        """Find a base by its name, or by what people write for it if only one here can be meant."""
        meant = name if name in self.names else self.alike(name)
        if meant and meant not in self.dossiers:
            self.dossiers |= {dossier.name: dossier for _, dossier in stored.dossiers(self.connection, [meant])}
        return self.dossiers.get(meant)

    def of(self, models: Sequence[str], decided: Sequence[Judgement] = ()) -> list[Assessment]:
        """Assess models by name; those that the store does not hold are left out."""
        found = [dossier for _, dossier in stored.dossiers(self.connection, models)]
        self.dossiers |= {dossier.name: dossier for dossier in found}
        return [self.assess(each, [one for one in decided if one.model == each.name]) for each in found]
