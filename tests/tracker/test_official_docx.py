"""The report in Word: every element of both forms, and the data whole.

The elements are those of domain facts §5.1 and §5.2.
"""

import io
import re
import zipfile
from copy import deepcopy
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from docx import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm
from docx.text.paragraph import Paragraph

from tests.factories import make_recommendation, make_resolution
from tests.tracker import test_letter_forms
from tracker.choices import Basis
from tracker.models import Recommendation
from tracker.reports import layouts
from tracker.reports.layouts import read_template, word_templates
from tracker.reports.layouts.word_templates import make_word_template
from tracker.reports.official import build_official_report, read_payload
from tracker.reports.official import write_payload as keep
from tracker.reports.sources import Scope
from tracker.reports.template_fields import COLUMNS
from tracker.reports.writers.official_docx import write_official_docx
from tracker.reports.writers.template_check import full_payload

CENTRE, LEFT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.LEFT
JUSTIFY = WD_ALIGN_PARAGRAPH.JUSTIFY
HEADERS = {
    "state": {
        "form": "state",
        "nation": "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "motto": "Độc lập - Tự do - Hạnh phúc",
        "parent": "CHÍNH PHỦ",
        "issuer": "BỘ CÔNG THƯƠNG",
        "mark": "",
        "number": "Số: ……/BC-……",
        "place_and_date": "Đà Nẵng, ngày …… tháng …… năm ……",
        "draft": "DỰ THẢO",
        "authority": "TM. BỘ CÔNG THƯƠNG",
        "recipients_head": "Nơi nhận:",
        "recipients": ["- ……;", "- Lưu: VT, ……."],
    },
    "party": {
        "form": "party",
        "nation": "ĐẢNG CỘNG SẢN VIỆT NAM",
        "motto": "",
        "parent": "BAN CHẤP HÀNH TRUNG ƯƠNG",
        "issuer": "BAN CHÍNH SÁCH, CHIẾN LƯỢC",
        "mark": "*",
        "number": "Số ……-BC/……",
        "place_and_date": "Hà Nội, ngày …… tháng …… năm ……",
        "draft": "DỰ THẢO",
        "authority": "T/M BAN CHÍNH SÁCH",
        "recipients_head": "Nơi nhận",
        "recipients": ["- ……", "Lưu ……"],
    },
}
# Name, words, smallest and largest size, bold, italic, alignment; where it stands:
# row and column of the table at the top or at the bottom, else in the text.
STATE = (
    ("draft", "DỰ THẢO", 13, 14, True, False, CENTRE, None),
    ("nation", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 12, 13, True, False, CENTRE, "01"),
    ("motto", "Độc lập - Tự do - Hạnh phúc", 13, 14, True, False, CENTRE, "01"),
    ("parent", "CHÍNH PHỦ", 12, 13, False, False, CENTRE, "00"),
    ("issuer", "BỘ CÔNG THƯƠNG", 12, 13, True, False, CENTRE, "00"),
    ("number", "Số: ……/BC-……", 13, 13, False, False, CENTRE, "10"),
    ("day", "Đà Nẵng, ngày …… tháng …… năm ……", 13, 14, False, True, CENTRE, "11"),
    ("title", "BÁO CÁO", 13, 14, True, False, CENTRE, None),
    ("subject", "Tình hình thực hiện", 13, 14, True, False, CENTRE, None),
    ("as of", "Số liệu tính đến ngày 30/06/2026", 13, 14, False, True, CENTRE, None),
    ("opening", "Căn cứ Nghị quyết số 23-NQ/TW;", 13, 14, False, False, JUSTIFY, None),
    ("heading", "I. KẾT QUẢ THỰC HIỆN", 13, 14, True, False, LEFT, None),
    ("second heading", "1. Theo mục tiêu", 13, 14, True, False, LEFT, None),
    ("body", "Có 2 kiến nghị.", 13, 14, False, False, JUSTIFY, None),
    ("signature", "TM. BỘ CÔNG THƯƠNG", 13, 14, True, False, CENTRE, "01"),
    ("recipients head", "Nơi nhận:", 12, 12, True, True, LEFT, "00"),
    ("recipients", "- Lưu: VT, …….", 11, 11, False, False, LEFT, "00"),
    ("annex label", "Phụ lục I", 14, 14, True, False, CENTRE, None),
    ("annex title", "TIẾN ĐỘ TARGETS", 13, 14, True, False, CENTRE, None),
    ("annex note", "(Kèm theo Báo cáo số ……)", 13, 14, False, True, CENTRE, None),
)
PARTY = (
    ("draft", "DỰ THẢO", 14, 14, True, False, CENTRE, None),
    ("nation", "ĐẢNG CỘNG SẢN VIỆT NAM", 15, 15, True, False, CENTRE, "01"),
    ("parent", "BAN CHẤP HÀNH TRUNG ƯƠNG", 14, 14, False, False, CENTRE, "00"),
    ("issuer", "BAN CHÍNH SÁCH, CHIẾN LƯỢC", 14, 14, True, False, CENTRE, "00"),
    ("asterisk", "*", 14, 14, True, False, CENTRE, "00"),
    ("number", "Số ……-BC/……", 14, 14, False, False, CENTRE, "10"),
    ("day", "Hà Nội, ngày …… tháng …… năm ……", 14, 14, False, True, CENTRE, "11"),
    ("title", "BÁO CÁO", 15, 16, True, False, CENTRE, None),
    ("subject", "về tình hình thực hiện", 14, 15, True, False, CENTRE, None),
    ("line of hyphens", "-----", 14, 15, True, False, CENTRE, None),
    ("as of", "Số liệu tính đến ngày 30/06/2026", 14, 15, False, True, CENTRE, None),
    ("heading", "I- KẾT QUẢ THỰC HIỆN", 14, 15, True, False, LEFT, None),
    ("body", "Có 2 kiến nghị.", 14, 15, False, False, JUSTIFY, None),
    ("signature", "T/M BAN CHÍNH SÁCH", 14, 14, True, False, CENTRE, "01"),
    ("recipients head", "Nơi nhận", 14, 14, False, False, LEFT, "00"),
    ("recipients", "Lưu ……", 12, 12, False, False, LEFT, "00"),
)
ELEMENTS = [("state", *one) for one in STATE] + [("party", *one) for one in PARTY]


