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


# What each other record is called; its page is made from the key of the query.
KINDS: dict[str, tuple[str | Promise, str]] = {
    "finding": (_("Finding"), ""),
    "indicator": (_("Indicator"), ""),
    "participation": (_("Participant"), "session"),
    "review": (_("Review"), ""),
    "session": (_("Session"), "session"),
    "document": (_("Document"), "document"),
    "topic": (_("Topic"), "recommendation-list"),
    "resolution": (_("Resolution"), "resolution"),
    "flag": (pgettext_lazy("of data", "Flag"), "#"),
}


def trace_passages(document: Document, user: User) -> list[TracedPassage]:
    """Follow each passage to what the reader may see of it: three statements."""
    outcomes: dict[int | None, list[Outcome]] = defaultdict(list)
    recommendations = Recommendation.objects.visible_to(user).filter(
        passage__document=document
    )
    for row in recommendations.most_urgent_first().defer("search_folded"):
        outcomes[row.passage_id].append(
            Outcome(row.get_kind_display(), row.wording, row.get_absolute_url(), row)
        )
    first, *others = _other_outcomes(document, user)
    for noun, passage, key, text in first.union(*others, all=True):
        kind, route = KINDS[noun]
        outcomes[passage].append(Outcome(kind, text, _address(noun, route, key)))
    return [
        TracedPassage(one, tuple(outcomes[one.pk]))
        for one in sorted(document.passages.all(), key=_place)
    ]


def _address(noun: str, route: str, key: str) -> str:
    if noun == "topic":
        return f"{reverse(route)}?topic={key}"
    if noun == "flag":
        return f"#{key}"
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
    return [
        _named(findings, "finding", "pk", "wording", document),
        _named(Indicator.objects, "indicator", "pk", "name", document),
        _named(
            people,
            "participation",
            "session_id",
            Concat("name", Value(" – "), "session__title", output_field=TextField()),
            document,
        ),
        _named(Review.objects, "review", "pk", "title", document),
        _named(sessions, "session", "pk", "title", document),
        _named(documents, "document", "pk", "title", document),
        _named(Topic.objects, "topic", "slug", "name", document),
        _named(Resolution.objects, "resolution", "slug", "number", document),
        _named(
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
            document,
        ),
    ]


def _named(
    rows: Any, noun: str, key: str | Case, text: str | Concat, document: Document
) -> QuerySet:
    return (
        rows.filter(passage__document=document)
        .order_by()
        .annotate(
            noun_=Value(noun, TextField()),
            key_=Cast(key, TextField()),
            text_=Cast(text, TextField()),
        )
        .values_list("noun_", "passage_id", "key_", "text_")
    )
