"""The workbench in a browser: the keyboard alone codes and undoes, every page is fit for everybody, foes stay dead."""

import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest

from openlives.coding import codebook, sqlite, views
from openlives.coding import project as projects
from talk import HOSTILE

CODES = ("Licence doubt", "Thanks", "Quantisation", "Memory")


def opened(hub):
    return projects.open_(projects.path_of(hub, "talk"))


def codings_of(hub):
    one = opened(hub)
    found = sqlite.rows(
        one.connection, "SELECT unit, name, start, stop FROM codings JOIN codes USING (code) ORDER BY unit, name"
    )
    one.close()
    return found


def expected(page):
    """Give playwright's way to wait for what should be."""
    from playwright.sync_api import expect  # noqa: PLC0415  # it is not there without a browser

    return expect(page)


def said(page, text):
    """Wait until the page says something."""
    expected(page.locator("#notice")).to_contain_text(text)


def code(page, name):
    """Code the comment that one is on, by typing."""
    page.keyboard.press("c")
    page.keyboard.type(name)
    page.keyboard.press("Enter")
    expected(page.locator(".comment[aria-current] .label a", has_text=name)).to_be_visible()


@pytest.mark.parametrize("hub", ["talk", "real"], indirect=True)
def test_thirty_comments_by_keyboard_alone(hub, window):
    """Thirty comments are coded without a mouse, undone to the empty state, and done again."""
    page = window()
    page.goto("/p/talk/read")
    for number in range(30):
        if number:
            last = page.locator(".comment").last.get_attribute("aria-current")
            here = page.url
            page.keyboard.press("n" if last else "j")
            if last:
                page.wait_for_url(lambda url, here=here: url != here)
                if "model-1/9" in page.url:  # the foes' thread: not for coding
                    there = page.url
                    page.keyboard.press("n")
                    page.wait_for_url(lambda url, there=there: url != there)
        if number < len(CODES):
            code(page, CODES[number])
        else:
            digit = (
                page.locator("[data-code]", has_text=CODES[number % 4])
                .locator("[data-digit]")
                .get_attribute("data-digit")
            )
            page.keyboard.press(digit)
            expected(page.locator(".comment[aria-current] .label")).to_have_count(1)
    done = codings_of(hub)
    assert len({row["unit"] for row in done}) == len(done) == 30
    for _ in range(30 + len(CODES)):
        page.keyboard.press("u")
    page.keyboard.press("u")
    said(page, "nothing to undo")
    assert codings_of(hub) == []
    expected(page.locator("[data-code]")).to_have_count(0)
    for _ in range(30 + len(CODES)):
        page.keyboard.press("r")
    page.keyboard.press("r")
    said(page, "nothing to redo")
    assert codings_of(hub) == done
    expected(page.locator("[data-code]")).to_have_count(len(CODES))


