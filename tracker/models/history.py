"""Append-only history: rows that the database itself refuses to change.

Rules: product rules §3. Every row carries its place in the chain of its
recommendation; a mistake is corrected by a newer row.
"""

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from django.conf import settings
from django.core.checks import CheckMessage, Tags, register
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils.translation import gettext_lazy as _

from provinces.folding import VietnameseTextField
from tracker.models.triggers import find_triggers, report_missing

if TYPE_CHECKING:
    from tracker.models.recommendations import Recommendation

GENESIS = "0" * 64
GUARDED_TABLES = (
    "tracker_statusupdate",
    "tracker_confirmation",
    "tracker_answer",
    "tracker_deadlinechange",
    "tracker_difficulty",
    "tracker_difficultyclearance",
    "tracker_evidence",
    "tracker_report",
    "tracker_report_recommendations",
    "tracker_reportfile",
    "tracker_reporttemplate",
    "tracker_sending",
)


# What no two rows of a guarded table share, as a condition on the row to come.
BY_SEQUENCE = "recommendation_id = NEW.recommendation_id AND sequence = NEW.sequence"
UNIQUE_BESIDE_ID = {
    "tracker_report": "key = NEW.key",
    "tracker_reportfile": "report_id = NEW.report_id AND format = NEW.format",
    "tracker_report_recommendations": "report_id = NEW.report_id"
    " AND recommendation_id = NEW.recommendation_id",
    "tracker_reporttemplate": "0",
    # A letter can be said to have been sent twice: the newest row holds.
    "tracker_sending": "0",
}

# What every row says of itself in the chain, beside what its table is for.
CHAINED_FIELDS = (
    "recommendation_id",
    "sequence",
    "effective_on",
    "recorded_at",
    "corrects_id",
    "author_id",
    "spoken_for_id",
    "note",
    "act",
)

ONE_LINE = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


class HistoryRow(models.Model):
    """A fact entered once: true from `effective_on`, known from `recorded_at`."""

    effective_on = models.DateField(_("true from"))
    recorded_at = models.DateTimeField(_("recorded at"))
    sequence = models.PositiveIntegerField(_("number in the history"))
    corrects = models.ForeignKey(
        "self",
        verbose_name=_("corrects"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="corrections",
    )
    # Every index is written with every row. By whoever spoke and wrote, rows are looked
    # for through `seen_through`, those of a recommendation through `one_per_sequence`;
    # by whoever gave evidence nobody looks.
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("author"),
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    spoken_for = models.ForeignKey(
        "provinces.Organisation",
        verbose_name=_("on behalf of"),
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    note = VietnameseTextField(_("note"), blank=True)
    # One act of a person over several recommendations: its rows share this.
    act = models.UUIDField(_("act"), null=True, blank=True, editable=False)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    # What a row says beside who, when and in which order.
    content_fields: ClassVar[tuple[str, ...]]
    # Every table has a column of its own for what a row belongs to.
    recommendation: "models.ForeignKey[Recommendation, Recommendation]"
    recommendation_id: int
    corrects_id: int | None
    spoken_for_id: int

    class Meta:
        abstract = True

    def get_absolute_url(self) -> str:
        return f"{self.recommendation.get_absolute_url()}#row-{self.sequence}"

    def canonical(self) -> str:
        """Write the row as one line of JSON that never changes its form."""
        names = (*CHAINED_FIELDS, *self.content_fields)
        content = {name: getattr(self, name) for name in names}
        return write_canonical(self._meta.db_table, content)

    def chained_hash(self) -> str:
        """Give sha256 of the previous hash and this row."""
        return chain(self.previous_hash, self.canonical())


def write_canonical(table: str, content: dict[str, Any]) -> str:
    """Write what a row of a table says as the one line of JSON that is hashed."""
    plain = {name: _plain(value) for name, value in content.items()}
    plain["table"] = table
    return ONE_LINE.encode(plain)


def chain(previous_hash: str, canonical: str) -> str:
    """Give sha256 of the previous hash and a row."""
    return hashlib.sha256((previous_hash + canonical).encode()).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, UUID):
        return str(value)
    return value.isoformat() if isinstance(value, date) else value


def one_per_sequence(name: str) -> models.UniqueConstraint:
    """Forbid two rows of a table at one place in the history of a recommendation."""
    return models.UniqueConstraint(fields=["recommendation", "sequence"], name=name)


def seen_through(name: str) -> list[models.Index]:
    """Let rights find recommendations by who spoke and wrote, in the index alone."""
    return [
        models.Index(
            fields=["spoken_for", "recommendation"], name=f"{name}_spoken_for"
        ),
        models.Index(fields=["author", "recommendation"], name=f"{name}_author"),
    ]


# -- the guards -------------------------------------------------------------------


def _guard_names(table: str, vendor: str) -> set[str]:
    last = "truncate" if vendor == "postgresql" else "replace"
    return {f"{table}_refuse_{act}" for act in ("update", "delete", last)}


def install_append_only_guards(connection: BaseDatabaseWrapper) -> None:
    """Make the database refuse to change the rows of every history table it has.

    Every migration that touches a guarded table calls this again: SQLite drops
    triggers when Django rebuilds a table.
    """
    remove_append_only_guards(connection)
    with connection.cursor() as cursor:
        existing = set(connection.introspection.table_names(cursor))
        if connection.vendor == "postgresql":
            cursor.execute(_POSTGRESQL_FUNCTION)
        for table in GUARDED_TABLES:
            if table in existing:
                for statement in _guard_statements(table, connection.vendor):
                    cursor.execute(statement)


def remove_append_only_guards(connection: BaseDatabaseWrapper) -> None:
    """Lift the guards; only migrations and the clean-up of tests have a reason to."""
    with connection.cursor() as cursor:
        existing = set(connection.introspection.table_names(cursor))
        for table in GUARDED_TABLES:
            if table not in existing:
                continue
            on_table = f" ON {table}" if connection.vendor == "postgresql" else ""
            for name in sorted(_guard_names(table, connection.vendor)):
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on_table}")


