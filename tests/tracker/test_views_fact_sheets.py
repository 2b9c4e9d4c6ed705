"""Fact sheets: one page on a province or a resolution, on screen and as PDF."""

import re
from datetime import date, timedelta
from io import BytesIO, StringIO

import pytest
from django.utils import timezone, translation
from pdfminer.converter import TextConverter
from pdfminer.high_level import extract_pages
from pdfminer.pdfdocument import PDFDocument
from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
from pdfminer.pdfpage import PDFPage
from pdfminer.pdfparser import PDFParser
from pdfminer.pdftypes import resolve1

from provinces.models import Province
from tests.factories import (
    make_clearance,
    make_deadline,
    make_difficulty,
    make_organisation,
    make_province,
    make_recommendation,
    make_resolution,
    make_succession,
    make_update,
)
from tests.tracker.test_views_resolutions import (
    page_of,
    queries_of,
    rows_of,
    section_of,
    text_of,
)
from tests.tracker.test_visible_documents import (
    make_document,
    make_figure,
    make_flag,
    make_indicator,
)
from tracker.choices import Progress
from tracker.reports.fact_sheets import build_province_fact_sheet
from tracker.reports.writers.fact_sheet_pdf import write_fact_sheet_pdf

PROVINCE = "/provinces/49/fact-sheet/"
RESOLUTION = "/resolutions/23-nq-tw/fact-sheet/"
SHEETS = [PROVINCE, RESOLUTION]
PDFS = ["/provinces/49/fact-sheet.pdf", "/resolutions/23-nq-tw/fact-sheet.pdf"]
NUMBER = re.compile(r'href="(/recommendations/\?[^"]+)"><strong[^>]*>([\d.]+)</strong>')
TOTAL = re.compile(r'id="result-count"[^>]*>\s*(?:<[^>]+>)?([\d.]+)')
YEAR_AGO = timedelta(days=365)


def days_ago(days):
    return timezone.localdate() - timedelta(days=days)


def pdf_of(client, address, language="vi"):
    client.cookies["django_language"] = language
    response = client.get(address)
    assert response.status_code == 200, address
    assert response["Content-Type"] == "application/pdf"
    return response.content


def letters_of(content):
    """Give the text of a PDF in the order it is read, without spaces."""
    shared, text = PDFResourceManager(), StringIO()
    reader = PDFPageInterpreter(shared, TextConverter(shared, text, laparams=None))
    for page in PDFPage.get_pages(BytesIO(content)):
        reader.process_page(page)
    return squeezed(text.getvalue())


def squeezed(text):
    """Leave spaces out, and marks that let a long word break."""
    return re.sub(r"[\s\u200b]+", "", text)


def pages_in(content):
    return len(list(extract_pages(BytesIO(content))))


def counted(page):
    """Give the numbers of the count, each with the list that it links to."""
    pairs = NUMBER.findall(section_of(page, "progress-count"))
    return [(address.replace("&amp;", "&"), number) for address, number in pairs]


@pytest.fixture
def resolution(db):
    return make_resolution(term="khóa XII")


@pytest.fixture
def client(sign_in, ha):
    return sign_in(ha)


@pytest.fixture
def story(resolution, quang_nam, ha, lan):
    """Four rows of Quảng Nam: overdue, completed late, hindered, and untouched."""
    made = {
        name: make_recommendation(
            [resolution], province=quang_nam, code_number=number, wording=name
        )
        for number, name in enumerate(["trễ", "xong", "vướng", "yên"], 1)
    }
    make_deadline(made["trễ"], days_ago(100), by=ha)
    make_update(made["trễ"], by=lan, effective_on=days_ago(200))
    make_deadline(made["xong"], days_ago(50), by=ha)
    make_update(made["xong"], Progress.COMPLETED, by=lan, effective_on=days_ago(10))
    make_difficulty(made["vướng"], by=lan, note="Chưa có mặt bằng")
    return made


# -- the page -------------------------------------------------------------------------


