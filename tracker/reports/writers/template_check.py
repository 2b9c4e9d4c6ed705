"""Whether a Word template can be used: says every problem, raises for none.

What a template may do is little: fields, conditions and loops, so that none runs
long, reaches out or carries a programme.
"""

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import UTC, date, datetime
from itertools import zip_longest
from typing import Any
from xml.etree import ElementTree

from django.utils.translation import gettext as _
from jinja2 import TemplateSyntaxError, nodes

from tracker.reports.parts import Group, Head, Header, OfficialReport, Section, Table
from tracker.reports.template_fields import COLUMNS, FIELDS
from tracker.reports.writers.official_docx import (
    FETCHES,
    context_of,
    fill_template,
    instructions_of,
    local_name,
    make_environment,
    open_template,
)

PACKED_LIMIT, UNPACKED_LIMIT = 2 * 1024 * 1024, 8 * 1024 * 1024
PART_LIMIT = 1024 * 1024
# In all parts together: each takes many times its size in memory.
ELEMENT_LIMIT = 200_000
# Of one part with fields: what cleans it up takes long for more.
SOURCE_LIMIT, MARK_LIMIT, TAG_LIMIT = 500_000, 2_000, 5_000
# What all loops repeat for their rows, in characters of the file.
LOOP_LIMIT = 150_000
# What a field inside a loop counts for, in characters.
FIELD_SIZE = 200
MAIN_PART = "word/document.xml"
MAIN_TYPE = (
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
)
MARGIN_TYPES = (".header+xml", ".footer+xml")
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
XML_NAMES = (".xml", ".rels")
# Word uses no others, and some need much memory.
PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
# Kinds of relations that bring in another file to open or to run.
CARRIERS = ("/oleObject", "/package", "/control", "/aFChunk", "/subDocument")
CARRIED = {"altChunk", "object", "OLEObject", "control", "subDoc"}
# Kinds of relations to parts that are no XML, or to no part at all.
NO_XML = ("/image", "/font", "/printerSettings", "/thumbnail", "/hyperlink")
ENCODING = re.compile(rb"\s*<\?xml[^>]*encoding=[\"']([^\"']+)")
BOM = b"\xef\xbb\xbf"
TEXT = {f"{WORD}{name}" for name in ("t", "delText", "instrText")}
BRACES = re.compile(r"[{}]")
OPENING = re.compile(r"\{[{%#]")
MARKS = re.compile(r"\{[{%#]|[}%]\}")
CLOSING = {"{{": "}}", "{%": "%}"}
# As the renderer does it: what lies between two braces, and inside a tag.
SPLIT_MARK = re.compile(r"(?<={)(<[^>]*>)+(?=[{%#])|(?<=[%}#])(<[^>]*>)+(?=})")
SPLIT_TAG = re.compile(r"</w:t>.*?(<w:t>|<w:t [^>]*>)", re.DOTALL)
# The renderer looks for these in a way that can take for ever.
OF_RENDERER = re.compile(r"\{%\s*(vm|hm|colspan|cellbg)\b")
ALLOWED = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Name,
    nodes.Getattr,
    nodes.For,
    nodes.If,
    nodes.Compare,
    nodes.Operand,
    nodes.And,
    nodes.Or,
    nodes.Not,
    nodes.Const,
    nodes.Filter,
)
FILTERS = {"upper", "lower"}
LOOP = {"index", "index0", "first", "last", "length", "revindex", "revindex0"}


def check_template(content: bytes) -> list[str]:
    """Say what is wrong with a template; nothing when it can be used."""
    steps: tuple[Callable[[bytes], Iterator[str]], ...] = (
        check_archive,
        check_contents,
        check_places,
        check_fields,
        check_by_trial,
    )
    for step in steps:
        try:
            problems = list(dict.fromkeys(step(content)))
        # A file from outside can break its readers in any way.
        except Exception as error:
            words = _("The file cannot be read as a Word document: %(error)s")
            problems = [words % {"error": f"{type(error).__name__}: {error}"[:300]}]
        if problems:
            return problems
    return []


