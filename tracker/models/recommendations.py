"""Recommendations: what was asked, of whom, by when, and where it stands."""

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime
from functools import cached_property
from typing import Any, Self

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from provinces.folding import VietnameseTextField, fold, sort_key
from provinces.models import Organisation, Province, User
from provinces.models.searching import (
    SEARCH_COLUMNS,
    Searched,
    SearchedQuerySet,
    exact_accents_first,
    read_query,
    written_for_search,
)
from provinces.succession import remit_of
from tracker.choices import (
    ANSWERABLE,
    Flag,
    RecommendationKind,
    Timeliness,
)
from tracker.models.documents import Document, Sourced, one_per_source
from tracker.models.flags import flag_condition
from tracker.models.follow_ups import FollowUpAction
from tracker.models.histories import read_rows
from tracker.models.history import HistoryRow
from tracker.models.links import TODAY, Links, read_links
from tracker.models.resolutions import Resolution
from tracker.models.sessions import WorkingSession
from tracker.models.standing import column_of, standing_columns
from tracker.models.state import CHAIN_COLUMNS, STATE_COLUMNS, CachedState
from tracker.models.topics import Topic
from tracker.models.updates import StatusUpdate
from tracker.models.visibility import visible_ids
from tracker.timeliness import CLOSED, judge_timeliness, timeliness_expression

CODE_COLUMNS = ("code_prefix", "code_year", "code_number")
# A code in an address or a search: QNA-24-01, TW-26-120.
CODE = re.compile(
    r"(?P<prefix>[A-Z]{2,3})-(?P<year>[0-9]{2})-(?P<number>[0-9]{2}|[1-9][0-9]{2,6})"
)
# The same as people type it, folded: "qna 24 3", "qna2403".
TYPED_CODE = re.compile(r"([a-z]{2,3}) ?([0-9]{2}) ?0*([1-9][0-9]{0,6})")
# What was answered by naming the body that is to answer instead.
REFERRED_ON = Q(current_answer__referred_to__isnull=False)


def has_code_typed(query: str) -> Q:
    """Match the row whose code was typed, in whatever shape; else ask nothing."""
    match = TYPED_CODE.fullmatch(fold(query))
    if match is None:
        return Q()
    prefix, year, number = match.groups()
    return Q(code_prefix=prefix.upper(), code_year=year, code_number=number)


def _most_urgent_first(due_on: str) -> tuple[Any, ...]:
    by_deadline = F(due_on).asc(nulls_last=True)
    return (by_deadline, *CODE_COLUMNS)


MOST_URGENT_FIRST = _most_urgent_first("due_on")


