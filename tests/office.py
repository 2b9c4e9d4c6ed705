"""Small files of every kind, honest and hostile, made when a test asks."""

import zipfile
from io import BytesIO

from openpyxl import Workbook
from PIL import Image

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SLIDES = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
HTML = b"<!DOCTYPE html><html><body><script>alert(1)</script></body></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
EXE = b"MZ\x90\x00" + b"\x00" * 300
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600


def image(kind):
    file = BytesIO()
    Image.new("RGB", (4, 4), "red").save(file, kind)
    return file.getvalue()


def package(main_type, parts=(), first="[Content_Types].xml"):
    """Make a zip of Office's manner; parts are names with their content."""
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as parcel:
        types = f'<Types><Override ContentType="{main_type}.main+xml"/></Types>'
        parcel.writestr(first, types)
        for name, content in parts:
            parcel.writestr(name, content)
    return file.getvalue()


def workbook():
    file = BytesIO()
    book = Workbook()
    book.active["A1"] = "Cụm công nghiệp"
    book.save(file)
    return file.getvalue()


def locked(parcel):
    """Say of the first part, in both places, that it needs a password."""
    start = parcel.index(b"PK\x01\x02")
    found = bytearray(parcel)
    found[6] |= 1
    found[start + 8] |= 1
    return bytes(found)


def old_office(*parts):
    return OLE + b"".join(part.encode("utf-16-le") for part in parts)