# -- the file -------------------------------------------------------------------------


def check_archive(content: bytes) -> Iterator[str]:
    """Check what can be told without opening any part."""
    if len(content) > PACKED_LIMIT:
        yield _("The file is larger than 2 MB.")
        return
    if not zipfile.is_zipfile(io.BytesIO(content)):
        yield _("The file is not a Word document (DOCX).")
        return
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
    names = [part.filename for part in parts]
    if MAIN_PART not in names or "[Content_Types].xml" not in names:
        yield _("The file is not a Word document (DOCX).")
    if sum(part.file_size for part in parts) > UNPACKED_LIMIT:
        yield _("The file is larger than 8 MB when unpacked.")
    for part in parts:
        if part.file_size > PART_LIMIT and part.filename.lower().endswith(XML_NAMES):
            yield _too_large(part.filename)
    if any(part.compress_type not in PACKINGS for part in parts):
        yield _("The file is not a Word document (DOCX).")
    if len(set(names)) < len(names):
        yield _("The file holds a part twice.")


def _too_large(name: str) -> str:
    words = _("A part of the file is larger than 1 MB when unpacked: %(part)s")
    return words % {"part": name}


def _xml_parts(content: bytes) -> dict[str, bytes]:
    """Unpack what is XML, whatever its name: a list inside the file says the kinds."""
    found = {}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            with archive.open(name) as file:
                part = file.read(UNPACKED_LIMIT).removeprefix(BOM)
            if name.lower().endswith(XML_NAMES) or part.lstrip()[:1] == b"<":
                found[name] = part
    return found


