"""Templates that clerks bring: what they may say, and that nothing else gets in."""

import io
import re
import time
import zipfile

import pytest
from django.utils import translation
from docx import Document
from docx.oxml.ns import qn

from tests.tracker.test_official_docx import HEADERS, find, parts_of, payload, written
from tracker.reports.layouts import read_template
from tracker.reports.template_fields import COLUMNS, FIELDS
from tracker.reports.writers import template_check
from tracker.reports.writers.template_check import check_template, full_payload

pytestmark = pytest.mark.once


@pytest.fixture(autouse=True)
def in_english():
    """What is wrong is said in the language of who asks: here in that of the code."""
    with translation.override("en"):
        yield


def pack(parts):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return file.getvalue()


def table_by_head(document, head):
    return next(t for t in document.tables if t.rows[0].cells[1].text == head)


def with_body(words, form="party"):
    """Give a shipped template with one more paragraph, or more by line."""
    document = Document(io.BytesIO(read_template(form)))
    first = document.paragraphs[0]
    for line in words.split("\n"):
        first.insert_paragraph_before(line)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def with_part(name, content, base="party"):
    return pack({**parts_of(read_template(base)), name: content})


def with_relation(kind, target, mode="External"):
    parts = parts_of(read_template("party"))
    name = "word/_rels/document.xml.rels"
    kinds = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    parts[name] = parts[name].replace(
        b"</Relationships>",
        f'<Relationship Id="rId99" Type="{kinds}/{kind}" Target="{target}"'
        f' TargetMode="{mode}"/></Relationships>'.encode(),
    )
    return pack(parts)


def with_xml(old, new, name="word/document.xml"):
    parts = parts_of(read_template("party"))
    assert old in parts[name]
    parts[name] = parts[name].replace(old, new, 1)
    return pack(parts)


def with_header(words):
    document = Document(io.BytesIO(read_template("party")))
    document.sections[0].header.add_paragraph(words)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def test_an_edited_template_is_accepted_and_used():
    document = Document(io.BytesIO(read_template("state")))
    find(document, "{{ title }}").runs[0].text = "BÁO CÁO NHANH: {{ title|lower }}"
    table = table_by_head(document, "{{ progress.heads.wording }}")
    for row in table._tbl.tr_lst:
        if len(row.tc_lst) == 11:
            row.remove(row.tc_lst[9])
        else:
            row.tc_lst[0].tcPr.find(qn("w:gridSpan")).set(qn("w:val"), "10")
    table._tbl.tblGrid.remove(table._tbl.tblGrid.gridCol_lst[9])
    file = io.BytesIO()
    document.save(file)
    edited = file.getvalue()

    assert check_template(edited) == []
    result = written(payload(), edited)

    assert find(result, "BÁO CÁO NHANH: báo cáo")
    heads = [cell.text for cell in result.tables[3].rows[0].cells]
    assert heads == [c[0] for c in COLUMNS["progress"] if c[0] != "answer"]
    assert len(result.tables[3].rows) == 6


def test_fields_that_word_has_split_are_read():
    document = Document(io.BytesIO(read_template("party")))
    title = find(document, "{{ title }}")
    title.runs[0].text = "{"
    for piece in ("{ ti", "tle ", "}", "}"):
        title.add_run(piece).bold = True
    file = io.BytesIO()
    document.save(file)

    assert check_template(file.getvalue()) == []
    assert find(written(payload("party"), file.getvalue()), "BÁO CÁO")


