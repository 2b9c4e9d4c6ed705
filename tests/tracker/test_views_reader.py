"""The text of a document: set by coordinators, read by whoever sees the document."""

import re
from decimal import Decimal
from io import BytesIO
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from docx import Document as WordFile

from tests.factories import make_recommendation, make_resolution, make_user
from tests.markup import Markup
from tests.tracker.test_views_documents import fill
from tests.tracker.test_views_resolutions import page_of, queries_of, text_of
from tests.tracker.test_visible_documents import (
    make_document,
    make_finding,
    make_flag,
    make_indicator,
    make_session,
    quote,
)
from tracker.choices import Progress
from tracker.models import (
    Document,
    DocumentText,
    Finding,
    Observation,
    Passage,
    Recommendation,
)
from tracker.services import document_texts
from tracker.services.document_texts import set_document_text
from tracker.services.submissions import Stamp

TEXT = """Tin trong ngày

Đoàn đề nghị Tỉnh sớm hoàn thiện cơ chế. Tỉnh <b>cam kết</b> làm ngay.
<script>alert(1)</script> & hết"""


@pytest.fixture
def session(quang_nam):
    return make_session("Buổi làm việc với tỉnh", province=quang_nam)


@pytest.fixture
def report(session):
    return make_document([session], title="Bản tin", province=session.province)


@pytest.fixture
def read(report, ha):
    """The report with its text, and a passage that stands in it."""
    set_text(report, TEXT, by=ha)
    quote(report, "sớm hoàn thiện cơ chế", slug="cau-1", locator="dòng 3")
    return report


def set_text(document, text, *, by):
    document.refresh_from_db()
    stamp = Stamp(uuid4(), document.version)
    return set_document_text(document, text=text, stamp=stamp, by=by)


def stamped(version=1, **typed):
    return {**typed, "form_key": str(uuid4()), "version": version}


def text_address(document):
    return f"{document.get_absolute_url()}text/"


def kept(document):
    return Document.objects.get(pk=document.pk).text


def marks_of(page):
    return [
        (one["href"], one.text) for one in Markup(page).all("a") if one["data-number"]
    ]


# -- setting the text -----------------------------------------------------------------


def test_pasted_text_is_kept_with_who_and_when(sign_in, ha, report):
    page = sign_in(ha).get(text_address(report))
    answer = sign_in(ha).post(text_address(report), stamped(text="Một\r\n\r\n hai \n"))

    assert 'enctype="multipart/form-data"' in page.content.decode()
    assert answer["Location"] == report.get_absolute_url()
    assert kept(report) == "Một\n\n hai \n"
    [record] = DocumentText.history.all()
    assert (record.history_user, record.text) == (ha, "Một\n\n hai \n")
    shown = text_of(page_of(sign_in(ha), report.get_absolute_url()))
    assert re.search(r"Nhập toàn văn \d\d/\d\d/\d{4} · Lê Thu Hà", shown)


def test_text_is_replaced_and_taken_back_and_its_history_stays(sign_in, ha, report):
    for version, text in enumerate(["Một", "Hai", ""], start=1):
        sign_in(ha).post(text_address(report), stamped(version, text=text))

    assert kept(report) == ""
    records = DocumentText.history.order_by("history_id")
    assert [(one.history_type, one.text) for one in records] == [
        ("+", "Một"),
        ("~", "Hai"),
        ("~", ""),
    ]
    assert 'class="reading"' not in page_of(sign_in(ha), report.get_absolute_url())


def test_repeated_submit_is_answered_like_the_first(sign_in, ha, report):
    form = stamped(text="Một")

    answers = [sign_in(ha).post(text_address(report), form) for _ in range(2)]

    assert {one["Location"] for one in answers} == {report.get_absolute_url()}
    assert DocumentText.history.count() == 1


def test_file_of_text_takes_the_place_of_what_stands_there(sign_in, ha, report):
    file = SimpleUploadedFile("Tin.txt", "Hoà\r\nBình".encode("utf-8-sig"))

    sign_in(ha).post(text_address(report), stamped(text="cũ", file=file))

    assert kept(report) == "Hoà\nBình"


