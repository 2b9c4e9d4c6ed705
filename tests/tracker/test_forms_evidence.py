"""Files chosen as evidence: what is taken, what is refused, and in which words."""

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.office import (
    EXE,
    HTML,
    OLE,
    PDF,
    SLIDES,
    SVG,
    WORD,
    image,
    locked,
    old_office,
    package,
    workbook,
)
from tracker.forms.evidence import EvidenceFilesField
from tracker.services.file_types import TYPES, clean_file_name

KIND = "không được nhận"
CONTENT = "không đúng"
MACROS = "macro"
DAMAGED = "hỏng"
PASSWORD = "mật khẩu"
BOMB = b"\0" * 11 * 1024**2
MACRO_WORD = "application/vnd.ms-word.document.macroEnabled"

# Name, content, and the type it is taken as, or a word of why it is refused.
FILES = {
    "a pdf": ("Báo cáo.pdf", lambda: PDF, "application/pdf"),
    "a png": ("anh.PNG", lambda: image("PNG"), "image/png"),
    "a photo": ("ảnh.jpg", lambda: image("JPEG"), "image/jpeg"),
    "a webp": ("anh.webp", lambda: image("WEBP"), "image/webp"),
    "a scan": ("quét.tif", lambda: image("TIFF"), "image/tiff"),
    "a Word file": ("BC 12.2024.docx", lambda: package(WORD), WORD),
    "an Excel file": (
        "biểu.xlsx",
        workbook,
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
    "slides": ("bài.pptx", lambda: package(SLIDES), SLIDES),
    "an old Word file": (
        "cũ.doc",
        lambda: old_office("WordDocument"),
        "application/msword",
    ),
    "a signed one": ("15-QĐ.signed.pdf", lambda: PDF, "application/pdf"),
    "an svg": ("a.svg", lambda: SVG, KIND),
    "a page": ("a.html", lambda: HTML, KIND),
    "a program": ("a.exe", lambda: EXE, KIND),
    "a macro file": ("a.docm", lambda: package(MACRO_WORD), KIND),
    "no ending": ("pdf", lambda: PDF, KIND),
    "a page called pdf": ("a.pdf", lambda: HTML, CONTENT),
    "a page before a pdf": ("a.pdf", lambda: HTML + PDF, CONTENT),
    "a page within a pdf": ("a.pdf", lambda: PDF[:9] + HTML + PDF[9:], CONTENT),
    "an svg called png": ("a.png", lambda: SVG, CONTENT),
    "a program called pdf": ("a.pdf", lambda: EXE, CONTENT),
    "a photo called pdf": ("a.pdf", lambda: image("JPEG"), CONTENT),
    "slides called docx": ("a.docx", lambda: package(SLIDES), CONTENT),
    "a zip called docx": ("a.docx", lambda: package(WORD, first="a.xml"), CONTENT),
    "an old container called xls": ("a.xls", lambda: OLE, CONTENT),
    "a program hidden in a name": ("a.exe.pdf", lambda: PDF, "hai đuôi"),
    "a program behind a pdf": ("a.pdf.exe", lambda: EXE, KIND),
    "macros called docx": (
        "a.docx",
        lambda: package(MACRO_WORD + ".macroEnabled"),
        MACROS,
    ),
    "macros within docx": (
        "a.docx",
        lambda: package(WORD, [("word/vbaProject.bin", b"x")]),
        MACROS,
    ),
    "old macros": (
        "a.doc",
        lambda: old_office("WordDocument", "_VBA_PROJECT"),
        MACROS,
    ),
    "a locked package": ("a.docx", lambda: locked(package(WORD)), PASSWORD),
    "a locked Word file": (
        "a.docx",
        lambda: old_office("EncryptedPackage"),
        PASSWORD,
    ),
    "a bomb": ("a.docx", lambda: package(WORD, [("a", BOMB)]), "giải nén"),
    "half a docx": ("a.docx", lambda: package(WORD)[:60], DAMAGED),
    "half a pdf": ("a.pdf", lambda: PDF[:30], DAMAGED),
    "an empty one": ("a.pdf", lambda: b"", "rỗng"),
}


def clean(*files):
    chosen = [SimpleUploadedFile(name, content, "text/html") for name, content in files]
    return EvidenceFilesField().clean(chosen)


@pytest.mark.parametrize(("name", "make", "expected"), FILES.values(), ids=FILES)
def test_files_are_known_by_their_content(name, make, expected):
    content = make()
    if expected in TYPES:
        (upload,) = clean((name, content))
        assert (upload.name, upload.content_type) == (name, expected)
        assert upload.file.read() == content
        return
    with pytest.raises(ValidationError) as refusal:
        clean((name, content))
    (said,) = refusal.value.messages
    assert said.startswith(f"{name}: ")
    assert expected in said


def test_no_type_that_browsers_run_is_ever_taken():
    assert not [one for one in TYPES if "html" in one or "svg" in one or one == "xml"]
    assert not [one for one in TYPES if one.startswith("text") or "svg" in one]
    assert not {"application/xhtml+xml", "application/xml"} & TYPES


def test_every_wrong_file_is_named(settings):
    settings.EVIDENCE_MAX_BYTES = len(PDF)

    with pytest.raises(ValidationError) as refusal:
        clean(("a.pdf", PDF), ("to.pdf", PDF + b"\n"), ("b.svg", SVG))

    assert [one.split(":")[0] for one in refusal.value.messages] == ["to.pdf", "b.svg"]
    assert "lớn hơn" in refusal.value.messages[0]


def test_only_so_many_at_once(settings):
    settings.EVIDENCE_MAX_FILES = 2

    assert len(clean(("a.pdf", PDF), ("b.pdf", PDF))) == 2
    with pytest.raises(ValidationError, match="nhiều nhất 2 tệp"):
        clean(*[("a.pdf", PDF)] * 3)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("C:\\Users\\Lan\\báo cáo.pdf", "báo cáo.pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("bản\u202efdp.exe\r\n.pdf", "bảnfdp.exe.pdf"),
        ("Quye\u0302\u0301t đi\u0323nh.pdf", "Quyết định.pdf"),
        ("…" * 300 + ".docx", "…" * 195 + ".docx"),
        ("aaa." + "b" * 300, "a." + "b" * 198),
        ("\0", "-"),
    ],
)
def test_names_are_kept_short_composed_and_without_folders(sent, kept):
    assert clean_file_name(sent) == kept
