"""The word of a second person: whose it may be, and what it moves."""

from datetime import date
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from provinces.choices import Role
from tests.factories import make_recommendation, make_update, make_user
from tracker.choices import Progress
from tracker.models import Confirmation, FollowUpAction, Submission
from tracker.services.confirmations import confirm_update
from tracker.services.submissions import (
    AlreadySubmittedError,
    EditConflictError,
    Stamp,
)
from tracker.services.verification import find_faults


@pytest.fixture
def asked(quang_nam_committee):
    return make_recommendation(addressee=quang_nam_committee)


@pytest.fixture
def reported(asked, lan):
    return make_update(asked, by=lan, note="Đã giao đơn vị khảo sát")


def say(update, outcome, by, note="", stamp=None):
    update.recommendation.refresh_from_db()
    return confirm_update(
        update,
        outcome=outcome,
        note=note,
        answer="/confirmations/",
        stamp=stamp or Stamp(uuid4(), update.recommendation.version),
        by=by,
    )


def test_confirming_keeps_the_update_and_says_who(reported, asked, ha):
    say(reported, "confirmed", ha)

    asked.refresh_from_db()
    word = Confirmation.objects.get()
    assert (word.update, word.author, word.spoken_for) == (
        reported,
        ha,
        ha.organisation,
    )
    assert word.effective_on == timezone.localdate()
    assert (asked.confirmation, asked.confirmed_progress) == (
        "confirmed",
        "in_progress",
    )
    assert (asked.version, asked.current_update) == (2, reported)
    assert list(find_faults()) == []


def test_a_return_leaves_progress_as_it_was_reported(reported, asked, ha, lan):
    say(reported, "confirmed", ha)
    done = make_update(asked, Progress.COMPLETED, by=lan)

    say(done, "returned", ha, "Thiếu quyết định phê duyệt")

    asked.refresh_from_db()
    assert (asked.progress, asked.current_update) == ("completed", done)
    assert (asked.confirmation, asked.confirmed_progress) == ("returned", "in_progress")


@pytest.mark.parametrize("role", [Role.REPORTER, Role.ADMINISTRATOR, Role.LEADER])
def test_only_coordinators_confirm(reported, central, role):
    with pytest.raises(ValidationError, match="điều phối viên"):
        say(reported, "confirmed", make_user("khac", central, role))
    assert not Confirmation.objects.exists()


def test_nobody_confirms_an_update_of_their_own(asked, ha, central, lan):
    own = make_update(asked, by=ha, spoken_for=lan.organisation)

    with pytest.raises(ValidationError, match="người khác"):
        say(own, "confirmed", ha)

    say(own, "confirmed", make_user("thu", central, Role.COORDINATOR))
    assert Confirmation.objects.get().author.username == "thu"


def test_a_return_needs_its_reason(reported, ha):
    with pytest.raises(ValidationError) as refusal:
        say(reported, "returned", ha)

    assert list(refusal.value.message_dict) == ["note"]


def test_the_last_word_holds_and_is_not_said_twice(reported, asked, ha):
    say(reported, "returned", ha, "Thiếu minh chứng")
    with pytest.raises(ValidationError) as refusal:
        say(reported, "returned", ha, "Vẫn thiếu")
    assert list(refusal.value.message_dict) == ["outcome"]

    say(reported, "confirmed", ha)

    asked.refresh_from_db()
    assert (asked.confirmation, asked.confirmed_progress) == (
        "confirmed",
        "in_progress",
    )
    assert Confirmation.objects.count() == 2


def test_what_was_corrected_is_not_confirmed(reported, asked, ha, lan):
    make_update(asked, by=lan, corrects=reported)

    with pytest.raises(ValidationError, match="đính chính"):
        say(reported, "confirmed", ha)


def test_confirming_a_back_dated_update_leaves_the_present_unconfirmed(asked, ha, lan):
    make_update(asked, Progress.COMPLETED, by=lan, effective_on=date(2025, 3, 1))
    earlier = make_update(asked, by=lan, effective_on=date(2025, 1, 1))

    say(earlier, "confirmed", ha)

    asked.refresh_from_db()
    assert (asked.progress, asked.confirmation) == ("completed", "unconfirmed")
    assert asked.confirmed_progress == "in_progress"


def test_a_back_dated_update_takes_no_confirmation_away(reported, asked, ha, lan):
    say(reported, "confirmed", ha)

    make_update(asked, Progress.SUSPENDED, by=lan, effective_on=asked.raised_on)

    asked.refresh_from_db()
    assert (asked.progress, asked.confirmation) == ("suspended", "unconfirmed")
    assert asked.confirmed_progress == "in_progress"


def test_an_update_about_an_action_is_confirmed_for_the_action_alone(asked, ha, lan):
    action = FollowUpAction.objects.create(
        recommendation=asked,
        number=1,
        wording="Lập danh mục",
        owner=lan.organisation,
        entered_by=ha,
    )
    update = make_update(asked, by=lan, action=action)

    say(update, "confirmed", ha)

    asked.refresh_from_db()
    action.refresh_from_db()
    assert (action.confirmation, asked.confirmation) == ("confirmed", "")


def test_a_form_about_one_update_is_not_one_about_another(reported, asked, ha, lan):
    stamp, other = Stamp(uuid4(), asked.version), make_update(asked, by=lan)
    say(reported, "confirmed", ha, stamp=stamp)

    with pytest.raises(AlreadySubmittedError) as again:
        say(reported, "confirmed", ha, stamp=stamp)
    with pytest.raises(ValidationError, match="việc khác"):
        say(other, "confirmed", ha, stamp=stamp)
    with pytest.raises(EditConflictError):
        say(other, "confirmed", ha, stamp=Stamp(uuid4(), 1))

    assert again.value.answer == "/confirmations/"
    assert Submission.objects.get().act == f"confirm 1 {asked.code}"
