"""The counts that the database keeps are what a scan of the rows would give."""

import random
import re
from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.http import QueryDict
from django.utils import timezone

from tests.factories import make_organisation, make_recommendation, make_resolution
from tracker import facet_counts
from tracker.choices import (
    AnswerOutcome,
    ConfirmationState,
    Flag,
    Progress,
    RecommendationKind,
)
from tracker.facet_counts import FACETS, count_facets
from tracker.filters import RecommendationFilter
from tracker.models import CountedDay, CountEntry, Recommendation, Topic
from tracker.models.count_triggers import (
    missing_count_triggers,
    remove_count_triggers,
)
from tracker.models.counts import CONDITIONS, MOVING, find_untrue_counts, recount
from tracker.models.kept_counts import Narrowed, read_counts
from tracker.services.verification import find_faults
from tracker.timeliness import timeliness_conditions

TODAY = date(2026, 7, 1)
SEED = 20260701


@pytest.fixture
def counted(db):
    recount(TODAY)


def shake(rows, others, chance):
    """Change rows in every way that a count depends on, links and withdrawals too."""
    day = lambda: chance.choice(  # noqa: E731
        [None, *(TODAY + timedelta(days=n) for n in (-200, -91, -1, 0, 1, 7, 8, 400))]
    )
    for row in rows:
        row.progress = chance.choice(Progress.values)
        row.due_on, row.completed_on = day(), day()
        row.withdrawn_on = chance.choice([None, None, None, TODAY])
        row.confirmation = chance.choice(["", *ConfirmationState.values])
        row.answer = chance.choice(["", *AnswerOutcome.values])
        row.kind = chance.choice(RecommendationKind.values)
        row.kept_outside = chance.random() < 0.2
        row.open_difficulties = chance.choice([0, 0, 2])
        # Before the quarter: what was reported in it stands in updates.
        seen = chance.choice([None, *(TODAY - timedelta(days=n) for n in (1, 91, 200))])
        row.last_update_at = seen and timezone.make_aware(
            timezone.datetime.combine(seen, timezone.datetime.min.time())
        )
        row.lead = chance.choice([None, *others["lead"]])
        row.province = chance.choice([None, *others["province"]])
        row.save_without_historical_record()
        row.resolutions.set(chance.sample(others["resolution"], chance.randint(0, 2)))
        row.topics.set(chance.sample(others["topic"], chance.randint(0, 2)))


@pytest.fixture
def others(central, quang_nam, quang_nam_committee, ha):
    return {
        "lead": [central, quang_nam_committee, make_organisation("Bộ Xây dựng")],
        "province": [quang_nam],
        "resolution": [make_resolution("23-nq-tw"), make_resolution("52-nq-tw")],
        "topic": [
            Topic.objects.create(slug=f"t{n}", name=f"Lĩnh vực {n}") for n in range(3)
        ],
    }


def test_entries_add_up_whatever_changes(counted, others):
    chance = random.Random(SEED)
    rows = [make_recommendation() for _number in range(12)]
    for _round in range(4):
        shake(chance.sample(rows, 8), others, chance)
        assert list(find_untrue_counts()) == []
    rows[0].resolutions.clear()
    Recommendation.objects.filter(pk=rows[1].pk).delete()
    assert list(find_untrue_counts()) == []
    # They were kept by entries, not by counting anew.
    assert CountEntry.objects.filter(total__lt=0).exists()


@pytest.mark.parametrize("group", ["all", "lead", "resolution", "topic"])
def test_an_entry_too_many_is_found(counted, others, group):
    one = others["topic"][0]
    row = make_recommendation()
    row.topics.add(one)
    row.resolutions.add(others["resolution"][0])
    entry = CountEntry.objects.filter(grouped_by=group).first()
    entry.pk = None
    entry.save()

    faults = list(find_faults())

    assert len(faults) == 1
    assert f"by {group} are not" in faults[0]


def test_counts_that_are_kept_no_longer_are_found(counted, ha):
    remove_count_triggers(connection)
    make_recommendation()

    faults = list(find_faults())

    assert len(missing_count_triggers(connection)) == 7
    assert sum("The trigger" in fault for fault in faults) == 7
    assert sum("are not what there is" in fault for fault in faults) == 2


def test_conditions_of_triggers_are_the_rules_of_the_product(counted, others):
    """What triggers say in SQL is what filters say: each value gives the same rows."""
    chance = random.Random(SEED)
    rows = [make_recommendation() for _number in range(40)]
    shake(rows, others, chance)
    seen = Recommendation.objects.all()
    rules = {
        ("timeliness", one.value): condition
        for one, condition in timeliness_conditions(on=TODAY).items()
    }
    rules |= {("flag", one.value): seen.flag_condition(one, on=TODAY) for one in Flag}
    for key, condition in CONDITIONS.items():
        if key in rules:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT r.id FROM tracker_recommendation r"
                    f" CROSS JOIN tracker_countedday d WHERE {condition}"
                )
                found = {pk for (pk,) in cursor.fetchall()}
            assert found == {*seen.filter(rules.pop(key)).values_list("pk", flat=True)}
    assert rules == {}


def test_every_column_that_a_condition_reads_moves_the_counts():
    text = " ".join(CONDITIONS.values())
    read = {part.split()[0].strip("()") for part in text.split("r.")[1:]}
    assert read <= {*MOVING}


def offered(counts, facet):
    """Give the choices of a facet that have rows; nobody can choose an empty one."""
    return {key: n for key, n in counts.facets[facet].items() if n and key}


