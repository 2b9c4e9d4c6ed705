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
from typing import Any
from xml.etree import ElementTree

from django.utils.translation import gettext as _
from jinja2 import TemplateSyntaxError, nodes

from tracker.reports.parts import Group, Head, Header, OfficialReport, Section, Table
from tracker.reports.template_fields import COLUMNS, FIELDS
from tracker.reports.writers.official_docx import (
    context_of,
    fill_template,
    make_environment,
    open_template,
)

PACKED_LIMIT, UNPACKED_LIMIT = 2 * 1024 * 1024, 20 * 1024 * 1024
# Of one part with fields: what cleans it up takes long for more.
PART_LIMIT = 1024 * 1024
# What is repeated for every row, in characters of the file.
LOOP_LIMIT = 100_000
MAIN_PART = "word/document.xml"
MAIN_TYPE = (
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
)
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
# Kinds of relations that bring in another file to open or to run.
CARRIERS = ("/oleObject", "/package", "/control", "/aFChunk", "/subDocument")
CARRIED = re.compile(rb"<(?:\w+:)?(?:altChunk|object|OLEObject|control|subDoc)[\s/>]")
ENCODING = re.compile(rb"\s*<\?xml[^>]*encoding=[\"']([^\"']+)")
# Fields of Word that fetch or run something when a document is opened.
FETCHES = re.compile("DDE|INCLUDE|IMPORT|MACROBUTTON|EMBED")
TEXT = {f"{WORD}{name}" for name in ("t", "delText", "instrText")}
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
        yield _("The file is larger than 20 MB when unpacked.")
    if len(set(names)) < len(names):
        yield _("The file holds a part twice.")


def check_contents(content: bytes) -> Iterator[str]:
    """Look in every part for what reaches out, runs or is another file."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    if MAIN_TYPE.encode() not in parts["[Content_Types].xml"]:
        yield _("The file is not a Word document (DOCX).")
    for name, part in parts.items():
        lower = name.lower()
        if "vba" in lower or "macro" in lower:
            yield _("The template holds macros.")
        if "/embeddings/" in lower or "/activex/" in lower:
            yield _("The template holds another file or a control.")
        # What kind a part is says a list inside the file, whatever its name.
        if lower.endswith((".xml", ".rels")) or part.lstrip()[:1] == b"<":
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
    if CARRIED.search(part):
        yield _("The template holds another file or a control.")
    tree = ElementTree.fromstring(part)
    for relation in tree.iter(RELATION):
        kind = relation.get("Type", "")
        if kind.endswith(CARRIERS):
            yield _("The template holds another file or a control.")
        is_outside = relation.get("TargetMode", "").lower() == "external"
        if is_outside and not kind.endswith("/hyperlink"):
            where = relation.get("Target", "")[:100]
            yield _("The template fetches something from outside: %(where)s") % {
                "where": where
            }
    yield from _check_instructions(tree)


def _check_instructions(tree: ElementTree.Element) -> Iterator[str]:
    """Read the fields of Word joined: one instruction may be cut into runs."""
    told = "".join(one.text or "" for one in tree.iter(f"{WORD}instrText"))
    simple = (one.get(f"{WORD}instr", "") for one in tree.iter(f"{WORD}fldSimple"))
    if found := FETCHES.search(" ".join([told, *simple]).upper()):
        yield _("The template uses a field of Word that is not allowed: %(field)s") % {
            "field": found[0]
        }


# -- the fields -----------------------------------------------------------------------


def check_fields(content: bytes) -> Iterator[str]:
    """Check the steering of every part that is rendered, as it is rendered."""
    for source in _sources(content):
        if len(source) > PART_LIMIT:
            yield _("The text of the template is too large.")
            return
    template = open_template(content)
    for source in _sources(content):
        try:
            tree = make_environment().parse(template.patch_xml(source))
        except TemplateSyntaxError as error:
            words = _("A field or a tag cannot be read: %(error)s")
            yield words % {"error": error.message}
            continue
        yield from FieldCheck().visit(tree)


def _sources(content: bytes) -> list[str]:
    """Give body, headers, footers and notes where the renderer finds them itself."""
    template = open_template(content)
    found = [template.get_xml()]
    for uri in (template.HEADER_URI, template.FOOTER_URI):
        found += [
            template.get_part_xml(part)
            for _key, part in template.get_headers_footers(uri)
        ]
    notes = (
        part
        for part in template.docx.part.package.iter_parts()
        if part.content_type.endswith(".footnotes+xml")
    )
    return found + [part.blob.decode() for part in notes]


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
        if _size_of(node) > LOOP_LIMIT:
            yield _("What the loop over %(field)s repeats is too long.") % {
                "field": path
            }
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
    return sum(len(data.data) for data in node.find_all(nodes.TemplateData))


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
        read = Document(io.BytesIO(file.getvalue()))
        yield from _check_places(read.part.blob)


def _check_places(part: bytes) -> Iterator[str]:
    """Find words that fell out of their paragraph, which Word would not open."""
    for one in ElementTree.fromstring(part).iter():
        is_layout = one.tag.startswith(WORD) and one.tag not in TEXT
        around = (one.text or "") if is_layout else ""
        if words := (around + (one.tail or "")).strip():
            yield _("A field stands where no text can be: %(words)s") % {
                "words": words[:60]
            }


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
