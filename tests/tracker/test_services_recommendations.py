"""Recommendations by hand: codes, secret items, edits that history allows."""

from datetime import date
from uuid import uuid4

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.urls import reverse

from provinces.choices import OrganisationKind
from tests.factories import (
    RAISED_ON,
    make_deadline,
    make_organisation,
    make_passage,
    make_province,
    make_recommendation,
    make_resolution,
    make_session,
    make_topic,
    make_update,
)
from tests.tracker.test_concurrency import at_once, send_at_once
from tracker.models import Recommendation, Submission
from tracker.permissions import (
    can_assign_lead,
    can_record_progress,
    can_set_deadline,
)
from tracker.services.evidence import Proof
from tracker.services.leads import assign_lead
from tracker.services.progress import record_progress
from tracker.services.recommendations import (
    create_recommendation,
    edit_kept_outside,
    edit_recommendation,
    withdraw_recommendation,
)
from tracker.services.submissions import Stamp

TODAY = date(2025, 8, 15)


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel("2025-08-15T05:00:00Z", tick=False):
        yield


def values(**changed):
    return {
        "kind": "request",
        "wording": "Bổ sung chỉ tiêu đất",
        "raised_on": RAISED_ON,
        "resolutions": [],
        "topics": [],
        "province": None,
        "session": None,
        "raised_by": None,
        "addressee": None,
        "passage": None,
        **changed,
    }


def create(by, **changed):
    given = values(lead=None, kept_outside=False, outside_number="") | changed
    stamp = Stamp(uuid4(), 1)
    return create_recommendation(Recommendation(), **given, stamp=stamp, by=by)


def edit(row, by, **changed):
    saved = Recommendation.objects.get(pk=row.pk)
    stamp = Stamp(uuid4(), saved.version)
    return edit_recommendation(row, **values(**changed), stamp=stamp, by=by)


def refused(act, *arguments, **changed):
    """Give what a refusal says by field; a refused act leaves nothing behind."""

    def kept():
        rows = Recommendation.objects.order_by("pk").values()
        return [list(rows), Submission.objects.count()]

    before = kept()
    with pytest.raises(ValidationError) as refusal:
        act(*arguments, **changed)
    assert kept() == before
    return set(refusal.value.error_dict)


# -- codes ------------------------------------------------------------------------


def test_codes_go_on_from_the_greatest_of_their_province_and_year(ha, quang_nam):
    for number in (3, 27):
        make_recommendation(code_number=number)
    other = make_province(abbreviation="DNA")

    codes = [
        create(ha, province=quang_nam).code,
        create(ha, province=quang_nam).code,
        create(ha, province=quang_nam, raised_on=date(2025, 1, 1)).code,
        create(ha, province=other).code,
        create(ha).code,
    ]

    assert codes == ["QNA-24-28", "QNA-24-29", "QNA-25-01", "DNA-24-01", "TW-24-01"]


def test_a_withdrawn_code_is_never_given_again(ha):
    make_recommendation(code_prefix="TW", code_number=9, withdrawn_on=TODAY)

    assert create(ha).code == "TW-24-10"


def new_form(number, **fields):
    return {
        "form_key": str(uuid4()),
        "version": 1,
        "kind": "request",
        "wording": f"Kiến nghị số {number}",
        "raised_on": "26/06/2024",
        "resolutions": [number],
        **fields,
    }


@at_once
def test_eight_entered_at_once_get_eight_codes(ha, quang_nam):
    resolution = make_resolution()
    url = reverse("recommendation-new")
    forms = [
        new_form(n, resolutions=resolution.pk, province=province)
        for n in range(4)
        for province in ("", quang_nam.pk)
    ]

    answers = send_at_once(ha, [(url, form) for form in forms])

    assert [answer.status_code for answer in answers] == [302] * 8
    codes = sorted(one.code for one in Recommendation.objects.all())
    expected = [f"{prefix}-24-0{n}" for prefix in ("QNA", "TW") for n in (1, 2, 3, 4)]
    assert codes == expected


@at_once
def test_four_submits_of_one_new_recommendation_make_one(ha):
    form = new_form(1, resolutions=make_resolution().pk)

    answers = send_at_once(ha, [(reverse("recommendation-new"), form)] * 4)

    assert [answer.status_code for answer in answers] == [302] * 4
    assert len({answer["Location"] for answer in answers}) == 1
    assert Recommendation.objects.get().code == "TW-24-01"


