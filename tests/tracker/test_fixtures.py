"""The register and the report as an installation starts with them, fact by fact."""

import csv
import re
import shutil
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from django.apps import apps
from django.db.models import Q

from provinces.models import Organisation, Province, ProvinceName
from tracker.importing.fixtures import FIXTURES, NOUNS, FixtureError, seed
from tracker.models import (
    HISTORY_MODELS,
    DataFlag,
    Document,
    Finding,
    Indicator,
    Observation,
    Participation,
    Passage,
    Recommendation,
    Resolution,
    Review,
    Target,
    Topic,
    WorkingSession,
)
from tracker.models.documents import Sourced

RAISED_ON, LAST_DAY, FIRST_DAY = date(2024, 6, 26), date(2025, 6, 30), date(2025, 7, 1)
REPORT = "bao-cao-quang-nam-2024-06-26"
COUNTS = """
Province 86 | Resolution 2 | Target 27 | Document 12 | Review 2 | WorkingSession 3
Participation 13 | Indicator 18 | Observation 28 | Finding 34 | Topic 4 | DataFlag 23
Recommendation 27
"""
UNCHANGED = {
    *("Hà Nội", "Huế", "Cao Bằng", "Điện Biên", "Hà Tĩnh", "Lai Châu", "Lạng Sơn"),
    *("Nghệ An", "Quảng Ninh", "Thanh Hóa", "Sơn La"),
}
# Codes that ended, each with the code that followed; all others live on.
MERGED = """
02>08 06>19 10>15 17>25 26>25 27>24 30>31 34>33 35>37 36>37 45>44 49>48 54>66 58>56
60>68 62>51 64>52 67>68 70>75 72>80 74>79 77>79 83>86 84>86 87>82 89>91 93>92 94>92
95>96
"""
CODES_REUSED = """
15 Yên Bái → Lào Cai
24 Bắc Giang → Bắc Ninh
44 Quảng Bình → Quảng Trị
52 Bình Định → Gia Lai
80 Long An → Tây Ninh
82 Tiền Giang → Đồng Tháp
91 Kiên Giang → An Giang
"""
BODIES_OF_THE_REPORT = """
Bộ Chính trị; Ban Kinh tế Trung ương; Vụ Công nghiệp, Ban Kinh tế Trung ương;
Tổ Biên tập các Đề án; Thủ tướng Chính phủ; Bộ Kế hoạch và Đầu tư;
Bộ Thông tin và Truyền thông; các bộ, ngành Trung ương; Tỉnh ủy Quảng Nam;
Ban Thường vụ Tỉnh ủy Quảng Nam; Thường trực Tỉnh ủy Quảng Nam; HĐND tỉnh Quảng Nam;
UBND tỉnh Quảng Nam; các sở, ban, ngành; thành phố Tam Kỳ; UBND phường Tân Thạnh;
Khu kinh tế mở Chu Lai; Khu công nghiệp THACO-Chu Lai; THACO; THACO Auto;
KOICA (Cơ quan hợp tác quốc tế Hàn Quốc); tỉnh Quảng Nam; cộng đồng khởi nghiệp
"""
TARGETS = """
23-01 gt 40 2030 | 23-02a approx 30 2030 | 23-02b gt 20 2030 | 23-03 ge 45 2030
23-04a gt 8.5 2030 | 23-04b gt 10 2030 | 23-05 eq 7.5 2030 | 23-06 rank 3 2030
23-07 gt 70 2030 | 23-08 qualitative - 2030 | 23-45 vision - 2045
52-25-1 rank 3 2025 | 52-25-2 qualitative - 2025 | 52-25-3 eq 100 2025
52-25-4 approx 20 2025 | 52-25-5 gt 7 2025 | 52-25-6 qualitative - 2025
52-25-7 rank 4 2025 | 52-25-8 ge 3 2025 | 52-30-1 rank 40 2030 | 52-30-2 eq 100 2030
52-30-3 qualitative - 2030 | 52-30-4 gt 30 2030 | 52-30-5 approx 7.5 2030
52-30-6 qualitative - 2030 | 52-30-7 qualitative - 2030 | 52-45 vision - 2045
"""
OBSERVATIONS = """
1 14 | 2 3676 | 3 11/14 | 4 248 | 5 81430 | 6 53/59 | 7 71.22 | 8 8.76 | 9 15
10 100 | 11 2 | 12 4 | 13 >1200 | 14 35 | 15 >80500 | 16 2 | 17 2035 | 17 2056 | 18 2030
"""
PARTICIPATIONS = {
    "EVT-1": [f"PER-{n}" for n in range(1, 8)] + ["GRP-1", "GRP-2"],
    "EVT-2": ["PER-1"],
    "EVT-3": ["PER-1", "PER-8", "GRP-3"],
}
TAGGING = {
    "TAG-1": [11, 12],
    "TAG-2": [1, 2, 3, 4, 13, 14, 15, 16],
    "TAG-3": [16],
    "TAG-4": [19, 22, 24],
}
PROVINCE, COMMITTEE = "tỉnh Quảng Nam", "Tỉnh ủy Quảng Nam"
COMMISSION = "Ban Kinh tế Trung ương"
DEPARTMENTS, MINISTRIES = "các sở, ban, ngành", "các bộ, ngành Trung ương"
BOTH, INDUSTRY, DIGITAL = "23 52", "23", "52"
# Of each number: its number in the source, kind, raised by, addressee, resolutions.
RECOMMENDATIONS = {
    **{
        n: (f"REC-{n}", "recommendation", PROVINCE, None, INDUSTRY) for n in range(1, 5)
    },
    5: ("REC-5", "instruction", COMMITTEE, DEPARTMENTS, BOTH),
    6: ("REC-6", "instruction", COMMITTEE, DEPARTMENTS, BOTH),
    7: ("REC-7", "instruction", COMMITTEE, MINISTRIES, BOTH),
    8: ("REC-8", "recommendation", "THACO", None, INDUSTRY),
    **{
        n + 8: (f"REQ-{n}", "request", COMMISSION, PROVINCE, resolutions)
        for n, resolutions in enumerate([BOTH] * 2 + [INDUSTRY] * 6 + [DIGITAL] * 8, 1)
    },
    **{
        n + 24: (f"COM-{n}", "commitment", COMMISSION, COMMISSION, resolutions)
        for n, resolutions in enumerate([BOTH, INDUSTRY, BOTH], 1)
    },
}


