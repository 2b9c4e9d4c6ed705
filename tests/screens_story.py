"""Months of made-up work on the first report, so that pictures show a product in use.

Every act goes through the product's own services, on its own day before today.
"""

import csv
import uuid
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import partial
from io import StringIO
from pathlib import Path
from typing import Any

import time_machine
from django.core.management import call_command
from django.utils import timezone

from provinces.models import Organisation, User
from tests.screens_reading import decide_first_flag, read_notice
from tracker.choices import DifficultyCategory, Progress
from tracker.models import Indicator, Observation, Recommendation, SavedView
from tracker.services.deadlines import set_deadline
from tracker.services.difficulties import clear_difficulty, open_difficulty
from tracker.services.evidence import Proof
from tracker.services.follow_ups import add_action, record_action_progress
from tracker.services.leads import assign_lead
from tracker.services.observations import correct_observation, enter_observation
from tracker.services.progress import record_progress
from tracker.services.saved_views import save_view
from tracker.services.submissions import Stamp

UPDATES = Path(__file__).parent / "screens_updates.csv"
COORDINATOR = "dieuphoi"
COMMISSION = "Ban Chính sách, chiến lược Trung ương"
PARTY, CITY = "Thành ủy Đà Nẵng", "UBND thành phố Đà Nẵng"
TRADE, FINANCE = "Bộ Công Thương", "Bộ Tài chính"
LAND, SCIENCE = "Bộ Nông nghiệp và Môi trường", "Bộ Khoa học và Công nghệ"
# How many days ago, before the first update.
INSTALLED, LED, DATED = 200, 150, 149
NOON = time(12)

# Number of the recommendation: its lead, then who coordinates. The others have none.
LEADS = {
    1: (TRADE, FINANCE, CITY),
    2: (CITY, TRADE),
    3: (LAND, FINANCE, CITY),
    4: (TRADE, FINANCE),
    5: (PARTY,),
    6: (PARTY, CITY),
    7: (FINANCE, TRADE, SCIENCE),
    8: (FINANCE, TRADE),
    9: (PARTY,),
    10: (PARTY,),
    11: (CITY,),
    12: (CITY,),
    13: (CITY, TRADE),
    14: (CITY,),
    16: (CITY, SCIENCE),
    18: (CITY,),
    19: (PARTY, CITY),
    20: ("UBND phường Tam Kỳ", CITY),
    25: (COMMISSION,),
    27: (COMMISSION, TRADE, SCIENCE),
}
# Number: due in how many days. The others have no deadline.
DUE = {
    **{1: 38, 2: -52, 3: -40, 4: 5, 5: -30, 6: 67, 7: 129, 9: -60, 10: -20},
    **{11: 3, 13: 98, 14: -9, 16: 38, 18: -75, 19: 21, 27: 37},
}
EXTENDED, EXTENDED_ON, EXTENDED_TO = 3, 46, -12
# What follows from the extended one, and what stood in its way.
ACTIONS = (
    (44, CITY, "Bổ sung thuyết minh nhu cầu sử dụng đất khu công nghiệp", 20),
    (43, LAND, "Rà soát chỉ tiêu sử dụng đất phân bổ cho địa phương", -3),
)
OBSTACLE = "Chưa thống nhất số liệu kiểm kê đất đai giữa hai địa bàn trước sắp xếp."
OBSTACLE_CLEARED = "Đã thống nhất số liệu kiểm kê."
SHORTAGE = "Chưa bố trí kinh phí lập quy hoạch chi tiết."
# Filters that the coordinator looks at every day.
VIEWS = {
    "Quá hạn": "timeliness=overdue",
    "Chờ xác nhận": "confirmation=unconfirmed",
    "NQ 23, chưa có chủ trì": "flag=no_lead&resolution=23-nq-tw",
}
# What was measured: its indicator, day, value and source; the last was mistyped.
YEARBOOK, BOARD = "Niên giám thống kê", "Báo cáo của Sở Công Thương"
FIGURES = (
    ("IND-7", date(2022, 12, 31), "58.4", YEARBOOK),
    ("IND-7", date(2023, 12, 31), "64.75", YEARBOOK),
    ("IND-7", date(2024, 12, 31), "72.1", YEARBOOK),
    ("IND-7", date(2024, 12, 31), "73.6", BOARD),
    ("IND-7", date(2025, 12, 31), "57.2", YEARBOOK),
)
UNSAID: dict[str, Any] = {
    **{"numerator": None, "denominator": None, "document": None, "source_date": None},
    **dict.fromkeys(("qualifier", "label", "period", "source_url", "note"), ""),
}
CORRECTED_TO = Decimal("75.2")
REASON = "Chờ địa phương bổ sung thuyết minh nhu cầu sử dụng đất."


def install() -> None:
    """Set the product up before anything is done in it, then tell the story."""
    with on_day(INSTALLED):
        call_command("bootstrap", stdout=StringIO())
    tell()


def tell() -> None:
    """Do every act on its day, the oldest first."""
    acts = sorted(read_acts(), key=lambda act: -act[0])
    for order, (days_ago, do) in enumerate(acts):
        with on_day(days_ago, time(8 + order % 9, order * 7 % 60)):
            do()


