"""Answering: what it demands, where it leads, and that progress stays as it is."""

from datetime import date
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError

from provinces.choices import OrganisationKind
from tests.factories import (
    RAISED_ON,
    make_answer,
    make_deadline,
    make_organisation,
    make_recommendation,
    make_user,
)
from tracker.choices import AnswerOutcome, Progress
from tracker.models import Answer, Evidence, Recommendation, Submission
from tracker.permissions import can_answer
from tracker.services.answers import Reply, answer_together, record_answer
from tracker.services.evidence import Proof
from tracker.services.submissions import (
    AlreadySubmittedError,
    EditConflictError,
    Stamp,
)
from tracker.services.verification import find_faults

DOCUMENT = Proof("345/BCT-KH")
TEXT = "Tiếp thu, sẽ đưa vào quy hoạch"
OUTSIDE = AnswerOutcome.OUTSIDE_REMIT


@pytest.fixture
def ministry(db):
    return make_organisation("Bộ Công Thương")


@pytest.fixture
def son(quang_nam_committee, ministry):
    """Sơn reports for the ministry that is asked."""
    return make_user("son", ministry, full_name="Nguyễn Sơn")


@pytest.fixture
def asked(quang_nam_committee, ministry):
    return make_recommendation(raised_by=quang_nam_committee, addressee=ministry)


@pytest.fixture
def receiver(db):
    return make_organisation("Bộ Tài chính")


def saved(recommendation):
    return Recommendation.objects.get(pk=recommendation.pk)


def reply_fields(by, **fields):
    return {
        "outcome": AnswerOutcome.ACCEPTED,
        "is_final": True,
        "referred_to": None,
        "effective_on": date(2024, 8, 1),
        "note": TEXT,
        "proof": DOCUMENT,
        "spoken_for": by.organisation,
    } | fields


def answer(recommendation, *, by, **fields):
    fields.setdefault("corrects", None)
    fields.setdefault("stamp", Stamp(uuid4(), saved(recommendation).version))
    return record_answer(recommendation, **reply_fields(by, **fields), by=by)


def everything():
    models = (Recommendation, Answer, Evidence, Submission)
    kept = [list(model.objects.order_by("pk").values()) for model in models]
    return [*kept, Recommendation.history.count()]


def refused_fields(act):
    """Give the fields a refusal names; a refused act leaves no trace at all."""
    before = everything()
    with pytest.raises(ValidationError) as refusal:
        act()
    assert everything() == before
    return set(getattr(refusal.value, "error_dict", {"form": None}))


def test_a_preliminary_answer_is_followed_by_a_final_one(son, asked):
    make_deadline(asked, date(2024, 12, 31), by=son)
    before = saved(asked).judge_timeliness(on=date(2024, 9, 1))

    first = answer(
        asked, by=son, outcome=AnswerOutcome.NOTED, is_final=False, proof=Proof()
    )
    last = answer(asked, by=son, effective_on=date(2024, 8, 20))

    now = saved(asked)
    assert (now.answer, now.answered_on) == ("accepted", date(2024, 8, 20))
    assert now.current_answer == last
    assert list(asked.answers.order_by("sequence")) == [first, last]
    assert [one.document_number for one in last.evidence.all()] == ["345/BCT-KH"]
    # Answered is not resolved.
    assert (now.progress, now.last_update_at) == (Progress.NOT_STARTED, None)
    assert now.judge_timeliness(on=date(2024, 9, 1)) == before
    assert list(find_faults()) == []


REFUSED = {
    "final without a document": ({"proof": Proof()}, {"document_number"}),
    "without a text": ({"note": ""}, {"note"}),
    "preliminary without a text": (
        {"note": "", "is_final": False, "proof": Proof()},
        {"note"},
    ),
    "of a day to come": ({"effective_on": date(2099, 1, 1)}, {"effective_on"}),
    "before it was raised": ({"effective_on": date(2024, 6, 25)}, {"effective_on"}),
}


@pytest.mark.parametrize(("changed", "fields"), REFUSED.values(), ids=REFUSED)
def test_an_answer_has_its_demands(son, asked, changed, fields):
    assert refused_fields(lambda: answer(asked, by=son, **changed)) == fields


