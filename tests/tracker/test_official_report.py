"""The official report as plain data: what it says of a day, and what it costs."""

from datetime import date

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.chain import Chain, plan_action, say
from tests.factories import (
    RAISED_ON,
    make_recommendation,
    make_resolution,
    make_update,
)
from tests.kept_reports import DAY
from tracker.choices import Basis, Progress
from tracker.models import (
    Answer,
    Confirmation,
    Evidence,
    Recommendation,
    StatusUpdate,
)
from tracker.reports.official import (
    build_official_report,
    read_payload,
    write_payload,
)
from tracker.reports.sources import Scope


def build(user, *, rows=None, on=DAY, at=None, basis=Basis.REPORTED, resolutions=()):
    rows = Recommendation.objects.visible_to(user) if rows is None else rows
    return build_official_report(
        Scope(rows, "", frozenset(one.pk for one in resolutions)),
        as_of=on,
        frozen_at=at or timezone.now(),
        basis=basis,
        issuer=user.organisation,
        viewer=user,
    )


def table_of(report, key):
    [table] = [one for one in report.tables if one.key == key]
    return table


def progress_rows(report):
    return [row for group in table_of(report, "progress").groups for row in group.rows]


def test_report_says_how_things_stood_on_the_day(ha, moved):
    [then] = progress_rows(build(ha))
    [now] = progress_rows(build(ha, on=date(2025, 12, 31)))

    assert then[6] == "Đang thực hiện; Sắp đến hạn"
    assert then[7] == "Đã khởi công"
    assert now[6] == "Hoàn thành; quá hạn 60 ngày"


def test_count_adds_up_and_the_rate_names_what_it_is_of(ha, moved):
    make_recommendation(moved.resolutions.all())
    report = build(ha, on=date(2025, 12, 31), resolutions=moved.resolutions.all())

    for line in report.counts:
        assert sum(line.parts) + line.without_figures == line.total
    assert [(line.by, line.title, line.total) for line in report.counts] == [
        ("all", "Toàn bộ phạm vi báo cáo", 2),
        ("resolution", "23-NQ/TW", 2),
        ("province", "Không thuộc địa phương nào", 2),
        ("lead", "Tỉnh ủy Quảng Nam", 1),
        ("lead", "Chưa có cơ quan chủ trì", 1),
    ]
    assert report.counts[0].rate == "100,00% (1 trên 1; không tính 1)"
    assert build(ha).counts[0].rate == "chưa có kiến nghị nào đến hạn; không tính 2"


def test_confirmed_figures_are_a_basis_of_their_own(ha, moved):
    make_recommendation(moved.resolutions.all())
    report = build(ha, on=date(2025, 12, 31), basis=Basis.CONFIRMED)

    told = [row[6] for row in progress_rows(report)]
    assert told == ["Đang thực hiện; quá hạn 184 ngày", "Chưa có số liệu được xác nhận"]
    line = report.counts[0]
    assert (line.without_figures, line.total, sum(line.parts)) == (1, 2, 1)


def test_confirmed_figures_carry_their_own_proof(ha, lan):
    one = make_recommendation(lead=lan.organisation)
    begun = make_update(one, by=lan, effective_on=RAISED_ON, note="Đã khảo sát")
    say(one, Evidence, by=lan, update=begun, document_number="1/BC-TU")
    say(one, Confirmation, by=ha, update=begun, outcome="confirmed")
    later = make_update(one, Progress.COMPLETED, by=lan, effective_on=RAISED_ON)
    say(one, Evidence, by=lan, update=later, document_number="2/BC-TU")

    [reported] = progress_rows(build(ha))
    [confirmed] = progress_rows(build(ha, basis=Basis.CONFIRMED))

    assert ("1/BC-TU" in reported[7], "2/BC-TU" in reported[7]) == (False, True)
    assert ("1/BC-TU" in confirmed[7], "2/BC-TU" in confirmed[7]) == (True, False)
    assert (reported[10], confirmed[10]) == ("Chưa xác nhận", "Đã xác nhận")


def test_silence_is_said_and_counted(ha, lan):
    silent = make_recommendation()
    said = make_recommendation(lead=lan.organisation)
    make_update(said, Progress.NOT_STARTED, by=lan, effective_on=RAISED_ON)

    report = build(ha)

    told = {row[1].split(". ")[0]: row[6] for row in progress_rows(report)}
    assert told[silent.code] == "Chưa có báo cáo; Chưa có thời hạn"
    assert told[said.code] == "Chưa thực hiện; Chưa có thời hạn"
    words = [line for section in report.sections for line in section.paragraphs]
    assert f"Chưa có báo cáo về 1 nhiệm vụ, kiến nghị: {silent.code}." in words


def test_what_was_recorded_after_the_moment_is_not_in_it(ha, lan, moved):
    before = timezone.now()
    say(moved, StatusUpdate, by=lan, progress="suspended", effective_on=DAY)
    say(moved, Answer, by=lan, outcome="accepted", is_final=True, effective_on=DAY)

    [known] = progress_rows(build(ha, at=before))
    [later] = progress_rows(build(ha))

    assert (known[6], known[9]) == ("Đang thực hiện; Sắp đến hạn", "")
    assert later[6] == "Tạm dừng"
    assert later[9] == "Tiếp thu (30/06/2025)"


def test_rows_stand_under_each_of_their_resolutions_and_the_body_that_leads(ha, moved):
    first = moved.resolutions.get()
    second = make_resolution("52-nq-tw")
    make_recommendation([first, second])

    report = build(ha, resolutions=[first, second])

    table = table_of(report, "progress")
    told = [(group.title, group.level, len(group.rows)) for group in table.groups]
    assert told == [
        ("23-NQ/TW (2 kiến nghị)", 1, 0),
        ("Tỉnh ủy Quảng Nam (1 kiến nghị)", 2, 1),
        ("Chưa có cơ quan chủ trì (1 kiến nghị)", 2, 1),
        ("52-NQ/TW (1 kiến nghị)", 1, 0),
        ("Chưa có cơ quan chủ trì (1 kiến nghị)", 2, 1),
    ]
    assert table.total == "2 kiến nghị, trong đó 1 thuộc nhiều nghị quyết"


def test_whole_chain_is_in_its_rows(ha, lan):
    one = make_recommendation()
    Chain(one, lan, ha)
    plan_action(one, by=ha, number=2)

    report = build(ha, on=timezone.localdate())

    [row] = progress_rows(report)
    assert row[10].startswith("đã gia hạn từ 30/06/2025, 2 lần")
    assert row[9].startswith("Không thuộc thẩm quyền (01/02/2025)")
    [table] = [one for one in report.tables if one.key == "difficulties"]
    [[difficulty]] = [group.rows for group in table.groups]
    assert difficulty[2:4] == (row[8].split(": ")[0], row[8].split(": ")[1])


def test_building_costs_the_same_for_one_row_and_for_three(ha, lan, moved):
    costs = []
    # What a request reads once is read before.
    build(ha)
    for _round in range(2):
        with CaptureQueriesContext(connection) as queries:
            build(ha, resolutions=moved.resolutions.all())
        costs.append(len(queries))
        for _row in range(2):
            Chain(make_recommendation(moved.resolutions.all()), lan, ha)

    assert costs[0] == costs[1]


def test_same_report_is_the_same_text(ha, moved):
    at = timezone.now()
    first, second = (write_payload(build(ha, at=at)) for _twice in range(2))

    assert first == second
    assert read_payload(first)["as_of"] == DAY
