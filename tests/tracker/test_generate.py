"""`manage.py generate`: made-up rows keep every rule that real ones keep."""

from collections import defaultdict
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from provinces.choices import OrganisationKind, Role
from provinces.models import Organisation, Succession, User
from tests.factories import (
    make_organisation,
    make_province,
    make_resolution,
    make_update,
    make_user,
)
from tracker.choices import Progress
from tracker.models import (
    HISTORY_MODELS,
    Answer,
    Confirmation,
    DeadlineChange,
    Evidence,
    FollowUpAction,
    Participation,
    Recommendation,
    Resolution,
    StatusUpdate,
    Topic,
    WorkingSession,
)
from tracker.services.history import refresh_cached_state
from tracker.services.verification import find_faults

NUMBER = 200
REAL = 27
MERGER = date(2025, 7, 1)


@pytest.fixture
def generated(seeded):
    """The installation with made-up rows beside the real ones."""
    return generate()


@pytest.fixture
def generated_small(small_country):
    return generate()


@pytest.fixture
def small_country(central):
    """A register of one old, one new and one lasting province."""
    make_organisation("Ban Kinh tế Trung ương", OrganisationKind.CENTRAL_PARTY)
    make_organisation("Bộ Công Thương")
    make_organisation("Bộ Xây dựng")
    make_resolution()
    following = make_province("Đà Nẵng", abbreviation="DNG", valid_from=MERGER)
    ended = date(2025, 6, 30)
    make_province("Quảng Nam", abbreviation="QNA", valid_to=ended, successor=following)
    lasting = make_province("Hà Nội", abbreviation="HNO")
    make_organisation(
        "Sở Công nghiệp thành phố Hà Nội",
        OrganisationKind.PROVINCIAL_DEPARTMENT,
        province=lasting,
        valid_to=date(2019, 12, 31),
    )


def generate(number=NUMBER, seed=12, **options):
    out = StringIO()
    options |= {"recommendations": number, "seed": seed, "processes": 1}
    call_command("generate", stdout=out, **options)
    return out.getvalue()


def made_up():
    """The rows that are not of the report."""
    return Recommendation.objects.filter(source_id="").order_by("pk")


def histories():
    """All history rows by recommendation, in order of sequence."""
    found = defaultdict(list)
    for model in HISTORY_MODELS:
        for row in model.objects.select_related("recommendation"):
            found[row.recommendation].append(row)
    return {
        one: sorted(rows, key=lambda row: row.sequence) for one, rows in found.items()
    }


def test_generate_adds_rows_whose_history_is_whole(generated):
    assert made_up().count() == NUMBER
    assert Recommendation.objects.count() == REAL + NUMBER
    assert StatusUpdate.objects.count() > 2 * NUMBER
    assert list(find_faults()) == []
    assert "] 200 of 200, " in generated


def test_generate_leaves_the_real_rows_without_a_history(generated):
    real = Recommendation.objects.exclude(source_id="")

    assert real.count() == REAL
    assert not real.filter(last_sequence__gt=0).exists()


def test_codes_run_on_after_those_in_use(generated):
    generate(seed=8)

    numbers = defaultdict(list)
    for one in Recommendation.objects.all():
        numbers[one.code_prefix, one.code_year].append(one.code_number)
    assert sum(len(used) for used in numbers.values()) == REAL + 2 * NUMBER
    for used in numbers.values():
        assert sorted(used) == list(range(1, len(used) + 1))


def test_codes_name_the_province_and_the_year(generated_small):
    for one in made_up().select_related("province"):
        prefix = one.province.abbreviation if one.province else "TW"
        assert (one.code_prefix, one.code_year) == (prefix, one.raised_on.year % 100)


def test_two_runs_add_up_and_differ_by_their_seed(generated_small):
    def wordings_of(seed):
        before = set(Recommendation.objects.values_list("pk", flat=True))
        generate(40, seed)
        added = Recommendation.objects.exclude(pk__in=before).order_by("pk")
        return list(added.values_list("wording", flat=True))

    first, other, again = wordings_of(1), wordings_of(2), wordings_of(1)

    assert Recommendation.objects.count() == NUMBER + 120
    assert first == again
    assert first != other
    assert list(find_faults()) == []


