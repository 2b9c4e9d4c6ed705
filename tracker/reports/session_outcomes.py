"""What happened to everything that was asked, told and promised at one session."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    CharField,
    Count,
    Exists,
    F,
    OuterRef,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, NullIf
from django.utils.http import urlencode
from django.utils.translation import npgettext, pgettext

from tracker.choices import (
    ANSWERABLE,
    AnswerOutcome,
    Flag,
    Progress,
    RecommendationKind,
    Timeliness,
)
from tracker.models import Evidence, FollowUpAction, Recommendation
from tracker.models.flags import flag_condition
from tracker.models.recommendations import RecommendationQuerySet
from tracker.reports.counting import ProgressCount

# Of one kind; the list shows the others.
SHOWN = 50
# What no other cell of the row says.
TOLD_AS_FLAGS = (Flag.DIFFICULTY, Flag.STALE)


@dataclass(frozen=True)
class Said:
    """A number of the summary, its words, and the filter that gives its rows."""

    count: int
    words: str
    query: str


@dataclass(frozen=True)
class Outcome:
    """One thing that came out of a session, and where it stands today."""

    recommendation: Recommendation
    timeliness: Timeliness
    answer_document: str
    referred_to: int | None
    is_answerable: bool
    actions: int
    actions_done: int
    has_evidence: bool
    flags: tuple[Flag, ...]

    @property
    def labels(self) -> list[Flag]:
        """The flags that no other cell of its row tells of."""
        return [one for one in TOLD_AS_FLAGS if one in self.flags]

    @property
    def never_reported(self) -> bool:
        return Flag.NEVER_REPORTED in self.flags


@dataclass(frozen=True)
class OutcomeGroup:
    """All of one kind: its count, what happened in words, and the first of its rows."""

    kind: RecommendationKind
    count: ProgressCount
    whole: Said
    happened: list[Said]
    rows: list[Outcome]


@dataclass(frozen=True)
class SessionOutcomes:
    """Everything that came out of a session, in the order of the kinds."""

    count: ProgressCount
    groups: list[OutcomeGroup]

    @property
    def bodies(self) -> set[int | None]:
        """Name the organisations of the rows shown."""
        found: set[int | None] = set()
        for row in (row for group in self.groups for row in group.rows):
            one = row.recommendation
            found |= {one.lead_id, one.addressee_id, row.referred_to}
        return found


def build_session_outcomes(
    rows: RecommendationQuerySet, *, on: date
) -> SessionOutcomes:
    """Tell what became of the rows of one session: two statements.

    All of them are read, so that table and counts say the same.
    """
    outcomes = [_describe(one, on) for one in _with_outcomes(rows, on)]
    groups = [
        _group(kind, of_kind)
        for kind in RecommendationKind
        if (of_kind := [one for one in outcomes if one.recommendation.kind == kind])
    ]
    return SessionOutcomes(_count(outcomes), groups)


def _with_outcomes(rows: RecommendationQuerySet, on: date) -> RecommendationQuerySet:
    """Add what other tables hold of each row, and its flags."""
    actions = FollowUpAction.objects.filter(recommendation=OuterRef("pk"))
    proofs = Evidence.objects.filter(
        recommendation=OuterRef("pk"),
        update__isnull=False,
        update__corrections__isnull=True,
    )
    papers = Evidence.objects.filter(answer=OuterRef("current_answer"))
    named = Coalesce(
        *(NullIf(F(name), Value("")) for name in ("document_number", "file_name")),
        F("url"),
        output_field=CharField(),
    )
    answered_by = papers.order_by("sequence").annotate(named=named).values("named")
    flags = {
        f"has_{flag}": Case(
            When(flag_condition(flag, on=on, column=rows.column), then=True),
            default=False,
            output_field=BooleanField(),
        )
        for flag in Flag
    }
    return (
        rows.defer("search_folded", "search_exact", "wording_key")
        .prefetch_related("resolutions")
        .annotate(
            answer_document=Subquery(answered_by[:1]),
            referred_to=F("current_answer__referred_to"),
            action_count=_number_of(actions),
            done_count=_number_of(actions.filter(progress=Progress.COMPLETED)),
            has_evidence=Exists(proofs),
            **flags,
        )
        .order_by("code_prefix", "code_year", "code_number")
    )


def _number_of(actions: QuerySet) -> Coalesce:
    counted = actions.order_by().values("recommendation").annotate(n=Count("pk"))
    return Coalesce(Subquery(counted.values("n")), 0)


def _describe(one: Any, on: date) -> Outcome:
    """Put one annotated row into words' reach."""
    return Outcome(
        recommendation=one,
        timeliness=one.judge_timeliness(on=on),
        answer_document=one.answer_document or "",
        referred_to=one.referred_to,
        is_answerable=one.kind in ANSWERABLE,
        actions=one.action_count,
        actions_done=one.done_count,
        has_evidence=one.has_evidence,
        flags=tuple(flag for flag in Flag if getattr(one, f"has_{flag}")),
    )