def lines(text):
    return [line.strip() for line in text.strip().splitlines()]


def cells(text):
    return [cell.split() for line in lines(text) for cell in line.split("|")]


def plain(number):
    return "-" if number is None else f"{number.normalize():f}"


def named_on(day):
    return ProvinceName.objects.filter(
        Q(valid_from=None) | Q(valid_from__lte=day),
        Q(valid_to=None) | Q(valid_to__gte=day),
        province__in=Province.objects.in_force(day),
    )


# -- the register ---------------------------------------------------------------------


def test_every_file_gives_as_many_rows_as_it_should(seeded):
    models = dict.fromkeys(noun.model for noun in NOUNS)
    counts = {model.__name__: str(model.objects.count()) for model in models}
    groups = Participation.objects.filter(is_group=True)
    people = Participation.objects.filter(is_group=False)

    for name, count in cells(COUNTS):
        assert (name, counts[name]) == (name, count)
    assert people.values("source_id").distinct().count() == 8
    assert groups.count() == 3
    assert all(set(one.counts) == {"created"} for one in seeded)


def test_units_are_those_of_the_merger(seeded):
    unchanged = Province.objects.filter(valid_from=None, valid_to=None)
    ended = Province.objects.filter(valid_to=LAST_DAY)
    begun = Province.objects.filter(valid_from=FIRST_DAY)

    assert [unchanged.count(), ended.count(), begun.count()] == [11, 52, 23]
    assert Province.objects.in_force(LAST_DAY).count() == 63
    assert Province.objects.in_force(FIRST_DAY).count() == 34
    same = named_on(FIRST_DAY).filter(province__in=unchanged)
    assert set(same.values_list("name", flat=True)) == UNCHANGED
    assert {one.successor for one in ended} == set(begun)
    assert not (unchanged | begun).exclude(successor=None).exists()
    followed = {f"{one.code}>{one.successor.code}" for one in ended}
    assert followed == {*MERGED.split(), *(f"{one.code}>{one.code}" for one in begun)}