def test_a_number_that_somebody_just_took_is_passed_over(ha, monkeypatch):
    """What two connections do, told step by step: the number was read too early."""
    make_recommendation(code_prefix="TW", code_number=1)
    read = iter([1, 1, 2])
    name = "tracker.services.recommendations._next_number"
    monkeypatch.setattr(name, lambda prefix, year: next(read))

    made = create(ha)

    assert made.code == "TW-24-02"
    assert made.history.count() == 1


# -- days -------------------------------------------------------------------------


def test_nothing_is_raised_in_the_future_or_before_its_session(ha):
    session = make_session(held_on=date(2024, 6, 26))
    row = make_recommendation()

    for act in ((create, ha), (edit, row, ha)):
        early = {"session": session, "raised_on": date(2024, 6, 25)}
        assert refused(*act, **early) == {"raised_on"}
        assert refused(*act, raised_on=date(2025, 8, 16)) == {"raised_on"}
    assert create(ha, session=session, raised_on=date(2024, 6, 26)).pk
    assert create(ha, raised_on=TODAY).raised_on == TODAY


def test_no_edit_puts_the_beginning_after_the_history(ha):
    row = make_recommendation()
    make_update(row, by=ha, effective_on=date(2024, 8, 1))
    make_deadline(row, date(2025, 1, 1), by=ha, effective_on=date(2024, 7, 10))

    assert refused(edit, row, ha, raised_on=date(2024, 7, 11)) == {"raised_on"}
    assert edit(row, ha, raised_on=date(2024, 7, 10)).raised_on == date(2024, 7, 10)


# -- edits ------------------------------------------------------------------------


def test_an_edit_changes_what_is_searched_and_never_the_code(ha, quang_nam):
    row = make_recommendation(code_number=5, province=quang_nam)
    passage, topic = make_passage("quy hoạch bến cảng"), make_topic()

    edit(
        row,
        ha,
        wording="Mở tuyến đường thủy",
        raised_on=date(2023, 1, 2),
        topics=[topic],
        passage=passage,
    )

    saved = Recommendation.objects.get()
    assert (saved.code, saved.province) == ("QNA-24-05", None)
    for words in ("duong thuy", "ben cang"):
        assert list(Recommendation.objects.matching(words)) == [saved]
    record = saved.history.latest()
    assert record.topics.get().topic == topic
    assert (record.wording, record.history_user) == ("Mở tuyến đường thủy", ha)


def test_an_edit_leaves_lead_and_history_alone(ha, lan):
    row = make_recommendation(lead=lan.organisation, coordinating=[ha.organisation])
    make_update(row, by=lan)
    before = Recommendation.objects.get()

    edit(row, ha)

    saved = Recommendation.objects.get()
    assert list(saved.coordinating.all()) == [ha.organisation]
    for name in ("lead", "progress", "last_hash", "last_sequence", "confirmation"):
        assert getattr(saved, name) == getattr(before, name), name


def test_wording_is_needed(ha):
    row = make_recommendation()

    assert refused(create, ha, wording=" ") == {"wording"}
    assert refused(edit, row, ha, wording="") == {"wording"}


def test_a_lead_can_be_given_at_once_when_it_can_lead(ha):
    ministry, group = (
        make_organisation(),
        make_organisation(kind=OrganisationKind.GROUP),
    )

    assert create(ha, lead=ministry).lead == ministry
    assert refused(create, ha, lead=group) == {"lead"}


# -- kept outside -----------------------------------------------------------------

SECRET = {"kept_outside": True, "outside_number": "07-QĐ/TW", "wording": ""}


def secret(by, **changed):
    return create(by, **SECRET | {"lead": make_organisation()} | changed)


def test_nothing_is_withdrawn_without_a_reason(ha):
    one = make_recommendation()

    with pytest.raises(ValidationError) as refusal:
        withdraw_recommendation(one, reason=" ", stamp=Stamp(uuid4(), 1), by=ha)

    assert list(refusal.value.message_dict) == ["reason"]
    assert Recommendation.objects.get().withdrawn_on is None


