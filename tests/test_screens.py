"""The pictures of the screens: all there, none left over, all small."""

import re

import pytest
from django.urls import URLPattern, resolve
from PIL import Image

from tests.screens import (
    FOLDER,
    HELP_FOLDER,
    HELP_MOST_BYTES,
    HELP_PICTURES,
    LANGUAGES,
    MOST_BYTES,
    ROOT,
    SCREENS,
    WINDOWS,
)
from tracker.urls import urlpatterns

PICTURES = [name for screen in SCREENS for name in screen.pictures]
WHOLE = {screen.name for screen in SCREENS if screen.is_whole}
# Routes without a screen of their own, and why.
UNSEEN = {
    "account_logout": "one button",
    "account_signup": "closed",
    "account_inactive": "one sentence",
    "set_language": "leads back",
    "recommendation-export-csv": "a file",
    "recommendation-export-xlsx": "a file",
    "recommendation-record-progress": "a form of the recommendation",
    "recommendation-assign-lead": "a form of the recommendation",
    "recommendation-set-deadline": "a form of the recommendation",
    "recommendation-record-answer": "a form of the recommendation",
    "follow-up-action-add": "a form of the recommendation",
    "difficulty-open": "a form of the recommendation",
    "recommendation-edit": "a form like that of a new recommendation",
    "recommendation-withdraw": "a form like that of a new recommendation",
    "session-new": "a form like that of a new recommendation",
    "session-edit": "a form like that of a new recommendation",
    "session-recommendation-new": "a form like that of a new recommendation",
    "participation-new": "a form like that of a new recommendation",
    "participation-edit": "a form like that of a new recommendation",
    "finding-new": "a form like that of a new recommendation",
    "finding-edit": "a form like that of a new recommendation",
    "document-new": "a form like that of a new recommendation",
    "document-edit": "a form like that of a new recommendation",
    "document-text": "a form like that of a new recommendation",
    "document-line": "a list of sentences to choose from",
    "data-flag-new": "a form like that of a new recommendation",
    "passage-new": "a form like that of a new recommendation",
    "passage-edit": "a form like that of a new recommendation",
    "my-work": "the home of reporters",
    "saved-view": "leads to the list",
    "saved-view-new": "a form like that of a new recommendation",
    "saved-view-edit": "a form like that of a new recommendation",
    "saved-view-remove": "an act without a page",
    "saved-view-start": "an act without a page",
    "saved-view-usual-start": "an act without a page",
    "observation-edit": "a form like that of a new figure",
    "observation-withdraw": "a form like that of a new figure",
    "observation-restore": "a form like that of a new figure",
    "recommendation-bulk": "part of an act in steps",
    "recommendation-bulk-preview": "part of an act in steps",
    "recommendation-bulk-record": "part of an act in steps",
    "bulk-act": "part of an act in steps",
    "bulk-act-undo": "part of an act in steps",
    "answer-several": "part of an act in steps",
    "answer-several-preview": "part of an act in steps",
    "answer-several-record": "part of an act in steps",
    "confirmation": "one line of the confirmations",
    "recommendation-confirm-update": "a form of a confirmation",
    "follow-up-action-edit": "a form of the action",
    "follow-up-action-record-progress": "a form of the action",
    "difficulty": "one line of the recommendation",
    "difficulty-clear": "a form of the difficulty",
    "evidence-file": "a file",
    "reminder-sheet": "one line of the reminders",
    "report": "what its preview shows",
    "report-keep": "an act without a page",
    "report-file": "a file",
    "report-add-file": "an act without a page",
    "report-template-upload": "a form of the templates",
    "report-template-take-back": "an act without a page",
    "report-template-shipped": "a file",
    "report-template-own": "a file",
    "letter-keep": "an act without a page",
    "letter-record-sending": "a form of a letter",
    "job": "one line while a report is made",
    "job-cancel": "an act without a page",
    "calendar-share": "an act of the calendar",
    "calendar-stop": "an act without a page",
    "calendar-feed": "a file",
    "help": "leads on",
    "help-page": "made of pictures of the other screens",
    "province-fact-sheet-pdf": "a file",
    "resolution-fact-sheet-pdf": "a file",
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


HELP = [picture.file for picture in HELP_PICTURES]
SHOWN_BY_HELP = re.compile(r'name="([\w-]+)" width=(\d+) height=(\d+) ')


def test_every_help_picture_is_there_and_no_other():
    assert sorted(HELP) == sorted(path.name for path in HELP_FOLDER.iterdir())


def test_help_pages_show_every_picture_in_its_size_and_stay_light():
    shown = {}
    for page in (ROOT / "templates/tracker/help").glob("*.html"):
        found = SHOWN_BY_HELP.findall(page.read_text(encoding="utf-8"))
        weight = 0
        for name, width, height in found:
            file = HELP_FOLDER / f"{name}.webp"
            with Image.open(file) as picture:
                assert picture.size == (int(width), int(height)), name
            weight += file.stat().st_size
            shown[file.name] = page.stem
        assert weight < HELP_MOST_BYTES, page

    assert sorted(shown) == sorted(HELP)


def test_pictures_of_the_readme_exist():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = re.findall(r"\]\(docs/screens/([^)]+)\)", readme)

    assert shown
    assert set(shown) <= set(PICTURES)


def test_every_route_with_a_page_has_a_screen():
    routes = {one.name for one in urlpatterns if isinstance(one, URLPattern)}
    seen = {resolve(screen.address.partition("?")[0]).url_name for screen in SCREENS}

    assert routes - seen == set(UNSEEN)
