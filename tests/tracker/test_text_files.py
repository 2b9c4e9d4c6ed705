"""Words out of chosen files: honest ones are read, hostile ones refused."""

import zipfile
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from docx import Document

from tests.office import HTML, OLE, PDF, WORD, locked, old_office, package
from tracker.services import text_files
from tracker.services.text_files import read_text

SPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def read(content, name="van-ban.txt"):
    return read_text(BytesIO(content), name)


def word(body, head=""):
    main = f"{head}<w:document {SPACE}><w:body>{body}</w:body></w:document>"
    return package(WORD, [("word/document.xml", main)])


def written_by_word():
    document = Document()
    document.add_paragraph("Nghị quyết số 23-NQ/TW")
    table = document.add_table(rows=2, cols=2)
    for number, cell in enumerate(table._cells, start=1):
        cell.text = f"ô {number}"
    table.cell(0, 1).add_paragraph("thêm")
    table.cell(1, 0).merge(table.cell(1, 1))
    inner = table.cell(0, 0).add_table(rows=1, cols=1)
    inner.cell(0, 0).text = "trong ô"
    document.add_paragraph("Sau\tbảng").add_run().add_break()
    file = BytesIO()
    document.save(file)
    return file.getvalue()


# -- plain text -----------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_plain_text_of_unicode_is_read(encoding):
    assert read("Hoà\nBình".encode(encoding), "TIN.TXT") == "Hoà\nBình"


def test_plain_text_may_begin_with_its_other_end():
    assert read(b"\xfe\xff" + "Hoà".encode("utf-16-be")) == "Hoà"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("Hoàn thành".encode("cp1258"), "Lưu lại theo mã UTF-8"),
        (b"\xff\xfeH", "Lưu lại theo mã UTF-8"),
        ("Hoà Bình".encode("utf-16-le"), "không phải văn bản"),
        (PDF + b"\xff", "Lưu lại theo mã UTF-8"),
        (b"a\x00b", "không phải văn bản thuần"),
    ],
)
def test_other_plain_files_are_refused_with_what_to_do(content, says):
    with pytest.raises(ValidationError) as refusal:
        read(content)

    assert says in str(refusal.value)


@pytest.mark.parametrize("name", ["a.pdf", "a.doc", "a", "a.docx.exe"])
def test_other_endings_are_refused(name):
    with pytest.raises(ValidationError, match="Chọn tệp"):
        read(b"Tin", name)


def test_large_plain_file_is_refused(monkeypatch):
    monkeypatch.setitem(text_files.LARGEST, "txt", 1024**2)

    with pytest.raises(ValidationError, match="lớn hơn 1 MB"):
        read(b"a" * (1024**2 + 1))


# -- Word -----------------------------------------------------------------------------


def test_paragraphs_and_table_rows_of_word_are_lines():
    lines = read(written_by_word(), "tin.docx").split("\n")

    assert lines[0] == "Nghị quyết số 23-NQ/TW"
    assert [line.split() for line in lines[1:3]] == [
        ["ô", "1", "trong", "ô", "ô", "2", "thêm"],
        ["ô", "3", "ô", "4"],
    ]
    assert lines[3].split("\t") == ["Sau", "bảng"]


def test_what_is_deleted_or_told_twice_is_not_read():
    body = (
        "<w:p><w:r><w:t>giữ</w:t><w:delText>xóa</w:delText></w:r>"
        '<mc:A xmlns:mc="m"><mc:Choice><w:t> một</w:t></mc:Choice>'
        "<mc:Fallback><w:p><w:r><w:t>hai</w:t></w:r></w:p></mc:Fallback></mc:A></w:p>"
        "<w:sdt><w:sdtContent><w:p><w:r><w:t>trong khung</w:t></w:r></w:p>"
        "</w:sdtContent></w:sdt>"
    )

    assert "".join(read(word(body), "a.docx").split("\n")) == "giữ mộttrong khung"


ENTITIES = '<!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'
HOSTILE = {
    "a page": (HTML, "không đúng"),
    "an old document": (OLE, "không đúng"),
    "a locked new document": (old_office("EncryptedPackage"), "mật khẩu"),
    "a locked package": (locked(word("")), "mật khẩu"),
    "no main part": (package(WORD), "hỏng"),
    "cut off": (word("<w:p/>")[:-30], "hỏng"),
    "no end": (package(WORD, [("word/document.xml", "<w:p")]), "hỏng"),
    "entities": (word("<w:p>&b;</w:p>", ENTITIES), "hỏng"),
    "macros": (package(WORD, [("word/vbaProject.bin", "x")]), "macro"),
    "a bomb": (word("<w:p>" + " " * 12_000_000 + "</w:p>"), "quá lớn"),
}


@pytest.mark.parametrize(("content", "says"), HOSTILE.values(), ids=HOSTILE)
def test_hostile_word_files_are_refused(content, says):
    with pytest.raises(ValidationError) as refusal:
        read(content, "a.docx")

    assert says in str(refusal.value)


def test_part_that_grows_is_refused_while_it_is_read(monkeypatch):
    monkeypatch.setattr(text_files, "LARGEST_PART", 100_000)
    body = "".join(f"<w:p>{number}</w:p>" for number in range(10_000))

    with pytest.raises(ValidationError, match="quá lớn"):
        read(word(body), "a.docx")


def test_packing_that_word_does_not_use_is_refused():
    file = BytesIO(word("<w:p/>"))
    with zipfile.ZipFile(file) as parcel:
        parts = {name: parcel.read(name) for name in parcel.namelist()}
    with zipfile.ZipFile(file := BytesIO(), "w", zipfile.ZIP_LZMA) as parcel:
        for name, content in parts.items():
            how = zipfile.ZIP_DEFLATED if name[0] == "[" else zipfile.ZIP_LZMA
            parcel.writestr(name, content, how)

    with pytest.raises(ValidationError, match="hỏng"):
        read(file.getvalue(), "a.docx")


def test_deep_nesting_is_no_trouble():
    body = "<w:p>" * 20_000 + "<w:r><w:t>sâu</w:t></w:r>" + "</w:p>" * 20_000

    assert read(word(body), "a.docx").strip() == "sâu"
