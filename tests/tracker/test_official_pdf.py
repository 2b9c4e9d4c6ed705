"""The official report in PDF, read back: docs/forms.md says which rule is read where.

What is wanted is written out here, not taken from the layouts: these may be wrong too.
"""

import re
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings

from tests.official_report import (
    AS_OF,
    HEADERS,
    HEADS,
    NOTE,
    PARTY,
    STATE,
    SUBJECTS,
    report_of,
    rows_of,
)
from tests.pdf_reading import Pdf, squeezed
from tests.tracker import test_letter_forms
from tracker.reports.parts import Group, Section, Table
from tracker.reports.writers.official_pdf import write_official_pdf

MM = 72 / 25.4
both = pytest.mark.parametrize("form", [PARTY, STATE])


@cache
def pdf_of(form):
    return Pdf(write_official_pdf(report_of(form)))


def pdf_with(form, **changes):
    return Pdf(write_official_pdf(report_of(form, **changes)))


def assert_style(line, size, font):
    assert (line.size, line.fonts) == (size, {f"Tinos{font}"})


REGULAR, BOLD, ITALIC, BOLD_ITALIC = "-Regular", "-Bold", "-Italic", "-BoldItalic"


def centre(line):
    return (line.left + line.right) / 2


def text_centre(page):
    return (30 * MM + page.width - 15 * MM) / 2


# -- the page -------------------------------------------------------------------------


@both
def test_page_is_a4_upright_and_lying_for_annexes(form):
    sizes = [
        (round(one.width / MM), round(one.height / MM)) for one in pdf_of(form).pages
    ]

    words = sizes.index((297, 210))
    assert set(sizes[:words]) == {(210, 297)}
    assert set(sizes[words:]) == {(297, 210)}


@both
def test_margins_are_20_20_30_15(form):
    pdf = pdf_of(form)
    body = [one for one in pdf.on(2) if one.baseline > 20 * MM]

    assert min(one.left for one in body) == pytest.approx(30 * MM, abs=0.5)
    assert max(one.right for one in body) == pytest.approx((210 - 15) * MM, abs=0.5)
    # A letter is three quarters of its size above the line at most.
    assert body[0].baseline == pytest.approx(20 * MM + 0.75 * 14, abs=0.5)
    assert body[-1].baseline < (297 - 20) * MM


@both
def test_font_is_tinos_alone_and_black(form):
    pdf = pdf_of(form)
    letters = [one for page in range(len(pdf.pages)) for one in pdf.drawn(page + 1)]

    assert {one.fontname.split("+")[1].split("-")[0] for one in letters} == {"Tinos"}
    assert {one.graphicstate.ncolor for one in letters} <= {0, (0,), (0.0,)}


@both
def test_page_number_is_hidden_on_page_1_and_begins_anew_in_annexes(form):
    pdf = pdf_of(form)
    numbers = []
    for page in range(1, len(pdf.pages) + 1):
        above = [one for one in pdf.on(page) if one.baseline < 19 * MM]
        numbers.append(above[0].words if above else "")
        for one in above:
            assert_style(one, 14, REGULAR)
            assert centre(one) == pytest.approx(text_centre(pdf.pages[page - 1]), abs=1)

    assert numbers == ["", "2", "1", "2", "3", "1"]


# -- above the words ------------------------------------------------------------------


def test_state_nation_is_at_the_top_right():
    pdf = pdf_of(STATE)
    nation = pdf.line("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")

    assert_style(nation, 13, BOLD)
    assert nation.left > 105 * MM - 20
    assert nation.right <= 195 * MM + 0.5
    assert nation.baseline < 50 * MM


def test_state_motto_is_below_with_a_rule_as_long_as_it():
    pdf = pdf_of(STATE)
    motto = pdf.line("Độc lập - Tự do - Hạnh phúc")
    nation = pdf.line("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")

    assert_style(motto, 14, BOLD)
    assert 0 < motto.baseline - nation.baseline < 24
    assert centre(motto) == pytest.approx(centre(nation), abs=1)
    assert pdf.rules_below(motto) == [pytest.approx(motto.right - motto.left, abs=1)]


