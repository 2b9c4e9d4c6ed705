"""Raising a doubt about a document: by whoever decides on doubts, nobody else."""

from uuid import uuid4

import pytest
from django.utils import timezone

from tests.factories import make_resolution, make_session, make_user
from tests.tracker.test_views_resolutions import page_of, text_of
from tests.tracker.test_visible_documents import (
    make_document,
    make_flag,
    make_indicator,
    quote,
)
from tracker.models import DataFlag, Observation, Submission

TYPED = {"problem": "Hai bảng ghi hai số", "evidence": "Dòng 5 và dòng 84"}


@pytest.fixture
def report(quang_nam):
    session = make_session("Buổi làm việc với tỉnh", province=quang_nam)
    resolutions = [make_resolution()]
    return make_document([session], resolutions, province=quang_nam)


@pytest.fixture
def passage(report):
    return quote(report, "tỷ lệ lấp đầy đạt 71,22%", locator="dòng 5")


@pytest.fixture
def indicator(report):
    return make_indicator(report.resolutions.all(), name="Tỷ lệ lấp đầy", unit="%")


def address_of(document):
    return f"{document.get_absolute_url()}flags/new/"


def stamped(**typed):
    return {**typed, "form_key": str(uuid4()), "version": 1}


def test_flag_is_kept_with_who_raised_it_and_what_it_is_about(
    sign_in, ha, lan, report, passage, indicator
):
    typed = TYPED | {"advice": "Hỏi lại tỉnh", "passage": passage.pk}
    typed |= {"indicators": [indicator.pk]}

    answer = sign_in(ha).post(address_of(report), stamped(**typed))

    made = DataFlag.objects.get()
    assert answer["Location"] == f"{report.get_absolute_url()}#flag-{made.pk}"
    assert (made.document, made.passage, made.decision) == (report, passage, "")
    [record] = made.history.all()
    assert (record.history_type, record.history_user) == ("+", ha)
    assert [one.indicator for one in record.indicators.all()] == [indicator]
    shown = page_of(sign_in(lan), report.get_absolute_url())
    for words in ("Hai bảng ghi hai số", "Dòng 5 và dòng 84", "Hỏi lại tỉnh"):
        assert words in text_of(shown)
    assert f'id="flag-{made.pk}"' in shown
    of_flag = page_of(sign_in(lan), f"{report.get_absolute_url()}flags/{made.pk}/")
    day = timezone.localdate(record.history_date)
    assert f"Lê Thu Hà, {day:%d/%m/%Y}" in text_of(of_flag)
    assert "flag-" not in text_of(of_flag)


def test_doubt_stands_beside_the_figures_in_doubt(sign_in, ha, report, indicator):
    Observation.objects.create(indicator=indicator, value=3, document=report)
    typed = TYPED | {"indicators": [indicator.pk]}

    sign_in(ha).post(address_of(report), stamped(**typed))

    assert TYPED["problem"] in page_of(sign_in(ha), indicator.get_absolute_url())


def test_passage_in_doubt_is_chosen_by_the_address(sign_in, ha, report, passage):
    other = quote(make_document())
    page = page_of(sign_in(ha), f"{report.get_absolute_url()}passages/{passage.pk}/")
    assert f"{address_of(report)}?passage={passage.pk}" in page

    for key, chosen in ((passage.pk, passage.pk), (other.pk, None), ("x", None)):
        answer = sign_in(ha).get(f"{address_of(report)}?passage={key}")
        assert answer.context["form"]["passage"].value() == chosen


def test_only_what_is_of_the_document_is_offered_and_taken(
    sign_in, ha, report, passage, indicator
):
    read = make_indicator(name="Số khu", scope="toàn tỉnh")
    Observation.objects.create(indicator=read, value=3, document=report)
    other, strange = quote(make_document()), make_indicator()

    fields = sign_in(ha).get(address_of(report)).context["form"].fields

    assert [name for _pk, name in fields["passage"].choices][1:] == [
        "dòng 5: tỷ lệ lấp đầy đạt 71,22%"
    ]
    assert [name for _pk, name in fields["indicators"].choices] == [
        "Tỷ lệ lấp đầy (%)",
        "Số khu – toàn tỉnh",
    ]
    for wrong in ({"passage": other.pk}, {"indicators": [strange.pk]}):
        answer = sign_in(ha).post(address_of(report), stamped(**TYPED, **wrong))
        assert answer.status_code == 422
        assert set(answer.context["form"].errors) == set(wrong)
    assert not DataFlag.objects.exists()


