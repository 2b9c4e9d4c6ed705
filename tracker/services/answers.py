"""Answers to recommendations and requests, one by one and several in one act."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from provinces.models import Organisation, User
from provinces.succession import find_remit, register_of
from tracker.choices import AnswerOutcome
from tracker.models import Answer, Recommendation
from tracker.services.evidence import Proof, attach_proof
from tracker.services.evidence_files import files_follow_rows
from tracker.services.history import append_row, check_day, keep_state
from tracker.services.submissions import (
    EditConflictError,
    Stamp,
    open_for_recording,
    refuse_repeated,
    remember,
    remember_act,
)
from tracker.services.voices import check_voice

# What submissions call one answer to several recommendations.
TOGETHER = "answer together"


@dataclass(frozen=True)
class Reply:
    """What is answered, on which day and for whom: to one or to several."""

    outcome: AnswerOutcome
    is_final: bool
    referred_to: Organisation | None
    effective_on: date
    note: str
    proof: Proof
    spoken_for: Organisation


@files_follow_rows()
@transaction.atomic
def record_answer(
    recommendation: Recommendation,
    *,
    outcome: AnswerOutcome,
    is_final: bool,
    referred_to: Organisation | None,
    effective_on: date,
    note: str,
    proof: Proof,
    corrects: Answer | None,
    spoken_for: Organisation,
    stamp: Stamp,
    by: User,
) -> Answer:
    """Add an answer to the history; progress stays as it is (product rules §2.3).

    What is outside its remit the addressee may refer to another body, which is the
    addressee from then on. Raises EditConflictError, AlreadySubmittedError, and
    ValidationError by field.
    """
    current = open_for_recording(recommendation, stamp=stamp, act="answer", by=by)
    reply = Reply(outcome, is_final, referred_to, effective_on, note, proof, spoken_for)
    _check_correction(current, corrects)
    _check_reply(reply, by)
    asked = _find_asked(current, corrects)
    _check_target(current, reply, asked, by)

    answer = _keep_answer(current, reply, asked, corrects=corrects, by=by)
    remember_act(
        current, stamp=stamp, act="answer", by=by, answer=answer.get_absolute_url()
    )
    return answer


@files_follow_rows()
@transaction.atomic
def answer_together(
    recommendations: Collection[Recommendation],
    *,
    reply: Reply,
    versions: Mapping[int, int],
    key: UUID,
    by: User,
) -> list[Answer]:
    """Give one answer to several recommendations, each with a record of its own.

    All or none: the rows share one `act`. Raises what `check_together` raises, and
    AlreadySubmittedError for a repeated submit.
    """
    asked = [one.pk for one in recommendations]
    # Always in the same order: two acts over the same rows wait for each other.
    locked = Recommendation.objects.select_for_update().filter(pk__in=asked)
    rows = list(locked.order_by("pk"))
    refuse_repeated(key, act=TOGETHER, by=by)
    check_together(rows, reply=reply, versions=versions, by=by)

    act = uuid4()
    answers = [_keep_answer(row, reply, row.addressee, act=act, by=by) for row in rows]
    remember(key, act=TOGETHER, by=by, answer=reverse("recommendation-list"))
    return answers


def check_together(
    recommendations: Sequence[Recommendation],
    *,
    reply: Reply,
    versions: Mapping[int, int],
    by: User,
) -> None:
    """Say before anything is written what would refuse one answer to all of them.

    Raises EditConflictError with the rows that changed since `versions`, and
    ValidationError by field, naming the recommendation where it is about one.
    """
    changed = [one for one in recommendations if one.version != versions[one.pk]]
    if changed:
        raise EditConflictError(changed)
    _check_reply(reply, by)
    for one in recommendations:
        try:
            if not one.is_writable:
                raise ValidationError(_("Nothing is recorded of it any more."))
            _check_target(one, reply, one.addressee, by)
        except ValidationError as refusal:
            raise _naming(one, refusal) from refusal


def _naming(one: Recommendation, refusal: ValidationError) -> ValidationError:
    if not hasattr(refusal, "error_dict"):
        return ValidationError([f"{one.code}: {words}" for words in refusal.messages])
    return ValidationError(
        {
            field: [f"{one.code}: {words}" for words in messages]
            for field, messages in refusal.message_dict.items()
        }
    )


def _check_correction(current: Recommendation, corrects: Answer | None) -> None:
    if corrects is not None and corrects.recommendation_id != current.pk:
        message = _("This entry belongs to another recommendation.")
        raise ValidationError({"corrects": message})


def _check_reply(reply: Reply, by: User) -> None:
    """Check what does not depend on the recommendation that is answered."""
    check_voice(reply.spoken_for, by)
    errors: dict[str, str] = {}
    if not reply.note:
        errors["note"] = _("Give the text of the answer.")
    if reply.is_final and not reply.proof:
        errors["document_number"] = _(
            "A final answer needs its document; without one it is preliminary."
        )
    if reply.referred_to is not None:
        able = Organisation.objects.able_to_lead(timezone.localdate())
        if reply.outcome != AnswerOutcome.OUTSIDE_REMIT:
            errors["referred_to"] = _(
                "Only what is outside the remit is referred to another body."
            )
        elif not able.filter(pk=reply.referred_to.pk).exists():
            errors["referred_to"] = _(
                "The receiving body is one in force, never a group."
            )
    if errors:
        raise ValidationError(errors)


def _check_target(
    current: Recommendation, reply: Reply, asked: Organisation | None, by: User
) -> None:
    check_day(reply.effective_on, current)
    if reply.referred_to is None:
        return
    if reply.referred_to in {asked, reply.spoken_for}:
        message = _("Name another body than the one that is asked now.")
        raise ValidationError({"referred_to": message})
    if not _speaks_for(asked, reply, by):
        message = _("Only the addressee refers a recommendation to another body.")
        raise ValidationError({"referred_to": message})


def _speaks_for(asked: Organisation | None, reply: Reply, by: User) -> bool:
    if asked is None:
        return True
    remit = find_remit(reply.spoken_for.pk, register_of(by))
    return asked.pk in remit.speaks_for


def _find_asked(
    current: Recommendation, corrects: Answer | None
) -> Organisation | None:
    """Give who is asked: of a referral that is corrected, who was before it."""
    if not _moved_addressee(corrects, current):
        return current.addressee
    others = current.history.exclude(addressee=current.addressee_id)
    before = others.select_related("addressee").order_by("-history_id").first()
    return before and before.addressee


def _moved_addressee(referral: Answer | None, current: Recommendation) -> bool:
    """True while the receiving body of a referral is the addressee."""
    if referral is None or referral.referred_to_id is None:
        return False
    return referral.referred_to_id == current.addressee_id


def _keep_answer(
    current: Recommendation,
    reply: Reply,
    asked: Organisation | None,
    *,
    corrects: Answer | None = None,
    act: UUID | None = None,
    by: User,
) -> Answer:
    is_taken_back = _moved_addressee(corrects, current)
    answer = Answer(
        outcome=reply.outcome,
        is_final=reply.is_final,
        referred_to=reply.referred_to,
        effective_on=reply.effective_on,
        note=reply.note,
        corrects=corrects,
        act=act,
        author=by,
        # A referral speaks for the body that is asked: through this row it reads on.
        spoken_for=(reply.referred_to and asked) or reply.spoken_for,
    )
    append_row(current, answer)
    attach_proof(current, answer, reply.proof)
    keep_state(current, actions=())
    if reply.referred_to and (is_taken_back or current.current_answer == answer):
        _move_addressee(current, reply.referred_to, by)
    elif is_taken_back:
        _move_addressee(current, asked, by)
    return answer


def _move_addressee(
    current: Recommendation, addressee: Organisation | None, by: User
) -> None:
    """Make another body the addressee: the present answer says it is to be asked."""
    current.addressee = addressee
    current._history_user = by
    current.save(update_fields=["addressee"])
