"""The report of Quảng Nam as it leaves the house: every format says the same."""

import csv
import io
import unicodedata
from datetime import date, datetime

import pytest
from django.http import QueryDict
from docx import Document
from openpyxl import load_workbook

from provinces.choices import Role
from provinces.models import Organisation
from tests.factories import make_user
from tests.pdf_reading import Pdf, squeezed
from tracker.forms.reports import ReportChoice
from tracker.reports.official import read_payload, write_payload
from tracker.reports.writers.official_csv import write_official_csv
from tracker.reports.writers.official_docx import write_official_docx
from tracker.reports.writers.official_pdf import write_official_pdf
from tracker.reports.writers.official_xlsx import write_official_xlsx

QUERY = "resolution=23-nq-tw&resolution=52-nq-tw&province=49&as_of=2026-06-30"
# Numbers and names as officials write them, and what a program must not make of them.
FIGURES = (
    "81.430 tỷ đồng",
    "71,22%",
    "3.676 ha",
    "trên 80.500 tỷ đồng",
    "11 trên 14 khu",
    "tỉnh Quảng Nam (nay là thành phố Đà Nẵng)",
    "16-CTr/TU",
    "30/06/2026",
)


@pytest.fixture
def content(seeded):
    central = Organisation.objects.get(oversees_all=True)
    user = make_user("nguoi-lap", central, Role.COORDINATOR)
    return read_payload(write_payload(ReportChoice(QueryDict(QUERY), user).build()))


def words_of_docx(content):
    document = Document(io.BytesIO(write_official_docx(content)))
    cells = [c.text for t in document.tables for row in t.rows for c in row.cells]
    return [one.text for one in document.paragraphs] + cells


def test_figures_are_written_as_officials_write_them_in_word_and_pdf(content):
    docx = squeezed(" ".join(words_of_docx(content)))
    pdf = squeezed("".join(one.words for one in Pdf(write_official_pdf(content)).lines))

    for said in FIGURES:
        assert squeezed(said) in docx
    # In narrow cells of a PDF words stand on lines of their own.
    for said in ("81.430", "71,22%", "3.676", "80.500", "16-CTr/TU", "30/06/2026"):
        assert squeezed(said) in pdf
    for text in (docx, pdf):
        assert "�" not in text
        assert unicodedata.is_normalized("NFC", text)


def test_workbook_has_days_as_days_ratios_as_text_and_doubts_as_notes(content):
    book = load_workbook(io.BytesIO(write_official_xlsx(content)))
    cells = [cell for sheet in book for row in sheet for cell in row]
    by_words = {cell.value: cell for cell in cells if cell.value}

    assert by_words["11 trên 14 khu"].data_type == "s"
    assert by_words["71,22%"].data_type == "s"
    assert "AN-11" in by_words["11 trên 14 khu"].comment.text
    assert not [cell for cell in cells if cell.data_type == "f"]
    days = [cell for cell in cells if isinstance(cell.value, datetime | date)]
    assert {cell.number_format for cell in days} <= {"dd/mm/yyyy"}
    for sheet in book.worksheets:
        assert sheet.freeze_panes
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.page_setup.paperSize == 9
        assert sheet.print_title_rows
    assert book.worksheets[1].auto_filter.ref


def test_every_format_has_every_recommendation_once_in_the_same_order(content):
    codes = [item["code"] for item in content["items"]]
    text = write_official_csv(content).decode("utf-8-sig")

    assert len(codes) == 27
    assert [line["code"] for line in csv.DictReader(io.StringIO(text))] == codes
    docx = " ".join(words_of_docx(content))
    assert all(f"{code}. " in docx for code in codes)


def test_names_are_sorted_by_the_vietnamese_alphabet(content):
    [counts] = [one for one in content["tables"] if one["key"] == "counts"]

    titles = [group["title"] for group in counts["groups"]]
    assert titles == ["", "Theo nghị quyết", "Theo địa phương", "Theo cơ quan chủ trì"]
