"""Models by profile: all that the questions of governance ask of a model, told once for all models that are alike.

Most models are like many others in what is known of them, so a whole register is a short table of profiles and a
number a model. Shares by owner are then sums over small whole numbers, and no text is carried along.
"""

import narwhals.stable.v2 as nw

from openlives.measures.engine import Frame, grouped

UNKNOWN = "unknown"
VERDICTS = ("licence", "licence_class", "restrictions", "gate", "discussions", "sections", "process", "use")
PROBES = (
    "card_sections",
    "model_code",
    "training_code",
    "weights",
    "datasets_declared",
    "evaluation",
    "emissions",
    "explainability",
    "paper",
)
OF_REGISTER = (*VERDICTS, *(f"probe_{name}" for name in PROBES))
OF_ARTIFACT = ("kind", "outcome")


def described(artifacts: Frame, register: Frame) -> Frame:
    """Every model with its `owner` and what is known of it, as far as the tables tell; what is not known is `unknown`.

    `registered` is 1 where the register has it. Of the `words` of its card only what matters is kept: -1 where the card
    was not read, 0 without words, 1 with some.
    """
    own, told = (
        [name for name in names if name in frame.collect_schema().names()]
        for names, frame in ((OF_ARTIFACT, artifacts), ((*OF_REGISTER, "words"), register))
    )
    rows = register.select("artifact", *told, registered=nw.lit(1))
    joined = artifacts.select("artifact", *own, owner="owner_key").join(rows, on="artifact", how="left")
    chosen = nw.col("registered") == 1
    found = joined.filter(chosen | (nw.col("kind") == "model") if "kind" in own else chosen)
    texts = [name for name in (*own, *told) if name != "words"]
    filled = found.with_columns(
        nw.col("registered").fill_null(0).cast(nw.Int64), *(nw.col(name).fill_null(UNKNOWN) for name in texts)
    )
    return filled.with_columns(words=_some("words")) if "words" in told else filled


def _some(column: str) -> nw.Expr:
    count = nw.col(column)
    return nw.when(count.is_null()).then(nw.lit(-1)).otherwise((count.fill_null(0) > 0).cast(nw.Int64))


def profiles(described: Frame) -> Frame:
    """One row a profile: its number and what its models share."""
    columns = [name for name in described.collect_schema().names() if name not in ("artifact", "owner")]
    first = described.group_by(*columns).agg(first=nw.col("artifact").min())
    return (
        first.with_row_index("profile", order_by="first").drop("first").with_columns(nw.col("profile").cast(nw.Int64))
    )


def placed(described: Frame, profiles: Frame) -> Frame:
    """Every model with its owner and its profile: `artifact`, `owner`, `profile`."""
    columns = [name for name in profiles.collect_schema().names() if name != "profile"]
    return described.join(profiles, on=columns, how="inner").select("artifact", "owner", "profile")


def owned(models: Frame, lives: Frame) -> Frame:
    """Count the models of each owner by profile and by whether somebody wrote there (`active`, 0 or 1): `models`."""
    active = lives.select("artifact", active=nw.lit(1))
    marked = models.join(active, on="artifact", how="left").with_columns(
        active=nw.col("active").fill_null(0).cast(nw.Int64)
    )
    return grouped(marked, "owner", "profile", "active", models=nw.len())