def read_acts() -> Iterator[tuple[int, Callable[[], None]]]:
    """Give each act with how many days ago it was done."""
    for number, (lead, *coordinating) in LEADS.items():
        yield LED, partial(give_lead, number, lead, coordinating)
    for number, days in DUE.items():
        yield DATED, partial(give_deadline, number, in_days(days))
    extend = partial(give_deadline, EXTENDED, in_days(EXTENDED_TO))
    yield EXTENDED_ON, partial(extend, note=REASON, document="4390/BNNMT-QLĐĐ")
    for days_ago, owner, wording, days in ACTIONS:
        yield days_ago, partial(follow_up, EXTENDED, owner, wording, in_days(days))
    yield 20, partial(report_action, EXTENDED, 1, "Đã gửi bản thuyết minh lần đầu.")
    yield 45, partial(obstruct, EXTENDED, DifficultyCategory.DATA, OBSTACLE)
    yield 30, partial(clear_first, EXTENDED, OBSTACLE_CLEARED)
    yield 25, partial(obstruct, EXTENDED, DifficultyCategory.CAPITAL, SHORTAGE)
    for days_ago, figure in enumerate(FIGURES, start=60):
        yield days_ago, partial(measure, *figure)
    yield 10, correct_last_figure
    yield 12, partial(read_notice, COORDINATOR)
    yield 11, partial(decide_first_flag, COORDINATOR)
    with UPDATES.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield int(row["days_ago"]), partial(report, row)
    for name, query in VIEWS.items():
        yield 40, partial(save_filter, name, query)


def save_filter(name: str, query: str) -> None:
    stamp, by = Stamp(uuid.uuid4(), 1), User.objects.get(username=COORDINATOR)
    save_view(SavedView(), name=name, is_shared=True, query=query, stamp=stamp, by=by)


def in_days(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


def on_day(days_ago: int, hour: time = NOON) -> time_machine.travel:
    moment = datetime.combine(in_days(-days_ago), hour)
    return time_machine.travel(timezone.make_aware(moment))


def give_lead(number: int, lead: str, coordinating: list[str]) -> None:
    recommendation, stamp = open_form(number)
    assign_lead(
        recommendation,
        lead=Organisation.objects.get(name=lead),
        coordinating=Organisation.objects.filter(name__in=coordinating),
        stamp=stamp,
        by=User.objects.get(username=COORDINATOR),
    )


def give_deadline(number: int, due: date, note: str = "", document: str = "") -> None:
    recommendation, stamp = open_form(number)
    set_deadline(
        recommendation,
        due_on=due,
        effective_on=timezone.localdate(),
        note=note,
        proof=Proof(document),
        stamp=stamp,
        by=User.objects.get(username=COORDINATOR),
    )


def follow_up(number: int, owner: str, wording: str, due: date) -> None:
    recommendation, stamp = open_form(number)
    add_action(
        recommendation,
        wording=wording,
        owner=Organisation.objects.get(name=owner),
        due_on=due,
        stamp=stamp,
        by=User.objects.get(username=COORDINATOR),
    )


def report_action(number: int, action: int, note: str) -> None:
    recommendation, stamp = open_form(number)
    found = recommendation.actions.get(number=action)
    record_action_progress(
        found,
        progress=Progress.IN_PROGRESS,
        effective_on=timezone.localdate(),
        note=note,
        proof=Proof(),
        corrects=None,
        spoken_for=found.owner,
        stamp=stamp,
        by=User.objects.get(username=COORDINATOR),
    )


def obstruct(number: int, category: DifficultyCategory, note: str) -> None:
    recommendation, stamp = open_form(number)
    by = User.objects.select_related("organisation").get(username=COORDINATOR)
    open_difficulty(
        recommendation,
        category=category,
        note=note,
        effective_on=timezone.localdate(),
        spoken_for=recommendation.lead or by.organisation,
        stamp=stamp,
        by=by,
    )


def clear_first(number: int, note: str) -> None:
    recommendation, stamp = open_form(number)
    difficulty = recommendation.difficulties.earliest("sequence")
    clear_difficulty(
        difficulty,
        note=note,
        effective_on=timezone.localdate(),
        spoken_for=difficulty.spoken_for,
        stamp=stamp,
        by=User.objects.get(username=COORDINATOR),
    )


def measure(indicator: str, as_of: date, value: str, source: str) -> None:
    enter_observation(
        Observation(indicator=Indicator.objects.get(source_id=indicator)),
        **UNSAID,
        value=Decimal(value),
        as_of=as_of,
        source=source,
        stamp=Stamp(uuid.uuid4(), 1),
        by=User.objects.get(username=COORDINATOR),
    )


def correct_last_figure() -> None:
    *_rest, (_indicator, as_of, _value, source) = FIGURES
    correct_observation(
        Observation.objects.get(as_of=as_of),
        **UNSAID,
        value=CORRECTED_TO,
        as_of=as_of,
        source=source,
        stamp=Stamp(uuid.uuid4(), 1),
        by=User.objects.get(username=COORDINATOR),
    )


def report(row: dict[str, str]) -> None:
    recommendation, stamp = open_form(int(row["number"]))
    by = User.objects.select_related("organisation").get(username=row["who"])
    lead = recommendation.lead if by.is_coordinator else None
    record_progress(
        recommendation,
        progress=Progress(row["progress"]),
        effective_on=timezone.localdate(),
        note=row["note"],
        proof=Proof(row["document"]),
        corrects=None,
        spoken_for=lead or by.organisation,
        stamp=stamp,
        by=by,
    )


def open_form(number: int) -> tuple[Recommendation, Stamp]:
    recommendation = Recommendation.objects.with_code(f"QNA-24-{number:02}").get()
    return recommendation, Stamp(uuid.uuid4(), recommendation.version)
