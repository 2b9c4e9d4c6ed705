"""Keeping reports and letters whole, and printing them again."""

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import translation

from provinces.models import Organisation, User
from tracker.choices import Basis, ReportFormat, ReportKind
from tracker.models import Report, ReportFile, ReportTemplate
from tracker.models.reports import checksum_of
from tracker.reports.official import read_payload, write_payload
from tracker.reports.parts import OfficialReport
from tracker.reports.writers.official_csv import write_official_csv
from tracker.reports.writers.official_docx import write_official_docx
from tracker.reports.writers.official_pdf import MOST_PDF_ROWS, write_official_pdf
from tracker.reports.writers.official_xlsx import write_official_xlsx
from tracker.services.submissions import refuse_repeated, remember

KEPT = "report"
# What a letter is sent as.
LETTER_FORMATS = (ReportFormat.DOCX, ReportFormat.PDF)


class ReportDamagedError(Exception):
    """A kept report is no longer what its checksum says: it is not printed."""


def keep_report(
    report: OfficialReport,
    *,
    issuer: Organisation,
    query: str,
    is_personal: bool,
    key: UUID,
    by: User,
    kind: ReportKind = ReportKind.PROGRESS,
    addressee: Organisation | None = None,
    recommendations: Iterable[int] = (),
    tick: Callable[[], None] = lambda: None,
) -> Report:
    """Keep a report with its payload and the bytes of every file of it.

    `tick` is called after each file and may raise to stop the work. A repeated submit
    raises AlreadySubmittedError.
    """
    refuse_repeated(key, act=KEPT, by=by)
    payload = write_payload(report)
    content = read_payload(payload)
    files = []
    # Made before the transaction: nobody else waits for a long document.
    for one in formats_of(kind):
        if can_print(one, len(report.items)):
            files.append((one, _write(one, content, issuer)))
        tick()
    with transaction.atomic():
        refuse_repeated(key, act=KEPT, by=by)
        kept = Report.objects.create(
            author=by,
            organisation=by.organisation,
            issuer=issuer,
            is_personal=is_personal,
            kind=kind,
            addressee=addressee,
            scope=report.scope,
            query=query,
            as_of=report.as_of,
            frozen_at=report.frozen_at,
            basis=Basis(report.basis),
            form=report.header.form,
            language=report.language,
            payload=payload,
            checksum=checksum_of(payload.encode()),
        )
        kept.recommendations.set(recommendations)
        for one, written in files:
            _keep_file(kept, one, written)
        remember(key, act=KEPT, by=by, answer=kept.get_absolute_url())
    return kept


def formats_of(kind: str) -> tuple[ReportFormat, ...]:
    """Give the formats that a report or a letter is printed in."""
    return LETTER_FORMATS if kind == ReportKind.LETTER else tuple(ReportFormat)


def can_print(kind: ReportFormat, rows: int) -> bool:
    """A PDF of more rows would take more memory than a server has to give."""
    return kind != ReportFormat.PDF or rows <= MOST_PDF_ROWS


def add_file(report: Report, kind: ReportFormat) -> ReportFile:
    """Make another format of a kept report from its payload, and keep it.

    Raises ReportDamagedError. Made already, it is given as it is.
    """
    if not report.is_whole:
        raise ReportDamagedError(str(report.key))
    made = report.files.filter(format=kind).first()
    if made is not None:
        return made
    written = _write(kind, read_payload(report.payload), report.issuer)
    return _keep_file(report, kind, written)


def _keep_file(report: Report, kind: ReportFormat, content: bytes) -> ReportFile:
    made, _is_new = ReportFile.objects.get_or_create(
        report=report,
        format=kind,
        defaults={"content": content, "sha256": checksum_of(content)},
    )
    return made


def _write(kind: ReportFormat, content: dict[str, Any], issuer: Organisation) -> bytes:
    """Write in the language of the report, whoever asks for it."""
    with translation.override(content["language"]):
        return _write_here(kind, content, issuer)


def _write_here(
    kind: ReportFormat, content: dict[str, Any], issuer: Organisation
) -> bytes:
    if kind == ReportFormat.DOCX:
        own = ReportTemplate.objects.in_use(issuer.pk).get(content["header"]["form"])
        # Own wording is for reports; a letter is short enough to be changed itself.
        is_report = content["kind"] == ReportKind.PROGRESS
        template = bytes(own.content) if own and is_report else None
        return write_official_docx(content, template)
    writers = {
        ReportFormat.PDF: write_official_pdf,
        ReportFormat.XLSX: write_official_xlsx,
        ReportFormat.CSV: write_official_csv,
    }
    return writers[kind](content)


def print_again(report: Report, kind: ReportFormat) -> bytes:
    """Give the very bytes that were kept; raises ReportDamagedError.

    Raises ReportFile.DoesNotExist for a format that was not kept.
    """
    file = report.files.get(format=kind)
    if not (report.is_whole and file.is_whole):
        raise ReportDamagedError(str(report.key))
    return bytes(file.content)
