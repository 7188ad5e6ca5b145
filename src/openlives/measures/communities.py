"""Communities: sets of artifacts that share a tag, an owner, a family, or a list (methods, section 7)."""

from collections.abc import Mapping

import narwhals.stable.v2 as nw

from openlives.errors import RulesError
from openlives.measures.engine import Frame, among, grouped, lazy, on_any_engine


@on_any_engine
def with_tag(tags: Frame, *, names: list[str]) -> Frame:
    """Artifacts with any of the tags, compared in lower case: `artifact`."""
    return (
        tags.filter(nw.col("tag").str.to_lowercase().is_in([name.lower() for name in names]))
        .select("artifact")
        .unique()
    )


@on_any_engine
def of_owner(artifacts: Frame, *, name: str) -> Frame:
    """Artifacts of an owner, compared in lower case: `artifact`."""
    return artifacts.filter(nw.col("owner").str.to_lowercase() == name.lower()).select("artifact")


@on_any_engine
def on_list(artifacts: Frame, *, names: list[str]) -> Frame:
    """Artifacts by name: `artifact`."""
    return among(artifacts, "name", names).select("artifact")


@on_any_engine
def family(artifacts: Frame, *, root: str) -> Frame:
    """A base model and its descendants, as far as the collection knows them: `artifact`.

    Follows `base_models` downwards, however deep, on the few artifacts that name a base; circles end by themselves.
    """
    has_base = artifacts.filter(~nw.col("base_models").is_null()).select("artifact", "name", "base_models")
    named = has_base.collect("pandas").to_native()
    children: dict[str, list[str]] = {}
    for name, bases in zip(named["name"], named["base_models"], strict=True):
        for base in bases:
            children.setdefault(str(base), []).append(str(name))
    found, queue = {root}, [root]
    while queue:
        new = [c for c in children.get(queue.pop(), []) if c not in found]
        found.update(new)
        queue.extend(new)
    return on_list(artifacts, names=sorted(found))  # type: ignore[no-any-return]  # a lazy frame in is a lazy frame out


@on_any_engine
def derivatives(artifacts: Frame) -> Frame:
    """Count the artifacts that name each as their base: `name`, `derivatives`; those that nobody names have no row."""
    named = artifacts.filter(~nw.col("base_models").is_null()).select("base_models")
    if isinstance(named.collect_schema()["base_models"], nw.List):
        bases = named.explode("base_models")
    else:  # pandas keeps lists as objects
        bases = lazy(named.collect("pandas").to_native().explode("base_models").dropna())
    return grouped(bases.select(name=nw.col("base_models").cast(nw.String)), "name", derivatives=nw.len())


def community(
    spec: str,
    artifacts: Frame,
    tags: Frame,
    *,
    lists: Mapping[str, tuple[str, ...]],
    synonyms: Mapping[str, tuple[str, ...]],
) -> Frame:
    """Give the artifacts of `tag:NAME`, `owner:NAME`, `family:MODEL` or `list:NAME`, or the one of `model:NAME`."""
    kind, _, name = spec.partition(":")
    if kind == "tag" and name:
        return with_tag(tags, names=[name, *synonyms.get(name, ())])  # type: ignore[no-any-return]  # as above
    if kind == "owner" and name:
        return of_owner(artifacts, name=name)  # type: ignore[no-any-return]  # as above
    if kind == "family" and name:
        return family(artifacts, root=name)  # type: ignore[no-any-return]  # as above
    if kind == "model" and name:
        return on_list(artifacts, names=[name])  # type: ignore[no-any-return]  # as above
    if kind == "list" and name in lists:
        return on_list(artifacts, names=list(lists[name]))  # type: ignore[no-any-return]  # as above
    todo = "Write tag:NAME, owner:NAME, family:MODEL, or list:NAME with the list under [lists] in the study file."
    raise RulesError(f"No such kind of community: {spec!r}", todo=todo)
