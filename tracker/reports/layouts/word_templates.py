"""The Word templates of official reports and letters, made from the layouts.

Clerks open the files in Word and change them; this only makes what is shipped, so that
a size or a margin is said once, in the TOML of its form (domain facts §5).
"""

import io
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.section import Section
from docx.shared import Length, Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph

from tracker.reports.layouts import read_layout
from tracker.reports.template_fields import COLUMNS
from tracker.reports.writers.official_docx import date_alike

FONT = "Times New Roman"
LEFT, CENTRE = WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.CENTER
JUSTIFY = WD_ALIGN_PARAGRAPH.JUSTIFY
A4_SHORT, A4_LONG = Mm(210), Mm(297)
# How the block at the top is divided, in mm: no line of words on the right may break.
TOP_LEFT = {"party": 66, "state": 62}
# Rules as long as the words over them; the issuer's a third of its column.
NATION_RULE = {"party": 73, "state": 60}
ISSUER_RULE = 21
# The width of each column of an annex in mm; 252 is the width of a page on its side.
WIDTHS = {
    "targets": (11, 62, 33, 14, 36, 23, 34, 39),
    "progress": (11, 39, 27, 24, 20, 21, 22, 28, 23, 19, 18),
    "documents": (11, 32, 25, 102, 52, 30),
    "difficulties": (11, 72, 34, 74, 38, 23),
    "counts": (45, 15, 19, 19, 21, 17, 17, 19, 18, 22, 40),
    "tasks": (11, 84, 25, 36, 50, 46),
}
# The columns of each annex, of a report and of a letter.
Annexes = dict[str, tuple[str, ...]]
REPORT_ANNEXES: Annexes = {
    key: tuple(one[0] for one in COLUMNS[key]) for key in COLUMNS
}
LETTER_ANNEXES: Annexes = {
    "tasks": ("position", "wording", "due_on", "progress", "result", "asked")
}
# Columns of numbers and days, which stand in the middle.
CENTRED = {"position", "year", "due_on", "as_of", "issued_on", "since"}


@dataclass(frozen=True)
class Look:
    """How a style of words looks; its size is a name in the layout."""

    size: str
    bold: bool = False
    italic: bool = False
    align: WD_ALIGN_PARAGRAPH = CENTRE
    stays: bool = False


LOOKS = {
    "Draft": Look("draft", bold=True),
    "Nation": Look("nation", bold=True),
    "Motto": Look("motto", bold=True),
    "Parent body": Look("parent"),
    "Issuing body": Look("issuer", bold=True),
    "Number": Look("number"),
    "Letter subject": Look("letter_subject"),
    "Addressee": Look("addressee"),
    "Place and date": Look("place_and_date", italic=True),
    "Kind of document": Look("title", bold=True, stays=True),
    "Subject": Look("subject", bold=True, stays=True),
    "As of": Look("body", italic=True),
    "Heading 1": Look("body", bold=True, align=LEFT, stays=True),
    "Heading 2": Look("body", bold=True, align=LEFT, stays=True),
    "Paragraph": Look("body", align=JUSTIFY),
    "Authority": Look("authority", bold=True, stays=True),
    "Post": Look("authority", stays=True),
    "Signer": Look("authority", bold=True),
    "Recipients head": Look("recipients_head", align=LEFT),
    "Recipients": Look("recipients", align=LEFT),
    "Page number": Look("page_number"),
    "Annex label": Look("annex_label", bold=True, stays=True),
    "Annex title": Look("annex_title", bold=True, stays=True),
    "Annex note": Look("annex_note", italic=True, stays=True),
    "Table head": Look("table", bold=True),
    "Cell": Look("table", align=LEFT),
    "Number cell": Look("table"),
    "Group 1": Look("table", bold=True, align=LEFT, stays=True),
    "Group 2": Look("table", italic=True, align=LEFT, stays=True),
    "Total": Look("table", bold=True, align=LEFT),
}
BODY = {"Heading 1", "Heading 2", "Paragraph"}