@pytest.mark.parametrize(
    "words",
    [
        "{%p for group in progress.groups %}\n{{ loop.index }}\n{%p endfor %}",
        "{%p if progress %}\n{%p for g in progress.groups %}\n{%p for r in g.rows %}\n"
        "{{ r.wording }}\n{%p endfor %}\n{%p endfor %}\n{%p endif %}",
        "{%p if title == 'BÁO CÁO' and not header.motto or progress %}\n{%p endif %}",
        "{{ subject|upper }}",
    ],
)
def test_good_templates_pass(words):
    good = (
        words
        if "progress.groups" not in words or "{%p if" in words
        else (f"{{%p if progress %}}\n{words}\n{{%p endif %}}")
    )

    assert check_template(with_body(good)) == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("{{ title", "A field or a tag cannot be read"),
        ("{%p for a in opening %}\n{{ a }}", "A field or a tag cannot be read"),
        ("{{ titel }}", "titel"),
        ("{{ header.isuer }}", "header.isuer"),
        ("{%p if progress %}\n{{ progress.sum }}\n{%p endif %}", "progress.sum"),
        ("{%p if false %}\n{{ header.gone }}\n{%p endif %}", "header.gone"),
        ("{%p for a in header %}\n{%p endfor %}", "header"),
        ("{{ header }}", "header"),
        ("{{ opening }}", "opening"),
        ("{{ progress.label }}", "without annexes"),
        ("{{ title.upper() }}", "Call"),
        ("{{ title.__class__ }}", "title.__class__"),
        ("{{ header.items }}", "header.items"),
        ("{{ title ~ title }}", "Concat"),
        ("{{ 9 ** 9 }}", "Pow"),
        ("{{ 'a' * 999999999 }}", "Mul"),
        ("{{ range(9) }}", "Call"),
        ("{{ title|replace('a', 'b') }}", "|replace"),
        ("{{ title|safe }}", "|safe"),
        ("{{ header['issuer'] }}", "Getitem"),
        ("{{ [1, 2] }}", "List"),
        ("{{ loop.index }}", "loop.index"),
        ("{%p set a = 1 %}", "Assign"),
        ("{%p macro a() %}\n{%p endmacro %}", "Macro"),
        ("{%p include 'a' %}", "Include"),
        ("{%p import 'a' as b %}", "Import"),
        ("{%p for a in opening recursive %}\n{{ a }}\n{%p endfor %}", "for"),
        ("{%p for a in [1] %}\n{%p endfor %}", "for"),
        (
            "{%p for a in opening %}\n{%p for b in opening %}\nx\n"
            "{%p endfor %}\n{%p endfor %}",
            "loop inside a loop",
        ),
        ("{{p title }}", "where no text can be"),
    ],
)
def test_what_a_template_may_not_say_is_named(words, said):
    problems = check_template(with_body(words))

    assert problems
    assert said in " ".join(problems)


def test_headers_are_checked_too():
    assert "titel" in " ".join(check_template(with_header("{{ titel }}")))
    assert check_template(with_header("{{ title }}")) == []


def test_what_a_loop_repeats_has_a_limit(monkeypatch):
    monkeypatch.setattr(template_check, "LOOP_LIMIT", 1000)

    assert "repeat is too long" in " ".join(check_template(read_template("party")))


def test_all_loops_together_have_a_limit():
    loop = "{%p for a in opening %}\n" + "x" * 95_000 + "\n{%p endfor %}\n"

    assert check_template(with_body(loop)) == []
    assert "repeat is too long" in " ".join(check_template(with_body(loop * 2)))


def test_properties_of_a_template_are_no_template():
    document = Document(io.BytesIO(read_template("party")))
    document.core_properties.comments = "{{ 'a' * 999999999 }}"
    file = io.BytesIO()
    document.save(file)

    assert "docProps/core.xml" in " ".join(check_template(file.getvalue()))
    assert written(payload("party"), file.getvalue()).core_properties.comments == ""


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "not a Word document"),
        (b"PK\x03\x04 broken", "not a Word document"),
        (b"\xd0\xcf\x11\xe0 old Word", "not a Word document"),
        (pack({"a.txt": b"a"}), "not a Word document"),
        (b"a" * (2 * 1024 * 1024 + 1), "larger than 2 MB"),
        (with_part("word/media/a.bin", b"0" * (8 * 1024 * 1024)), "larger than 8 MB"),
        (with_part("word/a.xml", b"<a>%s</a>" % (b"<b/>" * 270_000)), "larger than 1"),
        (with_part("word/a.dat", b"<a>%s</a>" % (b"<b/>" * 270_000)), "larger than 1"),
        (with_part("word/a.xml", b"<a>%s</a>" % (b"<b/>" * 200_000)), "too large"),
        (with_part("word/vbaProject.bin", b"x"), "macros"),
        (with_part("word/embeddings/a.xlsx", b"x"), "another file"),
        (with_relation("attachedTemplate", "https://example.org/a.dotm"), "outside"),
        (with_relation("image", "https://example.org/a.png"), "outside"),
        (with_relation("aFChunk", "a.html", "Internal"), "another file"),
        (with_xml(b"<w:body>", b"<w:body><w:altChunk/>"), "another file"),
        (
            with_xml(b'w:instr="PAGE"', b'w:instr="DDEAUTO c"', "word/header2.xml"),
            "DDE",
        ),
        (
            with_xml(
                b"<w:body>",
                b"<w:body><w:p><w:r><w:instrText>INCL</w:instrText></w:r><w:r>"
                b"<w:instrText>UDETEXT a</w:instrText></w:r></w:p>",
            ),
            "INCLUDE",
        ),
        (
            with_xml(b"<w:document", b"<!DOCTYPE a [<!ENTITY b 'c'>]><w:document"),
            "declares entities",
        ),
        (with_xml(b"'UTF-8'", b"'UTF-7'"), "not written in UTF-8"),
        (with_part("word/a.bin", b" <!DOCTYPE a><a/>"), "declares entities"),
        (with_part("word/a.xml", "<a/>".encode("utf-16-le")), "not written in UTF-8"),
        (with_xml(b"</w:body>", b""), "cannot be read"),
        (with_part("word/document.xml", b"<a/>"), "cannot be read"),
        (with_part("word/document.xml", b""), "cannot be read"),
        (with_part("[Content_Types].xml", b"<Types/>"), "not a Word document"),
        (read_template("party")[:9000], "not a Word document"),
    ],
)
def test_files_that_are_no_template_are_refused(content, said):
    problems = check_template(content)

    assert problems
    assert said in " ".join(problems)