def test_slugs_and_abbreviations_tell_units_apart(seeded):
    living = Province.objects.in_force(FIRST_DAY)
    codes = {one.code for one in living}
    ended = Province.objects.filter(valid_to=LAST_DAY)

    assert {one.slug for one in living} == codes
    for one in ended:
        assert one.slug == (f"{one.code}-cu" if one.code in codes else one.code)
    for day in (LAST_DAY, FIRST_DAY):
        used = Counter(Province.objects.in_force(day).values_list("abbreviation"))
        assert set(used.values()) == {1}
    names = dict(named_on(FIRST_DAY).values_list("name", "province__abbreviation"))
    for name in named_on(LAST_DAY).filter(name__in=names).select_related("province"):
        assert name.province.abbreviation == names[name.name], name.name
    assert names["Đà Nẵng"] == "DNG"
    assert Province.objects.get(slug="49").abbreviation == "QNA"
    assert Province.objects.get(slug="49").successor.slug == "48"


def test_codes_that_meant_another_unit_are_kept_apart(seeded):
    then = dict(named_on(LAST_DAY).values_list("province__code", "name"))
    now = dict(named_on(FIRST_DAY).values_list("province__code", "name"))

    moved = [f"{code} {then[code]} → {now[code]}" for code in sorted(now)]

    assert [line for line in moved if line[3:].split(" → ")[0] != now[line[:2]]] == (
        lines(CODES_REUSED)
    )


def test_every_unit_has_one_name_and_kind_on_each_day(seeded):
    """Cities and provinces, as their number changed."""
    numbers = {
        RAISED_ON: (5, 58),
        LAST_DAY: (6, 57),
        FIRST_DAY: (6, 28),
        date(2026, 4, 30): (7, 27),
        date(2026, 9, 1): (8, 26),
        date(2026, 9, 20): (9, 25),
    }

    for day, expected in numbers.items():
        kinds = Counter(named_on(day).values_list("kind", flat=True))
        assert (kinds["city"], kinds["province"]) == expected, day
        assert named_on(day).values("province").distinct().count() == sum(expected)


def test_hue_and_the_regions_change_on_their_days(seeded):
    hue = {
        day: str(named_on(day).get(province__slug="46"))
        for day in (date(2024, 12, 31), date(2025, 1, 1), date(2025, 10, 5))
    }
    new = named_on(date(2025, 10, 4)).filter(province__valid_from=FIRST_DAY)
    before = Counter(named_on(LAST_DAY).values_list("region", flat=True))
    after = Counter(named_on(date(2025, 10, 5)).values_list("region", flat=True))

    assert [*hue.values()] == ["tỉnh Thừa Thiên Huế", "thành phố Huế", "thành phố Huế"]
    assert [one.region for one in new] == [""] * 23
    assert sorted(before.values()) == [5, 6, 11, 13, 14, 14]
    assert before["Bắc Trung Bộ và duyên hải miền Trung"] == 14
    assert after == {
        "Trung du và miền núi phía Bắc": 9,
        "Đồng bằng sông Hồng": 6,
        "Bắc Trung Bộ": 5,
        "Duyên hải Nam Trung Bộ và Tây Nguyên": 6,
        "Đông Nam Bộ": 3,
        "Đồng bằng sông Cửu Long": 5,
    }