def make_word_template(form: str, *, is_letter: bool = False) -> bytes:
    """Make the template of "party" or "state": the same layout gives the same bytes."""
    layout = read_layout(form)
    document = Document()
    _clear(document)
    _set_up_styles(document, layout)
    _set_up_page(document.sections[0], layout)
    dates = _add_top(document, form, layout)
    if is_letter:
        dates.cells[0].add_paragraph("{{ subject }}", "Letter subject")
        _add_addressee(document, layout)
    else:
        _add_title(document, layout)
    _add_body(document)
    _add_bottom(document, layout)
    _add_annexes(document, layout, LETTER_ANNEXES if is_letter else REPORT_ANNEXES)
    file = io.BytesIO()
    document.save(file)
    return date_alike(file.getvalue())


# -- styles and pages -----------------------------------------------------------------


def _clear(document: WordDocument) -> None:
    """Take out the styles, the picture and the words that the library brings along."""
    kept = {"Normal", "Header", "Heading 1", "Heading 2", "Table Grid", "Normal Table"}
    for style in list(document.styles):
        if style.name not in kept and style.type != WD_STYLE_TYPE.LIST:
            style.element.getparent().remove(style.element)
    for key, relation in list(document.part.package.rels.items()):
        if relation.reltype.endswith("/thumbnail"):
            del document.part.package.rels[key]
    properties = document.core_properties
    properties.author = properties.comments = ""


def _set_up_styles(document: WordDocument, layout: dict[str, Any]) -> None:
    normal = document.styles["Normal"]
    assert isinstance(normal, ParagraphStyle)
    _set_font(normal, layout["size"]["body"])
    # What the library leaves as defaults is looser than any form allows.
    for defaults in document.styles.element.xpath("w:docDefaults/w:pPrDefault"):
        defaults.getparent().remove(defaults)
    for name, look in LOOKS.items():
        if layout["size"][look.size]:
            _set_up_style(document, name, look, layout)
    # What steers the template is seen by who edits it only.
    control = document.styles.add_style("Control", WD_STYLE_TYPE.PARAGRAPH)
    _set_font(control, 8)
    control.font.color.rgb = RGBColor(0x80, 0x80, 0x80)
    gap = document.styles.add_style("Gap", WD_STYLE_TYPE.PARAGRAPH)
    _set_font(gap, 1)
    _space(gap, line=2)
    subject = document.styles["Letter subject"].font
    subject.italic = layout["style"]["letter_subject"] == "italic"
    for name in ("Recipients head", "Post"):
        font = document.styles[name].font
        words = layout["style"]["recipients_head"].split()
        if name == "Post":
            font.bold = layout["style"]["post_is_bold"]
        else:
            font.bold, font.italic = "bold" in words, "italic" in words
            font.underline = "underline" in words


def _set_up_style(
    document: WordDocument, name: str, look: Look, layout: dict[str, Any]
) -> None:
    styles = document.styles
    has = name in {style.name for style in styles}
    style = styles[name] if has else styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    assert isinstance(style, ParagraphStyle)
    _set_font(style, layout["size"][look.size])
    style.font.bold, style.font.italic = look.bold, look.italic
    style.font.color.rgb = RGBColor(0, 0, 0)
    shape = style.paragraph_format
    shape.alignment, shape.keep_with_next = look.align, look.stays
    shape.space_before = shape.space_after = Pt(0)
    if name in BODY:
        body = layout["body"]
        shape.first_line_indent = Mm(body["first_line"])
        _space(style, line=body["line"], after=body["between"])


def _space(style: ParagraphStyle, *, line: float, after: float = 0) -> None:
    shape = style.paragraph_format
    shape.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    shape.line_spacing, shape.space_after = Pt(line), Pt(after)


