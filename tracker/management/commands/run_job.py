"""Do one piece of long work that somebody asked for on a page."""

from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.http import QueryDict
from django.utils import translation
from django.utils.translation import gettext as _

from tracker.forms.reports import ReportChoice
from tracker.models import Job
from tracker.replicas import remember_write
from tracker.services.jobs import run_job
from tracker.services.reports import keep_report
from tracker.services.submissions import AlreadySubmittedError


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("key", type=UUID)

    def handle(self, *args: Any, **options: Any) -> None:
        job = Job.objects.select_related("author").filter(key=options["key"]).first()
        if job is None:
            raise CommandError("No such work.")
        with translation.override(job.language):
            run_job(job, lambda tick: _keep(job, tick))
        remember_write(job.author_id)


def _keep(job: Job, tick: Callable[[], None]) -> str:
    # Whoever lost the right to see something since then does not get it.
    choice = ReportChoice(QueryDict(job.query), job.author)
    if choice.chosen.unknown or not choice.count:
        raise ValidationError(_("There is nothing to report any more."))
    try:
        kept = keep_report(
            choice.build(tick), key=job.form_key, **choice.kept_as, tick=tick
        )
    except AlreadySubmittedError as earlier:
        return earlier.answer
    return kept.get_absolute_url()
