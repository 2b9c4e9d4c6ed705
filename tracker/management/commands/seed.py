"""Load the reference data and the first report."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from tracker.importing.fixtures import FixtureError, seed


class Command(BaseCommand):
    help = "Make the missing rows of fixtures/; rows that exist are left as they are."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--refresh",
            action="store_true",
            help="also update rows that nobody has edited since they were made",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            report = seed(refresh=options["refresh"])
        except FixtureError as error:
            raise CommandError(str(error)) from error
        for seeded in report:
            counts = ", ".join(
                f"{n} {what}" for what, n in sorted(seeded.counts.items())
            )
            self.stdout.write(f"{seeded.file}: {counts or 'nothing'}")