@pytest.mark.parametrize("address", SHEETS)
def test_sheet_says_how_everything_stands(client, story, address):
    page = page_of(client, address)

    assert [number for _address, number in counted(page)] == [
        *("4", "1", "1", "0", "2", "0"),
        *("0", "1", "0", "0", "1", "2", "0"),
    ]
    assert "50% = 1 trên 2" in text_of(section_of(page, "progress-count"))
    (overdue,) = rows_of(section_of(page, "overdue"))[1:]
    assert overdue == f"QNA-24-01 trễ Chưa xác định {days_ago(100):%d/%m/%Y} 100"
    (difficulty,) = rows_of(section_of(page, "difficulties"))[1:]
    assert difficulty.startswith("QNA-24-03 ")
    assert difficulty.endswith("Chưa có mặt bằng Tỉnh ủy Quảng Nam 26/06/2024")
    assert rows_of(section_of(page, "last-reports"))[1:] == [
        f"{days_ago(10):%d/%m/%Y} QNA-24-02 Hoàn thành Tỉnh ủy Quảng Nam",
        f"{days_ago(200):%d/%m/%Y} QNA-24-01 Đang thực hiện Tỉnh ủy Quảng Nam",
    ]


@pytest.mark.parametrize("who", ["ha", "minh", "lan", "hoa"])
@pytest.mark.parametrize("query", ["", "?as_of={day}"])
@pytest.mark.parametrize("address", SHEETS)
def test_numbers_are_those_of_the_list(request, sign_in, story, who, query, address):
    """Every number leads to exactly its rows, whoever looks, on any day."""
    client = sign_in(request.getfixturevalue(who))
    page = page_of(client, address + query.format(day=days_ago(60)))

    pairs = counted(page)

    assert len(pairs) == 13
    for listed, number in pairs:
        rows = page_of(client, listed).count("data-code=")
        assert str(rows) == number, listed
    assert pairs[0][1] == ("0" if who == "hoa" else "4")


@pytest.mark.parametrize("address", SHEETS)
def test_reader_elsewhere_learns_nothing(sign_in, hoa, story, quang_nam, address):
    resolution = story["trễ"].resolutions.get()
    indicator = make_indicator([resolution], province=quang_nam, scope="mật-một")
    make_figure(indicator, value=77.77, source="mật-hai")
    make_flag(make_document(province=quang_nam), [indicator], problem="mật-ba")

    page = page_of(sign_in(hoa), address)
    printed = letters_of(pdf_of(sign_in(hoa), address.removesuffix("/") + ".pdf"))

    for said in (page, printed):
        secrets = ("mật-", "77,77", "QNA-24-0", "Chưa có mặt", "Chưacómặt")
        assert [word for word in secrets if word in said] == []


@pytest.mark.parametrize("address", SHEETS)
def test_sheet_of_a_past_day_tells_of_that_day(client, story, address, lan):
    make_clearance(story["vướng"].difficulties.get(), by=lan, effective_on=days_ago(20))
    figure = make_indicator([story["trễ"].resolutions.get()], province_id=None)
    figure.province = story["trễ"].province
    figure.save()
    make_figure(figure, value=11, as_of=days_ago(300), source="Báo cũ")
    make_figure(figure, value=22, as_of=days_ago(30), source="Báo mới")

    now = page_of(client, address)
    then = page_of(client, f"{address}?as_of={days_ago(60)}")

    assert rows_of(section_of(now, "difficulties")) == []
    assert len(rows_of(section_of(then, "difficulties"))) == 2
    assert rows_of(section_of(then, "overdue"))[1].endswith(" 40")
    assert len(rows_of(section_of(then, "last-reports"))) == 2
    assert f"{days_ago(60):%d/%m/%Y}" in text_of(section_of(then, "progress-count"))
    assert f".pdf?as_of={days_ago(60)}" in then
    assert " 22 " in rows_of(section_of(now, "figures"))[1]
    assert " 11 " in rows_of(section_of(then, "figures"))[1]
    assert "Báo mới" not in then
    assert "Báo cũ" not in now


def test_corrected_report_is_no_news(client, story, lan):
    wrong = make_update(story["yên"], by=lan, effective_on=days_ago(5))
    make_update(story["yên"], by=lan, effective_on=days_ago(6), corrects=wrong)

    rows = rows_of(section_of(page_of(client, PROVINCE), "last-reports"))

    assert rows[1].startswith(f"{days_ago(6):%d/%m/%Y} QNA-24-04")
    assert not [row for row in rows if f"{days_ago(5):%d/%m/%Y}" in row]


