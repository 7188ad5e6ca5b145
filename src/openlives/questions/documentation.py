"""What do model cards tell, and are documented models other communities? (§3.2, §4.3)"""

import narwhals.stable.v2 as nw

from openlives.measures.engine import Frame
from openlives.measures.frames import Frames
from openlives.questions import audit, forest
from openlives.questions.counted import Counted
from openlives.questions.question import Answer, AxesGrid, Citation, Finding, Number, Question, Tables, plain
from openlives.rules import Rules

SECTIONS = (  # those that the probe `card_sections` knows, which is dear to import
    "description",
    "intended_use",
    "how_to",
    "training_data",
    "training",
    "evaluation",
    "bias",
    "environment",
    "licence",
    "citation",
    "contact",
)
WORDS = "words of its own"
LICENCE = "a licence"
DATASETS = "data sets named"
BIAS = "section: bias, limitations"
PROBED = {
    DATASETS: "probe_datasets_declared",
    "results of tests": "probe_evaluation",
    "energy or emissions": "probe_emissions",
    "a paper or report": "probe_paper",
}
HEADINGS = {
    name: BIAS if name == "bias" else f"section: {name.replace('_', ' ').replace('how to', 'how to use')}"
    for name in SECTIONS
}
ITEMS = (WORDS, LICENCE, *PROBED, *HEADINGS.values())
# Pepe et al. 2024, doi:10.1145/3643916.3644412: shares of the models that they read, of those with a card or without.
PEPE = {DATASETS: 0.14, BIAS: 0.18, LICENCE: 0.31}
CARDS = {
    "yes": "sections with words",
    "partial": "words, but no section",
    "no": "no words of its own",
    "unknown": "card not read",
}


def measure(frames: Frames, rules: Rules) -> dict[str, Frame]:
    """What the cards and metadata that were read tell, by owner; and the communities by whether a card has sections."""
    alike = audit.alike(frames)
    read = nw.col("words") >= 0
    items = {
        WORDS: (nw.col("words") > 0, read),
        LICENCE: (nw.col("licence_class") != "none", nw.col("licence_class") != audit.UNKNOWN),
        **{name: audit.observed(column) for name, column in PROBED.items()},
        **{HEADINGS[name]: (nw.col("sections").str.contains(rf"(?:^|;){name}(?:;|$)"), read) for name in SECTIONS},
    }
    seen = [read, *(nw.col(column).is_in(list(audit.SEEN)) for column in PROBED.values())]
    looked = {"read": (nw.any_horizontal(*seen, ignore_nulls=True), audit.every())}
    return {
        **audit.tallies(audit.owned(frames), alike, told=items, read=looked),
        **audit.communities(frames, rules, "probe_card_sections"),
    }


def estimate(tables: Tables, rules: Rules) -> Finding:
    """Shares over the models of which a card or metadata were read; scores and decline by what the card holds."""
    counted = Counted.of(tables)
    told = audit.shares(counted, "told", ITEMS, rules, 50)
    read = audit.shares(counted, "read", ["read"], rules, 51).iloc[0]
    alike = audit.side_by_side(tables, list(CARDS), rules, 52)
    numbers = {
        "models": Number(float(read["known"]), "models", "models"),
        "read": Number(float(read["yes"]), "of these, with a card or metadata that were read", "models"),
        "active_read": Number(float(read["active_yes"]), "of these, with an interaction in the window", "models"),
        **audit.share_numbers(told, "", {}),
        **audit.community_numbers(alike, "card: ", CARDS),
    }
    told["pepe_2024"] = told["item"].map(PEPE)
    return Finding(
        numbers, {"told": told, "communities": alike}, _sentence(numbers), int(read["yes"]), _notes(read["yes"])
    )


def _sentence(numbers: dict[str, Number]) -> str:
    total, read = (plain(numbers[name].value) for name in ("models", "read"))
    about = f"Of {total} models, the card or the metadata of {read} were read."
    if not numbers["read"].value:
        return f"{about} What models document is not known."
    shares = {name: audit.percent(numbers[f"share_{audit.named(name)}"]) for name in PEPE}
    return (
        f"{about} Of those of which it is known, {shares[DATASETS]} name data sets (Pepe et al. 2024: 14 %), "
        f"{shares[BIAS]} tell of bias (18 %), and {shares[LICENCE]} name a licence (31 %)."
    )


def _notes(read: int) -> tuple[str, ...]:
    base = "The base of each share is the models whose card or metadata were read and could tell it, not all models."
    none = "No card was read: collect with cards, or import a table that has them."
    pepe = "Pepe et al. 2024 (doi:10.1145/3643916.3644412) read other models, chosen in another way: no test of ours."
    return (audit.CAUTION, base, pepe, *(() if read else (none,)))


def draw(answer: Answer, axes: AxesGrid, _part: str) -> None:
    """What cards tell, beside what Pepe et al. found; then the score and the decline of communities by card."""
    forest.draw_shares(axes[0], answer.tables["told"], {}, references=PEPE)
    axes[0].set_xlabel("% of models of which it is known")
    axes[0].legend(loc="lower right")
    alike = answer.tables["communities"]
    forest.draw_communities(axes[1], alike, "score", CARDS, "mean persistence score (person-weeks)")
    forest.draw_communities(axes[2], alike, "declining", CARDS, "% of communities with a falling trend (τ < 0)")


QUESTION = Question(
    name="documentation",
    asks="What do model cards tell, and what are the communities of documented models like?",
    cites=Citation(section="3.2", methods="9"),
    measure=measure,
    estimate=estimate,
    draw=draw,
    unordered=audit.UNORDERED,
    rules=("decline_",),
    rows=3,
    size=(6.4, 8.0),
    heights=(17, 5, 5),
    share_x=False,
    columns={
        "item": "what a card or its metadata hold",
        **audit.SHARE_COLUMNS,
        "pepe_2024": "share that Pepe et al. 2024 found",
        "value": "what the card holds",
        **audit.COMMUNITY_COLUMNS,
    },
)
