"""Small comforts: an address copied by a button, a menu that folds on a phone."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = [
    pytest.mark.browser,
    pytest.mark.once,
    pytest.mark.django_db(transaction=True),
]
ADDRESS, COPY = "#calendar-address", "[data-copies]"
TABS = "nav.tabs"


def test_address_of_the_calendar_is_copied_by_a_button(site):
    page = site.sign_in("quangnam")
    page.goto(f"{site.address}/calendar/")
    page.click("form[action='/calendar/share/'] button")
    expect(page.locator(ADDRESS)).to_have_value(re.compile(r"/calendar/\S+"))

    if not site.has_javascript:
        expect(page.locator(COPY)).to_be_hidden()
        return
    rights = ["clipboard-read", "clipboard-write"]
    page.context.grant_permissions(rights, origin=site.address)
    page.click(COPY)

    expect(page.locator("[data-said]")).to_have_text(re.compile(r"\w"))
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.input_value(ADDRESS)
    assert site.complaints == []


def test_menu_is_one_row_on_a_phone_and_opens_by_keyboard(site):
    page = site.sign_in("quangnam")
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{site.address}/recommendations/")
    expect(page.locator(TABS)).to_be_hidden()
    assert page.locator("header.top").bounding_box()["height"] < 64

    page.locator(".brand").focus()
    page.keyboard.press("Tab")
    while page.evaluate("document.activeElement.id") != "show-tabs":
        page.keyboard.press("Tab")
    assert (
        page.locator("label[for=show-tabs]").evaluate(
            "(one) => getComputedStyle(one).outlineStyle"
        )
        == "solid"
    )
    page.keyboard.press("Space")

    links = page.locator(f"{TABS} a")
    for number in range(links.count()):
        expect(links.nth(number)).to_be_visible()
    links.last.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{site.address}/reports/")


def test_menu_needs_no_button_on_a_desk(site):
    page = site.sign_in("quangnam")

    expect(page.locator(TABS)).to_be_visible()
    expect(page.locator("label[for=show-tabs]")).to_be_hidden()
    expect(page.locator("#show-tabs")).to_be_hidden()
