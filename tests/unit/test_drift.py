"""openlives drift, and the questions of openness, from a collection on disk to text, JSON, CSV, LaTeX and pictures."""

import json

import pandas as pd
import pytest

import openlives
from given import DAY_ONE, built, comment, model, thread, told
from openlives.collection import Collection
from openlives.questions import QUESTIONS
from openlives.questions.standing import TEXTS, VERDICTS

NAMES = ("definition", "openness", "drift")
TERMS = {"nc/base": ("cc-by-nc-4.0", "non-commercial", "no"), "fine/tuned": ("mit", "", "yes")}


def standing(name):
    """Make up a row of the register."""
    licence, kinds, terms = TERMS.get(name, ("", "", "unknown"))
    verdicts = dict.fromkeys(VERDICTS, "unknown") | {"terms": terms, "gate": "auto" if name == "nc/base" else "none"}
    return verdicts | dict.fromkeys(TEXTS, "") | {"licence": licence, "restrictions": kinds}


@pytest.fixture
def hub(tmp_path, monkeypatch):
    """A collection of three models, two of them a family, with a made-up register beside it."""
    tuned = {"license": "mit", "base_model": ["nc/base", "gone/<b>away</b>"]}
    told(
        tmp_path,
        model("nc/base", cardData={"license": "cc-by-nc-4.0"}, gated="auto"),
        model("fine/tuned", cardData=tuned, gated=False),
        model("microsoft/phi-2"),
        thread("nc/base", 1, comment("ada"), comment("bea", DAY_ONE.replace("-01-01", "-02-01"))),
    )
    folder = built(tmp_path / "hub")
    artifacts = openlives.open(folder).connection.execute("SELECT artifact, name FROM artifacts ORDER BY 1").fetchall()
    rows = [{"artifact": artifact, **standing(name)} for artifact, name in artifacts]
    pd.DataFrame(rows).to_parquet(folder / "openness.parquet")
    monkeypatch.setattr(Collection, "register", lambda self: self.folder / "openness.parquet")
    return folder


def test_drift_is_told(command, hub):
    """The command says who is more open than its base, and that nothing was looked at more than once."""
    code, said, complaint = command("drift", hub)
    assert (code, complaint) == (0, "")
    assert "licence is open, its base's restricts use (1 of 1)" in said
    assert "base not collected (1 of 2)" in said
    assert "change over time cannot be seen" in said


def test_drift_is_the_answer_to_the_question(command, hub):
    """The command is `ask drift` for everyone."""
    answer = json.loads(command("drift", hub, "--json")[1])
    assert answer == json.loads(command("ask", "drift", hub, "--people", "everyone", "--json")[1])
    assert answer[0]["tables"]["cases"][0]["name"] == "fine/tuned"


def test_drift_as_csv(command, hub):
    """Cases are the main table; another is given by name, and a name that is none is refused."""
    assert "fine/tuned,nc/base,1,,more open,dropped" in command("drift", hub, "--csv")[1]
    assert command("drift", hub, "--csv", "--table", "families")[1].startswith("people_counted,base,models")
    assert command("drift", hub, "--csv", "--table", "nothing")[0] == 2


def test_drift_as_a_picture(command, hub, tmp_path):
    """A figure is written where it was asked for."""
    code, said, _ = command("drift", hub, "--figure", tmp_path / "drift.svg")
    assert (code, said.strip()) == (0, str(tmp_path / "drift.svg"))
    assert b"<svg" in (tmp_path / "drift.svg").read_bytes()


def test_drift_of_nothing(command, tmp_path):
    """A folder that is no collection is one clear message."""
    code, _, complaint = command("drift", tmp_path / "nowhere")
    assert code == 5
    assert "There is no such collection" in complaint


@pytest.mark.parametrize("name", NAMES)
def test_every_form(hub, name):
    """Each question prints as text, JSON, CSV and LaTeX; every column of its tables is explained."""
    answer = openlives.open(hub).ask(name, people="everyone", draws=20)[0]
    content = json.loads(answer.to_json())
    assert content["sentence"] in str(answer)
    assert r"\begin{table}" in answer.to_latex()
    explained = {word for key in QUESTIONS[name].columns for word in key.split(", ")}
    stems = {word.removesuffix("_low").removesuffix("_high") for word in explained}
    for table in answer.tables.values():
        assert answer.to_csv(None).count("\n") == len(answer.table) + 1
        columns = {c.removesuffix("_low").removesuffix("_high") for c in table.columns}
        assert columns <= stems | {"low", "high"}


@pytest.mark.parametrize("name", NAMES)
def test_same_again(hub, name):
    """The same collection and rules give the same bytes."""
    first, second = (openlives.open(hub).ask(name, people="everyone", draws=20)[0].to_json() for _ in range(2))
    assert first == second


@pytest.mark.parametrize("name", NAMES)
def test_every_figure(command, hub, tmp_path, name):
    """Each question draws both readings, also of next to nothing."""
    assert command("ask", name, hub, "--figure", tmp_path / "figure.png")[0] == 0
    assert (tmp_path / "figure.png").stat().st_size > 5000
