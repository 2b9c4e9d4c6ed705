"""Figures entered by mistake: out of everything that counts, still on their page."""

from datetime import date
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from tests.factories import make_recommendation, make_resolution
from tests.tracker.test_views_indicators import correct, enter, errors_of
from tests.tracker.test_views_resolutions import page_of, rows_of, section_of, text_of
from tests.tracker.test_visible_documents import (
    make_document,
    make_figure,
    make_indicator,
    make_session,
    quote,
)
from tracker.models import Observation, Submission
from tracker.services.observations import restore_observation, withdraw_observation
from tracker.services.submissions import Stamp

REASON = "Nhập nhầm cột của bảng"
DAYS = [date(2022, 12, 31), date(2023, 12, 31)]


@pytest.fixture
def wrong(quang_nam):
    resolution = make_resolution()
    indicator = make_indicator(
        [resolution], name="Tỷ lệ lấp đầy", unit="%", province=quang_nam
    )
    # A report tells figures beside recommendations.
    make_recommendation([resolution], province=quang_nam, raised_on=DAYS[0])
    report = make_document([], [resolution], title="Bản tin", province=quang_nam)
    passage = quote(report, "đạt 57 phần trăm")
    return make_figure(indicator, report, value=57.25, passage=passage, as_of=DAYS[0])


def act_on(client, one, act, **typed):
    address = f"{one.indicator.get_absolute_url()}observations/{one.pk}/{act}/"
    form = {"form_key": str(uuid4()), "version": one.version, **typed}
    return client.post(address, form)


def withdraw(client, one, **typed):
    return act_on(client, one, "withdraw", **{"reason": REASON} | typed)


def restore(client, one, **typed):
    one.refresh_from_db()
    return act_on(client, one, "restore", **typed)


def pages_that_tell(one, day=DAYS[1]):
    resolution = one.indicator.resolutions.get()
    province = one.indicator.province
    return [
        resolution.get_absolute_url(),
        f"/overview/?as_of={day}",
        f"{resolution.get_absolute_url()}fact-sheet/?as_of={day}",
        f"{province.get_absolute_url()}fact-sheet/?as_of={day}",
        f"/reports/?resolution={resolution.slug}&as_of={day}",
    ]


def shown_on(client, pages):
    return [("57,25" in page_of(client, page)) for page in pages]


# -- what counts ----------------------------------------------------------------------


def test_a_withdrawn_figure_counts_nowhere(sign_in, ha, lan, wrong):
    pages = pages_that_tell(wrong) + pages_that_tell(wrong, timezone.localdate())
    document = wrong.document.get_absolute_url()
    assert shown_on(sign_in(lan), pages) == [True] * len(pages)
    assert "Tỷ lệ lấp đầy" in page_of(sign_in(lan), document)

    answer = withdraw(sign_in(ha), wrong)

    assert (answer.status_code, answer["Location"]) == (302, wrong.get_absolute_url())
    for user in (ha, lan):
        assert not any(shown_on(sign_in(user), pages))
        assert "Tỷ lệ lấp đầy" not in page_of(sign_in(user), document)


def test_it_stands_apart_with_the_reason_who_and_when(sign_in, ha, lan, wrong):
    make_figure(wrong.indicator, value=60, as_of=DAYS[1])
    withdraw(sign_in(ha), wrong)

    today = f"{timezone.localdate():%d/%m/%Y}"
    for user in (ha, lan):
        page = page_of(sign_in(user), wrong.indicator.get_absolute_url())
        apart, listed = (section_of(page, id) for id in ("withdrawn", "observations"))
        [row] = rows_of(apart)[1:]
        assert row.startswith(f"31/12/2022 57,25% Bản tin dòng 60 {REASON}")
        assert f"{today}. {ha.full_name}" in row
        assert "57,25%" in text_of(apart.split("<s>")[1].split("</s>")[0])
        assert f'id="observation-{wrong.pk}"' in apart
        assert "57,25" not in listed
        assert "<svg" not in section_of(page, "course"), "one day is left"
        [edit] = rows_of(section_of(page, "edits"))[1:]
        assert f"{ha.full_name} 57,25%" in edit
        assert f"Lý do rút: – → {REASON}" in edit
        assert f"Ngày rút: – → {today}" in edit


def test_who_may_not_see_a_figure_learns_nothing_of_its_withdrawal(
    sign_in, ha, hoa, quang_nam
):
    secret = make_document([make_session(province=quang_nam)], title="mật-một")
    one = make_figure(make_indicator(), secret, value=77.77)
    withdraw(sign_in(ha), one, reason="mật-hai")

    shut = page_of(sign_in(hoa), one.indicator.get_absolute_url())

    assert [
        words for words in ("mật-", "77,77", 'id="withdrawn"') if words in shut
    ] == []
    for act in ("withdraw", "restore", "edit"):
        assert act_on(sign_in(hoa), one, act).status_code == 404


# -- the act --------------------------------------------------------------------------


