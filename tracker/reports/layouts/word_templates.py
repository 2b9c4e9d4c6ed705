"""The Word templates of official reports and letters, made from the layouts.

Clerks open the files in Word and change them; this only makes what is shipped, so that
a size or a margin is said once, in the TOML of its form (domain facts §5).
"""

import io
from collections.abc import Iterable
from copy import deepcopy
from typing import Any

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Length, Mm, Pt
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph

from tracker.reports.layouts import read_layout
from tracker.reports.layouts.word_styles import (
    A4_LONG,
    A4_SHORT,
    clear_styles,
    restart_numbers,
    set_up_page,
    set_up_styles,
    width_of,
)
from tracker.reports.template_fields import COLUMNS
from tracker.reports.writers.official_docx import date_alike

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


def make_word_template(form: str, *, is_letter: bool = False) -> bytes:
    """Make the template of "party" or "state": the same layout gives the same bytes."""
    layout = read_layout(form)
    document = Document()
    clear_styles(document)
    set_up_styles(document, layout)
    set_up_page(document.sections[0], layout)
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


# -- the first page -------------------------------------------------------------------


def _add_top(document: WordDocument, form: str, layout: dict[str, Any]) -> _Row:
    """Add the block at the top and give its last row: the number, and the day."""
    draft = document.add_paragraph("{{ header.draft }}", "Draft")
    draft.paragraph_format.right_indent = width_of(document.sections[0]) - Mm(32)
    draft.paragraph_format.space_after = Pt(layout["body"]["between"])
    _draw(draft, ("top", "left", "bottom", "right"))
    left_width = Mm(TOP_LEFT[form])
    widths = (left_width, Length(width_of(document.sections[0]) - left_width))
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
        _add_rule(document, width_of(document.sections[0]), ISSUER_RULE)
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
    half = Length(width_of(document.sections[0]) // 2)
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
    restart_numbers(section)
    for key, columns in annexes.items():
        _add_annex(document, key, columns, layout)


def _add_annex(
    document: WordDocument, key: str, columns: tuple[str, ...], layout: dict[str, Any]
) -> None:
    _add_control(document, f"{{%p if {key} %}}")
    document.add_paragraph(f"{{{{ {key}.label }}}}", "Annex label")
    document.add_paragraph(f"{{{{ {key}.title|upper }}}}", "Annex title")
    document.add_paragraph("{{ annex_note }}", "Annex note")
    day = document.add_paragraph("{{ as_of_in_words }}", "Annex note")
    day.paragraph_format.space_after = Pt(layout["body"]["between"])
    _add_control(document, f"{{%p if {key}.is_empty %}}")
    document.add_paragraph("{{ nothing }}", "Paragraph")
    _add_control(document, "{%p else %}")
    _add_annex_table(document, key, columns)
    _add_control(document, "{%p endif %}")
    # A section of its own: each annex is left out as a whole and counted from 1.
    end = document.add_paragraph("", "Gap")
    end._p.get_or_add_pPr().append(deepcopy(document.sections[-1]._sectPr))
    _add_control(document, "{%p endif %}")


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