def test_word_file_is_read_with_its_tables(sign_in, ha, report):
    word, content = WordFile(), BytesIO()
    word.add_paragraph("Đoàn đã nghe báo cáo")
    row = word.add_table(rows=1, cols=2).rows[0]
    row.cells[0].text, row.cells[1].text = "Số cụm", "53/59"
    word.save(content)
    quote(report, "Số cụm 53/59", slug="cau-1")
    file = SimpleUploadedFile("tin.docx", content.getvalue())

    sign_in(ha).post(text_address(report), stamped(text="", file=file))

    assert kept(report) == "Đoàn đã nghe báo cáo\nSố cụm\t53/59"
    shown = page_of(sign_in(ha), report.get_absolute_url())
    assert marks_of(shown) == [("#cau-1", "Số cụm 53/59")]


def test_bad_file_is_named_and_what_was_typed_is_kept(sign_in, ha, report):
    file = SimpleUploadedFile("tin.pdf", b"%PDF")

    answer = sign_in(ha).post(text_address(report), stamped(text="đã gõ", file=file))

    assert answer.status_code == 422
    form = answer.context["form"]
    assert set(form.errors) == {"file"}
    assert form["text"].value() == "đã gõ"
    assert kept(report) == ""


def test_text_larger_than_any_document_is_refused(sign_in, ha, report, monkeypatch):
    monkeypatch.setattr(document_texts, "LARGEST_TEXT", 10)
    file = SimpleUploadedFile("tin.txt", "ngày mười".encode())

    answer = sign_in(ha).post(text_address(report), stamped(text="", file=file))

    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"text"}
    # The words of the file are there to be shortened.
    assert answer.context["form"]["text"].value() == "ngày mười"