def test_unit_counts_what_ended_in_it(client, story, quang_nam):
    da_nang = make_province("Đà Nẵng", slug="48", abbreviation="DNG")
    Province.objects.filter(pk=quang_nam.pk).update(
        valid_to=date(2025, 6, 30), successor=da_nang
    )

    page = page_of(client, "/provinces/48/fact-sheet/")
    ended = page_of(client, PROVINCE)

    assert counted(page)[0] == ("/recommendations/?province=48", "4")
    assert "tỉnh Quảng Nam" in text_of(page)
    assert "Tỉnh Quảng Nam (nay là tỉnh Đà Nẵng)" in text_of(ended)
    assert counted(ended)[0][1] == "4"


def test_sheet_of_a_resolution_names_it(client, resolution):
    text = text_of(page_of(client, RESOLUTION))

    assert "23-NQ/TW: Chính sách phát triển công nghiệp quốc gia" in text
    assert "Bộ Chính trị khóa XII 22/03/2018" in text


@pytest.mark.parametrize(("number", "shown"), [(8, 8), (11, 8)])
def test_at_most_eight_overdue_and_how_many_more(client, resolution, ha, number, shown):
    for days in range(number):
        row = make_recommendation([resolution])
        make_deadline(row, days_ago(20 + days), by=ha)

    section = section_of(page_of(client, RESOLUTION, "en"), "overdue")

    late = [int(row.split()[-1]) for row in rows_of(section)[1:]]
    assert late == [19 + number - one for one in range(shown)]
    assert ("and 3 more" in section) == (number > shown)
    assert f"Overdue ({number})" in section


def test_at_most_six_difficulties_and_how_many_more(client, resolution, lan):
    for _number in range(4):
        row = make_recommendation([resolution])
        for _difficulty in range(2):
            make_difficulty(row, by=lan)

    section = section_of(page_of(client, RESOLUTION, "en"), "difficulties")

    assert len(rows_of(section)[1:]) == 6
    assert "and 2 more" in section
    assert "(8)" in section


def test_long_words_are_cut_at_a_word(client, resolution, ha):
    row = make_recommendation([resolution], wording="rất dài " * 40)
    make_deadline(row, days_ago(20), by=ha)

    (line,) = rows_of(section_of(page_of(client, RESOLUTION), "overdue"))[1:]

    assert re.search(r"rất( dài)? … Chưa xác định", line)
    assert len(line) < 200


@pytest.mark.parametrize("address", SHEETS)
def test_nothing_is_said_to_be_nothing(client, resolution, quang_nam, address):
    text = text_of(page_of(client, address, "en"))

    for words in (
        "Nothing is overdue.",
        "No difficulty stands open.",
        "Nothing has been reported yet.",
        "Nothing has been measured yet.",
        "No rate of completion: nothing has fallen due yet.",
    ):
        assert words in text


# -- figures --------------------------------------------------------------------------


def test_latest_figure_stands_with_what_contradicts_it(client, resolution):
    paper = make_document(title="Bản tin")
    indicator = make_indicator([resolution], name="Số khu", unit="khu", scope="cả tỉnh")
    make_figure(indicator, value=12, source="Báo cũ", as_of=date(2020, 1, 1))
    make_figure(indicator, paper, value=14, qualifier="over", as_of=date(2024, 5, 31))
    make_figure(indicator, value=18, source="Báo khác", as_of=date(2024, 5, 31))
    make_figure(indicator, value=13, source="Danh bạ", period="đầu năm")
    make_flag(paper, [indicator], source_id="AN-7", problem="Hai nguồn trái nhau")

    section = section_of(page_of(client, RESOLUTION), "figures")

    (row,) = rows_of(section)[1:]
    assert row.startswith("Số khu · cả tỉnh trên 14 khu ")
    assert "18 khu; 13 khu (đầu năm)" in row
    assert row.endswith("31/05/2024 Bản tin AN-7")
    assert "12 khu" not in section
    assert f'href="/documents/{paper.pk}/#AN-7"' in section
    assert "AN-7 Hai nguồn trái nhau." in text_of(section)