def test_large_text_is_refused_before_it_is_cleaned_up():
    large = with_body("{{" * 300_000)

    assert check_template(large) == ["The text of the template is too large."]


# -- fields of Word -------------------------------------------------------------------


def field(*instruction):
    """Give a field of Word whose instruction is cut into runs."""
    marks = "<w:r><w:fldChar w:fldCharType='{}'/></w:r>"
    told = "".join(f"<w:r>{one}</w:r>" for one in instruction)
    return f"<w:p>{marks.format('begin')}{told}{marks.format('end')}</w:p>"


def instr(words):
    return f"<w:instrText>{words}</w:instrText>"


def with_xml_body(xml):
    return with_xml(b"<w:body>", f"<w:body>{xml}".encode())


@pytest.mark.parametrize(
    ("xml", "said"),
    [
        (field(instr("{{ 'd'|upper }}{{ 'deauto' }} c:/cmd.exe")), "inside a field"),
        (field(instr("D{% if title %}{% endif %}DEAUTO")), "inside a field"),
        (field(instr("{{ 'INCL' }}UDEPICTURE {{ scope }}")), "inside a field"),
        (field(instr("D{"), "<w:t>{ 'DE' }}</w:t>"), "inside a field"),
        (field(instr("D"), "<w:t>{{ 'DE' }}</w:t>"), "inside a field"),
        (field(instr("D"), "<w:t>DE</w:t>"), "DDE"),
        ("<w:p><w:fldSimple w:instr=\"{{ 'DD' }}E\"/></w:p>", "no text can be"),
        ("<w:p><w:pPr><w:jc w:val='{{ scope }}'/></w:pPr></w:p>", "no text can be"),
        ("<w:x-y:altChunk xmlns:w-x='a'/>".replace("w:x-y", "w-x"), "another file"),
    ],
)
def test_fields_of_word_are_not_put_together(xml, said):
    assert said in " ".join(check_template(with_xml_body(xml)))


def test_what_is_filled_in_is_searched_too():
    between = "<w:p><w:r><w:t>{{ title </w:t>INSTR<w:t>}}</w:t></w:r></w:p>"
    xml = field(instr("D")) + between.replace("INSTR", instr("X")) + field(instr("DE"))

    assert "DDE" in " ".join(check_template(with_xml_body(xml)))


@pytest.mark.parametrize(
    ("scope", "is_kept"), [("all", True), ("some", False)], ids=["harmless", "fetches"]
)
def test_what_comes_together_for_some_data_only_is_taken_out(scope, is_kept):
    unless = "<w:p><w:r><w:t>{%p XX %}</w:t></w:r></w:p>"
    xml = (
        field(instr("D"))
        + unless.replace("XX", "if scope != 'some'")
        + field(instr("X"))
        + unless.replace("XX", "endif")
        + field(instr("DE"))
    )
    content = with_xml_body(xml)

    assert check_template(content) == []
    document = written(payload("party", scope=scope), content)
    assert bool(list(document.element.iter(qn("w:instrText")))) is is_kept


HEADER = (
    b"<w:hdr xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'>"
    b"<w:p><w:fldSimple w:instr='DDEAUTO c'/></w:p></w:hdr>"
)