def test_bodies_of_the_report_are_there(seeded):
    wanted = {name.strip() for name in BODIES_OF_THE_REPORT.split(";")}
    groups = Organisation.objects.filter(kind="group").values_list("name", flat=True)
    overseeing = Organisation.objects.filter(oversees_all=True)
    voices = Organisation.objects.exclude(spoken_for_by=None)

    found = Organisation.objects.filter(name__in=wanted)

    assert len(wanted) == 23
    assert wanted - set(found.values_list("name", flat=True)) == set()
    assert set(groups) == {DEPARTMENTS, MINISTRIES, "cộng đồng khởi nghiệp"}
    assert overseeing.get().name == "Ban Chính sách, chiến lược Trung ương"
    assert dict(voices.values_list("name", "spoken_for_by__name")) == {
        PROVINCE: COMMITTEE,
        "thành phố Đà Nẵng": "Thành ủy Đà Nẵng",
    }


# -- the report -----------------------------------------------------------------------


def test_resolutions_and_targets_are_those_issued(seeded):
    columns = ("number", "issued_on", "issuer__name", "term", "source_id")
    resolutions = set(Resolution.objects.values_list(*columns))
    targets = [
        [one.code, one.operator, plain(one.value), str(one.year)]
        for one in Target.objects.order_by("code")
    ]
    ahead = Target.objects.exclude(operator="vision").values_list("resolution__slug")

    assert resolutions == {
        ("23-NQ/TW", date(2018, 3, 22), "Bộ Chính trị", "khóa XII", "RES-23"),
        ("52-NQ/TW", date(2019, 9, 27), "Bộ Chính trị", "khóa XII", "RES-52"),
    }
    assert targets == cells(TARGETS)
    assert Counter(ahead) == {("23-nq-tw",): 10, ("52-nq-tw",): 15}
    assert all(one.resolution.slug[:2] == one.code[:2] for one in Target.objects.all())


def test_report_and_the_documents_it_names(seeded):
    report = Document.objects.get(slug=REPORT)
    others = Document.objects.exclude(pk=report.pk)
    numbers = others.exclude(number="")

    assert (report.kind, report.issued_on, report.source_id) == ("news", RAISED_ON, "")
    assert {one.source_id for one in others} == {f"DOC-{n}" for n in range(1, 12)}
    assert set(numbers.values_list("source_id", "number", "number_as_printed")) == {
        ("DOC-1", "16-CTr/TU", "16-Ctr/TU"),
        ("DOC-2", "312-KH/TU", "312-KH/TU"),
    }
    assert not others.exclude(issued_on=None).exists(), "the report gives no date"
    assert not Passage.objects.exclude(document=report).exists()


def test_sessions_and_who_met(seeded):
    sessions = WorkingSession.objects.order_by("source_id")
    met = {
        one.source_id: sorted(one.participations.values_list("source_id", flat=True))
        for one in sessions
    }
    inferred = Participation.objects.filter(is_inferred=True)

    assert [(one.kind, one.held_on, one.province.slug) for one in sessions] == [
        ("working_session", RAISED_ON, "49"),
        ("field_survey", RAISED_ON, "49"),
        ("field_survey", RAISED_ON, "49"),
    ]
    assert [
        sorted(r.number[:2] for r in one.resolutions.all()) for one in sessions
    ] == [
        ["23", "52"],
        ["52"],
        ["23"],
    ]
    assert met == {event: sorted(who) for event, who in PARTICIPATIONS.items()}
    assert {one.source_id for one in inferred} == {"PER-5", "PER-6", "PER-7", "PER-8"}
    assert set(Review.objects.values_list("source_id", "part_of__source_id")) == {
        ("PRC-1", None),
        ("PRC-2", "PRC-1"),
    }