def test_reporters_answer_for_their_own_body_only(son, asked, receiver):
    def act():
        return answer(asked, by=son, spoken_for=receiver)

    assert refused_fields(act) == {"spoken_for"}


def test_a_wrong_answer_is_corrected_by_a_newer_one(son, asked):
    wrong = answer(asked, by=son)

    right = answer(asked, by=son, outcome=AnswerOutcome.NOTED, corrects=wrong)

    assert saved(asked).current_answer == right
    elsewhere = make_recommendation(addressee=son.organisation)
    assert refused_fields(lambda: answer(elsewhere, by=son, corrects=wrong)) == {
        "corrects"
    }


# -- outside the remit ------------------------------------------------------------


def test_a_referral_makes_the_receiving_body_the_addressee(son, asked, receiver):
    records = asked.history.count()

    made = answer(asked, by=son, outcome=OUTSIDE, referred_to=receiver)

    now = saved(asked)
    assert now.addressee == receiver
    assert (made.spoken_for, now.answer) == (son.organisation, "outside_remit")
    assert asked.history.count() == records + 1
    edit = asked.history.first()
    assert (edit.addressee_id, edit.history_user) == (receiver.pk, son)
    # Who received it answers now; who referred it keeps reading.
    nga = make_user("nga", receiver)
    visible = [Recommendation.objects.visible_to(one).count() for one in (son, nga)]
    assert visible == [1, 1]
    assert (can_answer(son, now), can_answer(nga, now)) == (False, True)
    answer(now, by=nga, effective_on=date(2024, 8, 1))
    assert saved(asked).answer == "accepted"


def test_a_referral_speaks_for_the_addressee_itself(lan, receiver):
    territory = make_organisation(
        "tỉnh Quảng Nam", OrganisationKind.TERRITORY, spoken_for_by=lan.organisation
    )
    asked = make_recommendation(addressee=territory)

    made = answer(asked, by=lan, outcome=OUTSIDE, referred_to=receiver)

    assert made.spoken_for == territory


def test_what_may_not_be_referred_is_refused(son, ha, asked, ministry, receiver):
    group = make_organisation("các bộ, ngành", OrganisationKind.GROUP)
    over = make_organisation("Bộ Kế hoạch và Đầu tư", valid_to=date(2025, 2, 28))
    wrong = [
        {"referred_to": receiver},
        {"referred_to": group, "outcome": OUTSIDE},
        {"referred_to": over, "outcome": OUTSIDE},
        {"referred_to": ministry, "outcome": OUTSIDE},
    ]
    for fields in wrong:
        assert refused_fields(lambda f=fields: answer(asked, by=son, **f)) == {
            "referred_to"
        }
    # Who leads answers, but the addressee would lose sight of it.
    fields = {"referred_to": receiver, "outcome": OUTSIDE, "spoken_for": group}
    assert refused_fields(lambda: answer(asked, by=ha, **fields)) == {"referred_to"}


def test_correcting_a_referral_takes_it_back(ha, asked, ministry, receiver):
    voice = {"spoken_for": ministry}
    wrong = answer(asked, by=ha, outcome=OUTSIDE, referred_to=receiver, **voice)

    answer(asked, by=ha, corrects=wrong, **voice)

    assert (saved(asked).addressee, saved(asked).answer) == (ministry, "accepted")


def test_what_was_referred_on_stays_where_it_is(ha, asked, ministry, receiver):
    last = make_organisation("Bộ Xây dựng")
    first, second = {"spoken_for": ministry}, {"spoken_for": receiver}
    wrong = answer(asked, by=ha, outcome=OUTSIDE, referred_to=receiver, **first)
    answer(asked, by=ha, outcome=OUTSIDE, referred_to=last, **second)

    answer(asked, by=ha, corrects=wrong, **first)

    assert saved(asked).addressee == last


