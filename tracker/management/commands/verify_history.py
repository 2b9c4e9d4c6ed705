"""Check every chain and every cached state on live data."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from tracker.models import Recommendation
from tracker.services.verification import find_faults


class Command(BaseCommand):
    help = "Prove that history is whole and that the cached state follows from it."

    def handle(self, *args: Any, **options: Any) -> None:
        faults = 0
        for fault in find_faults():
            faults += 1
            self.stderr.write(fault)
        if faults:
            raise CommandError(f"{faults} faults in the history.")
        count = Recommendation.objects.count()
        self.stdout.write(f"History whole, cached state true: {count} recommendations.")
