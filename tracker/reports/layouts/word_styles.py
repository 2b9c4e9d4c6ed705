"""How words and pages of Word templates look: every size is the layout's."""

from dataclasses import dataclass
from typing import Any

from docx.document import Document as WordDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.section import Section
from docx.shared import Length, Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle

FONT = "Times New Roman"
LEFT, CENTRE = WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.CENTER
JUSTIFY = WD_ALIGN_PARAGRAPH.JUSTIFY
A4_SHORT, A4_LONG = Mm(210), Mm(297)


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


def clear_styles(document: WordDocument) -> None:
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


def set_up_styles(document: WordDocument, layout: dict[str, Any]) -> None:
    """Make every style that a document of this layout uses."""
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


def set_up_page(section: Section, layout: dict[str, Any]) -> None:
    """Lay out A4 pages whose numbers stand above, and not on the first."""
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
    restart_numbers(section)


def restart_numbers(section: Section) -> None:
    """Let the pages of a section be counted from 1."""
    start = section._sectPr.find(qn("w:pgNumType"))
    if start is None:
        start = OxmlElement("w:pgNumType")
        section._sectPr.find(qn("w:pgMar")).addnext(start)
    start.set(qn("w:start"), "1")


def width_of(section: Section) -> Length:
    """Give how wide the words of a section can be."""
    margins = (section.left_margin or 0) + (section.right_margin or 0)
    return Length((section.page_width or 0) - margins)
