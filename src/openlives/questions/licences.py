"""Under which licences are models shared, and what becomes of their communities? (§4.3)"""

import narwhals.stable.v2 as nw

from openlives.measures.engine import Frame
from openlives.measures.frames import Frames
from openlives.questions import audit, forest
from openlives.questions.counted import Counted
from openlives.questions.question import Answer, AxesGrid, Citation, Finding, Number, Question, Tables, plain
from openlives.rules import Rules

CLASSES = {
    "osi-approved": "OSI-approved",
    "open-other": "open, not OSI-approved",
    "use-restricted": "restricts use",
    "non-commercial": "non-commercial",
    "no-derivatives": "no derivatives",
    "none": "no licence",
    "unknown": "not known",
}
TOP = 15
REST = "all others"


def measure(frames: Frames, rules: Rules) -> dict[str, Frame]:
    """Models by class, licence and kind of restriction, by owner; and the communities of each class."""
    alike = audit.alike(frames)
    named = [name for name in audit.values(alike, "licence") if name != audit.UNKNOWN][:TOP]
    top = [*named, audit.UNKNOWN]
    found = {*CLASSES, *audit.values(alike, "licence_class")}
    kinds = {kind for several in audit.values(alike, "restrictions") for kind in several.split(";") if kind}
    told = nw.col("licence_class") != audit.UNKNOWN
    held = {
        kind: (nw.col("restrictions").str.contains(rf"(?:^|;){kind}(?:;|$)"), told)
        for kind in sorted(kinds - {audit.UNKNOWN})
    }
    rest = {REST: (~nw.col("licence").is_in(top), audit.every())}
    tallies = audit.tallies(
        audit.owned(frames),
        alike,
        classes=audit.is_value("licence_class", sorted(found)),
        licences={**audit.is_value("licence", named), **rest, **audit.is_value("licence", top[-1:])},
        restrictions=held,
    )
    return {**tallies, **audit.communities(frames, rules, "licence_class")}


def estimate(tables: Tables, rules: Rules) -> Finding:
    """Shares by class, licence and restriction; scores and decline by class."""
    counted = Counted.of(tables)
    others = sorted({*counted.items("classes")} - {*CLASSES})
    order = [*list(CLASSES)[:-1], *others, audit.UNKNOWN]
    classes = audit.shares(counted, "classes", order, rules, 40)
    licences = audit.shares(counted, "licences", counted.items("licences"), rules, 41)
    kinds = audit.shares(counted, "restrictions", counted.items("restrictions"), rules, 42)
    kinds = kinds.sort_values("yes", ascending=False, kind="stable", ignore_index=True) if len(kinds) else kinds
    alike = audit.side_by_side(tables, order, rules, 43)
    total, active = (int(classes[name].sum()) for name in ("yes", "active_yes"))
    numbers = {
        "models": Number(float(total), "models", "models"),
        "active": Number(float(active), "of these, with an interaction in the window", "models"),
        **audit.share_numbers(classes, "licence: ", CLASSES),
        **audit.community_numbers(alike, "licence: ", CLASSES),
    }
    parts = {"classes": classes, "licences": licences, "restrictions": kinds, "communities": alike}
    notes = (
        audit.CAUTION,
        "A model can have several kinds of restriction; their base is the models whose licence is known.",
    )
    return Finding(numbers, parts, _sentence(numbers), total, notes)


def _sentence(numbers: dict[str, Number]) -> str:
    approved, restricted, none, unknown = (
        audit.percent(numbers[f"share_{name}"]) for name in ("osi_approved", "use_restricted", "none", "unknown")
    )
    active = [audit.percent(numbers[f"active_share_{name}"]) for name in ("osi_approved", "use_restricted")]
    return (
        f"Of {plain(numbers['models'].value)} models, {approved} have a licence that the OSI approved, "
        f"{restricted} one that restricts use, {none} none at all; of {unknown} it is not known. "
        f"Among the {plain(numbers['active'].value)} with an interaction, {active[0]} are OSI-approved "
        f"and {active[1]} restrict use."
    )


def draw(answer: Answer, axes: AxesGrid, _part: str) -> None:
    """Shares by class and by licence; then the score and the decline of the communities of each class."""
    forest.draw_shares(axes[0], answer.tables["classes"], CLASSES)
    forest.draw_shares(axes[1], answer.tables["licences"], {"unknown": "not known"})
    axes[0].set_xlabel("% of models, by class of licence")
    axes[1].set_xlabel("% of models, by licence")
    forest.draw_communities(
        axes[2], answer.tables["communities"], "score", CLASSES, "mean persistence score (person-weeks)"
    )
    forest.draw_communities(
        axes[3], answer.tables["communities"], "declining", CLASSES, "% of communities with a falling trend (τ < 0)"
    )
    axes[0].legend(loc="lower right")


QUESTION = Question(
    name="licences",
    asks="Under which licences are models shared, and what are their communities like?",
    cites=Citation(section="4.3", methods="9"),
    measure=measure,
    estimate=estimate,
    draw=draw,
    unordered=audit.UNORDERED,
    rules=("decline_",),
    rows=4,
    size=(6.4, 9.6),
    heights=(7, 17, 7, 7),
    share_x=False,
    columns={
        "item": "class of licence, licence, or kind of restriction",
        **audit.SHARE_COLUMNS,
        "value": "class of licence",
        **audit.COMMUNITY_COLUMNS,
    },
)
