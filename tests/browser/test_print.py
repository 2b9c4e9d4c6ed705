"""What comes out of a printer: facts and figures, and nothing of the screen."""

import re

import pytest

from tests.pdf_reading import Pdf
from tracker.models import Recommendation, WorkingSession

pytestmark = [
    pytest.mark.browser,
    pytest.mark.once,
    pytest.mark.django_db(transaction=True),
    # Paper knows no JavaScript: once is enough.
    pytest.mark.parametrize("site", [True], indirect=True, ids=["on paper"]),
]
LIST = "/recommendations/?resolution=23-nq-tw&kind=request"
# The width of A4 without its margins; the table of a session lies on its side.
UPRIGHT, LYING = 703, 1031
# What no sheet of paper can do.
OF_THE_SCREEN = (
    ".top, .crumbs, .facets, .acts, .export, .pager ul, form, main button,"
    " main input, main select, main textarea, a[href$='/edit/'], [rel=next]"
)
SHOWN = """(selector) => [...document.querySelectorAll(selector)]
    .filter((one) => one.getClientRects().length)
    .map((one) => one.outerHTML.slice(0, 90))"""
TOO_WIDE = """() => [...document.querySelectorAll("main *")]
    .filter((one) => !one.closest(".hidden"))
    .filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
    .map((one) => one.outerHTML.slice(0, 90))"""


@pytest.fixture
def printer(reader):
    """Give what puts a page before the printer."""

    def put(address, width=UPRIGHT):
        page = reader(address)
        page.set_viewport_size({"width": width, "height": 1000})
        page.emulate_media(media="print")
        return page

    return put


def faults_on_paper(page):
    shown, wide = page.evaluate(SHOWN, OF_THE_SCREEN), page.evaluate(TOO_WIDE)
    heads = page.evaluate(SHOWN, ".list thead")
    return shown + wide + ([] if len(heads) else ["a table without its head"])


def words_at_the_top(page):
    return " ".join(page.locator(".printed").inner_text().split())


def test_list_says_its_filter_its_day_and_who_printed_it(printer):
    page = printer(LIST)

    said = words_at_the_top(page)
    assert said.startswith("Bộ lọc: Nghị quyết: 23-NQ/TW · Loại: Đề nghị Số liệu tính")
    assert re.search(r"đến ngày \d\d/\d\d/\d{4} · In lúc .*\d\d:\d\d", said)
    assert said.endswith("Ban Chính sách, chiến lược Trung ương")
    assert faults_on_paper(page) == []


def test_whole_list_says_so(printer):
    assert "Bộ lọc: Tất cả kiến nghị" in words_at_the_top(printer("/recommendations/"))


def test_session_is_printed_with_its_table_and_all_that_is_folded(printer):
    session = WorkingSession.objects.get(source_id="EVT-1")
    page = printer(session.get_absolute_url(), LYING)

    assert faults_on_paper(page) == []
    folded = page.locator("details.kind:not([open]) li").first
    assert folded.is_visible()
    assert "Số liệu tính đến ngày" in words_at_the_top(page)


def test_every_sheet_of_a_session_lies_and_repeats_the_heads(printer):
    session = WorkingSession.objects.get(source_id="EVT-1")
    page = printer(session.get_absolute_url(), LYING)

    pdf = Pdf(page.pdf(prefer_css_page_size=True))

    assert {(round(one.width), round(one.height)) for one in pdf.pages} == {(842, 595)}
    with_rows = {line.page for line in pdf.lines if line.words.startswith("QNA-24-")}
    heads = {line.page for line in pdf.lines if line.words.startswith("Nội dung")}
    assert len(with_rows) > 1
    assert with_rows <= heads


def test_session_and_overview_take_few_sheets(printer):
    session = WorkingSession.objects.get(source_id="EVT-1")
    most = {session.get_absolute_url(): 4, "/overview/": 2}

    for address, sheets in most.items():
        page = printer(address, LYING if sheets == 4 else UPRIGHT)
        pdf = Pdf(page.pdf(prefer_css_page_size=True))
        assert len(pdf.pages) <= sheets, address


def test_map_of_the_overview_can_be_read(printer):
    tiles = printer("/overview/").locator(".tile-map text")

    heights = [tiles.nth(n).bounding_box()["height"] for n in range(tiles.count())]

    assert min(heights) > 8


def test_recommendation_is_printed_with_its_code_and_its_course(printer):
    one = Recommendation.objects.with_code("QNA-24-03").get()
    page = printer(one.get_absolute_url())

    shown = page.evaluate(SHOWN, OF_THE_SCREEN) + page.evaluate(TOO_WIDE)
    assert shown == []
    assert words_at_the_top(page).startswith("QNA-24-03 Số liệu tính đến ngày")
    assert page.locator("#recommendation-timeline li").first.is_visible()


def test_paper_is_white_whatever_the_screen(printer):
    page = printer(LIST)
    colour = "(name) => getComputedStyle(document.body)[name]"

    assert page.evaluate(colour, "backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate(colour, "color") == "rgb(0, 0, 0)"
