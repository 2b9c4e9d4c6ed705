"""Timeliness is one rule: in Python, in SQL, on every page and at every clock."""

import os
import re
import time
from datetime import UTC, date, datetime, timedelta
from time import monotonic

import pytest
import time_machine
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.factories import make_deadline, make_recommendation
from tests.tracker.test_exports import csv_rows
from tracker.choices import Progress, Timeliness
from tracker.models import FollowUpAction, Recommendation
from tracker.timeliness import count_days_late, judge_timeliness, timeliness_expression

# -- Python and SQL -----------------------------------------------------------------

SECONDS = 20
TRICKY = [
    date(2024, 2, 28),
    date(2024, 2, 29),
    date(2024, 3, 1),
    date(2025, 12, 31),
    date(2026, 1, 1),
    date(2100, 2, 28),
]
days = st.sampled_from(TRICKY) | st.dates(date(2020, 1, 1), date(2035, 12, 31))
# Around the day on which it is judged, where the answers change.
around = st.sampled_from([-366, -8, -7, -1, 0, 1, 6, 7, 8, 9, 365])
states = st.lists(
    st.tuples(
        st.sampled_from(Progress.values),
        st.none() | days | around,
        st.none() | days | around,
        st.none() | days | around,
    ),
    min_size=8,
    max_size=24,
)


def on_day(value, on):
    return on + timedelta(days=value) if isinstance(value, int) else value


@pytest.fixture(scope="module")
def clock():
    return monotonic()


@settings(
    max_examples=40,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(on=days, drawn=states)
def test_python_and_sql_judge_alike(db, ha, clock, on, drawn):
    if monotonic() - clock > SECONDS:
        return
    Recommendation.objects.all().delete()
    rows = [
        (progress, *(on_day(value, on) for value in others))
        for progress, *others in drawn
    ]
    Recommendation.objects.bulk_create(
        Recommendation(
            code_prefix="QNA",
            code_year=24,
            code_number=number,
            raised_on=date(2020, 1, 1),
            progress=progress,
            completed_on=completed_on,
            due_on=due_on,
            original_due_on=original,
            wording_key=b"",
        )
        for number, (progress, completed_on, due_on, original) in enumerate(rows)
    )

    for column in ("due_on", "original_due_on"):
        judged = Recommendation.objects.annotate(
            judged=timeliness_expression(on=on, due=column)
        ).values_list("judged", "progress", "completed_on", column)
        for said, *state in judged:
            assert said == judge_timeliness(*state, on=on), (state, on)
            is_late = said in {Timeliness.OVERDUE, Timeliness.COMPLETED_LATE}
            assert (count_days_late(*state, on=on) > 0) == is_late


def test_actions_are_judged_by_the_same_expression(ha):
    one, on = make_recommendation(), date(2024, 2, 29)
    FollowUpAction.objects.bulk_create(
        FollowUpAction(
            recommendation=one,
            number=number,
            owner=ha.organisation,
            entered_by=ha,
            progress=progress,
            completed_on=on if progress == Progress.COMPLETED else None,
            due_on=on + timedelta(days=n),
        )
        for number, (progress, n) in enumerate(
            (progress, n) for progress in Progress for n in (-1, 0, 1, 7, 8)
        )
    )

    rows = FollowUpAction.objects.annotate(judged=timeliness_expression(on=on))

    assert {row.judged for row in rows} >= {"overdue", "completed_late", "due_soon"}
    assert [row.judged for row in rows] == [row.judge_timeliness(on=on) for row in rows]


@pytest.mark.parametrize(
    ("progress", "completed_on", "late"),
    [
        (Progress.IN_PROGRESS, None, 12),
        (Progress.COMPLETED, date(2026, 7, 3), 3),
        (Progress.COMPLETED, date(2026, 6, 30), 0),
        (Progress.SUSPENDED, None, 0),
    ],
)
def test_days_late_are_counted_to_the_day_or_to_completion(
    progress, completed_on, late
):
    due_on, on = date(2026, 6, 30), date(2026, 7, 12)

    assert count_days_late(progress, completed_on, due_on, on=on) == late
    assert count_days_late(progress, completed_on, None, on=on) == 0


# -- the boundary of the day ----------------------------------------------------------

# Midnight at Hà Nội, on which 29 June ends.
MIDNIGHT = datetime(2026, 6, 29, 17, tzinfo=UTC)
MOMENTS = [
    MIDNIGHT + sign * timedelta(**apart)
    for sign in (-1, 1)
    for apart in (
        {"microseconds": 1},
        {"milliseconds": 1},
        {"seconds": 1},
        {"minutes": 1},
        {"hours": 1},
        {"hours": 6, "minutes": 59},
        {"hours": 12, "minutes": 59},
    )
]
MOMENTS += [MIDNIGHT, MIDNIGHT + timedelta(hours=23, minutes=59, seconds=59)]


@pytest.fixture(params=["UTC", "America/New_York"])
def server_zone(request):
    """Let the process believe that it stands elsewhere."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = request.param
    time.tzset()
    yield request.param
    os.environ.pop("TZ")
    if before is not None:
        os.environ["TZ"] = before
    time.tzset()


LINE = re.compile(r'data-code="[^"]+".*?</tr>', re.DOTALL)
WORDS = {"Quá hạn": "overdue", "đến hạn hôm nay": "due_soon", "còn": "due_soon"}


def test_every_clock_says_the_same_around_midnight(server_zone, sign_in, ha):
    assert len(MOMENTS) == 16
    due = [date(2026, 6, 28), date(2026, 6, 29), date(2026, 6, 30)]
    ones = [make_recommendation(wording=f"{day:%d}") for day in due]
    for one, day in zip(ones, due, strict=True):
        make_deadline(one, day, by=ha)

    for moment in MOMENTS:
        today = date(2026, 6, 29) if moment < MIDNIGHT else date(2026, 6, 30)
        expected = ["overdue" if day < today else "due_soon" for day in due]
        with time_machine.travel(moment, tick=False):
            client = sign_in(ha)
            page = client.get("/recommendations/?sort=due_on").content.decode()
            counted = client.get("/recommendations/?timeliness=overdue")
            rows = csv_rows(client, "?sort=due_on")[1:]
            assert timezone.localdate() == today
            judged = [one.judge_timeliness(on=timezone.localdate()) for one in ones]

        assert judged == expected, moment
        assert said_on(page) == expected, moment
        overdue = f'data-count="{expected.count("overdue")}"'
        assert overdue in counted.content.decode(), moment
        labels = {"overdue": "Quá hạn", "due_soon": "Sắp đến hạn"}
        assert [labels[one] for one in expected] == [
            next(cell for cell in row if cell in labels.values()) for row in rows
        ]


def said_on(page):
    return [
        next(value for words, value in WORDS.items() if words in line)
        for line in LINE.findall(page)
    ]
