"""The count: five segments, seven parts and one rate, and the rows behind each number.

Numbers are compared with a slow count over random rows, and on the pages with the
list that opens when one follows them.
"""

import re
from collections import Counter
from datetime import date, datetime, timedelta
from html import unescape
from random import Random
from zoneinfo import ZoneInfo

import pytest
from django.http import QueryDict
from django.utils import timezone

from provinces.choices import OrganisationKind as Kind
from tests.factories import (
    make_organisation,
    make_province,
    make_recommendation,
    make_resolution,
    make_user,
)
from tests.kept_reports import DAY
from tests.tracker.test_visible_documents import make_session
from tracker.choices import Progress, RecommendationKind, Timeliness
from tracker.filters import RecommendationFilter
from tracker.models import Recommendation, Resolution, WorkingSession
from tracker.reports.counting import (
    ProgressCount,
    count_by_lead,
    count_progress,
    count_progress_by,
    roll_up,
)

THE_DAY = date(2026, 6, 30)
SEEDS = (1, 2, 3)
ROWS = 60
DONE, LATE, OVERDUE = "completed_on_time", "completed_late", "overdue"
LINK = re.compile(r'<a href="(/recommendations/\?[^"]+)"[^>]*>(.*?)</a>', re.DOTALL)
SECTION = re.compile(r'<section id="progress-count".*?</section>', re.DOTALL)
HIDDEN = re.compile(r'<span class="hidden">.*?</span>|<[^>]+>', re.DOTALL)
LIST_COUNT = re.compile(r'id="result-count" data-count="(\d+)"')


# -- rows and the slow count ----------------------------------------------------------


def stand(progress, due_on=None, completed_on=None, **fields):
    """Make a row that stands so, without the history that would bring it there."""
    row = make_recommendation(**fields)
    columns = {"progress": progress, "due_on": due_on, "completed_on": completed_on}
    Recommendation.objects.filter(pk=row.pk).update(**columns)
    row.refresh_from_db()
    return row


def stand_somehow(random, on, **fields):
    progress = random.choice(list(Progress))
    days = random.choice([None, -400, -8, -1, 0, 1, 7, 8, 400])
    due_on = None if days is None else on + timedelta(days=days)
    completed_on = None
    if progress == Progress.COMPLETED:
        completed_on = (due_on or on) + timedelta(days=random.choice([-3, 0, 1, 30]))
    return stand(progress, due_on, completed_on, **fields)


def part_of(row, on):
    """Say in which of the seven parts a row is, by the words of the rules."""
    if row.progress in {"suspended", "discontinued"}:
        return "not_counted"
    if row.progress == "completed":
        if not row.due_on:
            return "completed"
        return LATE if row.completed_on > row.due_on else DONE
    if not row.due_on:
        return "no_deadline"
    return OVERDUE if row.due_on < on else "in_time"


def parts_of(count):
    return {part.value: part.count for part in count.parts}


def assert_equal_to_slow(count, rows, on):
    parts = Counter(part_of(row, on) for row in rows)
    progress = Counter(row.progress for row in rows)
    fallen_due = parts[DONE] + parts[LATE] + parts[OVERDUE]
    assert count.total == len(rows)
    assert {one.value: one.count for one in count.segments} == {
        value: progress[value] for value in Progress.values
    }
    assert {value: n for value, n in parts_of(count).items() if n} == dict(parts)
    assert len(count.parts) == 7
    assert (count.numerator, count.denominator) == (
        parts[DONE] + parts[LATE],
        fallen_due,
    )
    assert count.left_out_count == len(rows) - fallen_due
    assert sum(one.count for one in count.left_out) == count.left_out_count
    assert (count.completed, count.overdue) == (progress["completed"], parts[OVERDUE])


@pytest.mark.parametrize("seed", SEEDS)
def test_count_equals_a_slow_count_of_random_rows(seed, db, django_assert_num_queries):
    random = Random(seed)
    rows = [stand_somehow(random, DAY) for _number in range(ROWS)]

    with django_assert_num_queries(1):
        count = count_progress(Recommendation.objects.all(), on=DAY)

    assert_equal_to_slow(count, rows, DAY)
    assert min(parts_of(count).values()) > 0, "every part occurs"


def test_both_sums_are_the_total_on_every_day(db):
    random = Random(4)
    rows = [stand_somehow(random, DAY) for _number in range(20)]

    for days in (-500, -8, -1, 0, 1, 500):
        on = DAY + timedelta(days=days)
        count = count_progress(Recommendation.objects.all(), on=on)
        assert sum(one.count for one in count.segments) == count.total == len(rows)
        assert sum(one.count for one in count.parts) == len(rows)


def test_due_soon_is_in_time_and_the_due_day_too(db):
    for days in (0, 7, 8):
        stand(Progress.NOT_STARTED, DAY + timedelta(days=days))
    stand(Progress.IN_PROGRESS, DAY - timedelta(days=1))

    count = count_progress(Recommendation.objects.all(), on=DAY)

    assert parts_of(count)["in_time"] == 3
    assert count.overdue == 1
    assert Timeliness.DUE_SOON not in parts_of(count)


