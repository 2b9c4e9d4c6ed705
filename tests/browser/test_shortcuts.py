"""Keys pressed alone: what they do, where they rest, and that they can be off."""

import pytest
from playwright.sync_api import expect

from tests.browser.site import PASSWORD, Site
from tests.snapshot import seed_quickly
from tracker.management.commands.demo_users import make_users

pytestmark = [
    pytest.mark.browser,
    pytest.mark.once,
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def page(chromium, live_server, transactional_db):
    seed_quickly()
    row = {
        "username": "lanhdao",
        "organisation": "Ban Chính sách, chiến lược Trung ương",
        "role": "leader",
        "full_name": "Lãnh đạo",
    }
    make_users([row], PASSWORD, is_new=True)
    site = Site(chromium, live_server.url, has_javascript=True)
    page = site.sign_in("lanhdao", lands_on="/overview/")
    yield page
    assert site.complaints == []


def focus_of(page):
    return page.evaluate("document.activeElement.id || document.activeElement.tagName")


def test_question_mark_lists_the_shortcuts_and_escape_gives_the_focus_back(page):
    page.locator("#main").focus()

    page.keyboard.press("?")

    dialog = page.locator("#shortcuts")
    expect(dialog).to_be_visible()
    expect(dialog).to_contain_text("Phím tắt")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    assert focus_of(page) == "main"


def test_keys_lead_where_the_list_says(page):
    page.goto(page.url.replace("overview", "recommendations"))
    page.keyboard.press("/")
    assert focus_of(page) == "q"
    # What is typed is typed.
    page.keyboard.type("?gr/")
    expect(page.locator("#q")).to_have_value("?gr/")
    expect(page.locator("#shortcuts")).to_be_hidden()
    page.locator("#main").focus()

    shown = page.locator("#shortcuts [data-go]")
    keys = {
        one.get_attribute("data-go"): one.get_attribute("href") for one in shown.all()
    }
    assert len(keys) == shown.count() > 5
    for key, address in keys.items():
        page.keyboard.press("g")
        page.keyboard.press(key)
        lands_on = "/overview/" if address == "/" else address
        page.wait_for_url(lambda url, end=lands_on: url.endswith(end))


def test_a_letter_alone_leads_nowhere(page):
    page.goto(page.url.replace("overview", "resolutions"))

    page.keyboard.press("r")
    page.keyboard.press("Control+g")
    page.keyboard.press("r")
    page.wait_for_timeout(200)

    assert page.url.endswith("/resolutions/")


def test_keys_pressed_alone_can_be_switched_off_and_on(page):
    page.keyboard.press("?")
    page.click("text=Tắt phím tắt")
    box = page.locator("[name=single-keys]")
    expect(box).to_be_enabled()

    box.uncheck()
    page.reload()
    expect(box).not_to_be_checked()
    page.locator("#main").focus()
    page.keyboard.press("?")
    expect(page.locator("#shortcuts")).to_be_hidden()

    box.check()
    page.locator("#main").focus()
    page.keyboard.press("?")
    expect(page.locator("#shortcuts")).to_be_visible()
