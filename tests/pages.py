"""Reading pages of the explorer as a program does, and what `openlives ask` prints for the words that they say."""

import json
import re
from collections import Counter
from functools import lru_cache

from click.testing import CliRunner
from lxml import html

from given import QUICK, built, comment, decided, model, thread, told
from openlives.cli import cli
from openlives.measures.clock import calendar_week_start, date
from openlives.questions.question import plain
from openlives.web.explorer.block import cell


def tree(text):
    """Read a page."""
    return html.fromstring(text)


def words_of(element):
    """Give the words of the command that an element says it is of."""
    return tuple(json.loads(element.get("data-ask")))


class Asked:
    """What the command line prints about one collection; each question is asked once."""

    def __init__(self, hub):
        self.hub = hub
        self.text = lru_cache(maxsize=None)(self._text)

    def _text(self, words):
        name, *rest = words
        done = CliRunner().invoke(cli, ["ask", name, str(self.hub), *rest, "--json"])
        assert done.exit_code == 0, f"{words}: {done.output}"
        return done.stdout

    def __call__(self, words):
        """Give the answer to the words of a page."""
        return json.loads(self.text(tuple(words)))[0]


def compared(text, asked):
    """Hold every number of a page against what the command line says; give how many there were of each kind."""
    page, counts = tree(text), Counter()
    for number in page.xpath("//data[@data-number]"):
        told = asked(words_of(number))["numbers"][number.get("data-number")]
        value = told["value"]
        assert number.get("value") == ("" if value is None else str(value))
        assert number.text_content() == ("not known" if value is None else plain(value))
        after = number.getnext()
        between = after.text_content() if after is not None and after.get("class") == "interval" else ""
        known = told["low"] is not None and told["high"] is not None
        assert between == (f"[{plain(told['low'])}, {plain(told['high'])}]" if known else "")
        counts["numbers"] += 1
    for one in page.xpath("//data[@data-cell]"):
        table, among, column = one.get("data-cell").split()
        rows = asked(words_of(one))["tables"][table]
        row = next(r for r in rows if r["quadrant"] == one.get("data-where") and r["among"] == among)
        assert (one.get("value"), one.text_content()) == (str(row[column]), cell(row[column]))
        counts["cells"] += 1
    for table in page.xpath("//table[@data-table]"):
        counts["rows"] += _rows(table, asked)
    for chart in page.xpath("//svg[@data-chart]"):
        counts["bars"] += _bars(chart, asked)
    _unmarked(page)
    return counts


def _rows(table, asked):
    """Hold a table's rows against those of the answer: each must be one of them."""
    columns = [head.get("data-column") for head in table.xpath(".//th[@data-column]")]
    answer = asked(words_of(table))["tables"][table.get("data-table")]
    there = Counter(tuple(cell(row[column]) for column in columns) for row in answer)
    shown = Counter(tuple(one.text_content() for one in row.xpath("./td")) for row in table.xpath(".//tbody/tr"))
    assert shown <= there, f"{words_of(table)} {table.get('data-table')}: {shown - there}"
    return shown.total()


def _bars(chart, asked):
    """Hold a chart's bars against its weeks: all of them, and none else."""
    column, of = chart.get("data-column"), chart.get("data-of")
    rows = asked(words_of(chart))["tables"][chart.get("data-chart")]
    if column == "value":  # a community: by model, and the contributors of all
        rows = [row for row in rows if (row["what"] == "contributors") == (of == "contributors")]
        named = [(row["week"], row["name"], row["value"]) for row in rows]
    else:
        named = [(row["week"], column, row[column]) for row in rows if row["name"] == of]
    there = Counter((date(calendar_week_start(week)), name, plain(float(n))) for week, name, n in named if n)
    titles = [title.text_content() for title in chart.xpath(".//rect[starts-with(@class, 'l')]/title")]
    shown = Counter(re.fullmatch(r"(?s)(\S+), (.*): (\S+) (?:interactions|people)", title).groups() for title in titles)
    assert shown == there
    return shown.total()


def _unmarked(page):
    """Tell that no table or bar stands in a page without saying which command prints it."""
    charts = page.xpath("//svg[contains(@class, 'chart') and not(@data-chart) and not(contains(@class, 'strip'))]")
    assert charts == []
    for table in page.xpath("//table[not(@data-table)]"):
        loose = [c.text_content() for c in table.xpath(".//td[not(data)]") if re.search(r"\d", c.text_content())]
        assert loose == [] or table.xpath(".//th[@scope='colgroup']"), loose


LITTLE = "".join(f"{name} = {value!r}\n" for name, value in QUICK.items() if name != "communities")
HOSTILE = (
    "<script>alert(1)</script>/<img src=x onerror=alert(2)>",
    'own"er/"><img src=x onerror=alert(3)>',
    "javascript:alert(4)/x",
    "o'wner/it's {{7*7}} ${7*7} {% raw %}",
    "bidi\u202eowner/zero\u200bwidth\ufeffname",
    "line/one\ntwo",
    "long/" + "n" * 300,
    "../../etc/passwd",
    "percent/%00%2e%2e%2f",
    "owner/Same",
    "owner/same",
    "own/a--b",
    "own--a/b",
    "money/$\\frac{1}{$ ^_",
)
FOES = ("<script>alert(5)</script>", '"><img src=x onerror=alert(6)>', "[x](javascript:alert(7))", "{{7*7}}", "$x^$")


def hostile(folder):
    """Make a collection whose every name, tag, task, licence, title and comment is hostile."""
    documents = []
    for place, name in enumerate(HOSTILE):
        foe = FOES[place % len(FOES)]
        card = f"---\nlicense: {json.dumps(foe)}\n---\n# {foe}\nTrained on {foe}."
        tags = ["evil", foe, f"license:{foe}", f"base_model:{HOSTILE[0]}"]
        documents.append(
            model(name, tags=tags, pipeline_tag=foe, library_name=foe, cardData={"license": foe}, card=card, likes=3)
        )
        said = [
            comment(f"{foe}-{n}", f"2024-0{n}-{place + 1:02}T00:00:00.000Z", f"{foe} says {n}") for n in range(1, 7)
        ]
        documents.append(thread(name, 1, *said, title=foe, status=foe))
    hub = built(told(folder, *documents))
    decided(hub, "study.toml", LITTLE + f"communities = {['tag:evil', *(f'tag:{foe}' for foe in FOES)]!r}\n")
    return hub
