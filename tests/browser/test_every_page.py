"""Every page in a real browser: on every width, by keyboard, in both languages.

Each page is opened once in each language. Both have to fit and to satisfy axe; what
the words of a language cannot change is asked in Vietnamese alone.
"""

import re
from collections import Counter
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.test import Client
from playwright.sync_api import expect

from tests.browser.site import keep_report
from tests.pages import PAGES, Page, person

pytestmark = [pytest.mark.browser, pytest.mark.once]
MEASURE = Path(__file__).with_name("measure.js").read_text()
DESK, PHONE = 1440, 390
TOKEN = "a" * 32
# All that another theme can change, and all the rest.
OF_COLOURS = ["color-contrast", "link-in-text-block"]
# It would fetch styles once more, in a way that the policy refuses.
QUIETLY = {"resultTypes": ["violations"], "preload": False}
COLOURS = {**QUIETLY, "runOnly": OF_COLOURS}
STRUCTURE = {
    **QUIETLY,
    "rules": {rule: {"enabled": False} for rule in OF_COLOURS},
}
SEEN = [one for one in PAGES if not one.is_alike]
EVERY = [(page, language) for language in ("vi", "en") for page in SEEN]


def pages(shown):
    """Run a test on pages: each is opened once for all tests that ask for it."""
    names = [f"{page} {language}" for page, language in shown]
    return pytest.mark.parametrize(
        "opened", shown, indirect=True, scope="module", ids=names
    )


every_page = pages(EVERY)
in_vietnamese = pages(EVERY[: len(SEEN)])


@pytest.fixture(scope="module")
def db(django_db_setup, django_db_blocker):
    yield from keep_report(django_db_blocker)


@pytest.fixture(scope="module")
def readers(chromium, server, db):
    return Readers(chromium, server, db)


@pytest.fixture(scope="module")
def opened(request, readers):
    return readers.open(*request.param)


class Readers:
    """One window for each person, with JavaScript and without it."""

    def __init__(self, browser, address, places):
        self.browser, self.address, self.places = browser, address, places
        self.windows, self.complaints = {}, []

    def open(self, page, language):
        window = self.window_of(page.who, has_javascript=True)
        window.context.add_cookies([self.cookie("django_language", language)])
        self.complaints.clear()
        with self.sending(window, page):
            answer = window.goto(f"{self.address}{page.at(self.places)}")
        assert answer.status == page.status
        return Opened(self, page, language, window, answer.text())

    def read_without_javascript(self, opened):
        """Give what the same answer reads like; what only it shows is left out."""
        window = self.window_of(opened.page.who, has_javascript=False)
        html = re.sub("<noscript>.*?</noscript>", "", opened.html)
        address = f"{self.address}/read-without-javascript/"
        window.route(
            address,
            lambda route: route.fulfill(
                body=html, content_type="text/html; charset=utf-8"
            ),
        )
        window.goto(address)
        return window.inner_text("main")

    def window_of(self, who, *, has_javascript):
        key = who, has_javascript
        if key not in self.windows:
            context = self.browser.new_context(java_script_enabled=has_javascript)
            context.add_init_script(f"{AXE_SCRIPT};{MEASURE}")
            context.add_cookies([self.cookie("csrftoken", TOKEN)])
            if who:
                client = Client()
                client.force_login(person(who))
                session = client.cookies["sessionid"].value
                context.add_cookies([self.cookie("sessionid", session)])
            self.windows[key] = self.listen(context.new_page())
        return self.windows[key]

    def cookie(self, name, value):
        return {"name": name, "value": value, "url": self.address}

    def listen(self, window):
        window.on("console", self.hear)
        window.on("pageerror", lambda error: self.complaints.append(str(error)))
        window.on("request", self.watch)
        return window

    def hear(self, message):
        # Chromium says so of every page whose status is an error.
        is_status = message.text.startswith("Failed to load resource")
        is_own = is_status and message.location["url"] == message.page.url
        if message.type in {"error", "warning"} and not is_own:
            self.complaints.append(f"{message.text} {message.location['url']}")

    def watch(self, request):
        if not request.url.startswith((f"{self.address}/", "data:")):
            self.complaints.append(request.url)

    @contextmanager
    def sending(self, window, page):
        """Let the browser send what is typed, as the form of the page would."""
        if page.typed is None:
            yield
            return
        headers = {"content-type": "application/x-www-form-urlencoded"}
        if page.has_token:
            headers["x-csrftoken"] = TOKEN
        address = f"{self.address}{page.at(self.places)}"
        window.route(
            address,
            lambda route: route.continue_(
                method="POST",
                post_data=urlencode(page.sent(self.places)),
                headers=route.request.headers | headers,
            ),
        )
        yield
        window.unroute(address)


