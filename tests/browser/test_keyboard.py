"""Every act of a person by keyboard alone: Tab to reach, keys to do, nothing clicked.

One entry of a table is one act: where it is done, its keys, and what is said then.
"""

import pytest
from playwright.sync_api import expect

from tests.browser.acts_lists import LIST_ACTS
from tests.browser.acts_recommendations import RECOMMENDATION_ACTS
from tests.browser.acts_reports import OWN_ACTS, REPORT_ACTS
from tests.browser.acts_sources import SOURCE_ACTS
from tests.browser.hands import PATIENCE, Hands
from tests.browser.site import keep_report
from tests.pages import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.once]
# In this order, by one coordinator; acts on the same thing stand one after another.
ACTS = RECOMMENDATION_ACTS + LIST_ACTS + SOURCE_ACTS + REPORT_ACTS + OWN_ACTS


@pytest.fixture(scope="module")
def db(django_db_setup, django_db_blocker):
    yield from keep_report(django_db_blocker)


@pytest.fixture(scope="module")
def hands(chromium, server, db):
    """Somebody who has signed in, by keyboard too."""
    page = chromium.new_context(viewport={"width": 1440, "height": 1000}).new_page()
    page.set_default_timeout(PATIENCE)
    hands = Hands(page, server, db)
    hands.go("/")
    hands.write("[name=login]", "dieuphoi")
    hands.write("[name=password]", PASSWORD)
    hands.send("main form")
    expect(page.locator("nav.tabs")).to_be_visible()
    return hands


@pytest.mark.parametrize("done", ACTS, ids=str)
def test_act_is_done_by_keyboard_alone(hands, done):
    hands.go(done.address)
    for key in done.keys:
        key(hands)

    expect(hands.page.locator(done.where).first).to_contain_text(
        done.says, timeout=PATIENCE
    )
