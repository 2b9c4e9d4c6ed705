"""Keeping a report or letter, and its page, also when a form on it was refused."""

from collections.abc import Callable
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from tracker.choices import ReportFormat, ReportKind
from tracker.forms.letters import SendingForm
from tracker.models import Job, Report
from tracker.permissions import can_write_letters
from tracker.reports.official import lay_out, read_payload
from tracker.services.reports import can_print, formats_of
from tracker.services.submissions import AlreadySubmittedError
from tracker.views.requests import SignedInRequest

# Of a long annex the page shows the beginning; files hold all of it.
SHOWN_ROWS = 200
SHOWN_EARLIER = 50


def show_report(
    request: SignedInRequest,
    kept: Report,
    *,
    sending_form: SendingForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """Show what was kept, from its payload alone; damaged, it is not shown: 409."""
    if not kept.is_whole:
        return show_damaged(request, kept)
    content = read_payload(kept.payload)
    rows = len(content["items"])
    made = set(kept.files.values_list("format", flat=True))
    formats = formats_of(kept.kind)
    can_be_made = [one for one in formats if one not in made and can_print(one, rows)]
    context = {
        "kept": kept,
        "report": lay_out(content, most_rows=SHOWN_ROWS),
        "formats": [one for one in formats if one in made],
        "other_formats": can_be_made,
        "lacks_pdf": not can_print(ReportFormat.PDF, rows),
        "others": _others(request, kept),
        "sending": kept.sent,
        "sending_form": sending_form or _sending_form(request, kept),
    }
    return render(request, "tracker/report.html", context, status=status)


def show_damaged(request: SignedInRequest, kept: Report) -> HttpResponse:
    return render(request, "tracker/report_damaged.html", {"kept": kept}, status=409)


def _others(request: SignedInRequest, kept: Report) -> list[Report]:
    """What it can be compared with."""
    if kept.kind != ReportKind.PROGRESS:
        return []
    visible = Report.objects.visible_to(request.user).exclude(pk=kept.pk)
    reports = visible.filter(kind=ReportKind.PROGRESS).newest_first()
    return list(reports.with_list_relations()[:SHOWN_EARLIER])


def _sending_form(request: SignedInRequest, kept: Report) -> SendingForm | None:
    if kept.kind != ReportKind.LETTER or not can_write_letters(request.user):
        return None
    today = f"{timezone.localdate():%d/%m/%Y}"
    return SendingForm(initial={"form_key": uuid4(), "sent_on": today})


def answer_keeping(
    request: SignedInRequest, keep: Callable[[], Report | Job], *, back_to: str
) -> HttpResponse:
    """Keep and lead to it: again like the first time, back when it is refused."""
    try:
        kept = keep()
    except AlreadySubmittedError as earlier:
        return redirect(earlier.answer)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(back_to)
    if isinstance(kept, Report):
        is_letter = kept.kind == ReportKind.LETTER
        was_kept = _("The letter was kept.") if is_letter else _("The report was kept.")
        messages.success(request, was_kept)
    return redirect(kept)
