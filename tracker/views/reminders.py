"""Pages of what to urge: who has something open, and what it is."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from provinces.models import Organisation
from provinces.succession import register_of
from tracker.models import Report
from tracker.permissions import can_write_letters
from tracker.reports.reminder_sheets import (
    GROUP_NAMES,
    build_reminder_lines,
    build_reminder_sheet,
)
from tracker.views.requests import SignedInRequest


@require_safe
def reminder_list(request: SignedInRequest) -> HttpResponse:
    today = timezone.localdate()
    context = {
        "lines": build_reminder_lines(request.user, on=today),
        "groups": GROUP_NAMES,
        "today": today,
    }
    return render(request, "tracker/reminder_list.html", context)


@require_safe
def reminder_sheet(request: SignedInRequest, organisation: int) -> HttpResponse:
    today = timezone.localdate()
    body = get_object_or_404(Organisation, pk=organisation)
    answering = register_of(request.user).answering_body(body.pk)
    if answering != body.pk:
        return redirect("reminder-sheet", answering)
    context = {
        "body": body,
        "groups": build_reminder_sheet(request.user, body.pk, on=today),
        "letters": Report.objects.visible_to(request.user).letters_to(body.pk),
        "may_write_letters": can_write_letters(request.user),
        "today": today,
    }
    return render(request, "tracker/reminder_sheet.html", context)
