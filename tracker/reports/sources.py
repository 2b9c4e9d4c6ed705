"""What a report tells beside recommendations: targets, figures, documents, sessions."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from provinces.models import User
from provinces.models.together import read_together
from tracker.choices import FindingKind
from tracker.models import (
    Document,
    Finding,
    Indicator,
    Resolution,
    Target,
    WorkingSession,
)
from tracker.models.documents import DocumentQuerySet
from tracker.models.recommendations import RecommendationQuerySet
from tracker.reports.measured import ask_for_figures, bind_figures

# In the order in which they stand; the words of the outline refer to their numbers.
ANNEXES = ("targets", "progress", "documents", "difficulties", "counts")


@dataclass(frozen=True)
class Scope:
    """What a report speaks of: recommendations, resolutions, units and sessions.

    All are given by their ids, resolutions also where no choice was made. Units and
    sessions are empty where all are meant; units are given with their predecessors.
    """

    rows: RecommendationQuerySet
    in_words: str
    resolutions: frozenset[int]
    provinces: frozenset[int] = frozenset()
    sessions: frozenset[int] = frozenset()
    annexes: tuple[str, ...] = ANNEXES

    def under_resolutions(self, rows: Any) -> Any:
        """Narrow what is linked with resolutions to those that are meant."""
        links = rows.model.resolutions.through.objects.order_by()
        own = rows.model._meta.model_name
        found = links.filter(resolution__in=self.resolutions)
        return rows.filter(pk__in=found.values(own))

    def within_units(self, rows: Any) -> Any:
        """Narrow what lies in a unit to those that are meant, or to none."""
        if not self.provinces:
            return rows
        return rows.filter(Q(province__in=self.provinces) | Q(province=None))


@dataclass(frozen=True)
class Sources:
    """What the annexes and the outline are filled from, as far as a person sees it."""

    resolutions: tuple[Resolution, ...]
    targets: list[Target]
    documents: list[Document]
    sessions: list[WorkingSession]
    findings: list[Finding]
    # Each with its `figures` and `doubts`.
    indicators: list[Any]

    @classmethod
    def read(cls, scope: Scope, viewer: User, on: date) -> "Sources":
        """Read what was issued, held, found or measured by the day: one statement."""
        resolutions = Resolution.objects.filter(pk__in=scope.resolutions)
        targets = Target.objects.filter(resolution__in=scope.resolutions)
        measured = scope.within_units(scope.under_resolutions(Indicator.objects.all()))
        meant, wanted, documents, sessions, findings, *figures = read_together(
            resolutions.select_related("issuer").order_by("issued_on", "slug"),
            targets.order_by("year", "code"),
            _documents(scope, viewer, on),
            _sessions(scope, viewer, on),
            _findings(scope, viewer, on),
            *ask_for_figures(measured, viewer),
        )
        return cls(
            resolutions=tuple(meant),
            targets=wanted,
            documents=documents,
            sessions=sessions,
            findings=findings,
            indicators=bind_figures(*figures),
        )

    def wordings(self, kind: FindingKind) -> list[str]:
        return [f"- {one.wording}" for one in self.findings if one.kind == kind]


def _documents(scope: Scope, viewer: User, on: date) -> DocumentQuerySet:
    """What implements the resolutions, in these units, and was issued by the day.

    Where sessions are meant, what was presented or named there.
    """
    found = Document.objects.visible_to(viewer).implementing()
    found = found.filter(Q(issued_on__lte=on) | Q(issued_on=None))
    found = scope.within_units(scope.under_resolutions(found))
    if scope.sessions:
        links: Any = Document.sessions.through.objects
        named = links.filter(workingsession__in=scope.sessions)
        found = found.filter(pk__in=named.values("document"))
    return found.newest_first()


def _sessions(scope: Scope, viewer: User, on: date) -> QuerySet:
    held = WorkingSession.objects.visible_to(viewer).filter(held_on__lte=on)
    if scope.resolutions:
        held = scope.under_resolutions(held)
    if scope.provinces:
        held = held.filter(province__in=scope.provinces)
    if scope.sessions:
        held = held.filter(pk__in=scope.sessions)
    return held.order_by("held_on", "pk")


def _findings(scope: Scope, viewer: User, on: date) -> QuerySet:
    found = Finding.objects.visible_to(viewer).filter(
        Q(session__held_on__lte=on) | Q(session=None)
    )
    if scope.resolutions:
        found = scope.under_resolutions(found)
    if scope.provinces:
        found = found.reported_in(scope.provinces)
    if scope.sessions:
        found = found.filter(session__in=scope.sessions)
    return found.filter(is_content_missing=False).order_by("pk")
