"""The product as people meet it: each in a window of their own."""

from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from playwright.sync_api import expect

from tests.pages import install
from tracker.models.history import (
    install_append_only_guards,
    remove_append_only_guards,
)

PASSWORD = "mat-khau-mau"


class Site:
    def __init__(self, browser, address, *, has_javascript):
        self.browser, self.address = browser, address
        self.has_javascript = has_javascript
        self.complaints = []

    def sign_in(self, username, *, lands_on="/"):
        context = self.browser.new_context(
            viewport={"width": 1440, "height": 1000},
            java_script_enabled=self.has_javascript,
            accept_downloads=True,
        )
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("console", self.listen)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda request: self.watch(request.url))
        page.goto(f"{self.address}/")
        page.fill("[name=login]", username)
        page.fill("[name=password]", PASSWORD)
        page.click("main button[type=submit]")
        expect(page).to_have_url(f"{self.address}{lands_on}")
        return page

    def listen(self, message):
        # Chromium says so of every page whose status is an error.
        is_status = message.text.startswith("Failed to load resource")
        is_own = is_status and message.location["url"] == message.page.url
        # A search typed on replaces the one under way, and htmx logs that as an error.
        is_replaced = message.text.startswith(("htmx:sendAbort", "htmx:afterRequest"))
        if message.type in {"error", "warning"} and not (is_own or is_replaced):
            self.complaints.append(message.text)

    def watch(self, url):
        if not url.startswith((self.address, "data:")):
            self.complaints.append(url)

    def unfold(self, page, place):
        """Open a form that comes when it is asked for."""
        page.click(f"{place} summary")
        if not self.has_javascript:
            page.click(f"{place} > .closed-form a")

    def filter(self, page):
        """Press the button that only readers without JavaScript have."""
        if not self.has_javascript:
            page.locator("#recommendation-facets button").first.click()


def keep_report(blocker):
    """Install the report once and commit it, for a server in its own thread."""
    with blocker.unblock():
        call_command("createcachetable", verbosity=0)
        yield install()
        cache.clear()
        remove_append_only_guards(connection)
        call_command("flush", interactive=False, verbosity=0)
        install_append_only_guards(connection)
