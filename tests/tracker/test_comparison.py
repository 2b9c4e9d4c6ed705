"""What changed between two reports: every way of changing, and nothing else."""

from datetime import date

from django.utils import timezone

from tests.factories import make_answer, make_deadline, make_recommendation, make_update
from tests.kept_reports import DAY, REPORTS, keep
from tracker.models import Report
from tracker.reports.comparison import compare

COMPARE = f"{REPORTS}compare/"


def item(code="QNA-24-01", **fields):
    return {
        "code": code,
        "wording": "Hoàn thành đường nối",
        "lead": "Tỉnh ủy Quảng Nam",
        "progress": "in_progress",
        "timeliness": "in_time",
        "due_on": date(2026, 6, 30),
        "extension_count": 0,
        "answer": "",
        **fields,
    }


def changed(before, after):
    """Give the codes by way of changing, those in which nothing changed left out."""
    told = {one.key: [row.code for row in one.rows] for one in compare(before, after)}
    return {key: codes for key, codes in told.items() if codes}


def test_nothing_changed_is_said_of_the_same_report():
    assert changed([item()], [item()]) == {}


def test_every_way_of_changing_is_told():
    before = item()
    later = {
        "completed": {"progress": "completed", "timeliness": "completed_on_time"},
        "overdue": {"timeliness": "overdue"},
        "answered": {"answer": "accepted"},
        "extended": {"extension_count": 1, "due_on": date(2026, 12, 31)},
    }
    for key, fields in later.items():
        assert changed([before], [item(**fields)]) == {key: ["QNA-24-01"]}
        # The other way round it is none of them.
        assert key not in changed([item(**fields)], [before])

    done = item(progress="completed", timeliness="completed_on_time")
    assert changed([done], [before]) == {"reopened": ["QNA-24-01"]}
    assert changed([], [before]) == {"new": ["QNA-24-01"]}
    assert changed([before], []) == {"gone": ["QNA-24-01"]}


def test_one_can_have_changed_in_several_ways():
    after = item(progress="completed", timeliness="completed_late", answer="noted")

    assert changed([], [after]) == {
        "completed": ["QNA-24-01"],
        "answered": ["QNA-24-01"],
        "new": ["QNA-24-01"],
    }


def test_what_it_was_and_became_is_said_in_words():
    [extended] = [
        one
        for one in compare(
            [item(due_on=None)], [item(extension_count=1, due_on=date(2026, 12, 31))]
        )
        if one.key == "extended"
    ]

    [row] = extended.rows
    assert (row.before, row.after) == ("Chưa xác định", "31/12/2026")


# -- the page -----------------------------------------------------------------------


def told_on(page):
    """Give how many rows each way has, as the page counts them."""
    return {one.key: len(one.rows) for one in page.context["changes"]}


def test_two_days_are_compared(sign_in, ha, lan, moved):
    answered = make_recommendation(code_number=99)
    make_answer(answered, by=ha, effective_on=date(2025, 9, 1))

    page = sign_in(ha).get(f"{COMPARE}?since=30/06/2025&as_of=2025-12-31")

    told = told_on(page)
    assert (told["completed"], told["answered"], told["new"]) == (1, 1, 0)
    assert moved.code in page.content.decode()


def test_two_kept_reports_are_compared_whichever_comes_first(
    sign_in,
    ha,
    lan,
    moved,
):
    client = sign_in(ha)
    keep(client)
    make_update(moved, by=lan, effective_on=timezone.localdate(), note="Mở lại")
    keep(client, f"as_of={timezone.localdate()}")
    first, second = Report.objects.order_by("pk")

    for earlier, later in ((first, second), (second, first)):
        page = client.get(f"{COMPARE}?earlier={earlier.key}&later={later.key}")
        assert page.context["before"].as_of == first.as_of
        assert told_on(page)["new"] == 0


def test_what_was_confirmed_is_not_compared_with_what_was_reported(sign_in, ha, moved):
    client = sign_in(ha)
    keep(client)
    keep(client, f"as_of={DAY}&basis=confirmed")
    first, second = Report.objects.order_by("pk")

    page = client.get(f"{COMPARE}?earlier={first.key}&later={second.key}")

    assert page.context["changes"] is None
    assert "Chỉ số liệu đã xác nhận" in page.content.decode()


def test_leaving_what_was_given_up_is_reopening_and_giving_up_is_none():
    given_up = item(progress="discontinued", timeliness="not_counted")
    done = item(progress="completed", timeliness="completed_on_time")

    assert changed([given_up], [item()]) == {"reopened": ["QNA-24-01"]}
    assert changed([done], [given_up]) == {}


def test_what_cannot_be_compared_is_said(sign_in, ha, hoa, moved):
    client = sign_in(ha)
    page = keep(client).headers["Location"]
    key = page.rstrip("/").rsplit("/", 1)[1]

    for query in (
        "since=x&as_of=2025-12-31",
        "as_of=2025-12-31",
        "since=1/1/2999",
        "since=2025-01-01&as_of=2025-12-31&session=99999",
    ):
        shown = client.get(f"{COMPARE}?{query}")
        assert shown.context["changes"] is None
        assert "Không so sánh được" in shown.content.decode()
    assert client.get(f"{COMPARE}?earlier=x&later={key}").status_code == 400
    other = sign_in(hoa).get(f"{COMPARE}?earlier={key}&later={key}")
    assert other.status_code == 404


def test_deadlines_of_the_days_are_those_of_the_days(sign_in, ha, moved):
    make_deadline(moved, date(2026, 1, 31), by=ha, effective_on=date(2025, 8, 1))

    page = sign_in(ha).get(f"{COMPARE}?since=2025-07-31&as_of=2025-08-31")

    told = {one.key: one.rows for one in page.context["changes"]}
    [row] = told["extended"]
    assert (row.before, row.after) == ("30/06/2025", "31/01/2026")