def test_indicator_without_a_figure_says_so(client, resolution):
    make_indicator([resolution], name="Số khu", scope="chỉ 11 khu")

    (row,) = rows_of(section_of(page_of(client, RESOLUTION, "en"), "figures"))[1:]

    assert row == "Số khu No figure to show."


def test_figures_take_the_room_that_is_left(client, resolution):
    for _number in range(31):
        make_figure(make_indicator([resolution]))

    section = section_of(page_of(client, RESOLUTION, "en"), "figures")

    assert len(rows_of(section)[1:]) == 28
    assert "and 3 more" in section


# -- addresses ------------------------------------------------------------------------


@pytest.mark.parametrize("address", [*SHEETS, *PDFS])
def test_pages_only_read(client, resolution, quang_nam, address):
    assert client.post(address).status_code == 405


@pytest.mark.parametrize("last", ["fact-sheet/", "fact-sheet.pdf"])
@pytest.mark.parametrize("what", ["provinces/99", "resolutions/99-nq-tw"])
def test_unknown_subject_is_not_found(client, resolution, quang_nam, what, last):
    assert client.get(f"/{what}/{last}").status_code == 404


@pytest.mark.parametrize(
    "query", ["as_of=2026-13-01", "as_of=9999-01-01", "as_of=hôm qua", "month=5"]
)
@pytest.mark.parametrize(("page", "pdf"), [*zip(SHEETS, PDFS, strict=True)])
def test_what_is_unknown_is_named(client, resolution, quang_nam, page, pdf, query):
    shown = page_of(client, f"{page}?{query}")
    refused = client.get(f"{pdf}?{query}")

    assert (
        f'role="alert">Tham số không hợp lệ trong địa chỉ, đã bỏ qua: {query}' in shown
    )
    assert f"{timezone.localdate():%d/%m/%Y}" in section_of(shown, "progress-count")
    assert ('aria-invalid="true"' in shown) == query.startswith("as_of")
    assert refused.status_code == 400
    assert refused["Content-Type"] == "text/plain; charset=utf-8"
    assert query in refused.content.decode()


@pytest.mark.parametrize("typed", ["", "2024-12-31", "31/12/2024"])
def test_day_is_read_as_addresses_and_people_write_it(client, resolution, typed):
    page = page_of(client, f"{RESOLUTION}?as_of={typed}")

    day = "31/12/2024" if typed else f"{timezone.localdate():%d/%m/%Y}"
    assert f"tính đến ngày {day}" in text_of(section_of(page, "progress-count"))
    assert 'role="alert"' not in page


def test_pages_link_to_their_sheets(client, resolution, quang_nam):
    assert f'href="{RESOLUTION}"' in page_of(client, "/resolutions/23-nq-tw/")
    assert f'href="{PROVINCE}"' in page_of(client, "/provinces/49/")
    assert f'href="{PDFS[0]}"' in page_of(client, PROVINCE)
    assert f'href="{PDFS[1]}"' in page_of(client, RESOLUTION)


# -- PDF ------------------------------------------------------------------------------


@pytest.mark.parametrize(("page", "pdf"), [*zip(SHEETS, PDFS, strict=True)])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_pdf_says_what_the_page_says(client, story, page, pdf, language):
    resolution, place = story["trễ"].resolutions.get(), story["trễ"].province
    make_figure(make_indicator([resolution], province=place, unit="ha"), value=81430.5)
    shown = page_of(client, page, language)

    printed = letters_of(pdf_of(client, pdf, language))

    count = section_of(shown, "progress-count")
    items = re.findall(r"<li>(.*?)</li>", count, re.DOTALL)[1:]
    assert len(items) == 12
    for item in items:
        assert squeezed(text_of(item)) in printed
    rate = re.search(r'<p class="quiet rate">(.*?)</p>', count, re.DOTALL).group(1)
    assert squeezed(text_of(rate)) in printed
    for key in ("overdue", "difficulties", "last-reports", "figures"):
        for row in re.findall(r"<td.*?</td>", section_of(shown, key), re.DOTALL):
            assert squeezed(text_of(row)) in printed
    assert (
        squeezed(text_of(re.search(r"<h1.*?</h1>", shown, re.DOTALL).group()))
        in printed
    )


