"""One way in and out for every engine: DuckDB, Polars, pandas and PySpark.

A measure is written once, on Narwhals' lazy frames; decorated with `on_any_engine` it also takes a user's own frame and
gives back a frame of the same kind.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import wraps
from itertools import count
from typing import Any, TypeAlias

import duckdb
import narwhals.stable.v2 as nw

Frame: TypeAlias = nw.LazyFrame[Any]
NUMBERS = count(1)  # of temporary tables: several sharers may have one connection


def lazy(frame: Any) -> Frame:
    """Take a frame of any engine as a lazy Narwhals frame."""
    if isinstance(frame, nw.LazyFrame):
        return frame
    wrapped = nw.from_native(frame)
    return wrapped if isinstance(wrapped, nw.LazyFrame) else wrapped.lazy()


def on_any_engine(measure: Callable[..., Frame]) -> Callable[..., Any]:
    """Let a measure take native frames too, and answer in kind."""

    @wraps(measure)
    def measured(*frames: Any, **parameters: Any) -> Any:
        if all(isinstance(frame, nw.LazyFrame) for frame in frames):
            return measure(*frames, **parameters)
        result = measure(*map(lazy, frames), **parameters)
        eager = isinstance(nw.from_native(frames[0]), nw.DataFrame)
        return result.collect(result.implementation).to_native() if eager else result.to_native()

    return measured


def grouped(frame: Frame, *by: str, **sums: nw.Expr) -> Frame:
    """Group and add up, as whole numbers on every engine.

    Sums are cast after the grouping: DuckDB widens them, and pandas would take a cast within it for a loop over groups.
    """
    return frame.group_by(*by).agg(**sums).with_columns(nw.col(*sums).cast(nw.Int64))


def exploded(frame: Frame, column: str) -> Frame:
    """Give a row for each element of a column of lists; pandas has them as objects, which Narwhals does not explode."""
    if frame.implementation.is_pandas():
        native: Any = frame.to_native()
        return lazy(native.explode(column, ignore_index=True))
    return frame.explode(column)


def among(frame: Frame, column: str, values: Sequence[Any]) -> Frame:
    """Give the rows of a column's few values: by an index, or by what is known of blocks of rows, where there is one.

    Narwhals writes membership for DuckDB as a search in a list, for which it reads every row.
    """
    if not frame.implementation.is_duckdb() or not values:
        return frame.filter(nw.col(column).is_in(values))
    native: Any = frame.to_native()
    wanted = [duckdb.ConstantExpression(value) for value in values]
    return lazy(native.filter(duckdb.ColumnExpression(column).isin(*wanted)))


@dataclass
class Sharer:
    """Computes a frame once for its several readers: a lazy frame is otherwise computed again for each.

    DuckDB keeps it as a temporary table of `connection`, Polars and pandas in memory, Spark in its cache. What one
    question shares is let go once it is answered (`passing`); what is marked `keep` stays until `close`.
    """

    connection: Any = None
    kept: list[str] = field(default_factory=list)
    lent: list[str] = field(default_factory=list)

    def __call__(self, frame: Frame, *, keep: bool = False) -> Frame:
        """Give a frame that is computed already."""
        native: Any = frame.to_native()
        if frame.implementation.is_duckdb() and self.connection is not None:
            name = f"shared_{next(NUMBERS)}"
            self.connection.execute(f"CREATE TEMP TABLE {name} AS {native.sql_query()}")
            (self.kept if keep else self.lent).append(name)
            return lazy(self.connection.table(name))
        if frame.implementation.is_polars():
            return lazy(native.lazy().collect().lazy())
        if frame.implementation.is_pyspark():
            return lazy(native.cache())
        return frame

    @contextmanager
    def passing(self) -> Iterator[None]:
        """Let go, at the end, of what is shared from here on without being kept."""
        before = len(self.lent)
        try:
            yield
        finally:
            self._drop(self.lent[before:])
            del self.lent[before:]

    @contextmanager
    def keeping(self) -> Iterator[None]:
        """Keep whatever is shared from here on, until `close`."""
        before = len(self.lent)
        try:
            yield
        finally:
            self.kept += self.lent[before:]
            del self.lent[before:]

    def close(self) -> None:
        """Let go of everything."""
        self._drop([*self.lent, *self.kept])
        self.lent.clear()
        self.kept.clear()

    def _drop(self, names: Sequence[str]) -> None:
        for name in names:
            self.connection.execute(f"DROP TABLE IF EXISTS {name}")