def test_what_a_rule_demands_is_there(generated_small):
    """The demands of product rules §2.1, judged anew over the rows as kept."""
    proven = set(Evidence.objects.values_list("update_id", flat=True))
    judged = set()
    for rows in histories().values():
        updates = [row for row in rows if isinstance(row, StatusUpdate)]
        for position, update in enumerate(updates):
            earlier = updates[:position]
            about = [row for row in earlier if row.action_id == update.action_id]
            before = progress_before(update, about)
            if update.progress == before:
                continue
            judged.add(update.progress)
            if update.progress in ("completed", "suspended", "discontinued"):
                assert update.pk in proven
            if update.progress in ("suspended", "discontinued"):
                assert update.note
            if before in ("completed", "discontinued"):
                assert update.note
    assert judged == set(Progress.values) - {"not_started"}


def progress_before(update, earlier):
    corrected = {row.corrects_id for row in earlier} | {update.corrects_id}
    standing = [
        row
        for row in earlier
        if row.pk not in corrected and row.effective_on <= update.effective_on
    ]
    if not standing:
        return "not_started"
    return max(standing, key=lambda row: (row.effective_on, row.sequence)).progress


def test_an_extension_carries_its_reason_and_its_document(generated_small):
    proven = set(Evidence.objects.values_list("deadline_change_id", flat=True))
    ledgers = defaultdict(list)
    for change in DeadlineChange.objects.order_by("sequence"):
        ledgers[change.recommendation_id].append(change)

    extended = [ledger for ledger in ledgers.values() if len(ledger) > 1]
    assert extended
    for first, second in extended:
        assert second.due_on > first.due_on
        assert second.note
        assert second.pk in proven


def test_days_and_moments_follow_each_other_and_are_past(generated_small):
    now = timezone.now()
    for recommendation, rows in histories().items():
        moments = [recommendation.entered_at, *(row.recorded_at for row in rows)]
        assert moments == sorted(moments)
        assert moments[-1] < now
        for row in rows:
            recorded_on = timezone.localdate(row.recorded_at)
            assert recommendation.raised_on <= row.effective_on <= recorded_on


def test_histories_hold_back_dated_and_corrected_rows(generated_small):
    updates = list(StatusUpdate.objects.select_related("corrects"))

    late = [
        row
        for row in updates
        if (timezone.localdate(row.recorded_at) - row.effective_on).days >= 5
    ]
    corrections = [row for row in updates if row.corrects]
    assert late
    assert corrections
    for row in corrections:
        assert row.corrects.recommendation_id == row.recommendation_id
        assert row.corrects.sequence < row.sequence


def test_deadlines_and_silence_are_spread_as_in_life(generated_small):
    with_deadline = made_up().filter(due_on__isnull=False).count()
    silent = made_up().filter(last_update_at__isnull=True).count()

    assert NUMBER // 2 < with_deadline < NUMBER * 4 // 5
    assert 0 < silent < NUMBER // 3
    assert set(made_up().values_list("progress", flat=True)) == set(Progress.values)


def test_bodies_and_provinces_are_in_force_on_the_day(generated_small):
    rows = made_up().select_related("province", "raised_by", "addressee", "lead")
    eras = set()
    for one in rows:
        things = (one.province, one.raised_by, one.addressee, one.lead)
        for thing in filter(None, things):
            first, last = thing.valid_from or date.min, thing.valid_to or date.max
            assert first <= one.raised_on <= last
        if one.lead:
            assert one.lead.kind != OrganisationKind.GROUP
        if one.province:
            eras.add((one.province.valid_from, one.province.valid_to))
    assert eras == {
        (None, None),
        (None, date(2025, 6, 30)),
        (MERGER, None),
    }


def test_resolutions_are_issued_before_and_the_lead_does_not_help_itself(
    generated_small,
):
    rows = made_up().prefetch_related("resolutions", "topics", "coordinating")
    for one in rows:
        resolutions = one.resolutions.all()
        assert 1 <= len(resolutions) <= 2
        assert all(chosen.issued_on <= one.raised_on for chosen in resolutions)
        assert one.lead_id not in {body.pk for body in one.coordinating.all()}
    assert any(one.topics.all() for one in rows)
    assert any(one.coordinating.all() for one in rows)


def test_made_up_bodies_and_resolutions_say_so(seeded):
    nouns = (Organisation, Resolution, Topic)
    before = {noun: set(noun.objects.values_list("pk", flat=True)) for noun in nouns}

    generate(20)

    made = {noun: noun.objects.exclude(pk__in=before[noun]) for noun in nouns}
    assert made[Organisation].count() == 7 * 86
    assert made[Resolution].count() == 6
    assert made[Topic].count() == 4
    for rows in made.values():
        assert all("mẫu" in str(row) for row in rows)


