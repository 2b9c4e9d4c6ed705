"""The limit of every job: the best bare SQL known, and as many bytes kept ready.

No page that reads the same rows can be quicker than this, so it is what pages are
measured by. Facets are counted from a table of counts made when measuring begins.
"""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.contrib.auth.hashers import check_password, make_password
from django.db import connection, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from benchmarks.exports import EXPORTS
from tracker.models import HISTORY_MODELS, FollowUpAction

COUNTS, WRITTEN = "benchmark_counts", "benchmark_written"
LINE = (
    "SELECT id, code_prefix, code_year, code_number, kind, wording, raised_on,"
    " province_id, lead_id, progress, completed_on, due_on, last_update_at,"
    " confirmation, answer, open_difficulties FROM tracker_recommendation"
)
ORDER = "ORDER BY due_on NULLS LAST, code_prefix, code_year, code_number LIMIT 50"
LINKED = "id IN (SELECT recommendation_id FROM tracker_recommendation_resolutions"
HISTORIES = [one._meta.db_table for one in (*HISTORY_MODELS, FollowUpAction)]
HASHED = make_password("mật khẩu của phép đo")


def make_counts() -> None:
    """Make the table of counts by resolution, progress and province."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {COUNTS}")
        cursor.execute(
            f"CREATE TABLE {COUNTS} AS SELECT l.resolution_id, r.progress,"
            " r.province_id, count(*) AS n FROM tracker_recommendation r"
            " JOIN tracker_recommendation_resolutions l ON l.recommendation_id = r.id"
            " WHERE r.withdrawn_on IS NULL GROUP BY 1, 2, 3"
        )
        cursor.execute(f"DROP TABLE IF EXISTS {WRITTEN}")
        cursor.execute(f"CREATE TABLE {WRITTEN} (recommendation_id bigint, note text)")


def page_and_counts(where: str = "", counted: str = "") -> list[str]:
    """Give one page and the three facets under the same condition."""
    rows = f"{LINE} WHERE withdrawn_on IS NULL{' AND ' + where if where else ''}"
    under = f" WHERE {counted}" if counted else ""
    columns = ("resolution_id", "progress", "province_id")
    facets = [
        f"SELECT {column}, sum(n) FROM {COUNTS}{under} GROUP BY {column}"
        for column in columns
    ]
    if connection.vendor == "postgresql":
        sets = f"GROUPING SETS ({', '.join(f'({column})' for column in columns)})"
        named = ", ".join(columns)
        facets = [f"SELECT {named}, sum(n) FROM {COUNTS}{under} GROUP BY {sets}"]
    return [f"{rows} {ORDER}", *facets]


def by_text(*words: str) -> list[str]:
    """Give one page and the number of matches, up to 10,000."""
    if connection.vendor == "postgresql":
        asked = " & ".join(f"{word}:*" for word in words)
        where = f"to_tsvector('simple', search_folded) @@ '{asked}'::tsquery"
    else:
        asked = " AND ".join(f'"{word}"*' for word in words)
        index = "tracker_recommendation_words"
        where = f"id IN (SELECT rowid FROM {index} WHERE {index} MATCH '{asked}')"
    where += " AND withdrawn_on IS NULL"
    count = (
        "SELECT count(*) FROM (SELECT 1 FROM tracker_recommendation"
        f" WHERE {where} LIMIT 10001) found"
    )
    return [f"{LINE} WHERE {where} {ORDER}", count]


COMBINED = (
    f"{LINKED} WHERE resolution_id = {{resolution}})"
    " AND progress = 'in_progress' AND province_id = {province}"
)
# What a report on one resolution in one province is worked out from.
REPORTED = (
    "SELECT id FROM tracker_recommendation WHERE withdrawn_on IS NULL"
    f" AND {LINKED} WHERE resolution_id = {{resolution}})"
    " AND province_id = {province} AND raised_on <= '2025-06-30'"
)

# By the name of the job; numbers in braces are keys that the asker names.
LIMITS: dict[str, list[str]] = {
    "bytes": [],
    "list": page_and_counts(),
    "resolution": page_and_counts(
        f"{LINKED} WHERE resolution_id = {{resolution}})",
        "resolution_id = {resolution}",
    ),
    "progress": page_and_counts("progress = 'in_progress'", "progress = 'in_progress'"),
    "province": page_and_counts("province_id = {province}", "province_id = {province}"),
    "combined": page_and_counts(
        COMBINED,
        "resolution_id = {resolution} AND progress = 'in_progress'"
        " AND province_id = {province}",
    ),
    "text": by_text("khu", "cong", "nghiep"),
    "detail": [
        "SELECT * FROM tracker_recommendation WHERE id = {one}",
        *(
            f"SELECT * FROM {table} WHERE recommendation_id = {{one}}"
            for table in HISTORIES
        ),
        "SELECT resolution_id FROM tracker_recommendation_resolutions"
        " WHERE recommendation_id = {one}",
    ],
    "report": [
        f"{LINE} WHERE id IN ({REPORTED})",
        *(
            f"SELECT * FROM {table} WHERE recommendation_id IN ({REPORTED})"
            for table in HISTORIES
        ),
    ],
    "overview": [
        f"SELECT resolution_id, progress, province_id, n FROM {COUNTS}",
    ],
}


@login_required
def answer_limit(request: HttpRequest, name: str) -> HttpResponseBase:
    """Run the bare SQL of one job and send as many bytes as its page has."""
    if name in EXPORTS:
        return EXPORTS[name]()
    if name == "hash":
        check_password("mật khẩu của phép đo", HASHED)
    elif name == "write":
        write(int(request.GET["one"]))
    elif name not in LIMITS:
        raise Http404
    keys = {
        key: int(request.GET[key])
        for key in ("resolution", "province", "one")
        if key in request.GET
    }
    with connection.cursor() as cursor:
        for statement in LIMITS.get(name, []):
            # The name of the job chooses the text; only whole numbers go into it.
            cursor.execute(statement.format(**keys))
            cursor.fetchall()
    return HttpResponse(b"x" * int(request.GET.get("bytes", 0)))


@transaction.atomic
def write(one: int) -> None:
    """Change one row and add one, and nothing that is kept beside them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE tracker_recommendation SET version = version + 1 WHERE id = %s",
            [one],
        )
        cursor.execute(
            f"INSERT INTO {WRITTEN} (recommendation_id, note) VALUES (%s, %s)",
            [one, "Đang thực hiện theo kế hoạch."],
        )


def count_statements(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Say with every answer how many statements it took, and how many of them write."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        asked = written = 0

        def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            nonlocal asked, written
            asked += 1
            written += sql.startswith(("INSERT", "UPDATE", "DELETE"))
            return execute(sql, params, many, context)

        with connection.execute_wrapper(count):
            response = get_response(request)
        response["X-Statements"], response["X-Writes"] = str(asked), str(written)
        return response

    return answer
