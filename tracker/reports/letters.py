"""The letter that urges one body: what of its work is late, silent or unanswered.

It has the form of a công văn of its issuing body (domain facts §5), with an annex as
of a day. Number, day, signer and recipients stay open.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from provinces.choices import DocumentForm
from provinces.models import Organisation, User
from provinces.succession import register_of
from tracker.choices import (
    ANSWERABLE,
    Basis,
    ConfirmationState,
    Progress,
    ReportKind,
    Timeliness,
)
from tracker.models import Recommendation
from tracker.models.recommendations import RecommendationQuerySet
from tracker.reports.annexes import join, progress_words
from tracker.reports.headers import OPEN, build_header
from tracker.reports.official import item_of
from tracker.reports.parts import Cell, Group, Head, Header, OfficialReport, Table
from tracker.reports.standing import Moment, Names, Standing, read_standings
from tracker.timeliness import CLOSED


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
    """Build the letter to one body of all that is open there on a day.

    A fixed number of statements. What is kept outside, or withdrawn, is not named.
    """
    rows = _open_at(addressee, viewer).standing_at(on=as_of, at=frozen_at)
    found = read_standings(
        rows, Moment(as_of, frozen_at, Basis.REPORTED), Names.read(viewer, on=as_of)
    )
    asked = [(row, _what_is_asked(row, as_of)) for row in found]
    urged = [(row, words) for row, words in asked if words]
    ids = {one.code: one.pk for one in rows}
    header = _header_of(issuer, on=timezone.localdate(frozen_at))
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
        language=get_language() or "vi",
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
        items=tuple(item_of(row) for row, _words in urged),
    )
    return Letter(content, tuple(ids[row.code] for row, _words in urged))


def _open_at(addressee: Organisation, viewer: User) -> RecommendationQuerySet:
    """What the body answers for, itself or for what it succeeded and speaks for."""
    register = register_of(viewer)
    bodies = [
        pk for pk in register.bodies if register.answering_body(pk) == addressee.pk
    ]
    return Recommendation.objects.visible_to(viewer).filter(
        Q(lead__in=bodies) | Q(addressee__in=bodies), kept_outside=False
    )


def _header_of(issuer: Organisation, *, on: date) -> Header:
    header = build_header(issuer, on=on)
    if header.form == DocumentForm.PARTY:
        number = _("No. %(open)s-CV/%(open)s")
    else:
        number = _("No.: %(open)s/%(open)s")
    return replace(header, number=number % {"open": OPEN})


def _what_is_asked(row: Standing, on: date) -> str:
    """Say what the body is to do about one recommendation; empty where nothing."""
    if row.progress in {*CLOSED, Progress.SUSPENDED}:
        return ""
    asked = []
    if row.timeliness == Timeliness.OVERDUE:
        asked.append(_("bring it to its end, and say why it is late"))
    elif row.timeliness == Timeliness.DUE_SOON:
        asked.append(_("bring it to its end in time"))
    if row.confirmation == ConfirmationState.RETURNED:
        asked.append(_("complete the report that was returned"))
    elif row.said_on is None:
        asked.append(_("report how far it is: nothing was reported yet"))
    elif on - row.said_on > timedelta(days=settings.STALE_DAYS):
        asked.append(_("report how far it is now"))
    if row.kind in ANSWERABLE and not row.answer:
        asked.append(_("answer it"))
    return "; ".join(asked)


def _paragraphs(
    addressee: Organisation, urged: list[tuple[Standing, str]], day: str
) -> Iterator[str]:
    words = ngettext(
        "By %(day)s, %(n)s task or recommendation that %(name)s answers for was to be "
        "carried out, reported or answered (Annex).",
        "By %(day)s, %(n)s tasks or recommendations that %(name)s answers for were to "
        "be carried out, reported or answered (Annex).",
        len(urged),
    )
    yield words % {"day": day, "n": _number(len(urged)), "name": addressee.name}
    late = sum(row.timeliness == Timeliness.OVERDUE for row, _words in urged)
    if late:
        words = ngettext(
            "Of these %(n)s is overdue.", "Of these %(n)s are overdue.", late
        )
        yield words % {"n": _number(late)}
    yield _(
        "%(name)s is asked to have them carried out, to report progress and to answer "
        "before %(open)s."
    ) % {"name": addressee.name, "open": OPEN}


def _tell_tasks(urged: list[tuple[Standing, str]]) -> Table:
    heads = (
        Head("position", _("No."), 4),
        Head("wording", _("Wording"), 40),
        Head("due_on", _("Deadline"), 12),
        Head("progress", _("Progress"), 18),
        Head("result", _("Last report"), 30),
        Head("asked", _("What is asked"), 30),
    )
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            position,
            f"{row.code}. {row.wording}",
            row.due_on or _("Not determined"),
            progress_words(row),
            join(f"{row.said_on:%d/%m/%Y}" if row.said_on else "", row.note),
            words,
        )
        for position, (row, words) in enumerate(urged, 1)
    )
    groups = (Group("", 2, rows),) if rows else ()
    title = _("Tasks and recommendations to be carried out")
    return Table("tasks", _("Annex"), title, heads, groups, "")


def _number(count: int) -> str:
    return number_format(count, force_grouping=True)
