"""The benchmark of an assessor: verdicts against labels that people gave, dimension by dimension.

Nothing of a label file but names and labels is used, and of those the assessor sees the name only, through its dossier.
Intervals come from resampling whole lineages; figures on the process come from thresholds that were chosen on other
lineages than those they are tried on.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from openlives.errors import NothingToAskError
from openlives.governance import dossiers, people, votes
from openlives.governance.assessor import Assessor
from openlives.governance.baselines import BASELINES
from openlives.governance.disagreements import disagreements
from openlives.governance.evidence import Dossier, Verdict
from openlives.governance.labels import DIMENSIONS, Label
from openlives.governance.labels import read as read_labels
from openlives.governance.marking import Marks, Row, mark, mark_levels
from openlives.governance.thresholds import COVERAGE, FOLDS, Scored, out_of_fold

SILENT = Verdict("", "unknown", "low", ("nothing is at hand about this model",))


@dataclass(frozen=True, slots=True)
class Case:
    """A labelled model with its dossier, the verdicts on it by dimension, and the score of its process."""

    label: Label
    dossier: Dossier | None
    verdicts: Mapping[str, Verdict]
    score: float | None

    def verdict(self, dimension: str) -> Verdict:
        """Give the verdict on a dimension; unknown where there is none."""
        return self.verdicts.get(dimension, SILENT)


def evaluate(labels_file: Path, evidence: Path, assessor: Assessor) -> Marks:
    """Assess the models of a label file from a folder of evidence, and mark the verdicts.

    Gives a tree of plain values: `terms`, `access`, `process`, `people`, `disagreements`.
    """
    labels = read_labels(labels_file)
    known = dossiers.of_evidence(evidence)
    if not labels.keys() & known.keys():
        raise NothingToAskError(
            "None of the labelled models has any evidence",
            where=str(evidence),
            todo="The names in the label file (hf_id) and in cards/index.csv have to be the same.",
        )
    cast = votes.read(labels_file.parent / "votes.csv")
    cases = [judge(label, known, assessor) for label in labels.values()]
    return {
        "labels": str(labels_file),
        "rows": len(labels),
        "lineages": len({label.lineage for label in labels.values()}),
        "terms": mark_terms(cases, votes.as_voted(labels, cast), votes.corrections(labels, cast)),
        "access": mark_access(cases),
        "process": mark_process(cases, assessor),
        "people": [
            *people.pairs(cast),
            *people.second_reading(labels_file.parent / "adjudicated.csv", labels),
        ],
        "disagreements": [
            found
            for dimension in DIMENSIONS
            for case in cases
            for found in disagreements(case.label, case.dossier, case.verdict(dimension), dimension)
        ],
    }


def judge(label: Label, known: Mapping[str, Dossier], assessor: Assessor) -> Case:
    """Let the assessor judge what is known of a model; of the label it is told nothing."""
    dossier = known.get(label.name)
    if dossier is None:
        return Case(label, None, {}, None)
    return Case(label, dossier, assessor.assess(dossier, known.get), assessor.score(dossier, known.get))


def _rows(
    cases: Sequence[Case], dimension: str, truth: Mapping[str, str], outcomes: Mapping[str, str] | None = None
) -> list[Row]:
    """Pair labels with verdicts, or with other outcomes; models without a label are left out."""
    return [
        Row(
            case.label.name,
            truth[case.label.name],
            outcomes[case.label.name] if outcomes is not None else case.verdict(dimension).outcome,
            case.verdict(dimension).confidence,
            case.label.lineage,
            case.dossier,
        )
        for case in cases
        if truth.get(case.label.name)
    ]


def mark_terms(cases: Sequence[Case], before: Mapping[str, str], corrected: Sequence[Mapping[str, str]]) -> Marks:
    """Mark terms on the independent votes; apart from them before and after corrections, and on circular labels."""
    independent = {case.label.name: case.label.terms for case in cases}
    after = {case.label.name: case.label.reviewed or case.label.terms for case in cases}
    derived = {case.label.name: case.label.derived for case in cases}
    sets = {"before corrections": before, "after corrections": after, "circular: derived labels": derived}
    return {
        **mark(_rows(cases, "terms", independent), BASELINES["terms"]),
        "sets": {name: mark(_rows(cases, "terms", truth), {}) for name, truth in sets.items()},
        "corrections": list(corrected),
    }


def mark_access(cases: Sequence[Case]) -> Marks:
    """Mark access; apart from it labels that were read off a table which is evidence as well: those are circular."""
    places = {place.split(":")[0] for case in cases if case.dossier for place in case.dossier.sources.values()}
    apart: dict[bool, dict[str, str]] = {False: {}, True: {}}
    for case in cases:
        apart[f"model table {case.label.of('access_source')}" in places][case.label.name] = case.label.access
    return {
        **mark(_rows(cases, "access", apart[False]), BASELINES["access"]),
        "sets": {"circular: the evidence's table": mark(_rows(cases, "access", apart[True]), {})},
    }


def mark_process(cases: Sequence[Case], assessor: Assessor) -> Marks:
    """Mark the process: out of fold where thresholds could be chosen, and as shipped, which may be in sample."""
    truth = {case.label.name: case.label.process for case in cases}
    labelled = [case for case in cases if case.label.process]
    outcomes = _out_of_fold(labelled, assessor)
    shipped = _process(cases, truth, None)
    if outcomes is None:
        return {**shipped, "thresholds": "as shipped: there was no choosing any on these labels", "shipped": shipped}
    chosen = f"out of fold: {FOLDS} parts by lineage, each choice at coverage {COVERAGE:.2f} or more"
    fair = _process(cases, truth, outcomes)
    fair["confident_no"] = shipped["confident_no"]  # a verdict has a confidence, a score has none
    return {**fair, "thresholds": chosen, "shipped": shipped}


def _out_of_fold(labelled: Sequence[Case], assessor: Assessor) -> dict[str, str] | None:
    """Decide the process of each model by thresholds chosen on other lineages; only models with evidence take part."""
    seen = [case for case in labelled if case.dossier is not None]
    scored = [Scored(case.score, case.label.process == "yes", case.label.lineage) for case in seen]
    decided = out_of_fold(scored, assessor.decide)
    if decided is None:
        return None
    told = {case.label.name: outcome for case, outcome in zip(seen, decided, strict=True)}
    return {case.label.name: told.get(case.label.name, "unknown") for case in labelled}


def _process(cases: Sequence[Case], truth: Mapping[str, str], outcomes: Mapping[str, str] | None) -> Marks:
    """Mark yes against not yes on all rows, and three levels where data and code were judged."""
    whole = [case for case in cases if not case.label.code_only]
    texts = [case for case in cases if case.dossier and (case.dossier.card or case.dossier.repositories)]
    levels = _rows(whole, "process", truth, outcomes)
    return {
        **mark(_rows(cases, "process", truth, outcomes), BASELINES["process"]),
        **mark_levels(levels),
        "sets": {
            "data and code judged": mark(levels, BASELINES["process"]),
            "with a card or repository": mark(_rows(texts, "process", truth, outcomes), BASELINES["process"]),
        },
    }
