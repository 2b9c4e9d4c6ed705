"""Keeping reports whole, and printing them again."""

import hashlib
from uuid import UUID

from django.db import transaction

from provinces.models import User
from tracker.choices import Basis, ReportFormat
from tracker.models import Report, ReportFile
from tracker.reports.official import checksum_of, read_payload, write_payload
from tracker.reports.parts import OfficialReport
from tracker.reports.writers.official_xlsx import write_official_xlsx
from tracker.services.submissions import refuse_repeated, remember

KEPT = "report"


class ReportDamagedError(Exception):
    """A kept report is no longer what its checksum says: it is not printed."""


@transaction.atomic
def keep_report(
    report: OfficialReport, *, query: str, is_personal: bool, key: UUID, by: User
) -> Report:
    """Keep a report with its payload and the bytes of its files.

    A repeated submit raises AlreadySubmittedError.
    """
    refuse_repeated(key, act=KEPT, by=by)
    payload = write_payload(report)
    kept = Report.objects.create(
        author=by,
        organisation=by.organisation,
        is_personal=is_personal,
        scope=report.scope,
        query=query,
        as_of=report.as_of,
        frozen_at=report.frozen_at,
        basis=Basis(report.basis),
        language=report.language,
        payload=payload,
        checksum=checksum_of(payload),
    )
    content = write_official_xlsx(read_payload(payload)).read()
    ReportFile.objects.create(
        report=kept,
        format=ReportFormat.XLSX,
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
    )
    remember(key, act=KEPT, by=by, answer=kept.get_absolute_url())
    return kept


def print_again(report: Report, kind: ReportFormat) -> bytes:
    """Give the very bytes that were kept; raises ReportDamagedError.

    Raises ReportFile.DoesNotExist for a format that was not kept.
    """
    file = report.files.get(format=kind)
    if not (report.is_whole and file.is_whole):
        raise ReportDamagedError(str(report.key))
    return bytes(file.content)
