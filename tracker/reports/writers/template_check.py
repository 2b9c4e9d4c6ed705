"""Whether a Word template can be used: says every problem, raises for none.

What a template may do is little: fields, conditions and loops, so that none runs
long, reaches out or carries a programme.
"""

import io
import re
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
    context_of,
    fill_template,
    make_environment,
    open_template,
)
from tracker.reports.writers.template_files import (
    MARKS,
    check_archive,
    check_contents,
    check_instructions,
    not_here,
    parse_part,
    xml_parts,
)

# Of one part with fields: what cleans it up takes long for more.
SOURCE_LIMIT, MARK_LIMIT, TAG_LIMIT = 500_000, 2_000, 5_000
# What all loops repeat for their rows, in characters of the file.
LOOP_LIMIT = 150_000
# What a field inside a loop counts for, in characters.
FIELD_SIZE = 200
MARGIN_TYPES = (".header+xml", ".footer+xml")
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
TEXT = {f"{WORD}{name}" for name in ("t", "delText", "instrText")}
OPENING = re.compile(r"\{[{%#]")
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


# -- the fields -----------------------------------------------------------------------


def check_places(content: bytes) -> Iterator[str]:
    """Let fields stand only where the renderer fills them in once, in pairs."""
    sources = _sources(content)
    for name, part in xml_parts(content).items():
        if name not in sources and OPENING.search("".join(parse_part(part).itertext())):
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
        for part in xml_parts(file.getvalue()).values():
            yield from check_instructions(parse_part(part))
        read = Document(io.BytesIO(file.getvalue()))
        yield from _check_text(read.part.blob)


def _check_text(part: bytes) -> Iterator[str]:
    """Find words that fell out of their paragraph, which Word would not open."""
    for one in ElementTree.fromstring(part).iter():
        is_layout = one.tag.startswith(WORD) and one.tag not in TEXT
        around = (one.text or "") if is_layout else ""
        if words := (around + (one.tail or "")).strip():
            yield not_here(words)


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
