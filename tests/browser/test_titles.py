"""The title of the window follows what htmx swaps in."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = [
    pytest.mark.browser,
    pytest.mark.once,
    pytest.mark.django_db(transaction=True),
    pytest.mark.parametrize("site", [True], indirect=True, ids=["with JavaScript"]),
]


def test_title_says_the_filter_as_soon_as_it_is_chosen(reader):
    page = reader("/recommendations/")
    expect(page).to_have_title("Kiến nghị – Theo dõi nghị quyết")

    page.check("[name=kind][value=request]")
    expect(page).to_have_title("Kiến nghị (Loại: Đề nghị) – Theo dõi nghị quyết")

    page.uncheck("[name=kind][value=request]")
    expect(page).to_have_title(re.compile("^Kiến nghị – "))