def missing_append_only_guards(connection: BaseDatabaseWrapper) -> list[str]:
    """Name the guards that are not in the database."""
    wanted = {
        name
        for table in GUARDED_TABLES
        for name in _guard_names(table, connection.vendor)
    }
    return sorted(wanted - find_triggers(connection))


@register(Tags.database)
def check_append_only_guards(
    databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Fail `manage.py check --database default` when history could be rewritten."""
    message = "The append-only guard {} is missing."
    return report_missing(
        databases,
        GUARDED_TABLES[-1],
        missing_append_only_guards,
        message,
        id="tracker.E001",
    )


_POSTGRESQL_FUNCTION = """
CREATE OR REPLACE FUNCTION tracker_refuse_change() RETURNS trigger AS $$
BEGIN
    RAISE EXCEPTION 'append-only: % on % is refused', TG_OP, TG_TABLE_NAME;
END;
$$ LANGUAGE plpgsql
"""


def _guard_statements(table: str, vendor: str) -> list[str]:
    if vendor == "postgresql":
        return [
            f"CREATE TRIGGER {table}_refuse_{act} BEFORE {act} ON {table}"
            f" FOR EACH {'STATEMENT' if act == 'truncate' else 'ROW'}"
            " EXECUTE FUNCTION tracker_refuse_change()"
            for act in ("update", "delete", "truncate")
        ]
    refused = [
        f"CREATE TRIGGER {table}_refuse_{act} BEFORE {act} ON {table}"
        f" BEGIN SELECT RAISE(ABORT, 'append-only: {act} on {table} is refused'); END"
        for act in ("update", "delete")
    ]
    # INSERT OR REPLACE deletes rows without firing the triggers on DELETE.
    return [
        *refused,
        f"CREATE TRIGGER {table}_refuse_replace BEFORE INSERT ON {table}"
        f" WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id"
        f" OR ({UNIQUE_BESIDE_ID.get(table, BY_SEQUENCE)}))"
        f" BEGIN SELECT RAISE(ABORT, 'append-only: replace on {table} is refused');"
        " END",
    ]