def _set_font(style: ParagraphStyle, size: float) -> None:
    """Name the font for every script; a theme's font would win over it."""
    style.font.name, style.font.size = FONT, Pt(size)
    fonts = style.element.rPr.rFonts
    for name in list(fonts.attrib):
        if name.endswith("Theme"):
            del fonts.attrib[name]
    for script in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{script}"), FONT)
    large = OxmlElement("w:szCs")
    large.set(qn("w:val"), str(int(size * 2)))
    for old in style.element.rPr.findall(qn("w:szCs")):
        style.element.rPr.remove(old)
    style.element.rPr.find(qn("w:sz")).addnext(large)


def _set_up_page(section: Section, layout: dict[str, Any]) -> None:
    page = layout["page"]
    section.page_width, section.page_height = A4_SHORT, A4_LONG
    section.top_margin, section.bottom_margin = Mm(page["top"]), Mm(page["bottom"])
    section.left_margin, section.right_margin = Mm(page["left"]), Mm(page["right"])
    section.header_distance = section.footer_distance = Mm(page["top"] / 2)
    section.different_first_page_header_footer = True
    section.first_page_header.is_linked_to_previous = False
    number = section.header.paragraphs[0]
    number.style = "Page number"
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    field.append(number.add_run("2")._r)
    number._p.append(field)
    _restart_numbers(section)


def _restart_numbers(section: Section) -> None:
    start = section._sectPr.find(qn("w:pgNumType"))
    if start is None:
        start = OxmlElement("w:pgNumType")
        section._sectPr.find(qn("w:pgMar")).addnext(start)
    start.set(qn("w:start"), "1")


def _width(section: Section) -> Length:
    margins = (section.left_margin or 0) + (section.right_margin or 0)
    return Length((section.page_width or 0) - margins)


# -- the first page -------------------------------------------------------------------


def _add_top(document: WordDocument, form: str, layout: dict[str, Any]) -> _Row:
    """Add the block at the top and give its last row: the number, and the day."""
    draft = document.add_paragraph("{{ header.draft }}", "Draft")
    draft.paragraph_format.right_indent = _width(document.sections[0]) - Mm(32)
    draft.paragraph_format.space_after = Pt(layout["body"]["between"])
    _draw(draft, ("top", "left", "bottom", "right"))
    left_width = Mm(TOP_LEFT[form])
    widths = (left_width, Length(_width(document.sections[0]) - left_width))
    table = _add_table(document, 2, widths)
    names, dates = table.rows
    left, right = names.cells
    _add_control(left, "{%p if header.parent %}")
    left.add_paragraph("{{ header.parent }}", "Parent body")
    _add_control(left, "{%p endif %}")
    left.add_paragraph("{{ header.issuer }}", "Issuing body")
    if form == "party":
        left.add_paragraph("{{ header.mark }}", "Issuing body")
    else:
        _add_rule(left, left_width, ISSUER_RULE)
    right.add_paragraph("{{ header.nation }}", "Nation")
    if layout["size"]["motto"]:
        right.add_paragraph("{{ header.motto }}", "Motto")
    _add_rule(right, widths[1], NATION_RULE[form])
    dates.cells[0].add_paragraph("{{ header.number }}", "Number")
    dates.cells[1].add_paragraph("{{ header.place_and_date }}", "Place and date")
    _drop_first_lines(table)
    return dates


def _add_addressee(document: WordDocument, layout: dict[str, Any]) -> None:
    addressee = document.add_paragraph("{{ addressee }}", "Addressee")
    addressee.paragraph_format.space_before = Pt(layout["body"]["line"])
    addressee.paragraph_format.space_after = Pt(layout["body"]["line"])


def _add_title(document: WordDocument, layout: dict[str, Any]) -> None:
    between = Pt(layout["body"]["between"])
    title = document.add_paragraph("{{ title }}", "Kind of document")
    title.paragraph_format.space_before = Pt(layout["body"]["line"])
    document.add_paragraph("{{ subject }}", "Subject")
    if layout["style"]["subject_rule"] == "rule":
        _add_rule(document, _width(document.sections[0]), ISSUER_RULE)
    else:
        document.add_paragraph(layout["style"]["subject_rule"], "Subject")
    as_of = document.add_paragraph("{{ as_of_in_words }}", "As of")
    as_of.paragraph_format.space_before = between
    as_of.paragraph_format.space_after = between


