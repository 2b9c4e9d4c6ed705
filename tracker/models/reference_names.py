"""What resolutions, topics, provinces and sessions are called, by their keys."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet, TextField, Value
from django.db.models.functions import Cast

from provinces.models import Province, User
from tracker.models.resolutions import Resolution
from tracker.models.sessions import WorkingSession
from tracker.models.topics import Topic


@dataclass(frozen=True)
class Named:
    """A row of a small reference table: its id, its key in addresses, its name."""

    pk: int
    key: str
    name: str


@dataclass(frozen=True)
class ReferenceNames:
    """Resolutions, topics, provinces and sessions by noun, read in one statement."""

    resolution: tuple[Named, ...]
    topic: tuple[Named, ...]
    province: tuple[Named, ...]
    session: tuple[Named, ...]

    @classmethod
    def read(cls, user: User, *, on: date) -> "ReferenceNames":
        parts = (
            _names(Resolution.objects, "resolution", "slug", "number", "issued_on"),
            _names(Topic.objects, "topic", "slug", "name", "slug"),
            _names(
                Province.objects.with_last_name(on), "province", "slug", "name", "code"
            ),
            _names(
                WorkingSession.objects.visible_to(user),
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