def payload(form="state", **fields):
    mark = "." if form == "state" else "-"
    return {
        **full_payload(),
        "header": HEADERS[form],
        "title": "BÁO CÁO",
        "subject": ("Tình" if form == "state" else "về tình") + " hình thực hiện",
        "annex_note": "(Kèm theo Báo cáo số ……)",
        "opening": ["Căn cứ Nghị quyết số 23-NQ/TW;"],
        "sections": [
            {"level": 1, "heading": f"I{mark} KẾT QUẢ THỰC HIỆN", "paragraphs": []},
            {
                "level": 2,
                "heading": "1. Theo mục tiêu",
                "paragraphs": ["Có 2 kiến nghị."],
            },
            {"level": 2, "heading": "2. Đánh giá chung", "paragraphs": []},
            {"level": 1, "heading": f"II{mark} KIẾN NGHỊ", "paragraphs": []},
        ],
        **fields,
    }


def written(report, template=None):
    return Document(io.BytesIO(write_official_docx(report, template)))


@pytest.fixture(scope="module", params=["state", "party"])
def document(request):
    return written(payload(request.param))


@pytest.fixture(scope="module")
def documents():
    return {form: written(payload(form)) for form in HEADERS}


def paragraphs(document):
    """Give every paragraph, in and out of tables, in the order of reading."""
    for one in document.element.body.iter(qn("w:p")):
        yield Paragraph(one, document._body)


def find(document, words):
    return next(one for one in paragraphs(document) if one.text == words)


def following(document, words):
    """Give the paragraph after these words, wherever it is."""
    found = list(paragraphs(document))
    at = next(n for n, one in enumerate(found) if one.text == words)
    return found[at + 1]


def is_ruled(paragraph):
    """Give where a rule is drawn, in mm from both edges of its column."""
    assert paragraph._p.pPr.find(qn("w:pBdr")).find(qn("w:top")) is not None
    shape = paragraph.paragraph_format
    return shape.left_indent, shape.right_indent


