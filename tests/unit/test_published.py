"""What others published: complete, found by name, and at odds where it is known to be."""

import pytest

from openlives.governance import published as module
from openlives.governance.published import OSI, TABLE_1, TABLE_2, contradictions, counted, patterns, published

ROWS = {TABLE_1: 11, TABLE_2: 11, OSI: 12}
KNOWN = published()


@pytest.mark.parametrize("table", ROWS)
def test_every_row_is_there(table):
    """Each table has as many rows as its publication, and each is of a system that has a name and models."""
    assert len(KNOWN.tables[table]) == ROWS[table]
    assert all(KNOWN.systems[key].models and KNOWN.systems[key].name for key in KNOWN.tables[table])


def test_classes_of_the_list():
    """The OSI's list of October 2024: five pass, three would with other terms, four do not."""
    classes = [KNOWN.verdict(OSI, key, "class") for key in KNOWN.tables[OSI]]
    assert {name: classes.count(name) for name in classes} == {"open": 5, "partially open": 3, "closed": 4}


def test_rows_of_table_2_by_place():
    """Counted from the rows: four open in process alone, one in use alone, one in both, five in neither."""

    def count(process, use):
        return counted(KNOWN, {"table": TABLE_2, "where": {"process": process, "use": use}})

    assert [count("yes", "no"), count("no", "yes"), count("yes", "yes"), count("no", "no")] == [4, 1, 1, 5]


def test_rule_behind_the_column_of_use():
    """In Table 2 a model is use open exactly where its licence restricts nothing and nobody has to ask."""
    free = {"Apache 2.0", "MIT"}
    rows = KNOWN.tables[TABLE_2].values()
    assert [row["use"] for row in rows] == [
        "yes" if row["licence"] in free and row["gate"] == "no" else "no" for row in rows
    ]


@pytest.mark.parametrize(
    "about",
    [
        "models in Table 2: the text says 10, but the rows say 11",
        "process open and use restricted: the text says 5, but the rows say 4",
        "neither process nor use open: the text says 2, but the rows say 5",
        "Amber: the OSI lists it, but Table 1 has no such row",
        "Llama 3: Table 1 lists it",
        "Llama 2: the OSI lists it",
        "licence of StarCoder2: Table 1 gives Apache 2.0",
        "licence of Falcon: Table 1 gives RAIL-M",
        "process of Chatglm-6b: open in Table 2",
    ],
)
def test_contradictions(about):
    """Each of the known contradictions is found."""
    assert any(about in str(one) for one in contradictions())


def test_what_agrees_is_no_contradiction():
    """The text's one model that is open in both is no contradiction, nor is a class on which OSI and paper agree."""
    told = [str(one) for one in contradictions()]
    assert len(told) == 9
    assert not any("process and use open" in one or "Pythia" in one for one in told)


def test_contradictions_are_computed():
    """Another row makes another count."""
    row = {"licence": "MIT", "gate": "no", "process": "yes", "use": "no"}
    tables = {**KNOWN.tables, TABLE_2: {**KNOWN.tables[TABLE_2], "phi2": row}}
    more = module.Published(KNOWN.sources, KNOWN.systems, tables, KNOWN.licences, KNOWN.claims)
    told = [str(one) for one in contradictions(more)]
    assert not any("process open and use restricted" in one for one in told)
    assert any("the rows say 12" in one for one in told)


def test_models_are_matched_whatever_their_case():
    """Names are compared in lower case; a star stands for any ending, and a longer name is another model."""
    llama, phi = KNOWN.systems["llama2"], KNOWN.systems["phi2"]
    assert llama.matches("meta-llama/Llama-2-7b-chat-hf")
    assert phi.matches("Microsoft/PHI-2")
    assert not phi.matches("microsoft/phi-2-gguf")
    assert not phi.matches("other/phi-2")
    assert patterns([llama, phi]) == (["microsoft/phi-2"], ["meta-llama/llama-2-"])


def test_every_model_is_written_in_lower_case():
    """Ids are in lower case, and a star stands only at an end: engines look for beginnings."""
    models = [model for system in KNOWN.systems.values() for model in system.models]
    assert models == [model.lower() for model in models]
    assert not [model for model in models if "*" in model[:-1] or "?" in model or "[" in model]


def test_every_source_can_be_found():
    """Each source has a title, a section, a date and an address."""
    assert set(ROWS) <= set(KNOWN.sources)
    assert all(s.title and s.section and s.date and s.address.startswith("https://") for s in KNOWN.sources.values())


def test_every_licence_of_the_tables_is_explained():
    """Each licence named in a table has the ids that it can mean."""
    named = {row["licence"] for table in (TABLE_1, TABLE_2) for row in KNOWN.tables[table].values()}
    assert named <= set(KNOWN.licences)
