"""The official report as a Word document, filled into a template of its form."""

import io
import re
import zipfile
from datetime import UTC
from typing import TYPE_CHECKING, Any

from jinja2 import StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from tracker.reports.layouts import read_template
from tracker.reports.official import cell_words, mark_open
from tracker.reports.template_fields import COLUMNS
from tracker.reports.writers.xlsx import CONTROL

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from docx.document import Document as WordDocument
    from docxtpl import DocxTemplate  # type: ignore[import-untyped]

# Half of a pair, which JSON can hold and no file can.
LONE_HALF = re.compile("[\ud800-\udfff]")
NEW_LINE = re.compile(r"\r\n?")
# The first day that a zip archive knows.
FIRST_DAY = (1980, 1, 1, 0, 0, 0)
# What a template's author wrote there would be rendered as a template too.
PROPERTIES = ("author", "comments", "identifier", "language", "subject", "title")
# Fields of Word that fetch or run something when a document is opened.
FETCHES = re.compile("DDE|INCLUDE|IMPORT|MACROBUTTON|EMBED")
INSTRUCTIONS = {"instrText", "delInstrText"}
OF_FIELDS = (
    "//*[local-name()='instrText' or local-name()='delInstrText'"
    " or local-name()='fldChar' or local-name()='fldSimple']"
)
# Elements that the renderer takes for unclosed, so that it looks for their end to
# that of the file, once for each.
CLOSED = re.compile(r"<w:(p|r|t)( [^<>]*)/>")
PLAIN = (
    "addressee",
    "title",
    "subject",
    "scope",
    "as_of",
    "as_of_in_words",
    "basis_in_words",
    "made_by",
    "nothing",
    "annex_note",
    "opening",
)


def write_official_docx(report: dict[str, Any], template: bytes | None = None) -> bytes:
    """Fill what a payload holds into a template, else into that of the report's form.

    The same payload and template give the same bytes.
    """
    content = template or read_template(
        report["header"]["form"], is_letter=bool(report["addressee"])
    )
    document = fill_template(content, context_of(report))
    _drop_empty_end(document)
    _drop_fetching(document)
    properties = document.core_properties
    made_at = report["frozen_at"].astimezone(UTC).replace(tzinfo=None)
    properties.created = properties.modified = made_at
    # The format holds 255 characters there.
    properties.title = _clean(f"{report['title']} {report['subject']}")[:255]
    properties.language = report["language"]
    file = io.BytesIO()
    document.save(file)
    return date_alike(file.getvalue())


def open_template(content: bytes) -> "DocxTemplate":
    """Open a template, less its properties: nothing but its words is rendered."""
    # slow import
    from docxtpl import DocxTemplate  # noqa: PLC0415

    template = DocxTemplate(io.BytesIO(content))
    template.init_docx()
    to_string = template.xml_to_string
    template.xml_to_string = lambda xml: CLOSED.sub(r"<w:\1\2></w:\1>", to_string(xml))
    # They would be rendered once for every section: data as a template.
    template.render_footnotes = lambda *_args: None
    for name in PROPERTIES:
        setattr(template.docx.core_properties, name, "")
    return template


def fill_template(content: bytes, context: dict[str, Any]) -> "WordDocument":
    """Fill the fields in as text; a field that there is not raises UndefinedError."""
    template = open_template(content)
    template.render(context, make_environment(), autoescape=True)
    return template.docx


def make_environment() -> SandboxedEnvironment:
    return SandboxedEnvironment(autoescape=True, undefined=StrictUndefined)


