"""Fact sheets: one page on a province or a resolution, to read, print and download."""

from dataclasses import dataclass
from datetime import date

from django.db import models
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from provinces.models import Province
from tracker.days import read_day
from tracker.filters import AS_OF
from tracker.models import Resolution
from tracker.reports.fact_sheets import (
    FactSheet,
    build_province_fact_sheet,
    build_resolution_fact_sheet,
)
from tracker.reports.writers.fact_sheet_pdf import write_fact_sheet_pdf
from tracker.views.requests import SignedInRequest


@require_safe
def province_fact_sheet(request: SignedInRequest, slug: str) -> HttpResponse:
    province, asked = get_object_or_404(Province, slug=slug), AskedDay.read(request)
    sheet = build_province_fact_sheet(province, on=asked.on, viewer=request.user)
    return _show(request, sheet, province, asked)


@require_safe
def province_fact_sheet_pdf(request: SignedInRequest, slug: str) -> HttpResponse:
    province, asked = get_object_or_404(Province, slug=slug), AskedDay.read(request)
    if asked.unknown:
        return _refuse_unknown(asked)
    sheet = build_province_fact_sheet(province, on=asked.on, viewer=request.user)
    return _answer_pdf(sheet)


@require_safe
def resolution_fact_sheet(request: SignedInRequest, slug: str) -> HttpResponse:
    resolution = get_object_or_404(Resolution, slug=slug)
    asked = AskedDay.read(request)
    sheet = build_resolution_fact_sheet(resolution, on=asked.on, viewer=request.user)
    return _show(request, sheet, resolution, asked)


@require_safe
def resolution_fact_sheet_pdf(request: SignedInRequest, slug: str) -> HttpResponse:
    resolution = get_object_or_404(Resolution, slug=slug)
    asked = AskedDay.read(request)
    if asked.unknown:
        return _refuse_unknown(asked)
    sheet = build_resolution_fact_sheet(resolution, on=asked.on, viewer=request.user)
    return _answer_pdf(sheet)


@dataclass(frozen=True)
class AskedDay:
    """The day a sheet is asked for, today unless told, and what was not understood."""

    on: date
    typed: str
    unknown: tuple[str, ...]

    @property
    def is_wrong_day(self) -> bool:
        return f"{AS_OF}={self.typed}" in self.unknown

    @classmethod
    def read(cls, request: SignedInRequest) -> "AskedDay":
        """Of a day to come nobody knows anything yet: it counts as unknown."""
        today = timezone.localdate()
        on, last, unknown = today, "", []
        for name, typed in request.GET.lists():
            if name == AS_OF:
                *typed, last = typed
                day = read_day(last)
                if day and day <= today:
                    on = day
                elif last:
                    typed.append(last)
            unknown += [f"{name}={value}"[:80] for value in typed]
        return cls(on, last[:20], tuple(unknown))


def _show(
    request: SignedInRequest, sheet: FactSheet, subject: models.Model, asked: AskedDay
) -> HttpResponse:
    is_past = asked.on < timezone.localdate()
    context = {
        "sheet": sheet,
        "subject": subject,
        "is_of_province": isinstance(subject, Province),
        "unknown": asked.unknown,
        "typed": asked.typed,
        "wrong_day": asked.is_wrong_day,
        "query": f"?{AS_OF}={asked.on}" if is_past else "",
        # What the count of pages about one thing reads.
        "count": sheet.count,
        "address": sheet.query,
        "today": sheet.as_of,
    }
    return render(request, "tracker/fact_sheet.html", context)


def _answer_pdf(sheet: FactSheet) -> HttpResponse:
    response = HttpResponse(write_fact_sheet_pdf(sheet), content_type="application/pdf")
    name = f"phieu-tom-tat_{sheet.key}_{sheet.as_of}.pdf"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


def _refuse_unknown(asked: AskedDay) -> HttpResponse:
    text = _("Unknown in the address: %(names)s. Nothing was exported.")
    return HttpResponseBadRequest(
        text % {"names": ", ".join(asked.unknown)},
        content_type="text/plain; charset=utf-8",
    )