def size_of(page):
    return round(page.page_width.mm), round(page.page_height.mm)


# -- the elements of the two forms ----------------------------------------------------


@pytest.mark.parametrize(
    ("form", "name", "words", "low", "high", "bold", "italic", "align", "place"),
    ELEMENTS,
    ids=[f"{one[0]}: {one[1]}" for one in ELEMENTS],
)
def test_elements_look_as_the_form_says(
    documents, form, name, words, low, high, bold, italic, align, place
):
    document = documents[form]
    found = find(document, words)
    font = found.style.font

    assert low <= font.size.pt <= high
    assert (bool(font.bold), bool(font.italic)) == (bold, italic)
    assert found.style.paragraph_format.alignment == align
    if place:
        is_at_top = name not in {"signature", "recipients head", "recipients"}
        table = document.tables[0 if is_at_top else 1]
        cell = table.cell(int(place[0]), int(place[1]))
        assert words in [one.text for one in cell.paragraphs]


def test_page_is_a4_upright(document):
    page = document.sections[0]

    assert size_of(page) == (210, 297)
    assert page.orientation == WD_ORIENT.PORTRAIT


def test_margins_are_those_of_both_forms(document):
    page = document.sections[0]

    margins = (page.top_margin, page.bottom_margin, page.left_margin, page.right_margin)
    assert [round(one.mm, 1) for one in margins] == [20, 20, 30, 15]


def test_font_is_times_new_roman_for_every_script_and_black(document):
    used = {one.style.name for one in paragraphs(document)} | {"Page number"}
    for name in used:
        style = document.styles[name]
        fonts = style.element.rPr.rFonts
        names = {fonts.get(qn(f"w:{s}")) for s in ("ascii", "hAnsi", "eastAsia", "cs")}
        assert names == {"Times New Roman"}, name
        assert not [key for key in fonts.attrib if key.endswith("Theme")]
        assert style.font.color.rgb in {None, (0, 0, 0)}, name
    assert "Control" not in used
    assert not list(document.element.body.iter(qn("w:rFonts"), qn("w:color")))


def test_page_number_is_centred_at_the_top_and_not_on_the_first_page(document):
    first, *annexes = document.sections
    number = first.header.paragraphs[0]

    assert number._p.find(qn("w:fldSimple")).get(qn("w:instr")) == "PAGE"
    assert number.style.paragraph_format.alignment == CENTRE
    assert 13 <= number.style.font.size.pt <= 14
    assert first.different_first_page_header_footer
    assert [one.text for one in first.first_page_header.paragraphs] == [""]
    assert first.header_distance < first.top_margin
    # Each annex is numbered apart, from 1 again, with the same number at the top.
    assert len(annexes) == 5
    for section in document.sections:
        assert section._sectPr.find(qn("w:pgNumType")).get(qn("w:start")) == "1"
    for annex in annexes:
        assert annex.header.is_linked_to_previous
        assert not annex.different_first_page_header_footer


def test_rules_stand_under_motto_issuer_and_subject_in_state_form(documents):
    document = documents["state"]
    columns = [column.width for column in document.tables[0].columns]

    for words, room, length in (
        ("Độc lập - Tự do - Hạnh phúc", columns[1], 60),
        ("BỘ CÔNG THƯƠNG", columns[0], 21),
        ("Tình hình thực hiện", Mm(165), 21),
    ):
        left, right = is_ruled(following(document, words))
        assert left == right
        assert round((room - left - right) / Mm(1)) == length


def test_rule_is_as_long_as_the_name_of_the_party(documents):
    document = documents["party"]
    room = document.tables[0].columns[1].width

    left, right = is_ruled(following(document, "ĐẢNG CỘNG SẢN VIỆT NAM"))

    assert left == right
    assert round((room - left - right) / Mm(1)) == 73


def test_party_form_has_no_motto_and_state_form_no_asterisk(documents):
    words = {f: [one.text for one in paragraphs(d)] for f, d in documents.items()}

    assert not [one for one in words["party"] if "Độc lập" in one]
    assert "*" not in words["state"]
    assert "-----" not in words["state"]