def test_rate_is_done_of_what_has_fallen_due(db):
    stand(Progress.COMPLETED, DAY, DAY)
    stand(Progress.COMPLETED, DAY, DAY + timedelta(days=1))
    stand(Progress.NOT_STARTED, DAY - timedelta(days=1))
    stand(Progress.COMPLETED)
    stand(Progress.SUSPENDED, DAY - timedelta(days=1))
    stand(Progress.NOT_STARTED, DAY)
    stand(Progress.NOT_STARTED)

    count = count_progress(Recommendation.objects.all(), on=DAY)

    assert count.rate == pytest.approx(200 / 3)
    assert {one.value: one.count for one in count.left_out} == {
        "completed": 1,
        "in_time": 1,
        "no_deadline": 1,
        "not_counted": 1,
    }


def test_rate_is_none_while_nothing_has_fallen_due(db):
    stand(Progress.COMPLETED)
    stand(Progress.DISCONTINUED, DAY - timedelta(days=1))

    count = count_progress(Recommendation.objects.all(), on=DAY)

    assert count.rate is None
    assert count.left_out_count == count.total == 2


def test_nothing_counts_as_nothing(db):
    count = count_progress(Recommendation.objects.none(), on=DAY)

    assert_equal_to_slow(count, [], DAY)
    assert (count.rate, count.left_out, count.updated_at) == (None, [], None)


def test_last_update_is_the_newest_of_the_rows(db):
    newest = datetime(2026, 5, 1, tzinfo=ZoneInfo("UTC"))
    for progress, moment in [
        (Progress.NOT_STARTED, None),
        (Progress.COMPLETED, newest),
        (Progress.IN_PROGRESS, newest - timedelta(days=1)),
    ]:
        row = stand(progress)
        Recommendation.objects.filter(pk=row.pk).update(last_update_at=moment)

    assert count_progress(Recommendation.objects, on=DAY).updated_at == newest


def test_counts_by_resolution_need_not_add_up(db):
    first, second = make_resolution("23-nq-tw"), make_resolution("52-nq-tw")
    rows = [make_recommendation([first]) for _number in range(2)]
    rows += [make_recommendation([first, second]) for _number in range(3)]
    rows += [make_recommendation()]

    counts = count_progress_by(Recommendation.objects, "resolutions", on=DAY)

    totals = {key: count.total for key, count in counts.items()}
    assert totals == {first.pk: 5, second.pk: 3, None: 1}
    assert sum(totals.values()) > len(rows)


def test_rows_are_rolled_up_into_every_group_once(db):
    random = Random(5)
    places = [make_province() for _number in range(3)]
    rows = {
        place.pk: [stand_somehow(random, DAY, province=place) for _row in range(5)]
        for place in places
    }
    one, two, three = rows
    counts = count_progress_by(Recommendation.objects, "province", on=DAY)

    rolled = roll_up(counts, {one: [one, three], two: [two, three], three: [three]})

    assert_equal_to_slow(rolled[one], rows[one], DAY)
    assert_equal_to_slow(rolled[three], [*rows[one], *rows[two], *rows[three]], DAY)
    assert_equal_to_slow(counts[one], rows[one], DAY)


def test_counts_are_added_without_changing_what_is_added():
    one = ProgressCount(Counter(completed=2), Counter(completed_late=2))
    whole = ProgressCount()

    whole.add(one)
    whole.add(one)

    assert (whole.total, one.total) == (4, 2)
    assert whole.rate == one.rate == 100


# -- the numbers on the pages ---------------------------------------------------------


@pytest.fixture
def readers(ha, lan, quang_nam):
    """Random rows here and elsewhere, and people who see all, much and little."""
    random, today = Random(6), timezone.localdate()
    da_nang = make_province("Đà Nẵng", slug="48", abbreviation="DNG")
    quang_nam.successor, quang_nam.valid_to = da_nang, date(2025, 6, 30)
    quang_nam.save()
    places = [None, quang_nam, da_nang, make_province("Hà Nội", slug="01")]
    resolutions = [make_resolution("23-nq-tw"), make_resolution("52-nq-tw")]
    ministry = make_organisation("Bộ Công Thương")
    sessions = [make_session(province=place) for place in places]
    for _number in range(ROWS):
        stand_somehow(
            random,
            today,
            resolutions=random.sample(resolutions, k=random.choice([0, 1, 2])),
            kind=random.choice(list(RecommendationKind)),
            province=random.choice(places),
            session=random.choice([None, *sessions]),
            lead=random.choice([None, None, None, ministry]),
        )
    committee = make_organisation(
        "Thành ủy Đà Nẵng", Kind.PROVINCIAL_PARTY, province=da_nang
    )
    return {
        "coordinator": ha,
        "reporter of the old unit": lan,
        "reporter of the new unit": make_user("nga", committee),
        "ministry that leads some": make_user("boct", ministry),
    }