def test_only_coordinators_withdraw_and_restore(sign_in, ha, lan, minh, quan, wrong):
    refused = [withdraw(sign_in(one), wrong).status_code for one in (lan, minh, quan)]
    assert refused == [403] * 3
    withdraw(sign_in(ha), wrong)

    refused = [restore(sign_in(one), wrong).status_code for one in (lan, minh, quan)]

    assert refused == [403] * 3
    assert Observation.objects.get().withdrawal_reason == REASON
    page = page_of(sign_in(lan), wrong.indicator.get_absolute_url())
    assert "/restore/" not in page
    assert "/withdraw/" not in page


def test_withdrawing_needs_a_reason(sign_in, ha, wrong):
    answer = withdraw(sign_in(ha), wrong, reason="  ")

    assert errors_of(answer) == {"reason"}
    assert Observation.objects.get().withdrawn_on is None
    with pytest.raises(ValidationError) as refusal:
        withdraw_observation(wrong, reason=" ", stamp=Stamp(uuid4(), 1), by=ha)
    assert list(refusal.value.message_dict) == ["reason"]


def test_who_comes_second_is_told_and_keeps_what_was_typed(sign_in, ha, wrong):
    correct(sign_in(ha), wrong, amount="58", source="Niên giám")

    answer = withdraw(sign_in(ha), wrong)

    page = answer.content.decode()
    assert answer.status_code == 409
    assert REASON in page
    assert "Rút số liệu 58" in page
    assert Observation.objects.get().withdrawn_on is None
    wrong.refresh_from_db()
    assert withdraw(sign_in(ha), wrong).status_code == 302


def test_withdrawing_twice_answers_like_the_first(sign_in, ha, wrong):
    key = str(uuid4())

    answers = [withdraw(sign_in(ha), wrong, form_key=key) for _ in range(2)]

    assert [one.status_code for one in answers] == [302, 302]
    assert Submission.objects.count() == 1


def test_nothing_is_written_of_it_while_it_is_withdrawn(sign_in, ha, wrong):
    withdraw(sign_in(ha), wrong)
    wrong.refresh_from_db()
    client = sign_in(ha)
    typed = {"amount": "58", "source": "Niên giám", "reason": "Lần nữa"}

    for act in ("withdraw", "edit"):
        address = f"{wrong.indicator.get_absolute_url()}observations/{wrong.pk}/{act}/"
        assert client.get(address)["Location"] == wrong.get_absolute_url()
        answer = act_on(client, wrong, act, **typed)
        assert answer.status_code == 422
        said = "Nội dung này đã được rút nên không sửa được nữa."
        assert said in answer.content.decode()
    kept = Observation.objects.get()
    assert (kept.value, kept.withdrawal_reason) == (wrong.value, REASON)


# -- taking it back -------------------------------------------------------------------


def test_a_figure_withdrawn_by_mistake_counts_again(sign_in, ha, lan, wrong):
    pages = pages_that_tell(wrong)
    withdraw(sign_in(ha), wrong)

    answer = restore(sign_in(ha), wrong)

    assert (answer.status_code, answer["Location"]) == (302, wrong.get_absolute_url())
    assert shown_on(sign_in(lan), pages) == [True] * len(pages)
    page = page_of(sign_in(lan), wrong.indicator.get_absolute_url())
    assert 'id="withdrawn"' not in page
    edits = rows_of(section_of(page, "edits"))[1:]
    assert [f"Lý do rút: {REASON} → –" in one for one in edits] == [True, False]


def test_only_what_was_withdrawn_is_restored(sign_in, ha, wrong):
    address = f"{wrong.indicator.get_absolute_url()}observations/{wrong.pk}/restore/"

    assert sign_in(ha).get(address)["Location"] == wrong.get_absolute_url()
    answer = restore(sign_in(ha), wrong)

    assert answer.status_code == 422
    assert "Số liệu này không ở trạng thái đã rút." in answer.content.decode()
    assert not Observation.history.filter(history_type="~").exists()


def test_the_right_figure_takes_the_place_of_the_wrong_one(sign_in, ha, wrong):
    client = sign_in(ha)
    typed = {"source": "", "document": wrong.document_id, "as_of": "31/12/2022"}
    assert errors_of(enter(client, wrong.indicator, amount="75", **typed)) == {"as_of"}
    withdraw(client, wrong)

    assert enter(client, wrong.indicator, amount="75", **typed).status_code == 302

    # Now it cannot come back: one source says one figure for a day.
    answer = restore(client, wrong)
    assert answer.status_code == 422
    assert "Nguồn này đã có số liệu" in text_of(answer.content.decode())
    wrong.refresh_from_db()
    assert wrong.withdrawn_on is not None


def test_the_database_lets_one_figure_count_for_a_day(wrong):
    wrong.withdrawn_on = DAYS[0]
    wrong.save()
    same = {"value": 1, "as_of": wrong.as_of}
    make_figure(wrong.indicator, wrong.document, **same)

    with pytest.raises(IntegrityError), transaction.atomic():
        make_figure(wrong.indicator, wrong.document, **same)


def test_restoring_is_kept_with_who(ha, wrong):
    withdraw_observation(wrong, reason=REASON, stamp=Stamp(uuid4(), 1), by=ha)

    restore_observation(wrong, stamp=Stamp(uuid4(), 2), by=ha)

    records = Observation.history.filter(id=wrong.pk).order_by("history_id")
    assert [(one.withdrawal_reason, one.history_user) for one in records] == [
        ("", None),
        (REASON, ha),
        ("", ha),
    ]
