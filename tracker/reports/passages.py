"""What became of each passage of a document: the chain walked forwards."""

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, QuerySet, TextField, Value, When
from django.db.models.functions import Cast, Concat
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from provinces.models import User
from tracker.models import (
    DataFlag,
    Document,
    Finding,
    Indicator,
    Observation,
    Participation,
    Passage,
    Recommendation,
    Resolution,
    Review,
    Topic,
    WorkingSession,
)


@dataclass(frozen=True)
class Outcome:
    """One record that a passage proves, and where it is shown."""

    kind: str | Promise
    text: str
    address: str = ""
    recommendation: Recommendation | None = None


@dataclass(frozen=True)
class TracedPassage:
    """A passage with everything that was made of it."""

    passage: Passage
    outcomes: tuple[Outcome, ...]


@dataclass(frozen=True)
class DocumentTrace:
    """What a document belongs to, and its passages with what became of each."""

    sessions: tuple[Outcome, ...]
    resolutions: tuple[Outcome, ...]
    passages: list[TracedPassage]

    def find(self, pk: int) -> TracedPassage:
        """Give one passage, which must be of this document."""
        return next(one for one in self.passages if one.passage.pk == pk)


MET, CARRIED_OUT = "session of the document", "resolution of the document"
# What each other record is called; its page is made from the key of the query.
KINDS: dict[str, tuple[str | Promise, str]] = {
    "finding": (_("Finding"), ""),
    "indicator": (_("Indicator"), "indicator"),
    "observation": (_("Figure"), "indicator"),
    "participation": (_("Participant"), "session"),
    "review": (_("Review"), ""),
    "session": (_("Session"), "session"),
    "document": (_("Document"), "document"),
    "topic": (_("Topic"), "recommendation-list"),
    "resolution": (_("Resolution"), "resolution"),
    "flag": (pgettext_lazy("of data", "Flag"), ""),
    # What the document itself belongs to.
    MET: (_("Session"), "session"),
    CARRIED_OUT: (_("Resolution"), "resolution"),
}


def trace_document(document: Document, user: User) -> DocumentTrace:
    """Follow a document to what the reader may see of it: three statements."""
    made: dict[int | None, list[Outcome]] = defaultdict(list)
    belongs: dict[str, list[Outcome]] = defaultdict(list)
    recommendations = Recommendation.objects.visible_to(user).filter(
        passage__document=document
    )
    for row in recommendations.most_urgent_first().defer("search_folded"):
        made[row.passage_id].append(
            Outcome(row.get_kind_display(), row.wording, row.get_absolute_url(), row)
        )
    first, *others = _other_outcomes(document, user)
    for noun, passage, key, text in first.union(*others, all=True):
        kind, route = KINDS[noun]
        one = Outcome(kind, text, _address(document, noun, route, key))
        if noun in {MET, CARRIED_OUT}:
            belongs[noun].append(one)
        else:
            made[passage].append(one)
    return DocumentTrace(
        sessions=tuple(belongs[MET]),
        resolutions=tuple(sorted(belongs[CARRIED_OUT], key=lambda one: one.text)),
        passages=[
            TracedPassage(one, tuple(made[one.pk]))
            for one in sorted(document.passages.all(), key=_place)
        ],
    )


def _address(document: Document, noun: str, route: str, key: str) -> str:
    if noun == "topic":
        return f"{reverse(route)}?topic={key}"
    if noun == "flag":
        return f"{document.get_absolute_url()}#{key}"
    return reverse(route, args=[key]) if route else ""


def _place(passage: Passage) -> tuple[Any, ...]:
    """Order "dòng 6" before "dòng 48": by the numbers in the locator."""
    numbers = [int(number) for number in re.findall(r"\d+", passage.locator)]
    return numbers, passage.pk


def _other_outcomes(document: Document, user: User) -> list[QuerySet]:
    sessions = WorkingSession.objects.visible_to(user)
    findings = Finding.objects.visible_to(user)
    documents = Document.objects.visible_to(user)
    people = Participation.objects.filter(session__in=sessions.values("pk"))

    def made(rows: Any, *named: Any) -> QuerySet:
        return _named(rows.filter(passage__document=document), *named)

    met = sessions.filter(documents=document)
    carried_out = Resolution.objects.filter(documents=document)
    return [
        _named(met, MET, "pk", "title"),
        _named(carried_out, CARRIED_OUT, "slug", "number"),
        made(findings, "finding", "pk", "wording"),
        made(Indicator.objects, "indicator", "pk", "name"),
        made(
            Observation.objects.visible_to(user),
            "observation",
            "indicator_id",
            "indicator__name",
        ),
        made(
            people,
            "participation",
            "session_id",
            Concat("name", Value(" – "), "session__title", output_field=TextField()),
        ),
        made(Review.objects, "review", "pk", "title"),
        made(sessions, "session", "pk", "title"),
        made(documents, "document", "pk", "title"),
        made(Topic.objects, "topic", "slug", "name"),
        made(Resolution.objects, "resolution", "slug", "number"),
        made(
            DataFlag.objects.filter(document=document),
            "flag",
            Case(
                When(
                    source_id="", then=Concat(Value("flag-"), Cast("pk", TextField()))
                ),
                default="source_id",
                output_field=TextField(),
            ),
            "problem",
        ),
    ]


def _named(rows: Any, noun: str, key: str | Case, text: str | Concat) -> QuerySet:
    return (
        rows.order_by()
        .annotate(
            noun_=Value(noun, TextField()),
            key_=Cast(key, TextField()),
            text_=Cast(text, TextField()),
        )
        .values_list("noun_", "passage_id", "key_", "text_")
    )
