"""Remind every organisation of what it has to see to; for a daily timer."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from tracker.reports.reminders import Digest, build_digests
from tracker.services.reminders import send_digest


class Command(BaseCommand):
    help = "Mail each organisation what became due, overdue or returned, once each."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--dry-run",
            action="store_true",
            help="print what would go to whom; send and record nothing",
        )
        parser.add_argument(
            "--on",
            type=date.fromisoformat,
            metavar="YYYY-MM-DD",
            help="with --dry-run: judge deadlines as on another day",
        )

    def handle(self, *, dry_run: bool, on: date | None, **options: Any) -> None:
        if on and not dry_run:
            raise CommandError("--on needs --dry-run: only today's reminders are sent.")
        refuse_missing_settings(is_sending=not dry_run)
        digests = build_digests(on=on or timezone.localdate())
        if dry_run:
            self.describe(digests)
        else:
            self.send(digests)

    def describe(self, digests: list[Digest]) -> None:
        for digest in digests:
            self.stdout.write(f"{digest.name}: {addresses_of(digest)}")
            for item in digest.items:
                day = f"{item.about:%d/%m/%Y}"
                self.stdout.write(f"  {item.stage.value} {day} {item.path}")
        self.stdout.write(f"Digests: {len(digests)}. Nothing was sent or recorded.")

    def send(self, digests: list[Digest]) -> None:
        sent = failed = 0
        for digest in digests:
            if not digest.recipients:
                count = len(digest.items)
                self.stdout.write(f"{digest.name}: no address for {count} items")
                continue
            # Whatever stops one mail must not stop the others.
            try:
                count = send_digest(digest, site=settings.SITE_URL)
            except Exception as error:
                failed += 1
                reason = f"{type(error).__name__}: {error}"
                self.stderr.write(f"{digest.name}: not sent, {reason}")
                continue
            sent += bool(count)
            self.stdout.write(f"{digest.name}: {count} items to {addresses_of(digest)}")
        self.stdout.write(f"Digests sent: {sent}.")
        if failed:
            raise CommandError(f"{failed} not sent; the next run tries them again.")


def refuse_missing_settings(*, is_sending: bool) -> None:
    """In production stop before a link leads nowhere or a mail ends in a log."""
    if not settings.SITE_URL:
        raise CommandError(
            "Set SITE_URL to the address people open, such as https://theodoi.example."
        )
    if is_sending and settings.PRODUCTION and not settings.EMAIL_HOST:
        raise CommandError("Set EMAIL_HOST to the mail server that takes the mails.")


def addresses_of(digest: Digest) -> str:
    return ", ".join(digest.recipients) or "no address"
