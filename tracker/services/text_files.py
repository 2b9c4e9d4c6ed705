"""The words of a chosen file: plain text or a Word document, and nothing else of it."""

import codecs
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO
from xml.etree import ElementTree

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from tracker.services.file_types import UNREADABLE, recognise_type

# By ending: the largest file that is read. A Word document may hold pictures.
LARGEST = {"txt": 4 * 1024**2, "docx": 25 * 1024**2}
LARGEST_PART, CHUNK = 48 * 1024**2, 64 * 1024
MAIN_PART = "word/document.xml"
# Word uses no others, and some need much memory.
PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
# The first bytes tell the encoding.
MARKED = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
SIGNS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}


def read_text(file: IO[bytes], name: str) -> str:
    """Give what a file says; ValidationError tells why it is not read."""
    ending = name.lower().rpartition(".")[2]
    if ending not in LARGEST:
        raise ValidationError(_("Choose a file of plain text (.txt) or Word (.docx)."))
    if file.seek(0, 2) > LARGEST[ending]:
        size = LARGEST[ending] // 1024**2
        raise ValidationError(
            _("The file is larger than %(size)s MB.") % {"size": size}
        )
    file.seek(0)
    return _read_plain(file.read()) if ending == "txt" else _read_word(file, name)


def _read_plain(content: bytes) -> str:
    """Old Vietnamese encodings are refused: nothing tells them apart for certain."""
    encoding = MARKED.get(content[:2], "utf-8-sig")
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        message = _(
            "The file is not Unicode text. Save it as UTF-8 and choose it again."
        )
        raise ValidationError(message) from error
    if "\0" in text:
        raise ValidationError(_("The file is no plain text."))
    return text


def _read_word(file: IO[bytes], name: str) -> str:
    recognise_type(file, name)
    words = WordText()
    parser = ElementTree.XMLParser(target=words)
    try:
        with zipfile.ZipFile(file) as package:
            for chunk in _unpack_main_part(package):
                parser.feed(chunk)
        parser.close()
    except (zipfile.BadZipFile, zlib.error, *UNREADABLE, SyntaxError) as error:
        raise ValidationError(_("The file is cut off or damaged.")) from error
    return "\n".join(words.lines)


def _unpack_main_part(package: zipfile.ZipFile) -> Iterator[bytes]:
    part = package.getinfo(MAIN_PART)
    if part.compress_type not in PACKINGS:
        raise ValueError("a packing that Word does not use")
    left = LARGEST_PART
    with package.open(part) as content:
        while chunk := content.read(CHUNK):
            left -= len(chunk)
            if left < 0:
                raise ValidationError(
                    _("The file grows far too large when it is opened.")
                )
            yield chunk


class WordText:
    """Collects the words of a Word document: a line a paragraph, a line a table row.

    It is told of elements one by one, so that no file makes a tree of any size.
    """

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.words: list[str] = []
        self.rows = self.copies = 0
        self.is_text = False

    def doctype(self, name: str, public: str | None, system: str | None) -> None:
        # Word writes none; what declares something of its own is no document of Word.
        raise ValueError("a document type")

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = _bare(tag)
        if name == "Fallback":
            # What older programs show instead: it would be read twice.
            self.copies += 1
        elif name == "tr":
            self.rows += 1
        self.is_text = name == "t"
        self.data_of(SIGNS.get(name, ""))

    def data(self, text: str) -> None:
        if self.is_text:
            self.data_of(text)

    def data_of(self, text: str) -> None:
        if text and not self.copies:
            self.words.append(text)

    def end(self, tag: str) -> None:
        name = _bare(tag)
        self.is_text = False
        if name == "Fallback":
            self.copies -= 1
        elif name == "tr":
            self.rows -= 1
        if self.rows:
            # In a table a row is the line: paragraphs and cells only part its words.
            self.data_of({"p": " ", "tc": "\t"}.get(name, ""))
        elif name in {"p", "tr"}:
            self.end_line()

    def end_line(self) -> None:
        self.lines.append("".join(self.words).replace(" \t", "\t").strip())
        self.words.clear()

    def close(self) -> None:
        """Nothing more comes: whoever asks reads the lines."""


def _bare(tag: str) -> str:
    return tag.rpartition("}")[2]
