"""Remove what uploads that were stopped have left behind."""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from tracker.services.evidence_files import SuspiciousSweepError, sweep


class Command(BaseCommand):
    help = "Remove files of evidence that are older than a day and have no row."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            swept = sweep(before=timezone.now() - timedelta(days=1))
        except SuspiciousSweepError as error:
            raise CommandError(
                f"Nothing removed: {error}. Is this the database of these files?"
            ) from error
        for name in swept:
            self.stdout.write(name)
        self.stdout.write(f"{len(swept)} files removed.")