def test_party_nation_is_at_the_top_right_with_a_rule_as_long_as_it():
    pdf = pdf_of(PARTY)
    nation = pdf.line("ĐẢNG CỘNG SẢN VIỆT NAM")

    assert_style(nation, 15, BOLD)
    assert 105 * MM < nation.left < nation.right <= 195 * MM + 0.5
    assert pdf.rules_below(nation) == [pytest.approx(nation.right - nation.left, abs=1)]


@pytest.mark.parametrize(("form", "size"), [(PARTY, 14), (STATE, 13)])
def test_parent_is_plain_at_the_top_left(form, size):
    pdf = pdf_of(form)
    parent, nation = (
        pdf.line(words) for words in (HEADERS[form].parent, HEADERS[form].nation)
    )

    assert_style(parent, size, REGULAR)
    assert parent.right < nation.left
    # Both columns begin on one line.
    assert parent.baseline == pytest.approx(nation.baseline, abs=2)


@pytest.mark.parametrize(("form", "size"), [(PARTY, 14), (STATE, 13)])
def test_issuer_is_bold_below_its_parent(form, size):
    pdf = pdf_of(form)
    parent, issuer = (
        pdf.line(words) for words in (HEADERS[form].parent, HEADERS[form].issuer)
    )

    assert_style(issuer, size, BOLD)
    assert 0 < issuer.baseline - parent.baseline < 24
    assert centre(issuer) == pytest.approx(centre(parent), abs=1)
    if form == PARTY:
        asterisk = pdf.line("*")
        assert_style(asterisk, 14, REGULAR)
        assert centre(asterisk) == pytest.approx(centre(issuer), abs=1)
        assert pdf.rules_below(issuer) == []
    else:
        (rule,) = pdf.rules_below(issuer)
        assert 1 / 3 <= rule / (issuer.right - issuer.left) <= 1 / 2


@pytest.mark.parametrize(
    ("form", "size", "words"),
    [(PARTY, 14, "Số ……-BC/……"), (STATE, 13, "Số: ……/BC-……")],
)
def test_number_is_left_open_below_the_issuer(form, size, words):
    pdf = pdf_of(form)
    number, issuer = pdf.line(words), pdf.line(HEADERS[form].issuer)

    assert_style(number, size, REGULAR)
    assert centre(number) == pytest.approx(centre(issuer), abs=1)
    assert number.baseline > issuer.baseline


@both
def test_place_and_date_is_left_open_opposite_the_number(form):
    pdf = pdf_of(form)
    place, number = (
        pdf.line(words)
        for words in (HEADERS[form].place_and_date, HEADERS[form].number)
    )

    assert_style(place, 14, ITALIC)
    assert place.left > number.right
    assert place.baseline == pytest.approx(number.baseline, abs=1)


@both
def test_draft_is_the_first_line_in_bold(form):
    draft = pdf_of(form).on(1)[0]

    assert draft.words == "DỰ THẢO"
    assert_style(draft, 14, BOLD)


@pytest.mark.parametrize(("form", "size"), [(PARTY, 16), (STATE, 14)])
def test_title_is_bold_in_the_middle(form, size):
    pdf = pdf_of(form)
    title = pdf.line("BÁO CÁO")

    assert_style(title, size, BOLD)
    assert centre(title) == pytest.approx(text_centre(pdf.pages[0]), abs=1)


@pytest.mark.parametrize(("form", "size"), [(PARTY, 15), (STATE, 14)])
def test_subject_is_bold_below_the_title(form, size):
    pdf = pdf_of(form)
    title, subject = pdf.line("BÁO CÁO"), pdf.line(SUBJECTS[form])

    assert_style(subject, size, BOLD)
    assert 0 < subject.baseline - title.baseline < 28
    assert centre(subject) == pytest.approx(text_centre(pdf.pages[0]), abs=1)
    if form == PARTY:
        assert 0 < pdf.line("-----").baseline - subject.baseline < 28
        assert pdf.rules_below(subject) == []
    else:
        (rule,) = pdf.rules_below(subject)
        assert 1 / 3 <= rule / (subject.right - subject.left) <= 1 / 2


