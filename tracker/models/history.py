"""Append-only history: rows that the database itself refuses to change.

Rules: product rules §3. Every row carries its place in the chain of its
recommendation; a mistake is corrected by a newer row.
"""

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from provinces.folding import VietnameseCharField, VietnameseTextField
from tracker.choices import Progress

if TYPE_CHECKING:
    from tracker.models.recommendations import Recommendation

GENESIS = "0" * 64
GUARDED_TABLES = (
    "tracker_statusupdate",
    "tracker_deadlinechange",
    "tracker_evidence",
)


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
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("author"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    spoken_for = models.ForeignKey(
        "provinces.Organisation",
        verbose_name=_("on behalf of"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    note = VietnameseTextField(_("note"), blank=True)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    # What a row says beside who, when and in which order.
    content_fields: ClassVar[tuple[str, ...]]
    # Every table has a column of its own for what a row belongs to.
    recommendation: "models.ForeignKey[Recommendation, Recommendation]"
    recommendation_id: int
    corrects_id: int | None

    class Meta:
        abstract = True

    def get_absolute_url(self) -> str:
        return f"{self.recommendation.get_absolute_url()}#row-{self.sequence}"

    def canonical(self) -> str:
        """Write the row as one line of JSON that never changes its form."""
        names = (
            "recommendation_id",
            "sequence",
            "effective_on",
            "recorded_at",
            "corrects_id",
            "author_id",
            "spoken_for_id",
            "note",
            *self.content_fields,
        )
        content: dict[str, Any] = {name: _plain(getattr(self, name)) for name in names}
        content["table"] = self._meta.db_table
        return json.dumps(
            content, ensure_ascii=False, sort_keys=True, separators=(",", ":")
        )

    def chained_hash(self) -> str:
        """Give sha256 of the previous hash and this row."""
        text = self.previous_hash + self.canonical()
        return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return value.isoformat() if isinstance(value, date) else value


def seen_through(name: str) -> list[models.Index]:
    """Let rights find recommendations by who spoke and wrote, in the index alone."""
    return [
        models.Index(
            fields=["spoken_for", "recommendation"], name=f"{name}_spoken_for"
        ),
        models.Index(fields=["author", "recommendation"], name=f"{name}_author"),
    ]


class StatusUpdate(HistoryRow):
    """One report of how far a recommendation is, on behalf of a body."""

    recommendation = models.ForeignKey(
        "tracker.Recommendation",
        verbose_name=_("recommendation"),
        on_delete=models.PROTECT,
        related_name="updates",
    )
    progress = models.CharField(_("progress"), max_length=20, choices=Progress)

    content_fields = ("progress",)

    class Meta:
        verbose_name = _("status update")
        verbose_name_plural = _("status updates")
        constraints = [
            models.UniqueConstraint(
                fields=["recommendation", "sequence"], name="one_update_per_sequence"
            )
        ]
        indexes = [
            models.Index(
                fields=["recommendation", "-effective_on", "-sequence"],
                name="update_in_effect",
            ),
            *seen_through("update"),
        ]

    def __str__(self) -> str:
        return f"{self.get_progress_display()} ({self.effective_on:%d/%m/%Y})"


class DeadlineChange(HistoryRow):
    """A line of the deadline ledger: the first date, or a later move with its reason.

    `due_on` is the last day in time; empty takes a deadline back.
    """

    recommendation = models.ForeignKey(
        "tracker.Recommendation",
        verbose_name=_("recommendation"),
        on_delete=models.PROTECT,
        related_name="deadline_changes",
    )
    due_on = models.DateField(_("deadline"), null=True, blank=True)

    content_fields = ("due_on",)

    class Meta:
        verbose_name = _("deadline change")
        verbose_name_plural = _("deadline changes")
        constraints = [
            models.UniqueConstraint(
                fields=["recommendation", "sequence"],
                name="one_deadline_change_per_sequence",
            )
        ]
        indexes = seen_through("deadline_change")

    def __str__(self) -> str:
        return f"{self.due_on:%d/%m/%Y}" if self.due_on else "–"


class Evidence(HistoryRow):
    """A link or a document number that proves exactly one history row."""

    recommendation = models.ForeignKey(
        "tracker.Recommendation",
        verbose_name=_("recommendation"),
        on_delete=models.PROTECT,
        related_name="evidence",
    )
    update = models.ForeignKey(
        StatusUpdate,
        verbose_name=_("status update"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="evidence",
    )
    deadline_change = models.ForeignKey(
        DeadlineChange,
        verbose_name=_("deadline change"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="evidence",
    )
    document_number = VietnameseCharField(
        _("document number"), max_length=200, blank=True
    )
    url = models.URLField(_("link"), max_length=500, blank=True)

    content_fields = ("update_id", "deadline_change_id", "document_number", "url")

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        constraints = [
            models.UniqueConstraint(
                fields=["recommendation", "sequence"], name="one_evidence_per_sequence"
            ),
            models.CheckConstraint(
                condition=Q(update__isnull=False, deadline_change__isnull=True)
                | Q(update__isnull=True, deadline_change__isnull=False),
                name="evidence_belongs_to_one_row",
            ),
            models.CheckConstraint(
                condition=~Q(document_number="") | ~Q(url=""),
                name="evidence_is_not_empty",
            ),
        ]

    def __str__(self) -> str:
        return self.document_number or self.url


HISTORY_MODELS: tuple[type[HistoryRow], ...] = (StatusUpdate, DeadlineChange, Evidence)


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
    query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    if connection.vendor == "postgresql":
        query = "SELECT tgname FROM pg_trigger WHERE tgenabled IN ('O', 'A')"
    with connection.cursor() as cursor:
        cursor.execute(query)
        present = {name for (name,) in cursor.fetchall()}
    wanted = {
        name
        for table in GUARDED_TABLES
        for name in _guard_names(table, connection.vendor)
    }
    return sorted(wanted - present)


@register(Tags.database)
def check_append_only_guards(
    databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Fail `manage.py check --database default` when history could be rewritten."""
    errors: list[CheckMessage] = []
    for alias in databases or []:
        connection = connections[alias]
        if GUARDED_TABLES[-1] in connection.introspection.table_names():
            errors.extend(
                Error(f"The append-only guard {name} is missing.", id="tracker.E001")
                for name in missing_append_only_guards(connection)
            )
    return errors


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
        " OR (recommendation_id = NEW.recommendation_id AND sequence = NEW.sequence))"
        f" BEGIN SELECT RAISE(ABORT, 'append-only: replace on {table} is refused');"
        " END",
    ]