def test_document_without_passages_and_figures_asks_for_words_alone(sign_in, ha):
    bare = make_document()

    form = sign_in(ha).get(address_of(bare)).context["form"]
    assert {"passage", "indicators"}.isdisjoint(form.fields)
    assert sign_in(ha).post(address_of(bare), stamped(**TYPED)).status_code == 302
    assert DataFlag.objects.get().document == bare


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"problem": " "}, "problem"),
        ({"evidence": ""}, "evidence"),
        ({"problem": "x" * 5001}, "problem"),
        ({"advice": "a\0b"}, "advice"),
        ({"passage": "x"}, "passage"),
        ({"passage": "9" * 30}, "passage"),
        ({"indicators": ["x"]}, "indicators"),
        ({"indicators": ["9" * 30]}, "indicators"),
    ],
)
def test_what_is_wrong_is_told_and_what_was_typed_is_kept(
    sign_in, ha, report, passage, indicator, wrong, field
):
    answer = sign_in(ha).post(address_of(report), stamped(**TYPED | wrong))

    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {field}
    kept = TYPED["evidence" if field == "problem" else "problem"]
    assert kept in answer.content.decode()
    assert not DataFlag.objects.exists()
    assert not Submission.objects.exists()


def test_repeated_submit_makes_one_flag(sign_in, ha, report):
    form = stamped(**TYPED)

    answers = [sign_in(ha).post(address_of(report), form) for _ in range(3)]

    assert len({one["Location"] for one in answers}) == 1
    assert DataFlag.objects.count() == Submission.objects.count() == 1


def test_only_who_decides_raises_and_strangers_find_nothing(
    sign_in, ha, lan, minh, hoa, quan, report
):
    for user in (lan, minh, quan):
        assert sign_in(user).get(address_of(report)).status_code == 403
        answer = sign_in(user).post(address_of(report), stamped(**TYPED))
        assert answer.status_code == 403
    answer = sign_in(hoa).post(address_of(report), stamped(**TYPED))
    assert answer.status_code == 404
    assert sign_in(ha).put(address_of(report)).status_code == 405
    assert not DataFlag.objects.exists()
    for user, is_offered in ((ha, True), (lan, False)):
        shown = page_of(sign_in(user), report.get_absolute_url())
        assert (address_of(report) in shown) == is_offered


def test_raising_changes_neither_the_document_nor_its_words(
    sign_in, ha, report, passage
):
    before = type(report).objects.values().get(pk=report.pk)
    quoted = type(passage).objects.values().get(pk=passage.pk)

    sign_in(ha).post(address_of(report), stamped(**TYPED, passage=passage.pk))

    assert type(report).objects.values().get(pk=report.pk) == before
    assert type(passage).objects.values().get(pk=passage.pk) == quoted


def test_raised_flag_is_decided_like_any_other(sign_in, ha, central, report):
    other = make_user("ha-hai", central, ha.role, full_name="Ngô Hai")
    sign_in(ha).post(address_of(report), stamped(**TYPED))
    made = DataFlag.objects.get()
    address = f"{report.get_absolute_url()}flags/{made.pk}/"

    sign_in(other).post(address, stamped(decision="Giữ nguyên"))

    shown = text_of(page_of(sign_in(ha), address))
    assert "Ngô Hai" in shown
    assert "Lê Thu Hà" in shown


def test_flag_of_the_source_names_nobody_who_raised_it(sign_in, ha, report):
    flag = make_flag(report, source_id="AN-1")

    page = page_of(sign_in(ha), f"{report.get_absolute_url()}flags/{flag.pk}/")

    assert "AN-1" in text_of(page)
    assert str(flag) == f"AN-1: {flag.problem}"
    assert str(make_flag(report, problem="Lệch số")) == "Lệch số"
