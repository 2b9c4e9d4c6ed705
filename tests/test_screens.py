"""The pictures of the screens: all there, none left over, all small."""

import re

import pytest
from django.urls import URLPattern, resolve
from PIL import Image

from tests.screens import FOLDER, LANGUAGES, MOST_BYTES, ROOT, SCREENS, WINDOWS
from tracker.urls import urlpatterns

PICTURES = [name for screen in SCREENS for name in screen.pictures]
WHOLE = {screen.name for screen in SCREENS if screen.is_whole}
# Routes without a screen of their own, and why.
UNSEEN = {
    "home": "leads on",
    "account_logout": "one button",
    "account_signup": "closed",
    "account_inactive": "one sentence",
    "set_language": "leads back",
    "recommendation-export-csv": "a file",
    "recommendation-export-xlsx": "a file",
    "recommendation-record-progress": "a form of the recommendation",
    "recommendation-assign-lead": "a form of the recommendation",
    "recommendation-set-deadline": "a form of the recommendation",
    "readyz": "for the machines that watch",
}


def test_every_screen_has_its_pictures_and_no_other_file_is_there():
    assert sorted(PICTURES) == sorted(path.name for path in FOLDER.iterdir())
    assert len(PICTURES) == len(set(PICTURES)) == 4 * len(SCREENS)


@pytest.mark.parametrize("name", PICTURES)
def test_picture_is_small_and_as_wide_as_it_says(name):
    screen, language, width, _ending = name.split(".")
    window, longest = WINDOWS[int(width)]

    assert (FOLDER / name).stat().st_size < MOST_BYTES
    with Image.open(FOLDER / name) as picture:
        assert picture.format == "WEBP"
        assert picture.width == int(width)
        assert window <= picture.height
        assert picture.height <= longest or screen in WHOLE
    assert language in LANGUAGES


def test_pictures_of_the_readme_exist():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = re.findall(r"\]\(docs/screens/([^)]+)\)", readme)

    assert shown
    assert set(shown) <= set(PICTURES)


def test_every_route_with_a_page_has_a_screen():
    routes = {one.name for one in urlpatterns if isinstance(one, URLPattern)}
    seen = {resolve(screen.address.partition("?")[0]).url_name for screen in SCREENS}

    assert routes - seen == set(UNSEEN)