def check_contents(content: bytes) -> Iterator[str]:
    """Look in every part for what reaches out, runs or is another file."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = [name.lower() for name in archive.namelist()]
    if any("vba" in name or "macro" in name for name in names):
        yield _("The template holds macros.")
    if any("/embeddings/" in name or "/activex/" in name for name in names):
        yield _("The template holds another file or a control.")
    parts = _xml_parts(content)
    if MAIN_TYPE.encode() not in parts["[Content_Types].xml"]:
        yield _("The file is not a Word document (DOCX).")
    if large := [name for name, part in parts.items() if len(part) > PART_LIMIT]:
        yield _too_large(large[0])
    elif sum(part.count(b"<") for part in parts.values()) > ELEMENT_LIMIT:
        yield _("The text of the template is too large.")
    else:
        for name, part in parts.items():
            yield from _check_xml(name, part)


def _check_xml(name: str, part: bytes) -> Iterator[str]:
    if b"<!DOCTYPE" in part or b"<!ENTITY" in part:
        yield _("%(part)s declares entities.") % {"part": name}
        return
    encoding = ENCODING.match(part)
    if b"\x00" in part or (encoding and encoding[1].lower() != b"utf-8"):
        # What is looked for here is looked for in UTF-8.
        yield _("%(part)s is not written in UTF-8.") % {"part": name}
        return
    tree = _parse(part)
    for one in tree.iter():
        if local_name(one) in CARRIED:
            yield _("The template holds another file or a control.")
        # A comment is no text, but the renderer reads it too.
        if not isinstance(one.tag, str) and BRACES.search(one.text or ""):
            yield _("A comment inside the file holds braces: %(part)s") % {"part": name}
        for value in one.attrib.values():
            if MARKS.search(value):
                yield _not_here(value)
    for relation in tree.iter(RELATION):
        yield from _check_relation(relation)
    yield from _check_instructions(tree)


def _parse(part: bytes) -> ElementTree.Element:
    """Read a part with its comments, which are dropped otherwise."""
    builder = ElementTree.TreeBuilder(insert_comments=True, insert_pis=True)
    return ElementTree.fromstring(part, ElementTree.XMLParser(target=builder))


def _not_here(words: str) -> str:
    said = _("A field stands where no text can be: %(words)s")
    return said % {"words": words[:60]}


def _check_relation(relation: ElementTree.Element) -> Iterator[str]:
    kind, target = relation.get("Type", ""), relation.get("Target", "")
    if kind.endswith(CARRIERS):
        yield _("The template holds another file or a control.")
    if relation.get("TargetMode", "").lower() == "external":
        if not kind.endswith("/hyperlink"):
            yield _("The template fetches something from outside: %(where)s") % {
                "where": target[:100]
            }
    elif not kind.endswith(NO_XML) and not target.lower().endswith(".xml"):
        # What it holds would be read as XML, in whatever encoding.
        yield _("A part of the file has a name that Word does not give: %(part)s") % {
            "part": target[:100]
        }


def _check_instructions(tree: ElementTree.Element) -> Iterator[str]:
    told = instructions_of(tree)
    if BRACES.search(told):
        yield _("A field of the template stands inside a field of Word.")
    if found := FETCHES.search(told.upper()):
        yield _("The template uses a field of Word that is not allowed: %(field)s") % {
            "field": found[0]
        }


# -- the fields -----------------------------------------------------------------------


def check_places(content: bytes) -> Iterator[str]:
    """Let fields stand only where the renderer fills them in once, in pairs."""
    sources = _sources(content)
    for name, part in _xml_parts(content).items():
        if name not in sources and OPENING.search("".join(_parse(part).itertext())):
            words = _(
                "Fields can stand in the text, headers and footers only: %(part)s"
            )
            yield words % {"part": name}
    for source in sources.values():
        if len(source) > SOURCE_LIMIT:
            yield _("The text of the template is too large.")
        else:
            yield from _check_marks(SPLIT_MARK.sub("", source))


def _check_marks(source: str) -> Iterator[str]:
    """Refuse what the renderer's clean-up would take long for, before it starts."""
    marks = list(MARKS.finditer(source))
    if len(marks) > MARK_LIMIT:
        yield _("The template holds more than 1,000 fields and tags.")
        return
    if any(mark[0] == "{#" for mark in marks):
        yield _("Not allowed in a template: %(what)s") % {"what": "{#"}
        return
    for start, end in zip_longest(marks[::2], marks[1::2]):
        stop = end.end() if end else start.end() + TAG_LIMIT
        tag = SPLIT_TAG.sub("", source[start.start() : stop][:TAG_LIMIT])
        is_pair = end and CLOSING.get(start[0]) == end[0]
        if not is_pair or stop - start.start() > TAG_LIMIT:
            words = " ".join(re.sub("<[^>]*>", "", tag).split())[:60]
            yield _("A field or a tag cannot be read: %(error)s") % {"error": words}
            return
        if found := OF_RENDERER.match(tag):
            yield _("Not allowed in a template: %(what)s") % {"what": found[1]}


def check_fields(content: bytes) -> Iterator[str]:
    """Check the steering of every part that is rendered, as it is rendered."""
    template = open_template(content)
    repeated = 0
    for source in _sources(content).values():
        try:
            tree = make_environment().parse(template.patch_xml(source))
        except TemplateSyntaxError as error:
            words = _("A field or a tag cannot be read: %(error)s")
            yield words % {"error": error.message}
            continue
        check = FieldCheck()
        yield from check.visit(tree)
        repeated += check.repeated
    if repeated > LOOP_LIMIT:
        yield _("What the loops of the template repeat is too long.")


def _sources(content: bytes) -> dict[str, str]:
    """Give body, headers and footers by name, where the renderer finds them itself.

    What is a header for one part of the file and something else for another is none:
    it would be rendered twice, data as a template.
    """
    template = open_template(content)
    main = template.docx.part
    found = {main.partname: template.get_xml()}
    for uri in (template.HEADER_URI, template.FOOTER_URI):
        for _key, part in template.get_headers_footers(uri):
            if part is main:
                return {}
            if part.content_type.endswith(MARGIN_TYPES):
                found[part.partname] = template.get_part_xml(part)
    return {str(name).removeprefix("/"): source for name, source in found.items()}


