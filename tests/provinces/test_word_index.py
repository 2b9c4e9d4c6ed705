"""What the index of words picks is all that fits: it hides no row."""

import random

import pytest
from django.db import connection

from provinces.models.searching import read_query
from tests.factories import make_recommendation
from tracker.models import Recommendation

WORDS = (
    *("khu", "công", "nghiệp", "cao", "tốc", "Đà", "Nẵng", "hòa", "hoà", "23-NQ/TW"),
    *(
        "23nqtw",
        "UBND",
        "nhà",
        "1e5",
        "12e",
        "0x1f",
        "3d",
        "2024",
        "03",
        "café",
        "łódź",
    ),
    *("x86", "TT&TT", "số", "nghị quyết", "a_b", "100%", "Ωmega", "12abc34", "n/a"),
)


@pytest.mark.parametrize("seed", range(20))
def test_the_index_picks_whatever_fits(db, ha, seed):
    chance = random.Random(seed)
    for _row in range(12):
        make_recommendation(wording=" ".join(chance.choices(WORDS, k=7)))
    for _query in range(12):
        typed = " ".join(chance.choices(WORDS, k=chance.randint(1, 3)))
        typed = typed[: chance.randint(2, len(typed))]
        typed = chance.choice([typed, f'"{typed}"'])
        words = read_query(typed)
        found, picked = (
            {*Recommendation.objects.filter(one).values_list("pk", flat=True)}
            for one in (
                words.condition("search_folded"),
                words.indexed_condition("search_folded"),
            )
        )
        assert picked == found, typed


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("khu cong", "('khu':*) & ('cong':*)"),
        ('"khu cong"', "('khu' & 'cong')"),
        ("łódź", ""),
        ("khu Ω", "('khu':*)"),
        ("%", ""),
        ("'; --", ""),
    ],
)
def test_the_index_is_asked_for_plain_words_alone(typed, asked):
    assert read_query(typed).lexemes() == asked


def test_the_database_asks_the_index(db, ha):
    rows = Recommendation.objects.matching("khu công nghiệp").values("pk")
    sql, values = rows.query.sql_with_params()
    told = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"{told} {sql}", values)
        plan = "\n".join(str(line) for line in cursor.fetchall())
    assert "tracker_recommendation_words" in plan
    assert "SCAN tracker_recommendation " not in plan