def test_largest_text_fits_into_the_form(sign_in, ha, report):
    text = "ạ" * (document_texts.LARGEST_TEXT // 3)

    answer = sign_in(ha).post(text_address(report), stamped(text=text))

    assert answer.status_code == 302
    assert len(kept(report)) == len(text)


def test_second_editor_is_shown_both_texts(sign_in, ha, report):
    set_text(report, "Bản của người trước", by=ha)
    file = SimpleUploadedFile("tin.txt", b"Ban cua toi")

    answer = sign_in(ha).post(text_address(report), stamped(text="", file=file))

    assert answer.status_code == 409
    assert kept(report) == "Bản của người trước"
    [both] = answer.context["form"].differences
    assert (both.theirs, both.mine) == ("Bản của người trước", "Ban cua toi")
    again = stamped(answer.context["form"]["version"].value(), text="Cả hai")
    assert sign_in(ha).post(text_address(report), again).status_code == 302
    assert kept(report) == "Cả hai"


def test_setting_the_text_changes_no_quotation(sign_in, ha, read):
    before = Passage.objects.values().get()

    set_text(read, "Không còn câu nào", by=ha)

    assert Passage.objects.values().get() == before
    assert Passage.history.count() == 1


# -- reading it -----------------------------------------------------------------------


def test_reader_shows_marks_and_what_became_of_them(sign_in, lan, read):
    passage = Passage.objects.get()
    row = make_recommendation(wording="Sửa cơ chế", passage=passage)
    row.province = read.province
    row.save()
    make_finding(read.sessions.get(), wording="Đã nêu", passage=passage)
    make_flag(read, passage=passage, source_id="AN-1", problem="In nhầm")

    page = page_of(sign_in(lan), read.get_absolute_url())

    assert marks_of(page) == [("#cau-1", "sớm hoàn thiện cơ chế")]
    [note] = [one for one in Markup(page).all("li") if one["id"] == "cau-1"]
    for words in (row.code, "Sửa cơ chế", "Chưa thực hiện", "Đã nêu", "In nhầm"):
        assert words in note.text
    assert Markup(page).ids.count("text-cau-1") == 1
    assert Progress.NOT_STARTED.value in page


def test_text_is_shown_as_text_whatever_it_holds(sign_in, lan, read, ha):
    page = page_of(sign_in(lan), read.get_absolute_url())

    lines = [one for one in Markup(page).all("p") if one["lang"] == "vi"]
    said = [one.text for one in lines]
    assert "<script>alert(1)</script> & hết" in said
    assert "<script>alert" not in page
    assert any("Tỉnh <b>cam kết</b> làm ngay." in one for one in said)


def test_what_is_not_found_is_reported_with_a_way_to_mend_it(sign_in, ha, lan, read):
    lost = quote(read, "câu không có", slug="cau-2", locator="dòng 60")
    edit = f"{read.get_absolute_url()}passages/{lost.pk}/edit/"

    for user, may_mend in ((ha, True), (lan, False)):
        page = page_of(sign_in(user), read.get_absolute_url())
        markup = Markup(page)
        inside = [
            one
            for one in markup.elements
            if "missing" in {outer["id"] for outer in one.around}
        ]

        assert [one["id"] for one in inside if one.tag == "li"] == ["cau-2"]
        assert any("câu không có" in one.text for one in inside)
        assert (edit in {one["href"] for one in inside}) == may_mend
        assert Markup(page).ids.count("cau-2") == 1


def test_without_a_text_quotations_stand_in_order(sign_in, lan, report):
    for number, place in enumerate(("dòng 48", "dòng 6"), start=1):
        quote(report, slug=f"cau-{number}", locator=place)

    page = page_of(sign_in(lan), report.get_absolute_url())

    assert re.findall(r'<tr id="(cau-\d)"', page) == ["cau-2", "cau-1"]


def test_pages_of_a_long_text_hold_every_passage(sign_in, lan, ha, report):
    set_text(report, "\n".join(["chữ " * 25] * 900 + ["câu cuối"]), by=ha)
    quote(report, "câu cuối", slug="cau-1", locator="dòng 901")

    first = page_of(sign_in(lan), report.get_absolute_url())
    last = page_of(sign_in(lan), f"{report.get_absolute_url()}?page=3")

    assert 'href="?page=3#text-cau-1"' in first
    assert ("cau-1" in Markup(first).ids, marks_of(first)) == (True, [])
    assert marks_of(last) == [("#cau-1", "câu cuối")]
    assert 'id="line-901"' in last
    assert len(first) < 150_000


@pytest.mark.parametrize("typed", ["0", "x", "99", "9" * 40])
def test_page_that_is_not_there_gives_one_that_is(sign_in, lan, read, typed):
    assert "Tin trong ngày" in page_of(
        sign_in(lan), f"{read.get_absolute_url()}?page={typed}"
    )


def test_reading_in_english_marks_vietnamese(sign_in, lan, read):
    page = page_of(sign_in(lan), read.get_absolute_url(), "en")

    assert "Text, and what became of its passages" in page
    assert '<p lang="vi"><span data-start="0">Tin trong ngày</span></p>' in page


@pytest.mark.parametrize("reader", ["ha", "lan"])
def test_reading_costs_at_most_twelve_statements(reader, request, sign_in, read):
    client = sign_in(request.getfixturevalue(reader))
    read.passage = quote(make_document(), "nơi khác")
    fill(read, 1)
    read.issuer = Document.objects.exclude(issuer=None).first().issuer
    read.save()
    with_one = queries_of(client, read.get_absolute_url())

    fill(read, 2)
    fill(read, 3)

    assert queries_of(client, read.get_absolute_url()) == with_one <= 12


# -- choosing a sentence --------------------------------------------------------------


def test_line_offers_its_sentences_and_itself(sign_in, ha, read):
    page = page_of(sign_in(ha), f"{read.get_absolute_url()}lines/3/")

    offered = {
        one.text: one["href"] for one in Markup(page).all("a") if "span" in one["href"]
    }
    assert list(offered) == [
        "Đoàn đề nghị Tỉnh sớm hoàn thiện cơ chế.",
        "Tỉnh <b>cam kết</b> làm ngay.",
        TEXT.split("\n")[2],
    ]
    form = sign_in(ha).get(offered["Tỉnh <b>cam kết</b> làm ngay."]).context["form"]
    assert form["quotation"].value() == "Tỉnh <b>cam kết</b> làm ngay."
    assert form["locator"].value() == "dòng 3"


def test_chosen_sentence_becomes_a_passage_that_is_found(sign_in, ha, read):
    span = f"{TEXT.index('Tin')}-{TEXT.index(' ngày')}"
    address = f"{read.get_absolute_url()}passages/new/?span={span}"
    form = sign_in(ha).get(address).context["form"]
    typed = {name: form[name].value() for name in ("quotation", "locator")}

    answer = sign_in(ha).post(address, stamped(**typed))

    made = Passage.objects.latest("pk")
    assert (made.quotation, made.locator) == ("Tin trong", "dòng 1")
    assert answer["Location"] == f"{read.get_absolute_url()}#{made.slug}"
    assert len(marks_of(page_of(sign_in(ha), read.get_absolute_url()))) == 2


@pytest.mark.parametrize(
    "span", ["", "x", "5-5", "9-3", "900-999", "-1-4", "14-16", "0-99999999", "1-2-3"]
)
def test_span_that_names_no_words_is_ignored(sign_in, ha, read, span):
    address = f"{read.get_absolute_url()}passages/new/"

    form = sign_in(ha).get(address, {"span": span}).context["form"]

    if span == "0-99999999":
        assert form["quotation"].value() == TEXT
    else:
        assert not form["quotation"].value()


@pytest.mark.parametrize("number", [0, 5, 10**30])
def test_line_that_is_not_there_is_not_found(sign_in, ha, read, number):
    address = f"{read.get_absolute_url()}lines/{number}/"

    assert sign_in(ha).get(address).status_code == 404


def test_empty_line_offers_nothing(sign_in, ha, read):
    page = page_of(sign_in(ha), f"{read.get_absolute_url()}lines/2/")

    assert "Dòng này không có nội dung để trích." in page


# -- what is made of a passage --------------------------------------------------------


def passage_address(document):
    return f"{document.get_absolute_url()}passages/{document.passages.get().pk}/"


def links_of(page):
    return [one["href"] for one in Markup(page).all("a") if "passage=" in one["href"]]


@pytest.fixture
def indicator(read):
    """What is measured under a resolution that the document speaks of."""
    resolution = make_resolution()
    read.resolutions.add(resolution)
    return make_indicator([resolution], name="Tỷ lệ lấp đầy", unit="%")


def test_passage_of_a_document_without_resolutions_says_what_figures_need(
    sign_in, ha, read
):
    page = page_of(sign_in(ha), passage_address(read))

    assert "Số liệu: ghi nghị quyết của văn bản" in page
    assert f'href="{read.get_absolute_url()}edit/"' in page


def test_passage_offers_what_can_be_made_of_it(
    sign_in, ha, lan, read, session, indicator
):
    make_indicator([], name="Của nghị quyết khác")
    offered = links_of(page_of(sign_in(ha), passage_address(read)))

    pk = read.passages.get().pk
    assert offered == [
        f"/recommendations/new/?passage={pk}",
        f"/sessions/{session.pk}/findings/new/?passage={pk}",
        f"/indicators/{indicator.pk}/observations/new/?passage={pk}",
        f"{read.get_absolute_url()}flags/new/?passage={pk}",
    ]
    seen = page_of(sign_in(lan), passage_address(read))
    assert links_of(seen) == []
    assert "“sớm hoàn thiện cơ chế”" in seen


def test_recommendation_starts_from_the_words_and_the_one_session(
    sign_in, ha, read, session
):
    passage = read.passages.get()
    address = f"/recommendations/new/?passage={passage.pk}"
    form = sign_in(ha).get(address).context["form"]

    held = {name: form[name].value() for name in ("wording", "passage", "session")}
    assert held == {
        "wording": passage.quotation,
        "passage": passage.pk,
        "session": session.pk,
    }
    assert form["raised_on"].value() == session.held_on

    read.sessions.add(make_session())
    form = sign_in(ha).get(address).context["form"]
    assert not form["session"].value()
    assert form["passage"].value() == passage.pk
    assert not Recommendation.objects.exists()


def test_finding_made_of_a_passage_stands_beside_it(sign_in, ha, read, session):
    passage = read.passages.get()
    address = f"/sessions/{session.pk}/findings/new/?passage={passage.pk}"
    form = sign_in(ha).get(address).context["form"]
    typed = {name: form[name].value() for name in ("wording", "passage")}

    sign_in(ha).post(address, stamped(**typed, kind="difficulty"))

    made = Finding.objects.get()
    assert (made.wording, made.passage) == (passage.quotation, passage)
    assert "Nội dung ghi nhận" in page_of(sign_in(ha), read.get_absolute_url())


def test_figure_read_out_of_a_passage_stands_beside_it(sign_in, ha, read, indicator):
    client, passage = sign_in(ha), read.passages.get()
    address = f"/indicators/{indicator.pk}/observations/new/?passage={passage.pk}"
    assert client.get(address).context["form"]["document"].value() == read.pk

    client.post(address, stamped(amount="71,5", document=read.pk))

    made = Observation.objects.get()
    assert (made.value, made.document, made.passage) == (Decimal("71.5"), read, passage)
    links = Markup(page_of(client, read.get_absolute_url())).all("a")
    assert indicator.get_absolute_url() in [one["href"] for one in links]
    shown = Markup(page_of(client, indicator.get_absolute_url())).all("a")
    place = f"{read.get_absolute_url()}#{passage.slug}"
    assert "dòng 3" in {one.text for one in shown if one["href"] == place}


def test_figure_of_another_source_leaves_the_passage(sign_in, ha, read, indicator):
    passage = read.passages.get()
    address = f"/indicators/{indicator.pk}/observations/new/?passage={passage.pk}"

    sign_in(ha).post(address, stamped(amount="71,5", source="Niên giám thống kê"))
    assert Observation.objects.get().passage is None

    sign_in(ha).post(address, stamped(amount="72", document=read.pk))
    made = Observation.objects.get(document=read)
    assert made.passage == passage
    edit = f"{indicator.get_absolute_url()}observations/{made.pk}/edit/"
    sign_in(ha).post(edit, stamped(made.version, amount="72", source="Báo cáo"))
    made.refresh_from_db()
    assert (made.source, made.document, made.passage) == ("Báo cáo", None, None)


@pytest.mark.parametrize("key", ["", "x", "0", "9" * 30])
def test_unknown_passage_in_an_address_is_ignored(sign_in, ha, session, key):
    for address in ("/recommendations/new/", f"/sessions/{session.pk}/findings/new/"):
        form = sign_in(ha).get(address, {"passage": key}).context["form"]

        assert not form["passage"].value()
        assert not form["wording"].value()


# -- rights ---------------------------------------------------------------------------


def test_text_and_passages_are_seen_exactly_as_the_document(
    sign_in, ha, lan, minh, hoa, quan, read
):
    base, flag = read.get_absolute_url(), make_flag(read)
    shown = [base, passage_address(read), f"{base}flags/{flag.pk}/"]
    written = [f"{base}text/", f"{base}lines/3/"]

    for user in (ha, lan, minh, quan):
        assert [sign_in(user).get(one).status_code for one in shown] == [200] * 3
    for user in (lan, minh, quan):
        assert [sign_in(user).get(one).status_code for one in written] == [403] * 2
    for one in shown + written:
        assert sign_in(hoa).get(one).status_code == 404
    for user, status in ((lan, 403), (minh, 403), (quan, 403), (hoa, 404)):
        for address in (f"{base}text/", f"{base}flags/{flag.pk}/"):
            sent = sign_in(user).post(address, stamped(2, text="x", decision="x"))
            assert sent.status_code == status
    assert kept(read) == TEXT
    flag.refresh_from_db()
    assert flag.decision == ""


def test_parts_of_another_document_are_not_at_this_address(sign_in, ha, read):
    other = make_document()
    passage, flag = quote(other), make_flag(other)

    for address in (f"passages/{passage.pk}/", f"flags/{flag.pk}/"):
        answer = sign_in(ha).get(f"{read.get_absolute_url()}{address}")
        assert answer.status_code == 404


def test_reader_may_not_write_and_is_offered_nothing_to_write_with(sign_in, lan, read):
    page = page_of(sign_in(lan), read.get_absolute_url())

    assert "reader.js" not in page
    assert "/lines/" not in page
    assert "/text/" not in page


# -- deciding about a flag ------------------------------------------------------------


@pytest.fixture
def flag(read):
    passage = read.passages.get()
    return make_flag(read, passage=passage, source_id="AN-1", evidence="Dòng 5")


def flag_address(flag):
    return f"{flag.document.get_absolute_url()}flags/{flag.pk}/"


def test_decision_is_kept_and_shown_with_who_and_when(sign_in, ha, lan, flag):
    answer = sign_in(ha).post(flag_address(flag), stamped(decision="Giữ nguyên"))

    assert answer["Location"] == f"{flag.document.get_absolute_url()}#AN-1"
    for address in (flag_address(flag), flag.document.get_absolute_url()):
        shown = text_of(page_of(sign_in(lan), address))
        assert re.search(r"Giữ nguyên.* Lê Thu Hà, .*\d\d/\d\d/\d{4}", shown), address
    assert "Dòng 5" in page_of(sign_in(lan), flag_address(flag))


def test_later_decisions_stand_beside_earlier_ones(sign_in, ha, central, flag):
    other = make_user("ha-hai", central, ha.role, full_name="Ngô Hai")
    for version, (user, words) in enumerate(
        [(ha, "Một"), (other, "Hai"), (other, "")], start=1
    ):
        sign_in(user).post(flag_address(flag), stamped(version, decision=words))

    page = page_of(sign_in(ha), flag_address(flag))

    said = text_of(page[page.index('id="decisions"') :])
    order = ["Đã rút lại quyết định", "Ngô Hai", "Hai", "Một", "Lê Thu Hà"]
    assert [said.index(word) for word in order] == sorted(map(said.index, order))
    shown = text_of(page_of(sign_in(ha), flag.document.get_absolute_url()))
    assert "Chưa quyết định" in shown


def test_nothing_is_no_decision(sign_in, ha, flag):
    answer = sign_in(ha).post(flag_address(flag), stamped(decision=" "))

    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"decision"}
    flag.refresh_from_db()
    assert flag.history.count() == 1


def test_decision_changes_neither_source_nor_quotation(sign_in, ha, flag):
    passage, text = Passage.objects.values().get(), kept(flag.document)

    sign_in(ha).post(flag_address(flag), stamped(decision="Sửa thành 2024"))

    assert Passage.objects.values().get() == passage
    assert kept(flag.document) == text


def test_second_steward_is_shown_both_decisions(sign_in, ha, flag):
    sign_in(ha).post(flag_address(flag), stamped(decision="Một"))

    answer = sign_in(ha).post(flag_address(flag), stamped(decision="Hai"))

    assert answer.status_code == 409
    [both] = answer.context["form"].differences
    assert (both.theirs, both.mine) == ("Một", "Hai")
    flag.refresh_from_db()
    assert (flag.decision, flag.version) == ("Một", 2)


def test_decision_that_is_too_long_is_told_and_kept(sign_in, ha, flag):
    answer = sign_in(ha).post(flag_address(flag), stamped(decision="x" * 5001))

    assert answer.status_code == 422
    assert answer.context["form"]["decision"].value() == "x" * 5001
    assert set(answer.context["form"].errors) == {"decision"}
