"""The browser that the tests of this folder drive."""

import os

import pytest
from playwright.sync_api import sync_playwright

from tests.conftest import CHROMIUM

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
