"""Error pages in a real browser: readable by everybody, and nothing typed is lost."""

import os
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.exceptions import BadRequest, PermissionDenied, RequestDataTooBig
from django.db import OperationalError
from django.http import Http404
from playwright.sync_api import expect

from tests.snapshot import seed_quickly
from tracker.management.commands.demo_users import make_users

pytestmark = [
    pytest.mark.browser,
    pytest.mark.once,
    pytest.mark.django_db(transaction=True),
]
PASSWORD = "mat-khau-mau"
TYPED = "Đã giao Sở Công Thương rà soát"
FIND = "tracker.views.recommendation_page.find_recommendation"
COUNT = "tracker.views.recommendations.count_facets"
RAISED = {
    400: BadRequest,
    403: PermissionDenied,
    404: Http404,
    413: RequestDataTooBig,
    500: RuntimeError,
    503: OperationalError,
}
WIDTHS = [1440, 390]
PICTURES = os.environ.get("ERROR_PICTURES")


@pytest.fixture
def site(chromium, live_server, transactional_db):
    """The seeded product, and somebody who signs in to it."""
    seed_quickly()
    row = {
        "username": "quangnam",
        "organisation": "Tỉnh ủy Quảng Nam",
        "role": "reporter",
        "full_name": "Mẫu",
    }
    make_users([row], PASSWORD, is_new=True)
    context = chromium.new_context()
    context.set_default_timeout(10_000)
    yield Site(context, live_server.url)
    context.close()


class Site:
    def __init__(self, context, address):
        self.context, self.address = context, address
        self.page = context.new_page()

    def speak(self, language):
        cookie = {"name": "django_language", "value": language, "url": self.address}
        self.context.add_cookies([cookie])

    def sign_in(self):
        self.page.goto(f"{self.address}/accounts/login/")
        self.page.fill("[name=login]", "quangnam")
        self.page.fill("[name=password]", PASSWORD)
        with self.page.expect_navigation() as answer:
            self.page.click("main button[type=submit]")
        return answer.value

    def open_form(self):
        self.page.goto(f"{self.address}/recommendations/QNA-24-13/")
        self.page.fill("#recommendation-progress-form [name=note]", TYPED)

    def send_form(self):
        with self.page.expect_navigation() as answer:
            self.page.click("#recommendation-progress-form button[type=submit]")
        return answer.value


def fail(error):
    def failing(*args, **kwargs):
        raise error("said to nobody")

    return failing


def look(site, name, language):
    """Judge the page that is shown, on wide and narrow screens, in light and dark."""
    page = site.page
    assert page.locator("html").get_attribute("lang") == language
    assert page.locator("#error .kept").inner_text()
    assert page.locator("#error .advice").first.inner_text()
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            box = page.locator("#error").bounding_box()
            assert box["x"] + box["width"] <= width, (name, width)
            if PICTURES:
                file = Path(PICTURES) / f"{name}-{language}-{scheme}-{width}.png"
                page.screenshot(path=file, full_page=True)
        report = Axe().run(page)
        assert report.violations_count == 0, (name, scheme, report.generate_report())


@pytest.mark.parametrize("language", ["vi", "en"])
def test_error_pages_are_readable_by_everybody(site, language, settings, monkeypatch):
    site.speak(language)
    site.sign_in()
    for status, error in RAISED.items():
        site.open_form()
        with monkeypatch.context() as patch:
            patch.setattr(FIND, fail(error))
            assert site.send_form().status == status
        # What could not be read cannot be shown.
        shown = site.page.locator("#error textarea").all()
        assert (TYPED in [one.input_value() for one in shown]) == (status != 413)
        look(site, str(status), language)

    site.open_form()
    script = "document.querySelector('#recommendation-progress-form form').action = '/'"
    site.page.evaluate(script)
    assert site.send_form().status == 405
    look(site, "405", language)

    for cookie, status, name in (
        ("csrftoken", 403, "403_csrf"),
        ("sessionid", 401, "session_ended"),
    ):
        site.open_form()
        site.context.clear_cookies(name=cookie)
        assert site.send_form().status == status
        assert site.page.locator("#error textarea").first.input_value()
        look(site, name, language)

    settings.ACCOUNT_RATE_LIMITS = {"login": "1/h/ip"}
    site.sign_in()
    site.context.clear_cookies(name="sessionid")
    assert site.sign_in().status == 429
    look(site, "429", language)


def test_a_failed_refresh_says_so_and_leaves_the_list(site, monkeypatch):
    site.sign_in()
    page = site.page
    page.goto(f"{site.address}/recommendations/")
    rows = page.locator("[data-code]").count()
    with monkeypatch.context() as patch:
        patch.setattr(COUNT, fail(OperationalError))
        page.check("[name=resolution][value='23-nq-tw']")
        said = page.locator("#messages[role=status] #error")
        expect(said.locator(".kept")).to_be_visible()

    assert "said to nobody" not in page.content()
    assert page.locator("[data-code]").count() == rows
    assert page.url == f"{site.address}/recommendations/"
    assert "Hệ thống" not in page.title()
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / "refresh.png")
    page.press("#recommendation-facets [name=q]", "Enter")
    expect(page.locator("#result-count")).to_have_attribute("data-count", "19")
