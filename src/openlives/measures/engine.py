"""One way in and out for every engine: DuckDB, Polars, pandas and PySpark.

A measure is written once, on Narwhals' lazy frames; decorated with `on_any_engine` it also takes a user's own frame and
gives back a frame of the same kind.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeAlias

import narwhals.stable.v2 as nw

Frame: TypeAlias = nw.LazyFrame[Any]


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


@dataclass
class Sharer:
    """Computes a frame once for its several readers: a lazy frame is otherwise computed again for each.

    DuckDB keeps it as a temporary table of `connection`, Polars and pandas in memory, Spark in its cache.
    """

    connection: Any = None
    count: int = 0

    def __call__(self, frame: Frame) -> Frame:
        """Give a frame that is computed already."""
        native: Any = frame.to_native()
        if frame.implementation.is_duckdb() and self.connection is not None:
            self.count += 1
            name = f"shared_{self.count}"
            self.connection.execute(f"CREATE TEMP TABLE {name} AS {native.sql_query()}")
            return lazy(self.connection.table(name))
        if frame.implementation.is_polars():
            return lazy(native.lazy().collect().lazy())
        if frame.implementation.is_pyspark():
            return lazy(native.cache())
        return frame

    def clear(self) -> None:
        """Drop what DuckDB kept."""
        for number in range(1, self.count + 1):
            self.connection.execute(f"DROP TABLE IF EXISTS shared_{number}")