class RecommendationQuerySet(SearchedQuerySet["Recommendation"]):
    def visible_to(
        self, user: User, *, with_withdrawn: bool = False, as_author: bool = True
    ) -> Self:
        """Rows the person may know of; anything else does not exist for them.

        Rules: product rules §1. One subquery of ids, so that no join multiplies rows
        and every branch can use an index of its own. What was withdrawn has left
        every list and count; only its own page asks for it. Without `as_author` these
        are the rows that the whole body of the person sees.
        """
        rows = self if with_withdrawn else self.filter(withdrawn_on__isnull=True)
        if user.oversees_all:
            return rows
        ids = visible_ids(self.model, user, as_author=as_author)
        return rows.filter(pk__among=ids)

    def with_code(self, code: str) -> Self:
        match = CODE.fullmatch(code)
        if match is None:
            return self.none()
        return self.filter(
            code_prefix=match["prefix"],
            code_year=match["year"],
            code_number=match["number"],
        )

    def with_codes(self, codes: Iterable[str]) -> Self:
        """Rows with one of these codes; what is no code names nothing."""
        named = Q(pk__in=[])
        for match in filter(None, map(CODE.fullmatch, codes)):
            named |= Q(
                code_prefix=match["prefix"],
                code_year=match["year"],
                code_number=match["number"],
            )
        return self.filter(named)

    def answered_for_by(self, user: User) -> Self:
        """Rows whose progress the person's own body has to report (rules §1)."""
        own = remit_of(user).speaks_for
        is_own = Q(lead__in=own) | Q(lead__isnull=True, addressee__in=own)
        return self.filter(is_own, withdrawn_on__isnull=True, kept_outside=False)

    def awaiting_answer_by(self, user: User) -> Self:
        """Open rows that the person's own body has not finally answered.

        What was referred to another body is for that body to answer.
        """
        own = remit_of(user).speaks_for
        return self.filter(
            Q(lead__in=own) | Q(addressee__in=own),
            Q(current_answer__isnull=True)
            | Q(current_answer__is_final=False)
            | REFERRED_ON,
            kind__in=ANSWERABLE,
            withdrawn_on__isnull=True,
            kept_outside=False,
        ).exclude(progress__in=CLOSED)

    def standing_at(self, *, on: date, at: datetime | None = None) -> Self:
        """Rows there were on a day, with the state of that day as known at a moment.

        All that narrows, sorts and counts reads that state from then on. A row is in
        it when it was raised by the day and entered by the moment (rules §3).
        """
        entered = Q() if at is None else Q(entered_at__lte=at)
        rows = self.filter(entered, raised_on__lte=on)
        return rows.annotate(**standing_columns(on=on, at=at))

    @property
    def is_past(self) -> bool:
        """True for rows that carry the state of an earlier day."""
        return self.column("progress") != "progress"

    def column(self, name: str) -> str:
        """Name the column of a part of the state: of today, or of the past day."""
        return column_of(self, name)

    def with_timeliness(self, *, on: date) -> Self:
        return self.annotate(
            timeliness=timeliness_expression(on=on, column=self.column)
        )

    def flag_condition(self, *flags: Flag, on: date) -> Q:
        """Say what rows meet that deserve a look for at least one of the reasons."""
        raised = Q()
        for flag in flags:
            raised |= flag_condition(flag, on=on, column=self.column)
        return raised

    def flagged(self, *flags: Flag, on: date) -> Self:
        return self.filter(self.flag_condition(*flags, on=on))

    def text_condition(self, query: str) -> Q:
        """Say what rows meet in which each word begins one, or whose code was typed."""
        words = read_query(query).indexed_condition("search_folded")
        return words | has_code_typed(query)

    def matching(self, query: str) -> Self:
        return self.filter(self.text_condition(query))

    def most_urgent_first(self) -> Self:
        """By deadline, none last, then by code: the order of the index."""
        return self.order_by(*_most_urgent_first(self.column("due_on")))

    def closest_match_first(self, query: str) -> Self:
        """The row whose code was typed, exact accents, the rest; the urgent first.

        Without words to find this is the plain order.
        """
        closest = exact_accents_first(query, has_code_typed(query))
        return self.order_by(*closest, *_most_urgent_first(self.column("due_on")))

    def with_list_relations(self) -> Self:
        """Fetch what a line of the list shows, and no long text beside it."""
        return self.only(
            "code_prefix",
            "code_year",
            "code_number",
            "kind",
            "wording",
            "raised_on",
            "province_id",
            "lead_id",
            "progress",
            "completed_on",
            "due_on",
            "last_update_at",
            "confirmation",
            "confirmed_progress",
            "answer",
            "answered_on",
            "open_difficulties",
        )

    def with_page_relations(self, user: User) -> Self:
        """Fetch what the page of one recommendation names and leads the person to."""
        sessions = WorkingSession.objects.visible_to(user)
        sources = Document.objects.visible_to(user)
        return self.select_related(
            "province", "session", "passage__document", "current_update"
        ).annotate(
            leads_to_session=Exists(sessions.filter(pk=OuterRef("session"))),
            leads_to_source=Exists(sources.filter(pk=OuterRef("passage__document"))),
        )