def with_part_at(target, kind, content, content_type):
    """Give a shipped template with a part of any name, kind and type."""
    parts = parts_of(with_relation(kind, target, "Internal"))
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(
        b"</Types>",
        f'<Override PartName="/word/{target}" ContentType="application/vnd.openxml'
        f'formats-officedocument.wordprocessingml.{content_type}+xml"/></Types>'.encode(),
    )
    return pack({**parts, f"word/{target}": content})


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (HEADER, "DDE"),
        (b"\xef\xbb\xbf" + HEADER, "DDE"),
        (HEADER.decode().encode("utf-16"), "a name that Word does not give"),
        (HEADER.decode().encode("cp037"), "a name that Word does not give"),
    ],
    ids=["plain", "with a mark", "UTF-16", "EBCDIC"],
)
def test_headers_are_searched_whatever_their_name(content, said):
    found = check_template(with_part_at("h.dat", "header", content, "header"))

    assert said in " ".join(found)


# -- where fields are filled in -------------------------------------------------------

NOTE = HEADER.replace(b"<w:fldSimple w:instr='DDEAUTO c'/>", b"<w:r><w:t>W</w:t></w:r>")


@pytest.mark.parametrize("kind", ["footnotes", "endnotes", "comments", "customXml"])
@pytest.mark.parametrize("words", [b"{{ scope }}", b"{</w:t><w:t>{ scope }}"])
def test_fields_stand_in_text_headers_and_footers_only(kind, words):
    content = with_part_at("a.xml", kind, NOTE.replace(b"W", words, 1), kind)

    assert "text, headers and footers only: word/a.xml" in check_template(content)[0]


def test_no_part_is_filled_in_twice():
    twice = with_relation("header", "document.xml", "Internal")
    disguised = with_part_at("a.xml", "header", NOTE.replace(b"W", b"{{ scope }}"), "x")

    for content in (twice, disguised):
        assert "headers and footers only" in " ".join(check_template(content))


# -- what would take long -------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (lambda: with_body("{{ " * 16_000), "more than 1,000"),
        (lambda: with_body("{{ title }}" * 1_001), "more than 1,000"),
        (lambda: with_body("}} " * 400 + "{{ " * 400), "cannot be read"),
        (lambda: with_body("{{ title %}"), "cannot be read"),
        (lambda: with_body("{{ title" + " " * 6_000 + "}}"), "cannot be read"),
        (lambda: with_body("{# said to each other #}"), "{#"),
        (lambda: with_body("{% vm %}"), "vm"),
        (lambda: with_body("{%  hm %}"), "hm"),
        (lambda: with_xml_body(f"<!--{'{<' * 100_000}-->"), "holds braces"),
        (lambda: with_xml_body(f"<?a {'{<' * 100_000}?>"), "holds braces"),
        (lambda: with_body("x" * 600_000), "too large"),
    ],
)
def test_what_would_take_long_is_refused_at_once(content, said):
    content = content()
    start = time.process_time()

    assert said in " ".join(check_template(content))
    assert time.process_time() - start < 5


@pytest.mark.parametrize("name", ["p", "r", "t"])
def test_empty_elements_do_not_take_long(name):
    start = time.process_time()
    content = with_xml(
        b"</w:body>", f"<w:{name} w:a=''/>".encode() * 20_000 + b"</w:body>"
    )

    check_template(content)

    assert time.process_time() - start < 10


def test_rare_ways_of_packing_are_refused():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_LZMA) as archive:
        for name, part in parts_of(read_template("party")).items():
            archive.writestr(name, part)

    assert "not a Word document" in " ".join(check_template(file.getvalue()))


def test_links_to_pages_are_allowed():
    assert check_template(with_relation("hyperlink", "https://example.org/")) == []


def test_broken_bytes_never_raise():
    good = read_template("party")
    for place in range(0, len(good), 997):
        broken = good[:place] + bytes([good[place] ^ 0x55]) + good[place + 1 :]
        assert all(isinstance(one, str) for one in check_template(broken))


def test_templates_are_small_and_their_tags_are_seen():
    for form in HEADERS:
        content = read_template(form)
        assert len(content) < 60_000
        tags = re.findall(r"\{%", parts_of(content)["word/document.xml"].decode())
        assert len(tags) > 50


@pytest.mark.parametrize("form", HEADERS)
def test_shipped_templates_pass_the_check(form):
    assert check_template(read_template(form)) == []


def test_every_field_is_filled_in_the_trial():
    known = template_check.context_of(full_payload())

    for field in FIELDS:
        found = [known]
        for step in field.name.replace("[]", ".[]").split("."):
            if step == "[]":
                found = [one for several in found for one in several]
            else:
                found = [one[step] for one in found]
        assert found, field.name
        assert str(field.says)
