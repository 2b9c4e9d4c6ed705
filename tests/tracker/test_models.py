"""What models promise by themselves."""

import shutil
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from provinces.models import Organisation
from tests.factories import (
    make_deadline,
    make_organisation,
    make_passage,
    make_recommendation,
    make_update,
    make_user,
)
from tracker.choices import Progress
from tracker.importing.fixtures import FIXTURES, seed
from tracker.models import Indicator, Observation, Recommendation
from tracker.services import verification


def test_new_wording_is_found_and_the_old_one_is_not(db):
    one = make_recommendation(wording="Bổ sung chỉ tiêu đất")

    one.wording = "Rà soát quy hoạch"
    one.save(update_fields=["wording"])

    assert Recommendation.objects.matching("ra soat").get() == one
    assert not Recommendation.objects.matching("bo sung").exists()


def test_corrected_quotation_is_found(db):
    passage = make_passage("cụm nghiệp")
    one = make_recommendation(passage=passage)

    passage.quotation = "cụm công nghiệp"
    passage.save()

    assert Recommendation.objects.matching('"cụm công nghiệp"').get() == one
    assert one.history.count() == 1


def test_wording_is_kept_composed(db):
    one = make_recommendation(wording="Tha\u0301o gơ\u0303")

    assert Recommendation.objects.get(pk=one.pk).wording == "Tháo gỡ"


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("QNA-24-07", True),
        ("QNA-24-7", False),
        ("QNA-24-007", False),
        ("QNA-٢٤-٠٧", False),
        ("qna-24-07", False),
    ],
)
def test_code_is_kept_in_three_columns(db, code, found):
    one = make_recommendation(code_number=7)

    assert one.code == "QNA-24-07"
    assert Recommendation.objects.with_code(code).exists() is found


def test_edits_are_kept_and_the_cached_state_is_not_one(db, ha):
    one = make_recommendation()
    one.lead = make_organisation()
    one.save(update_fields=["lead"])

    newest, oldest = one.history.all()
    assert (oldest.lead, newest.lead) == (None, one.lead)
    assert not hasattr(newest, "progress")


@pytest.mark.parametrize(
    "fields",
    [
        {"value": 1, "numerator": 1, "denominator": 2, "source": "báo"},
        {"numerator": 3, "denominator": 2, "source": "báo"},
        {"source": "báo"},
        {"value": 1},
    ],
)
def test_observation_is_one_value_from_one_source(db, fields):
    observation = Observation(
        indicator=Indicator.objects.create(name="Số khu"), **fields
    )

    with pytest.raises(ValidationError):
        observation.full_clean()
    with pytest.raises(IntegrityError):
        observation.save()


def test_a_write_while_history_is_read_is_no_fault(db, ha, monkeypatch):
    one = make_recommendation()
    as_read_before = Recommendation.objects.get(pk=one.pk)
    make_update(one, by=ha)
    look = verification._find_faults_of
    looks = []

    def look_at_stale_rows_first(batch):
        looks.append(batch)
        return list(look(batch if looks[1:] else [as_read_before]))

    monkeypatch.setattr(verification, "_find_faults_of", look_at_stale_rows_first)

    assert list(look([as_read_before]))
    assert list(verification.find_faults()) == []
    assert len(looks) == 2


def test_clocks_that_differ_do_not_hide_what_is_recorded(db, ha, time_machine):
    one = make_recommendation()
    time_machine.move_to("2026-11-23 10:00:05 +0700", tick=False)
    make_update(one, Progress.COMPLETED, by=ha)

    time_machine.move_to("2026-11-23 10:00:00 +0700", tick=False)
    make_deadline(one, date(2026, 12, 31), by=ha)

    one.refresh_from_db()
    assert one.progress == Progress.COMPLETED
    assert list(verification.find_faults()) == []


def test_refresh_raises_the_version_and_leaves_the_state_alone(seeded, tmp_path):
    by = make_user("ha", Organisation.objects.get(oversees_all=True))
    one = Recommendation.objects.with_code("QNA-24-01").get()
    make_update(one, by=by)
    folder = shutil.copytree(FIXTURES, tmp_path / "fixtures")
    file = folder / "recommendations.csv"
    file.write_text(file.read_text().replace("Thí điểm cơ chế", "Làm thử cơ chế"))

    seed(refresh=True, folder=folder)

    fresh = Recommendation.objects.get(pk=one.pk)
    assert fresh.wording.startswith("Làm thử cơ chế")
    assert fresh.version == one.version + 1
    assert fresh.progress == Progress.IN_PROGRESS
    assert list(verification.find_faults()) == []