def test_spans_memos_and_cases_against_by_keyboard(hub, window):
    """Words are marked with arrows, coded, and taken in their own words; a memo and a case against are kept."""
    page = window()
    page.goto("/p/talk/read/owner/model-1/1")
    page.keyboard.press("s")
    expected(page.locator(".source .on")).to_have_count(1)
    for key in ("ArrowRight", "Shift+ArrowRight", "Enter"):
        page.keyboard.press(key)
    page.keyboard.type("Doubt")
    page.keyboard.press("Enter")
    expected(page.locator(".label q")).to_have_text("*this* the")
    page.keyboard.press("-")
    expected(page.locator(".label.negative")).to_be_visible()
    page.keyboard.press("m")
    page.keyboard.type("Why?")
    page.keyboard.press("Control+Enter")
    expected(page.locator(".memo")).to_contain_text("Why?")
    page.keyboard.press("s")
    expected(page.locator(".source")).to_be_visible()
    page.keyboard.press("v")
    expected(page.locator(".label")).to_have_count(2)
    assert [(row["name"], row["start"], row["stop"]) for row in codings_of(hub)] == [("Doubt", 3, 13), ("Is", 0, 2)]
    page.keyboard.press("x")
    expected(page.locator(".label")).to_have_count(1)
    page.keyboard.press("?")
    expected(page.locator("#help")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    page.keyboard.type("licence")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=licence")
    expected(page.locator(".hits li").first).to_be_visible()


def test_what_was_typed_is_not_lost_with_the_server(window):
    """Where the server does not answer, the page says so, and keeps what was typed."""
    page = window()
    page.goto("/p/talk/read/owner/model-1/1")
    window.forgiven.add("Failed to load resource: net::ERR_FAILED")
    page.route("**/do/**", lambda route: route.abort())
    page.keyboard.press("m")
    page.keyboard.type("a long thought")
    page.keyboard.press("Control+Enter")
    said(page, "Not kept")
    expected(page.locator("#memo-text")).to_have_value("a long thought")
    page.unroute("**/do/**")
    page.keyboard.press("Control+Enter")
    expected(page.locator(".comment .memo")).to_contain_text("a long thought")


def test_a_code_is_merged_and_split(hub, window):
    """On the page of a code: merged into another, then split off again."""
    page = window()
    page.goto("/p/talk/read/owner/model-1/1")
    code(page, "One")
    page.keyboard.press("j")
    code(page, "Two")
    page.goto("/p/talk/codebook")
    page.get_by_role("link", name="One").click()
    page.get_by_text("Change, move or merge it").click()
    page.get_by_label("Merge into").select_option(label="Two")
    page.get_by_role("button", name="Merge").click()
    expected(page.get_by_role("heading", name="Extracts 2")).to_be_visible()
    page.get_by_label("Choose extract 1").check()
    page.get_by_label("Split those chosen off, as").fill("Three")
    page.get_by_role("button", name="Split").click()
    expected(page.get_by_role("heading", name="Three")).to_be_visible()
    assert [row["name"] for row in codings_of(hub)].count("Three") == 1
    page.wait_for_load_state()
    page.keyboard.press("u")
    page.wait_for_url("**/codebook")  # the code is no more
    expected(page.locator(".book li")).to_have_count(1)
    said(page, "Undone: split 'Three' off 'Two'")
    page.goto("/p/talk/themes")
    page.get_by_role("button", name="Undo").click()
    said(page, "Undone: merged 'One' into 'Two'")
    page.reload()
    expected(page.locator("#notice")).to_be_empty()


def prepared(hub):
    """Bring a project to a state in which every page has something to show; give the pages."""
    from openlives.coding import codings, rounds, themes  # noqa: PLC0415  # here only

    one = opened(hub)
    ann, bob = one.coder("ann"), one.coder("bob")
    units = [
        row["unit"]
        for row in sqlite.rows(
            one.connection, "SELECT unit FROM units JOIN threads USING (thread) ORDER BY threads.place, units.place"
        )
    ]
    codes = [codebook.add(one, ann, name, definition="what it means", include="this", exclude="that") for name in CODES]
    codings.put(one, ann, units[0], codes[0], span=(3, 9))
    codings.note(one, ann, codings.put(one, ann, units[0], codes[1]), negative=True)
    codings.put(one, ann, units[1], codes[0])
    codings.memo(one, ann, f"unit:{units[0]}", "a memo")
    themes.put(one, ann, codes[0], themes.add(one, ann, "Access", "who may"))
    round_ = rounds.begin(one, ann, "first", units[4:8], [ann, bob])
    codings.put(one, ann, units[4], codes[2], round_=round_)
    for coder in (ann, bob):
        rounds.close(one, coder, round_)
    rounds.begin(one, ann, "second", units[8:12], [ann, bob])
    one.close()
    base = (
        "/",
        "/read/owner/model-1/1",
        "/read/owner/model-1/3",
        "/read/owner/model-1/9",
        f"/code/{codes[0]}",
        "/codebook",
    )
    more = (
        "/themes",
        "/together",
        "/rounds",
        f"/rounds/{round_}",
        f"/rounds/{round_}/{units[4]}",
        "/memos",
        "/journal",
    )
    return [*base, *more, "/search?q=licence", "/versions?older=1", "/enter"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 360])