def _known() -> frozenset[str]:
    """Give every field and all that leads to one: progress, progress.groups[] …"""
    known = set()
    for field in FIELDS:
        steps = field.name.replace("[]", ".[]").split(".")
        for end in range(1, len(steps) + 1):
            known.add(".".join(steps[:end]).replace(".[]", "[]"))
    return frozenset(known)


KNOWN, LEAVES = _known(), frozenset(field.name for field in FIELDS)


class FieldCheck:
    """Walks a template's tree and knows what each loop variable stands for."""

    def __init__(self) -> None:
        self.loops: list[tuple[str, str]] = []
        # How much the outermost loops repeat.
        self.repeated = 0

    def visit(self, node: nodes.Node) -> Iterator[str]:
        if not isinstance(node, ALLOWED):
            yield _("Not allowed in a template: %(what)s") % {
                "what": type(node).__name__
            }
        elif isinstance(node, nodes.For):
            yield from self.visit_for(node)
        elif isinstance(node, nodes.Name | nodes.Getattr):
            yield from self.check_path(node)
        elif isinstance(node, nodes.Filter):
            yield from self.visit_filter(node)
        elif isinstance(node, nodes.Output):
            yield from self.visit_output(node)
        else:
            yield from self.visit_children(node)

    def visit_children(self, node: nodes.Node) -> Iterator[str]:
        for child in node.iter_child_nodes():
            yield from self.visit(child)

    def visit_output(self, node: nodes.Output) -> Iterator[str]:
        """Let nothing be printed but words: a list would come out as a programme's."""
        for child in node.nodes:
            yield from self.visit(child)
            inner = child.node if isinstance(child, nodes.Filter) else child
            path = self.path_of(inner) if inner else None
            if path in KNOWN - LEAVES:
                yield _("%(field)s is not a text: name one of its fields.") % {
                    "field": path
                }

    def visit_filter(self, node: nodes.Filter) -> Iterator[str]:
        if node.name not in FILTERS or node.args or node.kwargs:
            yield _("Not allowed in a template: %(what)s") % {"what": f"|{node.name}"}
        elif node.node is not None:
            yield from self.visit(node.node)

    def visit_for(self, node: nodes.For) -> Iterator[str]:
        """A loop in a loop may only go through what its own turn holds.

        So the turns of all loops together are no more than what the report holds.
        """
        path = self.path_of(node.iter)
        if node.recursive or not isinstance(node.target, nodes.Name) or not path:
            yield _("Not allowed in a template: %(what)s") % {"what": "for"}
            return
        if f"{path}[]" not in KNOWN:
            yield _("There is no list %(field)s.") % {"field": path}
            return
        if self.loops and not path.startswith(f"{self.loops[-1][1]}."):
            yield _(
                "A loop inside a loop may go through a list of the outer one only:"
                " %(field)s"
            ) % {"field": path}
        if not self.loops:
            self.repeated += _size_of(node)
        self.loops.append((node.target.name, f"{path}[]"))
        for child in [*node.body, *([node.test] if node.test else [])]:
            yield from self.visit(child)
        self.loops.pop()
        for child in node.else_:
            yield from self.visit(child)

    def check_path(self, node: nodes.Name | nodes.Getattr) -> Iterator[str]:
        path = self.path_of(node)
        if path is None:
            yield _("Not allowed in a template: %(what)s") % {
                "what": type(node).__name__
            }
        elif path not in KNOWN and not self.is_about_loop(path):
            yield _("There is no field %(field)s.") % {"field": path}

    def is_about_loop(self, path: str) -> bool:
        return bool(self.loops) and path in {f"loop.{name}" for name in LOOP}

    def path_of(self, node: nodes.Node) -> str | None:
        """Give the dotted name that a name in a template stands for, if it is one."""
        if isinstance(node, nodes.Getattr):
            start = self.path_of(node.node)
            return None if start is None else f"{start}.{node.attr}"
        if not isinstance(node, nodes.Name):
            return None
        for name, path in reversed(self.loops):
            if name == node.name:
                return path
        return node.name


