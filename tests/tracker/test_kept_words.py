"""The index of words that SQLite keeps says what the rows say, after every change."""

import pytest
from django.db import connection

from tests.factories import make_recommendation
from tracker.models import Recommendation
from tracker.models.kept_words import (
    TRIGGERS,
    are_words_kept,
    keep_words_after_migrating,
    missing_word_triggers,
)
from tracker.services.verification import find_faults

pytestmark = pytest.mark.skipif(
    connection.vendor != "sqlite", reason="PostgreSQL keeps its index by itself"
)


def found(words):
    return {*Recommendation.objects.matching(words)}


def lift(*names):
    with connection.cursor() as cursor:
        for name in names:
            cursor.execute(f"DROP TRIGGER {name}")


def test_what_is_entered_changed_and_removed_is_followed(db, ha):
    one = make_recommendation(wording="Mở rộng cảng biển")
    assert found("cang bien") == {one}

    one.wording = "Nâng cấp sân bay"
    one.write_search_columns()
    one.save()
    assert (found("cang"), found("san bay")) == (set(), {one})
    assert are_words_kept()

    Recommendation.objects.filter(pk=one.pk)._raw_delete("default")
    assert not found("san bay")
    assert are_words_kept()


@pytest.mark.parametrize("name", TRIGGERS)
def test_an_index_that_is_kept_no_longer_is_told(db, ha, name):
    one = make_recommendation(wording="Mở rộng cảng biển")
    lift(name)

    make_recommendation(wording="Nâng cấp sân bay")
    Recommendation.objects.filter(pk=one.pk).update(search_folded=" di doi ")

    faults = [*find_faults()]
    assert f"The trigger {name} is missing from the database." in faults
    is_untrue = name != "words_gone"
    assert ("The index of words" in " ".join(faults)) == is_untrue


def test_migrating_makes_it_again_and_whole(db, ha):
    lift(*TRIGGERS)
    one = make_recommendation(wording="Mở rộng cảng biển")
    assert not found("cang bien")

    keep_words_after_migrating("default")

    assert found("cang bien") == {one}
    assert are_words_kept()
    assert not missing_word_triggers(connection)
