"""What was changed on a recommendation and its actions beside their history rows."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from provinces.models import Organisation
from provinces.models.statements import KEY, Statement
from provinces.models.together import put_together, take_apart
from provinces.register import Register
from provinces.succession import name_organisations
from tracker.models import FollowUpAction, Recommendation
from tracker.models.links import Links
from tracker.reports.entries import Entry

# Links are recorded apart from the row that is entered with them, a moment later.
ENTERING = timedelta(seconds=1)
Kept = dict[str, Any]


def edit_entries(recommendation: Recommendation, register: Register) -> list[Entry]:
    """Tell who changed what on the recommendation and on its actions, and when.

    One statement.
    """
    lines = RECORDS.ask(recommendation.pk)
    records, action_records = take_apart(_records(), lines)
    states = _states(recommendation.kept_links, records)
    entries = []
    for before, after in zip(states, states[1:], strict=False):
        for title, note in _describe(before, after, register):
            entries.append(_entry(after["record"], title, note=note))
    return entries + _action_entries(action_records, register)


@cache
def _records() -> list[QuerySet]:
    """What was kept of the recommendation and of its actions, the oldest first."""
    own = Recommendation.history.filter(id=KEY)
    of_actions = FollowUpAction.history.filter(recommendation_id=KEY)
    return [
        history.select_related("history_user").order_by("history_date", "history_id")
        for history in (own, of_actions)
    ]


RECORDS = Statement(Recommendation, lambda: put_together(_records()))


def _entry(record: Any, title: str, **fields: Any) -> Entry:
    return Entry(
        title=title,
        day=timezone.localdate(record.history_date),
        recorded_at=record.history_date,
        author=str(record.history_user or ""),
        **fields,
    )


def _states(links: dict[int, Links], records: list[Any]) -> list[Kept]:
    """Give what each record kept; what was linked while entering was there at once."""
    states = [{"record": record, **links[record.pk]._asdict()} for record in records]
    entering = [one for one in states if _is_entering(one["record"], records[0])]
    for link in Links._fields:
        linked = [one[link] for one in entering if one[link]]
        for one in entering:
            one[link] = one[link] or (linked[0] if linked else [])
    return states


def _is_entering(record: Any, first: Any) -> bool:
    """Tell the moment of entering from whatever anybody does later.

    What came with the first report was entered by nobody, link after link.
    """
    is_same_person = record.history_user_id == first.history_user_id
    is_soon = record.history_date - first.history_date < ENTERING
    return is_same_person and (is_soon or record.history_user_id is None)


def _describe(
    before: Kept, after: Kept, register: Register
) -> Iterator[tuple[str, str]]:
    """Give a title and a note for everything that two records tell apart."""
    old, new = before["record"], after["record"]
    undetermined = _("Not determined")
    for role, words in (
        ("lead", _("Lead: %(name)s")),
        ("addressee", _("Addressee: %(name)s")),
        ("raised_by", _("Raised by: %(name)s")),
    ):
        body = getattr(new, f"{role}_id")
        if body != getattr(old, f"{role}_id"):
            names = name_organisations([body], register)
            yield words % {"name": names.get(body, undetermined)}, ""
    for link, words in (
        ("coordinating", _("Coordinating: %(names)s")),
        ("resolutions", _("Resolutions: %(names)s")),
        ("topics", _("Topics: %(names)s")),
    ):
        if before[link] != after[link]:
            yield words % {"names": _joined(after[link], register)}, ""
    if old.province_id != new.province_id:
        unit = register.units.get(new.province_id)
        said = unit.name_on(timezone.localdate()).name if unit else undetermined
        yield _("Province: %(name)s") % {"name": said}, ""
    yield from _describe_columns(old, new)


def _describe_columns(old: Any, new: Any) -> Iterator[tuple[str, str]]:
    if old.wording != new.wording:
        yield _("Wording changed"), _("Before: %(words)s") % {"words": old.wording}
    if old.kind != new.kind:
        yield _("Kind: %(kind)s") % {"kind": new.get_kind_display()}, ""
    if old.raised_on != new.raised_on:
        yield _("Raised on: %(day)s") % {"day": write_day(new.raised_on)}, ""
    # Which session or passage it is, is said only to who may see it.
    if old.session_id != new.session_id:
        yield _("Session changed"), ""
    if old.passage_id != new.passage_id:
        yield _("Passage changed"), ""
    if old.withdrawn_on != new.withdrawn_on:
        yield _withdrawal(new), new.withdrawal_reason


def _withdrawal(record: Any) -> str:
    return _("Withdrawn") if record.withdrawn_on else _("Withdrawal taken back")


def _joined(linked: list[Any], register: Register) -> str:
    """Name what is linked; of bodies that have ended also what they became."""
    bodies = name_organisations(
        [one.pk for one in linked if isinstance(one, Organisation)], register
    )
    names = (bodies.get(one.pk) or str(one) for one in linked)
    return ", ".join(sorted(names)) or "–"


def write_day(day: date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else _("Not determined")


def _action_entries(records: list[Any], register: Register) -> list[Entry]:
    """Tell of actions that were added, and of what was changed on them later."""
    names = name_organisations({record.owner_id for record in records}, register)
    entries: list[Entry] = []
    last: dict[int, Any] = {}
    for record in records:
        before = last.get(record.id)
        last[record.id] = record
        number = {"number": record.number}
        if before is None:
            title = _("Follow-up action %(number)s added") % number
            said = _describe_deadline(record)
        else:
            title = _("Follow-up action %(number)s changed") % number
            said = _describe_deadline(record)
            if _content(before) == _content(record):
                continue
            if before.due_on == record.due_on:
                said = ""
        # Its owner stands with the wording: both are Vietnamese on any page.
        about = f"{record.wording} – {names.get(record.owner_id, '–')}"
        entries.append(_entry(record, title, about=about, detail=said))
    return entries


def _content(record: Any) -> tuple[Any, ...]:
    return record.wording, record.owner_id, record.due_on


def _describe_deadline(record: Any) -> str:
    return _("deadline: %(day)s") % {"day": write_day(record.due_on)}
