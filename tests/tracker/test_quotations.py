"""The quotations of the fixtures, and the command that checks them.

The report is not in the repository: fixtures/quotations.lock stands for it here, and
the rules are tried on a small invented source.
"""

import csv
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from tracker.management.commands.check_quotations import (
    MOST_SHARE,
    MOST_WORDS,
    Fixtures,
    Source,
    characters_quoted,
    failures,
    lock_failures,
    lock_of,
)
from tracker.quotations import fold

FIXTURES = Path(settings.BASE_DIR) / "fixtures"
Tables = dict[str, list[dict[str, str]]]

SOURCE = """Tin trong ngày

Sáng nay\u00a0đoàn đã nghe huyện Mẫu Sơn báo cáo về “Cầu Mới” và việc trồng rừng.

Sau đó lãnh đạo huyện đề nghị cấp trên sớm sửa con đường từ chợ Cũ ra bến sông để
bà con chở cam, chở chè và chở gỗ ra bến trong mùa mưa, rồi đoàn chào bà con ra về.
""" + " ".join(f"đệm{n}" for n in range(60))


def invented() -> Tables:
    """Give fixtures in which every rule is kept."""
    return {
        "organisations": [
            {
                "name": "Quỹ phát triển các xã vùng cao huyện Mẫu Sơn",
                "short_name": "Quỹ phát triển",
            }
        ],
        "passages": [
            {
                "slug": "tin-3a",
                "locator": "dòng 3",
                "quotation": 'huyện Mẫu Sơn báo cáo về "Cầu Mới"',
            },
            {
                "slug": "tin-5a",
                "locator": "dòng 5",
                "quotation": "sớm sửa con đường",
            },
        ],
        "findings": [
            {
                "source_id": "RST-1",
                "wording": "Huyện đã nói về cây cầu",
                "passage": "tin-3a",
            },
            {
                "source_id": "REC-1",
                "wording": "Sửa đường ra bến",
                "passage": "tin-5a",
            },
        ],
    }


def write(folder: Path, tables: Tables) -> Fixtures:
    for name, rows in tables.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, rows[0].keys(), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    return Fixtures.read(folder)


def found(folder: Path, tables: Tables, source: str = SOURCE) -> list[str]:
    return failures(write(folder, tables), Source.of(source))


# --- The real fixtures against their lock -------------------------------------------


@pytest.fixture
def real() -> Fixtures:
    return Fixtures.read(FIXTURES)


@pytest.fixture
def lock() -> str:
    return (FIXTURES / "quotations.lock").read_text(encoding="utf-8")


def test_every_quotation_is_the_one_that_was_checked(real: Fixtures, lock: str):
    assert lock_failures(real, lock) == []


def test_a_changed_quotation_differs_from_the_lock(real: Fixtures, lock: str):
    passage = real.passages[0]
    passage.cells["quotation"] += "."
    assert lock_failures(real, lock) == [
        f"{passage.key} differs from quotations.lock; check it again"
    ]


def test_a_passage_added_or_removed_differs_from_the_lock(real: Fixtures, lock: str):
    passage = real.passages[0]
    old, passage.cells["slug"] = passage.key, "new"
    named = [message.split()[0] for message in lock_failures(real, lock)]
    assert named == sorted([old, "new"])


def test_less_than_the_allowed_share_is_quoted(real: Fixtures, lock: str):
    whole = next(line for line in lock.splitlines() if "source-characters" in line)
    quoted = characters_quoted(real.passages)
    assert quoted < MOST_SHARE * int(whole.split()[1])


def test_no_real_quotation_is_long(real: Fixtures):
    longest = max(len(p.get("quotation").split()) for p in real.passages)
    assert longest <= MOST_WORDS


def test_exactly_what_has_a_source_id_has_a_passage_that_exists(real: Fixtures):
    slugs = {passage.get("slug") for passage in real.passages}
    used = set()
    for row in real.citing:
        assert bool(row.get("source_id")) == bool(row.get("passage")), row.key
        used |= {row.get("passage")} - {""}
    assert used == slugs


# --- The rules on an invented source ------------------------------------------------


def test_fixtures_that_keep_every_rule_pass(tmp_path: Path):
    assert found(tmp_path, invented()) == []