def local_name(element: "Element") -> str:
    """Give a name less its namespace: there are two of Word; comments have none."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def instructions_of(tree: "Element") -> str:
    """Give the fields of Word joined: one instruction may be cut into runs."""
    told, simple, is_told = [], [], [False]
    for one in tree.iter():
        name = local_name(one)
        if name == "fldChar":
            _follow_field(one, is_told)
        elif name in INSTRUCTIONS or (name == "t" and any(is_told)):
            told.append(one.text or "")
        elif name == "fldSimple":
            simple += [text for key, text in one.items() if key.endswith("instr")]
    return " ".join(["".join(told), *simple])


def _follow_field(mark: "Element", is_told: list[bool]) -> None:
    """Note for each open field whether its instruction is still being told."""
    kinds = {text for key, text in mark.items() if key.endswith("fldCharType")}
    if "begin" in kinds:
        is_told.append(True)
    elif "separate" in kinds:
        is_told[-1] = False
    elif "end" in kinds and len(is_told) > 1:
        is_told.pop()


# -- what templates read --------------------------------------------------------------


def context_of(report: dict[str, Any]) -> dict[str, Any]:
    """Give a payload under the names of template_fields, as words without controls.

    An annex that was not chosen is None, so that templates can ask for it.
    """
    tables = {table["key"]: _table_context(table) for table in report["tables"]}
    return _words(
        {
            **{name: report[name] for name in PLAIN},
            "frozen_at": f"{report['frozen_at']:%H:%M %d/%m/%Y}",
            "header": report["header"],
            "sections": mark_open(report["sections"]),
            **{key: tables.get(key) for key in COLUMNS},
            **tables,
        }
    )


def _table_context(table: dict[str, Any]) -> dict[str, Any]:
    keys = [head["key"] for head in table["heads"]]
    groups = [
        {
            "title": group["title"],
            "level": group["level"],
            "rows": [
                dict(zip(keys, map(cell_words, row), strict=True))
                for row in group["rows"]
            ],
        }
        for group in table["groups"]
    ]
    return {
        "label": table["label"],
        "title": table["title"],
        "heads": {head["key"]: head["text"] for head in table["heads"]},
        "groups": groups,
        "total": table["total"],
        "is_empty": not any(group["rows"] for group in groups),
    }


def _words(value: Any) -> Any:
    """Give what can be printed of whatever a payload holds, however deep."""
    if isinstance(value, dict):
        return {key: _words(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_words(one) for one in value]
    if isinstance(value, str):
        return _clean(value)
    # Levels are compared as numbers and yes or no is asked, not printed.
    return value if value is None or isinstance(value, int) else cell_words(value)


def _clean(words: str) -> str:
    """Drop what XML cannot hold; a line ends in one way only."""
    return LONE_HALF.sub("", CONTROL.sub("", NEW_LINE.sub("\n", words)))


# -- the file -------------------------------------------------------------------------


def _drop_empty_end(document: "WordDocument") -> None:
    """Take away a last section without words, which would print as an empty page.

    Every annex ends its own; what is left after the last one holds nothing.
    """
    body = document.element.body
    breaks = body.xpath("./w:p[w:pPr/w:sectPr]")
    if not breaks:
        return
    after = breaks[-1].xpath("./following-sibling::*[not(self::w:sectPr)]")
    if any(one.xpath(".//w:t | .//w:drawing | self::w:tbl") for one in after):
        return
    for one in after:
        body.remove(one)
    last = breaks[-1].pPr.find(body.sectPr.tag)
    body.replace(body.sectPr, last)


def _drop_fetching(document: "WordDocument") -> None:
    """Take all fields of Word out of a part in which a forbidden one came together.

    The check of templates tries some data only; a condition can ask for other data.
    """
    for part in document.part.package.iter_parts():
        tree = getattr(part, "element", None)
        if tree is None or not FETCHES.search(instructions_of(tree).upper()):
            continue
        for one in tree.xpath(OF_FIELDS):
            one.getparent().remove(one)


def date_alike(content: bytes) -> bytes:
    """Write an archive anew with every part of one date, so that bytes compare."""
    file = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            part = zipfile.ZipInfo(name, FIRST_DAY)
            part.compress_type = zipfile.ZIP_DEFLATED
            part.external_attr = 0o600 << 16
            new.writestr(part, old.read(name))
    return file.getvalue()