def test_body_has_first_line_spacing_and_justified_lines(documents):
    for form, indent in (("state", 12.7), ("party", 10)):
        shape = find(documents[form], "Có 2 kiến nghị.").style.paragraph_format
        assert round(shape.first_line_indent.mm, 1) == indent
        assert shape.line_spacing.pt == 18
        assert shape.space_after.pt >= 6
        assert shape.alignment == JUSTIFY


def test_nothing_but_the_styles_sets_spacing(document):
    assert not document.styles.element.xpath("w:docDefaults/w:pPrDefault")
    cell = document.styles["Cell"].paragraph_format
    assert (cell.line_spacing, cell.space_after) == (None, 0)


def test_post_is_bold_in_state_form_only_and_nobody_is_invented(documents):
    for form, is_bold in (("state", True), ("party", False)):
        cell = documents[form].tables[1].cell(0, 1)
        post, *_room, signer = cell.paragraphs[1:]
        assert [one.text for one in cell.paragraphs[1:]] == [""] * 5
        assert bool(post.style.font.bold) is is_bold
        assert signer.style.font.bold


def test_recipients_head_is_underlined_in_party_form(documents):
    for form, is_underlined in (("state", False), ("party", True)):
        head = find(documents[form], HEADERS[form]["recipients_head"])
        assert bool(head.style.font.underline) is is_underlined


def test_tables_of_the_first_part_have_no_lines(document):
    for table in document.tables[:2]:
        assert table.style.name == "Normal Table"
        assert table._tbl.tblPr.find(qn("w:tblBorders")) is None


def test_no_letter_element_is_in_a_report(document):
    # Kính gửi stands in letters only.
    assert not [one for one in paragraphs(document) if "Kính gửi" in one.text]


def test_heading_without_words_leaves_a_line_to_write_in(document):
    for heading in ("2. Đánh giá chung", "II. KIẾN NGHỊ", "II- KIẾN NGHỊ"):
        if heading in [one.text for one in paragraphs(document)]:
            empty = following(document, heading)
            assert (empty.text, empty.style.name) == ("", "Paragraph")
    assert following(document, "1. Theo mục tiêu").text == "Có 2 kiến nghị."


def test_without_a_parent_the_issuer_is_the_first_line():
    report = payload("party", header={**HEADERS["party"], "parent": ""})

    cell = written(report).tables[0].cell(0, 0)

    assert [one.text for one in cell.paragraphs] == ["BAN CHÍNH SÁCH, CHIẾN LƯỢC", "*"]


# -- annexes --------------------------------------------------------------------------


def test_annexes_lie_on_their_side_each_on_a_page_of_its_own(document):
    _words, *pages = document.sections

    for page in pages:
        assert page.orientation == WD_ORIENT.LANDSCAPE
        assert page.start_type == WD_SECTION.NEW_PAGE
        assert size_of(page) == (297, 210)
    labels = [one for one in document.paragraphs if one.style.name == "Annex label"]
    assert len(labels) == len(pages) == 5


def test_tables_fit_the_page_repeat_their_heads_and_keep_rows_whole(document):
    page = document.sections[1]
    room = page.page_width - page.left_margin - page.right_margin
    tables = document.tables[2:]

    assert len(tables) == 5
    for table in tables:
        assert sum(column.width for column in table.columns) <= room + Mm(0.1)
        repeated = [
            row._tr.trPr.find(qn("w:tblHeader")) is not None for row in table.rows
        ]
        assert repeated == [True] + [False] * (len(table.rows) - 1)
        assert all(r._tr.trPr.find(qn("w:cantSplit")) is not None for r in table.rows)


def test_rows_groups_and_totals_are_those_of_the_payload(document):
    report = payload()

    for table, kept in zip(document.tables[2:], report["tables"], strict=True):
        rows = [[cell.text for cell in row.cells] for row in table.rows]
        width = len(kept["heads"])
        expected = [[head["text"] for head in kept["heads"]]]
        for group in kept["groups"]:
            expected += [[group["title"]] * width, *map(list, group["rows"])]
        assert rows == [*expected, [kept["total"]] * width]


