"""A digest as a mail: plain text, in Vietnamese whatever anybody reads."""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from django.utils import translation
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tracker.choices import ReminderStage
from tracker.reports.reminders import Digest, Item


class Mail(NamedTuple):
    subject: str
    text: str


def write_mail(digest: Digest, *, site: str) -> Mail:
    """Say what is due, stage by stage, with links that begin with `site`."""
    with translation.override("vi"):
        return Mail(_write_subject(digest), "\n".join(_write_lines(digest, site)))


def _write_subject(digest: Digest) -> str:
    counts = ", ".join(
        f"{_number(len(items))} {_begin_small(str(stage.label))}"
        for stage, items in digest.by_stage()
    )
    return _("Reminder of resolutions: %(counts)s") % {"counts": counts}


def _write_lines(digest: Digest, site: str) -> Iterator[str]:
    total = len(digest.items)
    yield _("To: %(name)s") % {"name": digest.name}
    yield ""
    yield ngettext(
        "As of %(day)s, %(n)s item needs your attention.",
        "As of %(day)s, %(n)s items need your attention.",
        total,
    ) % {"day": _day(digest.on), "n": _number(total)}
    for stage, items in digest.by_stage():
        yield ""
        yield f"{stage.label.upper()} ({_number(len(items))})"
        for item in items:
            yield ""
            yield f"{item.code} – {' '.join(item.wording.split())}"
            yield f"  {_describe(item, digest.on)}"
            yield f"  {site}{item.path}"
    yield ""
    yield _("All that is open at your organisation: %(link)s") % {
        "link": f"{site}{digest.path}"
    }
    yield ""
    yield _("Sent automatically; each stage of each item is told once.")


def _describe(item: Item, on: date) -> str:
    """Say the day that counts, and how far it is away."""
    about, days = _day(item.about), abs((on - item.about).days)
    if item.stage == ReminderStage.RETURNED:
        return _("Returned for completion on %(day)s") % {"day": about}
    if item.stage == ReminderStage.UNANSWERED:
        words = ngettext(
            "Raised on %(day)s, not answered for %(days)s day",
            "Raised on %(day)s, not answered for %(days)s days",
            days,
        )
        return words % {"day": about, "days": _number(days)}
    return _("Deadline %(day)s: %(words)s") % {
        "day": about,
        "words": _begin_small(_count_days(item.stage, days)),
    }


def _count_days(stage: ReminderStage, days: int) -> str:
    if stage != ReminderStage.DUE_SOON:
        words = ngettext("%(days)s day overdue", "%(days)s days overdue", days)
    elif days:
        words = ngettext("%(days)s day left", "%(days)s days left", days)
    else:
        return _("due today")
    return words % {"days": _number(days)}


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def _number(number: int) -> str:
    return number_format(number, force_grouping=True)


def _begin_small(label: str) -> str:
    return label[0].lower() + label[1:]