@both
def test_as_of_line_is_italic_below_the_subject(form):
    pdf = pdf_of(form)
    as_of = next(one for one in pdf.on(1) if one.words == AS_OF)

    assert_style(as_of, 14, ITALIC)
    assert centre(as_of) == pytest.approx(text_centre(pdf.pages[0]), abs=1)
    assert as_of.baseline > pdf.line(SUBJECTS[form]).baseline


# -- the words ------------------------------------------------------------------------


@pytest.mark.parametrize(("form", "indent"), [(PARTY, 10), (STATE, 12.7)])
def test_body_is_justified_with_an_indent_and_lines_of_18_points(form, indent):
    pdf = pdf_of(form)
    lines = pdf.on(1)
    first = next(i for i, one in enumerate(lines) if one.words.startswith("Căn cứ"))
    last = next(i for i, one in enumerate(lines) if one.words.startswith("Phạm vi"))
    paragraph, following = lines[first:last], lines[last]

    for one in paragraph:
        assert_style(one, 14, REGULAR)
    assert paragraph[0].left == pytest.approx((30 + indent) * MM, abs=0.5)
    assert {round(one.left, 1) for one in paragraph[1:]} == {round(30 * MM, 1)}
    for one in paragraph[:-1]:
        assert one.right == pytest.approx(195 * MM, abs=0.5)
    gaps = [
        round(below.baseline - above.baseline, 1)
        for above, below in zip(paragraph, paragraph[1:], strict=False)
    ]
    assert set(gaps) == {18.0}
    assert following.baseline - paragraph[-1].baseline == pytest.approx(24, abs=0.1)


@pytest.mark.parametrize(
    ("form", "first", "second"),
    [
        (PARTY, "I- CÔNG TÁC LÃNH ĐẠO, CHỈ ĐẠO", "II- PHƯƠNG HƯỚNG, NHIỆM VỤ"),
        (STATE, "I. CÔNG TÁC LÃNH ĐẠO, CHỈ ĐẠO", "II. PHƯƠNG HƯỚNG, NHIỆM VỤ"),
    ],
)
def test_headings_are_bold_and_in_the_outline(form, first, second):
    pdf = pdf_of(form)
    below = "1. Công tác quán triệt, tuyên truyền", "2. Ban hành văn bản"

    for words in (first, *below, second):
        assert_style(pdf.line(words), 14, BOLD)
    outline = [(one[0], one[1]) for one in pdf.document.get_outlines()]
    assert outline[:4] == [(1, first), (2, below[0]), (2, below[1]), (1, second)]
    assert [level for level, _words in outline[4:]] == [1, 1]
    assert [words[:9] for _level, words in outline[4:]] == ["Phụ lục I", "Phụ lục I"]


@both
def test_a_section_without_words_keeps_room_for_two_lines(form):
    pdf = pdf_of(form)
    empty = pdf.line("1. Công tác quán triệt, tuyên truyền")
    following = pdf.line("2. Ban hành văn bản")

    assert following.baseline - empty.baseline >= 2 * 18 + 18


def test_a_heading_never_ends_a_page():
    for count in range(12, 24):
        pdf = pdf_with(
            STATE,
            opening=("Một dòng.",) * count,
            sections=(Section(1, "I. MỤC"), Section(2, "1. Điều", ("Lời.",) * 9)),
            tables=(),
        )
        assert "Bold" not in "".join(pdf.on(1)[-1].fonts), count