def change(table: str, row: int, **cells: str) -> Callable[[Tables], None]:
    return lambda tables: tables[table][row].update(cells)


LONG = (
    "đề nghị cấp trên sớm sửa con đường từ chợ Cũ ra bến sông để bà con chở cam,"
    " chở chè và chở gỗ ra bến"
)
BROKEN = {
    "not in the source": (
        change("passages", 1, quotation="sớm xây con đường"),
        "passages.csv line 3 (tin-5a): is not in the source",
    ),
    "another line": (
        change("passages", 1, locator="dòng 3"),
        "passages.csv line 3 (tin-5a): is not in line 3",
    ),
    "a line the source lacks": (
        change("passages", 1, locator="dòng 500"),
        "passages.csv line 3 (tin-5a): is not in line 500",
    ),
    "no line number": (
        change("passages", 1, locator="trang 5"),
        "passages.csv line 3 (tin-5a): has no line number",
    ),
    "no quotation": (
        change("passages", 1, quotation="\u00a0"),
        "passages.csv line 3 (tin-5a): has no quotation",
    ),
    "overlap": (
        change("passages", 1, locator="dòng 3", quotation="Mới” và việc trồng"),
        "passages.csv line 3 (tin-5a): overlaps tin-3a in line 3",
    ),
    "unknown passage": (
        change("findings", 1, passage="tin-9z"),
        "findings.csv line 3 (REC-1): names the passage tin-9z",
    ),
    "unused passage": (
        change("findings", 1, passage="tin-3a"),
        "passages.csv line 3 (tin-5a): is used by no row",
    ),
    "source_id without passage": (
        lambda tables: tables["findings"].append({"source_id": "RST-2"}),
        "findings.csv line 4 (RST-2): has a source_id but no passage",
    ),
    "passage without source_id": (
        lambda tables: tables["findings"].append({"passage": "tin-3a"}),
        "findings.csv line 4 (tin-3a): has a passage but no source_id",
    ),
    "slug used twice": (
        change("passages", 1, slug="tin-3a"),
        "passages.csv line 3 (tin-3a): has a slug used twice",
    ),
    "copied wording": (
        change("findings", 1, wording="Xin sửa con đường từ chợ Cũ ra bến, nhanh"),
        'findings.csv line 3 (REC-1): wording copies "sửa con đường từ chợ cũ ra bến"',
    ),
}


@pytest.mark.parametrize(("breaks", "message"), BROKEN.values(), ids=BROKEN)
def test_a_broken_rule_is_named_with_file_and_row(
    tmp_path: Path, breaks: Callable[[Tables], None], message: str
):
    tables = invented()
    breaks(tables)
    messages = found(tmp_path, tables)
    assert any(m.startswith(message) and "; " in m for m in messages), messages


def test_a_quotation_that_stands_twice_in_its_line_is_ambiguous(tmp_path: Path):
    source = SOURCE.replace("con đường", "con đường, sớm sửa con đường")
    assert found(tmp_path, invented(), source) == [
        "passages.csv line 3 (tin-5a): stands 2 times in line 5;"
        " quote enough to tell which"
    ]


def test_a_quotation_of_more_than_25_words_fails(tmp_path: Path):
    tables = invented()
    tables["passages"][1]["quotation"] = LONG
    source = SOURCE.replace("để\nbà con", "để bà con") + SOURCE
    assert found(tmp_path, tables, source) == [
        f"passages.csv line 3 (tin-5a): has {len(LONG.split())} words;"
        " shorten the quotation to 25"
    ]


def test_40_percent_of_the_source_is_too_much(tmp_path: Path):
    passage = {"slug": "a", "locator": "dòng 1", "quotation": "q" * 40}
    finding = {"source_id": "RST-1", "passage": "a"}
    tables = {"passages": [passage], "findings": [finding]}
    assert found(tmp_path, tables, "q" * 40 + " " + "x" * 60) == []
    assert found(tmp_path, tables, "q" * 40 + " " + "x" * 59) == [
        "passages.csv: 40 of the source's 100 characters are quoted;"
        " shorten or share quotations until fewer than 40 are"
    ]


