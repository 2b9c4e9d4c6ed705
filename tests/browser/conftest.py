"""The browser that the tests of this folder drive."""

import csv
import os

import pytest
from django.conf import settings
from django.contrib.staticfiles.testing import StaticLiveServerTestCase
from django.test import Client
from playwright.sync_api import sync_playwright

from provinces.models import User
from tests.browser.site import PASSWORD, Site
from tests.conftest import CHROMIUM
from tests.snapshot import seed_quickly
from tracker.importing.fixtures import FIXTURES
from tracker.management.commands.demo_users import make_users

# The driver's loop must not make Django refuse plain queries in this thread.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


@pytest.fixture(scope="module")
def chromium():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM or "/usr/bin/chromium",
            args=["--no-sandbox", "--disable-background-networking"],
        )
        yield browser
        browser.close()


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without JavaScript"])
def site(request, chromium, live_server, transactional_db):
    """The seeded product and a way for each demo user to sign in to it."""
    seed_quickly()
    with open(FIXTURES / "demo_users.csv", encoding="utf-8", newline="") as file:
        make_users(list(csv.DictReader(file)), PASSWORD, is_new=True)
    return Site(chromium, live_server.url, has_javascript=request.param)


@pytest.fixture
def reader(site):
    """Give what opens a page of the site for a coordinator who is signed in."""
    client = Client()
    client.force_login(User.objects.get(username="dieuphoi"))
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session}
    context = site.browser.new_context(color_scheme="dark")
    context.add_cookies([cookie | {"url": site.address}])

    def read(address):
        page = context.new_page()
        page.goto(f"{site.address}{address}")
        return page

    yield read
    context.close()


@pytest.fixture(scope="module")
def server(db):
    """The address of the product; modules that ask for it keep a report as `db`."""
    StaticLiveServerTestCase.setUpClass()
    yield StaticLiveServerTestCase.live_server_url
    StaticLiveServerTestCase.doClassCleanups()