READERS = (
    "coordinator",
    "reporter of the old unit",
    "reporter of the new unit",
    "ministry that leads some",
)


def number_in(html):
    return int(re.sub(r"\D", "", HIDDEN.sub("", html)))


def links_in(page):
    """Give the number of each link to the list, by its address."""
    return {unescape(href): number_in(text) for href, text in LINK.findall(page)}


def addresses_for(user):
    sessions = WorkingSession.objects.visible_to(user)
    return [
        "/resolutions/",
        *(one.get_absolute_url() for one in Resolution.objects.all()),
        "/provinces/",
        "/provinces/?in_force_on=2025-06-30",
        "/provinces/48/",
        "/provinces/49/",
        *(one.get_absolute_url() for one in sessions),
    ]


def count_behind(href, user):
    """Count the rows that the list behind a link holds."""
    asked = QueryDict(href.partition("?")[2])
    chosen = RecommendationFilter(asked, user=user, on=timezone.localdate())
    assert not chosen.unknown, href
    return chosen.qs.count()


@pytest.mark.parametrize("reader", READERS)
def test_every_number_opens_exactly_its_rows(reader, readers, sign_in):
    client = sign_in(readers[reader])
    numbers = {}
    for address in addresses_for(readers[reader]):
        links = links_in(client.get(address).content.decode())
        assert links, address
        # The same rows are told with the same number wherever one reads it.
        clash = {
            href for href in links if numbers.get(href, links[href]) != links[href]
        }
        assert not clash, address
        numbers |= links

    assert numbers == {href: count_behind(href, readers[reader]) for href in numbers}
    # What the filter gives is what the list shows.
    href = max(numbers, key=len)
    shown = LIST_COUNT.search(client.get(href).content.decode())
    assert int(shown.group(1)) == numbers[href]
    assert len([href for href, n in numbers.items() if n]) > 20


@pytest.mark.parametrize("reader", READERS)
def test_parts_and_segments_on_a_page_add_up(reader, readers, sign_in):
    client = sign_in(readers[reader])
    for address in addresses_for(readers[reader]):
        page = client.get(address).content.decode()
        if section := SECTION.search(page):
            links = links_in(section.group())
            total = next(iter(links.values()))
            sums = Counter()
            for href, number in links.items():
                sums["progress" in href, "timeliness" in href] += number
            assert len(links) == 1 + 5 + 7
            assert sums[True, False] == sums[False, True] == total, address


@pytest.mark.parametrize("reader", READERS)
def test_every_number_of_the_count_is_a_link(reader, readers, sign_in):
    page = sign_in(readers[reader]).get("/resolutions/23-nq-tw/").content.decode()
    lists = re.findall(r"<ul.*?</ul>", SECTION.search(page).group(), re.DOTALL)

    bare = re.sub(r"<a .*?</a>|<[^>]+>", "", "".join(lists), flags=re.DOTALL)

    assert len(lists) == 2
    assert not re.findall(r"\d", bare)


def test_rate_is_printed_with_what_it_was_made_of(ha, sign_in):
    resolution = make_resolution()
    today = timezone.localdate()
    for due_on, completed_on in [(today, today), (today, today + timedelta(days=1))]:
        stand(Progress.COMPLETED, due_on, completed_on, resolutions=[resolution])
    stand(Progress.NOT_STARTED, today - timedelta(days=1), resolutions=[resolution])
    stand(Progress.SUSPENDED, resolutions=[resolution])
    client = sign_in(ha)

    said = {}
    for language in ("vi", "en"):
        client.cookies["django_language"] = language
        page = client.get("/resolutions/23-nq-tw/").content.decode()
        rate = re.search(r'<p class="quiet rate">(.*?)</p>', page, re.DOTALL).group(1)
        said[language] = re.sub(r"<[^>]+>", "", rate)

    assert said == {
        "vi": "Tỷ lệ hoàn thành trên số đã đến hạn: 66,7% = 2 trên 3. "
        "Không tính vào tỷ lệ: 1 – không tính: 1.",
        "en": "Completed of what has fallen due: 66.7% = 2 of 3. "
        "Left out: 1 – not counted: 1.",
    }


def test_a_past_day_is_counted_as_it_was(ha, moved):
    rows = Recommendation.objects.visible_to(ha)
    then = count_progress(rows.standing_at(on=DAY), on=DAY)
    now = count_progress(rows, on=timezone.localdate())

    assert (then.progress, then.timeliness) == ({"in_progress": 1}, {"in_time": 1})
    assert (now.progress, now.timeliness) == ({"completed": 1}, {"completed_late": 1})


def test_rows_of_several_lists_are_counted_by_lead(ha, lan, django_assert_num_queries):
    own = lan.organisation
    for lead in (own, own, None):
        make_recommendation(lead=lead)
    rows = Recommendation.objects.visible_to(ha)

    with django_assert_num_queries(1):
        counted = count_by_lead(rows.filter(lead=own), rows.none(), rows)

    assert counted == [{own.pk: 2}, {}, {own.pk: 2, None: 1}]
