"""What is quoted from documents and what they say is found, within one's rights."""

import pytest

from tests.factories import make_session
from tests.tracker.test_views_search import make_document
from tests.tracker.test_visible_documents import quote
from tracker.models import DocumentText
from tracker.reports import reader
from tracker.reports.search import search_everything

TEXT = """Tin trong ngày

Đoàn đề nghị Tỉnh sớm hoàn thiện cơ chế; hỗ trợ KCN Chu Lai.
Tỉnh cam kết làm ngay.
Hoà Vang xin hỗ trợ; thủy lợi là khâu chậm."""


@pytest.fixture
def session(quang_nam):
    return make_session("Buổi làm việc", province=quang_nam)


@pytest.fixture
def read(session):
    """A document of Quảng Nam with a text, and one passage quoted from it."""
    document = make_document("Bản tin", province=session.province)
    document.sessions.add(session)
    DocumentText.objects.create(document=document, text=TEXT)
    quote(document, "sớm hoàn thiện cơ chế", slug="cau-1", locator="dòng 3")
    return document


def found(user, query):
    """Give what each hit says: its words, where it is from and where it leads."""
    groups = search_everything(user, query, most=10).groups
    [hits] = [one.hits for one in groups if one.noun.key == "clauses"] or [[]]
    return [(hit.name, hit.source, hit.address) for hit in hits]


def lines(user, query):
    return [
        source.rpartition(" ")[2] for _words, source, _address in found(user, query)
    ]


def test_passage_is_found_and_leads_to_its_page(read, ha):
    passage = read.passages.get()
    address = f"/documents/{read.pk}/passages/{passage.pk}/"

    hit = ("“sớm hoàn thiện cơ chế”", "Bản tin · dòng 3", address)
    assert found(ha, "hoan thien co che") == [hit]


def test_line_is_found_and_leads_to_it(read, ha, sign_in):
    address = f"/documents/{read.pk}/?page=1#line-4"

    hit = ("Tỉnh cam kết làm ngay.", "Bản tin · dòng 4", address)
    assert found(ha, "cam ket") == [hit]
    page = sign_in(ha).get(address).content.decode()
    assert 'id="line-4"' in page


@pytest.mark.parametrize(
    ("query", "where"),
    [
        ("hòa vang", ["5"]),
        ("HOÀ VANG", ["5"]),
        ("thuỷ lợi", ["5"]),
        ("khu cong nghiep chu lai", ["3"]),
        ('"làm ngay"', ["4"]),
        ('"ngay làm"', []),
        # All the words in one line, each at the beginning of a word.
        ("cam ho tro", []),
        ("anh", []),
    ],
)
def test_words_are_read_as_everywhere_in_the_search(read, ha, query, where):
    assert lines(ha, query) == where


def test_line_is_not_told_again_beside_its_passage(read, ha):
    assert lines(ha, "co che") == ["3"]
    # Of what the passage does not hold the line itself tells.
    assert lines(ha, "doan de nghi") == ["3"]
    assert found(ha, "doan de nghi")[0][2].endswith("#line-3")


def test_passages_stand_before_lines_and_exact_accents_before_all(ha):
    other = make_document("Bản khác")
    DocumentText.objects.create(document=other, text="về chè xanh\nvề chế độ")
    quote(other, "không có chê", slug="cau-2", locator="dòng 9")

    assert lines(ha, "che") == ["9", "1", "2"]
    assert lines(ha, "chế") == ["2", "9", "1"]


def test_long_line_is_shown_from_near_the_words(ha):
    document = make_document("Bản dài")
    text = "Mở đầu " * 40 + "rồi mới đến thủy điện ở cuối"
    DocumentText.objects.create(document=document, text=text)

    [(words, _source, _address)] = found(ha, "thuy dien")

    assert words.startswith("… ")
    assert words.endswith("thủy điện ở cuối")
    assert len(words) < 120


def test_line_of_a_long_text_leads_to_its_page(ha, sign_in, monkeypatch):
    monkeypatch.setattr(reader, "PAGE_CHARACTERS", 30)
    document = make_document("Bản dài")
    text = "\n".join(f"Đây là dòng có số {number}" for number in range(1, 9))
    DocumentText.objects.create(document=document, text=text)

    [(_words, _source, address)] = found(ha, '"số 7"')

    assert "?page=1#" not in address
    assert 'id="line-7"' in sign_in(ha).get(address).content.decode()


def test_words_of_documents_one_may_not_see_are_not_found(read, lan, hoa, ha):
    public = make_document("Bản của mọi người")
    DocumentText.objects.create(document=public, text="Ai cũng cam kết")

    assert lines(ha, "cam ket") == lines(lan, "cam ket") == ["4", "1"]
    assert lines(hoa, "cam ket") == ["1"]
    assert lines(lan, "hoan thien") == ["3"]
    assert found(hoa, "hoan thien") == []


def test_group_of_words_is_read_page_by_page(ha, sign_in, settings):
    settings.LIST_PAGE_SIZE = 5
    document = make_document("Bản dài")
    text = "\n".join(f"Câu số {number}" for number in range(12))
    DocumentText.objects.create(document=document, text=text)

    last = sign_in(ha).get("/search/?q=cau+so&group=clauses&page=3").content.decode()

    assert 'data-count="12"' in last
    assert last.count('class="name"') == 2
    assert "Bản dài · dòng 12" in last
