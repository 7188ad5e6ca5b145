"""Every worked example, on every engine, from the user's own frame to an answer of the same kind."""

from itertools import product

import duckdb
import pandas as pd
import polars as pl
import pytest
import write_docs
from examples import EXAMPLES, Example, Table

from openlives import measures
from openlives.measures import clock, movement, replies, ways

NAMES = {
    **{name: getattr(measures, name) for name in measures.__all__},
    "with_month": clock.with_month,
    "stays": movement.stays,
    "community_weeks": movement.community_weeks,
    "replies": replies.replies,
    **{name: getattr(ways, name) for name in ("visitors", "elsewhere", "ways")},
}
SQL = {str: "VARCHAR", int: "BIGINT", bool: "BOOLEAN", list: "VARCHAR[]"}
POLARS = {str: pl.String, int: pl.Int64, bool: pl.Boolean, list: pl.List(pl.String)}
NULLABLE = {str: "string", int: "Int64", bool: "boolean", list: "object"}
SPARK = {str: "string", int: "bigint", bool: "boolean", list: "array<string>"}
WHOLE = pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: e.title)


def in_polars(table: Table) -> pl.DataFrame:
    """Make an eager Polars frame."""
    return pl.DataFrame(table.rows, {name: POLARS[kind] for name, kind in table.columns.items()}, orient="row")


def in_pandas(table: Table) -> pd.DataFrame:
    """Make the pandas frame that `pandas.read_parquet` gives: numpy's integers where none is missing, else objects."""
    return in_polars(table).to_pandas()


def in_duckdb(connection: duckdb.DuckDBPyConnection, name: str, table: Table) -> duckdb.DuckDBPyRelation:
    """Make a table of a connection of one's own."""
    columns = ", ".join(f'"{column}" {SQL[kind]}' for column, kind in table.columns.items())
    connection.execute(f"CREATE TABLE {name} ({columns})")
    connection.executemany(f"INSERT INTO {name} VALUES ({', '.join('?' * len(table.columns))})", table.rows)
    return connection.table(name)


def in_spark(session, table: Table):
    """Make a Spark frame."""
    schema = ", ".join(f"{name} {SPARK[kind]}" for name, kind in table.columns.items())
    return session.createDataFrame(table.rows, schema)


def rows(answer, columns):
    """Give the rows of a native frame as plain Python values."""
    if isinstance(answer, duckdb.DuckDBPyRelation):
        return answer.select(*columns).fetchall()
    if isinstance(answer, pl.LazyFrame):
        return answer.select(columns).collect().rows()
    if isinstance(answer, pl.DataFrame):
        return answer.select(columns).rows()
    if isinstance(answer, pd.DataFrame):
        plain = answer[columns].astype(object).where(answer[columns].notna(), None)
        return [tuple(row) for row in plain.to_numpy().tolist()]
    return [tuple(row) for row in answer.select(*columns).collect()]


def in_order(given):
    """Sort rows, nulls last."""
    return sorted(given, key=lambda row: [(value is None, value) for value in row])


def tried(example: Example, frames):
    """Run an example on native frames, and hold the answer against that worked out by hand."""
    answer = eval(example.call, NAMES, frames)  # noqa: S307  # our own examples
    kind = type(next(iter(frames.values())))
    assert isinstance(answer, kind), f"{kind} in, {type(answer)} out"
    columns = list(example.expected.columns)
    assert sorted(answer.columns if kind is not pl.LazyFrame else answer.collect_schema().names()) == sorted(columns)
    found = rows(answer, columns)
    assert in_order(found) == in_order(example.expected.rows)
    gaps = {
        column for row in example.expected.rows for column, value in zip(columns, row, strict=True) if value is None
    }
    floats = gaps if kind is pd.DataFrame else set()  # numpy has no whole number for what is missing
    kinds = {(type(value), column in floats) for row in found for column, value in zip(columns, row, strict=True)}
    assert kinds <= {*product((str, int, type(None)), (True, False)), (float, True)}


@WHOLE
def test_duckdb(example):
    """DuckDB: relations of a connection of one's own, not the default one."""
    with duckdb.connect() as connection:
        tried(example, {name: in_duckdb(connection, name, table) for name, table in example.given.items()})


@WHOLE
def test_polars(example):
    """Polars: eager frames in, eager frames out."""
    tried(example, {name: in_polars(table) for name, table in example.given.items()})


@WHOLE
def test_polars_lazily(example):
    """Polars: lazy frames in, lazy frames out."""
    tried(example, {name: in_polars(table).lazy() for name, table in example.given.items()})


@WHOLE
def test_pandas(example):
    """pandas, as it reads Parquet: objects with None where something is missing."""
    tried(example, {name: in_pandas(table) for name, table in example.given.items()})


@WHOLE
def test_pandas_nullable(example):
    """With the nullable types of pandas."""
    kinds = {name: {c: NULLABLE[k] for c, k in table.columns.items()} for name, table in example.given.items()}
    tried(example, {name: in_pandas(table).astype(kinds[name]) for name, table in example.given.items()})


@WHOLE
def test_pyspark(example, spark):
    """PySpark."""
    tried(example, {name: in_spark(spark, table) for name, table in example.given.items()})


def test_page_is_up_to_date():
    """The page of the docs is what `python tests/spec/write_docs.py` writes."""
    assert write_docs.PAGE.read_text(encoding="utf-8") == write_docs.page()


@pytest.mark.parametrize("name", [n for n in NAMES if n != "with_month"])
def test_every_measure_has_an_example(name):
    """No public measure is without a worked example."""
    assert any(f"{name}(" in example.call for example in EXAMPLES)