def test_another_receiver_is_named_by_the_body_that_was_asked(
    ha, asked, ministry, receiver
):
    right = make_organisation("Bộ Xây dựng")
    refers = {"outcome": OUTSIDE, "spoken_for": ministry}
    wrong = answer(asked, by=ha, referred_to=receiver, **refers)

    made = answer(asked, by=ha, referred_to=right, corrects=wrong, **refers)

    assert (saved(asked).addressee, made.spoken_for) == (right, ministry)
    back = {"referred_to": ministry, "corrects": made, "outcome": OUTSIDE}
    assert refused_fields(lambda: answer(asked, by=ha, spoken_for=right, **back)) == {
        "referred_to"
    }


def test_a_referral_of_an_earlier_day_moves_nobody(ha, asked, ministry, receiver):
    voice, day = {"spoken_for": ministry, "outcome": OUTSIDE}, date(2024, 8, 20)
    answer(asked, by=ha, referred_to=receiver, effective_on=day, **voice)
    other = make_organisation("Bộ Xây dựng")

    answer(
        asked,
        by=ha,
        referred_to=other,
        effective_on=date(2024, 7, 1),
        outcome=OUTSIDE,
        spoken_for=receiver,
    )

    now = saved(asked)
    assert (now.addressee, now.current_answer.referred_to) == (receiver, receiver)


def test_where_nobody_was_asked_taking_back_asks_nobody(ha, ministry, receiver):
    asked = make_recommendation(lead=ministry)
    voice = {"spoken_for": ministry}
    wrong = answer(asked, by=ha, outcome=OUTSIDE, referred_to=receiver, **voice)
    assert saved(asked).addressee == receiver

    answer(asked, by=ha, corrects=wrong, **voice)

    assert saved(asked).addressee is None


# -- several in one act -----------------------------------------------------------


@pytest.fixture
def three(quang_nam_committee, ministry):
    return [
        make_recommendation(raised_by=quang_nam_committee, addressee=ministry)
        for _ in range(3)
    ]


def together(rows, *, by, key=None, versions=None, **fields):
    return answer_together(
        rows,
        reply=Reply(**reply_fields(by, **fields)),
        versions=versions or {one.pk: saved(one).version for one in rows},
        key=key or uuid4(),
        by=by,
    )


def test_one_act_gives_each_its_own_record(son, three):
    versions = {one.pk: saved(one).version for one in three}

    made = together(three[::-1], by=son)

    assert [one.recommendation for one in made] == three
    assert len({one.act for one in made}) == 1
    assert made[0].act is not None
    assert [one.sequence for one in made] == [1, 1, 1]
    assert Evidence.objects.filter(answer__in=made).count() == 3
    for one in map(saved, three):
        assert (one.answer, one.progress) == ("accepted", Progress.NOT_STARTED)
        assert one.version == versions[one.pk] + 1
    assert list(find_faults()) == []


def test_one_stale_row_stops_the_whole_act(son, three):
    versions = {one.pk: saved(one).version for one in three}
    answer(three[1], by=son)
    before = everything()

    with pytest.raises(EditConflictError) as conflict:
        together(three, by=son, versions=versions)

    assert conflict.value.current == [three[1]]
    assert everything() == before


def test_one_row_that_refuses_is_named_and_stops_the_act(son, three):
    three[2].raised_on = date(2024, 8, 2)
    three[2].save(update_fields=["raised_on"])
    before = everything()

    with pytest.raises(ValidationError) as refusal:
        together(three, by=son)

    assert three[2].code in refusal.value.message_dict["effective_on"][0]
    assert everything() == before


def test_a_repeated_act_answers_like_the_first(son, three):
    key, versions = uuid4(), {one.pk: saved(one).version for one in three}
    together(three, by=son, key=key, versions=versions)

    with pytest.raises(AlreadySubmittedError) as repeated:
        together(three, by=son, key=key, versions=versions)

    assert repeated.value.answer == "/recommendations/"
    assert Answer.objects.count() == 3


def test_all_may_be_referred_together(son, three, receiver):
    together(three, by=son, outcome=OUTSIDE, referred_to=receiver)

    assert {saved(one).addressee for one in three} == {receiver}


def test_an_earlier_day_leaves_the_present_answer(son, asked):
    make_answer(asked, AnswerOutcome.ACCEPTED, by=son, effective_on=date(2024, 9, 1))

    answer(asked, by=son, outcome=AnswerOutcome.NOTED, effective_on=RAISED_ON)

    assert saved(asked).answer == "accepted"
