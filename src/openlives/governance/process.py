"""Process openness: can it be rebuilt and audited? Its own step first, then the chain of models that it was made from.

The paper's definition is bit for bit (§3.2); its labels are looser. Three levels, and every verdict says which:
`documented`, `rebuildable` (data and training code can be had), `bit-reproducible` (with seeds and checkpoints).
Points weigh what was observed; two thresholds turn them into no, partial and yes.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from openlives.governance.evidence import Dossier, Evidence, Finding, Verdict

Findings = Mapping[str, Finding]
Find = Callable[[str], Dossier | None]

THRESHOLDS = (
    2.0,
    3.5,
)  # below the first: no; from the second: yes (docs/explanation/openness.md says how they were chosen)
DEEPEST = 8  # links of a chain that are followed
MOST = 256  # links in all: a web of merges has more paths than a machine can walk
WORDS = 60  # a text shorter than this says nothing by its silence
LEVELS = ("none", "documented", "rebuildable", "bit-reproducible")


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a chain: what its data and code are worth, how much there was to read, and why."""

    name: str
    data: float
    code: float
    extra: float
    silent: bool
    withheld: bool
    words: int
    level: str
    reasons: tuple[str, ...]
    evidence: tuple[Evidence, ...]

    @property
    def score(self) -> float:
        """Points for the step: both data and code are needed, whatever else is there."""
        return self.data + self.code + self.extra if self.data > 0 and self.code > 0 else max(self.data, self.code, 0.0)


def own_step(name: str, findings: Findings, words: int) -> Step:
    """Weigh what was observed of a model's own making."""
    outcome = {probe: finding.outcome for probe, finding in findings.items()}

    def points(**worth: float) -> float:
        return sum(value for key, value in worth.items() if outcome.get(key) == "yes")

    withheld = outcome["data_withheld"] == "yes"
    declared = 0.5 if outcome["datasets_open"] == "no" else points(datasets_declared=2.0)  # named, and not to be had
    data = max(declared, points(data_linked=2.0), points(data_released=1.5))
    data -= 1.5 if withheld else 0.75 if outcome["data_withheld"] == "partial" and data < 2 else 0
    code = {"yes": 2.0, "partial": 1.0}.get(outcome["training_code"], 0.0)
    extra = points(open_claim=0.5, checkpoints=0.5, training_logs=0.25)
    used = [findings[probe] for probe in WEIGHED if outcome[probe] in ("yes", "partial")]
    silent = words < WORDS and code <= 0 and not withheld  # a denial speaks, however short
    return Step(
        name,
        data,
        code,
        extra,
        silent,
        withheld,
        words,
        _level(outcome, data, code),
        tuple(finding.says for finding in used) or ("nothing was said of its making",),
        tuple(evidence for finding in used for evidence in finding.evidence[:2]),
    )


WEIGHED = (
    "datasets_declared",
    "data_linked",
    "data_released",
    "data_withheld",
    "training_code",
    "recipe",
    "checkpoints",
    "training_logs",
    "open_claim",
)


def _level(outcome: Mapping[str, str], data: float, code: float) -> str:
    if data >= 1.5 and code >= 2:
        exact = outcome["recipe"] == "yes" and outcome["checkpoints"] == "yes"
        return "bit-reproducible" if exact else "rebuildable"
    told = data > 0 or code > 0 or outcome["recipe"] in ("yes", "partial") or outcome["data_withheld"] == "partial"
    return "documented" if told else "none"


@dataclass(frozen=True, slots=True)
class Chain:
    """A model's own step and those of the models it was made from; `missing` are those that were not found."""

    own: Step
    bases: tuple["Chain", ...] = ()
    missing: tuple[str, ...] = ()

    @property
    def score(self) -> float:
        """A chain is as open as its least open link; a link of which nothing was seen holds it below open."""
        scores = [UNSEEN if self.own.silent and self.own.data <= 0 else self.own.score]  # silence is no denial
        for base in self.bases:
            if not is_silent(base):
                scores.append(base.score)
            elif base.own.data <= 0:  # one that names its data, and had no words for its code, does not hold it down
                scores.append(UNSEEN)
        return min([*scores, UNSEEN] if self.missing else scores)