def test_group_titles_span_all_columns_bold_then_italic(document):
    rows = document.tables[2].rows
    first, second = (row.cells[0].paragraphs[0] for row in rows[1:3])

    assert [len(row._tr.tc_lst) for row in rows[1:3]] == [1, 1]
    assert (first.style.font.bold, first.style.font.italic) == (True, False)
    assert (second.style.font.bold, second.style.font.italic) == (False, True)


def test_days_and_numbers_are_printed_as_vietnamese_has_them():
    report = payload()
    row = [7, "Việc", "", "", "", date(2026, 6, 30), "", "", "", None, ""]
    progress = report["tables"][1]
    report["tables"] = [{**progress, "groups": [group_of([row])]}]

    cells = written(report).tables[2].rows[1].cells

    assert [cell.text for cell in cells] == [
        *("7", "Việc", "", "", "", "30/06/2026", "", "", "", "", "")
    ]


def group_of(rows, title=""):
    return {"title": title, "level": 2, "rows": rows}


def test_annexes_not_chosen_are_left_out():
    report = payload()
    report["tables"] = [t for t in report["tables"] if t["key"] == "documents"]

    document = written(report)

    labels = [one for one in document.paragraphs if one.style.name == "Annex label"]
    assert len(labels) == 1
    assert len(document.tables) == 3
    assert document.tables[2].rows[1].cells[0].text == "23-NQ/TW"


def test_without_annexes_there_is_no_page_on_its_side():
    document = written(payload(tables=[]))

    (only,) = document.sections
    assert only.orientation == WD_ORIENT.PORTRAIT
    assert size_of(only) == (210, 297)
    assert only.different_first_page_header_footer
    assert only.header.paragraphs[0].style.name == "Page number"


def test_an_empty_annex_says_so_and_has_no_table():
    report = payload()
    report["tables"] = [{**report["tables"][3], "groups": [], "total": ""}]

    document = written(report)

    assert find(document, "Không có nội dung.")
    assert len(document.tables) == 2


# -- what data may hold ---------------------------------------------------------------

NASTY = (
    "<w:p>&amp; & \"hai\" 'một' {{ title }} {% for %} 😀",
    "dòng một\ndòng hai\tcột",
    "  đầu và cuối  ",
    "=1+a ]]> <!-- -->",
)


@pytest.mark.parametrize("words", NASTY)
def test_data_comes_through_as_text(words):
    report = payload(subject=words, opening=[words])
    report["tables"][1]["groups"] = [group_of([[words] * 11], title=words)]
    report["tables"][1]["title"] = words

    document = written(report)

    assert [one.text for one in document.paragraphs].count(words) == 2
    assert find(document, words.upper()).style.name == "Annex title"
    table = document.tables[3]
    assert [cell.text for cell in table.rows[2].cells] == [words] * 11
    assert table.rows[1].cells[0].text == words


@pytest.mark.parametrize("words", ["{{ 7*6 }}", "{{ abc }}", "{% for x in y %}"])
def test_data_is_never_rendered_as_a_template(words):
    template = Document(io.BytesIO(read_template("state")))
    template.add_paragraph("Body: {{ scope }} {{ subject }}")
    for place in (template.sections[0].header, template.sections[0].footer):
        place.add_paragraph("{{ scope }} {{ subject }}")
    template.add_section()
    file = io.BytesIO()
    template.save(file)

    result = written(payload(scope=words, subject=words), file.getvalue())

    assert find(result, f"Body: {words} {words}")
    for place in (result.sections[0].header, result.sections[0].footer):
        assert place.paragraphs[-1].text == f"{words} {words}"


def test_footnotes_are_left_as_they_are():
    parts = parts_of(read_template("state"))
    notes = "wordprocessingml.footnotes+xml"
    kinds = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    for name, end, added in (
        (
            "word/_rels/document.xml.rels",
            "</Relationships>",
            f'<Relationship Id="rId99" Type="{kinds}/footnotes" Target="notes.xml"/>',
        ),
        (
            "[Content_Types].xml",
            "</Types>",
            '<Override PartName="/word/notes.xml" ContentType="application/'
            f'vnd.openxmlformats-officedocument.{notes}"/>',
        ),
    ):
        parts[name] = parts[name].replace(end.encode(), f"{added}{end}".encode())
    parts["word/notes.xml"] = b"<a>{{ scope }}</a>"
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)

    content = write_official_docx(payload(scope="{{ abc }}"), file.getvalue())

    assert parts_of(content)["word/notes.xml"] == b"<a>{{ scope }}</a>"


