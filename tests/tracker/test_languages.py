"""Both languages: one click apart, complete, and honest about whose words they are."""

import re
from datetime import date, timedelta
from functools import cache
from gettext import GNUTranslations
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.utils import timezone

from provinces.choices import Role
from provinces.models import Organisation
from tests.factories import (
    make_deadline,
    make_recommendation,
    make_update,
    make_user,
)
from tests.pages import PAGES, install, visit
from tracker.choices import Progress

pytestmark = [pytest.mark.once, pytest.mark.django_db]
ACCENTED = re.compile(
    "[àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ]",
    re.IGNORECASE,
)
SILENT = {"script", "style", "noscript"}
VOID = {"meta", "link", "input", "br", "img", "hr"}
MO = Path(settings.BASE_DIR) / "tracker/locale/vi/LC_MESSAGES/django.mo"


class Words(HTMLParser):
    """Collects the text of a page by the language it is marked with."""

    def __init__(self):
        super().__init__()
        self.stack, self.text = [], {"vi": [], "en": []}

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        parent = self.stack[-1][1] if self.stack else "vi"
        language = attributes.get("lang", parent)
        for name in ("placeholder", "aria-label", "title", "alt", "data-label"):
            if attributes.get(name):
                self.text[language].append(attributes[name])
        if tag not in VOID:
            self.stack.append((tag, language))

    def handle_endtag(self, tag):
        while self.stack and self.stack.pop()[0] != tag:
            pass

    def handle_data(self, data):
        if self.stack and self.stack[-1][0] not in SILENT and data.strip():
            self.text[self.stack[-1][1]].append(data.strip())


def words_of(response):
    parser = Words()
    parser.feed(response.content.decode())
    return parser.text


@cache
def english_messages():
    """Give the English sentences of the catalogue that nobody would type by chance."""
    with open(MO, "rb") as file:
        catalogue = GNUTranslations(file)._catalog
    ids = [key[0] if isinstance(key, tuple) else key for key in catalogue]
    plain = [one.split("\x04")[-1] for one in ids]
    return [one for one in plain if len(one.split()) > 1 and "%" not in one]


@pytest.fixture(scope="module")
def places(django_db_setup, django_db_blocker):
    """Install once: the tests that use this leave nothing behind."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("createcachetable", verbosity=0)
        yield install()
        transaction.set_rollback(True)


@pytest.fixture
def people(seeded):
    """A coordinator and a reporter of the seeded bodies."""
    central = Organisation.objects.get(oversees_all=True)
    committee = Organisation.objects.get(name="Tỉnh ủy Quảng Nam")
    return make_user("ha", central, Role.COORDINATOR), make_user("lan", committee)


@pytest.fixture
def story(people):
    """One recommendation with a line of every kind in its course of events."""
    ha, _lan = people
    one = make_recommendation(code_number=99, code_prefix="TW", wording="Một việc")
    make_deadline(one, timezone.localdate() + timedelta(days=3), by=ha)
    update = make_update(one, Progress.SUSPENDED, by=ha, note="Theo công văn")
    make_update(one, Progress.COMPLETED, by=ha, corrects=update)
    make_deadline(one, date(2024, 12, 31), by=ha)
    return one


def read(user, language, address):
    client = Client()
    if user is not None:
        client.force_login(user)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    return client.get(address)


def unmarked(response):
    """Give what is Vietnamese on an English page and does not say so.

    The title of a window has one language: it may name a row in an English one.
    """
    words = [text for text in words_of(response)["en"] if ACCENTED.search(text)]
    return [text for text in words if not text.endswith(" – Resolution tracking")]


def untranslated(response):
    """Give the sentences of the catalogue that a Vietnamese page says in English."""
    text = "\n".join(words_of(response)["vi"])
    return [one for one in english_messages() if one in text]


def test_every_english_page_marks_every_vietnamese_word(places):
    found = {str(page): unmarked(visit(page, places, "en")) for page in PAGES}

    assert {page: texts for page, texts in found.items() if texts} == {}


def test_every_vietnamese_page_holds_no_english_message(places):
    assert len(english_messages()) > 150
    found = {str(page): untranslated(visit(page, places)) for page in PAGES}

    assert {page: texts for page, texts in found.items() if texts} == {}


@pytest.mark.parametrize("who", [0, 1], ids=["coordinator", "reporter"])
def test_every_line_of_a_story_speaks_both_languages(people, story, who):
    address = story.get_absolute_url()

    assert unmarked(read(people[who], "en", address)) == []
    assert untranslated(read(people[who], "vi", address)) == []


def test_dates_and_numbers_are_written_the_way_of_the_language(people, story):
    make_deadline(story, date(2019, 12, 31), by=people[0])
    days = (timezone.localdate() - date(2019, 12, 31)).days
    story.progress = Progress.IN_PROGRESS
    make_update(story, Progress.IN_PROGRESS, by=people[0])

    vietnamese = read(people[0], "vi", story.get_absolute_url()).content.decode()
    english = read(people[0], "en", story.get_absolute_url()).content.decode()

    assert f"Quá hạn {days // 1000}.{days % 1000:03d} ngày" in vietnamese
    assert f"{days // 1000},{days % 1000:03d} days overdue" in english
    for text in (vietnamese, english):
        assert "31/12/2019" in text
        assert not re.search(r"\b\d{4}-\d{2}-\d{2}\b", text)


def test_switch_keeps_the_page_and_its_filter(people):
    client = Client()
    client.force_login(people[0])
    address = "/recommendations/?resolution=23-nq-tw&q=cum"
    referer = {"Referer": f"http://testserver{address}"}

    answer = client.post("/language/", {"language": "en"}, headers=referer)

    assert answer["Location"] == referer["Referer"]
    english = client.get(address)
    assert english["Content-Language"] == "en"
    assert '<html lang="en">' in english.content.decode()
    assert "Tiếng Việt</button>" in english.content.decode()


def test_switch_never_leads_to_another_host(client, db):
    elsewhere = "https://evil.example/"
    data = {"language": "en", "next": elsewhere}

    answer = client.post("/language/", data, headers={"Referer": elsewhere})

    assert answer["Location"] == "/"


def test_vietnamese_comes_first_whatever_the_browser_asks_for(client, db):
    response = client.get("/accounts/login/", headers={"Accept-Language": "en-GB"})

    assert response["Content-Language"] == "vi"
    assert "Đăng nhập" in response.content.decode()


def test_unknown_language_is_vietnamese(db):
    assert read(None, "xx", "/accounts/login/")["Content-Language"] == "vi"