def _size_of(node: nodes.Node) -> int:
    fields = sum(len(one.nodes) for one in node.find_all(nodes.Output))
    words = sum(len(data.data) for data in node.find_all(nodes.TemplateData))
    return words + FIELD_SIZE * fields


# -- a trial --------------------------------------------------------------------------


def check_by_trial(content: bytes) -> Iterator[str]:
    """Fill the template in with everything, then without annexes, and read it."""
    # slow import
    from docx import Document  # noqa: PLC0415

    for payload in (full_payload(), full_payload(annexes=())):
        try:
            filled = fill_template(content, context_of(payload))
        except Exception as error:
            said = {"error": str(error)[:300]}
            if payload["tables"]:
                yield _("The template cannot be filled in: %(error)s") % said
            else:
                # What names an annex must ask first whether it is there.
                yield (
                    _("The template cannot be filled in without annexes: %(error)s")
                    % said
                )
            return
        file = io.BytesIO()
        filled.save(file)
        for part in _xml_parts(file.getvalue()).values():
            yield from _check_instructions(_parse(part))
        read = Document(io.BytesIO(file.getvalue()))
        yield from _check_text(read.part.blob)


def _check_text(part: bytes) -> Iterator[str]:
    """Find words that fell out of their paragraph, which Word would not open."""
    for one in ElementTree.fromstring(part).iter():
        is_layout = one.tag.startswith(WORD) and one.tag not in TEXT
        around = (one.text or "") if is_layout else ""
        if words := (around + (one.tail or "")).strip():
            yield _not_here(words)


def full_payload(*, annexes: tuple[str, ...] = tuple(COLUMNS)) -> dict[str, Any]:
    """Give a report in which every field is filled, with two rows in each group."""
    words = {field.name: field.example for field in FIELDS}
    made_at = datetime(2026, 7, 1, 9, 30, tzinfo=UTC)
    header = {
        name.removeprefix("header."): text
        for name, text in words.items()
        if name.startswith("header.") and "[]" not in name
    }
    report = OfficialReport(
        kind="progress",
        addressee="",
        header=Header(form="party", recipients=("- ……", "Lưu ……"), **header),
        title=words["title"],
        subject=words["subject"],
        scope=words["scope"],
        as_of=date(2026, 6, 30),
        frozen_at=made_at,
        basis="reported",
        basis_in_words=words["basis_in_words"],
        language="vi",
        made_by=words["made_by"],
        as_of_in_words=words["as_of_in_words"],
        annex_note=words["annex_note"],
        count_title="",
        count_heads=(),
        nothing=words["nothing"],
        opening=(words["opening[]"],),
        sections=(
            Section(1, words["sections[].heading"]),
            Section(2, words["sections[].heading"], ("Có 27 …",)),
            Section(2, words["sections[].heading"]),
        ),
        counts=(),
        tables=tuple(_full_table(key) for key in annexes),
        items=(),
    )
    return asdict(report)


def _full_table(key: str) -> Table:
    row = tuple(example for _column, _says, example in COLUMNS[key])
    return Table(
        key=key,
        label="Phụ lục I",
        title=f"Tiến độ {key}",
        heads=tuple(Head(column, column, 10) for column, _says, _text in COLUMNS[key]),
        groups=(Group("23-NQ/TW", 1, ()), Group("Bộ Công Thương", 2, (row, row))),
        total="2 kiến nghị",
    )