def test_pdf_is_tagged_titled_and_in_its_language(client, story):
    content = pdf_of(client, PDFS[0])

    document = PDFDocument(PDFParser(BytesIO(content)))
    title = resolve1(document.info[0]["Title"])

    assert resolve1(document.catalog["MarkInfo"])["Marked"] is True
    assert document.catalog["Lang"] == b"vi"
    assert title.decode("utf-16" if title[0] > 250 else "utf-8").endswith("Quảng Nam")
    assert b"Tinos" in content
    response = client.get(f"{PDFS[0]}?as_of=2025-06-30")
    name = 'filename="phieu-tom-tat_province-49_2025-06-30.pdf"'
    assert name in response["Content-Disposition"]
    assert response["Cache-Control"] == "private, no-store"


def test_same_sheet_is_the_same_bytes(story, quang_nam, ha):
    with translation.override("vi"):
        sheet = build_province_fact_sheet(quang_nam, on=days_ago(0), viewer=ha)
        first, second = write_fact_sheet_pdf(sheet), write_fact_sheet_pdf(sheet)

    assert first == second


def test_pdf_is_one_page_however_much_there_is(client, resolution, ha):
    """The longest words in every line that a sheet can have, and markup in them."""
    body = make_organisation("Sở Nông nghiệp và Phát triển nông thôn " * 3)
    make_succession(body, make_organisation("Sở Nông nghiệp và Môi trường " * 3))
    for number in range(12):
        words = f"*{number}* #pagebreak() _dài_ $x$ " * 20
        row = make_recommendation([resolution], wording=words, lead=body)
        make_deadline(row, days_ago(20), by=ha)
        make_update(row, by=ha, spoken_for=body)
        make_difficulty(row, by=ha, note=words, spoken_for=body)
        indicator = make_indicator(
            [resolution], name="Chỉ số rất dài " * 9, scope="nơi rất xa " * 9
        )
        for _source in range(3):
            make_figure(indicator, value=number * 1000 + _source)
        make_flag(make_document(), [indicator], problem="Nguồn không rõ " * 20)

    content = pdf_of(client, PDFS[1])

    assert pages_in(content) == 1
    printed = letters_of(content)
    assert printed.count("#pagebreak()") >= 14
    assert "…" in printed


@pytest.mark.parametrize("pdf", PDFS)
def test_pdf_of_nothing_is_one_page_too(client, resolution, quang_nam, pdf):
    content = pdf_of(client, pdf, "en")

    assert pages_in(content) == 1
    assert "Nothingisoverdue." in letters_of(content)


# -- cost -----------------------------------------------------------------------------


def fill(resolution, place, by):
    """Add one of everything a sheet shows, with names that need looking up."""
    then = make_organisation()
    make_succession(then, make_organisation())
    row = make_recommendation([resolution], province=place, lead=then)
    make_deadline(row, days_ago(90), by=by)
    make_update(row, by=by, spoken_for=then, effective_on=days_ago(200))
    make_difficulty(row, by=by, effective_on=days_ago(200))
    document = make_document([], [resolution], province=place)
    indicator = make_indicator([resolution], province=place)
    make_figure(indicator, document)
    make_figure(indicator, value=9)
    make_flag(document, [indicator])


@pytest.mark.parametrize("who", ["ha", "lan"])
@pytest.mark.parametrize("query", ["", f"?as_of={days_ago(30)}"])
@pytest.mark.parametrize("address", SHEETS)
def test_sheet_costs_the_same_with_three_of_everything(
    request, sign_in, quang_nam, resolution, who, query, address
):
    user = request.getfixturevalue(who)
    client = sign_in(user)
    fill(resolution, quang_nam, user)
    with_one = queries_of(client, address + query)

    fill(resolution, quang_nam, user)
    fill(resolution, quang_nam, user)

    assert queries_of(client, address + query) == with_one
    assert with_one <= 12