def test_what_no_file_can_hold_is_dropped_and_nothing_else():
    report = payload(opening=["a\x00b\x0bc\x0cd\x07e\x1ff\ufffeg\ud800h\r\ni"])

    assert find(written(report), "abcdefgh\ni")


def test_same_report_gives_the_same_bytes_and_says_what_it_is():
    report = payload("party")

    first, second = write_official_docx(report), write_official_docx(deepcopy(report))

    assert first == second
    properties = Document(io.BytesIO(first)).core_properties
    assert properties.title == "BÁO CÁO về tình hình thực hiện"
    assert properties.language == "vi"
    made_at = datetime(2026, 7, 1, 9, 30, tzinfo=UTC)
    assert properties.created == properties.modified == made_at


def test_a_thousand_rows_are_all_there():
    report = payload()
    rows = [[n, f"Việc {n}", *[""] * 9] for n in range(1, 1001)]
    report["tables"] = [{**report["tables"][1], "groups": [group_of(rows)]}]

    written_rows = written(report).tables[2]._tbl.tr_lst

    assert len(written_rows) == 1002
    texts = [row.tc_lst[1].p_lst[0].text for row in written_rows[1:-1]]
    assert texts == [f"Việc {n}" for n in range(1, 1001)]


def test_a_built_report_is_written_whole(ha, central):
    resolution = make_resolution("23-NQ/TW")
    made = [make_recommendation(resolutions=[resolution]) for _ in range(3)]
    scope = Scope(Recommendation.objects.visible_to(ha), "", frozenset({resolution.pk}))
    built = build_official_report(
        scope,
        as_of=date(2026, 6, 30),
        frozen_at=datetime.now(UTC),
        basis=Basis.REPORTED,
        issuer=central,
        viewer=ha,
    )

    document = written(read_payload(keep(built)))

    kept = {t.key: tuple(head.key for head in t.heads) for t in built.tables}
    assert kept == {key: tuple(c[0] for c in COLUMNS[key]) for key in COLUMNS}
    words = "\n".join(
        cell.text
        for table in document.tables
        for row in table.rows
        for cell in row.cells
    )
    assert all(one.wording in words for one in made)


# -- the shipped templates ------------------------------------------------------------


def parts_of(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize("form", HEADERS)
def test_shipped_templates_are_what_the_command_makes(form):
    kept, made = parts_of(read_template(form)), parts_of(make_word_template(form))

    assert kept.keys() == made.keys()
    assert [name for name in kept if kept[name] != made[name]] == []


def test_command_writes_all_templates(tmp_path, monkeypatch, capsys):
    module = "tracker.management.commands.make_report_templates.HERE"
    monkeypatch.setattr(module, tmp_path)

    call_command("make_report_templates")

    assert sorted(one.name for one in tmp_path.iterdir()) == [
        "party.docx",
        "party_letter.docx",
        "state.docx",
        "state_letter.docx",
    ]
    assert "party.docx" in capsys.readouterr().out


def test_sizes_come_from_the_layout(monkeypatch):
    layout = deepcopy(layouts.read_layout("state"))
    layout["size"]["nation"], layout["page"]["left"] = 12, 35
    monkeypatch.setattr(word_templates, "read_layout", lambda form: layout)

    document = Document(io.BytesIO(make_word_template("state")))

    assert document.styles["Nation"].font.size.pt == 12
    assert round(document.sections[0].left_margin.mm) == 35


def test_docs_name_a_test_for_every_element():
    text = (Path(settings.BASE_DIR) / "docs" / "forms.md").read_text()
    rows = re.findall(r"^\| *\d+ *\|[^|]*\|[^|]*\|([^|]*)\|", text, flags=re.MULTILINE)

    assert len(rows) == 21 + 15
    known = {*globals(), *vars(test_letter_forms)}
    for tests in rows:
        names = re.findall(r"`(test_\w+)`", tests)
        assert names
        assert not [name for name in names if name not in known]