class Opened:
    """A page that stands in the browser."""

    def __init__(self, readers, page, language, window, html):
        self.readers, self.page, self.language = readers, page, language
        self.window, self.html = window, html

    @property
    def usual_width(self):
        """Every second page stands on a phone; in English those are the others."""
        is_second = SEEN.index(self.page) % 2 == 1
        return PHONE if is_second == (self.language == "vi") else DESK

    def stand(self, width):
        self.window.set_viewport_size({"width": width, "height": 1000})

    def ask(self, question, *said):
        words = ", ".join(map(repr, said))
        return self.window.evaluate(f"measure.{question}({words})")

    def too_wide(self, *widths):
        """Name what does not fit: as the page comes, and with all that opens open."""
        faults = []
        for width in widths:
            self.stand(width)
            for is_open in (1, 0):
                self.ask("unfold", is_open)
                faults += [f"{width} px: {one}" for one in self.ask("tooWide")]
        return faults

    def violations(self, options):
        found = self.window.evaluate("(options) => axe.run(options)", options)
        return [
            f"{one['id']}: {node['html'][:120]} {node['failureSummary']}"
            for one in found["violations"]
            for node in one["nodes"]
        ]


@every_page
def test_page_fits_every_width(opened):
    widths = (320, PHONE, 768, DESK) if opened.language == "vi" else (320, DESK)
    assert opened.too_wide(*widths) == []


@in_vietnamese
def test_page_fits_when_zoomed(opened):
    device = opened.window.context.new_cdp_session(opened.window)
    # 1440 px at 200 %.
    zoomed = {"width": 720, "height": 450, "deviceScaleFactor": 2, "mobile": False}
    device.send("Emulation.setDeviceMetricsOverride", zoomed)
    faults = opened.ask("tooWide")
    device.send("Emulation.clearDeviceMetricsOverride")
    device.detach()

    assert faults == []


@in_vietnamese
def test_page_fits_when_its_text_is_spaced_out(opened):
    opened.ask("spaceOut")
    faults = opened.too_wide(PHONE, DESK)
    opened.ask("dress", "")

    assert faults == []


@in_vietnamese
def test_rows_become_cards_on_a_phone(opened):
    opened.stand(PHONE)
    assert opened.ask("cards") == []


@every_page
def test_axe_finds_nothing(opened):
    opened.stand(opened.usual_width)

    assert opened.violations(STRUCTURE) == []


@in_vietnamese
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_the_colours(opened, scheme):
    # What stands on a phone by day stands on a desk by night.
    other_width = DESK if opened.usual_width == PHONE else PHONE
    opened.stand(opened.usual_width if scheme == "light" else other_width)
    opened.window.emulate_media(color_scheme=scheme)
    opened.ask("settle")
    faults = opened.violations(COLOURS)
    opened.ask("dress", "")

    assert faults == []


@in_vietnamese
def test_keyboard_reaches_everything_in_order_and_shows_where_it_is(opened):
    opened.stand(opened.usual_width)
    # Nothing glides: each step has come to rest when the next key is pressed.
    opened.window.emulate_media(reduced_motion="reduce")
    is_backwards, keyboard = opened.usual_width == DESK, opened.window.keyboard
    stops = opened.ask("startWalk", int(is_backwards))
    if is_backwards:
        keyboard.down("Shift")
    for _press in range(stops):
        keyboard.down("Tab")
    keyboard.up("Tab")
    keyboard.up("Shift")

    assert opened.ask("endWalk", int(is_backwards)) == []


@in_vietnamese
def test_nothing_moves_much_and_nothing_at_all_where_that_is_asked(opened):
    opened.window.emulate_media(reduced_motion="reduce")
    still = opened.ask("moves", 0)
    opened.window.emulate_media(reduced_motion="no-preference")

    assert still == []
    assert opened.ask("moves", 0.12) == []


@in_vietnamese
def test_page_reads_the_same_without_javascript(opened):
    opened.stand(DESK)
    without = opened.readers.read_without_javascript(opened)

    assert without.split() == opened.ask("words").split()


@every_page
def test_page_made_the_browser_complain_of_nothing(opened):
    assert opened.readers.complaints == []


def test_filter_opens_by_keyboard_behind_one_button_on_a_phone(readers):
    opened = readers.open(Page("", "/recommendations/", "quangnam"), "vi")
    opened.stand(PHONE)
    keyboard, facet = opened.window.keyboard, opened.window.locator(".facet").first
    opened.window.locator("#q").focus()
    expect(facet).to_be_hidden()

    keyboard.press("Shift+Tab")
    while opened.window.evaluate("document.activeElement.id") != "show-facets":
        keyboard.press("Shift+Tab")
    keyboard.press("Space")

    expect(facet).to_be_visible()
    keyboard.press("Space")
    expect(facet).to_be_hidden()


@pytest.mark.parametrize("address", ["/recommendations/", "/resolutions/23-nq-tw/"])
def test_cards_are_told_as_rows_and_cells_of_a_table(readers, address):
    opened = readers.open(Page("", address, "lanhdao"), "vi")
    opened.stand(PHONE)

    device = opened.window.context.new_cdp_session(opened.window)
    tree = device.send("Accessibility.getFullAXTree")["nodes"]
    device.send("Accessibility.disable")
    device.detach()

    told = Counter(one["role"]["value"] for one in tree if not one["ignored"])
    assert told["cell"] > 100
    assert {role: told[role] for role in ("table", "row", "cell")} == opened.ask("told")