UNSEEN = 3.25  # what a chain can be worth at most while a link of it was not seen: open in part, for all we know


def score(dossier: Dossier, find: Find, observe: Callable[[Dossier], Findings]) -> float | None:
    """Give the points of a model's whole chain; None where there was nothing to weigh."""
    chain = follow(dossier, find, observe)
    return None if is_silent(chain) else chain.score


def is_silent(chain: Chain) -> bool:
    """Whether nothing was seen that could speak of a making, in the model's own step or below it."""
    return chain.own.silent and all(is_silent(base) for base in chain.bases)


def follow(
    dossier: Dossier,
    find: Find,
    observe: Callable[[Dossier], Findings],
    seen: frozenset[str] = frozenset(),
    room: Iterator[int] | None = None,
) -> Chain:
    """Follow the declared bases of a model, or those that its text names, as deep as they go; circles end.

    Where it stops for want of depth or of `room` (how many more links are weighed), the rest counts as not found.
    """
    room = iter(range(MOST)) if room is None else room
    findings = observe(dossier)
    words = (dossier.card.words if dossier.card else 0) + sum(
        t.prose.words for r in dossier.repositories for t in r.readmes
    )
    own = own_step(dossier.name, findings, words)
    seen = seen | {dossier.name}
    told = findings["base_model"]
    if len(seen) > DEEPEST or next(room, None) is None:
        return Chain(own, missing=tuple(name for name in told.value if name not in seen))
    found: dict[str, Dossier] = {}
    missing = []
    for name in told.value:
        base = find(name)
        if base is None:
            missing.append(name)
        elif base.name not in seen:
            found[base.name] = base
    if told.outcome == "partial":  # of what a text names, those that can be found stand for the rest
        found = dict(list(found.items())[:1])
        missing = missing[:1] if not found else []
    return Chain(own, tuple(follow(base, find, observe, seen, room) for base in found.values()), tuple(missing))


def decide(score: float | None, thresholds: tuple[float, float] = THRESHOLDS) -> str:
    """Turn points into an outcome."""
    if score is None:
        return "unknown"
    return "no" if score < thresholds[0] else "yes" if score >= thresholds[1] else "partial"


def own(chain: Chain) -> Verdict:
    """Give the verdict on a model's own step alone."""
    outcome = "unknown" if chain.own.silent else decide(chain.own.score)
    return Verdict(
        "process_own",
        outcome,
        _confidence(chain.own, chain.own.score, outcome),
        chain.own.reasons,
        chain.own.evidence,
        chain.own.level,
    )


def whole(chain: Chain) -> Verdict:
    """Give the verdict on the whole chain: the model's own step, and every model that it was made from."""
    if is_silent(chain):
        return Verdict("process", "unknown", "low", ("too little was seen to tell how it was made",))
    outcome = decide(chain.score)
    reasons = list(chain.own.reasons)
    reasons += [
        f"made from {base.own.name}: {decide(base.score) if not is_silent(base) else 'unknown'}" for base in chain.bases
    ]
    reasons += [f"made from {name}, of which nothing is at hand" for name in chain.missing]
    level = min((link.level for link in _steps(chain)), key=LEVELS.index)
    confidence = (
        "low"
        if chain.missing and outcome == "no" and chain.own.score >= THRESHOLDS[1]
        else _confidence(chain.own, chain.score, outcome)
    )
    return Verdict(
        "process", outcome, confidence, tuple(reasons), chain.own.evidence, level if not chain.missing else "documented"
    )


def _steps(chain: Chain) -> list[Step]:
    return [chain.own, *(step for base in chain.bases for step in _steps(base) if not step.silent)]


def _confidence(step: Step, points: float, outcome: str) -> str:
    """Far from both thresholds is sure; a `no` that rests on silence is less so, the more the shorter the text."""
    if outcome == "unknown":
        return "low"
    distance = min(abs(points - threshold) for threshold in THRESHOLDS)
    sure = "high" if distance >= 1.5 else "medium" if distance >= 0.5 else "low"  # a whole cue, and half of one
    if outcome == "no" and not step.withheld:
        return "medium" if step.words >= LONG and sure != "low" else "low"
    return sure


LONG = 250  # words of a text whose silence says something