def _add_body(document: WordDocument) -> None:
    _add_control(document, "{%p for line in opening %}")
    document.add_paragraph("{{ line }}", "Paragraph")
    _add_control(document, "{%p endfor %}", "{%p for section in sections %}")
    for level, tag in ((1, "{%p if section.level == 1 %}"), (2, "{%p else %}")):
        _add_control(document, tag)
        document.add_paragraph("{{ section.heading }}", f"Heading {level}")
    _add_control(document, "{%p endif %}", "{%p for line in section.paragraphs %}")
    document.add_paragraph("{{ line }}", "Paragraph")
    _add_control(document, "{%p endfor %}", "{%p if section.is_open %}")
    document.add_paragraph("", "Paragraph")
    _add_control(document, "{%p endif %}", "{%p endfor %}")


def _add_bottom(document: WordDocument, layout: dict[str, Any]) -> None:
    half = Length(_width(document.sections[0]) // 2)
    table = _add_table(document, 1, (half, half))
    _keep_whole(table.rows[0])
    left, right = table.rows[0].cells
    apart = Pt(layout["body"]["line"])
    head = left.add_paragraph("{{ header.recipients_head }}", "Recipients head")
    _add_control(left, "{%p for line in header.recipients %}")
    left.add_paragraph("{{ line }}", "Recipients")
    _add_control(left, "{%p endfor %}")
    authority = right.add_paragraph("{{ header.authority }}", "Authority")
    for first in (head, authority):
        first.paragraph_format.space_before = apart
    # Room for the post, the signature and the name, which only a signer knows.
    for style in ("Post", "Post", "Post", "Post", "Signer"):
        right.add_paragraph("", style)
    _drop_first_lines(table)


# -- annexes --------------------------------------------------------------------------


def _add_annexes(
    document: WordDocument, layout: dict[str, Any], annexes: Annexes
) -> None:
    section = document.add_section(WD_SECTION.NEW_PAGE)
    document.paragraphs[-1].style = "Gap"
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = A4_LONG, A4_SHORT
    section.different_first_page_header_footer = False
    _restart_numbers(section)
    for key, columns in annexes.items():
        _add_annex(document, key, columns, layout)
    document.add_paragraph("", "Gap")


def _add_annex(
    document: WordDocument, key: str, columns: tuple[str, ...], layout: dict[str, Any]
) -> None:
    _add_control(document, f"{{%p if {key} %}}")
    label = document.add_paragraph(f"{{{{ {key}.label }}}}", "Annex label")
    label.paragraph_format.page_break_before = True
    document.add_paragraph(f"{{{{ {key}.title|upper }}}}", "Annex title")
    document.add_paragraph("{{ annex_note }}", "Annex note")
    day = document.add_paragraph("{{ as_of_in_words }}", "Annex note")
    day.paragraph_format.space_after = Pt(layout["body"]["between"])
    _add_control(document, f"{{%p if {key}.is_empty %}}")
    document.add_paragraph("{{ nothing }}", "Paragraph")
    _add_control(document, "{%p else %}")
    _add_annex_table(document, key, columns)
    _add_control(document, "{%p endif %}", "{%p endif %}")


def _add_annex_table(
    document: WordDocument, key: str, columns: tuple[str, ...]
) -> None:
    widths = [Mm(width) for width in WIDTHS[key]]
    table = _add_table(document, 1, widths, "Table Grid")
    head = table.rows[0]
    _keep_whole(head)
    head._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    for cell, column in zip(head.cells, columns, strict=True):
        _fill(cell, f"{{{{ {key}.heads.{column} }}}}", "Table head")
    _add_wide(table, f"{{%tr for group in {key}.groups %}}", "Control")
    _add_wide(table, "{%tr if group.title and group.level == 1 %}", "Control")
    _add_wide(table, "{{ group.title }}", "Group 1")
    _add_wide(table, "{%tr endif %}", "Control")
    _add_wide(table, "{%tr if group.title and group.level == 2 %}", "Control")
    _add_wide(table, "{{ group.title }}", "Group 2")
    _add_wide(table, "{%tr endif %}", "Control")
    _add_wide(table, "{%tr for row in group.rows %}", "Control")
    row = table.add_row()
    _keep_whole(row)
    for cell, column in zip(row.cells, columns, strict=True):
        numbers = column in CENTRED or (key == "counts" and column != "title")
        style = "Number cell" if numbers and column != "rate" else "Cell"
        _fill(cell, f"{{{{ row.{column} }}}}", style)
    _add_wide(table, "{%tr endfor %}", "Control")
    _add_wide(table, "{%tr endfor %}", "Control")
    _add_wide(table, f"{{%tr if {key}.total %}}", "Control")
    _add_wide(table, f"{{{{ {key}.total }}}}", "Total")
    _add_wide(table, "{%tr endif %}", "Control")


def _add_wide(table: Table, words: str, style: str) -> None:
    row = table.add_row()
    _keep_whole(row)
    first = row.cells[0].merge(row.cells[-1])
    for extra in first.paragraphs[1:]:
        extra._p.getparent().remove(extra._p)
    _fill(first, words, style)


# -- pieces ---------------------------------------------------------------------------


def _add_table(
    document: WordDocument, rows: int, widths: Iterable[Length], style: str = ""
) -> Table:
    """Add a table of fixed widths, with narrow margins inside where it is ruled."""
    columns = list(widths)
    table = document.add_table(rows, len(columns))
    table.style = style or "Normal Table"
    table.autofit = False
    table.alignment = WD_TABLE_ALIGNMENT.CENTER if style else None
    for column, width in zip(table.columns, columns, strict=True):
        column.width = width
        for cell in column.cells:
            cell.width = width
    margins = OxmlElement("w:tblCellMar")
    # In twentieths of a point, and in the order the format wants.
    inside = {"top": 20, "left": 57, "bottom": 20, "right": 57}
    for side, wide in inside.items():
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), str(wide if style else 0))
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    table._tbl.tblPr.find(qn("w:tblLayout")).addnext(margins)
    return table


