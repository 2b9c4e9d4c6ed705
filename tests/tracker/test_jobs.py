"""Long work: one process each, watched, cancelled, and never done twice."""

from datetime import timedelta
from io import StringIO
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.utils import timezone

from provinces.choices import Role
from tests.factories import make_user
from tests.kept_reports import DAY, keep
from tracker.choices import JobState
from tracker.models import Job, Report
from tracker.models.jobs import SILENCE
from tracker.services.jobs import cancel_job, run_job, start_job


@pytest.fixture
def started(monkeypatch):
    """Note which processes would be started; none is."""
    keys = []
    monkeypatch.setattr("tracker.services.jobs.start_process", keys.append)
    monkeypatch.setattr("tracker.views.reports.MOST_AT_ONCE", 0)
    return keys


@pytest.fixture
def job(ha, moved, started):
    return make_job(ha)


def make_job(by, **fields):
    fields = {"query": f"as_of={DAY}", "form_key": uuid4(), "language": "vi", **fields}
    return Job.objects.create(author=by, **fields)


def run(job):
    call_command("run_job", str(job.key), stdout=StringIO())
    job.refresh_from_db()
    return job


def test_a_long_report_becomes_a_job_and_the_job_the_report(
    sign_in,
    ha,
    moved,
    started,
    django_capture_on_commit_callbacks,
):
    client, key = sign_in(ha), uuid4()
    with django_capture_on_commit_callbacks(execute=True):
        places = {keep(client, form_key=key).headers["Location"] for _twice in "ab"}

    [job] = Job.objects.all()
    assert places == {job.get_absolute_url()}
    assert started == [job.key]
    waiting = client.get(job.get_absolute_url())
    assert waiting.headers["Refresh"]
    assert "Trang này tự cập nhật" in waiting.content.decode()

    assert run(job).state == JobState.DONE
    kept = Report.objects.get()
    assert job.answer == kept.get_absolute_url()
    assert kept.as_of == DAY
    assert client.get(job.get_absolute_url()).headers["Location"] == job.answer
    # Sent again after the end, the form leads to the report.
    assert keep(client, form_key=key).headers["Location"] in places


def test_a_job_is_done_once(job):
    run(job)
    run(job)

    assert Report.objects.count() == 1


def test_one_at_a_time_for_each_person(sign_in, ha, moved, started):
    running = make_job(ha, state=JobState.RUNNING)

    with pytest.raises(ValidationError):
        start_job(query="", form_key=uuid4(), total=1, by=ha)
    page = sign_in(ha).get(keep(sign_in(ha)).headers["Location"]).content.decode()
    assert Job.objects.count() == 1
    assert "report-preview" in page

    # One that fell silent holds up nobody.
    running.heartbeat_at = timezone.now() - SILENCE - timedelta(seconds=1)
    running.save()
    start_job(query="", form_key=uuid4(), total=1, by=ha)
    assert Job.objects.count() == 2


def test_cancelled_before_it_began_nothing_is_done(sign_in, ha, job):
    answer = sign_in(ha).post(f"{job.get_absolute_url()}cancel/")

    assert answer.headers["Location"] == job.get_absolute_url()
    assert run(job).state == JobState.CANCELLED
    assert not Report.objects.exists()
    page = sign_in(ha).get(job.get_absolute_url())
    assert "Refresh" not in page.headers
    assert "không có gì được lưu" in page.content.decode()


def test_cancelled_while_it_runs_it_stops_at_the_next_step(job, monkeypatch):
    monkeypatch.setattr("tracker.services.jobs.BEAT", timedelta(0))
    steps = []

    def work(tick):
        for step in range(5):
            steps.append(step)
            tick()
            job.refresh_from_db()
            cancel_job(job)
        return "/reports/"

    run_job(job, work)

    job.refresh_from_db()
    assert (job.state, job.answer, steps) == (JobState.CANCELLED, "", [0, 1])
    assert job.done == 2


def test_progress_is_written_down(job, monkeypatch):
    monkeypatch.setattr("tracker.services.jobs.BEAT", timedelta(0))
    Job.objects.filter(pk=job.pk).update(total=4)
    seen = []

    def work(tick):
        for _step in range(4):
            tick()
            seen.append(Job.objects.get().percent)
        return "/reports/"

    run_job(job, work)

    assert seen == [25, 50, 75, 100]


def test_what_goes_wrong_is_told_and_raised(sign_in, ha, job):
    def work(tick):
        raise RuntimeError("disk")

    with pytest.raises(RuntimeError):
        run_job(job, work)

    job.refresh_from_db()
    assert job.state == JobState.FAILED
    page = sign_in(ha).get(job.get_absolute_url()).content.decode()
    assert "Hệ thống gặp lỗi" in page
    assert "disk" not in page


def test_rights_are_those_of_the_moment_it_runs(central, moved, hoa):
    author = make_user("tu", central, Role.COORDINATOR)
    job = make_job(author)
    author.role, author.organisation = Role.REPORTER, hoa.organisation
    author.save()

    assert run(job).state == JobState.FAILED
    assert job.problem == "Không còn nội dung nào để báo cáo."
    assert not Report.objects.exists()


def test_a_process_that_fell_silent_is_said_to_be_gone(sign_in, ha, job):
    long_ago = timezone.now() - SILENCE - timedelta(seconds=1)
    Job.objects.update(state=JobState.RUNNING, heartbeat_at=long_ago)

    page = sign_in(ha).get(job.get_absolute_url())

    assert "đã dừng mà không rõ nguyên nhân" in page.content.decode()
    assert "Refresh" not in page.headers
    job.refresh_from_db()
    cancel_job(job)
    job.refresh_from_db()
    assert job.state == JobState.CANCELLED


def test_nobody_else_sees_it(sign_in, quan, job):
    for client in (sign_in(quan),):
        assert client.get(job.get_absolute_url()).status_code == 404
        assert client.post(f"{job.get_absolute_url()}cancel/").status_code == 404


def test_running_work_is_found_on_the_page_of_reports(sign_in, ha, quan, job):
    assert job.get_absolute_url() in sign_in(ha).get("/reports/").content.decode()
    assert job.get_absolute_url() not in sign_in(quan).get("/reports/").content.decode()
    run(job)
    assert job.get_absolute_url() not in sign_in(ha).get("/reports/").content.decode()


def test_a_scope_that_was_lost_sight_of_is_not_widened(ha, moved, started):
    job = make_job(ha, query=f"as_of={DAY}&session=99999")

    assert run(job).state == JobState.FAILED
    assert not Report.objects.exists()


def test_cancelling_what_has_begun_meanwhile_does_not_end_it_twice(job):
    seen = Job.objects.get(pk=job.pk)
    Job.objects.filter(pk=job.pk).update(state=JobState.RUNNING)

    cancel_job(seen)

    job.refresh_from_db()
    assert (job.state, job.is_cancel_wanted) == (JobState.RUNNING, True)


def test_an_unknown_job_is_refused(db):
    with pytest.raises(CommandError):
        call_command("run_job", str(uuid4()))
