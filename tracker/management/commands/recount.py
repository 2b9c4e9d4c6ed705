"""Count all recommendations anew as of today; for a timer just after midnight."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from tracker.models.counts import recount


class Command(BaseCommand):
    help = "Count all recommendations as of today, before the first page of the day."

    def handle(self, *args: Any, **options: Any) -> None:
        today = timezone.localdate()
        recount(today)
        self.stdout.write(f"Counted as of {today:%d/%m/%Y}.")
