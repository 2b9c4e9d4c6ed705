"""Build an official report and write it to a file, with the rights of a user.

For a timer: `manage.py report --user dieuphoi --resolution 23-nq-tw --province 49
--as-of 2026-06-30 --form party --format docx -o report.docx`
"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.core.management.base import BaseCommand, CommandError
from django.http import QueryDict
from django.utils import timezone

from provinces.choices import DocumentForm
from provinces.models import User
from tracker.choices import Basis, ReportFormat
from tracker.forms.reports import ANNEX_NAMES, ReportChoice
from tracker.reports.writers.official_pdf import MOST_PDF_ROWS
from tracker.services.reports import can_print, keep_report, print_again

# Parameters of the list that the command takes under their own names.
SCOPE = ("resolution", "province", "lead", "session", "kind", "topic", "flag")


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--user", required=True, help="whose rights it has")
        for name in SCOPE:
            parser.add_argument(f"--{name}", action="append", default=[])
        parser.add_argument("--as-of", help="day, today unless told: 2026-06-30")
        parser.add_argument("--basis", choices=Basis.values)
        parser.add_argument("--form", choices=DocumentForm.values)
        parser.add_argument("--issuer", help="id of the issuing body")
        parser.add_argument("--language", choices=["vi", "en"], default="vi")
        parser.add_argument("--annex", action="append", choices=[*ANNEX_NAMES])
        parser.add_argument(
            "--format", choices=ReportFormat.values, default=ReportFormat.DOCX
        )
        parser.add_argument("-o", "--output", type=Path, required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        by = User.objects.filter(username=options["user"], is_active=True).first()
        if by is None:
            raise CommandError(f"There is no active user {options['user']}.")
        choice = ReportChoice(_query_of(options), by)
        _check(choice, options)
        report = choice.build()
        if options["form"] not in {None, report.header.form}:
            raise CommandError(
                f"Documents of {choice.issuer} have the {report.header.form} form;"
                " name another body with --issuer."
            )
        kind = ReportFormat(options["format"])
        if not can_print(kind, choice.count):
            raise CommandError(
                f"A PDF has at most {MOST_PDF_ROWS} rows: ask for xlsx or docx."
            )
        kept = keep_report(report, key=uuid4(), **choice.kept_as)
        _write_whole(options["output"], print_again(kept, kind))
        self.stdout.write(f"{options['output']}: {choice.count} rows, {kept.key}")


def _query_of(options: dict[str, Any]) -> QueryDict:
    asked = QueryDict(mutable=True)
    for name in SCOPE:
        asked.setlist(name, options[name])
    asked["as_of"] = options["as_of"] or f"{timezone.localdate()}"
    for name in ("basis", "issuer", "language"):
        if options[name]:
            asked[name] = options[name]
    if options["annex"]:
        asked.setlist("annex", options["annex"])
    return asked


def _check(choice: ReportChoice, options: dict[str, Any]) -> None:
    if choice.chosen.wrong_day:
        raise CommandError(f"This is no day that has come: {options['as_of']}")
    if choice.chosen.unknown:
        raise CommandError(f"Unknown: {', '.join(choice.chosen.unknown)}")
    for name, errors in choice.form.errors.items():
        raise CommandError(f"--{name}: {' '.join(map(str, errors))}")
    if not choice.count:
        raise CommandError("There is no recommendation to report on.")


def _write_whole(path: Path, content: bytes) -> None:
    """Whoever looks meanwhile finds the earlier file or this one, never a part."""
    unfinished = path.with_name(f"{path.name}.part")
    unfinished.write_bytes(content)
    unfinished.replace(path)
