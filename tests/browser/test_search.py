"""Search by keyboard alone: the box with JavaScript, the plain form without it."""

import pytest
from playwright.sync_api import expect

pytestmark = [
    pytest.mark.browser,
    pytest.mark.once,
    pytest.mark.django_db(transaction=True),
]
with_javascript = pytest.mark.parametrize("site", [True], indirect=True)
BOX, RESULTS, SAID = "#search-box", "#search-results", "#search-said"


def open_list(site, username="quangnam"):
    page = site.sign_in(username)
    page.goto(f"{site.address}/recommendations/")
    return page


def look_for(page, query):
    """Type a query letter by letter and wait for its lines."""
    page.keyboard.press("Control+k")
    expect(page.locator(BOX)).to_be_focused()
    page.keyboard.type(query, delay=20)
    expect(page.locator(RESULTS)).to_be_visible()


def test_form_leads_to_the_page_with_or_without_javascript(site):
    page = open_list(site)

    page.fill(BOX, "nq 23")
    page.press(BOX, "Enter")

    expect(page).to_have_url(f"{site.address}/search/?q=nq+23")
    expect(page.locator("#resolutions + .hits .key")).to_have_text("23-NQ/TW")
    page.click("section:has(#recommendations) > p a")
    expect(page.locator("#result-count")).to_have_attribute("data-count", "1")
    assert site.complaints == []


@with_javascript
def test_box_is_worked_by_keyboard(site):
    page = open_list(site)

    look_for(page, "chu lai")
    box, options = page.locator(BOX), page.locator(f"{RESULTS} [role=option]")
    expect(box).to_have_attribute("aria-expanded", "true")
    expect(page.locator(SAID)).to_have_text("15 kết quả")
    assert box.get_attribute("aria-activedescendant") is None

    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    second = options.nth(1)
    expect(second).to_have_attribute("aria-selected", "true")
    expect(box).to_have_attribute("aria-activedescendant", second.get_attribute("id"))
    expect(page.locator(f"{RESULTS} [aria-selected=true]")).to_have_count(1)
    # From the box upwards is the last line: all results.
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    assert box.get_attribute("aria-activedescendant") is None
    page.keyboard.press("ArrowUp")
    expect(box).to_have_attribute("aria-activedescendant", "search-all")

    page.keyboard.press("Escape")
    expect(page.locator(RESULTS)).to_be_hidden()
    expect(box).to_have_attribute("aria-expanded", "false")
    expect(box).to_have_value("chu lai")

    page.keyboard.type("x")
    page.keyboard.press("Backspace")
    expect(page.locator(RESULTS)).to_be_visible()
    page.keyboard.press("ArrowDown")
    address = options.first.get_attribute("href")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{site.address}{address}")
    assert site.complaints == []


@with_javascript
def test_box_closes_when_one_letter_is_left_or_one_goes_on(site):
    page = open_list(site)

    look_for(page, "kc")
    page.keyboard.press("Backspace")
    expect(page.locator(RESULTS)).to_be_hidden()

    page.keyboard.type("cn")
    expect(page.locator(RESULTS)).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.locator(RESULTS)).to_be_hidden()
    assert site.complaints == []


@with_javascript
def test_line_can_be_pressed(site):
    page = open_list(site)

    look_for(page, "qna 24 3")
    page.click(f"{RESULTS} [role=option]")

    expect(page).to_have_url(f"{site.address}/recommendations/QNA-24-03/")


@with_javascript
def test_word_being_composed_is_not_looked_for(site):
    page = open_list(site)
    asked = []
    page.on("request", lambda request: asked.append(request.url))

    page.focus(BOX)
    compose = """(box, [type, text, isComposing]) => {
        box.value = text;
        box.dispatchEvent(new InputEvent(type, {bubbles: true, isComposing}));
    }"""
    page.locator(BOX).evaluate(compose, ["input", "quangr", True])
    page.wait_for_timeout(500)
    assert not [url for url in asked if "/search/" in url]

    page.locator(BOX).evaluate(compose, ["compositionend", "quảng", False])
    expect(page.locator(RESULTS)).to_be_visible()


def test_phone_has_a_link_to_the_page(site):
    page = open_list(site)
    page.set_viewport_size({"width": 390, "height": 844})

    expect(page.locator(BOX)).to_be_hidden()
    page.click(".search-link")

    expect(page).to_have_url(f"{site.address}/search/")
    expect(page.locator(BOX)).to_be_visible()
    page.fill(BOX, "tam ky")
    page.press(BOX, "Enter")
    expect(page.locator("#search-count")).to_be_visible()
    assert site.complaints == []
