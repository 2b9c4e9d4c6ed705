"""The letter that urges one body: what of its work is late, silent or unanswered.

It has the form of a công văn of its issuing body (domain facts §5), with an annex as
of a day. Number, day, signer and recipients stay open.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from provinces.choices import DocumentForm
from provinces.models import Organisation, User
from provinces.register import Register
from provinces.succession import register_of
from tracker.choices import (
    Basis,
    ConfirmationState,
    Progress,
    ReportKind,
    Timeliness,
)
from tracker.models import FollowUpAction, Recommendation
from tracker.models.recommendations import RecommendationQuerySet
from tracker.reports.annexes import join, progress_words
from tracker.reports.counting import write_count
from tracker.reports.headers import OPEN, build_header
from tracker.reports.official import item_of
from tracker.reports.parts import Cell, Group, Head, Header, OfficialReport, Table
from tracker.reports.standing import (
    ActionLine,
    Moment,
    Names,
    Standing,
    read_with_standings,
)
from tracker.timeliness import CLOSED

# Of what is over or halted nothing is asked.
OVER = {*CLOSED, Progress.SUSPENDED}
# How old the last report of an action is taken to be: none is called stale.
RECENT = timedelta(0)


@dataclass(frozen=True)
class Task:
    """One line of the annex: what it belongs to, its cells, and whether it is late."""

    code: str
    cells: tuple[Cell, ...]
    is_late: bool


@dataclass(frozen=True)
class Letter:
    """What a letter says, and which recommendations it names."""

    content: OfficialReport
    recommendations: tuple[int, ...]


def build_letter(
    addressee: Organisation,
    *,
    as_of: date,
    frozen_at: datetime,
    issuer: Organisation,
    viewer: User,
) -> Letter:
    """Build the letter to one body of all that is open there on a day, in Vietnamese.

    A fixed number of statements. What is kept outside, or withdrawn, is not named.
    """
    with translation.override("vi"):
        return _build_letter(addressee, as_of, frozen_at, issuer, viewer)


def _build_letter(
    addressee: Organisation,
    as_of: date,
    frozen_at: datetime,
    issuer: Organisation,
    viewer: User,
) -> Letter:
    bodies = _bodies_of(addressee, viewer)
    rows = _concerning(bodies, viewer).standing_at(on=as_of, at=frozen_at)
    moment = Moment(as_of, frozen_at, Basis.REPORTED)
    found = read_with_standings(
        rows.most_urgent_first(), moment, Names.read(viewer, on=as_of)
    )
    open_rows = [(one, row) for one, row in found if row.progress not in OVER]
    urged = [
        task for one, row in open_rows for task in _tasks_of(row, one, bodies, as_of)
    ]
    named = {task.code for task in urged}
    header = _header_of(issuer, timezone.localdate(frozen_at), register_of(viewer))
    day = f"{as_of:%d/%m/%Y}"
    content = OfficialReport(
        kind=ReportKind.LETTER.value,
        header=header,
        addressee=_("To: %(name)s") % {"name": addressee.name},
        title="",
        subject=_("Subject: urging tasks and recommendations on"),
        scope=addressee.name,
        as_of=as_of,
        frozen_at=timezone.localtime(frozen_at),
        basis=Basis.REPORTED.value,
        basis_in_words=str(Basis.REPORTED.label),
        language="vi",
        made_by=f"{viewer.get_full_name()}, {viewer.organisation}",
        as_of_in_words=_("Figures as of %(day)s") % {"day": day},
        annex_note=_("(Attached to Letter No. %(open)s of %(open)s of %(issuer)s)")
        % {"open": OPEN, "issuer": issuer.name},
        count_title="",
        count_heads=(),
        nothing=_("Nothing to tell here."),
        opening=tuple(_paragraphs(addressee, urged, day)),
        sections=(),
        counts=(),
        tables=(_tell_tasks(urged),),
        items=tuple(item_of(row) for _one, row in open_rows if row.code in named),
    )
    keys = {one.code: one.pk for one, _row in open_rows}
    return Letter(content, tuple(keys[code] for code in sorted(named)))


def _bodies_of(addressee: Organisation, viewer: User) -> frozenset[int]:
    """Give the body and all that it succeeded or speaks for."""
    register = register_of(viewer)
    return frozenset(
        pk for pk in register.bodies if register.answering_body(pk) == addressee.pk
    )


def _concerning(bodies: frozenset[int], viewer: User) -> RecommendationQuerySet:
    """What these bodies lead, were asked, or have an action of."""
    actions = FollowUpAction.objects.filter(owner__in=bodies).order_by()
    return Recommendation.objects.visible_to(viewer).filter(
        Q(lead__in=bodies)
        | Q(addressee__in=bodies)
        | Q(pk__in=actions.values("recommendation")),
        kept_outside=False,
    )


def _header_of(issuer: Organisation, on: date, register: Register) -> Header:
    header = build_header(issuer, on=on, register=register)
    if header.form == DocumentForm.PARTY:
        number = _("No. %(open)s-CV/%(open)s")
    else:
        number = _("No.: %(open)s/%(open)s")
    return replace(header, number=number % {"open": OPEN})


def _tasks_of(
    row: Standing, one: Recommendation, bodies: frozenset[int], on: date
) -> Iterator[Task]:
    """Say what the bodies are to do about one recommendation and its actions.

    Who leads reports and brings it to its end, while there is no lead the addressee;
    the addressee answers; an action is its owner's (product rules §1).
    """
    asked = []
    is_theirs = (one.lead_id or one.addressee_id) in bodies
    if is_theirs:
        last = row.last_update_at and timezone.localdate(row.last_update_at)
        asked += _ask_for_work(row, on - last if last else None)
    if row.awaits_answer and one.addressee_id in bodies:
        asked.append(_("answer it"))
    if asked:
        is_late = is_theirs and row.timeliness == Timeliness.OVERDUE
        yield _task(row, row.code, "; ".join(asked), is_late=is_late, code=row.code)
    for action in row.actions:
        if action.owner_id not in bodies or action.progress in OVER:
            continue
        if wanted := _ask_for_work(action, None if action.said_on is None else RECENT):
            yield _task(
                action,
                f"{row.code}.{action.number}",
                "; ".join(wanted),
                is_late=action.timeliness == Timeliness.OVERDUE,
                code=row.code,
            )


def _ask_for_work(row: Standing | ActionLine, silence: timedelta | None) -> list[str]:
    """Say what is to be done and reported; `silence` is none where nothing was."""
    asked = []
    if row.timeliness == Timeliness.OVERDUE:
        asked.append(_("bring it to its end, and say why it is late"))
    elif row.timeliness == Timeliness.DUE_SOON:
        asked.append(_("bring it to its end in time"))
    if row.confirmation == ConfirmationState.RETURNED:
        asked.append(_("complete the report that was returned"))
    elif silence is None:
        asked.append(_("report how far it is: nothing was reported yet"))
    elif silence > timedelta(days=settings.STALE_DAYS):
        asked.append(_("report how far it is now"))
    return asked


def _task(
    row: Standing | ActionLine, number: str, asked: str, *, is_late: bool, code: str
) -> Task:
    last = join(f"{row.said_on:%d/%m/%Y}" if row.said_on else "", row.note)
    cells = (
        f"{number}. {row.wording}",
        row.due_on or _("Not determined"),
        progress_words(row),
        last,
        asked,
    )
    return Task(code, cells, is_late)


def _paragraphs(addressee: Organisation, urged: list[Task], day: str) -> Iterator[str]:
    words = ngettext(
        "By %(day)s, %(n)s task or recommendation that %(name)s answers for was to be "
        "carried out, reported or answered (Annex).",
        "By %(day)s, %(n)s tasks or recommendations that %(name)s answers for were to "
        "be carried out, reported or answered (Annex).",
        len(urged),
    )
    yield words % {"day": day, "n": write_count(len(urged)), "name": addressee.name}
    late = sum(task.is_late for task in urged)
    if late:
        words = ngettext(
            "Of these %(n)s is overdue.", "Of these %(n)s are overdue.", late
        )
        yield words % {"n": write_count(late)}
    yield _(
        "%(name)s is asked to have them carried out, to report progress and to answer "
        "before %(open)s."
    ) % {"name": addressee.name, "open": OPEN}


def _tell_tasks(urged: list[Task]) -> Table:
    heads = (
        Head("position", _("No."), 4),
        Head("wording", _("Wording"), 40),
        Head("due_on", _("Deadline"), 12),
        Head("progress", _("Progress"), 18),
        Head("result", _("Last report"), 30),
        Head("asked", _("What is asked"), 30),
    )
    rows = tuple((number, *task.cells) for number, task in enumerate(urged, 1))
    groups = (Group("", 2, rows),) if rows else ()
    title = _("Tasks and recommendations to be carried out")
    return Table("tasks", _("Annex"), title, heads, groups, "")