@pytest.mark.parametrize("column", ["problem", "evidence", "advice", "name", "note"])
def test_wording_is_checked_in_every_column_and_file(tmp_path: Path, column: str):
    tables = invented() | {
        "later": [{column: "Bà con chở cam, chở chè và chở gỗ trong mùa mưa"}]
    }
    [message] = found(tmp_path, tables)
    assert message.startswith("later.csv line 2 ")
    assert f'{column} copies "bà con chở cam chở chè và chở"' in message


def test_a_post_is_as_the_source_prints_it(tmp_path: Path):
    post = "Bà con chở cam, chở chè và chở gỗ"
    assert found(tmp_path, invented() | {"later": [{"post": post}]}) == []


def test_a_name_counts_as_one_word(tmp_path: Path):
    name = "Quỹ phát triển các xã vùng cao huyện Mẫu Sơn"
    source = SOURCE + f" do {name} cho vay vốn để đoàn đi"
    tables = invented()
    tables["findings"][1]["wording"] = f"Xin {name} cho vay vốn để dân đi"
    assert found(tmp_path, tables, source) == []
    tables["findings"][1]["wording"] = f"Do {name} cho vay vốn để đoàn đi"
    assert len(found(tmp_path, tables, source)) == 1


def test_the_title_of_a_news_report_is_ours_and_no_name(tmp_path: Path):
    document = {"kind": "plan", "title": "Bà con chở cam, chở chè và chở gỗ"}
    assert found(tmp_path, invented() | {"documents": [document]}) == []
    document["kind"] = "news"
    [message] = found(tmp_path, invented() | {"documents": [document]})
    assert message.startswith("documents.csv line 2 (news): title copies")


def test_white_space_and_quotation_marks_do_not_tell_texts_apart():
    assert fold(" a\u00a0 “b”\n‘c’ ") == "a \"b\" 'c'"


# --- The command --------------------------------------------------------------------


@pytest.fixture
def project(tmp_path: Path, settings) -> Path:
    settings.BASE_DIR = tmp_path
    (tmp_path / "fixtures").mkdir()
    (tmp_path / "report.txt").write_text(SOURCE, encoding="utf-8")
    return tmp_path


def run(path: Path) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    try:
        call_command("check_quotations", str(path), stdout=out, stderr=err)
    except CommandError as error:
        return out.getvalue(), f"{err.getvalue()}{error}"
    return out.getvalue(), err.getvalue()


def test_the_command_counts_and_locks(project: Path):
    fixtures = write(project / "fixtures", invented())
    out, err = run(project / "report.txt")
    whole = len(Source.of(SOURCE).text)
    assert err == ""
    assert out.splitlines() == [
        "Quotations: 2",
        "Characters quoted: 51",
        f"Characters of the source: {whole}",
        f"Share: {51 / whole:.1%}".replace(".", ","),
        "Longest quotation: 8 words",
    ]
    lock = (project / "fixtures" / "quotations.lock").read_text(encoding="utf-8")
    assert lock == lock_of(fixtures, Source.of(SOURCE))
    assert lock_failures(fixtures, lock) == []
    assert "huyện" not in lock


def test_the_command_lists_every_failure_and_writes_no_lock(project: Path):
    tables = invented()
    tables["passages"][1]["quotation"] = "sớm xây con đường"
    tables["findings"][1]["passage"] = ""
    write(project / "fixtures", tables)
    out, err = run(project / "report.txt")
    assert out == ""
    assert len(err.splitlines()) == 4
    assert err.endswith("3 failures; quotations.lock is unchanged.")
    assert not (project / "fixtures" / "quotations.lock").exists()


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (None, "No such file"),
        (b"\xff\xfe\x00", "it is not UTF-8 text"),
        (b" \n", "it is empty"),
    ],
)
def test_an_unreadable_source_is_named(
    project: Path, content: bytes | None, problem: str
):
    write(project / "fixtures", invented())
    path = project / "other.txt"
    if content is not None:
        path.write_bytes(content)
    out, err = run(path)
    assert out == ""
    assert str(path) in err
    assert problem in err


def test_missing_and_malformed_fixtures_are_named(project: Path):
    assert "passages.csv has no rows" in run(project / "report.txt")[1]
    broken = project / "fixtures" / "passages.csv"
    broken.write_text("slug,quotation\na,b,c\n", encoding="utf-8")
    error = run(project / "report.txt")[1]
    assert "line 2 of passages.csv has more cells than there are columns" in error