@pytest.mark.parametrize("form", [PARTY, STATE])
def test_content_is_in_the_order_of_the_payload(form):
    pdf, report = pdf_of(form), report_of(form)
    header = report["header"]
    above = ("draft", "parent", "issuer", "mark", "nation", "motto")
    wanted = [header[key] for key in (*above, "number", "place_and_date")]
    wanted += [report["title"], report["subject"], "-----" if form == PARTY else ""]
    wanted += [report["as_of_in_words"], *report["opening"]]
    for section in report["sections"]:
        wanted += [section["heading"], *section["paragraphs"]]
    wanted += [header["recipients_head"], *header["recipients"], header["authority"]]

    drawn = "".join(
        one.get_text()
        for page in (1, 2)
        for one in pdf.drawn(page)
        # Less the number of the page.
        if one.matrix[5] < pdf.pages[0].height - 19 * MM
    )
    assert drawn == squeezed("".join(wanted))


# -- below the words ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "words"),
    [(PARTY, "T/M THÀNH ỦY ĐÀ NẴNG"), (STATE, "TM. BỘ CÔNG THƯƠNG")],
)
def test_signature_is_bold_on_the_right_and_names_nobody(form, words):
    pdf = pdf_of(form)
    authority = pdf.line(words)

    assert_style(authority, 14, BOLD)
    assert authority.left > 105 * MM
    assert [
        one.words
        for one in pdf.on(authority.page)
        if one.left > 105 * MM and one.baseline > authority.baseline
    ] == []


@pytest.mark.parametrize(
    ("form", "words", "size", "font"),
    [(PARTY, "Nơi nhận", 14, REGULAR), (STATE, "Nơi nhận:", 12, BOLD_ITALIC)],
)
def test_recipients_head_is_on_the_left(form, words, size, font):
    pdf = pdf_of(form)
    head = pdf.line(words)

    assert_style(head, size, font)
    assert head.left == pytest.approx(30 * MM, abs=0.5)
    assert head.baseline == pytest.approx(
        pdf.line(HEADERS[form].authority).baseline, abs=3
    )
    under = [pytest.approx(head.right - head.left, abs=1)]
    assert pdf.rules_below(head) == (under if form == PARTY else [])


@pytest.mark.parametrize(
    ("form", "lines", "size"),
    [(PARTY, ["- ……", "Lưu ……"], 12), (STATE, ["- ……;", "- Lưu: VT, ……."], 11)],
)
def test_recipients_are_left_open_and_end_with_the_file(form, lines, size):
    pdf = pdf_of(form)
    head = pdf.line(HEADERS[form].recipients_head)
    below = [one for one in pdf.on(head.page) if one.baseline > head.baseline + 3]

    assert [one.words for one in below] == lines
    for one in below:
        assert_style(one, size, REGULAR)


@both
def test_no_end_mark_and_no_letter_address(form):
    text = "".join(one.words for one in pdf_of(form).lines)

    assert "./." not in text
    assert "Kính gửi" not in text


# -- annexes --------------------------------------------------------------------------


def annex_line(form, words):
    """Give a line of the first page of the first annex."""
    pdf = pdf_of(form)
    page = pdf.line("Phụ lục I").page
    return next(one for one in pdf.on(page) if one.words == words), pdf.pages[page - 1]


@both
@pytest.mark.parametrize(
    ("words", "font"),
    [("Phụ lục I", BOLD), ("TIẾN ĐỘ", BOLD), (NOTE, ITALIC), (AS_OF, ITALIC)],
)
def test_annex_names_itself_in_the_middle(form, words, font):
    line, page = annex_line(form, words)

    assert_style(line, 14, font)
    assert centre(line) == pytest.approx(text_centre(page), abs=1)


@both
def test_annex_begins_on_a_page_of_its_own(form):
    pdf = pdf_of(form)
    for label in ("Phụ lục I", "Phụ lục II"):
        line = pdf.line(label)
        # Only the number of the page stands above.
        assert pdf.on(line.page).index(line) == 1


