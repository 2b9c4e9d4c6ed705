"""Fill an installation with made-up recommendations, to try it out and to measure."""

import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from provinces.models import Organisation, Province
from tracker.importing.samples.recommendations import generate
from tracker.models import Resolution

EVERY = 10_000


class Command(BaseCommand):
    help = "Add made-up recommendations with histories; never in production."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--recommendations", type=int, default=100_000, help="how many to add"
        )
        parser.add_argument(
            "--seed", type=int, default=1, help="another number gives other rows"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("Made-up recommendations never enter production.")
        if options["recommendations"] < 1:
            raise CommandError("Ask for at least one recommendation.")
        refuse_empty_register()
        start, number = time.monotonic(), options["recommendations"]

        def report(done: int) -> None:
            if done % EVERY == 0 or done == number:
                rate = done / (time.monotonic() - start)
                self.stdout.write(f"{done} of {number}, {rate:.0f} a second")
                self.stdout.flush()

        generate(number, seed=options["seed"], report=report)


def refuse_empty_register() -> None:
    overseeing = Organisation.objects.filter(oversees_all=True)
    parts = (Province.objects.all(), overseeing, Resolution.objects.all())
    if not all(rows.exists() for rows in parts):
        raise CommandError("The reference data is missing. Run manage.py seed first.")