def value_of(observation):
    if observation.denominator:
        return f"{observation.numerator}/{observation.denominator}"
    over = ">" if observation.qualifier == "over" else ""
    return f"{over}{plain(observation.value)}"


def test_observations_are_the_figures_printed(seeded):
    printed = Observation.objects.filter(document__slug=REPORT)
    elsewhere = Observation.objects.exclude(document__slug=REPORT)

    figures = sorted((one.indicator.source_id, value_of(one)) for one in printed)

    assert figures == sorted((f"IND-{n}", value) for n, value in cells(OBSERVATIONS))
    assert not printed.exclude(as_of=None).exists(), "the report gives no such day"
    assert elsewhere.count() == 9
    assert all(one.source and one.document is None for one in elsewhere)


def test_findings_topics_and_flags_keep_their_numbers(seeded):
    kinds = Counter(
        (one.kind, one.source_id.split("-")[0]) for one in Finding.objects.all()
    )
    missing = Finding.objects.filter(is_content_missing=True)
    tagging = {
        one.source_id: sorted(row.code_number for row in one.recommendations.all())
        for one in Topic.objects.all()
    }

    assert kinds == {
        ("result", "RST"): 15,
        ("difficulty", "DIF"): 10,
        ("acknowledgement", "COM"): 4,
        ("site_fact", "SIT"): 5,
    }
    assert {one.source_id for one in missing} == {"DIF-9", "DIF-10"}
    assert tagging == TAGGING
    assert set(DataFlag.objects.values_list("source_id", "document__slug")) == {
        (f"AN-{n}", REPORT) for n in range(1, 24)
    }


def test_recommendations_are_who_asked_what_of_whom(seeded):
    rows = Recommendation.objects.select_related("raised_by", "addressee")

    told = {
        row.code_number: (
            row.source_id,
            row.kind,
            row.raised_by.name,
            row.addressee and row.addressee.name,
            " ".join(sorted(one.number[:2] for one in row.resolutions.all())),
        )
        for row in rows
    }

    assert told == RECOMMENDATIONS
    assert {row.code[:7] for row in rows} == {"QNA-24-"}
    assert {(row.raised_on, row.province.slug) for row in rows} == {(RAISED_ON, "49")}
    assert rows.filter(resolutions__slug="23-nq-tw").count() == 19
    assert rows.filter(resolutions__slug="52-nq-tw").count() == 15
    assert sum(told[n][-1] == BOTH for n in told) == 7
    assert Counter(row.kind for row in rows) == {
        "recommendation": 5,
        "instruction": 3,
        "request": 16,
        "commitment": 3,
    }


def test_nothing_is_invented(seeded):
    state = ("progress", "lead", "due_on", "completed_on", "last_update_at", "version")

    assert set(Recommendation.objects.values_list(*state)) == {
        ("not_started", None, None, None, None, 1)
    }
    assert not Recommendation.coordinating.through.objects.exists()
    assert not any(model.objects.exists() for model in HISTORY_MODELS)


def test_exactly_rows_with_a_number_in_the_source_are_quoted(seeded):
    models = [one for one in apps.get_app_config("tracker").get_models()]
    used = set()
    for model in models:
        if issubclass(model, Sourced):
            for row in model.objects.all():
                assert bool(row.source_id) == bool(row.passage_id), row
                used.add(row.passage_id)

    assert used - {None} == set(Passage.objects.values_list("pk", flat=True))
    for passage in Passage.objects.all():
        assert passage.locator.removeprefix("dòng ").isdecimal(), passage
        assert 0 < len(passage.quotation.split()) <= 25, passage


def test_every_row_is_one_a_form_would_accept(seeded):
    for noun in NOUNS:
        for row in noun.model.objects.all():
            row.clean_fields()


# -- seeding --------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path):
    """A copy of the files, to change."""
    return Path(shutil.copytree(FIXTURES, tmp_path / "fixtures"))


