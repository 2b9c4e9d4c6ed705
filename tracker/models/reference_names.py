"""What resolutions, topics, provinces and sessions are called, by their keys."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet, TextField, Value
from django.db.models.functions import Cast

from provinces.models import Province, User
from tracker.models.resolutions import Resolution
from tracker.models.sessions import WorkingSession
from tracker.models.topics import Topic

KEY = re.compile(r"[1-9][0-9]{0,17}")


@dataclass(frozen=True)
class Named:
    """A row of a small reference table: its id, its key in addresses, its name."""

    pk: int
    key: str
    name: str


@dataclass(frozen=True)
class ReferenceNames:
    """Resolutions, topics, provinces and sessions by noun, read in one statement.

    Of sessions there are as many as people hold: only those asked for are read, and
    the latest where some are to be offered.
    """

    resolution: tuple[Named, ...]
    topic: tuple[Named, ...]
    province: tuple[Named, ...]
    session: tuple[Named, ...]

    @classmethod
    def read(
        cls, user: User, *, on: date, sessions: Iterable[str], latest: int = 0
    ) -> "ReferenceNames":
        parts = (
            _names(Resolution.objects, "resolution", "slug", "number", "issued_on"),
            _names(Topic.objects, "topic", "slug", "name", "slug"),
            _names(
                Province.objects.with_last_name(on), "province", "slug", "name", "code"
            ),
            _names(
                _sessions(user, sessions, latest),
                "session",
                "pk",
                "title",
                "held_on",
            ),
        )
        found = defaultdict(list)
        first, *others = parts
        for noun, pk, key, name, _order in sorted(
            first.union(*others, all=True), key=lambda row: row[4]
        ):
            found[noun].append(Named(pk, key, name or key))
        nouns = ("resolution", "topic", "province", "session")
        return cls(**{noun: tuple(found[noun]) for noun in nouns})


def _sessions(user: User, asked: Iterable[str], latest: int) -> QuerySet:
    """Give those asked for by their keys as addresses write them, and the latest."""
    visible = WorkingSession.objects.visible_to(user)
    wanted = Q(pk__in=[int(key) for key in asked if KEY.fullmatch(key)])
    if latest:
        wanted |= Q(pk__in=visible.latest_first().values("pk")[:latest])
    return visible.filter(wanted)


def _names(rows: Any, noun: str, key: str, name: str, order: str) -> QuerySet:
    return (
        rows.order_by()
        .annotate(
            noun_=Value(noun, TextField()),
            key_=Cast(key, TextField()),
            name_=Cast(name, TextField()),
            order_=Cast(order, TextField()),
        )
        .values_list("noun_", "pk", "key_", "name_", "order_")
    )
