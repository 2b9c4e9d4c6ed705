"""Whoever sees a part only is told so, on pages and in files alike."""

import io
import zipfile
from html import unescape

import pytest
from django.utils.translation import override

from tests.factories import make_organisation, make_recommendation, make_user
from tests.kept_reports import keep
from tests.pdf_reading import Pdf
from tests.tracker.test_views_resolutions import text_of
from tracker.models import Report
from tracker.reports.limits import say_limits

SAID = (
    "Only what concerns Thành ủy Hà Nội is counted and listed here;"
    " anything else there may be is left out."
)
BEGINNING = "Only what concerns"


@pytest.fixture
def pages(moved, lan):
    return [
        "/provinces/49/fact-sheet/",
        "/resolutions/23-nq-tw/fact-sheet/",
        f"/reminders/{lan.organisation_id}/",
        "/reminders/",
        "/reports/",
    ]


def english(sign_in, user):
    client = sign_in(user)
    client.cookies["django_language"] = "en"
    return client


def words_in(content):
    """Give the text of a PDF or of the parts of an Office file, spaced alike."""
    if content.startswith(b"%PDF"):
        return " ".join(" ".join(one.words for one in Pdf(content).lines).split())
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        parts = [name for name in package.namelist() if name.endswith(".xml")]
        return text_of(" ".join(package.read(name).decode() for name in parts))


def test_pages_tell_a_stranger_that_they_are_limited(sign_in, hoa, pages):
    client = english(sign_in, hoa)

    for address in pages:
        assert SAID in text_of(client.get(address).content.decode()), address


def test_pages_say_nothing_to_whoever_sees_all(sign_in, ha, pages):
    client = english(sign_in, ha)

    for address in pages:
        assert BEGINNING not in client.get(address).content.decode(), address


@pytest.mark.parametrize("subject", ["provinces/49", "resolutions/23-nq-tw"])
def test_fact_sheet_as_a_file_says_the_same(sign_in, ha, hoa, moved, subject):
    address = f"/{subject}/fact-sheet.pdf"

    assert SAID in words_in(english(sign_in, hoa).get(address).content)
    assert BEGINNING not in words_in(english(sign_in, ha).get(address).content)


def test_kept_report_says_it_in_every_file_for_people(sign_in, ha, hoa, moved):
    make_recommendation(moved.resolutions.all(), lead=hoa.organisation)

    for person, is_limited in ((hoa, True), (ha, False)):
        client = english(sign_in, person)
        keep(client, "as_of=2025-06-30&language=en")
        kept = Report.objects.latest("pk")
        page = client.get(kept.get_absolute_url()).content.decode()
        assert (SAID in unescape(page)) == is_limited
        for one in ("docx", "pdf", "xlsx"):
            file = client.get(f"/reports/{kept.key}/report.{one}")
            words = words_in(file.content)
            assert (SAID in words) == is_limited, one


def test_list_as_a_spreadsheet_says_it(sign_in, hoa, ha, moved):
    for person, is_limited in ((hoa, True), (ha, False)):
        file = english(sign_in, person).get("/recommendations/export.xlsx")
        content = b"".join(file) if file.streaming else file.content
        assert (SAID in words_in(content)) == is_limited


def test_name_of_a_body_is_words_and_no_marks(db):
    person = make_user("x", make_organisation("Sở A & B <một>"))

    with override("en"):
        assert "concerns Sở A & B <một> is" in say_limits(person)
