"""Check every chain and every cached state on live data."""

from itertools import chain
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tracker.models import Recommendation
from tracker.services.evidence_files import find_file_faults
from tracker.services.verification import find_faults


class Command(BaseCommand):
    help = "Prove that history is whole and that the cached state follows from it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--without-files",
            action="store_true",
            help="Leave the files of evidence unread; with many it takes long.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        faults = 0
        files = () if options["without_files"] else find_file_faults()
        for fault in chain(find_faults(), files):
            faults += 1
            self.stderr.write(fault)
        if faults:
            raise CommandError(f"{faults} faults in the history.")
        count = Recommendation.objects.count()
        self.stdout.write(f"History whole, cached state true: {count} recommendations.")