@both
def test_annex_repeats_its_heads_and_keeps_its_order(form):
    pdf, report = pdf_of(form), report_of(form)
    pages = [line.page for line in pdf.lines if line.words == "Nội dung"]
    assert pages == [3, 4, 5]
    drawn = "".join(one.get_text() for page in pages for one in pdf.drawn(page))
    table, place = report["tables"][0], 0
    wanted = [head["text"] for head in table["heads"]]
    for group in table["groups"]:
        wanted.append(group["title"])
        for position, words, _day, note in group["rows"]:
            wanted.append(f"{position}{words}30/06/2026{note}")

    for words in [*wanted, table["total"]]:
        place = drawn.index(squeezed(words), place) + len(squeezed(words))


@both
def test_annex_group_titles_are_bold_then_italic_and_the_total_bold(form):
    pdf = pdf_of(form)

    assert_style(pdf.line("23-NQ/TW (60 kiến nghị)"), 11, BOLD)
    assert_style(pdf.line("Chưa có cơ quan chủ trì"), 11, ITALIC)
    assert_style(pdf.line("60 kiến nghị"), 11, BOLD)
    assert_style(pdf.line("Kiến nghị thứ 7"), 11, REGULAR)


@both
def test_an_empty_annex_says_so(form):
    pdf = pdf_of(form)

    assert pdf.line("Không có nội dung.").page == pdf.line("Phụ lục II").page


def test_a_group_title_never_ends_a_page():
    for count in range(14, 30):
        groups = (Group("", 2, rows_of(count)), Group("Nhóm sau", 1, rows_of(3)))
        table = Table("progress", "Phụ lục I", "Tiến độ", HEADS, groups, "")
        pdf = pdf_with(STATE, opening=(), sections=(), tables=(table,))
        title = pdf.line("Nhóm sau")
        assert pdf.on(title.page)[-1] != title, count


def test_a_day_and_a_short_head_fit_a_narrow_column():
    pdf = pdf_of(STATE)

    assert [one.page for one in pdf.lines if one.words == "STT"] == [3, 4, 5]
    assert sum("30/06/2026 Chưa" in one.words for one in pdf.lines) == 60


@pytest.mark.parametrize("word", ["x" * 300, "W" * 60, "ệ" * 300])
def test_a_long_word_stays_in_its_cell(word):
    row = (1, "Bên trái", date(2026, 6, 30), word)
    table = Table(
        "progress", "Phụ lục I", "Tiến độ", HEADS, (Group("", 2, (row,)),), ""
    )
    pdf = pdf_with(STATE, opening=(), sections=(), tables=(table,))
    drawn = pdf.drawn(2)
    # The cell is the last of its row, after a day.
    letters, edge = drawn[-len(word) :], drawn[-len(word) - 1].x1

    assert "".join(one.get_text() for one in letters) == word
    assert min(one.x0 for one in letters) > edge
    assert max(one.x1 for one in letters) <= (297 - 15) * MM - 2.9


def test_a_row_longer_than_a_page_goes_on_over_the_next():
    row = (1, "Bên trái", date(2026, 6, 30), "lời dài " * 900)
    table = Table(
        "progress", "Phụ lục I", "Tiến độ", HEADS, (Group("", 2, (row,)),), ""
    )
    pdf = pdf_with(STATE, opening=(), sections=(), tables=(table,))

    pages = range(2, len(pdf.pages) + 1)
    assert len(pages) > 1
    text = "".join(one.get_text() for page in pages for one in pdf.drawn(page))
    assert text.count("lờidài") == 900


# -- the table of docs/forms.md -------------------------------------------------------


def test_docs_name_a_test_for_every_element():
    text = (Path(settings.BASE_DIR) / "docs" / "forms.md").read_text()
    rows = re.findall(r"^\| *(\d+) *\|.*\|(.*)\|$", text, flags=re.MULTILINE)

    assert [int(number) for number, _tests in rows] == [*range(1, 22), *range(1, 16)]
    for _number, tests in rows:
        names = re.findall(r"`(test_\w+)`", tests)
        assert names
        known = {*globals(), *vars(test_letter_forms)}
        assert not [name for name in names if name not in known]