def _count(outcomes: Iterable[Outcome]) -> ProgressCount:
    count = ProgressCount()
    for one in outcomes:
        judged = one.timeliness
        if judged == Timeliness.DUE_SOON:
            judged = Timeliness.IN_TIME
        count.progress[one.recommendation.progress] += 1
        count.timeliness[judged] += 1
    return count


def _group(kind: RecommendationKind, outcomes: list[Outcome]) -> OutcomeGroup:
    number = len(outcomes)
    return OutcomeGroup(
        kind=kind,
        count=_count(outcomes),
        whole=Said(number, _name_kind(kind, number), urlencode({"kind": kind.value})),
        happened=_tell(kind, outcomes),
        rows=outcomes[:SHOWN],
    )


def _name_kind(kind: RecommendationKind, number: int) -> str:
    return {
        RecommendationKind.RECOMMENDATION: npgettext(
            "count", "recommendation", "recommendations", number
        ),
        RecommendationKind.REQUEST: npgettext("count", "request", "requests", number),
        RecommendationKind.INSTRUCTION: npgettext(
            "count", "instruction", "instructions", number
        ),
        RecommendationKind.COMMITMENT: npgettext(
            "count", "commitment", "commitments", number
        ),
    }[kind]


def _tell(kind: RecommendationKind, outcomes: list[Outcome]) -> list[Said]:
    """Say how many were answered, done, late; and what is amiss, where it is."""

    def say(is_so: Callable[[Outcome], bool], words: str, **asked: Any) -> Said:
        number = sum(map(is_so, outcomes))
        return Said(number, words, urlencode({"kind": kind.value, **asked}, doseq=True))

    always = [
        say(
            lambda one: one.recommendation.progress == Progress.COMPLETED,
            pgettext("of several", "completed"),
            progress=Progress.COMPLETED.value,
        ),
        say(
            lambda one: one.timeliness == Timeliness.OVERDUE,
            pgettext("of several", "overdue"),
            timeliness=Timeliness.OVERDUE.value,
        ),
    ]
    if kind in ANSWERABLE:
        answered = say(
            lambda one: bool(one.recommendation.answer),
            pgettext("of several", "answered"),
            answer=AnswerOutcome.values,
        )
        always.insert(0, answered)
    amiss = [
        say(
            lambda one: one.recommendation.lead_id is None,
            pgettext("of several", "without a lead organisation"),
            lead="none",
        ),
        say(
            lambda one: Flag.DIFFICULTY in one.flags,
            pgettext("of several", "with difficulties"),
            flag=Flag.DIFFICULTY.value,
        ),
        say(
            lambda one: Flag.NEVER_REPORTED in one.flags,
            pgettext("of several", "never reported"),
            flag=Flag.NEVER_REPORTED.value,
        ),
    ]
    return always + [said for said in amiss if said.count]
