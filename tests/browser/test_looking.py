"""The explorer in a browser: fit for everybody, by keyboard, without scripts, and three clicks from any answer."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from test_workbench import expected, unfit

from openlives.cli import cli

MODEL = "twin-foundry/titan-02"
PAGES = (
    "/", "/models?q=titan", f"/model/{MODEL}", "/community/tag:text-to-image", "/questions", "/question/lifecycle",
    "/question/nomads?part=tag:art", "/map", f"/compare?model={MODEL}&model=twin-commons/speaker-01",
    f"/threads?within=model:{MODEL}", f"/thread/{MODEL}/1", "/model/nope",
)  # fmt: skip


@pytest.fixture
def hub(quick):
    """The made-up world's collection; nothing is written to it."""
    return quick


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 360])
def test_every_page_is_fit_for_everybody(looker, width, scheme):
    """No page has an accessibility violation that axe finds, an error, or is wider than the window."""
    from axe_playwright_python.sync_playwright import Axe  # noqa: PLC0415  # it is not there without a browser

    page, axe, wrong = looker(width=width, scheme=scheme), Axe(), []
    for path in PAGES[:-1]:
        reply = page.goto(path)
        assert reply.headers["content-security-policy"].startswith("default-src 'self'")
        assert reply.status == 200
        for closed in page.locator("main details > summary").all()[:6]:
            closed.click()
        wrong += unfit(page, axe, path, width)
    assert wrong == []


def test_the_keyboard_reaches_everything(looker):
    """Tab goes to every link and control in order, each is seen where it is, and the first leads past the header."""
    page = looker()
    for path in ("/", "/question/lifecycle", "/map", "/community/tag:mlx"):
        page.goto(path)
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        count = page.evaluate(REACHABLE)
        assert count > 8, path
        for _ in range(count + 12):  # a day has fields of its own
            page.keyboard.press("Tab")
        assert (
            page.evaluate("[...document.querySelectorAll('[data-unreached]')].map((e) => e.outerHTML.slice(0, 90))")
            == []
        )
        assert page.evaluate("window.unseen") == []
    page.goto("/question/lifecycle")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


REACHABLE = """() => {
  const all = [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']")]
    .filter((one) => one.tabIndex >= 0 && one.type !== "hidden" && one.checkVisibility());
  window.unseen = [];
  all.forEach((one) => { if (one !== document.activeElement) one.dataset.unreached = ""; });
  document.addEventListener("focusin", (event) => {
    delete event.target.dataset.unreached;
    const style = getComputedStyle(event.target);
    const box = event.target.getBoundingClientRect();
    const shown = style.outlineStyle !== "none" && style.outlineWidth !== "0px" || style.boxShadow !== "none";
    if (!shown || (!box.width && !event.target.closest("svg"))) window.unseen.push(event.target.outerHTML.slice(0, 90));
  });
  return all.length;
}"""


def n_of(page):
    """Give what the answer rests on, as the page says it."""
    return int(re.search(r"n = ([\d,]+)", page.locator("figcaption").first.inner_text())[1].replace(",", ""))


def test_without_scripts_forms_do_all(looker):
    """With JavaScript off a rule is changed by a form, the number follows, and the address says the rule."""
    page = looker(java_script_enabled=False)
    page.goto("/question/lifecycle")
    before = n_of(page)
    page.locator("[name=lifecycle_min_days]").fill("300")
    page.get_by_role("button", name="Ask").click()
    page.wait_for_url("**/question/lifecycle?lifecycle_min_days=300")
    assert n_of(page) < before
    page.goto("/community/tag:mlx")
    page.locator("[name=since]").fill("2023-06-05")
    page.get_by_role("button", name="Look at this period").click()
    page.wait_for_url("**/community/tag:mlx?since=2023-06-05")
    page.goto("/map")
    page.get_by_label("gate").select_option("gate:none")
    page.get_by_role("button", name="Show").click()
    page.wait_for_url("**/map?within=gate%3Anone")


def test_a_control_answers_at_once_and_back_goes_back(looker):
    """A changed rule is answered without a reload; back and forward go between answers, and focus stays."""
    page = looker()
    page.goto("/question/lifecycle")
    before = n_of(page)
    page.evaluate("window.same = true")
    page.locator("[name=lifecycle_min_days]").fill("300")
    page.keyboard.press("Tab")
    page.wait_for_url("**?lifecycle_min_days=300")
    expected(page.locator(".control.flag")).to_have_count(1)
    after = n_of(page)
    assert after < before
    assert "lifecycle_min_days=300" in page.locator("img.figure").get_attribute("src")
    page.go_back()
    expected(page.locator(".control.flag")).to_have_count(0)
    assert n_of(page) == before
    page.go_forward()
    expected(page.locator(".control.flag")).to_have_count(1)
    assert n_of(page) == after
    assert page.evaluate("window.same") is True


