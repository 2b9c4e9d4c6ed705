"""The columns of the progress table, declared once for every format."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tracker.choices import (
    AnswerOutcome,
    ConfirmationState,
    Progress,
    RecommendationKind,
    Timeliness,
)
from tracker.reports.labels import label
from tracker.timeliness import judge_timeliness

# One recommendation as plain values, with names already looked up.
Row = dict[str, Any]


@dataclass(frozen=True)
class Column:
    """A head, the columns of the database it needs, and the value it prints.

    `when_empty` is what people read in an empty cell; programs get an empty one.
    """

    header: str | Promise
    value: Callable[[Row], Any]
    needs: tuple[str, ...] = ()
    width: int = 20
    when_empty: str | Promise = ""


def _code(row: Row) -> str:
    return f"{row['code_prefix']}-{row['code_year']:02d}-{row['code_number']:02d}"


def _timeliness(row: Row) -> str:
    judged = judge_timeliness(
        row["progress"], row["completed_on"], row["due_on"], on=row["on"]
    )
    return label(judged, Timeliness, row["language"])


def _source(row: Row) -> str:
    title, locator = row["passage__document__title"], row["passage__locator"]
    return ", ".join(part for part in (title, locator) if part)


def _last_update(row: Row) -> Any:
    moment = row["last_update_at"]
    if moment is None:
        return None
    return timezone.localtime(moment).replace(microsecond=0, tzinfo=None)


UNDETERMINED = _("Not determined")

PROGRESS_COLUMNS = (
    Column(_("No."), lambda row: row["position"], width=6),
    Column(
        _("Code"),
        _code,
        needs=("code_prefix", "code_year", "code_number"),
        width=13,
    ),
    Column(_("Wording"), lambda row: row["wording"], needs=("wording",), width=60),
    Column(
        _("Kind"),
        lambda row: label(row["kind"], RecommendationKind, row["language"]),
        needs=("kind",),
        width=14,
    ),
    Column(_("Resolution"), lambda row: row["resolutions"], width=16),
    Column(
        _("Raised by"),
        lambda row: row["raised_by_name"],
        needs=("raised_by",),
        width=26,
    ),
    Column(
        _("Addressee"),
        lambda row: row["addressee_name"],
        needs=("addressee",),
        width=26,
    ),
    Column(
        _("Lead organisation"),
        lambda row: row["lead_name"],
        needs=("lead",),
        width=26,
        when_empty=UNDETERMINED,
    ),
    Column(_("Coordinating organisations"), lambda row: row["coordinating"], width=26),
    Column(
        _("Deadline"),
        lambda row: row["due_on"],
        needs=("due_on",),
        width=13,
        when_empty=UNDETERMINED,
    ),
    Column(
        _("Original deadline"),
        lambda row: row["original_due_on"],
        needs=("original_due_on",),
        width=13,
    ),
    Column(
        _("Number of extensions"),
        lambda row: row["extension_count"],
        needs=("extension_count",),
        width=9,
    ),
    Column(
        _("Progress"),
        lambda row: label(row["progress"], Progress, row["language"]),
        needs=("progress",),
        width=16,
    ),
    Column(
        _("Confirmation"),
        lambda row: label(row["confirmation"], ConfirmationState, row["language"]),
        needs=("confirmation",),
        width=16,
    ),
    Column(
        _("Confirmed progress"),
        lambda row: label(row["confirmed_progress"], Progress, row["language"]),
        needs=("confirmed_progress",),
        width=16,
        when_empty=_("No confirmed figures yet"),
    ),
    Column(_("Timeliness"), _timeliness, needs=("completed_on",), width=20),
    Column(
        _("Completed on"),
        lambda row: row["completed_on"],
        needs=("completed_on",),
        width=13,
    ),
    Column(
        _("Result of implementation"),
        lambda row: row["current_update__note"] or "",
        needs=("current_update__note",),
        width=50,
    ),
    Column(_("Difficulties"), lambda row: row["difficulties"], width=40),
    Column(
        _("Answer: outcome"),
        lambda row: label(row["answer"], AnswerOutcome, row["language"]),
        needs=("answer",),
        width=16,
    ),
    Column(
        _("Answer: day"),
        lambda row: row["answered_on"],
        needs=("answered_on",),
        width=13,
    ),
    Column(
        _("Answer: document"),
        lambda row: row["answer_documents"],
        needs=("current_answer",),
        width=20,
    ),
    Column(_("Follow-up actions"), lambda row: row["actions"], width=50),
    Column(
        _("Source"),
        _source,
        needs=("passage__document__title", "passage__locator"),
        width=30,
    ),
    Column(
        pgettext_lazy("column", "Quotation"),
        lambda row: row["passage__quotation"] or "",
        needs=("passage__quotation",),
        width=50,
    ),
    Column(_("Last update"), _last_update, needs=("last_update_at",), width=17),
)
