"""The benchmark of an assessor: verdicts against labels that people gave, dimension by dimension.

Nothing of a label file but names and labels is used, and of those the assessor sees the name only, through its dossier.
Intervals come from resampling whole lineages; figures on the process come from thresholds that were chosen on other
lineages than those they are tried on.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from openlives.errors import NothingToAskError
from openlives.governance import dossiers
from openlives.governance.assess import Shelf
from openlives.governance.benchmark import people, votes
from openlives.governance.benchmark.assessor import Assessor
from openlives.governance.benchmark.baselines import BASELINES
from openlives.governance.benchmark.disagreements import disagreements
from openlives.governance.benchmark.labels import DIMENSIONS, Label
from openlives.governance.benchmark.labels import read as read_labels
from openlives.governance.benchmark.marking import Marks, Row, mark, mark_levels
from openlives.governance.benchmark.thresholds import COVERAGE, FOLDS, Scored, out_of_fold
from openlives.governance.evidence import Dossier, Verdict

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
    shelf = Shelf(known.values())
    cases = [judge(label, shelf, assessor) for label in labels.values()]
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


def judge(label: Label, shelf: Shelf, assessor: Assessor) -> Case:
    """Let the assessor judge what is known of a model; of the label it is told nothing."""
    dossier = shelf.dossiers.get(label.name)
    if dossier is None:
        return Case(label, None, {}, None)
    return Case(label, dossier, assessor.assess(dossier, shelf.find), assessor.score(dossier, shelf.find))


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
    """Mark terms on the independent votes as they stand, and on other sets of labels.

    With corrections; with votes that the labels dropped put back (the reasons are listed); and on circular labels.
    """
    independent = {case.label.name: case.label.terms for case in cases}
    after = {case.label.name: case.label.reviewed or case.label.terms for case in cases}
    derived = {case.label.name: case.label.derived for case in cases}
    sets = {"after corrections": after, "dropped votes put back": before, "circular: derived labels": derived}
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
    """Mark the process where data and code were judged, and a text or a list of files is there that could tell.

    Out of fold where thresholds could be chosen, and as shipped, which may be in sample. Models of which only metadata
    are at hand, and labels that rest on the code alone, are marked apart.
    """
    judged = [case for case in cases if case.label.process and not case.label.code_only]
    readable = [case for case in judged if _is_readable(case.dossier)]
    outcomes = _out_of_fold(readable, assessor)
    marked = _process(judged, None)
    shipped = {**marked, "sets": _sets(cases, judged)}
    if outcomes is None:
        return {**shipped, "thresholds": "as shipped: there was no choosing any on these labels", "shipped": shipped}
    chosen = f"out of fold: {FOLDS} parts by lineage, each choice at coverage {COVERAGE:.2f} or more"
    fair = _process(judged, outcomes)
    fair["confident_no"] = shipped["confident_no"]  # a verdict has a confidence, a score has none
    return {**fair, "sets": shipped["sets"], "thresholds": chosen, "shipped": shipped}


def _is_readable(dossier: Dossier | None) -> bool:
    return dossier is not None and bool(dossier.repositories or dossier.files or (dossier.card and dossier.card.words))


def _out_of_fold(readable: Sequence[Case], assessor: Assessor) -> dict[str, str] | None:
    """Decide the process of each model by thresholds chosen on other lineages."""
    scored = [Scored(case.score, case.label.process, case.label.lineage) for case in readable]
    decided = out_of_fold(scored, assessor.decide)
    return None if decided is None else {case.label.name: told for case, told in zip(readable, decided, strict=True)}


def _process(judged: Sequence[Case], outcomes: Mapping[str, str] | None) -> Marks:
    """Mark yes against not yes, and three levels; a model without a text counts as one without evidence."""
    truth = {case.label.name: case.label.process for case in judged}
    kept = [case if _is_readable(case.dossier) else Case(case.label, None, {}, None) for case in judged]
    told = None if outcomes is None else {**dict.fromkeys(truth, "unknown"), **outcomes}
    rows = _rows(kept, "process", truth, told)
    return {**mark(rows, BASELINES["process"]), **mark_levels(rows)}


def _sets(cases: Sequence[Case], judged: Sequence[Case]) -> Marks:
    """Mark what is not in the main figure, as shipped."""
    truth = {case.label.name: case.label.process for case in cases}
    bare = [case for case in judged if case.dossier and not _is_readable(case.dossier)]
    code = [case for case in cases if case.label.process and case.label.code_only]
    return {
        "any evidence, shipped": mark(_rows(judged, "process", truth), {}),
        "metadata only, shipped": mark(_rows(bare, "process", truth), {}),
        "code alone judged, shipped": mark(_rows(code, "process", truth), {}),
    }
