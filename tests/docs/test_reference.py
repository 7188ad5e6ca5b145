"""The documentation says what the product does."""

import importlib.util
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SPEC = importlib.util.spec_from_file_location("write_reference", ROOT / "docs" / "write_reference.py")
assert SPEC is not None
assert SPEC.loader is not None
REFERENCE = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(REFERENCE)


@pytest.mark.parametrize("page", REFERENCE.PAGES)
def test_reference_pages_are_up_to_date(page):
    """Each generated page is what the product would write now: run `make docs` if not."""
    assert (ROOT / "docs" / "reference" / page).read_text(encoding="utf-8") == REFERENCE.PAGES[page]()


def test_every_link_between_pages_leads_somewhere():
    """Relative links in Markdown point to files that exist."""
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    assert len(pages) > 5
    missing = [
        f"{page.name}: {target}"
        for page in pages
        for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", page.read_text(encoding="utf-8"))
        if not (page.parent / target).exists()
    ]
    assert missing == []


def test_every_dependency_is_explained():
    """Each run-time dependency has its line in dependencies.md."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    block = text.split("dependencies = [")[1].split("]")[0]
    names = re.findall(r'"([a-z0-9-]+)', block)
    page = (ROOT / "docs" / "explanation" / "dependencies.md").read_text(encoding="utf-8")
    assert names
    assert [name for name in names if f"**{name}**" not in page] == []
