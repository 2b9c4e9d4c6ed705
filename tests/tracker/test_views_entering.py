"""What coordinators enter and edit by hand: the same questions of every noun."""

from dataclasses import dataclass
from datetime import date
from uuid import uuid4

import pytest
from django.urls import reverse

from tests.factories import (
    RAISED_ON,
    make_passage,
    make_recommendation,
    make_resolution,
    make_session,
)
from tracker.choices import FindingKind, ParticipationRole
from tracker.models import (
    Document,
    Finding,
    Indicator,
    Observation,
    Participation,
    Passage,
    Recommendation,
    Submission,
    WorkingSession,
)


@dataclass
class Noun:
    """One noun: where it is entered and edited, what is typed, what is checked."""

    model: type
    new: str
    edit: str
    row: object
    typed: dict
    field: str


NOUNS = ["session", "participation", "finding", "document", "passage", "recommendation"]
NOUNS.append("observation")
NUMBERED = "Quyết định của Hà, bản một"


@pytest.fixture
def session(quang_nam):
    return make_session("Buổi làm việc đầu tiên", province=quang_nam)


@pytest.fixture
def noun(request, session):
    """Give one noun: a row of it, and a form that has nothing wrong with it."""
    return globals()[f"of_{request.param}"](session)


def each(function):
    return pytest.mark.parametrize("noun", NOUNS, indirect=True)(function)


def of_session(session):
    typed = {"kind": "field_survey", "title": NUMBERED, "held_on": "26/06/2024"}
    typed["resolutions"] = [make_resolution().pk]
    edit = reverse("session-edit", args=[session.pk])
    new = reverse("session-new")
    return Noun(WorkingSession, new, edit, session, typed, "title")


def of_participation(session):
    row = Participation.objects.create(
        session=session, name="Nguyễn Văn An", role=ParticipationRole.HOST
    )
    typed = {"name": NUMBERED, "role": "speaker", "is_group": "on"}
    new = reverse("participation-new", args=[session.pk])
    edit = reverse("participation-edit", args=[session.pk, row.pk])
    return Noun(Participation, new, edit, row, typed, "name")


def of_finding(session):
    row = Finding.objects.create(
        session=session, kind=FindingKind.RESULT, wording="Đã có kết quả"
    )
    typed = {"kind": "difficulty", "wording": NUMBERED}
    typed["resolutions"] = [make_resolution().pk]
    new = reverse("finding-new", args=[session.pk])
    edit = reverse("finding-edit", args=[session.pk, row.pk])
    return Noun(Finding, new, edit, row, typed, "wording")


def of_document(session):
    row = make_passage().document
    row.sessions.add(session)
    typed = {"kind": "plan", "title": NUMBERED, "state": "issued"}
    typed |= {"sessions": [session.pk], "issued_on": "01/02/2024"}
    edit = reverse("document-edit", args=[row.pk])
    return Noun(Document, reverse("document-new"), edit, row, typed, "title")


def of_passage(session):
    row = make_passage()
    row.document.sessions.add(session)
    typed = {"locator": "dòng 1", "quotation": NUMBERED}
    new = reverse("passage-new", args=[row.document_id])
    edit = reverse("passage-edit", args=[row.document_id, row.pk])
    return Noun(Passage, new, edit, row, typed, "quotation")


def of_recommendation(session):
    row = make_recommendation(session=session, province=session.province)
    typed = {"kind": "request", "wording": NUMBERED, "raised_on": "27/06/2024"}
    typed |= {"resolutions": [make_resolution().pk], "session": session.pk}
    typed |= {"province": session.province_id}
    new = reverse("session-recommendation-new", args=[session.pk])
    edit = reverse("recommendation-edit", args=[row.code])
    return Noun(Recommendation, new, edit, row, typed, "wording")


def of_observation(session):
    indicator = Indicator.objects.create(name="Số khu", province=session.province)
    row = indicator.observations.create(value=14, source="Niên giám thống kê")
    typed = {"amount": "11 trên 14", "source": NUMBERED, "as_of": "31/12/2024"}
    new = reverse("observation-new", args=[indicator.pk])
    edit = reverse("observation-edit", args=[indicator.pk, row.pk])
    return Noun(Observation, new, edit, row, typed, "source")


def stamped(typed, version=1):
    return {**typed, "form_key": str(uuid4()), "version": version}


def last_record(row):
    return type(row).history.filter(id=row.pk).latest()