def test_of_a_secret_item_only_number_and_owner_stand_here(ha):
    made = secret(ha, resolutions=[make_resolution()])

    saved = Recommendation.objects.get()
    assert saved.wording == "Nội dung lưu ngoài hệ thống, số 07-QĐ/TW"
    assert (saved.kept_outside, saved.lead, saved.code) == (True, made.lead, "TW-24-01")
    empty = ("province", "session", "raised_by", "addressee", "passage")
    assert [getattr(saved, name) for name in empty] == [None] * 5


def test_what_would_tell_of_a_secret_item_is_refused(ha, lan, quang_nam):
    telling = {
        "wording": "Nội dung mật",
        "topics": [make_topic()],
        "province": quang_nam,
        "session": make_session(),
        "raised_by": lan.organisation,
        "addressee": lan.organisation,
        "passage": make_passage(),
    }

    for name, value in telling.items():
        assert refused(secret, ha, **{name: value}) == {name}
    assert refused(secret, ha, **telling) == set(telling)
    assert refused(secret, ha, outside_number=" ") == {"outside_number"}
    assert refused(secret, ha, lead=None) == {"lead"}
    assert refused(create, ha, outside_number="07") == {"outside_number"}


def test_nothing_is_recorded_of_a_secret_item(ha):
    made = secret(ha)

    with pytest.raises(ValidationError):
        record_progress(
            made,
            progress="in_progress",
            effective_on=RAISED_ON,
            note="Đã làm",
            corrects=None,
            spoken_for=ha.organisation,
            proof=Proof(),
            stamp=Stamp(uuid4(), made.version),
            by=ha,
        )
    assert not can_record_progress(ha, made)
    assert not can_set_deadline(ha, made)
    assert can_assign_lead(ha, made)


def test_a_secret_item_keeps_one_owner_and_gains_no_other_body(ha):
    made, body = secret(ha), make_organisation()

    def assign(lead, *coordinating):
        stamp = Stamp(uuid4(), Recommendation.objects.get().version)
        assign_lead(made, lead=lead, coordinating=coordinating, stamp=stamp, by=ha)

    for bodies, field in (((None,), "lead"), ((body, ha.organisation), "coordinating")):
        with pytest.raises(ValidationError) as refusal:
            assign(*bodies)
        assert list(refusal.value.message_dict) == [field]
    assign(body)
    assert Recommendation.objects.get().lead == body


def test_a_session_that_was_moved_since_keeps_no_edit_from_being_saved(ha):
    session = make_session(held_on=RAISED_ON)
    made = create(ha, session=session)
    type(session).objects.update(held_on=date(2024, 7, 10))
    made.refresh_from_db()

    edit(made, ha, session=made.session, wording="Nội dung sửa")

    assert Recommendation.objects.get().wording == "Nội dung sửa"


def test_the_little_of_a_secret_item_can_be_edited(ha):
    made = secret(ha)

    assert refused(edit, made, ha) == {"wording"}
    edit_kept_outside(
        made,
        kind="instruction",
        raised_on=date(2024, 7, 1),
        resolutions=[],
        outside_number="08-QĐ/TW",
        stamp=Stamp(uuid4(), 1),
        by=ha,
    )

    saved = Recommendation.objects.get()
    assert saved.wording == "Nội dung lưu ngoài hệ thống, số 08-QĐ/TW"
    assert (saved.kind, saved.version) == ("instruction", 2)


def test_secret_items_are_entered_and_edited_on_pages(sign_in, ha):
    lead = make_organisation()
    form = new_form(1, resolutions=make_resolution().pk, lead=lead.pk)
    form |= {"kept_outside": "on", "outside_number": "07-QĐ/TW", "wording": ""}
    told = form | {"wording": "Nội dung mật", "form_key": str(uuid4())}
    url = reverse("recommendation-new")

    refusal = sign_in(ha).post(url, told)
    answer = sign_in(ha).post(url, form)

    assert refusal.status_code == 422
    assert set(refusal.context["form"].errors) == {"wording"}
    page = sign_in(ha).get(answer["Location"]).content.decode()
    assert 'role="note"' in page
    assert "recommendation-progress-form" not in page
    edited = sign_in(ha).get(f"{answer['Location']}edit/").context["form"]
    shown = {"kind", "raised_on", "resolutions", "outside_number"}
    assert {one.name for one in edited.visible_fields()} == shown
    assert edited["outside_number"].value() == "07-QĐ/TW"
