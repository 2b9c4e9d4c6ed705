"""What was changed on a recommendation and its actions beside their history rows."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _

from provinces.models import Province
from provinces.succession import OrganisationNames, Register, name_organisations
from tracker.models import FollowUpAction, Recommendation, Resolution, Topic
from tracker.reports.entries import Entry

# Links are recorded apart from the row that is entered with them, a moment later.
ENTERING = timedelta(seconds=1)
Kept = dict[str, Any]


class Names(NamedTuple):
    """What records name by its key."""

    bodies: OrganisationNames
    resolutions: dict[int, str]
    provinces: dict[int, str]
    topics: dict[int, str]


def edit_entries(recommendation: Recommendation, register: Register) -> list[Entry]:
    """Tell who changed what on the recommendation and on its actions, and when."""
    records = list(
        recommendation.history.select_related("history_user").order_by(
            "history_date", "history_id"
        )
    )
    states = _states(recommendation, records)
    actions = list(
        FollowUpAction.history.filter(recommendation_id=recommendation.pk)
        .select_related("history_user")
        .order_by("history_date", "history_id")
    )
    bodies = {pk for state in states for pk in _bodies(state)}
    bodies |= {action.owner_id for action in actions}
    names = name_organisations(bodies, register)
    named = Names(names, _name_resolutions(states), *_name_places(states))
    entries = []
    for before, after in zip(states, states[1:], strict=False):
        for title, note in _describe(before, after, named):
            entries.append(_entry(after["record"], title, note=note))
    return entries + _action_entries(actions, names)


def _entry(record: Any, title: str, **fields: Any) -> Entry:
    return Entry(
        title=title,
        day=timezone.localdate(record.history_date),
        recorded_at=record.history_date,
        author=str(record.history_user or ""),
        **fields,
    )


def _states(recommendation: Recommendation, records: list[Any]) -> list[Kept]:
    """Give what each record kept; what was linked while entering was there at once."""
    kept = recommendation.history.model
    coordinating = _links(kept.coordinating, records, "organisation_id")
    resolutions = _links(kept.resolutions, records, "resolution_id")
    topics = _links(kept.topics, records, "topic_id")
    states = [
        {
            "record": record,
            "coordinating": coordinating[record.pk],
            "resolutions": resolutions[record.pk],
            "topics": topics[record.pk],
        }
        for record in records
    ]
    entering = [one for one in states if _is_entering(one["record"], records[0])]
    for link in ("coordinating", "resolutions", "topics"):
        linked = [one[link] for one in entering if one[link]]
        for one in entering:
            one[link] = one[link] or (linked[0] if linked else set())
    return states


def _is_entering(record: Any, first: Any) -> bool:
    """Tell the moment of entering from whatever anybody does later.

    What came with the first report was entered by nobody, link after link.
    """
    is_same_person = record.history_user_id == first.history_user_id
    is_soon = record.history_date - first.history_date < ENTERING
    return is_same_person and (is_soon or record.history_user_id is None)


def _links(links: Any, records: list[Any], column: str) -> dict[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    rows = links.filter(history__in=records)
    for record, linked in rows.values_list("history_id", column):
        found[record].add(linked)
    return found


def _bodies(state: Kept) -> set[int | None]:
    record = state["record"]
    roles = {record.lead_id, record.addressee_id, record.raised_by_id}
    return roles | state["coordinating"]


def _name_resolutions(states: list[Kept]) -> dict[int, str]:
    wanted = {pk for state in states for pk in state["resolutions"]}
    return dict(Resolution.objects.filter(pk__in=wanted).values_list("pk", "number"))


def _name_places(states: list[Kept]) -> tuple[dict[int, str], dict[int, str]]:
    """Name the provinces and topics that records speak of: two statements."""
    units = {state["record"].province_id for state in states} - {None}
    provinces: Any = Province.objects.with_last_name(timezone.localdate())
    topics = {pk for state in states for pk in state["topics"]}
    return (
        dict(provinces.filter(pk__in=units).values_list("pk", "name")),
        dict(Topic.objects.filter(pk__in=topics).values_list("pk", "name")),
    )


def _describe(before: Kept, after: Kept, named: Names) -> Iterator[tuple[str, str]]:
    """Give a title and a note for everything that two records tell apart."""
    old, new, names = before["record"], after["record"], named.bodies
    undetermined = _("Not determined")
    for role, words in (
        ("lead", _("Lead: %(name)s")),
        ("addressee", _("Addressee: %(name)s")),
        ("raised_by", _("Raised by: %(name)s")),
    ):
        body = getattr(new, f"{role}_id")
        if body != getattr(old, f"{role}_id"):
            yield words % {"name": names.get(body, undetermined)}, ""
    if before["coordinating"] != after["coordinating"]:
        said = _joined(after["coordinating"], names)
        yield _("Coordinating: %(names)s") % {"names": said}, ""
    if before["resolutions"] != after["resolutions"]:
        said = _joined(after["resolutions"], named.resolutions)
        yield _("Resolutions: %(names)s") % {"names": said}, ""
    if before["topics"] != after["topics"]:
        said = _joined(after["topics"], named.topics)
        yield _("Topics: %(names)s") % {"names": said}, ""
    if old.province_id != new.province_id:
        said = named.provinces.get(new.province_id, undetermined)
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


def _joined(keys: set[int], names: Any) -> str:
    return ", ".join(sorted(names[key] for key in keys)) or "–"


def write_day(day: date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else _("Not determined")


def _action_entries(records: list[Any], names: OrganisationNames) -> list[Entry]:
    """Tell of actions that were added, and of what was changed on them later."""
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