# -- entering ---------------------------------------------------------------------


@each
def test_a_new_row_is_kept_with_who_entered_it(noun, sign_in, ha):
    there = set(noun.model.objects.values_list("pk", flat=True))

    page = sign_in(ha).get(noun.new)
    answer = sign_in(ha).post(noun.new, stamped(noun.typed))

    assert page.status_code == 200
    made = noun.model.objects.exclude(pk__in=there).get()
    assert getattr(made, noun.field) == NUMBERED
    assert answer.status_code == 302
    record = noun.model.history.get(id=made.pk)
    assert (record.history_type, record.history_user) == ("+", ha)
    for name in {"resolutions", "sessions"} & set(noun.typed):
        kept = getattr(record, name).count()
        assert kept == getattr(made, name).count() == 1, name
    shown = sign_in(ha).get(answer["Location"]).content.decode()
    assert NUMBERED in shown


@each
def test_a_repeated_submit_makes_one_row(noun, sign_in, ha):
    count, form = noun.model.objects.count(), stamped(noun.typed)

    answers = [sign_in(ha).post(noun.new, form) for _ in range(3)]
    # Sent again with a fault in it, the same form answers the same too.
    answers.append(sign_in(ha).post(noun.new, form | {noun.field: ""}))

    assert {one["Location"] for one in answers} == {answers[0]["Location"]}
    assert noun.model.objects.count() == count + 1
    assert Submission.objects.count() == 1


@each
def test_what_is_wrong_is_told_and_what_was_typed_is_kept(noun, sign_in, ha):
    count = noun.model.objects.count()
    bad = {"kind": "x", "role": "x", "locator": "", "amount": "8.76"}
    typed = stamped(noun.typed | {k: v for k, v in bad.items() if k in noun.typed})

    for address in (noun.new, noun.edit):
        answer = sign_in(ha).post(address, typed)

        assert answer.status_code == 422
        assert NUMBERED in answer.content.decode()
        assert set(answer.context["form"].errors) <= set(bad)
        assert answer.context["form"].errors
    assert noun.model.objects.count() == count
    assert not Submission.objects.exists()


# -- editing ----------------------------------------------------------------------


@each
def test_an_edit_is_kept_in_one_record_with_who_and_when(noun, sign_in, ha):
    records = noun.model.history.count()

    page = sign_in(ha).get(noun.edit)
    answer = sign_in(ha).post(noun.edit, stamped(noun.typed))

    assert page.status_code == 200
    assert str(getattr(noun.row, noun.field)) in page.content.decode()
    assert answer.status_code == 302
    saved = noun.model.objects.get(pk=noun.row.pk)
    assert (getattr(saved, noun.field), saved.version) == (NUMBERED, 2)
    assert noun.model.history.count() == records + 1
    record = last_record(noun.row)
    assert (record.history_type, record.history_user) == ("~", ha)
    for name in {"resolutions", "sessions"} & set(noun.typed):
        kept = [one.pk for one in getattr(saved, name).all()]
        assert kept == noun.typed[name]
        assert getattr(record, name).count() == 1


@each
def test_the_second_editor_is_shown_both_versions(noun, sign_in, ha):
    first = noun.typed | {noun.field: "Bản của người ghi trước"}
    sign_in(ha).post(noun.edit, stamped(first))

    answer = sign_in(ha).post(noun.edit, stamped(noun.typed))

    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Bản của người ghi trước" in page
    assert NUMBERED in page
    saved = noun.model.objects.get(pk=noun.row.pk)
    assert getattr(saved, noun.field) == "Bản của người ghi trước"

    again = noun.typed | {
        name: answer.context["form"][name].value() for name in ("form_key", "version")
    }
    assert sign_in(ha).post(noun.edit, again).status_code == 302


# -- rights -----------------------------------------------------------------------


@each
def test_only_coordinators_enter_and_strangers_find_nothing(
    noun, sign_in, lan, minh, hoa, quan
):
    before = noun.model.objects.values().get(pk=noun.row.pk)
    for address in (noun.new, noun.edit):
        of_a_row = any(part.isdigit() for part in address.split("/"))
        of_a_row = of_a_row or "QNA" in address
        # Everybody may read what an indicator is; its figures have readers.
        of_a_row = of_a_row and not address.endswith("/observations/new/")
        for user in (lan, minh, quan):
            assert sign_in(user).get(address).status_code == 403
            sent = sign_in(user).post(address, stamped(noun.typed))
            assert sent.status_code == 403
        expected = 404 if of_a_row else 403
        assert sign_in(hoa).post(address, stamped(noun.typed)).status_code == expected
        assert sign_in(lan).put(address).status_code == 405

    assert noun.model.objects.values().get(pk=noun.row.pk) == before
    assert not Submission.objects.exists()


