"""Fill an installation with a made-up country, to try it out and to measure."""

import os
import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from provinces.models import Organisation, Province
from tracker.importing.samples.recommendations import generate
from tracker.importing.samples.words import SAMPLE
from tracker.models import HISTORY_MODELS, Recommendation, Resolution

BAR = 30


class Command(BaseCommand):
    help = "Add made-up recommendations with histories; never in production."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--recommendations", type=int, default=100_000, help="how many to add"
        )
        parser.add_argument(
            "--seed", type=int, default=1, help="another number gives other rows"
        )
        parser.add_argument(
            "--processes", type=int, help="how many make rows at once, on PostgreSQL"
        )
        parser.add_argument(
            "--beside-real-data",
            action="count",
            default=0,
            help="add to what people have recorded; say it twice",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("Made-up recommendations never enter production.")
        if options["recommendations"] < 1:
            raise CommandError("Ask for at least one recommendation.")
        refuse_empty_register()
        refuse_real_data(options["beside_real_data"])
        start, number = time.monotonic(), options["recommendations"]

        def report(done: int) -> None:
            rate = done / (time.monotonic() - start)
            self.show(f"{bar(done, number)} {done} of {number}, {rate:.0f} a second")
            if done == number and self.stdout.isatty():
                self.stdout.write("")

        processes = options["processes"] or os.cpu_count() or 1
        # SQLite is busy enough with what one of them makes.
        if connection.vendor != "postgresql":
            processes = 1
        generate(number, seed=options["seed"], processes=processes, report=report)

    def show(self, line: str) -> None:
        """Write over the line before where somebody watches, else below it."""
        begin, end = ("\r", "") if self.stdout.isatty() else ("", "\n")
        self.stdout.write(f"{begin}{line}", ending=end)
        self.stdout.flush()


def bar(done: int, number: int) -> str:
    filled = BAR * done // number
    return f"[{'#' * filled}{'.' * (BAR - filled)}]"


def refuse_empty_register() -> None:
    overseeing = Organisation.objects.filter(oversees_all=True)
    parts = (Province.objects.all(), overseeing, Resolution.objects.all())
    if not all(rows.exists() for rows in parts):
        raise CommandError("The reference data is missing. Run manage.py seed first.")


def refuse_real_data(said: int) -> None:
    """Refuse to mix with what people recorded, whose history nobody can take apart."""
    if said >= 2 or not has_real_data():
        return
    message = (
        "People have recorded something here; made-up rows can never be taken out."
    )
    once = "Say --beside-real-data twice if that is what you want."
    raise CommandError(f"{message} {once}")


def has_real_data() -> bool:
    """Tell whether anybody but a made-up person recorded or entered anything."""
    entered = Recommendation.history.filter(history_user__isnull=False)
    return entered.exists() or any(
        model.objects.exclude(author__username__startswith=SAMPLE).exists()
        for model in HISTORY_MODELS
    )
