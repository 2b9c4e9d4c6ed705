"""What a chosen file really is: read from its content, never believed from its name."""

import unicodedata
import zipfile
import zlib
from pathlib import PurePath
from typing import IO

import puremagic
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

OFFICE = "application/vnd.openxmlformats-officedocument."
# By ending: the type it is served as, and what its first bytes are.
ACCEPTED = {
    "pdf": ("application/pdf", "application/pdf"),
    "png": ("image/png", "image/png"),
    "jpg": ("image/jpeg", "image/jpeg"),
    "jpeg": ("image/jpeg", "image/jpeg"),
    "gif": ("image/gif", "image/gif"),
    "webp": ("image/webp", "image/webp"),
    "tif": ("image/tiff", "image/tiff"),
    "tiff": ("image/tiff", "image/tiff"),
    "heic": ("image/heic", "image/heif"),
    "docx": (f"{OFFICE}wordprocessingml.document", "application/zip"),
    "xlsx": (f"{OFFICE}spreadsheetml.sheet", "application/zip"),
    "pptx": (f"{OFFICE}presentationml.presentation", "application/zip"),
    "doc": ("application/msword", "application/x-ole-storage"),
    "xls": ("application/vnd.ms-excel", "application/x-ole-storage"),
    "ppt": ("application/vnd.ms-powerpoint", "application/x-ole-storage"),
}
TYPES = frozenset(served for served, _first in ACCEPTED.values())
# The part that makes an old Office file what it is, as its directory spells it.
OLD_OFFICE_PARTS = {"doc": "WordDocument", "xls": "Workbook", "ppt": "PowerPoint"}
# Endings that hide behind another one: "quyet-dinh.exe.pdf".
HIDDEN = frozenset(
    (
        *("apk", "bat", "chm", "cmd", "cpl", "dll", "docm", "exe", "hta", "htm"),
        *("html", "iso", "jar", "js", "jse", "lnk", "msi", "php", "pif", "pptm"),
        *("ps1", "reg", "scr", "sh", "svg", "vbe", "vbs", "wsf", "xhtml", "xlsm"),
    )
)
# What reading a broken package may raise besides.
UNREADABLE = (KeyError, EOFError, OSError, ValueError, RuntimeError)
MARKUP = (b"<html", b"<!doctype", b"<script", b"<svg", b"<?php")
HEAD, TAIL = 4096, 4096
MAX_NAME = 200
# A small file that would fill a disk when it is opened.
MAX_UNPACKED, MAX_RATIO, MIN_SUSPICIOUS = 500 * 1024**2, 200, 10 * 1024**2
MAX_PARTS, MAX_CONTENT_TYPES = 10_000, 1024**2


def clean_file_name(name: str) -> str:
    """Keep a name that shows what it is: composed, without folders or hidden signs."""
    bare = name.replace("\\", "/").rpartition("/")[2]
    shown = "".join(
        sign
        for sign in unicodedata.normalize("NFC", bare)
        if unicodedata.category(sign)[0] != "C"
    )
    path = PurePath(" ".join(shown.split()).strip(". ") or "-")
    room = max(1, MAX_NAME - len(path.suffix))
    return (path.stem[:room] + path.suffix)[:MAX_NAME]


def recognise_type(file: IO[bytes], name: str) -> str:
    """Give the type a file is served as; ValidationError says why it is refused."""
    *before, ending = name.lower().split(".")
    if not before or ending not in ACCEPTED:
        _refuse(_("Files of this kind are not accepted."))
    if HIDDEN & {part.strip() for part in before[1:]}:
        _refuse(_("The name has two endings. Rename the file."))
    served, first = ACCEPTED[ending]
    file.seek(0)
    head = file.read(HEAD)
    if not head:
        _refuse(_("The file is empty."))
    if first not in _first_types(head) or _has_markup(head):
        _refuse_as_locked(file, head, ending)
        _refuse(_("The content is not what the ending of the name says."))
    if first == "application/zip":
        _check_office(file, served)
    elif first == "application/x-ole-storage":
        _check_old_office(file, OLD_OFFICE_PARTS[ending])
    elif ending == "pdf":
        _check_pdf(file)
    file.seek(0)
    return served


def _refuse(reason: str) -> None:
    raise ValidationError(reason)


def _first_types(head: bytes) -> set[str]:
    try:
        return {match.mime_type for match in puremagic.magic_string(head)}
    except puremagic.PureError:
        return set()


def _has_markup(head: bytes) -> bool:
    """Tell what is also a page: some programs look past the first bytes."""
    start = head[:1024].lower()
    return any(word in start for word in MARKUP)


def _check_pdf(file: IO[bytes]) -> None:
    size = file.seek(0, 2)
    file.seek(max(0, size - TAIL))
    if b"%%EOF" not in file.read():
        _refuse(_("The file is cut off or damaged."))


def _refuse_as_locked(file: IO[bytes], head: bytes, ending: str) -> None:
    """Office keeps a document with a password in a container of the old kind."""
    is_new = ACCEPTED[ending][1] == "application/zip"
    if is_new and "application/x-ole-storage" in _first_types(head):
        file.seek(0)
        if _spelt("EncryptedPackage") in file.read():
            _refuse(_("The file is locked with a password. Unlock it first."))


def _check_old_office(file: IO[bytes], part: str) -> None:
    file.seek(0)
    content = file.read()
    if _spelt("_VBA_PROJECT") in content:
        _refuse(_("The file holds macros. Save it without them."))
    if _spelt(part) not in content:
        _refuse(_("The content is not what the ending of the name says."))


def _spelt(name: str) -> bytes:
    return name.encode("utf-16-le")


def _check_office(file: IO[bytes], served: str) -> None:
    """Open the package without unpacking more than its table of contents."""
    damaged = _("The file is cut off or damaged.")
    try:
        with zipfile.ZipFile(file) as package:
            _check_size(package.infolist())
            names = [name.lower() for name in package.namelist()]
            if "[content_types].xml" not in names:
                _refuse(_("The content is not what the ending of the name says."))
            with package.open("[Content_Types].xml") as part:
                types = part.read(MAX_CONTENT_TYPES).decode(errors="replace")
    except (zipfile.BadZipFile, zlib.error, *UNREADABLE) as error:
        raise ValidationError(damaged) from error
    if "macroenabled" in types.lower() or any("vbaproject" in one for one in names):
        _refuse(_("The file holds macros. Save it without them."))
    if f'"{served}.main+xml"' not in types.replace("'", '"'):
        _refuse(_("The content is not what the ending of the name says."))


def _check_size(parts: list[zipfile.ZipInfo]) -> None:
    if any(part.flag_bits & 0x1 for part in parts):
        _refuse(_("The file is locked with a password. Unlock it first."))
    packed = sum(part.compress_size for part in parts) or 1
    unpacked = sum(part.file_size for part in parts)
    is_suspicious = unpacked > MIN_SUSPICIOUS and unpacked > packed * MAX_RATIO
    if len(parts) > MAX_PARTS or unpacked > MAX_UNPACKED or is_suspicious:
        _refuse(_("The file grows far too large when it is opened."))