def test_buttons_stand_only_where_they_may_be_used(session, sign_in, ha, lan):
    document = of_passage(session).row.document
    asked = make_recommendation(session=session, province=session.province)
    pages = [
        reverse("session-list"),
        reverse("document-list"),
        reverse("recommendation-list"),
        session.get_absolute_url(),
        document.get_absolute_url(),
        asked.get_absolute_url(),
    ]
    of_participation(session)
    of_finding(session)
    pages.append(of_observation(session).row.indicator.get_absolute_url())

    for page in pages:
        for user, wanted in ((ha, True), (lan, False)):
            shown = sign_in(user).get(page).content.decode()
            links = [act for act in ("/new/", "/edit/", "/withdraw/") if act in shown]
            assert bool(links) == wanted, (page, user)


# -- of single nouns --------------------------------------------------------------


def test_the_list_of_sessions_holds_what_one_sees_newest_first(
    session, sign_in, lan, hoa
):
    make_session("Buổi sau cùng", province=session.province, held_on=date(2025, 1, 2))
    make_session("Ở nơi khác")

    page = sign_in(lan).get(reverse("session-list"))
    other = sign_in(hoa).get(reverse("session-list"))

    titles = [one.title for one in page.context["page"]]
    assert titles == ["Buổi sau cùng", "Buổi làm việc đầu tiên"]
    assert "02/01/2025" in page.content.decode()
    assert list(other.context["page"]) == []


def test_a_quotation_is_kept_as_it_was_typed(session, sign_in, ha):
    noun = of_passage(session)
    typed = "  “hoàn thiện cơ chế,\n  chính sách”; 11/14 "

    sign_in(ha).post(noun.new, stamped(noun.typed | {"quotation": typed}))
    blank = sign_in(ha).post(noun.new, stamped(noun.typed | {"quotation": "  \n "}))

    assert Passage.objects.latest("pk").quotation == typed
    assert blank.status_code == 422


def test_decomposed_text_is_composed(session, sign_in, ha):
    typed = of_finding(session).typed | {"wording": "Thu\u0309y \u0111ie\u0323\u0302n"}

    sign_in(ha).post(reverse("finding-new", args=[session.pk]), stamped(typed))

    assert Finding.objects.latest("pk").wording == "Thủy điện"


def test_a_finding_of_another_session_is_not_at_this_address(session, sign_in, ha):
    row = of_finding(make_session()).row

    for act in ("finding", "participation"):
        answer = sign_in(ha).get(reverse(f"{act}-edit", args=[session.pk, row.pk]))
        assert answer.status_code == 404


def test_a_document_entered_from_a_session_belongs_to_it(session, sign_in, ha):
    page = sign_in(ha).get(f"{reverse('document-new')}?session={session.pk}")
    odd = sign_in(ha).get(f"{reverse('document-new')}?session=x")

    assert page.context["form"]["sessions"].value() == [session.pk]
    assert page.context["back"] == session
    assert not odd.context["form"]["sessions"].value()


def test_a_link_that_is_no_web_address_is_refused(session, sign_in, ha):
    noun = of_document(session)

    answer = sign_in(ha).post(noun.new, stamped(noun.typed | {"url": "ftp://a.vn/b"}))

    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"url"}


def test_a_new_recommendation_of_a_session_is_preset_from_it(session, sign_in, ha):
    passage = make_passage()
    passage.document.sessions.add(session)
    make_passage()

    form = sign_in(ha).get(of_recommendation(session).new).context["form"]

    assert form["session"].value() == session.pk
    assert form["province"].value() == session.province_id
    assert form["raised_on"].value() == RAISED_ON
    assert list(form.fields["passage"].queryset) == [passage]


def test_a_number_that_no_session_can_have_is_unknown(sign_in, ha, session):
    many = "9" * 25
    for address in (
        f"/sessions/{many}/findings/1/edit/",
        f"/sessions/{many}/people/1/edit/",
        f"/sessions/{session.pk}/findings/{many}/edit/",
    ):
        assert sign_in(ha).get(address).status_code == 404
