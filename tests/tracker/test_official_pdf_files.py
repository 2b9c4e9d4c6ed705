"""The official report in PDF as a file: its letters, its tags, and what it refuses."""

import unicodedata
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from pdfminer.pdftypes import resolve1

from tests.official_report import (
    AT,
    HEADERS,
    HEADS,
    PARTY,
    STATE,
    SUBJECTS,
    report_of,
)
from tests.pdf_reading import Pdf, squeezed
from tracker.reports.parts import Group, Section, Table
from tracker.reports.writers import official_pdf
from tracker.reports.writers.official_pdf import (
    UNDRAWN,
    PdfError,
    TooManyRowsForPdf,
    compile_pdf,
    write_official_pdf,
)

MARKUP = r"#let x = 1; *đậm* $x$ <nhãn> & @ai \ _nghiêng_ `mã` // [ ] ~ = - + /"


def pdf_with(form, **changes):
    return Pdf(write_official_pdf(report_of(form, **changes)))


# -- letters --------------------------------------------------------------------------


def test_every_vietnamese_letter_is_drawn_and_read_back_composed():
    vowels = [
        unicodedata.normalize("NFC", base + tone)
        for base in "aăâeêioôơuưy"
        for tone in ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
    ]
    letters = "".join(vowels) + "đ"
    words = letters + letters.upper()
    apart = unicodedata.normalize("NFD", words)

    pdf = pdf_with(PARTY, opening=(apart,), sections=(), tables=())

    assert len(words) == 146
    assert words in "".join(one.get_text() for one in pdf.drawn(1))


def test_markup_in_words_stays_words():
    header = replace(HEADERS[STATE], issuer=MARKUP, recipients=(MARKUP,))
    table = Table(
        "progress",
        MARKUP,
        "Tiến độ",
        HEADS,
        (Group(MARKUP, 1, ((1, MARKUP, None, ""),)),),
        MARKUP,
    )
    pdf = pdf_with(
        STATE,
        header=header,
        subject=MARKUP,
        annex_note=MARKUP,
        opening=(MARKUP,),
        sections=(Section(1, MARKUP, (MARKUP,)),),
        tables=(table,),
    )

    drawn = "".join(one.get_text() for page in (1, 2) for one in pdf.drawn(page))
    assert drawn.count(squeezed(MARKUP)) == 11


def test_what_the_font_cannot_draw_is_marked_and_the_rest_kept():
    pdf = pdf_with(STATE, opening=("Tốt 👍\x07 漢\tXong",), sections=(), tables=())

    assert "Tốt\ufffd\ufffd\ufffdXong" in "".join(
        one.get_text() for one in pdf.drawn(1)
    )


def test_every_letter_that_is_let_through_can_be_drawn():
    letters = [chr(code) for code in range(0x20, 0x3000)]
    known = [one for one in letters if not UNDRAWN.match(one)]
    lines = tuple("".join(known[i : i + 40]) for i in range(0, len(known), 40))
    sections = (Section(1, "I. A", lines),)
    row = (1, " ".join(lines), None, "")
    groups = (Group(" ".join(lines), 2, (row,)),)
    table = Table("progress", "Phụ lục I", " ".join(lines), HEADS, groups, "")

    assert len(known) > 1200
    assert pdf_with(STATE, sections=sections, tables=(table,))


# -- the file -------------------------------------------------------------------------


def test_the_same_payload_gives_the_same_bytes():
    assert write_official_pdf(report_of(PARTY)) == write_official_pdf(report_of(PARTY))


def test_another_moment_gives_another_file():
    later = datetime(2026, 7, 2, tzinfo=UTC)
    once = write_official_pdf(report_of(PARTY))

    assert once != write_official_pdf(report_of(PARTY, frozen_at=later))


@pytest.mark.parametrize("form", [PARTY, STATE])
def test_the_file_is_tagged_and_says_what_it_is(form):
    pdf = pdf_with(form)
    catalog = pdf.document.catalog
    xmp = resolve1(catalog["Metadata"]).get_data().decode()

    assert resolve1(catalog["MarkInfo"])["Marked"] is True
    assert "StructTreeRoot" in catalog
    assert resolve1(catalog["ViewerPreferences"])["DisplayDocTitle"] is True
    assert catalog["Lang"] == b"vi"
    for words in (
        "<pdfaid:part>2</pdfaid:part>",
        "<pdfaid:conformance>A</pdfaid:conformance>",
        "<pdfuaid:part>1</pdfuaid:part>",
        f"BÁO CÁO {SUBJECTS[form]}</rdf:li>",
        f"<rdf:li>{HEADERS[form].issuer}</rdf:li>",
        "<xmp:CreateDate>2026-07-01T09:30:00",
    ):
        assert words in xmp


def test_the_language_is_that_of_the_report():
    assert pdf_with(PARTY, language="en").document.catalog["Lang"] == b"en"


def test_more_rows_than_allowed_are_refused_before_anything_is_drawn(monkeypatch):
    monkeypatch.setattr(official_pdf, "compile_pdf", pytest.fail)
    many = {**report_of(STATE), "items": [{"code": "QNA-24-01"}] * 2001}

    with pytest.raises(TooManyRowsForPdf):
        write_official_pdf(many)


def test_a_missing_font_raises(monkeypatch, tmp_path):
    monkeypatch.setattr(official_pdf, "FONTS", tmp_path)

    with pytest.raises(PdfError, match="unknown font family: tinos"):
        write_official_pdf(report_of(STATE))


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ('#set text(font: "Tinos")\n= A', "title"),
        ("#read(sys.inputs.data)", "official"),
        ("#panic()", "panicked"),
    ],
)
def test_a_template_that_is_wrong_raises(monkeypatch, tmp_path, source, message):
    monkeypatch.setattr(official_pdf, "HERE", tmp_path)
    (tmp_path / "official.typ").write_text(source)

    with pytest.raises(PdfError, match=message):
        compile_pdf("official.typ", {}, at=AT)


def test_nothing_outside_the_layouts_can_be_read(monkeypatch, tmp_path):
    (tmp_path / "secret.txt").write_text("bí mật")
    (tmp_path / "layouts").mkdir()
    (tmp_path / "layouts" / "leak.typ").write_text('#read("../secret.txt")')
    monkeypatch.setattr(official_pdf, "HERE", tmp_path / "layouts")

    with pytest.raises(PdfError, match="leak.typ"):
        compile_pdf("leak.typ", {}, at=AT)