def rewrite(folder, file, column, change, last=None):
    """Put what `change` makes of each row, up to the last one, into one column."""
    path = folder / f"{file}.csv"
    with open(path, encoding="utf-8", newline="") as read:
        rows = list(csv.DictReader(read))
    for row in rows[:last]:
        row[column] = change(row)
    with open(path, "w", encoding="utf-8", newline="") as written:
        writer = csv.DictWriter(written, rows[0])
        writer.writeheader()
        writer.writerows(rows)


def outcomes(report):
    return {one.file: dict(one.counts) for one in report if set(one.counts) != {"same"}}


def test_seeding_twice_changes_nothing(seeded):
    entries = Recommendation.history.count()

    again = seed()

    assert {key for one in again for key in one.counts} == {"present"}
    assert [one.counts.total() for one in again] == [
        one.counts.total() for one in seeded
    ]
    assert Recommendation.history.count() == entries
    assert not Recommendation.history.exclude(history_change_reason="seed").exists()


def test_notes_tell_no_code_of_the_files(seeded):
    """People meet names; codes of products such as QNA-24-01 are no such codes."""
    codes = {
        one["source_id"]
        for file in FIXTURES.glob("*.csv")
        for one in csv.DictReader(file.read_text("utf-8").splitlines())
        if one.get("source_id")
    }
    noted = (Document, Finding, Indicator, Observation, WorkingSession)
    notes = [one.note for model in noted for one in model.objects.all()]

    assert {"IND-15", "AN-9", "DOC-7", "RST-10"} <= codes
    assert len([note for note in notes if note]) > 20
    told = re.compile(rf"\b({'|'.join(codes)})\b")
    assert [note for note in notes if told.search(note)] == []


def test_a_row_whose_key_was_corrected_is_not_made_again(seeded):
    figure = Observation.objects.get(
        document__slug=REPORT, indicator__source_id="IND-1"
    )
    figure.document, figure.source = None, "Niên giám thống kê"
    figure.save()
    count = Observation.objects.count()

    again = seed()

    assert {key for one in again for key in one.counts} == {"present"}
    assert Observation.objects.count() == count


def test_refreshing_updates_only_what_nobody_has_edited(seeded, folder):
    edited = Topic.objects.get(slug="quy-hoach")
    edited.name = "Quy hoạch tỉnh"
    edited.save()
    linked = Recommendation.objects.get(code_number=1)
    linked.topics.add(edited)
    rewrite(folder, "topics", "name", lambda row: f"{row['name']} mới")
    rewrite(folder, "recommendations", "topics", lambda row: "quy-hoach")

    report = outcomes(seed(refresh=True, folder=folder))

    assert report == {
        "topics": {"refreshed": 3, "kept": 1},
        "recommendations": {"same": 26, "kept": 1},
    }
    assert Topic.objects.get(slug="quy-hoach").name == "Quy hoạch tỉnh"
    assert Topic.objects.get(slug="chuyen-doi-so").name == "Chuyển đổi số mới"
    assert linked.topics.count() == 2
    second = Recommendation.objects.get(code_number=2)
    assert [one.slug for one in second.topics.all()] == ["quy-hoach"]


@pytest.mark.parametrize(
    ("file", "column", "text"),
    [
        ("organisations", "parent", "Ban Không Có"),
        ("recommendations", "raised_by", "Ban Không Có"),
        ("recommendations", "topics", "khong-co"),
        ("recommendations", "code", "QNA-24"),
        ("sessions", "held_on", "26/06/2024"),
    ],
)
def test_file_that_does_not_fit_is_refused_whole(db, folder, file, column, text):
    rewrite(folder, file, column, lambda row: text, last=1)

    with pytest.raises(FixtureError) as refusal:
        seed(folder=folder)

    assert str(refusal.value).startswith(f"{file}.csv, row 2")
    assert not Province.objects.exists()
