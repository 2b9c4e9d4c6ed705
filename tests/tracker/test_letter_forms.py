"""What letters have and reports have not, read back from Word and PDF.

Rules: domain facts §5.1 (Kính gửi) and §5.2 (trích yếu of a công văn).
"""

import io

import pytest
from docx import Document

from tests.official_report import PARTY, STATE, report_of, rows_of
from tests.pdf_reading import Pdf
from tracker.reports.parts import Group, Head, Table
from tracker.reports.writers.official_docx import write_official_docx
from tracker.reports.writers.official_pdf import write_official_pdf

SUBJECT = "V/v đôn đốc thực hiện nhiệm vụ, kiến nghị"
ADDRESSEE = "Kính gửi: Bộ Tài chính"
COLUMNS = ("position", "wording", "due_on", "progress", "result", "asked")
both = pytest.mark.parametrize("form", [PARTY, STATE])


def letter_of(form):
    heads = tuple(Head(key, key, 10) for key in COLUMNS)
    rows = tuple((*row[:3], "Đang thực hiện", "", row[3]) for row in rows_of(3))
    groups = (Group("", 2, rows),)
    table = Table("tasks", "Phụ lục", "Nhiệm vụ cần thực hiện", heads, groups, "")
    return report_of(
        form,
        kind="letter",
        addressee=ADDRESSEE,
        title="",
        subject=SUBJECT,
        opening=("Còn 3 nhiệm vụ, kiến nghị.", "Đề nghị báo cáo trước ngày ……."),
        sections=(),
        tables=(table,),
    )


def docx_of(form):
    return Document(io.BytesIO(write_official_docx(letter_of(form))))


def pdf_of(form):
    return Pdf(write_official_pdf(letter_of(form)))


def words_of(document):
    return [one.text for one in document.paragraphs]


@both
def test_addressee_stands_in_the_middle_of_a_letter(form):
    [found] = [one for one in docx_of(form).paragraphs if one.text == ADDRESSEE]
    pdf = pdf_of(form)
    line = pdf.line(ADDRESSEE)

    assert (found.style.font.size.pt, found.style.paragraph_format.alignment) == (14, 1)
    assert (line.size, line.fonts) == (14, {"Tinos-Regular"})
    middle = (30 - 15) / 2 * 72 / 25.4 + pdf.pages[0].width / 2
    assert (line.left + line.right) / 2 == pytest.approx(middle, abs=1)
    assert line.baseline > pdf.line("Còn 3 nhiệm vụ, kiến nghị.").baseline - 80


@both
def test_subject_stands_under_the_number_in_twelve_points(form):
    cells = docx_of(form).tables[0].rows[1].cells
    number, subject = cells[0].paragraphs
    pdf = pdf_of(form)
    [line] = [one for one in pdf.on(1) if one.words.startswith("V/v")]

    assert (number.text, subject.text) == (letter_of(form)["header"]["number"], SUBJECT)
    assert subject.style.font.size.pt == line.size == 12
    assert bool(subject.style.font.italic) == (form == PARTY)
    assert line.fonts == {"Tinos-Italic" if form == PARTY else "Tinos-Regular"}
    assert line.baseline > pdf.line(letter_of(form)["header"]["number"]).baseline
    assert line.right < pdf.pages[0].width / 2


@both
def test_a_letter_has_no_title_and_no_line_for_it(form):
    words = words_of(docx_of(form))
    lines = [one.words for one in pdf_of(form).on(1)]

    for said in (words, lines):
        assert "BÁO CÁO" not in said
        assert "-----" not in said


@both
def test_its_annex_lies_on_a_page_of_its_own_with_every_row(form):
    document, pdf = docx_of(form), pdf_of(form)
    section = document.sections[-1]

    assert section.page_width > section.page_height
    assert "NHIỆM VỤ CẦN THỰC HIỆN" in words_of(document)
    [table] = document.tables[2:]
    told = [[cell.text for cell in row.cells] for row in table.rows[1:]]
    assert [row[1] for row in told] == [f"Kiến nghị thứ {n}" for n in (1, 2, 3)]
    assert [row[5] for row in told] == ["Chưa xác định"] * 3
    assert pdf.pages[-1].width > pdf.pages[-1].height
    lying = [one.words for one in pdf.on(len(pdf.pages))]
    for number in (1, 2, 3):
        assert f"Kiến nghị thứ {number}" in lying