@pytest.mark.parametrize("path", ["/community/tag:text-to-image", f"/model/{MODEL}"])
def test_a_period_is_drawn_and_a_bar_leads_to_its_threads(looker, path):
    """Drawn over the figure, a period goes into the address and the numbers follow; a bar opens what was said."""
    page = looker()
    page.goto(path)
    numbers = page.locator("data[data-number]")
    before = numbers.all_inner_texts()
    svg = page.locator("svg[data-brush]")
    svg.scroll_into_view_if_needed()
    box = svg.bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.3, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + 60, steps=4)
    page.mouse.move(box["x"] + box["width"] * 0.7, box["y"] + 60, steps=4)
    page.mouse.up()
    page.wait_for_url("**?since=*")
    said = parse_qs(urlsplit(page.url).query)
    assert "2023-01-02" < said["since"][0] < said["until"][0] < "2024-12-30"
    expected(page.locator(".flag", has_text="since = ")).to_be_visible()
    assert numbers.all_inner_texts() != before
    bar = page.locator("svg[data-brush] a:has(rect)").nth(3)
    week = re.search(r"[?&]week=(\d+)", bar.get_attribute("href"))[1]
    day, count = re.match(r"(\S+), .*: (\d+) ", bar.locator("title").text_content()).groups()
    bar.locator("rect").dispatch_event("click")
    page.wait_for_url(f"**week={week}*")
    expected(page.get_by_role("heading", level=1)).to_contain_text(f"week of {day}")
    told = [int(n) for n in re.findall(r"(\d+) comments in this week", page.locator("main").inner_text())]
    assert sum(told) >= int(count) > 0


class Clicks:
    """Somebody who counts their clicks, from the first page on."""

    def __init__(self, page):
        self.page, self.done = page, 0
        page.goto("/")

    def click(self, place):
        """Click, once more."""
        place.click()
        self.page.wait_for_load_state()
        self.done += 1
        assert self.done <= 3


def found(page, name):
    """Go to a model's page from the first."""
    hand = Clicks(page)
    page.locator("#find").fill(name)
    hand.click(page.get_by_role("button", name="Find the model"))
    hand.click(page.get_by_role("link", name=name, exact=True))
    return hand


def test_three_clicks_to_whether_a_community_lives_and_who_answers(looker):
    """Is this model's community alive, and who answers?"""
    page = looker()
    found(page, MODEL)
    expected(page.locator(".verdict")).to_contain_text(re.compile("is alive|is over", re.IGNORECASE))
    section = page.locator("section", has=page.get_by_role("heading", name="Who answers"))
    expected(section).to_contain_text("answer")
    assert len(section.locator("data[data-number]").all()) >= 5


def test_three_clicks_to_whether_it_may_be_used(looker):
    """May I use it commercially, and where does it say so?"""
    page = looker()
    found(page, MODEL)
    section = page.locator("#open").locator("..")
    expected(section.locator("dt").first).to_have_text("commercial use")
    expected(section.locator("dd .word").first).to_have_text(
        re.compile("yes|no|unknown|true|false|met|with", re.IGNORECASE)
    )
    expected(section.locator("dd").first.locator(".evidence code").first).to_be_visible()


def test_three_clicks_to_what_people_did_after_a_release(looker):
    """What did the text-to-image people do after a release?"""
    page = looker()
    hand = Clicks(page)
    page.get_by_label("Another community").fill("tag:text-to-image")
    hand.click(page.get_by_role("button", name="Look"))
    page.wait_for_url("**/community/tag:text-to-image")
    expected(page.locator("svg[data-brush] path.mark").first).to_be_attached()
    expected(page.get_by_role("heading", name="Who stays, who moves, who leaves")).to_be_visible()
    expected(page.get_by_role("heading", name="From model to model")).to_be_visible()


def test_three_clicks_to_what_the_hundred_days_do(looker):
    """What does the 100-day rule do to Figure 1?"""
    page = looker()
    hand = Clicks(page)
    hand.click(page.locator("main li", has_text="Figure 1").first.get_by_role("link"))
    before = n_of(page)
    page.locator("[name=lifecycle_min_days]").fill("0")
    hand.click(page.get_by_role("button", name="Ask"))
    page.wait_for_url("**?lifecycle_min_days=0")
    expected(page.locator(".control.flag")).to_have_count(1)
    assert n_of(page) > before


@pytest.mark.parametrize("scripts", [True, False])
def test_the_site_opens_from_a_folder(looker, quick, tmp_path, scripts):
    """Written as files, pages open without a server, with scripts or without, and lead to one another."""
    from click.testing import CliRunner  # noqa: PLC0415  # here only

    done = CliRunner().invoke(cli, ["site", str(quick), str(tmp_path / "site"), "--models", "1"])
    assert done.exit_code == 0
    page = looker(address=f"file://{tmp_path}", java_script_enabled=scripts, width=360)
    page.goto(f"file://{tmp_path}/site/index.html")
    page.locator("main table a").first.click()
    page.wait_for_url("**/model/*.html")
    expected(page.locator("svg.chart").first).to_be_visible()
    page.get_by_role("link", name="Questions").click()
    page.locator("main li a").nth(1).click()
    page.wait_for_url("**/question/*.html")
    if scripts:
        expected(page.locator("img.figure")).to_have_js_property("complete", value=True)
        assert page.locator("img.figure").evaluate("e => e.naturalWidth") > 100
