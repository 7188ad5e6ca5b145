"""Automation: accounts that act without a human (methods, section 1).

Three rules: an account of the published table, an event posted through an app, and an account that opens the same
thread again and again on many artifacts. `openlives automation HUB` shows whom they catch, and why.
"""

import tomllib
from functools import cache
from importlib.resources import files

import narwhals.stable.v2 as nw

from openlives.measures.engine import Frame, grouped, on_any_engine


@cache
def known_accounts() -> dict[str, dict[str, str]]:
    """Give the published rule table: account name in lower case → its name, reason and source."""
    text = (files("openlives.measures") / "automation.toml").read_text(encoding="utf-8")
    return {entry["name"].lower(): entry for entry in tomllib.loads(text)["account"]}


@on_any_engine
def listed_people(people: Frame, *, accounts: list[str]) -> Frame:
    """People whose account is on a list: `person`."""
    return people.filter(nw.col("name").str.to_lowercase().is_in([name.lower() for name in accounts])).select("person")


@on_any_engine
def openings(threads: Frame) -> Frame:
    """How each person opens threads: `person`, `threads`, `artifacts`, and `same`.

    `same` is the size of their largest set of equal texts.
    """
    opened = threads.filter(~nw.col("opener").is_null()).with_columns(person=nw.col("opener"))
    per_artifact = grouped(opened, "person", "artifact", threads=nw.len())
    reach = grouped(per_artifact, "person", threads=nw.col("threads").sum(), artifacts=nw.len())
    texts = grouped(opened.filter(~nw.col("template").is_null()), "person", "template", same=nw.len())
    largest = grouped(texts, "person", same=nw.col("same").max())
    return reach.join(largest, on="person", how="left").with_columns(same=nw.col("same").fill_null(0).cast(nw.Int64))


@on_any_engine
def repeaters(openings: Frame, *, min_artifacts: int, min_same: float) -> Frame:
    """People who open equal threads on many artifacts: the rows of `openings` that the behaviour rule catches."""
    equal = nw.col("same") * 1.0 >= nw.col("threads") * min_same - 1e-9  # 4 of 5 is 80 %
    return openings.filter(nw.col("artifacts") >= min_artifacts, equal)