def test_made_up_people_cannot_sign_in(generated_small):
    people = User.objects.all()

    assert people.filter(username="mau-dieuphoi-1").exists()
    assert all(not one.is_active and not one.has_usable_password() for one in people)
    assert all("mẫu" in one.full_name for one in people)


def test_made_up_bodies_follow_their_provinces(generated):
    ended = Organisation.objects.get(
        name="Sở Công Thương tỉnh Quảng Nam (mẫu, đến 30/06/2025)"
    )
    following = Succession.objects.get(predecessor=ended).successor

    assert following.name == "Sở Công Thương thành phố Đà Nẵng (mẫu)"
    assert following.parent.name == "UBND thành phố Đà Nẵng (mẫu)"


def test_made_up_rows_are_found_without_accents(generated_small):
    found = Recommendation.objects.matching("khu cong nghiep")

    assert found.filter(source_id="").exists()


def test_generate_refuses_in_production(seeded, settings):
    settings.PRODUCTION = True

    with pytest.raises(CommandError, match="never enter production"):
        generate()

    assert Recommendation.objects.count() == REAL
    assert not User.objects.exists()


def test_generate_refuses_an_empty_register(db):
    with pytest.raises(CommandError, match="manage.py seed first"):
        generate()

    assert not Organisation.objects.exists()


def test_generate_refuses_what_people_recorded_unless_told_twice(seeded):
    overseeing = Organisation.objects.filter(oversees_all=True).earliest("pk")
    ha = make_user("ha", overseeing, Role.COORDINATOR)
    make_update(Recommendation.objects.earliest("pk"), by=ha)

    for said in (0, 1):
        with pytest.raises(CommandError, match="--beside-real-data twice"):
            generate(5, beside_real_data=said)
    assert Recommendation.objects.count() == REAL

    generate(5, beside_real_data=2)
    assert Recommendation.objects.count() == REAL + 5
    assert list(find_faults()) == []


def test_a_country_has_sessions_answers_actions_and_words_on_reports(generated_small):
    for model in (*HISTORY_MODELS, FollowUpAction, WorkingSession, Participation):
        assert model.objects.exists(), model
    at_sessions = made_up().filter(session__isnull=False).select_related("session")
    assert NUMBER * 2 // 3 < at_sessions.count() < NUMBER
    for one in at_sessions:
        session = one.session
        assert (one.raised_on, one.province) == (session.held_on, session.province)
    reports = StatusUpdate.objects.count()
    assert 7 * NUMBER < reports < 13 * NUMBER
    assert 2 * NUMBER < FollowUpAction.objects.count() < 4 * NUMBER


def test_nobody_confirms_his_own_word(generated_small):
    said = Confirmation.objects.select_related("update")

    assert {one.outcome for one in said} == {"confirmed", "returned"}
    assert all(one.author_id != one.update.author_id for one in said)
    assert all(one.recorded_at >= one.update.recorded_at for one in said)


def test_actions_stand_where_their_reports_leave_them(generated_small):
    before = {one.pk: vars(one).copy() for one in FollowUpAction.objects.all()}

    for one in Recommendation.objects.all():
        refresh_cached_state(one)

    for action in FollowUpAction.objects.all():
        for name in ("progress", "completed_on", "current_update_id", "confirmation"):
            assert getattr(action, name) == before[action.pk][name]


def test_only_what_is_answerable_is_answered(generated_small):
    answered = set(Answer.objects.values_list("recommendation__kind", flat=True))

    assert answered == {"recommendation", "request"}


def test_rows_written_later_get_keys_of_their_own(generated_small, ha):
    one = made_up().filter(progress="in_progress").earliest("pk")

    last = StatusUpdate.objects.latest("pk").pk
    assert make_update(one, by=ha).pk > last


def test_generate_refuses_a_number_below_one(seeded):
    with pytest.raises(CommandError, match="at least one"):
        generate(0)


def test_indexes_and_foreign_keys_are_back_when_all_is_written(small_country):
    before = read_catalog()

    generate(20)

    assert Recommendation.objects.count() == 20
    assert read_catalog() == before
    assert len(before) > 50


def read_catalog():
    """Give every index, key and trigger of the tables, as the database words them."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")
            return sorted(cursor.fetchall())
        cursor.execute(
            "SELECT c.relname, pg_get_indexdef(i.indexrelid) FROM pg_index i"
            " JOIN pg_class c ON c.oid = i.indrelid WHERE c.relname LIKE 'tracker%'"
            " UNION ALL SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE conrelid::regclass::text LIKE 'tracker%'"
            " UNION ALL SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger"
            " WHERE NOT tgisinternal"
        )
        return sorted(cursor.fetchall())