def test_every_page_is_fit_for_everybody(hub, window, width, scheme):
    """No page has an accessibility violation that axe finds, or is wider than the window, in light or dark."""
    from axe_playwright_python.sync_playwright import Axe  # noqa: PLC0415  # it is not there without a browser

    page, axe, wrong = window(width=width, scheme=scheme), Axe(), []
    for path in prepared(hub):
        page.goto("about:blank")
        page.goto(f"/p/talk{path}")
        for closed in page.locator("main details > summary").all()[:4]:
            closed.click()
        wrong += unfit(page, axe, path, width)
    page.goto("/p/talk/read/owner/model-1/1")
    for keys, there in (("c", "#palette"), ("Escape m", "#memo"), ("Escape s", ".source"), ("Escape ?", "#help")):
        for key in keys.split():
            page.keyboard.press(key)
        expected(page.locator(there)).to_be_visible()
        wrong += unfit(page, axe, keys, width)
    page.goto("/projects")
    assert [*wrong, *unfit(page, axe, "/projects", width)] == []


def unfit(page, axe, path, width):
    """Give what axe finds, and the width of a page that is wider than the window."""
    found = axe.run(page).response["violations"]
    wrong = [(path, one["id"], [node["html"][:160] for node in one["nodes"]][:3]) for one in found]
    wide = page.locator("html").evaluate("e => e.scrollWidth")
    return [*wrong, *([(path, "wide", wide)] if wide > width else [])]


def test_hostile_comments_are_dead(window):
    """The foes' thread is shown, and nothing in it runs, loads, hides the page or can be followed."""
    page = window()
    page.goto("/p/talk/read/owner/model-1/9")
    expected(page.locator(".comment")).to_have_count(len(HOSTILE) + 1)
    expected(page).to_have_title(re.compile("^<script>document"))  # the title is text
    expected(page.locator(".said a, .said img, .said script, .said style, .said link")).to_have_count(0)
    expected(page.locator("body")).to_be_visible()
    for _ in range(len(HOSTILE)):
        page.keyboard.press("o")
        page.keyboard.press("j")
    for there in page.locator(".said .link").all():
        there.click()
    expected(page).to_have_url(re.compile("model-1/9$"))


def test_a_killed_server_loses_nothing_that_was_shown(hub, chromium, tmp_path):
    """After kill -9 every coding whose label was shown is there, and whoever was in is in still."""
    with (tmp_path / "log").open("wb") as log:
        port = 8800 + os.getpid() % 900
        words = [sys.executable, "-m", "openlives.cli", "serve", str(hub), "--port", str(port)]
        words[1:3] = ["-c", "from openlives.cli import main; main()"]
        run = subprocess.Popen(words, stdout=log, stderr=log)
        page = chromium.new_context(base_url=f"http://127.0.0.1:{port}").new_page()
        _until(f"http://127.0.0.1:{port}/static/icon.svg")
        page.goto("/p/talk/enter")
        page.keyboard.type("ann")
        page.keyboard.press("Enter")
        page.wait_for_url("**/p/talk/")
        page.goto("/p/talk/read/owner/model-1/1")
        for name in CODES:
            code(page, name)
        run.send_signal(signal.SIGKILL)
        run.wait()
        assert sorted(row["name"] for row in codings_of(hub)) == sorted(CODES)
        run = subprocess.Popen(words, stdout=log, stderr=log)
        try:
            _until(f"http://127.0.0.1:{port}/static/icon.svg")
            code(page, "After")
        finally:
            run.terminate()
            run.wait()
            page.context.close()
    one = opened(hub)
    assert len(codebook.codes(one)) == len(CODES) + 1
    assert views.coverage(one, one.coder("ann"))["coded"] == 1
    one.close()


def _until(address):
    """Wait for a server."""
    for _ in range(300):
        try:
            urllib.request.urlopen(address, timeout=5).close()  # noqa: S310  # our own, on this machine
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
        else:
            return
    pytest.fail("the server does not come up")
