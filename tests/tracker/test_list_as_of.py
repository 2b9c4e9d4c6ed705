"""The list and its exports as of an earlier day, whatever was recorded since."""

from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.chain import Chain, plan_action, say
from tests.factories import (
    RAISED_ON,
    make_deadline,
    make_recommendation,
    make_update,
)
from tests.tracker.test_exports import csv_rows
from tests.tracker.test_views_recommendation_list import LIST, read
from tracker import facet_counts
from tracker.choices import Progress
from tracker.models import FollowUpAction, StatusUpdate

DAY = date(2025, 6, 30)
EXPORT = "/recommendations/export.csv"


@pytest.fixture
def moved(lan, ha):
    """What was begun in time and completed late, months after the day."""
    one = make_recommendation(code_number=1)
    make_update(one, by=lan, effective_on=date(2025, 3, 1), note="Đã khởi công")
    make_deadline(one, DAY, by=ha, effective_on=RAISED_ON)
    make_update(
        one, Progress.COMPLETED, by=lan, effective_on=date(2025, 9, 1), note="Xong"
    )
    return one


def test_list_shows_filters_and_counts_the_state_of_the_day(sign_in, ha, moved):
    client = sign_in(ha)
    untouched = make_recommendation(code_number=2)
    both = [moved.code, untouched.code]

    for day, progress, timeliness in (
        ("2025-02-28", "not_started", "in_time"),
        ("2025-06-30", "in_progress", "due_soon"),
        ("2025-07-01", "in_progress", "overdue"),
        ("2025-09-01", "completed", "completed_late"),
        ("", "completed", "completed_late"),
    ):
        codes, _count, facets = read(client.get(f"{LIST}?as_of={day}"))
        assert codes == both, day
        assert facets["progress", progress] == 1 + (progress == "not_started"), day
        assert facets["timeliness", timeliness] == 1, day
        asked = f"{LIST}?as_of={day}&progress={progress}&timeliness={timeliness}"
        assert read(client.get(asked))[0] == [moved.code], day


def test_of_many_rows_choices_of_a_day_are_counted_when_asked_for(
    sign_in, ha, moved, monkeypatch
):
    client, asked = sign_in(ha), f"{LIST}?as_of={DAY}"
    make_recommendation(code_number=2)
    codes, count, facets = read(client.get(asked))
    monkeypatch.setattr(facet_counts, "COUNTED_AT_ONCE", 1)

    told = read(client.get(asked))
    assert told[:2] == (codes, count) == (codes, 2)
    assert not told[2].get(("progress", "in_progress"))
    assert facets["progress", "in_progress"] == 1
    assert read(client.get(f"{asked}&counted=all")) == (codes, count, facets)
    # What a filter leaves is few: all but its own question is counted.
    narrow = read(client.get(f"{asked}&progress=in_progress"))
    assert narrow[:2] == ([moved.code], 1)
    assert narrow[2]["timeliness", "due_soon"] == 1


def test_what_was_raised_later_is_not_in_it(sign_in, ha, moved):
    make_recommendation(raised_on=DAY + timedelta(days=1), code_number=3)

    codes, count, _facets = read(sign_in(ha).get(f"{LIST}?as_of={DAY}"))

    assert (codes, count) == ([moved.code], 1)


def test_silence_of_the_day_is_told_though_it_was_broken_later(sign_in, ha, moved):
    client = sign_in(ha)

    for flag, day, count in (
        ("never_reported", date(2025, 2, 28), 1),
        ("never_reported", DAY, 0),
    ):
        page = client.get(f"{LIST}?as_of={day}&flag={flag}")
        assert read(page)[1] == count, (flag, day)


def test_a_back_dated_row_changes_the_day_it_speaks_of(sign_in, ha, lan, moved):
    client = sign_in(ha)
    asked = f"{LIST}?as_of={DAY}&progress=suspended"
    assert read(client.get(asked))[1] == 0

    say(moved, StatusUpdate, by=lan, progress="suspended", effective_on=DAY)

    assert read(client.get(asked))[0] == [moved.code]
    assert read(client.get(f"{LIST}?progress=completed"))[0] == [moved.code]


def test_export_tells_the_whole_chain_of_the_day(sign_in, ha, lan, moved):
    with time_machine.travel(DAY):
        plan_action(moved, by=ha, wording="Trình quy hoạch")
    plan_action(moved, by=ha, number=2, wording="Việc thêm sau ngày ấy")
    heads, row = csv_rows(sign_in(ha), f"?as_of={DAY}")

    told = dict(zip(heads, row, strict=True))
    assert told["Tiến độ"] == "Đang thực hiện"
    assert told["Tình trạng thời hạn"] == "Sắp đến hạn"
    assert told["Kết quả thực hiện"] == "Đã khởi công"
    assert told["Ngày hoàn thành"] == ""
    assert told["Thời hạn"] == f"{DAY}"
    assert "Chưa thực hiện" in told["Việc theo dõi"]
    assert "thêm sau" not in told["Việc theo dõi"]
    assert told["Cập nhật gần nhất"]
    assert csv_rows(sign_in(ha))[1][heads.index("Tiến độ")] == "Hoàn thành"


def test_export_of_yesterday_is_that_of_today_where_nothing_came_since(
    sign_in, ha, lan
):
    Chain(make_recommendation(), lan, ha)
    FollowUpAction.objects.update(entered_at=timezone.now() - timedelta(days=2))
    client, yesterday = sign_in(ha), timezone.localdate() - timedelta(days=1)

    assert csv_rows(client, f"?as_of={yesterday}") == csv_rows(client)


def test_day_is_typed_as_people_write_it_and_carried_on(sign_in, ha, moved):
    page = sign_in(ha).get(f"{LIST}?as_of=30/06/2025").content.decode()

    assert 'value="30/06/2025"' in page
    assert "Tình hình tại ngày 30/06/2025." in page
    assert "export.csv?as_of=2025-06-30" in page
    assert "bulk-form" not in page, "nothing is recorded for a day that is over"


@pytest.mark.parametrize("typed", ["31/02/2025", "2999-01-01", "0001-01-01", "hôm qua"])
def test_what_is_no_day_that_was_is_named_and_ignored(sign_in, ha, moved, typed):
    client = sign_in(ha)

    page = client.get(LIST, {"as_of": typed})

    assert f"as_of={typed}" in page.content.decode()
    assert f'value="{typed}"' in page.content.decode()
    assert "Không phải ngày hợp lệ" in page.content.decode()
    assert read(page)[0] == [moved.code]
    assert client.get(EXPORT, {"as_of": typed}).status_code == 400


def test_it_costs_the_same_with_one_row_and_with_three(sign_in, ha, moved):
    client, costs = sign_in(ha), []
    for _round in range(2):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(f"{LIST}?as_of={DAY}")
        costs.append(len(queries))
        make_recommendation()
        make_recommendation()

    assert costs[0] == costs[1]