def _fill(cell: _Cell, words: str, style: str) -> None:
    cell.paragraphs[0].style = style
    cell.paragraphs[0].add_run(words)


def _add_control(place: WordDocument | _Cell, *tags: str) -> None:
    for tag in tags:
        place.add_paragraph(tag, "Control")


def _drop_first_lines(table: Table) -> None:
    """Remove the empty paragraph that every new cell begins with."""
    for row in table.rows:
        for cell in row.cells:
            empty = cell.paragraphs[0]._p
            empty.getparent().remove(empty)


def _keep_whole(row: _Row) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def _add_rule(place: WordDocument | _Cell, room: Length, length: int) -> None:
    """Draw a line in the middle: the border of an empty paragraph, drawn in."""
    rule = place.add_paragraph("", "Gap")
    side = Length((room - Mm(length)) // 2)
    rule.paragraph_format.left_indent = rule.paragraph_format.right_indent = side
    rule.paragraph_format.space_before = Pt(2)
    _draw(rule, ("top",))


def _draw(paragraph: Paragraph, sides: Iterable[str]) -> None:
    borders = OxmlElement("w:pBdr")
    for side in sides:
        border = OxmlElement(f"w:{side}")
        values = (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "000000"))
        for name, value in values:
            border.set(qn(f"w:{name}"), value)
        borders.append(border)
    properties = paragraph._p.get_or_add_pPr()
    properties.insert_element_before(
        borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr", "w:sectPr"
    )