QUERIES = (
    *("", "progress=in_progress", "progress=in_progress&progress=completed"),
    *("resolution={one}", "province=49", "resolution={one}&province=49"),
    "resolution={one}&province=49&progress=not_started",
)


@pytest.mark.parametrize("query", QUERIES)
def test_kept_counts_and_rows_say_the_same(counted, others, ha, monkeypatch, query):
    monkeypatch.setattr(timezone, "localdate", lambda *_args: TODAY)
    shake([make_recommendation() for _n in range(40)], others, random.Random(SEED))
    asked = QueryDict(query.format(one=others["resolution"][0].slug))

    def chosen():
        return RecommendationFilter(asked, user=ha, on=TODAY)

    kept = count_facets(chosen())
    monkeypatch.setattr(RecommendationFilter, "kept_counts", None)
    read = count_facets(chosen())

    assert kept.total == read.total
    for name in FACETS:
        assert offered(kept, name) == offered(read, name), name


@pytest.mark.parametrize("query", ["", "resolution={one}", "province=49"])
def test_the_overview_says_the_same_of_both(
    counted, others, ha, client, monkeypatch, query
):
    monkeypatch.setattr(timezone, "localdate", lambda *_args: TODAY)
    shake([make_recommendation() for _n in range(40)], others, random.Random(SEED))
    client.force_login(ha)
    address = f"/overview/?{query.format(one=others['resolution'][0].slug)}"

    kept = client.get(address).content.decode()
    monkeypatch.setattr(RecommendationFilter, "kept_counts", None)
    read = client.get(address).content.decode()

    assert "flag=stale" in kept
    assert without_keys(kept) == without_keys(read)


def without_keys(page):
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"|nonce="[^"]+"', "", page)


def test_a_new_day_counts_anew(counted, ha):
    one = make_recommendation()
    one.progress, one.due_on = Progress.IN_PROGRESS, TODAY
    one.save_without_historical_record()

    def overdue(on):
        chosen = RecommendationFilter(QueryDict(), user=ha, on=on)
        return count_facets(chosen).facets["timeliness"]["overdue"]

    assert overdue(TODAY) == 0
    assert overdue(TODAY + timedelta(days=1)) == 1
    assert CountedDay.objects.get().day == TODAY + timedelta(days=1)
    assert overdue(TODAY) == 0


def test_another_standard_counts_anew(counted, ha, settings):
    one = make_recommendation()
    one.progress, one.due_on = Progress.IN_PROGRESS, TODAY + timedelta(days=20)
    one.save_without_historical_record()
    chosen = RecommendationFilter(QueryDict(), user=ha, on=TODAY)
    before = count_facets(chosen).facets["timeliness"]["due_soon"]
    settings.DUE_SOON_DAYS = 30

    assert (before, count_facets(chosen).facets["timeliness"]["due_soon"]) == (0, 1)


def test_without_a_count_nothing_is_kept(db, ha):
    CountedDay.objects.all().delete()
    CountEntry.objects.all().delete()
    make_recommendation()

    assert not CountEntry.objects.exists()
    assert read_counts([Narrowed().total()], on=TODAY)[0].total == 1
    assert CountEntry.objects.filter(grouped_by="all").count() == 1


def test_what_lasts_is_counted_when_asked_for(counted, others, ha, monkeypatch):
    monkeypatch.setattr(facet_counts, "COUNTED_AT_ONCE", 0)
    row, one = make_recommendation(lead=others["lead"][0]), others["resolution"][0]
    row.resolutions.add(one)
    asked = QueryDict(f"resolution={one.slug}")
    chosen = RecommendationFilter(asked, user=ha, on=TODAY)

    some = count_facets(chosen, completely=False)
    every = count_facets(chosen)

    assert some.left_out == {"lead", "topic"}
    assert some.total == every.total
    assert every.left_out == frozenset()
    assert every.facets["lead"]


@pytest.mark.parametrize(
    "query", ["timeliness=overdue", "flag=stale&kind=request", "lead=none&topic=t1"]
)
def test_of_many_rows_other_choices_are_counted_when_asked_for(
    counted, others, ha, client, monkeypatch, query
):
    monkeypatch.setattr(timezone, "localdate", lambda *_args: TODAY)
    shake([make_recommendation() for _n in range(40)], others, random.Random(SEED))
    chosen = RecommendationFilter(QueryDict(query), user=ha, on=TODAY)
    every = count_facets(chosen)
    monkeypatch.setattr(facet_counts, "COUNTED_AT_ONCE", 1)

    some = count_facets(chosen, completely=False)

    asked = {*QueryDict(query)}
    assert some.total == every.total
    assert some.left_out == asked
    for name in {*FACETS} - asked:
        assert offered(some, name) == offered(every, name), name
    client.force_login(ha)
    page = client.get(f"/recommendations/?{query}").content.decode()
    assert page.count("Với nhiều nội dung như vậy") == len(asked)
    page = client.get(f"/recommendations/?{query}&counted=all").content.decode()
    assert "Với nhiều nội dung như vậy" not in page


def test_a_timer_counts_before_the_first_page(counted, ha, capsys):
    call_command("recount")

    assert CountedDay.objects.get().day == timezone.localdate()
    assert f"{timezone.localdate():%d/%m/%Y}" in capsys.readouterr().out


@pytest.mark.django_db(transaction=True)
def test_whoever_waited_for_the_count_does_not_count_again(central):
    make_recommendation()
    recount(TODAY)
    last = CountEntry.objects.latest("pk").pk

    recount(TODAY, unless_done=True)
    assert CountEntry.objects.latest("pk").pk == last
    recount(TODAY)
    assert CountEntry.objects.earliest("pk").pk > last
