"""Long work: started as one process, watched by its heartbeat, stopped on request."""

import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from provinces.models import User
from tracker.choices import JobState
from tracker.models import Job
from tracker.models.jobs import UNFINISHED

# How often a process says that it is alive, at most.
BEAT = timedelta(seconds=1)


class JobCancelledError(Exception):
    """Whoever asked for the work does not want it any more."""


def start_job(*, query: str, form_key: UUID, total: int, by: User) -> Job:
    """Keep what is to be done and start a process that does it.

    One at a time for each person: ValidationError while another one is under way. A
    repeated submit gives the job it started.
    """
    with transaction.atomic():
        # Locked, so that two tabs do not start two at one moment.
        User.objects.select_for_update().get(pk=by.pk)
        same = Job.objects.filter(author=by, form_key=form_key).first()
        if same is not None:
            return same
        if Job.objects.filter(author=by).alive(now=timezone.now()).exists():
            raise ValidationError(
                _("Another report of yours is being made. Wait for it, or cancel it.")
            )
        job = Job.objects.create(
            author=by,
            query=query,
            form_key=form_key,
            total=total,
            language=get_language() or "vi",
        )
        transaction.on_commit(lambda: start_process(job.key))
    return job


def start_process(key: UUID) -> None:
    """Let a process of its own do the work: it outlives the request."""
    subprocess.Popen(
        [sys.executable, str(settings.BASE_DIR / "manage.py"), "run_job", str(key)],
        cwd=settings.BASE_DIR,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )


def cancel_job(job: Job) -> None:
    """Ask the process to stop; what waits or is lost is cancelled at once.

    What was kept at the very moment stays kept, and the job leads to it.
    """
    rows = Job.objects.filter(pk=job.pk, state__in=UNFINISHED)
    rows.update(is_cancel_wanted=True)
    # It may have begun since the page was made: then it is told, and stops itself.
    over = rows if job.is_lost else rows.filter(state=JobState.WAITING)
    over.update(state=JobState.CANCELLED)


def run_job(job: Job, work: Callable[[Callable[[], None]], str]) -> None:
    """Do the work once; `work` calls what it is given at each step, gives an address.

    Done elsewhere or cancelled meanwhile, nothing is done. Whatever goes wrong is kept
    as the problem; what is not foreseen is raised again.
    """
    claimed = Job.objects.filter(pk=job.pk, state=JobState.WAITING)
    if not claimed.update(state=JobState.RUNNING, heartbeat_at=timezone.now()):
        return
    beat = _Heartbeat(job)
    try:
        answer = work(beat)
    except JobCancelledError:
        _end(job, state=JobState.CANCELLED)
    except ValidationError as error:
        _end(job, state=JobState.FAILED, problem=" ".join(error.messages))
    except Exception:
        problem = _("Something went wrong on our side; it was noted in the log.")
        _end(job, state=JobState.FAILED, problem=problem)
        raise
    else:
        _end(job, state=JobState.DONE, answer=answer, done=beat.done)


def _end(job: Job, **fields: object) -> None:
    running = Job.objects.filter(pk=job.pk, state=JobState.RUNNING)
    running.update(heartbeat_at=timezone.now(), **fields)


class _Heartbeat:
    """Counts the steps and, once in a while, writes them down and looks for a stop."""

    def __init__(self, job: Job) -> None:
        self.job, self.done, self.written_at = job, 0, timezone.now()

    def __call__(self) -> None:
        self.done += 1
        now = timezone.now()
        if now - self.written_at < BEAT:
            return
        self.written_at = now
        rows = Job.objects.filter(pk=self.job.pk)
        rows.update(done=self.done, heartbeat_at=now)
        if rows.filter(is_cancel_wanted=True).exists():
            raise JobCancelledError
