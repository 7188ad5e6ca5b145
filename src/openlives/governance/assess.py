"""From a dossier to an assessment: every finding, every verdict, and where they place the model."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from openlives.governance import dual, osaid, process, use
from openlives.governance.evidence import Dossier, Finding, Verdict
from openlives.governance.judgements import Judgement, overrule
from openlives.governance.licences import OBLIGATIONS, RESTRICTIONS, by_id
from openlives.governance.osaid import Osaid
from openlives.governance.probes import observe
from openlives.governance.probes.base_model import bare, owner

GATES = {"yes": "unknown", "no": "probably", "unknown": "unknown"}  # where the API told of no kind
Find = Callable[[str], Dossier | None]
Look = Callable[[Dossier], Mapping[str, Finding]]


@dataclass(frozen=True, slots=True)
class Assessment:
    """What is known of one model's openness, and how.

    `terms` and `access` make `use`; `process` is the whole chain's, `process_own` the model's own step's.
    """

    dossier: Dossier
    findings: Mapping[str, Finding]
    terms: Verdict
    access: Verdict
    use: Verdict
    process: Verdict
    process_own: Verdict
    osaid: Osaid
    quadrant: str

    @property
    def licence(self) -> dict[str, str]:
        """The licence that governs the weights: id, class, kinds of restriction and of obligation, and the gate."""
        tokens = self.terms.value
        known = by_id(tokens[0]) if tokens else None
        return {
            "licence": tokens[0] if tokens else "unknown",
            "licence_class": known.kind if known else "none" if "no-licence" in tokens else "unknown",
            "restrictions": ";".join(token for token in tokens if token in RESTRICTIONS),
            "obligations": ";".join(token for token in tokens if token in OBLIGATIONS),
            "gate": next(iter(self.access.value), GATES[self.access.outcome]),
        }

    @property
    def verdicts(self) -> dict[str, Verdict]:
        """Verdicts by dimension, in the order in which they are read."""
        return {v.dimension: v for v in (self.terms, self.access, self.use, self.process_own, self.process)}


class Shelf:
    """Dossiers by name, and their findings, made once each: what a chain of base models is followed through."""

    def __init__(self, dossiers: Iterable[Dossier]) -> None:
        self.dossiers = {dossier.name: dossier for dossier in dossiers}
        self._alike: dict[str, str | None] = {}
        self.known(self.dossiers)
        self.observe = lru_cache(maxsize=4096)(observe)

    def known(self, names: Iterable[str]) -> None:
        """Take names into account when people write a model's name in their own way."""
        for name in names:
            key = bare(name)
            self._alike[key] = None if self._alike.get(key, name) != name else name

    def alike(self, name: str) -> str:
        """Give the name that people mean; empty if none or several can be meant."""
        meant = self._alike.get(bare(name)) or ""
        if "/" in name and owner(name) != owner(meant):  # the same name under another's roof is another model
            return ""
        return meant

    def find(self, name: str) -> Dossier | None:
        """Find a model by its name, or by what people write for it if only one model here can be meant."""
        return self.dossiers.get(name) or self.dossiers.get(self.alike(name))

    def assess(self, dossier: Dossier, judged: Sequence[Judgement] = ()) -> Assessment:
        """Assess one model, following its chain on this shelf; `judged` are the judgements about it."""
        return assess(dossier, self.find, self.observe, judged)


def assess(dossier: Dossier, find: Find, look: Look = observe, judged: Sequence[Judgement] = ()) -> Assessment:
    """Assess one model: `find` gives the models that it was made from, `look` makes the findings of one."""
    findings = look(dossier)
    terms, access = overrule(use.terms(findings), judged), overrule(use.access(findings), judged)
    used = use.use(terms, access)
    chain = process.follow(dossier, find, look)
    own, whole = overrule(process.own(chain), judged), overrule(process.whole(chain), judged)
    return Assessment(
        dossier,
        findings,
        terms,
        access,
        used,
        whole,
        own,
        osaid.judge(findings, chain, terms, access, approved(terms)),
        dual.quadrant(whole, used),
    )


def approved(terms: Verdict) -> bool | None:
    """Whether the OSI approved the licence that governs the weights; None if it is not known which that is."""
    known = by_id(terms.value[0]) if terms.value else None
    return None if known is None or known.kind == "unknown" else known.kind == "osi-approved"