class Recommendation(Sourced, CachedState, Searched):
    """One thing asked, instructed or promised, from the day it was raised.

    Of a secret item that is `kept_outside` only the number and the owner stand here.
    """

    code_prefix = models.CharField(
        _("code: prefix"), max_length=3, validators=[RegexValidator(r"^[A-Z]{2,3}$")]
    )
    code_year = models.PositiveSmallIntegerField(_("code: year"))
    code_number = models.PositiveIntegerField(_("code: number"))
    kind = models.CharField(_("kind"), max_length=20, choices=RecommendationKind)
    wording = VietnameseTextField(_("wording"))
    raised_on = models.DateField(_("raised on"))
    resolutions = models.ManyToManyField(
        Resolution, verbose_name=_("resolutions"), related_name="recommendations"
    )
    topics = models.ManyToManyField(
        Topic, verbose_name=_("topics"), related_name="recommendations", blank=True
    )
    province = models.ForeignKey(
        Province,
        verbose_name=_("province"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="recommendations",
    )
    session = models.ForeignKey(
        WorkingSession,
        verbose_name=_("session"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="recommendations",
    )
    raised_by = models.ForeignKey(
        Organisation,
        verbose_name=_("raised by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="raised_recommendations",
    )
    addressee = models.ForeignKey(
        Organisation,
        verbose_name=_("addressee"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="received_recommendations",
    )
    lead = models.ForeignKey(
        Organisation,
        verbose_name=_("lead organisation"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="led_recommendations",
    )
    coordinating = models.ManyToManyField(
        Organisation,
        verbose_name=_("coordinating organisations"),
        related_name="coordinated_recommendations",
        blank=True,
    )

    kept_outside = models.BooleanField(_("kept outside the system"), default=False)
    withdrawn_on = models.DateField(_("withdrawn on"), null=True, editable=False)
    withdrawal_reason = VietnameseTextField(
        _("reason of the withdrawal"), blank=True, editable=False
    )

    wording_key = models.BinaryField(editable=False)
    entered_at = models.DateTimeField(
        _("entered at"), default=timezone.now, editable=False
    )

    history = HistoricalRecords(
        m2m_fields=[resolutions, topics, coordinating],
        excluded_fields=[
            *STATE_COLUMNS,
            *CHAIN_COLUMNS,
            "version",
            *SEARCH_COLUMNS,
            "wording_key",
            "entered_at",
        ],
    )

    searched = ("code_prefix", "code_year", "code_number", "wording", "passage")
    search_columns = (*SEARCH_COLUMNS, "wording_key")

    # What the history library adds, and what it reads from a row that is saved.
    save_without_historical_record: Callable[..., None]
    skip_history_when_saving: bool
    _history_user: User
    # What rows read `with_timeliness` carry beside the columns.
    timeliness: Timeliness
    # Whether the person may open them; rows read `with_page_relations` know.
    leads_to_session: bool
    leads_to_source: bool

    objects = RecommendationQuerySet.as_manager()

    class Meta:
        verbose_name = _("recommendation")
        verbose_name_plural = _("recommendations")
        constraints = [
            one_per_source("one_recommendation_per_source_id"),
            models.UniqueConstraint(
                fields=["code_prefix", "code_year", "code_number"], name="one_code"
            ),
        ]
        indexes = [
            # Lists come in this order; with their keys the index alone tells a page.
            *(
                models.Index(
                    fields=[*narrowed_by, "due_on", *CODE_COLUMNS, "id"],
                    condition=Q(withdrawn_on__isnull=True),
                    name=name,
                )
                for name, narrowed_by in {
                    "urgent_first": (),
                    "urgent_by_progress": ("progress",),
                    "urgent_by_province": ("province",),
                }.items()
            ),
            models.Index(
                fields=["province", "last_update_at"], name="reported_by_province"
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def code(self) -> str:
        return f"{self.code_prefix}-{self.code_year:02d}-{self.code_number:02d}"

    def get_absolute_url(self) -> str:
        return reverse("recommendation", args=[self.code])

    def judge_timeliness(self, *, on: date) -> Timeliness:
        return judge_timeliness(self.progress, self.completed_on, self.due_on, on=on)

    @cached_property
    def history_rows(self) -> list[HistoryRow]:
        """Its whole history as it was when somebody first asked this object for it."""
        rows = read_rows([self.pk])
        actions = {action.pk: action for action in self.numbered_actions}
        for row in rows:
            row.recommendation = self
            if isinstance(row, StatusUpdate) and row.action_id is not None:
                row.action = actions[row.action_id]
        return rows

    @cached_property
    def numbered_actions(self) -> list[FollowUpAction]:
        """Its follow-up actions in their order, read once for this object."""
        return list(self.actions.order_by("number"))

    @cached_property
    def kept_links(self) -> dict[int, Links]:
        """Its links of today and of each record of its edits, read once."""
        return read_links(self)

    @property
    def links(self) -> Links:
        """Resolutions, topics and coordinating bodies of today."""
        return self.kept_links[TODAY]

    @property
    def likely_voice_id(self) -> int | None:
        """Name the body that a coordinator most likely records for (rules §1)."""
        return self.lead_id or self.addressee_id or self.raised_by_id

    @property
    def is_writable(self) -> bool:
        """Nothing is recorded of what was withdrawn or is kept outside."""
        return self.withdrawn_on is None and not self.kept_outside

    def follow_quotation(self, quotation: str) -> None:
        """Save what is searched by the new words of the passage, and nothing else."""
        self.write_search_columns(quotation)
        self.save_without_historical_record(update_fields=self.search_columns)

    def write_search_columns(self, quotation: str | None = None) -> None:
        """Write both columns that searching reads: code, wording and quotation."""
        if quotation is None:
            quotation = self.passage.quotation if self.passage else ""
        text = f"{self.code} {self.wording} {quotation}"
        self.search_folded, self.search_exact = written_for_search(text)
        self.wording_key = sort_key(self.wording)
