"""What happened to one recommendation, newest first."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from provinces.succession import OrganisationNames, Register, name_organisations
from tracker.choices import Progress
from tracker.models import DeadlineChange, Evidence, Recommendation, StatusUpdate
from tracker.models.history import HistoryRow


@dataclass(frozen=True)
class Entry:
    """One thing that happened: a report, a deadline, an edit, or the beginning."""

    title: str
    day: date
    recorded_at: datetime | None = None
    tone: str = "plain"
    detail: str = ""
    author: str = ""
    spoken_for: str = ""
    note: str = ""
    evidence: tuple[Evidence, ...] = ()
    sequence: int | None = None
    update: StatusUpdate | None = None
    is_corrected: bool = False
    corrects: HistoryRow | None = None

    @property
    def is_backdated(self) -> bool:
        return (
            self.recorded_at is not None
            and timezone.localdate(self.recorded_at) != self.day
        )


def build_timeline(recommendation: Recommendation, register: Register) -> list[Entry]:
    """Put history rows and edits in one line, the latest day first."""
    updates = list(
        recommendation.updates.select_related("author", "spoken_for", "corrects")
        .prefetch_related("evidence")
        .order_by("effective_on", "sequence")
    )
    changes = list(
        recommendation.deadline_changes.select_related("author", "spoken_for")
        .prefetch_related("evidence")
        .order_by("effective_on", "sequence")
    )
    entries = [_beginning(recommendation)]
    entries += _progress_entries(updates)
    entries += _deadline_entries(changes)
    entries += _edit_entries(recommendation, register)
    return sorted(entries, key=_moment, reverse=True)


def _moment(entry: Entry) -> tuple[date, float]:
    recorded = entry.recorded_at.timestamp() if entry.recorded_at else 0.0
    return entry.day, recorded


def _beginning(recommendation: Recommendation) -> Entry:
    source = recommendation.passage.document if recommendation.passage else ""
    return Entry(
        title=_("Raised"),
        day=recommendation.raised_on,
        detail=_("from the source document") if source else "",
    )


def _progress_entries(updates: list[StatusUpdate]) -> list[Entry]:
    corrected = {update.corrects_id for update in updates}
    entries, before = [], str(Progress.NOT_STARTED.label)
    for update in updates:
        is_corrected = update.pk in corrected
        words = str(update.get_progress_display())
        came_from = _("from %(before)s") % {"before": before} if words != before else ""
        entries.append(
            Entry(
                title=words,
                tone=update.progress,
                detail="" if is_corrected else came_from,
                update=update,
                is_corrected=is_corrected,
                corrects=update.corrects,
                **_common(update),
            )
        )
        before = before if is_corrected else words
    return entries


def _deadline_entries(changes: list[DeadlineChange]) -> list[Entry]:
    corrected = {change.corrects_id for change in changes}
    entries, before = [], None
    for change in changes:
        day = f"{change.due_on:%d/%m/%Y}" if change.due_on else _("Not determined")
        entries.append(
            Entry(
                title=_("Deadline: %(day)s") % {"day": day},
                detail=_("instead of %(day)s") % {"day": f"{before:%d/%m/%Y}"}
                if before
                else "",
                is_corrected=change.pk in corrected,
                **_common(change),
            )
        )
        before = change.due_on
    return entries


def _common(row: StatusUpdate | DeadlineChange) -> dict[str, Any]:
    return {
        "day": row.effective_on,
        "recorded_at": row.recorded_at,
        "author": str(row.author),
        "spoken_for": str(row.spoken_for),
        "note": row.note,
        "evidence": tuple(row.evidence.all()),
        "sequence": row.sequence,
    }


def _edit_entries(recommendation: Recommendation, register: Register) -> list[Entry]:
    """Tell who changed the lead, the coordinating bodies or the wording, and when."""
    records = list(
        recommendation.history.select_related("history_user").order_by(
            "history_date", "history_id"
        )
    )
    links = recommendation.history.model.coordinating.filter(history__in=records)
    coordinating = defaultdict(set)
    for record, body in links.values_list("history_id", "organisation_id"):
        coordinating[record].add(body)
    states = [(one, _edited_state(one, coordinating[one.pk])) for one in records]
    bodies = {pk for _record, state in states for pk in state["bodies"]}
    names = name_organisations(bodies, register)
    entries = []
    for (_earlier, old), (record, new) in zip(states, states[1:], strict=False):
        entries += [
            Entry(
                title=title,
                day=timezone.localdate(record.history_date),
                recorded_at=record.history_date,
                author=str(record.history_user or ""),
            )
            for title in _describe_edit(old, new, names)
        ]
    return entries


def _edited_state(record: Any, coordinating: set[int]) -> dict[str, Any]:
    return {
        "lead": record.lead_id,
        "coordinating": coordinating,
        "wording": record.wording,
        "bodies": coordinating | ({record.lead_id} - {None}),
    }


def _describe_edit(
    old: dict[str, Any], new: dict[str, Any], names: OrganisationNames
) -> list[str]:
    titles = []
    if old["lead"] != new["lead"]:
        lead = names.get(new["lead"], _("Not determined"))
        titles.append(_("Lead: %(name)s") % {"name": lead})
    if old["coordinating"] != new["coordinating"]:
        bodies = ", ".join(sorted(names[pk] for pk in new["coordinating"]))
        titles.append(_("Coordinating: %(names)s") % {"names": bodies or "–"})
    if old["wording"] != new["wording"]:
        titles.append(_("Wording changed"))
    return titles
