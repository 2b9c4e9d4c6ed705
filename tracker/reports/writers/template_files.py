"""What a Word file may hold to be a template, whatever its fields say.

Nothing in it reaches out, runs, is another file, or grows large when it is unpacked.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from xml.etree import ElementTree

from django.utils.translation import gettext as _

from tracker.reports.writers.official_docx import (
    FETCHES,
    instructions_of,
    local_name,
)

PACKED_LIMIT, UNPACKED_LIMIT = 2 * 1024 * 1024, 8 * 1024 * 1024
PART_LIMIT = 1024 * 1024
# In all parts together: each takes many times its size in memory.
ELEMENT_LIMIT = 200_000
MAIN_PART = "word/document.xml"
MAIN_TYPE = (
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
)
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
BRACES = re.compile(r"[{}]")
MARKS = re.compile(r"\{[{%#]|[}%]\}")


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


def xml_parts(content: bytes) -> dict[str, bytes]:
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
    parts = xml_parts(content)
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
    tree = parse_part(part)
    for one in tree.iter():
        if local_name(one) in CARRIED:
            yield _("The template holds another file or a control.")
        # A comment is no text, but the renderer reads it too.
        if not isinstance(one.tag, str) and BRACES.search(one.text or ""):
            yield _("A comment inside the file holds braces: %(part)s") % {"part": name}
        for value in one.attrib.values():
            if MARKS.search(value):
                yield not_here(value)
    for relation in tree.iter(RELATION):
        yield from _check_relation(relation)
    yield from check_instructions(tree)


def parse_part(part: bytes) -> ElementTree.Element:
    """Read a part with its comments, which are dropped otherwise."""
    builder = ElementTree.TreeBuilder(insert_comments=True, insert_pis=True)
    return ElementTree.fromstring(part, ElementTree.XMLParser(target=builder))


def not_here(words: str) -> str:
    """Say that a field stands where none can be filled in."""
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


def check_instructions(tree: ElementTree.Element) -> Iterator[str]:
    """Refuse fields of Word that fetch or run something, and ours inside of any."""
    told = instructions_of(tree)
    if BRACES.search(told):
        yield _("A field of the template stands inside a field of Word.")
    if found := FETCHES.search(told.upper()):
        yield _("The template uses a field of Word that is not allowed: %(field)s") % {
            "field": found[0]
        }
